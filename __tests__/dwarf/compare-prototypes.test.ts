import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { BtfType } from '../../src/btf/types.js'
import { comparePrototype, type BtfLike } from '../../src/dwarf/compare-prototypes.js'
import type { Prototype, TypeShape } from '../../src/dwarf/types.js'

type Unnumbered = BtfType extends infer T ? (T extends BtfType ? Omit<T, 'id'> : never) : never

/** A kernel's types, numbered as they come. */
const TYPES: readonly Unnumbered[] = [
  { kind: 'void', name: '' },
  { kind: 'int', name: 'int', size: 4, encoding: 'signed', bitOffset: 0, bits: 32 },
  { kind: 'int', name: 'unsigned long', size: 8, encoding: 'unsigned', bitOffset: 0, bits: 64 },
  { kind: 'int', name: 'char', size: 1, encoding: 'char', bitOffset: 0, bits: 8 },
  { kind: 'int', name: '_Bool', size: 1, encoding: 'bool', bitOffset: 0, bits: 8 },
  { kind: 'struct', name: 'device', size: 16, members: [] },
  { kind: 'struct', name: '', size: 4, members: [] },
  { kind: 'enum', name: 'level', size: 4, signed: false, values: [] },
  { kind: 'fwd', name: 'later', of: 'struct' },
  { kind: 'ptr', name: '', type: 5 }, // 9: struct device *
  { kind: 'ptr', name: '', type: 0 }, // 10: void *
  { kind: 'ptr', name: '', type: 8 }, // 11: struct later *
  { kind: 'ptr', name: '', type: 9 }, // 12: struct device **
  { kind: 'const', name: '', type: 14 }, // 13: const size_t
  { kind: 'typedef', name: 'size_t', type: 2 },
  { kind: 'ptr', name: '', type: 3 }, // 15: char *
  { kind: 'float', name: 'double', size: 8 },
  { kind: 'typedef', name: 'ring', type: 17 },
  { kind: 'ptr', name: '', type: 6 }, // 18: pointer to the unnamed struct
  { kind: 'union', name: 'address', size: 8, members: [] },
  { kind: 'enum64', name: 'huge', size: 8, signed: false, values: [] },
]

const INT: TypeShape = { kind: 'int', name: 'int', size: 4, signed: true }
const LONG: TypeShape = { kind: 'int', name: 'long unsigned int', size: 8, signed: false }
const VOID: TypeShape = { kind: 'void', name: '', size: 0 }
const UNKNOWN: TypeShape = { kind: 'unknown', name: '', size: 0 }
const pointer = (to: TypeShape): TypeShape => ({ kind: 'ptr', name: '', size: 8, to })
const struct = (name: string, size = 0): TypeShape => ({ kind: 'struct', name, size })

function compare(kernel: { readonly returns?: number; readonly parameters?: readonly number[]; readonly variadic?: boolean }, module: Partial<Prototype>): string | undefined {
  const parameters = [...(kernel.parameters ?? []).map((type, index) => ({ name: `p${index}`, type })), ...(kernel.variadic === true ? [{ name: '', type: 0 }] : [])]
  const all = [...TYPES, { kind: 'func_proto', name: '', returns: kernel.returns ?? 0, parameters }, { kind: 'func', name: 'f', type: TYPES.length, linkage: 'global' }].map((type, id) => ({ ...type, id })) as BtfType[]
  const btf: BtfLike = {
    type: (id) => {
      const type = all[id]
      if (type === undefined) throw new Error(`no type ${id}`)
      return type
    },
    named: () => [TYPES.length + 1],
  }
  return comparePrototype({ returns: VOID, parameters: [], variadic: false, prototyped: true, parametersKnown: true, ...module }, btf, TYPES.length + 1)
}

describe('one parameter', () => {
  test.each<[string, number, TypeShape]>([
    ['the same integer', 1, INT],
    ['a typedef and a qualifier around it', 13, LONG],
    ['the same struct behind a pointer', 9, pointer(struct('device', 16))],
    ['a struct that one side only declares', 11, pointer(struct('later', 99))],
    ['void * in the kernel', 10, pointer(struct('device', 16))],
    ['void * in the module', 9, pointer(VOID)],
    ['void * for an address that is a number', 2, pointer(VOID)],
    ['char of another sign', 3, { kind: 'int', name: 'char', size: 1, signed: true }],
    ['bool and a byte', 4, { kind: 'int', name: 'unsigned char', size: 1, signed: false }],
    ['an enum and an integer of its size', 7, INT],
    ['an integer and an enum of its size', 1, { kind: 'enum', name: 'level', size: 4 }],
    ['a large enum and an integer of its size', 20, LONG],
    ['a struct without name by value', 6, struct('', 4)],
    ['a pointer to a struct without name', 18, pointer(struct('device', 16))],
    ['char * and unsigned long *', 15, pointer(LONG)],
    ['two pointers', 12, pointer(pointer(struct('device', 16)))],
    ['a type that nobody knows', 9, UNKNOWN],
    ['a ring of typedefs', 17, INT],
    ['a floating-point number', 16, { kind: 'float', name: 'double', size: 8 }],
  ])('%s is no difference', (_what, kernel, module) => {
    expect(compare({ parameters: [kernel] }, { parameters: [module] })).toBeUndefined()
  })

  test.each<[string, number, TypeShape, string]>([
    ['a pointer and an integer', 9, INT, 'parameter 1 is `struct device *` in the kernel, `int` in the module'],
    ['an integer of another size', 1, LONG, 'parameter 1 is `int` in the kernel, `long unsigned int` in the module'],
    ['an integer of another sign', 1, { kind: 'int', name: 'unsigned int', size: 4, signed: false }, 'parameter 1 is `int` in the kernel, `unsigned int` in the module'],
    ['another struct', 9, pointer(struct('driver', 16)), 'parameter 1 is `struct device *` in the kernel, `struct driver *` in the module'],
    ['another struct behind two pointers', 12, pointer(pointer(struct('driver'))), 'parameter 1 is `struct device **` in the kernel, `struct driver **` in the module'],
    ['a union for a struct', 9, pointer({ kind: 'union', name: 'device', size: 16 }), 'parameter 1 is `struct device *` in the kernel, `union device *` in the module'],
    ['a struct of another size by value', 5, struct('device', 24), 'parameter 1 is `struct device` of 16 bytes in the kernel, `struct device` of 24 bytes in the module'],
    ['void * for a number that is too short', 1, pointer(VOID), 'parameter 1 is `int` in the kernel, `void *` in the module'],
    ['an enum of another size', 7, LONG, 'parameter 1 is `enum level` in the kernel, `long unsigned int` in the module'],
  ])('%s is a difference', (_what, kernel, module, sentence) => {
    expect(compare({ parameters: [kernel] }, { parameters: [module] })).toBe(sentence)
  })
})

