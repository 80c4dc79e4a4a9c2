import type { Finding } from '../model/finding.js'
import type { AbiMode, ProofGap } from '../model/proof.js'

/** A gap is told in any case; whether it is a failure is the user's choice. */
export function gapFindings(what: string, gaps: readonly ProofGap[], mode: AbiMode): Omit<Finding, 'stage'>[] {
  return gaps.map(({ what: part, why, remedy, inherent }) => ({
    id: 'abi.gap',
    severity: inherent === true ? 'note' : mode === 'require' ? 'fail' : 'warning',
    title: `${what}: not proven (${part}): ${why}`,
    ...(remedy !== undefined && { remedy }),
  }))
}
