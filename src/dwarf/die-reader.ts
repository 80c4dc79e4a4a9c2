import { STEP } from './abbreviations.js'
import type { Bytes } from './bytes.js'
import { SLOTS } from './constants.js'
import { DwarfError } from './error.js'
import { FORM } from './forms.js'
import { inline, stringAt, stringIndex } from './strings.js'
import type { Unit } from './units.js'

/** What a reference becomes that leads to a type unit, of which only the signature is known. */
export const BY_SIGNATURE = -1

/**
 * Reads the attributes of one entry after the other into the same slots, so that the millions of entries of a module need no objects.
 * References become offsets in .debug_info, strings what strings.ts takes.
 */
export class DieReader {
  readonly #values = new Float64Array(SLOTS)
  #present = 0

  constructor(readonly info: Bytes) {}

  has(slot: number): boolean {
    return (this.#present & (1 << slot)) !== 0
  }

  /** Undefined when the entry has no such attribute, or one that is no number, such as an expression. */
  get(slot: number): number | undefined {
    return this.has(slot) ? this.#values[slot] : undefined
  }

  /** A flag that is there and not 0. */
  is(slot: number): boolean {
    return this.has(slot) && this.#values[slot] !== 0
  }

  /** Runs an abbreviation's program over the attributes that begin at `at`, and gives their end. @throws DwarfError */
  run(unit: Unit, program: readonly number[], at: number): number {
    let next = at
    this.#present = 0
    for (let i = 0; i < program.length; i += 3) {
      const form = program[i + 1] ?? STEP
      const argument = program[i + 2] ?? 0
      if (form === STEP) {
        next += argument
        continue
      }
      const value = this.#value(unit, form, next, argument)
      next = this.info.next
      const slot = program[i] ?? -1
      if (slot < 0 || Number.isNaN(value)) continue
      this.#values[slot] = value
      this.#present |= 1 << slot
    }
    if (next > unit.end) throw new DwarfError(`.debug_info: the entry before ${at} does not end inside its unit`)
    return next
  }

  /** Leaves the end of the value in `info.next`. */
  #value(unit: Unit, form: number, at: number, constant: number): number {
    const { info } = this
    switch (form) {
      case FORM.implicitConst:
        info.next = at
        return constant
      case FORM.flagPresent:
        info.next = at
        return 1
      case FORM.data1:
      case FORM.flag:
      case FORM.addrx1:
        return this.#fixed(at, 1)
      case FORM.data2:
      case FORM.addrx2:
        return this.#fixed(at, 2)
      case FORM.addrx3:
        return this.#fixed(at, 3)
      case FORM.data4:
      case FORM.secOffset:
      case FORM.addrx4:
        return this.#fixed(at, 4)
      case FORM.data8:
        return this.#fixed(at, 8)
      case FORM.addr:
        return this.#fixed(at, unit.addressSize)
      case FORM.udata:
      case FORM.addrx:
      case FORM.loclistx:
      case FORM.rnglistx:
      case FORM.gnuAddrIndex:
        return info.uleb(at)
      case FORM.sdata:
        return info.sleb(at)
      case FORM.ref1:
        return unit.start + this.#fixed(at, 1)
      case FORM.ref2:
        return unit.start + this.#fixed(at, 2)
      case FORM.ref4:
        return unit.start + this.#fixed(at, 4)
      case FORM.ref8:
        return unit.start + this.#fixed(at, 8)
      case FORM.refUdata:
        return unit.start + info.uleb(at)
      case FORM.refAddr:
        return this.#fixed(at, unit.version === 2 ? unit.addressSize : 4)
      case FORM.refSig8:
        this.#step(at, 8)
        return BY_SIGNATURE
      case FORM.string:
        info.next = info.afterString(at)
        return inline(at)
      case FORM.strp:
        return stringAt('str', this.#fixed(at, 4))
      case FORM.lineStrp:
        return stringAt('lineStr', this.#fixed(at, 4))
      case FORM.strx1:
        return stringIndex(this.#fixed(at, 1))
      case FORM.strx2:
        return stringIndex(this.#fixed(at, 2))
      case FORM.strx3:
        return stringIndex(this.#fixed(at, 3))
      case FORM.strx4:
        return stringIndex(this.#fixed(at, 4))
      case FORM.strx:
      case FORM.gnuStrIndex:
        return stringIndex(info.uleb(at))
      case FORM.data16:
        return this.#step(at, 16)
      case FORM.block1:
        return this.#step(at + 1, info.u8(at))
      case FORM.block2:
        return this.#step(at + 2, info.u16(at))
      case FORM.block4:
        return this.#step(at + 4, info.u32(at))
      case FORM.block:
      case FORM.exprloc: {
        const length = info.uleb(at)
        return this.#step(info.next, length)
      }
      case FORM.indirect: {
        const actual = info.uleb(at)
        // The value of the former would be in .debug_abbrev, and the latter could go on for ever.
        if (actual === FORM.implicitConst || actual === FORM.indirect) throw new DwarfError(`.debug_info: form 0x${actual.toString(16)} behind an indirect form at ${at}`)
        return this.#value(unit, actual, info.next, 0)
      }
      default:
        throw new DwarfError(`.debug_info: form 0x${form.toString(16)} at ${at} is not known`, 'unsupported')
    }
  }

  #fixed(at: number, bytes: number): number {
    const { info } = this
    info.next = at + bytes
    if (bytes === 1) return info.u8(at)
    if (bytes === 2) return info.u16(at)
    if (bytes === 3) return info.u24(at)
    return bytes === 4 ? info.u32(at) : info.u64(at)
  }

  /** Over something that is no number. */
  #step(at: number, bytes: number): number {
    this.info.check(at, bytes)
    this.info.next = at + bytes
    return Number.NaN
  }
}
