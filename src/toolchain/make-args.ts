import type { Architecture } from '../architecture/architecture.js'
import type { ConfigMap } from '../kconfig/parse.js'
import { mustBeAbsent } from './packages.js'
import { STATED_TOOLS } from './table.js'

/** A program that nobody has. */
const NOBODY = 'kmod-gate-hidden-tool'

/** The variables by which the kernel's Makefile calls the tools that Kconfig asks unbidden (RUSTC, PAHOLE). */
const VARIABLES: Readonly<Record<string, string>> = { RUSTC_VERSION: 'RUSTC', PAHOLE_VERSION: 'PAHOLE' }

/**
 * For every make call: hides the tools that are installed here though the target was configured without them. One container that has checked a
 * kernel with Rust has rustc from then on, which a kernel without would notice. What Kconfig then sees is what it saw when the target was made.
 */
export function hidingArgs(config: ConfigMap): string[] {
  return STATED_TOOLS.flatMap((row) => {
    const variable = VARIABLES[row.symbol]
    return variable !== undefined && mustBeAbsent(row, config) ? [`${variable}=${NOBODY}`] : []
  })
}

/** For every make call: the architecture, where it is not the machine's own, and what its kernels are configured with. */
export function architectureArgs({ kernelArch, crossPrefix, makeVariables }: Architecture, cross: Architecture | undefined): string[] {
  return [...(cross === undefined ? [] : [`ARCH=${kernelArch}`, `CROSS_COMPILE=${crossPrefix}`]), ...makeVariables]
}

/**
 * For `make modules_prepare` alone: leaves out the compilation of Rust's core library, where the modules have no Rust in them. The variable wins over
 * the one of include/config/auto.conf in make only (GNU make, "Overriding Variables"); Kconfig never reads it, so .config and auto.conf keep RUST=y.
 * The rule is `ifdef CONFIG_RUST` of `prepare` in the kernel's top Makefile.
 */
export function prepareArgs(config: ConfigMap, modules: { readonly rust: boolean }): string[] {
  return config.get('RUST') === 'y' && !modules.rust ? ['CONFIG_RUST='] : []
}
