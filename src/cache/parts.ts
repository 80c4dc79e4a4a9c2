import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { exists } from '../host/exists.js'
import type { KernelTarget, PackageRef } from '../model/kernel.js'
import { preparedName } from '../tree/prepared.js'
import { kconfigDir, kconfigName } from '../tree/unpack.js'
import { VERSION } from '../version.js'
import { MANIFEST_FORMAT } from './manifest.js'

/** One folder of the cache directory that is kept elsewhere too, under a key that says all that decides its content. */
export interface Part {
  /** What it is, for log lines. */
  readonly title: string
  /** Absolute path of the folder. */
  readonly folder: string
  /** A file in it that is written last; folders without one are made beside their name and renamed, so that they are whole or not there. */
  readonly marker?: string
  /** Key in a remote cache. No key is the beginning of another one's: all end in a digest of one length. */
  readonly key: string
  /** Bytes of packages that need not be downloaded where this part is; 0 when they are needed all the same, or their sizes are unknown. */
  readonly spares: number
}

/** Folder names of the cache directory cannot hold the colon of an epoch: make and PATH-like lists split there. */
function folderName(name: string, { packageVersion }: KernelTarget): string {
  return `${name}_${packageVersion.replaceAll(':', '%3a')}`
}

function sizeOf(packages: readonly PackageRef[]): number {
  return packages.reduce((sum, { size }) => sum + size, 0)
}

/** Names, versions and digests: a version that was built again for another archive is another content. */
function identity(packages: readonly PackageRef[]): unknown {
  return packages.map(({ name, version, sha256 }) => [name, version, sha256 ?? ''])
}

/**
 * Keys have at most 512 characters and no comma (@actions/cache, checkKey()); Debian's names and versions have neither that length nor commas.
 * The version of the gate is in all of them: what one version made is never taken by another.
 */
function keyOf(kind: string, name: string, content: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32)
  return `kmod-gate-${VERSION}-${MANIFEST_FORMAT}-${kind}-${process.arch}-${name}-${digest}`
}

/** The kernel's own packages, unpacked, with the vmlinux that was taken out of vmlinuz. */
export function kitPart(target: KernelTarget, cacheDir: string): Part {
  const packages = [...target.image, target.headers]
  const name = folderName(target.release, target)
  return { title: `kernel kit ${target.release} ${target.packageVersion}`, folder: join(cacheDir, 'kits', name), marker: 'complete', key: keyOf('kit', name, identity(packages)), spares: sizeOf(packages) }
}

/** What Kconfig needs of linux-source; shared by all flavours, ABIs and architectures of a source version. */
export function kconfigPart(target: KernelTarget, cacheDir: string): Part {
  return { title: `Kconfig files ${target.series} ${target.packageVersion}`, folder: kconfigDir(target, cacheDir), key: keyOf('kconfig', kconfigName(target), identity([target.source])), spares: target.source.size }
}

/**
 * The tree that `oldconfig` and `modules_prepare` made, for the tools that `fingerprint` stands for.
 * The cache directory is in the key since kbuild writes the tree's absolute path into what it builds below tools/.
 */
export function preparedPart(target: KernelTarget, cacheDir: string, fingerprint: string): Part {
  const name = preparedName(target, fingerprint)
  const packages = [...target.image, target.headers, target.source]
  return { title: `prepared tree ${target.release} ${target.packageVersion}`, folder: join(cacheDir, 'prepared', name), key: keyOf('prepared', name, [identity(packages), fingerprint, cacheDir]), spares: 0 }
}

/** Where the parts of a kind lie: the parent of the folder. */
export function shelf({ folder }: Part): string {
  return dirname(folder)
}

/** Whether the folder is there, whole. */
export function isHere({ folder, marker }: Part): Promise<boolean> {
  return exists(marker === undefined ? folder : join(folder, marker))
}
