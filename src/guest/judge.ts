import type { Finding } from '../model/finding.js'
import type { GuestRun, GuestStep } from '../model/guest.js'
import { findSplats } from './splats.js'

const stage = 'boot'

/**
 * What one boot proves, as findings; none means that all went well. `release` is the kernel that was meant to boot, `own` the names of
 * the user's modules: one whose result did not come back was not checked.
 */
export function judgeGuest(run: GuestRun, release: string, own: readonly string[]): Finding[] {
  if (run.end === 'never-up') {
    return [{ id: 'guest.never-up', stage, severity: 'error', title: `The guest did not come up within its deadline (${run.accelerator.toUpperCase()}, ${run.entry})`, detail: run.consoleTail, remedy: 'See console.log. Raise boot-timeout on a slow machine, or memory for a large one.' }]
  }
  const findings: Finding[] = []
  if (run.release !== release) findings.push({ id: 'guest.other-kernel', stage, severity: 'error', title: `The guest runs ${run.release ?? 'an unknown kernel'} instead of ${release}` })
  if (!run.logSeen) findings.push({ id: 'guest.no-log', stage, severity: 'error', title: 'The kernel log of the guest could not be read, so it was not judged', detail: run.consoleTail })
  // A splat comes first: it says more than insmod's "Killed".
  const splats = findSplats(run.log)
  const [first] = splats
  if (first !== undefined) {
    const more = splats.length > 1 ? ` (and ${splats.length - 1} more)` : ''
    findings.push({ id: first.id, stage, severity: 'fail', title: `The kernel complained: ${first.line}${more}`, detail: around(run.log, first.line), remedy: 'Fix what the trace points to; the whole log is in console.log.' })
  }
  findings.push(...run.steps.flatMap((step) => judgeStep(step, run)))
  if (run.end === 'completed' && findings.length === 0) {
    const has = (kind: GuestStep['kind'], module: string) => run.steps.some((step) => step.kind === kind && step.module === module)
    const unseen = own.filter((module) => !has('load', module) || !has('unload', module))
    if (unseen.length > 0) findings.push({ id: 'guest.lost', stage, severity: 'error', title: `The guest’s results for ${unseen.join(', ')} did not come back, so they were not judged`, detail: run.consoleTail })
  }
  return [...findings, ...judgeEnd(run, findings)]
}

function judgeStep(step: GuestStep, run: GuestRun): Finding[] {
  const { module, kind, outcome } = step
  if (outcome === 'ok') return []
  const said = [step.message, tail(run.log || run.consoleTail)].filter((text) => text !== '').join('\n')
  const common = { stage, ...(said !== '' && { detail: said }) } as const
  if (!step.own) return [{ ...common, id: 'guest.dependency-refused', severity: 'error', title: `${module}, a module of the kernel’s own package that yours depends on, was ${outcome} by the kernel` }]
  switch (outcome) {
    case 'refused':
      return kind === 'load'
        ? [{ ...common, id: 'guest.load-refused', severity: 'fail', title: `The kernel refused to load ${module}: ${reason(step)}`, remedy: REMEDIES.find(({ pattern }) => pattern.test(step.message))?.remedy ?? 'See the kernel’s own words in the detail.' }]
        : [{ ...common, id: 'guest.unload-refused', severity: 'fail', title: `${module} cannot be unloaded: ${reason(step)}`, remedy: 'A module needs an exit function, and no reference to it may be left.' }]
    case 'hung':
      if (run.end === 'lost') return [{ ...common, id: 'guest.died', severity: 'fail', title: `The guest went down while ${module} was being ${kind}ed`, remedy: 'The console’s last lines show what the kernel said.' }]
      return [{ ...common, id: `guest.${kind}-hung`, severity: 'fail', title: `${kind === 'load' ? 'Loading' : 'Unloading'} ${module} did not end`, remedy: 'Its init or exit function waits or spins forever; the console shows where.' }]
    case 'not-listed':
      return [{ ...common, id: 'guest.not-listed', severity: 'fail', title: `insmod of ${module} succeeded, but /proc/modules does not list it as live` }]
    case 'still-listed':
      return [{ ...common, id: 'guest.still-listed', severity: 'fail', title: `rmmod of ${module} succeeded, but /proc/modules still lists it` }]
  }
}

/** How the guest ended, when the findings so far do not say it already. */
function judgeEnd(run: GuestRun, findings: readonly Finding[]): Finding[] {
  if (run.end === 'completed' || findings.some(({ severity }) => severity === 'fail')) return []
  const title = run.end === 'timeout' ? 'The guest did not end within boot-timeout' : 'The guest was lost: it ended without having said that it was done'
  return [{ id: 'guest.lost', stage, severity: 'error', title, detail: run.consoleTail, remedy: 'See console.log; nothing in it points to the module.' }]
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

/** The complaint with what follows it, as far as one trace usually goes. */
function around(log: string, line: string): string {
  const lines = log.split('\n')
  const at = lines.findIndex((candidate) => candidate.includes(line))
  return lines.slice(Math.max(0, at - 2), at + 40).join('\n')
}
