import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { runKernels } from '../../src/matrix/run.js'
import { runVerdict } from '../../src/verdict/run.js'
import { recordedApt } from '../matrix/recorded.js'
import { COMMIT, finding, leave, type Job } from './run-of-reports.js'

/** The whole way of a workflow: kernels, a job for each entry of the matrix, the verdict over what the jobs left. */

const NOW = new Date('2026-11-23T12:00:00Z')
const valid = new Ajv2020({ strict: true, strictRequired: false, allErrors: true }).compile(JSON.parse(readFileSync('docs/release-manifest.schema.json', 'utf8')) as Record<string, unknown>)

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'play-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

interface Entry {
  readonly kernel: string
  readonly version: string
  readonly suite: string
}

async function kernels(specs: readonly string[]): Promise<{ json: string; jobs: readonly Entry[] }> {
  let json = ''
  const host = recordedApt()
  const status = await runKernels(['--json', ...specs], { createHost: () => host }, around(), { write: (text) => (json += text) }, { write: () => undefined })
  expect(status).toBe(0)
  return { json, jobs: (JSON.parse(json) as { include: readonly Entry[] }).include }
}

const around = (variables: Readonly<Record<string, string>> = { GITHUB_SHA: COMMIT, GITHUB_REPOSITORY: 'someone/driver' }) => ({ cwd: dir, home: '/', processors: 1, variables })

async function verdict(...args: readonly string[]) {
  let [out, err] = ['', '']
  const status = await runVerdict(['reports', ...args], around(), { write: (text) => (out += text) }, { write: (text) => (err += text) }, NOW)
  const file = join(dir, 'kmod-gate-release/release-manifest.json')
  const manifest = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { releasable: boolean; kernels: readonly { kernel: string; verdict: string; required: boolean; checks: readonly unknown[] }[]; objections: readonly { id: string; severity: string }[] }) : undefined
  if (manifest !== undefined) {
    valid(manifest)
    expect(valid.errors ?? []).toEqual([])
  }
  return { status, out, err, manifest }
}

const SPECS = ['bookworm', 'bookworm/cloud', 'bookworm/rt', 'trixie', 'trixie/rt', 'trixie-backports', 'sid?']
const crc = finding('abi.symbol-crc', 'fail', 'usb_register_driver has another CRC in this kernel')
const oops = finding('guest.oops', 'fail', 'The kernel oopsed in hello_exit')

/** What each suite's job finds; `undefined`: the job never ran. */
const FOUND: Readonly<Record<string, Partial<Job> | undefined>> = {
  bookworm: {},
  'bookworm/cloud': { findings: [oops] },
  'bookworm/rt': undefined,
  trixie: {},
  'trixie/rt': { findings: [crc] },
  'trixie-backports': { findings: [crc] },
  sid: { findings: [finding('config.tool-version', 'fail', 'gcc-16 is another version')] },
}

const POLICY = `
stages: [build, boot]
waivers:
  - kernel: trixie/rt
    finding: abi.symbol-crc
    reason: RT users build the module themselves
    expires: 2026-12-31
  - kernel: trixie-backports
    finding: abi.symbol-crc
    reason: until the port to 7.3 is done
    expires: 2026-11-22
`

const specOf = (jobs: readonly Entry[], n: number): string => SPECS[n]?.replace('?', '') ?? jobs[n]?.suite ?? ''

