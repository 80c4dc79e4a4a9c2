import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Host } from '../host/host.js'
import { GateError } from '../model/errors.js'
import type { KernelKit, KernelTarget } from '../model/kernel.js'
import { aptFailure } from './apt-failure.js'
import { downloadPackages } from './download.js'
import { locate, pieces, type PieceName } from './layout.js'
import { unpackVmlinux } from './vmlinux.js'

const UNPACK_DEADLINE = 600
/** Written last into a kit: one without it is unfinished and is made again. */
const MARKER = 'complete'

/**
 * The target's packages, unpacked. With `install` they are downloaded into `cacheDir` and unpacked there, never installed;
 * without, an earlier kit of the cache is used, or what is installed on the system.
 * @throws GateError when something is missing, with the packages that hold it
 */
export async function fetchKit(host: Host, target: KernelTarget, { cacheDir, install }: { readonly cacheDir: string; readonly install: boolean }): Promise<KernelKit> {
  const root = join(cacheDir, 'kits', `${target.release}_${target.packageVersion.replaceAll(':', '%3a')}`)
  if (await exists(join(root, MARKER))) return kitAt(host, target, root, root)
  if (install) {
    await makeKit(host, target, cacheDir, root)
    return kitAt(host, target, root, root)
  }
  await requireInstalled(host, target)
  return kitAt(host, target, '/', join(cacheDir, 'vmlinux', `${target.release}_${target.packageVersion}`))
}

/** Unpacks beside the final name and renames it: a broken run leaves nothing, a run beside this one is not disturbed. */
async function makeKit(host: Host, target: KernelTarget, cacheDir: string, root: string): Promise<void> {
  const debs = await downloadPackages(host, [...target.image, target.headers, target.source], join(cacheDir, 'debs'))
  await mkdir(dirname(root), { recursive: true })
  const fresh = await mkdtemp(`${root}.`)
  try {
    for (const deb of debs) {
      const exit = await host.run({ program: 'dpkg-deb', args: ['--extract', deb, fresh], seconds: UNPACK_DEADLINE })
      if (exit.status !== 0) throw new GateError(aptFailure(exit, `Unpacking ${deb}`))
    }
    await writeFile(join(fresh, MARKER), '')
    // Renaming onto a filled directory fails: then another run was faster. Nothing is removed here, it could be what that run just finished.
    await rename(fresh, root).catch(async (error: unknown) => {
      if (!(await exists(join(root, MARKER)))) throw error
    })
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

async function kitAt(host: Host, target: KernelTarget, root: string, vmlinuxDir: string): Promise<KernelKit> {
  const table = pieces(target)
  const found = new Map<PieceName, string>()
  const missing: string[] = []
  for (const [name, piece] of Object.entries(table) as [PieceName, (typeof table)[PieceName]][]) {
    const path = await locate(root, piece)
    if (path !== undefined) found.set(name, path)
    else if (piece.optional !== true) missing.push(`${piece.package} ${target.packageVersion} (${piece.paths[0] ?? ''})`)
  }
  if (missing.length > 0) throw packagesMissing(target, missing)
  const path = (name: PieceName) => found.get(name) ?? ''
  const btfVmlinux = found.get('btfVmlinux')
  const vmlinux = await vmlinuxOf(host, path('vmlinuz'), vmlinuxDir)
  return {
    target,
    vmlinuz: path('vmlinuz'),
    imageConfig: path('imageConfig'),
    modulesDir: dirname(path('modulesDir')),
    headersConfig: path('headersConfig'),
    moduleSymvers: path('moduleSymvers'),
    sourceTar: path('sourceTar'),
    ...(btfVmlinux !== undefined && { btfVmlinux }),
    ...(vmlinux !== undefined && { vmlinux }),
  }
}

/** The unpacked image, made once for each kit. Without one the bzImage is booted, so a failure is only logged. */
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
    await rename(join(scratch, 'vmlinux'), file)
    return file
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** @throws GateError unless every package of the target is installed at its version */
async function requireInstalled(host: Host, target: KernelTarget): Promise<void> {
  const wanted = [...target.image, target.headers, target.source]
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

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
