import type { BtfComposite, BtfEnum, BtfKind, BtfMember, BtfType } from '../btf/types.js'

/** What the proof needs of a BTF file; `Btf` is one. */
export interface Types {
  type(id: number): BtfType
  named(name: string, kinds?: readonly BtfKind[]): readonly number[]
}

/** A type in its file: ids of two files must never be mixed up. */
export interface At {
  readonly types: Types
  readonly id: number
}

/** Anonymous structs may nest, and a hostile file may make a loop of typedefs: nobody writes either this deep. */
const DEPTH = 24

/** The type behind typedefs, qualifiers and tags. */
export function bare({ types, id }: At): BtfType {
  let type = types.type(id)
  for (let steps = 0; steps < DEPTH; steps++) {
    if (type.kind !== 'typedef' && type.kind !== 'const' && type.kind !== 'volatile' && type.kind !== 'restrict' && type.kind !== 'type_tag') break
    type = types.type(type.type)
  }
  return type
}

const isEnum = (type: BtfType): type is BtfEnum => type.kind === 'enum' || type.kind === 'enum64'
const isComposite = (type: BtfType): type is BtfComposite => type.kind === 'struct' || type.kind === 'union'

/** `struct`, `union` or `enum` of a type that has a tag, a forward declaration included. */
function tagOf(type: BtfType): string | undefined {
  if (type.name === '') return undefined
  if (isComposite(type)) return `${type.kind} ${type.name}`
  if (type.kind === 'fwd') return `${type.of} ${type.name}`
  return isEnum(type) ? `enum ${type.name}` : undefined
}

/** Bits of a bit field, whichever of BTF's two encodings says so (Documentation/bpf/btf.rst, kind_flag); 0 for other members. */
export function bitsOf(types: Types, member: BtfMember): number {
  if (member.bitSize > 0) return member.bitSize
  const type = bare({ types, id: member.type })
  return type.kind === 'int' && type.bits > 0 && type.bits < type.size * 8 ? type.bits : 0
}

/**
 * Whether two types have the same layout and mean the same bytes. A named struct, union or enum counts by its name,
 * because it is compared in its own right: so a difference is told once, where it is.
 */
export function sameType(module: At, kernel: At, depth = DEPTH): boolean {
  if (depth === 0) return true
  const [ours, theirs] = [bare(module), bare(kernel)]
  const [ourTag, theirTag] = [tagOf(ours), tagOf(theirs)]
  if (ourTag !== undefined || theirTag !== undefined) return ourTag === theirTag
  if (isComposite(ours)) return isComposite(theirs) && sameComposite(module.types, ours, kernel.types, theirs, depth - 1)
  if (isEnum(ours)) return isEnum(theirs) && sameEnum(ours, theirs)
  // Whether plain char is marked as signed or as a character differs between encoders; its size does not.
  if (ours.kind === 'int') return theirs.kind === 'int' && ours.size === theirs.size && (ours.encoding === theirs.encoding || ours.encoding === 'char' || theirs.encoding === 'char')
  if (ours.kind === 'float') return theirs.kind === 'float' && ours.size === theirs.size
  if (ours.kind === 'array') return theirs.kind === 'array' && ours.length === theirs.length && sameType({ ...module, id: ours.type }, { ...kernel, id: theirs.type }, depth - 1)
  if (ours.kind === 'ptr') return theirs.kind === 'ptr' && samePointee({ ...module, id: ours.type }, { ...kernel, id: theirs.type }, depth - 1)
  if (ours.kind === 'func_proto') return theirs.kind === 'func_proto' && ours.parameters.length === theirs.parameters.length
  return ours.kind === theirs.kind
}

/** A pointer to nothing in particular fits every pointer; other pointers must agree on what they point to. */
function samePointee(module: At, kernel: At, depth: number): boolean {
  const [ours, theirs] = [bare(module), bare(kernel)]
  if (ours.kind === 'void' || theirs.kind === 'void') return true
  const [ourTag, theirTag] = [tagOf(ours), tagOf(theirs)]
  if (ourTag !== undefined || theirTag !== undefined) return ourTag === theirTag
  // What an anonymous struct behind a pointer looks like is no matter of this layout.
  return isComposite(ours) ? isComposite(theirs) : sameType(module, kernel, depth)
}

export function sameMember(types: Types, ours: BtfMember, kernelTypes: Types, theirs: BtfMember, depth = DEPTH): boolean {
  return (
    ours.name === theirs.name &&
    ours.bitOffset === theirs.bitOffset &&
    bitsOf(types, ours) === bitsOf(kernelTypes, theirs) &&
    sameType({ types, id: ours.type }, { types: kernelTypes, id: theirs.type }, depth)
  )
}

export function sameComposite(types: Types, ours: BtfComposite, kernelTypes: Types, theirs: BtfComposite, depth = DEPTH): boolean {
  return (
    ours.kind === theirs.kind &&
    ours.size === theirs.size &&
    ours.members.length === theirs.members.length &&
    ours.members.every((member, i) => {
      const other = theirs.members[i]
      return other !== undefined && sameMember(types, member, kernelTypes, other, depth)
    })
  )
}

/** Enumerators by name. Values are compared in the enum's own width: encoders differ in whether they extend the sign. */
export function sameEnum(ours: BtfEnum, theirs: BtfEnum): boolean {
  if (ours.size !== theirs.size || ours.values.length !== theirs.values.length) return false
  const width = ours.size * 8
  const values = new Map(theirs.values.map(({ name, value }) => [name, BigInt.asUintN(width, value)]))
  return ours.values.every(({ name, value }) => values.get(name) === BigInt.asUintN(width, value))
}
