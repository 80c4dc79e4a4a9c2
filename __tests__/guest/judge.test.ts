import { expect, test } from '@jest/globals'
import { findComplaints } from '../../src/guest/complaints.js'
import { judgeGuest, type Expectation } from '../../src/guest/judge.js'
import type { GuestRun, GuestStep, GuestTest } from '../../src/model/guest.js'

const step = (more: Partial<GuestStep> = {}): GuestStep => ({ kind: 'load', module: 'hello', own: true, outcome: 'ok', status: 0, message: '', seconds: 0.1, cycle: 1, deadline: 30, ...more })
const trial = (more: Partial<GuestTest> = {}): GuestTest => ({ cycle: 1, outcome: 'ok', status: 0, stdout: Buffer.from('fine\n'), stderr: Buffer.alloc(0), dropped: 0, whole: true, seconds: 1, deadline: 20, ...more })
const BOTH = [step(), step({ kind: 'unload', references: 0 })]
const run = (more: Partial<GuestRun> = {}): GuestRun => ({
  accelerator: 'tcg',
  acceleratorReason: 'TCG was asked for.',
  entry: 'vmlinux (PVH)',
  release: '6.1.0-56-amd64',
  steps: BOTH,
  bound: [],
  taint: { before: 0, after: 12288 },
  leftovers: [],
  end: 'completed',
  qemu: { status: 0, signal: null, stderr: '' },
  log: '[    1.0] hello: loading out-of-tree module taints kernel.',
  logSeen: true,
  consoleTail: 'last words',
  consoleFile: '/out/console.log',
  seconds: 2,
  ...more,
})
const judge = (guest: GuestRun, more: Partial<Expectation> = {}) =>
  judgeGuest(guest, {
    release: '6.1.0-56-amd64',
    modules: [{ name: 'hello', data: Buffer.from('\0hello_thread/%d\0hello_cache\0') }],
    reloads: 1,
    tested: false,
    expectBound: false,
    allow: [],
    today: '2026-11-23',
    bootTimeout: 60,
    consoleLimit: 4 << 20,
    complaints: findComplaints(guest.log),
    lines: new Map(),
    ...more,
  })
const ids = (guest: GuestRun, more: Partial<Expectation> = {}) => judge(guest, more).map(({ id, severity }) => `${severity} ${id}`)

test('a run in which all went well has no findings', () => {
  expect(ids(run())).toEqual([])
})

const dying = { end: 'lost', taint: { before: 0 }, log: '' } as const

