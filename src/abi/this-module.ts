import type { ElfFile } from '../elf/elf.js'
import { relocations } from '../elf/relocations.js'
import type { ThisModule } from './struct-module.js'

const NAME = '.gnu.linkonce.this_module'

/** The module's own `struct module` as its object file has it. @throws ElfError */
export function thisModuleOf(elf: ElfFile): ThisModule | undefined {
  const section = elf.sections.find(({ name }) => name === NAME)
  if (section === undefined) return undefined
  return { size: section.size, data: section.data, relocations: relocations(elf, NAME).map(({ offset, symbol }) => ({ offset, symbol: symbol.name })) }
}
