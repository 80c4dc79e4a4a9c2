/** What the kernel may do where the proof says this. A fault that the kernel does not mind, or a clean bill for what it refuses, makes a proof worthless. */
const TOGETHER = {
  clean: ['good'],
  // Told, without weight: the kernel taints itself, and no more.
  warned: ['good', 'forced'],
  // Told what could not be looked at; whether something is there, only the kernel knows.
  gap: ['good', 'forced', 'refused', 'broken'],
  fault: ['forced', 'refused', 'broken'],
  none: [],
}

/** Whether a row holds: proof and kernel may stand together, and both say what the row expects. Without a proof only the kernel is held against the row. */
export function agreement([expectedProof, expectedKernel], proof, kernel) {
  const why = []
  if (kernel.outcome !== expectedKernel) why.push(`the kernel was expected to be ${expectedKernel}`)
  if (proof !== undefined) {
    if (proof.verdict !== expectedProof) why.push(`the proof was expected to say ${expectedProof}`)
    if (!TOGETHER[proof.verdict].includes(kernel.outcome)) why.push('proof and kernel disagree')
  }
  return { agrees: why.length === 0, why: why.join(', ') }
}
