import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Answer } from './archive-server.js'

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, stderr } = spawnSync(program, [...args], { encoding: 'utf8', env: { ...process.env, ...env } })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** A throw-away key that signs indices. */
export interface Key {
  readonly home: string
  /** The public half, as apt's Signed-By takes it. */
  readonly keyring: string
}

/** Makes a key in `home`, which must be a short path: gpg-agent's socket lies in it. */
export function makeKey(home: string): Key {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  run('gpg', ['--homedir', home, '--batch', '--passphrase', '', '--quick-generate-key', 'Test <test@invalid>', 'ed25519', 'sign', 'never'])
  const keyring = join(home, 'public.gpg')
  run('gpg', ['--homedir', home, '--batch', '--yes', '--output', keyring, '--export'])
  return { home, keyring }
}

/** Ends the agent that gpg started for this key. */
export function endKey({ home }: Key): void {
  spawnSync('gpgconf', ['--homedir', home, '--kill', 'gpg-agent'])
}

/** Builds a package with these files (name → text). */
export function buildPackage(dir: string, control: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}): string {
  const root = join(dir, `${control['Package'] ?? ''}-${control['Version'] ?? ''}`)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  mkdirSync(join(root, 'DEBIAN'), { recursive: true })
  const fields: Readonly<Record<string, string>> = { Architecture: 'amd64', Maintainer: 'nobody <nobody@invalid>', Description: 'test', ...control }
  writeFileSync(join(root, 'DEBIAN/control'), Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`).join(''))
  const deb = join(dir, `${fields['Package'] ?? ''}_${fields['Version'] ?? ''}_${fields['Architecture'] ?? ''}.deb`)
  run('dpkg-deb', ['--build', '--root-owner-group', '-Znone', root, deb])
  return deb
}

export interface Publication {
  /** Directory of the archive; dists/ and pool/ are made in it. */
  readonly root: string
  readonly suite: string
  readonly origin: string
  readonly debs: readonly string[]
  readonly key: Key
  /** Days from now until which the indices count; negative ones are past. */
  readonly validFor?: number
}

const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex')

/** Publishes packages as one suite, signed: what apt needs of an archive and no more. */
export function publish({ root, suite, origin, debs, key, validFor = 7 }: Publication): void {
  const stanzas = debs.map((deb) => {
    const file = join('pool', basename(deb))
    mkdirSync(join(root, 'pool'), { recursive: true })
    if (!existsSync(join(root, file))) {
      try {
        linkSync(deb, join(root, file))
      } catch {
        copyFileSync(deb, join(root, file))
      }
    }
    return `${run('dpkg-deb', ['--field', deb])}Filename: ${file}\nSize: ${statSync(deb).size}\nSHA256: ${sha256(readFileSync(deb))}\n`
  })
  const packages = stanzas.join('\n')
  const index = 'main/binary-amd64/Packages'
  const dists = join(root, 'dists', suite)
  mkdirSync(join(dists, dirname(index)), { recursive: true })
  writeFileSync(join(dists, index), packages)
  const at = (days: number): string => new Date(Date.now() + days * 86_400_000).toUTCString()
  const release = { Origin: origin, Suite: suite, Codename: suite, Architectures: 'amd64', Components: 'main', Date: at(Math.min(0, validFor - 1)), 'Valid-Until': at(validFor), SHA256: `\n ${sha256(packages)} ${Buffer.byteLength(packages)} ${index}` }
  const text = Object.entries(release).map(([name, value]) => `${name}: ${value}\n`).join('')
  writeFileSync(join(dists, 'Release'), text)
  run('gpg', ['--homedir', key.home, '--batch', '--yes', '--output', join(dists, 'InRelease'), '--clearsign', join(dists, 'Release')])
}

/** A file below `root`, or undefined. */
export function fileAnswer(root: string, path: string): Answer | undefined {
  const file = join(root, path)
  return file.startsWith(root) && existsSync(file) && statSync(file).isFile() ? { body: readFileSync(file) } : undefined
}

/** What the snapshot archive has seen. */
export interface Seen {
  readonly archive: string
  /** `20240209T032356Z` */
  readonly moment: string
  readonly debs: readonly string[]
}

/** Answers of the snapshot archive's machine interface (its documentation: the file API of its source), or undefined for 404. */
export function machineAnswer(seen: readonly Seen[], path: string): Answer | undefined {
  const all = seen.flatMap(({ archive, moment, debs }) =>
    debs.map((deb) => {
      const [name = '', version = '', rest = ''] = basename(deb).replaceAll('%3a', ':').split('_')
      return { archive, moment, deb, name, version, architecture: rest.replace('.deb', '') }
    }),
  )
  const hashOf = (deb: string): string => createHash('sha1').update(readFileSync(deb)).digest('hex')
  const [, versions] = /^\/mr\/binary\/([^/]+)\/$/.exec(path) ?? []
  if (versions !== undefined) {
    const rows = all.filter(({ name }) => name === versions)
    return rows.length === 0 ? undefined : { body: { binary: versions, result: rows.map(({ name, version }) => ({ name, binary_version: version, source: 'linux', version })) } }
  }
  const [, source] = /^\/mr\/package\/linux\/([^/]+)\/binpackages$/.exec(path) ?? []
  if (source !== undefined) {
    const rows = all.filter(({ version }) => version === source)
    return rows.length === 0 ? undefined : { body: { package: 'linux', version: source, result: rows.map(({ name, version }) => ({ name, version })) } }
  }
  const [, binary, at] = /^\/mr\/binary\/([^/]+)\/([^/]+)\/binfiles\?fileinfo=1$/.exec(path) ?? []
  const rows = all.filter(({ name, version }) => name === binary && version === at)
  if (rows.length === 0) return undefined
  const fileinfo = Object.fromEntries(rows.map(({ deb }) => [hashOf(deb), rows.filter((row) => hashOf(row.deb) === hashOf(deb)).map((row) => ({ archive_name: row.archive, first_seen: row.moment, name: basename(row.deb), path: '/pool/main/l/linux', size: statSync(row.deb).size }))]))
  return { body: { binary, binary_version: at, result: rows.map(({ deb, architecture }) => ({ hash: hashOf(deb), architecture })), fileinfo } }
}
