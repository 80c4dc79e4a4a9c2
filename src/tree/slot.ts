import { mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { ASIDE, LAID, LOCK, MARKER, placesIn, sweepPlaces, TREE } from './places.js'
import { APART, makeApart } from './spread.js'

/** Longer than any run: the lock is held by a process, which ends with the gate. */
const HOLD = 24 * 3600
/** Seconds that flock(1) gets to say whether a lock is free. */
const WAIT = 5
/** Seconds for a look at the 20,000 files of a tree. */
const LOOK = 60

/** Moves the tree of the place `$1` to `$3`, if it is still the one of the name `$2`, untouched. Its mark goes first. */
const MOVE = `cd "$1" && [ "$(cat ${MARKER})" = "$2" ] && touched=$(find ${TREE} -cnewer ${MARKER} -print -quit) && [ -z "$touched" ] && rm -f ${MARKER} ${LAID} && mv -T ${TREE} "$3"`

/** A tree that lies in the place of another kernel. */
export interface OtherTree {
  /** Directory of its place. */
  readonly place: string
  readonly name: string
}

/** The one place at which the prepared tree of a kernel can be used again, held by this run alone. */
export interface Slot {
  readonly treeDir: string
  /** A file beside it: the names in a tree that was laid out there, and by its age the time at which it was. */
  readonly laid: string
  /** Name of the tree that lies there; undefined when there is none, or something in it was touched since it was marked. */
  holding(): Promise<string | undefined>
  /** The marked trees of other kernels, the one that was used last first. */
  others(): Promise<readonly OtherTree[]>
  /** Has another kernel's tree in this place, and not in its own; false when a run has it, or something in it was touched. What lay here is put aside. */
  take(other: OtherTree): Promise<boolean>
  /** Says that what lies there now is the tree of that name. */
  mark(name: string): Promise<void>
  /** Says that the tree that lies there will be changed. */
  unmark(): Promise<void>
  /** Puts an empty directory in the place; what lay there is put aside. */
  begin(): Promise<void>
  /** Begins to remove what was put aside and what nobody used for long; release() waits for it. */
  sweep(): void
  /** Lets others have it. A tree that is not marked is taken away. */
  release(): Promise<void>
}

/**
 * Takes the kernel's place below the cache directory, or gives undefined when another run has it: that one then prepares a tree of its own.
 * There is one place for a kernel because kbuild writes the tree's absolute path into what it builds below tools/, and builds that again anywhere else.
 */
export async function takeSlot(host: Host, cacheDir: string, release: string, scratchDir: string): Promise<Slot | undefined> {
  const work = join(cacheDir, 'work')
  const dir = join(work, release)
  if (/[\s:]/.test(dir) || (await host.which('flock')) === undefined) return undefined
  await mkdir(dir, { recursive: true })
  const answer = join(scratchDir, 'slot')
  // Locks of the kernel's, not files with a process id: containers that share the cache do not share process ids.
  const holder = host.start({ program: 'flock', args: ['--nonblock', join(dir, LOCK), 'sh', '-c', `echo mine; exec sleep ${HOLD}`], seconds: HOLD, stdoutFile: answer })
  const state = { ended: false }
  void holder.ended.then(() => (state.ended = true))
  const until = Date.now() + WAIT * 1000
  while (!(await readFile(answer, 'utf8')).startsWith('mine')) {
    if (state.ended || Date.now() > until) {
      holder.kill()
      return undefined
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const treeDir = join(dir, TREE)
  const marker = join(dir, MARKER)
  const now = new Date()
  await utimes(join(dir, LOCK), now, now)
  const marked = async (): Promise<string> => readFile(marker, 'utf8').catch(() => '')
  const clear = async (): Promise<void> => {
    // The mark goes first: a run that is ended in between leaves no mark on half a tree.
    await rm(marker, { force: true })
    if (!(await exists(treeDir))) return
    await rename(treeDir, join(await mkdtemp(join(work, ASIDE)), TREE))
  }
  const begin = async (): Promise<void> => {
    await clear()
    for (const name of await readdir(dir)) if (name.startsWith(`${TREE}${APART}`)) await rm(join(dir, name), { recursive: true })
    await makeApart(host, treeDir)
  }
  let sweeping: Promise<unknown> = Promise.resolve()
  const sweep = (): void => {
    // What stays is swept by a later run.
    sweeping = sweeping.then(() => sweepPlaces(host, work, basename(scratchDir))).catch((error: unknown) => host.log.detail(`an old tree could not be removed: ${String(error)}`))
  }
  return {
    treeDir,
    laid: join(dir, LAID),
    begin,
    sweep,
    async holding() {
      const name = await marked()
      if (name === '') return undefined
      // A change of contents, times, permissions or names shows in the ctime of the file or of its directory.
      const { status, stdout } = await host.run({ program: 'find', args: [treeDir, '-cnewer', marker, '-print', '-quit'], seconds: LOOK })
      return status === 0 && stdout === '' ? name : undefined
    },
    async others() {
      const places = (await placesIn(work)).filter((place) => place !== dir)
      const named = await Promise.all(places.map(async (place) => ({ place, name: await readFile(join(place, MARKER), 'utf8').catch(() => '') })))
      return named.filter(({ name }) => name !== '')
    },
    async take({ place, name }) {
      await clear()
      const { status } = await host.run({ program: 'flock', args: ['--nonblock', join(place, LOCK), 'sh', '-c', MOVE, 'sh', place, name, treeDir], seconds: LOOK })
      return status === 0
    },
    async mark(name) {
      await writeFile(marker, name)
    },
    async unmark() {
      await rm(marker, { force: true })
    },
    async release() {
      const keeps = (await marked()) !== ''
      if (!keeps) await clear()
      sweep()
      await sweeping
      holder.kill()
      await holder.ended
    },
  }
}
