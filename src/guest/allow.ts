import type { Finding } from '../model/finding.js'
import type { Complaint } from './complaints.js'

/** One line of the list of known noise. */
export interface LogAllowance {
  /** Text of a regular expression (ECMAScript) that is looked for in the lines that begin a complaint. */
  readonly pattern: string
  readonly reason: string
  /** Last day on which it counts, YYYY-MM-DD. */
  readonly expires?: string
}

const stage = 'boot'

/** Takes away what is allowed. What an entry did, or did not do, is a finding; one that cannot be read makes the scan worthless. */
export function applyAllowances(complaints: readonly Complaint[], allowances: readonly LogAllowance[], today: string): { left: Complaint[]; allowed: Complaint[]; findings: Finding[] } {
  const findings: Finding[] = []
  const allowed = new Set<Complaint>()
  for (const entry of allowances) {
    const name = `The allowance /${entry.pattern}/ (${entry.reason})`
    const pattern = compile(entry.pattern)
    if (pattern === undefined || (entry.expires !== undefined && !isDay(entry.expires))) {
      const what = pattern === undefined ? 'is no regular expression' : `has the expiry date ${JSON.stringify(entry.expires)}, which is no day`
      findings.push({ id: 'guest.allow-invalid', stage, severity: 'error', title: `${name} ${what}, so the log was not judged as asked`, remedy: 'Write the pattern as ECMAScript has it, and the day as YYYY-MM-DD.' })
      continue
    }
    const matching = complaints.filter(({ marks, title }) => [...marks, title].some((line) => pattern.test(line)))
    if (entry.expires !== undefined && entry.expires < today) {
      const effect = matching.length > 0 ? `would have covered ${matching.length}` : 'matches nothing any more'
      findings.push({ id: 'guest.allow-expired', stage, severity: 'warning', title: `${name} expired on ${entry.expires} and does not count; it ${effect}`, remedy: 'Fix the cause, take the entry out, or give it a new date with a reason.' })
    } else if (matching.length === 0) {
      findings.push({ id: 'guest.allow-unused', stage, severity: 'warning', title: `${name} matches nothing in the log`, remedy: 'Take the entry out: it could hide something later.' })
    } else {
      for (const complaint of matching) allowed.add(complaint)
      findings.push({ id: 'guest.allowed', stage, severity: 'note', title: `${name} covers: ${matching[0]?.title ?? ''}${matching.length > 1 ? ` (and ${matching.length - 1} more)` : ''}` })
    }
  }
  return { left: complaints.filter((complaint) => !allowed.has(complaint)), allowed: [...allowed], findings }
}

function compile(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u')
  } catch {
    return undefined
  }
}

/** Whether it is a day of the calendar; Date would make 1 March of 30 February. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
