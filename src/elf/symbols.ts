import { safe } from './bytes.js'
import { type ElfFile, type Section, SHT } from './elf.js'
import { StringTable } from './strings.js'

export const STB_WEAK = 2
/** Special section indexes (System V gABI, chapter 4, "Sections"); SHN_LIVEPATCH is Linux's own (include/uapi/linux/elf.h). */
export const SHN = { undef: 0, reserved: 0xff00, livepatch: 0xff20, abs: 0xfff1, common: 0xfff2, xindex: 0xffff } as const

export interface ElfSymbol {
  readonly index: number
  /** Empty for sections' symbols, which are known by `sectionName`. */
  readonly name: string
  readonly value: bigint
  /** Bytes. */
  readonly size: number
  /** 0 local, 1 global, 2 weak. */
  readonly bind: number
  /** 0 none, 1 object, 2 function, 3 section, 4 file. */
  readonly type: number
  /** Index of the section that it lies in, or one of `SHN`. */
  readonly shndx: number
  /** Absent when it lies in no section of this file. */
  readonly sectionName?: string
}

/** Bytes of an Elf64_Sym: name 4, info 1, other 1, section 2, value 8, size 8. */
const SYMBOL = 24

const tables = new WeakMap<Section, readonly ElfSymbol[]>()

/** The symbol table of the file (its first SHT_SYMTAB, as the kernel takes it), entry 0 included; nothing when it has none. @throws ElfError */
export function readSymbols(elf: ElfFile): readonly ElfSymbol[] {
  const table = elf.sections.find(({ type }) => type === SHT.symtab)
  return table === undefined ? [] : symbolsOf(elf, table)
}

/** The symbols of one SHT_SYMTAB or SHT_DYNSYM section, read once. @throws ElfError */
export function symbolsOf(elf: ElfFile, table: Section): readonly ElfSymbol[] {
  const known = tables.get(table)
  if (known !== undefined) return known
  const { data } = table
  const strings = new StringTable(elf.sections[table.link]?.data ?? data.subarray(0, 0))
  const extended = elf.sections.find(({ type, link }) => type === SHT.symtabShndx && link === table.index)?.data
  const [u16, u32, u64] = elf.bigEndian
    ? [(at: number) => data.readUInt16BE(at), (at: number) => data.readUInt32BE(at), (at: number) => data.readBigUInt64BE(at)]
    : [(at: number) => data.readUInt16LE(at), (at: number) => data.readUInt32LE(at), (at: number) => data.readBigUInt64LE(at)]

  // A rest that is no whole entry is left out, as the kernel does; all reads are inside the section by this count.
  const symbols = Array.from({ length: Math.floor(data.length / SYMBOL) }, (_, index): ElfSymbol => {
    const at = index * SYMBOL
    const what = `symbol ${index} of ${table.name}`
    const info = data.readUInt8(at + 4)
    const short = u16(at + 6)
    const special = short >= SHN.reserved && short !== SHN.xindex
    const shndx = short === SHN.xindex && extended !== undefined && extended.length >= (index + 1) * 4 ? (elf.bigEndian ? extended.readUInt32BE(index * 4) : extended.readUInt32LE(index * 4)) : short
    const section = special || shndx === SHN.undef ? undefined : elf.sections[shndx]
    return {
      index,
      name: strings.at(u32(at), `name of ${what}`),
      value: u64(at + 8),
      size: safe(u64(at + 16), `size of ${what}`),
      bind: info >> 4,
      type: info & 15,
      shndx,
      ...(section === undefined ? {} : { sectionName: section.name }),
    }
  })
  tables.set(table, symbols)
  return symbols
}
