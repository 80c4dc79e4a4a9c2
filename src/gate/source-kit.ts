import type { PartCache } from '../cache/open-cache.js'
import { kitPart } from '../cache/parts.js'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { featuresetPatches } from '../kernel/featureset.js'
import { canKeepTrees } from '../kernel/kept-tree.js'
import { fetchKit, withSource } from '../kernel/kit.js'
import type { Featureset, KernelImage, KernelKitWithSource, KernelSource, KernelTarget } from '../model/kernel.js'
import type { Request } from '../model/request.js'
import { keepPruned, prunedDir } from '../tree/unpack.js'
import { together } from './together.js'

interface Setting {
  readonly workDir: string
  /** Name of the set of patches that the kernel was built with beyond linux-source. */
  readonly featureset: string | undefined
}

interface FetchSetting extends Setting {
  readonly cache: PartCache
  /** Until then there is no patch(1), and apt is busy. */
  readonly building: Promise<unknown>
}

/** The kit that `fetch` makes, from the store or for it. */
export async function storedKit<K>(target: KernelTarget, cacheDir: string, cache: PartCache, fetch: () => Promise<K>): Promise<K> {
  const states = await cache.take([kitPart(target, cacheDir)])
  const kit = await fetch()
  // Right after it was made: a gate fails often, and what comes later may not come at all.
  cache.keep(states)
  return kit
}

/** The kit of a kernel whose tree is made of linux-source, and of that as much as the build reads. @throws GateError */
export async function fetchSourceKit(host: Host, request: Request, target: KernelTarget, setting: FetchSetting): Promise<KernelKitWithSource & KernelImage> {
  return (await readsPruned(host, request)) ? kitAndPruned(host, request, target, setting) : kitAndSource(host, request, target, setting)
}

/** The same of an earlier run, or of the system. @throws GateError */
export async function sourceKitAtHand(host: Host, request: Request, target: KernelTarget, { workDir, featureset }: Setting): Promise<KernelKitWithSource & KernelImage> {
  const { cacheDir } = request
  const setting = { cacheDir, workDir, install: false }
  const pruned = (await readsPruned(host, request)) && (await exists(prunedDir(target, cacheDir, applied(featureset))))
  if (pruned) return prunedKit(await fetchKit(host, target, { ...setting, source: false }), target, featureset)
  return withPatches(host, request, await fetchKit(host, target, setting), featureset)
}

/** Whether the tree is made of the pruned one, an eighth of linux-source: not for drivers of the kernel's own source, and not without zstd. */
async function readsPruned(host: Host, { module }: Request): Promise<boolean> {
  return module.kind === 'out-of-tree' && (await canKeepTrees(host))
}

/** The kit of packages, and the pruned tree kept beside it. @throws GateError */
async function kitAndPruned(host: Host, request: Request, target: KernelTarget, { cache, workDir, featureset, building }: FetchSetting): Promise<KernelKitWithSource & KernelImage> {
  const { cacheDir } = request
  const pruning = async (): Promise<void> => {
    if (await exists(prunedDir(target, cacheDir, applied(featureset)))) return
    if (featureset !== undefined) await building
    await withSource(host, target, cacheDir, async (sourceTar) => keepPruned(host, await withPatches(host, request, { target, sourceTar }, featureset), cacheDir))
  }
  const fetching = storedKit(target, cacheDir, cache, () => fetchKit(host, target, { cacheDir, workDir, install: true, source: false }))
  const [kit] = await together(fetching, pruning())
  return prunedKit(kit, target, featureset)
}

/** The kit of packages with the whole source. @throws GateError */
async function kitAndSource(host: Host, request: Request, target: KernelTarget, { cache, workDir, featureset, building }: FetchSetting): Promise<KernelKitWithSource & KernelImage> {
  const { cacheDir } = request
  const kit = await storedKit(target, cacheDir, cache, () => fetchKit(host, target, { cacheDir, workDir, install: true }))
  await building
  return withPatches(host, request, kit, featureset)
}

/** A kit that needs no source, since the pruned tree of it is kept. */
const prunedKit = <K>(kit: K, target: KernelTarget, featureset: string | undefined) => withFeatureset<K & Pick<KernelSource, 'target' | 'featureset'>>({ ...kit, target }, applied(featureset))

/** The set of patches whose outcome is kept. */
const applied = (featureset: string | undefined): Featureset | undefined => (featureset === undefined ? undefined : { name: featureset, patches: [] })

const withFeatureset = <K extends { readonly featureset?: Featureset }>(kit: K, featureset: Featureset | undefined): K => (featureset === undefined ? kit : { ...kit, featureset })

/** @throws GateError `kernel.other-source` when the patches cannot be had */
async function withPatches<K extends KernelSource>(host: Host, { cacheDir, install }: Request, source: K, featureset: string | undefined): Promise<K> {
  if (featureset === undefined) return source
  return withFeatureset(source, { name: featureset, patches: await featuresetPatches(host, source, featureset, { cacheDir, install }) })
}
