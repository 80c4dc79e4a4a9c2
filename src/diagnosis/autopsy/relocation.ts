import { type ElfFile, ElfError, type Section, SHT } from '../../elf/elf.js'
import { relocationsOf } from '../../elf/relocations.js'
import type { RefusedRelocation } from './report.js'

/** Bytes that a relocation writes (x86-64 psABI, table 4.9), for the types that the kernel applies (arch/x86/kernel/module.c, __apply_relocate_add). */
const WIDTH: Readonly<Record<number, { readonly bytes: 4 | 8; readonly relative?: true }>> = {
  1: { bytes: 8 },
  2: { bytes: 4, relative: true },
  4: { bytes: 4, relative: true },
  10: { bytes: 4 },
  11: { bytes: 4 },
  24: { bytes: 8, relative: true },
}

/** Bytes of an Elf64_Sym, and where its value stands. */
const SYMBOL = { size: 24, value: 8 }

/** What the debugger saw when apply_relocate_add() had failed. */
export interface RefusedTable {
  /** Number of the relocation section. */
  readonly section: number
  /** Where the section that it writes to lies in the guest. */
  readonly targetAddress: bigint
  /** That section's bytes after the failure: records before the refused one are done, the refused one and those after it are not. */
  readonly target: Buffer
  /** The symbol table as the loader had resolved it. */
  readonly symbols: Buffer
}

/**
 * Which record was refused: the first whose place does not hold what it was to write. Both tables are read in full, so this is linear.
 * @throws ElfError when the section numbers of guest and file do not agree
 */
export function refusedRelocation(module: ElfFile, seen: RefusedTable): RefusedRelocation | undefined {
  const table = module.sections[seen.section]
  const target = table === undefined ? undefined : module.sections[table.info]
  if (table === undefined || target === undefined || table.type !== SHT.rela) throw new ElfError(`the guest relocated section ${seen.section}, which is no table of relocations in the module's file`)
  // One table can be looked at alone; a section may have several.
  const only: ElfFile = { ...module, sections: module.sections.map((section): Section => (section.type === SHT.rela && section !== table ? { ...section, type: SHT.null } : section)) }
  for (const [entry, { offset, type, symbol, addend }] of relocationsOf(only, target).entries()) {
    const width = WIDTH[type]
    const value = seen.symbols.length >= (symbol.index + 1) * SYMBOL.size ? seen.symbols.readBigUInt64LE(symbol.index * SYMBOL.size + SYMBOL.value) : undefined
    if (width === undefined || value === undefined || offset + width.bytes > seen.target.length) continue
    const address = seen.targetAddress + BigInt(offset)
    const wanted = BigInt.asUintN(width.bytes * 8, value + addend - (width.relative === true ? address : 0n))
    const valueAt = (data: Buffer): bigint => (width.bytes === 8 ? data.readBigUInt64LE(offset) : BigInt(data.readUInt32LE(offset)))
    const found = valueAt(seen.target)
    const inFile = offset + width.bytes <= target.data.length && valueAt(target.data) === found
    if (found !== wanted) return { section: table.name, entry, type, symbol: symbol.name === '' ? (symbol.sectionName ?? '') : symbol.name, target: target.name, offset, address, found, wanted, inFile }
  }
  return undefined
}

/** Bytes that a relocation of this type writes; 8 for those that are not known. */
export function widthOf(type: number): 4 | 8 {
  return WIDTH[type]?.bytes ?? 8
}
