import type { Finding } from '../model/finding.js'
import type { RequestedOption } from '../model/request.js'
import { describeValue, symbolsOf, symbolValue } from './evaluate.js'
import { sameValue } from './diff.js'
import type { KconfigModel } from './model.js'
import { codeLevel, dependencyLevel } from './option-level.js'
import type { ConfigMap } from './parse.js'
import { explainNotTaken } from './refusal.js'

export interface OptionContext {
  readonly kconfig: KconfigModel
  readonly target: ConfigMap
  readonly now: ConfigMap
}

type OptionFinding = Pick<Finding, 'id' | 'severity' | 'title' | 'detail' | 'remedy'>

/** What is to be said of one requested option after Kconfig ran: not taken, or taken and of no use to a module. */
export function judgeOption(option: RequestedOption, context: OptionContext): OptionFinding[] {
  const { symbol, value } = option
  const actual = context.now.get(symbol)
  if (!context.kconfig.symbols.has(symbol) || !sameValue(value, actual)) return [notTaken(option, context)]
  if (actual === context.target.get(symbol)) return []
  const reason = needsBuiltin(symbol, context)
  if (reason !== undefined) return [builtinFinding(symbol, value, reason)]
  return shippedModules(symbol, context)
}

function notTaken({ symbol, value }: RequestedOption, { kconfig, now }: OptionContext): OptionFinding {
  const actual = now.get(symbol)
  const { id, reason, remedy } = explainNotTaken(symbol, value, actual, kconfig, now)
  const outcome = id === 'config.option-changed' ? `Kconfig made it ${actual ?? 'n'}` : 'Kconfig did not take it'
  const title = id === 'config.unknown-option' ? `CONFIG_${symbol} does not exist: ${reason}.` : `CONFIG_${symbol}=${value}: ${outcome}, because ${reason}.`
  return { id, severity: 'fail', title, remedy }
}

/**
 * Why a change of this symbol would change the kernel image, which no module can do; undefined when it alters modules only.
 * A tristate may go between n and m. Any other symbol must be modular before and after by what it depends on.
 */
export function needsBuiltin(symbol: string, { kconfig, target, now }: OptionContext): string | undefined {
  const [before, after] = [{ kconfig, config: target }, { kconfig, config: now }]
  const type = kconfig.symbols.get(symbol)?.type
  if (type === 'tristate') {
    if (symbolValue(symbol, before) === 'y') return 'it is built into the target kernel'
    return symbolValue(symbol, after) === 'y' ? 'the target kernel was built without it, and only =m can be added by a module' : undefined
  }
  const level = type === 'bool' && !now.has(symbol) ? codeLevel(symbol, before) : dependencyLevel(symbol, after)
  if (level === 'm') return undefined
  return `in the target kernel ${describeValue(symbol, target)}, and it belongs to no driver that is a module, so it may change the kernel itself`
}

function builtinFinding(symbol: string, value: string, reason: string): OptionFinding {
  return {
    id: 'config.option-needs-builtin',
    severity: 'fail',
    title: `CONFIG_${symbol}=${value} would need another kernel: ${reason}.`,
    remedy: `Ask for what can be a module (=m), or choose a kernel built that way; if ${symbol} only opens a menu and holds no code, say so in allow-config-delta.`,
  }
}

/** A sub-option of a driver that the kernel ships already: the driver's shipped siblings were built without it. */
function shippedModules(symbol: string, { kconfig, target }: OptionContext): OptionFinding[] {
  const { type, definitions } = kconfig.symbols.get(symbol) ?? { type: 'unknown', definitions: [] }
  if (type === 'tristate') return []
  const drivers = definitions
    .flatMap(({ depends }) => depends.flatMap(symbolsOf))
    .filter((name) => kconfig.symbols.get(name)?.type === 'tristate' && target.get(name) === 'm')
  const names = [...new Set(drivers)]
  if (names.length === 0) return []
  return [
    {
      id: 'config.option-changes-shipped',
      severity: 'warning',
      title: `CONFIG_${symbol} may change modules that the kernel ships built otherwise: ${names.join(', ')}.`,
      remedy: 'Make sure that every module which shares structures with them is built and shipped together.',
    },
  ]
}
