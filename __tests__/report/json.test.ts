import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { parseWorkflowCommands } from '../support/workflow-commands.js'
import { reportJson, reportText } from '../../src/report/json.js'
import { ERROR, FAIL, HOSTILE, PASS, SKIP, WORST } from './samples.js'

const schema = JSON.parse(readFileSync('docs/report.schema.json', 'utf8')) as Record<string, unknown>
const valid = new Ajv2020({ strict: true, strictRequired: false, allErrors: true }).compile(schema)

test.each([['pass', PASS], ['fail', FAIL], ['error', ERROR], ['skip', SKIP], ['the worst', WORST]])('%s is what the schema says', (_what, report) => {
  valid(JSON.parse(reportText(report)))
  expect(valid.errors ?? []).toEqual([])
})

test('the schema takes nothing else', () => {
  expect(valid({ ...reportJson(PASS), more: 1 })).toBe(false)
  const own = { release: '6.12.0-mine', series: '6.12', flavour: 'amd64', tree: '/srv/linux', imageSha256: '0'.repeat(64), configSha256: '1'.repeat(64) }
  expect(valid(reportJson({ ...PASS, target: own, request: { ...PASS.request, kernel: { kind: 'own', tree: '/srv/linux', image: '/srv/bzImage' } } }))).toBe(true)
  expect(valid({ ...reportJson(PASS), schemaVersion: 2 })).toBe(false)
  expect(valid({ ...reportJson(PASS), verdict: 'skipped' })).toBe(false)
})

test('what a room keeps for itself does not leak, and the order of keys is ours', () => {
  const turned = { ...PASS, target: { ...Object.fromEntries(Object.entries(PASS.target ?? {}).reverse()), secret: 1 } as unknown as NonNullable<typeof PASS.target> }
  expect(reportText(turned)).toBe(reportText(PASS))
})

test('printed anywhere it is harmless, parsed it is the same', () => {
  const text = (detail: string) => reportText({ ...FAIL, findings: [{ id: 'x', stage: 'build', severity: 'fail', title: 'x', detail }] })
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(HOSTILE, '\u{e0001}\u009b', '##[error]', '\\##[error]', '\u202e')), (detail) => {
      const printed = text(detail)
      expect(parseWorkflowCommands(printed)).toEqual([])
      expect(printed).not.toMatch(/##\[|[^\P{Cc}\n]|\p{Cf}/u)
      expect(JSON.parse(printed)).toMatchObject({ findings: [{ detail }] })
    }),
  )
})
