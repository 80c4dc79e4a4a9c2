import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { telling } from '../host/progress.js'
import { aptFailure } from '../kernel/apt-failure.js'
import { GateError } from '../model/errors.js'
import { duration } from '../text/size.js'

const UPDATE_DEADLINE = 600
const INSTALL_DEADLINE = 1800
/** Seconds that apt waits for a lock that somebody else holds (apt.conf(5), DPkg::Lock::Timeout). */
const LOCK_WAIT = 60
/** Package lists older than this are fetched again: mirrors drop superseded kernels within hours. */
export const LISTS_STALE = 6 * 3600

const LISTS = '/var/lib/apt/lists'

/** apt options that every call needs: no questions, no endless retries, no recommended packages. */
const QUIET = ['-q', '-y', '-o', `DPkg::Lock::Timeout=${LOCK_WAIT}`, '-o', 'Acquire::Retries=3', '-o', 'APT::Install-Recommends=false', '-o', 'Dpkg::Use-Pty=0']

export function updateArgs(): string[] {
  return ['update', ...QUIET, '-o', 'APT::Update::Error-Mode=any']
}

/**
 * `throwaway`: the system is gone after a crash anyway, so dpkg need not wait for the disk after each package (dpkg(1), --force-unsafe-io); Debian's
 * own container images are set up so too.
 */
export function installArgs(packages: readonly string[], throwaway = false): string[] {
  return ['install', ...QUIET, ...(throwaway ? ['-o', 'Dpkg::Options::=--force-unsafe-io'] : []), '--no-upgrade', '--', ...packages]
}

/** A system that was not booted is a container or a chroot (sd_booted(3): systemd makes this directory early at boot). */
const BOOTED = '/run/systemd/system'

/** Age of apt's package lists in seconds; Infinity when there are none (containers come without). */
export async function listsAge(directory = LISTS): Promise<number> {
  const names = await readdir(directory).catch(() => [])
  const times = await Promise.all(names.filter((name) => /_(In)?Release$/.test(name)).map(async (name) => (await stat(join(directory, name))).mtimeMs))
  // apt keeps the archive's own date on the files; the directory changes when anything was fetched, and is marked when nothing was.
  return times.length === 0 ? Infinity : (Date.now() - (await stat(directory)).mtimeMs) / 1000
}

/** Fetches package lists when there are none or they are old. Throws GateError with apt's own reason. */
export async function refreshLists(host: Host, force = false): Promise<void> {
  if (!force && (await listsAge()) < LISTS_STALE) return
  const exit = await host.run({ program: 'apt-get', args: updateArgs(), seconds: UPDATE_DEADLINE, asRoot: true })
  if (exit.status !== 0) throw new GateError(aptFailure(exit, 'apt-get update'))
  await markLists(host, LISTS, true)
}

/** Marks lists as just looked after: where nothing had changed on the mirror, apt leaves the directory as it was, and each run would ask the mirror again. */
export async function markLists(host: Host, directory: string, asRoot: boolean): Promise<void> {
  await host.run({ program: 'touch', args: ['--no-create', '--', directory], seconds: 30, asRoot })
}

/** Names of packages that are not installed. */
export async function missingPackages(host: Host, packages: readonly string[]): Promise<string[]> {
  const exit = await host.run({ program: 'dpkg-query', args: ['--show', '--showformat', '${Package} ${db:Status-Status} ${Provides}\n', '--', ...packages], seconds: 60 })
  const installed = new Set(exit.stdout.split('\n').flatMap((line) => (line.split(' ')[1] === 'installed' ? [line.split(' ')[0]] : [])))
  return packages.filter((name) => !installed.has(name))
}

/** Installs what is missing. Throws GateError with apt's own reason. */
export async function installPackages(host: Host, packages: readonly string[]): Promise<string[]> {
  const missing = await missingPackages(host, packages)
  if (missing.length === 0) return []
  host.log.info(`installing ${missing.join(' ')}`)
  const installation = host.run({ program: 'apt-get', args: installArgs(missing, !(await exists(BOOTED))), seconds: INSTALL_DEADLINE, asRoot: true })
  const exit = await telling(host.log, `installing ${missing.join(' ')}`, duration, installation)
  host.log.detail(exit.stdout)
  if (exit.status !== 0) throw new GateError(aptFailure(exit, `apt-get install ${missing.join(' ')}`))
  return missing
}
