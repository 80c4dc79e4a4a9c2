import type { DkmsRules } from './rules.js'

/** The kernel that dkms.conf is read for: a conf may say other things for other kernels. */
export interface DkmsTarget {
  /** `uname -r` of the target; dkms's $kernelver. */
  readonly release: string
  /** `uname -m` of the target, such as x86_64 or aarch64; dkms's $arch on Debian. */
  readonly arch: string
  /** Absolute path of the prepared kernel tree; dkms's $kernel_source_dir. */
  readonly sourceDir: string
}

/** One module that the build must make. */
export interface DkmsModule {
  /** BUILT_MODULE_NAME: file name without .ko. */
  readonly name: string
  /** BUILT_MODULE_LOCATION below the build directory: empty, or with a slash at the end. */
  readonly location: string
  /** DEST_MODULE_NAME: what the module is called when installed. */
  readonly destName: string
  /** DEST_MODULE_LOCATION as written; dkms on Debian installs into /updates/dkms whatever it says. */
  readonly destLocation: string
  /** Whether dkms would take the debug information away. The gate never does: the proof reads it. */
  readonly strip: boolean
}

/** How bash answered `[[ value =~ expression ]]`; `invalid`: the expression is none. dkms builds for `match` alone. */
export type Match = 'match' | 'no-match' | 'invalid'

export interface BuildExclusive {
  readonly kernel?: { readonly regex: string; readonly match: Match }
  readonly arch?: { readonly regex: string; readonly match: Match }
  /** As dkms compares it: OBSOLETE_BY stands in where BUILD_EXCLUSIVE_KERNEL_MAX is missing. Undefined where the rules know no ranges. */
  readonly kernelMin?: string
  readonly kernelMax?: { readonly version: string; readonly directive: 'BUILD_EXCLUSIVE_KERNEL_MAX' | 'OBSOLETE_BY' }
  /** BUILD_EXCLUSIVE_CONFIG, one entry for each word; empty when the kernel has no configuration to ask. */
  readonly config: readonly { readonly option: string; readonly wanted: boolean; readonly on: boolean }[]
  /** The file that was asked. */
  readonly configFile?: string
  /** The conf itself set build_exclude. */
  readonly flag?: string
}

/** A value that dkms reads otherwise than it is written: it is put between double quotes and evaluated once more. */
export interface Altered {
  readonly directive: string
  readonly written: string
  readonly read: string
}

/** dkms.conf as dkms understands it for one kernel. */
export interface DkmsConf {
  /** Absolute path. */
  readonly file: string
  readonly rules: DkmsRules
  readonly target: DkmsTarget
  /** dkms's $dkms_tree: the build happens in `<dkmsTree>/<packageName>/<packageVersion>/build`. */
  readonly dkmsTree: string
  readonly packageName: string
  readonly packageVersion: string
  /** The one MAKE that is for this kernel, or dkms's default. To be evaluated by bash. */
  readonly make: string
  /** The command that cleans before the build; undefined where the rules run none. */
  readonly clean?: string
  readonly builtModules: readonly DkmsModule[]
  readonly preBuild?: string
  readonly postBuild?: string
  /** Names below patches/ that are for this kernel, in the order of application. */
  readonly patches: readonly string[]
  readonly buildExclusive: BuildExclusive
  /** PACKAGE_NAMEs of other packages that dkms wants built first. */
  readonly buildDepends: readonly string[]
  readonly autoinstall: boolean
  readonly obsoleteBy?: string
  readonly altered: readonly Altered[]
  /** What the conf said on standard error while it was read. */
  readonly said: string
}

/** The directory in which dkms builds the package. */
export function buildDirOf(conf: Pick<DkmsConf, 'dkmsTree' | 'packageName' | 'packageVersion'>): string {
  return `${conf.dkmsTree}/${conf.packageName}/${conf.packageVersion}/build`
}
