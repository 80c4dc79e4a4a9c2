import type { Verdict } from '../model/finding.js'
import { isOwn } from '../model/kernel.js'
import { shortFlavour } from '../architecture/flavour.js'
import type { Submission } from './collect.js'
import type { Expected } from './expected.js'
import { objection, weigh, type Objection, type ObjectionId, type ReleaseAnswer } from './objections.js'
import { matches } from './pattern.js'
import type { Policy } from './policy.js'
import type { ReadReport } from './read-report.js'
import { Waivers, type Cause, type Waived } from './waive.js'

export interface Question {
  readonly submissions: readonly Submission[]
  /** The kernels of the matrix; absent when there was none. */
  readonly matrix?: readonly Expected[]
  readonly policy: Policy
  /** What is to be released; a commit that is not given is the one that all reports agree on. */
  readonly commit?: string
  readonly repository?: string
  readonly allowUnknownCommit: boolean
  readonly now: Date
}

export type Outcome = Verdict | 'waived' | 'missing' | 'refused'

/** One kernel. */
export interface Row {
  readonly kernel: string
  readonly expected?: Expected
  readonly required: boolean
  readonly outcome: Outcome
  /** Reports that count; several when several modules were checked for it. */
  readonly submissions: readonly Submission[]
  /** What stands against it, what weighs most first. */
  readonly causes: readonly Cause[]
  readonly waived: readonly Waived[]
}

export interface ReleaseVerdict {
  readonly releasable: boolean
  /** `error` when no fault was proven and something could not be checked. */
  readonly verdict: ReleaseAnswer
  readonly commit?: string
  readonly repository?: string
  readonly rows: readonly Row[]
  readonly objections: readonly Objection[]
}

/** One answer from all reports of a run. */
export function judgeRelease(question: Question): ReleaseVerdict {
  const { submissions, policy, matrix = [], now } = question
  const commit = question.commit ?? submissions.map(({ report }) => report?.commit).find((known) => known !== undefined)
  const objections: Objection[] = []
  if (submissions.length === 0) objections.push(objection('verdict.no-reports', 'error', 'There is not a single report'))
  if (question.matrix === undefined && policy.required.length === 0) objections.push(objection('verdict.nothing-required', 'error', 'There is no matrix, and no kernel is named as required'))

  const accepted: Submission[] = []
  for (const submission of submissions) {
    const refusals = refusalsOf(submission, { ...question, ...(commit !== undefined && { commit }) })
    objections.push(...refusals)
    if (refusals.every(({ severity }) => severity !== 'error')) accepted.push(submission)
  }

  const kernels = new Map<string, Expected | undefined>(matrix.map((expected) => [expected.kernel, expected]))
  for (const { report } of submissions) {
    const kernel = report === undefined ? undefined : kernelOf(report)
    if (kernel === undefined || kernels.has(kernel)) continue
    kernels.set(kernel, undefined)
    if (question.matrix !== undefined) objections.push(objection('verdict.kernel-unexpected', 'warning', `There is a report for ${kernel}, which the matrix does not have`, kernel))
  }

  const waivers = new Waivers(policy.waivers, now)
  const usedPatterns = new Set<string>()
  const rows = [...kernels].map(([kernel, expected]) => {
    const names = namesOf(kernel, expected)
    const named = (patterns: readonly string[]): boolean => patterns.filter((pattern) => names.some((name) => matches(pattern, name))).map((pattern) => usedPatterns.add(pattern)).length > 0
    const [isRequired, isAdvisory] = [named(policy.required), named(policy.advisory)]
    if (isRequired && isAdvisory) objections.push(objection('verdict.policy-contradiction', 'error', `The policy calls ${kernel} required and advisory`, kernel))
    const required = isRequired || (!isAdvisory && (expected?.required ?? true))
    const row = rowOf({ kernel, ...(expected !== undefined && { expected }), required }, submissions, accepted, { ...policy, names, maySkip: named(policy.maySkip) }, waivers)
    objections.push(...objectionsTo(row))
    return row
  })

  for (const pattern of policy.required) {
    if (!usedPatterns.has(pattern)) objections.push(objection('verdict.kernel-missing', 'error', `The policy requires ${pattern}, and no kernel of this run is called so`, pattern))
  }
  for (const pattern of policy.advisory) {
    if (!usedPatterns.has(pattern)) objections.push(objection('verdict.policy-unused', 'warning', `The policy calls ${pattern} advisory, and no kernel of this run is called so`))
  }
  for (const pattern of policy.maySkip) {
    if (!usedPatterns.has(pattern)) objections.push(objection('verdict.policy-unused', 'warning', `The policy lets ${pattern} be skipped, and no kernel of this run is called so`))
  }
  // Each skip may be allowed, and still nobody looked at anything.
  const judged = rows.flatMap((row) => row.submissions.map(({ report }) => report?.verdict))
  if (judged.length > 0 && judged.every((one) => one === 'skip') && weigh(objections) === 'pass') objections.push(objection('verdict.all-skipped', 'error', 'Every report says that the module is not meant for its kernel: nothing was checked'))
  for (const { kernel, finding, expires, reason } of waivers.expired()) objections.push(objection('verdict.waiver-expired', 'warning', `The waiver for ${[kernel, finding].filter(Boolean).join(', ')} was good until ${expires}: ${reason}`, kernel))
  for (const { kernel, finding, reason } of waivers.unused()) objections.push(objection('verdict.waiver-unused', 'warning', `The waiver for ${[kernel, finding].filter(Boolean).join(', ')} matches no failure: ${reason}`, kernel))
  const versions = new Set(accepted.map(({ report }) => report?.toolVersion))
  if (versions.size > 1) objections.push(objection('verdict.tool-versions', 'warning', `The reports come from several versions of kmod-gate: ${[...versions].join(', ')}`))

  const verdict = weigh(objections)
  return { releasable: verdict === 'pass', verdict, ...(commit !== undefined && { commit }), ...(question.repository !== undefined && { repository: question.repository }), rows, objections }
}

