import { compareVersions } from '../kernel/version.js'
import { parseRelease } from '../kernel/release.js'
import type { SnapshotClient } from './client.js'

/** Seconds that a list of versions is kept: new ones come. */
const VERSIONS_KEPT = 24 * 3600
/** What is known of one version of a package never changes. */
const FILES_KEPT = Infinity

/** Where and since when the archive has a file. */
export interface Sighting {
  /** `debian`, `debian-security`, … */
  readonly archive: string
  /** Moment of the snapshot that had it first, such as `20240209T032356Z`. */
  readonly firstSeen: string
}

const ARCHIVE = /^[a-z][a-z0-9-]*$/
const MOMENT = /^\d{8}T\d{6}Z$/
const VERSION = /^(?:\d+:)?\d[A-Za-z0-9.+~-]*$/

/** The archive's answers are foreign: whatever is not of the expected shape is passed over. */
function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function word(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : undefined
}

const path = (...parts: readonly string[]): string => `/mr/${parts.map(encodeURIComponent).join('/')}`

/** Versions of a binary package that the archive has ever seen, newest first. */
export async function versionsOf(client: SnapshotClient, name: string): Promise<readonly string[]> {
  const answer = await client.get(`${path('binary', name)}/`, VERSIONS_KEPT)
  const versions = list(field(answer, 'result')).flatMap((row) => word(field(row, 'binary_version'), VERSION) ?? [])
  return [...new Set(versions)].sort((a, b) => compareVersions(b, a))
}

/** The release of this flavour whose headers a version of the source package `linux` made. */
export async function releaseOfVersion(client: SnapshotClient, version: string, flavour: string): Promise<string | undefined> {
  const answer = await client.get(`${path('package', 'linux', version)}/binpackages`, VERSIONS_KEPT)
  const names = list(field(answer, 'result')).flatMap((row) => word(field(row, 'name'), /^linux-headers-\d[A-Za-z0-9.+~-]*$/) ?? [])
  const releases = names.map((name) => name.slice('linux-headers-'.length))
  return releases.find((release) => !/-common(?:-|$)/.test(release) && parseRelease(release)?.flavour === flavour)
}

/** Where the archive has one version of a binary package for this architecture (or for all); none: it is not there. */
export async function sightings(client: SnapshotClient, name: string, version: string, architecture: string): Promise<readonly Sighting[]> {
  const answer = await client.get(`${path('binary', name, version)}/binfiles?fileinfo=1`, FILES_KEPT)
  const info = field(answer, 'fileinfo')
  const found: Sighting[] = []
  for (const row of list(field(answer, 'result'))) {
    for (const place of list(field(info, word(field(row, 'hash'), /^[0-9a-f]{40,64}$/) ?? ''))) {
      const [archive, firstSeen] = [word(field(place, 'archive_name'), ARCHIVE), word(field(place, 'first_seen'), MOMENT)]
      const file = word(field(place, 'name'), /^[^/]+\.deb$/)
      const fits = file?.endsWith(`_${architecture}.deb`) === true || file?.endsWith('_all.deb') === true
      if (fits && archive !== undefined && firstSeen !== undefined) found.push({ archive, firstSeen })
    }
  }
  return found
}

/**
 * The archive that has all of these packages, and the first moment at which it had the last of them. Where several have, the earliest moment,
 * since indices grow. undefined when none has all.
 */
export function commonMoment(packages: readonly (readonly Sighting[])[]): Sighting | undefined {
  const first = packages[0] ?? []
  const moments = [...new Set(first.map(({ archive }) => archive))].flatMap((archive) => {
    const seen = packages.map((places) => places.filter((place) => place.archive === archive).map(({ firstSeen }) => firstSeen).sort()[0])
    return seen.includes(undefined) ? [] : [{ archive, firstSeen: seen.map((moment) => moment ?? '').sort().at(-1) ?? '' }]
  })
  return moments.sort((a, b) => (a.firstSeen < b.firstSeen ? -1 : 1))[0]
}
