import type { Btf } from './btf.js'
import { isIdentifier, isSectionName } from './identifier.js'
import { type RawType, rawType } from './raw.js'
import type { BtfKind } from './types.js'

/** BTF_MAX_TYPE and BTF_MAX_NAME_OFFSET of include/uapi/linux/btf.h. */
export const MAX_TYPE = 0xfffff
export const MAX_NAME_OFFSET = 0xffffff

/** A problem in the words of one type, or nothing. */
type Check = (type: RawType, names: Names) => string | undefined

/** Names by their offsets, as the kernel judges them. */
class Names {
  constructor(private readonly btf: Btf) {}

  within(offset: number): boolean {
    return offset <= MAX_NAME_OFFSET && this.btf.file.strings.has(offset)
  }

  text(offset: number, id: number): string {
    return this.btf.file.strings.at(offset, id)
  }

  identifier(offset: number, id: number): boolean {
    return isIdentifier(this.text(offset, id))
  }
}

const badType = (id: number): boolean => id > MAX_TYPE
const noVlen: Check = ({ vlen }) => (vlen === 0 ? undefined : `has ${vlen} elements, its kind has none`)
const noFlag: Check = ({ flag }) => (flag ? 'has the kind flag, which its kind has not' : undefined)
const noName: Check = ({ nameOffset }) => (nameOffset === 0 ? undefined : 'has a name, its kind has none')
const mustHaveName: Check = ({ nameOffset, id }, names) => (nameOffset !== 0 && names.identifier(nameOffset, id) ? undefined : invalidName(nameOffset, id, names))
const mayHaveName: Check = (type, names) => (type.nameOffset === 0 ? undefined : mustHaveName(type, names))
const someText: Check = ({ nameOffset, id }, names) => (names.text(nameOffset, id) === '' ? 'has an empty text' : undefined)
const pointsWithin: Check = ({ sizeOrType }) => (badType(sizeOrType) ? `refers to type ${sizeOrType}, more than a kernel counts` : undefined)

const invalidName = (offset: number, id: number, names: Names): string => (offset === 0 ? 'has no name' : `has the invalid name ${JSON.stringify(names.text(offset, id).slice(0, 64))}`)

const int: Check = ({ word, sizeOrType }) => {
  const data = word(0)
  const bits = (data & 0xff) + ((data >>> 16) & 0xff)
  if (data > 0x0fffffff) return `has the integer data 0x${data.toString(16)}`
  if (bits > 128) return `has ${bits} bits`
  if (Math.ceil(bits / 8) > sizeOrType) return `has ${bits} bits in ${sizeOrType} bytes`
  return [0, 1, 2, 4].includes((data >>> 24) & 0xf) ? undefined : 'has an encoding that is none of signed, char and bool'
}

const array: Check = ({ word, sizeOrType }) => {
  if (sizeOrType !== 0) return 'has a size, an array has none of its own'
  const wrong = (id: number): boolean => id === 0 || badType(id)
  if (wrong(word(0))) return `has elements of type ${word(0)}`
  return wrong(word(1)) ? `has an index of type ${word(1)}` : undefined
}

const composite: Check = ({ id, kind, vlen, flag, sizeOrType, word }, names) => {
  let last = 0
  for (let i = 0; i < vlen; i++) {
    const [name, type, place] = [word(i * 3), word(i * 3 + 1), word(i * 3 + 2)]
    const offset = flag ? place & 0xffffff : place
    if (!names.within(name)) return `member ${i} has a name at offset ${name}, outside the strings`
    if (name !== 0 && !names.identifier(name, id)) return `member ${i} ${invalidName(name, id, names)}`
    if (type === 0 || badType(type)) return `member ${i} is of type ${type}`
    if (kind === 'union' && offset !== 0) return `member ${i} of a union is at bit ${offset}`
    if (offset < last) return `member ${i} at bit ${offset} comes after one at bit ${last}`
    if (Math.ceil(offset / 8) > sizeOrType) return `member ${i} at bit ${offset} is outside the ${sizeOrType} bytes`
    last = offset
  }
  return undefined
}

