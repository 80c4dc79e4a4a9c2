import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { validateAction } from '@actions/languageservice/validate-action'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { parse } from 'yaml'
import { cpioNewc } from '../../src/guest/cpio.js'
import { BOOT_INPUTS } from '../../src/handover/inputs.js'
import { runBoot } from '../../src/handover/run.js'
import { sealBundle } from '../../src/handover/seal.js'
import type { Host, Running } from '../../src/host/host.js'
import type { Report } from '../../src/model/report.js'
import { OUTPUTS } from '../../src/report/outputs.js'
import { writeReports } from '../../src/report/write.js'
import { collectReports } from '../../src/verdict/collect.js'
import { judgeRelease } from '../../src/verdict/judge.js'
import { NO_POLICY } from '../../src/verdict/policy.js'
import { scratchDirectories } from '../kernel/scratch.js'
import { PASS } from '../report/samples.js'

const scratch = scratchDirectories()
const MODULE = Buffer.from('the module')
const SHA = createHash('sha256').update(MODULE).digest('hex')
const COMMIT = 'a'.repeat(40)

/** What a first half leaves: the output directory with its report and the bundle. */
async function firstHalf(more: Partial<Report> = {}): Promise<string> {
  const dir = join(scratch(), 'built')
  const bundle = join(dir, 'bundle')
  mkdirSync(join(bundle, 'modules'), { recursive: true })
  const { guest, ...unbooted } = PASS
  expect(guest?.end).toBe('completed')
  const report: Report = {
    ...unbooted,
    source: { commit: COMMIT },
    request: { ...PASS.request, boot: 'off', bundle: 'always', outputDir: dir, scenario: { ...PASS.request.scenario, reloads: 1 } },
    modules: PASS.modules.map((module) => ({ ...module, sha256: SHA, size: MODULE.length, file: join(dir, 'modules/hello.ko') })),
    stages: PASS.stages.map((stage) => (stage.stage === 'boot' ? { stage: 'boot', outcome: 'skipped', seconds: 0, summary: 'left to another machine' } : stage)),
    bundle,
    ...more,
  }
  mkdirSync(join(dir, 'modules'))
  writeFileSync(join(dir, 'modules/hello.ko'), MODULE)
  writeFileSync(join(bundle, 'kernel'), '\x7fELF kernel')
  writeFileSync(join(bundle, 'initramfs.cpio.gz'), gzipSync(cpioNewc([{ kind: 'file', path: 'nonce', data: Buffer.from('old\n') }])))
  writeFileSync(join(bundle, 'modules/hello.ko'), MODULE)
  await writeReports(report)
  return dir
}

const b64 = (text: string): string => Buffer.from(text).toString('base64')
const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
const LOG = '[    1.0] fine'
const RELEASE = PASS.target?.release ?? ''
const records = (load: string, log = LOG): string[] => [`up ${RELEASE}`, 'taint before 0', 'begin load 1 hello 30', load, ...(load.includes(' ok ') ? ['bound 1 ', 'begin unload 1 hello 30', 'end unload 1 hello 0 ok 5 0 ', `leftend ${md5('')}`] : []), 'taint after 0', `log ${b64(log)}`, `logend ${md5(log)}`, 'done']
const LOADED = records('end load 1 hello 0 ok 5 - ')

