import type { PartCache } from '../cache/open-cache.js'
import type { Host } from '../host/host.js'
import type { BuildKit, HeadersKit, KernelKit, KernelTarget } from '../model/kernel.js'
import type { Buildable, Request } from '../model/request.js'
import type { Toolchain } from '../model/toolchain.js'
import { type Installed, installForBuilt, installStage } from './install-stage.js'
import type { Outcome } from './recorder.js'
import { type Tree, treeStage } from './tree-stage.js'

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
  return {
    title: `Packages of ${target.release} (${target.packageVersion})`,
    treeTitle: `Kernel tree of ${target.packageVersion}`,
    install: () => installStage(host, request, target, cache, workDir),
    installForBuilt: () => installForBuilt(host, request, target, cache, workDir),
    tree: (module, kit, inspecting) => treeStage(host, request, module, kit, inspecting, workDir, cache),
  }
}
