import type { Finding } from '../model/finding.js'
import type { GuestRun, GuestStep } from '../model/guest.js'
import { applyAllowances, type LogAllowance } from './allow.js'
import type { Complaint } from './complaints.js'
import { endedByItself } from './guest-run.js'
import { judgeComplaints } from './judge-complaints.js'
import { judgeTests } from './judge-tests.js'
import { attributeLeftovers } from './leftovers.js'
import type { ModuleFile } from './plan.js'
import type { SourceLine, SourceRoot } from './source-lines.js'
import { newTaints } from './taint.js'

/** What the run is measured by. */
export interface Expectation {
  /** Kernel release that was meant to boot. */
  readonly release: string
  /** The user's own: one whose result did not come back was not checked. */
  readonly modules: readonly ModuleFile[]
  readonly reloads: number
  readonly tested: boolean
  readonly expectBound: boolean
  readonly allow: readonly LogAllowance[]
  /** YYYY-MM-DD. */
  readonly today: string
  /** Seconds. */
  readonly bootTimeout: number
  /** Bytes. */
  readonly consoleLimit: number
  /** Those of the run's log. */
  readonly complaints: readonly Complaint[]
  /** Source lines of frames by their text. */
  readonly lines: ReadonlyMap<string, SourceLine>
  readonly sources?: SourceRoot
}

const stage = 'boot'

/** What one boot proves, as findings; none means that all went well. */
export function judgeGuest(run: GuestRun, expected: Expectation): Finding[] {
  if (run.end === 'never-up') return [neverUp(run, expected)]
  const { left, allowed, findings: allowances } = applyAllowances(expected.complaints, expected.allow, expected.today)
  const findings: Finding[] = [
    ...(run.release === expected.release ? [] : [{ id: 'guest.other-kernel', stage, severity: 'error', title: `The guest runs ${run.release ?? 'an unknown kernel'} instead of ${expected.release}` } as const]),
    // Before the baseline there is nothing to read; that the guest got no further is told by what stopped it.
    ...(run.logSeen || !begun(run) ? [] : [{ id: 'guest.no-log', stage, severity: 'error', title: 'The kernel log of the guest could not be read, so it was not judged', detail: run.consoleTail } as const]),
    ...judgeComplaints(left, expected),
    ...run.steps.filter((step) => !isKilled(step, left)).flatMap((step) => judgeStep(step, run, expected)),
    ...judgeTests(run, expected),
    ...judgeFlood(run, expected),
  ]
  // A kernel that died in the module cannot clear it away.
  findings.push(...judgeTaint(run, [...left, ...allowed]), ...(left.some(({ signature }) => signature.taints?.includes('D') === true) ? [] : judgeLeftovers(run, expected)), ...judgeBound(run, expected), ...allowances)
  return [...findings, ...judgeMissing(run, expected, findings), ...judgeEnd(run, expected, findings)]
}

const begun = (run: GuestRun): boolean => run.taint?.before !== undefined || run.steps.some(({ own }) => own)
const weighs = ({ severity }: Finding): boolean => severity === 'fail' || severity === 'error'

function neverUp(run: GuestRun, { bootTimeout }: Expectation): Finding {
  if (run.lacks !== undefined) {
    return { id: 'guest.busybox-lacks', stage, severity: 'error', title: `The guest’s busybox has no ${run.lacks.join(', ')}, so nothing could be checked`, remedy: 'Install Debian’s busybox-static.' }
  }
  const machine = `${run.accelerator.toUpperCase()}, ${run.entry}`
  const gone = qemuTrouble(run)
  if (gone !== undefined) return gone
  const title = run.stopped === 'boot-timeout' ? `The guest did not come up within boot-timeout, ${bootTimeout} s (${machine})` : `The guest did not come up (${machine})`
  return { id: 'guest.never-up', stage, severity: 'error', title, detail: run.consoleTail, remedy: 'See console.log. Raise boot-timeout on a slow machine, or memory for a large one.' }
}

