import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Lz4Error, decompressLz4Legacy } from '../../src/kernel/lz4.js'

const MAGIC = Buffer.from([0x02, 0x21, 0x4c, 0x18])
const LIMIT = 1 << 24

function frame(...blocks: readonly Buffer[]): Buffer {
  const sized = blocks.flatMap((block) => {
    const size = Buffer.alloc(4)
    size.writeUInt32LE(block.length)
    return [size, block]
  })
  return Buffer.concat([MAGIC, ...sized])
}

/** A block of literals only. */
function literals(data: Buffer): Buffer {
  if (data.length < 15) return Buffer.concat([Buffer.from([data.length << 4]), data])
  const rest = data.length - 15
  return Buffer.concat([Buffer.from([0xf0]), Buffer.alloc(Math.floor(rest / 255), 255), Buffer.from([rest % 255]), data])
}

test('literals of any length, over several blocks, come back', () => {
  const property = fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 700 }), { maxLength: 4 }), (parts) => {
    const data = parts.map((part) => Buffer.from(part))
    return decompressLz4Legacy(frame(...data.map(literals)), LIMIT).equals(Buffer.concat(data))
  })
  expect(() => fc.assert(property)).not.toThrow()
})

test('a match may overlap what it makes', () => {
  // Literals "ab", then 9 bytes from two back, then the literal "!".
  const block = Buffer.from([0x25, 0x61, 0x62, 0x02, 0x00, 0x10, 0x21])
  expect(decompressLz4Legacy(frame(block), LIMIT).toString()).toBe('ababababab' + 'a!')
})

test.each([
  ['a match before the start', Buffer.from([0x10, 0x61, 0x02, 0x00])],
  ['an offset of zero', Buffer.from([0x10, 0x61, 0x00, 0x00])],
  ['literals beyond the block', Buffer.from([0xf0, 0x10])],
  ['an end within a length', Buffer.from([0xf0, 0xff])],
])('%s is refused', (_what, block) => {
  expect(() => decompressLz4Legacy(frame(block), LIMIT)).toThrow(Lz4Error)
})

test('a frame that grows beyond the limit is refused', () => {
  expect(() => decompressLz4Legacy(frame(literals(Buffer.alloc(100))), 99)).toThrow(/99 bytes/)
})

test('arbitrary blocks never do worse than Lz4Error', () => {
  const property = fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
    try {
      decompressLz4Legacy(frame(Buffer.from(bytes)), LIMIT)
    } catch (error) {
      if (!(error instanceof Lz4Error)) throw error
    }
  })
  expect(() => fc.assert(property, { numRuns: 200 })).not.toThrow()
}, 30_000)
