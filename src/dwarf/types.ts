/** `unknown`: the module's DWARF does not say, or says it in a way that C has not. */
export type ShapeKind = 'void' | 'int' | 'float' | 'ptr' | 'struct' | 'union' | 'enum' | 'array' | 'func' | 'unknown'

/** A type as far as it matters to a caller of a function: typedefs and qualifiers are gone. */
export interface TypeShape {
  readonly kind: ShapeKind
  /** As in `int` or the `x` of `struct x`; empty when there is none. */
  readonly name: string
  /** Bytes; 0 when it is not known, as with a struct that is only declared. */
  readonly size: number
  /** Integers only. */
  readonly signed?: boolean
  /** Pointers only, and only for two levels: a longer chain says nothing that matters. */
  readonly to?: TypeShape
}

/** How a module was told to call a function. */
export interface Prototype {
  readonly returns: TypeShape
  /** Without the `...` of a variadic function. */
  readonly parameters: readonly TypeShape[]
  readonly variadic: boolean
  readonly prototyped: boolean
  /** False when the compiler left the parameters out, as gcc does for functions that only a call site names. */
  readonly parametersKnown: boolean
}

export interface DeclaredAt {
  /** Absolute where the compiler said so, without `.` and `..`. */
  readonly file: string
  readonly line: number
}

export interface CompilationUnit {
  readonly name: string
  readonly compDir: string
  readonly producer: string
}

/** A struct as far as the places of its members matter. */
export interface Layout {
  /** Bytes. */
  readonly size: number
  /** Named members with their offsets in bytes, in the order of the source; bit fields and anonymous members are left off. */
  readonly members: readonly { readonly name: string; readonly offset: number }[]
}

export interface Declarations {
  /** Functions that the file calls and does not define, by symbol name; each prototype once. */
  readonly functions: ReadonlyMap<string, readonly Prototype[]>
  /** Complete types by `struct x`, `union x`, `enum x` or `typedef x`; each place once. */
  readonly types: ReadonlyMap<string, readonly DeclaredAt[]>
  readonly compilationUnits: readonly CompilationUnit[]
  /** Of the structs that were asked for, by tag. */
  readonly layouts: ReadonlyMap<string, Layout>
}
