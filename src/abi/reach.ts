import type { BtfType } from '../btf/types.js'
import type { Types } from './layout.js'

/** Ids that a type refers to. */
function referred(type: BtfType): readonly number[] {
  if ('members' in type) return type.members.map((member) => member.type)
  if (type.kind === 'func_proto') return [type.returns, ...type.parameters.map((parameter) => parameter.type)]
  return 'type' in type ? [type.type] : []
}

/**
 * All types of the kernel that a module can get hold of: those behind the prototypes of the functions that it imports, and behind struct module.
 * A type of the kernel's own .c files that is in nobody's reach may share its name with one of the module's, and neither is wrong.
 */
export function reachable(kernel: Types, functions: Iterable<string>): ReadonlySet<number> {
  const found = new Set<number>()
  const waiting = [...kernel.named('module', ['struct'])]
  for (const name of functions) waiting.push(...kernel.named(name, ['func']))
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue
    found.add(id)
    waiting.push(...referred(kernel.type(id)))
  }
  return found
}
