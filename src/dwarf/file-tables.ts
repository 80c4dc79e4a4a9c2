import { posix } from 'node:path'
import { Budget } from './budget.js'
import { DwarfError } from './error.js'
import { FORM } from './forms.js'
import type { DwarfSections } from './sections.js'
import { inline, stringAt, stringIndex, textOf } from './strings.js'
import { unitEnd } from './units.js'

const FILES = 1 << 20
const PATH_LIMIT = 4096

/** Content types of DWARF 5, table 7.27. */
const LNCT = { path: 1, directoryIndex: 2 }

interface Table {
  /** Numbers as strings.ts takes them. */
  readonly directories: readonly number[]
  readonly files: readonly number[]
  readonly directoryOf: readonly number[]
  /** What the first file and the first directory are counted as: up to DWARF 4, file 0 is none and directory 0 that of the compilation. */
  readonly first: 0 | 1
}

/** The files of one unit, by the numbers that DW_AT_decl_file has. */
export interface FileTable {
  /** A number for the path, the same for the same path in all tables of these FileTables; undefined when the table has no such file. */
  idOf(index: number): number | undefined
}

/** The file tables in .debug_line's headers; the line programs behind them are not looked at. */
export class FileTables {
  /** All paths that were asked for, by id. */
  readonly paths: string[] = []
  readonly #ids = new Map<string, number>()
  readonly #tables = new Map<string, FileTable>()
  readonly #kept = new Budget(FILES, '.debug_line: files and directories')
  readonly #bytes: Budget

  constructor(
    readonly sections: DwarfSections,
    readonly text: Budget,
  ) {
    // Tables do not overlap, but one may serve units of several directories.
    this.#bytes = new Budget(4 * sections.line.length, '.debug_line: bytes of tables')
  }

  /**
   * The table at an offset of .debug_line.
   * @param strOffsetsBase where the unit's part of .debug_str_offsets begins
   * @throws DwarfError
   */
  at(offset: number, compDir: string, strOffsetsBase: number | undefined): FileTable {
    const key = `${offset} ${compDir}`
    const known = this.#tables.get(key)
    if (known !== undefined) return known
    const table = this.#parse(offset)
    const ids: (number | undefined)[] = []
    const made: FileTable = {
      idOf: (index) => {
        const at = index - table.first
        if (!(at >= 0 && at < table.files.length)) return undefined
        return (ids[at] ??= this.#id(this.#path(table, at, compDir, strOffsetsBase)))
      },
    }
    this.#tables.set(key, made)
    return made
  }

  #id(path: string): number {
    const known = this.#ids.get(path)
    if (known !== undefined) return known
    this.text.spend(path.length)
    const id = this.paths.push(path) - 1
    this.#ids.set(path, id)
    return id
  }

