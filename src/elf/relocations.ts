import { ElfError, safe } from './bytes.js'
import { type ElfFile, type Section, SHT } from './elf.js'
import { EM_MIPS } from './identity.js'
import { type ElfSymbol, symbolsOf } from './symbols.js'

export interface Relocation {
  /** Where in the section, in bytes. */
  readonly offset: number
  /** The machine's number of the way it is done. */
  readonly type: number
  readonly symbol: ElfSymbol
  /** Signed. 0 in tables without addends (SHT_REL), where it lies in the section itself. */
  readonly addend: bigint
}

/** Bytes of an Elf64_Rela and an Elf64_Rel: offset 8, info 8, addend 8. */
const RELA = 24
const REL = 16

const NO_SYMBOL: ElfSymbol = { index: 0, name: '', value: 0n, size: 0, bind: 0, type: 0, shndx: 0 }

/** The relocations of the first section of that name, in the order of the file; none when it has no table. @throws ElfError */
export function relocations(elf: ElfFile, sectionName: string): Relocation[] {
  const target = elf.sections.find(({ name }) => name === sectionName)
  return target === undefined ? [] : relocationsOf(elf, target)
}

/** The relocations of a section (ELF-64 object file format, figures 15 and 16). @throws ElfError */
export function relocationsOf(elf: ElfFile, target: Section): Relocation[] {
  return elf.sections.filter(({ type, info }) => (type === SHT.rela || type === SHT.rel) && info === target.index).flatMap((table) => entriesOf(elf, table))
}

function entriesOf(elf: ElfFile, table: Section): Relocation[] {
  const { data } = table
  const size = table.type === SHT.rela ? RELA : REL
  const linked = elf.sections[table.link]
  const symbols = linked !== undefined && (linked.type === SHT.symtab || linked.type === SHT.dynsym) ? symbolsOf(elf, linked) : []
  const [u32, u64, s64] = elf.bigEndian
    ? [(at: number) => data.readUInt32BE(at), (at: number) => data.readBigUInt64BE(at), (at: number) => data.readBigInt64BE(at)]
    : [(at: number) => data.readUInt32LE(at), (at: number) => data.readBigUInt64LE(at), (at: number) => data.readBigInt64LE(at)]
  // Symbol and type are the halves of one number; little-endian MIPS keeps them in the order of big-endian machines, the type as four bytes (ELF-64 for MIPS, figure 8).
  const mips = elf.machine === EM_MIPS && !elf.bigEndian
  const [symbolAt, typeAt] = elf.bigEndian || mips ? [8, 12] : [12, 8]

  return Array.from({ length: Math.floor(data.length / size) }, (_, i): Relocation => {
    const at = i * size
    const index = u32(at + symbolAt)
    const symbol = symbols[index] ?? (index === 0 ? NO_SYMBOL : undefined)
    if (symbol === undefined) throw new ElfError(`relocation ${i} of ${table.name}: there is no symbol ${index} among ${symbols.length}`)
    return { offset: safe(u64(at), `offset of relocation ${i} of ${table.name}`), type: mips ? data.readUInt32BE(at + typeAt) : u32(at + typeAt), symbol, addend: size === RELA ? s64(at + 16) : 0n }
  })
}
