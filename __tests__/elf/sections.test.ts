import { describe, expect, test } from '@jest/globals'
import { ElfError, allocatedSection, openElf } from '../../src/elf/elf.js'
import { machineName } from '../../src/elf/identity.js'
import { Writer, buildElf, buildModule } from './elf-builder.js'

const ORDERS = [['little', false], ['big', true]] as const

function messageOf(data: Buffer): string {
  try {
    openElf(data)
  } catch (error) {
    if (error instanceof ElfError) return error.message
    throw error
  }
  return 'no error'
}

describe.each(ORDERS)('%s-endian', (_name, bigEndian) => {
  const text = { name: '.text', type: 1, flags: 6, address: 0xffffffff81000000n, link: 3, info: 4, addralign: 16, entsize: 2, data: Buffer.from('code') }
  const bss = { name: '.bss', type: 8, flags: 3, size: 5_000_000_000 }
  const sections = [text, bss, { name: '.debug_info', type: 1, flags: 0x800, data: Buffer.from('zz') }]

  test('every field of header and sections is read', () => {
    const elf = openElf(buildElf({ bigEndian, type: 1, machine: 21, flags: 2, sections }))
    expect({ ...elf, sections: undefined }).toEqual({ bits: 64, bigEndian, type: 1, machine: 21, flags: 2, extendedNumbering: false, sections: undefined })
    expect(elf.sections.map(({ name }) => name)).toEqual(['', '.text', '.bss', '.debug_info', '.shstrtab'])
    expect(elf.sections[1]).toEqual({ index: 1, name: '.text', type: 1, flags: 6, address: 0xffffffff81000000n, size: 4, link: 3, info: 4, addralign: 16, entsize: 2, compressed: false, data: Buffer.from('code') })
    expect([elf.sections[2]?.size, elf.sections[2]?.data.length]).toEqual([5_000_000_000, 0])
    expect(elf.sections.map(({ compressed }) => compressed)).toEqual([false, false, false, true, false])
  })

  test('counts that section 0 holds', () => {
    const elf = openElf(buildElf({ bigEndian, sections, extended: true }))
    expect(elf.extendedNumbering).toBe(true)
    expect(elf.sections.map(({ name }) => name)).toEqual(['', '.text', '.bss', '.debug_info', '.shstrtab'])
  })

  test('70,000 sections', () => {
    const elf = openElf(buildElf({ bigEndian, extended: true, sections: Array.from({ length: 70_000 }, (_, i) => ({ name: `.text.${i}`, type: 1 })) }))
    expect([elf.sections.length, elf.sections[70_000]?.name]).toEqual([70_002, '.text.69999'])
  })

  test('cut at every byte it is refused', () => {
    const whole = buildModule({ bigEndian, exports: [{ name: 'sample_open', crc: 5 }], versions: [['module_layout', 1]] })
    for (let length = 0; length < whole.length; length++) expect(messageOf(whole.subarray(0, length))).not.toBe('no error')
    expect(messageOf(whole)).toBe('no error')
  })

  test.each<[string, (writer: Buffer, put: (at: number, value: number | bigint, bytes: 2 | 4 | 8) => void) => void, RegExp]>([
    ['a table beyond the end', (file, put) => put(0x28, file.length - 63, 8), /header of section 0/],
    ['a table at 2^63', (_, put) => put(0x28, 1n << 63n, 8), /section header table: .* too large/],
    ['headers of another size', (_, put) => put(0x3a, 40, 2), /section header size: 40 instead of 64/],
    ['more sections than bytes', (_, put) => put(0x3c, 0xfffe, 2), /table of 65534 sections/],
    ['four thousand million sections', (file, put) => { put(0x3c, 0, 2); put(tableOf(file, bigEndian) + 0x20, 4_000_000_000, 8) }, /table of 4000000000 sections/],
    ['2^63 sections', (file, put) => { put(0x3c, 0, 2); put(tableOf(file, bigEndian) + 0x20, 1n << 63n, 8) }, /number of sections in section 0: .* too large/],
    ['a section beyond the end', (file, put) => put(tableOf(file, bigEndian) + 64 + 0x18, file.length, 8), /section 1: bytes/],
    ['a section of 2^53 bytes', (file, put) => put(tableOf(file, bigEndian) + 64 + 0x20, (1n << 53n) - 1n, 8), /section 1: bytes/],
    ['a name outside the names', (file, put) => put(tableOf(file, bigEndian) + 64, 0xffff_ffff, 4), /name of section 1: offset 4294967295/],
  ])('%s is refused with the reason', (_what, damage, reason) => {
    const file = buildElf({ bigEndian, sections })
    damage(file, (at, value, bytes) => {
      const writer = new Writer(8, bigEndian)
      if (bytes === 2) writer.u16(0, Number(value))
      else if (bytes === 4) writer.u32(0, Number(value))
      else writer.u64(0, value)
      writer.buffer.copy(file, at, 0, bytes)
    })
    expect(messageOf(file)).toMatch(reason)
  })
})

function tableOf(file: Buffer, bigEndian: boolean): number {
  return Number(bigEndian ? file.readBigUInt64BE(0x28) : file.readBigUInt64LE(0x28))
}

test('sixty thousand names inside one long string are refused and not read', () => {
  const file = buildElf({ sections: [{ name: 'x'.repeat(4_000_000), type: 1 }, ...Array.from({ length: 60_000 }, () => ({ name: '', type: 1 }))] })
  const table = tableOf(file, false)
  for (let i = 2; i < 60_000; i++) file.writeUInt32LE(i, table + i * 64)
  expect(messageOf(file)).toMatch(/overlapping names/)
}, 5000)

test('the kernel does not see sections that are not loaded', () => {
  const elf = openElf(buildElf({ sections: [{ name: 'x', type: 1, flags: 0 }, { name: 'x', type: 1, flags: 2, data: Buffer.from('1') }] }))
  expect(allocatedSection(elf, 'x')?.size).toBe(1)
  expect(allocatedSection(elf, 'y')).toBeUndefined()
})

test('machines are named, unknown ones by number', () => {
  expect([62, 183, 3, 40, 243, 22, 21, 8, 258, 4242].map(machineName)).toEqual(['EM_X86_64', 'EM_AARCH64', 'EM_386', 'EM_ARM', 'EM_RISCV', 'EM_S390', 'EM_PPC64', 'EM_MIPS', 'EM_LOONGARCH', 'machine 4242'])
})
