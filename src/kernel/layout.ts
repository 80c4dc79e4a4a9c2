import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { KernelTarget } from '../model/kernel.js'

/** One file or directory of a kit, and where the packagings of Debian put it. The first path that exists is taken. */
export interface Piece {
  readonly paths: readonly string[]
  /** The package that would hold it, for findings. */
  readonly package: string
  readonly optional?: boolean
}

export type PieceName = 'vmlinuz' | 'imageConfig' | 'modulesDir' | 'headersConfig' | 'moduleSymvers' | 'btfVmlinux' | 'sourceTar'

/** Paths below the root of an unpacked package or of the system; 7.x keeps everything below /usr/lib/modules. */
export function pieces(target: KernelTarget): Readonly<Record<PieceName, Piece>> {
  const { release, series } = target
  const modules = [`usr/lib/modules/${release}`, `lib/modules/${release}`]
  const image = target.image[0]?.name ?? `linux-image-${release}`
  const owner = (prefix: string) => target.image.find(({ name }) => name.startsWith(prefix))?.name ?? image
  const headers = `usr/src/linux-headers-${release}`
  return {
    vmlinuz: { paths: [`boot/vmlinuz-${release}`, ...modules.map((dir) => `${dir}/vmlinuz`)], package: owner('linux-binary-') },
    imageConfig: { paths: [`boot/config-${release}`, ...modules.map((dir) => `${dir}/config`)], package: owner('linux-base-') },
    modulesDir: { paths: modules.map((dir) => `${dir}/kernel`), package: owner('linux-modules-') },
    headersConfig: { paths: [`${headers}/.config`], package: target.headers.name },
    moduleSymvers: { paths: [`${headers}/Module.symvers`], package: target.headers.name },
    btfVmlinux: { paths: [`${headers}/vmlinux`], package: target.headers.name, optional: true },
    sourceTar: { paths: ['xz', 'zst', 'gz', 'bz2'].map((suffix) => `usr/src/linux-source-${series}.tar.${suffix}`), package: target.source.name },
  }
}

/** The first of a piece's paths that exists below `root`. */
export async function locate(root: string, piece: Piece): Promise<string | undefined> {
  for (const path of piece.paths) {
    const file = join(root, path)
    const kind = await stat(file).catch(() => undefined)
    if (kind !== undefined && (!kind.isDirectory() || (await readdir(file)).length > 0)) return file
  }
  return undefined
}
