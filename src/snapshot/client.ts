import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeScratch } from '../host/scratch.js'
import { GateError } from '../model/errors.js'

/** Seconds until an answer must be there. */
const DEADLINE = 30
/** The longest answer that is read: lists of versions are some kB. */
const LONGEST = 8 << 20
/** Seconds before the second, third … attempt, where the archive names no time itself. */
const PAUSES = [2, 8, 30, 60] as const
/** A longer wait than this, in seconds, is not waited for. */
const PATIENCE = 180

/** Questions to the archive's machine interface, one after the other. */
export interface SnapshotClient {
  /** Address of the archive without a slash at its end. */
  readonly base: string
  /**
   * The JSON value at this path, or undefined when there is none (404). Answers younger than `keep` seconds are taken from the cache.
   * @throws GateError `kernel.snapshot-unreachable`
   */
  get(path: string, keep: number): Promise<unknown>
}

export interface ClientSetting {
  readonly base: string
  readonly cacheDir: string
  /** How often one question is asked at most. */
  readonly attempts: number
  readonly sleep?: (seconds: number) => Promise<void>
}

/**
 * A client that is gentle with the archive, which limits how much one address may ask: nothing is asked twice, never two questions at once,
 * and a refusal is answered by waiting as long as the archive says (Retry-After, RFC 9110 10.2.3), or longer each time.
 */
export function createClient({ base, cacheDir, attempts, sleep = pause }: ClientSetting): SnapshotClient {
  let last: Promise<unknown> = Promise.resolve()
  const ask = async (path: string, keep: number): Promise<unknown> => {
    const file = join(cacheDir, 'snapshot', `${createHash('sha256').update(`${base}${path}`).digest('hex')}.json`)
    const known = await cached(file, keep)
    if (known !== undefined) return known
    const value = await withRetries(`${base}${path}`, attempts, sleep)
    // That something is not there may change; what was once there stays.
    if (value !== undefined) await keepFile(file, JSON.stringify(value))
    return value
  }
  return {
    base,
    get(path, keep) {
      const answer = last.then(() => ask(path, keep))
      last = answer.catch(() => undefined)
      return answer
    },
  }
}

async function withRetries(url: string, attempts: number, sleep: (seconds: number) => Promise<void>): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await once(url)
    if (!('again' in outcome)) return outcome.value
    const wait = Math.max(outcome.after ?? 0, PAUSES[Math.min(attempt, PAUSES.length) - 1] ?? 0)
    if (attempt >= attempts || wait > PATIENCE) throw unreachable(url, wait > PATIENCE ? `${outcome.again}; it asks to wait ${wait} s` : outcome.again)
    await sleep(wait)
  }
}

/** A value (undefined: there is none), or why to try again. */
type Outcome = { readonly value: unknown } | { readonly again: string; readonly after?: number }

async function once(url: string): Promise<Outcome> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE * 1000), headers: { accept: 'application/json' } })
    if (response.status === 404) return await dropped(response, { value: undefined })
    if (response.status === 429 || response.status >= 500) {
      const after = retryAfter(response.headers.get('retry-after'))
      return await dropped(response, { again: `status ${response.status}`, ...(after !== undefined && { after }) })
    }
    if (!response.ok) throw unreachable(url, await dropped(response, `status ${response.status}`))
    return { value: JSON.parse(await bounded(response, url)) as unknown }
  } catch (error) {
    if (error instanceof GateError) throw error
    if (error instanceof SyntaxError) throw unreachable(url, 'the answer is no JSON')
    return { again: reasonOf(error) }
  }
}

/** fetch says only that it failed; why is in the cause, which may be several with a code each (AggregateError). */
function reasonOf(error: unknown): string {
  const { cause = error } = error as { readonly cause?: unknown }
  const { message, code } = cause as { readonly message?: unknown; readonly code?: unknown }
  return String([message, code].find((text) => typeof text === 'string' && text !== '') ?? cause)
}

/** Lets go of an answer's body, so that its connection is free. */
async function dropped<T>(response: Response, value: T): Promise<T> {
  await response.body?.cancel()
  return value
}

async function bounded(response: Response, url: string): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length
    if (size > LONGEST) throw unreachable(url, `the answer is longer than ${LONGEST} bytes`)
    chunks.push(Buffer.from(chunk as Uint8Array))
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Seconds of a Retry-After: a number, or a date (RFC 9110 10.2.3). */
export function retryAfter(value: string | null, now = Date.now()): number | undefined {
  if (value === null) return undefined
  if (/^\d{1,9}$/.test(value.trim())) return Number(value)
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000))
}

async function cached(file: string, keep: number): Promise<unknown> {
  try {
    const age = (Date.now() - (await stat(file)).mtimeMs) / 1000
    return age < keep ? (JSON.parse(await readFile(file, 'utf8')) as unknown) : undefined
  } catch {
    // Not there, or cut short: it is asked again.
    return undefined
  }
}

async function keepFile(file: string, text: string): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true })
  const scratch = await makeScratch(`${file}.`)
  await writeFile(join(scratch, 'answer'), text)
  await rename(join(scratch, 'answer'), file)
  await rm(scratch, { recursive: true, force: true })
}

function unreachable(url: string, why: string): GateError {
  return new GateError({
    id: 'kernel.snapshot-unreachable',
    stage: 'resolve',
    severity: 'error',
    title: `The snapshot archive could not be asked: ${why}`,
    detail: url,
    remedy: 'Run again later; answers that were given are kept in cache-dir.',
  })
}

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000))
