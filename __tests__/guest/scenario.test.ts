import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { initScript } from '../../src/guest/init-script.js'
import type { GuestPlan } from '../../src/guest/plan.js'
import { scenarioOf } from '../../src/guest/planned-scenario.js'
import { actionsOf, stepSeconds, type Scenario } from '../../src/guest/scenario.js'

const scenario: Scenario = {
  preload: [{ name: 'usbcore', parameters: '' }],
  modules: [{ name: 'base', parameters: '' }, { name: 'top', parameters: 'devices=2 name="it\'s"' }],
  testSeconds: 20,
  reloads: 2,
  stepSeconds: 30,
  usbSeconds: 8,
  boundSeconds: 5,
  network: true,
  later: true,
}
const words = (given: Scenario) => actionsOf(given).map((action) => [action.do, 'module' in action ? action.module : '', 'cycle' in action ? action.cycle : ''].filter((part) => part !== '').join(' '))

test('preload, baseline, then load, test and unload in reverse as often as asked', () => {
  const cycle = (n: number) => [`load base ${n}`, `load top ${n}`, `bound ${n}`, 'network', `test ${n}`, `unload top ${n}`, `unload base ${n}`]
  expect(words(scenario)).toEqual(['load usbcore 0', 'wait-usb', 'network', 'baseline', ...cycle(1), ...cycle(2), 'settle'])
})

test('without test, network and devices there is only what must be', () => {
  const rest: Scenario = { preload: [], modules: scenario.modules, reloads: 1, stepSeconds: 30, usbSeconds: 0, boundSeconds: 5, network: false, later: false }
  expect(words(rest)).toEqual(['baseline', 'load base 1', 'load top 1', 'bound 1', 'unload top 1', 'unload base 1', 'settle'])
})

test.each([[true, 'settle 1050'], [false, 'settle 0']])('what may still run: %s', (later, line) => {
  expect(initScript('q35', actionsOf({ ...scenario, later })).split('\n').filter((text) => text.startsWith('settle '))).toEqual([line])
})

const plan: GuestPlan = { release: '6.1.0', vmlinuz: '/k', dependencies: [], modules: [], boot: 'tcg', bootTimeout: 60, memory: 512, cpus: 1, workDir: '/w', consoleFile: '/c', test: { script: 'true', seconds: 20 } }
const file = { data: Buffer.alloc(1) }
test.each<[string, Partial<GuestPlan>, boolean]>([
  ['no module that has anything of its own', {}, false],
  ['a module of which that cannot be told', { modules: [{ name: 'x', depends: [], ...file }] }, true],
  ['a program of the test', { testFiles: [{ path: 'tool', mode: 0o755, ...file }] }, true],
  ['a module of the kernel’s that the test loads', { spare: [{ name: 'loop', ...file }] }, true],
])('what may run later: %s', (_, more, expected) => {
  expect(scenarioOf({ ...plan, ...more }).later).toBe(expected)
})

test('the script is valid shell, loads only until something is refused, and hands parameters on as one word', () => {
  const script = initScript('q35', actionsOf(scenario))
  expect(execFileSync('busybox', ['sh', '-n'], { input: script, encoding: 'utf8' })).toBe('')
  const calls = script.split('\n').filter((line) => /(?:\|\| load|\|\| user_test|^unload) /.test(line))
  expect(calls).toEqual([
    `[ -n "$stop" ] || load 0 0 usbcore 30 ''`,
    ...[1, 2].flatMap((n) => [`[ -n "$stop" ] || load 1 ${n} base 30 ''`, `[ -n "$stop" ] || load 1 ${n} top 30 'devices=2 name="it'\\''s"'`, `[ -n "$stop" ] || user_test ${n} 20`, `unload ${n} top 30`, `unload ${n} base 30`]),
  ])
})

test('a busybox without base64 sends the same with uuencode', () => {
  const script = initScript('q35', actionsOf(scenario))
  const fallback = /^if \[ ! -e \/bin\/base64 \].*?^fi$/ms.exec(script)?.[0] ?? ''
  const body = fallback.split('\n').slice(1, -1).join('\n')
  const sent = (text: string, width: string) => execFileSync('busybox', ['sh', '-c', `${body}\nbase64 -w ${width}`], { input: text, encoding: 'utf8' })
  for (const text of ['', 'x', 'a list\n'.repeat(200)]) {
    expect(Buffer.from(sent(text, '512'), 'base64').toString()).toBe(text)
    expect(sent(text, '0')).toBe(Buffer.from(text).toString('base64'))
  }
})

test.each([
  [120, 30],
  [30, 15],
  [9, 5],
  [4, 5],
])('with boot-timeout %d a step may take %d s', (bootTimeout, expected) => {
  expect(stepSeconds(bootTimeout)).toBe(expected)
})
