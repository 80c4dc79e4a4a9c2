import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ElfError, integer, range, readSections } from '../../src/elf/elf.js'
import { readModinfo } from '../../src/elf/modinfo.js'
import { moduleImage } from './elf-image.js'

const FIXTURES = join('__tests__', 'fixtures', 'module')

interface Expected {
  /** From modinfo(8). */
  readonly modinfo: Readonly<Record<string, readonly string[]>>
  /** From readelf(1), without the first, empty one. */
  readonly sections: readonly { readonly name: string; readonly size: number }[]
}

/** Anything but an ElfError is a crash. */
function readOrRefuse(data: Buffer): void {
  try {
    readModinfo(data)
  } catch (error) {
    if (!(error instanceof ElfError)) throw error
  }
}

describe.each(readdirSync(FIXTURES))('%s', (name) => {
  const data = readFileSync(join(FIXTURES, name, 'module.ko'))
  const expected = JSON.parse(readFileSync(join(FIXTURES, name, 'expected.json'), 'utf8')) as Expected

  test('sections are those that readelf sees', () => {
    expect(readSections(data).slice(1).map((section) => ({ name: section.name, size: section.data.length }))).toEqual(expected.sections)
  })

  test('modinfo is what modinfo(8) says', () => {
    const info = readModinfo(data)
    expect(Object.fromEntries(Object.keys(expected.modinfo).map((key) => [key, info.get(key)]))).toEqual(expected.modinfo)
  })

  test('damaged bytes and cut ends never do worse than ElfError', () => {
    const damage = fc.array(fc.tuple(fc.nat(data.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
    // The header and the section headers are where damage matters.
    const vital = fc.array(fc.tuple(fc.oneof(fc.nat(63), fc.integer({ min: data.readUIntLE(0x28, 6), max: data.length - 1 })), fc.nat(255)), { minLength: 1, maxLength: 4 })
    const property = fc.property(fc.oneof(damage, vital), fc.nat(data.length), (changes, length) => {
      const copy = Buffer.from(data)
      for (const [at, value] of changes) copy[at] = value
      readOrRefuse(copy)
      readOrRefuse(copy.subarray(0, length))
    })
    expect(() => fc.assert(property, { numRuns: 400 })).not.toThrow()
  })
})

test('arbitrary bytes never do worse than ElfError', () => {
  expect(() => fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => readOrRefuse(Buffer.from(bytes))))).not.toThrow()
})

test.each([
  ['an empty file', Buffer.alloc(0), /begin with/],
  ['a 32-bit file', Buffer.from('\x7fELF\x01\x01'.padEnd(64, '\0'), 'latin1'), /64-bit/],
  ['a 32-bit module for ARM', Buffer.from('\x7fELF\x01\x01'.padEnd(16, '\0') + '\x01\0\x28\0'.padEnd(48, '\0'), 'latin1'), /a 32-bit little-endian EM_ARM file/],
  ['a file of neither class', Buffer.from('\x7fELF\x03\x01'.padEnd(64, '\0'), 'latin1'), /class 3/],
  ['a file of neither byte order', Buffer.from('\x7fELF\x02\x03'.padEnd(64, '\0'), 'latin1'), /encoding 3/],
  ['a file that ends in its header', Buffer.from('\x7fELF\x02\x01'.padEnd(63, '\0'), 'latin1'), /63 of 64/],
])('%s is refused with the reason', (_what, data, reason) => {
  expect(() => readSections(data)).toThrow(ElfError)
  expect(() => readSections(data)).toThrow(reason)
})

test('a key may occur several times, and a value may hold an equals sign', () => {
  const info = readModinfo(moduleImage(['alias=a', 'parm=x:y=z', 'alias=b', 'depends=']))
  expect([...info]).toEqual([['alias', ['a', 'b']], ['parm', ['x:y=z']], ['depends', ['']]])
})

test('a key that comes a hundred thousand times takes no longer than it must', () => {
  const info = readModinfo(moduleImage(Array.from({ length: 100_000 }, (_, i) => `alias=${i}`)))
  expect(info.get('alias')?.length).toBe(100_000)
}, 5000)

test('no read leaves the data', () => {
  const data = Buffer.alloc(8, 0xff)
  expect(integer(data, 4, 4, 'x')).toBe(0xffffffff)
  expect(() => integer(data, 5, 4, 'the field')).toThrow(/the field/)
  expect(() => integer(data, 0, 8, 'the field')).toThrow(ElfError)
  expect(() => range(data, 4, 5, 'the part')).toThrow(/the part/)
})
