import { ElfError } from './bytes.js'

/** Legitimate files hardly exceed their table's own length; a file whose strings all begin inside one long string would cost quadratic time. */
const OVERLAP = 16
const SLACK = 65536

/** Strings by their offset in a section of strings that end with NUL (System V gABI, chapter 4, "String Table"). */
export class StringTable {
  private readonly known = new Map<number, string>()
  private budget: number

  constructor(private readonly data: Buffer) {
    this.budget = data.length * OVERLAP + SLACK
  }

  /** @throws ElfError when the string is not inside the table. */
  at(offset: number, what: string): string {
    const known = this.known.get(offset)
    if (known !== undefined) return known
    // A missing table is how files without any name look.
    if (offset === 0 && this.data.length === 0) return ''
    const end = offset >= 0 && offset < this.data.length ? this.data.indexOf(0, offset) : -1
    if (end < 0) throw new ElfError(`${what}: offset ${offset} is outside the string table of ${this.data.length} bytes`)
    this.budget -= end - offset
    if (this.budget < 0) throw new ElfError(`${what}: the string table of ${this.data.length} bytes holds far too many overlapping names`)
    const text = this.data.toString('utf8', offset, end)
    this.known.set(offset, text)
    return text
  }
}
