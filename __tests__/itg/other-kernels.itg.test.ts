import { readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { completeReleases, defaultRelease } from '../support/apt-oracle.js'
import { HELLO, checkout, gateStep, preparedRoot } from '../support/gate.js'
import { guestSteps, stageOf, threeTimes, weighty, wordsOf } from '../support/report-file.js'

test('a superseded ABI of Debian 12 that apt still has, asked for by its release', async () => {
  const { root } = await preparedRoot('bookworm')
  const usual = await defaultRelease(root, 'amd64')
  const kernel = (await completeReleases(root, '6.1', 'amd64')).find((release) => release !== usual) ?? ''
  checkout(root, HELLO, 'hello')
  const step = await gateStep(root, { module: 'hello', kernel })
  expect([step.outputs['verdict'], step.outputs['kernel-release'], weighty(step.report)]).toEqual(['pass', kernel, []])
  expect(step.report?.guest?.release).toBe(kernel)
}, 600_000)

test('what no run has used for cache-days days is removed, and what this run uses stays, however old it is', async () => {
  const { root, first } = await preparedRoot('bookworm')
  const usual = first.outputs['kernel-release'] ?? ''
  const at = (shelf: string): string => join(root, '__t/kmod-gate', shelf)
  const releases = (): string[] => readdirSync(at('kits')).filter((name) => name.includes('-amd64_')).map((name) => name.replace(/_.*/, ''))
  expect(releases().length).toBeGreaterThan(1)
  const old = new Date(Date.now() - 31 * 86_400_000)
  for (const shelf of ['kits', 'trees', 'prepared']) {
    for (const name of readdirSync(at(shelf))) for (const path of [name, join(name, 'complete')]) if (shelf === 'kits' || path === name) utimesSync(join(at(shelf), path), old, old)
  }
  checkout(root, HELLO, 'hello')
  const step = await gateStep(root, { module: 'hello', boot: 'off', 'cache-days': '30' })
  // Nothing had to be downloaded again.
  expect([step.outputs['verdict'], /unpacking linux-/.test(step.output)]).toEqual(['pass', false])
  expect(releases()).toEqual([usual])
  expect(step.output).toMatch(/cache: removed what no run has used for long: kits\//)
  expect([...readdirSync(at('trees')), ...readdirSync(at('prepared'))].every((name) => name.includes(step.report?.target?.packageVersion ?? '?'))).toBe(true)
}, 600_000)

test('a series is its newest complete release', async () => {
  const { root } = await preparedRoot('trixie')
  checkout(root, HELLO, 'hello')
  const step = await gateStep(root, { module: 'hello', kernel: '6.12', boot: 'off' })
  expect(step.outputs['verdict']).toBe('pass')
  expect(await completeReleases(root, '6.12', 'amd64')).toContain(step.outputs['kernel-release'])
  expect(stageOf(step.report, 'boot')?.outcome).toBe('skipped')
}, 600_000)

test('the cloud flavour of Debian 12 boots and takes a module', async () => {
  const { root } = await preparedRoot('bookworm')
  checkout(root, HELLO, 'hello')
  const step = await gateStep(root, { module: 'hello', kernel: await defaultRelease(root, 'cloud-amd64') })
  expect([step.outputs['verdict'], weighty(step.report)]).toEqual(['pass', []])
  expect(guestSteps(step.report)).toEqual(threeTimes('load hello ok', 'unload hello ok'))
}, 600_000)

test('etas_es58x on the cloud flavour: CONFIG_CAN is left out there, and the guard says so before anything is built', async () => {
  const { root } = await preparedRoot('bookworm')
  checkout(root)
  const step = await gateStep(root, {
    'in-tree': 'drivers/net/can/usb/etas_es58x',
    options: 'CONFIG_CAN_ETAS_ES58X=m',
    kernel: await defaultRelease(root, 'cloud-amd64'),
  }, { timeout: 540 })
  expect([step.outputs['verdict'], step.status]).toEqual(['fail', 1])
  const said = weighty(step.report).map(wordsOf).join('\n')
  expect(said).toContain('CAN_ETAS_ES58X')
  expect(said).toMatch(/\b(CONFIG_)?CAN\b(?!_)/)
  expect(stageOf(step.report, 'guard')?.outcome).toBe('fail')
  expect(stageOf(step.report, 'build')?.outcome).toBe('skipped')
}, 600_000)
