import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { withWorkDir } from '../../src/gate/work-dir.js'
import { GateError } from '../../src/model/errors.js'

const usual = process.env['TMPDIR']
let parent = ''
beforeEach(() => {
  parent = realpathSync(mkdtempSync(join(tmpdir(), 'work-dir-')))
  process.env['TMPDIR'] = parent
})
afterEach(() => {
  if (usual === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = usual
  rmSync(parent, { recursive: true })
})

/** A file below `parent`, so many hours old. */
function file(name: string, hours: number): void {
  mkdirSync(dirname(join(parent, name)), { recursive: true })
  writeFileSync(join(parent, name), '')
  const at = Date.now() / 1000 - hours * 3600
  for (const path of [name, dirname(name)]) utimesSync(join(parent, path), at, at)
}

test.each([
  ['done', () => Promise.resolve()],
  ['broken', () => Promise.reject(new Error('broken'))],
])('the directory is there for the work, and gone when it is %s', async (how, ended) => {
  let dir = ''
  const run = withWorkDir((given) => {
    dir = given
    expect([dirname(dir), existsSync(dir)]).toEqual([parent, true])
    return ended()
  })
  await (how === 'done' ? run : expect(run).rejects.toThrow('broken'))
  expect([dir === '', existsSync(dir)]).toEqual([false, false])
})

test('what a killed run left goes after a day; a run that goes on, and what others named so, stay', async () => {
  file('kmod-gate-aB3dE6/.kmod-gate-run', 25)
  file('kmod-gate-aB3dE6/linux/Makefile', 25)
  file('kmod-gate-fG4hI7/.kmod-gate-run', 23)
  // A directory of somebody’s own, a longer name, and a link to a dead one.
  file('kmod-gate-backup/notes', 5000)
  file('kmod-gate-longer1/.kmod-gate-run', 5000)
  file('elsewhere/.kmod-gate-run', 5000)
  symlinkSync(join(parent, 'elsewhere'), join(parent, 'kmod-gate-linked'))
  await withWorkDir(() => Promise.resolve())
  expect(readdirSync(parent).sort()).toEqual(['elsewhere', 'kmod-gate-backup', 'kmod-gate-fG4hI7', 'kmod-gate-linked', 'kmod-gate-longer1'])
  expect(existsSync(join(parent, 'elsewhere/.kmod-gate-run'))).toBe(true)
})

test('a directory with a space in its name is refused, since kbuild refuses it', async () => {
  process.env['TMPDIR'] = join(parent, 'a b')
  mkdirSync(process.env['TMPDIR'])
  const error: unknown = await withWorkDir(() => Promise.resolve()).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(GateError)
  expect((error as GateError).finding).toMatchObject({ id: 'host.work-dir', severity: 'error' })
})
