import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { parseFileCommands } from '../support/file-commands.js'
import { parseWorkflowCommands } from '../support/workflow-commands.js'
import { runAction } from '../../src/action/run.js'
import type { Core } from '../../src/core.js'
import { UsageError } from '../../src/model/errors.js'
import type { Report } from '../../src/model/report.js'
import { OUTPUTS } from '../../src/report/outputs.js'
import { ERROR, FAIL, HOSTILE, PASS, REQUEST, SKIP, WORST } from '../report/samples.js'

let dir = ''
const environment = { ...process.env }
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'action-')))
  mkdirSync(join(dir, 'hello'))
  writeFileSync(join(dir, 'hello/Kbuild'), '')
  for (const name of ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY']) {
    process.env[name] = join(dir, name)
    writeFileSync(join(dir, name), '')
  }
})
afterEach(() => {
  process.env = { ...environment }
  process.exitCode = undefined
  rmSync(dir, { recursive: true })
})

function gate(give: Report | Error): Core {
  return {
    createHost: (log) => ({ log, run: () => Promise.reject(new Error()), start: () => { throw new Error() }, which: () => Promise.resolve(undefined) }),
    runGate(request, host, onStage) {
      host.log.group('Build\n::error::in a title')
      host.log.info(`said\n::error::forged\n${HOSTILE}`)
      host.log.detail('::notice::noise')
      if (give instanceof Error) return Promise.reject(give)
      for (const stage of give.stages) onStage?.(stage)
      return Promise.resolve({ ...give, request: { ...give.request, outputDir: request.outputDir } })
    },
  }
}

async function step(give: Report | Error, inputs: Readonly<Record<string, string>> = { module: 'hello' }) {
  for (const [name, value] of Object.entries(inputs)) process.env[`INPUT_${name.toUpperCase()}`] = value
  let said = ''
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text)
    return true
  })
  try {
    await runAction(gate(give), { cwd: dir, home: '/home/someone', processors: 1, variables: { GITHUB_WORKSPACE: dir } })
  } finally {
    write.mockRestore()
  }
  const commands = parseWorkflowCommands(said)
  return {
    said,
    commands,
    failed: process.exitCode === 1,
    summary: readFileSync(join(dir, 'GITHUB_STEP_SUMMARY'), 'utf8'),
    outputs: parseFileCommands(readFileSync(join(dir, 'GITHUB_OUTPUT'), 'utf8')),
    errors: commands.filter(({ name }) => name === 'error').map(({ data }) => data),
  }
}

test('a pass: outputs, a group, lines of the stages outside of it, no annotation, success', async () => {
  const ended = await step(PASS)
  expect(ended.failed).toBe(false)
  expect(ended.outputs).toMatchObject({ verdict: 'pass', 'kernel-release': '6.1.0-56-amd64', report: join(dir, 'kmod-gate-out/report.json') })
  expect(ended.commands.map(({ name }) => name)).toEqual(['group', 'endgroup'])
  expect(ended.said).toMatch(/::endgroup::\n✓ resolve {2}/)
  expect(ended.said).not.toContain('noise')
  expect(JSON.parse(readFileSync(join(dir, 'kmod-gate-out/report.json'), 'utf8'))).toMatchObject({ verdict: 'pass' })
})

test.each([['fail', FAIL], ['error', ERROR]] as const)('%s: everything is said, the sentence last', async (verdict, report) => {
  const ended = await step(report)
  expect(ended.failed).toBe(true)
  expect(ended.outputs).toMatchObject({ verdict })
  expect(ended.summary).toContain(` ${verdict}: `)
  expect(ended.commands.at(-1)).toMatchObject({ name: 'error', data: expect.stringMatching(/must not be released|could not be checked/) })
  expect(ended.said.trimEnd().split('\n').at(-1)).toMatch(/^::error::/)
})

test('a skip: the step succeeds, and everything says that it is no pass', async () => {
  const ended = await step(SKIP)
  expect(ended.failed).toBe(false)
  expect(ended.outputs).toMatchObject({ verdict: 'skip', modules: '[]' })
  expect(ended.summary).toContain('⏭️ skip: hello')
  expect(ended.commands.map(({ name }) => name)).toEqual(['group', 'endgroup', 'notice'])
  expect(ended.said.trimEnd().split('\n').at(-1)).toMatch(/^hello was not checked for/)
})

test('no more errors than GitHub shows, all of them ours', async () => {
  const ended = await step({ ...WORST, request: { ...REQUEST, module: { kind: 'out-of-tree', repository: dir, path: 'hello' } } })
  expect(ended.errors).toHaveLength(10)
  expect(ended.errors).not.toContain('forged')
  expect(new Set(ended.commands.map(({ name }) => name))).toEqual(new Set(['group', 'endgroup', 'error', 'warning', 'notice']))
})

test('the runner’s debug mode shows the details', async () => {
  process.env['RUNNER_DEBUG'] = '1'
  expect((await step(PASS)).said).toContain(': :notice::noise')
})

test.each<[string, Report | Error, Readonly<Record<string, string>>, RegExp]>([
  ['an input that cannot be used', PASS, { module: 'nowhere' }, /^module: "nowhere" cannot be used/],
  ['an input that a room refuses', new UsageError('kernel', '6.99', 'Available are: 6.12.'), { module: 'hello' }, /^kernel: "6\.99"/],
  ['a defect of the gate', new TypeError('oops'), { module: 'hello' }, /defect[^]*oops/],
])('%s: one annotation, all outputs, verdict error', async (_what, give, inputs, message) => {
  const ended = await step(give, inputs)
  expect(ended.failed).toBe(true)
  expect(ended.summary).toContain('error: nothing was checked')
  expect(ended.errors).toEqual([expect.stringMatching(message)])
  expect(ended.outputs).toMatchObject({ verdict: 'error', modules: '[]', report: '' })
  expect(Object.keys(ended.outputs).sort()).toEqual(Object.keys(OUTPUTS).sort())
})

test.each(['', '/nowhere/at/all'])('a runner without a place for summaries (%j) is no reason to fail', async (file) => {
  process.env['GITHUB_STEP_SUMMARY'] = file
  expect(await step(PASS)).toMatchObject({ failed: false, summary: '' })
})
