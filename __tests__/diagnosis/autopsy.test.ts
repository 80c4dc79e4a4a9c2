import { describe, expect, test } from '@jest/globals'
import type { BtfType } from '../../src/btf/types.js'
import { READY, gdbArgs, gdbCommands, readGdbOutput } from '../../src/diagnosis/autopsy/gdb.js'
import { autopsyInit, autopsyQemuArgs } from '../../src/diagnosis/autopsy/guest-files.js'
import { kernelMember } from '../../src/diagnosis/autopsy/member.js'
import { refusedRelocation } from '../../src/diagnosis/autopsy/relocation.js'
import type { RefusedRelocation } from '../../src/diagnosis/autopsy/report.js'
import { autopsySentences } from '../../src/diagnosis/autopsy/sentences.js'
import { type ElfFile, ElfError, type Section, SHT } from '../../src/elf/elf.js'

const MODULE = 0xffffffffc0203040n
const INIT = 0xffffffffc0400000n
const EXIT = 0xffffffffc0201000n

function section(index: number, name: string, type: number, data: Buffer, more: Partial<Section> = {}): Section {
  return { index, name, type, flags: 2, address: 0n, size: data.length, link: 0, info: 0, addralign: 8, entsize: 0, compressed: false, data, ...more }
}

/** Elf64_Rela: offset, symbol and type, addend. */
function rela(entries: readonly (readonly [offset: number, symbol: number, type: number, addend: bigint])[]): Buffer {
  const data = Buffer.alloc(entries.length * 24)
  entries.forEach(([offset, symbol, type, addend], i) => {
    data.writeBigUInt64LE(BigInt(offset), i * 24)
    data.writeUInt32LE(type, i * 24 + 8)
    data.writeUInt32LE(symbol, i * 24 + 12)
    data.writeBigInt64LE(addend, i * 24 + 16)
  })
  return data
}

/** Elf64_Sym with a value; names by offset into the strings. */
function symbols(values: readonly (readonly [name: number, value: bigint])[]): Buffer {
  const data = Buffer.alloc(values.length * 24)
  values.forEach(([name, value], i) => {
    data.writeUInt32LE(name, i * 24)
    data.writeUInt16LE(1, i * 24 + 6)
    data.writeBigUInt64LE(value, i * 24 + 8)
  })
  return data
}

const STRINGS = Buffer.from('\0init_module\0cleanup_module\0')

function module(relocations: Buffer): ElfFile {
  const sections = [
    section(0, '', SHT.null, Buffer.alloc(0)),
    section(1, '.gnu.linkonce.this_module', 1, Buffer.alloc(0x380)),
    section(2, '.rela.gnu.linkonce.this_module', SHT.rela, relocations, { info: 1, link: 3 }),
    section(3, '.symtab', SHT.symtab, symbols([[0, 0n], [1, 0n], [13, 0n]]), { link: 4 }),
    section(4, '.strtab', SHT.strtab, STRINGS),
  ]
  return { bits: 64, bigEndian: false, type: 1, machine: 62, flags: 0, sections, extendedNumbering: false }
}

const SEED = module(rela([[0x138, 1, 1, 0n], [0x340, 2, 1, 0n]]))
const RESOLVED = symbols([[0, 0n], [1, INIT], [13, EXIT]])

