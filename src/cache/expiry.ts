import { lstat, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Host } from '../host/host.js'
import { makeScratch } from '../host/scratch.js'
import { folderOf } from '../kernel/kit-parts.js'
import type { KernelTarget } from '../model/kernel.js'

const DAY = 86_400_000

/** A folder of the cache directory, and what the gate puts there: anything else that lies there may be the user's, and stays. */
interface Shelf {
  readonly name: string
  readonly entries: RegExp
  /** A file that each entry has; its time counts as the entry's own does. */
  readonly mark?: string
  /** Whether entries have their times from whoever uses them: those of prepared trees say which was used last (prepared.ts). */
  readonly timed?: true
  /** Whether entries are of no use to anybody after a day: no run is that long, and what apt answered counts for hours. So is what is unfinished on all shelves. */
  readonly passing?: true
}

/** PACKAGE_VERSION or RELEASE_VERSION, as folderOf() and its like make them (Debian Policy 5.6.1 and 5.6.12; %3a is the colon of an epoch). */
const VERSIONED = String.raw`[a-z0-9][a-z0-9.+-]*_\d[A-Za-z0-9.+~%-]*`
/** What mkdtemp(3) adds to an entry's name until it is whole. A version of Debian's kernel has its revision, and so a hyphen, behind its last dot, or less than six characters. */
const UNFINISHED = /\.[A-Za-z0-9]{6}$/
const ANSWER = /^[0-9a-f]{64}\.json$/

const SHELVES: readonly Shelf[] = [
  { name: 'kits', entries: new RegExp(`^${VERSIONED}$`), mark: 'complete' },
  { name: 'trees', entries: new RegExp(String.raw`^linux-source-${VERSIONED}-[a-z0-9]+-\d+(?:\.\w{6})?$`) },
  { name: 'patches', entries: new RegExp(`^linux-source-${VERSIONED}$`), mark: 'series' },
  { name: 'prepared', entries: new RegExp(String.raw`^${VERSIONED}_\d+_[0-9a-f]{24}(?:\.\w{6})?$`), timed: true },
  { name: 'vmlinux', entries: new RegExp(`^${VERSIONED}$`), mark: 'vmlinux' },
  { name: 'guest', entries: /^busybox-static_\d[A-Za-z0-9.+~%-]*_[a-z0-9]+$/, mark: 'complete' },
  { name: 'apt', entries: /^[a-z][a-z0-9.:~-]*$/, mark: 'kernel.sources' },
  { name: 'snapshot', entries: ANSWER },
  { name: 'answers', entries: ANSWER, passing: true },
  { name: 'debs', entries: /^download-[A-Za-z0-9]{6}$/, passing: true },
  { name: 'incoming', entries: /^(?:part|tool)-[A-Za-z0-9]{6}$/, passing: true },
]

/** Notes that a run uses what the cache directory has of the target's package version, so that no run beside it takes that away. */
export async function markUsed(target: KernelTarget, cacheDir: string): Promise<void> {
  const version = basename(folderOf('', target, cacheDir))
  const isOf = (name: string): boolean => name.endsWith(version) || name.includes(`${version}-`)
  const entries = (await entriesOf(cacheDir)).filter(({ name, passing, timed }) => !passing && !timed && isOf(name))
  // A directory that is another user's, or may not be written to, keeps its times.
  await Promise.all(entries.map(({ path }) => utimes(path, new Date(), new Date()).catch(() => undefined)))
}

/** Removes what no run has used for `days` days (0: nothing), and after a day what killed runs left unfinished; `now` in ms. What cannot be removed stays. */
export async function expire(host: Host, cacheDir: string, days: number, now = Date.now()): Promise<void> {
  const removed = await Promise.all(
    (await entriesOf(cacheDir)).map(async (entry) => {
      const most = entry.passing ? 1 : days
      try {
        if (most === 0 || (await usedAt(entry)) >= now - most * DAY) return []
        await remove(entry.path, cacheDir)
        return [`${entry.shelf}/${entry.name}`]
      } catch (error) {
        // A run beside this one has removed it, or the directory is somebody else's.
        host.log.detail(`cache: ${entry.path} stays: ${String(error)}`)
        return []
      }
    }),
  )
  if (removed.flat().length > 0) host.log.info(`cache: removed what no run has used for long: ${removed.flat().join(', ')}`)
}

interface Entry {
  readonly shelf: string
  readonly name: string
  readonly path: string
  readonly passing: boolean
  readonly timed: boolean
  readonly mark?: string
}

async function entriesOf(cacheDir: string): Promise<readonly Entry[]> {
  const shelves = SHELVES.map(async ({ name: shelf, entries, passing: all = false, timed = false, mark }) => {
    const names = (await readdir(join(cacheDir, shelf)).catch(() => [])).filter((name) => entries.test(name)).sort()
    return names.map((name): Entry => {
      const passing = all || UNFINISHED.test(name)
      return { shelf, name, path: join(cacheDir, shelf, name), passing, timed, ...(!passing && mark !== undefined && { mark }) }
    })
  })
  return (await Promise.all(shelves)).flat()
}

/** When a run last used it, in ms. @throws Error where it is not the gate's: it has no mark */
async function usedAt({ path, passing, mark }: Entry): Promise<number> {
  const own = await lstat(path)
  // apt and dpkg-deb give what they write the time that it has elsewhere; nobody can set this one.
  if (passing) return own.ctimeMs
  const times = [own, await stat(path).catch(() => own), ...(mark === undefined ? [] : [await stat(join(path, mark))])]
  return Math.max(...times.map(({ mtimeMs }) => mtimeMs))
}

/** Out of the way first: a run beside this one finds all of it or nothing. */
async function remove(path: string, cacheDir: string): Promise<void> {
  const parent = join(cacheDir, 'incoming')
  await mkdir(parent, { recursive: true })
  const aside = await makeScratch(join(parent, 'part-'))
  try {
    await rename(path, join(aside, 'entry'))
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}
