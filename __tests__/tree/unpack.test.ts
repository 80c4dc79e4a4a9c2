import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createHost } from '../../src/host/create-host.js'
import type { KernelSource } from '../../src/model/kernel.js'
import { restoreTree } from '../../src/kernel/kept-tree.js'
import { keepKconfig, keepPruned, kconfigDir, unpackTree } from '../../src/tree/unpack.js'
import { quietLog } from '../support/quiet-log.js'

const KEPT = ['Makefile', 'include/net/sock.h', 'include/crypto/aria.h', 'include/sound/core.h', 'drivers/Kconfig', 'drivers/net/Makefile', 'arch/arm/crypto/Kconfig', 'arch/x86/include/asm/io.h', 'arch/x86/crypto/aes.S', 'kernel/bounds.c', 'tools/objtool/check.c', 'tools/net/x.h', 'scripts/mod/modpost.c', 'security/selinux/include/classmap.h', 'samples/Kconfig', 'mm/Kconfig', 'Documentation/Kconfig']
const LEFT_OUT = ['drivers/net/dummy.c', 'drivers/net/dummy.h', 'fs/ext4/super.c', 'crypto/aes.c', 'arch/arm/kernel/head.S', 'arch/arm64/boot/dts/x.dtsi', 'Documentation/index.rst', 'Documentation/devicetree/bindings/Makefile', 'tools/perf/perf.c', 'tools/testing/selftests/x.sh', 'mm/slub.c', 'security/selinux/hooks.c', 'samples/kobject/x.c']

const host = createHost(quietLog())
let dir = ''
let kit: KernelSource

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tree-'))
  for (const file of [...KEPT, ...LEFT_OUT]) {
    const path = join(dir, 'linux-source-6.1', file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, file)
  }
  const sourceTar = join(dir, 'source.tar.xz')
  execFileSync('tar', ['-C', dir, '-cJf', sourceTar, 'linux-source-6.1'])
  kit = { sourceTar, target: { flavour: 'amd64', series: '6.1', packageVersion: '6.1.192-2' } } as KernelSource
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

test('where the pruned tree is kept, trees are copies of it, and no source is needed', async () => {
  await keepPruned(host, kit, join(dir, 'cache'))
  await rm(kit.sourceTar)
  const { target } = kit
  await unpackTree(host, { target }, join(dir, 'cache'), join(dir, 'one'), 'external')
  await writeFile(join(dir, 'one', 'Makefile'), 'changed')
  await unpackTree(host, { target }, join(dir, 'cache'), join(dir, 'two'), 'external')
  expect([await present(join(dir, 'two'), KEPT), await present(join(dir, 'two'), LEFT_OUT), await readFile(join(dir, 'two', 'Makefile'), 'utf8')]).toEqual([KEPT, [], 'Makefile'])
  await keepPruned(host, kit, join(dir, 'cache'))
})

test.each(['external', 'full'] as const)('without source and without a kept tree nothing can be made that is %s', async (extent) => {
  const target = { ...kit.target, release: '6.1.0-56-amd64', source: { name: 'linux-source-6.1' } } as KernelSource['target']
  await expect(unpackTree(host, { target }, join(dir, 'cache'), join(dir, 'tree'), extent)).rejects.toMatchObject({ finding: { id: 'kernel.package-missing', title: expect.stringContaining('linux-source-6.1 6.1.192-2') as unknown } })
})

test('without zstd a tree is made of the source all the same, whether one is kept or not', async () => {
  const bare = { ...host, which: (program: string) => (program === 'zstd' ? Promise.resolve(undefined) : host.which(program)) }
  await unpackTree(bare, kit, join(dir, 'cache'), join(dir, 'one'), 'external')
  await keepPruned(host, kit, join(dir, 'cache'))
  await unpackTree(bare, kit, join(dir, 'cache'), join(dir, 'two'), 'external')
  for (const tree of ['one', 'two']) expect(await present(join(dir, tree), KEPT)).toEqual(KEPT)
})

test('runs beside each other keep one whole tree', async () => {
  await Promise.all([1, 2, 3].map(() => keepPruned(host, kit, join(dir, 'cache'))))
  expect(await readdir(join(dir, 'cache/trees'))).toHaveLength(1)
  await unpackTree(host, kit, join(dir, 'cache'), join(dir, 'tree'), 'external')
  expect(await present(join(dir, 'tree'), KEPT)).toEqual(KEPT)
})

test('for Kconfig its files and scripts/ are kept, and nothing else', async () => {
  await keepKconfig(host, kit, join(dir, 'cache'))
  await restoreTree(host, kconfigDir(kit.target, join(dir, 'cache')), join(dir, 'tree'))
  expect(await present(join(dir, 'tree'), [...KEPT, ...LEFT_OUT])).toEqual(['drivers/Kconfig', 'arch/arm/crypto/Kconfig', 'scripts/mod/modpost.c', 'samples/Kconfig', 'mm/Kconfig', 'Documentation/Kconfig'])
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
async function patchedKit(text = 'drivers/net/dummy.c'): Promise<KernelSource> {
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
  const cacheDir = join(dir, 'cache')
  for (const source of [patched, kit]) await keepPruned(host, source, cacheDir)
  // What it was applied to is kept: the patches are not asked for again.
  await unpackTree(host, { target: kit.target, featureset: { name: 'rt', patches: [] } }, cacheDir, join(dir, 'one'), 'external')
  await unpackTree(host, kit, cacheDir, join(dir, 'two'), 'external')
  expect([await has(join(dir, 'one'), 'localversion-rt'), await has(join(dir, 'two'), 'localversion-rt')]).toEqual([true, false])
})

test('a patch that does not fit is an error, and leaves nothing in the cache', async () => {
  await expect(keepPruned(host, await patchedKit('another text'), join(dir, 'cache'))).rejects.toMatchObject({ finding: { id: 'kernel.other-source', severity: 'error', detail: expect.stringContaining('0.patch cannot be applied') as unknown } })
  expect(await readdir(join(dir, 'cache/trees'))).toEqual([])
})

test('a damaged archive is said, and leaves nothing in the cache', async () => {
  await writeFile(kit.sourceTar, 'no archive')
  await expect(keepPruned(host, kit, join(dir, 'cache'))).rejects.toMatchObject({ finding: { id: 'tree.unpack-failed', severity: 'error' } })
  expect(await readdir(join(dir, 'cache/trees'))).toEqual([])
})
