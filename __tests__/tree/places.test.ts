import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createHost } from '../../src/host/create-host.js'
import type { Host } from '../../src/host/host.js'
import { takeSlot, type Slot } from '../../src/tree/slot.js'
import { quietLog } from '../support/quiet-log.js'

const host = createHost(quietLog())
let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kmod-gate-places-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

async function slotOf(release: string, by: Host = host): Promise<Slot> {
  const slot = await takeSlot(by, dir, release, dir)
  if (slot === undefined) throw new Error('the slot is not free')
  return slot
}

const inTree = (release: string, name: string): string => join(dir, 'work', release, 'linux', name)
const inode = (release: string, name: string): number => statSync(inTree(release, name)).ino

/** A tree of these files, marked and released. */
async function keep(release: string, files: Readonly<Record<string, string>>, by: Host = host): Promise<void> {
  const slot = await slotOf(release, by)
  await slot.begin()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(slot.treeDir, name, '..'), { recursive: true })
    writeFileSync(join(slot.treeDir, name), text)
  }
  await slot.mark(`tree of ${release}`)
  await slot.release()
}

async function held(release: string): Promise<string | undefined> {
  const slot = await slotOf(release)
  const name = await slot.holding()
  await slot.release()
  return name
}

const HEADERS = { 'include/linux/list.h': 'a', '.config': 'A' }
const [ONE, TWO, THREE] = ['6.1.0-1-amd64', '6.1.0-2-amd64', '6.1.0-3-amd64'] as const
const has = (release: string): boolean => existsSync(inTree(release, '.config'))
const pause = () => new Promise((resolve) => setTimeout(resolve, 30))

test('each kernel has its own tree, and two runs can have two of them at once', async () => {
  const [one, other] = [await slotOf(ONE), await slotOf(TWO)]
  expect(one.treeDir).not.toBe(other.treeDir)
  await one.release()
  await other.release()
})

test('the tree of another kernel can be taken, and is not there then any more', async () => {
  await keep(ONE, HEADERS)
  const before = inode(ONE, 'include/linux/list.h')
  const slot = await slotOf(TWO)
  await slot.begin()
  writeFileSync(inTree(TWO, 'left.h'), '')
  const [other] = await slot.others()
  expect(other?.name).toBe(`tree of ${ONE}`)
  expect(other !== undefined && (await slot.take(other))).toBe(true)
  expect([has(ONE), inode(TWO, 'include/linux/list.h'), existsSync(inTree(TWO, 'left.h'))]).toEqual([false, before, false])
  // Nobody has said yet what it is.
  expect([await slot.holding(), await slot.others()]).toEqual([undefined, []])
  await slot.release()
  expect([has(ONE), has(TWO), await held(ONE)]).toEqual([false, false, undefined])
})

test.each<[string, () => Promise<Slot | undefined>]>([
  ['that a run has', () => slotOf(ONE)],
  ['in which something was touched', async () => {
    await pause()
    writeFileSync(inTree(ONE, 'include/linux/new.h'), '')
    return undefined
  }],
  ['that has become another since', () => {
    writeFileSync(join(dir, 'work', ONE, 'holds'), 'another')
    return Promise.resolve(undefined)
  }],
])('a tree %s is not taken', async (_, harm) => {
  await keep(ONE, HEADERS)
  const slot = await slotOf(TWO)
  const [other] = await slot.others()
  const busy = await harm()
  expect(other !== undefined && (await slot.take(other))).toBe(false)
  expect([has(ONE), has(TWO)]).toEqual([true, false])
  await busy?.release()
  await slot.release()
})

test('of more than two trees the one that was used longest ago goes, unless a run has it', async () => {
  // Minutes apart.
  const used = (release: string, minutes: number): void => utimesSync(join(dir, 'work', release, 'lock'), minutes * 60, minutes * 60)
  await keep(ONE, HEADERS)
  used(ONE, 1)
  await keep(TWO, HEADERS)
  used(TWO, 2)
  await keep(THREE, HEADERS)
  expect([ONE, TWO, THREE].map(has)).toEqual([false, true, true])
  const busy = await slotOf(TWO)
  used(TWO, 2)
  used(THREE, 3)
  await keep(ONE, HEADERS)
  expect([ONE, TWO, THREE].map(has)).toEqual([true, true, true])
  await busy.release()
  await keep(ONE, HEADERS)
  expect([ONE, TWO, THREE].filter(has)).toHaveLength(2)
  expect(readdirSync(join(dir, 'work')).filter((name) => name.startsWith('old-'))).toEqual([])
})
