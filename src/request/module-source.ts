import { access, realpath, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { UsageError } from '../model/errors.js'
import type { ModuleSource, Request } from '../model/request.js'
import { repositoryOf } from './repository.js'
import type { Surroundings } from './surroundings.js'

const INPUT = 'module'

/** Real path of a directory that an input names; `what` is for the message. @throws UsageError */
export async function existingDirectory(input: string, value: string, what: string, cwd: string): Promise<string> {
  const path = resolve(cwd, value)
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new UsageError(input, value, `There is no such directory (${path}).`)
  if (!found.isDirectory()) throw new UsageError(input, value, `Allowed is ${what}; ${path} is a file.`)
  return realpath(path)
}

async function hasOneOf(dir: string, names: readonly string[]): Promise<boolean> {
  const found = await Promise.all(names.map((name) => access(join(dir, name)).then(() => true, () => false)))
  return found.includes(true)
}

/** Real path where there is one, so that it can be compared with other real paths. */
export async function real(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}

/** Finds the module's directory and the repository around it. Throws UsageError where it cannot be built. */
export async function readModule(value: string, { cwd, home, variables }: Surroundings, dkms: Request['dkms']): Promise<ModuleSource> {
  const dir = await existingDirectory(INPUT, value, 'the directory of the module', cwd)
  // scripts/Makefile.build takes Kbuild before Makefile, and no other name. A dkms.conf may build in a directory below its own.
  const names = dkms === 'auto' ? ['Kbuild', 'Makefile', 'dkms.conf'] : ['Kbuild', 'Makefile']
  if (!(await hasOneOf(dir, names))) throw new UsageError(INPUT, value, `Allowed is a directory with a ${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}; ${dir} has none of them.`)
  if (dir === '/') throw new UsageError(INPUT, value, 'The root of the file system cannot be copied to be built in.')

  const workspace = variables['GITHUB_WORKSPACE']
  const repository = await repositoryOf(dir, await real(home), workspace === undefined || workspace === '' ? undefined : await real(workspace))
  const path = relative(repository, dir)
  return { kind: 'out-of-tree', repository, path: path === '' ? '.' : path }
}