  #path(table: Table, at: number, compDir: string, strOffsetsBase: number | undefined): string {
    const { sections } = this
    const text = (value: number | undefined): string => (value === undefined ? '' : (textOf(value, sections.line, sections, strOffsetsBase, PATH_LIMIT) ?? ''))
    const file = text(table.files[at])
    // Directory 0 of an older table is not listed: index -1 then gives an empty one.
    const directory = text(table.directories[(table.directoryOf[at] ?? 0) - table.first])
    // Units for types do not say where the compilation ran, but directory 0 of a DWARF 5 table does.
    const base = compDir === '' && table.first === 0 ? text(table.directories[0]) : compDir
    return posix.normalize([file, directory, base].reduce((path, before) => (posix.isAbsolute(path) ? path : posix.join(before, path))))
  }

  #parse(offset: number): Table {
    const { line } = this.sections
    const end = unitEnd(line, offset)
    const version = line.u16(offset + 4)
    if (version < 2 || version > 5) throw new DwarfError(`.debug_line: the table at ${offset} has version ${version}, which is not read`, 'unsupported')
    // DWARF 5, 6.2.4: address_size and segment_selector_size came with 5, maximum_operations_per_instruction with 4.
    const afterLength = offset + (version === 5 ? 8 : 6) + 4
    const opcodeBase = afterLength + (version >= 4 ? 5 : 4)
    const from = opcodeBase + 1 + Math.max(0, line.u8(opcodeBase) - 1)
    const table = version === 5 ? this.#entryFormats(from) : this.#lists(from)
    if (line.next > end) throw new DwarfError(`.debug_line: the table at ${offset} does not end inside its unit`)
    this.#bytes.spend(line.next - offset)
    return table
  }

  /** DWARF 2 to 4: directories, then files with directory, time and length; an empty name ends each list. */
  #lists(from: number): Table {
    const { line } = this.sections
    const directories: number[] = []
    let at = from
    for (; line.u8(at) !== 0; at = line.afterString(at)) this.#keep(directories, inline(at))
    const files: number[] = []
    const directoryOf: number[] = []
    for (at += 1; line.u8(at) !== 0; ) {
      this.#keep(files, inline(at))
      directoryOf.push(line.uleb(line.afterString(at)))
      line.uleb(line.next)
      line.uleb(line.next)
      at = line.next
    }
    line.next = at + 1
    return { directories, files, directoryOf, first: 1 }
  }

  /** DWARF 5: both lists say first what their entries consist of. */
  #entryFormats(from: number): Table {
    const directories = this.#entries(from)
    const files = this.#entries(this.sections.line.next)
    return { directories: directories.paths, files: files.paths, directoryOf: files.directoryOf, first: 0 }
  }

  #entries(from: number): { paths: number[]; directoryOf: number[] } {
    const { line } = this.sections
    const formats: { content: number; form: number }[] = []
    const columns = line.u8(from)
    line.next = from + 1
    for (let column = 0; column < columns; column++) {
      const content = line.uleb(line.next)
      formats.push({ content, form: line.uleb(line.next) })
    }
    const count = line.uleb(line.next)
    if (columns === 0 && count > 0) throw new DwarfError(`.debug_line: ${count} entries of nothing at ${from}`)
    const paths: number[] = []
    const directoryOf: number[] = []
    for (let entry = 0; entry < count; entry++) {
      let [path, directory] = [0, 0]
      for (const { content, form } of formats) {
        const value = this.#value(form, line.next)
        if (content === LNCT.path) path = value
        if (content === LNCT.directoryIndex) directory = value
      }
      this.#keep(paths, path)
      directoryOf.push(directory)
    }
    return { paths, directoryOf }
  }

  #keep(list: number[], value: number): void {
    this.#kept.spend(1)
    list.push(value)
  }

  /** The forms that DWARF 5, 6.2.4.1 allows here; each takes at least one byte, so that no count can outlast the section. */
  #value(form: number, at: number): number {
    const { line } = this.sections
    const number = (bytes: 1 | 2 | 4 | 8): number => {
      line.next = at + bytes
      return bytes === 1 ? line.u8(at) : bytes === 2 ? line.u16(at) : bytes === 4 ? line.u32(at) : line.u64(at)
    }
    switch (form) {
      case FORM.string:
        line.next = line.afterString(at)
        return inline(at)
      case FORM.lineStrp:
        return stringAt('lineStr', number(4))
      case FORM.strp:
        return stringAt('str', number(4))
      case FORM.strx:
        return stringIndex(line.uleb(at))
      case FORM.strx1:
        return stringIndex(number(1))
      case FORM.strx2:
        return stringIndex(number(2))
      case FORM.strx4:
        return stringIndex(number(4))
      case FORM.udata:
        return line.uleb(at)
      case FORM.data1:
        return number(1)
      case FORM.data2:
        return number(2)
      case FORM.data4:
        return number(4)
      case FORM.data8:
        return number(8)
      case FORM.data16:
        line.check(at, 16)
        line.next = at + 16
        return 0
      case FORM.block: {
        const length = line.uleb(at)
        line.check(line.next, length)
        line.next += length
        return 0
      }
      default:
        throw new DwarfError(`.debug_line: form 0x${form.toString(16)} at ${at} is not known`, 'unsupported')
    }
  }
}
