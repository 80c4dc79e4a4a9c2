import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { declarations } from '../../src/dwarf/declarations.js'
import { fixture, numbers, refusal, sectionRange } from './fixtures.js'

/** Both byte orders, both versions, all the ways of storing that differ. */
const FIXTURES = ['gcc-dwarf4', 'gcc-dwarf5', 'gcc-type-units', 'clang-dwarf5', 'clang-aarch64', 'clang-s390x', 'two-units', 'zlib']

describe.each(FIXTURES)('%s', (name) => {
  const data = fixture(name)

  test('cut off anywhere, it is read or refused', () => {
    for (let length = 0; length < data.length; length += 7) refusal(() => declarations(data.subarray(0, length)))
    // The section headers are at the end, so that no shorter file is whole.
    expect(refusal(() => declarations(data.subarray(0, data.length - 1)))).toBeDefined()
  })

  test('with bytes changed anywhere, it is read or refused', () => {
    const random = numbers(1)
    let refused = 0
    for (let round = 0; round < 1500; round++) {
      const copy = Buffer.from(data)
      for (let change = 0; change <= random() * 6; change++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256)
      if (refusal(() => declarations(copy)) !== undefined) refused++
    }
    expect(refused).toBeGreaterThan(0)
  })
})

// Of what relocations write, only they can be damaged.
test.each(['.debug_info', '.debug_abbrev', '.debug_line', '.rela.debug_str_offsets', '.rela.debug_info', '.rela.debug_line'])('%s with bytes changed is read or refused', (section) => {
  const data = Buffer.from(fixture('clang-dwarf5'))
  const { offset, length } = sectionRange(data, section)
  const random = numbers(2)
  let refused = 0
  const bytes = [0, 1, 0x7f, 0x80, 0xff]
  for (let round = 0; round < 4000; round++) {
    const copy = Buffer.from(data)
    for (let change = 0; change <= random() * 3; change++) copy[offset + Math.floor(random() * length)] = random() < 0.5 ? (bytes[Math.floor(random() * 5)] ?? 0) : Math.floor(random() * 256)
    if (refusal(() => declarations(copy)) !== undefined) refused++
  }
  expect(refused).toBeGreaterThan(0)
})

test('arbitrary bytes are refused', () => {
  const property = fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => refusal(() => declarations(Buffer.from(bytes))) !== undefined)
  expect(() => fc.assert(property)).not.toThrow()
})