describe('which relocation was refused', () => {
  test('the seed’s: the first is done, the place of the second holds the head of a list', () => {
    const target = Buffer.alloc(0x380)
    target.writeBigUInt64LE(INIT, 0x138)
    target.writeBigUInt64LE(MODULE + 0x340n, 0x340)
    expect(refusedRelocation(SEED, { section: 2, targetAddress: MODULE, target, symbols: RESOLVED })).toEqual({
      section: '.rela.gnu.linkonce.this_module', entry: 1, type: 1, symbol: 'cleanup_module', target: '.gnu.linkonce.this_module', offset: 0x340, address: MODULE + 0x340n, found: MODULE + 0x340n, wanted: EXIT, inFile: false,
    })
  })

  test('four bytes, relative to the place', () => {
    const target = Buffer.alloc(0x380)
    const wanted = Number(BigInt.asUintN(32, INIT - 4n - (MODULE + 8n)))
    target.writeUInt32LE(wanted, 8)
    target.writeUInt32LE(0xe8, 16)
    const file = module(rela([[8, 1, 2, -4n], [16, 2, 4, -4n]]))
    expect(refusedRelocation(file, { section: 2, targetAddress: MODULE, target, symbols: RESOLVED })).toMatchObject({ entry: 1, found: 0xe8n, offset: 16 })
  })

  test('what the file brought along is told apart', () => {
    const file = module(rela([[0x10, 1, 1, 0n]]))
    file.sections[1]?.data.writeBigUInt64LE(0x1234n, 0x10)
    const target = Buffer.alloc(0x380)
    target.writeBigUInt64LE(0x1234n, 0x10)
    expect(refusedRelocation(file, { section: 2, targetAddress: MODULE, target, symbols: RESOLVED })).toMatchObject({ found: 0x1234n, inFile: true })
  })

  test('none when all hold what they should', () => {
    const target = Buffer.alloc(0x380)
    target.writeBigUInt64LE(INIT, 0x138)
    target.writeBigUInt64LE(EXIT, 0x340)
    expect(refusedRelocation(SEED, { section: 2, targetAddress: MODULE, target, symbols: RESOLVED })).toBeUndefined()
  })

  test('what the guest says of sections that are not there is refused', () => {
    const seen = { targetAddress: MODULE, target: Buffer.alloc(8), symbols: RESOLVED }
    expect(() => refusedRelocation(SEED, { ...seen, section: 99 })).toThrow(ElfError)
    expect(() => refusedRelocation(SEED, { ...seen, section: 1 })).toThrow(ElfError)
    expect(refusedRelocation(SEED, { ...seen, section: 2, symbols: Buffer.alloc(0) })).toBeUndefined()
  })
})

const FOUND: RefusedRelocation = { section: '.rela.gnu.linkonce.this_module', entry: 1, type: 1, symbol: 'cleanup_module', target: '.gnu.linkonce.this_module', offset: 832, address: MODULE, found: MODULE, wanted: EXIT, inFile: false }

describe('what the kernel keeps there', () => {
  const struct: BtfType = { id: 1, name: 'module', kind: 'struct', size: 896, members: [['state', 0], ['init', 312], ['target_list', 832], ['exit', 848]].map(([name, at]) => ({ name: String(name), type: 2, bitOffset: Number(at) * 8, bitSize: 0 })) }
  const types = { type: () => struct, named: (name: string) => (name === 'module' ? [1] : []) }

  test('the member, and where the one is that was meant', () => {
    expect(kernelMember(types, FOUND)).toEqual({ name: 'target_list', offset: 832, meant: { name: 'exit', offset: 848 } })
    expect(kernelMember(types, { ...FOUND, offset: 840 })).toMatchObject({ name: 'target_list', offset: 832 })
  })

  test('nothing outside of the struct, in other sections, or without BTF', () => {
    expect(kernelMember(types, { ...FOUND, offset: 896 })).toBeUndefined()
    expect(kernelMember(types, { ...FOUND, target: '.data' })).toBeUndefined()
    expect(kernelMember({ ...types, named: () => [] }, FOUND)).toBeUndefined()
  })
})

test('the sentences of the seed’s case', () => {
  expect(autopsySentences('hello', FOUND, { name: 'target_list', offset: 832, meant: { name: 'exit', offset: 848 } }, { function: 'load_module', offset: 0xf92, value: MODULE })).toEqual([
    'The kernel refused entry 1 of .rela.gnu.linkonce.this_module: the address of `cleanup_module` was to be written at offset 832 (0x340) of struct module, and that place was not empty.',
    'The kernel keeps `target_list` there; it has `exit` at 848 (0x350), 16 bytes further on. hello was compiled with less in front of it.',
    `It held 0x${MODULE.toString(16)}, its own address, as the head of an empty list does.`,
    'It was written by load_module+0xf92 in the kernel.',
    'So kernel and module have two ideas of struct module: the module was compiled under another configuration, or with other headers, than the kernel.',
  ])
})

