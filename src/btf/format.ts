import type { Btf } from './btf.js'
import { BtfError } from './error.js'
import { rawType } from './raw.js'
import type { BtfKind, BtfPrototype, BtfType } from './types.js'

/** All that a name needs of a `Btf`. */
export interface TypeSource {
  type(id: number): BtfType
}

/** Links of a chain of typedefs, qualifiers and array dimensions; kernels take no more than 32 (btf_check_modifier_chain_length, MAX_RESOLVE_DEPTH). */
const LONGEST_CHAIN = 64

const MODIFIERS: ReadonlySet<BtfKind> = new Set(['typedef', 'const', 'volatile', 'restrict', 'type_tag'])
const SIZED: ReadonlySet<BtfKind> = new Set(['int', 'float', 'struct', 'union', 'enum', 'enum64', 'datasec'])

/** The type behind typedefs, qualifiers and type tags. @throws BtfError when a type is missing or the chain does not end. */
export function resolve(btf: Btf, id: number): number {
  let at = id
  for (let links = 0; links < LONGEST_CHAIN; links++) {
    if (!MODIFIERS.has(btf.kind(at))) return at
    at = rawType(btf, at).sizeOrType
  }
  throw new BtfError(`type ${id}: its chain of typedefs and qualifiers has more than ${LONGEST_CHAIN} links`)
}

/**
 * Bytes that a type takes, `undefined` for what has no size: void, functions, forward declarations, tags, and chains that do not end.
 * @throws BtfError when a type is missing.
 */
export function sizeOf(btf: Btf, id: number, pointerSize = 8): number | undefined {
  let elements = 1
  let at = id
  // Words of the file and not decoded types: the size of a struct must not cost as much as it has members.
  for (let links = 0; links < LONGEST_CHAIN && at !== 0; links++) {
    const type = rawType(btf, at)
    if (SIZED.has(type.kind)) return bytes(type.sizeOrType, elements)
    if (type.kind === 'ptr') return bytes(pointerSize, elements)
    if (type.kind === 'array') elements *= type.word(2)
    else if (!MODIFIERS.has(type.kind) && type.kind !== 'var') return undefined
    at = type.kind === 'array' ? type.word(0) : type.sizeOrType
  }
  return undefined
}

/** Dimensions of hostile arrays multiply to what no number holds exactly, and no object of C is that large. */
function bytes(size: number, elements: number): number | undefined {
  return Number.isSafeInteger(size * elements) ? size * elements : undefined
}

/** Types that one name may be put together from, and characters of each name in it. */
const BUDGET = 64
const LONGEST_NAME = 128

/**
 * How C would write the type, for people: `const char *`, `u8[16]`, `void (*)(struct device *, int)`. Nameless structs are `struct {…}`,
 * type tags are left out, and what would go on for too long ends in `…`.
 * @throws BtfError when a type is missing.
 */
export function typeName(btf: TypeSource, id: number): string {
  return new Speller(btf).spell(id, '')
}

/** C declarations are read from the inside out, so the part already known, `declarator`, is handed inwards. */
class Speller {
  private left = BUDGET
  /** No type is decoded twice: a hostile prototype may name itself in each of a million parameters. */
  private readonly known = new Map<number, BtfType>()

  constructor(private readonly btf: TypeSource) {}

  spell(id: number, declarator: string): string {
    if (this.left-- <= 0) return joined('…', declarator)
    const type = this.type(id)
    const name = shortened(type.name)
    switch (type.kind) {
      case 'void':
        return joined('void', declarator)
      case 'int':
      case 'float':
      case 'typedef':
      case 'datasec':
      case 'decl_tag':
        return joined(name, declarator)
      case 'struct':
      case 'union':
        return joined(`${type.kind} ${name || '{…}'}`, declarator)
      case 'fwd':
        return joined(`${type.of} ${name}`, declarator)
      case 'enum':
      case 'enum64':
        return joined(`enum ${name || '{…}'}`, declarator)
      case 'type_tag':
        return this.spell(type.type, declarator)
      case 'const':
      case 'volatile':
      case 'restrict':
        // After a pointer's star, else in front: `char *const`, `const char`.
        return this.pointsSomewhere(type.type) ? this.spell(type.type, joined(type.kind, declarator)) : `${type.kind} ${this.spell(type.type, declarator)}`
      case 'ptr': {
        const inner = `*${declarator}`
        return this.spell(type.type, this.bindsTighter(type.type) ? `(${inner})` : inner)
      }
      case 'array':
        return this.spell(type.type, `${declarator}[${type.length}]`)
      case 'func_proto':
        return this.spell(type.returns, `${declarator}(${this.parameters(type.parameters)})`)
      case 'func':
      case 'var':
        return this.spell(type.type, name + declarator)
    }
  }

  private type(id: number): BtfType {
    const type = this.known.get(id) ?? this.btf.type(id)
    this.known.set(id, type)
    return type
  }

  private parameters(all: BtfPrototype['parameters']): string {
    if (all.length === 0) return 'void'
    const spelt: string[] = []
    for (const [i, { type, name }] of all.entries()) {
      if (this.left <= 0) return [...spelt, '…'].join(', ')
      spelt.push(type === 0 && name === '' && i === all.length - 1 ? '...' : this.spell(type, ''))
    }
    return spelt.join(', ')
  }

  /** Whether a qualifier of this type belongs behind a star: the type is a pointer, maybe with more qualifiers. */
  private pointsSomewhere(id: number): boolean {
    return this.behindQualifiers(id)?.kind === 'ptr'
  }

  /** Brackets and parameter lists bind tighter than a star. */
  private bindsTighter(id: number): boolean {
    const { kind } = this.behindQualifiers(id) ?? {}
    return kind === 'array' || kind === 'func_proto'
  }

  private behindQualifiers(id: number): BtfType | undefined {
    let type = this.type(id)
    for (let links = 0; links < LONGEST_CHAIN; links++) {
      if (type.kind !== 'const' && type.kind !== 'volatile' && type.kind !== 'restrict' && type.kind !== 'type_tag') return type
      type = this.type(type.type)
    }
    return undefined
  }
}

const shortened = (name: string): string => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name)

/** A space between words and before stars and parentheses, none before brackets. */
function joined(type: string, declarator: string): string {
  return declarator === '' || declarator.startsWith('[') ? type + declarator : `${type} ${declarator}`
}
