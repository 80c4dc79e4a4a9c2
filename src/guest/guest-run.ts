import { machineNamed } from '../architecture/table.js'
import type { Accelerator, GuestRun, GuestStep, GuestTest, QemuEnd } from '../model/guest.js'
import type { GuestEnd } from './guest-process.js'
import { BASELINE } from './init-script.js'
import type { GuestPlan } from './plan.js'
import { decoded, leftoversOf, logOf } from './records.js'

const TAIL_LINES = 40

/** What the records, the console and QEMU's end say together. */
export function guestRun(plan: GuestPlan, { records, watch, qemu, console: raw, seconds }: GuestEnd, accelerator: Accelerator, acceleratorReason: string): GuestRun {
  const own = plan.modules.map(({ name }) => name)
  const steps: GuestStep[] = records.steps.map((step) => ({ ...step, own: own.includes(step.module) }))
  const tests: GuestTest[] = [...records.tests]
  const text = raw.replaceAll('\r', '')
  const stopped = watch.stopped()
  const open = watch.open()
  // QEMU ended from outside, or by its own fault, says nothing about the module: the step that was under way is not held against it.
  if (open !== undefined && (stopped !== undefined || endedByItself(qemu))) {
    const outcome = stopped === undefined || stopped === 'step-deadline' || open.seconds >= open.deadline ? 'hung' : 'cut-short'
    const common = { outcome, seconds: open.seconds, deadline: open.deadline } as const
    if (open.kind === 'test') tests.push({ ...common, cycle: open.cycle, stdout: decoded(records.said.out), stderr: decoded(records.said.err), dropped: 0, whole: false })
    else steps.push({ ...common, kind: open.kind, module: open.name, own: own.includes(open.name), message: '', ...(open.cycle > 0 && { cycle: open.cycle }) })
  }
  // Init gives up at a step that never returns: it says that it is done, and has not gone through all steps.
  const gaveUp = watch.end() === 'completed' && [...steps, ...tests].some(({ outcome }) => outcome === 'hung')
  const why = stopped ?? (gaveUp ? 'step-deadline' : undefined)
  const leftovers = leftoversOf(records)
  const log = logOf(records) ?? since(text)
  return {
    accelerator,
    acceleratorReason,
    entry: plan.vmlinux === undefined ? machineNamed(plan.machine ?? 'q35').architecture.vmlinuz : 'vmlinux (PVH)',
    ...(records.release !== undefined && { release: records.release }),
    ...(records.lacks.length > 0 && { lacks: records.lacks }),
    steps,
    ...(plan.test !== undefined && { tests }),
    ...(records.boundSeen && { bound: records.bound }),
    taint: records.taint,
    ...(leftovers !== undefined && { leftovers }),
    end: gaveUp ? 'timeout' : watch.end(),
    ...(why !== undefined && { stopped: why }),
    qemu,
    log: log ?? '',
    logSeen: log !== undefined,
    consoleTail: text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n'),
    consoleFile: plan.consoleFile,
    seconds,
  }
}

/** Whether the guest ended (power off, reset, panic) and QEMU with it, as it should. QEMU ends well after a polite signal, too, and says so. */
export function endedByItself({ status, signal, stderr }: QemuEnd): boolean {
  return signal === null && status === 0 && !/terminating on signal/.test(stderr)
}

/** What the console shows of the kernel log since the baseline: all there is of a guest that was lost, or whose log was flooded. */
function since(console: string): string | undefined {
  const at = console.indexOf(BASELINE)
  return at < 0 ? undefined : console.slice(console.indexOf('\n', at) + 1)
}
