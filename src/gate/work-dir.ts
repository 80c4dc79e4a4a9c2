import { realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeScratch } from '../host/scratch.js'
import { GateError } from '../model/errors.js'

/**
 * Runs `work` with a fresh directory that is gone afterwards, also when the process is told to end.
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
  const dir = await makeScratch(join(parent, 'kmod-gate-'))
  try {
    return await work(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
