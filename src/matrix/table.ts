import { markdownText } from '../text/markdown.js'
import { plainOneLine } from '../text/plain.js'
import type { MatrixEntry } from './entry.js'

const HEADS = ['kernel', 'packages', 'suite', 'container', 'counts', 'asked for as'] as const

function cells({ kernel, version, suite, image, required, spec }: MatrixEntry): readonly string[] {
  return [kernel, version, suite, image, required ? 'required' : 'advisory', spec]
}

/** The matrix for a terminal or a log, with columns in line. */
export function textTable(entries: readonly MatrixEntry[]): string {
  const rows = [HEADS, ...entries.map(cells)].map((row) => row.map(plainOneLine))
  const widths = HEADS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return `${rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n')}\n`
}

/** The matrix for a job summary. */
export function markdownTable(entries: readonly MatrixEntry[]): string {
  const row = (words: readonly string[]): string => `| ${words.join(' | ')} |`
  return `${[row(HEADS), row(HEADS.map(() => '---')), ...entries.map((entry) => row(cells(entry).map(markdownText)))].join('\n')}\n`
}
