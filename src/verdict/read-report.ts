import { STAGES, type Finding, type Verdict } from '../model/finding.js'
import type { KernelTarget, OwnTarget, PackageRef } from '../model/kernel.js'
import type { StageResult } from '../model/report.js'
import type { ToolState } from '../model/toolchain.js'
import { SCHEMA_VERSION } from '../report/json.js'
import { amount, Fields, list, oneOf, string, text, type Shape } from './shape.js'

/** One module as a report names it. */
export interface ReportedModule {
  readonly name: string
  /** Absolute path where the run left it. */
  readonly file: string
  readonly sha256: string
  /** Bytes. */
  readonly size: number
  readonly vermagic: string
}

/** What a report says of the proof, in numbers over all modules. */
export interface ProofSummary {
  readonly kernelTypes?: string
  readonly modules: number
  /** Modules whose struct module is the kernel's. */
  readonly structModuleMatches: number
  readonly types: { readonly compared: number; readonly identical: number }
  readonly symbols: { readonly imported: number; readonly provided: number; readonly crcs: number; readonly crcsEqual: number }
  readonly signatures: { readonly compared: number; readonly identical: number }
  readonly differences: number
  /** What could not be proven, one line each; without what nobody could. */
  readonly gaps: readonly string[]
}

/** The part of report.json (docs/report.schema.json) that a verdict over many reports is made of. */
export interface ReadReport {
  readonly toolVersion: string
  readonly verdict: Verdict
  readonly started: string
  /** Seconds. */
  readonly seconds: number
  /** Absolute path on the machine of the run. */
  readonly outputDir: string
  /** The release that was asked for, when it was. */
  readonly askedFor?: string
  readonly target?: KernelTarget | OwnTarget
  readonly stages: readonly StageResult[]
  readonly findings: readonly Finding[]
  readonly tools: readonly ToolState[]
  readonly modules: readonly ReportedModule[]
  /** The guest was packed for another machine, and this report knows of no boot. */
  readonly bootPending: boolean
  readonly proof?: ProofSummary
  /** Full hash of the commit; absent where the run did not know it. */
  readonly commit?: string
  readonly repository?: string
}

/** Longer lists are not what a run leaves. */
const MOST = 100_000
const RELEASE = /^[0-9A-Za-z][0-9A-Za-z.+~_-]{0,127}$/

const sha256 = text(/^[0-9a-f]{64}$/, 'Allowed is a SHA-256 in hex.')
/** It becomes the name of a directory. */
const release = text(RELEASE, 'Allowed is a kernel release.')

const packageRef: Shape<PackageRef> = (value, at) => {
  const fields = new Fields(value, at)
  return { name: fields.need('name', string), version: fields.need('version', string), size: fields.need('size', amount), ...fields.maybe('sha256', sha256) }
}

const target: Shape<KernelTarget | OwnTarget> = (value, at) => {
  const fields = new Fields(value, at)
  const { tree } = fields.maybe('tree', string)
  if (tree !== undefined) return { release: fields.need('release', release), series: fields.need('series', string), flavour: fields.need('flavour', string), tree, imageSha256: fields.need('imageSha256', sha256), configSha256: fields.need('configSha256', sha256) }
  return {
    release: fields.need('release', release),
    packageVersion: fields.need('packageVersion', string),
    flavour: fields.need('flavour', string),
    series: fields.need('series', string),
    image: fields.need('image', list(packageRef, MOST)),
    headers: fields.need('headers', packageRef),
    source: fields.need('source', packageRef),
  }
}

const stage: Shape<StageResult> = (value, at) => {
  const fields = new Fields(value, at)
  return { stage: fields.need('stage', oneOf(STAGES)), outcome: fields.need('outcome', oneOf(['pass', 'fail', 'error', 'skip', 'skipped'])), seconds: fields.need('seconds', amount), summary: fields.need('summary', string) }
}

const finding: Shape<Finding> = (value, at) => {
  const fields = new Fields(value, at)
  return { id: fields.need('id', string), stage: fields.need('stage', oneOf(STAGES)), severity: fields.need('severity', oneOf(['fail', 'error', 'skip', 'warning', 'note'])), title: fields.need('title', string), ...fields.maybe('remedy', string) }
}

const tool: Shape<ToolState> = (value, at) => {
  const fields = new Fields(value, at)
  return {
    tool: fields.need('tool', string),
    program: fields.need('program', string),
    package: fields.need('package', string),
    state: fields.need('state', oneOf(['ok', 'missing', 'other-version'])),
    ...fields.maybe('expected', string),
    ...fields.maybe('actual', string),
  }
}

const module: Shape<ReportedModule> = (value, at) => {
  const fields = new Fields(value, at)
  return {
    name: fields.need('name', string),
    file: fields.need('file', text(/\/[0-9A-Za-z_+.-]*\.ko$/, 'Allowed is the path of a .ko file whose name has letters, digits and _ + . - alone.')),
    sha256: fields.need('sha256', sha256),
    size: fields.need('size', amount),
    vermagic: fields.need('vermagic', string),
  }
}

