import { expect, test } from '@jest/globals'
import { readArguments } from '../../src/cli/arguments.js'
import { helpText } from '../../src/cli/help.js'
import { nearest } from '../../src/cli/nearest.js'
import { INPUT_LIST } from '../../src/request/inputs.js'

const of = (...argv: readonly string[]) => {
  const { command, switches, input } = readArguments(argv)
  const inputs = Object.fromEntries(INPUT_LIST.flatMap(({ name }) => [input(name)].flatMap((value) => (value === undefined ? [] : [[name, value] as const]))))
  return { command, switches: [...switches], inputs }
}

test.each<[readonly string[], ReturnType<typeof of>]>([
  [[], { command: undefined, switches: [], inputs: {} }],
  [['check'], { command: 'check', switches: [], inputs: {} }],
  [['check', 'hello', '--kernel', '6.12', '--verbose'], { command: 'check', switches: ['verbose'], inputs: { module: 'hello', kernel: '6.12' } }],
  [['--boot=tcg', 'check', '--', '-odd'], { command: 'check', switches: [], inputs: { module: '-odd', boot: 'tcg' } }],
  [['check', '--options', 'CONFIG_A=m', '--options=CONFIG_B="x y"'], { command: 'check', switches: [], inputs: { options: 'CONFIG_A=m\nCONFIG_B="x y"' } }],
  [['check', '--make-args', '-k', '--no-install', '--json'], { command: 'check', switches: ['no-install', 'json'], inputs: { 'make-args': '-k', install: 'false' } }],
  [['check', '--install=false', '-h'], { command: 'check', switches: ['help'], inputs: { install: 'false' } }],
  [['abi', 'a.ko', 'b.ko', '--kernel', '6.12'], { command: 'abi', switches: [], inputs: { modules: 'a.ko\nb.ko', kernel: '6.12', boot: 'off' } }],
  [['abi', '--against', '/usr/src/linux', '--modules', 'a.ko'], { command: 'abi', switches: [], inputs: { modules: 'a.ko', boot: 'off' } }],
  [['--version'], { command: undefined, switches: ['version'], inputs: {} }],
])('%j', (argv, expected) => expect(of(...argv)).toEqual(expected))

test.each<[readonly string[], RegExp]>([
  [['check', '--kernal', 'default'], /no input --kernal\. Did you mean --kernel\? .*kmod-gate --help/],
  [['check', '--option', 'CONFIG_A=m'], /Did you mean --options\?/],
  [['check', '--colour-of-the-sky'], /no input --colour-of-the-sky\. `kmod/],
  [['check', '-x'], /no input -x/],
  [['check', '--memory'], /--memory needs a value \(MIB\)/],
  [['check', '--verbose=yes'], /--verbose takes no value/],
  [['check', 'a', 'b'], /"b" is one too many/],
  [['check', 'a', '--module', 'b'], /module is given twice/],
  [['check', '--boot', 'tcg', '--boot', 'kvm'], /boot is given twice/],
  [['check', '--install', 'true', '--no-install'], /contradict/],
  [['hello'], /no command "hello"\. Did you mean `kmod-gate check hello`/],
  [['abi'], /needs the \.ko files/],
  [['abi', 'a.ko', '--boot', 'tcg'], /--boot says nothing about the proof/],
  [['check', '--against', '/usr/src/linux'], /--against belongs to `kmod-gate abi`/],
  [['check', '--constructor'], /no input --constructor/],
])('%j is refused', (argv, message) => expect(() => readArguments(argv)).toThrow(message))

test('the help has every input, with default', () => {
  const help = helpText()
  for (const { name } of INPUT_LIST) expect(help).toContain(`--${name} `)
  expect(help).toMatch(/--boot-timeout SECONDS\n.*Default: 120\./)
  expect(help.split('\n').every((line) => line.length <= 82)).toBe(true)
})

test('the nearest word', () => {
  expect(nearest('bot', ['boot', 'memory'])).toBe('boot')
  expect(nearest('mem', ['boot', 'memory'])).toBe('memory')
  expect(nearest('zzz', ['boot', 'memory'])).toBeUndefined()
})
