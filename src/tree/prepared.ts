import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import type { KernelTarget } from '../model/kernel.js'
import { canKeepTrees, keepTree, restoreTree } from '../kernel/kept-tree.js'
import { unpackWith } from '../kernel/unpack-with.js'
import { LISTING, writeListing } from './listing.js'
import { turnNear } from './near.js'
import type { Slot } from './slot.js'
import type { Layers } from './turn.js'

/** Counted up whenever what is kept of a prepared tree changes. */
const PREPARED_FORMAT = 9

/** Trees that are kept prepared of a kernel, for as many sets of tools; and for how long one that was used stays all the same, in ms: a run may be about to read it. */
const MOST_KEPT = 3
const RECENT = 3_600_000
const prefixOf = ({ release, packageVersion }: KernelTarget): string => `${release}_${packageVersion.replaceAll(':', '%3a')}_`

/** Name of the tree that `oldconfig` and `modules_prepare` make for this kernel; `fingerprint` stands for everything else that decides it. */
export function preparedName(target: KernelTarget, fingerprint: string): string {
  return `${prefixOf(target)}${PREPARED_FORMAT}_${fingerprint.slice(0, 24)}`
}

/** The tree of the kernel that was used last of those that are kept: most often the one that is wanted next. */
export async function usedLast(cacheDir: string, target: KernelTarget): Promise<string | undefined> {
  // Neither one that a run is about to keep, whose name is longer, nor what another version of the gate kept.
  const { length } = preparedName(target, '0'.repeat(64))
  return (await usedOf(join(cacheDir, 'prepared'), target)).find(({ name }) => name.length === length && name.startsWith(`${prefixOf(target)}${PREPARED_FORMAT}_`))?.name
}

/** What `shelf` keeps of the kernel, what was used last first, with the times in ms. */
async function usedOf(shelf: string, target: KernelTarget): Promise<{ readonly name: string; readonly at: number }[]> {
  const names = (await readdir(shelf).catch(() => [])).filter((name) => name.startsWith(prefixOf(target)))
  const used = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(shelf, name)).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs })))
  return used.sort((a, b) => b.at - a.at)
}

/** The tree before it is prepared; of the very files that are kept of the kernel the very same one is made. */
export interface Unprepared {
  /** Lays it out in an empty directory. */
  readonly lay: (directory: string) => Promise<void>
  /** What it is made of, where all of that is packed; waits until the kernel's files are there, as `lay` does. */
  readonly layers: () => Promise<Layers | undefined>
}

/** What lies in the slot before it is known which tree is wanted there. */
export interface Begun {
  /** The prepared tree that lies there. */
  readonly there?: string
  /** Whether a fresh tree lies there. */
  readonly fresh: boolean
  /** The tree that none could be turned into. */
  readonly tried?: string
}

/**
 * What can be done in the slot before all is known that decides which tree is wanted. Where none is there, the one `guess` is made of another kernel's; without a guess
 * a fresh one is laid out, and so it is where it must be `exact`, with its own times: options are about to be changed in it.
 */
export async function beginPrepared(host: Host, cacheDir: string, slot: Slot, unprepared: Unprepared, { guess, exact }: { readonly guess: string | undefined; readonly exact: boolean }): Promise<Begun> {
  const there = exact ? undefined : await slot.holding()
  if (there !== undefined) return { there, fresh: false }
  if (guess === undefined || exact) {
    await layAnew(slot, unprepared.lay)
    return { fresh: true }
  }
  if (!(await canTurn(host, unprepared)) || !(await turnNear(host, join(cacheDir, 'prepared'), guess, slot, unprepared, undefined))) return { fresh: false, tried: guess }
  await slot.mark(guess)
  return { there: guess, fresh: false }
}

/** Whether there is zstd, which may be among what is just being installed for the kernel. */
async function canTurn(host: Host, { layers }: Unprepared): Promise<boolean> {
  if (await canKeepTrees(host)) return true
  await layers()
  return canKeepTrees(host)
}

async function layAnew(slot: Slot, lay: Unprepared['lay']): Promise<void> {
  await slot.begin()
  await lay(slot.treeDir)
}

/**
 * Has the prepared tree in the slot, where beginPrepared() has begun; false when there is none, or no zstd to unpack it, and then a fresh tree
 * lies there.
 */
export async function usePrepared(host: Host, cacheDir: string, name: string, slot: Slot, unprepared: Unprepared, { there, fresh, tried }: Begun): Promise<boolean> {
  const kept = join(cacheDir, 'prepared', name)
  // It may not be there: without zstd a tree is kept only where it lies.
  const now = new Date()
  await utimes(kept, now, now).catch(() => undefined)
  if (there === name) return true
  const prepared = (await exists(kept)) && (await canKeepTrees(host))
  if (!(prepared && !fresh && tried !== name && (await turnNear(host, join(cacheDir, 'prepared'), name, slot, unprepared, there)))) {
    if (!fresh) await layAnew(slot, unprepared.lay)
    if (prepared) await restoreTree(host, kept, slot.treeDir)
    else await writeNames(host, slot, slot.laid)
  }
  if (prepared) await slot.mark(name)
  slot.sweep()
  return prepared
}

/**
 * Keeps what was added to the slot's tree and changed in it since it was laid out, and its configuration is the target's own; without zstd it is only kept
 * where it lies. Where something was taken away from it, too: laying it out would bring that back.
 * @throws GateError
 */
export async function keepPrepared(host: Host, cacheDir: string, target: KernelTarget, name: string, slot: Slot): Promise<void> {
  if ((await canKeepTrees(host)) && (await nothingGone(host, slot))) {
    await keepTree(host, slot.treeDir, join(cacheDir, 'prepared', name), { newerThan: slot.laid, beside: (directory) => writeListing(host, slot.treeDir, join(directory, LISTING)) })
    await forgetOthers(cacheDir, target)
  }
  await slot.mark(name)
}

/** Removes those of the kernel's trees that other tools prepared and nobody used for long. */
async function forgetOthers(cacheDir: string, target: KernelTarget): Promise<void> {
  const shelf = join(cacheDir, 'prepared')
  const old = (await usedOf(shelf, target)).slice(MOST_KEPT).filter(({ at }) => Date.now() - at > RECENT)
  for (const { name } of old) await rm(join(shelf, name), { recursive: true, force: true })
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
