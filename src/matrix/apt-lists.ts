import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Host } from '../host/host.js'
import { makeScratch } from '../host/scratch.js'
import { aptFailure } from '../kernel/apt-failure.js'
import { kernelStanzas, type Stanza } from '../kernel/stanzas.js'
import { GateError } from '../model/errors.js'
import { updateViewArgs, writeView } from '../suites/open-view.js'
import { entriesFor, sourcesText, type Mirrors } from '../suites/sources.js'
import type { Suite } from '../suites/suites.js'
import { familyTrust } from './sources.js'

const UPDATE_DEADLINE = 600
/** Name of the view that fetches for all others; no suite is called so. */
const FETCH = 'fetch'

/** Package lists of suites that the machine itself is not made of, in a directory of their own. */
export interface AptLists {
  /** Every version of every kernel package of these suites, by the suite's name. Fetches what was not fetched before. */
  read(suites: readonly Suite[]): Promise<ReadonlyMap<string, readonly Stanza[]>>
}

/**
 * Gives `use` package lists of any suite of the family that apt's own configuration is made of. They are fetched and checked by apt itself
 * against the family's keyring, into a temporary directory; the machine's own lists, sources and cache are left alone, and no root is needed.
 * @throws GateError with apt's own reason
 */
export async function withAptLists<T>(host: Host, mirrors: Mirrors, architecture: string, use: (lists: AptLists) => Promise<T>): Promise<T> {
  const dir = await makeScratch(join(tmpdir(), 'kmod-gate-apt-'))
  const lists = join(dir, 'lists')
  const place = { cacheDir: dir, architecture }
  try {
    await mkdir(join(lists, 'partial'), { recursive: true })
    const trust = await familyTrust(mirrors.own.family)
    const textOf = (suite: Suite): string => sourcesText(entriesFor(suite, mirrors), architecture, trust)
    const known = new Map<string, readonly Stanza[]>()
    return await use({
      async read(suites) {
        const missing = suites.filter(({ name }, i) => !known.has(name) && suites.findIndex((suite) => suite.name === name) === i)
        if (missing.length > 0) await fetchLists(host, place, lists, missing.map(({ name }) => name), missing.map(textOf).join('\n'))
        for (const suite of missing) known.set(suite.name, await kernelStanzas(host, await writeView(suite.name, place, textOf(suite), lists)))
        return new Map(known)
      },
    })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** All of these suites in one go. */
async function fetchLists(host: Host, place: Parameters<typeof writeView>[1], lists: string, names: readonly string[], sources: string): Promise<void> {
  const view = await writeView(FETCH, place, sources, lists)
  host.log.info(`fetching the package lists of ${names.join(', ')}`)
  // Lists of suites that were fetched before stay: apt would take away what the sources no longer name.
  const exit = await host.run({ program: 'apt-get', args: [...updateViewArgs(view), '-o', 'APT::Get::List-Cleanup=false'], seconds: UPDATE_DEADLINE })
  host.log.detail(exit.stdout)
  if (exit.status !== 0) throw new GateError({ ...aptFailure(exit, `Fetching the package lists of ${names.join(', ')}`), stage: 'resolve' })
}
