import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import type { KernelTarget } from '../model/kernel.js'
import { canKeepTrees, keepTree, restoreTree } from '../kernel/kept-tree.js'
import type { Slot } from './slot.js'
import { unpackWith } from '../kernel/unpack-with.js'

/** Counted up whenever what is kept of a prepared tree changes. */
const PREPARED_FORMAT = 7

/** Name of the tree that `oldconfig` and `modules_prepare` make for this kernel; `fingerprint` stands for everything else that decides it. */
export function preparedName({ release, packageVersion }: KernelTarget, fingerprint: string): string {
  return `${release}_${packageVersion.replaceAll(':', '%3a')}_${PREPARED_FORMAT}_${fingerprint.slice(0, 24)}`
}

/** Makes the tree that is prepared next; of the very files that are kept of the kernel it makes the very same tree. */
export type LayTree = (directory: string) => Promise<void>

/** What can be done in the slot before all is known that decides which tree is wanted there: gives the name of the one that lies there, else lays a fresh one. */
export async function beginPrepared(slot: Slot, lay: LayTree): Promise<string | undefined> {
  const there = await slot.holding()
  if (there === undefined) await layAnew(slot, lay)
  return there
}

async function layAnew(slot: Slot, lay: LayTree): Promise<void> {
  await slot.begin()
  await lay(slot.treeDir)
}

/**
 * Has the prepared tree in the slot, where `there` is what beginPrepared() gave; false when there is none, or no zstd to unpack it, and then a fresh tree
 * lies there.
 */
export async function usePrepared(host: Host, cacheDir: string, name: string, slot: Slot, lay: LayTree, there: string | undefined): Promise<boolean> {
  if (there === name) return true
  const kept = join(cacheDir, 'prepared', name)
  if (there !== undefined) await layAnew(slot, lay)
  const prepared = (await exists(kept)) && (await canKeepTrees(host))
  if (prepared) {
    await restoreTree(host, kept, slot.treeDir)
    await slot.mark(name)
  } else await writeNames(host, slot, slot.laid)
  slot.sweep()
  return prepared
}

/**
 * Keeps what was added to the slot's tree and changed in it since it was laid out, and its configuration is the target's own; without zstd it is only kept
 * where it lies. Where something was taken away from it, too: laying it out would bring that back.
 * @throws GateError
 */
export async function keepPrepared(host: Host, cacheDir: string, name: string, slot: Slot): Promise<void> {
  if ((await canKeepTrees(host)) && (await nothingGone(host, slot))) await keepTree(host, slot.treeDir, join(cacheDir, 'prepared', name), { newerThan: slot.laid })
  await slot.mark(name)
}

async function nothingGone(host: Host, slot: Slot): Promise<boolean> {
  const list = `${slot.laid}.now`
  await writeNames(host, slot, list)
  const now = new Set(await namesOf(list))
  await rm(list)
  const gone = (await namesOf(slot.laid)).filter((name) => !now.has(name))
  if (gone.length > 0) host.log.detail(`the prepared tree is not kept: ${gone.slice(0, 3).join(', ')} went away while it was prepared`)
  return gone.length === 0
}

const namesOf = async (file: string): Promise<string[]> => (await readFile(file, 'utf8')).split('\0')

/** The names in the slot's tree, each ended by NUL. */
async function writeNames(host: Host, { treeDir }: Slot, file: string): Promise<void> {
  await unpackWith(host, 'find', [treeDir, '-mindepth', '1', '-fprintf', file, '%P\\0'], file)
}
