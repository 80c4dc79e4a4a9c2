import { exists } from '../host/exists.js'
import type { SourceFields, Target } from '../suites/sources.js'
import type { Family } from '../suites/suites.js'

/**
 * Arguments of apt-get that list what apt would fetch. `indextargets` would say it better, but says nothing before the first update, and containers
 * come without lists.
 */
export const URIS_ARGS = ['update', '--print-uris'] as const

/** Keyrings of the families' own packages (debian-archive-keyring, kali-archive-keyring); the first that is there is used. */
const KEYRINGS: Readonly<Record<Family, readonly string[]>> = {
  debian: ['/usr/share/keyrings/debian-archive-keyring.gpg', '/usr/share/keyrings/debian-archive-keyring.pgp'],
  kali: ['/usr/share/keyrings/kali-archive-keyring.gpg'],
}

/** Reads the output of `apt-get` with URIS_ARGS: each line has an address in quotes, then a file name. No more of an archive is known before it was fetched. */
export function parseUris(text: string): readonly Target[] {
  return [...text.matchAll(/^'([^']+\/)dists\/([^']+)\/InRelease' /gm)].map(([, uri = '', release = '']) => ({ uri, release, component: 'main', origin: '', entry: '', file: '' }))
}

/** Which keys any suite of the family is signed with; none where the family's keyring is not there and apt's own trusted keys have to do. */
export async function familyTrust(family: Family): Promise<SourceFields> {
  for (const file of KEYRINGS[family]) if (await exists(file)) return { 'Signed-By': file }
  return {}
}
