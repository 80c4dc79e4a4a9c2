import type { Command } from '../host/host.js'

/** What every make call of one run has in common. */
export interface MakeSetting {
  readonly treeDir: string
  /** Where the tree's sources are, when it only holds what is made of them (O=). */
  readonly sourceDir?: string
  /** Kernel release of the target; without it vermagic would say `6.1.192` instead of `6.1.0-56-amd64`. */
  readonly release: string
  /** Directory of the target's architecture below arch/. */
  readonly srcarch: string
  /** The compiler that the target's CC_VERSION_TEXT names. */
  readonly cc: string
  readonly jobs: number
  /** Further variables of every call, such as those that hide a tool from Kconfig (toolchain/make-args.ts). */
  readonly variables?: readonly string[]
}

/**
 * Variables that would change what is built behind the guard's back if they came in from the user's environment
 * (Documentation/kbuild/kbuild.rst; GNU make manual, "Variables from the Environment"). undefined takes them away.
 */
const CLEARED = [
  'ARCH', 'SUBARCH', 'CROSS_COMPILE', 'LLVM', 'LLVM_IAS', 'CC', 'HOSTCC', 'LD', 'AS',
  'KCFLAGS', 'KAFLAGS', 'KCPPFLAGS', 'KRUSTFLAGS', 'CFLAGS', 'CPPFLAGS', 'LDFLAGS', 'CFLAGS_MODULE', 'LDFLAGS_MODULE',
  'KBUILD_EXTRA_SYMBOLS', 'KBUILD_EXTMOD', 'KBUILD_OUTPUT', 'KBUILD_MODPOST_WARN', 'KBUILD_MODPOST_NOFINAL', 'KBUILD_EXTRA_WARN', 'KBUILD_SYMTYPES',
  'KCONFIG_CONFIG', 'KCONFIG_ALLCONFIG', 'KCONFIG_OVERWRITECONFIG', 'KERNELRELEASE', 'LOCALVERSION', 'INSTALL_MOD_PATH', 'PAHOLE', 'PAHOLE_FLAGS',
  'MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'MAKEOVERRIDES', 'GNUMAKEFLAGS', 'M', 'O', 'V', 'W', 'C',
] as const

// Git may refresh the index of a repository that it only describes; a build must leave no trace in the user's tree.
export const BUILD_ENVIRONMENT: Readonly<Record<string, string | undefined>> = { GIT_OPTIONAL_LOCKS: '0', ...Object.fromEntries(CLEARED.map((name) => [name, undefined])) }

/** Arguments of make for a target of the kernel tree itself. */
export function treeArgs(setting: MakeSetting, target: string): string[] {
  return ['-C', setting.treeDir, `-j${setting.jobs}`, `KERNELRELEASE=${setting.release}`, `CC=${setting.cc}`, ...(setting.variables ?? []), target]
}

/** Arguments of make for the module: `make -C TREE M=DIR …`. The user's own arguments come last but cannot replace ours (request/ refuses them). */
export function moduleArgs(setting: MakeSetting, moduleDir: string, target: string, userArgs: readonly string[]): string[] {
  return [...treeArgs(setting, target), `M=${moduleDir}`, ...userArgs]
}

export function make(args: readonly string[], { env, ...more }: Pick<Command, 'seconds' | 'logFile' | 'env'> & { readonly input?: string }): Command {
  return { program: 'make', args, env: { ...BUILD_ENVIRONMENT, ...env }, ...more }
}
