import { ElfError, integer, range, wide } from './bytes.js'
import { type ElfIdentity, describeIdentity, identifyElf } from './identity.js'
import { StringTable } from './strings.js'

export { ElfError, integer, range } from './bytes.js'

export const SHT = { null: 0, symtab: 2, strtab: 3, rela: 4, nobits: 8, rel: 9, dynsym: 11, symtabShndx: 18 } as const
export const SHF_ALLOC = 2
const SHF_COMPRESSED = 0x800

export interface Section {
  readonly index: number
  readonly name: string
  /** sh_type, one of `SHT`. */
  readonly type: number
  /** sh_flags. */
  readonly flags: number
  readonly address: bigint
  /** Bytes; for a section without contents in the file (SHT_NOBITS) what it takes in memory. */
  readonly size: number
  readonly link: number
  readonly info: number
  readonly addralign: number
  readonly entsize: number
  /** SHF_COMPRESSED: `data` begins with a compression header (Elf64_Chdr). */
  readonly compressed: boolean
  /** What the file holds, not copied; empty for SHT_NOBITS. */
  readonly data: Buffer
}

export interface ElfFile extends ElfIdentity {
  /** e_flags, whose meaning is the machine's. */
  readonly flags: number
  readonly sections: readonly Section[]
  /** The counts did not fit the header and were read from section 0 ("extended numbering"), which the kernel's module loader does not know. */
  readonly extendedNumbering: boolean
}

/** Sizes and offsets of the ELF-64 object file format, version 1.5 draft 2, figures 2 and 8. */
const HEADER = { size: 64, shoff: 0x28, flags: 0x30, shentsize: 0x3a, shnum: 0x3c, shstrndx: 0x3e }
const ENTRY = { size: 64, name: 0, type: 4, flags: 8, address: 0x10, offset: 0x18, length: 0x20, link: 0x28, info: 0x2c, addralign: 0x30, entsize: 0x38 }
const SHN_XINDEX = 0xffff

/** Header and sections of an ELF64 file of either byte order. Takes time and memory in proportion to the file. @throws ElfError */
export function openElf(data: Buffer): ElfFile {
  const identity = identifyElf(data)
  if (identity.bits !== 64) throw new ElfError(`ELF header: a ${describeIdentity(identity)} file, and only 64-bit files are read`)
  if (data.length < HEADER.size) throw new ElfError(`ELF header: the file ends after ${data.length} of ${HEADER.size} bytes`)
  const number = (from: Buffer, offset: number, bytes: 2 | 4 | 8, what: string): number => integer(from, offset, bytes, what, identity.bigEndian)

  const table = number(data, HEADER.shoff, 8, 'section header table')
  const size = number(data, HEADER.shentsize, 2, 'section header size')
  const counted = number(data, HEADER.shnum, 2, 'number of sections')
  const namesAt = number(data, HEADER.shstrndx, 2, 'index of section names')
  const zeroth = table === 0 ? undefined : range(data, table, ENTRY.size, 'header of section 0')
  // System V gABI, chapter 4: a count of 0 with a table, or an index of SHN_XINDEX, means that section 0 has the true one.
  const count = counted === 0 && zeroth !== undefined ? number(zeroth, ENTRY.length, 8, 'number of sections in section 0') : counted
  const names = namesAt === SHN_XINDEX && zeroth !== undefined ? number(zeroth, ENTRY.link, 4, 'index of section names in section 0') : namesAt
  if (count > 0 && size !== ENTRY.size) throw new ElfError(`section header size: ${size} instead of ${ENTRY.size}`)
  // Checked as a whole before anything is made of the count.
  const headers = range(data, table, count * ENTRY.size, `section header table of ${count} sections`)

  const unnamed = Array.from({ length: count }, (_, index) => {
    const header = headers.subarray(index * ENTRY.size, (index + 1) * ENTRY.size)
    const type = number(header, ENTRY.type, 4, `type of section ${index}`)
    const flags = number(header, ENTRY.flags, 8, `flags of section ${index}`)
    const length = number(header, ENTRY.length, 8, `size of section ${index}`)
    const inFile = type !== SHT.nobits && type !== SHT.null
    return {
      nameAt: number(header, ENTRY.name, 4, `name of section ${index}`),
      index,
      type,
      flags,
      address: wide(header, ENTRY.address, `address of section ${index}`, identity.bigEndian),
      size: length,
      link: number(header, ENTRY.link, 4, `link of section ${index}`),
      info: number(header, ENTRY.info, 4, `info of section ${index}`),
      addralign: number(header, ENTRY.addralign, 8, `alignment of section ${index}`),
      entsize: number(header, ENTRY.entsize, 8, `entry size of section ${index}`),
      compressed: (flags & SHF_COMPRESSED) !== 0,
      data: inFile ? range(data, number(header, ENTRY.offset, 8, `offset of section ${index}`), length, `section ${index}`) : data.subarray(0, 0),
    }
  })
  const strings = new StringTable(unnamed[names]?.data ?? data.subarray(0, 0))
  // The name of an inactive header is undefined.
  const sections = unnamed.map(({ nameAt, ...section }): Section => ({ name: section.type === SHT.null ? '' : strings.at(nameAt, `name of section ${section.index}`), ...section }))
  return { ...identity, flags: number(data, HEADER.flags, 4, 'ELF header: flags'), sections, extendedNumbering: count !== counted || names !== namesAt }
}

/** The sections of an ELF64 file. @throws ElfError */
export function readSections(data: Buffer): readonly Section[] {
  return openElf(data).sections
}

/** The first section of that name which is loaded; the kernel does not look at others (kernel/module/main.c, find_sec). */
export function allocatedSection(elf: ElfFile, name: string): Section | undefined {
  return elf.sections.find((section) => section.name === name && (section.flags & SHF_ALLOC) !== 0)
}
