import { readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { architectureOf } from '../architecture/table.js'
import type { Host } from '../host/host.js'
import { aptFailure } from '../kernel/apt-failure.js'
import { downloadPackages } from '../kernel/download.js'
import { keptConfig } from '../kernel/kit.js'
import { folderOf, isMade, makeParts } from '../kernel/kit-parts.js'
import { pieces } from '../kernel/layout.js'
import { LINKED } from '../kernel/pack-headers.js'
import type { ShippedPackages } from '../kernel/shipped.js'
import { GateError } from '../model/errors.js'
import type { KernelTarget, ShippedHeaders } from '../model/kernel.js'
import { viewNamed } from '../suites/apt-view.js'
import { keepTree } from '../kernel/kept-tree.js'

const READ_DEADLINE = 120

/**
 * What the header packages hold beside the headers of the one kernel, which are in its kit: the common headers, kept packed and without those of other
 * architectures, and the compiled programs, which take 2 MB. The flavours of a version share it. What needs zstd waits for `packer`.
 * @throws GateError
 */
export async function fetchHeaders(host: Host, target: KernelTarget, { common, kbuild }: ShippedPackages, cacheDir: string, packer: Promise<unknown>): Promise<ShippedHeaders> {
  const root = folderOf(common.name, target, cacheDir)
  if (await isMade(root)) return headersIn(root)
  const finish = async (_: Host, directory: string): Promise<void> => {
    await packer
    const src = join(directory, 'usr/src')
    await keepTree(host, join(src, (await readdir(src)).find((name) => name.endsWith('-common')) ?? ''), join(directory, 'common'), { without: [...LINKED, ...architectureOf(target).unneeded] })
    await rm(src, { recursive: true })
    await rm(join(directory, 'usr/share'), { recursive: true, force: true })
  }
  // The configuration of the headers is asked for next.
  const also = (await keptConfig(target, cacheDir)) === undefined ? [target.headers] : []
  await makeParts(host, target, [{ root, packages: [common, kbuild], finish }], cacheDir, also)
  return headersIn(root)
}

/** The same where an earlier run has it, else undefined. `common`: name of the package of common headers. */
export async function keptHeaders(target: KernelTarget, common: string, cacheDir: string): Promise<ShippedHeaders | undefined> {
  const root = folderOf(common, target, cacheDir)
  return (await isMade(root)) ? headersIn(root) : undefined
}

async function headersIn(root: string): Promise<ShippedHeaders> {
  const lib = join(root, 'usr/lib')
  const name = (await readdir(lib).catch(() => [])).find((entry) => entry.startsWith('linux-kbuild-'))
  return { common: join(root, 'common'), programs: join(lib, name ?? 'linux-kbuild') }
}

/**
 * The configuration in the headers' package, which is wanted before the kit is there: it says which tools are needed.
 * @throws GateError
 */
export async function configOfHeaders(host: Host, target: KernelTarget, cacheDir: string): Promise<string> {
  const kept = await keptConfig(target, cacheDir)
  return kept === undefined ? configOfPackage(host, target, cacheDir) : readFile(kept, 'utf8')
}

async function configOfPackage(host: Host, target: KernelTarget, cacheDir: string): Promise<string> {
  const [deb = ''] = await downloadPackages(host, [target.headers], join(cacheDir, 'debs'), viewNamed(cacheDir, target.archive))
  const [path = ''] = pieces(target).headersConfig.paths
  const exit = await host.run({ program: 'sh', args: ['-c', 'dpkg-deb --fsys-tarfile "$1" | tar --extract --to-stdout --file - "$2"', 'sh', deb, `./${path}`], seconds: READ_DEADLINE })
  if (exit.status === 0) return exit.stdout
  // A run beside this one takes the package away once it has made the kit of it.
  const kept = await keptConfig(target, cacheDir)
  if (kept === undefined) throw new GateError(aptFailure(exit, `Reading ${path} of ${deb}`))
  return readFile(kept, 'utf8')
}
