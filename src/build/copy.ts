import { exists } from '../host/exists.js'
import { cp, lstat, mkdir, rename } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'

/**
 * Copies the user's repository, so that nothing in it is written to and `$(src)/../include` still reaches what it should.
 * Leaves out `exclude` (the output directory) and what cannot be copied (sockets, pipes, device nodes). Links stay as they are.
 */
export async function copyRepository(repository: string, target: string, exclude: readonly string[]): Promise<void> {
  const excluded = exclude.map((dir) => resolve(dir))
  await mkdir(target, { recursive: true })
  await cp(repository, target, {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    filter: async (source) => {
      const path = resolve(source)
      if (excluded.some((dir) => path === dir || path.startsWith(dir + sep))) return false
      const kind = await lstat(source)
      return kind.isFile() || kind.isDirectory() || kind.isSymbolicLink()
    },
  })
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
