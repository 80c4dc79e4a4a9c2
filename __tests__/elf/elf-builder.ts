/** Hand-made ELF64 object files of either byte order, down to modules: offsets from the System V gABI, chapters 4 and 5. */

export interface SectionSpec {
  readonly name: string
  readonly type: number
  readonly flags?: number
  readonly address?: bigint
  readonly link?: number
  readonly info?: number
  readonly addralign?: number
  readonly entsize?: number
  readonly data?: Buffer
  /** Written to the header instead of the length of `data`. */
  readonly size?: number
}

export interface ElfSpec {
  readonly bigEndian?: boolean
  readonly type?: number
  readonly machine?: number
  readonly flags?: number
  /** Section 0 and the table of names (the last one) are added. */
  readonly sections: readonly SectionSpec[]
  /** Write count and index of names to section 0. */
  readonly extended?: boolean
}

/** Writes numbers in the byte order of the file. */
export class Writer {
  readonly buffer: Buffer
  constructor(size: number, private readonly bigEndian: boolean) {
    this.buffer = Buffer.alloc(size)
  }
  u16(at: number, value: number): this {
    if (this.bigEndian) this.buffer.writeUInt16BE(value, at)
    else this.buffer.writeUInt16LE(value, at)
    return this
  }
  u32(at: number, value: number): this {
    if (this.bigEndian) this.buffer.writeUInt32BE(value, at)
    else this.buffer.writeUInt32LE(value, at)
    return this
  }
  u64(at: number, value: bigint | number): this {
    const unsigned = BigInt.asUintN(64, BigInt(value))
    if (this.bigEndian) this.buffer.writeBigUInt64BE(unsigned, at)
    else this.buffer.writeBigUInt64LE(unsigned, at)
    return this
  }
}

/** Strings one after the other, the empty one first, and where each begins. */
export function stringTable(strings: readonly string[]): { readonly data: Buffer; readonly offsets: readonly number[] } {
  const parts: Buffer[] = [Buffer.from([0])]
  let at = 1
  const offsets = strings.map((text) => {
    if (text === '') return 0
    const part = Buffer.from(`${text}\0`)
    parts.push(part)
    at += part.length
    return at - part.length
  })
  return { data: Buffer.concat(parts), offsets }
}

export function buildElf({ bigEndian = false, type = 1, machine = 62, flags = 0, sections, extended = false }: ElfSpec): Buffer {
  const names = stringTable([...sections.map(({ name }) => name), '.shstrtab'])
  const all: readonly SectionSpec[] = [...sections, { name: '.shstrtab', type: 3, data: names.data }]
  const count = all.length + 1
  let at = 64
  const places = all.map(({ data }) => {
    at += data?.length ?? 0
    return at - (data?.length ?? 0)
  })
  const header = new Writer(64, bigEndian)
  header.buffer.write('\x7fELF', 'latin1')
  header.buffer.set([2, bigEndian ? 2 : 1, 1], 4)
  header.u16(16, type).u16(18, machine).u64(0x28, at).u32(0x30, flags).u16(0x3a, 64).u16(0x3c, extended ? 0 : count).u16(0x3e, extended ? 0xffff : count - 1)
  const zeroth = new Writer(64, bigEndian)
  if (extended) zeroth.u64(0x20, count).u32(0x28, count - 1)
  const headers = all.map((section, i) =>
    new Writer(64, bigEndian)
      .u32(0, names.offsets[i] ?? 0)
      .u32(4, section.type)
      .u64(8, section.flags ?? 0)
      .u64(0x10, section.address ?? 0n)
      .u64(0x18, places[i] ?? 0)
      .u64(0x20, section.size ?? section.data?.length ?? 0)
      .u32(0x28, section.link ?? 0)
      .u32(0x2c, section.info ?? 0)
      .u64(0x30, section.addralign ?? 1)
      .u64(0x38, section.entsize ?? 0).buffer,
  )
  return Buffer.concat([header.buffer, ...all.map(({ data }) => data ?? Buffer.alloc(0)), zeroth.buffer, ...headers])
}

