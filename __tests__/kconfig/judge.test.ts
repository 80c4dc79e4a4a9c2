import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { judgeConfig, type GuardInput, type Judgement } from '../../src/kconfig/judge.js'
import { loadKconfig } from '../../src/kconfig/load.js'
import type { KconfigModel } from '../../src/kconfig/model.js'
import type { ToolState } from '../../src/model/toolchain.js'

type Values = Readonly<Record<string, string>>

let kconfig: KconfigModel
beforeAll(async () => {
  kconfig = await loadKconfig(fileURLToPath(new URL('../fixtures/kconfig/small', import.meta.url)), 'x86')
})

const BASE: Values = { X86: 'y', HAVE_THING: 'y', MODULES: 'y', USB: 'm', CAN: 'm', CAN_DEV: 'm', CRC16: 'm', SLIM: 'm', PREEMPT_NONE: 'y', CPUS: '8', SALT: '""' }

function judge(now: Values, options: readonly string[] = [], more: Partial<GuardInput> & { readonly base?: Values } = {}): Judgement {
  const requested = options.map((line) => ({ symbol: line.slice(0, line.indexOf('=')), value: line.slice(line.indexOf('=') + 1) }))
  const { base = BASE, ...rest } = more
  return judgeConfig({ target: config(base), now: config({ ...base, ...now }), requested, allowances: [], tools: [], kconfig, moment: 'oldconfig', ...rest })
}

function config(values: Values): ReadonlyMap<string, string> {
  return new Map(Object.entries(values).filter(([, value]) => value !== 'n'))
}

describe('requested options', () => {
  test.each<[string, string, Values, Values, string | undefined, RegExp]>([
    ['a driver as module is taken', 'CAN_ETAS_ES58X=m', {}, { CAN_ETAS_ES58X: 'm' }, undefined, /^$/],
    ['unknown, with a near name', 'CAN_ETAS_ES58=m', {}, {}, 'config.unknown-option', /CONFIG_CAN_ETAS_ES58 does not exist.*near ones: CONFIG_CAN_ETAS_ES58X/],
    ['unmet dependency, to its root', 'CAN_ETAS_ES58X=m', { CAN: 'n', CAN_DEV: 'n', USB: 'n' }, {}, 'config.option-refused', /depends on CAN \(not set\) and USB \(not set\) and CAN_DEV \(not set\)\./],
    ['a root that the driver does not name', 'CAN_LEDS_BLINK=y', { CAN: 'm', CAN_DEV: 'n' }, {}, 'config.option-refused', /depends on CAN_LEDS \(not set\); behind it CAN_DEV is not set/],
    ['one of several would do', 'CAN_ARM_ONLY=m', {}, {}, 'config.option-refused', /ARM \|\| COMPILE_TEST \(none of these holds\)/],
    ['limited to m', 'CAN_ETAS_ES58X=y', {}, { CAN_ETAS_ES58X: 'm' }, 'config.option-changed', /Kconfig made it m, because .*CAN \(=m\).*Ask for CONFIG_CAN_ETAS_ES58X=m/],
    ['m for a bool', 'EXPERT=m', {}, {}, 'config.option-refused', /EXPERT is of type bool and takes y or n/],
    ['text without quotes', 'SALT=x', {}, {}, 'config.option-changed', /SALT is of type string and takes text in double quotes/],
    ['out of range', 'CPUS=500', {}, {}, 'config.option-changed', /between 2 and 64/],
    ['no prompt', 'REGMAP_SLIM=m', {}, {}, 'config.option-refused', /no prompt.*turned on by CODEC/],
    ['forced by select', 'HAVE_THING=n', {}, {}, 'config.option-changed', /forced by select: X86=y/],
    ['the other of a choice', 'PREEMPT_FULL=y', {}, {}, 'config.option-refused', /choice of which PREEMPT_NONE is taken/],
    ['hidden prompt', 'LATE=y', {}, {}, 'config.option-refused', /depends on EXPERT \(not set\)/],
    ['a built-in bool', 'EXPERT=y', {}, { EXPERT: 'y' }, 'config.option-needs-builtin', /EXPERT is not set.*may change the kernel itself/],
    ['a built-in tristate', 'CODEC=y', { SLIM: 'y' }, { CODEC: 'y' }, 'config.option-needs-builtin', /was built without it/],
    ['a number of the kernel', 'CPUS=16', {}, { CPUS: '16' }, 'config.option-needs-builtin', /CPUS=8/],
    ['built in, asked for as module', 'USB=m', { USB: 'y' }, { USB: 'm' }, 'config.option-needs-builtin', /is built into the target kernel/],
    ['taking out a module', 'CODEC=n', { CODEC: 'm' }, { CODEC: 'n' }, undefined, /^$/],
    ['a bool of a driver that is shipped', 'CAN_LEDS=y', {}, { CAN_LEDS: 'y' }, 'config.option-changes-shipped', /ships built otherwise: CAN, CAN_DEV/],
    ['a bool below such a bool', 'CAN_LEDS_BLINK=y', { CAN_LEDS: 'y' }, { CAN_LEDS_BLINK: 'y' }, 'config.option-changes-shipped', /CAN/],
    ['a bool below a driver that is built in', 'CAN_LEDS=y', { CAN: 'y', CAN_DEV: 'y' }, { CAN_LEDS: 'y' }, 'config.option-needs-builtin', /belongs to no driver/],
  ])('%s', (_what, option, base, now, id, says) => {
    const { findings } = judge(now, [option], { base: { ...BASE, ...base } })
    expect(findings.map((finding) => finding.id)).toEqual(id === undefined ? [] : [id])
    expect(findings.map(({ title, remedy }) => `${title} ${remedy ?? ''}`).join('\n')).toMatch(says)
  })

  test('a person may vouch for an option that the image lacks', () => {
    const { findings, verdict } = judge({ EXPERT: 'y' }, ['EXPERT=y'], { allowances: [{ symbol: 'EXPERT', reason: 'opens a menu' }] })
    expect(findings).toMatchObject([{ id: 'config.allowed', severity: 'note' }])
    expect(verdict.allowed).toEqual([{ symbol: 'EXPERT', after: 'y' }])
  })
})

