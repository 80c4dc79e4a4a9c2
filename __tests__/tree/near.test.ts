import { chmodSync, existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createHost } from '../../src/host/create-host.js'
import { keepTree } from '../../src/kernel/kept-tree.js'
import type { KernelTarget } from '../../src/model/kernel.js'
import { beginPrepared, keepPrepared, preparedName, type Unprepared, usedLast, usePrepared } from '../../src/tree/prepared.js'
import { takeSlot, type Slot } from '../../src/tree/slot.js'
import { quietLog } from '../support/quiet-log.js'
import { treeListing } from '../support/tree-listing.js'

const said: string[] = []
const host = createHost({ ...quietLog(), detail: (text) => said.push(text) })
const [A, B] = ['6.1.0-1-amd64', '6.12.5-amd64'] as const
let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kmod-gate-near-'))
  said.length = 0
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

type Files = Readonly<Record<string, string>>

function write(tree: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    if (text.startsWith('-> ')) symlinkSync(text.slice(3), join(tree, path))
    else writeFileSync(join(tree, path), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 })
  }
}

/** One kernel: what its packages hold, what is put over that, and what preparing makes. */
interface Kernel {
  readonly release: string
  readonly common: Files
  readonly programs?: Files
  readonly made: Files
}

const target = (release: string) => ({ release, packageVersion: '1' }) as KernelTarget
const nameOf = ({ release }: Kernel): string => preparedName(target(release), 'f'.repeat(64))
const treeDir = ({ release }: Kernel): string => join(dir, 'work', release, 'linux')
const listing = (kernel: Kernel): string[] => treeListing(treeDir(kernel), '.', { times: false })
const madeOf = (): string | undefined => said.find((line) => line.includes(' is made of '))

/** The kernel as the gate keeps it. */
async function packed({ release, common, programs }: Kernel): Promise<Unprepared> {
  const [source, folder] = [join(dir, 'source', release), join(dir, 'kits', release)]
  rmSync(source, { recursive: true, force: true })
  write(source, common)
  await keepTree(host, source, folder)
  const put = (tree: string): Promise<void> => {
    for (const path of Object.keys(programs ?? {})) rmSync(join(tree, path), { force: true })
    write(tree, programs ?? {})
    return Promise.resolve()
  }
  return {
    lay: (tree) => {
      write(tree, common)
      return put(tree)
    },
    layers: () => Promise.resolve({ folders: [folder], over: (paths) => Promise.resolve([...paths].flatMap((path) => (programs?.[path] === undefined ? [] : [{ path, kind: 'f' as const, mode: 0o755, data: Buffer.from(programs[path]), target: '' }]))) }),
  }
}

/** A run for the kernel; whether it found a tree that was prepared before. */
async function run(kernel: Kernel, { exact = false, unprepared }: { readonly exact?: boolean; readonly unprepared?: Unprepared } = {}): Promise<boolean> {
  const slot = (await takeSlot(host, dir, kernel.release, dir)) as Slot
  const made = unprepared ?? (await packed(kernel))
  const begun = await beginPrepared(host, dir, slot, made, { guess: await usedLast(dir, target(kernel.release)), exact })
  const used = await usePrepared(host, dir, nameOf(kernel), slot, made, begun)
  if (!used) {
    await new Promise((resolve) => setTimeout(resolve, 30))
    write(slot.treeDir, kernel.made)
    await keepPrepared(host, dir, target(kernel.release), nameOf(kernel), slot)
  }
  await slot.release()
  return used
}

