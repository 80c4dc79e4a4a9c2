import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createHost } from '../../src/host/create-host.js'
import { isBelow, readListing, writeListing } from '../../src/tree/listing.js'
import { quietLog } from '../support/quiet-log.js'

const host = createHost(quietLog())
let dir = ''
const at = (name: string): string => join(dir, name)
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kmod-gate-listing-'))
  mkdirSync(at('tree'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('files, links and directories are told apart by contents and permissions, whatever their names', async () => {
  mkdirSync(at('tree/a dir'), { mode: 0o750 })
  writeFileSync(at('tree/a dir/two\nlines\t\\'), '')
  writeFileSync(at('tree/run'), 'x', { mode: 0o755 })
  symlinkSync('a dir/two words', at('tree/link'))
  await writeListing(host, at('tree'), at('list'))
  // What `b2sum -l 128` says of nothing and of an x.
  expect(await readListing(at('list'))).toEqual([
    'a dir\td 750 ',
    'a dir/two\nlines\t\\\tf 644 cae66941d9efbd404e4d88758ea67670',
    'link\tl 777 a dir/two words',
    'run\tf 755 442a44457137672b3218c1007dc8f76a',
  ])
})

test.each([
  ['find', ['gone']],
  ['sh', ['-c', 'exit 1']],
])('where %s cannot read the tree nothing is written', async (program, args) => {
  writeFileSync(at('tree/a'), '')
  await writeListing({ ...host, run: (command) => host.run(command.program === program ? { ...command, args } : command) }, at('tree'), at('list'))
  expect(existsSync(at('list'))).toBe(false)
})

test('a list that cannot be written is none, and no fault', async () => {
  writeFileSync(at('tree/a'), '')
  await writeListing(host, at('tree'), at('gone/list'))
  expect(existsSync(at('gone'))).toBe(false)
})

test('a name with two points in it is a name like others', () => {
  expect(['a', 'a..b/c', '..a', 'a/..', '../a', '/a', ''].map(isBelow)).toEqual([true, true, true, false, false, false, false])
})

test.each([
  ['nothing', undefined],
  ['what is not compressed', Buffer.from('f 644 \ta\0')],
  ['what is no list', gzipSync('nonsense\0')],
  ['what names a file beside the tree', gzipSync('a\td 755 \0a/../../b\tf 644 x\0')],
  ['what names a file anywhere', gzipSync('/etc/passwd\tf 644 x\0')],
])('%s is no listing', async (_, bytes) => {
  if (bytes !== undefined) writeFileSync(at('list'), bytes)
  expect(await readListing(at('list'))).toBeUndefined()
})
