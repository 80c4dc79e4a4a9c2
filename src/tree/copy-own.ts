import { constants } from 'node:fs'
import { copyFile, mkdir, readdir, realpath, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { exists } from '../host/exists.js'
import type { TreeExtent } from './unpack.js'

/** Directories whose programs and generated files kbuild uses again instead of making them. */
const TOOLS = /^(?:scripts|tools|include|rust|arch\/[^/]+\/(?:tools|include))\//
/** What a build leaves, and no build of modules reads. */
const MADE = /(?:\.(?:o|a|ko|mod|mod\.c|dwo|gcno|order|symtypes|pem|x509|ko\.[a-z]+)|\.cmd)$/
/** What lies at the root of a tree and is none of its sources; `lib` and the like are. */
const LEFT = /^(?:\.git|debian|rpmbuild|vmlinux.*|System\.map|\.tmp_.*|modules\..*|Module\.symvers|source)$/
/** As src/tree/unpack.ts has it, but for headers: a driver of the user's may include those of this very tree. */
const SOURCES = /^(?:drivers|sound|fs|net|crypto|tools\/testing|arch\/(?!x86\/)[^/]+)\/.*\.(?:c|S|dts|dtsi|rs)$/
const UNREAD = /^(?:Documentation\/.*\..*|tools\/perf\/.*|arch\/[^/]+\/boot\/(?:.*\/)?(?:b?z?Image|vmlinux|setup\.(?:bin|elf)).*)$/
/** Files that are opened at once. */
const AT_ONCE = 32

/** Whether a build of modules needs this file of a tree that was built; `path` is relative to the tree, with slashes. */
export function isCopied(path: string, extent: TreeExtent): boolean {
  const [root = ''] = path.split('/')
  if (LEFT.test(root) || UNREAD.test(path)) return false
  if (MADE.test(path) && !TOOLS.test(path)) return false
  return extent === 'full' || !SOURCES.test(path)
}

export interface OwnCopy {
  /** Files. */
  readonly files: number
  /** Where the sources are: the copy itself, or for a build with O= the user's, which are only read. */
  readonly sourceDir: string
}

/** What is to be made in the copy. Paths relative to both. */
interface Plan {
  readonly dirs: string[]
  readonly files: string[]
  /** With the text of the link. */
  readonly links: (readonly [path: string, text: string])[]
}

/**
 * Copies what a build of modules needs of a tree that the user built, with its times, which make looks at. Blocks are shared where the file
 * system can do that; nothing in the copy is the user's file, and no link in it leads out of it. Of a build with O= the copy is the directory of objects.
 */
export async function copyOwnTree(tree: string, target: string, extent: TreeExtent): Promise<OwnCopy> {
  const { dirs, files, links } = await planOf(tree, extent)
  await mkdir(target, { recursive: true })
  for (const dir of dirs) await mkdir(join(target, dir))
  let next = 0
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let path = files[next++]; path !== undefined; path = files[next++]) await copy(join(tree, path), join(target, path))
  }))
  for (const [path, text] of links) await symlink(text, join(target, path))
  const sourceDir = await sourceOf(tree)
  if (sourceDir !== undefined) await pointTo(sourceDir, target)
  return { files: files.length, sourceDir: sourceDir ?? target }
}

async function planOf(tree: string, extent: TreeExtent): Promise<Plan> {
  const plan: Plan = { dirs: [], files: [], links: [] }
  const root = await realpath(tree)
  const followed = new Set<string>()
  const enter = async (path: string): Promise<void> => {
    plan.dirs.push(path)
    await look(path)
  }
  // What a link outside leads to is copied in its place: a build would write through it.
  const follow = async (path: string): Promise<void> => {
    const real = await realpath(join(tree, path)).catch(() => undefined)
    if (real === undefined) return
    const below = relative(root, real)
    if (!below.startsWith('..')) plan.links.push([path, relative(dirname(path), below) || '.'])
    else if (!(await stat(real)).isDirectory()) plan.files.push(path)
    else if (!root.startsWith(`${real}/`) && !followed.has(real)) {
      followed.add(real)
      await enter(path)
    }
  }
  const look = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(tree, below), { withFileTypes: true })) {
      const path = join(below, entry.name)
      if (!isCopied(path, extent)) continue
      if (entry.isDirectory()) await enter(path)
      else if (entry.isSymbolicLink()) await follow(path)
      else if (entry.isFile()) plan.files.push(path)
    }
  }
  await look('')
  return plan
}

async function copy(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE)
  const { atime, mtime } = await stat(from)
  await utimes(to, atime, mtime)
}

/** The source tree of a build with O=, to which kbuild leaves a link (outputmakefile in the kernel's Makefile); undefined where sources and objects lie together. */
export async function sourceOf(tree: string): Promise<string | undefined> {
  return (await exists(join(tree, 'Kconfig'))) ? undefined : realpath(join(tree, 'source')).catch(() => undefined)
}

/** The Makefile and the link that kbuild left name the user's directory, or what lies beside it; the copy's name the copy. */
async function pointTo(sourceDir: string, target: string): Promise<void> {
  const makefile = join(target, 'Makefile')
  const before = await stat(makefile)
  await writeFile(makefile, `# The copy of a build with O=.\nexport KBUILD_OUTPUT = ${target}\ninclude ${sourceDir}/Makefile\n`)
  await utimes(makefile, before.atime, before.mtime)
  await symlink(sourceDir, join(target, 'source'))
}
