import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UsageError } from '../model/errors.js'
import { hashFile } from './hash-files.js'
import type { ReleaseVerdict } from './judge.js'
import { isReleased, releaseManifest, releasedPath } from './release-manifest.js'
import { verdictMarkdown } from './table.js'

const RELEASE_MANIFEST = 'release-manifest.json'
const SUMS = 'SHA256SUMS'
const MODULES = 'modules'
const TABLE = 'verdict.md'

export interface VerdictFiles {
  readonly dir: string
  readonly manifest: string
}

/** JSON that is harmless wherever it is shown: whatever is not plain ASCII, and the runner's `##[`, is escaped. Parsed, it is the same value. */
function harmless(value: unknown): string {
  const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return `${JSON.stringify(value, null, 2).replace(/[^\n\u0020-\u007e]/g, escape).replaceAll('##[', '##\\u005b')}\n`
}

/**
 * Writes what a release attaches: release-manifest.json, verdict.md, SHA256SUMS, and when it may be released `modules/RELEASE/NAME.ko`.
 * A directory that holds anything else is refused, so that nothing is attached by mistake.
 * @throws UsageError
 */
export async function writeVerdict(verdict: ReleaseVerdict, dir: string, now: Date): Promise<VerdictFiles> {
  await emptied(dir)
  const written: string[] = []
  if (verdict.releasable) {
    for (const row of verdict.rows.filter(isReleased)) {
      for (const module of row.submissions.flatMap(({ modules }) => modules)) {
        const name = releasedPath(row.kernel, module)
        await mkdir(dirname(join(dir, name)), { recursive: true })
        await copyFile(module.path, join(dir, name))
        if ((await hashFile(join(dir, name))).sha256 !== module.sha256) throw new Error(`${module.path} was changed while it was copied`)
        written.push(name)
      }
    }
  }
  const texts: readonly (readonly [name: string, text: string])[] = [
    [RELEASE_MANIFEST, harmless(releaseManifest(verdict, now))],
    [TABLE, verdictMarkdown(verdict)],
  ]
  for (const [name, text] of texts) {
    await writeFile(join(dir, name), text)
    written.push(name)
  }
  const sums = await Promise.all([...new Set(written)].sort().map(async (name) => `${(await hashFile(join(dir, name))).sha256}  ${name}\n`))
  await writeFile(join(dir, SUMS), sums.join(''))
  return { dir, manifest: join(dir, RELEASE_MANIFEST) }
}

/** Takes away what an earlier verdict left. @throws UsageError when the directory is not one of those */
async function emptied(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true })
  const own = [RELEASE_MANIFEST, TABLE, SUMS, MODULES]
  const names = await readdir(dir)
  const foreign = names.find((name) => !own.includes(name))
  if (foreign !== undefined || (names.length > 0 && !names.includes(RELEASE_MANIFEST))) {
    throw new UsageError('output-dir', dir, `It holds ${foreign ?? names[0] ?? ''}, which no verdict wrote. Allowed is a directory that does not exist, is empty, or holds an earlier verdict.`)
  }
  for (const name of names) await rm(join(dir, name), { recursive: true })
}
