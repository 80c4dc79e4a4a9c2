import { UsageError } from '../model/errors.js'
import type { Allowance, RequestedOption } from '../model/request.js'

/** Values of .config: tristate, int, hex, and strings with `\"` and `\\` (scripts/kconfig/confdata.c, conf_set_sym_val). */
const OPTION = /^(?:CONFIG_)?([A-Za-z0-9_]+)=(y|m|n|-?\d+|0[xX][0-9a-fA-F]+|"(?:[^"\\]|\\["\\])*")$/

/** One line of `options`. Throws UsageError. */
export function parseOption(line: string, name: string): RequestedOption {
  const [, symbol, value] = OPTION.exec(line) ?? []
  if (symbol !== undefined && value !== undefined) return { symbol, value }
  throw new UsageError(name, line, 'Allowed is one CONFIG_NAME=value on each line, where value is y, m, n, a number (10, 0x1f) or a "string" in double quotes.')
}

/** Throws UsageError when one symbol is given two values; the same line twice is one option. */
export function distinctOptions(options: readonly RequestedOption[], name: string): readonly RequestedOption[] {
  const values = new Map<string, string>()
  for (const { symbol, value } of options) {
    const before = values.get(symbol)
    if (before !== undefined && before !== value) throw new UsageError(name, `CONFIG_${symbol}=${value}`, `CONFIG_${symbol}=${before} is asked for too; a symbol has one value.`)
    values.set(symbol, value)
  }
  return [...values].map(([symbol, value]) => ({ symbol, value }))
}

/** One line of `allow-config-delta`. Throws UsageError. */
export function parseAllowance(line: string, name: string): Allowance {
  const [, symbol, reason] = /^(?:CONFIG_)?([A-Za-z0-9_]+)\s*:\s*(\S.*)$/.exec(line) ?? []
  if (symbol !== undefined && reason !== undefined) return { symbol, reason }
  throw new UsageError(name, line, 'Allowed is one SYMBOL: reason on each line; the reason is needed, since it stands in the report.')
}
