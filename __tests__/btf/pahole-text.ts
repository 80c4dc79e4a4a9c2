import type { Btf } from '../../src/btf/btf.js'
import type { BtfType } from '../../src/btf/types.js'

/** One struct or union as a line of its own: kind, name and size, then every member in order with its offset and size, `offset:bit:bits` for bit fields. */
const line = (kind: string, name: string, size: number, members: readonly string[]): string => `${kind} ${name} ${size}: ${members.join(', ')}`

/** Bits of a member's place as pahole says it, and how many bits it has when it is a bit field. */
const place = (name: string, bits: number, of: number, size: number): string => (of === 0 ? `${name} ${bits / 8} ${size}` : `${name} ${bits}..${bits + of}`)

/**
 * The named structs and unions in what `pahole -F btf FILE` prints (dwarves_fprintf.c, class__fprintf and type__fprintf): a member a line, behind it its byte
 * offset and size, of bit fields `byte: bit  bytes of its type`; members of unnamed types stand inside of braces, with offsets from the outermost struct. It says no size of a union
 * (0 here), but that of each member which is one.
 */
export function paholeLines(text: string): Set<string> {
  const found = new Set<string>()
  let [kind, name, members]: [string, string, string[]] = ['', '', []]
  for (const row of text.split('\n')) {
    const begin = /^(struct|union) (\w+) \{$/.exec(row)
    if (begin !== null) [kind, name, members] = [begin[1] ?? '', begin[2] ?? '', []]
    const size = /^\t\/\* size: (\d+)[,} ]/.exec(row)
    if (size !== null || (row === '};' && kind === 'union')) found.add(line(kind, name, Number(size?.[1] ?? 0), members))
    const [, declaration, byte, bit, bytes] = /^\t+(.*);\s*\/\*\s*(\d+)(?::\s*(\d+))?\s+(\d+) \*\/$/.exec(row) ?? []
    if (declaration === undefined) continue
    const width = /:(\d+)$/.exec(declaration)?.[1]
    members.push(place(nameOf(declaration), Number(byte) * 8 + Number(bit ?? 0), Number(width ?? 0), Number(bytes)))
  }
  return found
}

/** The name that a declaration declares; empty for an unnamed member. */
function nameOf(declaration: string): string {
  const plain = declaration.replaceAll(/__attribute__\(\(.*?\)\)\)?/g, '').trim()
  // A member without a name whose type has one (-fms-extensions, in 7.x).
  if (/^(?:struct|union) \w+$/.test(plain)) return ''
  const pointer = /\((?:\*+\s*)+(\w+)?(?:\[\d*\])*\)/.exec(plain)
  if (pointer !== null) return pointer[1] ?? ''
  return /(?:^|[\s*}])(\w+)(?:\[\d*\])*(?::\d+)?$/.exec(plain)?.[1] ?? ''
}

/** Names and sizes, as `pahole -F btf --sizes FILE` prints them before the number of holes. */
export function paholeSizes(text: string): Set<string> {
  return new Set(text.split('\n').flatMap((row) => /^\w+\t\d+(?=\t)/.exec(row) ?? []))
}

export function ownSizes(btf: Btf): Set<string> {
  return new Set([...btf.ownIds()].map((id) => btf.type(id)).flatMap((type) => ('members' in type && type.name !== '' ? [`${type.name}\t${type.size}`] : [])))
}

/** The same lines of our reading. */
export function ownLines(btf: Btf): Set<string> {
  const found = new Set<string>()
  for (const id of btf.ownIds()) {
    const type = btf.type(id)
    if ('members' in type && type.name !== '') found.add(line(type.kind, type.name, type.kind === 'union' ? 0 : type.size, membersOf(btf, type, 0)))
  }
  return found
}

function membersOf(btf: Btf, type: BtfType, base: number): string[] {
  if (!('members' in type)) return []
  return type.members.flatMap(({ name, type: id, bitOffset, bitSize }) => {
    const inner = unnamed(btf, id)
    const at = base + bitOffset
    // What a pointer points to is spelled out too where it has no name; its offsets are its own.
    const inside = inner === undefined ? [] : membersOf(btf, inner.type, inner.pointedTo ? 0 : at)
    return [...inside, place(name, at, bitSize, sizeOf(btf, id))]
  })
}

/** The unnamed struct or union that a member or its elements are, or point to. */
function unnamed(btf: Btf, id: number): { readonly type: BtfType; readonly pointedTo: boolean } | undefined {
  const type = btf.type(id)
  if (type.kind === 'array' || type.kind === 'const' || type.kind === 'volatile') return unnamed(btf, type.type)
  if (type.kind === 'ptr') {
    const to = unnamed(btf, type.type)
    return to === undefined ? undefined : { ...to, pointedTo: true }
  }
  return 'members' in type && type.name === '' ? { type, pointedTo: false } : undefined
}

/** Bytes of a type (include/uapi/linux/btf.h); pointers of the kernels here have eight. */
function sizeOf(btf: Btf, id: number): number {
  const type = btf.type(id)
  if (type.kind === 'array') return type.length * sizeOf(btf, type.type)
  if (type.kind === 'ptr') return 8
  if ('size' in type) return type.size
  return 'type' in type ? sizeOf(btf, type.type) : 0
}
