import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Host } from '../host/host.js'
import { aptFailure } from '../kernel/apt-failure.js'
import { GateError, UsageError } from '../model/errors.js'
import { LISTS_STALE, listsAge, markLists } from '../packages/packages.js'
import { viewConfig, viewFiles, viewNamed, type AptView } from './apt-view.js'
import { coveredBy, entriesFor, mirrorsOf, parseTargets, signedBy, sourcesText, TARGET_ARGS, type Mirrors, type SourceFields } from './sources.js'
import type { Suite } from './suites.js'

const UPDATE_DEADLINE = 600
/** Seconds to wait for another run that fetches the same lists. */
const LOCK_WAIT = 300

/** What a view may do to come about. */
export interface ViewSetting {
  readonly cacheDir: string
  /** Whether anything may be fetched. */
  readonly install: boolean
  /** Debian's name of the architecture whose kernel it is, and of the machine's own. */
  readonly architecture: string
  readonly native: string
}

/** The mirrors of the machine's own sources. @throws GateError `kernel.no-archive` */
export async function ownMirrors(host: Host): Promise<Mirrors> {
  const exit = await host.run({ program: 'apt-get', args: TARGET_ARGS, seconds: 60 })
  return mirrorsOf(parseTargets(exit.stdout), await ownCodename())
}

/** VERSION_CODENAME of os-release(5); empty where it says none, as sid does. */
export async function ownCodename(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return /^VERSION_CODENAME="?([\w-]+)/m.exec(release)?.[1] ?? ''
}

/** Which keys the machine trusts for its own mirror: as its sources say, else apt's trusted keys. */
export async function trustOf({ plain }: Mirrors): Promise<SourceFields> {
  const [, file = '', number = '0'] = /^(.*):(\d+)$/.exec(plain.entry) ?? []
  const text = await readFile(file, 'utf8').catch(() => '')
  const keys = signedBy(text, Number(number), file.endsWith('.sources') ? 'sources' : 'list')
  return keys === undefined ? {} : { 'Signed-By': keys }
}

/**
 * apt's view of one suite, and of nothing else. Where the machine has the suite's indices they are used, else they are fetched into `cacheDir`
 * and checked by apt against the machine's own keys. The machine's sources, lists and caches stay as they are. `force`: fetched however young.
 * @throws GateError when the mirrors do not have the suite, with apt's reason when it cannot be fetched
 */
export async function openSuite(host: Host, suite: Suite, mirrors: Mirrors, setting: ViewSetting, force = false): Promise<AptView> {
  const entries = entriesFor(suite, mirrors)
  const text = sourcesText(entries, setting.architecture, await trustOf(mirrors))
  if (setting.architecture === setting.native && coveredBy(entries, mirrors)) return writeView(suite.name, setting, text, dirname(mirrors.plain.file))
  return openView(host, suite.name, text, setting, force ? 0 : LISTS_STALE)
}

/**
 * A view by that name (with `:ARCHITECTURE` behind it where that is not the machine's) with these sources. Lists that are younger than `keep` seconds are not fetched again.
 * @throws GateError with apt's reason; `kernel.no-package-lists` when nothing may be fetched and nothing is there
 */
export async function openView(host: Host, plainName: string, sources: string, setting: ViewSetting, keep: number): Promise<AptView> {
  const { cacheDir, install, architecture, native } = setting
  const name = architecture === native ? plainName : `${plainName}:${architecture}`
  const files = viewFiles(cacheDir, name)
  const changed = (await readFile(files.sources, 'utf8').catch(() => '')) !== sources
  const age = changed ? Infinity : await listsAge(files.lists)
  const view = await writeView(name, setting, sources)
  if (age < keep || (!install && age < Infinity)) return view
  if (!install) throw noLists(name)
  host.log.info(`fetching the package lists of ${name}`)
  // apt itself does not wait for a lock on lists, so runs beside each other wait here.
  const args = ['--wait', String(LOCK_WAIT), join(files.dir, 'fetching'), 'apt-get', ...updateViewArgs(view)]
  const exit = await host.run({ program: 'flock', args, seconds: LOCK_WAIT + UPDATE_DEADLINE })
  host.log.detail(exit.stdout)
  if (exit.status !== 0) throw new GateError({ ...aptFailure(exit, `Fetching the package lists of ${name}`), stage: 'resolve' })
  await markLists(host, files.lists, false)
  return view
}

export function updateViewArgs(view: AptView): string[] {
  return ['update', '-q', ...view.options, '-o', 'APT::Update::Error-Mode=any', '-o', 'Acquire::Retries=3']
}

/** The files of a view by that name below `cacheDir`; `lists`: a directory of package lists that it shares. @throws UsageError for a path that apt.conf(5) cannot hold */
export async function writeView(name: string, { cacheDir, architecture }: Pick<ViewSetting, 'cacheDir' | 'architecture'>, sources: string, lists?: string): Promise<AptView> {
  if (/["\n]/.test(cacheDir)) throw new UsageError('cache-dir', cacheDir, 'Allowed is a path without quotes: it is written into a configuration of apt, which cannot hold them.')
  const files = viewFiles(cacheDir, name)
  for (const dir of [join(files.lists, 'partial'), files.state, join(files.cache, 'archives', 'partial')]) await mkdir(dir, { recursive: true })
  await writeFile(files.status, '')
  await writeFile(files.sources, sources)
  await writeFile(files.config, viewConfig(files, architecture, lists))
  return viewNamed(cacheDir, name)
}

function noLists(name: string): GateError {
  return new GateError({
    id: 'kernel.no-package-lists',
    stage: 'resolve',
    severity: 'error',
    title: `The package lists of ${name} are not here, and nothing may be fetched`,
    remedy: 'Run once with install: true and the same cache-dir, or name the kernel without its suite.',
  })
}

