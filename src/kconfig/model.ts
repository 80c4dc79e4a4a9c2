import type { Expression } from './expression.js'

export type SymbolType = 'bool' | 'tristate' | 'string' | 'int' | 'hex' | 'unknown'

/** A value or another symbol together with the `if` behind it. */
export interface Conditional<T> {
  readonly value: T
  readonly condition?: Expression
}

/** One `config NAME` block. A symbol may have several. */
export interface Definition {
  /** Relative to the root of the kernel source. */
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** All must hold: its own `depends on`, and those of the menus, ifs and choices around it. */
  readonly depends: readonly Expression[]
  /** Present when the user may set it here; all conditions must hold for the prompt to be seen. */
  readonly prompt?: { readonly text: string; readonly conditions: readonly Expression[] }
  readonly defaults: readonly Conditional<Expression>[]
  readonly selects: readonly Conditional<string>[]
  readonly implies: readonly Conditional<string>[]
  readonly ranges: readonly Conditional<readonly [string, string]>[]
  /** Number of the choice that it is a member of. */
  readonly choice?: number
}

export interface KconfigSymbol {
  readonly name: string
  readonly type: SymbolType
  readonly definitions: readonly Definition[]
}

/** Someone else's `select` or `imply` of a symbol. */
export interface Selector {
  readonly by: string
  readonly kind: 'select' | 'imply'
  readonly condition?: Expression
}

/** What the Kconfig files of one kernel tree say, for one architecture. */
export interface KconfigModel {
  readonly symbols: ReadonlyMap<string, KconfigSymbol>
  /** By the symbol that is selected or implied. */
  readonly selectors: ReadonlyMap<string, readonly Selector[]>
  /** Names of the members, by number of the choice. */
  readonly choices: readonly (readonly string[])[]
  /** Files that a `source` line names and that are not there, relative to the root of the source. */
  readonly missingFiles: readonly string[]
}
