import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { PartCache } from '../cache/open-cache.js'
import { preparedPart } from '../cache/parts.js'
import type { Host } from '../host/host.js'
import { UsageError } from '../model/errors.js'
import { usesHeaders, type BuildKit, type KernelTarget } from '../model/kernel.js'
import type { Buildable, Request } from '../model/request.js'
import type { Toolchain } from '../model/toolchain.js'
import { preparationFingerprint } from '../tree/fingerprint.js'
import { headersLayers, headersTree } from '../tree/headers-tree.js'
import { beginPrepared, type Begun, keepPrepared, preparedName, type Unprepared, usedLast, usePrepared } from '../tree/prepared.js'
import { type Slot, takeSlot } from '../tree/slot.js'
import { makeApart } from '../tree/spread.js'
import { prunedLayers, unpackTree } from '../tree/unpack.js'
import type { Outcome } from './recorder.js'

export interface Tree {
  readonly dir: string
  /** Where its sources are, when they are elsewhere. */
  readonly sourceDir?: string
  /** An earlier run of the gate prepared this very tree with these very tools and found nothing but the target's own configuration. */
  readonly prepared: boolean
  /** Whether the tools, and all else that decides what the tree becomes, are still what they were when it was chosen; false where that is not known. */
  sameTools(): Promise<boolean>
  /** Keeps the tree for later runs, once the guard has found it to be the target's own. */
  keep(): Promise<void>
  release(): Promise<void>
}

const nothing = (): Promise<void> => Promise.resolve()
const unknown = (): Promise<boolean> => Promise.resolve(false)

/** A place for the tree, and what is in it before it is known which tree is wanted there. */
interface BegunTree {
  readonly slot: Slot
  readonly unprepared: Unprepared
  readonly begun: Begun
}

/** With options of its own the configuration is another one: a prepared tree then only spares make the compiling of what did not change. */
const isPlain = ({ options, allowances }: Request): boolean => options.length === 0 && allowances.length === 0

/**
 * Begins with the tree while the kernel's packages are still being looked for: of what earlier runs left much can be done without them. Undefined where the run gets a tree
 * in its own directory. What it took is given back by treeStage(), or dropTree().
 * @throws what `coming` throws, GateError
 */
export async function beginTree(host: Host, request: Request, target: KernelTarget, coming: Promise<BuildKit>, workDir: string): Promise<BegunTree | undefined> {
  const { cacheDir } = request
  const slot = request.module.kind !== 'in-tree' && request.cache ? await takeSlot(host, cacheDir, target.release, workDir) : undefined
  if (slot === undefined) return undefined
  const unprepared: Unprepared = {
    lay: async (directory) => makeTree(host, await coming, cacheDir, directory, 'external'),
    layers: async () => {
      const kit = await coming
      return usesHeaders(kit) ? headersLayers(kit) : prunedLayers(kit, cacheDir)
    },
  }
  try {
    const begun = await beginPrepared(host, cacheDir, slot, unprepared, { guess: await usedLast(cacheDir, target), exact: !isPlain(request) })
    return { slot, unprepared, begun }
  } catch (error) {
    await slot.release()
    throw error
  }
}

/** Gives back what a tree has that nobody will build in. */
export async function dropTree(beginning: Promise<BegunTree | undefined>): Promise<void> {
  const tree = await beginning.catch(() => undefined)
  await tree?.slot.release()
}

/**
 * A kernel tree for this run: one that was prepared before, or a fresh one. In-tree drivers always get a fresh and whole one. What the tools do not decide
 * is done while they are still being inspected.
 */
export async function treeStage(host: Host, request: Request, module: Buildable, kit: BuildKit, inspecting: Promise<Toolchain>, workDir: string, cache: PartCache, beginning: Promise<BegunTree | undefined>): Promise<Outcome<Tree>> {
  const { series, packageVersion } = kit.target
  const source = usesHeaders(kit) ? `headers of ${packageVersion}, Kconfig of linux-source-${series}` : `linux-source-${series} ${packageVersion}${kit.featureset === undefined ? '' : ` with the patches of featureset ${kit.featureset.name}`}`
  try {
    const deciding = inspecting.then(async (toolchain) => ({ toolchain, fingerprint: await preparationFingerprint(host, kit, toolchain, process.env) }))
    // It is waited for below, if at all.
    deciding.catch(() => undefined)
    const tree = await beginning
    if (tree === undefined) {
      const dir = join(workDir, 'linux')
      await makeApart(host, dir)
      await makeTree(host, kit, request.cacheDir, dir, module.kind === 'in-tree' ? 'full' : 'external')
      if (module.kind === 'in-tree') await requireDriver(dir, module.path, `linux-source-${series}`)
      return { value: { dir, prepared: false, sameTools: unknown, keep: nothing, release: nothing }, summary: source }
    }
    const { slot, unprepared, begun } = tree
    const { toolchain, fingerprint } = await deciding
    const plain = isPlain(request)
    const name = preparedName(kit.target, fingerprint)
    const kept = await cache.take([preparedPart(kit.target, request.cacheDir, fingerprint)])
    const used = await usePrepared(host, request.cacheDir, name, slot, unprepared, begun)
    if (used && !plain) await slot.unmark()
    const prepared = used && plain
    const sameTools = async (): Promise<boolean> => (await preparationFingerprint(host, kit, toolchain, process.env)) === fingerprint
    const keep =
      prepared || !plain
        ? nothing
        : async (): Promise<void> => {
            await keepPrepared(host, request.cacheDir, kit.target, name, slot)
            cache.keep(kept)
          }
    return { value: { dir: slot.treeDir, prepared, sameTools, keep, release: () => slot.release() }, summary: prepared ? `${source}, prepared by an earlier run with the same tools` : source }
  } catch (error) {
    await dropTree(beginning)
    throw error
  }
}

async function makeTree(host: Host, kit: BuildKit, cacheDir: string, dir: string, extent: 'external' | 'full'): Promise<void> {
  if (usesHeaders(kit)) await headersTree(host, kit, dir)
  else await unpackTree(host, kit, cacheDir, dir, extent)
}

/** @throws UsageError when the kernel's source has no such driver; `source` names it. */
export async function requireDriver(treeDir: string, path: string, source: string): Promise<void> {
  const found = await Promise.all(
    ['Kbuild', 'Makefile'].map((name) =>
      stat(join(treeDir, path, name)).then(
        () => true,
        () => false,
      ),
    ),
  )
  if (!found.includes(true)) throw new UsageError('in-tree', path, `${source} has no such directory with a Kbuild or Makefile. Name a directory of this kernel’s source, such as drivers/net/can/usb/etas_es58x.`)
}
