import { composite } from '../abi/struct-module.js'
import type { Types } from '../abi/layout.js'
import { FILES } from './qemu-args.js'

/** Where the kernel keeps things in its struct module, in bytes. */
export interface ModulePlaces {
  readonly name: number
  /** The address of the module's first executable section. */
  readonly text: number
}

/**
 * From the kernel's BTF. `core_layout.base` until 6.3, `mem[MOD_TEXT].base` since 6.4 (include/linux/module.h); the address is the first
 * member of either. Undefined when BTF has neither.
 */
export function modulePlaces(kernel: Types): ModulePlaces | undefined {
  const members = composite(kernel, 'module')?.members ?? []
  const offset = (name: string): number | undefined => {
    const member = members.find((entry) => entry.name === name)
    return member === undefined ? undefined : member.bitOffset / 8
  }
  const [name, text] = [offset('name'), offset('mem') ?? offset('core_layout')]
  return name === undefined || text === undefined ? undefined : { name, text }
}

/** A name as gdb can compare it without strings of its own: words of eight bytes, little-endian, with the zero at its end. */
function words(name: string): { readonly offset: number; readonly value: string; readonly type: string }[] {
  const bytes = Buffer.from(`${name}\0`, 'latin1')
  const found = []
  for (let offset = 0; offset < bytes.length; ) {
    const size = bytes.length - offset >= 8 ? 8 : bytes.length - offset >= 4 ? 4 : bytes.length - offset >= 2 ? 2 : 1
    const value = size === 8 ? bytes.readBigUInt64LE(offset) : BigInt(bytes.readUIntLE(offset, size))
    found.push({ offset, value: `0x${value.toString(16)}`, type: { 8: 'unsigned long', 4: 'unsigned int', 2: 'unsigned short', 1: 'unsigned char' }[size] })
    offset += size
  }
  return found
}

/**
 * Commands for gdb beside `run --gdb`: the kernel's functions are gdb's variables ($load_module), and when one of the modules is about to be
 * started (do_init_module, whose argument is its struct module) its symbols are loaded and gdb stops.
 */
export function gdbScript(modules: readonly string[], places: ModulePlaces | undefined): string {
  const names = modules.filter((name) => /^[\w-]+$/.test(name))
  const match = (name: string, at: number): string => words(name).map(({ offset, value, type }) => `*(${type} *)($rdi + ${at + offset}) == ${value}`).join(' && ')
  return `# gdb -x ${FILES.gdbScript}, in this folder, while ./run --gdb waits.
set confirm off
set pagination off
set language c
set architecture i386:x86-64
target remote ${FILES.gdbSocket}
echo Reading the kernel's symbols ...\\n
source ${FILES.kernelSymbols}
${
  places === undefined || names.length === 0
    ? '# The kernel has no BTF that tells where it keeps a module’s address.'
    : `hbreak *$do_init_module
commands
  silent
${names.map((name) => `  if ${match(name, places.name)}\n    add-symbol-file ${FILES.modules}/${name}.ko *(unsigned long *)($rdi + ${places.text})\n    echo ${name} is about to be started.\\n\n  end`).join('\n')}
end`
}
echo Functions of the kernel are variables here: hbreak *$load_module, then continue.\\n
`
}
