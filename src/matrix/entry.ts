/** One job of the matrix. The keys are those that a workflow reads as `matrix.KEY`. */
export interface MatrixEntry {
  /** Kernel release, for the gate's input `kernel`. */
  readonly kernel: string
  /** Container image whose tools can build it. */
  readonly image: string
  /** As the release spells it: `amd64`, `cloud-amd64`, `arm64`. */
  readonly flavour: string
  /** Name of the job, for people; one of a kind in the matrix. */
  readonly label: string
  /** Whether a failure keeps the module from being released. */
  readonly required: boolean
  /** Version of the kernel's packages when the matrix was made. */
  readonly version: string
  readonly suite: string
  /** The spec that asked for it, without the mark of an advisory one. */
  readonly spec: string
}

/** GitHub starts no more jobs than this for one matrix. */
export const MOST_JOBS = 256

/** The value for `strategy.matrix`, after `fromJSON`. */
export function matrixJson(entries: readonly MatrixEntry[]): string {
  return JSON.stringify({ include: entries })
}