test.each<[string, Partial<GuestRun>, string[]]>([
  ['never up', { end: 'never-up', steps: [] }, ['error guest.never-up']],
  ['never up since QEMU gave up', { end: 'never-up', steps: [], qemu: { status: 1, signal: null, stderr: "qemu: 'foo' is not a valid device model name\n" } }, ['error guest.qemu-failed']],
  ['another kernel', { release: '6.1.0-1-amd64' }, ['error guest.other-kernel']],
  ['lost for no visible reason', { ...dying, steps: [], qemu: { status: 0, signal: null, stderr: '' } }, ['error guest.lost']],
  ['QEMU was killed', { ...dying, qemu: { status: null, signal: 'SIGKILL', stderr: '' } }, ['error guest.qemu-killed']],
  ['QEMU was asked to end', { ...dying, qemu: { status: 0, signal: null, stderr: 'qemu-system-x86_64: terminating on signal 15 from pid 7' } }, ['error guest.qemu-killed']],
  ['QEMU was killed after a complaint', { ...dying, log: '[    1.0] Kernel panic - not syncing: x', qemu: { status: 137, signal: null, stderr: '' } }, ['fail guest.panic']],
  ['too slow', { end: 'timeout', stopped: 'boot-timeout', steps: [], log: '' }, ['error guest.lost']],
  ['cut short by boot-timeout', { end: 'timeout', stopped: 'boot-timeout', steps: [step({ outcome: 'cut-short', seconds: 2 })] }, ['error guest.cut-short']],
  ['flooded', { end: 'timeout', stopped: 'console-flood', steps: [step({ outcome: 'cut-short', seconds: 2 })] }, ['fail guest.console-flood']],
  ['lost in a panic', { end: 'lost', log: '[    1.0] Kernel panic - not syncing: Fatal exception' }, ['fail guest.panic']],
  ['load refused', { steps: [step({ outcome: 'refused', status: 1, message: "insmod: can't insert '/modules/x.ko': No such device" })] }, ['fail guest.load-refused']],
  ['load hung', { end: 'timeout', stopped: 'step-deadline', steps: [step({ outcome: 'hung' })] }, ['fail guest.load-hung']],
  ['unload hung', { steps: [step(), step({ kind: 'unload', outcome: 'hung' })] }, ['fail guest.unload-hung']],
  ['unload refused', { steps: [step(), step({ kind: 'unload', outcome: 'refused', status: 1, message: "rmmod: can't unload module 'x': Resource temporarily unavailable" })] }, ['fail guest.unload-refused']],
  ['references stuck', { steps: [step(), step({ kind: 'unload', outcome: 'refused', status: 1, references: 1 })] }, ['fail guest.references', 'fail guest.unload-refused']],
  ['references negative', { steps: [step(), step({ kind: 'unload', references: -1 })] }, ['fail guest.references']],
  ['not listed', { steps: [step({ outcome: 'not-listed' })] }, ['fail guest.not-listed']],
  ['still listed', { steps: [step(), step({ kind: 'unload', outcome: 'still-listed' })] }, ['fail guest.still-listed']],
  ['a dependency refused', { steps: [step({ own: false, outcome: 'refused' })] }, ['error guest.dependency-refused']],
  ['a result that did not come back', { steps: [step()] }, ['error guest.lost']],
  ['taint flags that did not come back', { taint: { before: 0 } }, ['error guest.lost']],
  ['a log that could not be had', { log: '', logSeen: false }, ['error guest.no-log']],
  ['a triple fault while loading', { ...dying, steps: [step({ outcome: 'hung' })] }, ['fail guest.died']],
  ['a reset some time after loading', { ...dying, steps: [step()] }, ['fail guest.died']],
  ['a warning', { log: '[    1.0] WARNING: CPU: 0 PID: 70 at /x/warn.c:9 init+0x5/0x10 [warn]', taint: { before: 0, after: 12288 + 512 } }, ['fail guest.warn']],
  ['a taint without a complaint', { taint: { before: 0, after: 12288 + 64 } }, ['fail guest.taint']],
  ['a leftover of its own', { leftovers: ['/proc/hello_cache', '/proc/hello_cache/inner'] }, ['fail guest.leftover']],
  ['a leftover of nobody', { leftovers: ['/sys/kernel/slab/:0000064'] }, ['note guest.changed']],
  ['nothing bound though nobody asked', { bound: [] }, []],
])('%s', (_, more, expected) => {
  expect(ids(run(more))).toEqual(expected)
})

test.each<[string, Partial<GuestTest>, Partial<GuestRun>, string[]]>([
  ['passed', {}, {}, []],
  ['failed', { outcome: 'failed', status: 7 }, {}, ['fail guest.test-failed']],
  ['hung', { outcome: 'hung' }, {}, ['fail guest.test-hung']],
  ['took the guest with it', { outcome: 'hung', whole: false }, { ...dying }, ['fail guest.died']],
  ['cut short', { outcome: 'cut-short', whole: false }, { end: 'timeout', stopped: 'boot-timeout' }, ['error guest.cut-short']],
  ['damaged output', { whole: false }, {}, ['error guest.lost']],
])('a test: %s', (_, test, more, expected) => {
  expect(ids(run({ ...more, tests: [trial(test)] }), { tested: true })).toEqual(expected)
})

test('a test that did not run in every cycle was not judged', () => {
  const twice = [...BOTH, ...BOTH.map((one) => ({ ...one, cycle: 2 }))]
  expect(ids(run({ steps: twice, tests: [trial()] }), { tested: true, reloads: 2 })).toEqual(['error guest.lost'])
  expect(ids(run({ steps: twice, tests: [trial(), trial({ cycle: 2 })] }), { tested: true, reloads: 2 })).toEqual([])
})

test('a failed test is told with its status, its cycles and what it said', () => {
  const [finding] = judge(run({ tests: [trial(), trial({ cycle: 2, outcome: 'failed', status: 3, stderr: Buffer.from('no answer\n') })] }), { tested: true })
  expect(finding?.title).toBe('The test failed with status 3 (cycle 2)')
  expect(finding?.detail).toContain('no answer')
})

