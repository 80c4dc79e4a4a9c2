import { parseDocument } from 'yaml'
import { UsageError } from '../model/errors.js'
import { STAGES, type Stage } from '../model/finding.js'
import { Fields, list, oneOf, ShapeError, shown, text, type Shape } from './shape.js'

/** A failure that a person has looked at and accepts until a day. */
export interface Waiver {
  /** Pattern for kernels. */
  readonly kernel: string
  /** Pattern for the ids of findings; absent for all that a report can hold. */
  readonly finding?: string
  readonly reason: string
  /** Last day on which it counts, `YYYY-MM-DD`, UTC. */
  readonly expires: string
}

/** What a release asks for beyond the matrix. Patterns are for releases, suites, and `suite/flavour`. */
export interface Policy {
  readonly required: readonly string[]
  readonly advisory: readonly string[]
  /** Kernels that the module may leave out by its own word: a skip is accepted there, though it is no pass. */
  readonly maySkip: readonly string[]
  /** Stages without which a pass is none. */
  readonly stages: readonly Stage[]
  readonly waivers: readonly Waiver[]
}

export const NO_POLICY: Policy = { required: [], advisory: [], maySkip: [], stages: [], waivers: [] }

/** Bytes. A policy is written by hand. */
const MOST_BYTES = 1 << 18
const MOST_ENTRIES = 1000

const pattern = text(/^[A-Za-z0-9.+~_/*?=:-]{1,200}$/, 'Allowed is the name of a kernel, a suite or a suite/flavour; * and ? stand for any characters.')
const reason = text(/\S/, 'Allowed is a reason, since it stands in the verdict.')

/** A day that the calendar has. */
const day: Shape<string> = (value, at) => {
  const date = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(`${value}T00:00:00Z`) : undefined
  if (typeof value === 'string' && date !== undefined && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)) return value
  throw new ShapeError(at, value, 'Allowed is a day as YYYY-MM-DD.')
}

const waiver: Shape<Waiver> = (value, at) => {
  const fields = new Fields(value, at)
  const read = { kernel: fields.need('kernel', pattern), ...fields.maybe('finding', text(/^[a-z*?][a-z0-9.*?-]*$/, 'Allowed is the id of a finding, such as abi.signature.')), reason: fields.need('reason', reason), expires: fields.need('expires', day) }
  fields.close()
  return read
}

const policy: Shape<Policy> = (value, at) => {
  const fields = new Fields(value, at)
  const named = { ...fields.maybe('required', list(pattern, MOST_ENTRIES)), ...fields.maybe('advisory', list(pattern, MOST_ENTRIES)) }
  const { 'may-skip': maySkip } = fields.maybe('may-skip', list(pattern, MOST_ENTRIES))
  const read = {
    ...NO_POLICY,
    ...named,
    ...(maySkip !== undefined && { maySkip }),
    ...fields.maybe('stages', list(oneOf(STAGES), STAGES.length)),
    ...fields.maybe('waivers', list(waiver, MOST_ENTRIES)),
  }
  fields.close()
  return read
}

/**
 * Reads a policy, YAML 1.2 or JSON (which is YAML, too). `file` is for the messages.
 * @throws UsageError that names key, value and what is allowed
 */
export function parsePolicy(content: string, file: string): Policy {
  const input = `policy ${file}`
  if (content.length > MOST_BYTES) throw new UsageError(input, `${content.length} bytes`, `Allowed are at most ${MOST_BYTES}.`)
  const document = parseDocument(content, { version: '1.2', schema: 'core', prettyErrors: true })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) throw new UsageError(input, problem.message.split('\n')[0] ?? '', 'It is not YAML.')
  try {
    // No aliases: a few lines of them can stand for more than memory holds.
    const value: unknown = document.toJS({ maxAliasCount: 0 })
    return value === null ? NO_POLICY : policy(value, '')
  } catch (error) {
    if (error instanceof ShapeError) throw new UsageError(`${input}${error.at === '' ? '' : `: ${error.at}`}`, typeof error.value === 'string' ? error.value : shown(error.value), error.allowed)
    if (error instanceof ReferenceError) throw new UsageError(input, '*', 'Aliases are not allowed.')
    throw error
  }
}

/** Whether a waiver's last day is over. */
export function isExpired({ expires }: Waiver, now: Date): boolean {
  return now.getTime() >= new Date(`${expires}T00:00:00Z`).getTime() + 24 * 3600 * 1000
}
