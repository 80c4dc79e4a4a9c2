import { expect, test } from '@jest/globals'
import { checkSignature } from '../../src/symbols/signature.js'

const MARKER = Buffer.from('~Module signature appended~\n')

/** A module's bytes, a PKCS#7 message of `length` bytes, its description, the mark. */
function signed({ claimed, length = 40, idType = 2, pad = 0, tag = 0x30, inner = length - 2 }: Readonly<Partial<Record<'claimed' | 'length' | 'idType' | 'pad' | 'tag' | 'inner', number>>> = {}): Buffer {
  const message = Buffer.alloc(length, 1)
  message.writeUInt8(tag, 0)
  message.writeUInt8(inner, 1)
  const trailer = Buffer.alloc(12)
  trailer.writeUInt8(idType, 2)
  trailer.writeUInt8(pad, 5)
  trailer.writeUInt32BE(claimed ?? length, 8)
  return Buffer.concat([Buffer.from('module'), message, trailer, MARKER])
}
const said = (file: Buffer, verified = true): string => checkSignature('x.ko', file, verified).map(({ title }) => title).join()

test('a signature in good form is none of the proof’s business, nor is none', () => {
  expect(said(signed())).toBe('')
  expect(said(Buffer.from('module'))).toBe('')
  expect(said(Buffer.alloc(0))).toBe('')
})

test.each<[string, Buffer, RegExp]>([
  ['longer than the file', signed({ claimed: 4000 }), /Bad message.*claims 4000 bytes/],
  ['a length that wraps', signed({ claimed: 0xffffffff }), /claims 4294967295 bytes/],
  ['values that PKCS#7 has not', signed({ pad: 1 }), /values where PKCS#7 has none/],
  ['no PKCS#7', signed({ tag: 0x31 }), /no PKCS#7 message/],
  ['cut', signed({ inner: 100 }), /has 102 bytes, and 40 are there/],
  ['only the mark', MARKER, /0 bytes before the mark/],
])('%s', (_, file, message) => {
  expect(said(file)).toMatch(message)
  expect(said(file, false)).toBe('')
})

test('another kind of key is refused only where signatures are enforced', () => expect(said(signed({ idType: 1, tag: 0x31 }))).toBe(''))
