import { plainOneLine, plainText } from './plain.js'

/**
 * One line of text that GitHub-flavoured Markdown shows as it is, in a paragraph or a table cell.
 * Markup characters get a backslash (CommonMark 2.4); those of HTML and the cell border become entities, which can never be markup (CommonMark 2.5).
 */
export function markdownText(text: string): string {
  return plainOneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*[\]~#!$@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\$&')
    .replaceAll('|', '&#124;')
    .replace(/:\/\//g, '&#58;//')
}

/** A code span: its fence is longer than any run of backticks inside (CommonMark 6.1). Not for table cells. */
export function codeSpan(text: string): string {
  const code = plainOneLine(text)
  const fence = '`'.repeat(longestRun(code) + 1)
  return code === '' ? '' : /^`|`$/.test(code) ? `${fence} ${code} ${fence}` : `${fence}${code}${fence}`
}

/** A fenced code block that its text cannot end (CommonMark 4.5). Starts and ends with a line of its own, no trailing line end. */
export function codeBlock(text: string, language = 'text'): string {
  const code = plainText(text)
  const fence = '`'.repeat(Math.max(3, longestRun(code) + 1))
  return `${fence}${language}\n${code}\n${fence}`
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
}
