import { join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { downloadPackages } from '../kernel/download.js'
import { unpackPart } from '../kernel/kit-parts.js'
import { parseStanzas } from '../kernel/stanzas.js'
import { GateError } from '../model/errors.js'
import { openSuite, ownMirrors, type ViewSetting } from '../suites/open-view.js'

const PACKAGE = 'busybox-static'
/** Where Debian's packages put it, the newer place first. */
const PLACES = ['usr/bin/busybox', 'bin/busybox']

/**
 * Path of a static busybox of another architecture: the package of the machine's own suite, unpacked below `cacheDir` and never installed.
 * @throws GateError when the mirrors do not have it, or nothing may be fetched and it is not there
 */
export async function fetchBusybox(host: Host, setting: ViewSetting): Promise<string> {
  const { architecture, cacheDir, install } = setting
  const missing = (remedy: string): GateError => new GateError({ id: 'guest.busybox-missing', stage: 'boot', severity: 'error', title: `There is no ${PACKAGE} of ${architecture}, without which its kernels cannot be booted`, remedy })
  const view = await openSuite(host, (await ownMirrors(host)).own, await ownMirrors(host), setting)
  const shown = await host.run({ program: 'apt-cache', args: ['show', ...view.options, '--no-all-versions', '--', PACKAGE], seconds: 60 })
  const [stanza] = parseStanzas(shown.stdout)
  if (stanza === undefined) throw missing(`Check that the mirrors of apt’s sources have packages of ${architecture}.`)
  const { name, version, size, sha256 } = stanza
  const root = join(cacheDir, 'guest', `${name}_${version.replaceAll(':', '%3a')}_${architecture}`)
  if (!(await exists(root))) {
    if (!install) throw missing('Run once with install: true and the same cache-dir.')
    await unpackPart(host, root, await downloadPackages(host, [{ name, version, size, sha256 }], join(cacheDir, 'debs'), view))
  }
  for (const place of PLACES) if (await exists(join(root, place))) return join(root, place)
  throw missing('Empty the cache directory and run again.')
}