const ONE: Kernel = {
  release: A,
  common: { 'include/same.h': 'same', 'include/changed.h': 'long contents of the first', 'include/only/a.h': 'a', 'include/kind': 'a file', 'scripts/mode.sh': '#!/bin/sh', 'arch/link': '-> one', Makefile: 'first' },
  programs: { 'scripts/conf': '#!first' },
  made: { '.config': 'A', 'include/config/AUTO': '' },
}
const OTHER: Kernel = {
  release: B,
  common: { 'include/same.h': 'same', 'include/changed.h': 'second', 'include/new/deep/b.h': 'b', 'include/kind/is-a-directory.h': '', 'scripts/mode.sh': 'no program', 'arch/link': '-> two', Makefile: 'as it comes' },
  programs: { 'scripts/conf': '#!other', 'scripts/more': '#!more' },
  made: { '.config': 'B', 'include/config/AUTO': '', 'include/config/RUST': '', Makefile: 'as it became' },
}

/** Both kernels prepared, and the tree of OTHER as it was then; only the tree of ONE lies there. */
async function both(): Promise<string[]> {
  expect([await run(ONE), await run(OTHER)]).toEqual([false, false])
  const prepared = listing(OTHER)
  rmSync(treeDir(OTHER), { recursive: true })
  return prepared
}

test('of the tree of one kernel that of another is made, the very one that was prepared', async () => {
  const prepared = await both()
  const inode = statSync(join(treeDir(ONE), 'include/changed.h')).ino
  expect(await run(OTHER)).toBe(true)
  expect(madeOf()).toContain(`${nameOf(OTHER)} is made of ${nameOf(ONE)}`)
  expect(listing(OTHER)).toEqual(prepared)
  // Written where it lay, and the first kernel has none any more.
  expect(statSync(join(treeDir(OTHER), 'include/changed.h')).ino).toBe(inode)
  expect(() => statSync(treeDir(ONE))).toThrow()
  // And back, and as it lies.
  expect([await run(ONE), await run(ONE)]).toEqual([true, true])
  expect(readFileSync(join(treeDir(ONE), 'include/changed.h'), 'utf8')).toBe('long contents of the first')
})

test('a file of the tree that has another name elsewhere is not changed there', async () => {
  const prepared = await both()
  linkSync(join(treeDir(ONE), 'include/changed.h'), join(dir, 'mine.h'))
  // The new link changed the ctime of its file: the tree is marked once more, or nobody would take it.
  writeFileSync(join(dir, 'work', ONE.release, 'holds'), nameOf(ONE))
  expect(await run(OTHER)).toBe(true)
  expect([madeOf() !== undefined, readFileSync(join(dir, 'mine.h'), 'utf8')]).toEqual([true, 'long contents of the first'])
  expect(listing(OTHER)).toEqual(prepared)
})

test('a tree that must be exact is laid out anew, with its own times', async () => {
  const prepared = await both()
  expect(await run(OTHER, { exact: true })).toBe(true)
  expect([madeOf(), listing(OTHER)]).toEqual([undefined, prepared])
})

test.each<[string, () => void]>([
  ['in which something was touched', () => chmodSync(join(treeDir(ONE), 'include/same.h'), 0o600)],
  ['whose list is gone', () => rmSync(join(dir, 'prepared', nameOf(ONE), 'listing.gz'))],
])('no other is made of a tree %s', async (_, harm) => {
  const prepared = await both()
  await new Promise((resolve) => setTimeout(resolve, 30))
  harm()
  expect(await run(OTHER)).toBe(true)
  expect([madeOf(), listing(OTHER)]).toEqual([undefined, prepared])
})

test.each<[string, (folder: string) => void]>([
  ['does not have all of it', (folder) => writeFileSync(join(folder, 'tree.tar.zst'), readFileSync(join(dir, 'kits', A, 'tree.tar.zst')))],
  ['is damaged', (folder) => writeFileSync(join(folder, 'tree.tar.zst'), 'nonsense')],
])('where what is packed %s, the tree is laid out anew', async (_, harm) => {
  const prepared = await both()
  const unprepared = await packed(OTHER)
  harm(join(dir, 'kits', B))
  expect(await run(OTHER, { unprepared })).toBe(true)
  expect(madeOf()).toBeDefined()
  expect(listing(OTHER)).toEqual(prepared)
})