test('expect-bound wants a device', () => {
  expect(ids(run(), { expectBound: true })).toEqual(['fail guest.not-bound'])
  expect(ids(run({ bound: [{ module: 'hello', driver: 'h', bus: 'pci', device: '0000:00:02.0' }] }), { expectBound: true })).toEqual([])
})

test('what insmod said is in the title, with what to do', () => {
  const [finding] = judge(run({ steps: [step({ module: 'enodev', outcome: 'refused', status: 1, cycle: 2, message: "insmod: can't insert '/modules/enodev.ko': No such device" })] }))
  expect(finding?.title).toBe('The kernel refused to load enodev: No such device (cycle 2)')
  expect(finding?.remedy).toContain('-ENODEV')
})

const OOPS = `kmod-gate: load oops, cycle 2
[    1.0] BUG: kernel NULL pointer dereference, address: 0000000000000000
[    1.0] Oops: 0002 [#1] PREEMPT SMP NOPTI`
const killed = step({ module: 'oops', outcome: 'refused', status: 137, cycle: 2, message: 'Killed' })

test('that insmod was killed is no second failure where the kernel says why', () => {
  expect(ids(run({ log: OOPS, steps: [killed], taint: { before: 0, after: 12288 + 128 } }))).toEqual(['fail guest.oops'])
})

test.each<[string, Partial<GuestRun>, Partial<Expectation>, string[]]>([
  ['nothing is said', { log: '' }, {}, ['fail guest.load-refused']],
  ['it was said in another cycle', { log: OOPS.replace('cycle 2', 'cycle 1') }, {}, ['fail guest.oops', 'fail guest.load-refused']],
  ['the kernel refused by itself', { log: OOPS, steps: [{ ...killed, status: 1 }] }, {}, ['fail guest.oops', 'fail guest.load-refused']],
  ['the complaint is allowed', { log: OOPS }, { allow: [{ pattern: 'NULL pointer', reason: 'known' }] }, ['fail guest.load-refused', 'note guest.allowed']],
])('that insmod was killed is a failure where %s', (_, more, expected, found) => {
  expect(ids(run({ steps: [killed], taint: { before: 0, after: 12288 }, ...more }), expected).filter((id) => id !== 'fail guest.taint')).toEqual(found)
})

test('a frame with a known line is told with its place in the repository', () => {
  const log = '[    1.0] WARNING: CPU: 0 PID: 70 at /b/drivers/hello.c:9 hello_init+0x5/0x10 [hello]\n[    1.0] RIP: 0010:hello_init+0x5/0x10 [hello]'
  const lines = new Map([['hello_init+0x5/0x10 [hello]', { file: '/b/drivers/hello.c', line: 9 }]])
  const [finding] = judge(run({ log }), { lines, sources: { buildDir: '/b', repositoryPath: 'src' } })
  expect(finding?.place).toEqual({ file: 'src/drivers/hello.c', line: 9 })
  expect(finding?.detail).toContain('hello_init+0x5/0x10 [hello] at src/drivers/hello.c:9')
})

const WARN = '[    1.0] WARNING: CPU: 0 PID: 70 at /x/warn.c:9 init+0x5/0x10 [warn]'
const warned = run({ log: WARN, taint: { before: 0, after: 12288 + 512 } })

test.each<[string, Expectation['allow'], string[]]>([
  ['covers', [{ pattern: 'warn\\.c:9 ', reason: 'known' }], ['note guest.allowed']],
  ['covers until its day', [{ pattern: 'warn\\.c:9 ', reason: 'known', expires: '2026-11-23' }], ['note guest.allowed']],
  ['expired', [{ pattern: 'warn\\.c:9 ', reason: 'known', expires: '2026-11-22' }], ['fail guest.warn', 'warning guest.allow-expired']],
  ['unused', [{ pattern: 'nothing', reason: 'known' }], ['fail guest.warn', 'warning guest.allow-unused']],
  ['no pattern', [{ pattern: '(', reason: 'known' }], ['fail guest.warn', 'error guest.allow-invalid']],
  ['no day', [{ pattern: 'warn', reason: 'known', expires: '2026-02-30' }], ['fail guest.warn', 'error guest.allow-invalid']],
])('an allowance: %s', (_, allow, expected) => {
  expect(ids(warned, { allow })).toEqual(expected)
})
