import { expect, test } from '@jest/globals'
import { Recorder, Stopped } from '../../src/gate/recorder.js'
import { GateError, UsageError } from '../../src/model/errors.js'
import { verdictOf, type Finding, type Severity } from '../../src/model/finding.js'
import type { StageResult } from '../../src/model/report.js'
import { quietLog } from '../support/quiet-log.js'

const finding = (severity: Severity): Finding => ({ id: 'x.y', stage: 'guard', severity, title: severity })
const recorder = (results: StageResult[] = []) => new Recorder(quietLog(), (result) => void results.push(result))

test.each<[Severity[], string]>([
  [[], 'pass'],
  [['warning', 'note'], 'pass'],
  [['error', 'warning'], 'error'],
  [['error', 'fail'], 'fail'],
  [['warning', 'skip'], 'skip'],
  [['skip', 'error'], 'error'],
  [['skip', 'fail'], 'fail'],
])('%j is %s', (severities, verdict) => {
  expect(verdictOf(severities.map(finding))).toBe(verdict)
})

test('a stage that passes hands on its value; those not reached are skipped', async () => {
  const kept = recorder()
  expect(await kept.stage('resolve', 't', () => Promise.resolve({ value: 7, summary: 's' }))).toBe(7)
  expect(kept.results.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual(['resolve pass', 'install skipped', 'toolchain skipped', 'tree skipped', 'guard skipped', 'build skipped', 'proof skipped', 'boot skipped'])
})

test('a stage that finds the module not meant for this kernel ends the run; the later ones are skipped, which is another word', async () => {
  const kept = recorder()
  await expect(kept.stage('build', 't', () => Promise.resolve({ value: 0, findings: [finding('skip')], summary: 's' }))).rejects.toThrow(Stopped)
  expect(kept.results.slice(-3).map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual(['build skip', 'proof skipped', 'boot skipped'])
})

test('a failing stage ends the run and keeps its findings, each once', async () => {
  const kept = recorder()
  await expect(kept.stage('guard', 't', () => Promise.resolve({ value: 0, findings: [finding('fail'), finding('fail')], summary: 's' }))).rejects.toThrow(Stopped)
  expect(kept.findings).toHaveLength(1)
})

test('what a stage throws becomes a finding, and a bug of the gate is never a pass', async () => {
  const kept = recorder()
  await expect(kept.stage('tree', 't', () => Promise.reject(new GateError(finding('error'))))).rejects.toThrow(Stopped)
  await expect(kept.stage('build', 't', () => Promise.reject(new TypeError('oops')))).rejects.toThrow(Stopped)
  await expect(kept.stage('boot', 't', () => Promise.reject(Object.assign(new Error('write'), { code: 'ENOSPC' })))).rejects.toThrow(Stopped)
  expect(kept.findings.map(({ id, severity }) => `${severity} ${id}`)).toEqual(['error x.y', 'error gate.internal-error', 'error host.disk-full'])
})

test('what failed beside the stages belongs to the one that ended last, and is a bug of the gate unless it says what it is', async () => {
  const kept = recorder()
  kept.astray(new TypeError('oops'))
  await kept.stage('guard', 't', () => Promise.resolve({ value: 0, summary: 's' }))
  kept.astray(new Error('late'))
  kept.astray(new GateError(finding('error')))
  expect(kept.findings.map(({ id, severity, stage }) => `${severity} ${id} ${stage}`)).toEqual(['error gate.internal-error resolve', 'error gate.internal-error guard', `error x.y ${finding('error').stage}`])
})

test('wrong usage is not a finding', async () => {
  await expect(recorder().stage('resolve', 't', () => Promise.reject(new UsageError('kernel', 'x', 'y')))).rejects.toThrow(UsageError)
})

test('work that began before its stage says itself how long it took', async () => {
  const kept = recorder()
  await kept.stage('boot', 't', () => Promise.resolve({ value: 0, summary: 's', seconds: 12 }))
  expect(kept.results.at(-1)).toMatchObject({ stage: 'boot', seconds: 12 })
})
