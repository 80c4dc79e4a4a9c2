import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { UsageError } from '../model/errors.js'
import type { ModuleSource } from '../model/request.js'

const INPUT = 'modules'
const MODULE = /\.ko(?:\.(?:xz|zst|gz))?$/

const escaped = (text: string): string => text.replace(/[.+^${}()|[\]\\]/g, '\\$&')

/** Paths that a pattern names: `*` and `?` in any part of it, as in a shell; hidden names only where the pattern says the dot. */
async function expand(pattern: string): Promise<string[]> {
  let found = ['/']
  for (const part of pattern.split('/').filter((name) => name !== '')) {
    if (!/[*?]/.test(part)) {
      found = found.map((dir) => join(dir, part))
      continue
    }
    const matches = new RegExp(`^${escaped(part).replaceAll('*', '.*').replaceAll('?', '.')}$`, 'u')
    const names = await Promise.all(found.map(async (dir) => (await readdir(dir).catch(() => [])).filter((name) => matches.test(name) && name.startsWith('.') === part.startsWith('.')).map((name) => join(dir, name))))
    found = names.flat()
  }
  return found
}

/** The file itself, or all modules below a directory. */
async function modulesAt(path: string, value: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new UsageError(INPUT, value, `There is no such file (${path}).`)
  if (!found.isDirectory()) {
    if (!MODULE.test(path)) throw new UsageError(INPUT, value, `Allowed are files whose name ends in .ko, .ko.xz, .ko.zst or .ko.gz; ${path} is none.`)
    return [path]
  }
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const below = entries.filter((entry) => entry.isFile() && MODULE.test(entry.name)).map((entry) => join(entry.parentPath, entry.name))
  if (below.length === 0) throw new UsageError(INPUT, value, `There is no module (.ko) below ${path}.`)
  return below
}

/** The files that were built already. @throws UsageError where one is missing, is no module, or two have the same name. */
export async function readPrebuilt(values: readonly string[], cwd: string): Promise<ModuleSource> {
  const files = new Set<string>()
  for (const value of values) {
    const paths = /[*?]/.test(value) ? await expand(resolve(cwd, value)) : [resolve(cwd, value)]
    if (paths.length === 0) throw new UsageError(INPUT, value, `No file matches it below ${cwd}.`)
    for (const path of paths) for (const file of await modulesAt(path, value)) files.add(await realpath(file))
  }
  const sorted = [...files].sort()
  const names = new Map<string, string>()
  for (const file of sorted) {
    const name = basename(file).replace(MODULE, '').replaceAll('-', '_')
    const other = names.get(name)
    if (other !== undefined) throw new UsageError(INPUT, file, `The kernel can hold one module of a name, and ${other} is ${name} too.`)
    names.set(name, file)
  }
  return { kind: 'prebuilt', files: sorted }
}
