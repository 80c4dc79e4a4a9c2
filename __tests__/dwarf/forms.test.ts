import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { declarations } from '../../src/dwarf/declarations.js'
import { abbreviation, elfImage, fixed, lineTable, uleb, unit, zero, type Endian } from './dwarf-image.js'

const COMPILE_UNIT = 0x11
const STRUCTURE = 0x13
const VARIABLE = 0x34
const AT = { name: 0x03, stmtList: 0x10, compDir: 0x1b, declFile: 0x3a, declLine: 0x3b, strOffsetsBase: 0x72, vendor: 0x2fff }

const NAMES = ['alpha', 'beta', 'gamma'] as const
const STR = Buffer.concat([zero(''), ...NAMES.map(zero)])
const LINE_STR = Buffer.concat([zero('lines'), ...NAMES.map(zero)])
const FILES = ['one.h', 'two.h']
const BASE = 8

interface Stored {
  readonly form: number
  readonly bytes: (endian: Endian) => Buffer
  readonly constant?: number
}

const any = (length: number): fc.Arbitrary<Buffer> => fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes))
const block = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))
const stored = (form: number, bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<Stored> => bytes.map((data) => ({ form, bytes: () => data }))
const sized = (form: number, length: number): fc.Arbitrary<Stored> => stored(form, any(length))
const leb = fc.nat().map(uleb)

/** A value in each form of DWARF 4 and 5 and of GNU that an object file can have: how long it is, is all that matters. */
const skipped: fc.Arbitrary<Stored> = fc.oneof(
  ...[0x0b, 0x0c, 0x11, 0x25, 0x29].map((form) => sized(form, 1)),
  ...[0x05, 0x12, 0x26, 0x2a].map((form) => sized(form, 2)),
  ...[0x27, 0x2b].map((form) => sized(form, 3)),
  ...[0x06, 0x0e, 0x10, 0x13, 0x17, 0x1f, 0x28, 0x2c].map((form) => sized(form, 4)),
  ...[0x01, 0x07, 0x14, 0x20].map((form) => sized(form, 8)),
  sized(0x1e, 16),
  sized(0x19, 0),
  ...[0x0d, 0x0f, 0x15, 0x1a, 0x1b, 0x22, 0x23, 0x1f01, 0x1f02].map((form) => stored(form, leb)),
  stored(0x08, fc.constantFrom('', 'x', 'some text').map(zero)),
  fc.nat().map((constant) => ({ form: 0x21, bytes: () => Buffer.alloc(0), constant: constant % 64 })),
  ...[0x09, 0x18].map((form) => stored(form, block.map((data) => Buffer.concat([uleb(data.length), data])))),
  stored(0x0a, block.map((data) => Buffer.concat([Buffer.from([data.length]), data]))),
  block.map((data) => ({ form: 0x03, bytes: (endian: Endian) => Buffer.concat([fixed(data.length, 2, endian), data]) })),
  block.map((data) => ({ form: 0x04, bytes: (endian: Endian) => Buffer.concat([fixed(data.length, 4, endian), data]) })),
  stored(0x16, any(2).map((data) => Buffer.concat([uleb(0x05), data]))),
)

const offsetIn = (section: Buffer, name: string): number => section.indexOf(zero(name))

/** All ways to write one of NAMES. */
const named = (index: number): fc.Arbitrary<Stored> => {
  const name = NAMES[index] ?? ''
  return fc.constantFrom<Stored>(
    { form: 0x08, bytes: () => zero(name) },
    { form: 0x0e, bytes: (endian) => fixed(offsetIn(STR, name), 4, endian) },
    { form: 0x1f, bytes: (endian) => fixed(offsetIn(LINE_STR, name), 4, endian) },
    { form: 0x1a, bytes: () => uleb(index) },
    { form: 0x25, bytes: () => Buffer.from([index]) },
    { form: 0x26, bytes: (endian) => fixed(index, 2, endian) },
    { form: 0x27, bytes: (endian) => fixed(index, 3, endian) },
    { form: 0x28, bytes: (endian) => fixed(index, 4, endian) },
    { form: 0x16, bytes: (endian) => Buffer.concat([uleb(0x0e), fixed(offsetIn(STR, name), 4, endian)]) },
  )
}

/** All ways to write a number below 64. */
const numbered = (value: number): fc.Arbitrary<Stored> =>
  fc.constantFrom<Stored>(
    { form: 0x0b, bytes: () => Buffer.from([value]) },
    { form: 0x05, bytes: (endian) => fixed(value, 2, endian) },
    { form: 0x06, bytes: (endian) => fixed(value, 4, endian) },
    { form: 0x07, bytes: (endian) => fixed(value, 8, endian) },
    { form: 0x0f, bytes: () => uleb(value) },
    { form: 0x0d, bytes: () => uleb(value) },
    { form: 0x21, bytes: () => Buffer.alloc(0), constant: value },
    // Padded, as assemblers do.
    { form: 0x0f, bytes: () => Buffer.from([value | 0x80, 0x80, 0x00]) },
  )

const specification = (attribute: number, { form, constant }: Stored): number[] => [attribute, form, ...(constant === undefined ? [] : [constant])]

test('a struct is found with name, file and line, in whichever forms they and all before them are written', () => {
  const scene = fc.record({
    little: fc.boolean(),
    version: fc.constantFrom(4 as const, 5 as const),
    before: fc.array(skipped, { maxLength: 8 }),
    between: fc.array(skipped, { maxLength: 4 }),
    struct: fc.integer({ min: 0, max: 2 }).chain((index) => fc.record({ index: fc.constant(index), name: named(index) })),
    file: fc.integer({ min: 1, max: 2 }).chain((index) => fc.record({ index: fc.constant(index), value: numbered(index) })),
    line: fc.nat(63).chain((line) => fc.record({ line: fc.constant(line), value: numbered(line) })),
  })
  const property = fc.property(scene, ({ little, version, before, between, struct, file, line }) => {
    const endian = { little }
    const bytes = (values: readonly Stored[]): Buffer[] => values.map((value) => value.bytes(endian))
    const abbrev = Buffer.concat([
      abbreviation(1, COMPILE_UNIT, true, [[AT.compDir, 0x08], [AT.stmtList, 0x17], [AT.strOffsetsBase, 0x17]]),
      abbreviation(2, VARIABLE, false, before.map((value) => specification(AT.vendor, value))),
      abbreviation(3, STRUCTURE, false, [specification(AT.name, struct.name), ...between.map((value) => specification(AT.vendor, value)), specification(AT.declFile, file.value), specification(AT.declLine, line.value)]),
      Buffer.from([0]),
    ])
    const entries = Buffer.concat([
      uleb(1), zero('/build'), fixed(0, 4, endian), fixed(BASE, 4, endian),
      uleb(2), ...bytes(before),
      uleb(3), struct.name.bytes(endian), ...bytes(between), file.value.bytes(endian), line.value.bytes(endian),
      uleb(0),
    ])
    const offsets = Buffer.concat([Buffer.alloc(BASE), ...NAMES.map((name) => fixed(offsetIn(STR, name), 4, endian))])
    const image = elfImage(
      [
        { name: '.debug_info', data: unit(version, entries, endian) },
        { name: '.debug_abbrev', data: abbrev },
        { name: '.debug_line', data: lineTable(FILES, endian) },
        { name: '.debug_str', data: STR },
        { name: '.debug_line_str', data: LINE_STR },
        { name: '.debug_str_offsets', data: offsets },
      ],
      endian,
    )
    expect([...declarations(image).types]).toEqual([[`struct ${NAMES[struct.index] ?? ''}`, [{ file: `/build/${FILES[file.index - 1] ?? ''}`, line: line.line }]]])
  })
  expect(() => fc.assert(property, { numRuns: 1500, seed: 3 })).not.toThrow()
})
