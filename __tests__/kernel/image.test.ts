import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { btfOfImage, identityOfImage, readRawImage } from '../../src/kernel/image.js'
import { fakeHost } from './fake-host.js'

/** BTF's header and as many bytes of types and strings. */
function btf(types: number, strings: number, stringsAt = types): Buffer {
  const header = Buffer.from('9feb01001800000000000000', 'hex')
  const lengths = Buffer.alloc(12)
  lengths.writeUInt32LE(types, 0)
  lengths.writeUInt32LE(stringsAt, 4)
  lengths.writeUInt32LE(strings, 8)
  return Buffer.concat([header, lengths, Buffer.alloc(types + strings, 7)])
}

/** An Image: nothing but its magic, and what lies in it. */
function image(...content: Buffer[]): Buffer {
  const head = Buffer.alloc(4096)
  head.write('ARMd', 0x38, 'latin1')
  return Buffer.concat([head, ...content])
}

test('the kernel’s types are the largest piece of BTF in an Image', () => {
  const own = btf(120, 40)
  expect(btfOfImage(image(btf(8, 4), Buffer.alloc(3), own, Buffer.alloc(9)))).toEqual(own)
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a header whose data would be outside', btf(120, 40).subarray(0, 100)],
  ['a header with a gap before the strings', btf(16, 40, 20)],
  ['a header that is cut off', btf(0, 0).subarray(0, 10)],
])('no types: %s', (_, content) => expect(btfOfImage(image(content))).toBeUndefined())

test('an Image says its architecture and its byte order', () => {
  expect(identityOfImage(image())).toMatchObject({ machine: 183, bigEndian: false, bits: 64 })
  const big = image()
  big[0x18] = 1
  expect(identityOfImage(big)?.bigEndian).toBe(true)
  expect(identityOfImage(Buffer.alloc(4096))).toBeUndefined()
})

test('a compressed Image is unpacked, another one is taken as it is', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'image-'))
  try {
    const plain = image(Buffer.from('content'))
    await writeFile(join(dir, 'Image'), plain)
    await writeFile(join(dir, 'Image.gz'), gzipSync(plain))
    for (const name of ['Image', 'Image.gz']) expect(await readRawImage(fakeHost(() => ({})), join(dir, name), join(dir, 'scratch'))).toEqual(plain)
  } finally {
    await rm(dir, { recursive: true })
  }
})
