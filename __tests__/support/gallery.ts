import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { checkout, gateStep, preparedRoot } from './gate.js'
import { PROJECT } from './paths.js'
import { weighty } from './report-file.js'
import type { Suite } from './roots.js'
import { WORKSPACE } from './runner-shim.js'

const GALLERY = join(PROJECT, 'examples/gallery')

/** expect.json of one module; examples/gallery/README.md says what its keys mean. */
export interface Expectation {
  readonly what: string
  readonly verdict: 'pass' | 'fail'
  readonly findings: readonly string[]
  readonly remedies?: Readonly<Record<string, string>>
  readonly inputs?: Readonly<Record<string, unknown>>
  readonly bound?: readonly string[]
}

export const galleryNames = readdirSync(GALLERY, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort()
export const expectationOf = (name: string): Expectation => JSON.parse(readFileSync(join(GALLERY, name, 'expect.json'), 'utf8')) as Expectation

/** An input as a workflow would write it. */
const inputText = (value: unknown): string => (Array.isArray(value) ? value.map(String).join('\n') : String(value))

/** The suite's shared root, in which the gate has built these modules in one go, with an empty checkout. */
export async function builtGallery(suite: Suite, names: readonly string[]): Promise<string> {
  const { root } = await preparedRoot(suite)
  checkout(root, GALLERY)
  writeFileSync(join(root, WORKSPACE, 'Kbuild'), `obj-m := ${names.map((name) => `${name}/`).join(' ')}\n`)
  const built = await gateStep(root, { module: '.', boot: 'off', abi: 'off', 'output-dir': '../built' }, { timeout: 500 })
  expect([built.outputs['verdict'], weighty(built.report)]).toEqual(['pass', []])
  mkdirSync(join(root, 'root/gallery'), { recursive: true })
  cpSync(join(root, WORKSPACE, '../built/modules'), join(root, 'root/gallery'), { recursive: true })
  checkout(root)
  return root
}

/** One module in one run of the gate: verdict, finding, its remedy, and what it is bound to must be as expect.json says. */
export async function judgeMember(root: string, name: string): Promise<void> {
  const { verdict, findings, remedies = {}, inputs = {}, bound = [] } = expectationOf(name)
  const given = Object.fromEntries(Object.entries(inputs).map(([input, value]) => [input, inputText(value)]))
  const step = await gateStep(root, { modules: `/root/gallery/${name}`, abi: 'off', ...given }, { timeout: 300 })
  const found = weighty(step.report)
  expect([step.outputs['verdict'], found.map(({ id, title }) => `${id}: ${title}`)]).toEqual([verdict, verdict === 'pass' ? [] : expect.any(Array)])
  if (verdict === 'fail') {
    const meant = found.filter(({ id }) => findings.includes(id))
    expect(meant).not.toEqual([])
    expect(meant.filter(({ id, remedy }) => remedy?.includes(remedies[id] ?? '?') !== true)).toEqual([])
    expect(found.filter(({ remedy }) => remedy === undefined)).toEqual([])
  }
  const seen = step.report?.guest?.bound?.map((device) => [device.module, device.driver, device.bus, device.device].join(' ')) ?? []
  expect(seen).toEqual(expect.arrayContaining([...bound]))
}
