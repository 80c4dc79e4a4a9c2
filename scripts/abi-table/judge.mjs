/**
 * Whether a row holds: the proof and the kernel say the same, and both say what the row expects. A fault that the kernel does not mind and a fault that
 * the proof does not see are the two ways in which a proof is worthless. Without a proof only the kernel is held against the row.
 */
export function agreement([expectedProof, expectedKernel], proof, kernel) {
  const why = []
  if (kernel.outcome !== expectedKernel) why.push(`the kernel was expected to be ${expectedKernel}`)
  if (proof !== undefined) {
    if (proof.verdict !== expectedProof) why.push(`the proof was expected to say ${expectedProof}`)
    if ((proof.verdict === 'fault') !== (kernel.outcome !== 'good')) why.push('proof and kernel disagree')
  }
  return { agrees: why.length === 0, why: why.join(', ') }
}
