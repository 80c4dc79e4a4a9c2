import type { Delta } from '../model/config.js'
import type { RequestedOption } from '../model/request.js'
import type { ConfigMap } from './parse.js'

/**
 * The symbols whose values differ, in the order of `before`, then what `after` adds. Order and comments of the files
 * play no part, and `is not set` is the same as absent. The same judgement as the kernel's scripts/diffconfig.
 */
export function diffConfigs(before: ConfigMap, after: ConfigMap): Delta[] {
  const symbols = new Set([...before.keys(), ...after.keys()])
  return [...symbols].flatMap((symbol) => {
    const [was, is] = [before.get(symbol), after.get(symbol)]
    return was === is ? [] : [delta(symbol, was, is)]
  })
}

function delta(symbol: string, before: string | undefined, after: string | undefined): Delta {
  return { symbol, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }
}

/**
 * Parts the deltas into those of symbols that the user named in `options` and all others.
 * Only the named symbols are taken away: what an option brings along stays a delta.
 */
export function splitRequested(
  deltas: readonly Delta[],
  requested: readonly RequestedOption[],
): { readonly requested: readonly Delta[]; readonly others: readonly Delta[] } {
  const named = new Set(requested.map(({ symbol }) => symbol))
  return {
    requested: deltas.filter(({ symbol }) => named.has(symbol)),
    others: deltas.filter(({ symbol }) => !named.has(symbol)),
  }
}

/** `SYMBOL: before → after`, for the detail of findings. */
export function describeDelta({ symbol, before, after }: Delta): string {
  return `${symbol}: ${before ?? 'not set'} → ${after ?? 'not set'}`
}

/** Whether a config value is what the user asked for, where `n` is the same as not set. */
export function sameValue(wanted: string, actual: string | undefined): boolean {
  return wanted === (actual ?? 'n')
}
