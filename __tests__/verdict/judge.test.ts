import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { collectReports } from '../../src/verdict/collect.js'
import type { Expected } from '../../src/verdict/expected.js'
import { judgeRelease, type Question, type ReleaseVerdict } from '../../src/verdict/judge.js'
import { NO_POLICY, type Policy, type Waiver } from '../../src/verdict/policy.js'
import { COMMIT, finding, leave, OTHER_COMMIT, type Job } from './run-of-reports.js'

const K = '6.1.0-56-amd64'
const RT = '6.1.0-56-rt-amd64'
const entry = (kernel: string, more: Partial<Expected> = {}): Expected => ({ kernel, required: true, suite: 'bookworm', flavour: kernel.replace(/^.*-56-/, ''), version: '6.1.192-2', spec: 'bookworm', ...more })
const fault = finding('abi.signature', 'fail', 'usb_register has another prototype')
const unchecked = finding('guest.never-up', 'error', 'The guest did not come up')
const left = finding('build.dkms-excluded', 'skip', 'hello 1.0 is not for this kernel')
const waiver = (more: Partial<Waiver> = {}): Waiver => ({ kernel: K, reason: 'known', expires: '2026-12-31', ...more })

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'judge-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

async function judge(jobs: readonly Job[], policy: Partial<Policy> = {}, more: Partial<Question> = {}): Promise<ReleaseVerdict> {
  for (const [n, job] of jobs.entries()) await leave(join(dir, `job-${n}`), job)
  return judgeRelease({
    submissions: await collectReports(dir),
    matrix: [entry(K)],
    policy: { ...NO_POLICY, ...policy },
    commit: COMMIT,
    repository: 'someone/driver',
    allowUnknownCommit: false,
    now: new Date('2026-11-23T12:00:00Z'),
    ...more,
  })
}

const outcomes = ({ rows }: ReleaseVerdict): unknown[] => rows.map(({ outcome }) => outcome)
const ids = ({ objections }: ReleaseVerdict): string[] => objections.map(({ id, severity }) => `${severity} ${id}`)

test('all good', async () => {
  const said = await judge([{ kernel: K }])
  expect([said.releasable, said.verdict, outcomes(said), ids(said)]).toEqual([true, 'pass', ['pass'], []])
})

test.each<[string, Job, string, string]>([
  ['a fault', { kernel: K, findings: [fault] }, 'fail', 'fail verdict.kernel-failed'],
  ['an error', { kernel: K, findings: [unchecked] }, 'error', 'error verdict.kernel-unchecked'],
  ['both', { kernel: K, findings: [unchecked, fault] }, 'fail', 'fail verdict.kernel-failed'],
  ['another commit', { kernel: K, commit: OTHER_COMMIT }, 'refused', 'error verdict.other-commit'],
  ['no commit', { kernel: K, commit: null }, 'refused', 'error verdict.unknown-commit'],
  ['another repository', { kernel: K, repository: 'someone/else' }, 'refused', 'error verdict.other-repository'],
])('%s keeps the release back', async (_what, job, outcome, id) => {
  const said = await judge([job])
  expect([said.releasable, outcomes(said), ids(said)]).toEqual([false, [outcome], [id]])
})

test('the same on an advisory kernel does not, but a report that cannot be used always does', async () => {
  const matrix = [entry(K), entry(RT, { required: false })]
  const said = await judge([{ kernel: K }, { kernel: RT, findings: [fault] }], {}, { matrix })
  expect([said.releasable, outcomes(said), ids(said)]).toEqual([true, ['pass', 'fail'], ['warning verdict.kernel-failed']])
  expect((await judge([{ kernel: K }], {}, { matrix })).releasable).toBe(true)
  expect((await judge([{ kernel: K }, { kernel: RT, commit: OTHER_COMMIT }], {}, { matrix })).releasable).toBe(false)
})

test('unknown commits can be accepted, other ones cannot', async () => {
  expect(await judge([{ kernel: K, commit: null }], {}, { allowUnknownCommit: true })).toMatchObject({ releasable: true, objections: [{ id: 'verdict.unknown-commit', severity: 'note' }] })
  expect(await judge([{ kernel: K, commit: OTHER_COMMIT }], {}, { allowUnknownCommit: true })).toMatchObject({ releasable: false })
})

