import { describe, expect, test } from '@jest/globals'
import { Btf, BtfError } from '../../src/btf/btf.js'
import { BtfBuilder, KIND, everyKind } from './builder.js'

const read = (b: BtfBuilder): Btf => Btf.read(b.build())

describe.each([true, false])('little-endian: %s', (littleEndian) => {
  const btf = read(everyKind({ littleEndian }))

  test('every kind', () => {
    expect([...btf.ownIds()].map((id) => btf.type(id))).toEqual([
      { id: 1, name: 'int', kind: 'int', size: 4, encoding: 'signed', bitOffset: 0, bits: 32 },
      { id: 2, name: 'char', kind: 'int', size: 1, encoding: 'char', bitOffset: 0, bits: 8 },
      { id: 3, name: '_Bool', kind: 'int', size: 1, encoding: 'bool', bitOffset: 0, bits: 8 },
      { id: 4, name: 'unsigned long', kind: 'int', size: 8, encoding: 'unsigned', bitOffset: 0, bits: 64 },
      { id: 5, name: '', kind: 'ptr', type: 1 },
      { id: 6, name: '', kind: 'array', type: 2, indexType: 1, length: 16 },
      { id: 7, name: 'list_head', kind: 'struct', size: 16, members: [{ name: 'next', type: 8, bitOffset: 0, bitSize: 0 }, { name: 'prev', type: 8, bitOffset: 64, bitSize: 0 }] },
      { id: 8, name: '', kind: 'ptr', type: 7 },
      {
        id: 9,
        name: 'bits',
        kind: 'struct',
        size: 8,
        members: [
          { name: 'low', type: 1, bitOffset: 0, bitSize: 3 },
          { name: 'high', type: 1, bitOffset: 3, bitSize: 5 },
          { name: '', type: 10, bitOffset: 32, bitSize: 0 },
        ],
      },
      { id: 10, name: '', kind: 'union', size: 4, members: [{ name: 'a', type: 1, bitOffset: 0, bitSize: 0 }, { name: 'b', type: 3, bitOffset: 0, bitSize: 0 }] },
      { id: 11, name: 'colour', kind: 'enum', size: 4, signed: true, values: [{ name: 'RED', value: -1n }, { name: 'BLUE', value: 7n }] },
      { id: 12, name: '', kind: 'enum', size: 4, signed: false, values: [{ name: 'TOP', value: 4294967295n }] },
      { id: 13, name: 'hidden', kind: 'fwd', of: 'struct' },
      { id: 14, name: 'either', kind: 'fwd', of: 'union' },
      { id: 15, name: 'size_t', kind: 'typedef', type: 4 },
      { id: 16, name: '', kind: 'volatile', type: 1 },
      { id: 17, name: '', kind: 'const', type: 2 },
      { id: 18, name: '', kind: 'restrict', type: 5 },
      { id: 19, name: '', kind: 'func_proto', returns: 1, parameters: [{ name: 'fd', type: 1 }, { name: '', type: 0 }] },
      { id: 20, name: 'printk', kind: 'func', type: 19, linkage: 'global' },
      { id: 21, name: 'jiffies', kind: 'var', type: 16, linkage: 1 },
      { id: 22, name: '.data', kind: 'datasec', size: 8, variables: [{ type: 21, offset: 4, size: 4 }] },
      { id: 23, name: 'double', kind: 'float', size: 8 },
      { id: 24, name: 'kfunc', kind: 'decl_tag', type: 20, component: -1 },
      { id: 25, name: 'noderef', kind: 'decl_tag', type: 7, component: 1, attribute: true },
      { id: 26, name: 'user', kind: 'type_tag', type: 2 },
      { id: 27, name: 'address_space(1)', kind: 'type_tag', type: 2, attribute: true },
      { id: 28, name: 'wide', kind: 'enum64', size: 8, signed: false, values: [{ name: 'BIG', value: 0xfffffffffffffffen }, { name: 'ONE', value: 1n }] },
      { id: 29, name: 'wide_signed', kind: 'enum64', size: 8, signed: true, values: [{ name: 'LOW', value: -2n }] },
    ])
  })

  test('void, counts and names', () => {
    expect([btf.type(0), btf.kind(0), btf.kind(7), btf.firstId, btf.count, btf.base]).toEqual([{ id: 0, name: '', kind: 'void' }, 'void', 'struct', 1, 30, undefined])
    expect([btf.named('list_head'), btf.named('list_head', ['union']), btf.named('list_head', ['union', 'struct']), btf.named('nothing'), btf.named('')]).toEqual([[7], [], [7], [], []])
  })

  test('no other ids', () => {
    for (const id of [-1, 30, 1.5, NaN, 2 ** 32]) expect(() => btf.type(id)).toThrow(BtfError)
    expect(() => btf.type(30)).toThrow('type 30: there are only types 0 to 29')
  })

  test('cut off at any byte, it is an error of ours', () => {
    const whole = everyKind({ littleEndian }).build()
    for (let length = 0; length < whole.length; length++) expect(() => Btf.read(whole.subarray(0, length))).toThrow(BtfError)
  })
})