test('one failing, one missing, one waived, one expired, one advisory', async () => {
  const { json, jobs } = await kernels(SPECS)
  writeFileSync(join(dir, 'matrix.json'), json)
  writeFileSync(join(dir, 'policy.yml'), POLICY)
  for (const [n, { kernel, version }] of jobs.entries()) {
    const found = FOUND[specOf(jobs, n)]
    if (found !== undefined) await leave(join(dir, 'reports', `kmod-gate-${kernel}`), { kernel, version, ...found })
  }

  const kept = await verdict('--matrix', 'matrix.json', '--policy', 'policy.yml')
  expect(kept.status).toBe(1)
  expect(kept.manifest?.releasable).toBe(false)
  expect(kept.manifest?.kernels.map(({ kernel, verdict: outcome, required }) => [kernel, outcome, required])).toEqual([
    ['6.1.0-56-amd64', 'pass', true],
    ['6.1.0-56-cloud-amd64', 'fail', true],
    ['6.1.0-56-rt-amd64', 'missing', true],
    ['6.12.117+deb13-amd64', 'pass', true],
    ['6.12.117+deb13-rt-amd64', 'waived', true],
    ['7.3.4+deb13-amd64', 'fail', true],
    ['7.2.13+deb14-amd64', 'fail', false],
  ])
  expect(kept.manifest?.objections.map(({ id, severity }) => [id, severity])).toEqual([
    ['verdict.kernel-failed', 'fail'],
    ['verdict.kernel-missing', 'error'],
    ['verdict.kernel-failed', 'fail'],
    ['verdict.kernel-failed', 'warning'],
    ['verdict.waiver-expired', 'warning'],
  ])
  expect(kept.out).toMatch(/^6\.1\.0-56-rt-amd64 +bookworm\/rt +required +missing +there is no report \[verdict\.kernel-missing\]$/m)
  expect(kept.out).toMatch(/^7\.3\.4\+deb13-amd64 .*its waiver was good until 2026-11-22/m)
  expect(kept.out).toMatch(/^6\.12\.117\+deb13-rt-amd64 .*waived until 2026-12-31: RT users build/m)
  expect(kept.out).toContain('Not releasable: 3 of 6 required kernels are good. 6.1.0-56-cloud-amd64: The kernel oopsed in hello_exit')
  // What is kept back is not lying about either.
  expect(readdirSync(join(dir, 'kmod-gate-release')).sort()).toEqual(['SHA256SUMS', 'release-manifest.json', 'verdict.md'])

  // The fault is repaired, the missing job ran again, the waiver was renewed.
  for (const [n, { kernel, version }] of jobs.entries()) {
    if (['bookworm/cloud', 'bookworm/rt'].includes(specOf(jobs, n))) await leave(join(dir, 'reports', `kmod-gate-${kernel}`), { kernel, version })
  }
  writeFileSync(join(dir, 'policy.yml'), POLICY.replace('2026-11-22', '2026-12-24'))
  const free = await verdict('--matrix', 'matrix.json', '--policy', 'policy.yml')
  expect([free.status, free.manifest?.releasable]).toEqual([0, true])
  expect(free.out).toContain('Releasable: 6 of 6 required kernels are good, 2 of them by a waiver.')
  expect(free.manifest?.kernels.find(({ kernel }) => kernel === '6.1.0-56-amd64')?.checks).toMatchObject([
    {
      packageVersion: '6.1.192-2',
      toolchain: [{ tool: 'gcc-12', version: 'gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0' }, { tool: 'pahole', version: '1.24' }],
      modules: [{ name: 'hello', file: 'modules/6.1.0-56-amd64/hello.ko' }],
      proof: { modules: 1, structModuleMatches: 1, types: { compared: 310, identical: 310 }, gaps: ['types: no debug information in a.o'] },
    },
  ])
  const release = join(dir, 'kmod-gate-release')
  expect(execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: release, encoding: 'utf8' })).toContain('modules/6.1.0-56-rt-amd64/hello.ko: OK')
  expect(readdirSync(join(release, 'modules')).sort()).toEqual(['6.1.0-56-amd64', '6.1.0-56-cloud-amd64', '6.1.0-56-rt-amd64', '6.12.117+deb13-amd64'])
  expect(readFileSync(join(release, 'modules/6.12.117+deb13-amd64/hello.ko'), 'utf8')).toBe('hello for 6.12.117+deb13-amd64')
})

test('a kernel that the package leaves out: kept back, then allowed by the policy, and nothing of it is released', async () => {
  const { json, jobs } = await kernels(['bookworm', 'trixie'])
  writeFileSync(join(dir, 'matrix.json'), json)
  const left = finding('build.dkms-excluded', 'skip', 'hello 1.0 is not for this kernel: BUILD_EXCLUSIVE_KERNEL "^6\\.1\\." does not match')
  for (const { kernel, version, suite } of jobs) await leave(join(dir, 'reports', kernel), { kernel, version, findings: suite === 'trixie' ? [left] : [] })
  const kept = await verdict('--matrix', 'matrix.json')
  expect([kept.status, kept.manifest?.releasable, kept.manifest?.kernels.map(({ verdict: outcome }) => outcome)]).toEqual([3, false, ['pass', 'skip']])
  expect(kept.out).toContain('Not releasable: 1 of 2 required kernels are good. 6.12.117+deb13-amd64: hello 1.0 is not for this kernel')

  writeFileSync(join(dir, 'policy.yml'), 'may-skip: [trixie]\n')
  const free = await verdict('--matrix', 'matrix.json', '--policy', 'policy.yml')
  expect([free.status, free.manifest?.releasable, free.manifest?.objections]).toEqual([0, true, []])
  expect(free.out).toContain('Releasable: 1 of 2 required kernels are good; 1 is one that the module is not meant for, as the policy allows.')
  expect(free.out).toMatch(/^6\.12\.117\+deb13-amd64 +trixie +required +skip .*the policy lets it be skipped$/m)
  expect(readdirSync(join(dir, 'kmod-gate-release/modules'))).toEqual(['6.1.0-56-amd64'])
})

test('a required kernel that is merely missing is an error, not a fault', async () => {
  const { json, jobs } = await kernels(['bookworm', 'trixie'])
  const [first] = jobs
  if (first === undefined) throw new Error('no jobs')
  await leave(join(dir, 'reports/a'), first)
  const { status, manifest } = await verdict('--matrix', json)
  expect([status, manifest?.releasable]).toEqual([3, false])
})

test('when no job ran at all there is nothing to release', async () => {
  const { json } = await kernels(['bookworm'])
  const { status, out } = await verdict('--matrix', json)
  expect(status).toBe(3)
  expect(out).toContain('[verdict.no-reports]')
})

test('when even the matrix is missing, reports alone are no release', async () => {
  await leave(join(dir, 'reports/a'), { kernel: '6.1.0-56-amd64' })
  expect((await verdict()).status).toBe(3)
  expect((await verdict('--required', '6.1.0-*-amd64')).status).toBe(0)
})
