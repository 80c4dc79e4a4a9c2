import { mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { architectureOf } from '../architecture/table.js'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { makeScratch } from '../host/scratch.js'
import { GateError } from '../model/errors.js'
import type { HeadersKit, KernelImage, KernelKit, KernelTarget } from '../model/kernel.js'
import { locate, type Piece, pieces } from './layout.js'
import { unpackHeaders } from './pack-headers.js'
import { unpackImage } from './pack-image.js'
import { unpackVmlinux } from './vmlinux.js'

/** Where the pieces of a kit lie. */
export interface Places {
  /** Below it lie the kernel's packages, or the system. */
  readonly root: string
  readonly sourceRoot?: string
  /** Where the image taken out of vmlinuz, and packed headers, are kept. */
  readonly kept: string
  /** Where those of this run may lie unpacked. */
  readonly workDir: string
}

/** @throws GateError when a piece is missing */
export async function wholeKit(host: Host, target: KernelTarget, places: Places): Promise<KernelKit> {
  const [headers, image] = await Promise.all([headersAt(host, target, places), imageAt(host, target, places)])
  return { ...headers, ...image }
}

/** @throws GateError when a piece is missing */
export async function headersAt(host: Host, target: KernelTarget, { root, sourceRoot, kept, workDir }: Places): Promise<HeadersKit> {
  const packed = await unpackHeaders(host, kept, workDir)
  const { headersConfig, moduleSymvers, btfVmlinux, sourceTar } = pieces(target)
  const find = (piece: Piece): Promise<string | undefined> => (packed === undefined ? locate(root, piece) : locate(packed.directory, { ...piece, paths: piece.paths.map((file) => basename(file)) }))
  const found = await required(target, [[headersConfig, find], [moduleSymvers, find], ...(sourceRoot === undefined ? [] : [[sourceTar, (piece: Piece) => locate(sourceRoot, piece)] as const])])
  const btf = await find(btfVmlinux)
  return {
    target,
    headersConfig: found[0] ?? '',
    moduleSymvers: found[1] ?? '',
    ...(sourceRoot !== undefined && { sourceTar: found[2] ?? '' }),
    ...(btf !== undefined && { btfVmlinux: btf }),
    ...(packed !== undefined && { packedHeaders: packed.folder }),
  }
}

/** @throws GateError when a piece is missing */
export async function imageAt(host: Host, target: KernelTarget, { root, kept, workDir }: Places): Promise<KernelImage> {
  const packed = await unpackImage(host, kept, workDir)
  const { vmlinuz, imageConfig, modulesDir } = pieces(target)
  const find = (piece: Piece): Promise<string | undefined> => locate(root, piece)
  const [config = '', modules = '', image = ''] = await required(target, [[imageConfig, find], [modulesDir, find], ...(packed === undefined ? [[vmlinuz, find] as const] : [])])
  const vmlinux = packed ?? (architectureOf(target).vmlinuz === 'bzImage' ? await vmlinuxOf(host, image, kept) : undefined)
  return { vmlinuz: packed ?? image, imageConfig: config, modulesDir: dirname(modules), ...(vmlinux !== undefined && { vmlinux }) }
}

/** Paths of the pieces, each looked for in its own way. @throws GateError with the packages of those that are not there */
async function required(target: KernelTarget, wanted: readonly (readonly [piece: Piece, find: (piece: Piece) => Promise<string | undefined>])[]): Promise<string[]> {
  const found = await Promise.all(wanted.map(([piece, find]) => find(piece)))
  const missing = wanted.flatMap(([piece], i) => (found[i] === undefined ? [`${piece.package} ${target.packageVersion} (${piece.paths[0] ?? ''})`] : []))
  if (missing.length > 0) throw packagesMissing(target, missing)
  return found.map((path) => path ?? '')
}

/** The image of packages that are installed, or were unpacked without zstd, taken out once. Without one the bzImage is booted, so a failure is only logged. */
async function vmlinuxOf(host: Host, vmlinuz: string, dir: string): Promise<string | undefined> {
  const file = join(dir, 'vmlinux')
  if (await exists(file)) return file
  await mkdir(dir, { recursive: true })
  const scratch = await makeScratch(join(dir, 'vmlinux-'))
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

/** That these packages, or files of them, are not there. */
export function packagesMissing(target: KernelTarget, missing: readonly string[]): GateError {
  return new GateError({
    id: 'kernel.package-missing',
    stage: 'install',
    severity: 'error',
    title: `Packages of ${target.release} are missing: ${missing.join(', ')}`,
    remedy: `Install them: apt-get install ${missing.map((text) => text.split(' ', 2).join('=')).join(' ')} (or let the gate fetch them with install: true).`,
  })
}
