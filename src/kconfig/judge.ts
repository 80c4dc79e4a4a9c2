import type { ConfigVerdict, Delta, DeltaGroup, GuardMoment } from '../model/config.js'
import type { Finding } from '../model/finding.js'
import type { Allowance, RequestedOption } from '../model/request.js'
import type { ToolState } from '../model/toolchain.js'
import { describeDelta, diffConfigs, splitRequested } from './diff.js'
import { groupFindings } from './group-findings.js'
import { groupDeltas } from './groups.js'
import type { KconfigModel } from './model.js'
import { judgeOption } from './options.js'
import type { ConfigMap } from './parse.js'

export interface GuardInput {
  /** The config of the kernel's headers, as shipped. */
  readonly target: ConfigMap
  /** The tree's config at this moment. */
  readonly now: ConfigMap
  readonly requested: readonly RequestedOption[]
  readonly allowances: readonly Allowance[]
  readonly tools: readonly ToolState[]
  readonly kconfig: KconfigModel
  readonly moment: GuardMoment
  /** The verdict of the moment before, whose allowed deltas are not reported again. */
  readonly previous?: ConfigVerdict
}

/** When the config changed, for moments at which nothing was meant to change it any more. */
const SINCE: Readonly<Record<GuardMoment, string>> = {
  oldconfig: '',
  modules_prepare: 'between oldconfig and modules_prepare: ',
  build: 'between modules_prepare and the end of the build: ',
}

/** What the guard found at one moment. */
export interface Judgement {
  readonly verdict: ConfigVerdict
  readonly findings: readonly Finding[]
}

/**
 * The config guard's verdict at one moment: every delta beyond the requested options is a finding that fails, grouped by
 * cause, unless an allowance covers it. Causes are worked out before allowances are taken away, so that allowing the
 * first symbol of a chain does not hide why the others changed.
 */
export function judgeConfig(input: GuardInput): Judgement {
  const { target, now, requested, tools, kconfig, moment } = input
  const reasons = new Map(input.allowances.map(({ symbol, reason }) => [symbol, reason]))
  const split = splitRequested(diffConfigs(target, now), requested)
  const deltas = split.others
  const allowed = deltas.filter(({ symbol }) => reasons.has(symbol))
  const groups = groupDeltas(deltas, { tools, kconfig, before: target, after: now, requested })
    .map((group): DeltaGroup => ({ cause: group.cause, deltas: group.deltas.filter(({ symbol }) => !reasons.has(symbol)) }))
    .filter((group) => group.deltas.length > 0)

  const options = requested.map((option) => ({ option, findings: judgeOption(option, { kconfig, target, now }) }))
  const excused = options.flatMap(({ option, findings }) => (reasons.has(option.symbol) && findings.some(isExcusable) ? [option.symbol] : []))
  const findings = [
    ...options.flatMap(({ option, findings: said }) => said.filter((finding) => !(reasons.has(option.symbol) && isExcusable(finding)))),
    ...groups.flatMap((group) => groupFindings(group, tools, { kconfig, target, now })),
  ].map((finding) => ({ ...finding, title: (finding.severity === 'fail' ? SINCE[moment] : '') + finding.title }))
  const shown = new Set(input.previous?.allowed.map(describeDelta))
  const covered = [...allowed, ...split.requested.filter(({ symbol }) => excused.includes(symbol))]
  const notes = covered.filter((delta) => !shown.has(describeDelta(delta))).map((delta) => allowedNote(delta, reasons.get(delta.symbol) ?? ''))
  const unused = moment === 'oldconfig' ? unusedAllowances(input.allowances, covered) : []
  return {
    verdict: { deltas, groups, allowed: covered, moment },
    findings: [...findings.filter(onlyNews(moment)), ...notes, ...unused].map((finding) => ({ stage: 'guard' as const, ...finding })),
  }
}

/** An option that a person vouches for may differ from the image; one that Kconfig refused is not there at all. */
function isExcusable({ id }: { readonly id: string }): boolean {
  return id === 'config.option-needs-builtin'
}

/** Warnings were said at the first moment. */
function onlyNews(moment: GuardMoment): (finding: { readonly severity: Finding['severity'] }) => boolean {
  return ({ severity }) => severity === 'fail' || moment === 'oldconfig'
}

type GuardFinding = Omit<Finding, 'stage'>

function allowedNote(delta: Delta, reason: string): GuardFinding {
  return { id: 'config.allowed', severity: 'note', title: `${delta.symbol} differs from the target's and is allowed: ${reason}`, detail: describeDelta(delta) }
}

function unusedAllowances(allowances: readonly Allowance[], covered: readonly Delta[]): GuardFinding[] {
  return allowances
    .filter(({ symbol }) => !covered.some((delta) => delta.symbol === symbol))
    .map(({ symbol }) => ({
      id: 'config.allowance-unused',
      severity: 'warning' as const,
      title: `allow-config-delta names ${symbol}, which does not differ.`,
      remedy: `Take the line for ${symbol} away, or correct the name.`,
    }))
}
