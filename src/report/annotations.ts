import { join, relative } from 'node:path'
import type { Finding, Severity } from '../model/finding.js'
import type { Report } from '../model/report.js'
import { firstLines, firstOf } from '../text/bounded.js'
import { plainOneLine, plainText } from '../text/plain.js'
import { byWeight } from './marks.js'

export type Level = 'error' | 'warning' | 'notice'

export interface Annotation {
  readonly level: Level
  readonly message: string
  readonly title: string
  /** Relative to the runner's workspace. */
  readonly file?: string
  readonly line?: number
  readonly column?: number
}

const LEVELS: Readonly<Record<Severity, Level>> = { fail: 'error', error: 'error', skip: 'notice', warning: 'warning', note: 'notice' }
/** GitHub shows ten of each level for one step; the tenth error is the one that the step itself ends with. */
const MOST: Readonly<Record<Level, number>> = { error: 9, warning: 10, notice: 10 }
const DETAIL_LINES = 15

/** A place that GitHub can show: in the user's repository, and that in the workspace. */
function placeOf(finding: Finding, report: Report, workspace: string): Pick<Annotation, 'file' | 'line' | 'column'> {
  const source = report.request.module
  if (finding.place === undefined || source.kind !== 'out-of-tree') return {}
  const { file, line, column } = finding.place
  const inRepository = relative(source.repository, join(source.repository, file))
  const inWorkspace = relative(workspace, join(source.repository, file))
  if (file.startsWith('/') || inRepository.startsWith('../') || inWorkspace.startsWith('../')) return {}
  return { file: inWorkspace, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) }
}

function annotationOf(finding: Finding, report: Report, workspace: string): Annotation {
  const said = [finding.title, finding.detail === undefined ? '' : firstLines(finding.detail, DETAIL_LINES), finding.remedy ?? '']
  return {
    level: LEVELS[finding.severity],
    title: `kmod-gate: ${plainOneLine(finding.id)}`,
    message: said.filter((part) => part !== '').map(plainText).join('\n'),
    ...placeOf(finding, report, workspace),
  }
}

/**
 * Annotations of the findings, those that weigh most first, no more of a level than GitHub shows: the last one then says how many more
 * there are. A note that has no place in the user's files is left to the summary. `workspace` is an absolute real path.
 */
export function annotationsOf(report: Report, workspace: string): readonly Annotation[] {
  const all = byWeight(report.findings).flatMap((finding) => {
    const annotation = annotationOf(finding, report, workspace)
    return finding.severity === 'note' && annotation.file === undefined ? [] : [annotation]
  })
  return (['error', 'warning', 'notice'] as const).flatMap((level) => {
    const ofLevel = all.filter((annotation) => annotation.level === level)
    if (ofLevel.length <= MOST[level]) return ofLevel
    const { shown, more } = firstOf(ofLevel, MOST[level] - 1)
    return [...shown, { level, title: 'kmod-gate', message: `${more} more in the summary of the job and in the report.` }]
  })
}
