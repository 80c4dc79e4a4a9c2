import { readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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
export function headersDir({ target, shipped }: KernelKitWithHeaders): string {
  return join(shipped.headersRoot, 'usr/src', `linux-headers-${target.release}`)
}

/**
 * A kernel tree at `tree`, made of what the kernel's own build left: the Kconfig files and scripts of linux-source, and over them the headers, the
 * generated headers, and the compiled programs of the header packages. It is what `oldconfig` and `modules_prepare` would make of linux-source for the
 * target's configuration, as far as `make M=` reads it.
 * @throws GateError when it cannot be written
 */
export async function headersTree(host: Host, kit: KernelKitWithHeaders, tree: string): Promise<void> {
  const headers = headersDir(kit)
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

/** Whether the compiled programs start on this machine: they may be of another suite, and another processor. */
export async function shippedProgramsRun(host: Host, headersRoot: string): Promise<boolean> {
  const kbuild = (await readdir(join(headersRoot, 'usr/lib')).catch(() => [])).find((name) => name.startsWith('linux-kbuild-'))
  if (kbuild === undefined) return false
  // Without a file name conf says how it is called, and ends with 1; what cannot be started ends with 126 or 127, or dies by a signal.
  const exit = await host.run({ program: join(headersRoot, 'usr/lib', kbuild, 'scripts/kconfig/conf'), args: [], seconds: 30 }).catch(() => undefined)
  return exit?.status === 1 && /usage/i.test(exit.stdout + exit.stderr)
}
