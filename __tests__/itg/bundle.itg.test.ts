import { mkdirSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { scriptForRoot } from '../diagnosis/script-for-root.js'
import { bareRoot, checkout, gateStep, moduleFolder, preparedRoot } from '../support/gate.js'
import { inRoot, mustInRoot } from '../support/in-root.js'
import { NODE24, removeRoot } from '../support/roots.js'
import { WORKSPACE } from '../support/runner-shim.js'

const CACHE = '__t/kmod-gate'

test('the bundle of a failing module reproduces the failure in another bare root that has QEMU and nothing else', async () => {
  const { root } = await preparedRoot('bookworm')
  checkout(root, moduleFolder('enodev'), 'enodev')
  const step = await gateStep(root, { module: 'enodev' })
  expect(step.outputs['verdict']).toBe('fail')
  const release = step.outputs['kernel-release'] ?? ''
  const kit = readdirSync(join(root, CACHE, 'kits')).find((name) => name.startsWith(`${release}_`)) ?? ''
  const script = await scriptForRoot(root, '__tests__/bundle/bundle-entry.ts', 'bundle')
  await mustInRoot(root, [NODE24, script, `/${CACHE}/kits/${kit}/vmlinux`, join(WORKSPACE, 'kmod-gate-out/modules/enodev.ko'), 'enodev', release, '/tmp/boot', '/tmp/bundle'], { timeout: 150 })

  const other = await bareRoot('bookworm')
  try {
    await mustInRoot(other, ['apt-get', 'update', '-q'], { timeout: 200 })
    await mustInRoot(other, ['apt-get', 'install', '-q', '-y', '--no-install-recommends', 'qemu-system-x86'], { timeout: 400 })
    mkdirSync(join(other, 'srv/moved here'), { recursive: true })
    renameSync(join(root, 'tmp/bundle'), join(other, 'srv/moved here/bundle'))
    const ended = await inRoot(other, ['/srv/moved here/bundle/run'], { timeout: 150, network: false })
    expect([ended.status, ended.stdout.trimEnd().split('\n').at(-1), ended.leftovers]).toEqual([1, "load enodev (cycle 1): refused insmod: can't insert '/modules/enodev.ko': No such device", []])
  } finally {
    removeRoot(other)
  }
}, 1_200_000)
