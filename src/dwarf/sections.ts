import * as zlib from 'node:zlib'
import { Bytes } from './bytes.js'
import { DwarfError } from './error.js'
import { relocated } from './relocate.js'

/** The sections that are read, relocated and decompressed. Those that the file lacks are empty. */
export interface DwarfSections {
  /** More than one where type units have sections of their own. */
  readonly info: readonly Bytes[]
  readonly abbrev: Bytes
  readonly line: Bytes
  readonly str: Bytes
  readonly lineStr: Bytes
  readonly strOffsets: Bytes
}

/** Elf64_Ehdr, Elf64_Shdr and Elf64_Chdr: ELF-64 object file format, figures 2 and 8; gABI, "Section compression". */
const HEADER = { size: 64, type: 0x10, machine: 0x12, shoff: 0x28, shentsize: 0x3a, shnum: 0x3c, shstrndx: 0x3e }
const ENTRY = { size: 64, name: 0, type: 4, flags: 8, offset: 0x18, length: 0x20, link: 0x28, info: 0x2c }
const COMPRESSION = { size: 24, type: 0, length: 8 }
const ET_REL = 1
const SHT = { rela: 4, nobits: 8, rel: 9 }
const SHF_COMPRESSED = 0x800
const ELFCOMPRESS = { zlib: 1, zstd: 2 }

/** Bytes of all sections after decompression; the largest modules have a fifth of it. */
const UNPACKED_LIMIT = 256 << 20
const NAME_LIMIT = 256

interface Header {
  readonly name: string
  readonly type: number
  readonly flags: number
  readonly offset: number
  readonly length: number
  readonly link: number
  readonly info: number
}

/** The DWARF sections of an ELF64 file of either byte order. @throws DwarfError */
export function dwarfSections(file: Buffer): DwarfSections {
  if (file.length < HEADER.size || file.readUInt32BE(0) !== 0x7f454c46) throw new DwarfError('ELF header: the file does not begin with \\x7fELF')
  if (file[4] !== 2) throw new DwarfError('ELF header: not a 64-bit file', 'unsupported')
  if (file[5] !== 1 && file[5] !== 2) throw new DwarfError('ELF header: the byte order is neither little nor big')
  const elf = new Bytes(file, file[5] === 1, 'ELF file')
  const headers = sectionHeaders(elf)
  const mayRelocate = elf.u16(HEADER.type) === ET_REL
  let left = UNPACKED_LIMIT

  const content = ({ name, type, flags, offset, length }: Header): Bytes => {
    if (type === SHT.nobits) throw new DwarfError(`${name}: the section has no contents, they were moved to another file`, 'absent')
    elf.check(offset, length)
    const raw = new Bytes(file.subarray(offset, offset + length), elf.littleEndian, name)
    if ((flags & SHF_COMPRESSED) === 0) return raw
    const unpacked = decompressed(raw, left)
    left -= unpacked.length
    return unpacked
  }

  // A target's relocations come in a section whose sh_info is the target's index and whose sh_link is that of the symbols.
  const relocations = new Map(headers.filter(({ type }) => mayRelocate && (type === SHT.rela || type === SHT.rel)).map((header) => [header.info, header]))
  let symbols: { readonly index: number; readonly bytes: Bytes } | undefined
  const named = (name: string): Bytes[] =>
    headers.flatMap((header, index) => {
      if (header.name !== name) return []
      const bytes = content(header)
      const rela = relocations.get(index)
      if (rela === undefined) return [bytes]
      if (rela.type === SHT.rel) throw new DwarfError(`${rela.name}: relocations without addends`, 'unsupported')
      if (symbols?.index !== rela.link) {
        const table = headers[rela.link]
        if (table === undefined) throw new DwarfError(`${rela.name}: its symbol table, section ${rela.link}, does not exist`)
        symbols = { index: rela.link, bytes: content(table) }
      }
      return [new Bytes(relocated(bytes, content(rela), symbols.bytes, elf.u16(HEADER.machine)), elf.littleEndian, name)]
    })
  const one = (name: string): Bytes => named(name)[0] ?? new Bytes(Buffer.alloc(0), elf.littleEndian, name)

  const info = named('.debug_info')
  if (info.length === 0) throw new DwarfError('.debug_info: the file has no such section; it was built without debug information or stripped', 'absent')
  return { info, abbrev: one('.debug_abbrev'), line: one('.debug_line'), str: one('.debug_str'), lineStr: one('.debug_line_str'), strOffsets: one('.debug_str_offsets') }
}

