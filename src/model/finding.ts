/** The stages of one run, in the order in which they happen. */
export const STAGES = ['resolve', 'install', 'toolchain', 'tree', 'guard', 'build', 'proof', 'boot'] as const
export type Stage = (typeof STAGES)[number]

/**
 * How much a finding weighs.
 * - `fail`: the module or its build is at fault
 * - `error`: the gate could not check
 * - `warning`, `note`: said, but without weight in the verdict
 */
export type Severity = 'fail' | 'error' | 'warning' | 'note'

/** A place in the user's repository. */
export interface Place {
  /** Path relative to the root of the user's repository (or to the kernel tree for in-tree drivers). */
  readonly file: string
  /** 1-based. */
  readonly line?: number
  /** 1-based. */
  readonly column?: number
}

/** The one currency of the gate: every room leaves findings, and the report is made of them. */
export interface Finding {
  /** Stable and documented in docs/findings.md, such as `config.symbol-lost`. */
  readonly id: string
  readonly stage: Stage
  readonly severity: Severity
  /** One line that makes sense alone. */
  readonly title: string
  /** Evidence, may have several lines; plain text, never markup. */
  readonly detail?: string
  /** What the user can do, one sentence or command. */
  readonly remedy?: string
  readonly place?: Place
}

export type Verdict = 'pass' | 'fail' | 'error'

/**
 * One verdict from many findings. A proven fault outweighs a check that could not run,
 * because a module that is known to be bad stays bad whatever else was not looked at.
 */
export function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some((f) => f.severity === 'fail')) return 'fail'
  return findings.some((f) => f.severity === 'error') ? 'error' : 'pass'
}
