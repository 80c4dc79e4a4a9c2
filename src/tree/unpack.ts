import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { architectureOf } from '../architecture/table.js'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { telling } from '../host/progress.js'
import { makeScratch } from '../host/scratch.js'
import type { Featureset, KernelKitWithSource, KernelSource, KernelTarget } from '../model/kernel.js'
import { duration } from '../text/size.js'
import { applyFeatureset, filesOfFeatureset } from './featureset.js'
import { canKeepTrees, keepTree, restoreTree } from '../kernel/kept-tree.js'
import { packagesMissing } from '../kernel/kit-places.js'
import { unpackWith } from '../kernel/unpack-with.js'
import type { Layers } from './turn.js'

/**
 * What an out-of-tree build never reads: the sources of other drivers, file systems and protocols, and the documentation.
 * Everything that the distribution's own header packages have stays, and so do Kconfig files (those of other architectures too: drivers/ and
 * crypto/ read them), Makefiles, and what `modules_prepare` compiles. Patterns of tar(1), where * also matches slashes, so each begins at
 * the archive's top directory. They are few, since tar tries each of them on each of 80,000 names.
 */
function notNeeded(top: string, unneeded: readonly string[]): string[] {
  return [
    ...['drivers', 'sound', 'fs', 'net', 'crypto', 'io_uring', 'samples'].map((dir) => `${top}/${dir}/*.[chS]`),
    // Programs of scripts/selinux/ include headers of security/, and kernel/sched/sched.h some of mm/ and block/.
    ...['block', 'ipc', 'mm', 'security'].map((dir) => `${top}/${dir}/*.c`),
    ...unneeded.map((pattern) => `${top}/${pattern}`),
    // Kconfig begins with one file of it.
    `${top}/Documentation/*.*`,
    `${top}/Documentation/*/*`,
    `${top}/tools/perf/*`,
    `${top}/tools/testing/*`,
  ]
}

/** Counted up whenever what a cached tree holds changes. */
export const TREE_FORMAT = 4

/** Folder name of the pruned tree; it has one architecture's sources. Flavours of the plain source share one; with the patches of a featureset it is another. */
export function prunedName(target: KernelTarget, featureset?: Pick<Featureset, 'name'>): string {
  const patched = featureset === undefined ? '' : `-${featureset.name}`
  return `linux-source-${target.series}_${target.packageVersion.replaceAll(':', '%3a')}${patched}-${architectureOf(target).srcarch}-${TREE_FORMAT}`
}

/** Folder name of the Kconfig files and scripts/ of a source version; they are the same for all architectures. */
export function kconfigName(target: KernelTarget): string {
  return `linux-source-${target.series}_${target.packageVersion.replaceAll(':', '%3a')}-kconfig-${TREE_FORMAT}`
}

/**
 * `kconfig`: what Kconfig reads and runs. `external`: enough to prepare the tree and for `make M=` outside it. `full`: everything, for in-tree
 * drivers, which may include each other's headers.
 */
export type TreeExtent = 'kconfig' | 'external' | 'full'

function tarArgs({ sourceTar, target }: KernelSource, directory: string, extent: TreeExtent): string[] {
  const top = `linux-source-${target.series}`
  const excluded = extent === 'external' ? notNeeded(top, architectureOf(target).unneeded) : []
  const wanted = extent === 'kconfig' ? [`${top}/*Kconfig*`, `${top}/scripts/*`] : []
  return [
    ...['--extract', '--file', sourceTar, '--use-compress-program', 'xz -T0', '--directory', directory, '--strip-components=1', '--no-same-owner'],
    ...['--anchored', '--wildcards', '--wildcards-match-slash', ...excluded.map((pattern) => `--exclude=${pattern}`), ...wanted],
  ]
}

/** Members of the archive, one on each line of `list`, whether pruning leaves them out or not. */
function membersArgs({ sourceTar }: KernelSource, directory: string, list: string): string[] {
  return ['--extract', '--file', sourceTar, '--use-compress-program', 'xz -T0', '--directory', directory, '--strip-components=1', '--no-same-owner', '--verbatim-files-from', '--files-from', list]
}

/**
 * A fresh kernel tree at `target`, with the patches of the kernel's featureset; where the pruned tree is kept, an external one is made of that.
 * @throws GateError when the source is not there, or cannot be unpacked, `kernel.other-source` when a patch cannot be applied to it.
 */
export async function unpackTree(host: Host, kit: Pick<KernelKitWithSource, 'target' | 'sourceTar' | 'featureset'>, cacheDir: string, target: string, extent: 'external' | 'full'): Promise<void> {
  const kept = prunedDir(kit.target, cacheDir, kit.featureset)
  if (extent === 'external' && (await exists(kept)) && (await canKeepTrees(host))) return restoreTree(host, kept, target)
  const { sourceTar } = kit
  if (sourceTar === undefined) throw packagesMissing(kit.target, [`${kit.target.source.name} ${kit.target.packageVersion}`])
  await mkdir(target, { recursive: true })
  await untar(host, { ...kit, sourceTar }, target, extent)
}

/** What unpackTree() makes an external tree of, where it is kept. */
export async function prunedLayers(kit: Pick<KernelKitWithSource, 'target' | 'featureset'>, cacheDir: string): Promise<Layers | undefined> {
  const kept = prunedDir(kit.target, cacheDir, kit.featureset)
  return (await exists(kept)) ? { folders: [kept] } : undefined
}

/** Where the pruned tree of the source version is kept, which is all that an out-of-tree build reads of it. */
export function prunedDir(target: KernelTarget, cacheDir: string, featureset?: Pick<Featureset, 'name'>): string {
  return join(cacheDir, 'trees', prunedName(target, featureset))
}

/** Where the Kconfig files of the source version are kept. */
export function kconfigDir(target: KernelTarget, cacheDir: string): string {
  return join(cacheDir, 'trees', kconfigName(target))
}

/**
 * Puts the pruned tree into the cache directory, if it is not there.
 * @throws GateError when the source cannot be unpacked, `kernel.other-source` when a patch cannot be applied to it.
 */
export function keepPruned(host: Host, source: KernelSource, cacheDir: string): Promise<void> {
  return keepOf(host, source, prunedDir(source.target, cacheDir, source.featureset), 'external')
}

/**
 * Puts the Kconfig files and scripts/ into the cache directory, if they are not there.
 * @throws GateError when the source cannot be unpacked.
 */
export function keepKconfig(host: Host, source: KernelSource, cacheDir: string): Promise<void> {
  return keepOf(host, source, kconfigDir(source.target, cacheDir), 'kconfig')
}

async function keepOf(host: Host, source: KernelSource, kept: string, extent: TreeExtent): Promise<void> {
  if (await exists(kept)) return
  await mkdir(join(kept, '..'), { recursive: true })
  const scratch = await makeScratch(`${kept}.`)
  try {
    await untar(host, source, scratch, extent)
    await keepTree(host, scratch, kept)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function untar(host: Host, source: KernelSource, directory: string, extent: TreeExtent): Promise<void> {
  await telling(host.log, `unpacking linux-source-${source.target.series}`, duration, unpackWith(host, 'tar', tarArgs(source, directory, extent), directory))
  if (source.featureset === undefined) return
  if (extent === 'external') {
    const list = join(directory, '.members')
    const wanted = await filesOfFeatureset(source.featureset)
    await writeFile(list, wanted.map((path) => `linux-source-${source.target.series}/${path}\n`).join(''))
    await unpackWith(host, 'tar', membersArgs(source, directory, list), directory)
    await rm(list)
  }
  await applyFeatureset(host, source.target, source.featureset, directory)
}
