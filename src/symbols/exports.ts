import { ElfError } from '../elf/bytes.js'
import { type ElfFile, type Section, allocatedSection } from '../elf/elf.js'
import { type Relocation, relocationsOf } from '../elf/relocations.js'
import { StringTable } from '../elf/strings.js'
import { SHN } from '../elf/symbols.js'

/** A symbol that a module exports. */
export interface ModuleExport {
  readonly name: string
  /** Absent when the module was built without MODVERSIONS. */
  readonly crc?: number
  readonly gplOnly: boolean
  /** Empty for none. */
  readonly namespace: string
}

/**
 * Sizes of a struct kernel_symbol (kernel/module/internal.h): value, name and namespace, as 32-bit distances where the architecture has
 * PREL32 relocations, else as 64-bit addresses.
 */
const RELATIVE = 4
const ABSOLUTE = 8
/** KSYM_FLAG_GPL_ONLY (include/linux/module_symbol.h). */
const FLAG_GPL_ONLY = 1

type Strings = (relocation: Relocation | undefined) => string | undefined

/**
 * What the module exports, as the kernel finds it: `__ksymtab` with `__kcrctab`; whether a symbol is GPL-only is said by `__kflagstab`
 * (since Linux 7.0), before by its lying in `__ksymtab_gpl` and `__kcrctab_gpl`.
 * @throws ElfError
 */
export function readExports(elf: ElfFile): ModuleExport[] {
  const flags = allocatedSection(elf, '__kflagstab')?.data
  const strings = stringsAt(elf)
  const plain = table(elf, strings, '__ksymtab', '__kcrctab', (i) => ((flags?.[i] ?? 0) & FLAG_GPL_ONLY) !== 0)
  return [...plain, ...table(elf, strings, '__ksymtab_gpl', '__kcrctab_gpl', () => true)]
}

function table(elf: ElfFile, strings: Strings, symbols: string, crcs: string, isGplOnly: (i: number) => boolean): ModuleExport[] {
  const section = allocatedSection(elf, symbols)
  if (section === undefined) return []
  const places = new Map(relocationsOf(elf, section).map((relocation) => [relocation.offset, relocation]))
  // With addresses the first entry's name is 8 bytes behind its start and nothing is at 4.
  const field = places.has(RELATIVE) ? RELATIVE : ABSOLUTE
  const crcOf = crcReader(elf, crcs)
  return Array.from({ length: Math.floor(section.size / (3 * field)) }, (_, i) => {
    const name = strings(places.get(i * 3 * field + field))
    if (name === undefined) throw new ElfError(`${symbols}: entry ${i} names no symbol`)
    const crc = crcOf(i)
    return { name, ...(crc === undefined ? {} : { crc }), gplOnly: isGplOnly(i), namespace: strings(places.get(i * 3 * field + 2 * field)) ?? '' }
  })
}

/** Follows a relocation to a string. */
function stringsAt(elf: ElfFile): Strings {
  const tables = new Map<Section, StringTable>()
  return (relocation) => {
    const section = relocation === undefined || relocation.symbol.shndx === SHN.undef ? undefined : elf.sections[relocation.symbol.shndx]
    if (relocation === undefined || section === undefined) return undefined
    const strings = tables.get(section) ?? new StringTable(section.data)
    tables.set(section, strings)
    return strings.at(Number(relocation.symbol.value + relocation.addend), `${section.name}: name of an exported symbol`)
  }
}

/**
 * CRCs are numbers in the section; before Linux 5.19 the value of an absolute symbol that a relocation puts there, or, with MODULE_REL_CRCS,
 * a number elsewhere to which a relocation leads.
 */
function crcReader(elf: ElfFile, name: string): (i: number) => number | undefined {
  const section = allocatedSection(elf, name)
  if (section === undefined) return () => undefined
  const places = new Map(relocationsOf(elf, section).map((relocation) => [relocation.offset, relocation]))
  const number = (data: Buffer, at: number): number | undefined => (at >= 0 && at + 4 <= data.length ? (elf.bigEndian ? data.readUInt32BE(at) : data.readUInt32LE(at)) : undefined)
  return (i) => {
    const relocation = places.get(i * 4)
    if (relocation === undefined) return number(section.data, i * 4)
    const value = relocation.symbol.value + relocation.addend
    if (relocation.symbol.shndx === SHN.abs) return Number(BigInt.asUintN(32, value))
    return number(elf.sections[relocation.symbol.shndx]?.data ?? section.data.subarray(0, 0), Number(value))
  }
}
