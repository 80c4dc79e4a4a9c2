import { createHash } from 'node:crypto'
import type { GuestStep } from '../model/guest.js'

/** What init has said so far on its own channel. */
export interface Records {
  release?: string
  readonly steps: Omit<GuestStep, 'own'>[]
  /** The step that was begun and not ended. */
  open?: { readonly kind: 'load' | 'unload'; readonly module: string }
  /** Pieces of the base64 of the kernel log; whole once `logEnded`. */
  readonly log: string[]
  /** MD5 of the log in hex, or `-` when the guest no longer had all of it; present once the log is whole. */
  logSum?: string
  done: boolean
}

const OUTCOMES = ['ok', 'refused', 'hung', 'not-listed', 'still-listed'] as const
/** A record is short; what is longer was not written by init. */
const LONGEST = 1 << 20

export interface RecordReader {
  readonly records: Records
  /** Takes the next bytes as they come in. */
  take(data: Buffer): void
}

/** Reads the records of init-script.ts out of a stream in which anything else may stand too. `changed` is called after each record. */
export function readRecords(nonce: string, changed: () => void): RecordReader {
  const records: Records = { steps: [], log: [], done: false }
  let rest = ''
  return {
    records,
    take(data) {
      const lines = (rest + data.toString('latin1')).split('\n')
      rest = (lines.pop() ?? '').slice(0, LONGEST)
      for (const line of lines) {
        // A module may have written to the port without ending its line, so the record need not begin it.
        const at = line.indexOf(`${nonce} `)
        if (at < 0) continue
        apply(records, line.slice(at + nonce.length + 1).trim().split(' '))
        changed()
      }
    },
  }
}

function apply(records: Records, [word, ...rest]: readonly string[]): void {
  switch (word ?? '') {
    case 'up':
      records.release = rest[0] ?? ''
      return
    case 'begin': {
      const [kind, module] = rest
      if ((kind === 'load' || kind === 'unload') && module !== undefined) records.open = { kind, module }
      return
    }
    case 'end': {
      const [kind, module, status, outcome, centiseconds, message] = rest
      const known = OUTCOMES.find((name) => name === outcome)
      if ((kind !== 'load' && kind !== 'unload') || module === undefined || known === undefined) return
      delete records.open
      records.steps.push({
        kind,
        module,
        outcome: known,
        ...(status !== '-' && { status: Number(status) }),
        message: Buffer.from(message ?? '', 'base64').toString('utf8').trim(),
        seconds: Number(centiseconds) / 100,
      })
      return
    }
    case 'log':
      records.log.push(rest[0] ?? '')
      return
    case 'logend':
      records.logSum = rest[0] ?? '-'
      return
    case 'done':
      records.done = true
      return
    default:
      return
  }
}

/** The kernel log that was sent, with its <level> marks taken away; undefined when it is not whole, or was damaged on the way. */
export function logOf(records: Records): string | undefined {
  const data = Buffer.from(records.log.join(''), 'base64')
  if (createHash('md5').update(data).digest('hex') !== records.logSum) return undefined
  return data.toString('utf8').replace(/^<\d+>/gm, '').trimEnd()
}
