import { ElfError, openElf } from '../elf/elf.js'
import { SHN, readSymbols } from '../elf/symbols.js'

/**
 * What a module may use of the kernel without leaving anything that runs or shows itself later: messages, module parameters, and what the compiler calls
 * of its own accord (kernel/printk/printk.c, kernel/params.c; ftrace, retpolines and the stack protector of arch/). No memory: who has some may spoil it.
 */
const AT_ONCE: readonly RegExp[] = [/^_?printk$/, /^param_(?:ops|get|set|array_ops)(?:_\w+)?$/, /^(?:__fentry__|_?mcount|__x86_return_thunk|__x86_indirect_thunk_\w+|__stack_chk_(?:fail|guard))$/]

/** Whether something of the module may still run when it is unloaded: a timer, a thread, work that waits. What cannot be told counts as yes. */
export function mayRunLater(module: Buffer): boolean {
  try {
    return readSymbols(openElf(module)).some(({ name, shndx }) => shndx === SHN.undef && name !== '' && !AT_ONCE.some((pattern) => pattern.test(name)))
  } catch (error) {
    if (error instanceof ElfError) return true
    throw error
  }
}
