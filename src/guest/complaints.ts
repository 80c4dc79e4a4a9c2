import { ONE_LINE, type Signature } from './signatures/signature.js'
import { SIGNATURES } from './signatures/table.js'

/** One complaint of the kernel with its trace. */
export interface Complaint {
  readonly signature: Signature
  /** One line for people. */
  readonly title: string
  /** Lines that matched a signature, the first one being the start. */
  readonly marks: readonly string[]
  /** The whole of it as in the log, without times. */
  readonly trace: readonly string[]
  /** What init was at, as it marked the log itself (a module can print such a line too); absent before the first step. */
  readonly during?: string
}

/** Lines of one trace at most; the stacks of all CPUs can be long. */
const LONGEST_TRACE = 120
/** Lines of one log that are looked at, and characters of each: ten times what the guest's ring buffer holds. */
const MOST_LINES = 400_000
const LONGEST_LINE = 1000
/** Complaints that are told apart; what floods the log says no more. */
const MOST_COMPLAINTS = 50
/** Lines of a WARN's own message. */
const LONGEST_MESSAGE = 8

const PREFIX = /^(?:<\d+>)?\[\s*\d+\.\d+\](?:\[\s*[TC]?\d+\])? ?/
const CUT_HERE = /^-{3,}\[ cut here \]-{3,}/
const STACK = /^\s*(?:Call Trace:|Call trace:|<TASK>)/
const MARK = /^kmod-gate: ((?:load|unload|test) \S+, cycle \d+)$/

/** Whether any row can match: one test for each line instead of one for each row. */
const ANY = new RegExp(SIGNATURES.map(({ start }) => `(?:${start.source})`).join('|'), 'i')

interface Open {
  readonly row: Signature
  readonly match: RegExpExecArray
  readonly marks: string[]
  readonly trace: string[]
  /** What stood between "cut here" and the start: a WARN's own message. */
  readonly message: readonly string[]
  readonly during: string | undefined
  /** Whether its call trace has begun. */
  stack: boolean
}

/** Complaints in a kernel log, in order. Printk's times and caller ids may be there or not (Documentation/admin-guide/kernel-parameters.txt, printk.time). */
export function findComplaints(log: string): Complaint[] {
  const found: Complaint[] = []
  let open: Open | undefined
  let message: string[] | undefined
  let during: string | undefined
  const close = () => {
    if (open !== undefined) add(found, open)
    open = undefined
  }
  for (const line of linesOf(log)) {
    const mark = MARK.exec(line)
    if (mark !== null) {
      during = mark[1]
      close()
    }
    if (CUT_HERE.test(line)) {
      // After a call trace it begins something new; before one the kernel only goes on ("list_add corruption", then BUG()).
      if (open?.stack === true) close()
      if (open === undefined) message = []
    }
    const started = startOf(line)
    if (open?.stack === true && started !== undefined && started.row.consequence !== true) close()
    if (open === undefined) {
      if (started !== undefined) {
        open = { ...started, marks: [line], trace: [...(message ?? []), line], message: message ?? [], during, stack: false }
        message = undefined
        if (started.row.end === ONE_LINE) close()
      } else if (message !== undefined && !CUT_HERE.test(line) && message.push(line) > LONGEST_MESSAGE) message = undefined
      continue
    }
    open.trace.push(line)
    if (started !== undefined) open.marks.push(line)
    if (STACK.test(line)) open.stack = true
    if ((started === undefined && open.row.end.test(line)) || open.trace.length >= LONGEST_TRACE) close()
  }
  close()
  return found
}

function linesOf(log: string): string[] {
  return log.split('\n', MOST_LINES).map((line) => line.slice(0, LONGEST_LINE).replace(PREFIX, '').trimEnd())
}

function startOf(line: string): { row: Signature; match: RegExpExecArray } | undefined {
  if (!ANY.test(line)) return undefined
  for (const row of SIGNATURES) {
    const match = row.start.exec(line)
    if (match !== null) return { row, match }
  }
  return undefined
}

function add(found: Complaint[], { row, match, marks, trace, message, during }: Open): void {
  const earlier = found.at(-1)
  if (row.consequence === true && earlier !== undefined) {
    found[found.length - 1] = { ...earlier, marks: [...earlier.marks, ...marks], trace: [...earlier.trace, ...trace].slice(0, 2 * LONGEST_TRACE) }
    return
  }
  if (found.length >= MOST_COMPLAINTS) return
  const line = row.title === undefined ? match.input : row.title.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? '')
  const said = row.title === undefined && message.length > 0 ? ` (${message.join(' ')})` : ''
  found.push({ signature: row, title: line + said, marks, trace, ...(during !== undefined && { during }) })
}
