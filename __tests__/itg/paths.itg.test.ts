import { beforeAll, expect, test } from '@jest/globals'
import { HELLO, checkout, gateStep, moduleFolder, preparedRoot } from '../support/gate.js'
import { weighty } from '../support/report-file.js'

let root = ''
beforeAll(async () => {
  ;({ root } = await preparedRoot('trixie'))
}, 600_000)

test.each(['mein Modul', 'модуль', 'Übung mit Leerzeichen/größe 1'])('a module in "%s" is checked as any other', async (at) => {
  checkout(root, HELLO, at)
  const step = await gateStep(root, { module: at, boot: 'off' })
  expect([step.outputs['verdict'], step.status, weighty(step.report)]).toEqual(['pass', 0, []])
}, 240_000)

test('the place of a compile error keeps its name', async () => {
  checkout(root, moduleFolder('compile-error'), 'mein Modul, größer')
  const step = await gateStep(root, { module: 'mein Modul, größer', boot: 'off' })
  expect(step.annotations.map(({ properties }) => [properties['file'], properties['line']])).toContainEqual(['mein Modul, größer/compile_error.c', '9'])
}, 240_000)

test('an output directory with blanks', async () => {
  checkout(root, HELLO, 'hello')
  const step = await gateStep(root, { module: 'hello', boot: 'off', 'output-dir': '/tmp/was heraus kam' })
  expect([step.outputs['verdict'], step.outputs['output-dir']]).toEqual(['pass', '/tmp/was heraus kam'])
}, 240_000)
