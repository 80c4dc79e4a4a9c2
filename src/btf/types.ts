/** One member of a struct or union; offsets count from the start of that struct. */
export interface BtfMember {
  /** Empty for an anonymous struct or union inside. */
  readonly name: string
  readonly type: number
  /** Bits. */
  readonly bitOffset: number
  /** Bits; 0 when the member is no bit field. */
  readonly bitSize: number
}

interface Named {
  /** 0 is void, the numbering is that of the file: a split BTF goes on where its base ended. */
  readonly id: number
  /** Empty when the type has no name. */
  readonly name: string
}

export type BtfVoid = Named & { readonly kind: 'void' }
export type BtfInt = Named & { readonly kind: 'int'; readonly size: number; readonly encoding: 'unsigned' | 'signed' | 'char' | 'bool'; readonly bitOffset: number; readonly bits: number }
export type BtfFloat = Named & { readonly kind: 'float'; readonly size: number }
interface Tagged {
  /** Only of tags, and only when set: the name is that of an attribute, not of a btf_type_tag or btf_decl_tag (kind flag, since Linux 6.14). */
  readonly attribute?: true
}

/** Kinds that only point to another type. */
export type BtfReference = Named & Tagged & { readonly kind: 'ptr' | 'typedef' | 'volatile' | 'const' | 'restrict' | 'type_tag'; readonly type: number }
export type BtfArray = Named & { readonly kind: 'array'; readonly type: number; readonly indexType: number; readonly length: number }
export type BtfComposite = Named & { readonly kind: 'struct' | 'union'; /** Bytes. */ readonly size: number; readonly members: readonly BtfMember[] }
export type BtfEnum = Named & { readonly kind: 'enum' | 'enum64'; readonly size: number; readonly signed: boolean; readonly values: readonly { readonly name: string; readonly value: bigint }[] }
export type BtfForward = Named & { readonly kind: 'fwd'; readonly of: 'struct' | 'union' }
export type BtfFunction = Named & { readonly kind: 'func'; readonly type: number; readonly linkage: 'static' | 'global' | 'extern' }
/** A variadic prototype ends with a parameter that has neither name nor type (0). */
export type BtfPrototype = Named & { readonly kind: 'func_proto'; readonly returns: number; readonly parameters: readonly { readonly name: string; readonly type: number }[] }
export type BtfVariable = Named & { readonly kind: 'var'; readonly type: number; readonly linkage: number }
export type BtfSection = Named & { readonly kind: 'datasec'; readonly size: number; readonly variables: readonly { readonly type: number; readonly offset: number; readonly size: number }[] }
export type BtfDeclTag = Named & Tagged & { readonly kind: 'decl_tag'; readonly type: number; readonly component: number }

/** One type of a BTF file, as Documentation/bpf/btf.rst and include/uapi/linux/btf.h describe it. */
export type BtfType = BtfVoid | BtfInt | BtfFloat | BtfReference | BtfArray | BtfComposite | BtfEnum | BtfForward | BtfFunction | BtfPrototype | BtfVariable | BtfSection | BtfDeclTag
export type BtfKind = BtfType['kind']
