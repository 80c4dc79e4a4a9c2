import { readFile, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { verdictOf } from '../model/finding.js'
import { filesBelow, hashFile, type FileHash } from './hash-files.js'
import { checkManifest, REPORT } from './manifest.js'
import type { ObjectionId } from './objections.js'
import { OtherSchema, readReport, type ReadReport, type ReportedModule } from './read-report.js'
import { ShapeError } from './shape.js'

type RefusalId = Extract<ObjectionId, 'verdict.report-unreadable' | 'verdict.report-schema' | 'verdict.report-altered' | 'verdict.manifest-missing'>

/** Why a report cannot be used. */
export interface Refusal {
  readonly id: RefusalId
  readonly why: string
}

function refused(id: RefusalId, why: string): Refusal {
  return { id, why }
}

/** One module of a report, where it lies now. */
export interface FoundModule extends ReportedModule {
  /** Absolute path. */
  readonly path: string
}

/** One directory with a report. */
export interface Submission {
  /** Relative to the directory that was searched, `.` for itself. */
  readonly dir: string
  /** Of report.json. */
  readonly sha256: string
  /** Absent when it cannot be read at all. */
  readonly report?: ReadReport
  readonly modules: readonly FoundModule[]
  readonly refusal?: Refusal
}

/** Bytes. Logs in a report are bounded; this is ten times the largest. */
const MOST_BYTES = 64 << 20

/** Every report below a directory, in the order of their paths, each checked against its manifest and against itself. */
export async function collectReports(root: string): Promise<readonly Submission[]> {
  // What lies below a report belongs to it.
  const files = await filesBelow(root, (name) => name === REPORT, (names) => !names.includes(REPORT))
  const submissions: Submission[] = []
  for (const file of files) submissions.push(await collect(root, dirname(file)))
  return submissions
}

async function collect(root: string, dir: string): Promise<Submission> {
  const absolute = join(root, dir)
  const { sha256 } = await hashFile(join(absolute, REPORT))
  const base = { dir, sha256, modules: [] }
  const { size } = await stat(join(absolute, REPORT))
  if (size > MOST_BYTES) return { ...base, refusal: refused('verdict.report-unreadable', `it has ${size} bytes`) }
  const report = read(await readFile(join(absolute, REPORT), 'utf8'))
  if ('why' in report) return { ...base, refusal: report }
  const manifest = await checkManifest(absolute)
  if (manifest.kind === 'missing') return { ...base, report, refusal: refused('verdict.manifest-missing', 'there is no manifest.json beside it, so nobody can tell whether it was altered') }
  if (manifest.kind === 'altered') return { ...base, report, refusal: refused('verdict.report-altered', manifest.problems.slice(0, 5).join(', ')) }
  const found = locate(report, absolute, manifest.files)
  if (typeof found === 'string') return { ...base, report, refusal: refused('verdict.report-altered', found) }
  const contradiction = contradictionIn(report)
  return contradiction === undefined ? { ...base, report, modules: found } : { ...base, report, refusal: refused('verdict.report-altered', contradiction) }
}

function read(content: string): ReadReport | Refusal {
  try {
    return readReport(content)
  } catch (error) {
    if (error instanceof OtherSchema) return refused('verdict.report-schema', error.message)
    if (error instanceof ShapeError || error instanceof SyntaxError) return refused('verdict.report-unreadable', error.message)
    throw error
  }
}

/** The modules that a report names, or why one of them is not the one that was checked. */
function locate(report: ReadReport, absolute: string, files: ReadonlyMap<string, FileHash>): readonly FoundModule[] | string {
  const found: FoundModule[] = []
  for (const module of report.modules) {
    // Only a path that the walk found is ever opened; one that leads elsewhere is not among them.
    const path = relative(report.outputDir, module.file)
    const hash = files.get(path)
    if (hash === undefined) return `it names ${module.file}, which is not there`
    if (hash.sha256 !== module.sha256) return `${path} is not the module that the report is about`
    found.push({ ...module, path: join(absolute, path) })
  }
  return found
}

/** A verdict that does not follow from what the report says was not written by the gate. */
function contradictionIn(report: ReadReport): string | undefined {
  const follows = verdictOf(report.findings)
  if (follows !== report.verdict) return `it says ${report.verdict}, and its findings say ${follows}`
  if (report.verdict === 'skip') return report.modules.length === 0 ? undefined : 'it says skip and names modules'
  if (report.verdict !== 'pass') return undefined
  const stage = report.stages.find(({ outcome }) => outcome !== 'pass' && outcome !== 'skipped')
  if (stage !== undefined) return `it says pass, and its stage ${stage.stage} says ${stage.outcome}`
  return report.modules.length === 0 ? 'it says pass and names no module' : undefined
}
