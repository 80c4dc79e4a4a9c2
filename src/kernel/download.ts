import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from '../host/host.js'
import { amount, telling } from '../host/progress.js'
import { makeScratch } from '../host/scratch.js'
import { GateError } from '../model/errors.js'
import type { PackageRef } from '../model/kernel.js'
import { OWN_VIEW, type AptView } from '../suites/apt-view.js'
import { aptFailure } from './apt-failure.js'

const DEADLINE = 1800

/** Name that apt gives a downloaded package: the epoch's colon is escaped. */
function debPattern({ name, version }: PackageRef): string {
  return `${name}_${version.replaceAll(':', '%3a')}_`
}

export function downloadArgs(packages: readonly PackageRef[], view: AptView = OWN_VIEW): string[] {
  // As root apt would drop to _apt, which may not write into the cache directory.
  return ['download', '-q', ...view.options, '-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Retries=3', '--', ...packages.map(({ name, version }) => `${name}=${version}`)]
}

/**
 * Paths of the packages' .deb files in `dir`, downloaded where needed. A file that is not what apt's index says is not used.
 * apt verifies each download against the signed index.
 * @throws GateError with apt's reason
 */
export async function downloadPackages(host: Host, packages: readonly PackageRef[], dir: string, view: AptView = OWN_VIEW): Promise<string[]> {
  await mkdir(dir, { recursive: true })
  const missing = []
  for (const wanted of packages) if ((await cached(dir, wanted)) === undefined) missing.push(wanted)
  if (missing.length > 0) {
    host.log.info(`downloading ${missing.map(({ name, size }) => `${name} (${(size / 1e6).toFixed(0)} MB)`).join(', ')}`)
    // Into a folder of its own, then renamed: a run beside this one never sees half a file.
    const fresh = await makeScratch(join(dir, 'download-'))
    try {
      const total = missing.reduce((sum, { size }) => sum + size, 0)
      const download = host.run({ program: 'apt-get', args: downloadArgs(missing, view), cwd: fresh, seconds: DEADLINE })
      const exit = await telling(host.log, `downloading ${missing.map(({ name }) => name).join(', ')}`, async (seconds) => amount(await bytesIn(fresh), total, seconds), download)
      if (exit.status !== 0) throw new GateError(aptFailure(exit, 'Downloading the kernel’s packages'))
      for (const name of await readdir(fresh)) await rename(join(fresh, name), join(dir, name))
    } finally {
      await rm(fresh, { recursive: true, force: true })
    }
  }
  return Promise.all(
    packages.map(async (wanted) => {
      const file = await cached(dir, wanted)
      if (file !== undefined) return file
      throw new GateError({ id: 'host.apt-failed', stage: 'install', severity: 'error', title: `apt-get download left no ${wanted.name} ${wanted.version}`, remedy: 'Empty the cache directory and run again.' })
    }),
  )
}

async function bytesIn(dir: string): Promise<number> {
  const sizes = await Promise.all((await readdir(dir)).map(async (name) => (await stat(join(dir, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function cached(dir: string, wanted: PackageRef): Promise<string | undefined> {
  const name = (await readdir(dir)).find((entry) => entry.startsWith(debPattern(wanted)) && entry.endsWith('.deb'))
  if (name === undefined) return undefined
  const file = join(dir, name)
  // A run beside this one may take it away at any time.
  const size = await stat(file).then((about) => about.size, () => undefined)
  if (size === undefined || (wanted.size > 0 && size !== wanted.size)) return undefined
  return wanted.sha256 === undefined || (await sha256(file).catch(() => undefined)) === wanted.sha256 ? file : undefined
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
