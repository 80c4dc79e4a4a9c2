import type { Bytes } from './bytes.js'
import { DwarfError } from './error.js'

/**
 * Absolute relocations of each machine: how many bytes they write; 0 for those that do nothing. Machines by e_machine (EM_X86_64, EM_AARCH64,
 * EM_S390, EM_PPC64 in include/uapi/linux/elf-em.h), types from arch/x86/include/asm/elf.h, arch/arm64/include/asm/elf.h,
 * arch/s390/include/asm/elf.h and arch/powerpc/include/uapi/asm/elf.h.
 */
const MACHINES: ReadonlyMap<number, ReadonlyMap<number, 0 | 4 | 8>> = new Map([
  [62, new Map<number, 0 | 4 | 8>([[0, 0], [1, 8], [10, 4], [11, 4]])],
  [183, new Map<number, 0 | 4 | 8>([[0, 0], [256, 0], [257, 8], [258, 4]])],
  [22, new Map<number, 0 | 4 | 8>([[0, 0], [4, 4], [22, 8]])],
  [21, new Map<number, 0 | 4 | 8>([[0, 0], [1, 4], [38, 8]])],
])

/** Elf64_Rela and Elf64_Sym of the ELF-64 object file format, figures 5 and 6. */
const RELA = { size: 24, type: 8, symbol: 12, addend: 16 }
const SYMBOL = { size: 24, value: 8 }
const CARRY = 0x100000000

/**
 * A copy of a section of a relocatable file with its relocations applied, each being its symbol's value plus its addend.
 * @throws DwarfError
 */
export function relocated(target: Bytes, relocations: Bytes, symbols: Bytes, machine: number): Buffer {
  const sizes = MACHINES.get(machine)
  if (sizes === undefined) throw new DwarfError(`${relocations.what}: the relocations of machine ${machine} are not known`, 'unsupported')
  const { littleEndian, length } = target
  const copy = Buffer.from(target.data)
  const view = new DataView(copy.buffer, copy.byteOffset, copy.byteLength)
  // The two halves of an eight byte number.
  const [low, high] = littleEndian ? [0, 4] : [4, 0]
  // r_info is one number of which the type is the lower half.
  const [typeAt, symbolAt] = littleEndian ? [RELA.type, RELA.symbol] : [RELA.symbol, RELA.type]
  for (let at = 0; at + RELA.size <= relocations.length; at += RELA.size) {
    const type = relocations.u32(at + typeAt)
    const size = sizes.get(type)
    if (size === undefined) throw new DwarfError(`${relocations.what}: relocation type ${type} is not known`, 'unsupported')
    if (size === 0) continue
    const offset = relocations.u64(at)
    if (offset + size > length) throw new DwarfError(`${relocations.what}: a relocation at ${offset} is outside the section of ${length} bytes`)
    const value = relocations.u32(at + symbolAt) * SYMBOL.size + SYMBOL.value
    const sum = symbols.u32(value + low) + relocations.u32(at + RELA.addend + low)
    if (size === 4) {
      view.setUint32(offset, sum >>> 0, littleEndian)
      continue
    }
    view.setUint32(offset + low, sum >>> 0, littleEndian)
    view.setUint32(offset + high, (symbols.u32(value + high) + relocations.u32(at + RELA.addend + high) + (sum >= CARRY ? 1 : 0)) >>> 0, littleEndian)
  }
  return copy
}
