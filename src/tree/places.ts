import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from '../host/host.js'

/** Trees that stay where they lie, those that were used last: one of headers (90 MiB), of which others are made (turn.ts), and one of linux-source, which has 10,000 files more. */
const MOST = 2
/** Seconds for removing the 20,000 files of a tree: a slow disk needs some for that, in which other things can be done. */
const SWEEP = 600
/** What begins so, in the directory of all places, was put aside; a tree that lies there with its marker is what an earlier version left. */
export const ASIDE = 'old-'

/** Files of a place, beside its tree. A lock's time says when the place was used last. */
export const TREE = 'linux'
export const LOCK = 'lock'
export const MARKER = 'holds'
export const LAID = 'laid'

/** Puts the tree of the place `$1` aside in `$2`, without which nothing else there is worth anything. */
const EMPTY = `cd "$1" && rm -f ${MARKER} ${LAID} && mkdir "$2" && mv ${TREE} "$2"`

/**
 * Removes what was put aside in the directory of all places, by this run or by one that was ended before it could, and the trees that were used longest ago.
 * @throws Error when something could not be removed
 */
export async function sweepPlaces(host: Host, work: string, suffix: string): Promise<void> {
  for (const [nth, place] of (await longUnused(work)).entries()) {
    // One that is in use is not; its lock is a matter of an instant here.
    await host.run({ program: 'flock', args: ['--nonblock', join(place, LOCK), 'sh', '-c', EMPTY, 'sh', place, join(work, `${ASIDE}${suffix}-${nth}`)], seconds: SWEEP })
  }
  const aside = (await readdir(work)).filter((name) => name.startsWith(ASIDE) || [TREE, MARKER, LAID].includes(name)).map((name) => join(work, name))
  if (aside.length === 0) return
  // In the time that make and the guest leave.
  const { status, stderr } = await host.run({ program: 'nice', args: ['-n', '19', 'rm', '-rf', '--', ...aside], seconds: SWEEP })
  if (status !== 0) throw new Error(stderr.trim())
}

/** Places with a tree, beyond the most that are kept. */
async function longUnused(work: string): Promise<string[]> {
  return (await placesIn(work)).slice(MOST)
}

/** Directories of the places that have a tree, the one that was used last first. */
export async function placesIn(work: string): Promise<string[]> {
  const places = []
  for (const name of await readdir(work)) {
    const place = join(work, name)
    const [tree, lock] = await Promise.all([TREE, LOCK].map((file) => stat(join(place, file)).catch(() => undefined)))
    if (tree !== undefined && lock !== undefined) places.push({ place, used: lock.mtimeMs })
  }
  return places.sort((a, b) => b.used - a.used).map(({ place }) => place)
}
