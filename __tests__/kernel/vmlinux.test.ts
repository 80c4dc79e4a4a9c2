import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ElfError } from '../../src/elf/elf.js'
import { payloadOf, unpackVmlinux } from '../../src/kernel/vmlinux.js'
import { noteImage } from '../elf/elf-image.js'
import { bzImage } from './bz-image.js'
import { fakeHost } from './fake-host.js'
import { scratchDirectories } from './scratch.js'

const scratch = scratchDirectories()
const PVH = noteImage('Xen', 18)

const piped = (program: string, data: Buffer) => Buffer.concat([spawnSync(program, ['-c'], { input: data }).stdout, Buffer.from([data.length & 255, data.length >> 8, 0, 0])])

async function unpack(image: Buffer) {
  const directory = scratch()
  const [vmlinuz, target] = [join(directory, 'vmlinuz'), join(directory, 'vmlinux')]
  writeFileSync(vmlinuz, image)
  const result = await unpackVmlinux(fakeHost(() => undefined), vmlinuz, target)
  return { result, written: existsSync(target) ? readFileSync(target) : undefined }
}

test.each([
  ['gzip', gzipSync(PVH)],
  ['xz, with the size that the kernel appends', piped('xz', PVH)],
])('a %s payload comes out as it went in', async (_what, payload) => {
  expect(await unpack(bzImage(payload))).toEqual({ result: 'unpacked', written: PVH })
})

test.each([
  ['a kernel without PVH entry', bzImage(gzipSync(noteImage('GNU', 3))), /PVH/],
  ['an unknown compression', bzImage(Buffer.from('LZO? no, nothing')), /compression/],
  ['a boot protocol without payload', bzImage(PVH, 0x0207), /2\.7/],
  ['no bzImage', Buffer.alloc(2000), /HdrS/],
])('%s: the reason is said and nothing is left', async (_what, image, reason) => {
  const { result, written } = await unpack(image)
  expect(result).toEqual({ reason: expect.stringMatching(reason) })
  expect(written).toBeUndefined()
})

test('a damaged setup header never does worse than ElfError', () => {
  const image = bzImage(gzipSync(PVH))
  const property = fc.property(fc.array(fc.tuple(fc.integer({ min: 0x1f1, max: 0x260 }), fc.nat(255)), { maxLength: 6 }), fc.nat(image.length), (changes, length) => {
    const copy = Buffer.from(image.subarray(0, length))
    for (const [at, value] of changes) if (at < length) copy[at] = value
    try {
      payloadOf(copy)
    } catch (error) {
      if (!(error instanceof ElfError)) throw error
    }
  })
  expect(() => fc.assert(property)).not.toThrow()
})
