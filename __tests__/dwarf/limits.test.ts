import { deflateSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { declarations } from '../../src/dwarf/declarations.js'
import { abbreviation, elfImage, fixed, lineTable, uleb, unit, withLength, zero, type ImageSection } from './dwarf-image.js'
import { refusal } from './fixtures.js'

const ENDIAN = { little: true }
const TAG = { pointer: 0x0f, parameter: 0x05, compileUnit: 0x11, structure: 0x13, typedef: 0x16, subprogram: 0x2e, skeleton: 0x4a }
const AT = { name: 0x03, stmtList: 0x10, declFile: 0x3a, declLine: 0x3b, declaration: 0x3c, external: 0x3f, type: 0x49, dwoName: 0x76 }
const FORM = { data1: 0x0b, data2: 0x05, string: 0x08, strp: 0x0e, refUdata: 0x15, secOffset: 0x17, flagPresent: 0x19 }

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
  ['names without number', () => image([ROOT, [2, TAG.structure, false, [[AT.name, FORM.strp], [AT.declFile, FORM.data1], [AT.declLine, FORM.data1]]]], [root, repeated(700_000, (i) => [2, ...fixed(i, 4, ENDIAN), 1, 1])], [LINES, { name: '.debug_str', data: Buffer.concat([Buffer.alloc(710_000).map((_, i) => (i % 19 === 18 ? 0 : 97 + (Math.imul(i, 0x9e3779b1) >>> 27))), Buffer.from([0])]) }]), /declared types: more than|characters of names: more than/],
  ['parameters without number', () => image([ROOT, DECLARED, PARAMETER], [root, uleb(2), zero('f'), repeated(2_000_000, () => [3, 0])], [LINES]), /more than 1000 parameters/],
  ['units without number', () => elfImage([{ name: '.debug_info', data: repeated(100_000, () => [...unit(4, Buffer.alloc(0), ENDIAN)]) }, { name: '.debug_abbrev', data: Buffer.alloc(1) }], ENDIAN), /more than 65536 units/],
  ['types without number', () => image([ROOT, DECLARED, PARAMETER, CHAIN], [root, repeated(3_000, (i) => [2, 102, 0, ...repeated(900, (j) => [3, ...padded(FIRST + 3_000 * (2 + 900 * 5 + 2) + (i * 900 + j) * 2)]), 0]), repeated(2_700_000, () => [4, 0])], [LINES]), /.debug_info/],
  ['line tables on top of each other', overlapping, /\.debug_line: (bytes of tables|files and directories): more than/],
  ['a line table of nothing', () => image([ROOT], [root], [{ name: '.debug_line', data: withLength(Buffer.concat([fixed(5, 2, ENDIAN), Buffer.from([8, 0]), fixed(20, 4, ENDIAN), Buffer.from([1, 1, 1, 0xfb, 14, 1, 0]), uleb(2 ** 50), Buffer.alloc(20)]), ENDIAN) }]), /entries of nothing/],
  ['a bomb', () => elfImage([{ name: '.debug_info', flags: 0x800, data: Buffer.concat([fixed(1, 8, ENDIAN), fixed(2 ** 40, 8, ENDIAN), fixed(1, 8, ENDIAN), deflateSync(Buffer.alloc(1 << 20))]) }], ENDIAN), /more than the \d+ that are allowed/],
  ['a bomb that lies about its size', () => elfImage([{ name: '.debug_info', flags: 0x800, data: Buffer.concat([fixed(1, 8, ENDIAN), fixed(1000, 8, ENDIAN), fixed(1, 8, ENDIAN), deflateSync(Buffer.alloc(64 << 20))]) }], ENDIAN), /^\.debug_info: /],
])('%s: refused in time', (_what, make, message) => {
  const data = make()
  const started = Date.now()
  expect(read(data)?.message).toMatch(message)
  expect(Date.now() - started).toBeLessThan(8000)
})

function repeated(times: number, make: (index: number) => readonly number[] | Buffer): Buffer {
  const parts: Buffer[] = []
  for (let i = 0; i < times; i++) parts.push(Buffer.from(make(i)))
  return Buffer.concat(parts)
}

/** A LEB128 of four bytes. */
function padded(value: number): number[] {
  return [(value & 0x7f) | 0x80, ((value >> 7) & 0x7f) | 0x80, ((value >> 14) & 0x7f) | 0x80, (value >> 21) & 0x7f]
}

/** Units of which each names a later part of one long list of files. */
function overlapping(): Buffer {
  const tables = 2000
  const header = Buffer.concat([fixed(4, 2, ENDIAN), fixed(0, 4, ENDIAN), Buffer.from([1, 1, 1, 0xfb, 14, 1])])
  // Each table takes the next one's header for a directory's name, so that all of them end with the same list.
  const list = repeated(100_000, () => [97, 0, 0, 0, 0])
  const starts: Buffer[] = []
  for (let i = 0; i < tables; i++) starts.push(Buffer.concat([fixed((tables - i) * 17 - 4 + list.length + 1, 4, ENDIAN), header, Buffer.from([1])]))
  const line = Buffer.concat([...starts, Buffer.from([0]), list, Buffer.from([0])])
  const units = repeated(tables, (i) => unit(4, Buffer.concat([uleb(1), fixed(i * 17, 4, ENDIAN)]), ENDIAN))
  return elfImage([{ name: '.debug_info', data: units }, { name: '.debug_abbrev', data: Buffer.concat([abbreviation(...ROOT), Buffer.from([0])]) }, { name: '.debug_line', data: line }], ENDIAN)
}
