import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createHost } from '../../src/host/create-host.js'
import type { KernelKitWithSource } from '../../src/model/kernel.js'
import { restoreTree } from '../../src/kernel/kept-tree.js'
import { keepKconfig, kconfigDir, unpackTree } from '../../src/tree/unpack.js'
import { quietLog } from '../support/quiet-log.js'

const KEPT = ['Makefile', 'include/net/sock.h', 'include/crypto/aria.h', 'include/sound/core.h', 'drivers/Kconfig', 'drivers/net/Makefile', 'arch/arm/crypto/Kconfig', 'arch/x86/include/asm/io.h', 'arch/x86/crypto/aes.S', 'kernel/bounds.c', 'tools/objtool/check.c', 'tools/net/x.h', 'scripts/mod/modpost.c']
const LEFT_OUT = ['drivers/net/dummy.c', 'drivers/net/dummy.h', 'fs/ext4/super.c', 'crypto/aes.c', 'arch/arm/kernel/head.S', 'arch/arm64/boot/dts/x.dtsi', 'Documentation/index.rst', 'tools/perf/perf.c', 'tools/testing/selftests/x.c']

const host = createHost(quietLog())
let dir = ''
let kit: KernelKitWithSource

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tree-'))
  for (const file of [...KEPT, ...LEFT_OUT]) {
    const path = join(dir, 'linux-source-6.1', file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, file)
  }
  const sourceTar = join(dir, 'source.tar.xz')
  execFileSync('tar', ['-C', dir, '-cJf', sourceTar, 'linux-source-6.1'])
  kit = { sourceTar, target: { flavour: 'amd64', series: '6.1', packageVersion: '6.1.192-2' } } as KernelKitWithSource
})
afterEach(() => rm(dir, { recursive: true }))

const has = async (tree: string, file: string) => (await stat(join(tree, file)).catch(() => undefined)) !== undefined
const present = async (tree: string, files: readonly string[]) => (await Promise.all(files.map(async (file) => ((await has(tree, file)) ? [file] : [])))).flat()

test('a pruned tree has what an external build reads', async () => {
  const tree = join(dir, 'tree')
  await unpackTree(host, kit, join(dir, 'cache'), tree, 'external')
  expect(await present(tree, KEPT)).toEqual(KEPT)
  expect(await present(tree, LEFT_OUT)).toEqual([])
})

test('the second tree comes from the cache and is a copy of its own', async () => {
  await unpackTree(host, kit, join(dir, 'cache'), join(dir, 'one'), 'external')
  await writeFile(join(dir, 'one', 'Makefile'), 'changed')
  await rm(kit.sourceTar)
  await unpackTree(host, kit, join(dir, 'cache'), join(dir, 'two'), 'external')
  expect(await readFile(join(dir, 'two', 'Makefile'), 'utf8')).toBe('Makefile')
})

test('without zstd a tree is made all the same, whether one is kept or not, and none is kept', async () => {
  const bare = { ...host, which: (program: string) => (program === 'zstd' ? Promise.resolve(undefined) : host.which(program)) }
  await unpackTree(bare, kit, join(dir, 'cache'), join(dir, 'one'), 'external')
  expect([await present(join(dir, 'one'), KEPT), await has(join(dir, 'cache'), 'trees')]).toEqual([KEPT, false])
  await unpackTree(host, kit, join(dir, 'cache'), join(dir, 'two'), 'external')
  await unpackTree(bare, kit, join(dir, 'cache'), join(dir, 'three'), 'external')
  expect(await present(join(dir, 'three'), KEPT)).toEqual(KEPT)
})

test('runs beside each other all get a whole tree', async () => {
  const trees = ['a', 'b', 'c'].map((name) => join(dir, name))
  await Promise.all(trees.map((tree) => unpackTree(host, kit, join(dir, 'cache'), tree, 'external')))
  for (const tree of trees) expect(await present(tree, KEPT)).toEqual(KEPT)
})

