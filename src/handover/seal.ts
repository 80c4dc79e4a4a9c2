import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FILES } from '../bundle/qemu-args.js'
import { GateError } from '../model/errors.js'
import { type FileHash, filesBelow, hashFile } from '../verdict/hash-files.js'
import { amount, Fields, ShapeError, string, text } from '../verdict/shape.js'
import { VERSION } from '../version.js'

/** Raised when a reader of bundle.json has to change. */
const SEAL_VERSION = 1
/** Bytes of bundle.json; a line for each module. */
const MOST_BYTES = 8 << 20
/** What `./run` makes. */
const MADE_BY_RUN: ReadonlySet<string> = new Set([FILES.results, FILES.kernelSymbols, 'symbols.initramfs'])

/** Writes bundle.json: which version made the bundle, and SHA-256 and size of each of its files. To be called when all of them are written. */
export async function sealBundle(dir: string): Promise<void> {
  const names = await filesBelow(dir, (name) => name !== FILES.seal && !MADE_BY_RUN.has(name))
  const files: Record<string, FileHash> = {}
  for (const name of names) files[name] = await hashFile(join(dir, name))
  const partial = join(dir, `${FILES.seal}.partial`)
  await writeFile(partial, `${JSON.stringify({ schemaVersion: SEAL_VERSION, version: VERSION, files }, null, 2)}\n`)
  await rename(partial, join(dir, FILES.seal))
}

/**
 * Compares a bundle with its bundle.json, and gives the names that it vouches for. What `./run` left beside them is nobody's business.
 * @throws GateError `handover.unreadable`, `handover.other-version`, `handover.altered`
 */
export async function requireSealed(dir: string): Promise<ReadonlySet<string>> {
  const { version, files } = await readSeal(dir)
  if (version !== VERSION) throw refusal('handover.other-version', `The bundle was made by kmod-gate ${version}, and this is ${VERSION}`, 'Use one version for both halves.')
  const problems: string[] = []
  for (const [name, { sha256, size }] of files) {
    const found = await hashFile(join(dir, name)).catch(() => undefined)
    if (found === undefined) problems.push(`${name} is gone`)
    else if (found.size !== size) problems.push(`${name} has ${found.size} bytes instead of ${size}`)
    else if (found.sha256 !== sha256) problems.push(`${name} was changed`)
  }
  if (problems.length > 0) throw refusal('handover.altered', `The bundle is not the one that was made: ${problems.slice(0, 5).join(', ')}${problems.length > 5 ? ` and ${problems.length - 5} more` : ''}`, 'Hand the folder over as it is, and whole; make it again otherwise.')
  return new Set(files.keys())
}

async function readSeal(dir: string): Promise<{ readonly version: string; readonly files: ReadonlyMap<string, FileHash> }> {
  const file = join(dir, FILES.seal)
  const size = await stat(file).then((found) => found.size, () => undefined)
  if (size === undefined || size > MOST_BYTES) throw refusal('handover.unreadable', size === undefined ? `There is no ${FILES.seal} in ${dir}, so nobody can tell what it is` : `${FILES.seal} has ${size} bytes`, 'Name the folder bundle/ that a run with bundle: always left, or the output directory around it.')
  try {
    const fields = new Fields(JSON.parse(await readFile(file, 'utf8')), '')
    const schema = fields.need('schemaVersion', amount)
    if (schema !== SEAL_VERSION) throw refusal('handover.other-version', `${FILES.seal} is of schema ${schema}, and ${SEAL_VERSION} is known`, 'Use one version for both halves.')
    const entries = fields.need('files', (value) => Object.entries(value ?? {}) as readonly (readonly [string, unknown])[])
    return { version: fields.need('version', string), files: new Map(entries.map(([name, value]) => [inside(name), hashOf(value, name)])) }
  } catch (error) {
    if (error instanceof ShapeError || error instanceof SyntaxError) throw refusal('handover.unreadable', `${FILES.seal} cannot be read: ${error.message}`, 'Hand the folder over as it is, and whole; make it again otherwise.')
    throw error
  }
}

/** Only what lies in the bundle is opened. @throws ShapeError */
const inside = (name: string): string => text(/^(?!\/)(?!(?:.*\/)?\.\.?(?:\/|$)).+$/, 'Allowed is a path inside the bundle.')(name, 'files')

function hashOf(value: unknown, at: string): FileHash {
  const fields = new Fields(value, at)
  return { sha256: fields.need('sha256', text(/^[0-9a-f]{64}$/, 'Allowed is a SHA-256 in hex.')), size: fields.need('size', amount) }
}

/** Why a bundle is not booted. `title` without its full stop. */
export function refusal(id: 'handover.unreadable' | 'handover.other-version' | 'handover.altered', title: string, remedy: string): GateError {
  return new GateError({ id, stage: 'boot', severity: 'error', title, remedy })
}
