import { compilerPackage } from '../../toolchain/compiler.js'
import { type Cause, type Groups, said } from './cause.js'

/** Debian's packages of programs that kernel builds start; for others the name is the package's. */
const PACKAGES: Readonly<Record<string, string>> = {
  pahole: 'dwarves', flex: 'flex', bison: 'bison', bc: 'bc', python3: 'python3', perl: 'perl', xz: 'xz-utils', zstd: 'zstd', lz4c: 'lz4', lz4: 'lz4', cpio: 'cpio', rsync: 'rsync', openssl: 'openssl', depmod: 'kmod', modprobe: 'kmod', as: 'binutils', ld: 'binutils', ar: 'binutils', nm: 'binutils', objcopy: 'binutils', objdump: 'binutils', strip: 'binutils', 'ld.lld': 'lld', 'llvm-ar': 'llvm', rustc: 'rustc', bindgen: 'bindgen', make: 'make', dtc: 'device-tree-compiler', gawk: 'gawk', awk: 'mawk', git: 'git',
}

function packageOf(program: string): string {
  return PACKAGES[program] ?? (/(?:gcc|clang)(?:-[\d.]+)?$/.test(program) ? compilerPackage(program) : program)
}

/** `sh: 1: NAME: not found` of dash and bash, env's, and make's; the program's name without its path. */
const notFound = (names: string): RegExp[] => [
  new RegExp(`^(?:/bin/)?(?:ba|da)?sh: (?:line )?(?:\\d{1,6}: )?(?:\\S{1,200}/)?(?<program>${names}): (?:command )?not found`),
  new RegExp(`^(?:/usr/bin/)?env: ['\`]?(?<program>${names})['\`]?: No such file or directory`),
  new RegExp(`^make(?:\\[\\d{1,3}\\])?: (?:\\S{1,200}/)?(?<program>${names}): (?:No such file or directory|Command not found)`),
  new RegExp(`^\\S{1,200}: (?:line )?\\d{1,6}: (?:\\S{1,200}/)?(?<program>${names}): (?:command )?not found`),
]

const missing = (groups: Groups): string => `${said(groups, 'program') || said(groups, 'tool')} is not installed, and the build needs it`

/** Programs that a build needs and does not find. */
export const TOOLS: readonly Cause[] = [
  {
    id: 'build-pahole', stage: 'build', weight: 'cause',
    build: [...notFound('pahole'), /^BTF: \S{1,200}: (?<program>pahole) \([^)]{0,100}\) is not available/, /^(?:\S{1,200}: )?(?:BTF: )?.{0,100}pahole version .{1,60} is too old/],
    title: () => 'pahole is missing, or too old',
    explanation: 'pahole turns debug information into BTF. Without it Kconfig quietly switches CONFIG_DEBUG_INFO_BTF_MODULES off, and a module built so may have another struct module than the kernel: “Invalid module format” and “Skipping invalid relocation target” are what comes of it.',
    remedy: () => 'Install dwarves, take the kernel’s own .config again, and build from clean.',
  },
  {
    id: 'build-compiler-missing', stage: 'build', weight: 'cause',
    build: notFound('[\\w-]{0,60}(?:gcc|clang)(?:-[\\d.]{1,10})?'),
    title: (groups) => `The compiler ${said(groups, 'program')} is not installed`,
    explanation: 'Headers name the compiler that built the kernel, and kbuild calls it by that name.',
    remedy: (groups) => `Install ${packageOf(said(groups, 'program'))}. Another compiler may do, and changes the configuration.`,
  },
  {
    id: 'build-python', stage: 'build', weight: 'cause',
    build: notFound('python3?'),
    title: () => 'python3 is not installed, and the build needs it',
    explanation: 'Since 6.12 modules_prepare calls Python scripts of the kernel (among them the one that lists BPF’s helpers).',
    remedy: () => 'Install python3.',
  },
  {
    id: 'build-kernel-tool', stage: 'build', weight: 'cause',
    build: [
      /^(?:\/bin\/)?(?:ba|da)?sh: (?:line )?(?:\d{1,6}: )?(?:\S{0,200}\/)?(?<tool>objtool|modpost|fixdep|genksyms|resolve_btfids|recordmcount|insert-sys-cert|sign-file|module\.lds|conf): (?:not found|No such file or directory|Permission denied|cannot execute)/,
      /^make(?:\[\d{1,3}\])?: (?:\S{0,200}\/)?(?<tool>objtool|modpost|fixdep|genksyms|resolve_btfids|recordmcount|sign-file): (?:No such file or directory|Command not found|Permission denied)/,
      /^make(?:\[\d{1,3}\])?: \*\*\* No rule to make target '(?:\S{0,200}\/)?(?<tool>objtool|modpost|fixdep|genksyms|resolve_btfids|recordmcount|module\.lds)'/,
    ],
    title: (groups) => `The kernel tree has no ${said(groups, 'tool')}: it is not prepared for building modules`,
    explanation: 'Programs that belong to the kernel’s build are made by `make modules_prepare`, or come with the headers (Debian: linux-kbuild). They must also run here: those of another release may want another C library.',
    remedy: (_, { release }) => `Run make modules_prepare in the kernel tree, or install linux-headers-${release ?? '$(uname -r)'} with the linux-kbuild that it depends on.`,
  },
  {
    id: 'build-rust', stage: 'build', weight: 'cause',
    build: [...notFound('rustc|bindgen'), /^error\[E0514\]: found crate `(?<crate>[^`]{1,100})` compiled by an incompatible version of rustc/, /^\*\*\* Rust (?:compiler|bindings generator) '(?<program>[^']{1,100})' (?:could not be found|is too old)/],
    title: (groups) => (said(groups, 'crate') === '' ? 'The Rust tools that this kernel was built with are missing' : 'rustc is another one than that which built the kernel'),
    explanation: 'The kernel was configured with CONFIG_RUST, and its parts in Rust only fit the very same compiler.',
    remedy: () => 'Install rustc, bindgen and rust-src of the suite that the kernel comes from.',
  },
  {
    id: 'build-tool-missing', stage: 'build', weight: 'cause',
    build: notFound(Object.keys(PACKAGES).filter((name) => !['pahole', 'python3', 'rustc', 'bindgen'].includes(name)).map((name) => name.replace('.', '\\.')).join('|')),
    title: missing,
    explanation: 'A kernel build starts many small programs.',
    remedy: (groups) => `Install ${packageOf(said(groups, 'program'))}.`,
  },
  {
    id: 'build-compiler-differs', stage: 'build', weight: 'harmless',
    build: [/^warning: the compiler differs from the one used to build the kernel/],
    title: () => 'The compiler is not the one that built the kernel',
    explanation: 'Mostly it works. It does not where the configuration holds abilities of the other compiler, or changes with it.',
    remedy: () => 'Build with the compiler that the next lines name.',
  },
]
