import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createHost } from '../../src/host/create-host.js'
import type { Host } from '../../src/host/host.js'
import type { KernelTarget } from '../../src/model/kernel.js'
import { beginPrepared, keepPrepared, preparedName, type Unprepared, usedLast, usePrepared } from '../../src/tree/prepared.js'
import { takeSlot, type Slot } from '../../src/tree/slot.js'
import { quietLog } from '../support/quiet-log.js'

const host = createHost(quietLog())
const KERNEL = '6.1.0-1-amd64'
const TARGET = { release: KERNEL, packageVersion: '6.1.1-1' } as KernelTarget
let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kmod-gate-slot-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const slotHere = async (release = KERNEL): Promise<Slot> => {
  const slot = await takeSlot(host, dir, release, dir)
  if (slot === undefined) throw new Error('the slot is not free')
  return slot
}

/** The tree before it is prepared. */
function lay(directory: string): Promise<void> {
  mkdirSync(join(directory, 'include'), { recursive: true })
  writeFileSync(join(directory, 'include/a.h'), 'a')
  writeFileSync(join(directory, '.config'), 'as it comes')
  return Promise.resolve()
}

const UNPREPARED: Unprepared = { lay, layers: () => Promise.resolve(undefined) }

const inTree = (slot: Slot, name: string): string => join(slot.treeDir, name)
const pause = () => new Promise((resolve) => setTimeout(resolve, 30))

/** What preparing adds and changes. */
async function prepare(slot: Slot): Promise<void> {
  await pause()
  writeFileSync(inTree(slot, 'include/made.h'), 'made')
  writeFileSync(inTree(slot, '.config'), 'as it became')
}

const used = async (by: Host, slot: Slot, name = 'k'): Promise<boolean> => usePrepared(by, dir, name, slot, UNPREPARED, await beginPrepared(by, dir, slot, UNPREPARED, { guess: await usedLast(dir, TARGET), exact: false }))

/** A tree that is not there yet, prepared and kept. */
async function keepOne(slot: Slot, by = host): Promise<void> {
  expect(await used(by, slot)).toBe(false)
  await prepare(slot)
  await keepPrepared(by, dir, TARGET, 'k', slot)
}

test('one run has the slot, another gets none, and it is free again', async () => {
  const slot = await slotHere()
  expect(await takeSlot(host, dir, KERNEL, dir)).toBeUndefined()
  await slot.release()
  await (await slotHere()).release()
})

test('a kept tree lies ready for the next run, and nobody copies it', async () => {
  const first = await slotHere()
  await keepOne(first)
  await first.release()
  const second = await slotHere()
  expect(await second.holding()).toBe('k')
  await second.release()
})

test.each<[string, (tree: string) => void]>([
  ['a changed file', (tree) => writeFileSync(join(tree, 'include/a.h'), 'b')],
  ['a changed file with its old time', (tree) => {
    writeFileSync(join(tree, 'include/a.h'), 'b')
    utimesSync(join(tree, 'include/a.h'), 0, 0)
  }],
  ['a new file', (tree) => writeFileSync(join(tree, 'include/b.h'), '')],
  ['a file that is gone', (tree) => rmSync(join(tree, 'include/a.h'))],
])('%s: the tree is not taken as it lies, but put back from the kept one', async (_, change) => {
  const slot = await slotHere()
  await keepOne(slot)
  await pause()
  change(slot.treeDir)
  expect(await slot.holding()).toBeUndefined()
  expect(await used(host, slot)).toBe(true)
  expect(['include/a.h', 'include/made.h', '.config'].map((name) => readFileSync(inTree(slot, name), 'utf8'))).toEqual(['a', 'made', 'as it became'])
  expect(existsSync(inTree(slot, 'include/b.h'))).toBe(false)
  expect(await slot.holding()).toBe('k')
  await slot.release()
})

test('only what was added or changed is kept', async () => {
  const slot = await slotHere()
  await keepOne(slot)
  const list = execFileSync('tar', ['--zstd', '-tf', join(dir, 'prepared/k/tree.tar.zst')], { encoding: 'utf8' })
  expect(list.trim().split('\n').sort()).toEqual(['.config', 'include/', 'include/made.h'])
  await slot.release()
})

test('a tree from which something went away is not kept, since laying it out would bring that back', async () => {
  const slot = await slotHere()
  await used(host, slot)
  await prepare(slot)
  rmSync(inTree(slot, 'include/a.h'))
  await keepPrepared(host, dir, TARGET, 'k', slot)
  expect(existsSync(join(dir, 'prepared'))).toBe(false)
  expect(await slot.holding()).toBe('k')
  await slot.release()
})

test('without zstd the tree is used where it lies, and made again elsewhere', async () => {
  const bare = { ...host, which: (program: string) => (program === 'zstd' ? Promise.resolve(undefined) : host.which(program)) }
  const slot = await slotHere()
  await keepOne(slot, bare)
  expect([await used(bare, slot), existsSync(join(dir, 'prepared'))]).toEqual([true, false])
  await keepPrepared(host, dir, TARGET, 'k', slot)
  await slot.begin()
  expect([await used(bare, slot), await used(host, slot)]).toEqual([false, true])
  await slot.release()
})

