import type { KconfigSymbol } from './model.js'
import { operandsOf } from './expression.js'
import type { ToolState } from '../model/toolchain.js'

/**
 * Which `$(…)` calls in Kconfig files ask which tool, by the .config symbol that states the tool's version (or by the
 * package, for what has no such symbol). The helpers are those of the kernel's scripts/Kconfig.include.
 */
const ASKS: ReadonlyMap<string, RegExp> = new Map([
  ['CC_VERSION_TEXT', /\$\((?:CC|CC_VERSION_TEXT|cc-[\w-]+|as-instr\w*|m32-flag|m64-flag)[),]|\$CC\b/],
  ['AS_VERSION', /\$\((?:as-name|as-version|as-instr\w*)[),]/],
  ['LD_VERSION', /\$\((?:LD|ld-[\w-]+)[),]/],
  ['PAHOLE_VERSION', /\$\(PAHOLE\)|pahole-/],
  ['RUSTC_VERSION_TEXT', /\$\(RUSTC\w*\)|\$\(rustc-|rust_is_available/],
  ['RUSTC_VERSION', /\$\(RUSTC\w*\)|\$\(rustc-|rust_is_available/],
  ['BINDGEN_VERSION_TEXT', /\$\(BINDGEN\)|rust_is_available/],
  ['rust-src', /rust_is_available/],
])

/** Whether the Kconfig files ask this tool for the symbol's value or for whether it may be set. */
export function asksTool(symbol: KconfigSymbol | undefined, tool: ToolState): boolean {
  const pattern = ASKS.get(tool.symbol ?? tool.package)
  return pattern !== undefined && symbol !== undefined && macrosOf(symbol).some((text) => pattern.test(text))
}

function macrosOf({ definitions }: KconfigSymbol): string[] {
  return definitions
    .flatMap(({ depends, defaults, prompt }) => [
      ...depends,
      ...defaults.flatMap(({ value, condition }) => (condition === undefined ? [value] : [value, condition])),
      ...(prompt?.conditions ?? []),
    ])
    .flatMap((expression) => operandsOf(expression).flatMap((operand) => (operand.kind === 'macro' ? [operand.text] : [])))
}
