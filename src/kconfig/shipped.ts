import type { Finding } from '../model/finding.js'
import { describeDelta, diffConfigs } from './diff.js'
import type { ConfigMap } from './parse.js'

/** Symbols that Debian's packaging gives the headers' config and takes out of the one beside the image, and why. */
const HEADERS_ONLY: ReadonlyMap<string, string> = new Map([
  ['BUILD_SALT', 'the release, put in at build time to tell build ids apart'],
  ['MODULE_SIG_ALL', 'signing happens in a package of its own'],
  ['MODULE_SIG_KEY', 'path of a key that only the build has'],
  ['SYSTEM_TRUSTED_KEYS', 'path of certificates that only the build has'],
])

/** The config shipped with the headers against the one shipped with the image: one kernel must have one config. */
export function compareShippedConfigs(headersConfig: ConfigMap, imageConfig: ConfigMap): Finding[] {
  const deltas = diffConfigs(imageConfig, headersConfig).filter(({ symbol, before }) => !(before === undefined && HEADERS_ONLY.has(symbol)))
  if (deltas.length === 0) return []
  return [
    {
      id: 'config.headers-image-differ',
      stage: 'guard',
      severity: 'fail',
      title: `The headers' config is not the one that the kernel image was built with: ${deltas.slice(0, 12).map(({ symbol }) => symbol).join(', ')}${deltas.length > 12 ? ` and ${deltas.length - 12} more` : ''}.`,
      detail: deltas.map((delta) => `${describeDelta(delta)} (image → headers)`).join('\n'),
      remedy: 'Use the headers package of the same version as the image, unchanged from the archive.',
    },
  ]
}
