import { expect, test } from '@jest/globals'
import { Btf, BtfError } from '../../src/btf/btf.js'
import { isDistilled, readSplit } from '../../src/btf/distilled.js'
import { relocationProblem } from '../../src/btf/relocate.js'
import { BtfBuilder, KIND } from './builder.js'

/** A kernel with the types that modules of these tests use, of the sizes given. */
function kernel({ device = 32, fwd = false, twice = false } = {}): Btf {
  const b = new BtfBuilder()
  const int = b.int('int', 4, 1)
  b.composite('struct', 'device', device, [['id', int, 0]])
  if (fwd) b.add({ kind: KIND.fwd, name: 'device' })
  if (twice) b.composite('struct', 'device', device, [['other', int, 0]])
  b.add({ kind: KIND.enum64, name: 'state', sizeOrType: 8, vlen: 1, words: [b.string('ON'), 1, 0] })
  b.composite('union', 'value', 8, [['number', int, 0]])
  return Btf.read(b.build())
}

interface ModuleOptions {
  readonly embedded?: boolean
  readonly intEncoding?: number
  readonly change?: (base: BtfBuilder) => void
}

/** A module that uses `struct device`, as a pointer or as a member, and its distilled base. */
function module({ embedded = false, intEncoding = 1, change = () => undefined }: ModuleOptions = {}): { split: Buffer; distilled: Buffer } {
  const base = new BtfBuilder()
  const int = base.int('int', 4, intEncoding)
  const device = base.add({ kind: KIND.struct, name: 'device', sizeOrType: 32 })
  const state = base.add({ kind: KIND.enum, name: 'state', sizeOrType: 8 })
  change(base)
  const b = new BtfBuilder({ base })
  const wrapped = b.reference('const', embedded ? device : b.reference('ptr', device))
  b.composite('struct', 'own', 64, [['dev', wrapped, 0], ['count', int, 320], ['state', state, 384]])
  return { split: b.build(), distilled: base.build() }
}

const problem = (options: ModuleOptions, of = kernel()): string | undefined => {
  const { split, distilled } = module(options)
  return relocationProblem(readSplit(split, { distilled }), of)
}

test('what is from the distilled base is known as such', () => {
  const { split, distilled } = module()
  const btf = readSplit(split, { distilled })
  expect(btf.type(2)).toEqual({ id: 2, name: 'device', kind: 'struct', size: 32, members: [] })
  expect([0, 1, 2, 3, 4, 6].map((id) => isDistilled(btf, id))).toEqual([false, true, true, true, false, false])
  expect(() => isDistilled(btf, 7)).toThrow(BtfError)
  expect(isDistilled(kernel(), 1)).toBe(false)
})

test('a module fits the kernel that has its types', () => {
  expect(problem({})).toBeUndefined()
  expect(problem({ embedded: true })).toBeUndefined()
})

test('behind a pointer the size may differ, embedded it may not', () => {
  expect(problem({}, kernel({ device: 40 }))).toBeUndefined()
  expect(problem({ embedded: true }, kernel({ device: 40 }))).toBe('struct device (type 2 of the distilled base, 32 bytes) has no counterpart in the kernel, where it has 40 bytes')
})

test('two types of the name and size, or a forward declaration beside the struct, are one too many', () => {
  expect(problem({}, kernel({ twice: true }))).toMatch(/^struct device .* has more than one counterpart in the kernel: types 2 and 3$/)
  expect(problem({}, kernel({ fwd: true }))).toMatch(/more than one counterpart/)
})

test('integers must have the same encoding', () => {
  expect(problem({ intEncoding: 0 })).toMatch(/^int int .* has no counterpart/)
})

test('forward declarations fit a struct without bit fields', () => {
  expect(problem({ change: (base) => base.add({ kind: KIND.fwd, name: 'device' }) })).toBeUndefined()
  expect(problem({ change: (base) => base.add({ kind: KIND.fwd, name: 'value', flag: true }) })).toMatch(/^fwd value .* has no counterpart/)
  expect(problem({ change: (base) => base.add({ kind: KIND.fwd, name: 'gone' }) })).toMatch(/^fwd gone .* has no counterpart in the kernel$/)
})

test('a distilled base holds named types of some kinds alone', () => {
  expect(problem({ change: (base) => base.reference('typedef', 1, 'u8') })).toBe('type 4 of the distilled base is a typedef, which it cannot hold')
  expect(problem({ change: (base) => base.add({ kind: KIND.struct, sizeOrType: 8 }) })).toBe('type 4 (struct) of the distilled base has no name')
})

test('strings of the distilled base that name none of its types cannot be carried over', () => {
  const { distilled, split } = module({ change: (base) => base.string('own') })
  expect(relocationProblem(readSplit(split, { distilled }), kernel())).toMatch(/^type 6 \(struct\) uses the string at offset \d+ of the distilled base, which names none of its types$/)
})

test('BTF without a base has nothing to be carried over', () => {
  expect(relocationProblem(kernel(), kernel())).toBe('the BTF has no base')
})
