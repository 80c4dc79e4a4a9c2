import { deflateSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { declarations } from '../../src/dwarf/declarations.js'
import { abbreviation, elfImage, fixed, lineTable, uleb, unit, withLength, zero, type ImageSection } from './dwarf-image.js'
import { numbers, refusal } from './fixtures.js'

const ENDIAN = { little: true }
const TAG = { pointer: 0x0f, parameter: 0x05, compileUnit: 0x11, structure: 0x13, typedef: 0x16, subprogram: 0x2e }
const AT = { name: 0x03, stmtList: 0x10, compDir: 0x1b, declFile: 0x3a, declLine: 0x3b, declaration: 0x3c, external: 0x3f, type: 0x49, dwoName: 0x76 }
const FORM = { data1: 0x0b, string: 0x08, strp: 0x0e, refUdata: 0x15, secOffset: 0x17, flagPresent: 0x19 }

/** Abbreviations, as `abbreviation` takes them, and entries. */
function image(abbreviations: readonly Parameters<typeof abbreviation>[], entries: readonly Buffer[], more: readonly ImageSection[] = []): Buffer {
  const abbrev = Buffer.concat([...abbreviations.map((values) => abbreviation(...values)), Buffer.from([0])])
  return elfImage([{ name: '.debug_info', data: unit(4, Buffer.concat(entries), ENDIAN) }, { name: '.debug_abbrev', data: abbrev }, ...more], ENDIAN)
}

const LINES: ImageSection = { name: '.debug_line', data: lineTable(['a.h'], ENDIAN) }
const ROOT: Parameters<typeof abbreviation> = [1, TAG.compileUnit, true, [[AT.stmtList, FORM.secOffset]]]
const root = Buffer.concat([uleb(1), fixed(0, 4, ENDIAN)])
const DECLARED: Parameters<typeof abbreviation> = [2, TAG.subprogram, true, [[AT.name, FORM.string], [AT.external, FORM.flagPresent], [AT.declaration, FORM.flagPresent]]]
const PARAMETER: Parameters<typeof abbreviation> = [3, TAG.parameter, false, [[AT.type, FORM.refUdata]]]
const CHAIN: Parameters<typeof abbreviation> = [4, TAG.typedef, false, [[AT.type, FORM.refUdata]]]
const POINTER: Parameters<typeof abbreviation> = [5, TAG.pointer, false, [[AT.type, FORM.refUdata]]]
/** Where the first entry after `root` begins, counted from the unit. */
const FIRST = 11 + root.length

const read = (data: Buffer) => refusal(() => declarations(data))

test.each([
  ['no ELF file', Buffer.from('hello'), 'damaged', /^ELF header/],
  ['a 32-bit ELF file', Buffer.from('\x7fELF\x01\x01'.padEnd(64, '\0'), 'latin1'), 'unsupported', /64-bit/],
  ['a file without sections', elfImage([], ENDIAN).fill(0, 0x28, 0x30), 'absent', /no sections/],
  ['a file without DWARF', elfImage([{ name: '.text', data: Buffer.from([0xc3]) }], ENDIAN), 'absent', /^\.debug_info: the file has no such section; it was built without debug information or stripped$/],
  ['DWARF that was moved to another file', elfImage([{ name: '.debug_info', data: Buffer.alloc(0), type: 8 }], ENDIAN), 'absent', /moved/],
  ['64-bit DWARF', elfImage([{ name: '.debug_info', data: Buffer.concat([fixed(0xffffffff, 4, ENDIAN), Buffer.alloc(40)]) }], ENDIAN), 'unsupported', /64-bit format/],
  ['DWARF 6', elfImage([{ name: '.debug_info', data: withLength(fixed(6, 20, ENDIAN), ENDIAN) }], ENDIAN), 'unsupported', /version 6/],
  ['a supplementary file', image([[1, TAG.compileUnit, false, [[AT.name, 0x1f21]]]], [uleb(1), Buffer.alloc(4)]), 'unsupported', /form 0x1f21 points into a supplementary file/],
  ['split DWARF', image([[1, TAG.compileUnit, false, [[AT.dwoName, FORM.string]]]], [uleb(1), zero('x.dwo')]), 'unsupported', /split DWARF/],
  ['an unknown form', image([[1, TAG.compileUnit, false, [[AT.name, 0x77]]]], [uleb(1), Buffer.alloc(4)]), 'damaged', /form 0x77 is not known/],
  ['an unknown abbreviation', image([ROOT], [uleb(9), Buffer.alloc(4)]), 'damaged', /unknown abbreviation 9/],
] as const)('%s is refused with the reason', (_what, data, fault, message) => {
  expect(read(data)).toMatchObject({ fault, message: expect.stringMatching(message) })
})

test('relocations of an unknown machine or type are not guessed', () => {
  const sections = (type: number): ImageSection[] => [
    { name: '.debug_info', data: Buffer.alloc(40) },
    { name: '.symtab', data: Buffer.alloc(24), type: 2 },
    { name: '.rela.debug_info', type: 4, link: 2, info: 1, data: Buffer.concat([fixed(0, 8, ENDIAN), fixed(type, 8, ENDIAN), Buffer.alloc(8)]) },
  ]
  expect(read(elfImage(sections(10), ENDIAN, { type: 1, machine: 8 }))).toMatchObject({ fault: 'unsupported', message: '.rela.debug_info: the relocations of machine 8 are not known' })
  expect(read(elfImage(sections(2), ENDIAN, { type: 1 }))).toMatchObject({ fault: 'unsupported', message: '.rela.debug_info: relocation type 2 is not known' })
})

test('a ring of typedefs and a ring of pointers end', () => {
  const call = [uleb(2), zero('f'), uleb(3), uleb(FIRST + 6), uleb(0)]
  const typedef = [uleb(4), uleb(FIRST + 6)]
  expect(read(image([ROOT, DECLARED, PARAMETER, CHAIN], [root, ...call, ...typedef, uleb(0)], [LINES]))?.message).toMatch(/ring of typedefs/)
  const found = declarations(image([ROOT, DECLARED, PARAMETER, POINTER], [root, ...call, uleb(5), uleb(FIRST + 6), uleb(0)], [LINES]))
  expect(found.functions.get('f')?.[0]?.parameters).toMatchObject([{ kind: 'ptr', to: { kind: 'ptr', to: { kind: 'ptr' } } }])
})

test('a reference out of the section is refused', () => {
  expect(read(image([ROOT, DECLARED, PARAMETER], [root, uleb(2), zero('f'), uleb(3), uleb(5000), uleb(0), uleb(0)], [LINES]))?.message).toMatch(/leads out of the section/)
})

test('a parameter inside of a parameter’s neighbour is not the function’s own', () => {
  const inner = [uleb(2), zero('g'), uleb(3), uleb(0), uleb(0)]
  const found = declarations(image([ROOT, DECLARED, PARAMETER], [root, uleb(2), zero('f'), ...inner, uleb(0), uleb(0)], [LINES]))
  expect(found.functions.get('f')?.[0]).toMatchObject({ parameters: [], parametersKnown: false })
})

/** Each of these asks for more than it has: seconds, not minutes, and an error of one line. */
test.each<[string, () => Buffer, RegExp]>([
  ['names without number', names, /\.debug_info: declared types: more than/],
  ['parameters without number', () => image([ROOT, DECLARED, PARAMETER], [root, uleb(2), zero('f'), Buffer.alloc(4_000_000, Buffer.from([3, 0]))], [LINES]), /more than 1000 parameters/],
  ['units without number', () => elfImage([{ name: '.debug_info', data: repeated(100_000, () => [...unit(4, Buffer.alloc(0), ENDIAN)]) }, { name: '.debug_abbrev', data: Buffer.alloc(1) }], ENDIAN), /more than 65536 units/],
  ['types without number', types, /\.debug_info: types of parameters: more than/],
  ['one line table for a thousand units', overlapping, /\.debug_line: bytes of tables: more than/],
  ['a line table of nothing', () => image([ROOT], [root], [{ name: '.debug_line', data: withLength(Buffer.concat([fixed(5, 2, ENDIAN), Buffer.from([8, 0]), fixed(20, 4, ENDIAN), Buffer.from([1, 1, 1, 0xfb, 14, 1, 0]), uleb(2 ** 50), Buffer.alloc(20)]), ENDIAN) }]), /entries of nothing/],
  ['a bomb', () => elfImage([{ name: '.debug_info', flags: 0x800, data: Buffer.concat([fixed(1, 8, ENDIAN), fixed(2 ** 40, 8, ENDIAN), fixed(1, 8, ENDIAN), deflateSync(Buffer.alloc(1 << 20))]) }], ENDIAN), /more than the \d+ that are allowed/],
  ['a bomb that lies about its size', () => elfImage([{ name: '.debug_info', flags: 0x800, data: Buffer.concat([fixed(1, 8, ENDIAN), fixed(1000, 8, ENDIAN), fixed(1, 8, ENDIAN), deflateSync(Buffer.alloc(64 << 20))]) }], ENDIAN), /^\.debug_info: /],
])('%s: refused in time', (_what, make, message) => {
  const data = make()
  const started = Date.now()
  expect(read(data)?.message).toMatch(message)
  expect(Date.now() - started).toBeLessThan(20_000)
})

function repeated(times: number, make: (index: number) => readonly number[] | Buffer): Buffer {
  const parts: Buffer[] = []
  for (let i = 0; i < times; i++) parts.push(Buffer.from(make(i)))
  return Buffer.concat(parts)
}

/** Every byte of .debug_str begins another name. */
function names(): Buffer {
  const count = 900_000
  const random = numbers(4)
  const text = Buffer.from(Array.from({ length: count + 1 }, (_, i) => (i % 32 === 31 || i === count ? 0 : 97 + Math.floor(random() * 26))))
  const struct: Parameters<typeof abbreviation> = [2, TAG.structure, false, [[AT.name, FORM.strp], [AT.declFile, FORM.data1], [AT.declLine, FORM.data1]]]
  const entries = Buffer.alloc(count * 7, Buffer.from([2, 0, 0, 0, 0, 1, 1]))
  for (let i = 0; i < count; i++) entries.writeUInt32LE(i, i * 7 + 1)
  return image([ROOT, struct], [root, entries], [LINES, { name: '.debug_str', data: text }])
}

/** Functions of which each parameter has a type of its own. */
function types(): Buffer {
  const [functions, each] = [1300, 900]
  const first = FIRST + functions * (3 + each * 5 + 1)
  const calls = repeated(functions, (i) => [2, 102, 0, ...repeated(each, (j) => [3, ...padded(first + i * each + j)]), 0])
  return image([ROOT, DECLARED, PARAMETER, [4, TAG.typedef, false, []]], [root, calls, Buffer.alloc(functions * each, 4)], [LINES])
}

/** A LEB128 of four bytes. */
function padded(value: number): number[] {
  return [(value & 0x7f) | 0x80, ((value >> 7) & 0x7f) | 0x80, ((value >> 14) & 0x7f) | 0x80, (value >> 21) & 0x7f]
}

/** Units of one line table, each compiled in a directory of its own. */
function overlapping(): Buffer {
  const units = repeated(1000, (i) => unit(4, Buffer.concat([uleb(1), zero(`/${i}`), fixed(0, 4, ENDIAN)]), ENDIAN))
  const table = lineTable(Array.from({ length: 20_000 }, (_, i) => `${i}.h`), ENDIAN)
  const abbrev = Buffer.concat([abbreviation(1, TAG.compileUnit, false, [[AT.compDir, FORM.string], [AT.stmtList, FORM.secOffset]]), Buffer.from([0])])
  return elfImage([{ name: '.debug_info', data: units }, { name: '.debug_abbrev', data: abbrev }, { name: '.debug_line', data: table }], ENDIAN)
}
