import type { Types } from './layout.js'
import type { Declarations } from '../dwarf/types.js'
import type { Finding } from '../model/finding.js'
import type { SiblingExport } from '../symbols/check.js'
import { compareTypes } from './compare.js'
import { judgeTypes } from './judge-types.js'
import type { HeaderOf } from './option.js'
import { reachable } from './reach.js'
import { compareSignatures } from './signatures.js'

/** A module of which the types are known. */
export interface ProvenModule {
  /** For the findings. */
  readonly what: string
  /** The kernel's name. */
  readonly name: string
  readonly types: Types & { ownIds(): Iterable<number> }
  /** Names of the symbols that it imports. */
  readonly imports: readonly string[]
  readonly declared: Declarations | undefined
}

/**
 * Modules that are loaded together and call each other must agree on the types that they hand over, which no header of the kernel declares. Only types
 * within reach of the functions that are called count: what is private to two modules may share a name.
 */
export async function compareSiblings(modules: readonly ProvenModule[], exports: ReadonlyMap<string, SiblingExport>, headerOf: HeaderOf): Promise<Omit<Finding, 'stage'>[]> {
  const problems: Omit<Finding, 'stage'>[] = []
  for (const user of modules) {
    for (const provider of modules) {
      const used = user === provider ? [] : user.imports.filter((name) => exports.get(name)?.module === provider.name)
      if (used.length === 0) continue
      const reach = reachable(provider.types, used)
      const comparison = compareTypes(user.types, [provider.types])
      const shared = { ...comparison, differences: comparison.differences.filter(({ kernel }) => reach.has(kernel.id)) }
      const judged = await judgeTypes(user.what, shared, { declaredIn: () => undefined, inReach: () => true, headerOf, deltas: [], other: provider.name })
      const signatures = user.declared === undefined ? [] : compareSignatures(user.what, used, user.declared.functions, [provider.types], provider.name).problems
      problems.push(...judged.problems.filter(({ severity }) => severity === 'fail'), ...signatures)
    }
  }
  return problems
}
