import type { Finding, Verdict } from '../model/finding.js'
import type { Report, StageResult } from '../model/report.js'
import { firstLines, firstOf } from '../text/bounded.js'
import { plainOneLine, plainText } from '../text/plain.js'
import { shellQuote } from '../text/shell.js'
import { duration } from '../text/size.js'
import { ASCII_MARKS, MARKS, byWeight } from './marks.js'
import { placeText } from './place.js'
import { reproduceLine } from './reproduce.js'
import { verdictSentence } from './sentence.js'

/** What the terminal can show. */
export interface Look {
  readonly colour: boolean
  readonly utf8: boolean
}

const MOST_FINDINGS = 20
const DETAIL_LINES = 20

/** SGR codes (ECMA-48 8.3.117): green, red, yellow, cyan, faint. */
const COLOURS: Readonly<Record<StageResult['outcome'], number>> = { pass: 32, fail: 31, error: 33, skip: 36, skipped: 2 }

function coloured(text: string, code: number, look: Look): string {
  return look.colour ? `\u001b[${code}m${text}\u001b[0m` : text
}

/** One line for a stage that ended. */
export function stageLine({ stage, outcome, seconds, summary }: StageResult, look: Look): string {
  const mark = coloured((look.utf8 ? MARKS : ASCII_MARKS)[outcome], COLOURS[outcome], look)
  const time = outcome === 'skipped' ? '' : duration(seconds)
  return `${mark} ${stage.padEnd(9)} ${time.padStart(8)}  ${plainOneLine(summary)}`.trimEnd()
}

const OUTCOMES: Readonly<Record<Finding['severity'], Verdict | 'skipped'>> = { fail: 'fail', error: 'error', skip: 'skip', warning: 'error', note: 'skipped' }

function indented(text: string, by: string): string {
  return text.split('\n').map((line) => by + line).join('\n')
}

function findingText(finding: Finding, look: Look): string {
  const severity = coloured(finding.severity, COLOURS[OUTCOMES[finding.severity]], look)
  const where = finding.place === undefined ? '' : `${plainOneLine(placeText(finding.place))}: `
  const arrow = look.utf8 ? '→' : '->'
  return [
    `${severity}: ${where}${plainOneLine(finding.title)} [${plainOneLine(finding.id)}]`,
    ...(finding.detail === undefined ? [] : [indented(plainText(firstLines(finding.detail, DETAIL_LINES)), '    ')]),
    ...(finding.remedy === undefined ? [] : [indented(`${arrow} ${plainText(finding.remedy)}`, '  ')]),
  ].join('\n')
}

/** The line that does the same again, for a shell in `cwd`: it names the module from the root of its repository, which may be elsewhere. */
function againLine({ request, target }: Report, cwd: string | undefined): string {
  const { module } = request
  const line = reproduceLine(request, target?.release)
  return module.kind !== 'out-of-tree' || cwd === undefined || cwd === module.repository ? line : `cd ${shellQuote(module.repository)} && ${line}`
}

/**
 * What stands at the end of a run: the verdict, the findings with their remedies, and where to go from here. `cwd`: where the reader's shell is,
 * when the repository is on the same machine.
 */
export function endText(report: Report, files: { readonly html: string } | undefined, look: Look, cwd?: string): string {
  const { shown, more } = firstOf(byWeight(report.findings), MOST_FINDINGS)
  const verdict = coloured(report.verdict.toUpperCase(), COLOURS[report.verdict], look)
  return [
    '',
    ...shown.map((finding) => `${findingText(finding, look)}\n`),
    ...(more === 0 ? [] : [`and ${more} more findings in the report\n`]),
    `${verdict}  ${plainOneLine(verdictSentence(report))} (${duration(report.seconds)})`,
    ...(files === undefined ? [] : [`report: ${plainOneLine(files.html)}`]),
    ...(report.verdict === 'pass' ? [] : [`again:  ${plainOneLine(againLine(report, cwd))}`]),
    '',
  ].join('\n')
}
