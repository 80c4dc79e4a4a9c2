/** A line of a Kconfig file with its continuations joined. */
export interface LogicalLine {
  /** 1-based number of its first line. */
  readonly number: number
  readonly text: string
}

/**
 * Lines that mean something: help texts, comments and empty lines are left out, and a backslash at the end joins
 * the next line. A help text goes on for as long as lines are indented at least as far as its first one
 * (the HELP state of the kernel's scripts/kconfig/lexer.l).
 */
export function* logicalLines(text: string): Generator<LogicalLine> {
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const number = at + 1
    let line = (lines[at] ?? '').replace(/\r$/, '')
    while (line.endsWith('\\') && at + 1 < lines.length) line = line.slice(0, -1) + ' ' + (lines[++at] ?? '').replace(/\r$/, '')
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('#')) continue
    if (/^(?:help|---help---)\s*(?:#.*)?$/.test(trimmed)) at = endOfHelp(lines, at + 1) - 1
    else yield { number, text: trimmed }
  }
}

function endOfHelp(lines: readonly string[], start: number): number {
  let least: number | undefined
  for (let at = start; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line.trim() === '') continue
    const indentation = indentationOf(line)
    least ??= indentation
    if (indentation === 0 || indentation < least) return at
  }
  return lines.length
}

/** Columns of white space at the start, with tab stops of eight. */
function indentationOf(line: string): number {
  let column = 0
  for (const character of line) {
    if (character === '\t') column += 8 - (column % 8)
    else if (character === ' ') column++
    else break
  }
  return column
}
