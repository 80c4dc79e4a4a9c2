import { SUITES, type Family, type Suite } from '../suites/suites.js'

/**
 * The order in which a spec without a suite is searched; the first group that has the kernel gives it. What most people run comes first; what has
 * left normal support comes last, since its indices would be fetched for nothing most of the time.
 */
const TIERS: readonly (readonly string[])[] = [['bookworm', 'trixie', 'kali-rolling'], ['bookworm-backports', 'trixie-backports'], ['forky', 'sid'], ['experimental'], ['bullseye']]

/** The suites of a family in the order of the search, those that are looked at together in one list. */
export function tiersOf(family: Family): readonly (readonly Suite[])[] {
  const tiers = TIERS.map((names) => SUITES.filter((suite) => suite.family === family && names.includes(suite.name)))
  return tiers.filter((tier) => tier.length > 0)
}
