import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { architectureOf } from '../architecture/table.js'
import type { Host } from '../host/host.js'
import { makeScratch } from '../host/scratch.js'
import type { HeadersKit, KernelImage, KernelKit, KernelSource, KernelTarget, PackageRef } from '../model/kernel.js'
import { viewNamed } from '../suites/apt-view.js'
import { downloadPackages } from './download.js'
import { canKeepTrees } from './kept-tree.js'
import { type Finish, folderOf, isMade, type KitPart, makeParts, unpackPackage, unpackPart } from './kit-parts.js'
import { headersAt, imageAt, packagesMissing, type Places, wholeKit } from './kit-places.js'
import { locate, pieces } from './layout.js'
import { packHeaders } from './pack-headers.js'
import { packImage } from './pack-image.js'
import { packModules } from './pack-modules.js'
import { unpackWith } from './unpack-with.js'

interface FetchOptions {
  readonly cacheDir: string
  readonly install: boolean
  /** Where the image of this run may lie unpacked. */
  readonly workDir: string
}

/**
 * The target's packages, unpacked. With `install` they are downloaded into `cacheDir` and unpacked there, never installed;
 * without, an earlier kit of the cache is used, or what is installed on the system.
 * @throws GateError when something is missing, with the packages that hold it
 */
export async function fetchKit(host: Host, target: KernelTarget, options: FetchOptions & { readonly source: false }): Promise<KernelKit>
export async function fetchKit(host: Host, target: KernelTarget, options: FetchOptions & { readonly source?: true }): Promise<KernelKit & KernelSource>
export async function fetchKit(host: Host, target: KernelTarget, { cacheDir, install, workDir, source = true }: FetchOptions & { readonly source?: boolean }): Promise<KernelKit> {
  const kernel = kernelPart(target, cacheDir)
  const tar: KitPart = { root: folderOf(target.source.name, target, cacheDir), packages: [target.source] }
  const parts = source ? [kernel, tar] : [kernel]
  const made = await Promise.all(parts.map(({ root }) => isMade(root)))
  const missing = parts.filter((_, i) => made[i] !== true)
  if (missing.length > 0 && !install) {
    await requireInstalled(host, target, parts.flatMap(({ packages }) => packages))
    return wholeKit(host, target, { root: '/', ...(source && { sourceRoot: '/' }), kept: join(cacheDir, 'vmlinux', `${target.release}_${target.packageVersion}`), workDir })
  }
  await makeParts(host, target, missing, cacheDir)
  return wholeKit(host, target, { root: kernel.root, ...(source && { sourceRoot: tar.root }), kept: kernel.root, workDir })
}

function kernelPart(target: KernelTarget, cacheDir: string): KitPart {
  const finish: Finish = async (host, root) => {
    await packImagePackages(host, target, root)
    await packHeadersPackage(host, target, root)
  }
  return { root: folderOf(target.release, target, cacheDir), packages: [...target.image, target.headers], finish }
}

/** A kit without source. The image may still be on its way; what went wrong with it is told to whom waits for it. */
export interface ComingKit {
  readonly headers: HeadersKit
  readonly image: Promise<KernelImage>
}

/**
 * The same as fetchKit() with `install` and without source, given out as soon as the headers are there, which are a tenth of the image: all that is asked
 * before something boots is asked of them.
 * @throws GateError
 */
export async function beginKit(host: Host, target: KernelTarget, { cacheDir, workDir }: Omit<FetchOptions, 'install'>): Promise<ComingKit> {
  const whole = kernelPart(target, cacheDir)
  const places = { root: whole.root, kept: whole.root, workDir }
  if (await isMade(whole.root)) return comingKit(host, target, places, places, Promise.resolve())
  const ahead = join(workDir, 'ahead')
  // What goes wrong here is told when all of it is fetched; most often a run beside this one has taken the package away.
  if (!(await unpackHeadersPackage(host, target, cacheDir, ahead).catch(() => false))) {
    await makeParts(host, target, [whole], cacheDir)
    return comingKit(host, target, places, places, Promise.resolve())
  }
  const finish: Finish = async (_, fresh) => {
    await packImagePackages(host, target, fresh)
    await unpackWith(host, 'cp', ['--archive', '--', `${ahead}/.`, fresh], fresh)
  }
  return comingKit(host, target, { root: ahead, kept: ahead, workDir }, places, makeParts(host, target, [{ ...whole, packages: target.image, finish }], cacheDir))
}

async function comingKit(host: Host, target: KernelTarget, headers: Places, places: Places, made: Promise<void>): Promise<ComingKit> {
  const image = made.then(() => imageAt(host, target, places))
  // It may fail long before anybody waits for it.
  image.catch(() => undefined)
  return { headers: await headersAt(host, target, headers), image }
}

/** The headers as a kit has them, in `ahead`; false where they cannot be packed. @throws GateError */
async function unpackHeadersPackage(host: Host, target: KernelTarget, cacheDir: string, ahead: string): Promise<boolean> {
  if (!(await canKeepTrees(host))) return false
  const [deb = ''] = await downloadPackages(host, [target.headers], join(cacheDir, 'debs'), viewNamed(cacheDir, target.archive))
  await mkdir(ahead)
  await unpackPackage(host, deb, ahead)
  await packHeadersPackage(host, target, ahead)
  await rm(deb, { force: true })
  return true
}

/** What of a kernel's packages is kept, and how: all but their documentation, and packed where that is. */
async function packImagePackages(host: Host, target: KernelTarget, root: string): Promise<void> {
  await rm(join(root, 'usr/share'), { recursive: true, force: true })
  await packModules(host, root)
  const vmlinuz = await locate(root, pieces(target).vmlinuz)
  if (vmlinuz !== undefined && architectureOf(target).vmlinuz === 'bzImage') await packImage(host, vmlinuz, root)
}

async function packHeadersPackage(host: Host, target: KernelTarget, root: string): Promise<void> {
  await rm(join(root, 'usr/share'), { recursive: true, force: true })
  const config = await locate(root, pieces(target).headersConfig)
  if (config !== undefined) await packHeaders(host, config, root)
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
  const scratch = await makeScratch(`${kept}.`)
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

/** @throws GateError unless all of these packages are installed at their versions */
async function requireInstalled(host: Host, target: KernelTarget, wanted: readonly PackageRef[]): Promise<void> {
  const exit = await host.run({ program: 'dpkg-query', args: ['--show', '--showformat', '${Package} ${Version} ${db:Status-Status}\n', '--', ...wanted.map(({ name }) => name)], seconds: 60 })
  const installed = new Set(exit.stdout.split('\n'))
  const missing = wanted.filter(({ name, version }) => !installed.has(`${name} ${version} installed`))
  if (missing.length > 0) throw packagesMissing(target, missing.map(({ name, version }) => `${name} ${version}`))
}