function counts<N extends string>(...names: readonly N[]): Shape<Readonly<Record<N, number>>> {
  return (value, at) => {
    const fields = new Fields(value, at)
    return Object.fromEntries(names.map((name) => [name, fields.need(name, amount)])) as Record<N, number>
  }
}

const gap: Shape<readonly string[]> = (value, at) => {
  const fields = new Fields(value, at)
  const { inherent } = fields.maybe('inherent', (found) => found)
  return inherent === true ? [] : [`${fields.need('what', string)}: ${fields.need('why', string)}`]
}

const moduleProof: Shape<ProofSummary> = (value, at) => {
  const fields = new Fields(value, at)
  return {
    modules: 1,
    structModuleMatches: fields.need('structModule', string) === 'matches' ? 1 : 0,
    types: fields.need('types', counts('compared', 'identical')),
    symbols: fields.need('symbols', counts('imported', 'provided', 'crcs', 'crcsEqual')),
    signatures: fields.need('signatures', counts('compared', 'identical')),
    differences: fields.need('differences', list((found) => found, MOST)).length,
    gaps: fields.need('gaps', list(gap, MOST)).flat(),
  }
}

function added<N extends string>(a: Readonly<Record<N, number>>, b: Readonly<Record<N, number>>): Readonly<Record<N, number>> {
  return Object.fromEntries((Object.keys(a) as N[]).map((name) => [name, a[name] + b[name]])) as Record<N, number>
}

const NOTHING: ProofSummary = {
  modules: 0,
  structModuleMatches: 0,
  types: { compared: 0, identical: 0 },
  symbols: { imported: 0, provided: 0, crcs: 0, crcsEqual: 0 },
  signatures: { compared: 0, identical: 0 },
  differences: 0,
  gaps: [],
}

const proof: Shape<ProofSummary> = (value, at) => {
  const fields = new Fields(value, at)
  const sum = fields.need('modules', list(moduleProof, MOST)).reduce(
    (a, b) => ({
      modules: a.modules + b.modules,
      structModuleMatches: a.structModuleMatches + b.structModuleMatches,
      types: added(a.types, b.types),
      symbols: added(a.symbols, b.symbols),
      signatures: added(a.signatures, b.signatures),
      differences: a.differences + b.differences,
      gaps: [...a.gaps, ...b.gaps],
    }),
    NOTHING,
  )
  return { ...fields.maybe('kernelTypes', string), ...sum }
}

/** SHA-1 or SHA-256 of git, in full. */
const COMMIT = text(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'Allowed is a whole commit hash.')

const source: Shape<{ readonly commit?: string; readonly repository?: string }> = (value, at) => {
  const fields = new Fields(value, at)
  return { ...fields.maybe('commit', COMMIT), ...fields.maybe('repository', string) }
}

const request: Shape<{ readonly outputDir: string; readonly askedFor?: string }> = (value, at) => {
  const fields = new Fields(value, at)
  const { release: askedFor } = fields.need('kernel', (kernel, place) => new Fields(kernel, place).maybe('release', release))
  return { outputDir: fields.need('outputDir', string), ...(askedFor !== undefined && { askedFor }) }
}

/** A report of another version of the schema: it may mean something else by the same words. */
export class OtherSchema extends Error {
  override readonly name = 'OtherSchema'
}

/**
 * Reads a report. What it holds beyond this is left to others.
 * @throws SyntaxError when it is no JSON
 * @throws OtherSchema
 * @throws ShapeError
 */
export function readReport(content: string): ReadReport {
  const fields = new Fields(JSON.parse(content), '')
  const version = fields.need('schemaVersion', amount)
  if (version !== SCHEMA_VERSION) throw new OtherSchema(`It is of schema ${version}, and ${SCHEMA_VERSION} is known.`)
  const { proof: proven } = fields.maybe('proof', proof)
  const { target: kernel } = fields.maybe('target', target)
  const { bundle } = fields.maybe('bundle', string)
  const stages = fields.need('stages', list(stage, STAGES.length * 2))
  const report: ReadReport = {
    toolVersion: fields.need('tool', (value, at) => new Fields(value, at).need('version', string)),
    verdict: fields.need('verdict', oneOf(['pass', 'fail', 'error', 'skip'])),
    started: fields.need('started', string),
    seconds: fields.need('seconds', amount),
    ...fields.need('request', request),
    ...(kernel !== undefined && { target: kernel }),
    stages,
    bootPending: bundle !== undefined && stages.some((result) => result.stage === 'boot' && result.outcome === 'skipped'),
    findings: fields.need('findings', list(finding, MOST)),
    tools: fields.need('tools', list(tool, MOST)),
    modules: fields.need('modules', list(module, MOST)),
    ...(proven !== undefined && { proof: proven }),
    ...fields.maybe('source', source).source,
  }
  return report
}
