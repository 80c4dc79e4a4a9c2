/** A file is not the ELF that was expected. The message says what was being read. */
export class ElfError extends Error {
  override readonly name = 'ElfError'
}

export interface Section {
  readonly name: string
  readonly type: number
  readonly data: Buffer
}

/** Sizes and offsets of the ELF-64 object file format, versions 1.5 draft 2, figures 2 and 8. */
const HEADER = { size: 64, class: 4, encoding: 5, shoff: 0x28, shentsize: 0x3a, shnum: 0x3c, shstrndx: 0x3e }
const ENTRY = { size: 64, name: 0, type: 4, offset: 0x18, length: 0x20 }
const SHT_NOBITS = 8

/** Every read of a number goes through here, so that none can leave the file. */
export function integer(data: Buffer, offset: number, bytes: 1 | 2 | 4 | 8, what: string): number {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + bytes > data.length) throw new ElfError(`${what}: offset ${offset} is outside the file of ${data.length} bytes`)
  if (bytes < 8) return data.readUIntLE(offset, bytes)
  const value = Number(data.readBigUInt64LE(offset))
  if (!Number.isSafeInteger(value)) throw new ElfError(`${what}: ${value} is too large`)
  return value
}

export function range(data: Buffer, offset: number, length: number, what: string): Buffer {
  if (offset < 0 || length < 0 || offset + length > data.length) throw new ElfError(`${what}: bytes ${offset} to ${offset + length} are outside the file of ${data.length} bytes`)
  return data.subarray(offset, offset + length)
}

/** The sections of a little-endian ELF64 file. @throws ElfError */
export function readSections(data: Buffer): Section[] {
  if (data.length < HEADER.size || data.readUInt32BE(0) !== 0x7f454c46) throw new ElfError('ELF header: the file does not begin with \\x7fELF')
  if (data[HEADER.class] !== 2) throw new ElfError('ELF header: not a 64-bit file')
  if (data[HEADER.encoding] !== 1) throw new ElfError('ELF header: not little-endian')
  const table = integer(data, HEADER.shoff, 8, 'section header table')
  const size = integer(data, HEADER.shentsize, 2, 'section header size')
  const count = integer(data, HEADER.shnum, 2, 'number of sections')
  if (count > 0 && size !== ENTRY.size) throw new ElfError(`section header size: ${size} instead of ${ENTRY.size}`)
  const headers = Array.from({ length: count }, (_, i) => range(data, table + i * size, size, `header of section ${i}`))
  const contents = headers.map((header, i) => {
    const type = integer(header, ENTRY.type, 4, `type of section ${i}`)
    const content = type === SHT_NOBITS ? data.subarray(0, 0) : range(data, integer(header, ENTRY.offset, 8, `section ${i}`), integer(header, ENTRY.length, 8, `section ${i}`), `section ${i}`)
    return { type, content, nameAt: integer(header, ENTRY.name, 4, `name of section ${i}`) }
  })
  const names = contents[integer(data, HEADER.shstrndx, 2, 'index of section names')]?.content ?? data.subarray(0, 0)
  return contents.map(({ type, content, nameAt }, i) => ({ name: text(names, nameAt, `name of section ${i}`), type, data: content }))
}

function text(strings: Buffer, offset: number, what: string): string {
  if (offset === 0 && strings.length === 0) return ''
  const end = strings.indexOf(0, offset)
  if (offset >= strings.length || end < 0) throw new ElfError(`${what}: offset ${offset} is outside the string table`)
  return strings.toString('utf8', offset, end)
}
