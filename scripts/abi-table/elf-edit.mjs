// Changes bytes of a finished module, as somebody with a hex editor would. Every function gives a new Buffer, or throws when there is nothing to change.
import { Buffer } from 'node:buffer'

/** Name, offset and size of every section (elf(5), ELF64 little-endian). */
function sections(file) {
  const [table, size, count, names] = [Number(file.readBigUInt64LE(0x28)), file.readUInt16LE(0x3a), file.readUInt16LE(0x3c), file.readUInt16LE(0x3e)]
  const headers = Array.from({ length: count }, (_, i) => {
    const at = table + i * size
    return { name: file.readUInt32LE(at), offset: Number(file.readBigUInt64LE(at + 24)), size: Number(file.readBigUInt64LE(at + 32)) }
  })
  const strings = headers[names].offset
  return headers.map((header) => ({ ...header, name: file.toString('latin1', strings + header.name, file.indexOf(0, strings + header.name)) }))
}

function section(file, name) {
  const found = sections(file).find((one) => one.name === name)
  if (found === undefined) throw new Error(`the module has no section ${name}`)
  return found
}

/** Bytes at an offset of a section become others. */
export function patch(file, name, offset, bytes) {
  const { offset: start, size } = section(file, name)
  if (offset + bytes.length > size) throw new Error(`${name} has ${size} bytes only`)
  const copy = Buffer.from(file)
  Buffer.from(bytes).copy(copy, start + offset)
  return copy
}

/** The first `from` in a section becomes `to`, of the same length. */
export function swap(file, name, from, to) {
  if (from.length !== to.length) throw new Error(`${from} and ${to} differ in length`)
  const { offset, size } = section(file, name)
  const at = file.subarray(offset, offset + size).indexOf(from)
  if (at < 0) throw new Error(`${name} holds no ${from}`)
  return patch(file, name, at, Buffer.from(to))
}

/** The value of a modinfo key, followed by zeros where it is shorter than the one before; without a value the key is made unknown. */
export function modinfo(file, key, value) {
  const { offset, size } = section(file, '.modinfo')
  const data = file.subarray(offset, offset + size)
  const start = data.indexOf(`${key}=`)
  if (start < 0 || (start > 0 && data[start - 1] !== 0)) throw new Error(`.modinfo holds no ${key}`)
  const end = data.indexOf(0, start)
  if (value === undefined) return patch(file, '.modinfo', start, Buffer.from('x'))
  const room = end - start - key.length - 1
  if (value.length > room) throw new Error(`${key}: ${value} is longer than ${room}`)
  return patch(file, '.modinfo', start + key.length + 1, Buffer.concat([Buffer.from(value), Buffer.alloc(room - value.length, 0)]))
}

/** A relocation record of the section moves by `delta` bytes: `which` counts from 0. (Elf64_Rela has 24 bytes, r_offset first.) */
export function moveRelocation(file, name, which, delta) {
  const { offset } = section(file, name)
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(file.readBigUInt64LE(offset + which * 24) + BigInt(delta))
  return patch(file, name, which * 24, bytes)
}

/** A 16-bit field of the ELF header. */
export function header(file, offset, value) {
  const copy = Buffer.from(file)
  copy.writeUInt16LE(value, offset)
  return copy
}
export const E_TYPE = 0x10
export const E_MACHINE = 0x12

/** The CRC of a symbol in __versions (struct modversion_info: unsigned long crc, then the name; 64 bytes). */
export function changeCrc(file, symbol) {
  const { offset, size } = section(file, '__versions')
  for (let at = 0; at + 64 <= size; at += 64) {
    const name = file.toString('latin1', offset + at + 8, file.indexOf(0, offset + at + 8))
    if (name === symbol) return patch(file, '__versions', at, Buffer.from([file[offset + at] ^ 1]))
  }
  throw new Error(`__versions has no ${symbol}`)
}
