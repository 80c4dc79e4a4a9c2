import { expect, test } from '@jest/globals'
import { HELLO, checkout, gateStep, preparedRoot } from '../support/gate.js'
import { builtModules, told } from '../support/told.js'

test('with all that earlier runs kept and with none of it, the same is told and the module is the same to the byte', async () => {
  const { root } = await preparedRoot('bookworm')
  checkout(root, HELLO, 'hello')
  const run = (cache: 'true' | 'false') => gateStep(root, { module: 'hello', cache, 'output-dir': `../out-${cache}` }, { timeout: 420 })
  const [kept, made] = [await run('true'), await run('false')]
  expect(kept.report?.verdict).toBe('pass')
  expect(told(kept.report, 'out-true')).toEqual(told(made.report, 'out-false'))
  expect(builtModules(root, kept, 'out-true')).toEqual(builtModules(root, made, 'out-false'))
  expect(Object.keys(builtModules(root, kept, 'out-true'))).toEqual(['hello.ko'])
  // Otherwise the guest that boots ahead would have been given up unseen.
  expect([kept, made].map(({ report }) => /came up while the modules were built/.test(report?.guest?.acceleratorReason ?? ''))).toEqual([true, false])
}, 900_000)
