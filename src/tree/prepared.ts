import { join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import type { KernelTarget } from '../model/kernel.js'
import { canKeepTrees, keepTree, restoreTree } from './kept-tree.js'
import type { Slot } from './slot.js'
import { TREE_FORMAT } from './unpack.js'

/** Name of the tree that `oldconfig` and `modules_prepare` make for this kernel; `fingerprint` stands for everything else that decides it. */
export function preparedName({ release, packageVersion }: KernelTarget, fingerprint: string): string {
  return `${release}_${packageVersion.replaceAll(':', '%3a')}_${TREE_FORMAT}_${fingerprint.slice(0, 24)}`
}

/** Has the kept tree in the slot, where it may lie already; false when there is none, or no zstd to unpack it. */
export async function usePrepared(host: Host, cacheDir: string, name: string, slot: Slot): Promise<boolean> {
  if (await slot.holds(name)) return true
  const kept = join(cacheDir, 'prepared', name)
  await slot.clear()
  if (!(await exists(kept)) || !(await canKeepTrees(host))) return false
  await restoreTree(host, kept, slot.treeDir)
  await slot.mark(name)
  return true
}

/** Keeps the slot's tree, whose configuration is the target's own; without zstd only where it lies. @throws GateError */
export async function keepPrepared(host: Host, cacheDir: string, name: string, slot: Slot): Promise<void> {
  if (await canKeepTrees(host)) await keepTree(host, slot.treeDir, join(cacheDir, 'prepared', name))
  await slot.mark(name)
}
