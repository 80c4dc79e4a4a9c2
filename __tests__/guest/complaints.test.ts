import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { findComplaints } from '../../src/guest/complaints.js'
import { SIGNATURES } from '../../src/guest/signatures/table.js'

interface Expected {
  /** Which kernel said it, or after which file of the kernel it was made. */
  readonly source: string
  readonly complaints: readonly { readonly signature: string; readonly id: string; readonly title: string }[]
}

const DIR = '__tests__/fixtures/guest-logs'
const cases = readdirSync(DIR).map((name) => ({
  name,
  log: readFileSync(join(DIR, name, 'log'), 'utf8'),
  expected: JSON.parse(readFileSync(join(DIR, name, 'expected.json'), 'utf8')) as Expected,
}))
const seen = (log: string) => findComplaints(log).map(({ signature, title }) => ({ signature: signature.name, id: signature.id, title }))

test.each(cases)('$name', ({ log, expected }) => {
  expect(seen(log)).toEqual(expected.complaints)
})

test('every signature is proven by a log', () => {
  const proven = new Set(cases.flatMap(({ expected }) => expected.complaints.map(({ signature }) => signature)))
  expect(SIGNATURES.map(({ name }) => name).filter((name) => !proven.has(name))).toEqual([])
})

test('every signature is anchored and has a name of its own', () => {
  for (const { start } of SIGNATURES) expect(start.source).toMatch(/^\^/)
  expect(new Set(SIGNATURES.map(({ name }) => name)).size).toBe(SIGNATURES.length)
})

test('times, caller ids and levels of printk change nothing', () => {
  for (const { log, expected } of cases) {
    const bare = log.replace(/^\[\s*\d+\.\d+\](?:\[\s*\w+\])? /gm, '')
    expect(seen(bare)).toEqual(expected.complaints)
    expect(seen(bare.replace(/^/gm, '<4>[    1.000000][  C12] '))).toEqual(expected.complaints)
    expect(seen(log.replaceAll('\n', '\r\n'))).toEqual(expected.complaints)
  }
})

test.each([
  'mydrv 0000:00:03.0: WARNING: the cable is loose',
  'WARNING: the cable is loose',
  'mydrv: BUG: in the firmware',
  'hello: loading out-of-tree module taints kernel.',
  'hello: module verification failed: signature and/or required key missing - tainting kernel',
  'DMA-API: preallocated 65536 debug entries',
  'rcu: Hierarchical SRCU implementation.',
  'workqueue: round-robin CPU selection forced, expect performance impact',
])('no complaint: %s', (line) => {
  expect(seen(`[    1.0] ${line}\n`)).toEqual([])
})

test('a complaint has its whole trace and no more, and knows during which step it came', () => {
  const [first] = findComplaints(readFileSync(join(DIR, 'warn-new', 'log'), 'utf8'))
  expect(first?.during).toBe('load demo, cycle 1')
  expect(first?.trace[0]).toBe('the queue still holds 3 entries')
  expect(first?.trace.at(-1)).toBe('---[ end trace 0000000000000000 ]---')
})

test('what comes after a trace that was cut off is a complaint of its own', () => {
  const log = ['BUG: scheduling while atomic: a/1/0x00000002', 'Call Trace:', ' <TASK>', ' f+0x1/0x2', 'BUG: sleeping function called from invalid context at x.c:3', 'Call Trace:', ' </TASK>', 'kmod-gate: unload demo, cycle 1', 'refcount_t: underflow; use-after-free.']
  expect(seen(log.join('\n')).map(({ signature }) => signature)).toEqual(['scheduling-atomic', 'sleeping-atomic', 'refcount'])
})

test('any mixture of lines is read without a throw, with traces of bounded length', () => {
  const lines = cases.flatMap(({ log }) => log.split('\n'))
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...lines), fc.string()), { maxLength: 400 }), (some) => {
      for (const { trace } of findComplaints(some.join('\n'))) expect(trace.length).toBeLessThanOrEqual(240)
    }),
  )
})

test('a log of a million complaints takes linear time and bounded memory', () => {
  const began = Date.now()
  const found = findComplaints('[    1.0] WARNING: CPU: 0 PID: 1 at x.c:1 f+0x1/0x2 [m]\n'.repeat(1_000_000) + 'x'.repeat(5_000_000))
  expect(found.length).toBeLessThanOrEqual(50)
  expect(Date.now() - began).toBeLessThan(20_000)
})
