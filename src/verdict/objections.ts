import type { Severity } from '../model/finding.js'

/** Every reason why a release may be kept back, or that is told beside it, with what to do. Described in docs/release-gate.md. */
export const OBJECTIONS = {
  'verdict.kernel-failed': 'Repair what the report names, or waive the finding with a reason and a day in the policy.',
  'verdict.kernel-unchecked': 'See the report for what kept it from being checked, and run that job again.',
  'verdict.kernel-skipped': 'Let the package build for that kernel, take the kernel from the list, or name it under may-skip in the policy.',
  'verdict.all-skipped': 'Check at least one kernel that the package is meant for.',
  'verdict.kernel-missing': 'See why the kernel’s job left no report, and run it again. A job that never ran is not a pass.',
  'verdict.kernel-unknown': 'See the report for why the run got no further than choosing a kernel.',
  'verdict.kernel-unexpected': 'Add the kernel to the list, or give the verdict only the reports of this run.',
  'verdict.stage-not-run': 'Let the gate run that stage, or take it from the policy’s stages.',
  'verdict.boot-pending': 'Boot the bundle with kmod-gate boot, and hand over the report that it leaves.',
  'verdict.package-version': 'Run the whole workflow again, so that the matrix and the jobs see the same archive.',
  'verdict.report-unreadable': 'Run the job again; do not edit its files on the way.',
  'verdict.report-schema': 'Use one version of kmod-gate for the jobs and for the verdict.',
  'verdict.report-altered': 'Run the job again, and hand its output directory over as it is.',
  'verdict.manifest-missing': 'Hand over the whole output directory, with its manifest.json.',
  'verdict.module-twice': 'Give each kernel one job for each module, or judge the modules one by one.',
  'verdict.other-commit': 'Run the gate on the commit that is to be released.',
  'verdict.unknown-commit': 'Run the gate where it can tell the commit, or accept this with allow-unknown-commit.',
  'verdict.other-repository': 'Give the verdict only the reports of this repository.',
  'verdict.no-reports': 'See whether the jobs ran and whether their output directories were handed over.',
  'verdict.nothing-required': 'Give the matrix, or name required kernels: otherwise nobody would miss a job that never ran.',
  'verdict.policy-contradiction': 'Name the kernel in one of both lists.',
  'verdict.policy-unused': 'Take it from the policy, or correct the name.',
  'verdict.waiver-expired': 'Look at the failure again; then renew the waiver or remove it.',
  'verdict.waiver-unused': 'Remove it: what it waived does not happen any more.',
  'verdict.tool-versions': 'Use one version of kmod-gate for all jobs.',
} as const
export type ObjectionId = keyof typeof OBJECTIONS

/** What speaks against a release, or is told beside it. Severities weigh as those of findings do. */
export interface Objection {
  readonly id: ObjectionId
  readonly severity: Exclude<Severity, 'skip'>
  /** One line that makes sense alone. */
  readonly title: string
  /** Release of the kernel that it is about. */
  readonly kernel?: string
}

/** `kernel` is a release, where the objection is about one. */
export function objection(id: ObjectionId, severity: Objection['severity'], title: string, kernel?: string): Objection {
  return { id, severity, title, ...(kernel !== undefined && { kernel }) }
}

/** Whether a release may go out. What is skipped is objected to or allowed, so that the answer is one of three. */
export type ReleaseAnswer = 'pass' | 'fail' | 'error'

/** A proven fault outweighs what could not be checked, as in one run. */
export function weigh(objections: readonly Objection[]): ReleaseAnswer {
  if (objections.some(({ severity }) => severity === 'fail')) return 'fail'
  return objections.some(({ severity }) => severity === 'error') ? 'error' : 'pass'
}
