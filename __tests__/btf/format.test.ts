import { describe, expect, test } from '@jest/globals'
import { Btf, BtfError } from '../../src/btf/btf.js'
import { resolve, sizeOf, typeName } from '../../src/btf/format.js'
import { BtfBuilder, KIND, everyKind } from './builder.js'

describe('typeName', () => {
  const b = new BtfBuilder()
  const int = b.int('int', 4, 1)
  const char = b.int('char', 1, 2)
  const device = b.add({ kind: KIND.struct, name: 'device', sizeOrType: 8 })
  const u8 = b.reference('typedef', char, 'u8')
  const constChar = b.reference('const', char)
  const string = b.reference('ptr', constChar)
  const array = b.array(u8, int, 16)
  const proto = b.proto(0, [['dev', b.reference('ptr', device)], ['', int]])
  const rows: [number, string][] = [
    [0, 'void'],
    [device, 'struct device'],
    [string, 'const char *'],
    [b.reference('ptr', 0), 'void *'],
    [b.reference('ptr', b.reference('const', 0)), 'const void *'],
    [b.reference('const', b.reference('ptr', char)), 'char *const'],
    [b.reference('const', string), 'const char *const'],
    [b.reference('ptr', string), 'const char **'],
    [b.reference('volatile', constChar), 'volatile const char'],
    [b.reference('const', b.reference('volatile', string)), 'const char *volatile const'],
    [b.reference('ptr', b.reference('type_tag', char, 'user')), 'char *'],
    [array, 'u8[16]'],
    [b.array(array, int, 2), 'u8[2][16]'],
    [b.array(string, int, 3), 'const char *[3]'],
    [b.reference('ptr', array), 'u8 (*)[16]'],
    [b.reference('ptr', b.reference('const', array)), 'const u8 (*)[16]'],
    [proto, 'void (struct device *, int)'],
    [b.reference('ptr', proto), 'void (*)(struct device *, int)'],
    [b.array(b.reference('ptr', proto), int, 4), 'void (*[4])(struct device *, int)'],
    [b.reference('ptr', b.proto(b.reference('ptr', proto), [])), 'void (*(*)(void))(struct device *, int)'],
    [b.proto(int, [['', string], ['', 0]]), 'int (const char *, ...)'],
    [b.add({ kind: KIND.func, name: 'probe', sizeOrType: proto }), 'void probe(struct device *, int)'],
    [b.add({ kind: KIND.var, name: 'names', sizeOrType: array, words: [0] }), 'u8 names[16]'],
    [b.add({ kind: KIND.struct, sizeOrType: 8 }), 'struct {…}'],
    [b.add({ kind: KIND.enum, sizeOrType: 4 }), 'enum {…}'],
    [b.add({ kind: KIND.enum64, name: 'wide', sizeOrType: 8 }), 'enum wide'],
    [b.add({ kind: KIND.fwd, name: 'either', flag: true }), 'union either'],
    [b.add({ kind: KIND.float, name: 'double', sizeOrType: 8 }), 'double'],
    [b.add({ kind: KIND.fwd, name: 'n'.repeat(300) }), `struct ${'n'.repeat(128)}…`],
  ]
  const btf = Btf.read(b.build())
  test.each(rows)('type %i is %s', (id, name) => {
    expect(typeName(btf, id)).toBe(name)
  })

  test('a missing type is an error', () => {
    expect(() => typeName(btf, btf.count)).toThrow(BtfError)
  })
})

/** Types that lead to themselves: 1 a typedef, 2 and 3 qualifiers, 4 a pointer, 5 an array, 6 a prototype in all of its parameters. */
function loops(): Btf {
  const b = new BtfBuilder()
  b.reference('typedef', 1, 'self')
  b.reference('const', 3)
  b.reference('volatile', 2)
  b.reference('ptr', 4)
  b.array(5, 5, 0xffffffff)
  b.proto(6, Array.from({ length: 10_000 }, () => ['', 6] as const))
  return Btf.read(b.build())
}

test('loops end', () => {
  const btf = loops()
  for (const id of btf.ownIds()) {
    expect(typeName(btf, id).length).toBeLessThan(2000)
    expect(sizeOf(btf, id)).toBe(id === 4 ? 8 : undefined)
  }
  expect(typeName(btf, 4)).toMatch(/^… \*+$/)
  for (const id of [1, 2, 3]) expect(() => resolve(btf, id)).toThrow('has more than 64 links')
  expect([4, 5, 6].map((id) => resolve(btf, id))).toEqual([4, 5, 6])
})

test('sizes', () => {
  const btf = Btf.read(everyKind().build())
  const sizes = Object.fromEntries([...btf.ownIds()].map((id) => [id, sizeOf(btf, id)]))
  expect(sizes).toEqual({
    ...{ 1: 4, 2: 1, 3: 1, 4: 8, 5: 8, 6: 16, 7: 16, 8: 8, 9: 8, 10: 4, 11: 4, 12: 4, 13: undefined, 14: undefined, 15: 8, 16: 4, 17: 1, 18: 8 },
    ...{ 19: undefined, 20: undefined, 21: 4, 22: 8, 23: 8, 24: undefined, 25: undefined, 26: 1, 27: 1, 28: 8, 29: 8 },
  })
  expect([sizeOf(btf, 0), sizeOf(btf, 18, 4), resolve(btf, 15), resolve(btf, 26), resolve(btf, 0)]).toEqual([undefined, 4, 4, 2, 0])
})

test('arrays of arrays multiply, beyond all numbers to no size', () => {
  const b = new BtfBuilder()
  let id = b.int('int', 4)
  const sizes: (number | undefined)[] = []
  const ids = Array.from({ length: 4 }, () => (id = b.array(id, 1, 65536)))
  const btf = Btf.read(b.build())
  for (const array of ids) sizes.push(sizeOf(btf, array))
  expect(sizes).toEqual([2 ** 18, 2 ** 34, 2 ** 50, undefined])
})
