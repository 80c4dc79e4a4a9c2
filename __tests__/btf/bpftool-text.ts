import type { Btf } from '../../src/btf/btf.js'
import type { BtfType } from '../../src/btf/types.js'

/** The file's own types as `bpftool btf dump … format raw` prints them, line by line, so that whole files can be compared with it. */
export function* bpftoolLines(btf: Btf): Iterable<string> {
  for (const id of btf.ownIds()) {
    const type = btf.type(id)
    yield `[${id}] ${type.kind.toUpperCase()} ${quoted(type.name)}${tail(type)}`
    for (const line of details(btf, type)) yield `\t${line}`
  }
}

const quoted = (name: string): string => `'${name === '' ? '(anon)' : name}'`
const ENCODING = { unsigned: '(none)', signed: 'SIGNED', char: 'CHAR', bool: 'BOOL' }
const LINKAGE = ['static', 'global', 'extern']

function tail(type: BtfType): string {
  switch (type.kind) {
    case 'void':
      return ''
    case 'int':
      return ` size=${type.size} bits_offset=${type.bitOffset} nr_bits=${type.bits} encoding=${ENCODING[type.encoding]}`
    case 'float':
      return ` size=${type.size}`
    case 'ptr':
    case 'typedef':
    case 'volatile':
    case 'const':
    case 'restrict':
    case 'type_tag':
      return ` type_id=${type.type}`
    case 'array':
      return ` type_id=${type.type} index_type_id=${type.indexType} nr_elems=${type.length}`
    case 'struct':
    case 'union':
      return ` size=${type.size} vlen=${type.members.length}`
    case 'enum':
    case 'enum64':
      return ` encoding=${type.signed ? 'SIGNED' : 'UNSIGNED'} size=${type.size} vlen=${type.values.length}`
    case 'fwd':
      return ` fwd_kind=${type.of}`
    case 'func':
      return ` type_id=${type.type} linkage=${type.linkage}`
    case 'func_proto':
      return ` ret_type_id=${type.returns} vlen=${type.parameters.length}`
    case 'var':
      return ` type_id=${type.type}, linkage=${LINKAGE[type.linkage] ?? '(unknown)'}`
    case 'datasec':
      return ` size=${type.size} vlen=${type.variables.length}`
    case 'decl_tag':
      return ` type_id=${type.type} component_idx=${type.component}`
  }
}

function details(btf: Btf, type: BtfType): string[] {
  if ('members' in type) return type.members.map(({ name, type: id, bitOffset, bitSize }) => `${quoted(name)} type_id=${id} bits_offset=${bitOffset}${bitSize === 0 ? '' : ` bitfield_size=${bitSize}`}`)
  if ('parameters' in type) return type.parameters.map(({ name, type: id }) => `${quoted(name)} type_id=${id}`)
  if ('values' in type) return type.values.map(({ name, value }) => `${quoted(name)} val=${value}${type.kind === 'enum64' ? (type.signed ? 'LL' : 'ULL') : ''}`)
  if ('variables' in type) return type.variables.map(({ type: id, offset, size }) => `type_id=${id} offset=${offset} size=${size} (${btf.kind(id).toUpperCase()} '${btf.type(id).name}')`)
  return []
}
