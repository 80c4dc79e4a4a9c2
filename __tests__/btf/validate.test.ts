import { expect, test } from '@jest/globals'
import { Btf } from '../../src/btf/btf.js'
import { referenceProblem } from '../../src/btf/references.js'
import { validateSplit } from '../../src/btf/validate.js'
import { type BuildOptions, BtfBuilder, KIND, type TypeWords, everyKind } from './builder.js'

const base = new BtfBuilder()
const INT = base.int('int', 4, 1)
const DEVICE = base.composite('struct', 'device', 8, [['id', INT, 0]])
const PROTO = base.proto(0, [['x', INT]])
const kernel = Btf.read(base.build())

/** A module's BTF made by `make`, read on the kernel above. */
function split(make: (b: BtfBuilder) => void, options: BuildOptions = {}): Btf {
  const b = new BtfBuilder({ base, ...options })
  make(b)
  return Btf.read(b.build(), { base: kernel })
}
const problem = (make: (b: BtfBuilder) => void, options?: BuildOptions): string | undefined => validateSplit(split(make, options))

test('a file with every kind is taken, in either byte order, alone or on a base', () => {
  for (const littleEndian of [true, false]) expect(validateSplit(Btf.read(everyKind({ littleEndian }).build()))).toBeUndefined()
  expect(problem((b) => b.composite('struct', 'own', 16, [['dev', DEVICE, 0], ['name.1', b.reference('ptr', DEVICE), 64]]))).toBeUndefined()
  expect(problem(() => undefined)).toBeUndefined()
})

