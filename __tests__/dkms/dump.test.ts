import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { DumpError, MOST_ELEMENTS, parseDump } from '../../src/dkms/dump.js'

const record = (...fields: string[]) => fields.map((field) => `${field}\0`).join('')
const END = record('end', '', '0', '')

test('records become arrays, matches, options and tools', () => {
  const dump = parseDump(
    record('written', 'MAKE', '0', 'make "x"') + record('read', 'MAKE', '0', 'make x') + record('read', 'MAKE', '3', '') + record('match', 'MAKE_MATCH', '3', '1') +
      record('match', 'PATCH_MATCH', '0', '2') + record('configuration', '/tree/.config', '0', '') + record('option', '!CONFIG_A', '0', '0') + record('tool', 'clang', '0', '1') + record('tool', 'lld', '0', '0') + END,
  )
  expect([...(dump.read.get('MAKE') ?? [])]).toEqual([[0, 'make x'], [3, '']])
  expect(dump.matches.get('MAKE_MATCH')?.get(3)).toBe('no-match')
  expect(dump.matches.get('PATCH_MATCH')?.get(0)).toBe('invalid')
  expect(dump).toMatchObject({ configFile: '/tree/.config', options: [{ word: '!CONFIG_A', on: true }], clang: false, lld: true })
})

test.each([
  ['nothing', ''],
  ['cut off', record('read', 'MAKE', '0', 'make')],
  ['cut off in a record', `${record('read', 'MAKE', '0', 'make')}end\0`],
  ['an unknown record', record('other', 'MAKE', '0', '') + END],
  ['a far index', record('read', 'MAKE', String(MOST_ELEMENTS), '') + END],
  ['no index', record('read', 'MAKE', 'key', '') + END],
])('%s is refused', (_, text) => {
  expect(() => parseDump(text)).toThrow(DumpError)
})

test('whatever comes is read or refused', () => {
  const field = fc.oneof(fc.constantFrom('read', 'written', 'match', 'option', 'tool', 'end', 'MAKE', '0', '1', '4095', '-1', '1e3', ''), fc.string())
  fc.assert(
    fc.property(fc.array(field, { maxLength: 40 }), (fields) => {
      try {
        const { read } = parseDump(record(...fields))
        for (const elements of read.values()) for (const index of elements.keys()) expect(index).toBeLessThan(MOST_ELEMENTS)
      } catch (error) {
        expect(error).toBeInstanceOf(DumpError)
      }
    }),
  )
})
