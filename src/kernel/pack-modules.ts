import { join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { GateError } from '../model/errors.js'
import { aptFailure } from './apt-failure.js'

const DEADLINE = 600
/** On all processors; those beyond the sixth level save 2 % more in twice the time. */
const SCRIPT = `find "$@" -name '*.ko' -type f -print0 | xargs --null --no-run-if-empty --max-args 64 --max-procs "$(nproc)" zstd -q -6 --rm --`

/** Where the packagings of Debian put modules, below the root of an unpacked package. */
const PLACES = ['lib/modules', 'usr/lib/modules']

/**
 * Compresses the modules of an unpacked kernel, where its package ships them plain (before 6.12): 4,000 files of 390 MB, of which a run reads a few.
 * modprobe and all rooms read them so, too. Without zstd they stay as they are.
 * @throws GateError when the disk is full
 */
export async function packModules(host: Host, root: string): Promise<void> {
  const places = []
  for (const place of PLACES) if (await exists(join(root, place))) places.push(join(root, place))
  if (places.length === 0 || (await host.which('zstd')) === undefined) return
  const exit = await host.run({ program: 'sh', args: ['-c', SCRIPT, 'sh', ...places], seconds: DEADLINE })
  if (exit.status !== 0) throw new GateError(aptFailure(exit, `Compressing the modules in ${root}`))
}
