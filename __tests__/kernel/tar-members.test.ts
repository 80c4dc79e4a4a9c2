import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { createHost } from '../../src/host/create-host.js'
import { keepTree, keptMembers } from '../../src/kernel/kept-tree.js'
import { tarMembers } from '../../src/kernel/tar-members.js'
import { quietLog } from '../support/quiet-log.js'
import { scratchDirectories } from './scratch.js'

const scratch = scratchDirectories()
const host = createHost(quietLog())
/** Longer than what the header of a member holds: 100 bytes, and 155 before them. */
const LONG = `${'directory/'.repeat(30)}ä long name.h`

function treeOf(files: Readonly<Record<string, string>>): string {
  const tree = scratch()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    writeFileSync(join(tree, path), text, { mode: path.startsWith('bin') ? 0o755 : 0o644 })
  }
  return tree
}

test('each member of a kept tree is found, with contents, permissions and long names', async () => {
  const files = { 'a.h': 'a', 'empty.h': '', 'bin/run': 'x'.repeat(513), [LONG]: 'deep' }
  const tree = treeOf(files)
  symlinkSync(`../${LONG}`, join(tree, 'bin/link'))
  const folder = join(scratch(), 'kept')
  await keepTree(host, tree, folder)
  const members = [...(await keptMembers(host, folder, join(scratch(), 'archive')))]
  expect(Object.fromEntries(members.filter(({ kind }) => kind === 'f').map(({ path, data }) => [path, data.toString()]))).toEqual(files)
  expect(members.filter(({ kind }) => kind === 'l').map(({ path, target }) => [path, target])).toEqual([['bin/link', `../${LONG}`]])
  expect(members.find(({ path }) => path === 'bin/run')?.mode).toBe(0o755)
  expect(members.filter(({ kind }) => kind === 'd')).toHaveLength(1 + 1 + 30)
})

test('a file with two names is kept as two files', async () => {
  const tree = treeOf({ 'a.h': 'a' })
  execFileSync('ln', [join(tree, 'a.h'), join(tree, 'b.h')])
  const folder = join(scratch(), 'kept')
  await keepTree(host, tree, folder)
  const files = [...(await keptMembers(host, folder, join(scratch(), 'archive')))].filter(({ kind }) => kind === 'f')
  expect(files.map(({ path, data }) => [path, data.toString()])).toEqual([['a.h', 'a'], ['b.h', 'a']])
})

const archive = (): Buffer => execFileSync('tar', ['--create', '--format=posix', '--directory', treeOf({ 'a.h': 'a'.repeat(600) }), '.'])

test.each([
  ['without its end', () => archive().subarray(0, 3 * 512), /ends at byte 1536, without its last block/],
  ['within a file', () => archive().subarray(0, 6 * 512 + 100), /ends at byte 3172, within .\/a.h/],
  ['with what is no file, link or directory', () => execFileSync('tar', ['--create', '--format=posix', '--directory', '/dev', 'null']), /“3”/],
])('an archive that ends %s is not read on', (_, bytes, words) => {
  expect(() => [...tarMembers(bytes())]).toThrow(words)
})
