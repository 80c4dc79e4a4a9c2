/** Tags that are looked at: DWARF 5, table 7.3. */
export const TAG = {
  array: 0x01, enumeration: 0x04, formalParameter: 0x05, pointer: 0x0f, reference: 0x10, member: 0x0d, compileUnit: 0x11, structure: 0x13, subroutine: 0x15, typedef: 0x16, union: 0x17,
  unspecifiedParameters: 0x18, base: 0x24, const: 0x26, subprogram: 0x2e, volatile: 0x35, restrict: 0x37, atomic: 0x47, skeletonUnit: 0x4a,
} as const

/** Attributes that are looked at, by the slot of a DieReader that takes the value. */
export const SLOT = {
  name: 0, byteSize: 1, stmtList: 2, code: 3, compDir: 4, producer: 5, prototyped: 6, origin: 7, declFile: 8, declLine: 9, declaration: 10, encoding: 11, external: 12, type: 13,
  linkageName: 14, strOffsetsBase: 15, dwoName: 16, memberAt: 17,
} as const
export const SLOTS = 18

/**
 * DWARF 5, table 7.5, with the older names of linkage_name and dwo_name (include/dwarf2.def of binutils). A function with code has either
 * low_pc or ranges; what it lacks itself is at its abstract_origin or specification.
 */
const SLOT_OF: ReadonlyMap<number, number> = new Map([
  [0x03, SLOT.name], [0x0b, SLOT.byteSize], [0x10, SLOT.stmtList], [0x11, SLOT.code], [0x55, SLOT.code], [0x1b, SLOT.compDir], [0x25, SLOT.producer], [0x27, SLOT.prototyped],
  [0x38, SLOT.memberAt], [0x31, SLOT.origin], [0x47, SLOT.origin], [0x3a, SLOT.declFile], [0x3b, SLOT.declLine], [0x3c, SLOT.declaration], [0x3e, SLOT.encoding], [0x3f, SLOT.external], [0x49, SLOT.type],
  [0x6e, SLOT.linkageName], [0x2007, SLOT.linkageName], [0x72, SLOT.strOffsetsBase], [0x76, SLOT.dwoName], [0x2130, SLOT.dwoName],
])

/** The slot that takes an attribute, -1 for those that nobody asks for. */
export function slotOf(attribute: number): number {
  return SLOT_OF.get(attribute) ?? -1
}
