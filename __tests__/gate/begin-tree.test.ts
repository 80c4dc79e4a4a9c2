import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { beginTree, dropTree } from '../../src/gate/tree-stage.js'
import { createHost } from '../../src/host/create-host.js'
import type { BuildKit, KernelTarget } from '../../src/model/kernel.js'
import type { Request } from '../../src/model/request.js'
import { preparedName } from '../../src/tree/prepared.js'
import { takeSlot } from '../../src/tree/slot.js'
import { quietLog } from '../support/quiet-log.js'

const host = createHost(quietLog())
const target = { release: '6.1.0-1-amd64', packageVersion: '1' } as KernelTarget
const name = preparedName(target, 'f'.repeat(64))
let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kmod-gate-begin-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const place = (file: string): string => join(dir, 'work', target.release, file)
const request = (more: Partial<Request> = {}): Request => ({ module: { kind: 'out-of-tree' }, cache: true, cacheDir: dir, options: [], allowances: [], ...more }) as unknown as Request
const coming = new Promise<BuildKit>(() => undefined)
const begin = (kit = coming, more: Partial<Request> = {}) => beginTree(host, request(more), target, kit, dir)

/** Whether nobody has the place any more. */
async function isFree(): Promise<boolean> {
  const slot = await takeSlot(host, dir, target.release, dir)
  await slot?.release()
  return slot !== undefined
}

/** What an earlier run left: the tree, its mark, and what is kept of it. */
function leaveTree(): void {
  mkdirSync(place('linux'), { recursive: true })
  writeFileSync(place('linux/Makefile'), 'all:\n')
  mkdirSync(join(dir, 'prepared', name), { recursive: true })
  writeFileSync(place('lock'), '')
  writeFileSync(place('holds'), name)
}

test('a tree that lies there is found before the kit is, and stays when nobody builds in it after all', async () => {
  leaveTree()
  const beginning = begin()
  expect((await beginning)?.begun).toEqual({ there: name, fresh: false })
  expect(await takeSlot(host, dir, target.release, dir)).toBeUndefined()
  await dropTree(beginning)
  expect([await isFree(), readFileSync(place('holds'), 'utf8'), existsSync(place('linux/Makefile'))]).toEqual([true, name, true])
})

test('when the kit fails, the place is free again and has no half a tree', async () => {
  const failed = begin(Promise.reject(new Error('no such package')))
  await expect(failed).rejects.toThrow('no such package')
  await dropTree(failed)
  expect([await isFree(), existsSync(place('linux'))]).toEqual([true, false])
})

test.each<[string, Partial<Request>]>([
  ['a driver of the kernel’s own source', { module: { kind: 'in-tree', path: 'drivers/x' } }],
  ['a run without the cache', { cache: false }],
])('%s takes no place', async (_, more) => {
  expect([await begin(coming, more), existsSync(join(dir, 'work'))]).toEqual([undefined, false])
})
