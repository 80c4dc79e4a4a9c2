/** One .ko that the build made. */
export interface BuiltModule {
  /** As the kernel names it: file name without .ko, dashes turned into underscores. */
  readonly name: string
  /** Absolute path of the copy in the output directory. */
  readonly file: string
  /** Path relative to the module's directory. */
  readonly path: string
  readonly sha256: string
  /** Bytes. */
  readonly size: number
  /** Names from `depends=` in .modinfo, as modpost wrote them. */
  readonly depends: readonly string[]
  readonly vermagic: string
}