const step = (kernel: Kernel): string => join(dir, 'prepared', nameOf(kernel), 'step.gz')

/** Both kernels after each was made of the other once; the tree of ONE lies there. And the way to make OTHER's again, of which the large archives are gone. */
async function stepped(): Promise<{ readonly prepared: string[]; readonly unprepared: Unprepared }> {
  const prepared = await both()
  expect([await run(OTHER), await run(ONE)]).toEqual([true, true])
  said.length = 0
  const unprepared = await packed(OTHER)
  rmSync(join(dir, 'kits', B), { recursive: true })
  return { prepared, unprepared }
}

test('how it was made is written down, and the next time the large archives are not read', async () => {
  const { prepared, unprepared } = await stepped()
  expect(await run(OTHER, { unprepared })).toBe(true)
  expect([madeOf() !== undefined, listing(OTHER)]).toEqual([true, prepared])
  expect([await run(ONE), await run(OTHER, { unprepared })]).toEqual([true, true])
  expect(listing(OTHER)).toEqual(prepared)
})

test.each<[string, () => void]>([
  ['is damaged', () => writeFileSync(step(OTHER), 'nonsense')],
  ['is cut off', () => truncateSync(step(OTHER), statSync(step(OTHER)).size - 1)],
  ['belongs to another tree of that name', () => writeFileSync(join(dir, 'prepared', nameOf(ONE), 'listing.gz'), gzipSync(''))],
  ['names a file beside the tree', () => writeFileSync(step(OTHER), gzipSync(Buffer.from(gunzipSync(readFileSync(step(OTHER))).toString('latin1').replace('"gone":[', '"gone":["../../../mine",'), 'latin1')))],
  [
    'is of a file that is not what it was',
    () => {
      writeFileSync(join(treeDir(ONE), 'include/changed.h'), 'altered')
      // Marked once more, or nobody would take the tree.
      writeFileSync(join(dir, 'work', ONE.release, 'holds'), nameOf(ONE))
    },
  ],
])('where what is written down %s, the tree is the same', async (_, harm) => {
  const { prepared } = await stepped()
  writeFileSync(join(dir, 'mine'), 'mine')
  harm()
  expect(await run(OTHER)).toBe(true)
  expect([listing(OTHER), existsSync(join(dir, 'mine'))]).toEqual([prepared, true])
})

test('of the trees that lie there the one is taken that it was made of; where a run has that, another', async () => {
  const { prepared } = await stepped()
  const third: Kernel = { ...ONE, release: '6.1.0-2-amd64', made: { '.config': 'third' } }
  expect(await run(third)).toBe(false)
  said.length = 0
  const held = (await takeSlot(host, dir, ONE.release, join(dir, 'prepared'))) as Slot
  expect(await run(OTHER)).toBe(true)
  await held.release()
  expect(said.find((line) => line.includes(`is made of ${nameOf(third)}`))).toBeDefined()
  expect(listing(OTHER)).toEqual(prepared)
})

/** ONE and a kernel that has so many files more; the tree of ONE lies there. The other one is asked for once more. */
async function farther(files: number): Promise<Kernel> {
  const many = Object.fromEntries(Array.from({ length: files }, (_, n) => [`kernel/${n}.c`, '']))
  const large: Kernel = { ...OTHER, common: { ...OTHER.common, ...many } }
  expect([await run(ONE), await run(large)]).toEqual([false, false])
  rmSync(treeDir(large), { recursive: true })
  expect(await run(large)).toBe(true)
  return large
}

test('of kernels that differ by more than those of a series nothing is written down', async () => {
  const large = await farther(1001)
  expect([madeOf() !== undefined, existsSync(step(large))]).toEqual([true, false])
})

test('a tree that is too far from it is left where it is', async () => {
  await farther(8001)
  expect([madeOf(), statSync(join(treeDir(ONE), 'Makefile')).isFile()]).toEqual([undefined, true])
})
