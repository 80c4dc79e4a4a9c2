/** Hand-made ELF64 files: field offsets from the System V gABI, chapters 4 and 5. */

function header(sections: number, sectionTable: number, segments: number): Buffer {
  const buffer = Buffer.alloc(64)
  buffer.write('\x7fELF\x02\x01\x01', 'latin1')
  buffer.writeBigUInt64LE(BigInt(segments > 0 ? 64 : 0), 0x20)
  buffer.writeBigUInt64LE(BigInt(sectionTable), 0x28)
  buffer.writeUInt16LE(56, 0x36)
  buffer.writeUInt16LE(segments, 0x38)
  buffer.writeUInt16LE(64, 0x3a)
  buffer.writeUInt16LE(sections, 0x3c)
  buffer.writeUInt16LE(Math.max(0, sections - 1), 0x3e)
  return buffer
}

function sectionHeader(name: number, type: number, offset: number, size: number): Buffer {
  const buffer = Buffer.alloc(64)
  buffer.writeUInt32LE(name, 0)
  buffer.writeUInt32LE(type, 4)
  buffer.writeBigUInt64LE(BigInt(offset), 0x18)
  buffer.writeBigUInt64LE(BigInt(size), 0x20)
  return buffer
}

/** A module that holds nothing but these .modinfo strings. */
export function moduleImage(strings: readonly string[]): Buffer {
  const info = Buffer.from(strings.map((text) => `${text}\0`).join(''))
  const names = Buffer.from('\0.modinfo\0.shstrtab\0')
  const table = 64 + info.length + names.length
  return Buffer.concat([header(3, table, 0), info, names, sectionHeader(0, 0, 0, 0), sectionHeader(1, 1, 64, info.length), sectionHeader(10, 3, 64 + info.length, names.length)])
}

/** A kernel image with one note segment. */
export function noteImage(name: string, type: number): Buffer {
  const owner = Buffer.from(`${name}\0`.padEnd(Math.ceil((name.length + 1) / 4) * 4, '\0'), 'latin1')
  const note = Buffer.concat([Buffer.alloc(12), owner, Buffer.alloc(8)])
  note.writeUInt32LE(name.length + 1, 0)
  note.writeUInt32LE(8, 4)
  note.writeUInt32LE(type, 8)
  const segment = Buffer.alloc(56)
  segment.writeUInt32LE(4, 0)
  segment.writeBigUInt64LE(BigInt(64 + 56), 8)
  segment.writeBigUInt64LE(BigInt(note.length), 32)
  return Buffer.concat([header(0, 0, 1), segment, note])
}
