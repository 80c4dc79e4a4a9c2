import type { ModuleExport } from './exports.js'
import type { ModuleFacts } from './facts.js'
import type { Symvers } from './symvers.js'

/** An export of a module that is built and loaded together with the one that is checked. */
export interface SiblingExport extends Omit<ModuleExport, 'name'> {
  /** The kernel's name of that module. */
  readonly module: string
  /** Its license is not GPL-compatible. */
  readonly proprietary: boolean
}

export interface KernelRules {
  /** CONFIG_MODVERSIONS. */
  readonly modversions: boolean
  /** CONFIG_MODULE_FORCE_LOAD. */
  readonly forceLoad: boolean
  /** CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS. */
  readonly allowMissingNamespaceImports: boolean
  /** The kernel's own modules that export have `__kflagstab` (Linux 7.0 and later). */
  readonly exportFlags: boolean
}

export interface SymbolCheck {
  readonly module: ModuleFacts
  readonly symvers: Symvers
  readonly kernel: KernelRules
  /** Kernel's names of those of its own modules that are loaded before the module. */
  readonly loaded: ReadonlySet<string>
  /** Names of built-in modules that no other module may have (`visibleBuiltIns`). */
  readonly builtIns: ReadonlySet<string>
  /** What the modules that are built together export (`siblingExports`), the checked one's own exports among them. */
  readonly siblings: ReadonlyMap<string, SiblingExport>
}

/** The CRCs that a module carries of what it imports. */
export interface Versions {
  readonly crcs: ReadonlyMap<string, number>
  /** The section that they are from; of several the kernel relies on the extended one. */
  readonly section: '__versions' | '__version_ext_names'
}
