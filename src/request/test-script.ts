import { readFile, readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { UsageError } from '../model/errors.js'
import type { GuestFile } from '../model/scenario.js'

/** Bytes of a test script. */
const SCRIPT_LIMIT = 1 << 20
/** Bytes of all test files together: the guest keeps them in memory. */
export const FILES_LIMIT = 128 << 20

/** The test's shell text: that of a file when the value is the path of one, else the value itself. @throws UsageError */
export async function readTest(value: string, cwd: string): Promise<string> {
  if (/\n/.test(value.trim())) return value
  const path = resolve(cwd, value)
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) {
    // One word with a slash in it is meant as a file; any other text is a command.
    if (/^\S*\/\S*$/.test(value) && !value.startsWith('/')) throw new UsageError('test', value, `There is no such file (${path}). Allowed is a file, or shell text.`)
    return value
  }
  if (found.isDirectory()) throw new UsageError('test', value, `Allowed is a file or shell text; ${path} is a directory.`)
  if (found.size > SCRIPT_LIMIT) throw new UsageError('test', value, `Allowed are up to ${SCRIPT_LIMIT} bytes; ${path} has ${found.size}.`)
  return readFile(path, 'utf8')
}

/** Files and directories that are taken along, each by its name below the test's directory in the guest. @throws UsageError */
export async function readTestFiles(values: readonly string[], cwd: string): Promise<readonly GuestFile[]> {
  const files = new Map<string, string>()
  let total = 0
  for (const value of values) {
    const path = resolve(cwd, value)
    const found = await stat(path).catch(() => undefined)
    if (found === undefined) throw new UsageError('test-files', value, `There is no such file (${path}).`)
    for (const { source, name } of found.isDirectory() ? await below(path) : [{ source: path, name: basename(path) }]) {
      if (files.has(name) && files.get(name) !== source) throw new UsageError('test-files', value, `Two files would be ${name} in the guest: ${files.get(name) ?? ''} and ${source}.`)
      total += (await stat(source)).size
      if (total > FILES_LIMIT) throw new UsageError('test-files', value, `Allowed are ${FILES_LIMIT >> 20} MiB together: the guest keeps them in memory.`)
      files.set(name, await realpath(source))
    }
  }
  return [...files].map(([path, source]) => ({ path, source }))
}

async function below(directory: string): Promise<{ source: string; name: string }[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const top = basename(directory)
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((source) => ({ source, name: join(top, relative(directory, source)) }))
}
