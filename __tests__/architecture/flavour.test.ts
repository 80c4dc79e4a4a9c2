import { expect, test } from '@jest/globals'
import { longFlavour, shortFlavour } from '../../src/architecture/flavour.js'

test.each([
  ['amd64', '', 'amd64'],
  ['cloud-amd64', 'cloud', 'amd64'],
  ['rt-arm64', 'rt', 'arm64'],
  ['arm64-16k', '16k', 'arm64'],
])('%s is %j of %s', (long, short, architecture) => {
  expect(shortFlavour(long)).toBe(short)
  expect(longFlavour(short, architecture)).toBe(long)
  expect(longFlavour(long, architecture)).toBe(long)
})

test('a flavour without an architecture stays as it is', () => {
  expect(shortFlavour('cloud')).toBe('cloud')
  expect(shortFlavour('')).toBe('')
})
