import type { RawType } from './raw.js'

/** A reference inside a type: an id and what holds it, for a sentence. */
export interface Reference {
  readonly id: number
  readonly from: string
}

/** Every type that a type names, in the order of the file: BTF_FIELD_ITER_IDS of tools/lib/bpf/btf_iter.c. */
export function* referencesOf({ kind, sizeOrType, vlen, word }: RawType): Iterable<Reference> {
  switch (kind) {
    case 'ptr':
    case 'typedef':
    case 'volatile':
    case 'const':
    case 'restrict':
    case 'type_tag':
    case 'func':
    case 'var':
    case 'decl_tag':
      yield { id: sizeOrType, from: 'it' }
      return
    case 'array':
      yield { id: word(0), from: 'its element' }
      yield { id: word(1), from: 'its index' }
      return
    case 'struct':
    case 'union':
      for (let i = 0; i < vlen; i++) yield { id: word(i * 3 + 1), from: `member ${i}` }
      return
    case 'func_proto':
      yield { id: sizeOrType, from: 'its result' }
      for (let i = 0; i < vlen; i++) yield { id: word(i * 2 + 1), from: `parameter ${i}` }
      return
    case 'datasec':
      for (let i = 0; i < vlen; i++) yield { id: word(i * 3), from: `variable ${i}` }
      return
    case 'void':
    case 'int':
    case 'float':
    case 'enum':
    case 'enum64':
    case 'fwd':
  }
}

/** Every string that a type names, by its offset: BTF_FIELD_ITER_STRS. */
export function* nameOffsetsOf({ kind, nameOffset, vlen, word }: RawType): Iterable<number> {
  yield nameOffset
  const words = kind === 'struct' || kind === 'union' || kind === 'enum64' ? 3 : kind === 'enum' || kind === 'func_proto' ? 2 : 0
  for (let i = 0; words > 0 && i < vlen; i++) yield word(i * words)
}
