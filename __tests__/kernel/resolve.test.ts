import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { resolveKernel } from '../../src/kernel/resolve.js'
import { parseStanzas } from '../../src/kernel/stanzas.js'
import { GateError, UsageError } from '../../src/model/errors.js'
import type { PackagedKernel } from '../../src/model/request.js'
import { fakeHost } from './fake-host.js'

const BOOKWORM = readFileSync(join('__tests__', 'fixtures', 'apt-cache', 'bookworm', 'show.txt'), 'utf8')

/** An apt that knows these stanzas; the candidate of a package is the first of its versions. */
function apt(text: string) {
  const stanzas = text.split('\n\n').filter((stanza) => stanza.trim() !== '')
  const nameOf = (stanza: string) => /^Package: (\S+)/m.exec(stanza)?.[1] ?? ''
  return fakeHost(({ program, args }) => {
    if (program !== 'apt-cache') return undefined
    if (args[0] === 'pkgnames') return { stdout: [...new Set(stanzas.map(nameOf))].join('\n') }
    const found = stanzas.filter((stanza) => args.slice(args.indexOf('--')).includes(nameOf(stanza)))
    return { stdout: (args.includes('--no-all-versions') ? found.slice(0, 1) : found).join('\n\n') }
  })
}

const resolve = (text: string, spec: PackagedKernel) => resolveKernel(apt(text), spec, 'amd64')

async function refusal(text: string, spec: PackagedKernel): Promise<string> {
  const error: unknown = await resolve(text, spec).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(UsageError)
  return error instanceof Error ? error.message : ''
}

/** A stanza as dpkg's status has it: installed, but in no archive. */
const installed = (name: string, version: string) => `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\n\n`

test('the default is what the metapackage depends on, all packages at its version, signed image first', async () => {
  const target = await resolve(BOOKWORM, { kind: 'default' })
  expect(target).toMatchObject({ release: '6.1.0-56-amd64', packageVersion: '6.1.192-2', flavour: 'amd64', series: '6.1' })
  expect([...target.image, target.headers, target.source].map(({ name, version }) => `${name}=${version}`)).toEqual(['linux-image-6.1.0-56-amd64=6.1.192-2', 'linux-headers-6.1.0-56-amd64=6.1.192-2', 'linux-source-6.1=6.1.192-2'])
})

test.each([
  ['6.1.0-50-amd64', '6.1.176-1'],
  ['6.1.0-56-cloud-amd64', '6.1.192-2'],
])('release %s comes at %s, with the source of that version', async (release, version) => {
  const target = await resolve(BOOKWORM, { kind: 'release', release })
  expect([target.release, target.packageVersion, target.source.version]).toEqual([release, version, version])
})

test.each([
  ['6.1', '6.1.0-56-amd64'],
  ['6.12', '6.12.117+deb12-amd64'],
  ['6', '6.12.117+deb12-amd64'],
])('series %s is %s', async (series, release) => {
  expect((await resolve(BOOKWORM, { kind: 'series', series })).release).toBe(release)
})

test('an image whose headers and source are gone: both are named with the version, and what would work is listed', async () => {
  const message = await refusal(BOOKWORM, { kind: 'release', release: '6.1.0-48-amd64' })
  expect(message).toContain('linux-headers-6.1.0-48-amd64 6.1.172-1')
  expect(message).toContain('linux-source-6.1 6.1.172-1')
  expect(message).toContain('6.1.0-56-amd64')
  expect(message).not.toMatch(/work:.*6\.1\.0-48/)
})

test('an unknown release and an unknown series are refused, and what would work is listed', async () => {
  expect(await refusal(BOOKWORM, { kind: 'release', release: '6.1.0-99-amd64' })).toMatch(/"6\.1\.0-99-amd64".*6\.1\.0-56-amd64/)
  expect(await refusal(BOOKWORM, { kind: 'series', series: '5.10' })).toMatch(/"5\.10".*6\.1\.0-56-amd64/)
})

test('without a signed image the unsigned one is taken', async () => {
  const unsigned = BOOKWORM.split('\n\n').filter((stanza) => !/^Package: linux-image-6\.1\.0-56-amd64$/m.test(stanza)).join('\n\n')
  expect((await resolve(unsigned, { kind: 'release', release: '6.1.0-56-amd64' })).image.map(({ name }) => name)).toEqual(['linux-image-6.1.0-56-amd64-unsigned'])
})

