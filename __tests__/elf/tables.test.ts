import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ElfError, openElf } from '../../src/elf/elf.js'
import { relocations } from '../../src/elf/relocations.js'
import { readSymbols } from '../../src/elf/symbols.js'
import { readExtendedVersions, readVersions } from '../../src/elf/versions.js'
import { type RelocationSpec, type SectionSpec, type SymbolSpec, Writer, buildElf, buildModule, relaTable, symbolTable, versionsData } from './elf-builder.js'

/** Section 1 is .text, 2 its relocations, 3 and 4 symbols and their names. */
function image(symbols: readonly SymbolSpec[], entries: readonly RelocationSpec[], bigEndian: boolean, more: { readonly machine?: number; readonly rel?: Buffer; readonly sections?: readonly SectionSpec[] } = {}): Buffer {
  const { symtab, strtab } = symbolTable(symbols, bigEndian)
  const table = more.rel === undefined ? { type: 4, data: relaTable(entries, bigEndian) } : { type: 9, data: more.rel }
  return buildElf({
    bigEndian,
    machine: more.machine ?? 62,
    sections: [{ name: '.text', type: 1, flags: 6, data: Buffer.alloc(16) }, { name: '.rela.text', link: 3, info: 1, ...table }, { name: '.symtab', type: 2, link: 4, data: symtab }, { name: '.strtab', type: 3, data: strtab }, ...(more.sections ?? [])],
  })
}

const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })
const name = fc.stringMatching(/^[A-Za-z_.$][\w.$]{0,30}$/)
const symbol = fc.record({ name: fc.oneof(name, fc.constant('')), value: u64, size: fc.nat(), bind: fc.nat(15), type: fc.nat(15), shndx: fc.constantFrom(0, 1, 3, 0xfff1, 0xfff2, 0xff20) })

describe.each([['little', false], ['big', true]] as const)('%s-endian', (_order, bigEndian) => {
  test('symbols are read as they were written', () => {
    const property = fc.property(fc.array(symbol, { maxLength: 20 }), (symbols) => {
      const [zeroth, ...read] = readSymbols(openElf(image(symbols, [], bigEndian)))
      const section = (shndx: number): { sectionName?: string } => (shndx === 1 ? { sectionName: '.text' } : shndx === 3 ? { sectionName: '.symtab' } : {})
      expect(zeroth).toEqual({ index: 0, name: '', value: 0n, size: 0, bind: 0, type: 0, shndx: 0 })
      expect(read).toEqual(symbols.map((one, i) => ({ index: i + 1, ...one, ...section(one.shndx) })))
    })
    fc.assert(property, { numRuns: 200 })
    expect.hasAssertions()
  })

  test('relocations are read as they were written', () => {
    const symbols: SymbolSpec[] = [{ name: 'a' }, { name: 'b', shndx: 1, value: 4n }]
    const entry = fc.record({ offset: fc.nat(), type: fc.nat(0xffff), symbol: fc.nat(2), addend: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }) })
    const property = fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
      const read = relocations(openElf(image(symbols, entries, bigEndian)), '.text')
      expect(read.map((one) => ({ ...one, symbol: one.symbol.name }))).toEqual(entries.map((one) => ({ ...one, symbol: ['', 'a', 'b'][one.symbol] })))
    })
    fc.assert(property, { numRuns: 200 })
    expect.hasAssertions()
  })

  test('a table without addends', () => {
    const rel = new Writer(16, bigEndian).u64(0, 8).u64(8, (1n << 32n) | 7n).buffer
    expect(relocations(openElf(image([{ name: 'a' }], [], bigEndian, { rel })), '.text')).toMatchObject([{ offset: 8, type: 7, symbol: { name: 'a' }, addend: 0n }])
  })

  test('a section index that does not fit lies in its own table', () => {
    const indexes = new Writer(8, bigEndian).u32(4, 1).buffer
    const [, one] = readSymbols(openElf(image([{ name: 'a', shndx: 0xffff }], [], bigEndian, { sections: [{ name: '.symtab_shndx', type: 18, link: 3, data: indexes }] })))
    expect(one).toMatchObject({ shndx: 1, sectionName: '.text' })
  })

  test('versions are read, entries after a rest of no whole entry are not', () => {
    const versions = [['module_layout', 0xdeadbeef], ['printk', 0]] as const
    const elf = openElf(buildModule({ bigEndian, versions, extendedVersions: [...versions, ['x'.repeat(300), 7]] }))
    expect(readVersions(elf)).toEqual([{ name: 'module_layout', crc: 0xdeadbeef }, { name: 'printk', crc: 0 }])
    expect(readExtendedVersions(elf)).toEqual([{ name: 'module_layout', crc: 0xdeadbeef }, { name: 'printk', crc: 0 }, { name: 'x'.repeat(300), crc: 7 }])
    const odd = Buffer.concat([versionsData(versions, bigEndian), Buffer.alloc(63, 1)])
    expect(readVersions(openElf(buildModule({ bigEndian, versions, sections: [{ name: '__versions', type: 1, flags: 2, data: odd }] })))?.length).toBe(2)
  })
})

