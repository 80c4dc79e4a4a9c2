import { type ElfFile, SHF_ALLOC } from '../elf/elf.js'
import { readSymbols } from '../elf/symbols.js'

const SHF_EXECINSTR = 4

/** An executable section, and where it goes behind the start of its area. */
export interface TextSection {
  readonly name: string
  /** Bytes. */
  readonly offset: number
}

/** How the kernel lays out a module's code: one area that stays, one that is freed after init (kernel/module/main.c, layout_sections). */
export interface TextLayout {
  readonly core: readonly TextSection[]
  readonly init: readonly TextSection[]
  /** Where init_module is behind the start of its area; absent when the module has no init function in it. */
  readonly initModule?: number
}

/** Executable sections in the order of the file, each at the next address that its alignment allows. @throws ElfError */
export function textLayout(elf: ElfFile): TextLayout {
  const text = elf.sections.filter(({ flags }) => (flags & (SHF_ALLOC | SHF_EXECINSTR)) === (SHF_ALLOC | SHF_EXECINSTR))
  const init = placed(text.filter(({ name }) => name.startsWith('.init')))
  const symbol = readSymbols(elf).find(({ name }) => name === 'init_module')
  const home = init.find(({ name }) => name === symbol?.sectionName)
  return { core: placed(text.filter(({ name }) => !name.startsWith('.init'))), init, ...(symbol !== undefined && home !== undefined && { initModule: home.offset + Number(symbol.value) }) }
}

function placed(sections: readonly { readonly name: string; readonly size: number; readonly addralign: number }[]): TextSection[] {
  let end = 0
  return sections.map(({ name, size, addralign }) => {
    const align = Math.max(1, addralign)
    const offset = Math.ceil(end / align) * align
    end = offset + size
    return { name, offset }
  })
}
