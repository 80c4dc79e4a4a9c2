import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { parseLogAllowance } from '../../src/request/allow-log.js'
import { parseDevice } from '../../src/request/device.js'
import { parseKernelArgs } from '../../src/request/kernel-args.js'
import { distinctLoads, parseLoadLine } from '../../src/request/load-line.js'
import { readTest, readTestFiles } from '../../src/request/test-script.js'

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'kmod-gate-scenario-'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

test('a module and its parameters, as they are', () => {
  expect(parseLoadLine('v4l2-loopback devices=2 card_label="a b"', 'load')).toEqual({ module: 'v4l2_loopback', parameters: 'devices=2 card_label="a b"' })
  expect(parseLoadLine('hello', 'load')).toEqual({ module: 'hello', parameters: '' })
})

test.each([['', /Allowed is one module/], ['a.ko', /Allowed is one module/], ['../x y=1', /Allowed/], ['hello a=\u0007', /Allowed/], [`hello a=${'x'.repeat(1100)}`, /up to 1024/]])('load %j is refused', (line, message) => {
  expect(() => parseLoadLine(line, 'load')).toThrow(message)
})

test('one line for each module', () => {
  expect(() => distinctLoads([parseLoadLine('a-b x=1', 'load'), parseLoadLine('a_b', 'load')], 'load')).toThrow(/^load: "a_b"/)
})

test('a device is what -device takes, and nothing else', () => {
  expect(parseDevice('edu', 'devices')).toBe('edu')
  expect(parseDevice('-device e1000e,mac=52:54:00:12:34:56,netdev=net0', 'devices')).toBe('e1000e,mac=52:54:00:12:34:56,netdev=net0')
  for (const bad of ['-drive file=/etc/passwd', 'edu -nographic', '', ',x', 'edu;id', '$(id)']) expect(() => parseDevice(bad, 'devices')).toThrow(/^devices: /)
})

test('kernel parameters, but not those that the gate needs', () => {
  expect(parseKernelArgs('slub_debug=FZP "x.y=a"', 'kernel-args')).toEqual(['slub_debug=FZP', 'x.y=a'])
  for (const bad of ['init=/bin/sh', 'console=ttyS1', 'panic=0', '--', '"a b"', 'ä', '"open']) expect(() => parseKernelArgs(bad, 'kernel-args')).toThrow(/^kernel-args: /)
})

test('known noise: a day, a pattern with slashes in it, a reason', () => {
  expect(parseLogAllowance('2027-01-31 /at drivers\\/x/ a reason with /slashes/ in it', 'allow-log')).toMatchObject({ expires: '2027-01-31' })
  expect(parseLogAllowance('2027-01-31 /^WARNING: .*foo/ known', 'allow-log')).toEqual({ expires: '2027-01-31', pattern: '^WARNING: .*foo', reason: 'known' })
})

test.each([['2027-02-30 /x/ y', /2027-02-30 is no day/], ['2027-01-31 /(/ y', /no regular expression/], ['/x/ y', /Allowed is `YYYY-MM-DD/], ['2027-01-31 /x/', /Allowed is/], ['31.1.2027 /x/ y', /Allowed is/]])('allow-log %j is refused', (line, message) => {
  expect(() => parseLogAllowance(line, 'allow-log')).toThrow(message)
})

test('the test is a file, or the text itself', async () => {
  writeFileSync(join(cwd, 'check.sh'), 'test -e /dev/x\n')
  mkdirSync(join(cwd, 'dir'))
  expect(await readTest('check.sh', cwd)).toBe('test -e /dev/x\n')
  expect(await readTest('test -e /proc/x', cwd)).toBe('test -e /proc/x')
  expect(await readTest('one\ntwo', cwd)).toBe('one\ntwo')
  await expect(readTest('tests/check.sh', cwd)).rejects.toThrow(/There is no such file/)
  await expect(readTest('dir', cwd)).rejects.toThrow(/is a directory/)
})

test('files and whole directories are taken along by their names', async () => {
  mkdirSync(join(cwd, 'data/deep'), { recursive: true })
  mkdirSync(join(cwd, 'other'))
  for (const file of ['data/a', 'data/deep/b', 'tool', 'other/tool']) writeFileSync(join(cwd, file), file)
  expect(await readTestFiles(['data', './tool'], cwd)).toEqual([
    { path: 'data/a', source: join(cwd, 'data/a') },
    { path: 'data/deep/b', source: join(cwd, 'data/deep/b') },
    { path: 'tool', source: join(cwd, 'tool') },
  ])
  await expect(readTestFiles(['tool', 'other/tool'], cwd)).rejects.toThrow(/Two files would be tool/)
  await expect(readTestFiles(['nothing'], cwd)).rejects.toThrow(/^test-files: "nothing"/)
})
