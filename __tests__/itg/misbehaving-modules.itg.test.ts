import { beforeAll, expect, test } from '@jest/globals'
import { checkout, gateStep, moduleFolder, preparedRoot } from '../support/gate.js'
import { guestSteps, stageOf, threeTimes, weighty, wordsOf } from '../support/report-file.js'
import type { StepResult } from '../support/runner-shim.js'

let root = ''
beforeAll(async () => {
  ;({ root } = await preparedRoot('trixie'))
}, 600_000)

async function check(name: string, inputs: Readonly<Record<string, string>> = {}, env: Readonly<Record<string, string>> = {}): Promise<StepResult> {
  checkout(root, moduleFolder(name), `drivers/${name}`)
  return gateStep(root, { module: `drivers/${name}`, ...inputs }, { env })
}

const said = (step: StepResult): string => weighty(step.report).map(wordsOf).join('\n')
const ended = (step: StepResult): unknown[] => [step.outputs['verdict'], step.status]

test('a compile error: annotated at its line of the repository', async () => {
  const step = await check('compile-error')
  expect(ended(step)).toEqual(['fail', 1])
  expect(step.annotations).toContainEqual(
    expect.objectContaining({ name: 'error', properties: expect.objectContaining({ file: 'drivers/compile-error/compile_error.c', line: '9', col: '16' }), data: expect.stringContaining('anwser') }),
  )
  expect(stageOf(step.report, 'build')?.outcome).toBe('fail')
  expect(stageOf(step.report, 'boot')?.outcome).toBe('skipped')
}, 300_000)

test('an unresolved symbol is an error of the build', async () => {
  const step = await check('unresolved-symbol')
  expect(ended(step)).toEqual(['fail', 1])
  expect(said(step)).toContain('kmod_gate_nobody_exports_this')
  expect(stageOf(step.report, 'build')?.outcome).toBe('fail')
}, 300_000)

test('an init that returns -ENODEV fails in the guest', async () => {
  const step = await check('enodev')
  expect(ended(step)).toEqual(['fail', 1])
  expect(guestSteps(step.report)).toContain('load enodev refused')
  expect(said(step)).toMatch(/No such device|ENODEV/)
}, 300_000)

test('an oops while loading fails, with the kernel log as evidence', async () => {
  const step = await check('oops')
  expect(ended(step)).toEqual(['fail', 1])
  expect(said(step)).toMatch(/NULL pointer dereference|Oops/)
  // The one failure that it is: that the kernel killed insmod for it goes without saying.
  expect(weighty(step.report).map(({ id }) => id)).toEqual(['guest.oops'])
}, 300_000)

test('a warning while loading fails although the module loads', async () => {
  const step = await check('warn')
  expect(ended(step)).toEqual(['fail', 1])
  expect(guestSteps(step.report)).toContain('load warn ok')
  expect(said(step)).toMatch(/WARN/i)
}, 300_000)

test('an init that never returns fails at the deadline', async () => {
  const step = await check('hang', { 'boot-timeout': '30' })
  expect(ended(step)).toEqual(['fail', 1])
  expect(step.report?.guest?.end).not.toBe('completed')
  expect(said(step)).toContain('hang')
}, 300_000)

function expectNothingForged(step: StepResult): void {
  const heard = JSON.stringify([step.annotations, step.outputs, step.exported, step.commands.filter(({ name }) => name !== 'group' && name !== 'debug')])
  expect(heard).not.toMatch(/"forged|set-output|add-mask/)
  expect(step.commands.filter(({ name, data }) => name === 'stop-commands' && data === 'forged')).toEqual([])
  expect(step.annotations.filter(({ properties }) => properties['file'] === 'forged.c')).toEqual([])
  expect(step.outputs).not.toHaveProperty('forged')
  expect(step.summary).not.toMatch(/^(::|##\[)/m)
}

test('forged records and commands of a good module come to nothing', async () => {
  const step = await check('forge')
  expect([...ended(step), weighty(step.report)]).toEqual(['pass', 0, []])
  expect(step.annotations).toEqual([])
  expectNothingForged(step)
}, 300_000)

test('the same lines do not save a module that fails, nor get through in debug mode', async () => {
  const step = await check('forge-and-fail', {}, { RUNNER_DEBUG: '1' })
  expect(ended(step)).toEqual(['fail', 1])
  expect(guestSteps(step.report)).toContain('load forge_and_fail refused')
  expectNothingForged(step)
}, 300_000)

test('two modules of one directory, listed in the wrong order, are loaded in the right one', async () => {
  const step = await check('two-modules')
  expect([...ended(step), weighty(step.report)]).toEqual(['pass', 0, []])
  expect(guestSteps(step.report)).toEqual(threeTimes('load two_base ok', 'load two_user ok', 'unload two_user ok', 'unload two_base ok'))
}, 300_000)

test('a module that reaches for a header of its repository builds', async () => {
  checkout(root, moduleFolder('parent-include'))
  const step = await gateStep(root, { module: 'driver', boot: 'off' })
  expect([...ended(step), weighty(step.report)]).toEqual(['pass', 0, []])
}, 300_000)
