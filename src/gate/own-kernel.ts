import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { architectureOf, nativeArchitecture } from '../architecture/table.js'
import { packagesFor } from '../guest/packages.js'
import type { Host } from '../host/host.js'
import { parseConfig } from '../kconfig/parse.js'
import { findOwn, type FoundOwn, ownKit } from '../kernel/own.js'
import { KIT_PACKAGES } from '../kernel/packages.js'
import { UsageError } from '../model/errors.js'
import type { KernelKit } from '../model/kernel.js'
import type { Buildable, OwnKernel, Request } from '../model/request.js'
import { installPackages, refreshLists } from '../packages/packages.js'
import { requiredPackages } from '../toolchain/packages.js'
import { copyOwnTree } from '../tree/copy-own.js'
import type { ChosenKernel } from './chosen-kernel.js'
import { asked, whole } from './install-stage.js'
import type { Outcome } from './recorder.js'
import { requireDriver, type Tree } from './tree-stage.js'

/** Looks at the kernel that the user built. */
export async function resolveOwn(kernel: OwnKernel): Promise<Outcome<FoundOwn>> {
  const found = await findOwn(kernel)
  return { value: found, summary: `${found.target.release}, built in ${found.target.tree}` }
}

/** The user's own kernel. Its directory is only read: what is built in is a copy. */
export function ownKernel(host: Host, request: Request, found: FoundOwn, workDir: string): ChosenKernel<KernelKit> {
  const { target } = found
  const guest = packagesFor(request, architectureOf(target), nativeArchitecture())
  const install = async (packages: () => Promise<readonly string[]>): Promise<Outcome<KernelKit>> => {
    const installed = request.install ? await installTools(host, await packages()) : []
    const summary = !request.install ? 'nothing installed (install: false)' : asked(installed)
    return { value: await ownKit(host, found, join(workDir, 'image')), summary }
  }
  return {
    title: `Tools and image of ${target.release}`,
    treeTitle: `Copy of ${target.tree}`,
    install: async () => {
      const { value, ...told } = await install(async () => {
        const config = parseConfig(await readFile(join(target.tree, '.config'), 'utf8'))
        if (config.get('CC_IS_GCC') !== 'y') throw new UsageError('kernel-tree', target.tree, 'Allowed is a kernel that was built with gcc: LLVM’s tools are not asked for their versions. Build the module yourself and give it as modules.')
        return [...requiredPackages(config, target.series), ...KIT_PACKAGES, ...guest]
      })
      return { value: whole(value), ...told }
    },
    installForBuilt: () => install(() => Promise.resolve(['dwarves', ...KIT_PACKAGES, ...guest])),
    tree: (module) => copyStage(found, module, join(workDir, 'linux')),
  }
}

async function installTools(host: Host, packages: readonly string[]): Promise<readonly string[]> {
  await refreshLists(host)
  return installPackages(host, packages)
}

async function copyStage({ target: { tree } }: FoundOwn, module: Buildable, dir: string): Promise<Outcome<Tree>> {
  const { files, sourceDir } = await copyOwnTree(tree, dir, module.kind === 'in-tree' ? 'full' : 'external')
  if (module.kind === 'in-tree') await requireDriver(sourceDir, module.path, tree)
  const nothing = (): Promise<void> => Promise.resolve()
  return { value: { dir, ...(sourceDir !== dir && { sourceDir }), prepared: false, sameTools: () => Promise.resolve(false), keep: nothing, release: nothing }, summary: `${files} files of it${sourceDir === dir ? '' : `, with its sources in ${sourceDir}`}` }
}
