import type { Definition, KconfigSymbol, SymbolType } from './model.js'

interface ValueRule {
  readonly pattern: RegExp
  readonly allowed: string
}

/** What a .config may give a symbol of each type (sym_string_valid in the kernel's scripts/kconfig/symbol.c). */
const RULES: Readonly<Record<SymbolType, ValueRule>> = {
  bool: { pattern: /^[yn]$/, allowed: 'y or n' },
  tristate: { pattern: /^[ymn]$/, allowed: 'y, m or n' },
  int: { pattern: /^-?(?:0|[1-9]\d*)$/, allowed: 'a whole number' },
  hex: { pattern: /^0[xX][0-9a-fA-F]+$/, allowed: 'a hexadecimal number such as 0x10' },
  string: { pattern: /^"(?:[^"\\]|\\.)*"$/, allowed: 'text in double quotes' },
  unknown: { pattern: /^/, allowed: 'anything' },
}

/** Why a symbol cannot have this value at all, or undefined when it can. */
export function wrongValue(symbol: KconfigSymbol, value: string): string | undefined {
  const { pattern, allowed } = RULES[symbol.type]
  return pattern.test(value) ? undefined : `${symbol.name} is of type ${symbol.type} and takes ${allowed}`
}

/** Why a number lies outside the bounds that are written as plain numbers, or undefined. */
export function outOfRange(definitions: readonly Definition[], value: string): string | undefined {
  for (const { ranges } of definitions) {
    for (const { value: [low, high] } of ranges) {
      if (Number(value) < Number(low) || Number(value) > Number(high)) return `it must lie between ${low} and ${high}`
    }
  }
  return undefined
}