describe('split', () => {
  const base = new BtfBuilder()
  const int = base.int('int', 4, 1)
  base.composite('struct', 'module', 8, [['count', int, 0]])
  const split = new BtfBuilder({ base })
  split.reference('typedef', int, 'own')
  split.composite('struct', 'module', 4, [['count', int, 0]])
  const kernel = read(base)
  const btf = Btf.read(split.build(), { base: kernel })

  test('ids and strings go on from the base', () => {
    expect([btf.firstId, btf.count, btf.base, [...btf.ownIds()]]).toEqual([3, 5, kernel, [3, 4]])
    expect(btf.type(3)).toEqual({ id: 3, name: 'own', kind: 'typedef', type: 1 })
    expect(btf.type(4)).toMatchObject({ name: 'module', size: 4, members: [{ name: 'count', type: 1 }] })
    expect(btf.type(2)).toEqual(kernel.type(2))
  })

  test('names are found in both, the base’s first', () => {
    expect([btf.named('module'), kernel.named('module'), btf.named('own'), btf.named('int')]).toEqual([[2, 4], [2], [3], [1]])
  })

  test('without the base it is an error that says so', () => {
    expect(() => Btf.read(split.build())).toThrow('is this split BTF read without its base?')
  })

  test('a split file may have neither types nor strings', () => {
    const empty = Btf.read(new BtfBuilder({ base }).build(), { base: kernel })
    expect([empty.count, [...empty.ownIds()], empty.named('int')]).toEqual([3, [], [1]])
  })

  test('a base of the other byte order', () => {
    const other = Btf.read(split.build(), { base: Btf.read(sameTypes({ littleEndian: false }).build()) })
    expect(other.type(2)).toEqual(kernel.type(2))
  })

  function sameTypes(options: { littleEndian: boolean }): BtfBuilder {
    const b = new BtfBuilder(options)
    b.composite('struct', 'module', 8, [['count', b.int('int', 4, 1), 0]])
    return b
  }
})

