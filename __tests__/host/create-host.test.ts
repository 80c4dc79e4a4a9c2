import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createHost } from '../../src/host/create-host.js'
import { quietLog } from '../support/quiet-log.js'

const host = createHost(quietLog())
let dir = ''
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), 'host-'))))
afterAll(() => rm(dir, { recursive: true }))

const sh = (script: string, more = {}) => host.run({ program: 'sh', args: ['-c', script], seconds: 20, ...more })

test('gives status, both streams and hands on input', async () => {
  const exit = await sh('cat; echo bad >&2; exit 3', { input: 'in' })
  expect(exit).toMatchObject({ status: 3, stdout: 'in', stderr: 'bad\n', timedOut: false })
})

test('messages are in English whatever the locale, and variables can be taken away', async () => {
  process.env['KMOD_GATE_TEST'] = 'set'
  const exit = await sh('echo "$LC_ALL ${KMOD_GATE_TEST-gone} $MORE"', { env: { KMOD_GATE_TEST: undefined, MORE: 'more' } })
  delete process.env['KMOD_GATE_TEST']
  expect(exit.stdout).toBe('C gone more\n')
})

test('a deadline ends the whole process group', async () => {
  const exit = await sh('sleep 300 & echo $!; wait', { seconds: 1 })
  expect(exit.timedOut).toBe(true)
  // Gone, or a zombie that nobody has reaped yet: either way it has no memory and no command line any more.
  expect(await readFile(`/proc/${exit.stdout.trim()}/cmdline`, 'utf8').catch(() => '')).toBe('')
})

test('a log file gets both streams', async () => {
  const logFile = join(dir, 'log')
  await sh('echo one; echo two >&2', { logFile })
  const text = await readFile(logFile, 'utf8')
  expect(text).toContain('one\n')
  expect(text).toContain('two\n')
})

test('a missing program is named', async () => {
  await expect(host.run({ program: 'no-such-program', args: [], seconds: 1 })).rejects.toMatchObject({ finding: { id: 'host.missing-program', title: 'no-such-program is not installed' } })
})

test('a started process can be ended, and its last words are kept', async () => {
  const running = host.start({ program: 'sh', args: ['-c', 'echo out; echo last words >&2; sleep 300'], seconds: 100, stdoutFile: join(dir, 'out') })
  while ((await readFile(join(dir, 'out'), 'utf8')) === '') await new Promise((resolve) => setTimeout(resolve, 20))
  running.kill()
  expect(await running.ended).toMatchObject({ stderr: 'last words\n' })
})