/** The kernel that a report is about; undefined when the run did not get so far. */
function kernelOf({ target, askedFor }: ReadReport): string | undefined {
  return target?.release ?? askedFor
}

/** All that a policy may call a kernel: its release, its suite, the suite with the flavour, and the spec that asked for it. */
function namesOf(kernel: string, expected: Expected | undefined): readonly string[] {
  const { suite, flavour, spec } = expected ?? {}
  // Every architecture's plain flavour is called after it.
  const short = flavour === undefined ? '' : shortFlavour(flavour)
  return [kernel, ...(suite === undefined ? [] : [suite, `${suite}/${short === '' ? 'default' : short}`]), ...(spec === undefined ? [] : [spec])]
}

/** Why a report is not taken; of severity `note` where it is taken all the same. */
function refusalsOf({ dir, report, refusal }: Submission, { commit, repository, allowUnknownCommit }: Question): readonly Objection[] {
  const kernel = report === undefined ? undefined : kernelOf(report)
  const which = `The report in ${dir}${kernel === undefined ? '' : ` (${kernel})`}`
  if (refusal !== undefined) return [objection(refusal.id, 'error', `${which} is refused: ${refusal.why}`, kernel)]
  if (report === undefined) return []
  if (kernel === undefined) return [objection('verdict.kernel-unknown', 'error', `${which} is about no kernel: ${report.findings.find(({ severity }) => severity === 'error' || severity === 'fail')?.title ?? 'the run chose none'}`)]
  if (report.commit === undefined) {
    return [objection('verdict.unknown-commit', allowUnknownCommit ? 'note' : 'error', `${which} does not say which commit it is about`, kernel)]
  }
  if (report.commit !== commit) return [objection('verdict.other-commit', 'error', `${which} is about commit ${report.commit}, not ${commit ?? 'a known one'}`, kernel)]
  if (repository !== undefined && report.repository !== undefined && report.repository.toLowerCase() !== repository.toLowerCase()) {
    return [objection('verdict.other-repository', 'error', `${which} is about ${report.repository}, not ${repository}`, kernel)]
  }
  return []
}

/** What the policy says of one kernel. */
interface Terms extends Pick<Policy, 'stages'> {
  /** All that the kernel is called. */
  readonly names: readonly string[]
  readonly maySkip: boolean
}

function rowOf(base: Pick<Row, 'kernel' | 'expected' | 'required'>, all: readonly Submission[], accepted: readonly Submission[], terms: Terms, waivers: Waivers): Row {
  const isOwn = ({ report }: Submission): boolean => report !== undefined && kernelOf(report) === base.kernel
  const own = accepted.filter(isOwn)
  const submissions = own.filter((submission) => !isCompleted(submission, own))
  // One report that is refused is enough: what it would have said is not known.
  if (all.filter(isOwn).length > own.length) return { ...base, outcome: 'refused', submissions: [], causes: [], waived: [] }
  const causes = submissions.length === 0 ? [ownCause('verdict.kernel-missing', 'there is no report')] : [...submissions.flatMap((submission) => causesOf(submission, terms)), ...versionCauses(submissions, base.expected), ...twice(submissions)]
  const { standing, waived } = waivers.part(terms.names, [...causes].sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity]))
  return { ...base, outcome: outcomeOf(submissions, standing, waived), submissions, causes: standing, waived }
}

