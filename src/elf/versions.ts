import { ElfError, integer } from './bytes.js'
import { type ElfFile, allocatedSection } from './elf.js'
import { StringTable } from './strings.js'

/** The version of an imported symbol that the module was built for. */
export interface SymbolVersion {
  readonly name: string
  /** 32 bits; a larger number is stored in the file and equals no CRC. */
  readonly crc: number
}

/** Bytes of a struct modversion_info: an unsigned long and MODULE_NAME_LEN (include/linux/module.h, include/linux/moduleparam.h). */
const ENTRY = 64
const NAME_AT = 8

/**
 * The entries of a `__versions` section, in order; undefined without that section (kernel/module/version.c, check_version).
 * @throws ElfError
 */
export function readVersions(elf: ElfFile): SymbolVersion[] | undefined {
  const data = allocatedSection(elf, '__versions')?.data
  if (data === undefined) return undefined
  return Array.from({ length: Math.floor(data.length / ENTRY) }, (_, i) => {
    const entry = data.subarray(i * ENTRY, (i + 1) * ENTRY)
    const end = entry.indexOf(0, NAME_AT)
    if (end < 0) throw new ElfError(`__versions: the name of entry ${i} does not end`)
    return { crc: integer(entry, 0, 8, `__versions: CRC of entry ${i}`, elf.bigEndian), name: entry.toString('utf8', NAME_AT, end) }
  })
}

/**
 * The same from `__version_ext_crcs` and `__version_ext_names`, which take names of any length (since Linux 6.14; kernel/module/version.c,
 * modversion_ext_start): 32-bit numbers, and as many strings one after the other.
 * @throws ElfError when one of the two is missing, or names run out before the numbers.
 */
export function readExtendedVersions(elf: ElfFile): SymbolVersion[] | undefined {
  const crcs = allocatedSection(elf, '__version_ext_crcs')?.data
  const names = allocatedSection(elf, '__version_ext_names')?.data
  if (crcs === undefined && names === undefined) return undefined
  if (crcs === undefined || names === undefined) throw new ElfError(`extended versions: there are ${crcs === undefined ? 'names without CRCs' : 'CRCs without names'}`)
  const strings = new StringTable(names)
  let at = 0
  return Array.from({ length: Math.floor(crcs.length / 4) }, (_, i) => {
    const end = names.indexOf(0, at)
    if (end < 0) throw new ElfError(`__version_ext_names: there are more than ${i} CRCs and only ${i} names`)
    const name = strings.at(at, `__version_ext_names: name ${i}`)
    at = end + 1
    return { name, crc: integer(crcs, i * 4, 4, `__version_ext_crcs: CRC ${i}`, elf.bigEndian) }
  })
}
