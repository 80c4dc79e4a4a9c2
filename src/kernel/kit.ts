import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { architectureOf } from '../architecture/table.js'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { telling } from '../host/progress.js'
import { GateError } from '../model/errors.js'
import type { KernelKit, KernelKitWithSource, KernelTarget, PackageRef } from '../model/kernel.js'
import { viewNamed } from '../suites/apt-view.js'
import { duration } from '../text/size.js'
import { aptFailure } from './apt-failure.js'
import { downloadPackages } from './download.js'
import { locate, pieces, type PieceName } from './layout.js'
import { packHeaders, unpackHeaders } from './pack-headers.js'
import { packImage, unpackImage } from './pack-image.js'
import { packModules } from './pack-modules.js'
import { unpackVmlinux } from './vmlinux.js'

const UNPACK_DEADLINE = 600
/** Written last into a kit: one without it is unfinished and is made again. */
const MARKER = 'complete'

interface FetchOptions {
  readonly cacheDir: string
  readonly install: boolean
  /** Where the image of this run may lie unpacked. */
  readonly workDir: string
}

/** What is done with unpacked packages before they are in their place. */
type Finish = (host: Host, directory: string) => Promise<void>

/** One folder of the cache. The source has its own: all flavours and ABIs of a version share it, and checking a built module needs none. */
export interface KitPart {
  readonly root: string
  readonly packages: readonly PackageRef[]
  readonly finish?: Finish
}

/**
 * The target's packages, unpacked. With `install` they are downloaded into `cacheDir` and unpacked there, never installed;
 * without, an earlier kit of the cache is used, or what is installed on the system.
 * @throws GateError when something is missing, with the packages that hold it
 */
export async function fetchKit(host: Host, target: KernelTarget, options: FetchOptions & { readonly source: false }): Promise<KernelKit>
export async function fetchKit(host: Host, target: KernelTarget, options: FetchOptions & { readonly source?: true }): Promise<KernelKitWithSource>
export async function fetchKit(host: Host, target: KernelTarget, { cacheDir, install, workDir, source = true }: FetchOptions & { readonly source?: boolean }): Promise<KernelKit> {
  const kernel: KitPart = { root: folderOf(target.release, target, cacheDir), packages: [...target.image, target.headers], finish: packKernel(target) }
  const tar: KitPart = { root: folderOf(target.source.name, target, cacheDir), packages: [target.source] }
  const parts = source ? [kernel, tar] : [kernel]
  const made = await Promise.all(parts.map(({ root }) => isMade(root)))
  const missing = parts.filter((_, i) => made[i] !== true)
  if (missing.length > 0 && !install) {
    await requireInstalled(host, target, parts.flatMap(({ packages }) => packages))
    return kitAt(host, target, '/', source ? '/' : undefined, { kept: join(cacheDir, 'vmlinux', `${target.release}_${target.packageVersion}`), workDir })
  }
  await makeParts(host, target, missing, cacheDir)
  return kitAt(host, target, kernel.root, source ? tar.root : undefined, { kept: kernel.root, workDir })
}

/** What of a kernel's packages is kept, and how: all but their documentation, and packed where that is. */
function packKernel(target: KernelTarget): Finish {
  return async (host, root) => {
    await rm(join(root, 'usr/share'), { recursive: true, force: true })
    await packModules(host, root)
    const vmlinuz = await locate(root, pieces(target).vmlinuz)
    if (vmlinuz !== undefined && architectureOf(target).vmlinuz === 'bzImage') await packImage(host, vmlinuz, root)
    const config = await locate(root, pieces(target).headersConfig)
    if (config !== undefined) await packHeaders(host, config, root)
  }
}

/** The configuration of the headers' package in the kernel's kit, where an earlier run has made that. */
export async function keptConfig(target: KernelTarget, cacheDir: string): Promise<string | undefined> {
  const root = folderOf(target.release, target, cacheDir)
  return (await isMade(root)) ? locate(root, pieces(target).headersConfig) : undefined
}

/**
 * Hands the archive in linux-source to `use`, and keeps neither it nor its package.
 * @throws GateError
 */
