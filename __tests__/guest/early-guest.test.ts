import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { beginEarly } from '../../src/guest/early-guest.js'
import type { GuestPlan } from '../../src/guest/plan.js'
import type { Host, Running } from '../../src/host/host.js'
import { staticProgram } from '../support/static-program.js'

const KILLED = { status: 0, signal: null, stderr: 'terminating on signal 15 from pid 1' }

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'early-test-'))
  writeFileSync(join(dir, 'busybox'), staticProgram())
})
afterEach(() => rmSync(dir, { recursive: true }))

const planned = (more: Partial<GuestPlan> = {}): GuestPlan => ({ release: '6.1.0', vmlinuz: '/k', dependencies: [], modules: [{ name: 'hello', depends: [], data: Buffer.alloc(0) }], boot: 'tcg', bootTimeout: 2, memory: 512, cpus: 1, workDir: dir, consoleFile: join(dir, 'console.log'), ...more })

/** A host whose QEMU says these records, and ends at once or when it is killed. What it was told to be is kept. */
function stage(records: readonly string[], ends?: Awaited<Running['ended']>) {
  const started: string[][] = []
  const details: string[] = []
  let killed = 0
  const start: Host['start'] = ({ args, stdoutFile }) => {
    started.push([...args])
    writeFileSync(stdoutFile, '')
    // A process that is there and has no such memory.
    const pidFile = args[args.indexOf('-pidfile') + 1]
    if (pidFile !== undefined) writeFileSync(pidFile, `${process.pid}\n`)
    const path = /path=(\S+)/.exec(args.find((arg) => arg.startsWith('socket,')) ?? '')?.[1] ?? ''
    const nonce = /([0-9a-f]{32})\n/.exec(readFileSync(args[args.indexOf('-initrd') + 1] ?? '', 'latin1'))?.[1] ?? ''
    let kill = (): void => undefined
    const ended = new Promise<Awaited<Running['ended']>>((resolve) => {
      const socket = connect(path, () => {
        if (!socket.writable) return
        socket.write(records.map((record) => `${nonce} ${record}\n`).join(''), () => {
          if (ends !== undefined) end(ends)
        })
      })
      const end = (how: Awaited<Running['ended']>) => {
        socket.end()
        resolve(how)
      }
      kill = () => {
        killed++
        end(KILLED)
      }
    })
    return { pid: 1, kill: () => kill(), ended }
  }
  const log = { group: () => undefined, endGroup: () => undefined, info: () => undefined, detail: (text: string) => void details.push(text), progress: () => undefined }
  const host: Host = { log, start, which: (program) => Promise.resolve(program === 'busybox' ? join(dir, 'busybox') : undefined), run: () => Promise.reject(new Error('nothing is run')) }
  return { host, started, details, killed: () => killed }
}

const UP = ['up 6.1.0', 'waiting']

