import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { writeReports, writeReportsOrSay } from '../../src/report/write.js'
import { FAIL, PASS, REQUEST } from './samples.js'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'write ü-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test('three whole files and nothing beside them', async () => {
  const outputDir = join(dir, 'new/out')
  const files = await writeReports({ ...PASS, request: { ...REQUEST, outputDir } })
  expect(readdirSync(outputDir).sort()).toEqual(['manifest.json', 'report.html', 'report.json', 'summary.md'])
  expect(JSON.parse(readFileSync(files.json, 'utf8'))).toMatchObject({ schemaVersion: 1, verdict: 'pass' })
})

test('a report that cannot be written turns a pass into an error, and leaves a fail a fail', async () => {
  writeFileSync(join(dir, 'file'), '')
  const request = { ...REQUEST, outputDir: join(dir, 'file/out') }
  const said = await writeReportsOrSay({ ...PASS, request })
  expect(said.files).toBeUndefined()
  expect(said.report.verdict).toBe('error')
  expect(said.report.findings.at(-1)).toMatchObject({ id: 'report.not-written', severity: 'error' })
  expect((await writeReportsOrSay({ ...FAIL, request })).report.verdict).toBe('fail')
})
