/** What readelf(1) prints with -SsrW, as comparable lines. It prints everything in hex but sizes of symbols and small counts. */

export interface ReadelfSays {
  /** `index name address size entsize flags link info align`. */
  readonly sections: readonly string[]
  /** `table index value size bind type section name`. */
  readonly symbols: readonly string[]
  /** `table offset symbol type addend`. */
  readonly relocations: readonly string[]
}

const SECTION = /^ +\[ *(\d+)\] (\S*) +\S+ +([0-9a-f]{16}) [0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+) +([A-Za-z]*) +(\d+) +(\d+) +(\d+)$/
const SYMBOL = /^ +(\d+): ([0-9a-f]{16}) +(\d+|0x[0-9a-f]+) (\S+) +(\S+) +\S+ +(\S+)(?: (.*))?$/
const RELOCATION = /^([0-9a-f]{16}) +([0-9a-f]{8})([0-9a-f]{8}) \S+ .*?(?:([+-]) )?([0-9a-f]+)$/

const BINDS: Readonly<Record<string, number>> = { LOCAL: 0, GLOBAL: 1, WEAK: 2 }
const TYPES: Readonly<Record<string, number>> = { NOTYPE: 0, OBJECT: 1, FUNC: 2, SECTION: 3, FILE: 4 }
const INDEXES: Readonly<Record<string, number>> = { UND: 0, ABS: 0xfff1, COM: 0xfff2 }

export function parseReadelf(text: string): ReadelfSays {
  const says = { sections: [] as string[], symbols: [] as string[], relocations: [] as string[] }
  let table = ''
  for (const line of text.split('\n')) {
    const title = /^(?:Relocation section|Symbol table) '(.*)' /.exec(line)
    if (title !== null) table = title[1] ?? ''
    const section = SECTION.exec(line)
    if (section !== null) {
      const [, index, name, address, size = '', entsize = '', flags, ...rest] = section
      says.sections.push([index, name, BigInt(`0x${address ?? ''}`), parseInt(size, 16), parseInt(entsize, 16), flags, ...rest].join(' '))
      continue
    }
    const symbol = SYMBOL.exec(line)
    if (symbol !== null) {
      const [, index, value, size, type = '', bind = '', ndx = '', name = ''] = symbol
      says.symbols.push([table, index, BigInt(`0x${value ?? ''}`), Number(size), BINDS[bind] ?? bind, TYPES[type] ?? type, INDEXES[ndx] ?? ndx, name].join(' '))
      continue
    }
    const relocation = RELOCATION.exec(line)
    if (relocation !== null) {
      const [, offset = '', of = '', type = '', sign, addend = ''] = relocation
      says.relocations.push([table, parseInt(offset, 16), parseInt(of, 16), parseInt(type, 16), BigInt(`0x${addend}`) * (sign === '-' ? -1n : 1n)].join(' '))
    }
  }
  return says
}

/** sh_flags as readelf writes them ("Key to Flags"), in the order of the bits. */
export function flagLetters(flags: number): string {
  const letters: readonly (readonly [number, string])[] = [[1, 'W'], [2, 'A'], [4, 'X'], [0x10, 'M'], [0x20, 'S'], [0x40, 'I'], [0x80, 'L'], [0x100, 'O'], [0x200, 'G'], [0x400, 'T'], [0x800, 'C'], [0x10000000, 'l']]
  return letters.filter(([bit]) => Math.floor(flags / bit) % 2 === 1).map(([, letter]) => letter).join('')
}
