import { mkdir, rename, rm, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { makeScratch } from '../host/scratch.js'
import { describeFolder, verifyFolder, writeManifest, type Manifest } from './manifest.js'
import { isHere, shelf, type Part } from './parts.js'

/** Names for one part: a broken entry cannot be written over, so what replaces it gets the next name. */
const GENERATIONS = 3

/** Files and folders that travel together. */
export interface RemoteEntry {
  readonly key: string
  /** Names below `directory`. Nothing else goes into the entry, nor comes out of it elsewhere. */
  readonly paths: readonly string[]
  readonly directory: string
  /** An empty directory for temporary files on the same disk; the caller removes it. */
  readonly scratch: string
}

/** `absent`: there is no such entry. `broken`: there is one that cannot be unpacked. `unavailable`: the service does not answer, or not to us. */
export interface Restored {
  readonly outcome: 'restored' | 'absent' | 'broken' | 'unavailable'
  readonly reason?: string
}

/** `exists`: another run has saved it, or is doing so. */
export interface Saved {
  readonly outcome: 'saved' | 'exists' | 'failed'
  readonly reason?: string
}

/** A cache somewhere else. Its methods have deadlines of their own and throw nothing. */
export interface RemoteCache {
  restore(entry: RemoteEntry): Promise<Restored>
  save(entry: RemoteEntry): Promise<Saved>
}

/** What became of a part. */
export interface PartState {
  readonly part: Part
  /** Whether its folder is there, whole. */
  readonly here: boolean
  /** The key to save it under once it has been made; absent when saving it is pointless or impossible. */
  readonly saveAs?: string
}

const manifestName = (part: Part): string => `${basename(part.folder)}.manifest`

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

/**
 * Gets the parts that are not in the cache directory from the remote cache, all at once. What comes is unpacked beside its place, held against its
 * manifest and renamed, so that a part is there and whole, or not there. Never throws: without a remote cache the run is slower and nothing else.
 * zstd must be installed before: @actions/cache makes the compression part of an entry's identity, and without zstd would neither find
 * what other runs saved nor save what they can find.
 */
export async function restoreParts(host: Host, remote: RemoteCache, cacheDir: string, parts: readonly Part[]): Promise<PartState[]> {
  const here = await Promise.all(parts.map(isHere))
  if (!here.includes(false)) return parts.map((part) => ({ part, here: true }))
  if ((await host.which('zstd')) === undefined) {
    host.log.info('cache: zstd is not installed, so the remote cache is not used')
    return parts.map((part, index) => ({ part, here: here[index] === true }))
  }
  return Promise.all(
    parts.map(async (part, index) => {
      if (here[index] === true) return { part, here: true }
      try {
        return await restorePart(host, remote, cacheDir, part)
      } catch (error) {
        host.log.info(`cache: ${part.title} could not be restored: ${reasonOf(error)}`)
        return { part, here: false }
      }
    }),
  )
}

async function restorePart(host: Host, remote: RemoteCache, cacheDir: string, part: Part): Promise<PartState> {
  for (let generation = 0; generation < GENERATIONS; generation++) {
    const key = `${part.key}-${generation}`
    const began = performance.now()
    const { outcome, reason, manifest } = await fetchOne(remote, cacheDir, part, key)
    if (outcome === 'restored') {
      const spared = part.spares === 0 ? '' : `, instead of ${megabytes(part.spares)} of packages`
      host.log.info(`cache: ${part.title} restored in ${((performance.now() - began) / 1000).toFixed(1)} s (${manifest?.entries ?? 0} entries, ${megabytes(manifest?.bytes ?? 0)}${spared})`)
      return { part, here: true }
    }
    if (outcome === 'absent') {
      host.log.info(`cache: ${part.title} is not in the remote cache`)
      return { part, here: false, saveAs: key }
    }
    if (outcome === 'unavailable') {
      host.log.info(`cache: the remote cache cannot be used, going on without it: ${reason ?? 'no reason given'}`)
      return { part, here: false }
    }
    host.log.info(`cache: the entry of ${part.title} is not used: ${reason ?? 'it cannot be unpacked'}`)
  }
  return { part, here: false }
}

/** One entry: unpacked in a directory of its own, which is gone afterwards, verified, and put in its place. */
async function fetchOne(remote: RemoteCache, cacheDir: string, part: Part, key: string): Promise<Restored & { readonly manifest?: Manifest }> {
  const staging = await stagingDirectory(cacheDir)
  try {
    const [directory, scratch] = [join(staging, 'entry'), join(staging, 'scratch')]
    await Promise.all([directory, scratch].map((path) => mkdir(path)))
    const name = basename(part.folder)
    const answer = await remote.restore({ key, paths: [name, manifestName(part)], directory, scratch })
    if (answer.outcome !== 'restored') return answer
    const folder = join(directory, name)
    const manifest = await verifyFolder(folder, join(directory, manifestName(part)), key)
    if (typeof manifest === 'string') return { outcome: 'broken', reason: manifest }
    if (part.marker !== undefined && !(await exists(join(folder, part.marker)))) return { outcome: 'broken', reason: 'it was saved unfinished' }
    await mkdir(shelf(part), { recursive: true })
    // It has the time at which it was saved, and what is old goes from the cache.
    await utimes(folder, new Date(), new Date())
    // Renaming onto a filled directory fails: then another run was faster, and its folder is as good.
    await rename(folder, part.folder).catch(async (error: unknown) => {
      if (!(await isHere(part))) throw error
    })
    return { ...answer, manifest }
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/**
 * Saves what was made since `restoreParts` did not find it; to be called right after it was made, not at the end of a run that may fail.
 * Folders must not change meanwhile. Never throws.
 */
export async function saveParts(host: Host, remote: RemoteCache, cacheDir: string, states: readonly PartState[]): Promise<Saved[]> {
  const results: Saved[] = []
  // One after the other: packing uses every processor.
  for (const { part, saveAs } of states) {
    if (saveAs === undefined || !(await isHere(part))) continue
    const began = performance.now()
    const result = await saveOne(remote, cacheDir, part, saveAs).catch((error: unknown): Saved => ({ outcome: 'failed', reason: reasonOf(error) }))
    const why = { saved: `saved in ${((performance.now() - began) / 1000).toFixed(1)} s`, exists: 'was saved by another run', failed: `was not saved: ${result.reason ?? 'no reason given'}` }
    host.log.info(`cache: ${part.title} ${why[result.outcome]}`)
    results.push(result)
  }
  return results
}

async function saveOne(remote: RemoteCache, cacheDir: string, part: Part, key: string): Promise<Saved> {
  const scratch = await stagingDirectory(cacheDir)
  const manifest = join(shelf(part), manifestName(part))
  try {
    await writeManifest(manifest, await describeFolder(part.folder, key))
    return await remote.save({ key, paths: [basename(part.folder), manifestName(part)], directory: shelf(part), scratch })
  } finally {
    await Promise.all([scratch, manifest].map((path) => rm(path, { recursive: true, force: true })))
  }
}

async function stagingDirectory(cacheDir: string): Promise<string> {
  const parent = join(cacheDir, 'incoming')
  await mkdir(parent, { recursive: true })
  return makeScratch(join(parent, 'part-'))
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
