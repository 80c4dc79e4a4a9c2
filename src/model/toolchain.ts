/** One program that the target's .config names, or that its build needs, and what was found of it. */
export interface ToolState {
  /** Human name: `gcc-12`, `pahole`, `ld`. */
  readonly tool: string
  /** Program looked up in PATH. */
  readonly program: string
  /** Debian package that supplies it. */
  readonly package: string
  /** The .config symbol that states the version (no CONFIG_ prefix), when there is one. */
  readonly symbol?: string
  /** What .config says, as a person writes it (`1.24`, the whole CC_VERSION_TEXT); absent when .config says nothing. */
  readonly expected?: string
  /** What the program says of itself; absent when it is missing. */
  readonly actual?: string
  readonly state: 'ok' | 'missing' | 'other-version'
}

export interface Toolchain {
  /** Value for make's CC=, the first word of CC_VERSION_TEXT (or a stand-in when that is missing, see `tools`). */
  readonly cc: string
  readonly tools: readonly ToolState[]
}
