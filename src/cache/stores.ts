import { isWithin } from '../request/repository.js'

/** Where parts are kept besides the cache directory. */
export type Store = { readonly kind: 'remote' } | { readonly kind: 'tool-cache' } | { readonly kind: 'none'; readonly reason: string }

type Variables = Readonly<Record<string, string | undefined>>

const isSet = (variables: Variables, name: string): boolean => (variables[name] ?? '') !== ''

/**
 * Which store this run has, by the runner's variables. A self-hosted runner keeps its tool cache from job to job; any other machine that is
 * given a token for the cache service (the runner gives one to actions, not to `run:` steps) is taken to forget everything.
 */
export function chooseStore(variables: Variables, cacheDir: string): Store {
  if (variables['RUNNER_ENVIRONMENT'] === 'self-hosted') {
    const toolCache = variables['RUNNER_TOOL_CACHE'] ?? ''
    if (toolCache === '') return { kind: 'none', reason: 'RUNNER_TOOL_CACHE is not set' }
    // The default of cache-dir: what lies there already is in the tool cache, with all its parts and without a second copy.
    if (isWithin(cacheDir, toolCache)) return { kind: 'none', reason: 'cache-dir lies in the tool cache, which the runner keeps' }
    return { kind: 'tool-cache' }
  }
  if (!isSet(variables, 'ACTIONS_RUNTIME_TOKEN')) return { kind: 'none', reason: 'ACTIONS_RUNTIME_TOKEN is not set' }
  // ACTIONS_CACHE_URL is that of the older protocol, which GitHub Enterprise Server speaks.
  if (!isSet(variables, 'ACTIONS_RESULTS_URL') && !isSet(variables, 'ACTIONS_CACHE_URL')) return { kind: 'none', reason: 'neither ACTIONS_RESULTS_URL nor ACTIONS_CACHE_URL is set' }
  return { kind: 'remote' }
}
