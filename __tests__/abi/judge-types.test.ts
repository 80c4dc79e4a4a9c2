import { expect, test } from '@jest/globals'
import { compareTypes } from '../../src/abi/compare.js'
import { gapFindings } from '../../src/abi/gaps.js'
import { judgeTypes, type TypeContext } from '../../src/abi/judge-types.js'
import { reachable } from '../../src/abi/reach.js'
import { HandMade } from './types.js'

function sample(extra: boolean, variants = 1): HandMade {
  const types = new HandMade()
  const int = types.int('int', 4)
  for (let i = 0; i < variants; i++) types.struct(`thing${i}`, extra ? 12 : 8, [['a', int, 0], ['b', int, 4], ...(extra ? [['c', int, 8] as const] : [])])
  return types
}

const HEADERS = '/usr/src/linux-headers-6.1-common'
const context = (change: Partial<TypeContext> = {}): TypeContext => ({
  declaredIn: (type) => (type === 'struct module' ? `${HEADERS}/include/linux/module.h` : `${HEADERS}/include/linux/thing.h`),
  inReach: () => false,
  headerOf: () => Promise.resolve(undefined),
  deltas: [],
  ...change,
})
const judged = (change: Partial<TypeContext> = {}, variants = 1) => judgeTypes('x.ko', compareTypes(sample(false, variants), [sample(true, variants)]), context(change))

test('a type of the kernel’s headers with another layout fails, with both sizes and both sides', async () => {
  const { problems, differences } = await judged()
  expect(problems).toMatchObject([{ id: 'abi.struct-layout', severity: 'fail', title: 'x.ko: `struct thing0` has 8 bytes in this module and 12 in the kernel' }])
  expect(problems[0]?.detail).toMatch(/- +8 c +int[\s\S]*declared in .*thing\.h/)
  expect(differences).toMatchObject([{ type: 'struct thing0', kernelSize: 12, moduleSize: 8 }])
})

test('a type of the module’s own files that shares a name is told, and fails nothing', async () => {
  const own = (type: string): string => (type === 'struct module' ? `${HEADERS}/include/linux/module.h` : '/home/me/driver/thing.h')
  const { problems, differences } = await judged({ declaredIn: own, inReach: () => true })
  expect(problems.map(({ id, severity }) => [id, severity])).toEqual([['abi.namesake', 'note']])
  expect(differences).toEqual([])
})

test('where nothing says who declared it, only a type within reach counts', async () => {
  expect((await judged({ declaredIn: () => undefined })).problems.map(({ severity }) => severity)).toEqual(['note'])
  expect((await judged({ declaredIn: () => undefined, inReach: () => true })).problems.map(({ severity }) => severity)).toEqual(['fail'])
})

test('hundreds of differences are counted, not listed', async () => {
  const { problems, differences } = await judged({}, 300)
  expect(differences).toHaveLength(300)
  expect(problems.length).toBeLessThan(12)
  expect(problems.at(-1)?.title).toContain('292 more types differ')
})

test('what a module can get hold of: prototypes of its imports, and what they lead to', () => {
  const types = new HandMade()
  const leaf = types.struct('leaf', 4, [])
  const node = types.struct('node', 8, [['leaf', types.ref('ptr', leaf), 0]])
  const argument = types.ref('ptr', node)
  const proto = types.add((id) => ({ id, kind: 'func_proto', name: '', returns: 0, parameters: [{ name: 'n', type: argument }] }))
  types.add((id) => ({ id, kind: 'func', name: 'use_node', type: proto, linkage: 'global' }))
  const hidden = types.struct('hidden', 4, [])
  const found = reachable(types, ['use_node', 'unknown'])
  expect([found.has(leaf), found.has(node), found.has(hidden)]).toEqual([true, true, false])
})

test('a gap is a failure only where the user says so, and never one that nobody could close', () => {
  const gaps = [{ what: 'types', why: 'no DWARF' }, { what: 'CRCs', why: 'no MODVERSIONS', inherent: true }] as const
  expect(gapFindings('x.ko', gaps, 'report').map(({ severity }) => severity)).toEqual(['warning', 'note'])
  expect(gapFindings('x.ko', gaps, 'require').map(({ severity }) => severity)).toEqual(['fail', 'note'])
})
