import type { Architecture } from '../architecture/architecture.js'
import type { ConfigMap } from '../kconfig/parse.js'
import { BINUTILS, LD, LLD, PAHOLE, RUSTC, TEXT, type Encoding } from './encodings.js'

/** A tool whose version the target's .config states, so that another one changes the config. */
export interface StatedTool {
  readonly tool: string
  readonly program: string
  readonly args: readonly string[]
  readonly package: string
  /** Without the CONFIG_ prefix. `0` as its value says that the kernel was configured without the tool. */
  readonly symbol: string
  readonly encoding: Encoding
  /** Kconfig stops with an error when it is missing, instead of choosing other values. */
  readonly stopsKconfig?: true
  /** One of binutils: for another architecture there is another program of that package. */
  readonly binutils?: true
}

/** The compiler is not in this table: its name comes from the config (compiler.ts). */
export const STATED_TOOLS: readonly StatedTool[] = [
  { tool: 'pahole', program: 'pahole', args: ['--version'], package: 'dwarves', symbol: 'PAHOLE_VERSION', encoding: PAHOLE },
  { tool: 'as', program: 'as', args: ['--version'], package: 'binutils', symbol: 'AS_VERSION', encoding: BINUTILS, stopsKconfig: true, binutils: true },
  { tool: 'ld', program: 'ld', args: ['--version'], package: 'binutils', symbol: 'LD_VERSION', encoding: LD, stopsKconfig: true, binutils: true },
  { tool: 'ld.lld', program: 'ld.lld', args: ['--version'], package: 'lld', symbol: 'LLD_VERSION', encoding: LLD, stopsKconfig: true },
  { tool: 'rustc', program: 'rustc', args: ['--version'], package: 'rustc', symbol: 'RUSTC_VERSION_TEXT', encoding: TEXT },
  { tool: 'rustc', program: 'rustc', args: ['--version'], package: 'rustc', symbol: 'RUSTC_VERSION', encoding: RUSTC },
  { tool: 'bindgen', program: 'bindgen', args: ['--version', 'workaround-for-0.69.0'], package: 'bindgen', symbol: 'BINDGEN_VERSION_TEXT', encoding: TEXT },
]

/** The row as it is when modules are compiled for another architecture: `aarch64-linux-gnu-ld` of binutils-aarch64-linux-gnu. */
export function crossed(row: StatedTool, cross: Architecture | undefined): StatedTool {
  if (cross === undefined || row.binutils !== true) return row
  const program = `${cross.crossPrefix}${row.program}`
  return { ...row, tool: program, program, package: `${row.package}-${cross.crossPackages}` }
}

/**
 * Tools that are asked by Kconfig whether or not they are used, so that one which happens to be installed changes a config
 * that was made without it (the others are only asked when they are make's CC, LD or AS).
 */
export const ASKED_ANYWAY: ReadonlySet<string> = new Set(['PAHOLE_VERSION', 'RUSTC_VERSION'])

/** What no symbol states and `make oldconfig modules_prepare` cannot do without. */
export interface NeededTool {
  readonly tool: string
  readonly package: string
  /** What is looked for: a program in PATH, a C header, or a file below rustc's sysroot. */
  readonly probe: { readonly kind: 'program' | 'header' | 'rust-file'; readonly name: string }
  /** Where it is used; found by running make in bare bookworm (6.1) and trixie (6.12) roots until it passed. */
  readonly reason: string
  /** `series` is X.Y of linux-source. */
  readonly needed: (config: ConfigMap, series: string) => boolean
  /** Kconfig goes on without it and chooses other values, instead of stopping. */
  readonly changesConfig?: true
  /** Only programs of scripts/ and tools/ are made with it, which the header packages have in compiled form. */
  readonly compiles?: true
}

const always = (): boolean => true
const anyOf = (...symbols: readonly string[]) => (config: ConfigMap): boolean => symbols.some((symbol) => config.get(symbol) === 'y')

export const NEEDED_TOOLS: readonly NeededTool[] = [
  { tool: 'make', package: 'build-essential', probe: { kind: 'program', name: 'make' }, reason: 'runs the build', needed: always },
  { tool: 'gcc', package: 'build-essential', probe: { kind: 'program', name: 'gcc' }, reason: 'HOSTCC: scripts/kconfig/conf, modpost and objtool are programs of this machine', needed: always },
  { tool: 'C library headers', package: 'build-essential', probe: { kind: 'header', name: 'stdio.h' }, reason: 'the same programs, and Kconfig looks whether programs can be linked (scripts/cc-can-link.sh)', needed: always },
  { tool: 'flex', package: 'flex', probe: { kind: 'program', name: 'flex' }, reason: 'scripts/kconfig/lexer.l', needed: always, compiles: true },
  { tool: 'bison', package: 'bison', probe: { kind: 'program', name: 'bison' }, reason: 'scripts/kconfig/parser.y', needed: always, compiles: true },
  { tool: 'bc', package: 'bc', probe: { kind: 'program', name: 'bc' }, reason: 'include/generated/timeconst.h', needed: always, compiles: true },
  { tool: 'xz', package: 'xz-utils', probe: { kind: 'program', name: 'xz' }, reason: 'linux-source is packed with it', needed: always, compiles: true },
  {
    tool: 'libelf headers', package: 'libelf-dev', probe: { kind: 'header', name: 'gelf.h' }, reason: 'tools/objtool and tools/bpf/resolve_btfids',
    needed: anyOf('OBJTOOL', 'STACK_VALIDATION', 'UNWINDER_ORC', 'DEBUG_INFO_BTF'), compiles: true,
  },
  {
    tool: 'OpenSSL headers', package: 'libssl-dev', probe: { kind: 'header', name: 'openssl/opensslv.h' }, reason: 'scripts/sign-file; before 5.17 also scripts/extract-cert',
    needed: (config, series) => anyOf('MODULE_SIG_FORMAT')(config) || (isBefore(series, 5, 17) && anyOf('SYSTEM_TRUSTED_KEYRING')(config)), compiles: true,
  },
  { tool: 'python3', package: 'python3', probe: { kind: 'program', name: 'python3' }, reason: 'scripts/bpf_doc.py writes bpf_helper_defs.h for resolve_btfids', needed: anyOf('DEBUG_INFO_BTF'), compiles: true },
  {
    tool: 'Rust library source', package: 'rust-src', probe: { kind: 'rust-file', name: 'lib/rustlib/src/rust/library/core/src/lib.rs' }, reason: 'scripts/rust_is_available.sh asks for it, and rust/core.o is compiled from it',
    needed: anyOf('RUST'), changesConfig: true,
  },
]

function isBefore(series: string, major: number, minor: number): boolean {
  const [x = 0, y = 0] = series.split('.').map(Number)
  return x < major || (x === major && y < minor)
}
