import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type FileHash, filesBelow, hashFile } from './hash-files.js'
import { amount, Fields, type Shape, ShapeError, text } from './shape.js'

export const MANIFEST = 'manifest.json'
export const REPORT = 'report.json'

/** Raised when a reader of manifest.json has to change. */
const MANIFEST_VERSION = 1
/** Bytes; a line for each module. */
const MOST_BYTES = 8 << 20

type Hashes = ReadonlyMap<string, FileHash>

/** What a manifest covers: the report, and every module below the directory. */
async function hashesOf(outputDir: string): Promise<Hashes> {
  const files = await filesBelow(outputDir, (name) => name.endsWith('.ko'))
  const hashes = new Map<string, FileHash>()
  for (const file of [REPORT, ...files]) hashes.set(file, await hashFile(join(outputDir, file)))
  return hashes
}

/**
 * Writes manifest.json into the directory where a run left its report and modules: SHA-256 and size of each. To be called when all of them are
 * written; gives the path. Throws what the file system throws.
 */
export async function writeManifest(outputDir: string): Promise<string> {
  const file = join(outputDir, MANIFEST)
  const partial = `${file}.${process.pid}.partial`
  try {
    await writeFile(partial, `${JSON.stringify({ schemaVersion: MANIFEST_VERSION, files: Object.fromEntries(await hashesOf(outputDir)) }, null, 2)}\n`)
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
  return file
}

export type ManifestCheck =
  | { readonly kind: 'good'; readonly files: Hashes }
  | { readonly kind: 'missing' }
  /** Each a sentence without its full stop. */
  | { readonly kind: 'altered'; readonly problems: readonly string[] }

const fileHash: Shape<FileHash> = (value, at) => {
  const fields = new Fields(value, at)
  return { sha256: fields.need('sha256', text(/^[0-9a-f]{64}$/, 'Allowed is a SHA-256 in hex.')), size: fields.need('size', amount) }
}

/** Compares a directory with its manifest.json. Paths in the manifest are compared, never opened. */
export async function checkManifest(outputDir: string): Promise<ManifestCheck> {
  const file = join(outputDir, MANIFEST)
  const size = await stat(file).then((found) => found.size, () => undefined)
  if (size === undefined) return { kind: 'missing' }
  if (size > MOST_BYTES) return { kind: 'altered', problems: [`${MANIFEST} has ${size} bytes`] }
  const stated = readManifest(await readFile(file, 'utf8'))
  if (typeof stated === 'string') return { kind: 'altered', problems: [stated] }
  const real = await hashesOf(outputDir)
  const problems = [
    ...[...real].flatMap(([name, { sha256 }]) => {
      const expected = stated.get(name)
      if (expected === undefined) return [`${name} was added`]
      return expected.sha256 === sha256 ? [] : [`${name} was changed`]
    }),
    ...[...stated.keys()].filter((name) => !real.has(name)).map((name) => `${name} is gone`),
  ]
  return problems.length === 0 ? { kind: 'good', files: real } : { kind: 'altered', problems }
}

/** The manifest's table of files, or why it is none. */
function readManifest(content: string): Hashes | string {
  try {
    const fields = new Fields(JSON.parse(content), '')
    const version = fields.need('schemaVersion', amount)
    if (version !== MANIFEST_VERSION) return `${MANIFEST} is of schema ${version}, and ${MANIFEST_VERSION} is known`
    const files = fields.need('files', (value) => value)
    // Keys are compared with paths only, so that no name is special.
    return new Map(Object.entries(files ?? {}).map(([name, value]) => [name, fileHash(value, name)]))
  } catch (error) {
    if (error instanceof ShapeError || error instanceof SyntaxError) return `${MANIFEST} cannot be read: ${error.message}`
    throw error
  }
}
