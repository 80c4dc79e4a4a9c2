import type { Finding } from '../model/finding.js'
import { describeDelta, diffConfigs } from './diff.js'
import { parseConfig, unquote, type ConfigMap } from './parse.js'

/**
 * include/config/auto.conf is what make and the compiler really go by (through autoconf.h, made with it), while
 * .config is what everyone looks at; the two must say the same.
 * Takes the texts of both. Throws GateError `config.malformed` as parseConfig does.
 */
export function checkAutoConf(config: string, autoConf: string): Finding[] {
  const deltas = diffConfigs(plain(parseConfig(config)), plain(parseConfig(autoConf, 'auto.conf')))
  if (deltas.length === 0) return []
  return [
    {
      id: 'config.auto-conf-differ',
      stage: 'guard',
      severity: 'fail',
      title: `include/config/auto.conf says something else than .config: ${deltas.slice(0, 12).map(({ symbol }) => symbol).join(', ')}${deltas.length > 12 ? ` and ${deltas.length - 12} more` : ''}.`,
      detail: deltas.map((delta) => `${describeDelta(delta)} (.config → auto.conf)`).join('\n'),
      remedy: 'Let nothing change the config during the build: the module would be compiled with other options than those checked.',
    },
  ]
}

/** Strings without quotes, because the two files need not agree on those. */
function plain(config: ConfigMap): ConfigMap {
  return new Map([...config].map(([symbol, value]) => [symbol, unquote(value)]))
}
