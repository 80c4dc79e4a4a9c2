import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import type { KernelTarget } from '../model/kernel.js'
import type { ToolState } from '../model/toolchain.js'
import { copyTree, TREE_FORMAT } from './unpack.js'

/**
 * Where the tree that `modules_prepare` made for this kernel, with these tools, at this place, is kept.
 * Every run still does oldconfig and modules_prepare: a prepared tree only spares make the compiling of what did not change.
 */
export function preparedPath(cacheDir: string, target: KernelTarget, tools: readonly ToolState[], treeDir: string): string {
  const made = JSON.stringify([TREE_FORMAT, treeDir, tools.map(({ program, actual, state }) => [program, actual, state])])
  const digest = createHash('sha256').update(made).digest('hex').slice(0, 16)
  return join(cacheDir, 'prepared', `${target.release}_${target.packageVersion.replaceAll(':', '%3a')}_${digest}`)
}

/** Puts the kept tree at `treeDir`; false when there is none. */
export async function usePrepared(host: Host, kept: string, treeDir: string): Promise<boolean> {
  if (!(await exists(kept))) return false
  await copyTree(host, kept, treeDir)
  return true
}

/** Keeps a tree whose configuration is the target's own. Made beside its name and renamed, so that it is whole or not there. */
export async function keepPrepared(host: Host, treeDir: string, kept: string): Promise<void> {
  await mkdir(join(kept, '..'), { recursive: true })
  const fresh = await mkdtemp(`${kept}.`)
  try {
    await copyTree(host, treeDir, fresh)
    await rename(fresh, kept).catch(async (error: unknown) => {
      if (!(await exists(kept))) throw error
    })
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}
