import { createHash } from 'node:crypto'
import type { BoundDevice, GuestStep, GuestTest } from '../model/guest.js'

/** A step that was begun and not ended. */
export interface OpenStep {
  readonly kind: 'load' | 'unload' | 'test'
  readonly name: string
  readonly cycle: number
  /** Seconds that it may take. */
  readonly deadline: number
}

/** What init has said so far on its own channel. */
export interface Records {
  release?: string
  /** What busybox lacks of what init calls. */
  readonly lacks: string[]
  /** Whether init waits, or has waited, for its modules. */
  waiting: boolean
  /** Whether it got them. */
  taken: boolean
  readonly steps: Omit<GuestStep, 'own'>[]
  readonly tests: GuestTest[]
  open?: OpenStep
  readonly bound: BoundDevice[]
  /** Whether init has looked for bound devices. */
  boundSeen: boolean
  readonly taint: { before?: number; after?: number }
  /** Pieces of the base64 of the list of leftovers. */
  readonly left: string[]
  /** MD5 of that list in hex; present once the list is whole. */
  leftSum?: string
  /** Pieces of the base64 of what the test that is under way wrote. */
  said: { out: string[]; err: string[] }
  /** Pieces of the base64 of the kernel log; whole once `logSum` is there. */
  readonly log: string[]
  /** MD5 of the log in hex, or `-` when the guest no longer had all of it; present once the log is whole. */
  logSum?: string
  done: boolean
}

const OUTCOMES = ['ok', 'refused', 'hung', 'not-listed', 'still-listed'] as const
const TEST_OUTCOMES = ['ok', 'failed', 'hung'] as const
/** A record is short; what is longer was not written by init. */
const LONGEST = 1 << 20
/** Bytes of records in one boot: a log of 2 MiB and the output of many tests fit, and a module that has found the nonce cannot fill memory. */
const ALL = 64 << 20

export interface RecordReader {
  readonly records: Records
  /** Takes the next bytes as they come in. */
  take(data: Buffer): void
}

/** Reads the records of init-script.ts out of a stream in which anything else may stand too. `changed` is called after each record. */
export function readRecords(nonce: string, changed: () => void): RecordReader {
  const records: Records = { lacks: [], waiting: false, taken: false, steps: [], tests: [], bound: [], boundSeen: false, taint: {}, left: [], said: { out: [], err: [] }, log: [], done: false }
  let rest = ''
  let taken = 0
  return {
    records,
    take(data) {
      const lines = (rest + data.toString('latin1')).split('\n')
      rest = (lines.pop() ?? '').slice(0, LONGEST)
      for (const line of lines) {
        // A module may have written to the port without ending its line, so the record need not begin it.
        const at = line.indexOf(`${nonce} `)
        if (at < 0) continue
        taken += line.length
        if (taken > ALL) return
        apply(records, line.slice(at + nonce.length + 1).trim().split(' '))
        changed()
      }
    },
  }
}

function apply(records: Records, [word, ...rest]: readonly string[]): void {
  const read = READERS.get(word ?? '')
  read?.(records, rest)
}

type Fields = readonly string[]

const READERS: ReadonlyMap<string, (records: Records, fields: Fields) => void> = new Map([
  ['up', (records, [release]) => (records.release = release ?? '')],
  ['waiting', (records) => (records.waiting = true)],
  ['taken', (records) => (records.taken = true)],
  ['lacks', (records, names) => void records.lacks.push(...names)],
  ['begin', begin],
  ['end', end],
  [
    'said',
    (records, [, stream, piece]) => {
      if (stream === 'out' || stream === 'err') records.said[stream].push(piece ?? '')
    },
  ],
  ['tested', tested],
  [
    'taint',
    (records, [when, value]) => {
      const number = numberOf(value)
      if ((when === 'before' || when === 'after') && number !== undefined) records.taint[when] = number
    },
  ],
  ['bound', bound],
  ['left', (records, [piece]) => void records.left.push(piece ?? '')],
  ['leftend', (records, [sum]) => (records.leftSum = sum ?? '-')],
  ['log', (records, [piece]) => void records.log.push(piece ?? '')],
  ['logend', (records, [sum]) => (records.logSum = sum ?? '-')],
  ['done', (records) => (records.done = true)],
] satisfies [string, (records: Records, fields: Fields) => void][])

