import { ElfError, integer, readSections } from '../elf/elf.js'
import type { Frame } from './frames.js'

/** Where in an object file a frame is: what `addr2line -j SECTION` takes. */
export interface CodeAddress {
  readonly section: string
  /** Bytes from the start of the section. */
  readonly address: number
}

/** Layout of a symbol of ELF64 (object file format, figure 6). */
const SYMBOL = { size: 24, name: 0, info: 4, section: 6, value: 8, length: 16 }
const STT_FUNC = 2
const STT_NOTYPE = 0

interface FunctionSymbol {
  readonly section: string
  readonly value: number
  readonly size: number
}

/** Functions of a module by name; a name may stand for several, one in each source file. @throws ElfError */
export function functionsOf(module: Buffer): ReadonlyMap<string, readonly FunctionSymbol[]> {
  const sections = readSections(module)
  const table = sections.find(({ name }) => name === '.symtab')?.data
  const strings = sections.find(({ name }) => name === '.strtab')?.data
  if (table === undefined || strings === undefined) throw new ElfError('.symtab: the module has no symbols')
  const functions = new Map<string, FunctionSymbol[]>()
  for (let at = 0; at + SYMBOL.size <= table.length; at += SYMBOL.size) {
    const type = integer(table, at + SYMBOL.info, 1, 'type of a symbol') & 0xf
    const section = sections[integer(table, at + SYMBOL.section, 2, 'section of a symbol')]
    if ((type !== STT_FUNC && type !== STT_NOTYPE) || section === undefined || !/text/.test(section.name)) continue
    const start = integer(table, at + SYMBOL.name, 4, 'name of a symbol')
    const end = strings.indexOf(0, start)
    if (end <= start) continue
    const name = strings.toString('latin1', start, end)
    const symbol = { section: section.name, value: integer(table, at + SYMBOL.value, 8, 'value of a symbol'), size: integer(table, at + SYMBOL.length, 8, 'size of a symbol') }
    const same = functions.get(name)
    if (same === undefined) functions.set(name, [symbol])
    else same.push(symbol)
  }
  return functions
}

/**
 * Where a frame is in the file. Of several functions of one name it is the one of that size; when none has it, the only one. The kernel
 * counts the size up to the next symbol, so it may be larger by the padding. A return address is one past the call that is meant.
 */
export function addressOf(frame: Frame, functions: ReadonlyMap<string, readonly FunctionSymbol[]>): CodeAddress | undefined {
  const named = functions.get(frame.symbol) ?? []
  const sized = named.filter(({ size }) => size <= frame.size && frame.size - size < 64)
  const [symbol] = sized.length > 0 ? sized : named.length === 1 ? named : []
  if (symbol === undefined || frame.offset > frame.size) return undefined
  return { section: symbol.section, address: symbol.value + Math.max(0, frame.offset - (frame.exact ? 0 : 1)) }
}
