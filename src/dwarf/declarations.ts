import { AbbreviationTables, type Abbreviation } from './abbreviations.js'
import { Budget } from './budget.js'
import type { Bytes } from './bytes.js'
import { SLOT, TAG } from './constants.js'
import { BY_SIGNATURE, DieReader } from './die-reader.js'
import { DwarfError } from './error.js'
import { FileTables, type FileTable } from './file-tables.js'
import { Places } from './places.js'
import { dwarfSections, type DwarfSections } from './sections.js'
import { Shapes, UNKNOWN, VOID } from './shapes.js'
import { textOf } from './strings.js'
import type { CompilationUnit, Declarations, Layout, Prototype, TypeShape } from './types.js'
import { readUnit, type Unit } from './units.js'

export type { Declarations } from './types.js'

/** Bounds that no module comes near to: they only keep a forged one from asking for gigabytes. */
const UNITS = 1 << 16
const TEXT = 64 << 20
const FUNCTIONS = 1 << 18
const PARAMETERS = 1000
const MEMBERS = 10_000
/** Bytes; longer names are no C identifiers, and are passed over. */
const NAME_LIMIT = 1024
const PATH_LIMIT = 4096

interface UnitAndContext extends Unit {
  readonly strOffsetsBase: number | undefined
  readonly files: FileTable | undefined
}

const KINDS: ReadonlyMap<number, string> = new Map([[TAG.structure, 'struct '], [TAG.union, 'union '], [TAG.enumeration, 'enum '], [TAG.typedef, 'typedef ']])

/**
 * What the DWARF (versions 2 to 5, 32-bit format) of an object file or kernel module says about declarations: the prototypes of the functions that
 * it calls but does not define, where its types were declared, and what was compiled.
 * @param layoutsOf tags of structs whose members are wanted too
 * @throws DwarfError also when there is no DWARF, then with `fault: 'absent'`
 */
export function declarations(file: Buffer, layoutsOf: readonly string[] = []): Declarations {
  const sections = dwarfSections(file)
  const collection = new Collection(sections)
  const abbreviations = new AbbreviationTables(sections.abbrev)
  for (const info of sections.info) new Walk(info, sections, abbreviations, collection, new Set(layoutsOf)).all()
  return collection.result()
}

/** What is found. */
class Collection {
  readonly #text = new Budget(TEXT, '.debug_info: characters of names')
  readonly #places = new Map([...KINDS.keys()].map((tag) => [tag, new Places(this.#text)]))
  readonly #declared = new Map<string, Map<string, Prototype>>()
  readonly #defined = new Set<string>()
  readonly #functions = new Budget(FUNCTIONS, '.debug_info: functions')
  readonly compilationUnits: CompilationUnit[] = []
  readonly layouts = new Map<string, Layout>()
  readonly fileTables: FileTables

