import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Command, Exit } from '../../src/host/host.js'
import { parseStanzas, type Stanza } from '../../src/kernel/stanzas.js'
import { fakeHost } from '../kernel/fake-host.js'

const DIRECTORY = '__tests__/fixtures/matrix/archive'

/** Kernel packages of Debian's suites on one day, as its indices said; older ABIs and fields that nobody reads are left out. */
export const RECORDED: ReadonlyMap<string, readonly Stanza[]> = new Map(
  readdirSync(DIRECTORY).map((file) => [file.replace(/\.txt$/, ''), parseStanzas(readFileSync(`${DIRECTORY}/${file}`, 'utf8'))]),
)

export const OK: Exit = { status: 0, stdout: '', stderr: '', timedOut: false, seconds: 0 }

/** The same package of arm64: Debian's names differ in the flavour alone. */
function ofArm64(stanza: Stanza): Stanza {
  const renamed = (text: string): string => text.replaceAll('amd64', 'arm64')
  return { ...stanza, name: renamed(stanza.name), depends: renamed(stanza.depends) }
}

/** An apt of Debian 12 whose archive is the recorded one; each list of sources that it is asked to fetch is added to `fetched`. */
export function recordedApt(fetched: string[] = []) {
  const configOf = ({ args }: Command): string => args[args.indexOf('--config-file') + 1] ?? ''
  return fakeHost((command) => {
    const { program, args } = command
    const config = configOf(command)
    const foreign = args.includes('--config-file') && /APT::Architecture "arm64"/.test(readFileSync(config, 'utf8'))
    const stanzas = (RECORDED.get(/([a-z-]+)\/apt\.conf$/.exec(config)?.[1] ?? '') ?? []).map((stanza) => (foreign ? ofArm64(stanza) : stanza))
    if (program === 'dpkg') return { stdout: 'amd64\n' }
    if (args.includes('--print-uris')) return { stdout: "'http://mirror.example/dists/bookworm/InRelease' a 0 \n'http://security.example/dists/bookworm-security/InRelease' b 0 \n" }
    if (args.includes('update')) {
      fetched.push(readFileSync(join(configOf(command), '..', 'kernel.sources'), 'utf8'))
      return OK
    }
    if (args.includes('pkgnames')) return { stdout: stanzas.map(({ name }) => name).join('\n') }
    return { stdout: stanzas.map(({ name, version, depends, size, filename }) => `Package: ${name}\nVersion: ${version}\nDepends: ${depends}\nSize: ${size}\nFilename: ${filename ?? ''}\n`).join('\n') }
  })
}
