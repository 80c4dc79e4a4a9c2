import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from '../host/host.js'
import { UsageError } from '../model/errors.js'
import type { KernelKitWithSource } from '../model/kernel.js'
import type { Buildable, Request } from '../model/request.js'
import type { ToolState } from '../model/toolchain.js'
import { keepPrepared, preparedPath, usePrepared } from '../tree/prepared.js'
import { takeSlot } from '../tree/slot.js'
import { unpackTree } from '../tree/unpack.js'
import type { Outcome } from './recorder.js'

export interface Tree {
  readonly dir: string
  /** Keeps the tree for later runs, once the guard has found it to be the target's own. */
  keep(): Promise<void>
  release(): Promise<void>
}

/** A kernel tree for this run: one that was prepared before, or a fresh one. In-tree drivers always get a fresh and whole one. */
export async function treeStage(host: Host, request: Request, module: Buildable, kit: KernelKitWithSource, tools: readonly ToolState[], workDir: string): Promise<Outcome<Tree>> {
  const { series, packageVersion } = kit.target
  const name = `linux-source-${series} ${packageVersion}`
  const slot = module.kind === 'in-tree' ? undefined : await takeSlot(host, request.cacheDir, workDir)
  try {
    if (slot === undefined) {
      const dir = join(workDir, 'linux')
      await unpackTree(host, kit, request.cacheDir, dir, module.kind === 'in-tree' ? 'full' : 'external')
      if (module.kind === 'in-tree') await requireDriver(dir, module.path, series)
      return { value: { dir, keep: () => Promise.resolve(), release: () => Promise.resolve() }, summary: name }
    }
    const dir = slot.treeDir
    const kept = preparedPath(request.cacheDir, kit.target, tools, dir)
    const reused = await usePrepared(host, kept, dir)
    if (!reused) await unpackTree(host, kit, request.cacheDir, dir, 'external')
    // Only a tree with nothing but the target's own configuration is worth keeping, and only once.
    const plain = request.options.length === 0 && request.allowances.length === 0
    const keep = reused || !plain ? () => Promise.resolve() : () => keepPrepared(host, dir, kept)
    return { value: { dir, keep, release: () => slot.release() }, summary: reused ? `${name}, prepared by an earlier run` : name }
  } catch (error) {
    await slot?.release()
    throw error
  }
}

async function requireDriver(treeDir: string, path: string, series: string): Promise<void> {
  const found = await Promise.all(
    ['Kbuild', 'Makefile'].map((name) =>
      stat(join(treeDir, path, name)).then(
        () => true,
        () => false,
      ),
    ),
  )
  if (!found.includes(true)) throw new UsageError('in-tree', path, `linux-source-${series} has no such directory with a Kbuild or Makefile. Name a directory of this kernel’s source, such as drivers/net/can/usb/etas_es58x.`)
}
