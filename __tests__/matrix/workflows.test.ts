import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { resolveSpecs } from '../../src/matrix/resolve-specs.js'
import { parseSpecs } from '../../src/matrix/spec.js'
import { suiteNamed } from '../../src/suites/suites.js'
import { RECORDED } from './recorded.js'

type Keys = Readonly<Record<string, unknown>>
interface Step {
  readonly id?: string
  readonly uses?: string
  readonly with?: Keys
  readonly run?: string
}
interface Job {
  readonly uses?: string
  readonly with?: Keys
  readonly steps?: readonly Step[]
  readonly outputs?: Keys
}
interface Workflow {
  readonly on: { readonly workflow_call?: { readonly inputs: Keys; readonly outputs: Keys } }
  readonly jobs: Readonly<Record<string, Job>>
}

const FILES = ['.github/workflows', 'examples/workflows'].flatMap((dir) => readdirSync(dir).filter((name) => name.endsWith('.yml')).map((name) => `${dir}/${name}`))
const read = (file: string): Workflow => parse(readFileSync(file, 'utf8')) as Workflow
const steps = (workflow: Workflow): Step[] => Object.values(workflow.jobs).flatMap((job) => job.steps ?? [])

/** Inputs that these workflows use, from the action.yml of each at its pinned commit. */
const THIRD_PARTY: Readonly<Record<string, readonly string[]>> = {
  'actions/checkout': ['repository', 'ref', 'path', 'fetch-depth', 'persist-credentials'],
  'actions/upload-artifact': ['name', 'path', 'if-no-files-found', 'retention-days', 'compression-level', 'overwrite', 'include-hidden-files'],
  'actions/download-artifact': ['name', 'artifact-ids', 'path', 'pattern', 'merge-multiple', 'github-token', 'repository', 'run-id'],
  'actions/attest-build-provenance': ['subject-path', 'subject-digest', 'subject-name', 'subject-checksums', 'push-to-registry', 'show-summary', 'github-token'],
}

/** This repository's own file behind a `uses:`, or undefined. */
function own(uses: string): string | undefined {
  const [, path] = /^(?:\.|kmod-gate\/kmod-gate(?=[/@]))(?:\/([^@]*))?(?:@v1)?$/.exec(uses) ?? []
  if (!/^(?:\.\/|kmod-gate\/kmod-gate[/@])/.test(uses)) return undefined
  return path?.endsWith('.yml') === true ? path : join(path ?? '', 'action.yml')
}

interface Interface {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[] | undefined
}

function interfaceOf(uses: string): Interface | undefined {
  const file = own(uses)
  if (file === undefined) {
    const inputs = THIRD_PARTY[uses.split('@')[0] ?? '']
    return inputs === undefined ? undefined : { inputs, outputs: undefined }
  }
  const { inputs, outputs } = file.endsWith('action.yml') ? (parse(readFileSync(file, 'utf8')) as { inputs: Keys; outputs: Keys }) : (read(file).on.workflow_call ?? { inputs: {}, outputs: {} })
  return { inputs: Object.keys(inputs), outputs: Object.keys(outputs) }
}

test('the workflows are those that docs speak of', () => {
  expect(FILES).toEqual(expect.arrayContaining(['.github/workflows/gate.yml', ...['pull-request', 'nightly', 'release', 'dkms', 'in-tree-driver', 'out-of-tree'].map((name) => `examples/workflows/${name}.yml`)]))
})

test.each(FILES)('%s: every `with:` key is an input', (file) => {
  const workflow = read(file)
  for (const { uses, with: given = {} } of [...Object.values(workflow.jobs), ...steps(workflow)]) {
    if (uses === undefined) continue
    const inputs = interfaceOf(uses)?.inputs
    expect([uses, inputs === undefined ? 'unknown' : 'known']).toEqual([uses, 'known'])
    expect([uses, Object.keys(given).filter((key) => inputs?.includes(key) !== true)]).toEqual([uses, []])
  }
})

test.each(FILES)('%s: every output that is read exists', (file) => {
  const { jobs } = read(file)
  for (const job of Object.values(jobs)) {
    const text = JSON.stringify(job)
    for (const [what, id, name] of text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
      const step = job.steps?.find((candidate) => candidate.id === id)
      const outputs = step?.uses === undefined ? undefined : interfaceOf(step.uses)?.outputs
      expect([what, outputs?.includes(name ?? '')]).toEqual([what, true])
    }
    for (const [what, id, name] of text.matchAll(/needs\.([\w-]+)\.outputs\.([\w-]+)/g)) {
      const needed = jobs[id ?? '']
      const outputs = needed?.uses === undefined ? Object.keys(needed?.outputs ?? {}) : interfaceOf(needed.uses)?.outputs
      expect([what, outputs?.includes(name ?? '')]).toEqual([what, true])
    }
  }
})

test.each(FILES)('%s: actions of others are pinned to a commit, with the version behind it', (file) => {
  const lines = readFileSync(file, 'utf8').split('\n').filter((line) => /\buses:/.test(line))
  for (const line of lines) {
    const uses = /uses:\s*(\S+)/.exec(line)?.[1] ?? ''
    if (own(uses) === undefined) expect(line).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  }
})

/** Specs that a workflow asks for. */
function specsOf(workflow: Workflow): string[] {
  const given = [...Object.values(workflow.jobs), ...steps(workflow)].map(({ with: keys }) => keys?.['kernels'])
  return given.flatMap((specs) => (typeof specs === 'string' && !specs.includes('${{') ? [specs] : []))
}

const defaultSuite = suiteNamed('trixie')
if (defaultSuite === undefined) throw new Error('the table has lost trixie')

test.each(FILES)('%s: its kernels are found, and what it reads of the matrix is there', (file) => {
  const keys = new Set(Object.keys(resolveSpecs(parseSpecs('trixie', 'kernels', 'amd64'), RECORDED, { architecture: 'amd64', defaultSuite, family: 'debian', input: 'kernels' })[0] ?? {}))
  const workflow = read(file)
  for (const specs of specsOf(workflow)) expect(resolveSpecs(parseSpecs(specs, 'kernels', 'amd64'), RECORDED, { architecture: 'amd64', defaultSuite, family: 'debian', input: 'kernels' }).length).toBeGreaterThan(0)
  for (const job of Object.values(workflow.jobs)) {
    const text = JSON.stringify(job)
    if (!text.includes('fromJSON(needs.kernels.outputs.matrix)')) continue
    for (const [, key] of text.matchAll(/\bmatrix\.(\w+)\b(?!\))/g)) expect([...keys]).toContain(key)
  }
})

test('the reusable workflow hands every input of the gate on that it takes', () => {
  const { on, jobs } = read('.github/workflows/gate.yml')
  const text = JSON.stringify(jobs)
  for (const name of Object.keys(on.workflow_call?.inputs ?? {})) expect(text).toContain(`inputs.${name} }}`)
  const gate = jobs['check']?.steps?.find(({ uses }) => uses === 'kmod-gate/kmod-gate@v1')
  const { inputs } = parse(readFileSync('action.yml', 'utf8')) as { inputs: Readonly<Record<string, { default?: string }>> }
  for (const [name, value] of Object.entries(gate?.with ?? {})) {
    if (value !== `\${{ inputs.${name} }}`) continue
    const { default: usual } = on.workflow_call?.inputs[name] as { default?: unknown }
    expect([name, String(usual)]).toEqual([name, inputs[name]?.default])
  }
})
