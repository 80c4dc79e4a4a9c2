import { lstat, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeScratch } from '../host/scratch.js'
import { GateError } from '../model/errors.js'

const NAME = 'kmod-gate-'
/** A file in each: what only bears such a name may be anybody's. */
const MARK = '.kmod-gate-run'
/** Milliseconds after which a directory is that of a run that was killed: no run takes a day. */
const DEAD = 86_400_000

/**
 * Runs `work` with a fresh directory that is gone afterwards, also when the process is told to end; what killed runs left there goes too.
 * Not below /tmp by default: on Debian 13 that is memory, and a kernel tree is large.
 */
export async function withWorkDir<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const parent = await realpath(process.env['TMPDIR'] ?? '/var/tmp')
  if (/[\s:]/.test(parent)) {
    throw new GateError({
      id: 'host.work-dir',
      stage: 'resolve',
      severity: 'error',
      title: `TMPDIR ${JSON.stringify(parent)} has a space or colon in it, and kbuild refuses source directories with either (kernel Makefile: "source directory cannot contain spaces or colons")`,
      remedy: 'Point TMPDIR to a directory without them.',
    })
  }
  const dir = await makeScratch(join(parent, NAME))
  try {
    await writeFile(join(dir, MARK), '')
    return await work(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
    await removeDead(parent)
  }
}

async function removeDead(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    if (!name.startsWith(NAME) || name.length !== NAME.length + 6) continue
    const dir = join(parent, name)
    const [there, mark] = await Promise.all([lstat(dir), stat(join(dir, MARK))].map((found) => found.catch(() => undefined)))
    if (there?.isDirectory() !== true || mark === undefined || mark.mtimeMs > Date.now() - DEAD) continue
    // Another user's stays, and so does what another run is removing.
    await rm(dir, { recursive: true, force: true }).catch(() => undefined)
  }
}