  constructor(sections: DwarfSections) {
    this.fileTables = new FileTables(sections, this.#text)
  }

  unit(unit: CompilationUnit): void {
    this.#text.spend(unit.name.length + unit.compDir.length + unit.producer.length)
    this.compilationUnits.push(unit)
  }

  type(tag: number, name: string, file: number, line: number): void {
    this.#places.get(tag)?.add(name, file, line)
  }

  /** @param key equal for equal prototypes */
  declared(name: string, key: string, prototype: () => Prototype): void {
    const known = this.#declared.get(name) ?? new Map<string, Prototype>()
    if (known.has(key)) return
    this.#functions.spend(1)
    this.#text.spend(name.length + key.length)
    this.#declared.set(name, known.set(key, prototype()))
  }

  defined(name: string): void {
    if (this.#defined.has(name)) return
    this.#functions.spend(1)
    this.#text.spend(name.length)
    this.#defined.add(name)
  }

  result(): Declarations {
    return {
      functions: new Map([...this.#declared].filter(([name]) => !this.#defined.has(name)).map(([name, prototypes]) => [name, [...prototypes.values()]])),
      types: new Map([...KINDS].flatMap(([tag, prefix]) => [...(this.#places.get(tag)?.entries(prefix, this.fileTables.paths) ?? [])])),
      compilationUnits: this.compilationUnits,
      layouts: this.layouts,
    }
  }
}

/** One pass over one .debug_info, after a look at the units' headers and first entries. */
class Walk {
  readonly #units: UnitAndContext[] = []
  readonly #reader: DieReader
  readonly #shapes: Shapes

  constructor(
    readonly info: Bytes,
    readonly sections: DwarfSections,
    readonly abbreviations: AbbreviationTables,
    readonly collection: Collection,
    readonly layoutsOf: ReadonlySet<string>,
  ) {
    this.#reader = new DieReader(info)
    this.#shapes = new Shapes(this.#reader, (offset) => this.#unitAt(offset), (reader, unit) => this.#text(reader, SLOT.name, this.#unitAt(unit.start)) ?? '')
  }

  all(): void {
    for (let at = 0; at < this.info.length; ) {
      if (this.#units.length === UNITS) throw new DwarfError(`.debug_info: more than ${UNITS} units, which no module has`)
      const unit = readUnit(this.info, at, this.abbreviations)
      this.#units.push(this.#withContext(unit))
      at = unit.end
    }
    for (const unit of this.#units) this.#walk(unit)
  }

  /** Reads a unit's first entry. */
  #withContext(unit: Unit): UnitAndContext {
    const bare = { ...unit, strOffsetsBase: undefined, files: undefined }
    if (unit.root === unit.end) return bare
    const abbreviation = this.#abbreviation(unit, unit.root)
    if (abbreviation === undefined) return bare
    const reader = this.#reader
    reader.run(unit, abbreviation.read, this.info.next)
    if (abbreviation.tag === TAG.skeletonUnit || reader.has(SLOT.dwoName)) throw new DwarfError(`.debug_info: the unit at ${unit.start} has its entries in another file (split DWARF)`, 'unsupported')
    const strOffsetsBase = reader.get(SLOT.strOffsetsBase)
    const context = { ...bare, strOffsetsBase }
    const [name, compDir, producer] = [SLOT.name, SLOT.compDir, SLOT.producer].map((slot) => this.#text(reader, slot, context, PATH_LIMIT) ?? '') as [string, string, string]
    if (abbreviation.tag === TAG.compileUnit) this.collection.unit({ name, compDir, producer })
    const table = reader.get(SLOT.stmtList)
    return { ...context, files: table === undefined ? undefined : this.collection.fileTables.at(table, compDir, strOffsetsBase) }
  }

  #walk(unit: UnitAndContext): void {
    for (let at = unit.root; at < unit.end; ) {
      const abbreviation = this.#abbreviation(unit, at)
      if (abbreviation === undefined) at = this.info.next
      else if (abbreviation.tag === TAG.subprogram) at = this.#subprogram(unit, abbreviation, this.info.next)
      else if (KINDS.has(abbreviation.tag)) at = this.#type(unit, abbreviation, this.info.next)
      else at = this.#reader.run(unit, abbreviation.skip, this.info.next)
    }
  }

  /** Undefined for the null entry that ends a list of children. Leaves the end of the code in `info.next`. */
  #abbreviation(unit: Unit, at: number): Abbreviation | undefined {
    const code = this.info.uleb(at)
    if (code === 0) return undefined
    const abbreviation = unit.abbreviations[code]
    if (abbreviation === undefined) throw new DwarfError(`.debug_info: the entry at ${at} has the unknown abbreviation ${code}`)
    return abbreviation
  }

  #type(unit: UnitAndContext, abbreviation: Abbreviation, at: number): number {
    const reader = this.#reader
    const end = reader.run(unit, abbreviation.read, at)
    if (reader.is(SLOT.declaration) || !reader.has(SLOT.name)) return end
    const [file, line] = [reader.get(SLOT.declFile), reader.get(SLOT.declLine)]
    const id = file === undefined ? undefined : unit.files?.idOf(file)
    if (id === undefined || line === undefined || !Number.isSafeInteger(line)) return end
    const name = this.#text(reader, SLOT.name, unit)
    if (name === undefined) return end
    this.collection.type(abbreviation.tag, name, id, line)
    if (abbreviation.tag === TAG.structure && abbreviation.hasChildren && this.layoutsOf.has(name) && !this.collection.layouts.has(name)) {
      this.collection.layouts.set(name, { size: reader.get(SLOT.byteSize) ?? 0, members: this.#members(unit, end) })
    }
    return end
  }

  /** Names and places of the members that are a struct's direct children. */
  #members(unit: UnitAndContext, from: number): Layout['members'] {
    const reader = this.#reader
    const members: { name: string; offset: number }[] = []
    for (let [at, depth] = [from, 1]; depth > 0 && at < unit.end; ) {
      const abbreviation = this.#abbreviation(unit, at)
      if (abbreviation === undefined) {
        depth--
        at = this.info.next
        continue
      }
      const isMember = depth === 1 && abbreviation.tag === TAG.member
      at = reader.run(unit, isMember ? abbreviation.read : abbreviation.skip, this.info.next)
      const [name, offset] = isMember ? [this.#text(reader, SLOT.name, unit), reader.get(SLOT.memberAt)] : [undefined, undefined]
      if (name !== undefined && offset !== undefined) members.push({ name, offset })
      if (members.length > MEMBERS) throw new DwarfError(`.debug_info: the struct before ${from} has more than ${MEMBERS} members`)
      if (abbreviation.hasChildren) depth++
    }
    return members
  }

  #subprogram(unit: UnitAndContext, abbreviation: Abbreviation, at: number): number {
    const reader = this.#reader
    const end = reader.run(unit, abbreviation.read, at)
    if (reader.is(SLOT.declaration)) return reader.is(SLOT.external) ? this.#declared(unit, abbreviation, end) : end
    if (reader.has(SLOT.code)) this.#defined(unit)
    return end
  }

  /** A function with code: its name is at another entry when it was declared or made from an inline function before. */
  #defined(unit: UnitAndContext): void {
    const reader = this.#reader
    const origin = reader.get(SLOT.origin)
    let name = this.#symbol(unit)
    if (name === undefined && origin !== undefined && origin !== BY_SIGNATURE) {
      const other = this.#unitAt(origin)
      const abbreviation = this.#abbreviation(other, origin)
      if (abbreviation === undefined) return
      reader.run(other, abbreviation.read, this.info.next)
      name = this.#symbol(other)
    }
    if (name !== undefined) this.collection.defined(name)
  }

  /** The name for the linker: `asm("…")` after a declaration makes it differ from the one in the source. */
  #symbol(unit: UnitAndContext): string | undefined {
    return this.#text(this.#reader, SLOT.linkageName, unit) ?? this.#text(this.#reader, SLOT.name, unit)
  }

  /** The declaration whose attributes were just read, and its children, which begin at `at`. */
  #declared(unit: UnitAndContext, abbreviation: Abbreviation, at: number): number {
    const reader = this.#reader
    const name = this.#symbol(unit)
    const [type, prototyped] = [reader.get(SLOT.type), reader.is(SLOT.prototyped)]
    const children = abbreviation.hasChildren ? this.#children(unit, at) : { types: [], variadic: false, end: at }
    if (name === undefined) return children.end
    const parametersKnown = prototyped || children.types.length > 0
    // gcc makes entries with nothing but a name for functions that only a call site mentions: these have no return type either.
    const returns = type === undefined ? (parametersKnown ? VOID : UNKNOWN) : this.#shapes.at(type)
    const parameters = children.types.map((parameter): TypeShape => (parameter === undefined ? UNKNOWN : this.#shapes.at(parameter)))
    const { variadic } = children
    const key = [returns, ...parameters].map((shape) => this.#shapes.keyOf(shape)).join('\n') + `\n${variadic} ${prototyped} ${parametersKnown}`
    this.collection.declared(name, key, () => ({ returns, parameters, variadic, prototyped, parametersKnown }))
    return children.end
  }

  /** Types of the parameters that are a function's direct children, as offsets. */
  #children(unit: UnitAndContext, from: number): { types: (number | undefined)[]; variadic: boolean; end: number } {
    const reader = this.#reader
    const types: (number | undefined)[] = []
    let variadic = false
    let at = from
    for (let depth = 1; depth > 0 && at < unit.end; ) {
      const abbreviation = this.#abbreviation(unit, at)
      if (abbreviation === undefined) {
        depth--
        at = this.info.next
        continue
      }
      const isParameter = depth === 1 && abbreviation.tag === TAG.formalParameter
      at = reader.run(unit, isParameter ? abbreviation.read : abbreviation.skip, this.info.next)
      if (isParameter) types.push(reader.get(SLOT.type))
      if (types.length > PARAMETERS) throw new DwarfError(`.debug_info: the function before ${from} has more than ${PARAMETERS} parameters`)
      if (depth === 1 && abbreviation.tag === TAG.unspecifiedParameters) variadic = true
      if (abbreviation.hasChildren) depth++
    }
    return { types, variadic, end: at }
  }

  #text(reader: DieReader, slot: number, unit: { readonly strOffsetsBase: number | undefined }, limit = NAME_LIMIT): string | undefined {
    const value = reader.get(slot)
    return value === undefined ? undefined : textOf(value, this.info, this.sections, unit.strOffsetsBase, limit)
  }

  /** The unit that holds an offset of .debug_info. */
  #unitAt(offset: number): UnitAndContext {
    let [from, to] = [0, this.#units.length]
    while (to - from > 1) {
      const middle = (from + to) >> 1
      if ((this.#units[middle]?.start ?? 0) <= offset) from = middle
      else to = middle
    }
    const unit = this.#units[from]
    if (unit === undefined || !(offset >= unit.start && offset < unit.end)) throw new DwarfError(`.debug_info: a reference to ${offset} leads out of the section`)
    return unit
  }
}
