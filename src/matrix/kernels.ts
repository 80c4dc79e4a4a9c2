import type { Host } from '../host/host.js'
import { GateError } from '../model/errors.js'
import { ownCodename } from '../suites/open-view.js'
import { mirrorsOf } from '../suites/sources.js'
import { withAptLists } from './apt-lists.js'
import type { MatrixEntry } from './entry.js'
import { resolveSpecs, suitesOf, unresolved, type Setting, type StanzasBySuite } from './resolve-specs.js'
import { parseUris, URIS_ARGS } from './sources.js'
import { parseSpecs } from './spec.js'
import { tiersOf } from './suites.js'

const DEADLINE = 60

export interface KernelsRequest {
  /** Specs of kernels; those with `?` are advisory. */
  readonly kernels: string
  /** Specs of kernels that are advisory without a mark. */
  readonly advisory: string
}

/**
 * The jobs for the wanted kernels, from the indices of the archives that apt's own configuration names.
 * @throws UsageError for a spec that is none or gives no kernel
 * @throws GateError when the indices cannot be had
 */
export async function listKernels(host: Host, request: KernelsRequest): Promise<readonly MatrixEntry[]> {
  const architecture = (await answer(host, 'dpkg', ['--print-architecture'])).trim()
  const mirrors = mirrorsOf(parseUris(await answer(host, 'apt-get', URIS_ARGS)), await ownCodename())
  const advisory = parseSpecs(request.advisory, 'advisory', architecture).map((spec) => ({ ...spec, required: false }))
  const specs = [...parseSpecs(request.kernels, 'kernels', architecture), ...advisory]
  const setting: Setting = { architecture, defaultSuite: mirrors.own, family: mirrors.own.family, input: 'kernels' }
  return withAptLists(host, mirrors, architecture, async (lists) => {
    const named = specs.flatMap((spec) => suitesOf(spec, setting))
    let stanzas: StanzasBySuite = await lists.read(named)
    // Indices are large: a tier is fetched only when those before it have not the kernel.
    const searching = specs.filter((spec) => suitesOf(spec, setting).length === 0)
    const tiers = tiersOf(mirrors.own.family)
    let read = 0
    while (read < tiers.length && unresolved(searching, stanzas, { ...setting, tiers: read }).length > 0) stanzas = await lists.read(tiers[read++] ?? [])
    return resolveSpecs(specs, stanzas, { ...setting, tiers: read })
  })
}

async function answer(host: Host, program: string, args: readonly string[]): Promise<string> {
  const exit = await host.run({ program, args, seconds: DEADLINE })
  if (exit.status === 0) return exit.stdout
  throw new GateError({ id: 'host.apt-failed', stage: 'resolve', severity: 'error', title: `${program} ${args[0] ?? ''} failed with status ${exit.status}`, detail: exit.stderr, remedy: 'Run this in a container of Debian or Kali.' })
}
