import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { VERSION } from '../version.js'
import { LISTS_STALE } from './packages.js'

/** Where apt keeps what its answers are made of (apt.conf(5), dpkg(1)): configuration, package lists, what is installed. */
const APT = ['/etc/apt', '/var/lib/apt/lists', '/var/lib/dpkg/status', '/etc/os-release']

/** Names, sizes and times of files and directories, and of all below them. */
async function stateOf(paths: readonly string[]): Promise<unknown[]> {
  const state = async (path: string): Promise<unknown> => {
    const found = await stat(path).catch(() => undefined)
    if (found === undefined) return [path]
    if (!found.isDirectory()) return [path, found.size, found.mtimeMs]
    const names = (await readdir(path).catch(() => [])).sort()
    return [path, found.mtimeMs, await Promise.all(names.map((name) => state(join(path, name))))]
  }
  return Promise.all(paths.map(state))
}

async function listsOfViews(cacheDir: string): Promise<string[]> {
  const views = await readdir(join(cacheDir, 'apt')).catch(() => [])
  return views.sort().map((name) => join(cacheDir, 'apt', name, 'lists'))
}

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex')

interface Kept {
  readonly state: string
  /** Milliseconds since the epoch. */
  readonly since: number
  readonly answer: unknown
}

async function keptIn(file: string): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Kept
  } catch {
    // None, or half of one: it is asked for again.
    return undefined
  }
}

/**
 * What `ask` makes of apt's package lists, or what it made of the very same lists, configuration and installed packages less than LISTS_STALE ago:
 * apt takes half a second for each question where its own cache is switched off, as in Debian's containers. `question` names everything else that
 * decides the answer, which must be plain data. What `ask` throws is not kept.
 */
export async function whileUnchanged<T>(cacheDir: string, question: unknown, ask: () => Promise<T>, paths: readonly string[] = APT): Promise<T> {
  const now = async () => digest([VERSION, process.env['APT_CONFIG'] ?? '', await stateOf([...paths, ...(await listsOfViews(cacheDir))])])
  const file = join(cacheDir, 'answers', `${digest(question)}.json`)
  const [state, kept] = [await now(), await keptIn(file)]
  if (kept?.state === state && Math.abs(Date.now() - kept.since) < LISTS_STALE * 1000) return kept.answer as T
  const answer = await ask()
  await keep(file, { state: await now(), since: Date.now(), answer })
  return answer
}

/** A cache that cannot be written to costs time and nothing else. */
async function keep(file: string, kept: Kept): Promise<void> {
  const partial = `${file}.${process.pid}`
  try {
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(partial, JSON.stringify(kept))
    await rename(partial, file)
  } catch {
    return
  }
}
