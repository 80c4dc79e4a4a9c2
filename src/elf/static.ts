import { integer, range } from './bytes.js'

const PT_INTERP = 3

/** Whether an ELF64 program runs without an interpreter, and so without libraries (ELF-64 object file format, "Program header"). @throws ElfError */
export function isStatic(elf: Buffer): boolean {
  const [table, size, count] = [integer(elf, 0x20, 8, 'program header table'), integer(elf, 0x36, 2, 'program header size'), integer(elf, 0x38, 2, 'number of program headers')]
  return !Array.from({ length: count }, (_, i) => integer(range(elf, table + i * size, size, `program header ${i}`), 0, 4, 'type')).includes(PT_INTERP)
}
