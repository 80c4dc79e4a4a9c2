import { UsageError } from '../model/errors.js'
import { shellWords } from '../text/shell.js'

const SAME_COMPILER = 'the toolchain is the one that the kernel’s .config names'
const SAME_TREE = 'the gate itself says where the kernel tree is and what is built in it'
const NO_DETOUR = 'it would bring in what the gate cannot see'

/** Variables of kbuild and make that decide what the verdict is about; each with the reason why it is not for the user. */
const RESERVED: Readonly<Record<string, string>> = {
  M: SAME_TREE,
  MO: SAME_TREE,
  KBUILD_EXTMOD: SAME_TREE,
  KBUILD_EXTMOD_OUTPUT: SAME_TREE,
  O: SAME_TREE,
  KBUILD_OUTPUT: SAME_TREE,
  KBUILD_SRC: SAME_TREE,
  KERNELRELEASE: 'a module must carry the release of the kernel that it is checked for',
  KERNELVERSION: 'a module must carry the release of the kernel that it is checked for',
  KCONFIG_CONFIG: 'the config is the kernel’s own; use options for what must differ',
  KBUILD_MODPOST_WARN: 'it would turn unresolved symbols into warnings',
  ARCH: SAME_COMPILER,
  SRCARCH: SAME_COMPILER,
  CROSS_COMPILE: SAME_COMPILER,
  CC: SAME_COMPILER,
  LD: SAME_COMPILER,
  LLVM: SAME_COMPILER,
  LLVM_IAS: SAME_COMPILER,
  PAHOLE: SAME_COMPILER,
  RUSTC: SAME_COMPILER,
  BINDGEN: SAME_COMPILER,
  MAKEFLAGS: NO_DETOUR,
  GNUMAKEFLAGS: NO_DETOUR,
  MFLAGS: NO_DETOUR,
  MAKEOVERRIDES: NO_DETOUR,
  MAKEFILES: NO_DETOUR,
  SHELL: NO_DETOUR,
}

/** Options of make (GNU make manual, 9.8) that change how much is said or done, but neither what is built nor whether errors count. */
const HARMLESS = new Set(['-k', '--keep-going', '-s', '--silent', '--quiet', '--no-print-directory', '--trace', '--warn-undefined-variables'])

/** All assignments that make takes on its command line (GNU make manual, 6.5). */
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_.-]*)\s*(?:[+?!]|:{1,3})?=/

const ALLOWED = `Allowed are NAME=value and ${[...HARMLESS].filter((option) => option.startsWith('--')).join(', ')}.`

/** Words of `make-args`, split as a shell would, but never expanded. Throws UsageError. */
export function parseMakeArgs(value: string, name: string): readonly string[] {
  const words = shellWords(value)
  if (words === undefined) throw new UsageError(name, value, 'A quote is not closed, or a backslash stands at the end.')
  for (const word of words) {
    const variable = ASSIGNMENT.exec(word)?.[1]
    if (variable === undefined && !HARMLESS.has(word)) throw new UsageError(name, word, ALLOWED)
    const reason = variable !== undefined && Object.hasOwn(RESERVED, variable) ? RESERVED[variable] : undefined
    if (reason !== undefined) throw new UsageError(name, word, `${variable ?? word} is reserved: ${reason}.`)
  }
  return words
}
