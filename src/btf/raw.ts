import type { Btf } from './btf.js'
import { RECORD, kindFlag, kindNumber, kindOf, vlenOf } from './kinds.js'
import type { BtfKind } from './types.js'

/** One type as its words stand in the file, for checks that the decoded type no longer allows, such as whether a name is absent or empty. */
export interface RawType {
  readonly id: number
  readonly kind: BtfKind
  readonly nameOffset: number
  readonly vlen: number
  readonly flag: boolean
  readonly sizeOrType: number
  /** A word of the part behind the record. */
  readonly word: (index: number) => number
}

/** @throws BtfError when there is no such type or its kind is unknown. */
export function rawType(btf: Btf, id: number): RawType {
  const owner = btf.ownerOf(id)
  const at = owner.offsetOf(id)
  const { wire } = owner.file
  const info = wire.u32(at + RECORD.info, `type ${id}`)
  return {
    id,
    kind: kindOf(kindNumber(info)) ?? btf.kind(id),
    nameOffset: wire.u32(at + RECORD.name, `type ${id}`),
    vlen: vlenOf(info),
    flag: kindFlag(info),
    sizeOrType: wire.u32(at + RECORD.sizeOrType, `type ${id}`),
    word: (index) => wire.u32(at + RECORD.length + index * 4, `type ${id}`),
  }
}
