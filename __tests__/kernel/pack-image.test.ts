import { existsSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { createHost } from '../../src/host/create-host.js'
import { packImage, unpackImage } from '../../src/kernel/pack-image.js'
import { noteImage } from '../elf/elf-image.js'
import { quietLog } from '../support/quiet-log.js'
import { bzImage } from './bz-image.js'
import { scratchDirectories } from './scratch.js'

const scratch = scratchDirectories()
const host = createHost(quietLog())
const bare = { ...host, which: () => Promise.resolve(undefined) }
const PVH = noteImage('Xen', 18)

async function pack(image: Buffer, by = host) {
  const root = scratch()
  writeFileSync(join(root, 'vmlinuz'), image)
  await packImage(by, join(root, 'vmlinuz'), root)
  return root
}

test('the image takes the place of vmlinuz, and comes out as it was', async () => {
  const root = await pack(bzImage(gzipSync(PVH)))
  expect(readdirSync(root)).toEqual(['vmlinux.zst'])
  const image = await unpackImage(host, root, scratch())
  expect(readFileSync(image ?? '')).toEqual(PVH)
})

test.each([
  ['what QEMU cannot start', bzImage(gzipSync(noteImage('GNU', 3))), host],
  ['what is no bzImage', Buffer.from('no'), host],
  ['without zstd', bzImage(gzipSync(PVH)), bare],
])('%s: vmlinuz stays, and nothing else', async (_, image, by) => {
  const root = await pack(image, by)
  expect(readdirSync(root)).toEqual(['vmlinuz'])
  expect(await unpackImage(host, root, scratch())).toBeUndefined()
})

test('a damaged one is said to be so, and where it lies', async () => {
  const root = await pack(bzImage(gzipSync(PVH)))
  truncateSync(join(root, 'vmlinux.zst'), 10)
  await expect(unpackImage(host, root, scratch())).rejects.toMatchObject({ finding: { id: 'host.decompress', stage: 'install', remedy: `Remove ${root} and run again.` } })
  expect(existsSync(root)).toBe(true)
})
