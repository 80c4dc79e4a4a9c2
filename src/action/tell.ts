import { realpathSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { type AnnotationProperties, error, info, notice, setOutput, warning } from '@actions/core'
import type { Report } from '../model/report.js'
import { type Annotation, type Level, annotationsOf } from '../report/annotations.js'
import type { Outputs } from '../report/outputs.js'
import { plainOneLine } from '../text/plain.js'

const SAY: Readonly<Record<Level, (message: string, properties: AnnotationProperties) => void>> = { error, warning, notice }

function annotate({ level, message, title, file, line, column }: Annotation): void {
  const place = { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { startLine: line }), ...(column === undefined ? {} : { startColumn: column }) }
  SAY[level](message, { title, ...place })
}

/** Sets every output, so that none is left over or undefined after a failure. */
export function tellOutputs(outputs: Outputs): void {
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value)
}

/** Adds to the job summary. A runner that has none, or one that is full, is no reason to fail. */
export async function tellSummary(markdown: string, file = process.env['GITHUB_STEP_SUMMARY'] ?? ''): Promise<void> {
  try {
    if (file !== '') await appendFile(file, markdown)
  } catch (problem) {
    info(plainOneLine(`There is no job summary: ${problem instanceof Error ? problem.message : String(problem)}`))
  }
}

/** Annotations of all findings, placed relative to the runner's workspace. */
export function tellAnnotations(report: Report, workspace: string): void {
  let real = workspace
  try {
    real = realpathSync(workspace)
  } catch {
    info(plainOneLine(`The workspace ${workspace} cannot be read; annotations may not find their files.`))
  }
  for (const annotation of annotationsOf(report, real)) annotate(annotation)
}
