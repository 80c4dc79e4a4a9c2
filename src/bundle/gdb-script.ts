import { composite } from '../abi/struct-module.js'
import type { Types } from '../abi/layout.js'
import { machineNamed } from '../architecture/table.js'
import type { MachineType } from '../model/scenario.js'
import { FILES } from './qemu-args.js'
import type { TextLayout, TextSection } from './text-layout.js'

/** Where the kernel keeps things in its struct module, in bytes. */
export interface ModulePlaces {
  readonly name: number
  /** The address of the area with the code that stays. */
  readonly text: number
  /** The address of the init function. */
  readonly init: number
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
  const [name, text, init] = [offset('name'), offset('mem') ?? offset('core_layout'), offset('init')]
  return name === undefined || text === undefined || init === undefined ? undefined : { name, text, init }
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

/** A module of the bundle. */
export interface GdbModule {
  readonly name: string
  readonly layout: TextLayout
}

/** Only such names stand in a command of gdb. */
const SECTION = /^[\w.]{1,100}$/

function symbolLines({ name, layout }: GdbModule, places: ModulePlaces, struct: string): string[] {
  const { initModule } = layout
  const sections = (of: readonly TextSection[], base: string): { readonly section: string; readonly address: string }[] => of.filter((section) => SECTION.test(section.name)).map((section) => ({ section: section.name, address: `${base}+${section.offset}` }))
  const all = [...sections(layout.core, '$kg_text'), ...(initModule === undefined ? [] : sections(layout.init, '$kg_init'))]
  return [
    `set $kg_text = *(unsigned long *)(${struct} + ${places.text})`,
    ...(initModule === undefined ? [] : [`set $kg_init = *(unsigned long *)(${struct} + ${places.init}) - ${initModule}`]),
    `add-symbol-file ${FILES.modules}/${name}.ko${all.map(({ section, address }) => ` -s ${section} ${address}`).join('')}`,
    `echo ${name} is about to be started.\\n`,
  ]
}

/**
 * Commands for gdb beside `run --gdb`: the kernel's functions are gdb's variables ($load_module), and when one of the modules is about to be
 * started (do_init_module, whose argument is its struct module) its symbols are loaded and gdb stops.
 */
export function gdbScript(modules: readonly GdbModule[], places: ModulePlaces | undefined, machine: MachineType): string {
  const { architecture, firstArgument } = machineNamed(machine).architecture.debugger
  const known = modules.filter(({ name }) => /^[\w-]{1,55}$/.test(name))
  const match = (name: string, at: number): string => words(name).map(({ offset, value, type }) => `*(${type} *)(${firstArgument} + ${at + offset}) == ${value}`).join(' && ')
  const stop =
    places === undefined || known.length === 0
      ? ['# The kernel has no BTF that tells where it keeps a module’s address.']
      : ['hbreak *$do_init_module', 'commands', '  silent', ...known.flatMap((module) => [`  if ${match(module.name, places.name)}`, ...symbolLines(module, places, firstArgument).map((line) => `    ${line}`), '  end']), 'end']
  return `# gdb -x ${FILES.gdbScript}, in this folder, while ./run --gdb waits.
set confirm off
set pagination off
set language c
set architecture ${architecture}
target remote ${FILES.gdbSocket}
echo Reading the kernel's symbols ...\\n
source ${FILES.kernelSymbols}
${stop.join('\n')}
echo Functions of the kernel are variables here: hbreak *$load_module, then continue.\\n
`
}
