/** One token of a line in a Kconfig file. A `macro` is any `$(…)`, or text that holds one: it is kept unexpanded. */
export interface Token {
  readonly kind: 'word' | 'string' | 'macro' | 'operator'
  /** Strings without their quotes. */
  readonly text: string
}

const SPACE = /[ \t\r]+/y
const OPERATOR = /&&|\|\||!=|<=|>=|[=!<>()]/y
const WORD = /[A-Za-z0-9_./-]+/y

/** Splits a logical line as the kernel's scripts/kconfig/lexer.l does; a `#` outside strings and macros ends it. Never throws. */
export function tokenize(line: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(line)?.[0]
  }
  while (at < line.length) {
    const space = match(SPACE)
    const operator = match(OPERATOR)
    const head = line[at] ?? ''
    if (space !== undefined) at += space.length
    else if (head === '#') break
    else if (operator !== undefined) {
      tokens.push({ kind: 'operator', text: operator })
      at += operator.length
    } else if (head === '"' || head === "'") {
      const end = stringEnd(line, at)
      const text = line.slice(at + 1, end).replace(/\\(.)/g, '$1')
      tokens.push({ kind: text.includes('$(') ? 'macro' : 'string', text })
      at = end + 1
    } else {
      const end = wordEnd(line, at)
      const text = line.slice(at, end)
      if (text !== '') tokens.push({ kind: text.includes('$(') ? 'macro' : 'word', text })
      at = Math.max(end, at + 1)
    }
  }
  return tokens
}

function stringEnd(line: string, start: number): number {
  const quote = line[start]
  let at = start + 1
  while (at < line.length && line[at] !== quote) {
    if (line.startsWith('$(', at)) at = macroEnd(line, at)
    else at += line[at] === '\\' ? 2 : 1
  }
  return at
}

/** A word may hold macros (`arch/$(SRCARCH)/Kconfig`), and a macro anything at all up to its closing parenthesis. */
function wordEnd(line: string, start: number): number {
  let at = start
  while (at < line.length) {
    if (line.startsWith('$(', at)) {
      at = macroEnd(line, at)
      continue
    }
    WORD.lastIndex = at
    const word = WORD.exec(line)?.[0]
    if (word === undefined) break
    at += word.length
  }
  return at
}

function macroEnd(line: string, start: number): number {
  let depth = 0
  for (let at = start + 1; at < line.length; at++) {
    if (line[at] === '(') depth++
    else if (line[at] === ')' && --depth === 0) return at + 1
  }
  return line.length
}
