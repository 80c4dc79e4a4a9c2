import { describeExpression, type Expression, type Operand, type Relation } from './expression.js'
import type { KconfigModel } from './model.js'
import { unquote, type ConfigMap } from './parse.js'

export type Tristate = 'n' | 'm' | 'y'

const RANK: Readonly<Record<Tristate, number>> = { n: 0, m: 1, y: 2 }

/** The world in which expressions are judged. */
export interface Scope {
  readonly kconfig: KconfigModel
  readonly config: ConfigMap
}

/**
 * Value of an expression, as expr_calc_value in the kernel's scripts/kconfig/expr.c: `&&` is the lesser,
 * `||` the greater, `!` the opposite, where m is its own opposite. A `$(…)` call counts as y: it is a question to a
 * tool, and blaming it needs evidence of another kind.
 */
export function evaluate(expression: Expression, scope: Scope): Tristate {
  return evaluateWith(expression, scope, (name) => symbolValue(name, scope))
}

/** The same with another idea of a symbol's value (comparisons keep to the config). */
export function evaluateWith(expression: Expression, scope: Scope, valueOf: (name: string) => Tristate): Tristate {
  switch (expression.kind) {
    case 'symbol':
      return valueOf(expression.name)
    case 'literal':
      return asTristate(expression.value)
    case 'macro':
      return 'y'
    case 'not':
      return opposite(evaluateWith(expression.of, scope, valueOf))
    case 'and':
      return least(evaluateWith(expression.left, scope, valueOf), evaluateWith(expression.right, scope, valueOf))
    case 'or':
      return greatest(evaluateWith(expression.left, scope, valueOf), evaluateWith(expression.right, scope, valueOf))
    case 'compare':
      return compare(expression.left, expression.relation, expression.right, scope) ? 'y' : 'n'
  }
}

/** All of them together: y when there are none. */
export function evaluateAll(expressions: readonly Expression[], scope: Scope): Tristate {
  return expressions.reduce<Tristate>((sum, expression) => least(sum, evaluate(expression, scope)), 'y')
}

export function symbolValue(name: string, { config }: Scope): Tristate {
  return asTristate(config.get(name))
}

export function least(a: Tristate, b: Tristate): Tristate {
  return RANK[a] <= RANK[b] ? a : b
}

export function greatest(a: Tristate, b: Tristate): Tristate {
  return RANK[a] >= RANK[b] ? a : b
}

function asTristate(value: string | undefined): Tristate {
  return value === 'y' || value === 'm' ? value : 'n'
}

function opposite(value: Tristate): Tristate {
  return value === 'y' ? 'n' : value === 'n' ? 'y' : 'm'
}

const COMPARISONS: Readonly<Record<Relation, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

/** Numbers are compared as numbers when both sides are, else text with text. */
function compare(left: Operand, relation: Relation, right: Operand, scope: Scope): boolean {
  if (left.kind === 'macro' || right.kind === 'macro') return true
  const [a, b] = [textOf(left, scope), textOf(right, scope)]
  const [x, y] = [numberOf(a), numberOf(b)]
  const order = x !== undefined && y !== undefined ? x - y : a < b ? -1 : Number(a > b)
  return COMPARISONS[relation](order)
}

/** A name that no Kconfig file defines stands for its own text: that is how numbers are written. */
function textOf(operand: Operand, { kconfig, config }: Scope): string {
  if (operand.kind !== 'symbol') return operand.kind === 'literal' ? operand.value : operand.text
  const symbol = kconfig.symbols.get(operand.name)
  const value = config.get(operand.name)
  if (value !== undefined) return unquote(value)
  if (symbol === undefined) return operand.name
  return symbol.type === 'bool' || symbol.type === 'tristate' ? 'n' : ''
}

function numberOf(text: string): number | undefined {
  return /^(?:-?\d+|0[xX][0-9a-fA-F]+)$/.test(text) ? Number(text) : undefined
}

/** One term that keeps an expression from being true, and why. */
export interface FailingTerm {
  readonly term: string
  /** What the config says of it: `not set` or `=m` for a symbol alone, else such as `USB=m, PCI is not set`. */
  readonly because: string
  /** Present when the term is a symbol alone. */
  readonly symbol?: string
}

/** The terms of a conjunction that hold it below `wanted`; none when it reaches that. Of a disjunction no side is more to blame than another. */
export function failingTerms(expression: Expression, wanted: Tristate, scope: Scope): FailingTerm[] {
  if (RANK[evaluate(expression, scope)] >= RANK[wanted]) return []
  if (expression.kind === 'and') {
    return unique([...failingTerms(expression.left, wanted, scope), ...failingTerms(expression.right, wanted, scope)])
  }
  if (expression.kind === 'or') return [{ term: describeExpression(expression), because: 'none of these holds' }]
  if (expression.kind === 'symbol') {
    const value = scope.config.get(expression.name)
    return [{ term: expression.name, because: value === undefined ? 'not set' : `=${value}`, symbol: expression.name }]
  }
  const symbols = symbolsOf(expression).filter((name) => scope.kconfig.symbols.has(name) || scope.config.has(name))
  return [{ term: describeExpression(expression), because: symbols.map((name) => describeValue(name, scope.config)).join(', ') || 'never true' }]
}

/** Names of the symbols in an expression, each once. */
export function symbolsOf(expression: Expression): string[] {
  return [...new Set(leafNames(expression))]
}

function leafNames(expression: Expression): string[] {
  switch (expression.kind) {
    case 'symbol':
      return [expression.name]
    case 'literal':
    case 'macro':
      return []
    case 'not':
      return leafNames(expression.of)
    case 'and':
    case 'or':
    case 'compare':
      return [...leafNames(expression.left), ...leafNames(expression.right)]
  }
}

export function describeValue(symbol: string, config: ConfigMap): string {
  const value = config.get(symbol)
  return value === undefined ? `${symbol} is not set` : `${symbol}=${value}`
}

function unique(terms: readonly FailingTerm[]): FailingTerm[] {
  return [...new Map(terms.map((term) => [term.term, term])).values()]
}
