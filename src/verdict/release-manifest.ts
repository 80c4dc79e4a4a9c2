import { basename } from 'node:path'
import { isOwn } from '../model/kernel.js'
import { VERSION } from '../version.js'
import type { FoundModule, Submission } from './collect.js'
import type { ReleaseVerdict, Row } from './judge.js'
import { OBJECTIONS } from './objections.js'

/** Raised when a reader of release-manifest.json has to change; docs/release-manifest.schema.json describes this one. */
export const RELEASE_MANIFEST_VERSION = 1

type Json = Readonly<Record<string, unknown>>

/** Where a module lies beside the release manifest. */
export function releasedPath(kernel: string, module: FoundModule): string {
  return `modules/${kernel}/${basename(module.path)}`
}

/** The kernels whose modules are released. */
export function isReleased({ outcome }: Row): boolean {
  return outcome === 'pass' || outcome === 'waived'
}

function submissionJson(row: Row, releasable: boolean, { dir, sha256, report, modules }: Submission): Json {
  const { target } = report ?? {}
  return {
    report: { directory: dir, sha256, tool: report?.toolVersion, verdict: report?.verdict, started: report?.started, seconds: report?.seconds },
    ...(target !== undefined && isOwn(target) && { build: { imageSha256: target.imageSha256, configSha256: target.configSha256 } }),
    ...(target !== undefined && !isOwn(target) && { packageVersion: target.packageVersion, packages: [...target.image, target.headers, target.source].map(({ name, version, sha256: hash }) => ({ name, version, ...(hash !== undefined && { sha256: hash }) })) }),
    toolchain: (report?.tools ?? []).flatMap(({ tool, package: from, actual, expected }) => (actual === undefined ? [] : [{ tool, package: from, version: actual, ...(expected !== undefined && { expected }) }])),
    stages: (report?.stages ?? []).map(({ stage, outcome, seconds }) => ({ stage, outcome, seconds })),
    modules: modules.map((module) => ({ name: module.name, file: releasable && isReleased(row) ? releasedPath(row.kernel, module) : basename(module.path), sha256: module.sha256, size: module.size, vermagic: module.vermagic })),
    ...(report?.proof !== undefined && { proof: report.proof }),
  }
}

function rowJson(row: Row, releasable: boolean): Json {
  const { kernel, expected, required, outcome, submissions, causes, waived } = row
  return {
    kernel,
    ...(expected?.suite !== undefined && { suite: expected.suite }),
    ...(expected?.image !== undefined && { image: expected.image }),
    required,
    verdict: outcome,
    checks: submissions.map((submission) => submissionJson(row, releasable, submission)),
    causes: causes.map(({ id, severity, title }) => ({ id, severity, title })),
    waived: waived.map(({ cause, waiver }) => ({ id: cause.id, title: cause.title, reason: waiver.reason, expires: waiver.expires })),
  }
}

/** The content of release-manifest.json. Texts from reports are as they came; treat them as data. */
export function releaseManifest(verdict: ReleaseVerdict, now: Date): Json {
  const { releasable, commit, repository, rows, objections } = verdict
  return {
    schemaVersion: RELEASE_MANIFEST_VERSION,
    tool: { name: 'kmod-gate', version: VERSION },
    created: now.toISOString(),
    releasable,
    verdict: verdict.verdict,
    source: { ...(commit !== undefined && { commit }), ...(repository !== undefined && { repository }) },
    kernels: rows.map((row) => rowJson(row, releasable)),
    objections: objections.map(({ id, severity, title, kernel }) => ({ id, severity, title, remedy: OBJECTIONS[id], ...(kernel !== undefined && { kernel }) })),
  }
}