describe('header', () => {
  test.each([{ headerLength: 28 }, { headerLength: 32 }, { headerLength: 64 }, { gap: 8 }, { headerLength: 40, gap: 4 }])('%j is passed over', (options) => {
    const btf = read(everyKind(options))
    expect([btf.count, btf.type(7).name]).toEqual([30, 'list_head'])
  })

  test('a kind that is unknown is an error that names it', () => {
    const b = everyKind()
    b.add({ kind: 25, name: 'new' })
    expect(() => read(b)).toThrow(/^type 30 at offset \d+: kind 25 is unknown/)
    const none = new BtfBuilder()
    none.add({ kind: 0 })
    expect(() => read(none)).toThrow('kind 0 is unknown')
  })

  test('with a layout section, unknown kinds are passed over; only reading one of them is an error', () => {
    const sizes = Array.from({ length: 26 }, (_, kind) => [kind === 25 ? 8 : 0, kind === 25 ? 4 : 0] as const)
    const b = new BtfBuilder({ layout: sizes })
    b.int('int', 4)
    b.add({ kind: 25, name: 'new', vlen: 2, words: [1, 2, 3, 4] })
    b.int('long', 8)
    const btf = read(b)
    expect([btf.count, btf.type(3).name, btf.named('new'), btf.named('long')]).toEqual([4, 'long', [], [3]])
    expect(() => btf.type(2)).toThrow(/kind 25 is unknown/)
    expect(() => btf.kind(2)).toThrow(BtfError)
    const split = new BtfBuilder({ base: b })
    split.add({ kind: 25, vlen: 1, words: [1, 2, 3] })
    expect(Btf.read(split.build(), { base: btf }).count).toBe(5)
  })

  test.each([
    ['magic', 0, 0x7f, 'begins with 7feb instead of 9feb'],
    ['version', 2, 2, 'version 2'],
    ['flags', 3, 1, 'flags 1'],
    ['header length', 4, 20, 'a length of 20'],
    ['type length', 15, 0x7f, 'the types from offset'],
    ['string offset', 19, 0x7f, 'the strings from offset'],
  ])('wrong %s', (_, at, value, message) => {
    const data = everyKind().build()
    data[at] = value
    expect(() => Btf.read(data)).toThrow(message)
  })

  test('strings must end, and a base’s must begin, with a zero byte', () => {
    const data = everyKind().build()
    data[data.length - 1] = 65
    expect(() => Btf.read(data)).toThrow('does not end with a zero byte')
  })
})

test('more elements than the file has bytes is an error, and nothing is allocated for them', () => {
  const b = new BtfBuilder()
  b.add({ kind: KIND.struct, vlen: 0xffffff, sizeOrType: 8 })
  expect(() => read(b)).toThrow(/^type 1 at offset 24: its 16777215 elements end at \d+, the types at 36$/)
})

test('a name outside the strings is an error of that type alone', () => {
  const b = new BtfBuilder()
  b.int('int', 4)
  b.add({ kind: KIND.fwd, nameOffset: 99 })
  const btf = read(b)
  expect(btf.named('int')).toEqual([1])
  expect(btf.type(1).name).toBe('int')
  expect(() => btf.type(2)).toThrow('name of type 2: string offset 99 is outside the 5 bytes of strings')
})

test('a function with a linkage that does not exist', () => {
  const b = new BtfBuilder()
  b.add({ kind: KIND.func, name: 'f', vlen: 3, sizeOrType: b.proto(0, []) })
  expect(() => read(b).type(1)).not.toThrow()
  expect(() => read(b).type(2)).toThrow('3 is no linkage of a function')
})

test('names may be the ends of other names', () => {
  const b = new BtfBuilder()
  const long = b.string('struct_module')
  b.add({ kind: KIND.fwd, nameOffset: long })
  b.add({ kind: KIND.fwd, nameOffset: long + 7 })
  b.add({ kind: KIND.fwd, nameOffset: long + 13 })
  const btf = read(b)
  expect([...btf.ownIds()].map((id) => btf.type(id).name)).toEqual(['struct_module', 'module', ''])
  expect(btf.named('module')).toEqual([2])
})

test('a hundred thousand names inside one another cost neither memory nor time', () => {
  const b = new BtfBuilder()
  const text = b.string('a'.repeat(400_000))
  for (let i = 0; i < 100_000; i++) b.add({ kind: KIND.fwd, nameOffset: text + i })
  const data = b.build()
  const before = process.memoryUsage().heapUsed
  const started = performance.now()
  const btf = Btf.read(data)
  const names = [...btf.ownIds()].map((id) => btf.type(id).name)
  expect([names.length, names[99_999]?.length, btf.named('a').length]).toEqual([100_000, 300_001, 0])
  expect(performance.now() - started).toBeLessThan(5000)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 << 20)
})
