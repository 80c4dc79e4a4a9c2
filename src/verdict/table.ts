import { STAGES, type Stage } from '../model/finding.js'
import type { StageResult } from '../model/report.js'
import { ASCII_MARKS, EMOJI, MARKS, SEVERITY_EMOJI } from '../report/marks.js'
import type { Look } from '../report/terminal.js'
import { firstOf } from '../text/bounded.js'
import { markdownText } from '../text/markdown.js'
import { plainOneLine } from '../text/plain.js'
import { duration } from '../text/size.js'
import { shortFlavour } from '../architecture/flavour.js'
import type { Outcome, ReleaseVerdict, Row } from './judge.js'
import { OBJECTIONS, type Objection } from './objections.js'

/** More are in release-manifest.json. */
const MOST_OBJECTIONS = 40

const OUTCOME_EMOJI: Readonly<Record<Outcome, string>> = { ...EMOJI, waived: '🔸', missing: '⚠️', refused: '⛔' }
const WEIGHT: Readonly<Record<Objection['severity'], number>> = { fail: 0, error: 1, warning: 2, note: 3 }

/** One row of the table: a kernel, or one of its reports where it has several. */
interface Line {
  readonly row: Row
  readonly stages: readonly StageResult[]
  /** Seconds; absent without a report. */
  readonly seconds?: number
  readonly cause: string
}

/** Why the outcome is what it is, as a sentence without its full stop. Untrusted text. */
function causeOf(row: Row): string {
  const { outcome, causes, waived } = row
  const [cause] = causes
  if (cause !== undefined) return `${cause.title} [${cause.id}]${cause.lapsed === undefined ? '' : `; its waiver was good until ${cause.lapsed}`}${causes.length > 1 ? ` and ${causes.length - 1} more` : ''}`
  const [first] = waived
  if (first !== undefined) return `waived until ${first.waiver.expires}: ${first.waiver.reason} (${first.cause.title} [${first.cause.id}]${waived.length > 1 ? ` and ${waived.length - 1} more` : ''})`
  if (outcome === 'refused') return 'its report is refused'
  return outcome === 'skip' ? `${skipsOf(row)}; the policy lets it be skipped` : ''
}

/** The module's own word for leaving the kernel out. */
function skipsOf({ submissions }: Row): string {
  return submissions.flatMap(({ report }) => report?.findings.filter(({ severity }) => severity === 'skip') ?? []).map(({ id, title }) => `${title} [${id}]`).join(', ')
}

function linesOf(row: Row): readonly Line[] {
  const cause = causeOf(row)
  if (row.submissions.length === 0) return [{ row, stages: [], cause }]
  return row.submissions.flatMap(({ report }, i) => (report === undefined ? [] : [{ row, stages: report.stages, seconds: report.seconds, cause: i === 0 ? cause : '' }]))
}

/** The stages that any report has, in the order of a run. */
function stagesOf(lines: readonly Line[]): readonly Stage[] {
  return STAGES.filter((stage) => lines.some(({ stages }) => stages.some((result) => result.stage === stage)))
}

function cell(line: Line, stage: Stage, marks: Readonly<Record<StageResult['outcome'], string>>): string {
  const result = line.stages.find((candidate) => candidate.stage === stage)
  if (result === undefined) return ''
  return result.outcome === 'skipped' ? marks.skipped : `${marks[result.outcome]} ${duration(result.seconds)}`
}

/** `trixie`, `trixie/rt`, or nothing for a kernel that is in no matrix. */
function suiteOf({ expected }: Row): string {
  if (expected?.suite === undefined) return ''
  const flavour = expected.flavour === undefined ? '' : shortFlavour(expected.flavour)
  return flavour === '' ? expected.suite : `${expected.suite}/${flavour}`
}

/** The answer in one sentence. */
export function releaseSentence({ releasable, rows, objections }: ReleaseVerdict): string {
  const required = rows.filter((row) => row.required)
  const good = required.filter(({ outcome }) => outcome === 'pass' || outcome === 'waived')
  const waived = good.filter(({ outcome }) => outcome === 'waived').length
  const left = required.filter(({ outcome }) => outcome === 'skip').length
  if (releasable) return `Releasable: ${good.length} of ${required.length} required kernels are good${waived === 0 ? '' : `, ${waived} of them by a waiver`}${left === 0 ? '' : `; ${left} ${left === 1 ? 'is one' : 'are ones'} that the module is not meant for, as the policy allows`}.`
  const first = [...objections].sort(byWeight)[0]
  return plainOneLine(`Not releasable: ${good.length} of ${required.length} required kernels are good. ${first?.title ?? ''}`)
}

