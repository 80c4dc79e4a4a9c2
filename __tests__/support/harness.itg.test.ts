import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { inRoot } from './in-root.js'
import { ACTION_DIR, freshRoot, removeRoot } from './roots.js'
import { WORKSPACE, runStep } from './runner-shim.js'

// A harness that sees nothing would let everything pass: it must notice what a bad action does.
const FAKE = `
import { appendFileSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
console.log(process.version, process.cwd(), process.env['INPUT_BOOT-TIMEOUT'], process.env.INPUT_MODULE)
console.log('::group::resolve\\n::endgroup::\\n::error file=a b.c,line=2::50%25\\n ::warning::indented\\n[ 1.0] ::error::inside a line')
writeFileSync('/__w/_temp/report.json', JSON.stringify({ verdict: 'fail', findings: [], stages: [] }))
appendFileSync(process.env.GITHUB_OUTPUT, 'verdict<<X\\nfail\\nX\\nreport=/__w/_temp/report.json\\n')
appendFileSync(process.env.GITHUB_STEP_SUMMARY, '# fail\\n')
appendFileSync(process.env.GITHUB_PATH, '/evil\\n')
spawn('sleep', ['60'], { detached: true, stdio: 'ignore' }).unref()
process.exitCode = 1
`
let root = ''
beforeAll(async () => {
  root = await freshRoot('trixie')
  mkdirSync(join(root, ACTION_DIR, 'dist/action'), { recursive: true })
  writeFileSync(join(root, ACTION_DIR, 'action.yml'), 'inputs:\n  module: { default: . }\n  boot-timeout: { default: 120 }\nruns: { using: node24, main: dist/action/index.mjs }\n')
  writeFileSync(join(root, ACTION_DIR, 'dist/action/index.mjs'), FAKE)
}, 600_000)
afterAll(() => removeRoot(root))

test('a step sees what a runner gives it, and what it says and leaves is read back', async () => {
  const step = await runStep(root, { module: 'driver' }, { timeout: 60 })
  expect(step.stdout).toMatch(new RegExp(`^v24\\S* ${WORKSPACE} 120 driver\n`))
  expect(step).toMatchObject({ status: 1, outputs: { verdict: 'fail' }, summary: '# fail\n', groups: ['resolve'], exported: { PATH: '/evil\n' }, report: { verdict: 'fail' } })
  expect(step.annotations).toEqual([
    { name: 'error', properties: { file: 'a b.c', line: '2' }, data: '50%' },
    { name: 'warning', properties: {}, data: 'indented' },
  ])
  expect(step.leftovers).toEqual(['sleep'])
}, 120_000)

test('a root can be without network', async () => {
  const interfaces = async (network: boolean) => (await inRoot(root, ['cat', '/proc/net/dev'], { timeout: 20, network })).stdout.split('\n').filter((line) => line.includes(':')).map((line) => line.trim().split(':')[0])
  expect(await interfaces(false)).toEqual(['lo'])
  expect((await interfaces(true)).length).toBeGreaterThan(1)
}, 60_000)

test('a deadline ends everything in the root', async () => {
  const ended = await inRoot(root, ['sh', '-c', 'sleep 61 & sleep 61'], { timeout: 1 })
  expect(ended.status).toBe(-1)
  expect(ended.seconds).toBeLessThan(5)
}, 60_000)
