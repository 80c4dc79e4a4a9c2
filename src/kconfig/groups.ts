import type { Delta, DeltaGroup } from '../model/config.js'
import type { RequestedOption } from '../model/request.js'
import type { ToolState } from '../model/toolchain.js'
import { influencesOn } from './influence.js'
import { asksTool } from './macros.js'
import type { KconfigModel } from './model.js'
import type { ConfigMap } from './parse.js'

export interface GroupContext {
  readonly tools: readonly ToolState[]
  readonly kconfig: KconfigModel
  readonly before: ConfigMap
  readonly after: ConfigMap
  readonly requested: readonly RequestedOption[]
}

type Cause = DeltaGroup['cause']

/**
 * Groups deltas by what is behind them. A cause is looked for along the chains by which Kconfig works out values
 * (dependencies, defaults, selects, choices), and only through symbols that changed themselves: what did not change
 * cannot be why something else did. The nearest wins; at the same distance a tool before an option.
 * What no tool and no option explains hangs on the first changed symbol of its chain (`dependency`), and
 * what has no chain at all is `unknown`.
 */
export function groupDeltas(deltas: readonly Delta[], context: GroupContext): DeltaGroup[] {
  const changed = new Set(deltas.map(({ symbol }) => symbol))
  const options = new Set(context.requested.map(({ symbol }) => symbol).filter((symbol) => context.before.get(symbol) !== context.after.get(symbol)))
  const influences = new Map(deltas.map(({ symbol }) => [symbol, [...influencesOn(symbol, context.kconfig)].filter((other) => changed.has(other) || options.has(other))]))
  const firm = (symbol: string): Cause | undefined => toolCause(symbol, changed, context) ?? (options.has(symbol) ? { kind: 'option', option: symbol } : undefined)

  const causes = deltas.map(({ symbol }) => {
    const reached = reach(symbol, influences)
    return reached.map(firm).find((cause) => cause !== undefined) ?? { kind: 'dependency' as const, on: rootOf(reached, influences) }
  })
  return collect(deltas, causes, context.tools)
}

/** A tool that is not the one the config was made with, be it that it was found so or that its own symbol changed. */
function toolCause(symbol: string, changed: ReadonlySet<string>, { tools, kconfig }: GroupContext): Cause | undefined {
  const guilty = tools.filter((tool) => tool.state !== 'ok' || (tool.symbol !== undefined && changed.has(tool.symbol)))
  const own = guilty.find((tool) => tool.symbol === symbol) ?? guilty.find((tool) => asksTool(kconfig.symbols.get(symbol), tool))
  return own && { kind: 'tool', tool: own.tool }
}

/** The symbol itself and all that it hangs on, nearest first. */
function reach(symbol: string, influences: ReadonlyMap<string, readonly string[]>): string[] {
  const reached = new Set([symbol])
  for (const at of reached) for (const next of influences.get(at) ?? []) reached.add(next)
  return [...reached]
}

/** Of a chain the first symbol that hangs on nothing else; where symbols hang on each other, the first by name. */
function rootOf(reached: readonly string[], influences: ReadonlyMap<string, readonly string[]>): string {
  const root = reached.find((symbol) => (influences.get(symbol) ?? []).length === 0)
  if (root !== undefined) return root
  const inCircle = reached.filter((symbol) => reached.every((other) => reach(other, influences).includes(symbol)))
  return [...(inCircle.length > 0 ? inCircle : reached)].sort()[0] ?? ''
}

function collect(deltas: readonly Delta[], causes: readonly Cause[], tools: readonly ToolState[]): DeltaGroup[] {
  const groups = new Map<string, { cause: Cause; deltas: Delta[] }>()
  deltas.forEach((delta, index) => {
    const cause = causes[index] ?? { kind: 'unknown' as const }
    const key = JSON.stringify(cause)
    const group = groups.get(key) ?? { cause, deltas: [] }
    groups.set(key, group)
    group.deltas.push(delta)
  })
  const all = [...groups.values()].map((group) => (isAlone(group) ? { cause: { kind: 'unknown' as const }, deltas: group.deltas } : group))
  const unknown = all.filter(({ cause }) => cause.kind === 'unknown').flatMap((group) => group.deltas)
  const known = all.filter(({ cause }) => cause.kind !== 'unknown').sort((a, b) => order(a.cause, tools) - order(b.cause, tools))
  return unknown.length === 0 ? known : [...known, { cause: { kind: 'unknown' }, deltas: unknown }]
}

/** A changed symbol that nothing hangs on but itself explains nothing. */
function isAlone({ cause, deltas }: { readonly cause: Cause; readonly deltas: readonly Delta[] }): boolean {
  return cause.kind === 'dependency' && deltas.length === 1
}

/** Tools first, in the order of the table, then options, then dependencies. */
function order(cause: Cause, tools: readonly ToolState[]): number {
  if (cause.kind === 'tool') return tools.findIndex(({ tool }) => tool === cause.tool)
  return tools.length + (cause.kind === 'option' ? 0 : 1)
}
