/** Hand-made ELF64 files with DWARF in them: offsets from the ELF-64 object file format, layouts from DWARF 5, chapter 7. */

export interface ImageSection {
  readonly name: string
  readonly data: Buffer
  readonly type?: number
  readonly flags?: number
  readonly link?: number
  readonly info?: number
}

export interface Endian {
  readonly little: boolean
}

/** An unsigned number of `bytes` bytes. */
export function fixed(value: number, bytes: number, { little }: Endian): Buffer {
  const buffer = Buffer.alloc(bytes)
  for (let i = 0; i < bytes; i++) buffer[little ? i : bytes - 1 - i] = Math.floor(value / 256 ** i) % 256
  return buffer
}

export function uleb(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest % 128) | 0x80)
  }
}

export const zero = (text: string): Buffer => Buffer.from(`${text}\0`)

/** An ELF file of these sections; `type` is e_type, 2 (executable) needing no relocations, 1 being relocatable. */
export function elfImage(sections: readonly ImageSection[], endian: Endian, { type = 2, machine = 62 } = {}): Buffer {
  const names = Buffer.from(`\0${[...sections.map(({ name }) => name), '.shstrtab'].join('\0')}\0`)
  const all = [{ name: '', data: Buffer.alloc(0), type: 0 }, ...sections, { name: '.shstrtab', data: names, type: 3 }] as readonly ImageSection[]
  let offset = 64
  let nameAt = 0
  const headers = all.map((section) => {
    const header = [fixed(nameAt, 4, endian), fixed(section.type ?? 1, 4, endian), fixed(section.flags ?? 0, 8, endian), fixed(0, 8, endian), fixed(offset, 8, endian), fixed(section.data.length, 8, endian), fixed(section.link ?? 0, 4, endian), fixed(section.info ?? 0, 4, endian), fixed(1, 8, endian), fixed(0, 8, endian)]
    offset += section.data.length
    nameAt += section.name.length + 1
    return Buffer.concat(header)
  })
  const start = [Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, endian.little ? 1 : 2, 1]), Buffer.alloc(9), fixed(type, 2, endian), fixed(machine, 2, endian), fixed(1, 4, endian), fixed(0, 16, endian), fixed(offset, 8, endian), fixed(0, 4, endian)]
  const counts = [64, 0, 0, 64, all.length, all.length - 1].map((value) => fixed(value, 2, endian))
  return Buffer.concat([...start, ...counts, ...all.map(({ data }) => data), ...headers])
}

/** A unit's length before its contents. */
export function withLength(contents: Buffer, endian: Endian): Buffer {
  return Buffer.concat([fixed(contents.length, 4, endian), contents])
}

/** A compilation unit whose table of abbreviations begins at 0. */
export function unit(version: 4 | 5, entries: Buffer, endian: Endian): Buffer {
  const header = version === 5 ? [fixed(5, 2, endian), Buffer.from([1, 8]), fixed(0, 4, endian)] : [fixed(4, 2, endian), fixed(0, 4, endian), Buffer.from([8])]
  return withLength(Buffer.concat([...header, entries]), endian)
}

/** One entry of .debug_abbrev; `attributes` are pairs of attribute and form, with a third number for implicit_const. */
export function abbreviation(code: number, tag: number, hasChildren: boolean, attributes: readonly (readonly number[])[]): Buffer {
  return Buffer.concat([uleb(code), uleb(tag), Buffer.from([hasChildren ? 1 : 0]), ...attributes.flat().map(uleb), Buffer.from([0, 0])])
}

/** A DWARF 4 line table with these files, all in the directory of the compilation. */
export function lineTable(files: readonly string[], endian: Endian): Buffer {
  const rest = Buffer.concat([Buffer.from([1, 1, 1, 0xfb, 14, 1, 0]), ...files.map((file) => Buffer.concat([zero(file), Buffer.from([0, 0, 0])])), Buffer.from([0])])
  return withLength(Buffer.concat([fixed(4, 2, endian), fixed(rest.length, 4, endian), rest]), endian)
}
