import { expect, test } from '@jest/globals'
import { newTaints } from '../../src/guest/taint.js'

test.each<[string, number, number, string, string[]]>([
  ['nothing', 0, 0, '', []],
  ['out of tree and unsigned', 0, 4096 + 8192, '', []],
  ['proprietary', 0, 4097, '', ['P (a proprietary module was loaded)']],
  ['a warning that is told', 0, 4096 + 512, 'W', []],
  ['a warning that is not', 0, 4096 + 512, 'D', ['W (the kernel warned)']],
  ['what was there before', 512, 512 + 128, '', ['D (the kernel died (oops or BUG))']],
  ['a bit that nobody knows', 0, 2 ** 40, '', ['bit 40 (a flag that this version of kmod-gate does not know)']],
])('%s', (_, before, after, explained, expected) => {
  expect(newTaints(before, after, explained)).toEqual(expected)
})
