import { chmod, mkdir, mkdtemp, readFile, readdir, readlink, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { copyRepository, moduleDirIn } from '../../src/build/copy.js'
import { locateBelow } from '../../src/build/locate.js'

let dir = ''
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'copy-'))))
afterEach(() => rm(dir, { recursive: true }))

test('copies files and links, leaves out the output directory and what cannot be copied', async () => {
  const repository = join(dir, 'my répo')
  await mkdir(join(repository, 'driver'), { recursive: true })
  await mkdir(join(repository, 'out'))
  await writeFile(join(repository, 'out', 'old.ko'), '')
  await writeFile(join(repository, 'driver', 'Kbuild'), 'obj-m += a.o\n')
  await symlink('driver/Kbuild', join(repository, 'link'))
  execFileSync('mkfifo', [join(repository, 'pipe')])
  const copy = join(dir, 'copy')
  await copyRepository(repository, copy, [join(repository, 'out')])
  expect((await readdir(copy)).sort()).toEqual(['driver', 'link'])
  expect(await readlink(join(copy, 'link'))).toBe('driver/Kbuild')
  expect(await readFile(join(copy, 'driver', 'Kbuild'), 'utf8')).toBe('obj-m += a.o\n')
})

test('permissions and times stay, of directories that may not be written to, too, and links are not followed', async () => {
  const repository = join(dir, 'repository')
  await mkdir(join(repository, 'closed'), { recursive: true })
  await writeFile(join(repository, 'closed', 'run'), '#!/bin/sh\n')
  await chmod(join(repository, 'closed', 'run'), 0o550)
  await utimes(join(repository, 'closed', 'run'), 1e9, 1e9)
  await symlink('..', join(repository, 'closed', 'up'))
  await symlink('nowhere', join(repository, 'broken'))
  await chmod(join(repository, 'closed'), 0o555)
  const copy = join(dir, 'copy')
  await copyRepository(`${repository}/`, copy, [])
  const [file, folder] = await Promise.all([stat(join(copy, 'closed', 'run')), stat(join(copy, 'closed'))])
  expect([file.mode & 0o7777, file.mtimeMs, folder.mode & 0o7777]).toEqual([0o550, 1e12, 0o555])
  expect(await Promise.all(['closed/up', 'broken'].map((link) => readlink(join(copy, link))))).toEqual(['..', 'nowhere'])
  await Promise.all([repository, copy].map((root) => chmod(join(root, 'closed'), 0o755)))
})

test('what cannot be written is an error, and by then nothing is being written any more', async () => {
  const repository = join(dir, 'repository')
  await mkdir(join(repository, 'many'), { recursive: true })
  for (let n = 0; n < 200; n++) await writeFile(join(repository, 'many', `${n}`), 'x'.repeat(10_000))
  await writeFile(join(repository, 'a'), '')
  const copy = join(dir, 'copy')
  await mkdir(join(copy, 'a'), { recursive: true })
  await expect(copyRepository(repository, copy, [])).rejects.toThrow(join(copy, 'a'))
  expect((await readdir(join(copy, 'many'))).length).toBe(200)
})

test.each(['', 'inside'])('is not copied into itself: %j', async (inside) => {
  await expect(copyRepository(dir, join(dir, inside), [])).rejects.toThrow(/cannot be copied into itself/)
  await expect(copyRepository('/', join(dir, inside), [])).rejects.toThrow(/cannot be copied into itself/)
})

test.each([
  ['.', '.', 'a.c', 'a.c'],
  ['driver/größe', 'driver/größe', 'driver/größe/a.c', 'driver/größe/a.c'],
  ['mein Modul, neu/a:b', 'mein_Modul__neu/a_b', 'mein_Modul__neu/a_b/x y.c', 'mein Modul, neu/a:b/x y.c'],
  ['mein Modul/a', 'mein_Modul/a', 'include/x.h', 'include/x.h'],
])('the module directory %s is %s in the copy', async (path, expected, file, original) => {
  await mkdir(join(dir, path), { recursive: true })
  const found = await moduleDirIn(dir, path)
  expect(found.dir).toBe(join(dir, expected))
  expect((await stat(found.dir)).isDirectory()).toBe(true)
  expect(found.original(file)).toBe(original)
})

test('a folder that already has the safe name is not mixed up with the renamed one', async () => {
  await mkdir(join(dir, 'a b'))
  await mkdir(join(dir, 'a_b'))
  expect((await moduleDirIn(dir, 'a b')).dir).toBe(join(dir, 'a_b_'))
})

test('places are found from absolute paths, from the module directory, and only below the root', async () => {
  await mkdir(join(dir, 'repo', 'm'), { recursive: true })
  await mkdir(join(dir, 'linux', 'include'), { recursive: true })
  await writeFile(join(dir, 'repo', 'm', 'a.c'), '')
  await writeFile(join(dir, 'repo', 'shared.h'), '')
  await writeFile(join(dir, 'linux', 'include', 'x.h'), '')
  const locate = locateBelow(join(dir, 'repo'), join(dir, 'repo', 'm'), join(dir, 'linux'))
  expect(locate(join(dir, 'repo', 'm', 'a.c'))).toBe('m/a.c')
  expect(locate('a.c')).toBe('m/a.c')
  expect(locate('../shared.h')).toBe('shared.h')
  expect(locate('./include/x.h')).toBeUndefined()
  expect(locate('gone.c')).toBeUndefined()
})
