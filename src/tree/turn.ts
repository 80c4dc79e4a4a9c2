import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, mkdirSync, openSync, rmdirSync, rmSync, symlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Member } from '../kernel/tar-members.js'
import { kindOf, type Listing, pathOf } from './listing.js'

/** How one tree differs from another. Paths below their tops. */
export interface Difference {
  /** Files and links that the other has not, and links that are others there. */
  readonly gone: readonly string[]
  /** Directories that the other has not, those below others before them. */
  readonly goneDirs: readonly string[]
  /** Directories that only the other has, those above others before them. */
  readonly newDirs: readonly string[]
  /** Files and links that the other has, and not so. */
  readonly laid: ReadonlySet<string>
}

/** What makes the tree `to` of the tree `from`. */
export function differenceOf(from: Listing, to: Listing): Difference {
  const [lost, found] = unequal(from, to)
  const gone: string[] = []
  const goneDirs: string[] = []
  for (const [path, kind] of lost) {
    const becomes = found.get(path)
    if (kind === 'd') {
      if (becomes !== 'd') goneDirs.push(path)
    } else if (!(kind === 'f' && becomes === 'f')) gone.push(path)
  }
  const newDirs: string[] = []
  const laid = new Set<string>()
  for (const [path, kind] of found) {
    if (kind !== 'd') laid.add(path)
    else if (lost.get(path) !== 'd') newDirs.push(path)
  }
  return { gone, goneDirs: goneDirs.reverse(), newDirs, laid }
}

/** Entries that only one of them has, or that differ: their kinds, by path, in the order of the paths. */
function unequal(from: Listing, to: Listing): readonly [lost: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>] {
  const lost = new Map<string, string>()
  const found = new Map<string, string>()
  for (let a = 0, b = 0; a < from.length || b < to.length; ) {
    const [was, is] = [from[a], to[b]]
    if (was === is) {
      a++
      b++
      continue
    }
    const [before, after] = [was === undefined ? undefined : pathOf(was), is === undefined ? undefined : pathOf(is)]
    if (was !== undefined && before !== undefined && (after === undefined || before <= after)) {
      lost.set(before, kindOf(was))
      a++
    }
    if (is !== undefined && after !== undefined && (before === undefined || after <= before)) {
      found.set(after, kindOf(is))
      b++
    }
  }
  return [lost, found]
}

/** Files and links that are removed or written. */
export function sizeOf({ gone, laid }: Difference): number {
  return gone.length + laid.size
}

/** What a tree is made of before it is prepared, one over the other. */
export interface Layers {
  /** Made by keepTree(): what kernels of a version share, tens of MB. */
  readonly folders: readonly string[]
  /** The same of what is the kernel's own, over it. */
  readonly own?: string
  /** What lies over them and is in no folder, of the files and links of these names. */
  readonly over?: (paths: Iterable<string>) => Promise<readonly Member[]>
}

/** What is in them, one over the other, and `last` what preparing added. */
export interface Contents {
  readonly folders: readonly Promise<Iterable<Member>>[]
  readonly own: Promise<Iterable<Member>>
  readonly over: (paths: Iterable<string>) => Promise<readonly Member[]>
  readonly last: Promise<Iterable<Member>>
}

/**
 * Makes another tree of the one in `directory`, from which it differs so: two versions of a series by 100 of 16,000 files, two series by 5,000. Those that both
 * have are written where they lie, since ext4 gives out no inode that was freed a moment ago (src/tree/spread.ts).
 * The times of its files are those of nothing: `make M=` asks for none, but what is made of the tree with other options does.
 * False when the layers do not have all of it, and then the tree is of no use. `noted` is told what was taken of the folders.
 * @throws GateError, Error
 */
export async function turnInto(directory: string, { gone, goneDirs, newDirs, laid }: Difference, { folders, own, over, last }: Contents, noted?: (member: Member) => void): Promise<boolean> {
  // Calls in turn take half as long as promises of them.
  for (const path of gone) rmSync(join(directory, path))
  for (const path of goneDirs) rmdirSync(join(directory, path))
  for (const path of newDirs) mkdirSync(join(directory, path))
  const missing = new Set(laid)
  const lay = (members: Iterable<Member>, told?: (member: Member) => void): void => {
    for (const member of members) {
      if (!laid.has(member.path)) continue
      told?.(member)
      write(join(directory, member.path), member)
      missing.delete(member.path)
    }
  }
  for (const folder of folders) lay(await folder, noted)
  lay(await own)
  lay(await over(laid))
  lay(await last)
  return missing.size === 0
}

function write(path: string, { kind, data, mode, target }: Member): void {
  if (kind === 'l') {
    rmSync(path, { force: true })
    symlinkSync(target, path)
    return
  }
  const file = openAlone(path, mode)
  try {
    for (let at = 0; at < data.length; ) at += writeSync(file, data, at)
    ftruncateSync(file, data.length)
    fchmodSync(file, mode)
  } finally {
    closeSync(file)
  }
}

/** The file, to be written over. One that has another name elsewhere is left to that. */
function openAlone(path: string, mode: number): number {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW
  const file = openSync(path, flags, mode)
  if (fstatSync(file).nlink === 1) return file
  closeSync(file)
  rmSync(path)
  return openSync(path, flags | constants.O_EXCL, mode)
}
