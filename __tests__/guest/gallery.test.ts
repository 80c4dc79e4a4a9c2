import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { REMEDIES } from '../../src/guest/signatures/remedies.js'
import { SIGNATURES } from '../../src/guest/signatures/table.js'

interface Expect {
  readonly what: string
  readonly verdict: 'pass' | 'fail'
  readonly findings: readonly string[]
  readonly remedies?: Readonly<Record<string, string>>
  readonly inputs?: Readonly<Record<string, unknown>>
}

const DIR = 'examples/gallery'
const names = readdirSync(DIR, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name)
const expectOf = (name: string) => JSON.parse(readFileSync(join(DIR, name, 'expect.json'), 'utf8')) as Expect
const documented = new Set(readFileSync('docs/findings.md', 'utf8').match(/\bguest\.[a-z]+(?:-[a-z]+)*/g))

test('there are more than twenty that misbehave and ten that do not', () => {
  const verdicts = names.map((name) => expectOf(name).verdict)
  expect(verdicts.filter((verdict) => verdict === 'fail').length).toBeGreaterThan(20)
  expect(verdicts.filter((verdict) => verdict === 'pass').length).toBeGreaterThan(10)
})

test.each(names)('%s says what it is, and expects findings that exist', (name) => {
  const { what, verdict, findings, remedies = {} } = expectOf(name)
  const source = readFileSync(join(DIR, name, `${name}.c`), 'utf8')
  expect(source).toContain(`MODULE_DESCRIPTION("${what}")`)
  expect(readFileSync(join(DIR, name, 'Kbuild'), 'utf8')).toContain(`${name}.o`)
  expect(existsSync(join(DIR, name, `${name}.ko`))).toBe(false)
  expect(findings.length > 0).toBe(verdict === 'fail')
  expect(findings.filter((id) => !documented.has(id))).toEqual([])
  expect(Object.keys(remedies)).toEqual(findings)
  expect(Object.entries(remedies).filter(([id, words]) => words.length < 8 || REMEDIES[id]?.includes(words) === false)).toEqual([])
})

test('each kind of complaint has a remedy of its own, and no other has', () => {
  expect(Object.keys(REMEDIES).sort()).toEqual([...new Set(SIGNATURES.map(({ id }) => id))].sort())
})
