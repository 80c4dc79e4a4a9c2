import { BtfError } from './error.js'
import { RECORD, kindFlag, kindNumber, kindOf, vlenOf } from './kinds.js'
import type { Strings } from './strings.js'
import type { BtfFunction, BtfInt, BtfMember, BtfType } from './types.js'
import type { Wire } from './wire.js'

/** enum btf_func_linkage, which a function has in place of vlen. */
const LINKAGE: readonly BtfFunction['linkage'][] = ['static', 'global', 'extern']

/** BTF_INT_SIGNED, _CHAR and _BOOL: kernels take only one of them at a time. */
function encodingOf(bits: number): BtfInt['encoding'] {
  if ((bits & 4) !== 0) return 'bool'
  if ((bits & 2) !== 0) return 'char'
  return (bits & 1) !== 0 ? 'signed' : 'unsigned'
}

/** The type whose record begins at `at`; its extent was checked when the file was indexed. @throws BtfError */
export function decodeType(wire: Wire, strings: Strings, id: number, at: number): BtfType {
  const word = (index: number): number => wire.u32(at + index * 4, `type ${id}`)
  const name = strings.at(word(0), id)
  const info = word(1)
  const sizeOrType = word(2)
  const kind = kindOf(kindNumber(info))
  const vlen = vlenOf(info)
  /** Each element from its own words. */
  const elements = <T>(words: number, read: (first: number) => T): T[] => Array.from({ length: vlen }, (_, i) => read(RECORD.length / 4 + i * words))
  const nameAt = (index: number): string => strings.at(word(index), id)

  switch (kind) {
    case 'int':
      return { id, name, kind, size: sizeOrType, encoding: encodingOf((word(3) >>> 24) & 0xf), bitOffset: (word(3) >>> 16) & 0xff, bits: word(3) & 0xff }
    case 'float':
      return { id, name, kind, size: sizeOrType }
    case 'ptr':
    case 'typedef':
    case 'volatile':
    case 'const':
    case 'restrict':
      return { id, name, kind, type: sizeOrType }
    case 'type_tag':
      return { id, name, kind, type: sizeOrType, ...(kindFlag(info) ? { attribute: true } : {}) }
    case 'array':
      return { id, name, kind, type: word(3), indexType: word(4), length: word(5) }
    case 'struct':
    case 'union':
      return { id, name, kind, size: sizeOrType, members: elements(3, (first) => member(nameAt(first), word(first + 1), word(first + 2), kindFlag(info))) }
    case 'enum': {
      const signed = kindFlag(info)
      const value = (index: number): bigint => BigInt(signed ? wire.i32(at + index * 4, `type ${id}`) : word(index))
      return { id, name, kind, size: sizeOrType, signed, values: elements(2, (first) => ({ name: nameAt(first), value: value(first + 1) })) }
    }
    case 'enum64': {
      const signed = kindFlag(info)
      const value = (low: number, high: number): bigint => (BigInt(signed ? high | 0 : high) << 32n) | BigInt(low)
      return { id, name, kind, size: sizeOrType, signed, values: elements(3, (first) => ({ name: nameAt(first), value: value(word(first + 1), word(first + 2)) })) }
    }
    case 'fwd':
      return { id, name, kind, of: kindFlag(info) ? 'union' : 'struct' }
    case 'func': {
      const linkage = LINKAGE[vlen]
      if (linkage === undefined) throw new BtfError(`type ${id} at offset ${at}: ${vlen} is no linkage of a function`)
      return { id, name, kind, type: sizeOrType, linkage }
    }
    case 'func_proto':
      return { id, name, kind, returns: sizeOrType, parameters: elements(2, (first) => ({ name: nameAt(first), type: word(first + 1) })) }
    case 'var':
      return { id, name, kind, type: sizeOrType, linkage: word(3) }
    case 'datasec':
      return { id, name, kind, size: sizeOrType, variables: elements(3, (first) => ({ type: word(first), offset: word(first + 1), size: word(first + 2) })) }
    case 'decl_tag':
      return { id, name, kind, type: sizeOrType, component: wire.i32(at + RECORD.length, `type ${id}`), ...(kindFlag(info) ? { attribute: true } : {}) }
    case 'void':
    case undefined:
      throw new BtfError(`type ${id} at offset ${at}: kind ${kindNumber(info)} is unknown`)
  }
}

/** With the kind flag the upper eight bits of a member's offset are its bit field's size (BTF_MEMBER_BITFIELD_SIZE). */
function member(name: string, type: number, offset: number, flag: boolean): BtfMember {
  return flag ? { name, type, bitOffset: offset & 0xffffff, bitSize: offset >>> 24 } : { name, type, bitOffset: offset, bitSize: 0 }
}
