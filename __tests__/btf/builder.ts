/** Makes BTF files by hand, good and bad ones, for the tests of the reader. */

export const KIND = { int: 1, ptr: 2, array: 3, struct: 4, union: 5, enum: 6, fwd: 7, typedef: 8, volatile: 9, const: 10, restrict: 11, func: 12, func_proto: 13, var: 14, datasec: 15, float: 16, decl_tag: 17, type_tag: 18, enum64: 19 } as const

export interface BuildOptions {
  readonly littleEndian?: boolean
  /** Bytes of the header; more than 24 add zero bytes, or the layout fields from 32 on. */
  readonly headerLength?: number
  /** Bytes between header, types and strings. */
  readonly gap?: number
  /** Sizes of kinds (fixed part, element), by number from 0. */
  readonly layout?: readonly (readonly [number, number])[]
  /** Strings and types of the base that the file is split from. */
  readonly base?: BtfBuilder
}

export interface TypeWords {
  readonly kind: number
  readonly name?: string
  /** Instead of a name. */
  readonly nameOffset?: number
  readonly vlen?: number
  readonly flag?: boolean
  readonly sizeOrType?: number
  readonly words?: readonly number[]
}

export class BtfBuilder {
  /** Id that the next type gets. */
  next: number
  readonly stringsEnd: () => number
  private readonly words: number[] = []
  private readonly strings: number[] = []
  private readonly known = new Map<string, number>()
  private readonly stringsStart: number

  constructor(private readonly options: BuildOptions = {}) {
    this.next = options.base?.next ?? 1
    this.stringsStart = options.base?.stringsEnd() ?? 0
    this.stringsEnd = () => this.stringsStart + this.strings.length
    if (options.base === undefined) this.strings.push(0)
  }

  /** Offset of a string, added when neither this file nor its base has it. */
  string(text: string): number {
    if (text === '') return 0
    const offset = this.options.base?.known.get(text) ?? this.known.get(text)
    if (offset !== undefined) return offset
    const added = this.stringsEnd()
    for (const byte of Buffer.from(`${text}\0`, 'latin1')) this.strings.push(byte)
    this.known.set(text, added)
    return added
  }

  /** Adds a type and gives its id. */
  add({ kind, name = '', nameOffset, vlen = 0, flag = false, sizeOrType = 0, words = [] }: TypeWords): number {
    this.words.push(nameOffset ?? this.string(name), ((flag ? 0x80000000 : 0) | (kind << 24) | vlen) >>> 0, sizeOrType)
    for (const word of words) this.words.push(word)
    return this.next++
  }

  int(name: string, size: number, encoding = 0, bits = size * 8): number {
    return this.add({ kind: KIND.int, name, sizeOrType: size, words: [((encoding << 24) | bits) >>> 0] })
  }

  reference(kind: 'ptr' | 'typedef' | 'volatile' | 'const' | 'restrict' | 'type_tag', type: number, name = '', flag = false): number {
    return this.add({ kind: KIND[kind], name, sizeOrType: type, flag })
  }

  array(type: number, indexType: number, length: number): number {
    return this.add({ kind: KIND.array, words: [type, indexType, length] })
  }

  /** Members as name, type, bit offset and, for a struct with bit fields, bits. */
  composite(kind: 'struct' | 'union', name: string, size: number, members: readonly (readonly [string, number, number, number?])[], flag = false): number {
    const words = members.flatMap(([member, type, offset, bits = 0]) => [this.string(member), type, ((bits << 24) | offset) >>> 0])
    return this.add({ kind: KIND[kind], name, sizeOrType: size, vlen: members.length, flag, words })
  }

  proto(returns: number, parameters: readonly (readonly [string, number])[]): number {
    return this.add({ kind: KIND.func_proto, sizeOrType: returns, vlen: parameters.length, words: parameters.flatMap(([name, type]) => [this.string(name), type]) })
  }

