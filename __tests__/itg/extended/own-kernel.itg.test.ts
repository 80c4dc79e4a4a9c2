import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { CLI_OUTPUT, HELLO, checkout, gateCli, gateStep, preparedRoot } from '../../support/gate.js'
import { mustInRoot } from '../../support/in-root.js'
import { guestSteps, stageOf, threeTimes, weighty } from '../../support/report-file.js'
import { treeListing } from '../../support/tree-listing.js'

/** A tree that is prepared as a person's own is, with the image that belongs to it: Debian's, since building one takes many minutes. */

const CACHE = '__t/kmod-gate'
const TREE = 'srv/linux'
const IMAGE = '/srv/vmlinux'
let root = ''

beforeAll(async () => {
  ;({ root } = await preparedRoot('bookworm'))
  checkout(root, HELLO, 'hello')
  // Tests that shared this root may have emptied parts of its cache.
  const step = await gateStep(root, { module: 'hello', boot: 'off' })
  const release = step.outputs['kernel-release'] ?? ''
  const [kit = ''] = readdirSync(join(root, CACHE, 'kits')).filter((name) => name.startsWith(`${release}_`))
  await mustInRoot(root, ['apt-get', 'install', '-q', '-y', '--no-install-recommends', 'linux-source-6.1', 'flex', 'bison', 'bc', 'libelf-dev', 'libssl-dev', 'python3'], { timeout: 400 })
  const script = `rm -rf /${TREE} && mkdir -p /${TREE} && cd /${TREE} && tar --strip-components=1 -xf /usr/src/linux-source-6.1.tar.xz
    tar --zstd -xf "$1/headers/tree.tar.zst" ./.config ./Module.symvers && make -s olddefconfig && make -s -j2 modules_prepare
    zstd -q -d -f "$1/vmlinux.zst" -o ${IMAGE}`
  await mustInRoot(root, ['sh', '-ec', script, 'prepare', `/${CACHE}/kits/${kit}`], { timeout: 800 })
  writeFileSync(join(root, TREE, 'include/config/kernel.release'), `${release}\n`)
}, 1_500_000)

test('guard, build, proof and boot on a kernel of one’s own; its tree stays as it is', async () => {
  const before = treeListing(join(root, TREE))
  const ended = await gateCli(root, ['check', 'hello', '--kernel-tree', `/${TREE}`, '--kernel-image', IMAGE, '--boot', 'tcg', ...CLI_OUTPUT])
  expect(weighty(ended.report)).toEqual([])
  expect([ended.status, ended.report?.verdict, stageOf(ended.report, 'guard')?.outcome]).toEqual([0, 'pass', 'pass'])
  expect(ended.report?.proof?.modules.map(({ types }) => types.compared > 100 && types.compared === types.identical)).toEqual([true])
  expect(guestSteps(ended.report)).toEqual(threeTimes('load hello ok', 'unload hello ok'))
  expect(treeListing(join(root, TREE))).toEqual(before)
}, 400_000)

test('a tree without an image says how to make or name one', async () => {
  const ended = await gateCli(root, ['check', 'hello', '--kernel-tree', `/${TREE}`, ...CLI_OUTPUT])
  expect(ended.status).toBe(2)
  expect(ended.output).toMatch(/kernel-image/)
}, 120_000)
