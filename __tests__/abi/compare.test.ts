import { describe, expect, test } from '@jest/globals'
import { compareTypes } from '../../src/abi/compare.js'
import { sideBySide } from '../../src/abi/side-by-side.js'
import { HandMade } from './types.js'

/** struct inner { int a; [long extra;] }; struct outer { int first; struct inner in; struct outer *next; } */
function kernelLike(extra: boolean): HandMade {
  const types = new HandMade()
  const [int, long] = [types.int('int', 4), types.int('long int', 8)]
  const inner = types.struct('inner', extra ? 16 : 4, [['a', int, 0], ...(extra ? [['extra', long, 8] as const] : [])])
  const pointer = types.ref('ptr', inner + 2)
  types.struct('outer', extra ? 40 : 16, [['first', int, 0], ['in', inner, extra ? 8 : 4], ['next', pointer, extra ? 24 : 8]])
  return types
}

const compared = (module: HandMade, ...kernel: HandMade[]) => compareTypes(module, kernel)

test('the same types in another order and numbering are identical', () => {
  const module = new HandMade()
  module.int('unrelated', 2)
  const [long, int] = [module.int('long int', 8), module.int('int', 4)]
  const inner = module.struct('inner', 16, [['a', int, 0], ['extra', long, 8]])
  module.struct('outer', 40, [['first', int, 0], ['in', inner, 8], ['next', module.ref('ptr', inner), 24]])
  // The pointer leads to struct inner instead of struct outer: not the same type.
  expect(compared(module, kernelLike(true)).differences.map(({ name }) => name)).toEqual(['outer'])
  expect(compared(kernelLike(true), kernelLike(true))).toMatchObject({ compared: 2, identical: 2, ownOnly: 0, differences: [] })
})

test('a lost member is the cause; what embeds the struct only shifts', () => {
  const { differences, compared: count, identical } = compared(kernelLike(false), kernelLike(true))
  expect([count, identical]).toEqual([2, 0])
  expect(differences.map(({ kind, name, onlyShifted }) => [kind, name, onlyShifted])).toEqual([
    ['struct', 'inner', false],
    ['struct', 'outer', true],
  ])
})

test('types that only one side has are nobody’s business, and any variant of the kernel may fit', () => {
  const module = kernelLike(false)
  module.struct('private', 1, [])
  module.struct('mine', 4, [['x', 1, 0]])
  const kernel = kernelLike(true)
  kernel.struct('inner', 4, [['a', 1, 0]])
  const result = compared(module, kernel)
  expect(result.ownOnly).toBe(1)
  expect(result.differences.map(({ name }) => name)).toEqual(['outer'])
  expect(compared(module, kernelLike(true), kernelLike(false)).differences).toEqual([])
})

