import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { CLI_OUTPUT, checkout, gateCli, gateStep, preparedRoot } from '../../support/gate.js'
import { mustInRoot } from '../../support/in-root.js'
import { stageOf, weighty } from '../../support/report-file.js'
import { WORKSPACE } from '../../support/runner-shim.js'

/** One whose Makefile looks for the kernel by its own rules, and one that has no module of its own name's spelling. */
const PACKAGES = ['v4l2loopback', 'acpi-call'] as const

let root = ''
let release = ''

beforeAll(async () => {
  const prepared = await preparedRoot('bookworm')
  root = prepared.root
  release = prepared.first.outputs['kernel-release'] ?? ''
  // Unpacked and not installed: their scripts would build them.
  const fetch = `rm -rf /var/tmp/dkms && mkdir -p /var/tmp/dkms && cd /var/tmp/dkms && apt-get download -qq -o APT::Sandbox::User=root ${PACKAGES.map((name) => `${name}-dkms`).join(' ')} > /dev/null
    for package in *.deb; do dpkg-deb -x $package .; done`
  await mustInRoot(root, ['sh', '-ec', fetch], { timeout: 120 })
}, 900_000)

/** The package's sources as the module of a checkout. */
async function checkoutOf(name: string): Promise<string> {
  const { stdout } = await mustInRoot(root, ['sh', '-c', `ls -d /var/tmp/dkms/usr/src/${name}-*`], { timeout: 30 })
  checkout(root, join(root, stdout.trim()), 'package')
  return join(root, WORKSPACE, 'package')
}

test.each(PACKAGES)('%s is built as dkms.conf says, proven, loaded and unloaded', async (name) => {
  await checkoutOf(name)
  const step = await gateStep(root, { module: 'package', kernel: release, reloads: '1' })
  expect(weighty(step.report)).toEqual([])
  expect(step.outputs['verdict']).toBe('pass')
  expect(stageOf(step.report, 'build')?.summary).toMatch(/as dkms 3\.0\.10 builds it: /)
  expect(step.report?.modules.map((module) => module.name)).toEqual([name.replaceAll('-', '_')])
  expect(step.report?.guest?.steps.filter(({ own }) => own).map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual(['load ok', 'unload ok'])
}, 300_000)

test('a package that leaves the kernel out is skipped, with the directive at its line, and neither built nor booted', async () => {
  const dir = await checkoutOf('acpi-call')
  appendFileSync(join(dir, 'dkms.conf'), '\nBUILD_EXCLUSIVE_KERNEL="^9\\."\n')
  const line = readFileSync(join(dir, 'dkms.conf'), 'utf8').trimEnd().split('\n').length
  const ended = await gateCli(root, ['check', 'package', '--kernel', release, '--boot', 'tcg', ...CLI_OUTPUT])
  expect([ended.status, ended.report?.verdict]).toEqual([0, 'skip'])
  expect(ended.report?.findings.filter(({ severity }) => severity === 'skip')).toMatchObject([{ id: 'build.dkms-excluded', title: expect.stringContaining(`BUILD_EXCLUSIVE_KERNEL "^9\\\\." does not match ${release}`), place: { file: 'package/dkms.conf', line } }])
  expect(ended.report?.stages.slice(-3).map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual(['build skip', 'proof skipped', 'boot skipped'])
  expect(ended.report?.modules).toEqual([])
}, 300_000)