export interface SymbolSpec {
  readonly name: string
  readonly value?: bigint
  readonly size?: number
  readonly bind?: number
  readonly type?: number
  readonly shndx?: number
}

/** Contents of a symbol table, entry 0 first, and of its strings. */
export function symbolTable(symbols: readonly SymbolSpec[], bigEndian: boolean): { readonly symtab: Buffer; readonly strtab: Buffer } {
  const { data, offsets } = stringTable(symbols.map(({ name }) => name))
  const table = new Writer(24 * (symbols.length + 1), bigEndian)
  for (const [i, { value = 0n, size = 0, bind = 1, type = 0, shndx = 0 }] of symbols.entries()) {
    const at = 24 * (i + 1)
    table.u32(at, offsets[i] ?? 0).u16(at + 6, shndx).u64(at + 8, value).u64(at + 16, size)
    table.buffer.writeUInt8((bind << 4) | type, at + 4)
  }
  return { symtab: table.buffer, strtab: data }
}

export interface RelocationSpec {
  readonly offset: number
  readonly type: number
  readonly symbol: number
  readonly addend: bigint
}

export function relaTable(entries: readonly RelocationSpec[], bigEndian: boolean): Buffer {
  const table = new Writer(24 * entries.length, bigEndian)
  for (const [i, { offset, type, symbol, addend }] of entries.entries()) table.u64(24 * i, offset).u64(24 * i + 8, (BigInt(symbol) << 32n) | BigInt(type)).u64(24 * i + 16, addend)
  return table.buffer
}

export interface ExportSpec {
  readonly name: string
  readonly crc?: number
  readonly gplOnly?: boolean
  readonly namespace?: string
}

export interface ModuleSpec extends Pick<ElfSpec, 'bigEndian' | 'machine' | 'type'> {
  readonly name?: string
  readonly modinfo?: readonly string[]
  readonly symbols?: readonly SymbolSpec[]
  readonly exports?: readonly ExportSpec[]
  /** How exports are written: with __kflagstab (7.0 on), with __ksymtab_gpl and CRCs in the section, or the same with CRCs as absolute symbols (before 5.19). */
  readonly era?: 'flags' | 'sections' | 'absolute'
  /** Distances as PREL32 relocations make them, or addresses. */
  readonly exportField?: 4 | 8
  readonly versions?: readonly (readonly [name: string, crc: number])[]
  readonly extendedVersions?: readonly (readonly [name: string, crc: number])[]
  /** Sections that are added, or, by their name, replace what would be there. */
  readonly sections?: readonly SectionSpec[]
  readonly without?: readonly string[]
}

export function versionsData(versions: readonly (readonly [string, number])[], bigEndian: boolean): Buffer {
  const table = new Writer(64 * versions.length, bigEndian)
  for (const [i, [name, crc]] of versions.entries()) table.u64(64 * i, crc).buffer.write(name, 64 * i + 8)
  return table.buffer
}

