import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { keepTree, restoreTree } from './kept-tree.js'

/** Links in the header packages, which lead to the compiled programs. */
export const LINKED = ['scripts', 'tools'] as const
/** What the headers of one kernel have that points at the other packages. */
export const OF_THE_PACKAGE: readonly string[] = [...LINKED, 'Makefile', '.kernelvariables']

/** Where a kit keeps the headers of its kernel, below its root. */
const PACKED = 'headers'
/** A file beside them with the names of what is read of them without a tree, each ended by NUL. */
const NAMES = 'read'
const READ = ['.config', 'Module.symvers', 'vmlinux', 'include/config/auto.conf', 'include/generated/autoconf.h'] as const

/**
 * Packs the headers in whose directory `config` lies, 7,000 files of which most are empty: they take a quarter of the space. `config` itself stays, too: it
 * is asked for before anything else. Without zstd all stays as it is.
 * @throws GateError when the disk is full
 */
export async function packHeaders(host: Host, config: string, root: string): Promise<void> {
  if ((await host.which('zstd')) === undefined) return
  const [headers, folder] = [dirname(config), join(root, PACKED)]
  await keepTree(host, headers, folder, { without: OF_THE_PACKAGE })
  const there = await Promise.all(READ.map((name) => exists(join(headers, name))))
  await writeFile(join(folder, NAMES), READ.filter((_, i) => there[i]).map((name) => `./${name}\0`).join(''))
  for (const name of await readdir(headers)) if (name !== basename(config)) await rm(join(headers, name), { recursive: true })
}

/** Headers that a kit keeps packed. */
export interface PackedHeaders {
  /** What restoreTree() makes the whole of them of. */
  readonly folder: string
  /** Directory with those files of them that are read without a tree. */
  readonly directory: string
}

/** The packed headers of the kit at `root`, what is read of them in `workDir`; undefined where there are none. @throws GateError when they are damaged, or cannot be written */
export async function unpackHeaders(host: Host, root: string, workDir: string): Promise<PackedHeaders | undefined> {
  const folder = join(root, PACKED)
  if (!(await exists(folder))) return undefined
  const directory = join(workDir, 'headers')
  await mkdir(directory, { recursive: true })
  await restoreTree(host, folder, directory, { names: join(folder, NAMES) })
  return { folder, directory }
}
