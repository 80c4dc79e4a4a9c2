/** A file is not the ELF that was expected. The message says what was being read. */
export class ElfError extends Error {
  override readonly name = 'ElfError'
}

/** Every read of a number goes through here, so that none can leave the file. @throws ElfError, also when the number is no safe integer. */
export function integer(data: Buffer, offset: number, bytes: 1 | 2 | 4 | 8, what: string, bigEndian = false): number {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + bytes > data.length) throw new ElfError(`${what}: offset ${offset} is outside the file of ${data.length} bytes`)
  if (bytes < 8) return bigEndian ? data.readUIntBE(offset, bytes) : data.readUIntLE(offset, bytes)
  return safe(bigEndian ? data.readBigUInt64BE(offset) : data.readBigUInt64LE(offset), what)
}

/** An address or an addend, which may need all 64 bits. @throws ElfError */
export function wide(data: Buffer, offset: number, what: string, bigEndian = false): bigint {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + 8 > data.length) throw new ElfError(`${what}: offset ${offset} is outside the file of ${data.length} bytes`)
  return bigEndian ? data.readBigUInt64BE(offset) : data.readBigUInt64LE(offset)
}

/** The number as a JavaScript integer. @throws ElfError when it is too large for one. */
export function safe(value: bigint, what: string): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new ElfError(`${what}: ${number} is too large`)
  return number
}

/** The bytes from `offset` on, not copied. @throws ElfError */
export function range(data: Buffer, offset: number, length: number, what: string): Buffer {
  if (offset < 0 || length < 0 || offset + length > data.length) throw new ElfError(`${what}: bytes ${offset} to ${offset + length} are outside the file of ${data.length} bytes`)
  return data.subarray(offset, offset + length)
}
