import { appendFileSync, cpSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { HELLO, bareRoot, checkout, gateStep, moduleFolder, preparedRoot } from '../../support/gate.js'
import { mustInRoot } from '../../support/in-root.js'
import { guestSteps, stageOf, threeTimes, weighty } from '../../support/report-file.js'
import { removeRoot } from '../../support/roots.js'
import { WORKSPACE, runStep } from '../../support/runner-shim.js'

/** Built in one root, booted in another that has QEMU, and neither compilers nor busybox. */

const MOVED = 'srv/moved here'
let root = ''
let other = ''

beforeAll(async () => {
  ;({ root } = await preparedRoot('bookworm'))
  other = await bareRoot('bookworm')
  await mustInRoot(other, ['apt-get', 'update', '-q'], { timeout: 200 })
  await mustInRoot(other, ['apt-get', 'install', '-q', '-y', '--no-install-recommends', 'qemu-system-x86'], { timeout: 400 })
}, 1_200_000)
afterAll(() => {
  if (other !== '') removeRoot(other)
})

/** Moves the bundle that the last run left into the other root. */
function moveBundle(): void {
  rmSync(join(other, MOVED), { recursive: true, force: true })
  mkdirSync(join(other, MOVED), { recursive: true })
  renameSync(join(root, WORKSPACE, 'kmod-gate-out/bundle'), join(other, MOVED, 'bundle'))
}

const bootStep = (inputs: Readonly<Record<string, string>>) => runStep(other, { boot: 'tcg', bundle: `/${MOVED}/bundle`, ...inputs }, { timeout: 150, network: false, action: 'boot' })

test('built here and booted there: one report over both halves', async () => {
  checkout(root, HELLO, 'hello')
  const first = await gateStep(root, { module: 'hello', boot: 'off', bundle: 'always' })
  expect([weighty(first.report), stageOf(first.report, 'boot')?.outcome]).toEqual([[], 'skipped'])
  moveBundle()
  const second = await bootStep({})
  expect([second.outputs['verdict'], second.status, second.leftovers]).toEqual(['pass', 0, []])
  expect(second.report?.stages.map(({ stage, outcome }) => [stage, outcome])).toEqual(first.report?.stages.map(({ stage, outcome }) => [stage, stage === 'boot' ? 'pass' : outcome]))
  expect(second.report?.modules.map(({ sha256 }) => sha256)).toEqual(first.report?.modules.map(({ sha256 }) => sha256))
  expect(guestSteps(second.report)).toEqual(threeTimes('load hello ok', 'unload hello ok'))
}, 400_000)

test('a bundle that was changed on the way is refused, and nothing is booted', async () => {
  cpSync(join(other, MOVED, 'bundle'), join(other, MOVED, 'kept'), { recursive: true })
  appendFileSync(join(other, MOVED, 'bundle', 'initramfs.cpio.gz'), 'x')
  const step = await bootStep({})
  expect([step.outputs['verdict'], step.status]).toEqual(['error', 1])
  expect(step.annotations.map(({ data }) => data).join('\n')).toMatch(/not the one that was made: initramfs/)
}, 200_000)

test('a module that fails there fails the report', async () => {
  checkout(root, moduleFolder('enodev'), 'enodev')
  expect(weighty((await gateStep(root, { module: 'enodev', boot: 'off', bundle: 'always' })).report)).toEqual([])
  moveBundle()
  const step = await bootStep({})
  expect([step.outputs['verdict'], step.status]).toEqual(['fail', 1])
  expect(weighty(step.report).map(({ id }) => id)).toContain('guest.load-refused')
}, 400_000)
