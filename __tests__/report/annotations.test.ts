import { expect, test } from '@jest/globals'
import type { Finding, Severity } from '../../src/model/finding.js'
import { annotationsOf } from '../../src/report/annotations.js'
import { FAIL, PASS, REQUEST, WORST } from './samples.js'

const at = (file: string, severity: Severity = 'fail'): Finding => ({ id: 'build.compile-error', stage: 'build', severity, title: 'no', place: { file, line: 9, column: 3 } })
const report = (...findings: readonly Finding[]) => ({ ...PASS, findings })

test('the place is relative to the workspace, which may lie above the repository', () => {
  expect(annotationsOf(report(at('hello/größer, a.c')), '/repo')).toEqual([
    { level: 'error', title: 'kmod-gate: build.compile-error', message: 'no', file: 'hello/größer, a.c', line: 9, column: 3 },
  ])
  expect(annotationsOf(report(at('hello/a.c')), '/')[0]).toMatchObject({ file: 'repo/hello/a.c' })
})

test.each(['/usr/include/x.h', '../x.h', 'a/../../x.h'])('%s is not in the user’s repository', (file) => {
  expect(annotationsOf(report(at(file)), '/repo')[0]).not.toHaveProperty('file')
})

test('a repository outside of the workspace, and a driver of the kernel’s own, have no place', () => {
  expect(annotationsOf(report(at('a.c')), '/elsewhere')[0]).not.toHaveProperty('file')
  const inTree = { ...report(at('drivers/a.c')), request: { ...REQUEST, module: { kind: 'in-tree', path: 'drivers' } } } as const
  expect(annotationsOf(inTree, '/repo')[0]).not.toHaveProperty('line')
})

test('severities become levels; a note without a place is left to the summary', () => {
  const none = (severity: Severity): Finding => ({ id: 'x', stage: 'build', severity, title: severity, remedy: 'Do it.' })
  const said = annotationsOf(report(none('note'), at('a.c', 'note'), none('warning'), none('error'), none('skip')), '/repo')
  expect(said.map(({ level, message }) => [level, message])).toEqual([['error', 'error\nDo it.'], ['warning', 'warning\nDo it.'], ['notice', 'skip\nDo it.'], ['notice', 'no']])
})

test('no more than GitHub shows, and the last one says how many are left', () => {
  const said = annotationsOf(WORST, '/repo')
  const of = (level: string) => said.filter((annotation) => annotation.level === level)
  expect([of('error').length, of('warning').length, of('notice').length]).toEqual([9, 10, 10])
  expect(of('error').at(-1)?.message).toMatch(/^22 more/)
  expect(said.every(({ message }) => message.split('\n').length < 25)).toBe(true)
  expect(annotationsOf(report(...Array.from({ length: 10 }, () => at('a.c', 'warning'))), '/repo')).toHaveLength(10)
})

test('remedy and evidence are said', () => {
  expect(annotationsOf(FAIL, '/repo')[0]?.message).toMatch(/DEBUG_INFO_BTF_MODULES: y -> not set[^]*Install dwarves\.$/)
})
