import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { collectReports } from '../../src/verdict/collect.js'
import { checkManifest, writeManifest } from '../../src/verdict/manifest.js'
import { OtherSchema, readReport } from '../../src/verdict/read-report.js'
import { ShapeError } from '../../src/verdict/shape.js'
import { finding, leave } from './run-of-reports.js'

const K = '6.1.0-56-amd64'
let dir = ''
let job = ''
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'collect-'))
  job = join(dir, 'a/b/job')
  await leave(job, { kernel: K })
})
afterEach(() => rmSync(dir, { recursive: true }))

type Json = Record<string, unknown>
const report = (): Json => JSON.parse(readFileSync(join(job, 'report.json'), 'utf8')) as Json

/** Changes the report as somebody would who makes a new manifest, too. */
async function rewrite(change: (report: Json) => Json): Promise<void> {
  writeFileSync(join(job, 'report.json'), JSON.stringify(change(report())))
  await writeManifest(job)
}

async function refusal(): Promise<string> {
  const [submission] = await collectReports(dir)
  return submission?.refusal === undefined ? 'taken' : `${submission.refusal.id}: ${submission.refusal.why}`
}

test('a whole submission', async () => {
  const [submission, ...rest] = await collectReports(dir)
  expect(rest).toEqual([])
  expect(submission).toMatchObject({ dir: 'a/b/job', modules: [{ name: 'hello', path: join(job, 'modules/hello.ko') }], report: { verdict: 'pass', askedFor: K } })
  expect(submission?.refusal).toBeUndefined()
})

test.each<[string, () => void | Promise<void>, RegExp]>([
  ['a report that was edited', () => writeFileSync(join(job, 'report.json'), JSON.stringify({ ...report(), verdict: 'fail' })), /report-altered: report\.json was changed/],
  ['a blank added to it', () => appendFileSync(join(job, 'report.json'), ' '), /report-altered: report\.json was changed/],
  ['a module that was replaced', () => writeFileSync(join(job, 'modules/hello.ko'), 'other'), /report-altered: modules\/hello\.ko was changed/],
  ['a module that was removed', () => rmSync(join(job, 'modules/hello.ko')), /report-altered: modules\/hello\.ko is gone/],
  ['a module that was added', () => writeFileSync(join(job, 'extra.ko'), 'x'), /report-altered: extra\.ko was added/],
  ['a link in place of the module', () => (renameSync(join(job, 'modules/hello.ko'), join(job, 'real')), symlinkSync(join(job, 'real'), join(job, 'modules/hello.ko'))), /report-altered: modules\/hello\.ko is gone/],
  ['no manifest', () => rmSync(join(job, 'manifest.json')), /manifest-missing/],
  ['a manifest that is none', () => writeFileSync(join(job, 'manifest.json'), '{"schemaVersion":1}'), /report\.json was added/],
  ['a manifest that is no JSON', () => writeFileSync(join(job, 'manifest.json'), '{'), /report-altered: manifest\.json cannot be read/],
  ['a manifest of another schema', () => writeFileSync(join(job, 'manifest.json'), '{"schemaVersion":2,"files":{}}'), /of schema 2/],
  ['a module and manifest replaced together', () => (writeFileSync(join(job, 'modules/hello.ko'), 'other'), rewrite((json) => json)), /is not the module that the report is about/],
  ['another schema', () => rewrite((json) => ({ ...json, schemaVersion: 2 })), /report-schema: It is of schema 2, and 1 is known/],
  ['a report cut short', () => writeFileSync(join(job, 'report.json'), readFileSync(join(job, 'report.json')).subarray(0, 500)), /report-unreadable/],
  ['a report nested without end', () => writeFileSync(join(job, 'report.json'), `{"schemaVersion":${'['.repeat(1e6)}${']'.repeat(1e6)}}`), /report-unreadable: schemaVersion: a list cannot be used/],
  ['a verdict turned to pass', async () => (await leave(job, { kernel: K, findings: [finding('guest.oops', 'fail', 'oops')] }), await rewrite((json) => ({ ...json, verdict: 'pass' }))), /says pass, and its findings say fail/],
  ['findings taken away', async () => (await leave(job, { kernel: K, findings: [finding('guest.oops', 'fail', 'oops')] }), await rewrite((json) => ({ ...json, verdict: 'pass', findings: [] }))), /its stage boot says fail/],
  ['a skip that names modules', async () => (await leave(job, { kernel: K, findings: [finding('guest.left-out', 'skip', 'not meant for it')] }), await rewrite((json) => json)), /says skip and names modules/],
  ['a skip turned to pass', async () => (await leave(job, { kernel: K, findings: [finding('guest.left-out', 'skip', 'not meant for it')] }), await rewrite((json) => ({ ...json, verdict: 'pass', findings: [] }))), /its stage boot says skip/],
  ['a pass without modules', () => rewrite((json) => ({ ...json, modules: [] })), /names no module/],
  ['a module that leads elsewhere', () => rewrite((json) => ({ ...json, modules: [{ ...(json['modules'] as Json[])[0], file: '/etc/../x/evil.ko' }] })), /which is not there/],
  ['a module above the directory', () => rewrite((json) => ({ ...json, modules: [{ ...(json['modules'] as Json[])[0], file: '/__w/driver/driver/kmod-gate-out/../hello.ko' }] })), /which is not there/],
  ['a release that is a path', () => rewrite((json) => ({ ...json, target: { ...(json['target'] as Json), release: '../../x' } })), /report-unreadable: target\.release/],
])('%s is refused', async (_what, change, expected) => {
  await change()
  const said = await refusal()
  expect(said).toMatch(expected)
  expect(said).not.toBe('taken')
})

