import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { diffConfigs } from '../../src/kconfig/diff.js'
import { judgeConfig } from '../../src/kconfig/judge.js'
import { loadKconfig } from '../../src/kconfig/load.js'
import { parseConfig } from '../../src/kconfig/parse.js'
import type { GuardMoment } from '../../src/model/config.js'
import type { Allowance, RequestedOption } from '../../src/model/request.js'
import type { ToolState } from '../../src/model/toolchain.js'

/** Each case: configs before and after a real `make oldconfig`, cut to some hundred lines, and what the guard must say. */
interface Case {
  readonly options: readonly RequestedOption[]
  readonly allowances: readonly Allowance[]
  readonly moment: GuardMoment
  readonly tools: readonly ToolState[]
  readonly expected: {
    readonly groups: readonly { readonly cause: object; readonly symbols: readonly string[] }[]
    readonly findings: readonly { readonly id: string; readonly title: string; readonly remedy?: string }[]
  }
}

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url))
const read = (name: string, file: string): string => readFileSync(join(FIXTURES, 'guard', name, file), 'utf8')

describe.each(readdirSync(join(FIXTURES, 'guard')))('%s', (name) => {
  const target = parseConfig(read(name, 'target.config'))
  const now = parseConfig(read(name, 'now.config'))
  const { expected, options, ...given } = JSON.parse(read(name, 'case.json')) as Case

  test('the deltas are those that the kernel’s own scripts/diffconfig lists', () => {
    const lines = read(name, 'diffconfig.txt').split('\n').filter((line) => line !== '')
    const listed = lines.filter((line) => !/^[+-]\S+ n$/.test(line)).map((line) => line.slice(1).split(' ')[0])
    expect(diffConfigs(target, now).map(({ symbol }) => symbol).sort()).toEqual(listed.sort())
  })

  test('the guard names the causes', async () => {
    const kconfig = await loadKconfig(join(FIXTURES, 'kconfig/small'), 'x86')
    const { verdict, findings } = judgeConfig({ ...given, target, now, requested: options, kconfig })
    expect(verdict.groups.map(({ cause, deltas }) => ({ cause, symbols: deltas.map(({ symbol }) => symbol) }))).toEqual(expected.groups)
    expect(findings.map(({ id, title, remedy }) => ({ id, title, ...(remedy === undefined ? {} : { remedy }) }))).toEqual(expected.findings)
    expect(new Set(findings.map(({ stage }) => stage))).toEqual(new Set(findings.length === 0 ? [] : ['guard']))
  })
})
