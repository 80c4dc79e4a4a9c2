import { Budget } from './budget.js'
import { SLOT, TAG } from './constants.js'
import { BY_SIGNATURE, DieReader } from './die-reader.js'
import { DwarfError } from './error.js'
import type { ShapeKind, TypeShape } from './types.js'
import type { Unit } from './units.js'

/** Entries that may be looked at; large modules need some ten thousand. */
const LOOKS = 1 << 20
/** Typedefs and qualifiers on top of each other; more are a ring. */
const CHAIN = 64
/** Pointers that are followed. */
const POINTERS = 2

/** Values of DW_AT_encoding (DWARF 5, table 7.11): complex, plain, imaginary and decimal floats; signed integers and characters. */
const FLOATS: ReadonlySet<number> = new Set([3, 4, 9, 15])
const SIGNED: ReadonlySet<number> = new Set([5, 6])

const COMPOSITES: ReadonlyMap<number, ShapeKind> = new Map<number, ShapeKind>([[TAG.structure, 'struct'], [TAG.union, 'union'], [TAG.enumeration, 'enum']])
const TRANSPARENT: ReadonlySet<number> = new Set([TAG.typedef, TAG.const, TAG.volatile, TAG.restrict, TAG.atomic])

export const VOID: TypeShape = { kind: 'void', name: '', size: 0 }
export const UNKNOWN: TypeShape = { kind: 'unknown', name: '', size: 0 }

/** The shapes of the types in one .debug_info, equal ones being one object. */
export class Shapes {
  readonly #reader: DieReader
  /** By the pointers that are still to be followed, then by offset. */
  readonly #known = Array.from({ length: POINTERS + 1 }, () => new Map<number, TypeShape>())
  readonly #alike = new Map<string, TypeShape>()
  readonly #keys = new Map<TypeShape, string>([[VOID, 'void'], [UNKNOWN, 'unknown']])
  readonly #looks = new Budget(LOOKS, '.debug_info: types of parameters')

  constructor(
    reader: DieReader,
    readonly unitAt: (offset: number) => Unit,
    readonly nameOf: (reader: DieReader, unit: Unit) => string,
  ) {
    this.#reader = new DieReader(reader.info)
  }

  /** The shape of the type whose entry is at `offset` of .debug_info. @throws DwarfError */
  at(offset: number, pointers = POINTERS): TypeShape {
    const known = this.#known[pointers]
    const passed: number[] = []
    let shape: TypeShape | undefined
    for (let at = offset; shape === undefined; ) {
      shape = at === BY_SIGNATURE ? UNKNOWN : known?.get(at)
      if (shape !== undefined) break
      if (passed.length === CHAIN) throw new DwarfError(`.debug_info: the type at ${offset} is a ring of typedefs`)
      passed.push(at)
      const further = this.#look(at, pointers)
      if (typeof further === 'number') at = further
      else shape = further
    }
    for (const at of passed) known?.set(at, shape)
    return shape
  }

  /** Two shapes are equal when their keys are. */
  keyOf(shape: TypeShape): string {
    return this.#keys.get(shape) ?? ''
  }

  /** The shape, or where to look further. */
  #look(offset: number, pointers: number): TypeShape | number {
    this.#looks.spend(1)
    const unit = this.unitAt(offset)
    const reader = this.#reader
    const { info } = reader
    const abbreviation = unit.abbreviations[info.uleb(offset)]
    if (abbreviation === undefined) throw new DwarfError(`.debug_info: there is no type at ${offset}`)
    const { tag } = abbreviation
    reader.run(unit, abbreviation.read, info.next)
    const type = reader.get(SLOT.type)
    if (TRANSPARENT.has(tag)) return type ?? VOID
    const size = reader.get(SLOT.byteSize) ?? 0
    const composite = COMPOSITES.get(tag)
    if (composite !== undefined) return this.#same({ kind: composite, name: this.nameOf(reader, unit), size })
    if (tag === TAG.base) {
      const encoding = reader.get(SLOT.encoding) ?? 0
      const name = this.nameOf(reader, unit)
      return this.#same(FLOATS.has(encoding) ? { kind: 'float', name, size } : { kind: 'int', name, size, signed: SIGNED.has(encoding) })
    }
    if (tag === TAG.pointer || tag === TAG.reference) {
      const pointer: TypeShape = { kind: 'ptr', name: '', size: size || unit.addressSize }
      return this.#same(pointers === 0 ? pointer : { ...pointer, to: type === undefined ? VOID : this.at(type, pointers - 1) })
    }
    if (tag === TAG.array) return this.#same({ kind: 'array', name: '', size })
    return tag === TAG.subroutine ? this.#same({ kind: 'func', name: '', size: 0 }) : UNKNOWN
  }

  #same(shape: TypeShape): TypeShape {
    const key = `${shape.kind} ${shape.size} ${shape.signed ?? ''} ${shape.name}${shape.to === undefined ? '' : ` -> ${this.keyOf(shape.to)}`}`
    const known = this.#alike.get(key)
    if (known !== undefined) return known
    this.#alike.set(key, shape)
    this.#keys.set(shape, key)
    return shape
  }
}
