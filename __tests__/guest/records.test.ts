import { createHash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { logOf, readRecords } from '../../src/guest/records.js'

const NONCE = '0123456789abcdef0123456789abcdef'
const b64 = (text: string) => Buffer.from(text).toString('base64')
const CONVERSATION = [
  'up 6.1.0-56-amd64',
  'begin load hello',
  `end load hello 0 ok 12 ${b64('')}`,
  'begin unload hello',
  `end unload hello 1 refused 3 ${b64("rmmod: can't unload module 'hello': Resource temporarily unavailable\n")}`,
  `log ${b64('<6>[    1.0] hello: loaded\n<4>[').slice(0, 8)}`,
  `log ${b64('<6>[    1.0] hello: loaded\n<4>[').slice(8)}`,
  `logend ${createHash('md5').update('<6>[    1.0] hello: loaded\n<4>[').digest('hex')}`,
  'done',
].map((record) => `${NONCE} ${record}\r\n`)

const read = (chunks: readonly Buffer[]) => {
  const reader = readRecords(NONCE, () => undefined)
  for (const chunk of chunks) reader.take(chunk)
  return reader.records
}

test('a conversation is understood', () => {
  const records = read([Buffer.from(CONVERSATION.join(''))])
  expect(records).toMatchObject({
    release: '6.1.0-56-amd64',
    steps: [
      { kind: 'load', module: 'hello', outcome: 'ok', status: 0, message: '', seconds: 0.12 },
      { kind: 'unload', module: 'hello', outcome: 'refused', status: 1, message: "rmmod: can't unload module 'hello': Resource temporarily unavailable", seconds: 0.03 },
    ],
    done: true,
  })
  expect(records.open).toBeUndefined()
  expect(logOf(records)).toBe('[    1.0] hello: loaded\n[')
})

test('a log that was damaged on the way is no log', () => {
  expect(logOf(read([Buffer.from(CONVERSATION.filter((_, i) => i !== 5).join(''))]))).toBeUndefined()
  expect(logOf(read([Buffer.from(`${NONCE} logend -\n`)]))).toBeUndefined()
})

test('a step that was begun and not ended stays open', () => {
  expect(read([Buffer.from(CONVERSATION.slice(0, 2).join(''))]).open).toEqual({ kind: 'load', module: 'hello' })
})

test('garbage around the records and any cut into chunks change nothing', () => {
  const whole = read([Buffer.from(CONVERSATION.join(''))])
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: CONVERSATION.length, maxLength: CONVERSATION.length }), fc.integer({ min: 1, max: 50 }), (garbage, size) => {
      const stream = Buffer.concat(CONVERSATION.flatMap((record, i) => [Buffer.from(garbage[i] ?? []), Buffer.from(record)]))
      const chunks = Array.from({ length: Math.ceil(stream.length / size) }, (_, i) => stream.subarray(i * size, (i + 1) * size))
      expect(read(chunks)).toEqual(whole)
    }),
  )
})

test('without the nonce nothing is believed', () => {
  const other = 'f'.repeat(32)
  expect(read([Buffer.from(CONVERSATION.join('').replaceAll(NONCE, other)), Buffer.from('done\nup 6.1\n')])).toEqual({ steps: [], log: [], done: false })
})

test('an endless line is not kept', () => {
  const reader = readRecords(NONCE, () => undefined)
  for (let i = 0; i < 64; i++) reader.take(Buffer.alloc(1 << 20, 'x'))
  reader.take(Buffer.from(`\n${NONCE} done\n`))
  expect(reader.records.done).toBe(true)
})
