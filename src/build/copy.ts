import type { Dirent } from 'node:fs'
import { exists } from '../host/exists.js'
import { chmod, copyFile, mkdir, readdir, readlink, rename, stat, symlink, utimes } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'

/**
 * Copies the user's repository, so that nothing in it is written to and `$(src)/../include` still reaches what it should.
 * Leaves out `exclude` (the output directory) and what cannot be copied (sockets, pipes, device nodes). Links stay as they are; files keep permissions and times.
 * @throws Error when `target` lies in the repository, or something cannot be read or written
 */
export async function copyRepository(repository: string, target: string, exclude: readonly string[]): Promise<void> {
  const [from, to] = [resolve(repository), resolve(target)]
  if (`${to}${sep}`.startsWith(from.endsWith(sep) ? from : from + sep)) throw new Error(`${from} cannot be copied into itself (${to})`)
  await mkdir(to, { recursive: true })
  await copyInside(from, to, new Set(exclude.map((dir) => resolve(dir))))
}

/**
 * The cp() of node:fs looks at all directories above each file again: two seconds for a thousand files. After an error all that was begun has ended, so that
 * nothing is written behind the caller's back.
 */
async function copyInside(from: string, to: string, excluded: ReadonlySet<string>): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true })
  const copies = entries.filter((entry) => !excluded.has(join(from, entry.name))).map((entry) => copyEntry(entry, join(from, entry.name), join(to, entry.name), excluded))
  await Promise.allSettled(copies)
  await Promise.all(copies)
}

async function copyEntry(entry: Dirent, source: string, copy: string, excluded: ReadonlySet<string>): Promise<void> {
  if (entry.isSymbolicLink()) await symlink(await readlink(source), copy)
  else if (entry.isFile()) {
    const { atime, mtime } = await stat(source)
    await copyFile(source, copy)
    await utimes(copy, atime, mtime)
  } else if (entry.isDirectory()) {
    const { mode } = await stat(source)
    await mkdir(copy)
    await copyInside(source, copy, excluded)
    // Last, for it may be one that nobody may write to.
    await chmod(copy, mode & 0o7777)
  }
}

/** Characters that make, the shell or gcc's -Wp, would take for their own; kbuild puts the path unquoted into rules and commands. */
const UNSAFE = /[^\p{L}\p{N}._+@=/-]/gu

/**
 * The module's directory inside the copy. Folders on the way whose names kbuild cannot handle (blanks, colons, commas, …) are renamed
 * in the copy; `original` turns a path relative to the copy's root back into the user's.
 */
export async function moduleDirIn(copy: string, path: string): Promise<{ readonly dir: string; readonly original: (file: string) => string }> {
  if (path === '.') return { dir: copy, original: (file) => file }
  const renamed: string[] = []
  for (const part of path.split('/')) {
    let safe = part.replace(UNSAFE, '_')
    while (safe !== part && (await exists(join(copy, ...renamed, safe)))) safe += '_'
    if (safe !== part) await rename(join(copy, ...renamed, part), join(copy, ...renamed, safe))
    renamed.push(safe)
  }
  const wanted = path.split('/')
  const original = (file: string) => {
    const parts = file.split('/')
    // Each folder that was renamed is on the module's own path, so names are compared from the root as far as they agree.
    const shared = renamed.findIndex((name, i) => name !== parts[i])
    const depth = shared < 0 ? renamed.length : shared
    return [...wanted.slice(0, depth), ...parts.slice(depth)].join('/')
  }
  return { dir: join(copy, ...renamed), original }
}