async function untilStarted(started: readonly unknown[]): Promise<void> {
  while (started.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
}

test('it is the machine that was asked for, and some memory that the kernel leaves alone', async () => {
  const { host, started } = stage(UP)
  const early = beginEarly(host, Promise.resolve(planned({ kernelArgs: ['quiet'], devices: ['edu'], cpus: 2 })))
  await untilStarted(started)
  await early.abandon()
  const args = started[0]?.join(' ') ?? ''
  expect(args).toContain('-machine q35,memory-backend=ram ')
  expect(args).toContain('-object memory-backend-memfd,id=ram,size=576M,share=on')
  expect(args).toContain('-m 576 -smp 2')
  expect(args).toContain('-device edu')
  expect(args).toMatch(/ memmap=0x4000000\$0x10000000 quiet /)
})

test.each<[string, readonly string[], Awaited<Running['ended']> | undefined, RegExp]>([
  ['cannot be started', [], { status: 1, signal: null, stderr: 'memory-backend-memfd: invalid object type' }, /did not come up/],
  ['stands still', [], undefined, /did not come up/],
  ['may not read memory', ['up 6.1.0', 'cannot'], { status: 0, signal: null, stderr: '' }, /did not come up to where it would wait/],
  ['lacks a program', ['lacks dd'], { status: 0, signal: null, stderr: '' }, /did not come up/],
  ['has its memory elsewhere', UP, undefined, /memory is not among them/],
])('a guest that %s is ended, and leaves the boot to another', async (_, records, ends, why) => {
  const { host, details } = stage(records, ends)
  const early = beginEarly(host, Promise.resolve(planned({ bootTimeout: 0.3 })))
  expect(await early.take(planned())).toBeUndefined()
  expect(details.join('\n')).toMatch(why)
  expect(existsSync(join(dir, 'console.log'))).toBe(false)
})

test('where not even a console can be written, nothing stays open behind it', async () => {
  const { host, details } = stage(UP)
  const failing: Host = { ...host, start: () => { throw new Error('ENOSPC') } }
  const usual = process.env['TMPDIR']
  process.env['TMPDIR'] = dir
  try {
    expect(await beginEarly(failing, Promise.resolve(planned())).take(planned())).toBeUndefined()
  } finally {
    if (usual === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = usual
  }
  expect(details.join('\n')).toContain('ENOSPC')
  expect(readdirSync(dir).filter((name) => name.startsWith('kmod-gate-guest-'))).toEqual([])
})

test('waiting takes nothing of boot-timeout', async () => {
  const { host, details, killed } = stage(UP)
  const early = beginEarly(host, Promise.resolve(planned({ bootTimeout: 0.3 })))
  await new Promise((resolve) => setTimeout(resolve, 600))
  expect(killed()).toBe(0)
  await early.take(planned())
  expect(details.join('\n')).toMatch(/memory is not among them/)
})

test('it is ended when the modules never come, and cannot be taken any more', async () => {
  const { host, started, killed } = stage(UP)
  const early = beginEarly(host, Promise.resolve(planned()))
  await untilStarted(started)
  await early.abandon()
  await early.abandon()
  expect(killed()).toBe(1)
  expect(existsSync(join(dir, 'console.log'))).toBe(false)
  expect(await early.take(planned())).toBeUndefined()
})

test('it is not begun when it was ended before its machine came, or the machine never comes', async () => {
  const { host, started, details } = stage(UP)
  let come: (machine: GuestPlan) => void = () => undefined
  const early = beginEarly(host, new Promise((resolve) => (come = resolve)))
  const abandoned = early.abandon()
  come(planned())
  await abandoned
  expect(started).toEqual([])
  expect(await beginEarly(host, Promise.reject(new Error('no image'))).take(planned())).toBeUndefined()
  expect(details).toEqual(['no guest boots ahead: Error: no image'])
})

test('what is too large for the memory, or lies where something is mounted, is left to a guest that starts with it', async () => {
  const large = stage(UP)
  expect(await beginEarly(large.host, Promise.resolve(planned())).take(planned({ modules: [{ name: 'large', depends: [], data: Buffer.alloc(65 << 20) }] }))).toBeUndefined()
  expect(large.details.join('\n')).toMatch(/too large/)
  const mounted = stage(UP)
  expect(await beginEarly(mounted.host, Promise.resolve(planned())).take(planned({ testFiles: [{ path: '/dev/shm/x', data: Buffer.alloc(1), mode: 0o644 }] }))).toBeUndefined()
  expect(mounted.details.join('\n')).toMatch(/where something is mounted/)
})

test.each<[string, Partial<GuestPlan>]>([
  ['whose memory the user arranges', { kernelArgs: ['mem=256M'] }],
  ['with little memory', { memory: 256 }],
  ['of another architecture, whose memory cannot be read', { machine: 'virt' }],
  ['that cannot have its devices', { machine: 'microvm', devices: ['edu'] }],
  ['under KVM', { boot: 'kvm' }],
])('no guest boots ahead %s', async (_, more) => {
  const { host, started } = stage(UP)
  expect(await beginEarly(host, Promise.resolve(planned(more))).take(planned(more))).toBeUndefined()
  expect(started).toEqual([])
})

test('a guest that nobody wants any more is ended while it is waited for', async () => {
  const { host, killed } = stage([])
  const abandoned = new AbortController()
  const taken = beginEarly(host, Promise.resolve(planned({ bootTimeout: 60 }))).take(planned({ abandoned: abandoned.signal }))
  setTimeout(() => abandoned.abort(), 50)
  expect(await taken).toBeUndefined()
  expect(killed()).toBeGreaterThan(0)
})
