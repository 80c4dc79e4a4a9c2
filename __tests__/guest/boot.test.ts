import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { bootGuest } from '../../src/guest/boot.js'
import type { GuestPlan } from '../../src/guest/plan.js'
import type { Host, Running } from '../../src/host/host.js'
import { staticProgram } from '../support/static-program.js'

/** What one boot says on the results port, line by line without the nonce, on its console, and how QEMU then ends; one that stays up ends when it is killed. */
interface Play {
  readonly records?: readonly string[]
  readonly console?: string
  readonly ends?: Awaited<Running['ended']>
}

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'boot-test-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const b64 = (text: string) => Buffer.from(text).toString('base64')
const GOOD = ['up 6.1.0', 'taint before 0', 'begin load 1 hello 30', `end load 1 hello 0 ok 5 - `, 'bound 1 ', 'begin unload 1 hello 30', 'end unload 1 hello 0 ok 5 0 ', `leftend ${md5('')}`, 'taint after 12288', `log ${b64('[    1.0] fine')}`, `logend ${md5('[    1.0] fine')}`, 'done']
const WELL = { status: 0, signal: null, stderr: '' }

/** A host whose QEMU plays one part after the other. */
function host(plays: Play[]): { host: Host; booted: () => number } {
  let booted = 0
  const start: Host['start'] = ({ args, stdoutFile }) => {
    const { records = [], console = '', ends } = plays[booted++] ?? {}
    writeFileSync(stdoutFile, console)
    const path = /path=(\S+)/.exec(args.find((arg) => arg.startsWith('socket,')) ?? '')?.[1] ?? ''
    const nonce = /([0-9a-f]{32})\n/.exec(readFileSync(args[args.indexOf('-initrd') + 1] ?? '', 'latin1'))?.[1] ?? ''
    let kill = (): void => undefined
    const killed = new Promise<Awaited<Running['ended']>>((resolve) => (kill = () => resolve({ status: 0, signal: null, stderr: 'terminating on signal 15 from pid 1' })))
    const spoken = new Promise<void>((resolve) => {
      const socket = connect(path, () => socket.end(records.map((record) => `${nonce} ${record}\n`).join(''), resolve))
    })
    return { pid: 1, kill: () => kill(), ended: ends === undefined ? killed : spoken.then(() => ends) }
  }
  const log = { group: () => undefined, endGroup: () => undefined, info: () => undefined, detail: () => undefined, progress: () => undefined }
  return { host: { log, start, which: (program) => Promise.resolve(program === 'busybox' ? join(dir, 'busybox') : program === 'addr2line' ? undefined : program), run: () => Promise.reject(new Error('nothing is run')) }, booted: () => booted }
}

async function boot(plays: Play[], more: Partial<GuestPlan> = {}) {
  writeFileSync(join(dir, 'busybox'), staticProgram())
  const stage = host(plays)
  const plan: GuestPlan = { release: '6.1.0', vmlinuz: '/k', dependencies: [], modules: [{ name: 'hello', depends: [], data: Buffer.alloc(0) }], boot: 'tcg', bootTimeout: 2, memory: 512, cpus: 1, workDir: dir, consoleFile: join(dir, 'console.log'), ...more }
  const { run, findings } = await bootGuest(stage.host, plan)
  return { run, ids: findings.map(({ severity, id }) => `${severity} ${id}`), findings, booted: stage.booted() }
}

test('a guest that did all and said so', async () => {
  const { ids, run } = await boot([{ records: GOOD, ends: WELL }])
  expect(ids).toEqual([])
  expect(run).toMatchObject({ end: 'completed', steps: [{ kind: 'load', outcome: 'ok' }, { kind: 'unload', outcome: 'ok', references: 0 }], log: '[    1.0] fine' })
})

