import type { Declarations } from '../dwarf/declarations.js'
import { comparePrototype } from '../dwarf/compare-prototypes.js'
import type { Finding } from '../model/finding.js'
import type { Types } from './layout.js'

export interface SignatureProof {
  readonly compared: number
  readonly identical: number
  readonly problems: readonly Omit<Finding, 'stage'>[]
}

/** So many functions are named one by one. */
const TOLD = 8

/**
 * Prototypes of the functions that the module imports, as its compiler saw them, against the kernel's own. A function may have several of a name in
 * the kernel (static ones); one like it is enough.
 */
export function compareSignatures(what: string, imported: readonly string[], declared: Declarations['functions'], kernel: readonly Types[], owner?: string): SignatureProof {
  let [compared, identical] = [0, 0]
  const differing: { readonly name: string; readonly why: string }[] = []
  for (const name of imported) {
    const prototypes = (declared.get(name) ?? []).filter(({ parametersKnown }) => parametersKnown)
    const functions = kernel.flatMap((types) => types.named(name, ['func']).map((id) => ({ types, id })))
    if (prototypes.length === 0 || functions.length === 0) continue
    compared++
    const reasons = prototypes.flatMap((prototype) => {
      const each = functions.map(({ types, id }) => comparePrototype(prototype, types, id))
      return each.includes(undefined) ? [] : [each[0] ?? '']
    })
    if (reasons.length === 0) identical++
    else differing.push({ name, why: reasons[0] ?? '' })
  }
  const problems = differing.slice(0, TOLD).map(
    ({ name, why }): Omit<Finding, 'stage'> => ({
      id: 'abi.signature',
      severity: 'fail',
      title: `${what}: \`${name}()\` of ${owner ?? 'the kernel'} is another function than the module calls: ${why}`,
      remedy: owner === undefined ? 'Build the module with the headers of exactly this kernel.' : 'Build both modules from the same headers, and release them together.',
    }),
  )
  if (differing.length > TOLD) problems.push({ id: 'abi.signature', severity: 'fail', title: `${what}: ${differing.length - TOLD} more functions have another prototype in the kernel: ${differing.slice(TOLD).map(({ name }) => name).join(', ')}` })
  return { compared, identical, problems }
}
