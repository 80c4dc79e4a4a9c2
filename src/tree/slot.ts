import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { spreadCommand } from './spread.js'

/** Longer than any run: the lock is held by a process, which ends with the gate. */
const HOLD = 24 * 3600
/** Seconds that flock(1) gets to say whether the lock is free. */
const WAIT = 5
/** Seconds for a look at the 20,000 files of a tree, and for removing them: a slow disk needs some for that, in which other things can be done. */
const LOOK = 60
const SWEEP = 600
/** What begins so was put aside, or is not in its place yet. */
const ASIDE = 'old-'
const BEGUN = 'new-'

/** The one place at which a prepared tree can be used again, held by this run alone. */
export interface Slot {
  readonly treeDir: string
  /** A file beside it: the names in a tree that was laid out there, and by its age the time at which it was. */
  readonly laid: string
  /** Name of the tree that lies there; undefined when there is none, or something in it was touched since it was marked. */
  holding(): Promise<string | undefined>
  /** Says that what lies there now is the tree of that name. */
  mark(name: string): Promise<void>
  /** Says that the tree that lies there will be changed. */
  unmark(): Promise<void>
  /** Puts an empty directory in the place; what lay there is put aside. */
  begin(): Promise<void>
  /** Begins to remove what was put aside, by this run or by one that was ended before it could; release() waits for it. */
  sweep(): void
  /** Lets others have it. A tree that is not marked is taken away. */
  release(): Promise<void>
}

/**
 * Takes the place below the cache directory, or gives undefined when another run has it: that one then prepares a tree of its own.
 * There is one place because kbuild writes the tree's absolute path into what it builds below tools/, and builds that again anywhere else.
 */
export async function takeSlot(host: Host, cacheDir: string, scratchDir: string): Promise<Slot | undefined> {
  const dir = join(cacheDir, 'work')
  if (/[\s:]/.test(dir) || (await host.which('flock')) === undefined) return undefined
  await mkdir(dir, { recursive: true })
  if ((await host.which('perl')) !== undefined) await host.run(spreadCommand(dir))
  const answer = join(scratchDir, 'slot')
  // A lock of the kernel's, not a file with a process id: containers that share the cache do not share process ids.
  const holder = host.start({ program: 'flock', args: ['--nonblock', join(dir, 'lock'), 'sh', '-c', `echo mine; exec sleep ${HOLD}`], seconds: HOLD, stdoutFile: answer })
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
  const treeDir = join(dir, 'linux')
  const marker = join(dir, 'holds')
  const marked = async (): Promise<string> => readFile(marker, 'utf8').catch(() => '')
  const clear = async (): Promise<void> => {
    // The mark goes first: a run that is ended in between leaves no mark on half a tree.
    await rm(marker, { force: true })
    if (!(await exists(treeDir))) return
    await rename(treeDir, join(await mkdtemp(join(dir, ASIDE)), 'linux'))
  }
  const begin = async (): Promise<void> => {
    await clear()
    // A name that was not there before, for where a directory comes to lie goes by its name; it stays there when it is renamed.
    const fresh = join(dir, `${BEGUN}${randomBytes(8).toString('hex')}`)
    await mkdir(fresh)
    await rename(fresh, treeDir)
  }
  let sweeping: Promise<unknown> = Promise.resolve()
  const sweep = (): void => {
    sweeping = sweeping.then(async () => {
      const aside = (await readdir(dir)).filter((name) => name.startsWith(ASIDE) || name.startsWith(BEGUN)).map((name) => join(dir, name))
      if (aside.length === 0) return
      // In the time that make and the guest leave.
      const { status, stderr } = await host.run({ program: 'nice', args: ['-n', '19', 'rm', '-rf', '--', ...aside], seconds: SWEEP })
      if (status !== 0) throw new Error(stderr.trim())
    })
    // What stays is swept by a later run.
    sweeping = sweeping.catch((error: unknown) => host.log.detail(`an old tree could not be removed: ${String(error)}`))
  }
  return {
    treeDir,
    laid: join(dir, 'laid'),
    begin,
    sweep,
    async holding() {
      const name = await marked()
      if (name === '') return undefined
      // A change of contents, times, permissions or names shows in the ctime of the file or of its directory.
      const { status, stdout } = await host.run({ program: 'find', args: [treeDir, '-cnewer', marker, '-print', '-quit'], seconds: LOOK })
      return status === 0 && stdout === '' ? name : undefined
    },
    async mark(name) {
      await writeFile(marker, name)
    },
    async unmark() {
      await rm(marker, { force: true })
    },
    async release() {
      if ((await marked()) === '') await clear()
      sweep()
      await sweeping
      holder.kill()
      await holder.ended
    },
  }
}
