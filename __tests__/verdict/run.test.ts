import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { validateAction } from '@actions/languageservice/validate-action'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { parse } from 'yaml'
import { VERDICT_INPUTS, VERDICT_OUTPUTS } from '../../src/verdict/inputs.js'
import { OBJECTIONS } from '../../src/verdict/objections.js'
import { runVerdict, runVerdictAction } from '../../src/verdict/run.js'
import { parseWorkflowCommands } from '../support/workflow-commands.js'
import { HOSTILE } from '../report/samples.js'
import { COMMIT, finding, leave } from './run-of-reports.js'

const K = '6.1.0-56-amd64'
const MATRIX = JSON.stringify({ include: [{ kernel: K, required: true, suite: 'bookworm', flavour: 'amd64', image: 'debian:bookworm' }] })
const NOW = new Date('2026-11-23T12:00:00Z')

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'verdict-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const around = () => ({ cwd: dir, home: '/', processors: 1, variables: { GITHUB_SHA: COMMIT, GITHUB_REPOSITORY: 'someone/driver' } })

async function cli(...args: readonly string[]) {
  const said = { out: '', err: '' }
  const status = await runVerdict(args, around(), { write: (text) => (said.out += text) }, { write: (text) => (said.err += text) }, NOW)
  return { status, ...said }
}

async function step(inputs: Readonly<Record<string, string>>) {
  const seen = { outputs: {} as Record<string, string>, failed: '', summary: '', said: '' }
  const log = { group: () => undefined, endGroup: () => undefined, detail: () => undefined, progress: () => undefined, info: (line: string) => void (seen.said += line) }
  await runVerdictAction(
    { getInput: (name) => inputs[name] ?? '', setOutput: (name, value) => void (seen.outputs[name] = value), setFailed: (message) => void (seen.failed = message), addSummary: (markdown) => Promise.resolve(void (seen.summary += markdown)), log },
    around(),
    NOW,
  )
  return seen
}

test('a releasable step', async () => {
  await leave(join(dir, 'reports/a'), { kernel: K })
  const seen = await step({ matrix: MATRIX })
  expect(seen.failed).toBe('')
  expect(seen.outputs).toEqual({ releasable: 'true', verdict: 'pass', manifest: join(dir, 'kmod-gate-release/release-manifest.json'), 'output-dir': join(dir, 'kmod-gate-release') })
  expect(seen.summary).toContain('## ✅ Releasable: 1 of 1 required kernels are good.')
  expect(seen.summary).toMatch(/\| kernel \| suite \| counts \| verdict \| resolve \|.*\| boot \| total \| cause \|/)
  expect(seen.summary).toMatch(/\| 6\.1\.0-56-amd64 \| bookworm \| required \| ✅ pass \| ✅ 0\.6 s \|/)
})

test('a step that may not be released says so last, and keeps its outputs', async () => {
  await leave(join(dir, 'reports/a'), { kernel: K, findings: [finding('guest.oops', 'fail', 'The kernel oopsed')] })
  const seen = await step({ matrix: MATRIX })
  expect(seen.outputs).toMatchObject({ releasable: 'false', verdict: 'fail' })
  expect(seen.failed).toMatch(/^Not releasable: 0 of 1 .*The kernel oopsed/)
  expect(seen.summary).toContain('❌ fail')
})

test('an input that cannot be used is told with all outputs', async () => {
  const seen = await step({ matrix: '{' })
  expect(seen.outputs).toEqual({ releasable: 'false', verdict: 'error', manifest: '', 'output-dir': '' })
  expect(seen.failed).toMatch(/^matrix: "\{" cannot be used/)
})

test('--json gives release-manifest.json alone on standard output', async () => {
  await leave(join(dir, 'reports/a'), { kernel: K })
  const { status, out, err } = await cli('reports', '--matrix', MATRIX, '--json')
  expect(status).toBe(0)
  expect(out).toBe(readFileSync(join(dir, 'kmod-gate-release/release-manifest.json'), 'utf8'))
  expect(JSON.parse(out)).toMatchObject({ releasable: true, source: { commit: COMMIT, repository: 'someone/driver' } })
  expect(err).toContain('Releasable: 1 of 1')
})