function begin(records: Records, [kind, cycle, name, deadline]: Fields): void {
  if ((kind !== 'load' && kind !== 'unload' && kind !== 'test') || name === undefined) return
  records.open = { kind, name, cycle: numberOf(cycle) ?? 0, deadline: numberOf(deadline) ?? 0 }
  if (kind === 'test') records.said = { out: [], err: [] }
}

function end(records: Records, [kind, cycle, module, status, outcome, centiseconds, references, message]: Fields): void {
  const known = OUTCOMES.find((name) => name === outcome)
  if ((kind !== 'load' && kind !== 'unload') || module === undefined || known === undefined) return
  const deadline = records.open?.deadline
  delete records.open
  const number = { status: numberOf(status), references: numberOf(references), cycle: numberOf(cycle) }
  records.steps.push({
    kind,
    module,
    outcome: known,
    ...(number.status !== undefined && { status: number.status }),
    message: decoded([message ?? '']).toString('utf8').trim(),
    seconds: (numberOf(centiseconds) ?? 0) / 100,
    ...(number.cycle !== undefined && number.cycle > 0 && { cycle: number.cycle }),
    ...(deadline !== undefined && { deadline }),
    ...(number.references !== undefined && { references: number.references }),
  })
}

function tested(records: Records, [cycle, status, outcome, centiseconds, outBytes, errBytes, outSum, errSum]: Fields): void {
  const known = TEST_OUTCOMES.find((name) => name === outcome)
  if (known === undefined) return
  const [stdout, stderr] = [decoded(records.said.out), decoded(records.said.err)]
  const deadline = records.open?.deadline ?? 0
  const number = numberOf(status)
  delete records.open
  records.said = { out: [], err: [] }
  records.tests.push({
    cycle: numberOf(cycle) ?? 0,
    outcome: known,
    ...(number !== undefined && { status: number }),
    stdout,
    stderr,
    dropped: Math.max(0, (numberOf(outBytes) ?? 0) + (numberOf(errBytes) ?? 0) - stdout.length - stderr.length),
    whole: sum(stdout) === outSum && sum(stderr) === errSum,
    seconds: (numberOf(centiseconds) ?? 0) / 100,
    deadline,
  })
}

/** Lines of `module bus:driver device`, tabs between; the link's name is made by module_add_driver() (drivers/base/module.c). */
function bound(records: Records, [, list]: Fields): void {
  records.boundSeen = true
  for (const line of decoded([list ?? '']).toString('utf8').split('\n')) {
    const [module, link, device] = line.split('\t')
    const colon = link?.indexOf(':') ?? -1
    if (module === undefined || link === undefined || device === undefined || colon < 0) continue
    const found = { module, bus: link.slice(0, colon), driver: link.slice(colon + 1), device }
    if (!records.bound.some((known) => known.module === module && known.device === device && known.driver === found.driver && known.bus === found.bus)) records.bound.push(found)
  }
}

/** The kernel log that was sent, with its <level> marks taken away; undefined when it is not whole, or was damaged on the way. */
export function logOf(records: Records): string | undefined {
  const data = decoded(records.log)
  if (sum(data) !== records.logSum) return undefined
  return data.toString('utf8').replace(/^<\d+>/gm, '').trimEnd()
}

/** What was left after unloading; undefined when the list did not come back whole. */
export function leftoversOf(records: Records): string[] | undefined {
  const list = decoded(records.left)
  if (sum(list) !== records.leftSum) return undefined
  return list.toString('utf8').split('\n').filter((line) => line !== '')
}

/** What the test that never ended had written; pieces may be missing. */
export function decoded(pieces: readonly string[]): Buffer {
  return Buffer.from(pieces.join(''), 'base64')
}

function sum(data: Buffer): string {
  return createHash('md5').update(data).digest('hex')
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined
}
