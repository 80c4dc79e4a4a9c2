import { ElfError, integer } from './bytes.js'

/** What the first bytes of an ELF file of either class say. */
export interface ElfIdentity {
  readonly bits: 32 | 64
  readonly bigEndian: boolean
  /** e_type; a module is ET_REL. */
  readonly type: number
  readonly machine: number
}

export const ET_REL = 1
export const EM_386 = 3
export const EM_MIPS = 8
export const EM_ARM = 40
export const EM_X86_64 = 62
export const EM_AARCH64 = 183

/** e_machine of the architectures that Linux runs or ran on (include/uapi/linux/elf-em.h). */
const MACHINES: Readonly<Record<number, string>> = {
  2: 'EM_SPARC', 3: 'EM_386', 4: 'EM_68K', 8: 'EM_MIPS', 15: 'EM_PARISC', 18: 'EM_SPARC32PLUS', 20: 'EM_PPC', 21: 'EM_PPC64', 22: 'EM_S390', 40: 'EM_ARM', 42: 'EM_SH', 43: 'EM_SPARCV9',
  50: 'EM_IA_64', 62: 'EM_X86_64', 92: 'EM_OPENRISC', 93: 'EM_ARCOMPACT', 94: 'EM_XTENSA', 113: 'EM_ALTERA_NIOS2', 164: 'EM_HEXAGON', 183: 'EM_AARCH64', 189: 'EM_MICROBLAZE', 195: 'EM_ARCV2',
  243: 'EM_RISCV', 247: 'EM_BPF', 252: 'EM_CSKY', 258: 'EM_LOONGARCH', 0x9026: 'EM_ALPHA',
}

export function machineName(machine: number): string {
  return MACHINES[machine] ?? `machine ${machine}`
}

/** Such as `64-bit little-endian EM_X86_64`. */
export function describeIdentity({ bits, bigEndian, machine }: ElfIdentity): string {
  return `${bits}-bit ${bigEndian ? 'big' : 'little'}-endian ${machineName(machine)}`
}

/** Reads the part of the ELF header that both classes have at the same place (System V gABI, chapter 4, "ELF Header"). @throws ElfError */
export function identifyElf(data: Buffer): ElfIdentity {
  if (data.length < 20 || data.readUInt32BE(0) !== 0x7f454c46) throw new ElfError('ELF header: the file does not begin with \\x7fELF')
  const [bits, encoding] = [integer(data, 4, 1, 'ELF header: class'), integer(data, 5, 1, 'ELF header: encoding')]
  if (bits !== 1 && bits !== 2) throw new ElfError(`ELF header: class ${bits} is neither 32-bit nor 64-bit`)
  if (encoding !== 1 && encoding !== 2) throw new ElfError(`ELF header: encoding ${encoding} is neither little- nor big-endian`)
  const bigEndian = encoding === 2
  return { bits: bits === 1 ? 32 : 64, bigEndian, type: integer(data, 16, 2, 'ELF header: type', bigEndian), machine: integer(data, 18, 2, 'ELF header: machine', bigEndian) }
}
