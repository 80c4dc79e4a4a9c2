import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { HELLO, checkout, gateCli, gateStep, preparedRoot } from '../support/gate.js'
import { WORKSPACE } from '../support/runner-shim.js'

let root = ''
beforeAll(async () => {
  ;({ root } = await preparedRoot('trixie'))
  checkout(root, HELLO, 'hello')
  mkdirSync(join(root, WORKSPACE, 'empty'))
}, 600_000)

interface Mistake {
  readonly what: string
  readonly args: readonly string[]
  /** Input, value and something of what is allowed: all must be said. */
  readonly says: readonly (string | RegExp)[]
}

const MISTAKES: readonly Mistake[] = [
  { what: 'no such directory', args: ['nowhere'], says: ['module', 'nowhere', /director/i] },
  { what: 'a directory without Kbuild and Makefile', args: ['empty'], says: ['module', 'empty', 'Kbuild', 'Makefile'] },
  { what: 'a kernel that apt does not have', args: ['hello', '--kernel', '6.12.1+deb13-amd64'], says: ['kernel', '6.12.1+deb13-amd64', /6\.12\.\d{2,}\+deb13-amd64/] },
  { what: 'a kernel that is none', args: ['hello', '--kernel', 'newest please'], says: ['kernel', 'newest please', 'default'] },
  { what: 'a malformed option', args: ['hello', '--options', 'CAN ETAS=m'], says: ['options', 'CAN ETAS=m', /CONFIG_\w+=/] },
  { what: 'a boot mode that is none', args: ['hello', '--boot', 'fast'], says: ['boot', 'fast', /auto.*kvm.*tcg.*off/] },
  { what: 'an unknown input', args: ['hello', '--kernal', 'default'], says: ['kernal', /kernel/] },
  { what: 'a number that is none', args: ['hello', '--memory', 'lots'], says: ['memory', 'lots', /MiB|number/i] },
  { what: 'a driver that this source does not have', args: ['--in-tree', 'drivers/net/can/usb/etas_es99x', '--options', 'CONFIG_CAN_ETAS_ES58X=m'], says: ['in-tree', 'drivers/net/can/usb/etas_es99x', /6\.12/] },
]

test.each(MISTAKES)('$what: exit 2 with input, value and what is allowed', async ({ args, says }) => {
  const ended = await gateCli(root, ['check', ...args])
  expect({ status: ended.status, output: ended.output }).toMatchObject({ status: 2 })
  for (const words of says) expect(ended.output).toMatch(words)
}, 240_000)

test('in the action the same mistake is an annotation and the verdict error', async () => {
  const step = await gateStep(root, { module: 'nowhere' })
  expect(step.status).toBe(1)
  expect(step.outputs['verdict']).toBe('error')
  expect(step.annotations).toHaveLength(1)
  expect(step.annotations[0]).toMatchObject({ name: 'error', data: expect.stringMatching(/module.*nowhere/) })
}, 120_000)
