import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'

const made = new Set<string>()

/**
 * mkdtemp(3): a directory that begins with `prefix`. Whoever asks for it removes it, or renames it to where it belongs; when the gate is told to end
 * before that, dropScratch() does.
 */
export async function makeScratch(prefix: string): Promise<string> {
  const directory = await mkdtemp(prefix)
  made.add(directory)
  return directory
}

/** Removes all of them that still lie there, at once: nothing else of the gate may run any more. */
export function dropScratch(): void {
  for (const directory of made) {
    try {
      rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
    } catch {
      // Where root's programs wrote for a user who is not root, or on a disk that is gone: the others still can be removed.
    }
  }
}
