import { lstat } from 'node:fs/promises'

/** Whether there is anything of that name, a dangling link included. */
export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