test('the number of parameters', () => {
  expect(compare({ parameters: [9, 1, 13] }, { parameters: [pointer(struct('device', 16)), INT] })).toBe(
    'takes 3 parameters (`struct device *`, `int`, `unsigned long`) in the kernel, the module was compiled with 2 parameters (`struct device *`, `int`)',
  )
  expect(compare({ parameters: [1] }, {})).toBe('takes 1 parameter (`int`) in the kernel, the module was compiled with no parameters')
  expect(compare({ returns: 1 }, { parameters: [INT], returns: INT })).toBe('takes no parameters in the kernel, the module was compiled with 1 parameter (`int`)')
})

test('the parameter that differs is named by its number', () => {
  expect(compare({ parameters: [1, 9] }, { parameters: [INT, INT] })).toBe('parameter 2 is `struct device *` in the kernel, `int` in the module')
})

test('parameters that the compiler left out are not compared, what is returned is', () => {
  const left = { parameters: [], variadic: true, prototyped: false, parametersKnown: false }
  expect(compare({ returns: 1, parameters: [9, 9] }, { ...left, returns: UNKNOWN })).toBeUndefined()
  expect(compare({ returns: 1, parameters: [9, 9] }, { ...left, returns: LONG })).toBe('its return type is `int` in the kernel, `long unsigned int` in the module')
})

test('what is returned', () => {
  expect(compare({ returns: 9 }, { returns: pointer(struct('device', 16)) })).toBeUndefined()
  expect(compare({ returns: 0 }, { returns: UNKNOWN })).toBeUndefined()
  expect(compare({ returns: 0, parameters: [1] }, { returns: INT, parameters: [INT] })).toBe('its return type is `void` in the kernel, `int` in the module')
  expect(compare({ returns: 0, parameters: [1] }, { returns: pointer(VOID), parameters: [INT] })).toBe('its return type is `void` in the kernel, `void *` in the module')
})

test('a function in assembler, of which the kernel’s BTF knows the name alone', () => {
  expect(compare({}, { returns: pointer(VOID), parameters: [pointer(VOID), pointer(VOID), LONG] })).toBeUndefined()
})

test('variable numbers of arguments', () => {
  expect(compare({ parameters: [15], variadic: true }, { parameters: [pointer(INT)], variadic: true })).toBeUndefined()
  expect(compare({ parameters: [15], variadic: true }, { parameters: [pointer(INT)] })).toBe('takes a variable number of arguments in the kernel, but not in the module')
  expect(compare({ parameters: [15] }, { parameters: [pointer(INT)], variadic: true })).toBe('takes a fixed number of arguments in the kernel, a variable one in the module')
})

/** What DWARF says of the types above. */
const AS_DWARF: readonly (readonly [number, TypeShape])[] = [
  [1, INT], [2, LONG], [3, { kind: 'int', name: 'char', size: 1, signed: true }], [4, { kind: 'int', name: '_Bool', size: 1, signed: false }], [5, struct('device', 16)], [6, struct('', 4)],
  [7, { kind: 'enum', name: 'level', size: 4 }], [9, pointer(struct('device', 16))], [10, pointer(VOID)], [11, pointer(struct('later'))], [12, pointer(pointer(struct('device', 16)))], [13, LONG], [19, { kind: 'union', name: 'address', size: 8 }],
]

test('a function that both sides have alike never differs, and never does one with a parameter more', () => {
  const property = fc.property(fc.array(fc.constantFrom(...AS_DWARF), { maxLength: 6 }), fc.constantFrom(...AS_DWARF), fc.boolean(), (parameters, [returns, returned], variadic) => {
    const kernel = { returns, parameters: parameters.map(([id]) => id), variadic }
    const module = { returns: returned, parameters: parameters.map(([, shape]) => shape), variadic }
    expect(compare(kernel, module)).toBeUndefined()
    expect(compare(kernel, { ...module, parameters: [...module.parameters, INT] })).toMatch(/^takes /)
  })
  expect(() => fc.assert(property)).not.toThrow()
})
