import { ARCHITECTURES } from '../../architecture/table.js'

/** Where the debugger finds things: names in its working directory, without blanks, which gdb takes for the end of an argument. */
export interface GdbSession {
  /** Unix socket of QEMU's stub. */
  readonly stub: string
  /** Address of apply_relocate_add(). */
  readonly applyRelocateAdd: bigint
  /** Files for the memory of the target section and of the symbol table. */
  readonly targetFile: string
  readonly symbolsFile: string
  /** A place of which all writes are told. */
  readonly watch?: { readonly address: bigint; readonly bytes: 4 | 8 }
}

/** The line after which the guest may be told to go on. */
export const READY = 'kmod-gate: ready'

/** Writes that are told at most; memory that somebody else used before may see many. */
const MOST_WRITES = 500
/** Bytes of a section that are fetched at most: the sizes come from the guest. */
const MOST_BYTES = 64 << 20

const hex = (value: bigint): string => `0x${value.toString(16)}`

/**
 * Commands for gdb, with or without Python and symbols. They stop at the entry of apply_relocate_add() (x86-64: section headers in rdi, index
 * of the symbol table in edx, of the relocations in ecx) and at the place to which it returns; where that is with an error, the memory
 * is still as the kernel saw it. Elf64_Shdr has 64 bytes: address at 16, size at 32, info at 44.
 */
export function gdbCommands({ stub, applyRelocateAdd, targetFile, symbolsFile, watch }: GdbSession): string {
  const lines = [
    'set pagination off',
    'set confirm off',
    'set width 0',
    'set language c',
    `set architecture ${ARCHITECTURES.amd64.debugger.architecture}`,
    'set remotetimeout 20',
    `target remote ${stub}`,
    ...(watch === undefined ? [] : [`watch *(unsigned ${watch.bytes === 8 ? 'long long' : 'int'} *)${hex(watch.address)}`]),
    `hbreak *${hex(applyRelocateAdd)}`,
    'set $kg_return = 0',
    'set $kg_writes = 0',
    'set $kg_on = 1',
    `echo ${READY}\\n`,
    'continue',
    'while $kg_on',
    `  if (unsigned long long)$rip == ${hex(applyRelocateAdd)}`,
    '    set $kg_headers = (unsigned long long)$rdi',
    '    set $kg_relocations = (unsigned long long)(unsigned int)$ecx',
    '    set $kg_symbols = (unsigned long long)(unsigned int)$edx',
    '    if $kg_return == 0',
    '      set $kg_return = *(unsigned long long *)$rsp',
    '      hbreak *$kg_return',
    '    end',
    '    continue',
    '  else',
    '    if $kg_return != 0 && (unsigned long long)$rip == $kg_return',
    '      if (int)$eax < 0',
    '        set $kg_info = (unsigned long long)*(unsigned int *)($kg_headers + $kg_relocations * 64 + 44)',
    '        set $kg_address = *(unsigned long long *)($kg_headers + $kg_info * 64 + 16)',
    '        set $kg_size = *(unsigned long long *)($kg_headers + $kg_info * 64 + 32)',
    '        set $kg_table = *(unsigned long long *)($kg_headers + $kg_symbols * 64 + 16)',
    '        set $kg_length = *(unsigned long long *)($kg_headers + $kg_symbols * 64 + 32)',
    `        if $kg_size < ${MOST_BYTES} && $kg_length < ${MOST_BYTES}`,
    `          dump binary memory ${targetFile} $kg_address $kg_address+$kg_size`,
    `          dump binary memory ${symbolsFile} $kg_table $kg_table+$kg_length`,
    '        end',
    '        printf "kmod-gate: refused %llu 0x%llx %d\\n", $kg_relocations, $kg_address, (int)$eax',
    '        set $kg_on = 0',
    '      else',
    '        continue',
    '      end',
    '    else',
    ...(watch === undefined
      ? []
      : [`      printf "kmod-gate: write 0x%llx 0x%llx 0x%llx\\n", (unsigned long long)$rip, (unsigned long long)*(unsigned ${watch.bytes === 8 ? 'long long' : 'int'} *)${hex(watch.address)}, *(unsigned long long *)$rsp`]),
    '      set $kg_writes = $kg_writes + 1',
    `      if $kg_writes > ${MOST_WRITES}`,
    '        set $kg_on = 0',
    '      else',
    '        continue',
    '      end',
    '    end',
    '  end',
    'end',
    // Detaching lets the guest run on, which detaches from the deadline as well.
    'detach',
    'quit',
  ]
  return `${lines.join('\n')}\n`
}

/** Arguments of gdb(1): no start files of the user, no questions. */
export function gdbArgs(script: string): string[] {
  return ['--nx', '--nh', '--quiet', '--batch', '-x', script]
}

/** What such a session said. */
export interface GdbFindings {
  readonly refused?: { readonly section: number; readonly targetAddress: bigint; readonly error: number }
  /** In order: address after the writing instruction, value afterwards, and what was on top of the stack. */
  readonly writes: readonly { readonly after: bigint; readonly value: bigint; readonly stack: bigint }[]
}

export function readGdbOutput(output: string): GdbFindings {
  const refused = /^kmod-gate: refused (\d{1,9}) (0x[0-9a-f]{1,16}) (-?\d{1,9})$/m.exec(output)
  const writes = [...output.matchAll(/^kmod-gate: write (0x[0-9a-f]{1,16}) (0x[0-9a-f]{1,16}) (0x[0-9a-f]{1,16})$/gm)]
  return {
    ...(refused !== null && { refused: { section: Number(refused[1]), targetAddress: BigInt(refused[2] ?? 0), error: Number(refused[3]) } }),
    writes: writes.map(([, after, value, stack]) => ({ after: BigInt(after ?? 0), value: BigInt(value ?? 0), stack: BigInt(stack ?? 0) })),
  }
}
