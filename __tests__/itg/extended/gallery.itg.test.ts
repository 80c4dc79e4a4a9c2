import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { checkout, gateStep, preparedRoot } from '../../support/gate.js'
import { PROJECT } from '../../support/paths.js'
import { weighty } from '../../support/report-file.js'
import type { Suite } from '../../support/roots.js'
import { WORKSPACE } from '../../support/runner-shim.js'

const GALLERY = join(PROJECT, 'examples/gallery')

interface Expectation {
  readonly what: string
  readonly verdict: 'pass' | 'fail'
  readonly findings: readonly string[]
  readonly inputs?: Readonly<Record<string, unknown>>
  readonly bound?: readonly string[]
}

const names = readdirSync(GALLERY, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort()
const expectationOf = (name: string): Expectation => JSON.parse(readFileSync(join(GALLERY, name, 'expect.json'), 'utf8')) as Expectation

/** Each kernel takes every other module, which is enough to see that nothing broke; KMOD_GATE_GALLERY=all has both take all of them. */
const SUITES: readonly Suite[] = ['bookworm', 'trixie']
const takenBy = (suite: Suite): string[] => names.filter((_, i) => process.env['KMOD_GATE_GALLERY'] === 'all' || SUITES[i % SUITES.length] === suite)

/** An input as a workflow would write it. */
const inputText = (value: unknown): string => (Array.isArray(value) ? value.map(String).join('\n') : String(value))

test('the gallery is as large as it says: at least twenty that misbehave, and as many good ones', () => {
  const verdicts = names.map((name) => expectationOf(name).verdict)
  expect(verdicts.filter((verdict) => verdict === 'fail').length).toBeGreaterThanOrEqual(20)
  expect(verdicts.filter((verdict) => verdict === 'pass').length).toBeGreaterThanOrEqual(20)
})

describe.each(SUITES)('on the default kernel of %s', (suite) => {
  let root = ''

  beforeAll(async () => {
    ;({ root } = await preparedRoot(suite))
    checkout(root, GALLERY)
    writeFileSync(join(root, WORKSPACE, 'Kbuild'), `obj-m := ${names.map((name) => `${name}/`).join(' ')}\n`)
    const built = await gateStep(root, { module: '.', boot: 'off', abi: 'off', 'output-dir': '../built' }, { timeout: 500 })
    expect([built.outputs['verdict'], weighty(built.report)]).toEqual(['pass', []])
    mkdirSync(join(root, 'root/gallery'), { recursive: true })
    cpSync(join(root, WORKSPACE, '../built/modules'), join(root, 'root/gallery'), { recursive: true })
    checkout(root)
  }, 900_000)

  test.each(takenBy(suite).map((name) => [name, expectationOf(name).what] as const))('%s: %s', async (name) => {
    const { verdict, findings, inputs = {}, bound = [] } = expectationOf(name)
    const given = Object.fromEntries(Object.entries(inputs).map(([input, value]) => [input, inputText(value)]))
    const step = await gateStep(root, { modules: `/root/gallery/${name}`, abi: 'off', ...given }, { timeout: 300 })
    const found = weighty(step.report)
    expect([step.outputs['verdict'], found.map(({ id, title }) => `${id}: ${title}`)]).toEqual([verdict, verdict === 'pass' ? [] : expect.any(Array)])
    if (verdict === 'fail') {
      expect(findings.some((id) => found.some((finding) => finding.id === id))).toBe(true)
      expect(found.filter(({ remedy }) => remedy === undefined)).toEqual([])
    }
    const seen = step.report?.guest?.bound?.map((device) => [device.module, device.driver, device.bus, device.device].join(' ')) ?? []
    expect(seen).toEqual(expect.arrayContaining([...bound]))
  }, 400_000)
})
