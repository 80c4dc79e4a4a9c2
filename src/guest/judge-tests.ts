import type { Finding } from '../model/finding.js'
import type { GuestRun, GuestTest } from '../model/guest.js'
import type { Expectation } from './judge.js'

const stage = 'boot'
const TAIL_LINES = 40

/** What the user's test says of the module: one finding for each way of failing, with the cycles in which it did. */
export function judgeTests(run: GuestRun, { bootTimeout }: Pick<Expectation, 'bootTimeout'>): Finding[] {
  const tests = run.tests ?? []
  const failed = tests.filter(({ outcome }) => outcome === 'failed')
  const damaged = tests.filter(({ outcome, whole }) => !whole && (outcome === 'ok' || outcome === 'failed'))
  const [first] = failed
  return [
    ...(first === undefined ? [] : [{ id: 'guest.test-failed', stage, severity: 'fail', title: `The test failed with status ${String(first.status)}${cycles(failed, tests)}`, detail: output(first), remedy: remedy(first) } as const]),
    ...tests.flatMap((test): Finding[] => {
      if (test.outcome === 'cut-short' && run.stopped !== 'console-flood') return [{ id: 'guest.cut-short', stage, severity: 'error', title: `boot-timeout (${bootTimeout} s) was over while the test ran, after ${test.seconds.toFixed(1)} s of its ${test.deadline} s`, detail: output(test), remedy: 'Raise boot-timeout above the time that the test may take.' }]
      if (test.outcome !== 'hung') return []
      if (run.end === 'lost') return [{ id: 'guest.died', stage, severity: 'fail', title: 'The guest went down while the test ran', detail: [output(test), run.consoleTail].join('\n'), remedy: 'The console’s last lines show what the kernel said.' }]
      return [{ id: 'guest.test-hung', stage, severity: 'fail', title: `The test did not end within ${test.deadline} s (cycle ${test.cycle})`, detail: output(test), remedy: 'Give it more time, or look at what it waits for: blocked tasks are in the log.' }]
    }),
    ...(damaged.length === 0 ? [] : [{ id: 'guest.lost', stage, severity: 'error', title: `The test’s output did not come back whole${cycles(damaged, tests)}` } as const]),
  ]
}

/** Words of kmod and of busybox for a module that is not in the guest. */
const NOT_FOUND = /modprobe: (?:FATAL: Module (\S+) not found in directory|module (\S+) not found in modules\.dep)/

function remedy({ stdout, stderr }: GuestTest): string {
  const found = NOT_FOUND.exec(`${stdout.toString('utf8')}\n${stderr.toString('utf8')}`)
  const absent = found?.[1] ?? found?.[2]
  if (absent !== undefined) return `${absent} is not in the guest: of the kernel’s own modules it has those that yours need, those of preload, and those that the test’s text names behind modprobe.`
  return 'Its output is in the detail; it runs in the guest with busybox, kmod and the files that you gave it.'
}

function cycles(some: readonly GuestTest[], all: readonly GuestTest[]): string {
  return all.length === 1 ? '' : ` (cycle ${some.map(({ cycle }) => cycle).join(', ')})`
}

/** The end of both streams, as text. */
function output({ stdout, stderr }: GuestTest): string {
  const text = (name: string, data: Buffer) => (data.length === 0 ? [] : [`${name}:`, ...data.toString('utf8').trimEnd().split('\n').slice(-TAIL_LINES)])
  return [...text('stdout', stdout), ...text('stderr', stderr)].join('\n')
}
