import { GateError } from '../model/errors.js'
import { SUITES, suiteNamed, type Family, type Suite } from '../suites/suites.js'

/** One archive of apt's own configuration. */
export interface Source {
  readonly uri: string
  /** Suite as the sources spell it, such as `trixie-security`. */
  readonly release: string
}

/** Where a family's indices come from. */
export interface Mirrors {
  readonly family: Family
  /** What the machine itself is made of. */
  readonly own: Suite
  readonly plain: string
  readonly security?: string
}

/**
 * Arguments of apt-get that list what apt would fetch. `indextargets` would say it better, but says nothing before the first update, and containers
 * come without lists.
 */
export const URIS_ARGS = ['update', '--print-uris'] as const

/** Keyrings of the families' own packages (debian-archive-keyring, kali-archive-keyring); the first that is there is used. */
export const KEYRINGS: Readonly<Record<Family, readonly string[]>> = {
  debian: ['/usr/share/keyrings/debian-archive-keyring.gpg', '/usr/share/keyrings/debian-archive-keyring.pgp'],
  kali: ['/usr/share/keyrings/kali-archive-keyring.gpg'],
}

/** Reads the output of `apt-get` with URIS_ARGS: each line has an address in quotes, then a file name. */
export function parseUris(text: string): readonly Source[] {
  return [...text.matchAll(/^'([^']+\/)dists\/([^']+)\/InRelease' /gm)].map(([, uri = '', release = '']) => ({ uri, release }))
}

/**
 * The mirrors behind apt's own sources. `codename` is VERSION_CODENAME of os-release(5), for sources that say `stable`.
 * @throws GateError when the sources name no suite of the table
 */
export function mirrorsOf(sources: readonly Source[], codename: string): Mirrors {
  const suffix = /-(?:security|updates|backports|proposed-updates)$/
  const known = (release: string): Suite | undefined => suiteNamed(release) ?? (/^(?:old)*stable$|^testing$/.test(release) ? suiteNamed(codename) : undefined)
  for (const { uri, release } of sources) {
    const own = suffix.test(release) ? undefined : known(release)
    // experimental stands beside sid in the sources, and is nobody's own suite.
    if (own === undefined || own.base !== own.name) continue
    const security = sources.find((source) => source.release.endsWith('-security'))?.uri
    return { family: own.family, own, plain: uri, ...(security !== undefined && { security }) }
  }
  throw new GateError({
    id: 'kernel.no-package-lists',
    stage: 'resolve',
    severity: 'error',
    title: 'apt’s sources name no suite whose kernels are known',
    ...(sources.length > 0 && { detail: sources.map(({ uri, release }) => `${uri} ${release}`).join('\n') }),
    remedy: `Run this in a container of Debian or Kali, such as debian:trixie. Known are ${SUITES.map(({ name }) => name).join(', ')}.`,
  })
}

/**
 * Content of a sources.list(5) for one suite. `keyring` is a path, or nothing where apt's own trusted keys are meant.
 * @throws GateError when apt's configuration has no archive for it
 */
export function sourcesOf(suite: Suite, mirrors: Mirrors, architecture: string, keyring: string | undefined): string {
  if (suite.family !== mirrors.family) throw noArchive(suite, `apt’s sources here are of ${mirrors.own.name}, and give no mirror of ${suite.name}`)
  const options = [`arch=${architecture}`, ...(keyring === undefined ? [] : [`signed-by=${keyring}`])].join(' ')
  const line = (uri: string, release: string): string => `deb [${options}] ${uri} ${release} main\n`
  const plain = suite.archives.map((release) => line(mirrors.plain, release))
  if (suite.security === undefined) return plain.join('')
  if (mirrors.security === undefined) throw noArchive(suite, `apt’s sources here have no security archive, where ${suite.name} has its newest kernels`)
  return [...plain, line(mirrors.security, suite.security)].join('')
}

function noArchive({ name, image }: Suite, title: string): GateError {
  return new GateError({ id: 'kernel.no-package-lists', stage: 'resolve', severity: 'error', title, remedy: `Make the matrix in a container that has it, such as ${image}, or leave ${name} out.` })
}