test('for Kconfig its files and scripts/ are kept, and nothing else', async () => {
  await keepKconfig(host, kit, join(dir, 'cache'))
  await restoreTree(host, kconfigDir(kit.target, join(dir, 'cache')), join(dir, 'tree'))
  expect(await present(join(dir, 'tree'), [...KEPT, ...LEFT_OUT])).toEqual(['drivers/Kconfig', 'arch/arm/crypto/Kconfig', 'scripts/mod/modpost.c'])
  expect(await readdir(join(dir, 'cache/trees'))).toHaveLength(1)
  await rm(kit.sourceTar)
  await keepKconfig(host, kit, join(dir, 'cache'))
})

test('a full tree has everything', async () => {
  const tree = join(dir, 'tree')
  await unpackTree(host, kit, join(dir, 'cache'), tree, 'full')
  expect(await present(tree, [...KEPT, ...LEFT_OUT])).toHaveLength(KEPT.length + LEFT_OUT.length)
})

/** The kit of a kernel with patches: one changes a file that pruning leaves out, and makes another; the second changes what the first made. */
async function patchedKit(text = 'drivers/net/dummy.c'): Promise<KernelKitWithSource> {
  const patches = [
    `--- a/drivers/net/dummy.c\n+++ b/drivers/net/dummy.c\n@@ -1 +1 @@\n-${text}\n\\ No newline at end of file\n+patched\n--- /dev/null\n+++ b/localversion-rt\n@@ -0,0 +1 @@\n+-rt1\n`,
    '--- a/localversion-rt\n+++ b/localversion-rt\n@@ -1 +1 @@\n--rt1\n+-rt2\n',
  ]
  const files = patches.map((_, i) => join(dir, `${i}.patch`))
  for (const [i, patch] of patches.entries()) await writeFile(files[i] ?? '', patch)
  return { ...kit, featureset: { name: 'rt', patches: files } }
}

test.each(['external', 'full'] as const)('a featureset is applied to a tree that is %s, with what its patches need', async (extent) => {
  const tree = join(dir, 'tree')
  await unpackTree(host, await patchedKit(), join(dir, 'cache'), tree, extent)
  expect([await readFile(join(tree, 'drivers/net/dummy.c'), 'utf8'), await readFile(join(tree, 'localversion-rt'), 'utf8')]).toEqual(['patched\n', '-rt2\n'])
  expect(await present(tree, [...KEPT, 'fs/ext4/super.c', '.members', 'drivers/net/dummy.c.orig'])).toEqual(extent === 'full' ? [...KEPT, 'fs/ext4/super.c'] : KEPT)
})

test('trees with and without a featureset are kept apart', async () => {
  const patched = await patchedKit()
  await unpackTree(host, patched, join(dir, 'cache'), join(dir, 'one'), 'external')
  await unpackTree(host, kit, join(dir, 'cache'), join(dir, 'two'), 'external')
  expect([await has(join(dir, 'one'), 'localversion-rt'), await has(join(dir, 'two'), 'localversion-rt')]).toEqual([true, false])
})

test('a patch that does not fit is an error, and leaves nothing in the cache', async () => {
  await expect(unpackTree(host, await patchedKit('another text'), join(dir, 'cache'), join(dir, 'tree'), 'external')).rejects.toMatchObject({ finding: { id: 'kernel.other-source', severity: 'error', detail: expect.stringContaining('0.patch cannot be applied') as unknown } })
  expect(await has(join(dir, 'cache'), 'trees')).toBe(false)
})

test('a damaged archive is said, and leaves nothing in the cache', async () => {
  await writeFile(kit.sourceTar, 'no archive')
  await expect(unpackTree(host, kit, join(dir, 'cache'), join(dir, 'tree'), 'external')).rejects.toMatchObject({ finding: { id: 'tree.unpack-failed', severity: 'error' } })
  expect(await has(join(dir, 'cache'), 'trees')).toBe(false)
})
