import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createHost } from '../../src/host/create-host.js'
import { keepTree, restoreTree } from '../../src/kernel/kept-tree.js'
import { quietLog } from '../support/quiet-log.js'

const host = createHost(quietLog())
let dir = ''
const at = (...names: readonly string[]): string => join(dir, ...names)

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kmod-gate-kept-'))
  mkdirSync(at('tree/include/config'), { recursive: true })
  writeFileSync(at('tree/include/a.h'), 'a')
  writeFileSync(at('tree/run'), '#!/bin/sh\n', { mode: 0o755 })
  symlinkSync('include/a.h', at('tree/link'))
  mkdirSync(at('tree/scripts'))
  writeFileSync(at('tree/scripts/x'), 'x')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('what comes back is what was kept: contents, links, modes, empty directories, and times to the nanosecond', async () => {
  // Two files in one second, of which make must know the newer one.
  utimesSync(at('tree/include/a.h'), 1_700_000_000.25, 1_700_000_000.25)
  utimesSync(at('tree/run'), 1_700_000_000.75, 1_700_000_000.75)
  await keepTree(host, at('tree'), at('kept/k'))
  await restoreTree(host, at('kept/k'), at('back'))
  expect([readFileSync(at('back/link'), 'utf8'), statSync(at('back/run')).mode & 0o777, readdirSync(at('back/include/config'))]).toEqual(['a', 0o755, []])
  expect([statSync(at('back/include/a.h')).mtimeMs, statSync(at('back/run')).mtimeMs]).toEqual([1_700_000_000_250, 1_700_000_000_750])
})

test('names at the top may be left out, and those alone', async () => {
  mkdirSync(at('tree/include/scripts'))
  await keepTree(host, at('tree'), at('kept/k'), { without: ['scripts'] })
  await restoreTree(host, at('kept/k'), at('back'))
  expect([existsSync(at('back/scripts')), existsSync(at('back/include/scripts'))]).toEqual([false, true])
})

test('a tree comes over what is there, and replaces what has the same name', async () => {
  await keepTree(host, at('tree'), at('kept/k'))
  mkdirSync(at('back/include'), { recursive: true })
  writeFileSync(at('back/include/a.h'), 'old')
  writeFileSync(at('back/include/b.h'), 'b')
  await restoreTree(host, at('kept/k'), at('back'))
  expect(['a', 'b'].map((name) => readFileSync(at('back/include', `${name}.h`), 'utf8'))).toEqual(['a', 'b'])
})

test('equal trees have equal archives, and the first of two that are kept at once stays', async () => {
  await keepTree(host, at('tree'), at('kept/one'))
  await Promise.all([keepTree(host, at('tree'), at('kept/two')), keepTree(host, at('tree'), at('kept/two'))])
  expect(readdirSync(at('kept')).sort()).toEqual(['one', 'two'])
  const [one = '', two = ''] = ['one', 'two'].map((name) => at('kept', name, readdirSync(at('kept', name))[0] ?? ''))
  expect(readFileSync(one).equals(readFileSync(two))).toBe(true)
})

test.each<[string, (archive: string) => void]>([
  ['cut off', (archive) => truncateSync(archive, statSync(archive).size - 20)],
  ['gone', (archive) => rmSync(archive)],
  ['no archive', (archive) => writeFileSync(archive, 'x')],
])('a kept tree that is %s is said', async (_, damage) => {
  await keepTree(host, at('tree'), at('kept/k'))
  damage(at('kept/k/tree.tar.zst'))
  await expect(restoreTree(host, at('kept/k'), at('back'))).rejects.toMatchObject({ finding: { id: 'tree.unpack-failed', severity: 'error', remedy: expect.stringContaining('Empty the cache directory') as unknown } })
})

test('a tree that cannot be kept leaves nothing', async () => {
  await expect(keepTree(host, at('no-such-tree'), at('kept/k'))).rejects.toMatchObject({ finding: { id: 'tree.unpack-failed' } })
  expect(readdirSync(at('kept'))).toEqual([])
})
