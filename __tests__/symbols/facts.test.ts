import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { ElfError, openElf } from '../../src/elf/elf.js'
import { relocations } from '../../src/elf/relocations.js'
import { checkArchitecture, checkFile } from '../../src/symbols/file.js'
import { moduleFacts } from '../../src/symbols/facts.js'
import { buildElf, buildModule, symbolTable } from '../elf/elf-builder.js'

const EXPORTS = [{ name: 'sample_open', crc: 0x11223344 }, { name: 'sample_close', crc: 0xfffffffe, gplOnly: true, namespace: 'SAMPLE' }, { name: 'sample_for_kvm', crc: 0, gplOnly: true, namespace: 'module:kvm-*' }]

describe.each([['little', false], ['big', true]] as const)('%s-endian', (_order, bigEndian) => {
  test.each(['flags', 'sections', 'absolute'] as const)('exports as kernels of the era of %s write them', (era) => {
    for (const exportField of [4, 8] as const) {
      const { exports } = moduleFacts(buildModule({ bigEndian, exports: EXPORTS, era, exportField }))
      expect(exports).toEqual(EXPORTS.map((one) => ({ gplOnly: false, namespace: '', ...one })))
    }
  })

  test('exports without CRCs have none', () => {
    const facts = moduleFacts(buildModule({ bigEndian, exports: [{ name: 'a' }] }))
    expect([facts.exports, facts.hasExportCrcs, facts.hasExportFlags]).toEqual([[{ name: 'a', gplOnly: false, namespace: '' }], false, true])
  })

  test('all facts of a module', () => {
    const modinfo = ['license=GPL v2', 'license=Proprietary', 'depends=can-dev,usbcore', 'vermagic=6.1.0 SMP ', 'import_ns=A', 'import_ns=B', 'retpoline=Y', 'intree=Y', 'name=told']
    const facts = moduleFacts(buildModule({
      bigEndian, machine: 22, name: 'sample', modinfo,
      symbols: [{ name: 'printk' }, { name: 'maybe', bind: 2 }, { name: 'init_module', shndx: 2 }],
      versions: [['printk', 1]],
      sections: [{ name: '.debug_info', type: 1, data: Buffer.from('x') }, { name: '.BTF', type: 1, data: Buffer.from('x') }],
    }))
    expect({ ...facts, modinfo: undefined }).toEqual({
      identity: { bits: 64, bigEndian, type: 1, machine: 22 }, name: 'sample', license: 'GPL v2', vermagic: '6.1.0 SMP ', depends: ['can-dev', 'usbcore'], importedNamespaces: ['A', 'B'], retpoline: true, intree: true, modinfo: undefined,
      versions: [{ name: 'printk', crc: 1 }], imports: [{ name: 'printk', weak: false }, { name: 'maybe', weak: true }], exports: [], hasExportFlags: false, hasExportCrcs: false, hasSymbolTable: true, hasDebugInfo: true, hasBtf: true, thisModuleSize: 256, faults: [],
    })
  })
})

test('a name in struct module that is none gives way to that of .modinfo', () => {
  expect(moduleFacts(buildModule({ name: '', modinfo: ['name=told'] })).name).toBe('told')
  expect(moduleFacts(buildModule({ name: '\x01\x02', modinfo: ['name=told'] })).name).toBe('told')
  expect(moduleFacts(buildModule({ name: '', modinfo: [] })).name).toBe('')
})

test('a module of the kernel’s package', () => {
  const facts = moduleFacts(readFileSync('__tests__/fixtures/module/crct10dif_generic/module.ko'))
  expect(facts).toMatchObject({ name: 'crct10dif_generic', license: 'GPL', hasSymbolTable: true, hasDebugInfo: false, exports: [], faults: [] })
  expect(facts.imports.map(({ name }) => name).sort()).toEqual(facts.versions?.map(({ name }) => name).filter((name) => name !== 'module_layout').sort())
})

