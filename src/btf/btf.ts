import { decodeType } from './decode.js'
import { BtfError } from './error.js'
import { type Header, readHeader } from './header.js'
import { type KindLayout, RECORD, indexTypes, kindNumber, kindOf, readLayouts } from './kinds.js'
import { NameIndex } from './names.js'
import { Strings } from './strings.js'
import type { BtfKind, BtfType } from './types.js'
import type { Wire } from './wire.js'

export { BtfError } from './error.js'

/** The bytes behind a `Btf`, for the checks that need more than the types say. */
export interface BtfFile {
  readonly wire: Wire
  readonly header: Header
  readonly strings: Strings
  /** Where each of the file's own types begins, in bytes. */
  readonly offsets: Uint32Array
  readonly layouts: readonly KindLayout[]
}

const VOID: BtfType = { id: 0, name: '', kind: 'void' }

/**
 * BTF as Documentation/bpf/btf.rst and include/uapi/linux/btf.h describe it: the whole content of a `.BTF` section.
 * Only the places of the types are kept; a type is decoded whenever it is asked for.
 */
export class Btf {
  readonly base: Btf | undefined
  /** Id of the first type of this file itself: 1, or the base's count. */
  readonly firstId: number
  /** All ids from 0 (void) up to but not including this one are types, the base's among them. */
  readonly count: number
  readonly file: BtfFile
  private index: NameIndex | undefined

  private constructor(
    data: Uint8Array,
    base: Btf | undefined,
    /** Whether this file's own types are a distilled base: of structs, unions and enums it has name and size alone. */
    readonly distilled: boolean,
  ) {
    const { wire, header } = readHeader(data)
    const { offset, length } = header.strings
    const strings = new Strings(Buffer.from(data.buffer, data.byteOffset + offset, length), base?.file.strings)
    const own = readLayouts(data, header)
    const layouts = own.length > 0 ? own : (base?.file.layouts ?? own)
    this.base = base
    this.firstId = base?.count ?? 1
    const offsets = indexTypes(wire, header, layouts, this.firstId)
    this.count = this.firstId + offsets.length
    this.file = { wire, header, strings, offsets, layouts }
  }

  /**
   * Reads BTF of either byte order; split BTF (a module's) needs the base that it was made with. `data` must not change afterwards.
   * @throws BtfError when the header, the strings or the extents of the types make no sense, or a kind is unknown and the file does not say its size.
   */
  static read(data: Uint8Array, options: { readonly base?: Btf; readonly distilled?: boolean } = {}): Btf {
    return new Btf(data, options.base, options.distilled === true)
  }

  /** @throws BtfError when there is no such type, or a name in it is outside the strings. */
  type(id: number): BtfType {
    if (id === 0) return VOID
    const owner = this.ownerOf(id)
    return decodeType(owner.file.wire, owner.file.strings, id, owner.offsetOf(id))
  }

  /** Only the kind of a type, which costs far less than the type. @throws BtfError when there is no such type or its kind is unknown here. */
  kind(id: number): BtfKind {
    if (id === 0) return 'void'
    const owner = this.ownerOf(id)
    const kind = owner.ownKind(id)
    if (kind === undefined) throw new BtfError(`type ${id} at offset ${owner.offsetOf(id)}: its kind is unknown`)
    return kind
  }

  /** Ids of all types with this name, the base's first, in ascending order. */
  named(name: string, kinds?: readonly BtfKind[]): readonly number[] {
    const found: number[] = [...(this.base?.named(name, kinds) ?? [])]
    if (name === '') return found
    this.index ??= new NameIndex(this.file.wire, this.file.strings, this.file.offsets)
    for (const position of this.index.find(name)) {
      const kind = this.ownKind(this.firstId + position)
      if (kind !== undefined && (kinds === undefined || kinds.includes(kind))) found.push(this.firstId + position)
    }
    return found
  }

  /** Ids of this file's own types, without void and without the base's. */
  *ownIds(): Iterable<number> {
    for (let id = this.firstId; id < this.count; id++) yield id
  }

  /** The file that holds a type. @throws BtfError when there is none. */
  ownerOf(id: number): Btf {
    // A base is always shorter than what is split from it, so this ends.
    let owner: Btf | undefined = Number.isInteger(id) && id > 0 && id < this.count ? this : undefined
    while (owner !== undefined && id < owner.firstId) owner = owner.base
    if (owner === undefined) throw new BtfError(`type ${id}: there are only types 0 to ${this.count - 1}`)
    return owner
  }

  /** Where a type of this file itself begins, in bytes. */
  offsetOf(id: number): number {
    return this.file.offsets[id - this.firstId] ?? 0
  }

  private ownKind(id: number): BtfKind | undefined {
    return kindOf(kindNumber(this.file.wire.u32(this.offsetOf(id) + RECORD.info, `type ${id}`)))
  }
}
