/** Distributions whose kernels are known. */
export type Family = 'debian' | 'kali'

/** One suite that kernels can be taken from. */
export interface Suite {
  /** As specs name it. */
  readonly name: string
  readonly family: Family
  /** Suites of the plain archive whose indices hold its kernels. */
  readonly archives: readonly string[]
  /** Suite of the security archive; absent where security updates come by the plain one. */
  readonly security?: string
  /** Suite whose container, and so whose compiler, builds its kernels. */
  readonly base: string
  /** Container image of that base. */
  readonly image: string
  /** Where new kernels wait until the next point release, for suites that have such; the snapshot archive saw them there first. */
  readonly proposed?: string
}

function released(name: string): Suite {
  return { name, family: 'debian', archives: [name, `${name}-updates`], security: `${name}-security`, base: name, image: `debian:${name}`, proposed: `${name}-proposed-updates` }
}

/** Its kernels are built with the compiler of the suite below. */
function backports(base: string): Suite {
  const name = `${base}-backports`
  return { name, family: 'debian', archives: [name], base, image: `debian:${base}` }
}

/** Every suite that a spec may name: Debian's and Kali's archives of today. */
export const SUITES: readonly Suite[] = [
  released('bullseye'),
  released('bookworm'),
  released('trixie'),
  backports('bookworm'),
  backports('trixie'),
  { name: 'forky', family: 'debian', archives: ['forky'], base: 'forky', image: 'debian:forky' },
  { name: 'sid', family: 'debian', archives: ['sid'], base: 'sid', image: 'debian:sid' },
  { name: 'experimental', family: 'debian', archives: ['experimental'], base: 'sid', image: 'debian:sid' },
  { name: 'kali-rolling', family: 'kali', archives: ['kali-rolling'], base: 'kali-rolling', image: 'kalilinux/kali-rolling' },
]

/** Other names of suites that never change their meaning. */
const ALIASES: Readonly<Record<string, string>> = { unstable: 'sid', 'rc-buggy': 'experimental' }

/** undefined when there is no such suite. */
export function suiteNamed(name: string): Suite | undefined {
  const meant = Object.hasOwn(ALIASES, name) ? ALIASES[name] : name
  return SUITES.find((suite) => suite.name === meant)
}

/** The suite that a kernel's `archive` names: a view's name, `trixie` or `trixie:arm64`. undefined for a moment of the snapshot archive. */
export function suiteOfArchive(archive: string): Suite | undefined {
  return suiteNamed(archive.replace(/:[a-z0-9]+$/, ''))
}

/** The suites that are built in this one's container but are not in its sources: its backports, or experimental. */
export function addedTo(own: Suite): readonly Suite[] {
  return SUITES.filter((suite) => suite.base === own.name && suite !== own)
}