test.each<[readonly string[], RegExp]>([
  [['a', 'b'], /one too many/],
  [['a', '--reports', 'b'], /both name the directory/],
  [['--polcy', 'x'], /no input --polcy/],
  [['--policy', 'nowhere.yml'], /policy: "nowhere\.yml" cannot be used\. It cannot be read/],
  [['--matrix', 'nowhere.json'], /matrix: "nowhere\.json"/],
  [['--matrix', '{"include":[{"kernel":"../x","required":true}]}'], /include\[0\]\.kernel/],
  [['--matrix', '[{"kernel":"6.1.0-1-amd64","required":"yes"}]'], /required: .*Allowed are true and false/],
  [['--commit', 'main'], /commit: "main" cannot be used\. Allowed is a whole commit hash/],
  [['--allow-unknown-commit', 'maybe'], /allow-unknown-commit/],
])('%j is wrong usage', async (args, message) => {
  const { status, err } = await cli(...args)
  expect(status).toBe(2)
  expect(err).toMatch(message)
})

test('an output directory with something else in it is left alone', async () => {
  await leave(join(dir, 'reports/a'), { kernel: K })
  mkdirSync(join(dir, 'release'))
  writeFileSync(join(dir, 'release/notes.txt'), 'mine')
  const { status, err } = await cli('--matrix', MATRIX, '--output-dir', 'release')
  expect([status, readFileSync(join(dir, 'release/notes.txt'), 'utf8')]).toEqual([2, 'mine'])
  expect(err).toContain('It holds notes.txt, which no verdict wrote')
})

test('a second verdict takes away what the first one released', async () => {
  await leave(join(dir, 'reports/a'), { kernel: K })
  expect((await cli('--matrix', MATRIX)).status).toBe(0)
  await leave(join(dir, 'reports/a'), { kernel: K, findings: [finding('guest.oops', 'fail', 'x')] })
  expect((await cli('--matrix', MATRIX)).status).toBe(1)
  expect(readFileSync(join(dir, 'kmod-gate-release/SHA256SUMS'), 'utf8')).not.toContain('.ko')
  expect(() => readFileSync(join(dir, `kmod-gate-release/modules/${K}/hello.ko`))).toThrow(/ENOENT/)
})

test('nothing that a report says becomes markup, a command or an escape sequence', async () => {
  await leave(join(dir, 'reports/a'), { kernel: K, findings: [{ ...finding('x', 'fail', `${HOSTILE}\n::error::forged`), id: `x.${HOSTILE}` }], repository: HOSTILE })
  await leave(join(dir, 'reports/b'), { kernel: '6.1.0-55-amd64', findings: [{ ...finding('x', 'fail', `| a | b |\n::error::forged ${HOSTILE}`), id: HOSTILE }] })
  const { out } = await cli('--matrix', MATRIX)
  const json = readFileSync(join(dir, 'kmod-gate-release/release-manifest.json'), 'utf8')
  for (const text of [out, json]) {
    expect(parseWorkflowCommands(text)).toEqual([])
    expect(text).not.toMatch(/\u001b|\u202e|##\[/)
  }
  const { summary } = await step({ matrix: MATRIX, 'output-dir': 'other' })
  expect(summary).not.toMatch(/<script|<\/pre|<!--|\u001b|\u202e|(?<!\\)\[a\]\(/)
  const rows = summary.split('\n').filter((line) => line.startsWith('|'))
  expect(rows).toHaveLength(4)
  expect(new Set(rows.map((line) => line.split('|').length)).size).toBe(1)
})

test('every objection is documented', () => {
  const documented = new Set(readFileSync('docs/release-gate.md', 'utf8').match(/verdict\.[a-z]+(?:-[a-z]+)*/g))
  expect(Object.keys(OBJECTIONS).filter((id) => !documented.has(id))).toEqual([])
})

const text = readFileSync('verdict/action.yml', 'utf8')
const action = parse(text) as { readonly inputs: unknown; readonly outputs: unknown; readonly runs: unknown }

test('verdict/action.yml says what the tables say', () => {
  expect(action.inputs).toEqual(Object.fromEntries(Object.values(VERDICT_INPUTS).map(({ name, description, default: usual }) => [name, { description, required: false, default: usual }])))
  expect(action.outputs).toEqual(Object.fromEntries(Object.entries(VERDICT_OUTPUTS).map(([name, description]) => [name, { description }])))
  expect(action.runs).toEqual({ using: 'node24', main: '../dist/verdict/index.js' })
})

test("GitHub's own validation has nothing to say", async () => {
  expect((await validateAction(TextDocument.create('file:///verdict/action.yml', 'yaml', 1, text))).map(({ message }) => message)).toEqual([])
})
