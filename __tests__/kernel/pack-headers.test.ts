import { mkdirSync, readFileSync, readdirSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { createHost } from '../../src/host/create-host.js'
import { packHeaders, unpackHeaders } from '../../src/kernel/pack-headers.js'
import { quietLog } from '../support/quiet-log.js'
import { scratchDirectories } from './scratch.js'

const scratch = scratchDirectories()
const host = createHost(quietLog())
const FILES = ['.config', 'Makefile', 'Module.symvers', 'vmlinux', 'include/config/A', 'include/config/auto.conf', 'include/generated/autoconf.h', 'arch/x86/x.h']

async function pack(files: readonly string[], by = host) {
  const root = scratch()
  const headers = join(root, 'usr/src/headers')
  for (const name of files) {
    mkdirSync(dirname(join(headers, name)), { recursive: true })
    writeFileSync(join(headers, name), `text of ${name}`)
    utimesSync(join(headers, name), 1_000_000, 1_000_000)
  }
  await packHeaders(by, join(headers, '.config'), root)
  return { root, headers }
}

const filesIn = (directory: string): string[] => readdirSync(directory, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name).slice(directory.length + 1)] : [])).sort()

test('only the configuration stays, and what is read without a tree comes out as it was', async () => {
  const { root, headers } = await pack(FILES)
  expect(filesIn(headers)).toEqual(['.config'])
  const { directory = '' } = (await unpackHeaders(host, root, scratch())) ?? {}
  expect(filesIn(directory)).toEqual(['.config', 'Module.symvers', 'include/config/auto.conf', 'include/generated/autoconf.h', 'vmlinux'])
  expect(readFileSync(join(directory, 'vmlinux'), 'utf8')).toBe('text of vmlinux')
  expect(statSync(join(directory, 'Module.symvers')).mtimeMs).toBe(1_000_000_000)
})

test('headers without a vmlinux are no damaged ones', async () => {
  const { root } = await pack(FILES.filter((name) => name !== 'vmlinux'))
  expect(filesIn((await unpackHeaders(host, root, scratch()))?.directory ?? '')).not.toContain('vmlinux')
})

test('without zstd they stay as they are', async () => {
  const { root, headers } = await pack(FILES, { ...host, which: () => Promise.resolve(undefined) })
  expect(filesIn(headers)).toEqual([...FILES].sort())
  expect(await unpackHeaders(host, root, scratch())).toBeUndefined()
})

test('damaged ones are said to be so', async () => {
  const { root } = await pack(FILES)
  truncateSync(join(root, 'headers/tree.tar.zst'), 20)
  await expect(unpackHeaders(host, root, scratch())).rejects.toMatchObject({ finding: { id: 'tree.unpack-failed', remedy: 'Empty the cache directory and run again.' } })
})
