import { createHash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { leftoversOf, logOf, readRecords } from '../../src/guest/records.js'

const NONCE = '0123456789abcdef0123456789abcdef'
const b64 = (data: string | Buffer) => Buffer.from(data).toString('base64')
const md5 = (data: string | Buffer) => createHash('md5').update(data).digest('hex')
const LOG = '<6>[    1.0] hello: loaded\n<4>['
const OUTPUT = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
const CONVERSATION = [
  'up 6.1.0-56-amd64',
  'taint before 0',
  'begin load 1 hello 30',
  `end load 1 hello 0 ok 12 - ${b64('')}`,
  `bound 1 ${b64('hello\tpci:hello_driver\t0000:00:02.0\nhello\tnonsense\n')}`,
  'begin test 1 test 20',
  `said 1 out ${b64(OUTPUT.subarray(0, 96))}`,
  `said 1 out ${b64(OUTPUT.subarray(96))}`,
  `said 1 err ${b64('oh')}`,
  `tested 1 3 failed 250 256 5 ${md5(OUTPUT)} ${md5('oh')}`,
  'begin unload 1 hello 30',
  `end unload 1 hello 1 refused 3 -1 ${b64("rmmod: can't unload module 'hello': Resource temporarily unavailable\n")}`,
  `left ${b64('/proc/a\n').slice(0, 4)}`,
  `left ${b64('/proc/a\n').slice(4)}`,
  `leftend ${md5('/proc/a\n')}`,
  'taint after 12288',
  `log ${b64(LOG).slice(0, 8)}`,
  `log ${b64(LOG).slice(8)}`,
  `logend ${md5(LOG)}`,
  'done',
].map((record) => `${NONCE} ${record}\r\n`)

const read = (chunks: readonly Buffer[]) => {
  const reader = readRecords(NONCE, () => undefined)
  for (const chunk of chunks) reader.take(chunk)
  return reader.records
}
const upTo = (count: number) => read([Buffer.from(CONVERSATION.slice(0, count).join(''))])

test('a conversation is understood', () => {
  const records = upTo(CONVERSATION.length)
  expect(records).toMatchObject({
    release: '6.1.0-56-amd64',
    steps: [
      { kind: 'load', module: 'hello', outcome: 'ok', status: 0, message: '', seconds: 0.12, cycle: 1, deadline: 30 },
      { kind: 'unload', module: 'hello', outcome: 'refused', status: 1, references: -1, message: "rmmod: can't unload module 'hello': Resource temporarily unavailable", seconds: 0.03 },
    ],
    tests: [{ cycle: 1, outcome: 'failed', status: 3, stdout: OUTPUT, stderr: Buffer.from('oh'), dropped: 3, whole: true, seconds: 2.5, deadline: 20 }],
    bound: [{ module: 'hello', bus: 'pci', driver: 'hello_driver', device: '0000:00:02.0' }],
    taint: { before: 0, after: 12288 },
    done: true,
  })
  expect(records.open).toBeUndefined()
  expect(logOf(records)).toBe('[    1.0] hello: loaded\n[')
  expect(leftoversOf(records)).toEqual(['/proc/a'])
})

test('a log that was damaged on the way is no log, and half a list is no list', () => {
  expect(logOf(read([Buffer.from(CONVERSATION.filter((_, i) => i !== 16).join(''))]))).toBeUndefined()
  expect(logOf(read([Buffer.from(`${NONCE} logend -\n`)]))).toBeUndefined()
  expect(leftoversOf(upTo(14))).toBeUndefined()
})

test('output of which a piece is missing is not whole', () => {
  expect(read([Buffer.from(CONVERSATION.filter((_, i) => i !== 7).join(''))]).tests[0]?.whole).toBe(false)
})

test('a step that was begun and not ended stays open', () => {
  expect(upTo(3).open).toEqual({ kind: 'load', name: 'hello', cycle: 1, deadline: 30 })
  expect(upTo(9).open).toEqual({ kind: 'test', name: 'test', cycle: 1, deadline: 20 })
})

test('a device is listed once, however many cycles find it', () => {
  const again = CONVERSATION[4] ?? ''
  expect(read([Buffer.from(again + again.replace('bound 1', 'bound 2'))]).bound).toHaveLength(1)
})

test('garbage around the records and any cut into chunks change nothing', () => {
  const whole = upTo(CONVERSATION.length)
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: CONVERSATION.length, maxLength: CONVERSATION.length }), fc.integer({ min: 1, max: 50 }), (garbage, size) => {
      const stream = Buffer.concat(CONVERSATION.flatMap((record, i) => [Buffer.from(garbage[i] ?? []), Buffer.from(record)]))
      const chunks = Array.from({ length: Math.ceil(stream.length / size) }, (_, i) => stream.subarray(i * size, (i + 1) * size))
      expect(read(chunks)).toEqual(whole)
    }),
  )
})

test('no record of any shape throws, and numbers are numbers', () => {
  const word = fc.constantFrom('up', 'begin', 'end', 'said', 'tested', 'taint', 'bound', 'left', 'log', 'logend', 'load', 'test', 'ok', 'failed', '1', '-1', '-', 'x', '9'.repeat(40))
  fc.assert(
    fc.property(fc.array(fc.array(word, { maxLength: 10 }), { maxLength: 20 }), (lines) => {
      const records = read([Buffer.from(lines.map((line) => `${NONCE} ${line.join(' ')}\n`).join(''))])
      for (const step of records.steps) expect(Number.isFinite(step.seconds)).toBe(true)
    }),
  )
})

test('without the nonce nothing is believed', () => {
  const records = read([Buffer.from(CONVERSATION.join('').replaceAll(NONCE, 'f'.repeat(32))), Buffer.from('done\nup 6.1\n')])
  expect(records).toEqual(read([]))
  expect(records.done).toBe(false)
})

test('an endless line is not kept, and endless records are not either', () => {
  const reader = readRecords(NONCE, () => undefined)
  for (let i = 0; i < 64; i++) reader.take(Buffer.alloc(1 << 20, 'x'))
  reader.take(Buffer.from(`\n${NONCE} done\n`))
  expect(reader.records.done).toBe(true)
  const record = Buffer.from(`${NONCE} log ${'x'.repeat(1 << 19)}\n`)
  for (let i = 0; i < 300; i++) reader.take(record)
  expect(reader.records.log.length).toBeLessThan(200)
})
