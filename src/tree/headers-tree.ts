import { chmod, lstat, readdir, readFile, readlink, rm, utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { LINKED, OF_THE_PACKAGE } from '../kernel/pack-headers.js'
import type { KernelKitWithHeaders, ShippedHeaders } from '../model/kernel.js'
import { restoreTree } from '../kernel/kept-tree.js'
import type { Member } from '../kernel/tar-members.js'
import { unpackWith } from '../kernel/unpack-with.js'
import type { Layers } from './turn.js'

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

/** Whatever the umask of a run is: the list of a tree tells permissions. */
const MAKEFILE_MODE = 0o644

/**
 * Files whose names are options and that say when one changed last (scripts/kconfig/confdata.c, conf_touch_deps()): 6,900, and oldconfig makes all of them
 * anew, since auto.conf is taken away before it. Not auto.conf and kernel.release, which lie among them; before 5.11 the names are in small letters, and those
 * that begin so stay, too.
 */
const MADE_BY_OLDCONFIG = 'include/config/[!ak]*'

/** Directory of the headers' own part in a kit, or of what is read of it without a tree. */
export function headersDir(kit: KernelKitWithHeaders): string {
  return dirname(kit.headersConfig)
}

/**
 * A kernel tree at `tree`, made of what the kernel's own build left: the Kconfig files and scripts of linux-source, and over them the headers, the
 * generated headers, and the compiled programs of the header packages. It is what `oldconfig` and `modules_prepare` would make of linux-source for the
 * target's configuration, as far as `make M=` reads it; of packed headers without MADE_BY_OLDCONFIG.
 * @throws GateError when it cannot be written
 */
export async function headersTree(host: Host, kit: KernelKitWithHeaders, tree: string): Promise<void> {
  const { kconfigDir, common, programs } = kit.shipped
  await restoreTree(host, kconfigDir, tree)
  await restoreTree(host, common, tree)
  if (kit.packedHeaders !== undefined) await restoreTree(host, kit.packedHeaders, tree, { without: [MADE_BY_OLDCONFIG] })
  const own = kit.packedHeaders !== undefined ? [] : (await readdir(headersDir(kit))).filter((name) => !OF_THE_PACKAGE.includes(name))
  await copyInto(host, own.map((name) => join(headersDir(kit), name)), tree)
  await layPrograms(host, programs, tree)
}

/** The compiled programs, and the Makefiles that do not compile them. @throws GateError */
async function layPrograms(host: Host, programs: string, tree: string): Promise<void> {
  await copyInto(host, LINKED.map((name) => join(programs, name)), tree)
  for (const [file, text] of Object.entries(MAKEFILES)) {
    const path = join(tree, file)
    // A tree that is laid out again is the same, times and all.
    const replaced = await lstat(path).catch(() => undefined)
    // Not written through: the file may be a link.
    await rm(path, { force: true })
    await writeFile(path, text)
    await chmod(path, MAKEFILE_MODE)
    if (replaced !== undefined) await utimes(path, replaced.mtime, replaced.mtime)
  }
}

/** What headersTree() lays out, one over the other, where all of it is packed. */
export function headersLayers({ shipped: { kconfigDir, common, programs }, packedHeaders }: KernelKitWithHeaders): Layers | undefined {
  if (packedHeaders === undefined) return undefined
  return { folders: [kconfigDir, common], own: packedHeaders, over: (paths) => programsOf(programs, paths) }
}

/** What layPrograms() lays, of these names. */
async function programsOf(programs: string, paths: Iterable<string>): Promise<Member[]> {
  const found: Member[] = []
  for (const path of paths) {
    if (!LINKED.some((name) => path.startsWith(`${name}/`))) continue
    const text = MAKEFILES[path]
    const file = join(programs, path)
    const stats = await lstat(file).catch(() => undefined)
    if (text !== undefined) found.push({ path, kind: 'f', mode: MAKEFILE_MODE, data: Buffer.from(text), target: '' })
    else if (stats?.isFile() === true) found.push({ path, kind: 'f', mode: stats.mode & 0o7777, data: await readFile(file), target: '' })
    else if (stats?.isSymbolicLink() === true) found.push({ path, kind: 'l', mode: 0o777, data: Buffer.alloc(0), target: await readlink(file) })
  }
  return found
}

/** Copies files and directories with their times, which make looks at, over what has the same names. @throws GateError */
async function copyInto(host: Host, sources: readonly string[], directory: string): Promise<void> {
  if (sources.length === 0) return
  await unpackWith(host, 'cp', ['--archive', '--remove-destination', '--reflink=auto', '--target-directory', directory, '--', ...sources], directory)
}

/** Kconfig's own program, which needs the C library alone. */
const CONF = ['scripts/kconfig/conf'] as const
/** All that a build runs of them; what a kernel's package does not have is not run. */
export const ALL_SHIPPED = [...CONF, 'scripts/basic/fixdep', 'scripts/mod/modpost', 'tools/objtool/objtool', 'tools/bpf/resolve_btfids/resolve_btfids'] as const

/**
 * Statuses of what cannot be executed, and of a missing library (POSIX.1 shell, 2.8.2; ld.so(8)), and of an instruction that this processor lacks (SIGILL);
 * for a library that is too old ld.so ends with 1 and says so.
 */
const NOT_STARTED: readonly number[] = [126, 127, 132]
const OLD_LIBRARY = /version \S+ not found/

/**
 * The first of the compiled programs that does not start on this machine, with what was said of it; undefined when all do. They may be of another suite or
 * another processor. Without arguments each only says how it is called.
 */
export async function brokenProgram(host: Host, { programs }: Pick<ShippedHeaders, 'programs'>, names: readonly string[] = CONF): Promise<string | undefined> {
  const kbuild = basename(programs)
  for (const name of names) {
    const program = join(programs, name)
    if (name !== CONF[0] && !(await exists(program))) continue
    const { status, stderr } = await host.run({ program, args: [], seconds: 30 }).catch((error: unknown) => ({ status: 127, stderr: String(error) }))
    if (NOT_STARTED.includes(status) || OLD_LIBRARY.test(stderr)) return `${name} of ${kbuild}: ${stderr.replaceAll(`${program}: `, '').trim().split('\n').at(-1) || `status ${status}`}`
  }
  return undefined
}
