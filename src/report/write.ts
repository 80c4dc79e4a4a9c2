import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Finding, verdictOf } from '../model/finding.js'
import type { Report } from '../model/report.js'
import { sealBundle } from '../handover/seal.js'
import { writeManifest } from '../verdict/manifest.js'
import { reportHtml } from './html.js'
import { reportText } from './json.js'
import { reportSummary } from './summary.js'

export interface ReportFiles {
  readonly json: string
  readonly html: string
  readonly summary: string
}

/** So that nobody ever reads half a file: written beside, then renamed. */
async function writeWhole(file: string, text: string): Promise<void> {
  const partial = `${file}.${process.pid}.partial`
  try {
    await writeFile(partial, text)
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

/** Writes report.json, report.html and summary.md into the output directory and gives their paths. Throws what the file system throws. */
export async function writeReports(report: Report): Promise<ReportFiles> {
  const { outputDir } = report.request
  const files = { json: join(outputDir, 'report.json'), html: join(outputDir, 'report.html'), summary: join(outputDir, 'summary.md') }
  await mkdir(outputDir, { recursive: true })
  await writeWhole(files.html, reportHtml(report))
  await writeWhole(files.summary, reportSummary(report))
  await writeWhole(files.json, reportText(report))
  await writeManifest(outputDir)
  if (report.bundle !== undefined) {
    await copyFile(files.json, join(report.bundle, 'report.json'))
    await sealBundle(report.bundle)
  }
  return files
}

/**
 * Writes the reports. Where that fails (a full disk), the report that comes back says so as a finding, and a pass becomes an error:
 * a verdict that nobody can look up is none.
 */
export async function writeReportsOrSay(report: Report): Promise<{ readonly report: Report; readonly files?: ReportFiles }> {
  try {
    return { report, files: await writeReports(report) }
  } catch (error) {
    const finding: Finding = {
      id: 'report.not-written',
      stage: report.stages.at(-1)?.stage ?? 'boot',
      severity: 'error',
      title: `The report could not be written to ${report.request.outputDir}`,
      detail: error instanceof Error ? error.message : String(error),
      remedy: 'Free space there, or give another directory with output-dir.',
    }
    const findings = [...report.findings, finding]
    return { report: { ...report, findings, verdict: verdictOf(findings) } }
  }
}
