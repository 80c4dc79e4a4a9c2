import type { Abbreviations, AbbreviationTables } from './abbreviations.js'
import type { Bytes } from './bytes.js'
import { DwarfError } from './error.js'
import type { FormContext } from './forms.js'

/** One unit of .debug_info: a compilation unit, part of one, or a unit for one type. */
export interface Unit extends FormContext {
  /** Where its header begins: references inside the unit count from here. */
  readonly start: number
  /** Its first entry. */
  readonly root: number
  readonly end: number
  readonly abbreviations: Abbreviations
}

/** DWARF 5, table 7.2. */
const UT = { compile: 1, type: 2, partial: 3, skeleton: 4, splitCompile: 5, splitType: 6 }
/** From here on a length is none (DWARF 5, 7.4). */
const RESERVED = 0xfffffff0
const DWARF64 = 0xffffffff

/**
 * Where the unit at `at` ends, for .debug_info and .debug_line alike: both begin with a length.
 * @throws DwarfError
 */
export function unitEnd(section: Bytes, at: number): number {
  const length = section.u32(at)
  if (length === DWARF64) throw new DwarfError(`${section.what}: the unit at ${at} has the 64-bit format, which is not read`, 'unsupported')
  if (length >= RESERVED) throw new DwarfError(`${section.what}: the unit at ${at} has the reserved length 0x${length.toString(16)}`)
  section.check(at + 4, length)
  return at + 4 + length
}

/** The header of the unit at `start` (DWARF 4, 7.5.1.1; DWARF 5, 7.5.1). @throws DwarfError */
export function readUnit(info: Bytes, start: number, tables: AbbreviationTables): Unit {
  const end = unitEnd(info, start)
  const version = info.u16(start + 4)
  if (version < 2 || version > 5) throw new DwarfError(`.debug_info: the unit at ${start} has DWARF version ${version}, which is not read`, 'unsupported')
  const [typeAt, addressAt, abbrevAt] = version === 5 ? [start + 6, start + 7, start + 8] : [undefined, start + 10, start + 6]
  const type = typeAt === undefined ? UT.compile : info.u8(typeAt)
  const addressSize = info.u8(addressAt)
  if (addressSize !== 4 && addressSize !== 8) throw new DwarfError(`.debug_info: the unit at ${start} has addresses of ${addressSize} bytes`)
  const root = (version === 5 ? start + 12 : start + 11) + moreOfHeader(type, start)
  if (root > end) throw new DwarfError(`.debug_info: the unit at ${start} ends inside its header`)
  return { start, root, end, version, addressSize, abbreviations: tables.at(info.u32(abbrevAt), { version, addressSize }) }
}

/** Bytes after the fields that all units have: a type's signature and offset, or the id of the split file. */
function moreOfHeader(type: number, start: number): number {
  if (type === UT.compile || type === UT.partial) return 0
  if (type === UT.type || type === UT.splitType) return 12
  if (type === UT.skeleton || type === UT.splitCompile) return 8
  throw new DwarfError(`.debug_info: the unit at ${start} has the unknown type ${type}`)
}
