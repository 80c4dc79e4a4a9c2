import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type CliCore, runCli } from '../../src/cli/run.js'
import { lookOf } from '../../src/cli/terminal.js'
import { terminalLog } from '../../src/cli/terminal-log.js'
import { GateError, UsageError } from '../../src/model/errors.js'
import type { Report } from '../../src/model/report.js'
import { ERROR, FAIL, PASS, SKIP } from '../report/samples.js'

let dir = ''
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'cli-')))
  mkdirSync(join(dir, 'hello'))
  writeFileSync(join(dir, 'hello/Kbuild'), '')
})
afterEach(() => rmSync(dir, { recursive: true }))

class Paper {
  text = ''
  constructor(readonly isTTY = false) {}
  write(text: string): void {
    this.text += text
  }
}

/** Gives the report for whatever is asked, saying hostile things on the way. */
function gate(give: Report | Error): CliCore {
  return {
    readStdin: () => Promise.resolve('insmod: ERROR: could not insert module x.ko: Invalid module format\n'),
    createHost: (log) => ({ log, run: () => Promise.reject(new Error()), start: () => { throw new Error() }, which: () => Promise.resolve(undefined) }),
    runGate(request, host, onStage) {
      if (give instanceof Error) return Promise.reject(give)
      host.log.group('Build')
      host.log.info('important\u001b[2J')
      host.log.detail('gcc says much\n')
      for (const stage of give.stages) onStage?.(stage)
      return Promise.resolve({ ...give, request })
    },
  }
}

async function cli(give: Report | Error, ...argv: readonly string[]) {
  const [out, err] = [new Paper(), new Paper()]
  const status = await runCli(argv, gate(give), { cwd: dir, home: '/home/someone', processors: 1, variables: {} }, out, err)
  return { status, out: out.text, err: err.text }
}

test.each([[0, PASS, 'PASS'], [1, FAIL, 'FAIL'], [3, ERROR, 'ERROR'], [0, SKIP, 'SKIP']] as const)('exit status %d', async (status, report, word) => {
  const ended = await cli(report, 'check', 'hello')
  expect(ended.status).toBe(status)
  expect(ended.out).toContain(`\n${word}  `)
  expect(ended.out.match(/^[+x!>-] \w+ /gm)).toHaveLength(7)
  expect(ended.out).not.toMatch(/important|gcc says/)
  expect(ended.err).toBe('')
  expect(JSON.parse(readFileSync(join(dir, 'kmod-gate-out/report.json'), 'utf8'))).toMatchObject({ verdict: report.verdict })
})

test('verbose shows all, made harmless', async () => {
  expect((await cli(PASS, 'check', 'hello', '--verbose')).out).toMatch(/^Build\n {4}important\n {4}gcc says much\n\+ resolve/)
})

test('--json: only the report on standard output', async () => {
  const ended = await cli(FAIL, 'check', 'hello', '--json')
  expect(JSON.parse(ended.out)).toMatchObject({ schemaVersion: 1, verdict: 'fail' })
  expect(ended.err).toContain('FAIL  ')
})

test.each<[readonly string[], RegExp]>([
  [['check', 'nowhere'], /^kmod-gate: module: "nowhere" cannot be used\. There is no such directory/],
  [['check', 'hello', '--boot', 'fast'], /^kmod-gate: boot: "fast" cannot be used\. Allowed are auto, kvm, tcg, off/],
  [['check', 'hello', '--kernal', 'x'], /^kmod-gate: There is no input --kernal\. Did you mean --kernel/],
  [[], /^Usage: kmod-gate check/],
])('%j: exit status 2', async (argv, message) => {
  const ended = await cli(PASS, ...argv)
  expect([ended.status, ended.out]).toEqual([2, ''])
  expect(ended.err).toMatch(message)
})

test('a room may refuse an input too', async () => {
  expect(await cli(new UsageError('kernel', '6.99', 'Available are: 6.12.'), 'check', 'hello')).toMatchObject({ status: 2, err: expect.stringContaining('kernel: "6.99"') })
})

test('whatever breaks is an error, never a verdict', async () => {
  expect(await cli(new TypeError('oops'), 'check', 'hello')).toMatchObject({ status: 3, err: expect.stringMatching(/defect[^]*oops/) })
  const finding = { id: 'x', stage: 'install', severity: 'error', title: 'apt is locked' } as const
  expect(await cli(new GateError(finding), 'check', 'hello')).toMatchObject({ status: 3, err: 'kmod-gate: apt is locked\n' })
  writeFileSync(join(dir, 'hello/out'), '')
  expect(await cli(PASS, 'check', 'hello', '--output-dir', 'hello/out/below')).toMatchObject({ status: 3, out: expect.stringContaining('report.not-written') })
})

test('--help and --version are asked for', async () => {
  expect(await cli(PASS, '--version')).toEqual({ status: 0, out: 'kmod-gate 1.0.0\n', err: '' })
  expect(await cli(PASS, 'check', '--help')).toMatchObject({ status: 0, err: '' })
})

test('colours and UTF-8 only where they can be seen', () => {
  const tty = new Paper(true)
  expect(lookOf(tty, { LANG: 'de_DE.UTF-8', TERM: 'xterm' })).toEqual({ colour: true, utf8: true })
  expect(lookOf(tty, { LANG: 'C.utf8', LC_ALL: 'C' })).toEqual({ colour: true, utf8: false })
  expect(lookOf(tty, { NO_COLOR: '1' })).toEqual({ colour: false, utf8: false })
  expect(lookOf(tty, { NO_COLOR: '', TERM: 'dumb' })).toEqual({ colour: false, utf8: false })
  expect(lookOf(new Paper(), { LANG: 'C.UTF-8' })).toEqual({ colour: false, utf8: false })
})

test('a terminal sees what is going on, in one line that is taken away', () => {
  const tty = new Paper(true)
  const log = terminalLog(tty, { colour: true, utf8: true }, false)
  log.group('Build')
  log.info('\u001b]0;title\u0007make\n::error::x')
  log.stage({ stage: 'build', outcome: 'pass', seconds: 1, summary: 'hello.ko' })
  log.endGroup()
  expect(tty.text.split('\r\u001b[K')).toEqual(['', '  Build …', '  Build: make ::error::x', '\u001b[32m✓\u001b[0m build        1.0 s  hello.ko\n', ''])
})

test('explain reads standard input and files, and says causes and remedies', async () => {
  const ended = await cli(PASS, 'explain')
  expect([ended.status, ended.err]).toEqual([0, ''])
  expect(ended.out).toMatch(/Invalid module format/)
  writeFileSync(join(dir, 'dmesg'), "[    3.4] hello: version magic '6.1.0-55-amd64 SMP' should be '6.1.0-56-amd64 SMP'\n")
  expect((await cli(PASS, 'explain', join(dir, 'dmesg'))).out).toMatch(/6\.1\.0-56-amd64/)
  expect(await cli(PASS, 'explain', join(dir, 'nothing'))).toMatchObject({ status: 2, out: '' })
  expect(await cli(PASS, 'explain', '--kernel', '6.12')).toMatchObject({ status: 2 })
})
