import { DwarfError } from './error.js'

/** How attribute values are stored: DWARF 5, table 7.6; those from 0x1f01 on are GNU's (include/dwarf2.def of binutils). */
export const FORM = {
  addr: 0x01, block2: 0x03, block4: 0x04, data2: 0x05, data4: 0x06, data8: 0x07, string: 0x08, block: 0x09, block1: 0x0a, data1: 0x0b, flag: 0x0c, sdata: 0x0d,
  strp: 0x0e, udata: 0x0f, refAddr: 0x10, ref1: 0x11, ref2: 0x12, ref4: 0x13, ref8: 0x14, refUdata: 0x15, indirect: 0x16, secOffset: 0x17, exprloc: 0x18,
  flagPresent: 0x19, strx: 0x1a, addrx: 0x1b, refSup4: 0x1c, strpSup: 0x1d, data16: 0x1e, lineStrp: 0x1f, refSig8: 0x20, implicitConst: 0x21, loclistx: 0x22,
  rnglistx: 0x23, refSup8: 0x24, strx1: 0x25, strx2: 0x26, strx3: 0x27, strx4: 0x28, addrx1: 0x29, addrx2: 0x2a, addrx3: 0x2b, addrx4: 0x2c,
  gnuAddrIndex: 0x1f01, gnuStrIndex: 0x1f02, gnuRefAlt: 0x1f20, gnuStrpAlt: 0x1f21,
} as const

/** What the size of a form hangs on besides the form itself. */
export interface FormContext {
  /** Bytes. */
  readonly addressSize: number
  readonly version: number
}

/** Bytes of each form that always has the same; offsets are those of 32-bit DWARF. */
const FIXED: ReadonlyMap<number, number> = new Map([
  [FORM.flagPresent, 0], [FORM.implicitConst, 0],
  [FORM.data1, 1], [FORM.flag, 1], [FORM.ref1, 1], [FORM.strx1, 1], [FORM.addrx1, 1],
  [FORM.data2, 2], [FORM.ref2, 2], [FORM.strx2, 2], [FORM.addrx2, 2],
  [FORM.strx3, 3], [FORM.addrx3, 3],
  [FORM.data4, 4], [FORM.ref4, 4], [FORM.strp, 4], [FORM.secOffset, 4], [FORM.lineStrp, 4], [FORM.strx4, 4], [FORM.addrx4, 4],
  [FORM.data8, 8], [FORM.ref8, 8], [FORM.refSig8, 8],
  [FORM.data16, 16],
])

const VARIABLE: ReadonlySet<number> = new Set([
  FORM.block, FORM.block1, FORM.block2, FORM.block4, FORM.exprloc, FORM.string, FORM.sdata, FORM.udata, FORM.refUdata, FORM.strx, FORM.addrx, FORM.loclistx, FORM.rnglistx,
  FORM.gnuAddrIndex, FORM.gnuStrIndex, FORM.indirect,
])

const ELSEWHERE: ReadonlySet<number> = new Set([FORM.refSup4, FORM.refSup8, FORM.strpSup, FORM.gnuRefAlt, FORM.gnuStrpAlt])

/** Bytes that a value takes, or undefined when it hangs on the value. @throws DwarfError for a form that is not known */
export function sizeOf(form: number, { addressSize, version }: FormContext): number | undefined {
  const fixed = FIXED.get(form)
  if (fixed !== undefined) return fixed
  if (VARIABLE.has(form)) return undefined
  if (form === FORM.addr) return addressSize
  // DWARF 2 gave it the size of an address, DWARF 3 changed that.
  if (form === FORM.refAddr) return version === 2 ? addressSize : 4
  const name = `form 0x${form.toString(16)}`
  if (ELSEWHERE.has(form)) throw new DwarfError(`.debug_abbrev: ${name} points into a supplementary file (dwz), which is not read`, 'unsupported')
  throw new DwarfError(`.debug_abbrev: ${name} is not known`)
}
