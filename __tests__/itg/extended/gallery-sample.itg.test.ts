import { beforeAll, test } from '@jest/globals'
import { builtGallery, expectationOf, judgeMember } from '../../support/gallery.js'

/** A dozen of the gallery, good and bad, one of each way of being found; all of it runs with the extended tests. */
const SAMPLE = ['misc-device', 'many-parameters', 'proc-seq-file', 'rcu-callback', 'no-exit', 'null-dereference', 'list-corruption', 'reference-dropped', 'slab-leftover', 'sysfs-duplicate', 'taint', 'thread-asleep', 'timer-leftover']

let root = ''
beforeAll(async () => {
  root = await builtGallery('trixie', SAMPLE)
}, 900_000)

test.each(SAMPLE.map((name) => [name, expectationOf(name).what] as const))('%s: %s', async (name) => {
  await judgeMember(root, name)
}, 400_000)
