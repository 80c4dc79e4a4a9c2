import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { gaveUpOnKvm, whyTcg } from '../../src/guest/accelerator.js'
import { kvmTrial } from '../../src/guest/kvm-trial.js'
import type { GuestMachine } from '../../src/guest/plan.js'
import type { Host, Running } from '../../src/host/host.js'

const NONCE = '0123456789abcdef0123456789abcdef'
const ASSERTION = 'kvm_buf_set_msrs: Assertion failed.'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kvm-trial-test-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const machine = (): GuestMachine => ({ release: '6.1.0', vmlinuz: '/k', boot: 'auto', bootTimeout: 5, memory: 512, cpus: 1, workDir: dir, consoleFile: join(dir, 'console.log') })

/** A host whose QEMU says that it is up, or ends so, or does neither until it is killed. */
function stage(does: 'comes up' | 'stands still' | Awaited<Running['ended']>) {
  const started: string[][] = []
  let killed = 0
  const start: Host['start'] = ({ args, stdoutFile }) => {
    started.push([...args])
    writeFileSync(stdoutFile, '')
    const socket = connect(/path=(\S+)/.exec(args.join(' '))?.[1]?.replace(/,.*/, '') ?? '')
    socket.on('error', () => undefined)
    let end: Running['kill'] = () => undefined
    const ended = new Promise<Awaited<Running['ended']>>((resolve) => {
      end = () => {
        killed++
        socket.end()
        resolve({ status: 0, signal: null, stderr: 'terminating on signal 15' })
      }
      if (does === 'comes up') socket.write(`${NONCE} up 6.1.0\n`)
      else if (does !== 'stands still') {
        socket.end()
        resolve(does)
      }
    })
    return { pid: 1, kill: () => end(), ended }
  }
  const log = { group: () => undefined, endGroup: () => undefined, info: () => undefined, detail: () => undefined, progress: () => undefined }
  const host: Host = { log, start, which: () => Promise.resolve(undefined), run: () => Promise.reject(new Error('nothing is run')) }
  return { host, started, killed: () => killed }
}

const GAVE_UP = { status: null, signal: 'SIGABRT' as const, stderr: ASSERTION }

test.each<[string, Parameters<typeof stage>[0], string | undefined, number]>([
  ['gives up at once: its words', GAVE_UP, ASSERTION, 0],
  ['ends well with a warning, as when the kernel panics: nothing is proven', { status: 0, signal: null, stderr: 'warning: host lacks x' }, undefined, 0],
  ['is ended from outside without a word: nothing is proven', { status: null, signal: 'SIGKILL', stderr: '' }, undefined, 0],
  ['comes up: it is ended, and nothing is said against KVM', 'comes up', undefined, 1],
  ['stands still: it is ended, and nothing is proven', 'stands still', undefined, 1],
])('a QEMU that %s', async (_, does, words, kills) => {
  const { host, started, killed } = stage(does)
  expect(await kvmTrial(host, machine(), { initramfs: '/i', nonce: NONCE }, join(dir, 'trial.log'), new AbortController().signal, 0.2)).toBe(words)
  expect(killed()).toBe(kills)
  expect(started[0]?.join(' ')).toContain('-accel kvm')
  expect(started[0]?.join(' ')).not.toContain('memfd')
  // The run's own console is for the guest that counts.
  expect([existsSync(join(dir, 'trial.log')), existsSync(join(dir, 'console.log'))]).toEqual([true, false])
})

test.each(['before', 'while'])('one that nobody wants any more is ended, abandoned %s it began', async (when) => {
  const { host, killed } = stage('stands still')
  const abandoned = new AbortController()
  if (when === 'before') abandoned.abort()
  else setTimeout(() => abandoned.abort(), 50)
  expect(await kvmTrial(host, machine(), { initramfs: '/i', nonce: NONCE }, join(dir, 'trial.log'), abandoned.signal, 30)).toBeUndefined()
  expect(killed()).toBe(1)
})

test('one that the limits of any guest end has not given up', async () => {
  const { host, killed } = stage('stands still')
  expect(await kvmTrial(host, { ...machine(), bootTimeout: 0.1 }, { initramfs: '/i', nonce: NONCE }, join(dir, 'trial.log'), new AbortController().signal, 30)).toBeUndefined()
  expect(killed()).toBe(1)
})

test('what it said is why later guests are emulated', async () => {
  gaveUpOnKvm(ASSERTION)
  expect(await whyTcg({ boot: 'auto' })).toBe('KVM was not used: QEMU gave up on KVM: kvm_buf_set_msrs: Assertion failed.')
  expect(await whyTcg({ boot: 'kvm' })).toBeUndefined()
})
