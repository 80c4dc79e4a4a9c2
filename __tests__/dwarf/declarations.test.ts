import { describe, expect, test } from '@jest/globals'
import { declarations } from '../../src/dwarf/declarations.js'
import type { TypeShape } from '../../src/dwarf/types.js'
import { fixture, refusal } from './fixtures.js'

const INT: TypeShape = { kind: 'int', name: 'int', size: 4, signed: true }
const VOID: TypeShape = { kind: 'void', name: '', size: 0 }
const pointer = (to: TypeShape): TypeShape => ({ kind: 'ptr', name: '', size: 8, to })
/** gcc and clang name the types of C differently. */
const word = (name: string): TypeShape => ({ kind: 'int', name, size: 8, signed: false })
const DEVICE: TypeShape = { kind: 'struct', name: 'device', size: 16 }
const prototype = (returns: TypeShape, parameters: readonly TypeShape[], variadic = false) => ({ returns, parameters, variadic, prototyped: true, parametersKnown: true })

interface Case {
  readonly word: string
  /** Whether plain char has a sign on the machine. */
  readonly char: boolean
  readonly gcc: boolean
}

const gcc: Case = { word: 'long unsigned int', char: true, gcc: true }
const clang: Case = { word: 'unsigned long', char: true, gcc: false }
const CASES: Readonly<Record<string, Case>> = {
  'gcc-dwarf4': gcc,
  'gcc-dwarf5': gcc,
  zlib: gcc,
  'clang-dwarf4': clang,
  'clang-dwarf5': clang,
  'clang-aarch64': { ...clang, char: false },
  'clang-s390x': { ...clang, char: false },
  'clang-s390x-dwarf4': { ...clang, char: false },
}

const header = (line: number) => [{ file: '/build/sample/include/shared.h', line }]
const TYPES = {
  'struct device': header(7),
  'union address': header(9),
  'enum level': header(15),
  'typedef word_t': header(4),
  'typedef counter_t': header(5),
  'struct in_source': [{ file: '/build/sample/main.c', line: 3 }],
}

const DEVICE_MEMBERS = [
  { name: 'id', offset: 0 },
  { name: 'at', offset: 8 },
]

describe.each(Object.entries(CASES))('%s', (name, compiler) => {
  const found = declarations(fixture(name), ['device', 'only_declared'])

  test('members of the structs that were asked for have their places', () => {
    expect([...found.layouts]).toEqual([['device', { size: 16, members: DEVICE_MEMBERS }]])
    expect(declarations(fixture(name)).layouts.size).toBe(0)
  })

  test('functions that are called and not defined have their prototypes', () => {
    const words = pointer(word(compiler.word))
    const char: TypeShape = { kind: 'int', name: 'char', size: 1, signed: compiler.char }
    const expected = {
      probe: [prototype(INT, [pointer(DEVICE), words, { kind: 'enum', name: 'level', size: 4 }])],
      report: [prototype(VOID, [pointer(char)], true)],
      by_value: [prototype(pointer(words), [{ kind: 'struct', name: '', size: 4 }, { kind: 'union', name: 'address', size: 8 }, pointer({ kind: 'func', name: '', size: 0 })])],
      nothing: [prototype(VOID, [])],
      flags: [
        prototype({ kind: 'int', name: '_Bool', size: 1, signed: false }, [
          char,
          { kind: 'int', name: 'signed char', size: 1, signed: true },
          { kind: 'int', name: '_Bool', size: 1, signed: false },
          pointer(pointer({ kind: 'struct', name: 'only_declared', size: 0 })),
          { kind: 'float', name: 'double', size: 8 },
        ]),
      ],
      renamed: [prototype(INT, [INT])],
      elsewhere: [prototype(INT, [pointer(DEVICE)])],
    }
    const { unprototyped, ...rest } = Object.fromEntries(found.functions)
    expect(rest).toEqual(expected)
    // clang says nothing at all of a function without prototype.
    expect(unprototyped).toEqual(compiler.gcc ? [{ returns: { kind: 'unknown', name: '', size: 0 }, parameters: [], variadic: true, prototyped: false, parametersKnown: false }] : undefined)
  })

  test('complete types have the file and the line of their declaration, others are not listed', () => {
    expect(Object.fromEntries(found.types)).toEqual(TYPES)
  })

  test('the compilation is named', () => {
    expect(found.compilationUnits).toEqual([{ name: 'main.c', compDir: '/build/sample', producer: expect.stringMatching(compiler.gcc ? /^GNU C11 12/ : /clang version 14/) }])
  })
})

test('a function that another unit of the file defines is not called from outside, and what both units declare is there once', () => {
  const found = declarations(fixture('two-units'))
  expect(found.compilationUnits.map(({ name }) => name)).toEqual(['main.c', 'other.c'])
  expect(found.functions.has('elsewhere')).toBe(false)
  expect(found.functions.get('probe')).toHaveLength(1)
  expect(Object.fromEntries(found.types)).toEqual(TYPES)
})

test('type units are read; what only their signature leads to is unknown', () => {
  const found = declarations(fixture('gcc-type-units'))
  expect(Object.fromEntries(found.types)).toEqual(TYPES)
  expect(found.functions.get('elsewhere')).toEqual([prototype(INT, [pointer({ kind: 'unknown', name: '', size: 0 })])])
  expect(found.functions.get('renamed')).toEqual([prototype(INT, [INT])])
})

test('zstd is read by a node that can, and refused in plain words by one that cannot', () => {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number]
  const can = major > 23 || (major === 23 && minor >= 8) || (major === 22 && minor >= 15)
  const error = refusal(() => declarations(fixture('zstd')))
  expect(error === undefined).toBe(can)
  if (!can) expect(error).toMatchObject({ fault: 'unsupported', message: expect.stringMatching(/^\.debug_info: compressed with zstd, which node \S+ cannot read$/) })
})