test.each<[string, Play, string[]]>([
  ['QEMU gives up', { ends: { status: 1, signal: null, stderr: 'cannot allocate memory' } }, ['error guest.qemu-failed']],
  ['QEMU is killed while a module is loaded', { records: GOOD.slice(0, 3), console: 'kmod-gate: baseline\n', ends: { status: null, signal: 'SIGKILL', stderr: '' } }, ['error guest.qemu-killed']],
  ['the guest resets while a module is loaded', { records: GOOD.slice(0, 3), console: 'kmod-gate: baseline\n', ends: WELL }, ['fail guest.died']],
  ['the guest resets later', { records: GOOD.slice(0, 5), console: 'kmod-gate: baseline\n', ends: WELL }, ['fail guest.died']],
  ['busybox lacks something', { records: ['lacks awk md5sum'], ends: WELL }, ['error guest.busybox-lacks']],
  ['the list of leftovers is damaged', { records: GOOD.map((record) => (record.startsWith('leftend') ? `leftend ${md5('more')}` : record)), ends: WELL }, ['error guest.lost']],
  ['the guest stands still before it is up', {}, ['error guest.never-up']],
  ['boot-timeout comes before the step’s own deadline', { records: GOOD.slice(0, 3), console: 'kmod-gate: baseline\n' }, ['error guest.cut-short']],
  ['the console overflows', { records: GOOD.slice(0, 3), console: `kmod-gate: baseline\n${'x'.repeat(5 << 20)}` }, ['fail guest.console-flood']],
  ['the console alone tells of a panic', { records: GOOD.slice(0, 3), console: '[ 1.0] kmod-gate: baseline\r\n[    1.2] Kernel panic - not syncing: Attempted to kill init!\r\n', ends: WELL }, ['fail guest.panic', 'fail guest.died']],
])('%s', async (_, play, expected) => {
  expect((await boot([play])).ids).toEqual(expected)
})

test('a step that init gave up on is no completed run', async () => {
  const { ids, run } = await boot([{ records: [...GOOD.slice(0, 3), 'end load 1 hello - hung 3000 - ', 'taint after 12288', ...GOOD.slice(-3)], ends: WELL }])
  expect(ids).toEqual(['fail guest.load-hung'])
  expect(run).toMatchObject({ end: 'timeout', stopped: 'step-deadline' })
})

test('an error is tried again, and that is said', async () => {
  const { ids, booted, findings } = await boot([{ ends: { status: null, signal: 'SIGKILL', stderr: '' } }, { records: GOOD, ends: WELL }], { retries: 2 })
  expect(booted).toBe(2)
  expect(ids).toEqual(['warning guest.flaky'])
  expect(findings[0]?.detail).toContain('boot 1: QEMU was ended')
})

test('a fail is not tried again', async () => {
  const { ids, booted } = await boot([{ records: GOOD.slice(0, 3), console: 'kmod-gate: baseline\n', ends: WELL }], { retries: 2 })
  expect([booted, ids]).toEqual([1, ['fail guest.died']])
})

test('an error that stays is an error', async () => {
  const broken = { ends: { status: 1, signal: null, stderr: 'no' } }
  const { ids, booted } = await boot([broken, broken], { retries: 1 })
  expect([booted, ids]).toEqual([2, ['error guest.qemu-failed']])
})

test('devices that the machine cannot have are refused before anything starts', async () => {
  await expect(boot([], { machine: 'microvm', devices: ['edu'] })).rejects.toMatchObject({ finding: { id: 'guest.device-impossible' } })
})

test('parameters for what is built in are refused, and what is built in needs nothing else', async () => {
  await expect(boot([], { preload: [{ name: 'ext-4', parameters: 'x=1' }] })).rejects.toMatchObject({ finding: { id: 'guest.preload-built-in' } })
  expect((await boot([{ records: GOOD, ends: WELL }], { preload: [{ name: 'ext4', parameters: '' }] })).ids).toEqual([])
})

test('a guest that nobody waits for any more is ended, and not judged', async () => {
  const abandoned = new AbortController()
  const underWay = boot([{ records: GOOD.slice(0, 3) }], { abandoned: abandoned.signal, bootTimeout: 60 })
  setTimeout(() => abandoned.abort(), 50)
  await expect(underWay).rejects.toThrow(/abort/i)
  await expect(boot([], { abandoned: abandoned.signal })).rejects.toThrow(/abort/i)
})
