import { realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { UsageError } from '../model/errors.js'
import type { OwnKernel } from '../model/request.js'
import { existingDirectory } from './module-source.js'

/** What the three inputs of an own kernel say. */
export interface OwnKernelInputs {
  readonly tree?: string
  readonly image?: string
  readonly modules?: string
}

/** Names of the inputs, for messages. */
export const OWN_NAMES = { tree: 'kernel-tree', image: 'kernel-image', modules: 'kernel-modules' } as const

/**
 * The user's own kernel, when one is named. What is in the directory is looked at later (src/kernel/own.ts).
 * @throws UsageError where a path is not there, or image or modules have no tree to go with
 */
export async function readOwnKernel({ tree, image, modules }: OwnKernelInputs, cwd: string): Promise<OwnKernel | undefined> {
  if (tree === undefined) {
    for (const [name, value] of [[OWN_NAMES.image, image], [OWN_NAMES.modules, modules]] as const) {
      if (value !== undefined) throw new UsageError(name, value, 'Allowed is a path beside kernel-tree, the directory that the kernel was built in: it has the configuration and the symbols.')
    }
    return undefined
  }
  return {
    kind: 'own',
    tree: await existingDirectory(OWN_NAMES.tree, tree, 'the directory of a kernel that was built', cwd),
    ...(image !== undefined && { image: await existingFile(OWN_NAMES.image, image, cwd) }),
    ...(modules !== undefined && { modules: await existingDirectory(OWN_NAMES.modules, modules, 'the directory that modules_install wrote to', cwd) }),
  }
}

async function existingFile(input: string, value: string, cwd: string): Promise<string> {
  const path = resolve(cwd, value)
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new UsageError(input, value, `There is no such file (${path}).`)
  if (!found.isFile()) throw new UsageError(input, value, `Allowed is a bzImage or a vmlinux; ${path} is a directory.`)
  return realpath(path)
}