/** QEMU itself ended in a way that is neither the guest's nor ours. */
function qemuTrouble({ qemu, stopped }: GuestRun): Finding | undefined {
  if (qemu === undefined || stopped !== undefined || endedByItself(qemu)) return undefined
  const words = qemu.stderr.trim()
  const said = words === '' ? {} : { detail: words }
  if (qemu.signal !== null || (qemu.status ?? 0) > 128 || /terminating on signal/.test(words)) {
    const signal = qemu.signal ?? (/terminating on signal (\d+)/.exec(words)?.[1] !== undefined ? `signal ${/terminating on signal (\d+)/.exec(words)?.[1] ?? ''}` : `signal ${(qemu.status ?? 128) - 128}`)
    return { id: 'guest.qemu-killed', stage, severity: 'error', title: `QEMU was ended from outside or crashed (${signal}), so the module was not judged`, ...said, remedy: 'Look for a memory limit of the container (SIGKILL), a job that was cancelled (SIGTERM), or a fault of QEMU (SIGSEGV, SIGABRT).' }
  }
  return { id: 'guest.qemu-failed', stage, severity: 'error', title: `QEMU gave up: ${words.split('\n').at(-1) || `status ${String(qemu.status)}`}`, ...said, remedy: 'Check devices, machine, memory and cpus: these are what QEMU was asked for.' }
}

/**
 * Whether the kernel killed the step's insmod or rmmod, and said why: one failure, told by the complaint. A shell gives the status of what was killed as 128
 * and more (POSIX, Shell Command Language, 2.8.2).
 */
function isKilled({ own, kind, module, cycle, outcome, status }: GuestStep, complaints: readonly Complaint[]): boolean {
  if (!own || outcome !== 'refused' || status === undefined || status <= 128) return false
  return complaints.some(({ signature, during }) => signature.weight === 'fail' && during === `${kind} ${module}, cycle ${cycle ?? 0}`)
}

const DOING = { load: 'being loaded', unload: 'being unloaded' } as const

function judgeStep(step: GuestStep, run: GuestRun, { bootTimeout }: Expectation): Finding[] {
  const { module, kind, outcome } = step
  const time = step.cycle !== undefined && step.cycle > 1 ? ` (cycle ${step.cycle})` : ''
  const said = [step.message, tail(run.log || run.consoleTail)].filter((text) => text !== '').join('\n')
  const common = { stage, ...(said !== '' && { detail: said }) } as const
  const wrongCount: Finding[] =
    step.own && kind === 'unload' && step.references !== undefined && step.references !== 0
      ? [{ ...common, id: 'guest.references', severity: 'fail', title: `${module} has ${step.references} references when nothing uses it any more${time}`, remedy: step.references < 0 ? 'More references were put than taken: look for module_put().' : 'Each try_module_get(), open file and registered user needs its counterpart.' }]
      : []
  if (outcome === 'ok') return wrongCount
  if (outcome === 'cut-short') {
    // A console that was flooded is a finding of its own.
    if (run.stopped === 'console-flood') return []
    return [{ ...common, id: 'guest.cut-short', severity: 'error', title: `boot-timeout (${bootTimeout} s) was over while ${module} was ${DOING[kind]}, after ${step.seconds.toFixed(1)} s of the ${step.deadline ?? 0} s that the step may take${time}`, remedy: 'Raise boot-timeout: the module was not given its time.' }]
  }
  if (!step.own) return [{ ...common, id: 'guest.dependency-refused', severity: 'error', title: `${module}, a module of the kernel’s own package, was ${outcome} by the kernel${step.message === '' ? '' : `: ${reason(step)}`}`, remedy: 'Check its parameters, and that the kernel has such a module.' }]
  switch (outcome) {
    case 'refused':
      return kind === 'load'
        ? [{ ...common, id: 'guest.load-refused', severity: 'fail', title: `The kernel refused to load ${module}: ${reason(step)}${time}`, remedy: REMEDIES.find(({ pattern }) => pattern.test(step.message))?.remedy ?? 'See the kernel’s own words in the detail.' }]
        : [...wrongCount, { ...common, id: 'guest.unload-refused', severity: 'fail', title: `${module} cannot be unloaded: ${reason(step)}${time}`, remedy: 'A module needs an exit function, and no reference to it may be left.' }]
    case 'hung':
      if (run.end === 'lost') return [{ ...common, id: 'guest.died', severity: 'fail', title: `The guest went down while ${module} was ${DOING[kind]}${time}`, remedy: 'The console’s last lines show what the kernel said.' }]
      return [{ ...common, id: kind === 'load' ? 'guest.load-hung' : 'guest.unload-hung', severity: 'fail', title: `${kind === 'load' ? 'Loading' : 'Unloading'} ${module} did not end within ${(step.deadline ?? step.seconds).toFixed(0)} s${time}`, remedy: 'Its init or exit function waits or spins forever; the console shows where.' }]
    case 'not-listed':
      return [{ ...common, id: 'guest.not-listed', severity: 'fail', title: `insmod of ${module} succeeded, but /proc/modules does not list it as live${time}` }]
    case 'still-listed':
      return [{ ...common, id: 'guest.still-listed', severity: 'fail', title: `rmmod of ${module} succeeded, but /proc/modules still lists it${time}` }]
  }
}

