/** A way to write a tool's version in .config, and to read it from what the tool prints. */
export interface Encoding {
  /** The value as a person writes it, `1.24`. */
  readonly human: (configValue: string) => string
  /** The .config value that a tool's output leads to, written as `stated` is where kernels write it in several ways; undefined when it cannot be read. */
  readonly encode: (output: string, stated?: string) => string | undefined
}

/** `v1.24` is 124: the digits side by side (scripts/pahole-version.sh). */
export const PAHOLE: Encoding = {
  human: (value) => `${value.slice(0, 1)}.${value.slice(1)}`,
  encode: (output) => {
    const [, major, minor] = /v(\d+)\.(\d+)/.exec(output) ?? []
    return major === undefined || minor === undefined ? undefined : major + minor
  },
}

/** 2.40 is 24000: 10000 × major + 100 × minor + patch of the last word of the first line (scripts/ld-version.sh, as-version.sh). */
export const BINUTILS: Encoding = {
  human: (value) => dotted(Number(value), 10_000),
  encode: (output) => {
    const lastWord = firstLine(output).split(' ').at(-1) ?? ''
    const [, major, minor, patch] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(lastWord) ?? []
    return major === undefined || minor === undefined ? undefined : String(10_000 * Number(major) + 100 * Number(minor) + Number(patch ?? 0))
  },
}

/** Up to 5.11 the linker's 2.35.2 is 235020000 (scripts/ld-version.sh of that time), ten thousand times as much as since 5.12. */
const OLD_LD = 10_000

/** ld as BINUTILS, and as kernels before 5.12 wrote it. */
export const LD: Encoding = {
  human: (value) => BINUTILS.human(isOldLd(value) ? String(Number(value) / OLD_LD) : value),
  encode: (output, stated) => {
    const value = BINUTILS.encode(output)
    return value !== undefined && isOldLd(stated ?? '') ? String(Number(value) * OLD_LD) : value
  },
}

function isOldLd(value: string): boolean {
  return Number(value) >= 10_000 * OLD_LD
}

/** LLD names itself before its version: `Debian LLD 19.1.7 (compatible with GNU linkers)` is 190107 (scripts/ld-version.sh). */
export const LLD: Encoding = {
  human: BINUTILS.human,
  encode: (output) => {
    const [, version] = /LLD (\d+\.\d+\.\d+)/.exec(firstLine(output)) ?? []
    return version === undefined ? undefined : BINUTILS.encode(version)
  },
}

/** 1.85.1 is 108501, one digit more than the others (scripts/rustc-version.sh). */
export const RUSTC: Encoding = {
  human: (value) => dotted(Number(value), 100_000),
  encode: (output) => {
    const [, major, minor, patch] = /^rustc (\d+)\.(\d+)\.(\d+)/.exec(output) ?? []
    return major === undefined ? undefined : String(100_000 * Number(major) + 100 * Number(minor) + Number(patch))
  },
}

/** The first line as it is, without `#` signs, which make cannot pass on (CC_VERSION_TEXT in the kernel's Makefile). */
export const TEXT: Encoding = {
  human: (value) => value,
  encode: (output) => firstLine(output).replaceAll('#', ''),
}

function dotted(value: number, majorUnit: number): string {
  const [major, minor, patch] = [Math.floor(value / majorUnit), Math.floor((value % majorUnit) / 100), value % 100]
  return patch === 0 && majorUnit === 10_000 ? `${major}.${minor}` : `${major}.${minor}.${patch}`
}

function firstLine(output: string): string {
  return output.split('\n')[0] ?? ''
}
