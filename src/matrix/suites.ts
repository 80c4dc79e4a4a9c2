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
  /** Container whose tools can build its kernels. */
  readonly image: string
  /** Suite that has to be added to the container's own sources; absent where they have the kernel already. */
  readonly added?: string
  /**
   * Place in the search for a spec that names no suite: the first tier that has the kernel gives it. What most people run comes first;
   * what has left normal support comes last, since its indices would be fetched for nothing most of the time.
   */
  readonly tier: number
}

function released(name: string, tier: number): Suite {
  return { name, family: 'debian', archives: [name, `${name}-updates`], security: `${name}-security`, image: `debian:${name}`, tier }
}

/** Its kernels are built with the compiler of the suite below. */
function backports(of: string): Suite {
  const name = `${of}-backports`
  return { name, family: 'debian', archives: [name], image: `debian:${of}`, added: name, tier: 1 }
}

/** Every suite that a spec may name: Debian's and Kali's archives of today. */
export const SUITES: readonly Suite[] = [
  released('bookworm', 0),
  released('trixie', 0),
  backports('bookworm'),
  backports('trixie'),
  { name: 'forky', family: 'debian', archives: ['forky'], image: 'debian:forky', tier: 2 },
  { name: 'sid', family: 'debian', archives: ['sid'], image: 'debian:sid', tier: 2 },
  { name: 'experimental', family: 'debian', archives: ['experimental'], image: 'debian:sid', added: 'experimental', tier: 3 },
  released('bullseye', 4),
  { name: 'kali-rolling', family: 'kali', archives: ['kali-rolling'], image: 'kalilinux/kali-rolling', tier: 0 },
]

/** undefined when there is no such suite. */
export function suiteNamed(name: string): Suite | undefined {
  return SUITES.find((suite) => suite.name === name)
}

/** The suites of a family in the order of the search, those that are looked at together in one list. */
export function tiersOf(family: Family): readonly (readonly Suite[])[] {
  const own = SUITES.filter((suite) => suite.family === family)
  const tiers = [...new Set(own.map(({ tier }) => tier))].sort((a, b) => a - b)
  return tiers.map((tier) => own.filter((suite) => suite.tier === tier))
}