/** A machine with QEMU, or without, whose guest says these records under the nonce that is in its initramfs. */
function machine(said: readonly string[], qemu = true): Host {
  const start: Host['start'] = ({ args, stdoutFile }) => {
    writeFileSync(stdoutFile, '')
    const path = /path=(\S+)/.exec(args.find((arg) => arg.startsWith('socket,')) ?? '')?.[1] ?? ''
    const archive = readFileSync(args[args.indexOf('-initrd') + 1] ?? '', 'latin1')
    // The last one counts, as for the kernel.
    const nonce = [...archive.matchAll(/([0-9a-f]{32})\n/g)].at(-1)?.[1] ?? ''
    const ended = new Promise<Awaited<Running['ended']>>((resolve) => {
      const socket = connect(path, () => socket.end(said.map((record) => `${nonce} ${record}\n`).join(''), () => resolve({ status: 0, signal: null, stderr: '' })))
    })
    return { pid: 1, kill: () => undefined, ended }
  }
  const log = { group: () => undefined, endGroup: () => undefined, info: () => undefined, detail: () => undefined, progress: () => undefined }
  return { log, start, which: (program) => Promise.resolve(program.startsWith('qemu') && qemu ? program : undefined), run: () => Promise.reject(new Error('nothing is run')) }
}

async function boot(built: string, host: Host, ...args: readonly string[]): Promise<{ status: number; said: string; out: string; report: Report | undefined }> {
  const out = join(scratch(), 'booted')
  let said = ''
  const output = { write: (text: string) => (said += text) !== '' }
  const status = await runBoot([built, '--boot', 'tcg', '--output-dir', out, ...args], { createHost: () => host }, { cwd: scratch(), home: '/', processors: 1, variables: {} }, output, output)
  const file = join(out, 'report.json')
  return { status, said, out, report: existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : undefined }
}

const ask = { policy: { ...NO_POLICY, required: [RELEASE] }, allowUnknownCommit: false, now: new Date('2026-11-26') }

