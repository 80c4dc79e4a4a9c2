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

/** An apt of Debian 12 whose archive is the recorded one; each list of sources that it is asked to fetch is added to `fetched`. */
export function recordedApt(fetched: string[] = []) {
  const configOf = ({ args }: Command): string => args[args.indexOf('--config-file') + 1] ?? ''
  return fakeHost((command) => {
    const { program, args } = command
    const stanzas = RECORDED.get(/([a-z-]+)\/apt\.conf$/.exec(configOf(command))?.[1] ?? '') ?? []
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
