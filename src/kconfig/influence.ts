import type { Expression } from './expression.js'
import { symbolsOf } from './evaluate.js'
import type { KconfigModel } from './model.js'

/**
 * The symbols that Kconfig looks at when it works out the value of one symbol: those in its dependencies, defaults,
 * prompt conditions and ranges, those that select or imply it, and the other members of its choice. Each once.
 */
export function influencesOn(name: string, kconfig: KconfigModel): ReadonlySet<string> {
  const found = new Set<string>()
  const add = (expression: Expression | undefined): void => {
    if (expression !== undefined) for (const symbol of symbolsOf(expression)) found.add(symbol)
  }
  for (const { depends, defaults, prompt, ranges, choice } of kconfig.symbols.get(name)?.definitions ?? []) {
    depends.forEach(add)
    prompt?.conditions.forEach(add)
    for (const { value, condition } of defaults) {
      add(value)
      add(condition)
    }
    for (const { value, condition } of ranges) {
      value.forEach((bound) => found.add(bound))
      add(condition)
    }
    if (choice !== undefined) kconfig.choices[choice]?.forEach((member) => found.add(member))
  }
  for (const { by, condition } of kconfig.selectors.get(name) ?? []) {
    found.add(by)
    add(condition)
  }
  found.delete(name)
  return found
}