test('a module that loads: one report over both halves, which the verdict takes for both', async () => {
  const built = await firstHalf()
  const { status, said, out, report } = await boot(built, machine(LOADED))
  expect([status, said.includes('PASS')]).toEqual([0, true])
  expect(report?.stages.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual(PASS.stages.map(({ stage }) => `${stage} pass`))
  expect([report?.verdict, report?.target, report?.source, report?.request.boot, report?.bundle, report?.guest?.steps.length]).toEqual(['pass', PASS.target, { commit: COMMIT }, 'tcg', undefined, 2])
  expect(report?.modules).toMatchObject([{ sha256: SHA, file: join(out, 'modules/hello.ko') }])
  expect(report?.seconds).toBeGreaterThanOrEqual(PASS.seconds)
  // Both halves beside each other, as artifacts may be.
  const all = scratch()
  cpSync(built, join(all, 'one'), { recursive: true })
  cpSync(out, join(all, 'two'), { recursive: true })
  const judged = async (dir: string): Promise<unknown> => {
    const { verdict, rows } = judgeRelease({ ...ask, submissions: await collectReports(dir) })
    return [verdict, rows.flatMap(({ causes }) => causes.map(({ id }) => id)), rows.map(({ submissions }) => submissions.map(({ dir: found }) => found))]
  }
  expect(await judged(all)).toEqual(['pass', [], [['two']]])
  expect(await judged(join(all, 'two'))).toEqual(['pass', [], [['.']]])
  // Nobody booted what the first half packed.
  expect(await judged(join(all, 'one'))).toEqual(['error', ['verdict.boot-pending'], [['.']]])
})

test('a module that is refused fails, in the words of a run in one piece', async () => {
  const { status, report } = await boot(await firstHalf(), machine(records(`end load 1 hello 1 refused 5 - ${b64("insmod: can't insert '/modules/hello.ko': No such device")}`)))
  expect([status, report?.verdict]).toEqual([1, 'fail'])
  expect(report?.findings.map(({ id }) => id)).toContain('guest.load-refused')
})

test('the first half’s known noise is known to the second', async () => {
  const noise = '[    1.0] WARNING: CPU: 0 PID: 1 at drivers/foo/bar.c:1 foo+0x1/0x2'
  const said = records('end load 1 hello 0 ok 5 - ', noise)
  expect((await boot(await firstHalf(), machine(said))).status).toBe(1)
  const request = { ...PASS.request, scenario: { ...PASS.request.scenario, reloads: 1, allowLog: [{ pattern: 'drivers/foo', reason: 'known', expires: '2099-01-01' }] } }
  expect((await boot(await firstHalf({ request }), machine(said))).status).toBe(0)
})

test('without QEMU it is an error that names the package', async () => {
  const { status, report } = await boot(await firstHalf(), machine(LOADED, false))
  expect([status, report?.verdict]).toEqual([3, 'error'])
  expect(report?.findings.filter(({ stage }) => stage === 'boot')).toMatchObject([{ id: 'guest.qemu-missing', remedy: 'Install qemu-system-x86.' }])
})

test('what was altered, cut or added to is refused, and nothing is booted', async () => {
  const never: Host = { ...machine([]), start: () => { throw new Error('booted') } }
  const spoil: readonly (readonly [change: (bundle: string) => void, words: RegExp])[] = [
    [(bundle) => writeFileSync(join(bundle, 'kernel'), '\x7fELF kernal'), /kernel was changed/],
    [(bundle) => writeFileSync(join(bundle, 'kernel'), ''), /kernel has 0 bytes instead of/],
    [(bundle) => writeFileSync(join(bundle, 'report.json'), readFileSync(join(bundle, 'report.json'), 'utf8').replace('"reloads": 1', '"reloads": 2')), /report\.json was changed/],
    [(bundle) => writeFileSync(join(bundle, 'bundle.json'), readFileSync(join(bundle, 'bundle.json'), 'utf8').slice(0, 100)), /bundle\.json cannot be read/],
    [(bundle) => writeFileSync(join(bundle, 'bundle.json'), readFileSync(join(bundle, 'bundle.json'), 'utf8').replace(/"version": "[^"]*"/, '"version": "0.0.1"')), /made by kmod-gate 0\.0\.1/],
    [(bundle) => writeFileSync(join(bundle, 'bundle.json'), readFileSync(join(bundle, 'bundle.json'), 'utf8').replace('"kernel"', '"../kernel"')), /path inside the bundle/],
  ]
  for (const [change, words] of spoil) {
    const built = await firstHalf()
    change(join(built, 'bundle'))
    const { status, said, report } = await boot(built, never)
    expect([status, report, said]).toEqual([3, undefined, expect.stringMatching(words)])
  }
  // A module that was exchanged together with its hash is still not the one that the report is about.
  const built = await firstHalf()
  writeFileSync(join(built, 'bundle/modules/hello.ko'), 'another')
  await sealBundle(join(built, 'bundle'))
  expect(await boot(built, never)).toMatchObject({ status: 3, said: expect.stringMatching(/hello\.ko is not the one that its report is about/) as unknown as string })
})

test('wrong usage', async () => {
  expect(await boot(join(scratch(), 'none'), machine([]))).toMatchObject({ status: 2, said: expect.stringMatching(/^kmod-gate boot: bundle: .*no such directory/) as unknown as string })
  expect(await boot(scratch(), machine([]))).toMatchObject({ status: 3, said: expect.stringMatching(/There is no bundle\.json/) as unknown as string })
  expect(await boot(await firstHalf(), machine([]), '--devices', 'edu')).toMatchObject({ status: 2, said: expect.stringMatching(/no input --devices/) as unknown as string })
})

const text = readFileSync('boot/action.yml', 'utf8')

test('boot/action.yml says what the tables say', async () => {
  const action = parse(text) as { readonly inputs: unknown; readonly outputs: unknown; readonly runs: unknown }
  expect(action.inputs).toEqual(Object.fromEntries(Object.values(BOOT_INPUTS).map(({ name, description, default: usual }) => [name, { description, required: false, default: usual }])))
  expect(action.outputs).toEqual(Object.fromEntries(Object.entries(OUTPUTS).map(([name, description]) => [name, { description }])))
  expect(action.runs).toEqual({ using: 'node24', main: '../dist/boot/index.js' })
  expect((await validateAction(TextDocument.create('file:///boot/action.yml', 'yaml', 1, text))).map(({ message }) => message)).toEqual([])
})
