import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

export interface FileHash {
  /** Hex. */
  readonly sha256: string
  /** Bytes. */
  readonly size: number
}

/** A directory that is deeper or fuller was not written by the gate. */
const MOST_DEPTH = 16
const MOST_FILES = 100_000

/**
 * Paths below a directory, relative to it, in a stable order. Links are not followed: what they point to is not part of the directory.
 * `enter` says whether to look into a directory. @throws Error when there is too much
 */
export async function filesBelow(dir: string, wanted: (name: string) => boolean, enter: (names: readonly string[]) => boolean = () => true): Promise<string[]> {
  const found: string[] = []
  let seen = 0
  const look = async (below: string, depth: number): Promise<void> => {
    if (depth > MOST_DEPTH) throw new Error(`${join(dir, below)} is more than ${MOST_DEPTH} directories deep`)
    const entries = await readdir(join(dir, below), { withFileTypes: true })
    if ((seen += entries.length) > MOST_FILES) throw new Error(`there are more than ${MOST_FILES} files in ${dir}`)
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
    found.push(...files.filter(wanted).map((name) => join(below, name)))
    if (!enter(files)) return
    for (const entry of entries) if (entry.isDirectory()) await look(join(below, entry.name), depth + 1)
  }
  await look('', 0)
  return found.sort()
}

/** SHA-256 and size of a file, whatever its size. */
export async function hashFile(file: string): Promise<FileHash> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk as Buffer)
    size += (chunk as Buffer).length
  }
  return { sha256: hash.digest('hex'), size }
}