describe('what counts as a difference', () => {
  const base = (change: (types: HandMade, ids: Readonly<Record<'u8' | 'i32' | 'u32' | 'i64', number>>) => void): HandMade => {
    const types = new HandMade()
    change(types, { u8: types.int('unsigned char', 1, 'unsigned'), i32: types.int('int', 4), u32: types.int('unsigned int', 4, 'unsigned'), i64: types.int('long int', 8) })
    return types
  }
  const same = (left: HandMade, right: HandMade): boolean => compared(left, right).differences.length === 0

  test.each<[string, boolean, HandMade, HandMade]>([
    ['array lengths', false, base((t, i) => t.struct('s', 16, [['comm', t.array(i.u8, 16), 0]])), base((t, i) => t.struct('s', 16, [['comm', t.array(i.u8, 15), 0]]))],
    ['signedness', false, base((t, i) => t.struct('s', 4, [['x', i.i32, 0]])), base((t, i) => t.struct('s', 4, [['x', i.u32, 0]]))],
    ['names of integers', true, base((t, i) => t.struct('s', 4, [['x', i.i32, 0]])), base((t) => t.struct('s', 4, [['x', t.int('signed int', 4), 0]]))],
    ['typedefs and qualifiers', true, base((t, i) => t.struct('s', 4, [['x', i.i32, 0]])), base((t, i) => t.struct('s', 4, [['x', t.ref('typedef', t.ref('const', i.i32), 'pid_t'), 0]]))],
    ['widths of bit fields', false, base((t, i) => t.struct('s', 4, [['x', i.u32, 0, 3]])), base((t, i) => t.struct('s', 4, [['x', i.u32, 0, 4]]))],
    ['places of bit fields', false, base((t, i) => t.struct('s', 4, [['x', i.u32, 0, 1]])), base((t, i) => t.struct('s', 4, [['x', i.u32, 0.125, 1]]))],
    ['names of members', false, base((t, i) => t.struct('s', 4, [['x', i.i32, 0]])), base((t, i) => t.struct('s', 4, [['y', i.i32, 0]]))],
    ['pointers to void', true, base((t) => t.struct('s', 8, [['p', t.ref('ptr', 0), 0]])), base((t, i) => t.struct('s', 8, [['p', t.ref('ptr', i.i32), 0]]))],
    ['anonymous unions inside', false, base((t, i) => t.struct('s', 8, [['', t.struct('', 8, [['a', i.i64, 0]], 'union'), 0]])), base((t, i) => t.struct('s', 8, [['', t.struct('', 8, [['b', i.i64, 0]], 'union'), 0]]))],
    ['values of enums', false, base((t) => t.enum('e', { A: 0, B: 1 })), base((t) => t.enum('e', { A: 0, B: 2 }))],
    ['enumerators', false, base((t) => t.enum('e', { A: 0, B: 1 })), base((t) => t.enum('e', { A: 0, B: 1, C: 2 }))],
    ['order of enumerators', true, base((t) => t.enum('e', { A: 0, B: 1 })), base((t) => t.enum('e', { B: 1, A: 0 }))],
    ['sign extension of enums', true, base((t) => t.enum('e', { A: -1 })), base((t) => t.enum('e', { A: 0xffffffff }))],
    ['forward declarations', true, base((t) => t.add((id) => ({ id, kind: 'fwd', name: 's', of: 'struct' }))), base((t, i) => t.struct('s', 4, [['x', i.i32, 0]]))],
  ])('%s: same %p', (_, expected, left, right) => {
    expect([same(left, right), same(right, left)]).toEqual([expected, expected])
  })
})

test('a loop of typedefs or of anonymous structs ends', () => {
  const types = new HandMade()
  types.add((id) => ({ id, kind: 'typedef', name: 't', type: id }))
  types.struct('s', 4, [['x', 1, 0]])
  types.struct('', 4, [['', 3, 0]])
  types.struct('r', 4, [['', 3, 0]])
  expect(compared(types, types).differences).toEqual([])
})

test('side by side: what is missing, what moved, and nothing else', () => {
  const [difference] = compared(kernelLike(false), kernelLike(true)).differences
  if (difference === undefined) throw new Error('no difference')
  expect(sideBySide(difference).split('\n').map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
    '  kernel: 16 bytes  | module: 4 bytes',
    '  0 a  int  |  0 a  int',
    '-  8 extra  long int  |',
  ])
})

test('side by side is bounded, however large the struct is and however much of it moved', () => {
  const large = (offset: (i: number) => number): HandMade => {
    const types = new HandMade()
    const int = types.int('int', 4)
    types.struct('large', 40_000, Array.from({ length: 9000 }, (_, i) => [`m${i}`, int, offset(i)] as const))
    return types
  }
  const lines = (offset: (i: number) => number): string[] => {
    const [difference] = compared(large(offset), large((i) => i * 4)).differences
    if (difference === undefined) throw new Error('no difference')
    return sideBySide(difference).split('\n')
  }
  const together = lines((i) => i * 4 + 8)
  expect(together.length).toBeLessThan(8)
  expect(together.at(-1)).toBe('  … 8997 more members 8 bytes behind the kernel’s place')
  const apart = lines((i) => i * 4 + (i % 2))
  expect(apart.length).toBeLessThan(40)
  expect(apart.at(-1)).toMatch(/… and \d+ lines more/)
})
