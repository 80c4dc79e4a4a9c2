import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'

/** sbin holds depmod and setpriv on Debian, and is not in every user's PATH. */
const ALWAYS = ['/usr/local/sbin', '/usr/sbin', '/sbin']

/** PATH with the system directories that Debian leaves out for ordinary users. */
export function searchPath(path: string | undefined): string {
  const parts = (path ?? '').split(delimiter).filter(isAbsolute)
  return [...parts, ...ALWAYS.filter((dir) => !parts.includes(dir))].join(delimiter)
}

/** Absolute path of an executable file, or undefined. */
export async function which(program: string, path: string): Promise<string | undefined> {
  const candidates = program.includes('/') ? [program] : path.split(delimiter).map((dir) => join(dir, program))
  for (const candidate of candidates) {
    try {
      await access(candidate, constants.X_OK)
      if ((await stat(candidate)).isFile()) return candidate
    } catch {
      // Not here: look in the next directory.
    }
  }
  return undefined
}
