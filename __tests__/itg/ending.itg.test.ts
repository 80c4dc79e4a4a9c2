import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { CLI_OUTPUT, type CliResult, HELLO, checkout, gateCli, gateStep, moduleFolder, preparedRoot } from '../support/gate.js'
import { weighty, wordsOf } from '../support/report-file.js'

let root = ''
beforeAll(async () => {
  ;({ root } = await preparedRoot('trixie'))
}, 900_000)

/** What the gate leaves where scratch belongs, and half-made parts of a cache. */
function scratchLeft(cache?: string): string[] {
  const below = (dir: string, name: RegExp): string[] => (existsSync(join(root, dir)) ? readdirSync(join(root, dir)).filter((file) => name.test(file)) : [])
  return [...below('tmp', /^kmod-gate-(?!out$)/), ...below('var/tmp', /^kmod-gate-/), ...(cache === undefined ? [] : ['kits', 'debs'].flatMap((dir) => below(join(cache, dir), /\.[A-Za-z0-9]{6}$|^download-/)))]
}

/** `kmod-gate check ARGS`, which gets a signal as soon as the shell's `condition` holds; the status is the gate's own. */
async function endedBy(signal: string, condition: string, ...args: readonly string[]): Promise<CliResult> {
  const script = ['#!/bin/sh', '"$@" > /tmp/ended.log 2>&1 & gate=$!', 'i=0', `until ${condition}; do`, '  kill -0 $gate 2> /dev/null || { cat /tmp/ended.log; exit 91; }', '  i=$((i + 1))', '  [ $i -lt 1800 ] || exit 92', '  sleep 0.1', 'done', `kill -${signal} $gate`, 'wait $gate', 'status=$?', 'cat /tmp/ended.log', 'exit $status', '']
  writeFileSync(join(root, 'usr/local/bin/end-early'), script.join('\n'), { mode: 0o755 })
  return gateCli(root, ['check', ...args, ...CLI_OUTPUT], { through: ['/usr/local/bin/end-early'] })
}

const BOOTS = "grep -lsq '^qemu-system' /proc/[0-9]*/comm && sleep 1"

test('QEMU does not outlive a gate that was killed with SIGKILL', async () => {
  checkout(root, moduleFolder('hang'), 'hang')
  // gateCli() looks for what is left running.
  expect(await endedBy('KILL', BOOTS, 'hang', '--boot', 'tcg')).toMatchObject({ status: 137, leftovers: [] })
}, 300_000)

test.each([
  ['INT', 130],
  ['TERM', 143],
])('SIG%s while the guest runs: no scratch, no report, no verdict; the next run is as ever', async (signal, status) => {
  checkout(root, HELLO, 'hello')
  const before = scratchLeft()
  const ended = await endedBy(signal, BOOTS, 'hello', '--boot', 'tcg')
  expect([ended.status, ended.report, scratchLeft()]).toEqual([status, undefined, before])
  expect(ended.output).toContain(`ended by SIG${signal}; nothing is known about the module`)
  expect((await gateStep(root, { module: 'hello' })).outputs['verdict']).toBe('pass')
}, 400_000)

test('SIGTERM while packages are unpacked into an empty cache: no half a kernel stays', async () => {
  checkout(root, HELLO, 'hello')
  const cache = '/tmp/ended-cache'
  rmSync(join(root, cache), { recursive: true, force: true })
  const before = scratchLeft()
  const ended = await endedBy('TERM', `ls -d ${cache}/kits/*.${'[A-Za-z0-9]'.repeat(6)} > /dev/null 2>&1`, 'hello', '--boot', 'off', '--cache-dir', cache)
  expect([ended.status, ended.report, scratchLeft(cache)]).toEqual([143, undefined, before])
}, 400_000)

/** Has node run a line of its own beside the gate: a defect that is in none of its files. */
const astray = (line: string): Record<string, string> => ({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`if(/kmod-gate|dist.(cli|action).index/.test(process.argv[1]))${line}`)}` })

test('a promise that fails while nobody waits for it makes an error of a pass, and not a failure of the module', async () => {
  checkout(root, HELLO, 'hello')
  const ended = await gateCli(root, ['check', 'hello', '--boot', 'off', ...CLI_OUTPUT], { env: astray('setTimeout(()=>void Promise.reject(new Error("went astray")),300)') })
  expect([ended.status, ended.report?.verdict, weighty(ended.report).map(({ id, severity }) => `${severity} ${id}`)]).toEqual([3, 'error', ['error gate.internal-error']])
  expect(weighty(ended.report).map(wordsOf).join('\n')).toContain('went astray')
}, 300_000)

const THROWN = astray('setTimeout(()=>{throw new Error("thrown beside it")},300)')

test('an exception that nothing catches ends the command line with status 3 and its words', async () => {
  checkout(root, HELLO, 'hello')
  const before = scratchLeft()
  const ended = await gateCli(root, ['check', 'hello', '--boot', 'off', ...CLI_OUTPUT], { env: THROWN })
  expect([ended.status, ended.report, scratchLeft()]).toEqual([3, undefined, before])
  expect(ended.output).toMatch(/nothing is known about the module[^]*thrown beside it/)
}, 300_000)

test('an exception that nothing catches fails the step, with the outputs of a run without a report', async () => {
  checkout(root, HELLO, 'hello')
  const step = await gateStep(root, { module: 'hello' }, { env: THROWN })
  expect([step.status, step.outputs['verdict'], step.outputs['report']]).toEqual([3, 'error', ''])
  expect(step.annotations.map(({ data }) => data).join('\n')).toContain('thrown beside it')
}, 300_000)