test('without a commit of its own the verdict takes the one that all reports agree on', async () => {
  for (const [n, job] of [{ kernel: K }, { kernel: RT, commit: OTHER_COMMIT }].entries()) await leave(join(dir, `job-${n}`), job)
  const question: Question = { submissions: await collectReports(dir), matrix: [entry(K), entry(RT)], policy: NO_POLICY, allowUnknownCommit: false, now: new Date() }
  const said = judgeRelease(question)
  expect([said.commit, outcomes(said), ids(said)]).toEqual([COMMIT, ['pass', 'refused'], ['error verdict.other-commit']])
})

test('the policy’s lists outweigh the matrix; names are releases, suites and suites with a flavour', async () => {
  const jobs = [{ kernel: K }, { kernel: RT, findings: [fault] }]
  const matrix = [entry(K), entry(RT)]
  for (const name of [RT, 'bookworm/rt', '6.1.0-*-rt-amd64']) expect([name, (await judge(jobs, { advisory: [name] }, { matrix })).releasable]).toEqual([name, true])
  for (const name of ['bookworm/r', 'rt', 'bookworm/default']) expect([name, (await judge(jobs, { advisory: [name] }, { matrix })).releasable]).toEqual([name, false])
  const demoted = matrix.map((one) => ({ ...one, required: false }))
  expect((await judge(jobs, {}, { matrix: demoted })).releasable).toBe(true)
  expect((await judge(jobs, { required: ['bookworm'] }, { matrix: demoted })).releasable).toBe(false)
})

test('a required name that nothing is called, an advisory one, and one in both lists', async () => {
  expect(ids(await judge([{ kernel: K }], { required: ['trixie'] }))).toEqual(['error verdict.kernel-missing'])
  expect(ids(await judge([{ kernel: K }], { advisory: ['trixie'] }))).toEqual(['warning verdict.policy-unused'])
  expect(ids(await judge([{ kernel: K }], { required: [K], advisory: ['bookworm'] }))).toEqual(['error verdict.policy-contradiction'])
})

test('a stage that the policy asks for has to have passed', async () => {
  const stages = [{ stage: 'build', outcome: 'pass', seconds: 1, summary: '' }, { stage: 'boot', outcome: 'skipped', seconds: 0, summary: 'boot: off' }] as const
  expect((await judge([{ kernel: K, stages }])).releasable).toBe(true)
  const said = await judge([{ kernel: K, stages }], { stages: ['build', 'boot'] })
  expect([said.releasable, outcomes(said), said.rows[0]?.causes.map(({ id }) => id)]).toEqual([false, ['error'], ['verdict.stage-not-run']])
  expect((await judge([{ kernel: K, stages }], { stages: ['proof'] })).releasable).toBe(false)
})

test.each<[string, Partial<Waiver>, boolean]>([
  ['the kernel', {}, true],
  ['its suite', { kernel: 'bookworm' }, true],
  ['the finding', { finding: 'abi.signature' }, true],
  ['a pattern', { kernel: '6.1.*', finding: 'abi.*' }, true],
  ['another kernel', { kernel: RT }, false],
  ['another finding', { finding: 'abi.struct-layout' }, false],
  ['until today', { expires: '2026-11-23' }, true],
  ['until yesterday', { expires: '2026-11-22' }, false],
])('a waiver for %s', async (_what, more, covered) => {
  const said = await judge([{ kernel: K, findings: [fault] }], { waivers: [waiver(more)] })
  expect([said.releasable, outcomes(said)]).toEqual([covered, [covered ? 'waived' : 'fail']])
  const expired = more.expires === '2026-11-22'
  expect(ids(said)).toEqual(covered ? [] : ['fail verdict.kernel-failed', expired ? 'warning verdict.waiver-expired' : 'warning verdict.waiver-unused'])
})

test('a waiver for one finding leaves the others standing', async () => {
  const said = await judge([{ kernel: K, findings: [fault, unchecked] }], { waivers: [waiver({ finding: 'abi.signature' })] })
  expect([outcomes(said), said.rows[0]?.causes.map(({ id }) => id), said.rows[0]?.waived.map(({ cause }) => cause.id)]).toEqual([['error'], ['guest.never-up'], ['abi.signature']])
})

