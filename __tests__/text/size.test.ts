import { expect, test } from '@jest/globals'
import { firstLines, firstOf, lastLines } from '../../src/text/bounded.js'
import { byteSize, duration } from '../../src/text/size.js'

test.each([[0, '0.0 s'], [9.94, '9.9 s'], [9.96, '10 s'], [59.4, '59 s'], [59.6, '1 min 0 s'], [125, '2 min 5 s']])('%d seconds are %s', (seconds, text) =>
  expect(duration(seconds)).toBe(text))

test.each([[812, '812 B'], [14_210, '14.2 kB'], [999_949, '999.9 kB'], [1_300_000, '1.3 MB']])('%d bytes are %s', (bytes, text) => expect(byteSize(bytes)).toBe(text))

test('bounded lists and texts say what they left off', () => {
  expect(firstOf([1, 2, 3], 2)).toEqual({ shown: [1, 2], more: 1 })
  expect(firstLines('a\nb\nc\n', 3)).toBe('a\nb\nc')
  expect(firstLines('a\nb\nc', 1)).toBe('a\nand 2 more lines')
  expect(lastLines('a\nb\nc\n', 3)).toBe('a\nb\nc')
  expect(lastLines('a\nb\nc', 1)).toBe('(2 lines before)\nc')
})
