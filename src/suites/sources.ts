import { GateError } from '../model/errors.js'
import { suiteNamed, type Suite } from './suites.js'

/** One index that apt has of its own configuration. */
export interface Target {
  readonly uri: string
  /** Suite as the sources spell it, such as `trixie-security`. */
  readonly release: string
  readonly component: string
  /** Origin of its Release file; empty where apt does not know. */
  readonly origin: string
  /** File and number of the entry in it: of the line, or of the stanza in a deb822 file. */
  readonly entry: string
  /** The index on the disk. */
  readonly file: string
}

/** Arguments of apt-get that list the indices which apt has, one a line (apt-get(8), indextargets). */
export const TARGET_ARGS = ['indextargets', '--format', '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)|$(SOURCESENTRY)|$(FILENAME)', 'Created-By: Packages'] as const

/** Reads the output of `apt-get` with TARGET_ARGS. A field that apt does not know stands there as it was asked for. */
export function parseTargets(text: string): readonly Target[] {
  return text.split('\n').flatMap((line) => {
    const [uri, release, component, origin, entry, file] = line.split('|').map((field) => (/^\$\([A-Z_]+\)$/.test(field) ? '' : field))
    if (uri === undefined || release === undefined || component === undefined || file === undefined) return []
    return [{ uri, release, component, origin: origin ?? '', entry: entry ?? '', file }]
  })
}

/** The mirrors that a machine's own sources are made of. */
export interface Mirrors {
  /** What the machine itself is made of. */
  readonly own: Suite
  readonly plain: Target
  readonly security?: Target
  /** Every index of these mirrors that apt has. */
  readonly targets: readonly Target[]
}

const ORIGINS = { debian: 'Debian', kali: 'Kali' } as const
const SUFFIX = /-(?:security|updates|backports|proposed-updates)$/

/**
 * The distribution's own mirrors. `codename` is VERSION_CODENAME of os-release(5), for sources that say `stable`.
 * Other archives that use the same names for their suites (third parties do) are told by the origin that they state.
 * @throws GateError `kernel.no-archive` when the sources name no known suite
 */
export function mirrorsOf(targets: readonly Target[], codename: string): Mirrors {
  const main = targets.filter(({ component }) => component === 'main')
  const suiteOf = (release: string): Suite | undefined => (/^(?:old)*stable$|^testing$/.test(release) ? suiteNamed(codename) : suiteNamed(release))
  for (const stated of [true, false]) {
    for (const plain of main) {
      const own = SUFFIX.test(plain.release) ? undefined : suiteOf(plain.release)
      // experimental stands beside sid in the sources, and is nobody's own suite.
      if (own === undefined || own.base !== own.name || (plain.origin !== '') !== stated) continue
      if (stated && plain.origin !== ORIGINS[own.family]) continue
      const security = main.find(({ release, origin }) => release.endsWith('-security') && origin === plain.origin)
      return { own, plain, ...(security !== undefined && { security }), targets: main.filter(({ origin }) => origin === plain.origin) }
    }
  }
  throw new GateError({
    id: 'kernel.no-archive',
    stage: 'resolve',
    severity: 'error',
    title: 'apt’s sources name no suite whose kernels are known',
    ...(targets.length > 0 && { detail: targets.map(({ uri, release }) => `${uri} ${release}`).join('\n') }),
    remedy: 'Run this in a container of Debian or Kali, such as debian:trixie.',
  })
}

/** One entry of a private list of sources. */
export interface Entry {
  readonly uri: string
  readonly suites: readonly string[]
}

/**
 * Where the indices of a suite are, by the mirrors of this machine.
 * @throws GateError `kernel.no-archive` when these mirrors do not have it
 */
export function entriesFor(suite: Suite, mirrors: Mirrors): readonly Entry[] {
  if (suite.family !== mirrors.own.family) throw noArchive(suite, `apt’s sources here are of ${mirrors.own.name}, and give no mirror of ${suite.name}`)
  const plain = { uri: mirrors.plain.uri, suites: suite.archives }
  if (suite.security === undefined) return [plain]
  if (mirrors.security === undefined) throw noArchive(suite, `apt’s sources here have no security archive, where ${suite.name} has its newest kernels`)
  return [plain, { uri: mirrors.security.uri, suites: [suite.security] }]
}

/** Whether apt has all of these indices already. */
export function coveredBy(entries: readonly Entry[], { targets }: Mirrors): boolean {
  const same = (a: string, b: string): boolean => a.replace(/\/+$/, '') === b.replace(/\/+$/, '')
  return entries.every(({ uri, suites }) => suites.every((name) => targets.some((target) => target.release === name && same(target.uri, uri))))
}

/** Fields of a deb822 source beyond where it is, such as `Signed-By`; a value may have several lines, as deb822(5) writes them. */
export type SourceFields = Readonly<Record<string, string>>

/** Content of a sources.list(5) in deb822 style. */
export function sourcesText(entries: readonly Entry[], architecture: string, more: SourceFields): string {
  return entries
    .map(({ uri, suites }) => {
      const fields = { Types: 'deb', URIs: uri, Suites: suites.join(' '), Components: 'main', Architectures: architecture, ...more }
      // A key that is written out begins on a line of its own (sources.list(5), Signed-By).
      return Object.entries(fields).map(([name, value]) => `${name}:${value.includes('\n') ? '\n' : ''} ${value}\n`).join('')
    })
    .join('\n')
}

/**
 * Value of Signed-By of the numbered entry in the text of a sources file: of the line in a one-line file, of the stanza in a deb822 file.
 * A key that is written out in the file is several lines. undefined where apt's own trusted keys count.
 */
export function signedBy(text: string, number: number, style: 'list' | 'sources'): string | undefined {
  if (style === 'list') {
    const options = /^\s*deb\s+\[([^\]]*)\]/.exec(text.split('\n')[number - 1] ?? '')?.[1] ?? ''
    return options.split(/\s+/).find((option) => option.startsWith('signed-by='))?.slice('signed-by='.length)
  }
  const bare = text.split('\n').filter((line) => !line.startsWith('#')).join('\n')
  const stanza = bare.split(/\n(?:[ \t]*\n)+/).filter((part) => part.trim() !== '')[number - 1] ?? ''
  return /^Signed-By:[ \t]*(.*(?:\n[ \t].*)*)/im.exec(stanza)?.[1]?.trim()
}

function noArchive({ name, image }: Suite, title: string): GateError {
  return new GateError({ id: 'kernel.no-archive', stage: 'resolve', severity: 'error', title, remedy: `Use a container that has ${name}, such as ${image}.` })
}
