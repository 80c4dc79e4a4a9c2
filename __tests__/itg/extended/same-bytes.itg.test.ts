import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { HELLO, checkout, gateStep, preparedRoot } from '../../support/gate.js'
import { mustInRoot } from '../../support/in-root.js'
import type { Suite } from '../../support/roots.js'
import { WORKSPACE } from '../../support/runner-shim.js'
import { builtModules, told } from '../../support/told.js'

const KERNELS: readonly [Suite, string][] = [
  ['bookworm', 'default'],
  ['trixie', 'default'],
  ['trixie', 'trixie-backports/7.3'],
]
type Module = (root: string) => Promise<Readonly<Record<string, string>>>

/** Sources of one of Debian's dkms packages, as the user's checkout. */
function dkms(name: string): Module {
  return async (root) => {
    checkout(root)
    await mustInRoot(root, ['sh', '-ec', `rm -rf /var/tmp/dkms; mkdir /var/tmp/dkms; cd /var/tmp/dkms; apt-get -q -o APT::Sandbox::User=root download ${name}-dkms; dpkg-deb -x ${name}-dkms_*.deb x`], { timeout: 200 })
    const sources = join(root, 'var/tmp/dkms/x/usr/src')
    const [source = ''] = readdirSync(sources)
    cpSync(join(sources, source), join(root, WORKSPACE, name), { recursive: true })
    return { module: name }
  }
}

/** Debian 13's v4l2loopback does not build on 7.3 (v4l2_fh_add() has another argument there). */
const packagesFor = (kernel: string): readonly string[] => [kernel.endsWith('/7.3') ? 'bbswitch' : 'v4l2loopback', 'acpi-call']

const modulesFor = (kernel: string): readonly [string, Module][] => [
  ['hello', (root) => Promise.resolve((checkout(root, HELLO, 'hello'), { module: 'hello' }))],
  ['etas_es58x', (root) => Promise.resolve((checkout(root), { 'in-tree': 'drivers/net/can/usb/etas_es58x', options: 'CONFIG_CAN_ETAS_ES58X=m' }))],
  ...packagesFor(kernel).map((name): [string, Module] => [name, dkms(name)]),
]

test.each(KERNELS.flatMap(([suite, kernel]) => modulesFor(kernel).map(([name, module]) => [suite, kernel, name, module] as const)))('%s, kernel %s: %s is the same to the byte, and the same is told, with all that earlier runs kept and with none of it', async (suite, kernel, _, module) => {
  const { root } = await preparedRoot(suite)
  const inputs = await module(root)
  const run = (cache: 'true' | 'false') => {
    const out = join(root, WORKSPACE, '..', `out-${cache}`)
    rmSync(out, { recursive: true, force: true })
    mkdirSync(out, { recursive: true })
    return gateStep(root, { ...inputs, kernel, cache, 'output-dir': `../out-${cache}` }, { timeout: 900 })
  }
  // The first may be what fills the cache.
  await run('true')
  const [kept, made] = [await run('true'), await run('false')]
  expect(told(kept.report, 'out-true')).toEqual(told(made.report, 'out-false'))
  const files = builtModules(root, kept, 'out-true')
  expect(Object.keys(files).length).toBeGreaterThan(0)
  expect(builtModules(root, made, 'out-false')).toEqual(files)
}, 3_000_000)