test('links are not followed, neither to directories nor to reports', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'outside-'))
  cpSync(job, outside, { recursive: true })
  symlinkSync(outside, join(dir, 'link'))
  mkdirSync(join(dir, 'z'))
  symlinkSync(join(outside, 'report.json'), join(dir, 'z/report.json'))
  expect((await collectReports(dir)).map((submission) => submission.dir)).toEqual(['a/b/job'])
  rmSync(outside, { recursive: true })
})

test('directories without end are an error', async () => {
  mkdirSync(join(dir, Array.from({ length: 20 }, () => 'd').join('/')), { recursive: true })
  await expect(collectReports(dir)).rejects.toThrow(/more than 16 directories deep/)
})

test('a manifest written twice is the same, and good', async () => {
  const before = readFileSync(join(job, 'manifest.json'), 'utf8')
  await writeManifest(job)
  expect(readFileSync(join(job, 'manifest.json'), 'utf8')).toBe(before)
  expect((await checkManifest(job)).kind).toBe('good')
  await expect(writeManifest(join(dir, 'a'))).rejects.toThrow(/report\.json/)
})

test('a report that the gate really wrote is read', () => {
  const read = readReport(readFileSync('__tests__/fixtures/verdict/hello-6.1.json', 'utf8'))
  expect(read).toMatchObject({ verdict: 'pass', target: { release: '6.1.0-56-amd64', packageVersion: '6.1.192-2' }, modules: [{ name: 'hello' }], outputDir: '/srv/out' })
  expect(read.stages.map(({ stage }) => stage)).toEqual(['resolve', 'install', 'toolchain', 'tree', 'guard', 'build', 'boot'])
  expect('commit' in read).toBe(false)
})

test('any value in any place is read or refused, and nothing else happens', () => {
  const whole = report()
  const paths = (value: unknown, at: readonly string[] = []): string[][] => (typeof value !== 'object' || value === null ? [[...at]] : [[...at], ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...at, key]))])
  const all = paths(whole).filter((path) => path.length > 0)
  const put = (value: unknown, [key = '', ...rest]: readonly string[], what: unknown): unknown => {
    if (Array.isArray(value)) return value.map((inner, i) => (String(i) === key ? (rest.length === 0 ? what : put(inner, rest, what)) : (inner as unknown)))
    return { ...(value as Json), [key]: rest.length === 0 ? what : put((value as Json)[key], rest, what) }
  }
  fc.assert(
    fc.property(fc.constantFrom(...all), fc.oneof(fc.jsonValue(), fc.constant({ __proto__: null }), fc.constant('../../etc/passwd')), (path, what) => {
      try {
        const read = readReport(JSON.stringify(put(whole, path, what)))
        expect(read.modules.every(({ file }) => file.endsWith('.ko'))).toBe(true)
      } catch (error) {
        expect(error instanceof ShapeError || error instanceof OtherSchema).toBe(true)
      }
    }),
    { numRuns: 1500 },
  )
})
