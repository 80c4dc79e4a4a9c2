import { BtfError } from './error.js'

/** Numbers of a BTF file in the file's byte order. Every read is checked against the file's end. */
export class Wire {
  readonly length: number
  private readonly view: DataView

  constructor(
    bytes: Uint8Array,
    readonly littleEndian: boolean,
  ) {
    this.length = bytes.byteLength
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** `offset` in bytes from the beginning of the file. @throws BtfError */
  u32(offset: number, what: string): number {
    this.check(offset, what)
    return this.view.getUint32(offset, this.littleEndian)
  }

  /** `offset` in bytes from the beginning of the file. @throws BtfError */
  i32(offset: number, what: string): number {
    this.check(offset, what)
    return this.view.getInt32(offset, this.littleEndian)
  }

  /** Whether all bytes from `from` to `to` are zero; both are cut at the file's end. */
  isZero(from: number, to: number): boolean {
    for (let at = from; at < Math.min(to, this.length); at++) if (this.view.getUint8(at) !== 0) return false
    return true
  }

  private check(offset: number, what: string): void {
    if (offset < 0 || offset + 4 > this.length) throw new BtfError(`${what}: offset ${offset} is outside the ${this.length} bytes of BTF`)
  }
}
