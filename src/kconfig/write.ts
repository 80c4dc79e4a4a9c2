import type { RequestedOption } from '../model/request.js'

const LINE = /^(?:CONFIG_([A-Za-z0-9_]+)=.*|# CONFIG_([A-Za-z0-9_]+) is not set)$/

/** Puts the requested options into the text of a .config: in the place of the line that was there, else at the end. */
export function writeOptions(text: string, options: readonly RequestedOption[]): string {
  const wanted = new Map(options.map(({ symbol, value }) => [symbol, optionLine(symbol, value)]))
  const written = new Set<string>()
  const lines = text.replace(/\n$/, '').split('\n').flatMap((line) => {
    const [, set, unset] = LINE.exec(line) ?? []
    const symbol = set ?? unset
    const replacement = symbol === undefined ? undefined : wanted.get(symbol)
    if (symbol === undefined || replacement === undefined) return [line]
    if (written.has(symbol)) return []
    written.add(symbol)
    return [replacement]
  })
  const rest = [...wanted].filter(([symbol]) => !written.has(symbol)).map(([, line]) => line)
  return [...lines, ...rest].filter((line, index) => index > 0 || line !== '').join('\n') + '\n'
}

function optionLine(symbol: string, value: string): string {
  return value === 'n' ? `# CONFIG_${symbol} is not set` : `CONFIG_${symbol}=${value}`
}