test('an image cut into three packages: all three, and not the stub', async () => {
  const version = '7.3.4-1~bpo13+1'
  const names = ['linux-image-7.3.4+deb13-amd64', 'linux-binary-7.3.4+deb13-amd64', 'linux-modules-7.3.4+deb13-amd64', 'linux-base-7.3.4+deb13-amd64', 'linux-headers-7.3.4+deb13-amd64', 'linux-source-7.3']
  const text = names.map((name) => `Package: ${name}\nVersion: ${version}\nFilename: pool/${name}.deb\nSize: 1\n\n`).join('')
  expect((await resolve(text, { kind: 'series', series: '7' })).image.map(({ name }) => name)).toEqual(names.slice(1, 4))
})

test('a metapackage whose name looks like a release is no kernel and is not offered', async () => {
  const stanza = (name: string, depends: string) => `Package: ${name}\nVersion: 6.12.117-1~deb12u1\nDepends: ${depends} (= 6.12.117-1~deb12u1)\nFilename: pool/${name}.deb\nSize: 1\n\n`
  const text = BOOKWORM + stanza('linux-image-6.12-amd64', 'linux-image-6.12.117+deb12-amd64') + stanza('linux-headers-6.12-amd64', 'linux-headers-6.12.117+deb12-amd64')
  expect((await refusal(text, { kind: 'release', release: '6.12-amd64' })).replace(/.*cannot be used/, '')).not.toMatch(/work:.*6\.12-amd64/)
})

test('releases of the wanted series are offered first: 6.12 is not of 6.1', async () => {
  expect(await refusal(BOOKWORM, { kind: 'release', release: '6.1.0-99-amd64' })).toMatch(/work: 6\.1\.0-56/)
})

test('a split image without signature', async () => {
  const names = ['linux-binary-unsigned-7.3.4+deb13-amd64', 'linux-modules-7.3.4+deb13-amd64', 'linux-base-7.3.4+deb13-amd64', 'linux-headers-7.3.4+deb13-amd64', 'linux-source-7.3']
  const text = names.map((name) => `Package: ${name}\nVersion: 7.3.4-1\nFilename: pool/${name}.deb\nSize: 1\n\n`).join('')
  expect((await resolve(text, { kind: 'series', series: '7' })).image.map(({ name }) => name)).toEqual(names.slice(0, 3))
})

test('without package lists an installed kernel is found, and none at all is an error of its own', async () => {
  const text = ['linux-image-6.1.0-56-amd64', 'linux-headers-6.1.0-56-amd64', 'linux-source-6.1'].map((name) => installed(name, '6.1.192-2')).join('')
  expect((await resolve(text, { kind: 'default' })).release).toBe('6.1.0-56-amd64')
  const error: unknown = await resolve('', { kind: 'default' }).catch((reason: unknown) => reason)
  expect(error instanceof GateError ? error.finding : undefined).toMatchObject({ id: 'kernel.no-package-lists', stage: 'resolve', severity: 'error' })
})

test('stanzas: sizes, digests, continuation lines, unknown fields', () => {
  const [first] = parseStanzas(BOOKWORM)
  expect(first).toMatchObject({ name: 'linux-image-amd64', version: '6.1.192-2', size: 1480, depends: 'linux-image-6.1.0-56-amd64 (= 6.1.192-2)', installed: false })
  expect(first?.sha256).toMatch(/^[0-9a-f]{64}$/)
  expect(parseStanzas('garbage\n\n : x\n\nPackage: a\n')).toEqual([])
})

/** So many complete kernels of two flavours, and the source that goes with them. */
function kernels(...versions: readonly (readonly [release: string, version: string])[]): string {
  const stanza = (name: string, version: string) => `Package: ${name}\nVersion: ${version}\nFilename: pool/${name}.deb\nSize: 1\n\n`
  return versions.map(([release, version]) => ['', 'rt-'].map((flavour) => stanza(`linux-image-${release}-${flavour}amd64`, version) + stanza(`linux-headers-${release}-${flavour}amd64`, version)).join('') + stanza(`linux-source-${/^\d+\.\d+/.exec(release)?.[0] ?? ''}`, version)).join('')
}
const THREE = kernels(['6.12.117+deb13', '6.12.117-1'], ['6.12.9+deb13', '6.12.9-1'], ['6.1.0-56', '6.1.192-2'])