/** A module as modpost and the linker would make it, as far as the readers look. */
export function buildModule(spec: ModuleSpec): Buffer {
  const { bigEndian = false, name = 'sample', modinfo = ['license=GPL', `name=${name}`], exports = [], era = 'flags', exportField = 4 } = spec
  const thisModule = Buffer.alloc(256)
  thisModule.write(name, 24)
  const strings = stringTable(exports.flatMap((one) => [one.name, one.namespace ?? '']))
  const groups = era === 'flags' ? [{ suffix: '', members: exports }] : [{ suffix: '', members: exports.filter(({ gplOnly }) => gplOnly !== true) }, { suffix: '_gpl', members: exports.filter(({ gplOnly }) => gplOnly === true) }]
  const symbols: SymbolSpec[] = [...(spec.symbols ?? [])]
  const STRINGS = 3
  const added: SectionSpec[] = [
    { name: '.modinfo', type: 1, flags: 2, data: Buffer.from(modinfo.map((text) => `${text}\0`).join('')) },
    { name: '.gnu.linkonce.this_module', type: 1, flags: 3, data: thisModule },
    { name: '__ksymtab_strings', type: 1, flags: 2, data: strings.data },
  ]
  const tables: { readonly name: string; readonly target: number; readonly entries: RelocationSpec[] }[] = []
  for (const { suffix, members } of groups) {
    if (members.length === 0) continue
    const entries: RelocationSpec[] = []
    const crcs = new Writer(4 * members.length, bigEndian)
    const crcEntries: RelocationSpec[] = []
    for (const [i, member] of members.entries()) {
      const at = i * 3 * exportField
      const place = 2 * exports.indexOf(member)
      symbols.push({ name: member.name, shndx: 2, value: 8n }, { name: `__kstrtab_${member.name}`, bind: 0, shndx: STRINGS, value: BigInt(strings.offsets[place] ?? 0) })
      entries.push({ offset: at, type: 2, symbol: symbols.length - 1, addend: 0n }, { offset: at + exportField, type: 2, symbol: symbols.length, addend: 0n })
      // Against the start of the strings with an addend, as another assembler would write it.
      symbols.push({ name: `__kstrtabns_${member.name}`, bind: 0, shndx: STRINGS, value: 0n })
      entries.push({ offset: at + 2 * exportField, type: 2, symbol: symbols.length, addend: BigInt(strings.offsets[place + 1] ?? 0) })
      if (member.crc === undefined) continue
      if (era === 'absolute') {
        symbols.push({ name: `__crc_${member.name}`, shndx: 0xfff1, value: BigInt(member.crc) })
        crcEntries.push({ offset: 4 * i, type: 10, symbol: symbols.length, addend: 0n })
      } else crcs.u32(4 * i, member.crc)
    }
    added.push({ name: `__ksymtab${suffix}`, type: 1, flags: 2, data: Buffer.alloc(members.length * 3 * exportField) })
    tables.push({ name: `.rela__ksymtab${suffix}`, target: added.length, entries })
    if (members.some(({ crc }) => crc !== undefined)) {
      added.push({ name: `__kcrctab${suffix}`, type: 1, flags: 2, data: crcs.buffer })
      if (crcEntries.length > 0) tables.push({ name: `.rela__kcrctab${suffix}`, target: added.length, entries: crcEntries })
    }
    if (era === 'flags') added.push({ name: '__kflagstab', type: 1, flags: 2, data: Buffer.from(members.map(({ gplOnly }) => (gplOnly === true ? 1 : 0))) })
  }
  if (spec.versions !== undefined) added.push({ name: '__versions', type: 1, flags: 2, data: versionsData(spec.versions, bigEndian) })
  if (spec.extendedVersions !== undefined) {
    const crcs = new Writer(4 * spec.extendedVersions.length, bigEndian)
    spec.extendedVersions.forEach(([, crc], i) => crcs.u32(4 * i, crc))
    added.push({ name: '__version_ext_crcs', type: 1, flags: 2, data: crcs.buffer }, { name: '__version_ext_names', type: 1, flags: 2, data: Buffer.from(spec.extendedVersions.map(([text]) => `${text}\0`).join('')) })
  }
  const { symtab, strtab } = symbolTable(symbols, bigEndian)
  const symtabAt = added.length + tables.length + 1
  const all: SectionSpec[] = [
    ...added,
    ...tables.map((table): SectionSpec => ({ name: table.name, type: 4, link: symtabAt, info: table.target, entsize: 24, data: relaTable(table.entries, bigEndian) })),
    { name: '.symtab', type: 2, link: symtabAt + 1, info: 1, entsize: 24, data: symtab },
    { name: '.strtab', type: 3, data: strtab },
  ]
  const replaced = spec.sections ?? []
  const sections = all.map((section) => replaced.find((other) => other.name === section.name) ?? section)
  const extra = replaced.filter(({ name: other }) => !all.some((section) => section.name === other))
  // What is left out stays as an inactive section, so that the others keep their indexes.
  const kept = [...sections, ...extra].map((section) => (spec.without?.includes(section.name) === true ? { name: '', type: 0 } : section))
  return buildElf({ bigEndian, machine: spec.machine ?? 62, type: spec.type ?? 1, sections: kept })
}
