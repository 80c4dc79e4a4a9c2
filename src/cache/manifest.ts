import { createHash, type Hash } from 'node:crypto'
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs'
import { lstat, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Counted up whenever the manifest, or what its digest is made of, changes. */
export const MANIFEST_FORMAT = 1

/** Bytes of a manifest file; a larger one is not ours. */
const MOST = 4096
/** Directories below each other. The kernel's source has 13. */
const DEPTH = 64
const BLOCK = 1 << 20
/** Milliseconds of hashing after which others get their turn. */
const TURN = 15

/** What a folder holds. It travels with the folder and is held against it before the folder is used. */
export interface Manifest {
  readonly format: number
  /** The key that it was saved under. */
  readonly key: string
  /** Files, directories and links. */
  readonly entries: number
  /** Bytes of all files. */
  readonly bytes: number
  /** Digest of kinds, paths, executable bits, times, link targets and contents, in the order of names. */
  readonly sha256: string
}

/**
 * Looks at everything in a folder, with blocking calls and pauses in between: awaiting each of 20,000 small files takes several times as long.
 * @throws Error when there is something that no part has (devices, sockets), or when it cannot be read
 */
export async function describeFolder(folder: string, key: string): Promise<Manifest> {
  const hash = createHash('sha256')
  const block = Buffer.allocUnsafe(BLOCK)
  const totals = { entries: 0, bytes: 0 }
  const turn = turns()
  const waiting: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at.depth > DEPTH) throw new Error(`${at.path}: more than ${DEPTH} directories below each other`)
    await turn()
    for (const name of readdirSync(join(folder, at.path)).sort()) {
      const path = at.path === '' ? name : `${at.path}/${name}`
      const file = join(folder, path)
      const about = lstatSync(file)
      totals.entries++
      if (about.isDirectory()) {
        record(hash, 'd', path)
        waiting.push({ path, depth: at.depth + 1 })
      } else if (about.isSymbolicLink()) {
        record(hash, 'l', path, readlinkSync(file))
      } else if (about.isFile()) {
        // The executable bit only: tar applies the umask of whoever unpacks. The time because make compares times.
        record(hash, 'f', path, String(about.mode & 0o100), String(Math.floor(about.mtimeMs)), String(about.size))
        totals.bytes += await readInto(hash, file, about.size, block, turn)
      } else {
        throw new Error(`${path}: neither file, directory nor link`)
      }
    }
  }
  return { format: MANIFEST_FORMAT, key, ...totals, sha256: hash.digest('hex') }
}

/** A null byte ends each field: no path or link holds one. The size stands before a file's content, which therefore cannot pass for the next record. */
function record(hash: Hash, ...fields: readonly string[]): void {
  hash.update(`${fields.join('\0')}\0\0`)
}

function turns(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < TURN) return
    await new Promise((resolve) => setImmediate(resolve))
    since = performance.now()
  }
}

async function readInto(hash: Hash, file: string, size: number, block: Buffer, turn: () => Promise<void>): Promise<number> {
  const descriptor = openSync(file, 'r')
  try {
    let done = 0
    for (let got = -1; got !== 0; ) {
      got = readSync(descriptor, block, 0, block.length, null)
      hash.update(block.subarray(0, got))
      done += got
      await turn()
    }
    if (done !== size) throw new Error(`${file} changed while it was read`)
    return done
  } finally {
    closeSync(descriptor)
  }
}

/** Written beside its name and renamed: whoever reads it finds all of it. */
export async function writeManifest(file: string, manifest: Manifest): Promise<void> {
  const fresh = `${file}.${process.pid}`
  await writeFile(fresh, `${JSON.stringify(manifest)}\n`)
  await rename(fresh, file)
}

/** Why the folder is not what its manifest says, or the manifest not the one of that key; the manifest when all is well. Throws nothing. */
export async function verifyFolder(folder: string, manifestFile: string, key: string): Promise<Manifest | string> {
  try {
    const about = await lstat(manifestFile).catch(() => undefined)
    if (about === undefined) return 'it has no manifest'
    if (!about.isFile() || about.size > MOST) return 'its manifest is not one of ours'
    const said: unknown = JSON.parse(await readFile(manifestFile, 'utf8'))
    const claim: Readonly<Record<string, unknown>> = typeof said === 'object' && said !== null ? { ...said } : {}
    if (claim['format'] !== MANIFEST_FORMAT) return 'its manifest has another format'
    if (claim['key'] !== key) return 'it was saved under another key'
    if (!(await lstat(folder)).isDirectory()) return 'it is no directory'
    const found = await describeFolder(folder, key)
    for (const field of ['entries', 'bytes', 'sha256'] as const) {
      if (claim[field] !== found[field]) return `${field} should be ${String(claim[field]).slice(0, 64)} and is ${found[field]}`
    }
    return found
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
