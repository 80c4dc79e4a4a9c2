import { UsageError } from '../model/errors.js'

/** Arguments of apt-config that print its whole configuration; apt 3 states where snapshots of an archive are (apt.conf(5), Acquire::Snapshots). */
export const CONFIG_ARGS = ['dump'] as const

/**
 * Address of the snapshot archive in apt's configuration: the part before `/archive/`, below which its machine interface lies too.
 * `origin` is the origin that the machine's own mirror states, such as `Debian`. undefined where apt states none (apt 2 knows no snapshots).
 */
export function snapshotAddress(dump: string, origin: string): string | undefined {
  for (const line of dump.split('\n')) {
    const [, key, address] = /^Acquire::Snapshots::URI::Origin::(\S+) "(https?:\/\/[^"\s]+?)\/archive\/[^"\s]*@SNAPSHOTID@/.exec(line) ?? []
    if (key === origin) return address
  }
  return undefined
}

/** Checks an address that the user gave. @throws UsageError naming the input */
export function parseSnapshotUrl(value: string, name: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const plain = url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && url.username === '' && !/[\s"|\]]/.test(value)
  if (!plain) throw new UsageError(name, value, 'Allowed is an http or https address, below which /mr/ and /archive/ of the snapshot archive lie.')
  return value.replace(/\/+$/, '')
}
