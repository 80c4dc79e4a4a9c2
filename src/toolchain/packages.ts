import type { Architecture } from '../architecture/architecture.js'
import { unquote, type ConfigMap } from '../kconfig/parse.js'
import { compilerName, compilerPackage } from './compiler.js'
import { ASKED_ANYWAY, crossed, NEEDED_TOOLS, STATED_TOOLS, type StatedTool } from './table.js'

/** In every build, so that both are there whatever the config says. */
const ALWAYS: readonly string[] = ['build-essential', 'dwarves']

/**
 * Debian packages without which a kernel of this config cannot be prepared as it was. `series` is X.Y of linux-source, `cross` its architecture when it
 * is not the machine's. `shipped`: the programs of its scripts/ and tools/ come compiled.
 */
export function requiredPackages(config: ConfigMap, series: string, { cross, shipped = false }: { readonly cross?: Architecture | undefined; readonly shipped?: boolean } = {}): string[] {
  const stated = STATED_TOOLS.filter((row) => usesTool(row, config)).map((row) => crossed(row, cross).package)
  const needed = NEEDED_TOOLS.filter((row) => row.needed(config, series) && !(shipped && row.compiles === true)).map((row) => row.package)
  const library = cross !== undefined && config.get('CC_CAN_LINK') === 'y' ? [cross.crossLibrary] : []
  return [...new Set([...ALWAYS, ...library, compilerPackage(compilerName(config, cross), cross), ...stated, ...needed])]
}

/** Whether the target was configured with this tool. */
export function usesTool({ symbol }: StatedTool, config: ConfigMap): boolean {
  const value = unquote(config.get(symbol) ?? '')
  return value !== '' && value !== '0'
}

/** Whether the target was configured without a tool that Kconfig would notice if it were installed. */
export function mustBeAbsent({ symbol }: StatedTool, config: ConfigMap): boolean {
  return ASKED_ANYWAY.has(symbol) && config.get(symbol) === '0'
}
