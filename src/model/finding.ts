/** The stages of one run, in the order in which they happen. */
export const STAGES = ['resolve', 'install', 'toolchain', 'tree', 'guard', 'build', 'proof', 'boot'] as const
export type Stage = (typeof STAGES)[number]

/**
 * How much a finding weighs.
 * - `fail`: the module or its build is at fault
 * - `error`: the gate could not check
 * - `skip`: the module itself says that it is not meant for this kernel
 * - `warning`, `note`: said, but without weight in the verdict
 */
export type Severity = 'fail' | 'error' | 'skip' | 'warning' | 'note'

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

/** `skip` is no pass: nothing was built or loaded. It is no stage that was left out either, which is `skipped` (StageResult). */
export type Verdict = 'pass' | 'fail' | 'error' | 'skip'

/** What weighs in a verdict, the heaviest first. */
const WEIGHING = ['fail', 'error', 'skip'] as const

/**
 * One verdict from many findings. A proven fault outweighs a check that could not run,
 * because a module that is known to be bad stays bad whatever else was not looked at; and one that could not be looked at
 * need not be left out by its own word only.
 */
export function verdictOf(findings: readonly Finding[]): Verdict {
  return WEIGHING.find((weight) => findings.some(({ severity }) => severity === weight)) ?? 'pass'
}
