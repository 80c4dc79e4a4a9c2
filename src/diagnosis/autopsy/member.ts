import { composite } from '../../abi/struct-module.js'
import type { Types } from '../../abi/layout.js'
import type { KernelMember, RefusedRelocation } from './report.js'

/** The members of `struct module` that modpost fills through relocations (scripts/mod/modpost.c, add_header). */
const MEANT: Readonly<Record<string, string>> = { init_module: 'init', cleanup_module: 'exit' }

/** What the kernel keeps where the relocation goes; undefined when it does not go into `struct module`, or BTF does not know. */
export function kernelMember(kernel: Types, { target, offset, symbol }: RefusedRelocation): KernelMember | undefined {
  if (target !== '.gnu.linkonce.this_module') return undefined
  const struct = composite(kernel, 'module')
  if (struct === undefined || offset >= struct.size) return undefined
  const there = struct.members.filter(({ bitOffset }) => bitOffset <= offset * 8).at(-1)
  if (there === undefined) return undefined
  const meant = struct.members.find(({ name }) => name === MEANT[symbol])
  return { name: there.name, offset: Math.floor(there.bitOffset / 8), ...(meant !== undefined && { meant: { name: meant.name, offset: meant.bitOffset / 8 } }) }
}