export async function withSource(host: Host, target: KernelTarget, cacheDir: string, use: (sourceTar: string) => Promise<void>): Promise<void> {
  const kept = folderOf(target.source.name, target, cacheDir)
  if (await isMade(kept)) return use(await sourceTarIn(target, kept))
  await mkdir(join(cacheDir, 'kits'), { recursive: true })
  const scratch = await mkdtemp(`${kept}.`)
  try {
    const debs = await downloadPackages(host, [target.source], join(scratch, 'debs'), viewNamed(cacheDir, target.archive))
    await unpackPart(host, join(scratch, 'source'), debs)
    await rm(join(scratch, 'debs'), { recursive: true })
    await use(await sourceTarIn(target, join(scratch, 'source')))
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function sourceTarIn(target: KernelTarget, root: string): Promise<string> {
  const piece = pieces(target).sourceTar
  const path = await locate(root, piece)
  if (path === undefined) throw packagesMissing(target, [`${piece.package} ${target.packageVersion} (${piece.paths[0] ?? ''})`])
  return path
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
  const fresh = await mkdtemp(`${root}.`)
  try {
    for (const deb of debs) {
      const unpacking = host.run({ program: 'dpkg-deb', args: ['--extract', deb, fresh], seconds: UNPACK_DEADLINE })
      const exit = await telling(host.log, `unpacking ${basename(deb)}`, duration, unpacking)
      if (exit.status !== 0) throw new GateError(aptFailure(exit, `Unpacking ${deb}`))
    }
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

/** Where the image taken out of vmlinuz is kept, and where that of this run may lie. */
interface ImagePlaces {
  readonly kept: string
  readonly workDir: string
}

async function kitAt(host: Host, target: KernelTarget, root: string, sourceRoot: string | undefined, places: ImagePlaces): Promise<KernelKit> {
  const table = pieces(target)
  const found = new Map<PieceName, string>()
  const missing: string[] = []
  const packed = await unpackImage(host, places.kept, places.workDir)
  if (packed !== undefined) found.set('vmlinuz', packed)
  const headers = await unpackHeaders(host, places.kept, places.workDir)
  for (const [name, piece] of Object.entries(table) as [PieceName, (typeof table)[PieceName]][]) {
    const below = name === 'sourceTar' ? sourceRoot : root
    if (below === undefined || found.has(name)) continue
    const path = headers !== undefined && piece.package === target.headers.name ? await locate(headers.directory, { ...piece, paths: piece.paths.map((file) => basename(file)) }) : await locate(below, piece)
    if (path !== undefined) found.set(name, path)
    else if (piece.optional !== true) missing.push(`${piece.package} ${target.packageVersion} (${piece.paths[0] ?? ''})`)
  }
  if (missing.length > 0) throw packagesMissing(target, missing)
  const path = (name: PieceName) => found.get(name) ?? ''
  const btfVmlinux = found.get('btfVmlinux')
  const vmlinux = packed ?? (architectureOf(target).vmlinuz === 'bzImage' ? await vmlinuxOf(host, path('vmlinuz'), places.kept) : undefined)
  return {
    target,
    vmlinuz: path('vmlinuz'),
    imageConfig: path('imageConfig'),
    modulesDir: dirname(path('modulesDir')),
    headersConfig: path('headersConfig'),
    moduleSymvers: path('moduleSymvers'),
    ...(sourceRoot !== undefined && { sourceTar: path('sourceTar') }),
    ...(btfVmlinux !== undefined && { btfVmlinux }),
    ...(vmlinux !== undefined && { vmlinux }),
    ...(headers !== undefined && { packedHeaders: headers.folder }),
  }
}

/** The image of packages that are installed, or were unpacked without zstd, taken out once. Without one the bzImage is booted, so a failure is only logged. */
async function vmlinuxOf(host: Host, vmlinuz: string, dir: string): Promise<string | undefined> {
  const file = join(dir, 'vmlinux')
  if (await exists(file)) return file
  await mkdir(dir, { recursive: true })
  const scratch = await mkdtemp(join(dir, 'vmlinux-'))
  try {
    const result = await unpackVmlinux(host, vmlinuz, join(scratch, 'vmlinux'))
    if (result !== 'unpacked') {
      host.log.info(`vmlinuz is booted as it is: ${result.reason}`)
      return undefined
    }
    // A third of it is empty. A file system that knows no holes keeps it as it is.
    await host.run({ program: 'fallocate', args: ['--dig-holes', join(scratch, 'vmlinux')], seconds: 60 })
    await rename(join(scratch, 'vmlinux'), file)
    return file
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** @throws GateError unless all of these packages are installed at their versions */
async function requireInstalled(host: Host, target: KernelTarget, wanted: readonly PackageRef[]): Promise<void> {
  const exit = await host.run({ program: 'dpkg-query', args: ['--show', '--showformat', '${Package} ${Version} ${db:Status-Status}\n', '--', ...wanted.map(({ name }) => name)], seconds: 60 })
  const installed = new Set(exit.stdout.split('\n'))
  const missing = wanted.filter(({ name, version }) => !installed.has(`${name} ${version} installed`))
  if (missing.length > 0) throw packagesMissing(target, missing.map(({ name, version }) => `${name} ${version}`))
}

function packagesMissing(target: KernelTarget, missing: readonly string[]): GateError {
  return new GateError({
    id: 'kernel.package-missing',
    stage: 'install',
    severity: 'error',
    title: `Packages of ${target.release} are missing: ${missing.join(', ')}`,
    remedy: `Install them: apt-get install ${missing.map((text) => text.split(' ', 2).join('=')).join(' ')} (or let the gate fetch them with install: true).`,
  })
}
