import { beforeAll, describe, expect, test } from '@jest/globals'
import { builtGallery, expectationOf, galleryNames, judgeMember } from '../../support/gallery.js'
import type { Suite } from '../../support/roots.js'

test('the gallery is as large as it says: at least twenty that misbehave, and as many good ones', () => {
  const verdicts = galleryNames.map((name) => expectationOf(name).verdict)
  expect(verdicts.filter((verdict) => verdict === 'fail').length).toBeGreaterThanOrEqual(20)
  expect(verdicts.filter((verdict) => verdict === 'pass').length).toBeGreaterThanOrEqual(20)
})

describe.each<Suite>(['bookworm', 'trixie'])('all of it on the default kernel of %s', (suite) => {
  let root = ''
  beforeAll(async () => {
    root = await builtGallery(suite, galleryNames)
  }, 900_000)

  test.each(galleryNames.map((name) => [name, expectationOf(name).what] as const))('%s: %s', async (name) => {
    await judgeMember(root, name)
  }, 400_000)
})
