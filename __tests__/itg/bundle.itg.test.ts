import { readFileSync, renameSync, writeFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { bareRoot, checkout, gateStep, moduleFolder, preparedRoot } from '../support/gate.js'
import { inRoot, mustInRoot } from '../support/in-root.js'
import { removeRoot } from '../support/roots.js'
import { WORKSPACE } from '../support/runner-shim.js'

const PLACE = 'srv/moved here'
const BUNDLE = `/${PLACE}/bundle`

/** Waits for the guest that `run --gdb` holds, stops in the module's own init function, and says where that is. */
const WITH_GDB = `cd '${BUNDLE}'
./run --gdb > /tmp/qemu.log 2>&1 &
qemu=$!
n=0; while [ ! -S gdb.socket ]; do n=$((n + 1)); [ $n -lt 600 ] || exit 9; sleep 0.2; done
timeout 120 gdb -batch -x gdb.script -ex continue -ex 'hbreak enodev_init' -ex continue -ex bt -ex 'info source'
kill $qemu
wait $qemu
exit 0
`

let other = ''
beforeAll(async () => {
  const { root } = await preparedRoot('bookworm')
  checkout(root, moduleFolder('enodev'), 'enodev')
  const step = await gateStep(root, { module: 'enodev', bundle: 'on-failure' })
  expect([step.outputs['verdict'], step.report?.bundle]).toEqual(['fail', `${WORKSPACE}/kmod-gate-out/bundle`])
  other = await bareRoot('bookworm')
  mkdirSync(join(other, PLACE), { recursive: true })
  renameSync(join(root, WORKSPACE, 'kmod-gate-out/bundle'), join(other, BUNDLE))
  await mustInRoot(other, ['apt-get', 'update', '-q'], { timeout: 200 })
  await mustInRoot(other, ['apt-get', 'install', '-q', '-y', '--no-install-recommends', 'qemu-system-x86'], { timeout: 400 })
}, 1_200_000)
afterAll(() => {
  if (other !== '') removeRoot(other)
})

test('the bundle of a failing run reproduces the failure in another bare root that has QEMU and nothing else', async () => {
  const ended = await inRoot(other, [`${BUNDLE}/run`], { timeout: 150, network: false })
  expect([ended.status, ended.stdout.trimEnd().split('\n').at(-1), ended.leftovers]).toEqual([1, "load enodev (cycle 1): refused insmod: can't insert '/modules/enodev.ko': No such device", []])
  expect(JSON.parse(readFileSync(join(other, BUNDLE, 'report.json'), 'utf8'))).toMatchObject({ verdict: 'fail' })
}, 200_000)

test('with --gdb a debugger stops in the module, by its symbols and source lines', async () => {
  await mustInRoot(other, ['apt-get', 'install', '-q', '-y', '--no-install-recommends', 'gdb-minimal'], { timeout: 300 })
  writeFileSync(join(other, 'srv/with-gdb.sh'), WITH_GDB)
  const ended = await inRoot(other, ['sh', '/srv/with-gdb.sh'], { timeout: 300, network: false })
  expect([ended.status, ended.leftovers]).toEqual([0, []])
  expect(ended.stdout).toContain('enodev is about to be started.')
  expect(ended.stdout).toMatch(/^#0 .*enodev_init \(\) at \/usr\/src\/module\/enodev\/enodev\.c:\d+$/m)
}, 400_000)
