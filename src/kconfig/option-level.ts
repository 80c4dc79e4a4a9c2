import { evaluateWith, greatest, least, symbolValue, type Scope, type Tristate } from './evaluate.js'

/**
 * Where the code behind a symbol lives: `m` in modules only, `y` (also) in the kernel image, `n` nowhere.
 * A tristate says so itself. A bool is as modular as what it depends on: below a driver that is `m` it can only alter
 * that driver's module, however many bools lie in between.
 */
export function codeLevel(name: string, scope: Scope, above: ReadonlySet<string> = new Set()): Tristate {
  const symbol = scope.kconfig.symbols.get(name)
  const value = scope.config.get(name)
  if (symbol === undefined || value === undefined) return symbolValue(name, scope)
  if (symbol.type === 'tristate' || above.has(name)) return symbol.type === 'tristate' ? symbolValue(name, scope) : 'y'
  return dependencyLevel(name, scope, above)
}

/** The level of what a symbol depends on, whatever its own value. */
export function dependencyLevel(name: string, scope: Scope, above: ReadonlySet<string> = new Set()): Tristate {
  const inside = new Set([...above, name])
  const valueOf = (other: string): Tristate => codeLevel(other, scope, inside)
  return (scope.kconfig.symbols.get(name)?.definitions ?? [])
    .map(({ depends }) => depends.reduce<Tristate>((sum, expression) => least(sum, evaluateWith(expression, scope, valueOf)), 'y'))
    .reduce<Tristate>(greatest, 'n')
}
