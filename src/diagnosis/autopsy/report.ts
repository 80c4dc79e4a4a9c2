/** The relocation that the kernel refused, and what it found in its place. */
export interface RefusedRelocation {
  /** Such as `.rela.gnu.linkonce.this_module`. */
  readonly section: string
  /** Number of the record in that section, from 0. */
  readonly entry: number
  /** R_X86_64_… by the psABI's numbers. */
  readonly type: number
  readonly symbol: string
  /** The section that is written to. */
  readonly target: string
  /** Bytes from the start of `target`. */
  readonly offset: number
  /** Where that was in the guest. */
  readonly address: bigint
  /** What the kernel found there, where it demands zero. */
  readonly found: bigint
  /** What it was to write. */
  readonly wanted: bigint
  /** The module's file has the same there: nobody wrote it in the guest, it was brought along. */
  readonly inFile: boolean
}

/** What the kernel keeps at a place of `struct module`, as its BTF says. */
export interface KernelMember {
  readonly name: string
  /** Bytes from the start of the struct to the member. */
  readonly offset: number
  /** Where the kernel keeps the member that the module meant, in bytes; absent when the symbol is none that modpost puts there. */
  readonly meant?: { readonly name: string; readonly offset: number }
}

/** A place in the kernel's code: `load_module+0x123`. */
export interface CodePlace {
  readonly function: string
  /** Bytes from the function's start to the end of the instruction that wrote. */
  readonly offset: number
}

/** Who wrote last to the place before the kernel came to relocate it. */
export interface Writer extends CodePlace {
  readonly value: bigint
  /** Who had called it; told where the writer only copies or fills. */
  readonly caller?: CodePlace
}

export type AutopsyReport =
  | {
      readonly outcome: 'found'
      readonly relocation: RefusedRelocation
      readonly member?: KernelMember
      readonly writer?: Writer
      /** What was found, for a person, the most important first. */
      readonly sentences: readonly string[]
      readonly seconds: number
    }
  /** `not-reproduced`: nothing was refused this time; `not-possible`: the session could not be held. */
  | { readonly outcome: 'not-reproduced' | 'not-possible'; readonly sentences: readonly string[]; readonly seconds: number }
