import type { Bytes } from './bytes.js'
import type { DwarfSections } from './sections.js'

/**
 * A string that was met but not read yet is one number: the section times 2^40, plus the offset in it (32-bit DWARF has none above 2^32). For an index,
 * .debug_str_offsets is asked later, since the attribute that says where the unit's part begins may come after the string.
 */
const SCALE = 2 ** 40
const ORIGIN = { inline: 0, str: 1, lineStr: 2, index: 3 }

/** .debug_str_offsets of DWARF 5 has a header of this size, and a unit that does not say where its part begins has the first one (7.26). */
const FIRST_BASE = 8

/** A string in the entry itself. */
export const inline = (at: number): number => at
export const stringAt = (section: 'str' | 'lineStr', offset: number): number => ORIGIN[section] * SCALE + offset
export const stringIndex = (index: number): number => ORIGIN.index * SCALE + index

/**
 * The text of a met string.
 * @param own the section in which the string was met
 * @param base where the unit's part of .debug_str_offsets begins
 * @param limit bytes; of longer strings there is undefined
 * @throws DwarfError
 */
export function textOf(value: number, own: Bytes, sections: DwarfSections, base: number | undefined, limit: number): string | undefined {
  const origin = Math.floor(value / SCALE)
  const offset = value - origin * SCALE
  if (origin === ORIGIN.inline) return own.text(offset, limit)
  if (origin === ORIGIN.str) return sections.str.text(offset, limit)
  if (origin === ORIGIN.lineStr) return sections.lineStr.text(offset, limit)
  return sections.str.text(sections.strOffsets.u32((base ?? FIRST_BASE) + 4 * offset), limit)
}
