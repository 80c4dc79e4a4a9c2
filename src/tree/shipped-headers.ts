import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { aptFailure } from '../kernel/apt-failure.js'
import { downloadPackages } from '../kernel/download.js'
import { folderOf, keptConfig, MARKER, unpackDeb } from '../kernel/kit.js'
import { pieces } from '../kernel/layout.js'
import type { ShippedPackages } from '../kernel/shipped.js'
import { GateError } from '../model/errors.js'
import type { KernelTarget, ShippedHeaders } from '../model/kernel.js'
import { viewNamed } from '../suites/apt-view.js'
import { keepTree } from './kept-tree.js'

const READ_DEADLINE = 120

/** Links in the common headers, which lead to the compiled programs. */
export const LINKED = ['scripts', 'tools'] as const

/**
 * What the header packages hold beside the headers of the one kernel, which are in its kit: the common headers, kept packed, and the compiled programs,
 * which take 2 MB. The flavours of a version share it. What needs zstd waits for `packer`.
 * @throws GateError
 */
export async function fetchHeaders(host: Host, target: KernelTarget, { common, kbuild }: ShippedPackages, cacheDir: string, packer: Promise<unknown>): Promise<ShippedHeaders> {
  const root = folderOf(common.name, target, cacheDir)
  if (!(await exists(join(root, MARKER)))) {
    // The headers come in the same call of apt: their configuration is asked for next.
    const headers = (await keptConfig(target, cacheDir)) === undefined ? [target.headers] : []
    const [commonDeb = '', kbuildDeb = ''] = await downloadPackages(host, [common, kbuild, ...headers], join(cacheDir, 'debs'), viewNamed(cacheDir, target.archive))
    await make(host, [commonDeb, kbuildDeb], root, packer)
  }
  return headersIn(root)
}

/** The same where an earlier run has it, else undefined. `common`: name of the package of common headers. */
export async function keptHeaders(target: KernelTarget, common: string, cacheDir: string): Promise<ShippedHeaders | undefined> {
  const root = folderOf(common, target, cacheDir)
  return (await exists(join(root, MARKER))) ? headersIn(root) : undefined
}

async function headersIn(root: string): Promise<ShippedHeaders> {
  const lib = join(root, 'usr/lib')
  const name = (await readdir(lib).catch(() => [])).find((entry) => entry.startsWith('linux-kbuild-'))
  return { common: join(root, 'common'), programs: join(lib, name ?? 'linux-kbuild') }
}

async function make(host: Host, debs: readonly string[], root: string, packer: Promise<unknown>): Promise<void> {
  await mkdir(dirname(root), { recursive: true })
  const fresh = await mkdtemp(`${root}.`)
  try {
    for (const deb of debs) await unpackDeb(host, deb, fresh)
    await packer
    const src = join(fresh, 'usr/src')
    await keepTree(host, join(src, (await readdir(src)).find((name) => name.endsWith('-common')) ?? ''), join(fresh, 'common'), LINKED)
    await rm(src, { recursive: true })
    await writeFile(join(fresh, MARKER), '')
    await rename(fresh, root)
    await Promise.all(debs.map((deb) => rm(deb, { force: true })))
  } catch (error) {
    // Another run may have been faster, and have taken the packages away that it had unpacked.
    if (!(await exists(join(root, MARKER)))) throw error
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

/**
 * The configuration in the headers' package, which is wanted before the kit is there: it says which tools are needed.
 * @throws GateError
 */
export async function configOfHeaders(host: Host, target: KernelTarget, cacheDir: string): Promise<string> {
  const kept = await keptConfig(target, cacheDir)
  if (kept !== undefined) return readFile(kept, 'utf8')
  const [deb = ''] = await downloadPackages(host, [target.headers], join(cacheDir, 'debs'), viewNamed(cacheDir, target.archive))
  const [path = ''] = pieces(target).headersConfig.paths
  const exit = await host.run({ program: 'sh', args: ['-c', 'dpkg-deb --fsys-tarfile "$1" | tar --extract --to-stdout --file - "$2"', 'sh', deb, `./${path}`], seconds: READ_DEADLINE })
  if (exit.status !== 0) throw new GateError(aptFailure(exit, `Reading ${path} of ${deb}`))
  return exit.stdout
}
