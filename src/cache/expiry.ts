import { lstat, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from '../host/host.js'
import { makeScratch } from '../host/scratch.js'

const DAY = 86_400_000

/** A folder of the cache directory, and what the gate puts there. Of anything else that lies there it knows nothing, and leaves it. */
interface Shelf {
  readonly name: string
  readonly entries: RegExp
  /** A file that each entry has; its time counts as the entry's own does. */
  readonly mark?: string
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
  { name: 'trees', entries: new RegExp(`^linux-source-${VERSIONED}$`) },
  { name: 'patches', entries: new RegExp(`^linux-source-${VERSIONED}$`) },
  { name: 'prepared', entries: new RegExp(String.raw`^${VERSIONED}_\d+_[0-9a-f]{24}(?:\.\w{6})?$`) },
  { name: 'vmlinux', entries: new RegExp(`^${VERSIONED}$`) },
  { name: 'guest', entries: /^busybox-static_\d[A-Za-z0-9.+~%-]*_[a-z0-9]+$/ },
  { name: 'apt', entries: /^[a-z][a-z0-9.:~-]*$/, mark: 'apt.conf' },
  { name: 'snapshot', entries: ANSWER },
  { name: 'answers', entries: ANSWER, passing: true },
  { name: 'debs', entries: /^download-[A-Za-z0-9]{6}$|\.deb$/, passing: true },
  { name: 'incoming', entries: /^(?:part|tool)-[A-Za-z0-9]{6}$/, passing: true },
]

/**
 * Notes that this run used what the cache directory has of a package version, and removes what no run has used for `days` days (0: nothing), with what killed runs
 * left unfinished. What cannot be removed stays.
 */
export async function expire(host: Host, cacheDir: string, packageVersion: string, days: number): Promise<void> {
  const version = new RegExp(`_${packageVersion.replaceAll(':', '%3a').replace(/[.+]/g, '\\$&')}(?:[_-]|$)`)
  /** Whether it was removed. */
  const look = async (shelf: Shelf, name: string): Promise<boolean> => {
    const passing = shelf.passing === true || UNFINISHED.test(name)
    const entry = { path: join(cacheDir, shelf.name, name), mark: passing ? undefined : shelf.mark }
    try {
      if (passing || !version.test(name)) return await removeUnused(entry, cacheDir, passing ? 1 : days)
      await utimes(entry.path, new Date(), new Date())
    } catch (error) {
      // A run beside this one has removed it, or the directory is somebody else's.
      host.log.detail(`cache: ${entry.path} stays: ${String(error)}`)
    }
    return false
  }
  const removed = await Promise.all(
    SHELVES.map(async (shelf) => {
      const names = (await readdir(join(cacheDir, shelf.name)).catch(() => [])).filter((name) => shelf.entries.test(name)).sort()
      const gone = await Promise.all(names.map((name) => look(shelf, name)))
      return names.filter((_, n) => gone[n]).map((name) => `${shelf.name}/${name}`)
    }),
  )
  if (removed.flat().length > 0) host.log.info(`cache: removed what no run has used for long: ${removed.flat().join(', ')}`)
}

interface Entry {
  readonly path: string
  readonly mark: string | undefined
}

async function removeUnused({ path, mark }: Entry, cacheDir: string, days: number): Promise<boolean> {
  const isUnused = async (at: string): Promise<boolean> => days > 0 && (await usedAt({ path: at, mark })) < Date.now() - days * DAY
  if (!(await isUnused(path))) return false
  const parent = join(cacheDir, 'incoming')
  await mkdir(parent, { recursive: true })
  // Out of the way first: a run beside this one finds all of it or nothing.
  const aside = await makeScratch(join(parent, 'part-'))
  try {
    const away = join(aside, 'entry')
    await rename(path, away)
    const unused = await isUnused(away)
    // Another run took it up in this very moment.
    if (!unused) await rename(away, path)
    return unused
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

/** When a run last used it, in ms; of a link, what it leads to. @throws Error where it is not the gate's: it has no mark */
async function usedAt({ path, mark }: Entry): Promise<number> {
  const times = [await stat(path).catch(() => lstat(path)), ...(mark === undefined ? [] : [await stat(join(path, mark))])]
  return Math.max(...times.map(({ mtimeMs }) => mtimeMs))
}
