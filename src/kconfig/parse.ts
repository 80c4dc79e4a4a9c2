import { GateError } from '../model/errors.js'

/** Symbols without CONFIG_ prefix and their values as written (strings keep their quotes); what is not set is absent. */
export type ConfigMap = ReadonlyMap<string, string>

const SET = /^CONFIG_([A-Za-z0-9_]+)=(.*)$/
const NOT_SET = /^# CONFIG_([A-Za-z0-9_]+) is not set$/
/** auto.conf is for make, which knows no quotes: since 5.17 the kernel writes strings there as they are. */
const VALUES = {
  '.config': /^(?:[ymn]|-?\d+|0[xX][0-9a-fA-F]+|"(?:[^"\\]|\\.)*")$/,
  'auto.conf': /^/,
} as const

/**
 * Reads .config and include/config/auto.conf, as conf_read_simple and conf_write in the kernel's
 * scripts/kconfig/confdata.c write them. Of a symbol given twice the last line counts, as there.
 *
 * Throws GateError `config.malformed` naming the line: a config that cannot be read proves nothing.
 */
export function parseConfig(text: string, syntax: keyof typeof VALUES = '.config'): ConfigMap {
  const values = new Map<string, string>()
  text.split('\n').forEach((raw, index) => {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    const unset = NOT_SET.exec(line)
    if (unset?.[1] !== undefined) {
      values.delete(unset[1])
      return
    }
    if (line.trim() === '' || line.startsWith('#')) return
    const [, symbol, value] = SET.exec(line) ?? []
    if (symbol === undefined || value === undefined || !VALUES[syntax].test(value)) throw malformed(index + 1, line, syntax)
    if (value === 'n') values.delete(symbol)
    else values.set(symbol, value)
  })
  return values
}

function malformed(number: number, line: string, syntax: string): GateError {
  return new GateError({
    id: 'config.malformed',
    stage: 'guard',
    severity: 'error',
    title: `Line ${number} of the kernel's ${syntax} cannot be read.`,
    detail: line,
    remedy: 'Fetch the kernel packages again; a config must hold CONFIG_NAME=value lines and comments.',
  })
}

/** Takes quotes and backslash escapes off a value; what is no string is returned as it is. */
export function unquote(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value
}