test('a required kernel that the module leaves out is no pass, unless the policy lets it be skipped', async () => {
  const jobs = [{ kernel: K }, { kernel: RT, findings: [left] }]
  const matrix = [entry(K), entry(RT)]
  const said = await judge(jobs, {}, { matrix })
  expect([said.releasable, said.verdict, outcomes(said), ids(said)]).toEqual([false, 'error', ['pass', 'skip'], ['error verdict.kernel-skipped']])
  for (const name of [RT, 'bookworm/rt', '*-rt-*']) {
    const allowed = await judge(jobs, { maySkip: [name], stages: ['build', 'boot'] }, { matrix })
    expect([name, allowed.releasable, outcomes(allowed), ids(allowed)]).toEqual([name, true, ['pass', 'skip'], []])
  }
  expect(ids(await judge(jobs, { maySkip: ['bookworm/default'] }, { matrix }))).toEqual(['error verdict.kernel-skipped'])
  expect(ids(await judge(jobs, { maySkip: [RT, 'trixie'] }, { matrix }))).toEqual(['warning verdict.policy-unused'])
  const advisory = await judge(jobs, { advisory: [RT] }, { matrix })
  expect([advisory.releasable, ids(advisory)]).toEqual([true, ['note verdict.kernel-skipped']])
  const waived = await judge(jobs, { waivers: [waiver({ kernel: RT, finding: 'build.dkms-excluded' })] }, { matrix })
  expect([waived.releasable, outcomes(waived)]).toEqual([true, ['pass', 'waived']])
})

test('a skip that is allowed covers nothing else', async () => {
  const two = await judge([{ kernel: K, findings: [left] }, { kernel: K, findings: [fault] }], { maySkip: ['*'] })
  expect([two.releasable, outcomes(two), ids(two)]).toEqual([false, ['fail'], ['fail verdict.kernel-failed']])
  rmSync(join(dir, 'job-1'), { recursive: true })
  const both = await judge([{ kernel: K, findings: [left] }, { kernel: K }], { maySkip: ['*'] })
  expect([both.releasable, outcomes(both)]).toEqual([true, ['pass']])
})

test('when every kernel is skipped nothing was checked, whatever the policy lets be skipped', async () => {
  const said = await judge([{ kernel: K, findings: [left] }], { maySkip: ['*'] })
  expect([said.releasable, outcomes(said), ids(said)]).toEqual([false, ['skip'], ['error verdict.all-skipped']])
})

test('a kernel that is missing is waived by that name alone, and a refused report never', async () => {
  expect(outcomes(await judge([], { waivers: [waiver()] }))).toEqual(['missing'])
  await leave(join(dir, 'other'), { kernel: RT })
  const matrix = [entry(K), entry(RT)]
  const named = await judge([], { waivers: [waiver({ finding: 'verdict.kernel-missing' })] }, { matrix })
  expect([outcomes(named), named.releasable]).toEqual([['waived', 'pass'], true])
  const refused = await judge([{ kernel: K, commit: OTHER_COMMIT }], { waivers: [waiver(), waiver({ finding: '*' })] }, { matrix })
  expect([refused.releasable, outcomes(refused)]).toEqual([false, ['refused', 'pass']])
})

test('several reports of one kernel: the worst counts, a refused one spoils it, two builds of one module are none', async () => {
  expect(outcomes(await judge([{ kernel: K }, { kernel: K, findings: [fault] }]))).toEqual(['fail'])
  rmSync(join(dir, 'job-1'), { recursive: true })
  expect(outcomes(await judge([{ kernel: K }, { kernel: K, commit: OTHER_COMMIT }]))).toEqual(['refused'])
  rmSync(join(dir, 'job-1'), { recursive: true })
  expect(outcomes(await judge([{ kernel: K }, { kernel: K }]))).toEqual(['pass'])
  const twice = await judge([{ kernel: K }, { kernel: K, content: 'another build' }])
  expect([outcomes(twice), twice.rows[0]?.causes.map(({ id }) => id)]).toEqual([['error'], ['verdict.module-twice']])
})

test('a kernel outside of the matrix is told, and counts', async () => {
  const said = await judge([{ kernel: K }, { kernel: RT, findings: [fault] }])
  expect([said.releasable, ids(said)]).toEqual([false, ['warning verdict.kernel-unexpected', 'fail verdict.kernel-failed']])
})

test('a spec of a package version means that one', async () => {
  const job = { kernel: K, version: '6.1.193-1' }
  expect((await judge([job])).releasable).toBe(true)
  const said = await judge([job], {}, { matrix: [entry(K, { spec: '=6.1.192-2' })] })
  expect([said.releasable, said.rows[0]?.causes.map(({ id }) => id)]).toEqual([false, ['verdict.package-version']])
})

test('reports of several versions of the gate are told', async () => {
  expect(ids(await judge([{ kernel: K }, { kernel: RT, toolVersion: '1.1.0' }], {}, { matrix: [entry(K), entry(RT)] }))).toEqual(['warning verdict.tool-versions'])
})
