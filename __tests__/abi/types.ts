import type { Types } from '../../src/abi/layout.js'
import type { BtfComposite, BtfEnum, BtfType } from '../../src/btf/types.js'

/** Types written down by hand, for what works on any types; the reader has tests of its own. Ids are places in the list, from 1. */
export class HandMade implements Types {
  private readonly list: BtfType[] = [{ id: 0, name: '', kind: 'void' }]

  add(make: (id: number) => BtfType): number {
    const id = this.list.length
    this.list.push(make(id))
    return id
  }

  int(name: string, size: number, encoding: 'unsigned' | 'signed' | 'char' | 'bool' = 'signed'): number {
    return this.add((id) => ({ id, kind: 'int', name, size, encoding, bitOffset: 0, bits: size * 8 }))
  }

  ref(kind: 'ptr' | 'typedef' | 'const' | 'volatile', type: number, name = ''): number {
    return this.add((id) => ({ id, kind, name, type }))
  }

  array(type: number, length: number): number {
    return this.add((id) => ({ id, kind: 'array', name: '', type, indexType: type, length }))
  }

  /** Members as [name, type, offset in bytes, width of a bit field]. */
  struct(name: string, size: number, members: readonly (readonly [string, number, number, number?])[], kind: 'struct' | 'union' = 'struct'): number {
    return this.add((id): BtfComposite => ({ id, kind, name, size, members: members.map(([member, type, offset, bits = 0]) => ({ name: member, type, bitOffset: offset * 8, bitSize: bits })) }))
  }

  enum(name: string, values: Readonly<Record<string, number>>, kind: 'enum' | 'enum64' = 'enum'): number {
    return this.add((id): BtfEnum => ({ id, kind, name, size: kind === 'enum' ? 4 : 8, signed: false, values: Object.entries(values).map(([value, number]) => ({ name: value, value: BigInt(number) })) }))
  }

  type(id: number): BtfType {
    const found = this.list[id]
    if (found === undefined) throw new Error(`no type ${id}`)
    return found
  }

  named(name: string, kinds?: readonly BtfType['kind'][]): readonly number[] {
    return this.list.filter((type) => type.name === name && name !== '' && (kinds === undefined || kinds.includes(type.kind))).map(({ id }) => id)
  }

  *ownIds(): Iterable<number> {
    for (let id = 1; id < this.list.length; id++) yield id
  }
}
