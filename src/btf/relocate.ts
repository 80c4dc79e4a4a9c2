import type { Btf } from './btf.js'
import { BtfError } from './error.js'
import { type RawType, rawType } from './raw.js'
import type { BtfKind } from './types.js'
import { nameOffsetsOf, referencesOf } from './fields.js'

const DISTILLED: readonly BtfKind[] = ['int', 'float', 'enum', 'struct', 'union', 'fwd']
/** Kinds of the kernel's types that are candidates at all, and those of them that match by their size too, always. */
const CANDIDATES: readonly BtfKind[] = [...DISTILLED, 'enum64']
const SIZED: ReadonlySet<BtfKind> = new Set(['int', 'float', 'enum', 'enum64'])
const COMPOSITE: readonly BtfKind[] = ['struct', 'union']

/**
 * Why a kernel cannot fit a module's BTF that was split from a distilled base onto its own, and so refuses the module with -22 or -2,
 * or nothing. The rules are those of btf_relocate (tools/lib/bpf/btf_relocate.c, which the kernel compiles in, Linux 6.11 to 7.3).
 * @param btf the module's, by `readSplit`
 * @param kernel the kernel's own
 */
export function relocationProblem(btf: Btf, kernel: Btf): string | undefined {
  if (btf.base === undefined) return 'the BTF has no base'
  try {
    return baseProblem(btf.base) ?? mappingProblem(btf, btf.base, kernel) ?? rewriteProblem(btf, btf.base)
  } catch (error) {
    if (error instanceof BtfError) return error.message
    throw error
  }
}

/** btf_relocate_validate_distilled_base */
function baseProblem(base: Btf): string | undefined {
  for (const id of base.ownIds()) {
    const { kind, nameOffset } = rawType(base, id)
    if (!DISTILLED.includes(kind)) return `type ${id} of the distilled base is a ${kind}, which it cannot hold`
    if (nameOffset === 0) return `type ${id} (${kind}) of the distilled base has no name`
  }
  return undefined
}

/** btf_relocate_map_distilled_base: each type of the distilled base has exactly one of the kernel's. */
function mappingProblem(btf: Btf, base: Btf, kernel: Btf): string | undefined {
  const embedded = embeddedTypes(btf, base)
  for (const id of base.ownIds()) {
    const distilled = rawType(base, id)
    const name = nameOf(base, distilled)
    const ambiguous = kernel.named(name, COMPOSITE).length > 1
    const fitting = kernel.named(name, CANDIDATES).filter((candidate) => fits(distilled, rawType(kernel, candidate), ambiguous, embedded.has(id)))
    const [first, second] = fitting
    const shown = `${distilled.kind} ${name} (type ${id} of the distilled base, ${distilled.sizeOrType} bytes)`
    if (first === undefined) return `${shown} has no counterpart in the kernel${otherSizes(kernel, distilled, name)}`
    if (second !== undefined) return `${shown} has more than one counterpart in the kernel: types ${first} and ${second}`
  }
  return undefined
}

function otherSizes(kernel: Btf, { kind }: RawType, name: string): string {
  if (kind === 'fwd') return ''
  const sizes = kernel.named(name, [kind]).map((id) => rawType(kernel, id).sizeOrType)
  return sizes.length === 0 ? '' : `, where it has ${[...new Set(sizes)].join(' or ')} bytes`
}

/** `distilled` and `theirs` have the same name; `ambiguous` when several structs and unions of the kernel have it. */
function fits(distilled: RawType, theirs: RawType, ambiguous: boolean, embedded: boolean): boolean {
  const bySize = SIZED.has(theirs.kind) || (ambiguous && COMPOSITE.includes(theirs.kind))
  if (bySize && theirs.sizeOrType !== distilled.sizeOrType) return false
  if (distilled.kind === 'int') return theirs.kind === 'int' && ((theirs.word(0) ^ distilled.word(0)) & 0x0f000000) === 0
  if (distilled.kind === 'float') return theirs.kind === 'float'
  if (distilled.kind === 'enum') return theirs.kind === 'enum' || theirs.kind === 'enum64'
  // The kernel does not ask whether the candidate is a struct or union itself.
  if (distilled.kind !== 'fwd') return !embedded || theirs.sizeOrType === distilled.sizeOrType
  // The kernel takes the kind flag for "a union" of structs and unions too, of which it says "has bit fields". So it is done here.
  if (theirs.kind === 'fwd') return theirs.flag === distilled.flag
  return theirs.kind === 'struct' ? !theirs.flag : theirs.kind === 'union' && theirs.flag
}

/** Links of a chain to an embedded struct; the chains of modifiers were checked before, arrays only make it longer. */
const LONGEST_CHAIN = 64

/** btf_mark_embedded_composite_type_ids: structs of the base that lie, and not behind a pointer, in structs of the module. Their size must be equal. */
function embeddedTypes(btf: Btf, base: Btf): ReadonlySet<number> {
  const embedded = new Set<number>()
  for (const own of btf.ownIds()) {
    const type = rawType(btf, own)
    if (!COMPOSITE.includes(type.kind)) continue
    for (const { id } of referencesOf(type)) {
      const inside = embeddedIn(btf, id)
      if (inside !== undefined && inside < base.count) embedded.add(inside)
    }
  }
  return embedded
}

function embeddedIn(btf: Btf, id: number): number | undefined {
  let at = id
  for (let links = 0; at !== 0 && links < LONGEST_CHAIN; links++) {
    const type = rawType(btf, at)
    if (COMPOSITE.includes(type.kind)) return at
    if (!['const', 'restrict', 'volatile', 'typedef', 'type_tag', 'array'].includes(type.kind)) return undefined
    at = type.kind === 'array' ? type.word(0) : type.sizeOrType
  }
  return undefined
}

/** btf_relocate_rewrite_strs: a name that is taken from the distilled base's strings must be the name of one of its types. */
function rewriteProblem(btf: Btf, base: Btf): string | undefined {
  const mapped = new Set<number>([0])
  for (const id of base.ownIds()) mapped.add(rawType(base, id).nameOffset)
  for (const id of btf.ownIds()) {
    const type = rawType(btf, id)
    for (const { id: to } of referencesOf(type)) if (to >= btf.count) return `type ${id} (${type.kind}) refers to type ${to}, there are only ${btf.count}`
    for (const offset of nameOffsetsOf(type)) {
      if (offset < base.file.strings.end && !mapped.has(offset)) return `type ${id} (${type.kind}) uses the string at offset ${offset} of the distilled base, which names none of its types`
    }
  }
  return undefined
}

const nameOf = (btf: Btf, { nameOffset, id }: RawType): string => btf.file.strings.at(nameOffset, id)