function byWeight(a: Objection, b: Objection): number {
  return WEIGHT[a.severity] - WEIGHT[b.severity]
}

/** The whole verdict as GitHub-flavoured Markdown; nothing that a report says can become markup or HTML. */
export function verdictMarkdown(verdict: ReleaseVerdict): string {
  const lines = verdict.rows.flatMap(linesOf)
  const stages = stagesOf(lines)
  const heads = ['kernel', 'suite', 'counts', 'verdict', ...stages, 'total', 'cause']
  const row = (words: readonly string[]): string => `| ${words.join(' | ')} |`
  const rows = lines.map((line) =>
    row([
      markdownText(line.row.kernel),
      markdownText(suiteOf(line.row)),
      line.row.required ? 'required' : 'advisory',
      `${OUTCOME_EMOJI[line.row.outcome]} ${line.row.outcome}`,
      ...stages.map((stage) => cell(line, stage, EMOJI)),
      line.seconds === undefined ? '' : duration(line.seconds),
      markdownText(line.cause),
    ]),
  )
  const { shown, more } = firstOf([...verdict.objections].sort(byWeight), MOST_OBJECTIONS)
  const objections = shown.map(({ id, severity, title }) => `- ${SEVERITY_EMOJI[severity]} **${markdownText(title)}** (\`${id}\`)\n  → ${markdownText(OBJECTIONS[id])}`)
  return `${[
    `## ${verdict.releasable ? '✅' : verdict.verdict === 'fail' ? '❌' : '⚠️'} ${markdownText(releaseSentence(verdict))}`,
    [row(heads), row(heads.map((head) => (head === 'total' || stages.some((stage) => stage === head) ? '--:' : '---'))), ...rows].join('\n'),
    ...(objections.length === 0 ? [] : [[...objections, ...(more === 0 ? [] : [`- and ${more} more in release-manifest.json`])].join('\n')]),
    `Commit ${markdownText(verdict.commit ?? 'unknown')}${verdict.repository === undefined ? '' : ` of ${markdownText(verdict.repository)}`}`,
  ].join('\n\n')}\n`
}

const COLOURS: Readonly<Record<Outcome, number>> = { pass: 32, fail: 31, error: 33, skip: 36, waived: 33, missing: 33, refused: 31 }

/** The whole verdict for a terminal or a log. */
export function verdictText(verdict: ReleaseVerdict, look: Look): string {
  const marks = look.utf8 ? MARKS : ASCII_MARKS
  const lines = verdict.rows.flatMap(linesOf)
  const stages = stagesOf(lines)
  const table = [
    ['kernel', 'suite', 'counts', 'verdict', ...stages, 'total', 'cause'],
    ...lines.map((line) => [line.row.kernel, suiteOf(line.row), line.row.required ? 'required' : 'advisory', line.row.outcome, ...stages.map((stage) => cell(line, stage, marks)), line.seconds === undefined ? '' : duration(line.seconds), line.cause]),
  ].map((cells) => cells.map(plainOneLine))
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)))
  const VERDICT = 3
  const rows = table.map((cells, i) =>
    cells
      .map((text, column) => {
        const padded = column === cells.length - 1 ? text : text.padEnd(widths[column] ?? 0)
        const outcome = lines[i - 1]?.row.outcome
        return look.colour && column === VERDICT && outcome !== undefined ? `\u001b[${COLOURS[outcome]}m${padded}\u001b[0m` : padded
      })
      .join('  ')
      .trimEnd(),
  )
  const { shown, more } = firstOf([...verdict.objections].sort(byWeight), MOST_OBJECTIONS)
  const arrow = look.utf8 ? '→' : '->'
  return `${[
    ...rows,
    '',
    ...shown.flatMap(({ id, severity, title }) => [`${severity}: ${plainOneLine(title)} [${id}]`, `  ${arrow} ${OBJECTIONS[id]}`]),
    ...(more === 0 ? [] : [`and ${more} more in release-manifest.json`]),
    ...(shown.length === 0 ? [] : ['']),
    releaseSentence(verdict),
  ].join('\n')}\n`
}
