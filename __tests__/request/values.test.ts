import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseInTreePath } from '../../src/request/in-tree-path.js'
import { parseKernel } from '../../src/request/kernel-spec.js'
import { distinctOptions, parseAllowance, parseOption } from '../../src/request/options.js'
import { boolean, integer } from '../../src/request/values.js'

test.each([
  ['default', { kind: 'default' }],
  ['6.12', { kind: 'series', series: '6.12' }],
  ['6', { kind: 'series', series: '6' }],
  ...['6.1.0-56-amd64', '6.12.117+deb13-cloud-amd64', '7.3.4+deb13-amd64', '7.3-amd64', '5.14.0-kali4-amd64', '6.12.38+kali-amd64', '6.1.0-0.deb11.13-rt-amd64', '7.3~rc7-amd64'].map(
    (release) => [release, { kind: 'release', release }] as const,
  ),
])('kernel %s', (value, spec) => expect(parseKernel(value, 'kernel')).toEqual(spec))

test.each(['newest please', 'latest', 'v6.1', '6.', '6.1.192', '6.1.0-56-', '6.1.0-56', '6.1.0-56-amd64;id', '../6.1-amd64', '6.1/x-amd64', '-6.1-amd64'])('kernel %s is none', (value) => {
  expect(() => parseKernel(value, 'kernel')).toThrow(/^kernel: ".*Allowed are default, a release .* or a series/)
})

test.each([
  ['CONFIG_CAN_ETAS_ES58X=m', 'CAN_ETAS_ES58X', 'm'],
  ['CAN=y', 'CAN', 'y'],
  ['CONFIG_X=n', 'X', 'n'],
  ['CONFIG_NR=-12', 'NR', '-12'],
  ['CONFIG_ADDR=0x1F', 'ADDR', '0x1F'],
  ['CONFIG_S="a \\"b\\" \\\\"', 'S', '"a \\"b\\" \\\\"'],
  ['CONFIG_9P_FS=m', '9P_FS', 'm'],
])('option %s', (line, symbol, value) => expect(parseOption(line, 'options')).toEqual({ symbol, value }))

test.each(['CONFIG_FOO=maybe', 'CAN ETAS=m', 'CONFIG_FOO', 'CONFIG_FOO=', 'CONFIG_FOO=Y', 'CONFIG_S=text', 'CONFIG_S="open', 'CONFIG_S="a"b"', 'CONFIG_A=m CONFIG_B=m', '=m'])(
  'option %s is malformed',
  (line) => expect(() => parseOption(line, 'options')).toThrow(/^options: ".*Allowed is one CONFIG_NAME=value/),
)

test('one symbol has one value', () => {
  const once = { symbol: 'A', value: 'm' }
  expect(distinctOptions([once, once], 'options')).toEqual([once])
  expect(() => distinctOptions([once, { symbol: 'A', value: 'y' }], 'options')).toThrow(/CONFIG_A=m is asked for too/)
})

test('an allowance needs its reason', () => {
  expect(parseAllowance('CONFIG_PAHOLE_VERSION : older: on purpose', 'allow-config-delta')).toEqual({ symbol: 'PAHOLE_VERSION', reason: 'older: on purpose' })
  for (const line of ['PAHOLE_VERSION', 'PAHOLE_VERSION:', 'PAHOLE_VERSION:  ', 'A B: x']) expect(() => parseAllowance(line, 'allow-config-delta')).toThrow(/reason/)
})

test('numbers are whole, plain and in range', () => {
  const memory = integer(64, 65536, 'MiB')
  fc.assert(fc.property(fc.integer({ min: 64, max: 65536 }), (n) => expect(memory(String(n), 'memory')).toBe(n)))
  for (const value of ['63', '65537', 'lots', '1e3', '-64', '64.0', ' 64', '0x40', '512M', '99999999999999999999']) expect(() => memory(value, 'memory')).toThrow(/memory: .*MiB from 64 to 65536/)
})

test("booleans of YAML 1.2's core schema", () => {
  expect(['true', 'True', 'TRUE', 'false', 'False', 'FALSE'].map((value) => boolean(value, 'install'))).toEqual([true, true, true, false, false, false])
  for (const value of ['yes', 'tRUE', '1', 'constructor', '']) expect(() => boolean(value, 'install')).toThrow(/Allowed are true and false/)
})

test('paths in the kernel source', () => {
  expect(parseInTreePath('./drivers//net/can/usb/etas_es58x/', 'in-tree')).toBe('drivers/net/can/usb/etas_es58x')
  for (const value of ['/drivers/net', '../linux', 'drivers/../net', '..', '.', './', 'drivers/net can', '-C', 'a\nb', 'a;b']) expect(() => parseInTreePath(value, 'in-tree')).toThrow(/Allowed is/)
})

