import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { GateError } from '../model/errors.js'
import { aptFailure } from './apt-failure.js'
import { notUnpacked } from './kept-damage.js'
import { unpackVmlinux } from './vmlinux.js'

const DEADLINE = 120
/** What takes the place of vmlinuz in a kit. */
const PACKED = 'vmlinux.zst'

/**
 * Takes the ELF image out of `vmlinuz` and keeps it in `root` instead, packed so that it is unpacked in a tenth of a second, whatever the kernel was packed
 * with; a fifth of its size. Without zstd, and where there is none that QEMU starts, vmlinuz stays as it is.
 * @throws GateError when the disk is full
 */
export async function packImage(host: Host, vmlinuz: string, root: string): Promise<void> {
  if ((await host.which('zstd')) === undefined) return
  const image = join(root, 'vmlinux')
  try {
    if ((await unpackVmlinux(host, vmlinuz, image)) !== 'unpacked') return
    const exit = await host.run({ program: 'zstd', args: ['-q', '-6', '-T0', image, '-o', join(root, PACKED)], seconds: DEADLINE })
    if (exit.status !== 0) throw new GateError(aptFailure(exit, `Packing the image of ${vmlinuz}`))
    await rm(vmlinuz)
  } finally {
    await rm(image, { force: true })
  }
}

/** The image that is kept in `root`, unpacked in `workDir`; undefined where there is none. @throws GateError when it is damaged, or cannot be written */
export async function unpackImage(host: Host, root: string, workDir: string): Promise<string | undefined> {
  const packed = join(root, PACKED)
  if (!(await exists(packed))) return undefined
  const image = join(workDir, 'vmlinux')
  const exit = await host.run({ program: 'zstd', args: ['-q', '-d', '-f', packed, '-o', image], seconds: DEADLINE })
  if (exit.status !== 0) throw notUnpacked(exit, 'The kept image of the kernel', packed, root)
  return image
}
