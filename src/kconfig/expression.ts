import type { Token } from './tokens.js'

export type Relation = '=' | '!=' | '<' | '<=' | '>' | '>='

/** One operand: a symbol, a literal (quoted text, or y, m, n), or an unexpanded `$(…)` call. */
export type Operand =
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'macro'; readonly text: string }

/** An expression as Documentation/kbuild/kconfig-language.rst ("Menu dependencies") defines it. */
export type Expression =
  | Operand
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'compare'; readonly relation: Relation; readonly left: Operand; readonly right: Operand }

const RELATIONS: ReadonlySet<string> = new Set<Relation>(['=', '!=', '<', '<=', '>', '>='])
const CONSTANTS: ReadonlySet<string> = new Set(['y', 'm', 'n'])

/** Result of reading an expression: what was read, and the index of the first token after it. */
export interface Read {
  readonly expression: Expression | undefined
  readonly next: number
}

/** Reads one expression from `tokens[start]` on. What does not belong to it (`if`) is left; `undefined` when there is none. */
export function readExpression(tokens: readonly Token[], start: number): Read {
  return readChain(tokens, start, '||', 'or', (at) => readChain(tokens, at, '&&', 'and', (inner) => readTerm(tokens, inner)))
}

function readChain(tokens: readonly Token[], start: number, operator: string, kind: 'and' | 'or', part: (at: number) => Read): Read {
  let { expression: left, next } = part(start)
  while (left !== undefined && isOperator(tokens[next], operator)) {
    const right = part(next + 1)
    if (right.expression === undefined) break
    left = { kind, left, right: right.expression }
    next = right.next
  }
  return { expression: left, next }
}

function readTerm(tokens: readonly Token[], start: number): Read {
  const token = tokens[start]
  if (isOperator(token, '!')) {
    const { expression, next } = readTerm(tokens, start + 1)
    return { expression: expression && { kind: 'not', of: expression }, next }
  }
  if (isOperator(token, '(')) {
    const { expression, next } = readExpression(tokens, start + 1)
    return { expression, next: isOperator(tokens[next], ')') ? next + 1 : next }
  }
  const left = operand(token)
  if (left === undefined) return { expression: undefined, next: start }
  const relation = tokens[start + 1]
  const right = operand(tokens[start + 2])
  if (relation === undefined || !isRelation(relation) || right === undefined) return { expression: left, next: start + 1 }
  return { expression: { kind: 'compare', relation: relation.text, left, right }, next: start + 3 }
}

function operand(token: Token | undefined): Operand | undefined {
  if (token === undefined || token.kind === 'operator' || (token.kind === 'word' && token.text === 'if')) return undefined
  if (token.kind === 'macro') return { kind: 'macro', text: token.text }
  if (token.kind === 'string' || CONSTANTS.has(token.text)) return { kind: 'literal', value: token.text }
  return { kind: 'symbol', name: token.text }
}

function isOperator(token: Token | undefined, text: string): boolean {
  return token?.kind === 'operator' && token.text === text
}

function isRelation(token: Token): token is Token & { readonly text: Relation } {
  return token.kind === 'operator' && RELATIONS.has(token.text)
}

/** The operands of an expression, from left to right. */
export function operandsOf(expression: Expression): readonly Operand[] {
  switch (expression.kind) {
    case 'not':
      return operandsOf(expression.of)
    case 'and':
    case 'or':
    case 'compare':
      return [...operandsOf(expression.left), ...operandsOf(expression.right)]
    case 'symbol':
    case 'literal':
    case 'macro':
      return [expression]
  }
}

/** The expression as text, for messages. */
export function describeExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'symbol':
      return expression.name
    case 'literal':
      return CONSTANTS.has(expression.value) ? expression.value : JSON.stringify(expression.value)
    case 'macro':
      return expression.text
    case 'not':
      return isOperand(expression.of) ? `!${describeExpression(expression.of)}` : `!(${describeExpression(expression.of)})`
    case 'and':
      return `${parenthesized(expression.left)} && ${parenthesized(expression.right)}`
    case 'or':
      return `${describeExpression(expression.left)} || ${describeExpression(expression.right)}`
    case 'compare':
      return `${describeExpression(expression.left)} ${expression.relation} ${describeExpression(expression.right)}`
  }
}

function parenthesized(expression: Expression): string {
  const text = describeExpression(expression)
  return expression.kind === 'or' ? `(${text})` : text
}

function isOperand({ kind }: Expression): boolean {
  return kind === 'symbol' || kind === 'literal' || kind === 'macro'
}
