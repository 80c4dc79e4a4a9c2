import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { aptFailure } from '../kernel/apt-failure.js'
import { kernelStanzas, type Stanza } from '../kernel/stanzas.js'
import { GateError } from '../model/errors.js'
import type { Suite } from '../suites/suites.js'
import { KEYRINGS, sourcesOf, type Mirrors } from './sources.js'

const UPDATE_DEADLINE = 600

/** Package lists of suites that the machine itself is not made of, in a directory of their own. */
export interface AptLists {
  /** Every version of every kernel package of these suites, by the suite's name. Fetches what was not fetched before. */
  read(suites: readonly Suite[]): Promise<ReadonlyMap<string, readonly Stanza[]>>
}

/** What takes apt away from the machine's own state. Command line options win over all files (apt.conf(5)), and the machine's proxies and trust stay. */
export function privateOptions(dir: string, sources: string): readonly string[] {
  const settings = {
    'Dir::Etc::sourcelist': join(dir, sources),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::State': join(dir, 'state'),
    'Dir::State::lists': join(dir, 'lists'),
    'Dir::State::status': join(dir, 'status'),
    // One for each list of sources, so that apt need not build its index anew for each question.
    'Dir::Cache': join(dir, `cache-${sources}`),
    'Dir::Cache::pkgcache': 'pkgcache.bin',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
}

/** A host whose apt knows the private lists and nothing else. */
function withPrivateApt(host: Host, options: readonly string[]): Host {
  return { ...host, run: (command) => host.run(command.program.startsWith('apt-') ? { ...command, args: [...options, ...command.args] } : command) }
}

/**
 * Gives `use` package lists of any suite of the family that apt's own configuration is made of. They are fetched and checked by apt itself
 * against the family's keyring, into a temporary directory; the machine's own lists, sources and cache are left alone, and no root is needed.
 * @throws GateError with apt's own reason
 */
export async function withAptLists<T>(host: Host, mirrors: Mirrors, architecture: string, use: (lists: AptLists) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'kmod-gate-apt-'))
  try {
    // apt fetches as the user _apt, who has to come by here.
    await chmod(dir, 0o755)
    for (const name of ['lists/partial', 'state']) await mkdir(join(dir, name), { recursive: true })
    await writeFile(join(dir, 'status'), '')
    const keyring = await keyringOf(mirrors)
    const known = new Map<string, readonly Stanza[]>()
    return await use({
      async read(suites) {
        const missing = suites.filter(({ name }) => !known.has(name))
        if (missing.length > 0) await fetchLists(host, dir, new Map(missing.map((suite) => [suite.name, sourcesOf(suite, mirrors, architecture, keyring)])))
        for (const { name } of missing) known.set(name, await kernelStanzas(withPrivateApt(host, privateOptions(dir, `${name}.list`))))
        return new Map(known)
      },
    })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function keyringOf({ family }: Mirrors): Promise<string | undefined> {
  for (const file of KEYRINGS[family]) if (await exists(file)) return file
  return undefined
}

/** Writes NAME.list for each suite and fetches all of them in one go. */
async function fetchLists(host: Host, dir: string, sources: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, text] of sources) {
    await writeFile(join(dir, `${name}.list`), text)
    await mkdir(join(dir, `cache-${name}.list`, 'archives', 'partial'), { recursive: true })
  }
  await writeFile(join(dir, 'fetch.list'), [...sources.values()].join(''))
  await mkdir(join(dir, 'cache-fetch.list', 'archives', 'partial'), { recursive: true })
  host.log.info(`fetching the package lists of ${[...sources.keys()].join(', ')}`)
  // Lists of suites that were fetched before stay: apt would take away what the sources no longer name.
  const args = [...privateOptions(dir, 'fetch.list'), '-o', 'APT::Get::List-Cleanup=false', '-o', 'APT::Update::Error-Mode=any', 'update', '-q']
  const exit = await host.run({ program: 'apt-get', args, seconds: UPDATE_DEADLINE })
  host.log.detail(exit.stdout)
  if (exit.status !== 0) throw new GateError({ ...aptFailure(exit, `Fetching the package lists of ${[...sources.keys()].join(', ')}`), stage: 'resolve' })
}