test.each<[string, TypeWords, string]>([
  ['a name outside the strings', { kind: KIND.typedef, nameOffset: 9999, sizeOrType: 1 }, 'has a name at offset 9999, outside the'],
  ['a name that is none', { kind: KIND.typedef, name: 'a b', sizeOrType: 1 }, '(typedef a b) has the invalid name "a b"'],
  ['a digit first', { kind: KIND.fwd, name: '3com' }, 'has the invalid name "3com"'],
  ['a name that is too long', { kind: KIND.struct, name: 'n'.repeat(513) }, 'has the invalid name'],
  ['no name', { kind: KIND.typedef, sizeOrType: 1 }, '(typedef) has no name'],
  ['a name too many', { kind: KIND.ptr, name: 'p', sizeOrType: 1 }, 'has a name, its kind has none'],
  ['an integer of more bits than bytes', { kind: KIND.int, name: 'x', sizeOrType: 2, words: [32] }, 'has 32 bits in 2 bytes'],
  ['an integer that is large', { kind: KIND.int, name: 'x', sizeOrType: 64, words: [200] }, 'has 200 bits'],
  ['an integer of two encodings', { kind: KIND.int, name: 'x', sizeOrType: 4, words: [0x03000020] }, 'has an encoding that is none of'],
  ['integer data', { kind: KIND.int, name: 'x', sizeOrType: 4, words: [0x10000020] }, 'has the integer data 0x10000020'],
  ['elements of an integer', { kind: KIND.int, name: 'x', vlen: 1, sizeOrType: 4, words: [32] }, 'has 1 elements, its kind has none'],
  ['a flag', { kind: KIND.const, flag: true, sizeOrType: 1 }, 'has the kind flag'],
  ['a type that no kernel counts', { kind: KIND.ptr, sizeOrType: 0x100000 }, 'refers to type 1048576, more than a kernel counts'],
  ['an array of void', { kind: KIND.array, words: [0, 1, 2] }, 'has elements of type 0'],
  ['an array without index', { kind: KIND.array, words: [1, 0, 2] }, 'has an index of type 0'],
  ['an array with a size', { kind: KIND.array, sizeOrType: 8, words: [1, 1, 2] }, 'has a size'],
  ['a member of void', { kind: KIND.struct, vlen: 1, sizeOrType: 8, words: [0, 0, 0] }, 'member 0 is of type 0'],
  ['a member outside', { kind: KIND.struct, vlen: 1, sizeOrType: 8, words: [0, 1, 65] }, 'member 0 at bit 65 is outside the 8 bytes'],
  ['members out of order', { kind: KIND.struct, vlen: 2, sizeOrType: 8, words: [0, 1, 32, 0, 1, 0] }, 'member 1 at bit 0 comes after one at bit 32'],
  ['a member’s name outside', { kind: KIND.struct, vlen: 1, sizeOrType: 8, words: [0xffff, 1, 0] }, 'member 0 has a name at offset 65535, outside'],
  ['an offset in a union', { kind: KIND.union, vlen: 1, sizeOrType: 8, words: [0, 1, 8] }, 'member 0 of a union is at bit 8'],
  ['an enum of three bytes', { kind: KIND.enum, sizeOrType: 3 }, 'has a size of 3 bytes'],
  ['a nameless value', { kind: KIND.enum, vlen: 1, sizeOrType: 4, words: [0, 1] }, 'value 0 has no name'],
  ['a nameless wide value', { kind: KIND.enum64, vlen: 1, sizeOrType: 8, words: [0, 1, 1] }, 'value 0 has no name'],
  ['a forward declaration of a type', { kind: KIND.fwd, name: 'f', sizeOrType: 1 }, 'refers to a type, its kind does not'],
  ['an extern function', { kind: KIND.func, name: 'f', vlen: 2, sizeOrType: PROTO }, 'has linkage 2'],
  ['a prototype with a name', { kind: KIND.func_proto, name: 'f' }, 'has a name, its kind has none'],
  ['an extern variable', { kind: KIND.var, name: 'v', sizeOrType: 1, words: [2] }, 'has linkage 2'],
  ['a variable of void', { kind: KIND.var, name: 'v', words: [0] }, 'is of type 0'],
  ['an empty section', { kind: KIND.datasec, name: '.data' }, 'has a size of 0'],
  ['a nameless section', { kind: KIND.datasec, sizeOrType: 4 }, 'has no name'],
  ['a section’s variable outside', { kind: KIND.datasec, name: '.data', vlen: 1, sizeOrType: 4, words: [1, 0, 8] }, 'variable 0 takes 8 bytes at 0, of 4'],
  ['overlapping variables', { kind: KIND.datasec, name: '.data', vlen: 2, sizeOrType: 8, words: [1, 0, 4, 1, 2, 4] }, 'variable 1 is at 2, which is taken or outside'],
  ['a float of five bytes', { kind: KIND.float, name: 'f', sizeOrType: 5 }, 'has a size of 5 bytes'],
  ['a tag without text', { kind: KIND.type_tag, sizeOrType: 1 }, 'has an empty text'],
  ['a declaration tag of a component before the first', { kind: KIND.decl_tag, name: 't', sizeOrType: DEVICE, words: [0xfffffffe] }, 'has the component -2'],
])('the kernel refuses %s', (_, type, message) => {
  expect(problem((b) => b.add(type))).toContain(message)
  expect(problem((b) => b.add(type))).toMatch(/^type 4 \(/)
})

test('a member’s name that is no identifier, as when the strings are those of another kernel', () => {
  expect(problem((b) => b.add({ kind: KIND.struct, vlen: 1, sizeOrType: 4, words: [b.string('half name'), INT, 0] }))).toBe('type 4 (struct) member 0 has the invalid name "half name"')
})

test('chains of 32 modifiers are taken, of 33 refused, unless an earlier one is known to be good', () => {
  const chain = (length: number) => (b: BtfBuilder) => {
    for (let i = 0; i < length; i++) b.reference('const', i + 1 === length ? INT : b.next + 1)
  }
  expect(problem(chain(32))).toBeUndefined()
  expect(problem(chain(33))).toBe('type 4 (const): its chain of typedefs and qualifiers is longer than 32 or a loop')
  expect(problem((b) => {
    for (let i = 0; i < 100; i++) b.reference('const', i === 0 ? INT : b.next - 1)
  })).toBeUndefined()
  expect(problem((b) => b.reference('typedef', b.next, 'self'))).toMatch(/or a loop$/)
  expect(problem((b) => b.reference('const', 4711))).toBe('type 4 (const) refers to type 4711, there are only 5')
})

test.each<[BuildOptions, string]>([
  [{ gap: 4 }, 'the section at offset 28 does not begin where the one before ends, at 24'],
  [{ layout: [[0, 0], [4, 0]], headerLength: 32 }, ''],
])('sections: %j', (options, message) => {
  expect(problem((b) => b.int('long', 8), options) ?? '').toBe(message)
})

test('header fields that a kernel does not know must be zero, and nothing may follow', () => {
  const b = new BtfBuilder({ base, headerLength: 40 })
  const data = b.build()
  expect(validateSplit(Btf.read(data, { base: kernel }))).toBeUndefined()
  data[36] = 1
  expect(validateSplit(Btf.read(data, { base: kernel }))).toBe('the header has fields after its 32 known bytes')
  const long = Buffer.concat([new BtfBuilder({ base }).build(), Buffer.alloc(3)])
  expect(validateSplit(Btf.read(long, { base: kernel }))).toBe('there are 3 bytes after the last section')
})

test('a kind that is unknown here is said to be so', () => {
  const layout = Array.from({ length: 26 }, () => [0, 0] as const)
  expect(problem((b) => b.add({ kind: 25, name: 'new' }), { layout })).toMatch(/kind 25 is unknown|its kind is unknown/)
})

test('what references lead to is not the kernel’s business at load, but ours', () => {
  const cases: [(b: BtfBuilder) => void, string][] = [
    [(b) => b.reference('ptr', 4711), 'type 4 (ptr): it refers to type 4711, there are only 5'],
    [(b) => b.composite('struct', 's', 8, [['f', PROTO, 0]]), 'type 4 (struct s): member 0 refers to type 3, which is a func_proto'],
    [(b) => b.composite('struct', 's', 8, [['f', DEVICE, 32]]), 'type 4 (struct s): member 0 ends outside its 8 bytes'],
    [(b) => b.add({ kind: KIND.func, name: 'f', sizeOrType: DEVICE }), 'type 4 (func f): it refers to type 2, which is a struct'],
    [(b) => b.add({ kind: KIND.datasec, name: '.d', vlen: 1, sizeOrType: 4, words: [DEVICE, 0, 4] }), 'type 4 (datasec .d): variable 0 refers to type 2, which is a struct'],
    [(b) => b.add({ kind: KIND.decl_tag, name: 't', sizeOrType: INT, words: [0] }), 'type 4 (decl_tag t): it refers to type 1, which is a int'],
    [(b) => b.array(PROTO, INT, 2), 'type 4 (array): its element refers to type 3, which is a func_proto'],
    [(b) => b.array(DEVICE, 99, 2), 'type 4 (array): its index refers to type 99, there are only 5'],
    [(b) => b.proto(99, []), 'type 4 (func_proto): its result refers to type 99, there are only 5'],
    [(b) => b.proto(0, [['a', 98]]), 'type 4 (func_proto): parameter 0 refers to type 98, there are only 5'],
  ]
  for (const [make, message] of cases) {
    const btf = split(make)
    expect([validateSplit(btf), referenceProblem(btf)]).toEqual([undefined, message])
  }
  expect(referenceProblem(Btf.read(everyKind().build()))).toBeUndefined()
})
