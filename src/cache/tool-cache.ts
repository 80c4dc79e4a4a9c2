import { createHash } from 'node:crypto'
import { lstat, mkdir, readFile, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from '../host/host.js'
import { makeScratch } from '../host/scratch.js'
import type { KernelTarget } from '../model/kernel.js'
import { isHere, kitPart, shelf } from './parts.js'

/** Name of the folder in the tool cache: kmod-gate-kit/VERSION/ARCHITECTURE, and a file ARCHITECTURE.complete beside the last. */
const TOOL = 'kmod-gate-kit'
/** Looking needs the start of a node; the lock may be held by one that copies. */
const FIND_DEADLINE = 30
const KEEP_DEADLINE = 300

export interface ToolCacheOptions {
  /** The file that node runs: src/host/actions-tool-cache.ts, bundled. */
  readonly script: string
  /** RUNNER_TOOL_CACHE. */
  readonly directory: string
  readonly cacheDir: string
}

/**
 * The version under which @actions/tool-cache keeps a kit. It must be one of semver.org: a Debian version is none (`1:6.1-2~bpo12+1`), and says
 * nothing of the flavour. So: the upstream version, the release for people, a digest of everything else.
 */
export function toolVersion(target: KernelTarget): string {
  const [, major, minor, patch] = /^(?:\d+:)?(\d+)\.(\d+)(?:\.(\d+))?/.exec(target.packageVersion) ?? []
  const digest = createHash('sha256').update(kitPart(target, '/').key).digest('hex').slice(0, 16)
  return `${Number(major ?? 0)}.${Number(minor ?? 0)}.${Number(patch ?? 0)}-r${target.release.replace(/[^0-9A-Za-z]/g, '-')}.k${digest}`
}

/**
 * Puts a kit of the tool cache into the cache directory, as a link; true when the kit is in the cache directory then. The link costs no second copy, and
 * all rooms read kits only. A link whose kit was cleared away is removed, so that the kit can be made again. Never throws.
 */
export async function findKit(host: Host, target: KernelTarget, options: ToolCacheOptions): Promise<boolean> {
  const part = kitPart(target, options.cacheDir)
  try {
    if (await isHere(part)) return true
    if ((await lstat(part.folder).catch(() => undefined))?.isSymbolicLink() === true) await rm(part.folder)
    const kept = await ask(host, target, options, 'find', [])
    if (kept === '' || !(await isHere({ ...part, folder: kept }))) return false
    await mkdir(shelf(part), { recursive: true })
    await symlink(kept, part.folder).catch(async (error: unknown) => {
      if (!(await isHere(part))) throw error
    })
    host.log.info(`cache: ${part.title} found in the tool cache`)
    return true
  } catch (error) {
    host.log.info(`cache: the tool cache cannot be used: ${error instanceof Error ? error.message : String(error)}`)
    return false
  }
}

/**
 * Copies the cache directory's kit into the tool cache, unless it is there; true when it is there then. A lock lets runs that share the tool cache
 * do this one after the other: the package empties the place first. Never throws.
 */
export async function keepKit(host: Host, target: KernelTarget, options: ToolCacheOptions): Promise<boolean> {
  const part = kitPart(target, options.cacheDir)
  try {
    if (!(await isHere(part))) return false
    // A link to the tool cache: it was found there.
    if ((await lstat(part.folder)).isSymbolicLink()) return true
    const kept = await ask(host, target, options, 'keep', [part.folder])
    if (kept === '') return false
    host.log.info(`cache: ${part.title} kept in the tool cache`)
    return true
  } catch (error) {
    host.log.info(`cache: ${part.title} was not kept in the tool cache: ${error instanceof Error ? error.message : String(error)}`)
    return false
  }
}

/** One call of the worker; the path of the kit in the tool cache, or nothing. @throws Error when the worker fails */
async function ask(host: Host, target: KernelTarget, { script, directory, cacheDir }: ToolCacheOptions, operation: 'find' | 'keep', rest: readonly string[]): Promise<string> {
  const parent = join(cacheDir, 'incoming')
  await Promise.all([parent, join(directory, TOOL)].map((path) => mkdir(path, { recursive: true })))
  const scratch = await makeScratch(join(parent, 'tool-'))
  try {
    const answer = join(scratch, 'answer')
    const seconds = operation === 'find' ? FIND_DEADLINE : KEEP_DEADLINE
    const call = [process.execPath, script, operation, answer, TOOL, toolVersion(target), process.arch, ...rest]
    const [program = '', ...args] = operation === 'find' ? call : ['flock', join(directory, TOOL, '.lock'), ...call]
    const exit = await host.run({ program, args, env: { RUNNER_TOOL_CACHE: directory }, seconds })
    if (exit.status !== 0) throw new Error(exit.timedOut ? `no answer within ${seconds} s` : exit.stderr.trim().split('\n').at(-1) || `status ${exit.status}`)
    return await readFile(answer, 'utf8')
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