describe('causes', () => {
  test('what an option brings along is for the user to state', () => {
    const { verdict, findings } = judge({ CODEC: 'm', REGMAP_SLIM: 'm', CODEC_EXTRA: 'm' }, ['CODEC=m'])
    expect(verdict.groups).toEqual([{ cause: { kind: 'option', option: 'CODEC' }, deltas: [{ symbol: 'REGMAP_SLIM', after: 'm' }, { symbol: 'CODEC_EXTRA', after: 'm' }] }])
    expect(findings).toMatchObject([{ id: 'config.option-side-effect', severity: 'fail', remedy: 'Add to options: CONFIG_REGMAP_SLIM=m CONFIG_CODEC_EXTRA=m' }])
  })

  test('what only the image can hold is not offered as an option', () => {
    const { findings } = judge({ CODEC: 'm', REGMAP_SLIM: 'm', REGMAP_CORE_IRQ: 'y' }, ['CODEC=m'])
    expect(findings.map(({ id, title }) => [id, title.includes('REGMAP_CORE_IRQ')])).toEqual([['config.option-needs-builtin', true], ['config.option-side-effect', false]])
  })

  test('a chain without tool or option hangs on its first symbol', () => {
    const { verdict, findings } = judge({ USB: 'n', CAN_ETAS_ES58X: 'n', SALT: '"x"' }, [], { base: { ...BASE, CAN_ETAS_ES58X: 'm' } })
    expect(verdict.groups.map(({ cause, deltas }) => [cause, deltas.map(({ symbol }) => symbol)])).toEqual([
      [{ kind: 'dependency', on: 'USB' }, ['USB', 'CAN_ETAS_ES58X']],
      [{ kind: 'unknown' }, ['SALT']],
    ])
    expect(findings.map(({ id }) => id)).toEqual(['config.dependency', 'config.symbol-changed'])
  })

  test('lost, gained and changed are told apart', () => {
    const { findings } = judge({ SLIM: 'n', EXPERT: 'y', SALT: '"x"' })
    expect(findings.map(({ id, detail }) => [id, detail])).toEqual([
      ['config.symbol-lost', 'SLIM: m → not set'],
      ['config.symbol-gained', 'EXPERT: not set → y'],
      ['config.symbol-changed', 'SALT: "" → "x"'],
    ])
  })

  test('Kconfig files tell which symbols ask the compiler', () => {
    const tools: ToolState[] = [{ tool: 'gcc-12', program: 'gcc-12', package: 'gcc-12', symbol: 'CC_VERSION_TEXT', expected: 'gcc-12 12.2', actual: 'gcc-12 12.3', state: 'other-version' }]
    const base = { ...BASE, CC_VERSION_TEXT: '"gcc-12 12.2"', CC_HAS_GOTO: 'y', GCC_VERSION: '120200' }
    const { findings } = judge({ CC_VERSION_TEXT: '"gcc-12 12.3"', CC_HAS_GOTO: 'n', GCC_VERSION: '120300' }, [], { base, tools })
    expect(findings).toMatchObject([{ id: 'config.tool-version', title: 'gcc-12 is another one (the target was configured with gcc-12 12.2), this one is gcc-12 12.3: CC_VERSION_TEXT, CC_HAS_GOTO, GCC_VERSION.' }])
  })

  test.each([
    ['gcc-16 (Debian 16.2.0-4) 16.2.0', true],
    ['gcc-16 (Debian 16.3.0-1) 16.3.0', false],
  ])('a compiler of another revision is refused as any other, and only then an allowance is offered: %s', (actual, offered) => {
    const expected = 'gcc-16 (Debian 16.2.0-3) 16.2.0'
    const tools: ToolState[] = [{ tool: 'gcc-16', program: 'gcc-16', package: 'gcc-16', symbol: 'CC_VERSION_TEXT', expected, actual, state: 'other-version' }]
    const { findings } = judge({ CC_VERSION_TEXT: `"${actual}"` }, [], { base: { ...BASE, CC_VERSION_TEXT: `"${expected}"` }, tools })
    expect(findings.map(({ id, severity }) => [id, severity])).toEqual([['config.tool-version', 'fail']])
    expect(findings[0]?.remedy?.includes('allow-config-delta: "CC_VERSION_TEXT: another Debian revision"')).toBe(offered)
  })

  test('a tool that the target was configured without', () => {
    const tools: ToolState[] = [{ tool: 'rustc', program: 'rustc', package: 'rustc', symbol: 'RUSTC_VERSION', expected: 'none', actual: '1.85.1', state: 'other-version' }]
    const { findings } = judge({ RUSTC_VERSION: '108501', RUST_IS_AVAILABLE: 'y' }, [], { base: { ...BASE, RUSTC_VERSION: '0' }, tools })
    expect(findings).toMatchObject([{ id: 'config.tool-version', title: 'rustc is installed, but the target was configured without it: RUSTC_VERSION, RUST_IS_AVAILABLE.' }])
  })
})

describe('allowances', () => {
  test('an unused one is a warning, once', () => {
    const allowances = [{ symbol: 'NOWHERE', reason: 'x' }]
    expect(judge({}, [], { allowances }).findings).toMatchObject([{ id: 'config.allowance-unused', severity: 'warning' }])
    expect(judge({}, [], { allowances, moment: 'build' }).findings).toEqual([])
  })

  test('a used one is a note, once', () => {
    const allowances = [{ symbol: 'SALT', reason: 'x' }]
    const first = judge({ SALT: '"x"' }, [], { allowances })
    expect(first.findings).toMatchObject([{ id: 'config.allowed', severity: 'note', detail: 'SALT: "" → "x"' }])
    expect(first.verdict).toMatchObject({ groups: [], deltas: [{ symbol: 'SALT' }], allowed: [{ symbol: 'SALT' }] })
    expect(judge({ SALT: '"x"' }, [], { allowances, moment: 'build', previous: first.verdict }).findings).toEqual([])
  })
})
