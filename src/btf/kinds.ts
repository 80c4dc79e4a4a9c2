import { BtfError } from './error.js'
import type { Header } from './header.js'
import type { BtfKind } from './types.js'
import type { Wire } from './wire.js'

/** What follows the 12 bytes of struct btf_type: a fixed part, then so many bytes for each of `vlen` elements. */
export interface KindLayout {
  readonly fixed: number
  readonly element: number
}

/** struct btf_type: name_off, info, size or type; 32 bits each. */
export const RECORD = { name: 0, info: 4, sizeOrType: 8, length: 12 }

/** BTF_INFO_KIND, _VLEN and _KFLAG. In Linux 6.12 kinds had five bits and vlen sixteen, and a file with any of the others was refused; 7.3 counts as here. */
export const kindNumber = (info: number): number => (info >>> 24) & 0x7f
export const vlenOf = (info: number): number => info & 0xffffff
export const kindFlag = (info: number): boolean => info >>> 31 === 1

const plain = { fixed: 0, element: 0 }

/** BTF_KIND_* of include/uapi/linux/btf.h by number, with the sizes of the structs that follow the record there. 0 is void, which no file holds. */
const KINDS: readonly (readonly [BtfKind, KindLayout])[] = [
  ['void', plain],
  ['int', { fixed: 4, element: 0 }],
  ['ptr', plain],
  ['array', { fixed: 12, element: 0 }],
  ['struct', { fixed: 0, element: 12 }],
  ['union', { fixed: 0, element: 12 }],
  ['enum', { fixed: 0, element: 8 }],
  ['fwd', plain],
  ['typedef', plain],
  ['volatile', plain],
  ['const', plain],
  ['restrict', plain],
  ['func', plain],
  ['func_proto', { fixed: 0, element: 8 }],
  ['var', { fixed: 4, element: 0 }],
  ['datasec', { fixed: 0, element: 12 }],
  ['float', plain],
  ['decl_tag', { fixed: 4, element: 0 }],
  ['type_tag', plain],
  ['enum64', { fixed: 0, element: 12 }],
]

/** `undefined` for void and for kinds newer than this reader. */
export function kindOf(number: number): BtfKind | undefined {
  return number === 0 ? undefined : KINDS[number]?.[0]
}

export function layoutOf(number: number): KindLayout | undefined {
  return number === 0 ? undefined : KINDS[number]?.[1]
}

/** The file's own sizes of its kinds (struct btf_layout: info_sz, elem_sz, flags): with them, kinds that are unknown here can be passed over. */
export function readLayouts(bytes: Uint8Array, { layout }: Header): readonly KindLayout[] {
  if (layout === undefined) return []
  const entries = bytes.subarray(layout.offset, layout.offset + layout.length)
  return Array.from({ length: Math.min(entries.length >>> 2, 128) }, (_, kind) => ({ fixed: entries[kind * 4] ?? 0, element: entries[kind * 4 + 1] ?? 0 }))
}

/** Where each type begins, in bytes from the file's beginning: one pass over the type section. @throws BtfError */
export function indexTypes(wire: Wire, { types }: Header, layouts: readonly KindLayout[], firstId: number): Uint32Array {
  const end = types.offset + types.length
  const offsets = new Uint32Array(Math.floor(types.length / RECORD.length))
  let count = 0
  for (let at = types.offset; at < end; count++) {
    if (at + RECORD.length > end) throw new BtfError(`type ${firstId + count} at offset ${at}: the types end at ${end}, within its record`)
    const info = wire.u32(at + RECORD.info, 'type')
    const number = kindNumber(info)
    const layout = layoutOf(number) ?? (number === 0 ? undefined : layouts[number])
    if (layout === undefined) throw new BtfError(`type ${firstId + count} at offset ${at}: kind ${number} is unknown, and with it the type's size`)
    const next = at + RECORD.length + layout.fixed + vlenOf(info) * layout.element
    if (next > end) throw new BtfError(`type ${firstId + count} at offset ${at}: its ${vlenOf(info)} elements end at ${next}, the types at ${end}`)
    offsets[count] = at
    at = next
  }
  return offsets.slice(0, count)
}