test('little-endian MIPS keeps symbol and types in another order', () => {
  const entry = Buffer.alloc(24)
  entry.writeUInt32LE(1, 8)
  entry.set([0, 0, 0x18, 0x12], 12)
  const file = buildElf({ machine: 8, sections: [{ name: '.text', type: 1 }, { name: '.rela.text', type: 4, link: 3, info: 1, data: entry }, { name: '.symtab', type: 2, link: 4, data: symbolTable([{ name: 'a' }], false).symtab }, { name: '.strtab', type: 3, data: symbolTable([{ name: 'a' }], false).strtab }] })
  expect(relocations(openElf(file), '.text')).toMatchObject([{ type: 0x1812, symbol: { name: 'a' } }])
})

test('a file without a symbol table, and a section without relocations', () => {
  const elf = openElf(buildElf({ sections: [{ name: '.text', type: 1 }] }))
  expect([readSymbols(elf), relocations(elf, '.text'), relocations(elf, '.data'), readVersions(elf), readExtendedVersions(elf)]).toEqual([[], [], [], undefined, undefined])
})

test.each<[string, () => unknown, RegExp]>([
  ['a relocation against a symbol that is not there', () => relocations(openElf(image([], [{ offset: 0, type: 1, symbol: 9, addend: 0n }], false)), '.text'), /relocation 0 of \.rela\.text: there is no symbol 9 among 1/],
  ['a relocation at 2^63', () => relocations(openElf(image([], [{ offset: 2 ** 63, type: 1, symbol: 0, addend: 0n }], false)), '.text'), /offset of relocation 0 of \.rela\.text/],
  ['a name outside the strings', () => { const file = image([{ name: 'abc' }], [], false, { sections: [{ name: '.strtab', type: 3 }] }); const elf = openElf(file); elf.sections[3]?.data.writeUInt32LE(77, 24); return readSymbols(elf) }, /name of symbol 1 of \.symtab: offset 77/],
  ['a version without end', () => readVersions(openElf(buildModule({ versions: [['x'.repeat(56), 1]] }))), /__versions: the name of entry 0 does not end/],
  ['CRCs without names', () => readExtendedVersions(openElf(buildModule({ extendedVersions: [['a', 1]], without: ['__version_ext_names'] }))), /CRCs without names/],
  ['names without CRCs', () => readExtendedVersions(openElf(buildModule({ extendedVersions: [['a', 1]], without: ['__version_ext_crcs'] }))), /names without CRCs/],
  ['more CRCs than names', () => readExtendedVersions(openElf(buildModule({ extendedVersions: [['a', 1]], sections: [{ name: '__version_ext_crcs', type: 1, flags: 2, data: Buffer.alloc(12) }] }))), /more than 1 CRCs and only 1 names/],
])('%s is refused with the reason', (_what, read, reason) => {
  expect(read).toThrow(ElfError)
  expect(read).toThrow(reason)
})

test('a hundred thousand relocations and symbols are no reason to wait: work that grows with their product would take minutes', () => {
  const symbols = Array.from({ length: 100_000 }, (_, i) => ({ name: `function_with_a_usual_name_${i}` }))
  const file = image(symbols, Array.from({ length: 100_000 }, (_, i) => ({ offset: i * 8, type: 1, symbol: i, addend: -4n })), false)
  const started = performance.now()
  expect(relocations(openElf(file), '.text').length).toBe(100_000)
  expect(performance.now() - started).toBeLessThan(20_000)
})

test('symbols whose names overlap in one long string are refused and not read', () => {
  const file = image([{ name: 'x'.repeat(1_000_000) }, ...Array.from({ length: 100_000 }, () => ({ name: '' }))], [], false)
  const elf = openElf(file)
  for (let i = 2; i < 100_000; i++) elf.sections[3]?.data.writeUInt32LE(i, i * 24)
  expect(() => readSymbols(elf)).toThrow(/overlapping names/)
}, 5000)
