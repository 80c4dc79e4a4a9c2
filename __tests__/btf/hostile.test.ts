import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Btf, BtfError } from '../../src/btf/btf.js'
import { isDistilled, readSplit } from '../../src/btf/distilled.js'
import { resolve, sizeOf, typeName } from '../../src/btf/format.js'
import { referenceProblem } from '../../src/btf/references.js'
import { relocationProblem } from '../../src/btf/relocate.js'
import { validateSplit } from '../../src/btf/validate.js'
import { BtfBuilder, KIND, everyKind } from './builder.js'

/** The outcome, or `undefined` after the one error that bad bytes may give. */
function unlessBad<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof BtfError) return undefined
    throw error
  }
}

/** Everything that can be asked of a file. Returns how many of its types could be decoded. */
function exercise(btf: Btf, kernel: Btf): number {
  let decoded = 0
  for (const id of btf.ownIds()) {
    const type = unlessBad(() => btf.type(id))
    unlessBad(() => typeName(btf, id))
    unlessBad(() => sizeOf(btf, id))
    unlessBad(() => resolve(btf, id))
    unlessBad(() => isDistilled(btf, id))
    if (type === undefined) continue
    decoded++
    expect(type.kind).toBe(btf.kind(id))
    if (type.name !== '') expect(btf.named(type.name, [type.kind])).toContain(id)
  }
  validateSplit(btf)
  referenceProblem(btf)
  relocationProblem(btf, kernel)
  return decoded
}

const base = everyKind()
const kernel = Btf.read(base.build())
const split = new BtfBuilder({ base })
split.composite('struct', 'own', 24, [['list', 7, 0], ['colour', 11, 128], ['name', split.reference('const', 5), 128]])
split.reference('typedef', 7, 'list_t')
const seeds: { readonly data: Buffer; readonly read: (data: Uint8Array) => Btf }[] = [
  { data: base.build(), read: (data) => Btf.read(data) },
  { data: everyKind({ littleEndian: false, headerLength: 40, gap: 4 }).build(), read: (data) => Btf.read(data) },
  { data: everyKind({ layout: [[0, 0], [4, 0]] }).build(), read: (data) => Btf.read(data) },
  { data: split.build(), read: (data) => Btf.read(data, { base: kernel }) },
  { data: base.build(), read: (data) => readSplit(split.build(), { distilled: data }) },
]

test('unharmed, all types of all seeds decode', () => {
  expect(seeds.map(({ data, read }) => exercise(read(data), kernel))).toEqual([29, 29, 29, 3, 3])
})

test('whatever bytes are changed, there is an answer or a BtfError', () => {
  const limits = ['0', '1', '0xff', '0x7f', '0x80', '0xfffffff0'].map(Number)
  const change = fc.record({
    at: fc.nat(2000),
    width: fc.constantFrom(1, 4),
    value: fc.oneof(fc.constantFrom(...limits), fc.nat(64), fc.nat(0xffffffff)),
  })
  let [answers, errors] = [0, 0]
  fc.assert(
    fc.property(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 6 }), ({ data, read }, changes) => {
      const bad = Buffer.from(data)
      for (const { at, width, value } of changes) {
        const place = at % (bad.length - 3)
        if (width === 1) bad[place] = value & 0xff
        else bad.writeUInt32LE(value >>> 0, place)
      }
      const btf = unlessBad(() => read(bad))
      if (btf === undefined) errors++
      else {
        answers++
        exercise(btf, kernel)
      }
    }),
    { numRuns: 1200, seed: 20261123 },
  )
  // Both happen often, or the changes are not worth their time.
  expect([answers > 200, errors > 200]).toEqual([true, true])
}, 60_000)

test('any bytes behind a good header', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.uint8Array({ maxLength: 40 }), fc.boolean(), (types, strings, littleEndian) => {
      const data = Buffer.concat([new BtfBuilder({ littleEndian }).build().subarray(0, 24), types, Buffer.of(0), strings, Buffer.of(0)])
      const put = (value: number, at: number): number => (littleEndian ? data.writeUInt32LE(value, at) : data.writeUInt32BE(value, at))
      put(types.length, 12)
      put(types.length, 16)
      put(strings.length + 2, 20)
      const btf = unlessBad(() => Btf.read(data))
      if (btf !== undefined) exercise(btf, kernel)
    }),
    { numRuns: 800, seed: 20261123 },
  )
})

test('what was built is what is read', () => {
  const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,20}$/)
  const member = fc.record({ name: fc.option(name, { nil: '' }), type: fc.nat(100_000), offset: fc.nat(0xffffff), bits: fc.nat(255) })
  const struct = fc.record({ name: fc.option(name, { nil: '' }), size: fc.nat(0xffffffff), flag: fc.boolean(), members: fc.array(member, { maxLength: 8 }) })
  fc.assert(
    fc.property(fc.array(struct, { maxLength: 12 }), fc.boolean(), fc.nat(12), (structs, littleEndian, splitAt) => {
      const first = new BtfBuilder({ littleEndian })
      const add = (b: BtfBuilder, all: typeof structs): void => all.forEach((s) => b.composite('struct', s.name, s.size, s.members.map((m) => [m.name, m.type, m.offset, s.flag ? m.bits : 0]), s.flag))
      add(first, structs.slice(0, splitAt))
      const second = new BtfBuilder({ littleEndian, base: first })
      add(second, structs.slice(splitAt))
      const btf = Btf.read(second.build(), { base: Btf.read(first.build()) })
      expect(btf.count).toBe(structs.length + 1)
      structs.forEach((s, i) => {
        expect(btf.type(i + 1)).toEqual({
          ...{ id: i + 1, name: s.name, kind: 'struct', size: s.size },
          members: s.members.map((m) => ({ name: m.name, type: m.type, bitOffset: m.offset, bitSize: s.flag ? m.bits : 0 })),
        })
        const same = structs.flatMap((other, j) => (other.name === s.name && s.name !== '' ? [j + 1] : []))
        expect(btf.named(s.name)).toEqual(same)
      })
    }),
    { numRuns: 300, seed: 20261123 },
  )
})

test('the largest counts that a file can claim neither hang nor allocate', () => {
  const members = 100_000
  const b = new BtfBuilder()
  const large = b.add({ kind: KIND.struct, vlen: members, sizeOrType: 0xffffffff, words: Array.from({ length: members * 3 }, (_, i) => (i % 3 === 1 ? 2 : Number(i === members * 3 - 1))) })
  b.reference('typedef', large, 'same')
  for (let i = 0; i < 20_000; i++) b.reference('typedef', 2, 'same')
  const btf = Btf.read(b.build())
  const started = performance.now()
  expect(referenceProblem(btf)).toBe('type 1 (struct): member 99999 ends outside its 4294967295 bytes')
  expect(validateSplit(btf)).toBeUndefined()
  expect([sizeOf(btf, 2), resolve(btf, 20_000), btf.named('same').length]).toEqual([0xffffffff, 1, 20_001])
  expect(performance.now() - started).toBeLessThan(5000)
})
