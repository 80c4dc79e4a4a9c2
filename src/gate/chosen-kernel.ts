import type { PartCache } from '../cache/open-cache.js'
import type { Host } from '../host/host.js'
import type { BuildKit, HeadersKit, KernelKit, KernelTarget } from '../model/kernel.js'
import type { Buildable, Request } from '../model/request.js'
import type { Toolchain } from '../model/toolchain.js'
import { type Installed, installForBuilt, installStage } from './install-stage.js'
import type { Outcome } from './recorder.js'
import { beginTree, dropTree, type Tree, treeStage } from './tree-stage.js'

/** The kernel of a run: what differs between one of packages and one that the user built. */
export interface ChosenKernel<K extends HeadersKit> {
  /** Of the stage that installs. */
  readonly title: string
  readonly treeTitle: string
  readonly install: () => Promise<Outcome<Installed<K>>>
  /** The same for modules that were built already, which need no compiler. */
  readonly installForBuilt: () => Promise<Outcome<KernelKit>>
  /** Begins while the tools are inspected. */
  tree(module: Buildable, kit: K, inspecting: Promise<Toolchain>): Promise<Outcome<Tree>>
}

/** A kernel of the distribution's packages. */
export function packagedKernel(host: Host, request: Request, { target, cache }: { readonly target: KernelTarget; readonly cache: PartCache }, workDir: string): ChosenKernel<BuildKit> {
  let beginning: ReturnType<typeof beginTree> = Promise.resolve(undefined)
  return {
    title: `Packages of ${target.release} (${target.packageVersion})`,
    treeTitle: `Kernel tree of ${target.packageVersion}`,
    install: async () => {
      const installing = installStage(host, request, target, cache, workDir)
      const coming = installing.then(({ value }) => value.kit)
      beginning = beginTree(host, request, target, coming, workDir)
      // Whoever waits for them is told; not every run does.
      for (const ahead of [coming, beginning]) ahead.catch(() => undefined)
      try {
        return await installing
      } catch (error) {
        await dropTree(beginning)
        throw error
      }
    },
    installForBuilt: () => installForBuilt(host, request, target, cache, workDir),
    tree: (module, kit, inspecting) => treeStage(host, request, module, kit, inspecting, workDir, cache, beginning),
  }
}
