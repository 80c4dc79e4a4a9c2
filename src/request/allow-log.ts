import { UsageError } from '../model/errors.js'
import type { LogAllowanceLine } from '../model/scenario.js'

const ALLOWED = 'Allowed is `YYYY-MM-DD /PATTERN/ reason` on each line: the last day on which it counts, a regular expression for the line that begins the complaint, and why it is harmless.'

/** One line of `allow-log`. @throws UsageError */
export function parseLogAllowance(line: string, name: string): LogAllowanceLine {
  const [, expires, pattern, reason] = /^(\d{4}-\d{2}-\d{2})\s+\/(.+)\/\s+(\S.*)$/.exec(line) ?? []
  if (expires === undefined || pattern === undefined || reason === undefined) throw new UsageError(name, line, ALLOWED)
  const day = new Date(`${expires}T00:00:00Z`)
  // Date would make 1 March of 30 February.
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(expires)) throw new UsageError(name, line, `${expires} is no day. ${ALLOWED}`)
  try {
    new RegExp(pattern, 'u')
  } catch (error) {
    throw new UsageError(name, line, `/${pattern}/ is no regular expression: ${error instanceof Error ? error.message : String(error)}`)
  }
  return { pattern, reason, expires }
}
