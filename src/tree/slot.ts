import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from '../host/host.js'

/** Longer than any run: the lock is held by a process, which ends with the gate. */
const HOLD = 24 * 3600
/** Seconds that flock(1) gets to say whether the lock is free. */
const WAIT = 5

/** The one place at which a prepared tree can be used again, held by this run alone. */
export interface Slot {
  readonly treeDir: string
  /** Empties the place and lets others have it. */
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
  await rm(treeDir, { recursive: true, force: true })
  return {
    treeDir,
    async release() {
      await rm(treeDir, { recursive: true, force: true })
      holder.kill()
      await holder.ended
    },
  }
}
