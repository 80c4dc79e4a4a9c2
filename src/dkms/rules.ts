/** Where releases of dkms read or build differently. The rest is the same in all of them. */
export interface DkmsRules {
  /** The release of dkms that these rules are compared with in the tests. */
  readonly release: string
  /** A carriage return at the end of a value is cut off. */
  readonly cutsReturns: boolean
  /** CLEAN, or a default for it, runs before each build; later releases call it deprecated and do not run it. */
  readonly cleans: boolean
  /** BUILD_EXCLUSIVE_KERNEL_MIN and _MAX are known, and OBSOLETE_BY stands in for a missing _MAX. */
  readonly kernelRange: boolean
  /** BUILD_EXCLUSIVE_CONFIG asks include/config/auto.conf where there is one, and takes names as basic regular expressions. */
  readonly asksAutoConf: boolean
  /** What is appended to MAKE for a kernel that was built with clang, and what for one linked with lld. */
  readonly clang: string
  readonly lld: string
  /** Arrays of one length, no module twice, yes or no where these are asked for; no module at all is allowed. */
  readonly strict: boolean
  /** PRE_BUILD runs through eval, and a failure of it ends the build; else its words are split once and its status is ignored. */
  readonly scriptsCount: boolean
  /** The command is wrapped in braces before it is evaluated, so that one which ends with `;` is a syntax error. */
  readonly braces: boolean
}

/** Debian 12: 3.0.10 (the script `dkms`, read_conf, prepare_build and actual_build). */
export const DKMS_3_0: DkmsRules = {
  release: '3.0.10',
  cutsReturns: false,
  cleans: true,
  kernelRange: false,
  asksAutoConf: false,
  clang: ' CC=clang',
  lld: ' LD=ld.lld',
  strict: false,
  scriptsCount: false,
  braces: true,
}

/** Debian 13: 3.2.2 (read_conf, read_conf_strict and do_build). */
export const DKMS_3_2: DkmsRules = {
  release: '3.2.2',
  cutsReturns: true,
  cleans: false,
  kernelRange: true,
  asksAutoConf: true,
  clang: ' LLVM=1',
  lld: '',
  strict: true,
  scriptsCount: true,
  braces: false,
}

/**
 * The rules of the dkms that a suite gives its users. `version` is a package version or what `dkms --version` ends with;
 * undefined where nobody knows: the newest rules.
 */
export function rulesOf(version: string | undefined): DkmsRules {
  const [, major, minor, patch] = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(version ?? '') ?? []
  if (major === undefined) return DKMS_3_2
  const [a, b, c] = [Number(major), Number(minor), Number(patch ?? 0)]
  return a < 3 || (a === 3 && b === 0 && c <= 10) ? DKMS_3_0 : DKMS_3_2
}
