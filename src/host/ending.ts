import { readdirSync, readFileSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { dropScratch } from './scratch.js'

/** What a terminal, a shell, a container's engine or the runner sends. A runner waits for 7.5 s after SIGINT, then sends SIGTERM, and 2.5 s later SIGKILL. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** Exit status where the gate itself broke; never 1, which says that the module is at fault. */
const BROKEN = 3
/** Milliseconds that processes get to end when they are told to. */
const PATIENCE = 3000
/** Milliseconds between two looks at them. */
const PAUSE = 20

/**
 * Ends the process in order whatever ends it early: its processes, its scratch directories, and an exit status that says nothing about the module
 * (128 and the number of the signal as shells have it, or 3). For the entries; `broken` is told what went wrong where an exception came past all that waits for one.
 */
export function endInOrder(broken: (error: unknown) => void): void {
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      say(`kmod-gate: ended by ${signal}; nothing is known about the module`)
      end(128 + constants.signals[signal])
    })
  }
  process.once('uncaughtException', (error: unknown) => {
    try {
      broken(error)
    } finally {
      end(BROKEN)
    }
  })
}

/** Writes a line to stderr now: what a stream would write later comes too late. */
export function say(line: string): void {
  try {
    writeSync(process.stderr.fd, `${line}\n`)
  } catch {
    // A terminal that was closed, or a pipe that nobody reads.
  }
}

/** Without a turn of the event loop: a stage that saw its program end would take that for its outcome. */
function end(status: number): never {
  const children = childrenOf(process.pid)
  for (const pid of children) tell(pid)
  const until = Date.now() + PATIENCE
  const pause = new Int32Array(new SharedArrayBuffer(4))
  while (children.some(runs) && Date.now() < until) Atomics.wait(pause, 0, 0, PAUSE)
  dropScratch()
  process.exit(status)
}

/** Processes that `pid` has started: /proc/PID/task/TID/children, proc_pid_children(5). None where the kernel does not say; wrap() has them end with the gate. */
function childrenOf(pid: number): number[] {
  const tasks = `/proc/${pid}/task`
  try {
    return readdirSync(tasks).flatMap((task) => readFileSync(`${tasks}/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number))
  } catch {
    return []
  }
}

function tell(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM')
  } catch {
    // It has ended by itself, or belongs to root.
  }
}

/** Whether it does something still; the third field of /proc/PID/stat, after the name in parentheses, is Z for one that has ended (proc_pid_stat(5)). */
function runs(pid: number): boolean {
  try {
    return !/\) [ZX] [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
