import type { CacheWorkers, Host } from '../host/host.js'
import type { KernelTarget } from '../model/kernel.js'
import { isHere, kitPart, type Part } from './parts.js'
import { restoreParts, saveParts, type PartState, type RemoteCache } from './remote.js'
import { chooseStore } from './stores.js'
import { findKit, keepKit, type ToolCacheOptions } from './tool-cache.js'
import { workerCache } from './worker-cache.js'

/** What keeps parts of the cache directory elsewhere, for one kernel. Nothing of it throws: without it a run is slower and nothing else. */
export interface PartCache {
  /** Puts those of the parts into the cache directory that are kept and not there yet. */
  take(parts: readonly Part[]): Promise<readonly PartState[]>
  /** Begins to keep what has been made since; to be called right after. The folders must not change until `done`. */
  keep(states: readonly PartState[]): void
  /** Waits for what was begun. */
  done(): Promise<void>
}

export interface CacheOptions {
  readonly target: KernelTarget
  readonly cacheDir: string
  /** The environment: which runner this is, and what it offers. */
  readonly variables: Readonly<Record<string, string | undefined>>
  /** Absent where there is no runner. */
  readonly workers?: CacheWorkers
}

/** The store that this run has, or one that has nothing and keeps nothing. Starts no process. */
export function openCache(host: Host, { target, cacheDir, variables, workers }: CacheOptions): PartCache {
  const store = workers === undefined ? undefined : chooseStore(variables, cacheDir)
  if (workers === undefined || store === undefined) return nowhere()
  if (store.kind === 'none') {
    host.log.detail(`cache: nothing is kept outside ${cacheDir}: ${store.reason}`)
    return nowhere()
  }
  if (store.kind === 'remote') return remotely(host, workerCache(host, { script: workers.cache }), cacheDir)
  return inToolCache(host, target, { script: workers.toolCache, directory: variables['RUNNER_TOOL_CACHE'] ?? '', cacheDir })
}

async function look(parts: readonly Part[]): Promise<PartState[]> {
  return Promise.all(parts.map(async (part) => ({ part, here: await isHere(part) })))
}

function nowhere(): PartCache {
  return {
    take: look,
    keep: () => undefined,
    done: () => Promise.resolve(),
  }
}

function remotely(host: Host, remote: RemoteCache, cacheDir: string): PartCache {
  let saving: Promise<unknown> = Promise.resolve()
  return {
    take: (parts) => restoreParts(host, remote, cacheDir, parts),
    keep(states) {
      saving = saving.then(() => saveParts(host, remote, cacheDir, states))
    },
    async done() {
      await saving
    },
  }
}

/** Kits only: they are what downloads, and trees are made of them in seconds. */
function inToolCache(host: Host, target: KernelTarget, options: ToolCacheOptions): PartCache {
  const kit = kitPart(target, options.cacheDir).key
  let keeping: Promise<unknown> = Promise.resolve()
  return {
    async take(parts) {
      if (parts.some(({ key }) => key === kit)) await findKit(host, target, options)
      return look(parts)
    },
    keep(states) {
      if (states.some(({ part, here }) => part.key === kit && !here)) keeping = keeping.then(() => keepKit(host, target, options))
    },
    async done() {
      await keeping
    },
  }
}