const REFUSED: readonly (readonly [string, Parameters<typeof buildModule>[0], RegExp])[] = [
  ['stripped of its symbols', { without: ['.symtab'] }, /has no symbol table; it was stripped/],
  ['two symbol tables', { sections: [{ name: '.symtab2', type: 2, data: symbolTable([], false).symtab }] }, /2 symbol tables/],
  ['not finished by modpost', { without: ['.gnu.linkonce.this_module'] }, /has no \.gnu\.linkonce\.this_module/],
  ['a struct module without contents', { sections: [{ name: '.gnu.linkonce.this_module', type: 8, flags: 3, size: 256 }] }, /without contents that are loaded/],
  ['a struct module that is not loaded', { sections: [{ name: '.gnu.linkonce.this_module', type: 1, flags: 0, data: Buffer.alloc(256) }] }, /without contents that are loaded/],
  ['a common symbol', { symbols: [{ name: '__gnu_lto_v1', shndx: 0xfff2 }, { name: 'shared', shndx: 0xfff2 }] }, /common symbol shared; the kernel demands -fno-common/],
  ['a symbol in a section that is not there', { symbols: [{ name: 'abs', shndx: 0xfff1 }, { name: 'patch', shndx: 0xff20 }, { name: 'lost', shndx: 77 }] }, /symbol lost in section 77 of 7/],
]

test.each(REFUSED)('%s: said as the kernel’s loader would refuse it', (_what, spec, reason) => {
  const problems = checkFile(moduleFacts(buildModule(spec)))
  expect(problems.map(({ id, severity }) => `${id} ${severity}`)).toEqual(['abi.elf fail'])
  expect(problems[0]?.title).toMatch(reason)
})

test('sections of which there must be one', () => {
  const info = { name: '.modinfo', type: 1, flags: 2, data: Buffer.from('license=GPL\0') }
  const own = { name: '.gnu.linkonce.this_module', type: 1, flags: 3, data: Buffer.alloc(256) }
  const { symtab, strtab } = symbolTable([], false)
  const file = buildElf({ extended: true, sections: [info, info, own, own, { name: '.symtab', type: 2, link: 6, data: symtab }, { name: '.strtab', type: 3, data: strtab }] })
  expect(moduleFacts(file).faults).toEqual(['has 2 sections .gnu.linkonce.this_module instead of one', 'has 2 sections .modinfo instead of one', 'has 8 sections, more than the kernel’s loader can count'])
})

test('no module, an export without a name, and a name outside its section are errors', () => {
  expect(() => moduleFacts(buildElf({ sections: [] }))).toThrow(/\.modinfo: the file has no such section/)
  expect(() => moduleFacts(buildModule({ exports: EXPORTS, without: ['.rela__ksymtab'] }))).toThrow(/__ksymtab: entry 0 names no symbol/)
  const file = buildModule({ exports: EXPORTS })
  const table = openElf(file).sections.find(({ name }) => name === '.rela__ksymtab')
  table?.data.writeBigInt64LE(5000n, 24 + 16)
  expect(relocations(openElf(file), '__ksymtab')[1]?.addend).toBe(5000n)
  expect(() => moduleFacts(file)).toThrow(ElfError)
  expect(() => moduleFacts(file)).toThrow(/__ksymtab_strings: name of an exported symbol: offset 5\d\d\d is outside/)
})

describe('architecture', () => {
  const kernel = { bits: 64, bigEndian: false, type: 2, machine: 62 } as const
  test.each([
    ['the kernel’s own', { ...kernel, type: 1 }, undefined],
    ['another machine', { ...kernel, type: 1, machine: 183 }, /^x\.ko is a 64-bit little-endian EM_AARCH64 file; the kernel takes only 64-bit little-endian EM_X86_64$/],
    ['32 bits', { ...kernel, type: 1, bits: 32 as const, machine: 3 }, /32-bit little-endian EM_386/],
    ['the other byte order', { ...kernel, type: 1, bigEndian: true }, /64-bit big-endian EM_X86_64/],
    ['a program', { ...kernel, type: 3 }, /no relocatable object file: its ELF type is 3 instead of 1/],
  ])('%s', (_what, file, said) => {
    const problems = checkArchitecture('x.ko', file, kernel)
    if (said === undefined) expect(problems).toEqual([])
    else expect(problems.map(({ severity, title }) => [severity, title])).toEqual([['fail', expect.stringMatching(said)]])
  })
})