test('sentences where less is known, in another section', () => {
  const sentences = autopsySentences('hello', { ...FOUND, target: '.text', found: 0x90n }, undefined, { function: 'memcpy', offset: 3, value: 0x90n, caller: { function: 'load_module', offset: 9 } })
  expect(sentences[1]).toBe('It held 0x90.')
  expect(sentences[2]).toBe('It was written by memcpy+0x3 in the kernel, called from load_module+0x9.')
  expect(sentences).toHaveLength(3)
  expect(autopsySentences('hello', { ...FOUND, target: '.text', found: 0x90n, inFile: true }, undefined, undefined).at(-1)).toMatch(/^hello’s file itself holds that there/)
  expect(autopsySentences('hello', FOUND, undefined, undefined)[2]).toBe('Who had written that was not seen.')
})

describe('gdb', () => {
  const session = { stub: '/tmp/x/stub', applyRelocateAdd: 0xffffffff8107b3d0n, targetFile: '/tmp/x/target', symbolsFile: '/tmp/x/symbols' }

  test('reads no files of the user and asks nothing', () => {
    expect(gdbArgs('/tmp/x/script')).toEqual(['--nx', '--nh', '--quiet', '--batch', '-x', '/tmp/x/script'])
  })

  test('its commands: blocks are closed, and only watch what they are told to', () => {
    const plain = gdbCommands(session)
    expect(plain).not.toMatch(/^watch/m)
    expect(plain).toContain('hbreak *0xffffffff8107b3d0\n')
    const watching = gdbCommands({ ...session, watch: { address: MODULE, bytes: 4 } })
    expect(watching).toContain(`watch *(unsigned int *)0x${MODULE.toString(16)}\n`)
    for (const script of [plain, watching]) {
      const count = (pattern: RegExp) => script.match(pattern)?.length ?? 0
      expect(count(/^\s*(?:while|if) /gm)).toBe(count(/^\s*end$/gm))
      expect(script.indexOf(READY)).toBeLessThan(script.indexOf('continue'))
    }
  })

  test('what it says is read, whatever stands between', () => {
    expect(readGdbOutput('Breakpoint 2, 0xffffffff8107b3d0 in ?? ()\nkmod-gate: write 0xffffffff8114a000 0xffffffffc0203380 0xffffffff81000000\n\nkmod-gate: refused 24 0xffffffffc0203040 -8\n')).toEqual({
      refused: { section: 24, targetAddress: MODULE, error: -8 },
      writes: [{ after: 0xffffffff8114a000n, value: 0xffffffffc0203380n, stack: 0xffffffff81000000n }],
    })
    expect(readGdbOutput('kmod-gate: refused x\n')).toEqual({ writes: [] })
  })
})

describe('the guest', () => {
  test('quotes names, and loads dependencies before it says that it is ready', () => {
    const script = autopsyInit([{ name: 'base', data: Buffer.alloc(0) }], { name: 'a b', data: Buffer.alloc(0), parameters: 'x=1' })
    expect(script.indexOf('insmod /modules/base.ko >')).toBeGreaterThan(0)
    expect(script.indexOf('insmod /modules/base.ko')).toBeLessThan(script.indexOf('echo ready'))
    expect(script).toContain("insmod /modules/'a b'.ko x=1")
  })

  test('is emulated, without KASLR, and its stub is on a socket', () => {
    const args = autopsyQemuArgs({ kernel: 'vmlinux', initramfs: 'cpio', stub: '/tmp/x/stub', talk: '/tmp/x/talk', memory: 512 })
    expect(args.join(' ')).toMatch(/-accel tcg .* -smp 1 .*nokaslr.*-chardev socket,id=stub,path=\/tmp\/x\/stub,server=on,wait=off -gdb chardev:stub/)
  })
})