  build(): Buffer {
    const { littleEndian = true, layout = [], gap = 0, headerLength = layout.length > 0 ? 32 : 24 } = this.options
    const types = this.words.length * 4
    const layoutAt = headerLength + gap + types
    const stringsAt = layoutAt + layout.length * 4 + gap
    const data = Buffer.alloc(stringsAt + this.strings.length)
    const put = (value: number, at: number): number => (littleEndian ? data.writeUInt32LE(value, at) : data.writeUInt32BE(value, at))
    data.set(littleEndian ? [0x9f, 0xeb, 1, 0] : [0xeb, 0x9f, 1, 0])
    put(headerLength, 4)
    put(gap, 8)
    put(types, 12)
    put(stringsAt - headerLength, 16)
    put(this.strings.length, 20)
    if (layout.length > 0) {
      put(layoutAt - headerLength, 24)
      put(layout.length * 4, 28)
      layout.forEach((sizes, kind) => data.set(sizes, layoutAt + kind * 4))
    }
    this.words.forEach((word, i) => put(word, headerLength + gap + i * 4))
    data.set(this.strings, stringsAt)
    return data
  }
}

/** A file with a type of every kind. */
export function everyKind(options: BuildOptions = {}): BtfBuilder {
  const b = new BtfBuilder(options)
  const int = b.int('int', 4, 1) // 1
  b.int('char', 1, 2) // 2
  b.int('_Bool', 1, 4) // 3
  b.int('unsigned long', 8) // 4
  b.reference('ptr', int) // 5
  b.array(2, int, 16) // 6
  b.composite('struct', 'list_head', 16, [['next', 8, 0], ['prev', 8, 64]]) // 7
  b.reference('ptr', 7) // 8
  b.composite('struct', 'bits', 8, [['low', int, 0, 3], ['high', int, 3, 5], ['', 10, 32]], true) // 9
  b.composite('union', '', 4, [['a', int, 0], ['b', 3, 0]]) // 10
  b.add({ kind: KIND.enum, name: 'colour', vlen: 2, flag: true, sizeOrType: 4, words: [b.string('RED'), 0xffffffff, b.string('BLUE'), 7] }) // 11
  b.add({ kind: KIND.enum, vlen: 1, sizeOrType: 4, words: [b.string('TOP'), 0xffffffff] }) // 12
  b.add({ kind: KIND.fwd, name: 'hidden' }) // 13
  b.add({ kind: KIND.fwd, name: 'either', flag: true }) // 14
  b.reference('typedef', 4, 'size_t') // 15
  b.reference('volatile', int) // 16
  b.reference('const', 2) // 17
  b.reference('restrict', 5) // 18
  b.proto(int, [['fd', int], ['', 0]]) // 19
  b.add({ kind: KIND.func, name: 'printk', vlen: 1, sizeOrType: 19 }) // 20
  b.add({ kind: KIND.var, name: 'jiffies', sizeOrType: 16, words: [1] }) // 21
  b.add({ kind: KIND.datasec, name: '.data', vlen: 1, sizeOrType: 8, words: [21, 4, 4] }) // 22
  b.add({ kind: KIND.float, name: 'double', sizeOrType: 8 }) // 23
  b.add({ kind: KIND.decl_tag, name: 'kfunc', sizeOrType: 20, words: [0xffffffff] }) // 24
  b.add({ kind: KIND.decl_tag, name: 'noderef', sizeOrType: 7, flag: true, words: [1] }) // 25
  b.reference('type_tag', 2, 'user') // 26
  b.reference('type_tag', 2, 'address_space(1)', true) // 27
  b.add({ kind: KIND.enum64, name: 'wide', vlen: 2, sizeOrType: 8, words: [b.string('BIG'), 0xfffffffe, 0xffffffff, b.string('ONE'), 1, 0] }) // 28
  b.add({ kind: KIND.enum64, name: 'wide_signed', vlen: 1, flag: true, sizeOrType: 8, words: [b.string('LOW'), 0xfffffffe, 0xffffffff] }) // 29
  return b
}