function judgeFlood(run: GuestRun, { consoleLimit }: Expectation): Finding[] {
  if (run.stopped !== 'console-flood') return []
  const at = [...run.steps.filter(({ outcome }) => outcome === 'cut-short').map(({ kind, module }) => ` while ${module} was ${DOING[kind]}`), ...(run.tests ?? []).filter(({ outcome }) => outcome === 'cut-short').map(() => ' while the test ran')]
  return [{ id: 'guest.console-flood', stage, severity: 'fail', title: `The console was flooded${at[0] ?? ''}: more than ${consoleLimit >> 20} MiB, so the guest was ended`, detail: run.consoleTail, remedy: 'Print less, or use printk_ratelimited(), dev_dbg() and the like.' }]
}

function judgeTaint({ taint }: GuestRun, complaints: readonly Complaint[]): Finding[] {
  if (taint?.before === undefined || taint.after === undefined) return []
  const flags = newTaints(taint.before, taint.after, complaints.map(({ signature }) => signature.taints ?? '').join(''))
  if (flags.length === 0) return []
  return [{ id: 'guest.taint', stage, severity: 'fail', title: `The modules tainted the kernel: ${flags.join(', ')}`, detail: `/proc/sys/kernel/tainted: ${taint.before} at the baseline, ${taint.after} at the end`, remedy: 'Only O (out of tree) and E (unsigned) are set by any module of your own.' }]
}

const MOST_LEFTOVERS = 40

function judgeLeftovers(run: GuestRun, { modules }: Expectation): Finding[] {
  const leftovers = attributeLeftovers(run.leftovers ?? [], modules)
  const list = (entries: readonly { readonly entry: string }[]) => entries.slice(0, MOST_LEFTOVERS).map(({ entry }) => entry).join('\n')
  const proven = leftovers.filter(({ module }) => module !== undefined)
  const others = leftovers.filter(({ module }) => module === undefined)
  const [first] = proven
  const more = proven.length > 1 ? ` (and ${proven.length - 1} more)` : ''
  return [
    ...(first === undefined ? [] : [{ id: 'guest.leftover', stage, severity: 'fail', title: `${first.module ?? ''} left something behind after it was unloaded: ${first.entry}${more}`, detail: list(proven), remedy: 'Undo in the exit function, and where init fails, all that init did.' } as const]),
    ...(others.length === 0 ? [] : [{ id: 'guest.changed', stage, severity: 'note', title: `After unloading there are ${others.length} entries in /sys, /proc or the list of threads that were not there before and bear no name of yours`, detail: list(others) } as const]),
  ]
}

