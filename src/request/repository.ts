import { access } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

/** Whether `path` is `directory` or below it. Both absolute. */
export function isWithin(path: string, directory: string): boolean {
  const below = relative(directory, path)
  return below === '' || (below !== '..' && !below.startsWith('../'))
}

/** A directory and all above it, nearest first. */
export function upwards(directory: string): readonly string[] {
  const parent = dirname(directory)
  return parent === directory ? [directory] : [directory, ...upwards(parent)]
}

async function holdsGit(directory: string): Promise<boolean> {
  return access(join(directory, '.git')).then(
    () => true,
    () => false,
  )
}

/**
 * Root of the repository that a module's directory belongs to: the nearest directory with `.git` (a worktree's is a file), else the
 * runner's workspace, else the directory itself. A home directory kept in git and the root of the file system are nobody's repository:
 * the whole of them would be copied for one module.
 */
export async function repositoryOf(directory: string, home: string, workspace: string | undefined): Promise<string> {
  const never = new Set(['/', home])
  for (const candidate of upwards(directory)) {
    if (candidate !== directory && never.has(candidate)) break
    if (await holdsGit(candidate)) return candidate
  }
  return workspace !== undefined && workspace !== '' && !never.has(workspace) && isWithin(directory, workspace) ? workspace : directory
}