test.each([
  [{ kind: 'latest', rank: 1 }, '6.12.117+deb13-amd64'],
  [{ kind: 'latest', rank: 2 }, '6.12.9+deb13-amd64'],
  [{ kind: 'latest', rank: 3 }, '6.1.0-56-amd64'],
  [{ kind: 'latest', rank: 1, series: '6.1' }, '6.1.0-56-amd64'],
  [{ kind: 'latest', rank: 2, flavour: 'rt' }, '6.12.9+deb13-rt-amd64'],
  [{ kind: 'series', series: '6.12', flavour: 'rt' }, '6.12.117+deb13-rt-amd64'],
  [{ kind: 'series', series: '6.12', flavour: 'amd64' }, '6.12.117+deb13-amd64'],
  [{ kind: 'version', version: '6.12.9-1' }, '6.12.9+deb13-amd64'],
  [{ kind: 'version', version: '6.1.192-2', flavour: 'rt-amd64' }, '6.1.0-56-rt-amd64'],
  [{ kind: 'default', flavour: 'rt' }, '6.12.117+deb13-rt-amd64'],
] as const)('%j is %s', async (spec, release) => expect((await resolve(THREE, spec)).release).toBe(release))

test('the default of a flavour is what its own metapackage depends on', async () => {
  const meta = 'Package: linux-image-rt-amd64\nVersion: 6.12.9-1\nDepends: linux-image-6.12.9+deb13-rt-amd64 (= 6.12.9-1)\nFilename: x\nSize: 1\n\n'
  expect((await resolve(THREE + meta, { kind: 'default', flavour: 'rt' })).release).toBe('6.12.9+deb13-rt-amd64')
  expect((await resolve(THREE + meta, { kind: 'default' })).release).toBe('6.12.117+deb13-amd64')
})

test('one ABI at several package versions: each can be asked for, the newest comes without', async () => {
  const text = kernels(['5.10.0-46', '5.10.262-1'], ['5.10.0-46', '5.10.259-1'])
  expect((await resolve(text, { kind: 'version', version: '5.10.259-1' })).packageVersion).toBe('5.10.259-1')
  expect((await resolve(text, { kind: 'release', release: '5.10.0-46-amd64' })).packageVersion).toBe('5.10.262-1')
  expect((await resolve(text, { kind: 'latest', rank: 1 })).packageVersion).toBe('5.10.262-1')
  expect(await refusal(text, { kind: 'latest', rank: 2 })).toMatch(/"latest-2".*only one release/)
})

test('what is refused is named as the user wrote it, and the list fits the question', async () => {
  expect(await refusal(THREE, { kind: 'version', version: '6.12.10-1' })).toMatch(/^kernel: "=6\.12\.10-1".*work: =6\.12\.117-1, =6\.12\.9-1, =6\.1\.192-2\.$/)
  expect(await refusal(THREE, { kind: 'latest', rank: 9, suite: 'trixie', flavour: 'rt' })).toMatch(/^kernel: "trixie\/rt\/latest-9".*only 3 releases of flavour rt-amd64.*work: 6\.12\.117\+deb13-rt-amd64/)
  expect(await refusal(THREE, { kind: 'default', flavour: 'cloud' })).toMatch(/^kernel: "cloud\/default".*linux-image-cloud-amd64/)
  const gone = BOOKWORM.split('\n\n').filter((stanza) => !stanza.startsWith('Package: linux-headers-6.1.0-56-amd64\n')).join('\n\n')
  expect(await refusal(gone, { kind: 'default' })).toMatch(/^kernel: "default".*linux-headers-6\.1\.0-56-amd64/)
})

test('other lists: every question goes to them, and the target says so', async () => {
  const host = apt(THREE)
  const target = await resolveKernel(host, { kind: 'default' }, 'amd64', { name: 'sid', options: ['--config-file', '/c/apt/sid/apt.conf'] })
  expect(target.archive).toBe('sid')
  expect(host.commands.every(({ args }) => args[1] === '--config-file' && args[2] === '/c/apt/sid/apt.conf')).toBe(true)
  expect((await resolve(THREE, { kind: 'default' })).archive).toBeUndefined()
})

test.each([
  ['6.12.38+kali-amd64', '6.12.38-1kali1'],
  ['5.14.0-kali4-amd64', '5.14.16-1kali1'],
  ['6.12.38+kali-cloud-amd64', '6.12.38-1kali1'],
])('Kali’s %s', async (release, version) => {
  const series = /^\d+\.\d+/.exec(release)?.[0] ?? ''
  const text = [`linux-image-${release}`, `linux-headers-${release}`, `linux-source-${series}`].map((name) => `Package: ${name}\nVersion: ${version}\nFilename: pool/${name}.deb\nSize: 1\n\n`).join('')
  expect(await resolve(text, { kind: 'release', release })).toMatchObject({ release, packageVersion: version, series })
})
