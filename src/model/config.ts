/** A symbol whose value differs from the target's. `undefined` means not set (absent or `is not set`). */
export interface Delta {
  /** Without the CONFIG_ prefix. */
  readonly symbol: string
  readonly before?: string
  readonly after?: string
}

/** When in the run the config was looked at. */
export type GuardMoment = 'oldconfig' | 'modules_prepare' | 'build'

/** The tool or dependency behind a group of deltas. */
export interface DeltaGroup {
  readonly cause:
    | { readonly kind: 'tool'; readonly tool: string }
    | { readonly kind: 'dependency'; readonly on: string }
    | { readonly kind: 'option'; readonly option: string }
    | { readonly kind: 'unknown' }
  readonly deltas: readonly Delta[]
}

/** What the guard saw so far: deltas beyond the requested options, before allowances are applied. */
export interface ConfigVerdict {
  readonly deltas: readonly Delta[]
  readonly groups: readonly DeltaGroup[]
  /** Deltas that an allowance covers. */
  readonly allowed: readonly Delta[]
  readonly moment: GuardMoment
}

/** The directory given to `make -C`. */
export interface KernelTree {
  /** Absolute path. */
  readonly dir: string
}
