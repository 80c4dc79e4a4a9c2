import type { BtfComposite, BtfEnum, BtfType } from '../btf/types.js'
import { type At, type Types, bare, sameComposite, sameEnum, sameMember } from './layout.js'

type Comparable = BtfComposite | BtfEnum

/** A named type of which no variant in the kernel is like the module's. */
export interface Difference {
  readonly kind: 'struct' | 'union' | 'enum'
  readonly name: string
  readonly module: At
  /** The variant of the kernel that is most like the module's. */
  readonly kernel: At
  /** Its members are the same by name, bits and type; only offsets or the size moved, because something embedded in it is different. */
  readonly onlyShifted: boolean
  /** Share (0 to 1) of the members that both sides have by name, of those of the smaller side. */
  readonly alike: number
}

export interface Comparison {
  readonly compared: number
  readonly identical: number
  /** Types that the kernel does not know. */
  readonly ownOnly: number
  readonly differences: readonly Difference[]
}

const wordOf = (type: Comparable): 'struct' | 'union' | 'enum' => (type.kind === 'enum64' ? 'enum' : type.kind)
const KINDS = { struct: ['struct'], union: ['union'], enum: ['enum', 'enum64'] } as const

/** A composite without members but with a size stands for a type that is described elsewhere (distilled base, lib/bpf/btf_relocate.c). */
const isBody = (type: BtfType): type is Comparable =>
  ((type.kind === 'struct' || type.kind === 'union') && !(type.members.length === 0 && type.size > 0)) || ((type.kind === 'enum' || type.kind === 'enum64') && type.values.length > 0)

/**
 * Compares every named struct, union and enum that the module defines with those of the same name in the kernel.
 * `kernel` holds the kernel's own types first, then those of modules that are loaded with it; one like variant is enough.
 */
export function compareTypes(module: Types & { ownIds(): Iterable<number> }, kernel: readonly Types[]): Comparison {
  let [compared, identical, ownOnly] = [0, 0, 0]
  const differences: Difference[] = []
  for (const id of module.ownIds()) {
    const type = module.type(id)
    if (type.name === '' || !isBody(type)) continue
    const variants = variantsOf(type, kernel)
    if (variants.length === 0) {
      ownOnly++
      continue
    }
    compared++
    if (variants.some((variant) => sameBody(module, type, variant))) identical++
    else differences.push(closest(module, type, variants))
  }
  return { compared, identical, ownOnly, differences }
}

interface Variant {
  readonly types: Types
  readonly type: Comparable
}

function variantsOf(type: Comparable, kernel: readonly Types[]): Variant[] {
  return kernel.flatMap((types) =>
    types
      .named(type.name, KINDS[wordOf(type)])
      .map((id) => types.type(id))
      .filter(isBody)
      .map((found) => ({ types, type: found })),
  )
}

function sameBody(module: Types, ours: Comparable, { types, type: theirs }: Variant): boolean {
  return 'members' in ours ? 'members' in theirs && sameComposite(module, ours, types, theirs) : 'values' in theirs && sameEnum(ours, theirs)
}

const partNames = (type: Comparable): string[] => ('members' in type ? type.members : type.values).map(({ name }) => name)

function alike(ours: Comparable, theirs: Comparable): number {
  const [a, b] = [partNames(ours), new Set(partNames(theirs))]
  const smaller = Math.min(a.length, b.size)
  return smaller === 0 ? 0 : a.filter((name) => b.has(name)).length / smaller
}

function closest(module: Types, type: Comparable, variants: readonly Variant[]): Difference {
  const ranked = variants
    .map((variant) => ({ variant, alike: alike(type, variant.type), shifted: shiftedOnly(module, type, variant) }))
    .sort((a, b) => Number(b.shifted) - Number(a.shifted) || b.alike - a.alike || Math.abs(a.variant.type.id - type.id) - Math.abs(b.variant.type.id - type.id))
  const [best] = ranked
  if (best === undefined) throw new Error('a difference without a variant')
  const { variant } = best
  return { kind: wordOf(type), name: type.name, module: { types: module, id: type.id }, kernel: { types: variant.types, id: variant.type.id }, onlyShifted: best.shifted, alike: best.alike }
}

function shiftedOnly(module: Types, ours: Comparable, { types, type: theirs }: Variant): boolean {
  if (!('members' in ours) || !('members' in theirs) || ours.members.length !== theirs.members.length) return false
  return ours.members.every((member, i) => {
    const other = theirs.members[i]
    return other !== undefined && (sameMember(module, { ...member, bitOffset: other.bitOffset }, types, other) || sameAnonymous(module, member.type, types, other.type))
  })
}

/** Anonymous structs have no entry of their own: one that only grew with something embedded in it is no root either. */
function sameAnonymous(types: Types, id: number, kernelTypes: Types, kernelId: number): boolean {
  const [ours, theirs] = [bare({ types, id }), bare({ types: kernelTypes, id: kernelId })]
  return 'members' in ours && 'members' in theirs && ours.name === '' && theirs.name === '' && shiftedOnly(types, ours, { types: kernelTypes, type: theirs })
}
