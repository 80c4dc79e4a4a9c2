import { expect, test } from '@jest/globals'
import { judgeGuest } from '../../src/guest/judge.js'
import { findSplats } from '../../src/guest/splats.js'
import type { GuestRun, GuestStep } from '../../src/model/guest.js'

const step = (more: Partial<GuestStep> = {}): GuestStep => ({ kind: 'load', module: 'hello', own: true, outcome: 'ok', status: 0, message: '', seconds: 0.1, ...more })
const run = (more: Partial<GuestRun> = {}): GuestRun => ({
  accelerator: 'tcg',
  acceleratorReason: 'TCG was asked for.',
  entry: 'vmlinux (PVH)',
  release: '6.1.0-56-amd64',
  steps: [step(), step({ kind: 'unload' })],
  end: 'completed',
  log: '[    1.0] hello: loading out-of-tree module taints kernel.',
  logSeen: true,
  consoleTail: '',
  consoleFile: '/out/console.log',
  seconds: 2,
  ...more,
})
const ids = (guest: GuestRun) => judgeGuest(guest, '6.1.0-56-amd64', ['hello']).map(({ id, severity }) => `${severity} ${id}`)

test('a run in which all went well has no findings', () => {
  expect(ids(run())).toEqual([])
})

test.each<[string, Partial<GuestRun>, string[]]>([
  ['never up', { end: 'never-up', steps: [] }, ['error guest.never-up']],
  ['another kernel', { release: '6.1.0-1-amd64' }, ['error guest.other-kernel']],
  ['lost for no visible reason', { end: 'lost', log: '' }, ['error guest.lost']],
  ['too slow', { end: 'timeout', steps: [], log: '' }, ['error guest.lost']],
  ['lost in a panic', { end: 'lost', log: '[    1.0] Kernel panic - not syncing: Fatal exception' }, ['fail guest.panic']],
  ['load refused', { steps: [step({ outcome: 'refused', status: 1, message: "insmod: can't insert '/modules/x.ko': No such device" })] }, ['fail guest.load-refused']],
  ['load hung', { end: 'timeout', steps: [step({ outcome: 'hung' })] }, ['fail guest.load-hung']],
  ['unload hung', { end: 'completed', steps: [step(), step({ kind: 'unload', outcome: 'hung' })] }, ['fail guest.unload-hung']],
  ['unload refused', { steps: [step(), step({ kind: 'unload', outcome: 'refused', status: 1, message: 'rmmod: can\'t unload module \'x\': Resource temporarily unavailable' })] }, ['fail guest.unload-refused']],
  ['not listed', { steps: [step({ outcome: 'not-listed' })] }, ['fail guest.not-listed']],
  ['still listed', { steps: [step(), step({ kind: 'unload', outcome: 'still-listed' })] }, ['fail guest.still-listed']],
  ['a dependency refused', { steps: [step({ own: false, outcome: 'refused' })] }, ['error guest.dependency-refused']],
  ['a result that did not come back', { steps: [step()] }, ['error guest.lost']],
  ['a log that could not be had', { log: '', logSeen: false }, ['error guest.no-log']],
  ['a triple fault while loading', { end: 'lost', log: '', steps: [step({ outcome: 'hung' })] }, ['fail guest.died']],
  ['a warning', { log: '[    1.0] WARNING: CPU: 0 PID: 70 at /x/warn.c:9 init+0x5/0x10 [warn]' }, ['fail guest.warn']],
])('%s', (_, more, expected) => {
  expect(ids(run(more))).toEqual(expected)
})

test('what insmod said is in the title, with what to do', () => {
  const [finding] = judgeGuest(run({ steps: [step({ module: 'enodev', outcome: 'refused', status: 1, message: "insmod: can't insert '/modules/enodev.ko': No such device" })] }), '6.1.0-56-amd64', ['hello'])
  expect(finding?.title).toBe('The kernel refused to load enodev: No such device')
  expect(finding?.remedy).toContain('-ENODEV')
})

test.each([
  ['BUG: kernel NULL pointer dereference, address: 0000000000000000', 'guest.oops'],
  ['Oops: 0002 [#1] PREEMPT SMP NOPTI', 'guest.oops'],
  ['kernel BUG at /x/bug.c:7!', 'guest.oops'],
  ['watchdog: BUG: soft lockup - CPU#0 stuck for 11s! [insmod:70]', 'guest.lockup'],
  ['INFO: task insmod:70 blocked for more than 120 seconds.', 'guest.lockup'],
  ['BUG: KASAN: slab-out-of-bounds in f+0x1/0x2', 'guest.kasan'],
  ['UBSAN: array-index-out-of-bounds in x.c:3:4', 'guest.ubsan'],
  ['BUG: scheduling while atomic: insmod/70/0x00000002', 'guest.bug'],
  ['list_add corruption. next->prev should be prev', 'guest.bug'],
  ["sysfs: cannot create duplicate filename '/x'", 'guest.bug'],
  ['WARNING: possible circular locking dependency detected', 'guest.lockdep'],
])('%s', (line, id) => {
  expect(findSplats(`[    0.5] before\n[    1.0][   T70] ${line}\n[    1.1] Call Trace:`)).toEqual([{ id, line }])
})

test('what a kernel says of any out-of-tree module is no complaint', () => {
  expect(findSplats('[    1.0] mydrv 0000:00:03.0: WARNING: the cable is loose')).toEqual([])
  expect(findSplats('[    1.0] hello: loading out-of-tree module taints kernel.\n[    1.0] hello: module verification failed: signature and/or required key missing - tainting kernel')).toEqual([])
})
