import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { cpioNewc } from '../../src/guest/cpio.js'

test('GNU cpio unpacks what was written', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cpio-'))
  const data = Buffer.from(Array.from({ length: 1001 }, (_, i) => i & 255))
  const archive = cpioNewc([
    { kind: 'dir', path: 'modules' },
    { kind: 'file', path: '/modules/größe.ko', data },
    { kind: 'file', path: 'init', data: Buffer.from('#!'), executable: true },
    { kind: 'link', path: 'link', target: 'modules/größe.ko' },
    { kind: 'file', path: 'empty', data: Buffer.alloc(0) },
  ])
  execFileSync('cpio', ['--extract', '--quiet'], { cwd: dir, input: archive })
  expect(await readFile(join(dir, 'modules/größe.ko'))).toEqual(data)
  expect((await stat(join(dir, 'init'))).mode & 0o777).toBe(0o755)
  expect(await readlink(join(dir, 'link'))).toBe('modules/größe.ko')
  expect((await stat(join(dir, 'empty'))).size).toBe(0)
  await rm(dir, { recursive: true })
})

test('a device node keeps its numbers, and the archive is the same each time', () => {
  const node = () => cpioNewc([{ kind: 'char', path: 'dev/console', major: 5, minor: 1 }])
  expect(node()).toEqual(node())
  expect(execFileSync('cpio', ['--list', '--verbose', '--quiet'], { input: node(), encoding: 'utf8' })).toMatch(/^crw-------.* 5, +1 .*dev\/console$/m)
})
