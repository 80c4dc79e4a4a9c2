import type { Btf } from './btf.js'
import { BtfError } from './error.js'
import { sizeOf } from './format.js'
import { type RawType, rawType } from './raw.js'
import type { BtfKind, BtfMember } from './types.js'
import { referencesOf } from './fields.js'

/** btf_type_is_resolve_source_only: nothing but a tag or a section refers to these. */
const SOURCES: readonly BtfKind[] = ['var', 'decl_tag', 'datasec']
/** btf_type_nosize */
const SIZELESS: readonly BtfKind[] = ['void', 'fwd', 'func', 'func_proto', 'decl_tag']

/** Kinds that a reference of a type of the key's kind must not lead to, or the only ones that it may (btf_check_all_types of kernel/bpf/btf.c). */
const FORBIDDEN: Partial<Record<BtfKind, readonly BtfKind[]>> = {
  ptr: [...SOURCES, 'func'],
  typedef: [...SOURCES, 'func'],
  volatile: [...SOURCES, 'func'],
  const: [...SOURCES, 'func'],
  restrict: [...SOURCES, 'func'],
  type_tag: [...SOURCES, 'func'],
  array: [...SOURCES, ...SIZELESS],
  struct: [...SOURCES, ...SIZELESS],
  union: [...SOURCES, ...SIZELESS],
  var: [...SOURCES, ...SIZELESS],
  func_proto: [...SOURCES, 'fwd', 'func', 'func_proto'],
}
const ALLOWED: Partial<Record<BtfKind, readonly BtfKind[]>> = {
  func: ['func_proto'],
  datasec: ['var'],
  decl_tag: ['func', 'struct', 'union', 'var', 'typedef'],
}

/**
 * The first of the file's own types that refers to what is missing or of no kind for it, or has a member that does not fit in; or nothing.
 * As one sentence without its full stop. The kernel checks this of a program's BTF and not of a module's (btf_parse_module leaves out
 * btf_check_all_types), so it loads such a module; but the types mean nothing, as of a module on another kernel's base.
 */
export function referenceProblem(btf: Btf): string | undefined {
  try {
    for (const id of btf.ownIds()) {
      const type = rawType(btf, id)
      const problem = ofReferences(btf, type) ?? ofMembers(btf, type)
      if (problem !== undefined) return `type ${id} (${`${type.kind} ${btf.file.strings.at(type.nameOffset, id).slice(0, 64)}`.trim()}): ${problem}`
    }
    return undefined
  } catch (error) {
    if (error instanceof BtfError) return error.message
    throw error
  }
}

function ofReferences(btf: Btf, type: RawType): string | undefined {
  for (const { id, from } of referencesOf(type)) {
    if (id >= btf.count) return `${from} refers to type ${id}, there are only ${btf.count}`
    const kind = btf.kind(id)
    if (FORBIDDEN[type.kind]?.includes(kind) === true || ALLOWED[type.kind]?.includes(kind) === false) return `${from} refers to type ${id}, which is a ${kind}`
  }
  return undefined
}

function ofMembers(btf: Btf, { id, kind }: RawType): string | undefined {
  if (kind !== 'struct' && kind !== 'union') return undefined
  const type = btf.type(id)
  if (!('members' in type)) return undefined
  const outside = type.members.findIndex((member) => endOf(btf, member) > type.size * 8)
  return outside < 0 ? undefined : `member ${outside} ends outside its ${type.size} bytes`
}

/** Bits from the struct's beginning; a member whose size is unknown ends where it begins. */
const endOf = (btf: Btf, { type, bitOffset, bitSize }: BtfMember): number => bitOffset + (bitSize || (sizeOf(btf, type) ?? 0) * 8)
