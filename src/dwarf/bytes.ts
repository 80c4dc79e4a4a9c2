import { DwarfError } from './error.js'

/** A LEB128 of 64 bits has ten bytes; more are padding, which assemblers use, but not without end. */
const LEB_LIMIT = 16

/** A section's bytes. Every read is checked and says, when it fails, which section ended. */
export class Bytes {
  readonly length: number
  /** Where the last value of variable length ended. */
  next = 0
  readonly #view: DataView

  constructor(
    readonly data: Buffer,
    readonly littleEndian: boolean,
    readonly what: string,
  ) {
    this.length = data.length
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  }

  /** @throws DwarfError when `bytes` bytes at `at` are not all inside. */
  check(at: number, bytes: number): void {
    if (!(at >= 0 && at + bytes <= this.length)) throw new DwarfError(`${this.what}: ${bytes} bytes at ${at} are outside the section of ${this.length} bytes`)
  }

  u8(at: number): number {
    this.check(at, 1)
    return this.#view.getUint8(at)
  }

  u16(at: number): number {
    this.check(at, 2)
    return this.#view.getUint16(at, this.littleEndian)
  }

  u24(at: number): number {
    this.check(at, 3)
    const [first, middle, last] = [this.#view.getUint8(at), this.#view.getUint8(at + 1), this.#view.getUint8(at + 2)]
    return this.littleEndian ? first | (middle << 8) | (last << 16) : (first << 16) | (middle << 8) | last
  }

  u32(at: number): number {
    this.check(at, 4)
    return this.#view.getUint32(at, this.littleEndian)
  }

  /** Not exact beyond 2^53, where no offset, size or line of a real file is. */
  u64(at: number): number {
    this.check(at, 8)
    const [first, second] = [this.#view.getUint32(at, this.littleEndian), this.#view.getUint32(at + 4, this.littleEndian)]
    return this.littleEndian ? second * 0x100000000 + first : first * 0x100000000 + second
  }

  /** Unsigned LEB128 (DWARF 5, 7.6); leaves its end in `next`. */
  uleb(at: number): number {
    let value = 0
    let scale = 1
    for (let from = at; from < at + LEB_LIMIT; from++) {
      const byte = this.u8(from)
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        this.next = from + 1
        return value
      }
      scale *= 128
    }
    throw new DwarfError(`${this.what}: the LEB128 number at ${at} does not end`)
  }

  /** Signed LEB128; leaves its end in `next`. */
  sleb(at: number): number {
    const value = this.uleb(at)
    const bits = 7 * (this.next - at)
    return (this.u8(this.next - 1) & 0x40) === 0 ? value : value - 2 ** bits
  }

  /** Where the bytes after the zero-terminated string at `at` begin. */
  afterString(at: number): number {
    this.check(at, 1)
    const end = this.data.indexOf(0, at)
    if (end < 0) throw new DwarfError(`${this.what}: the string at ${at} does not end`)
    return end + 1
  }

  /** The string at `at`, or undefined when it is longer than `limit` bytes: a reader of many strings must not scan the section for each. */
  text(at: number, limit: number): string | undefined {
    this.check(at, 1)
    const last = Math.min(this.length, at + limit + 1)
    for (let end = at; end < last; end++) if (this.data[end] === 0) return this.data.toString('utf8', at, end)
    if (last === this.length) throw new DwarfError(`${this.what}: the string at ${at} does not end`)
    return undefined
  }
}
