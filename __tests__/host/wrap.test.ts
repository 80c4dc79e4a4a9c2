import { expect, test } from '@jest/globals'
import { searchPath, which } from '../../src/host/which.js'
import { hasTimedOut, wrap } from '../../src/host/wrap.js'

const command = { program: 'make', args: ['-C', 'a b'], seconds: 7 }

test('a command runs under timeout, tied to the life of the gate', () => {
  expect(wrap(command, 'none')).toEqual(['--pdeathsig', 'TERM', '--', 'timeout', '--kill-after=5', '7', 'sh', '-c', 'exec "$@" < "$0"', '/dev/null', 'make', '-C', 'a b'])
})

test.each([
  ['sudo', true, true],
  ['root', true, false],
  ['sudo', false, false],
] as const)('privilege %s, asked %s: sudo %s', (privilege, asRoot, expected) => {
  expect(wrap({ ...command, asRoot }, privilege).includes('sudo')).toBe(expected)
})

test.each([
  [124, 1, 7, true],
  [137, 7.1, 7, true],
  [137, 1, 7, false],
  [0, 8, 7, false],
])('status %i after %d s of %d s timed out: %s', (status, elapsed, deadline, expected) => {
  expect(hasTimedOut(status, elapsed, deadline)).toBe(expected)
})

test('the system directories are searched even when PATH lacks them, and relative entries are not', () => {
  expect(searchPath('/opt/bin:.:').split(':')).toEqual(['/opt/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'])
})

test('which finds executables only', async () => {
  expect(await which('sh', searchPath(process.env['PATH']))).toMatch(/\/sh$/)
  expect(await which('no-such-program', searchPath(process.env['PATH']))).toBeUndefined()
  expect(await which('/etc/passwd', '')).toBeUndefined()
})