const WEIGHT: Readonly<Record<Cause['severity'], number>> = { fail: 0, error: 1, skip: 2 }

/** Whether a first half came with the report over both: that one says all that it says, and how the boot went. */
function isCompleted({ report, modules }: Submission, others: readonly Submission[]): boolean {
  const files = (of: Submission['modules']): string => JSON.stringify(of.map(({ name, sha256 }) => [name, sha256]))
  return report?.bootPending === true && others.some((other) => other.report?.bootPending === false && files(other.modules) === files(modules))
}

/** What the verdict itself has against a kernel, beyond its reports. */
function ownCause(id: ObjectionId, title: string): Cause {
  return { id, severity: 'error', title, reported: false }
}

function outcomeOf(submissions: readonly Submission[], standing: readonly Cause[], waived: readonly Waived[]): Outcome {
  const [heaviest] = standing
  if (heaviest?.severity === 'error' && submissions.length === 0) return 'missing'
  if (heaviest !== undefined) return heaviest.severity
  if (waived.length > 0) return 'waived'
  // Several packages may be checked for one kernel, and some of them be left out.
  return submissions.every(({ report }) => report?.verdict === 'skip') ? 'skip' : 'pass'
}

/** What the report itself says against its kernel, and the policy's stages that did not pass in it. */
function causesOf({ report }: Submission, { stages, maySkip }: Terms): readonly Cause[] {
  // A report that says skip holds nothing heavier.
  if (report === undefined || (maySkip && report.verdict === 'skip')) return []
  const found = report.findings.flatMap(({ id, severity, title }): Cause[] => (severity === 'fail' || severity === 'error' || severity === 'skip' ? [{ id, severity, title, reported: true }] : []))
  const skipped = stages.filter((stage) => report.stages.find((result) => result.stage === stage)?.outcome !== 'pass')
  // A stage that failed has said so in a finding; one that a failure kept from running is that failure's doing.
  const missed = found.length > 0 ? [] : skipped.map((stage) => ownCause('verdict.stage-not-run', `the stage ${stage} was not run`))
  const pending = report.bootPending && !stages.includes('boot') && found.length === 0 ? [ownCause('verdict.boot-pending', 'the guest was packed to be booted elsewhere, and nobody reports that it was')] : []
  return [...found, ...missed, ...pending]
}

/** A spec that names a package version means that one; any other kernel may have been updated meanwhile, as its release says. */
function versionCauses(submissions: readonly Submission[], expected: Expected | undefined): readonly Cause[] {
  // The matrix lists kernels of the distribution; somebody's own build of that name is another kernel.
  const own = expected === undefined ? undefined : submissions.find(({ report }) => report?.target !== undefined && isOwn(report.target))
  if (own !== undefined) return [ownCause('verdict.package-version', 'a kernel of the user’s own was checked, and the distribution’s packages are asked for')]
  const exact = /(?:^|\/)=/.test(expected?.spec ?? '')
  const others = exact ? submissions.map(({ report }) => (report?.target === undefined || isOwn(report.target) ? undefined : report.target.packageVersion)).filter((version) => version !== undefined && version !== expected?.version) : []
  return others.slice(0, 1).map((version) => ownCause('verdict.package-version', `packages ${version ?? ''} were checked, and ${expected?.version ?? ''} are asked for`))
}

/** Two builds of one module for one kernel: nobody could say which one is released. */
function twice(submissions: readonly Submission[]): readonly Cause[] {
  const seen = new Map<string, string>()
  const names = submissions.flatMap(({ modules }) => modules).filter(({ name, sha256 }) => {
    const before = seen.get(name)
    seen.set(name, sha256)
    return before !== undefined && before !== sha256
  })
  return [...new Set(names.map(({ name }) => name))].map((name) => ownCause('verdict.module-twice', `two reports have different builds of ${name}`))
}

function objectionsTo({ kernel, required, outcome, causes }: Row): readonly Objection[] {
  const [cause] = causes
  if (cause === undefined) return []
  const more = causes.length > 1 ? ` (and ${causes.length - 1} more)` : ''
  const lapsed = cause.lapsed === undefined ? '' : `; the waiver for it was good until ${cause.lapsed}`
  const title = `${kernel}: ${cause.title}${more}${lapsed}`
  if (outcome === 'skip') return [objection('verdict.kernel-skipped', required ? 'error' : 'note', title, kernel)]
  if (outcome === 'fail') return [objection('verdict.kernel-failed', required ? 'fail' : 'warning', title, kernel)]
  return [objection(outcome === 'missing' ? 'verdict.kernel-missing' : 'verdict.kernel-unchecked', required ? 'error' : 'warning', title, kernel)]
}
