import { basename } from 'node:path'
import type { ElfFile } from '../elf/elf.js'
import { readSymbols } from '../elf/symbols.js'

/** ELF symbol type of the name of a source file (System V gABI, "Symbol Types"). */
const STT_FILE = 4
/** Made by kbuild, not by the user: what they have is proven by the struct module in the file. */
const GENERATED = /\.mod\.c$|^\.module-common\.c$/

/**
 * Source files of the module without debug information of their own, such as those compiled with -g0: the compiler left their names in the symbol table
 * (one symbol for each object) and no compilation unit. Their idea of the kernel's types is in no proof.
 */
export function uncoveredSources(elf: ElfFile, units: readonly string[]): string[] {
  const covered = new Map<string, number>()
  for (const unit of units) covered.set(basename(unit), (covered.get(basename(unit)) ?? 0) + 1)
  const missing: string[] = []
  for (const { type, name } of readSymbols(elf)) {
    if (type !== STT_FILE || !name.endsWith('.c') || GENERATED.test(name)) continue
    const left = covered.get(basename(name)) ?? 0
    if (left === 0) missing.push(name)
    else covered.set(basename(name), left - 1)
  }
  return missing
}
