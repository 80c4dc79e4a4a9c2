import { longFlavour } from '../architecture/flavour.js'
import type { Host } from '../host/host.js'
import { parseRelease } from '../kernel/release.js'
import { resolveKernel } from '../kernel/resolve.js'
import { GateError, UsageError } from '../model/errors.js'
import type { KernelTarget } from '../model/kernel.js'
import type { PackagedKernel } from '../model/request.js'
import { kernelText } from '../request/kernel-spec.js'
import { openView, ownMirrors, trustOf, type ViewSetting } from '../suites/open-view.js'
import { sourcesText, type Mirrors } from '../suites/sources.js'
import { addedTo, suiteNamed, type Suite } from '../suites/suites.js'
import { CONFIG_ARGS, parseSnapshotUrl, snapshotAddress } from './address.js'
import { createClient, type SnapshotClient } from './client.js'
import { commonMoment, releaseOfVersion, sightings, versionsOf, type Sighting } from './history.js'

export interface SnapshotSetting extends ViewSetting {
  /** Address that the user gave; without one apt's configuration is asked. */
  readonly url: string | undefined
}

/** An address that nobody asked for may be out of reach, and a mistyped release must not cost minutes. */
const ATTEMPTS = { asked: 6, implied: 1 } as const

/**
 * A release or package version that the archives no longer have, from the snapshot archive. `missing` is why it was not found elsewhere.
 * Every package is checked by apt against the signed indices of that moment; only that these are old is accepted, since it is meant.
 * @throws UsageError `missing`, with what the snapshot archive says; GateError when it cannot be asked, or has not all of the packages
 */
export async function findSuperseded(host: Host, spec: PackagedKernel, setting: SnapshotSetting, missing: UsageError): Promise<KernelTarget> {
  if (spec.kind !== 'release' && spec.kind !== 'version') throw missing
  const given = setting.url === undefined ? undefined : parseSnapshotUrl(setting.url, 'snapshot-url')
  const mirrors = await ownMirrors(host)
  const base = given ?? snapshotAddress((await host.run({ program: 'apt-config', args: CONFIG_ARGS, seconds: 30 })).stdout, mirrors.plain.origin)
  const because = (more: string): UsageError => new UsageError(missing.input, kernelText(spec), `${missing.allowed} ${more}`)
  if (base === undefined) throw because('Whether it is in the snapshot archive was not looked at: apt here does not know its address; snapshot-url can give it.')
  const client = createClient({ base, cacheDir: setting.cacheDir, attempts: given === undefined ? ATTEMPTS.implied : ATTEMPTS.asked })
  try {
    host.log.info(`asking the snapshot archive for ${kernelText(spec)}`)
    return await fromSnapshot(host, spec, setting, mirrors, client, because)
  } catch (error) {
    if (given === undefined && error instanceof GateError && error.finding.id === 'kernel.snapshot-unreachable') throw because(`${error.message}.`)
    throw error
  }
}

type Because = (more: string) => UsageError

async function fromSnapshot(host: Host, spec: PackagedKernel, setting: SnapshotSetting, mirrors: Mirrors, client: SnapshotClient, because: Because): Promise<KernelTarget> {
  const { release, version } = await exactly(client, spec, setting, because)
  const { moment, gone } = await momentOf(client, release, version, setting.architecture)
  if (moment === undefined) {
    throw new GateError({
      id: 'kernel.snapshot-gone',
      stage: 'resolve',
      severity: 'error',
      title: `The snapshot archive has ${release} ${version} not as a whole: ${gone}`,
      remedy: 'Choose another kernel; nobody has the missing package any more.',
    })
  }
  const own = spec.suite === undefined ? mirrors.own : (suiteNamed(spec.suite) ?? mirrors.own)
  const suites = suitesAt(own, moment.archive, version)
  const uri = `${client.base}/archive/${moment.archive}/${moment.firstSeen}/`
  const fields = { 'Check-Valid-Until': 'no', ...(await trustOf(mirrors)) }
  const name = `snapshot-${moment.archive}-${moment.firstSeen}-${suites.join('-')}`
  const view = await openView(host, name, sourcesText([{ uri, suites }], setting.architecture, fields), setting, Infinity)
  return resolveKernel(host, { kind: 'release', release }, setting.architecture, view).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error
    throw because(`The snapshot archive had it on ${day(moment.firstSeen)} in ${moment.archive}, but not in ${suites.join(' or ')}, which this container is made of: use a container of its own suite.`)
  })
}

/** Release and version of what was asked for. */
async function exactly(client: SnapshotClient, spec: PackagedKernel, { architecture }: SnapshotSetting, because: Because): Promise<{ readonly release: string; readonly version: string }> {
  if (spec.kind === 'version') {
    const flavour = longFlavour(spec.flavour, architecture)
    const release = await releaseOfVersion(client, spec.version, flavour)
    if (release === undefined) throw because(`The snapshot archive has no kernel of that version and flavour ${flavour} either.`)
    return { release, version: spec.version }
  }
  const release = spec.kind === 'release' ? spec.release : ''
  const version = (await versionsOf(client, `linux-headers-${release}`))[0]
  if (version === undefined) throw because('The snapshot archive has never seen it either.')
  return { release, version }
}

/** When the archive had all packages of one version, or which is gone. Signed images come later than headers, so each is asked for. */
async function momentOf(client: SnapshotClient, release: string, version: string, architecture: string): Promise<{ readonly moment?: Sighting; readonly gone: string }> {
  const series = parseRelease(release)?.series ?? ''
  const all: (readonly Sighting[])[] = []
  // 7.x: linux-image-R is a stub that comes with the packages it needs.
  const wanted = [[`linux-headers-${release}`], [`linux-source-${series}`], [`linux-image-${release}`, `linux-image-${release}-unsigned`, `linux-binary-unsigned-${release}`]]
  for (const names of wanted) {
    let found: readonly Sighting[] = []
    for (const name of names) {
      found = await sightings(client, name, version, architecture)
      if (found.length > 0) break
    }
    if (found.length === 0) return { gone: `${names[0] ?? ''} ${version} is gone` }
    all.push(found)
  }
  const moment = commonMoment(all)
  return { ...(moment !== undefined && { moment }), gone: 'its packages were never in one archive together' }
}

/** The suites of an archive in which a kernel of this version may have been. New kernels of a released suite wait for the next point release. */
function suitesAt(own: Suite, archive: string, version: string): readonly string[] {
  if (archive.endsWith('-security')) return own.security === undefined ? own.archives : [own.security]
  const added = addedTo(own).filter(({ name }) => (/~bpo/.test(version) ? name.endsWith('-backports') : /~(?:exp|rc)/.test(version) && name === 'experimental'))
  if (added.length > 0) return added.map(({ name }) => name)
  return [own.archives[0] ?? own.name, ...(own.proposed === undefined ? [] : [own.proposed])]
}

/** `20240209T032356Z` is 2024-02-09. */
function day(moment: string): string {
  return moment.replace(/^(\d{4})(\d\d)(\d\d).*/, '$1-$2-$3')
}
