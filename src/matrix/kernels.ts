import type { Host } from '../host/host.js'
import { GateError, UsageError } from '../model/errors.js'
import { ownCodename } from '../suites/open-view.js'
import { mirrorsOf, type Mirrors } from '../suites/sources.js'
import { withAptLists } from './apt-lists.js'
import { MOST_JOBS, type MatrixEntry } from './entry.js'
import { resolveSpecs, suitesOf, unresolved, type Setting, type StanzasBySuite } from './resolve-specs.js'
import { parseUris, URIS_ARGS } from './sources.js'
import { parseSpecs, type Spec } from './spec.js'
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
  if (specs.length === 0) throw new UsageError('kernels', '', 'There is no kernel in it.')
  const entries: MatrixEntry[] = []
  // Each architecture has indices of its own, and no kernel is of two.
  for (const one of new Set(specs.map((spec) => spec.architecture))) {
    const setting: Setting = { architecture: one, defaultSuite: mirrors.own, family: mirrors.own.family, input: 'kernels' }
    entries.push(...(await kernelsOf(host, specs.filter((spec) => spec.architecture === one), mirrors, setting)))
  }
  if (entries.length > MOST_JOBS) throw new UsageError('kernels', request.kernels, `These are ${entries.length} kernels; a matrix has at most ${MOST_JOBS} jobs.`)
  const order = specs.map(({ text }) => text)
  return entries.sort((a, b) => order.indexOf(a.spec) - order.indexOf(b.spec))
}

/** The jobs for specs of one architecture. */
function kernelsOf(host: Host, specs: readonly Spec[], mirrors: Mirrors, setting: Setting): Promise<readonly MatrixEntry[]> {
  return withAptLists(host, mirrors, setting.architecture, async (lists) => {
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