function judgeBound({ bound, steps }: GuestRun, { expectBound, modules }: Expectation): Finding[] {
  if (!expectBound || bound === undefined || bound.length > 0 || steps.some(({ own, kind, outcome }) => own && kind === 'load' && outcome !== 'ok')) return []
  return [{ id: 'guest.not-bound', stage, severity: 'fail', title: `No device was bound to a driver of ${modules.map(({ name }) => name).join(', ')}`, remedy: 'Compare the driver’s id table with the devices that the guest has, and look for what probe() says in the log.' }]
}

/** A result that did not come back, of a run that says it is complete. */
function judgeMissing(run: GuestRun, { modules, reloads, tested }: Expectation, findings: readonly Finding[]): Finding[] {
  if (run.end !== 'completed' || findings.some(weighs)) return []
  const count = (kind: GuestStep['kind'], module: string) => run.steps.filter((step) => step.kind === kind && step.module === module).length
  const unseen = modules.map(({ name }) => name).filter((name) => count('load', name) < reloads || count('unload', name) < reloads)
  const parts = [...unseen, ...(tested && (run.tests ?? []).length < reloads ? ['the test'] : [])]
  if (parts.length === 0 && run.taint?.after === undefined) parts.push('the taint flags')
  if (parts.length === 0 && run.leftovers === undefined) parts.push('what was left after unloading')
  return parts.length === 0 ? [] : [{ id: 'guest.lost', stage, severity: 'error', title: `The guest’s results for ${parts.join(', ')} did not come back, so they were not judged`, detail: run.consoleTail }]
}

/** How the guest ended, when the findings so far do not say it already. */
function judgeEnd(run: GuestRun, { bootTimeout }: Expectation, findings: readonly Finding[]): Finding[] {
  if (run.end === 'completed') return []
  const trouble = qemuTrouble(run)
  if (findings.some(({ severity }) => severity === 'fail') || (trouble === undefined && findings.some(({ severity }) => severity === 'error'))) return []
  if (trouble !== undefined) return [trouble]
  const loaded = run.steps.filter(({ own, kind, outcome }) => own && kind === 'load' && outcome === 'ok').map(({ module }) => module)
  if (run.end === 'lost' && run.qemu !== undefined && loaded.length > 0) {
    return [{ id: 'guest.died', stage, severity: 'fail', title: `The guest went down by itself after ${[...new Set(loaded)].join(', ')} had been loaded`, detail: run.consoleTail, remedy: 'Something that the module set going (timer, thread, interrupt) reset the machine or overwrote the kernel.' }]
  }
  const title = run.end === 'timeout' ? `The guest did not end within boot-timeout, ${bootTimeout} s` : 'The guest was lost: it ended without having said that it was done'
  return [{ id: 'guest.lost', stage, severity: 'error', title, detail: run.consoleTail, remedy: run.end === 'timeout' ? 'Raise boot-timeout: no single step was too slow.' : 'See console.log; nothing in it points to the module.' }]
}

/** Messages of busybox's insmod and what to do about them. */
const REMEDIES: readonly { readonly pattern: RegExp; readonly remedy: string }[] = [
  { pattern: /No such device/i, remedy: 'Init returned -ENODEV: the module looks for hardware that the guest does not have. Register the driver all the same and let probe() decide.' },
  { pattern: /invalid module format|Exec format error/i, remedy: 'The module does not fit this kernel: compare vermagic and configuration.' },
  { pattern: /unknown symbol/i, remedy: 'A symbol is not exported by this kernel, or by a module that is not loaded; the kernel log names it.' },
]

function reason({ message, status, module }: GuestStep): string {
  const text = message.replace(/^.*?(?:can't (?:insert|unload)[^:]*: )/, '').split('\n')[0] ?? ''
  if (text !== '') return text
  return status !== undefined && status > 128 ? `the kernel killed ${module}’s caller (signal ${status - 128})` : `status ${String(status)}`
}

function tail(text: string): string {
  return text.split('\n').slice(-25).join('\n')
}
