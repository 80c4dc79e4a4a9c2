import { stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { UsageError } from '../model/errors.js'
import type { ModuleSource } from '../model/request.js'
import { real } from './module-source.js'
import { isWithin } from './repository.js'
import type { Surroundings } from './surroundings.js'

/** Real path of something that need not exist yet: that of the nearest directory above it which does. */
async function futurePath(path: string): Promise<string> {
  const there = await real(path)
  if (there !== path || dirname(path) === path || (await stat(path).catch(() => undefined)) !== undefined) return there
  return join(await futurePath(dirname(path)), basename(path))
}

async function notAFile(input: string, value: string, path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found !== undefined && !found.isDirectory()) throw new UsageError(input, value, `Allowed is a directory; ${path} is a file.`)
}

/** Where results go, absolute. Throws UsageError where they would mix with the user's files. */
export async function readOutputDir(value: string, source: ModuleSource, cwd: string): Promise<string> {
  const path = await futurePath(resolve(cwd, value))
  await notAFile('output-dir', value, path)
  const users = source.kind === 'out-of-tree' ? [source.repository, join(source.repository, source.path)] : [await real(cwd)]
  const hit = users.find((directory) => isWithin(directory, path))
  if (hit !== undefined) throw new UsageError('output-dir', value, `Allowed is a directory of its own; results in ${path} would mix with the files in ${hit}.`)
  return path
}

/** Where downloads are kept, absolute. Throws UsageError when that is a file. */
export async function readCacheDir(value: string | undefined, { cwd, home, variables }: Surroundings): Promise<string> {
  // The XDG base directory specification says that a relative path there is to be ignored.
  const xdg = [variables['XDG_CACHE_HOME']].find((path) => path?.startsWith('/') === true)
  const base = [variables['RUNNER_TOOL_CACHE'], xdg].find((path) => path !== undefined && path !== '') ?? join(home, '.cache')
  const path = resolve(cwd, value ?? join(base, 'kmod-gate'))
  await notAFile('cache-dir', value ?? path, path)
  return path
}
