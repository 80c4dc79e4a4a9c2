import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding, Severity } from '../../src/model/finding.js'
import { verdictOf } from '../../src/model/finding.js'
import type { AbiProof } from '../../src/model/proof.js'
import type { Report } from '../../src/model/report.js'
import { parseRelease } from '../../src/kernel/release.js'
import { reportText } from '../../src/report/json.js'
import { writeManifest } from '../../src/verdict/manifest.js'
import { PASS } from '../report/samples.js'

export const COMMIT = '1111111111111111111111111111111111111111'
export const OTHER_COMMIT = '2222222222222222222222222222222222222222'

/** Where a container job's run leaves its output; nothing is there when the reports are judged. */
const OUT = '/__w/driver/driver/kmod-gate-out'

export interface Job {
  readonly kernel: string
  readonly version?: string
  readonly findings?: readonly Finding[]
  readonly stages?: Report['stages']
  readonly commit?: string | null
  readonly repository?: string
  /** Bytes of hello.ko. */
  readonly content?: string
  readonly toolVersion?: string
}

export function finding(id: string, severity: Severity, title: string): Finding {
  return { id, stage: id.startsWith('guest.') ? 'boot' : 'build', severity, title, remedy: 'Repair it.' }
}

const PROOF: AbiProof = {
  kernelTypes: '.BTF of vmlinux',
  modules: [
    {
      module: 'hello',
      file: `${OUT}/modules/hello.ko`,
      typesFrom: 'DWARF',
      types: { compared: 310, identical: 310, ownOnly: 2 },
      structModule: 'matches',
      symbols: { imported: 4, provided: 4, crcs: 4, crcsEqual: 4 },
      signatures: { compared: 3, identical: 3 },
      differences: [],
      shifted: [],
      gaps: [{ what: 'signatures', why: 'the kernel has no BTF for functions in assembler', inherent: true }, { what: 'types', why: 'no debug information in a.o' }],
    },
  ],
}

/** The report of one job, as the gate writes it. */
export function reportOf({ kernel, version = '6.1.192-2', findings = [], stages, content = `hello for ${kernel}`, toolVersion = '1.0.0' }: Job): Report {
  const { series = '6.1', flavour = 'amd64' } = parseRelease(kernel) ?? {}
  const sha256 = createHash('sha256').update(content).digest('hex')
  const ref = (name: string) => ({ name, version, size: 1_000_000, sha256: createHash('sha256').update(name).digest('hex') })
  const { target, ...passed } = PASS
  if (target === undefined) throw new Error('the sample has lost its kernel')
  const verdict = verdictOf(findings)
  const failed = findings.find(({ severity }) => severity === 'fail' || severity === 'error' || severity === 'skip')
  return {
    ...passed,
    tool: { name: 'kmod-gate', version: toolVersion },
    verdict,
    request: { ...PASS.request, kernel: { kind: 'release', release: kernel }, outputDir: OUT },
    target: { release: kernel, packageVersion: version, series, flavour, image: [ref(`linux-image-${kernel}`)], headers: ref(`linux-headers-${kernel}`), source: ref(`linux-source-${series}`) },
    modules: failed?.stage === 'build' ? [] : [{ name: 'hello', file: `${OUT}/modules/hello.ko`, path: 'hello.ko', sha256, size: content.length, depends: [], vermagic: `${kernel} SMP preempt mod_unload modversions` }],
    proof: PROOF,
    stages: stages ?? PASS.stages.map((stage) => (stage.stage === failed?.stage ? { ...stage, outcome: verdict, summary: failed.title } : stage)),
    findings: [...PASS.findings, ...findings],
  }
}

/** Leaves in `dir` what a job hands over. */
export async function leave(dir: string, job: Job): Promise<void> {
  const { kernel, commit = COMMIT, repository = 'someone/driver', content = `hello for ${kernel}` } = job
  const report = reportOf(job)
  mkdirSync(join(dir, 'modules'), { recursive: true })
  for (const { file } of report.modules) writeFileSync(join(dir, file.slice(OUT.length)), content)
  const json = JSON.parse(reportText(report)) as Readonly<Record<string, unknown>>
  writeFileSync(join(dir, 'report.json'), JSON.stringify({ ...json, ...(commit !== null && { source: { commit, repository } }) }, null, 2))
  writeFileSync(join(dir, 'make.log'), 'make: done\n')
  await writeManifest(dir)
}
