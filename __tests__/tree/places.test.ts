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

const HEADERS = { 'include/linux/list.h': 'the same everywhere', 'include/linux/sched.h': 'the same everywhere but here', '.config': 'A', 'include/generated/autoconf.h': 'A', 'scripts/conf': 'A' }

test('each kernel has its own tree, and two runs can have two of them at once', async () => {
  const [one, other] = [await slotOf('6.1.0-1-amd64'), await slotOf('6.1.0-2-amd64')]
  expect(one.treeDir).not.toBe(other.treeDir)
  await one.release()
  await other.release()
})

test('trees share the files that are equal, but none that is written in its place, and stay what they were', async () => {
  await keep('6.1.0-1-amd64', HEADERS)
  await keep('6.1.0-2-amd64', { ...HEADERS, 'include/linux/sched.h': 'other' })
  const shared = Object.keys(HEADERS).filter((name) => inode('6.1.0-1-amd64', name) === inode('6.1.0-2-amd64', name))
  expect(shared).toEqual(['include/linux/list.h'])
  expect([await held('6.1.0-1-amd64'), await held('6.1.0-2-amd64')]).toEqual(['tree of 6.1.0-1-amd64', 'tree of 6.1.0-2-amd64'])
})

test('a file that is written through one of the trees leaves none of those that share it to be trusted', async () => {
  await keep('6.1.0-1-amd64', HEADERS)
  await keep('6.1.0-2-amd64', HEADERS)
  await new Promise((resolve) => setTimeout(resolve, 30))
  writeFileSync(inTree('6.1.0-2-amd64', 'include/linux/list.h'), 'changed by a Makefile')
  expect([await held('6.1.0-1-amd64'), await held('6.1.0-2-amd64')]).toEqual([undefined, undefined])
})

test('a tree that was touched shares nothing with a new one', async () => {
  await keep('6.1.0-1-amd64', HEADERS)
  await new Promise((resolve) => setTimeout(resolve, 30))
  writeFileSync(inTree('6.1.0-1-amd64', 'include/linux/new.h'), '')
  await keep('6.1.0-2-amd64', HEADERS)
  expect(inode('6.1.0-1-amd64', 'include/linux/list.h')).not.toBe(inode('6.1.0-2-amd64', 'include/linux/list.h'))
  expect([await held('6.1.0-1-amd64'), await held('6.1.0-2-amd64')]).toEqual([undefined, 'tree of 6.1.0-2-amd64'])
})

test('nothing is shared while another run has a tree, and the next run sees to it', async () => {
  await keep('6.1.0-1-amd64', HEADERS)
  const other = await slotOf('6.1.0-3-amd64')
  await keep('6.1.0-2-amd64', HEADERS)
  expect(inode('6.1.0-1-amd64', 'include/linux/list.h')).not.toBe(inode('6.1.0-2-amd64', 'include/linux/list.h'))
  await other.release()
  await held('6.1.0-2-amd64')
  expect(inode('6.1.0-1-amd64', 'include/linux/list.h')).toBe(inode('6.1.0-2-amd64', 'include/linux/list.h'))
})

test('without hardlink(1) each tree has its own files', async () => {
  const bare: Host = { ...host, which: (program) => (program === 'hardlink' ? Promise.resolve(undefined) : host.which(program)) }
  await keep('6.1.0-1-amd64', HEADERS, bare)
  await keep('6.1.0-2-amd64', HEADERS, bare)
  expect(inode('6.1.0-1-amd64', 'include/linux/list.h')).not.toBe(inode('6.1.0-2-amd64', 'include/linux/list.h'))
  expect([await held('6.1.0-1-amd64'), await held('6.1.0-2-amd64')]).toEqual(['tree of 6.1.0-1-amd64', 'tree of 6.1.0-2-amd64'])
})

test('of more than twelve trees the one that was used longest ago goes, unless a run has it', async () => {
  const release = (n: number): string => `6.1.0-${n}-amd64`
  for (let n = 1; n <= 12; n++) {
    await keep(release(n), HEADERS)
    // Minutes apart.
    utimesSync(join(dir, 'work', release(n), 'lock'), n * 60, n * 60)
  }
  const busy = await slotOf(release(1))
  utimesSync(join(dir, 'work', release(1), 'lock'), 60, 60)
  await keep(release(13), HEADERS)
  await keep(release(14), HEADERS)
  const there = [1, 2, 3, 4, 12, 13, 14].filter((n) => existsSync(inTree(release(n), '.config')))
  expect(there).toEqual([1, 3, 4, 12, 13, 14])
  await busy.release()
  expect(readdirSync(join(dir, 'work')).filter((name) => name.startsWith('old-'))).toEqual([])
})
