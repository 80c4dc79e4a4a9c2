import type { Host } from '../host/host.js'
import { GateError } from '../model/errors.js'

/** Unpacking takes 5 to 15 s; a loaded machine with a slow disk is given ten minutes. */
const DEADLINE = 600

/** Runs a program that writes a tree, or the archive of one, at `place`. @throws GateError `host.disk-full`, `tree.unpack-failed` */
export async function unpackWith(host: Host, program: string, args: readonly string[], place: string): Promise<void> {
  const exit = await host.run({ program, args, seconds: DEADLINE })
  if (exit.status === 0) return
  const full = /No space left on device|Wrote only \d+ of \d+ bytes/.test(exit.stderr)
  throw new GateError({
    id: full ? 'host.disk-full' : 'tree.unpack-failed',
    stage: 'tree',
    severity: 'error',
    title: full ? `No space left on device while writing the kernel tree to ${place}` : `${program} ${exit.timedOut ? `took longer than ${DEADLINE} s` : 'failed'} while writing the kernel tree to ${place}`,
    detail: exit.stderr.trim().split('\n').slice(-10).join('\n'),
    remedy: full ? 'Free some space, or point cache-dir and TMPDIR to a larger disk: one kernel needs about 1.5 GB.' : 'Empty the cache directory and run again.',
  })
}
