import { expect, test } from '@jest/globals'
import { compareSiblings } from '../../src/abi/siblings.js'
import { HandMade } from './types.js'

/** A module with a struct that its function `answer` takes, and a private one. */
function module(member: string, privateSize: number): HandMade {
  const types = new HandMade()
  const int = types.int('int', 4)
  const question = types.struct('question', 8, [['number', int, 0], [member, int, 4]])
  types.struct('private', privateSize, [['x', int, 0]])
  const argument = types.ref('ptr', question)
  const proto = types.add((id) => ({ id, kind: 'func_proto', name: '', returns: int, parameters: [{ name: 'q', type: argument }] }))
  types.add((id) => ({ id, kind: 'func', name: 'answer', type: proto, linkage: 'global' }))
  return types
}

const base = { what: 'base.ko', name: 'base', types: module('hint', 4), imports: [], declared: undefined }
const exports = new Map([['answer', { module: 'base', proprietary: false, crc: 0, gplOnly: false, namespace: '' }]])
const compared = async (types: HandMade, imports = ['answer']) =>
  (await compareSiblings([base, { what: 'user.ko', name: 'user', types, imports, declared: undefined }], exports, () => Promise.resolve(undefined))).map(({ id, severity, title }) => `${severity} ${id}: ${title}`)

test('what two modules hand over to each other must be the same for both', async () => {
  expect(await compared(module('hint', 4))).toEqual([])
  expect(await compared(module('other', 4))).toEqual(['fail abi.struct-layout: user.ko: `struct question` has other members or offsets in this module than in base'])
})

test('private types, and modules that do not call each other, are left alone', async () => {
  expect(await compared(module('hint', 8))).toEqual([])
  expect(await compared(module('other', 4), [])).toEqual([])
})