const enumeration =
  (words: number): Check =>
  ({ id, vlen, sizeOrType, word }, names) => {
    if (![1, 2, 4, 8].includes(sizeOrType)) return `has a size of ${sizeOrType} bytes`
    for (let i = 0; i < vlen; i++) {
      const name = word(i * words)
      if (!names.within(name)) return `value ${i} has a name at offset ${name}, outside the strings`
      if (name === 0 || !names.identifier(name, id)) return `value ${i} ${invalidName(name, id, names)}`
    }
    return undefined
  }

const variable: Check = ({ sizeOrType, word }) => {
  if (sizeOrType === 0 || badType(sizeOrType)) return `is of type ${sizeOrType}`
  return word(0) <= 1 ? undefined : `has linkage ${word(0)}`
}

const section: Check = ({ id, nameOffset, sizeOrType, vlen, word }, names) => {
  if (sizeOrType === 0) return 'has a size of 0'
  if (nameOffset === 0 || !isSectionName(names.text(nameOffset, id))) return invalidName(nameOffset, id, names)
  let end = 0
  for (let i = 0; i < vlen; i++) {
    const [type, offset, size] = [word(i * 3), word(i * 3 + 1), word(i * 3 + 2)]
    if (type === 0 || badType(type)) return `variable ${i} is of type ${type}`
    if (offset < end || offset >= sizeOrType) return `variable ${i} is at ${offset}, which is taken or outside`
    if (size === 0 || offset + size > sizeOrType) return `variable ${i} takes ${size} bytes at ${offset}, of ${sizeOrType}`
    end = offset + size
  }
  return undefined
}

const plainReference = [noVlen, noFlag, pointsWithin, noName]

/** The check_meta operations of kernel/bpf/btf.c, by kind and in the kernel's order. */
const CHECKS: Readonly<Record<BtfKind, readonly Check[]>> = {
  void: [],
  int: [noVlen, noFlag, int],
  float: [noVlen, noFlag, ({ sizeOrType }) => ([2, 4, 8, 12, 16].includes(sizeOrType) ? undefined : `has a size of ${sizeOrType} bytes`)],
  ptr: plainReference,
  volatile: plainReference,
  const: plainReference,
  restrict: plainReference,
  typedef: [noVlen, noFlag, pointsWithin, mustHaveName],
  type_tag: [noVlen, pointsWithin, someText],
  array: [noName, noVlen, noFlag, array],
  struct: [mayHaveName, composite],
  union: [mayHaveName, composite],
  enum: [mayHaveName, enumeration(2)],
  enum64: [mayHaveName, enumeration(3)],
  fwd: [noVlen, ({ sizeOrType }) => (sizeOrType === 0 ? undefined : 'refers to a type, its kind does not'), mustHaveName],
  func: [mustHaveName, ({ vlen }) => (vlen <= 1 ? undefined : `has linkage ${vlen}`), noFlag],
  func_proto: [noName, noFlag],
  var: [noVlen, noFlag, mustHaveName, variable],
  datasec: [noFlag, section],
  decl_tag: [someText, noVlen, ({ word }) => (word(0) <= 0x7fffffff || word(0) === 0xffffffff ? undefined : `has the component ${word(0) | 0}`)],
}

/** What btf_check_all_metas finds first in the file's own types. @throws BtfError for a kind that is unknown here. */
export function metaProblem(btf: Btf): string | undefined {
  const names = new Names(btf)
  for (const id of btf.ownIds()) {
    const type = rawType(btf, id)
    if (!names.within(type.nameOffset)) return `type ${id} (${type.kind}) has a name at offset ${type.nameOffset}, outside the ${btf.file.strings.end} bytes of strings`
    for (const check of CHECKS[type.kind]) {
      const problem = check(type, names)
      if (problem !== undefined) return `type ${id} (${[type.kind, names.text(type.nameOffset, id).slice(0, 64)].join(' ').trim()}) ${problem}`
    }
  }
  return undefined
}
