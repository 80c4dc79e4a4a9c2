import type { BtfComposite, BtfMember } from '../btf/types.js'
import type { Layout } from '../dwarf/types.js'
import type { Finding } from '../model/finding.js'
import type { Types } from './layout.js'
import { place } from './side-by-side.js'

/** What the module's object file says of its `struct module` (section .gnu.linkonce.this_module, made by scripts/mod/modpost.c). */
export interface ThisModule {
  /** Bytes of the section. */
  readonly size: number
  /** Where pointers to the module's functions go, by the symbol that they point to (`init_module`, `cleanup_module`). */
  readonly relocations: readonly { readonly offset: number; readonly symbol: string }[]
  readonly data: Buffer
}

/** Members of `struct module` (include/linux/module.h) that modpost fills with the address of a function of the module. */
const POINTERS = [
  { symbol: 'init_module', member: 'init' },
  { symbol: 'cleanup_module', member: 'exit' },
] as const

export type ThisModuleProof = { readonly state: 'matches' } | { readonly state: 'differs'; readonly finding: Omit<Finding, 'stage'> } | { readonly state: 'not proven'; readonly why: string }

/** The one composite of a name; the first when there are variants, and undefined when there is none with members. */
export function composite(types: Types, name: string): BtfComposite | undefined {
  return types
    .named(name, ['struct'])
    .map((id) => types.type(id))
    .find((type): type is BtfComposite => type.kind === 'struct' && type.members.length > 0)
}

/**
 * Whether the kernel will find the module's init and exit functions, and its name, where the module put them.
 * The kernel takes the section as a `struct module` of its own making (kernel/module/main.c, setup_load_info, layout_and_allocate).
 */
export function proveThisModule(section: ThisModule | undefined, name: string, kernel: Types, module: Layout | undefined): ThisModuleProof {
  const theirs = composite(kernel, 'module')
  if (theirs === undefined) return { state: 'not proven', why: 'the kernel’s BTF has no struct module' }
  // A file without the section is no module at all; the check of the file itself says so.
  if (section === undefined) return { state: 'not proven', why: 'the file has no section .gnu.linkonce.this_module' }
  const sentences = POINTERS.flatMap(({ symbol, member }) => {
    const relocation = section.relocations.find((entry) => entry.symbol === symbol)
    const wanted = theirs.members.find((entry) => entry.name === member)
    if (relocation === undefined || wanted === undefined || wanted.bitOffset === relocation.offset * 8) return []
    return [misplaced(member, wanted.bitOffset / 8, relocation.offset, theirs, module)]
  })
  if (section.size !== theirs.size) sentences.push(`The kernel’s \`struct module\` has ${place(theirs.size)} bytes; this module’s section .gnu.linkonce.this_module has ${place(section.size)}.`)
  const named = theirs.members.find((entry) => entry.name === 'name')
  const seen = named === undefined ? name : nameAt(section.data, named.bitOffset / 8)
  if (seen !== name) sentences.push(`The kernel would read the module’s name at ${place(named === undefined ? 0 : named.bitOffset / 8)} and find ${JSON.stringify(seen)} there instead of ${JSON.stringify(name)}.`)
  const [first, ...others] = sentences
  if (first === undefined) return { state: 'matches' }
  return {
    state: 'differs',
    finding: {
      id: 'abi.struct-module',
      severity: 'fail',
      title: first,
      ...(others.length > 0 && { detail: others.join('\n') }),
      remedy: 'The module was compiled with another idea of struct module than the kernel’s: build it with the headers and the configuration of exactly this kernel, and with no option lost on the way.',
    },
  }
}

function nameAt(data: Buffer, offset: number): string {
  const end = data.indexOf(0, offset)
  return offset > data.length ? '' : data.toString('latin1', offset, end < 0 ? Math.min(data.length, offset + 64) : Math.min(end, offset + 64))
}

function misplaced(member: string, wanted: number, found: number, theirs: BtfComposite, ours: Layout | undefined): string {
  const there = memberAt(theirs, found)
  const keeps = there === undefined ? 'outside of what the kernel reads' : there.bitOffset / 8 === found ? `where the kernel keeps \`${there.name}\`` : `inside of what the kernel keeps as \`${there.name}\``
  const sentence = `the kernel's \`struct module\` has \`${member}\` at ${place(wanted)}; this module puts it at ${place(found)}, ${keeps}.`
  return ours === undefined ? sentence : `${sentence} ${whatMoved(member, theirs, ours)}`.trimEnd()
}

function memberAt(struct: BtfComposite, offset: number): BtfMember | undefined {
  return struct.members.filter((entry) => entry.bitOffset <= offset * 8 && offset < struct.size).at(-1)
}

/** `16 bytes are missing before it: btf_data_size, btf_data.` */
function whatMoved(member: string, kernel: BtfComposite, ours: Layout): string {
  const theirs: Layout = { size: kernel.size, members: kernel.members.map(({ name, bitOffset }) => ({ name, offset: bitOffset / 8 })) }
  const before = (struct: Layout): Layout['members'] => struct.members.slice(0, Math.max(0, struct.members.findIndex((entry) => entry.name === member)))
  const only = (struct: Layout, other: Layout): string[] => before(struct).flatMap((entry) => (entry.name !== '' && !other.members.some(({ name }) => name === entry.name) ? [entry.name] : []))
  const at = (struct: Layout): number => struct.members.find((entry) => entry.name === member)?.offset ?? 0
  const [missing, extra] = [only(theirs, ours), only(ours, theirs)]
  const moved = at(theirs) - at(ours)
  const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')
  const count = (bytes: number): string => `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`
  if (moved > 0 && missing.length > 0) return `${count(moved)} are missing before it: ${list(missing)}.`
  if (moved < 0 && extra.length > 0) return `${count(-moved)} too many are before it: ${list(extra)}.`
  return ''
}
