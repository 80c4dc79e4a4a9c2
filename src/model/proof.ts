/** What a gap in the proof means: `require` makes it a failure, `report` a note; `off` proves nothing at all. */
export type AbiMode = 'require' | 'report' | 'off'

/** A type that module and kernel both define, and not in the same way. */
export interface TypeDifference {
  /** As C names it, such as `struct module`. */
  readonly type: string
  /** Bytes. */
  readonly kernelSize: number
  /** Bytes. */
  readonly moduleSize: number
  /** Kernel and module side by side, around what differs; plain text. */
  readonly table: string
  /** Header that declares it, as the module's debug information names it. */
  readonly declaredIn?: string
  /** The config option that explains it, told only with evidence, such as `DEBUG_INFO_BTF_MODULES lost → struct module −16 bytes`. */
  readonly option?: string
}

/** Something that could not be proven, and why. */
export interface ProofGap {
  readonly what: 'types' | 'struct module' | 'CRCs' | 'signatures' | 'vermagic' | 'symbols'
  readonly why: string
  readonly remedy?: string
  /** Nobody could prove it for this kernel: told, and never a failure. */
  readonly inherent?: true
}

export interface ModuleProof {
  /** Kernel's name of the module. */
  readonly module: string
  /** Absolute path of the .ko. */
  readonly file: string
  /** Where its types were taken from; absent when there were none. */
  readonly typesFrom?: string
  /** `compared`: types that both sides define; `ownOnly`: types that only the module has, which are not the kernel's business. */
  readonly types: { readonly compared: number; readonly identical: number; readonly ownOnly: number }
  readonly structModule: 'matches' | 'differs' | 'not proven'
  /** Imported symbols that the kernel or a module to be loaded provides, and CRCs that were compared and found equal. */
  readonly symbols: { readonly imported: number; readonly provided: number; readonly crcs: number; readonly crcsEqual: number }
  readonly signatures: { readonly compared: number; readonly identical: number }
  /** Root differences; types that only shift because they embed one of these are counted in `shifted`. */
  readonly differences: readonly TypeDifference[]
  /** Types whose layout differs only because of types that are embedded in them. */
  readonly shifted: readonly string[]
  readonly gaps: readonly ProofGap[]
}

/** Whether the modules fit the kernel, found out without booting. */
export interface AbiProof {
  /** Where the kernel's types were taken from; absent when it has none. */
  readonly kernelTypes?: string
  readonly modules: readonly ModuleProof[]
}
