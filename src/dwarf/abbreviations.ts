import type { Bytes } from './bytes.js'
import { slotOf } from './constants.js'
import { Budget } from './budget.js'
import { DwarfError } from './error.js'
import { FORM, sizeOf, type FormContext } from './forms.js'

/** In a program: step over a number of bytes. No form has this number. */
export const STEP = 0

/**
 * One kind of entry: its tag, and how to go through its attributes. A program is a row of triples: slot (-1: nobody asks), form or STEP, and the number of
 * bytes for STEP or the value for implicit_const. Attributes of known size that nobody asks for are drawn together to one STEP.
 */
export interface Abbreviation {
  readonly tag: number
  readonly hasChildren: boolean
  /** Reads what has a slot. */
  readonly read: readonly number[]
  /** Reads nothing. */
  readonly skip: readonly number[]
}

/** By code. */
export type Abbreviations = readonly (Abbreviation | undefined)[]

/** Compilers number from 1 on without gaps. */
const CODE_LIMIT = 1 << 20
const ENTRIES = 1 << 22
const ATTRIBUTES = 1 << 20

/** The tables of .debug_abbrev (DWARF 5, 7.5.3), each read once. Units have tables of their own, but most of what is in them is alike and kept once. */
export class AbbreviationTables {
  readonly #tables = new Map<string, Abbreviations>()
  readonly #alike = new Map<string, Abbreviation>()
  readonly #entries = new Budget(ENTRIES, '.debug_abbrev: entries')
  readonly #attributes = new Budget(ATTRIBUTES, '.debug_abbrev: attributes of unlike entries')
  readonly #bytes: Budget

  constructor(readonly section: Bytes) {
    // Tables do not overlap, but one may be read for several address sizes and versions.
    this.#bytes = new Budget(4 * section.length, '.debug_abbrev: bytes of tables')
  }

  /** @throws DwarfError */
  at(offset: number, context: FormContext): Abbreviations {
    const key = keyOf(context)
    const known = this.#tables.get(`${key} ${offset}`)
    if (known !== undefined) return known
    const table = this.#table(offset, context, key)
    this.#tables.set(`${key} ${offset}`, table)
    return table
  }

  #table(offset: number, context: FormContext, key: string): Abbreviations {
    const { section } = this
    const table: (Abbreviation | undefined)[] = []
    for (let at = offset; ; ) {
      const code = section.uleb(at)
      if (code === 0) return table
      if (code > CODE_LIMIT) throw new DwarfError(`.debug_abbrev: the code ${code} at ${at} is too large`)
      const from = section.next
      const end = this.#endOf(from)
      const bytes = `${key} ${section.data.toString('latin1', from, end)}`
      let abbreviation = this.#alike.get(bytes)
      if (abbreviation === undefined) {
        abbreviation = this.#compile(from, context)
        this.#alike.set(bytes, abbreviation)
      }
      table[code] = abbreviation
      this.#entries.spend(1)
      this.#bytes.spend(end - at)
      at = end
    }
  }

  /** Where the entry ends of which tag, children and attributes begin at `from`. */
  #endOf(from: number): number {
    const { section } = this
    section.uleb(from)
    for (let at = section.next + 1; ; ) {
      const attribute = section.uleb(at)
      const form = section.uleb(section.next)
      if (form === FORM.implicitConst) section.uleb(section.next)
      at = section.next
      if (attribute === 0 && form === 0) return at
    }
  }

  #compile(from: number, context: FormContext): Abbreviation {
    const { section } = this
    const tag = section.uleb(from)
    const hasChildren = section.u8(section.next) !== 0
    const read: number[] = []
    const skip: number[] = []
    for (let at = section.next + 1; ; ) {
      const attribute = section.uleb(at)
      const form = section.uleb(section.next)
      const constant = form === FORM.implicitConst ? section.sleb(section.next) : 0
      at = section.next
      if (attribute === 0 && form === 0) return { tag, hasChildren, read, skip }
      this.#attributes.spend(1)
      const size = sizeOf(form, context)
      const slot = slotOf(attribute)
      if (slot >= 0) read.push(slot, form, constant)
      else append(read, form, size)
      append(skip, form, size)
    }
  }
}

/** Only these change how long a form is. */
function keyOf({ addressSize, version }: FormContext): string {
  return `${addressSize}${version === 2 ? 'a' : 'b'}`
}

/** Adds the stepping over a value of `size` bytes, or of a size that only the value tells. */
function append(program: number[], form: number, size: number | undefined): void {
  const last = program.length - 3
  if (size === undefined) program.push(-1, form, 0)
  else if (last >= 0 && program[last + 1] === STEP) program[last + 2] = (program[last + 2] ?? 0) + size
  else if (size > 0) program.push(-1, STEP, size)
}