test('what a run did not mark, or said it would change, is gone when it ends', async () => {
  for (const marked of [false, true]) {
    const slot = await slotHere()
    await lay(slot.treeDir)
    if (marked) {
      await slot.mark('k')
      await slot.unmark()
    }
    await slot.release()
    const next = await slotHere()
    const held = await next.holding()
    await next.release()
    expect(held).toBeUndefined()
  }
})

test('a tree is begun in an empty directory that others may read, also on a file system that cannot spread them', async () => {
  const elsewhere: typeof host = { ...host, run: (command) => host.run(command.program === 'perl' ? { ...command, args: [...command.args.slice(0, -1), '/proc'] } : command) }
  const bare = { ...host, which: (program: string) => (program === 'perl' ? Promise.resolve(undefined) : host.which(program)) }
  for (const by of [host, elsewhere, bare]) {
    const slot = (await takeSlot(by, dir, KERNEL, dir)) as Slot
    await lay(slot.treeDir)
    await slot.begin()
    expect([readdirSync(slot.treeDir), statSync(slot.treeDir).mode & 0o7777]).toEqual([[], statSync(join(dir, 'work')).mode & 0o7777])
    await slot.release()
  }
})

test('what was put aside is gone in the end, also that of a run that was ended before', async () => {
  const work = join(dir, 'work')
  for (const name of ['old-abandoned/linux', 'linux', 'holds', `${KERNEL}/linux.new-abandoned`]) mkdirSync(join(work, name), { recursive: true })
  const slot = await slotHere()
  await keepOne(slot)
  await slot.begin()
  expect(readdirSync(slot.treeDir)).toEqual([])
  await slot.release()
  expect(readdirSync(work).sort()).toEqual([KERNEL])
  expect(readdirSync(join(work, KERNEL)).filter((name) => name.includes('new-'))).toEqual([])
})

test('the name says kernel, version and what made it', () => {
  const target = { release: '6.1.0-56-amd64', packageVersion: '1:6.1.192-2' } as KernelTarget
  const name = preparedName(target, 'f'.repeat(64))
  expect(name).toMatch(/^6\.1\.0-56-amd64_1%3a6\.1\.192-2_\d+_f{24}$/)
})

test('a tree of other tools is put aside only when it is known that another one is wanted', async () => {
  const slot = await slotHere()
  await keepOne(slot)
  expect([await beginPrepared(host, dir, slot, UNPREPARED, { guess: 'k', exact: false }), existsSync(inTree(slot, 'include/made.h'))]).toEqual([{ there: 'k', fresh: false }, true])
  expect([await used(host, slot, 'k2'), existsSync(inTree(slot, 'include/made.h')), await slot.holding()]).toEqual([false, false, undefined])
  expect(await used(host, slot)).toBe(true)
  await slot.release()
})

test('of what other tools prepared the three stay that were used last, and what was used within the hour', async () => {
  const name = (n: number): string => preparedName(TARGET, String(n).repeat(64))
  const other = preparedName({ ...TARGET, release: '6.1.0-2-amd64' }, '1'.repeat(64))
  for (const kept of [1, 2, 3, 4, 5].map(name).concat(other)) mkdirSync(join(dir, 'prepared', kept), { recursive: true })
  const ago = (kept: string, hours: number): void => utimesSync(join(dir, 'prepared', kept), Date.now() / 1000 - hours * 3600, Date.now() / 1000 - hours * 3600)
  for (const [kept, hours] of [[name(1), 5], [name(2), 4], [name(3), 3], [name(4), 2], [name(5), 0.5], [other, 9]] as const) ago(kept, hours)
  const slot = await slotHere()
  expect(await used(host, slot, name(6))).toBe(false)
  await prepare(slot)
  await keepPrepared(host, dir, TARGET, name(6), slot)
  expect(readdirSync(join(dir, 'prepared')).sort()).toEqual([name(4), name(5), name(6), other].sort())
  await slot.release()
})

test('what was used last is guessed of what this version of the gate has kept, whole', async () => {
  const name = preparedName(TARGET, '1'.repeat(64))
  const others = [`${name}.AbCdEf`, name.replace(/_\d+_/, '_1_'), preparedName({ ...TARGET, packageVersion: '6.1.1-2' }, '1'.repeat(64))]
  expect(await usedLast(dir, TARGET)).toBeUndefined()
  for (const kept of others) mkdirSync(join(dir, 'prepared', kept), { recursive: true })
  expect(await usedLast(dir, TARGET)).toBeUndefined()
  mkdirSync(join(dir, 'prepared', name))
  utimesSync(join(dir, 'prepared', name), 0, 0)
  expect(await usedLast(dir, TARGET)).toBe(name)
})
