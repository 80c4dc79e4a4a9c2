import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { defaultRelease } from '../support/apt-oracle.js'
import { HELLO, checkout, gateStep, preparedRoot } from '../support/gate.js'
import { builtModules, told } from '../support/told.js'
import { treeListing } from '../support/tree-listing.js'

test('with all that earlier runs kept and with none of it, the same is told and the module is the same to the byte', async () => {
  const { root } = await preparedRoot('bookworm')
  checkout(root, HELLO, 'hello')
  const run = (cache: 'true' | 'false') => gateStep(root, { module: 'hello', cache, 'output-dir': `../out-${cache}` }, { timeout: 420 })
  const [kept, made] = [await run('true'), await run('false')]
  expect(kept.report?.verdict).toBe('pass')
  expect(told(kept.report, 'out-true')).toEqual(told(made.report, 'out-false'))
  expect(builtModules(root, kept, 'out-true')).toEqual(builtModules(root, made, 'out-false'))
  expect(Object.keys(builtModules(root, kept, 'out-true'))).toEqual(['hello.ko'])
  // Otherwise the guest that boots ahead would have been given up unseen.
  expect([kept, made].map(({ report }) => /came up while the modules were built/.test(report?.guest?.acceleratorReason ?? ''))).toEqual([true, false])
}, 900_000)

test('a tree that is made of another kernel’s is the very tree that was prepared, and the modules are the same', async () => {
  const { root } = await preparedRoot('bookworm')
  const cloud = await defaultRelease(root, 'cloud-amd64')
  checkout(root, HELLO, 'hello')
  const cache = join(root, '__t/kmod-gate')
  // Tests before this one may have prepared the second kernel’s tree, and then the first run of it here would take the first one’s.
  for (const kept of ['work', 'prepared']) rmSync(join(cache, kept), { recursive: true })
  const run = (kernel: string, out: string) => gateStep(root, { module: 'hello', kernel, boot: 'off', 'output-dir': `../${out}` }, { timeout: 420 })
  const first = await run('default', 'out-first')
  const usual = first.outputs['kernel-release'] ?? ''
  const treeOf = (release: string): string => join(cache, 'work', release, 'linux')
  const prepared = treeListing(treeOf(usual), '.', { times: false })
  expect(prepared.length).toBeGreaterThan(10_000)
  expect((await run(cloud, 'out-cloud')).outputs['verdict']).toBe('pass')
  rmSync(treeOf(usual), { recursive: true })
  const second = await run('default', 'out-second')
  // It is where the other one was.
  expect([second.outputs['verdict'], existsSync(treeOf(cloud))]).toEqual(['pass', false])
  expect(treeListing(treeOf(usual), '.', { times: false })).toEqual(prepared)
  expect(builtModules(root, second, 'out-second')).toEqual(builtModules(root, first, 'out-first'))
  // What is damaged shows before anybody waits for it, and must not end the gate.
  const kits = join(cache, 'kits')
  const archive = join(kits, readdirSync(kits).find((name) => /^linux-headers-6\.1\..*-common_/.test(name)) ?? '', 'common/tree.tar.zst')
  const whole = readFileSync(archive)
  writeFileSync(archive, 'nonsense')
  const third = await run(cloud, 'out-third')
  writeFileSync(archive, whole)
  expect([third.outputs['verdict'], third.report?.findings.map(({ id }) => id)]).toEqual(['error', ['tree.unpack-failed']])
  expect((await run(cloud, 'out-fourth')).outputs['verdict']).toBe('pass')
  // How it was made of the other was written down: the second time what both are made of is not read.
  writeFileSync(archive, 'nonsense')
  const fifth = await run('default', 'out-fifth')
  writeFileSync(archive, whole)
  expect([fifth.outputs['verdict'], existsSync(treeOf(cloud))]).toEqual(['pass', false])
  expect(treeListing(treeOf(usual), '.', { times: false })).toEqual(prepared)
  expect(builtModules(root, fifth, 'out-fifth')).toEqual(builtModules(root, first, 'out-first'))
}, 900_000)
