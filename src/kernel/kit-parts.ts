import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { telling } from '../host/progress.js'
import { makeScratch } from '../host/scratch.js'
import { GateError } from '../model/errors.js'
import type { KernelTarget, PackageRef } from '../model/kernel.js'
import { viewNamed } from '../suites/apt-view.js'
import { duration } from '../text/size.js'
import { aptFailure } from './apt-failure.js'
import { downloadPackages } from './download.js'

const UNPACK_DEADLINE = 600
/** Written last into a kit: one without it is unfinished and is made again. */
const MARKER = 'complete'

/** What is done with unpacked packages before they are in their place. */
export type Finish = (host: Host, directory: string) => Promise<void>

/** One folder of the cache. The source has its own: all flavours and ABIs of a version share it, and checking a built module needs none. */
export interface KitPart {
  readonly root: string
  readonly packages: readonly PackageRef[]
  readonly finish?: Finish
}

/** Folder of a kit, named for the kernel or for the package that it is made of, and their version. */
export function folderOf(name: string, { packageVersion }: KernelTarget, cacheDir: string): string {
  return join(cacheDir, 'kits', `${name}_${packageVersion.replaceAll(':', '%3a')}`)
}

/** Whether an earlier run has made the folder, whole. */
export function isMade(root: string): Promise<boolean> {
  return exists(join(root, MARKER))
}

/**
 * Downloads in one go, then unpacks beside the final name and renames: a broken run leaves nothing, a run beside this one is not disturbed.
 * `also`: packages that are wanted soon, for which apt need not be started again.
 * @throws GateError
 */
export async function makeParts(host: Host, target: KernelTarget, parts: readonly KitPart[], cacheDir: string, also: readonly PackageRef[] = []): Promise<void> {
  if (parts.length === 0) return
  try {
    const debs = await downloadPackages(host, [...parts.flatMap(({ packages }) => packages), ...also], join(cacheDir, 'debs'), viewNamed(cacheDir, target.archive))
    let at = 0
    for (const { root, packages, finish } of parts) {
      await unpackPart(host, root, debs.slice(at, (at += packages.length)), finish)
    }
  } catch (error) {
    // A run beside this one takes the packages away that it has unpacked: what it made is used, and the rest is made again.
    const made = await Promise.all(parts.map(({ root }) => isMade(root)))
    const left = parts.filter((_, i) => made[i] !== true)
    if (left.length === parts.length) throw error
    await makeParts(host, target, left, cacheDir)
  }
}

/** Packages unpacked at `root`, beside its name at first; they are removed then. @throws GateError */
export async function unpackPart(host: Host, root: string, debs: readonly string[], finish: Finish = () => Promise.resolve()): Promise<void> {
  await mkdir(dirname(root), { recursive: true })
  const fresh = await makeScratch(`${root}.`)
  try {
    for (const deb of debs) await unpackPackage(host, deb, fresh)
    await finish(host, fresh)
    await writeFile(join(fresh, MARKER), '')
    // Renaming onto a filled directory fails: then another run was faster. Nothing is removed here, it could be what that run just finished.
    await rename(fresh, root).catch(async (error: unknown) => {
      if (!(await isMade(root))) throw error
    })
    await Promise.all(debs.map((deb) => rm(deb, { force: true })))
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

/** All files of a package, below `directory`. @throws GateError */
export async function unpackPackage(host: Host, deb: string, directory: string): Promise<void> {
  const unpacking = host.run({ program: 'dpkg-deb', args: ['--extract', deb, directory], seconds: UNPACK_DEADLINE })
  const exit = await telling(host.log, `unpacking ${basename(deb)}`, duration, unpacking)
  if (exit.status !== 0) throw new GateError(aptFailure(exit, `Unpacking ${deb}`))
}