function sectionHeaders(elf: Bytes): Header[] {
  const table = elf.u64(HEADER.shoff)
  if (table === 0) throw new DwarfError('ELF header: the file has no sections', 'absent')
  if (elf.u16(HEADER.shentsize) !== ENTRY.size) throw new DwarfError(`ELF header: section headers of ${elf.u16(HEADER.shentsize)} bytes instead of ${ENTRY.size}`)
  // Numbers that do not fit into the header are in the first entry (gABI, "ELF header", e_shnum and e_shstrndx).
  const count = elf.u16(HEADER.shnum) || elf.u64(table + ENTRY.length)
  elf.check(table, count * ENTRY.size)
  const namesIndex = elf.u16(HEADER.shstrndx) === 0xffff ? elf.u32(table + ENTRY.link) : elf.u16(HEADER.shstrndx)
  if (namesIndex >= count) throw new DwarfError(`ELF header: section ${namesIndex} of names does not exist`)
  const namesAt = elf.u64(table + namesIndex * ENTRY.size + ENTRY.offset)
  const namesLength = elf.u64(table + namesIndex * ENTRY.size + ENTRY.length)
  elf.check(namesAt, namesLength)
  const names = new Bytes(elf.data.subarray(namesAt, namesAt + namesLength), elf.littleEndian, 'section names')
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * ENTRY.size
    return {
      // No name that is looked for is longer.
      name: names.text(elf.u32(at + ENTRY.name), NAME_LIMIT) ?? '',
      type: elf.u32(at + ENTRY.type),
      flags: elf.u64(at + ENTRY.flags),
      offset: elf.u64(at + ENTRY.offset),
      length: elf.u64(at + ENTRY.length),
      link: elf.u32(at + ENTRY.link),
      info: elf.u32(at + ENTRY.info),
    }
  })
}

function decompressed(raw: Bytes, limit: number): Bytes {
  const type = raw.u32(COMPRESSION.type)
  const length = raw.u64(COMPRESSION.length)
  if (length > limit) throw new DwarfError(`${raw.what}: ${length} bytes when decompressed, more than the ${limit} that are allowed`, 'unsupported')
  const packed = raw.data.subarray(COMPRESSION.size)
  // node:zlib refuses a limit of 0.
  const options = { maxOutputLength: Math.max(1, length) }
  try {
    const data = inflate(type, packed, options, raw.what)
    if (data.length !== length) throw new DwarfError(`${raw.what}: ${data.length} bytes when decompressed instead of ${length}`)
    return new Bytes(data, raw.littleEndian, raw.what)
  } catch (error) {
    if (error instanceof DwarfError) throw error
    throw new DwarfError(`${raw.what}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function inflate(type: number, packed: Buffer, options: { readonly maxOutputLength: number }, what: string): Buffer {
  if (type === ELFCOMPRESS.zlib) return zlib.inflateSync(packed, options)
  if (type !== ELFCOMPRESS.zstd) throw new DwarfError(`${what}: compression type ${type} is not known`, 'unsupported')
  // Only since node 22.15, whatever the type definitions say.
  const { zstdDecompressSync } = zlib as Partial<typeof zlib>
  if (zstdDecompressSync === undefined) throw new DwarfError(`${what}: compressed with zstd, which node ${process.versions.node} cannot read`, 'unsupported')
  return zstdDecompressSync(packed, options)
}
