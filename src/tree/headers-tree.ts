import { readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import type { KernelKitWithHeaders } from '../model/kernel.js'
import { copyInto, copyTree } from './unpack.js'

/** What Debian's packages have in place of the tree's own: the directory that holds the compiled programs, and what points at the other packages. */
const LINKED = ['scripts', 'tools'] as const
const OF_THE_PACKAGE = [...LINKED, 'Makefile', '.kernelvariables']

/**
 * Makefiles that take the place of those that would compile conf and fixdep: the compiled ones are there. Everything else about a Kconfig target stays
 * as the kernel's top Makefile and scripts/kconfig/Makefile have it: the environment, the file it begins with, the options of conf.
 */
const MAKEFILES: Readonly<Record<string, string>> = {
  'scripts/basic/Makefile': '',
  'scripts/kconfig/Makefile': [
    '.PHONY: oldconfig syncconfig',
    'oldconfig syncconfig:',
    '\t$(Q)mkdir -p include/config include/generated',
    '\t$(Q)$(obj)/conf --$@ $(if $(KBUILD_KCONFIG),$(KBUILD_KCONFIG),Kconfig)',
    '',
  ].join('\n'),
}

/** Directory of the headers' own part below the packages' root. */
export function headersDir(headersRoot: string, release: string): string {
  return join(headersRoot, 'usr/src', `linux-headers-${release}`)
}

/**
 * A kernel tree at `tree`, made of what the kernel's own build left: the Kconfig files and scripts of linux-source, and over them the headers, the
 * generated headers, and the compiled programs of the header packages. It is what `oldconfig` and `modules_prepare` would make of linux-source for the
 * target's configuration, as far as `make M=` reads it.
 * @throws GateError when it cannot be written
 */
export async function headersTree(host: Host, kit: KernelKitWithHeaders, tree: string): Promise<void> {
  const headers = headersDir(kit.shipped.headersRoot, kit.target.release)
  const common = await commonDir(kit)
  await copyTree(host, kit.shipped.kconfigDir, tree)
  for (const from of [common, headers]) {
    const left = from === common ? LINKED : OF_THE_PACKAGE
    await copyInto(host, (await readdir(from)).filter((name) => !(left as readonly string[]).includes(name)).map((name) => join(from, name)), tree)
  }
  for (const name of LINKED) await copyTree(host, await realpath(join(common, name)), join(tree, name))
  for (const [file, text] of Object.entries(MAKEFILES)) {
    // Not written through: the file may be a link.
    await rm(join(tree, file), { force: true })
    await writeFile(join(tree, file), text)
  }
}

/** The one directory of common headers; the headers' Makefile includes the one in it by its installed path. */
async function commonDir({ shipped: { headersRoot } }: KernelKitWithHeaders): Promise<string> {
  const src = join(headersRoot, 'usr/src')
  const name = (await readdir(src)).find((entry) => entry.endsWith('-common'))
  return join(src, name ?? '')
}

/** Kconfig's own program, which needs the C library alone. */
const CONF = ['scripts/kconfig/conf'] as const
/** All that a build runs of them; what a kernel's package does not have is not run. */
export const ALL_SHIPPED = [...CONF, 'scripts/basic/fixdep', 'scripts/mod/modpost', 'tools/objtool/objtool', 'tools/bpf/resolve_btfids/resolve_btfids'] as const

/** Statuses of what cannot be executed, and of a missing library (POSIX.1 shell, 2.8.2; ld.so(8)); for a library that is too old ld.so ends with 1 and says so. */
const NOT_STARTED: readonly number[] = [126, 127]
const OLD_LIBRARY = /version \S+ not found/

/**
 * The first of the compiled programs that does not start on this machine, with what was said of it; undefined when all do. They may be of another suite or
 * another processor. Without arguments each only says how it is called.
 */
export async function brokenProgram(host: Host, headersRoot: string, programs: readonly string[] = CONF): Promise<string | undefined> {
  const kbuild = (await readdir(join(headersRoot, 'usr/lib')).catch(() => [])).find((name) => name.startsWith('linux-kbuild-'))
  if (kbuild === undefined) return 'linux-kbuild: not there'
  for (const name of programs) {
    const program = join(headersRoot, 'usr/lib', kbuild, name)
    if (name !== CONF[0] && !(await exists(program))) continue
    const { status, stderr } = await host.run({ program, args: [], seconds: 30 }).catch((error: unknown) => ({ status: 127, stderr: String(error) }))
    if (NOT_STARTED.includes(status) || OLD_LIBRARY.test(stderr)) return `${name} of ${kbuild}: ${stderr.replaceAll(`${program}: `, '').trim().split('\n').at(-1) || `status ${status}`}`
  }
  return undefined
}
