import { BtfError } from './error.js'

/**
 * The string section of a file, after that of its base: offsets count through both.
 *
 * The section is decoded once, as Latin-1, and names are slices of that text. So every byte stays what it is, offsets are positions,
 * and a file in which a million names lie inside one another costs no more memory than a good one.
 */
export class Strings {
  /** Offsets below are the base's. */
  readonly start: number
  /** First offset that is outside. */
  readonly end: number
  private readonly text: string
  /** Where the zero bytes are, ascending: to look for the end of a name byte by byte would take quadratic time in a bad file. */
  private readonly zeros: Uint32Array

  /** @throws BtfError when the section does not end with a zero byte, or a base's does not begin with one. */
  constructor(
    section: Buffer,
    private readonly base: Strings | undefined,
  ) {
    if (section.length === 0 ? base === undefined : section.at(-1) !== 0) throw new BtfError(`BTF strings: the section of ${section.length} bytes does not end with a zero byte`)
    if (base === undefined && section[0] !== 0) throw new BtfError('BTF strings: the section does not begin with the empty string; is this split BTF read without its base?')
    this.start = base?.end ?? 0
    this.end = this.start + section.length
    this.text = section.toString('latin1')
    this.zeros = zerosOf(section)
  }

  has(offset: number): boolean {
    return offset < this.end
  }

  /** The name at an offset. @throws BtfError that names the type when the offset is outside. */
  at(offset: number, id: number): string {
    if (offset >= this.end) throw new BtfError(`name of type ${id}: string offset ${offset} is outside the ${this.end} bytes of strings`)
    if (offset < this.start) return this.base?.at(offset, id) ?? ''
    const from = offset - this.start
    return this.text.slice(from, this.endOf(from))
  }

  /** A hash of the name at an offset, equal to `hashOf` of that name. Offsets outside have the hash of the empty name. */
  hashAt(offset: number): number {
    if (offset < this.start) return this.base?.hashAt(offset) ?? EMPTY
    return hash(this.text, offset - this.start)
  }

  private endOf(from: number): number {
    let [low, high] = [0, this.zeros.length - 1]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.zeros[middle] ?? 0) < from) low = middle + 1
      else high = middle
    }
    return this.zeros[low] ?? from
  }
}

function zerosOf(section: Buffer): Uint32Array {
  let count = 0
  for (let at = 0; at < section.length; at++) if (section[at] === 0) count++
  const zeros = new Uint32Array(count)
  for (let at = 0, i = 0; at < section.length; at++) if (section[at] === 0) zeros[i++] = at
  return zeros
}

/** Longest identifier that a kernel takes (KSYM_NAME_LEN, include/linux/kallsyms.h, since 6.1); what comes after it is not hashed. */
export const LONGEST_NAME = 512
const EMPTY = 0

/** Hash of the text from a position to a zero character or the text's end. Every value stays below 2^53, so it is exact. */
function hash(text: string, from: number): number {
  const end = Math.min(text.length, from + LONGEST_NAME)
  let value = EMPTY
  for (let at = from; at < end; at++) {
    const character = text.charCodeAt(at)
    if (character === 0) break
    value = (value * 31 + character) >>> 0
  }
  return value
}

export const hashOf = (name: string): number => hash(name, 0)
