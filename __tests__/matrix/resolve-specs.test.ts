import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { resolveKernel } from '../../src/kernel/resolve.js'
import type { Stanza } from '../../src/kernel/stanzas.js'
import { PackageIndex } from '../../src/kernel/package-index.js'
import { matrixJson } from '../../src/matrix/entry.js'
import { resolveSpecs, suitesOf, unresolved, type Setting } from '../../src/matrix/resolve-specs.js'
import { parseSpec, parseSpecs } from '../../src/matrix/spec.js'
import { tiersOf } from '../../src/matrix/suites.js'
import { UsageError } from '../../src/model/errors.js'
import { suiteNamed, SUITES } from '../../src/suites/suites.js'
import { fakeHost } from '../kernel/fake-host.js'
import { RECORDED } from './recorded.js'

const bookworm = suiteNamed('bookworm')
if (bookworm === undefined) throw new Error('the table has lost bookworm')
const SETTING: Setting = { architecture: 'amd64', defaultSuite: bookworm, family: 'debian', input: 'kernels' }

const resolve = (specs: string, setting = SETTING) => resolveSpecs(parseSpecs(specs, 'kernels', 'amd64'), RECORDED, setting)
const short = (specs: string): string[] => resolve(specs).map(({ kernel, suite, image, required }) => `${kernel} ${suite} ${image}${required ? '' : ' ?'}`)

test.each<[string, readonly string[]]>([
  ['default', ['6.1.0-56-amd64 bookworm debian:bookworm']],
  ['trixie', ['6.12.117+deb13-amd64 trixie debian:trixie']],
  ['trixie-backports', ['7.3.4+deb13-amd64 trixie-backports debian:trixie']],
  ['sid?', ['7.2.13+deb14-amd64 sid debian:sid ?']],
  ['experimental', ['7.3-amd64 experimental debian:sid']],
  ['bookworm/cloud', ['6.1.0-56-cloud-amd64 bookworm debian:bookworm']],
  ['trixie/rt', ['6.12.117+deb13-rt-amd64 trixie debian:trixie']],
  ['=6.1.192-2', ['6.1.0-56-amd64 bookworm debian:bookworm']],
  ['cloud/=6.1.192-2', ['6.1.0-56-cloud-amd64 bookworm debian:bookworm']],
  ['6.1.0-55-amd64', ['6.1.0-55-amd64 bookworm debian:bookworm']],
  ['6.1', ['6.1.0-56-amd64 bookworm debian:bookworm']],
  // Debian 12 has 6.12 too; the suite that has it newest is taken.
  ['6.12', ['6.12.117+deb13-amd64 trixie debian:trixie']],
  ['bookworm/6.12', ['6.12.117+deb12-amd64 bookworm debian:bookworm']],
  // Backports come before experimental, whatever is newer.
  ['7', ['7.3.4+deb13-amd64 trixie-backports debian:trixie']],
  ['7.2', ['7.2.12+deb13-amd64 trixie-backports debian:trixie']],
  ['sid/7', ['7.2.13+deb14-amd64 sid debian:sid']],
  ['bookworm/6.1/latest-2', ['6.1.0-56-amd64 bookworm debian:bookworm', '6.1.0-55-amd64 bookworm debian:bookworm']],
  ['bookworm/latest-1', ['6.12.117+deb12-amd64 bookworm debian:bookworm']],
  ['trixie/latest-3', ['6.12.117+deb13-amd64 trixie debian:trixie', '6.12.116+deb13-amd64 trixie debian:trixie', '6.12.115+deb13.1-amd64 trixie debian:trixie']],
])('%s', (spec, expected) => expect(short(spec)).toEqual(expected))

test('the order is that of the specs; a kernel that two specs give comes once, and one of them is enough to require it', () => {
  expect(short('sid? 6.12? trixie bookworm default')).toEqual([
    '7.2.13+deb14-amd64 sid debian:sid ?',
    '6.12.117+deb13-amd64 trixie debian:trixie',
    '6.1.0-56-amd64 bookworm debian:bookworm',
  ])
})

test('what a workflow reads', () => {
  expect(JSON.parse(matrixJson(resolve('trixie-backports/cloud?')))).toEqual({
    include: [
      {
        kernel: '7.3.4+deb13-cloud-amd64',
        image: 'debian:trixie',
        flavour: 'cloud-amd64',
        label: '7.3.4+deb13-cloud-amd64 (trixie-backports 7.3.4-1~bpo13+1)',
        required: false,
        version: '7.3.4-1~bpo13+1',
        suite: 'trixie-backports',
        spec: 'trixie-backports/cloud',
      },
    ],
  })
})

test.each([
  ['trixie/6.6', /"trixie\/6\.6" cannot be used.*in trixie\. These would match: trixie: 6\.12\.117\+deb13-amd64, 6\.12\.116/],
  ['5.4', /in bookworm, trixie,.*These would match: bookworm: .*; trixie: .*; sid: 7\.2\.13\+deb14-amd64/],
  ['6.1.0-999-rt-amd64', /flavour rt-amd64.*bookworm: 6\.12\.117\+deb12-rt-amd64/],
  ['=6.1.999-1', /These would match/],
  ['bookworm/realtime', /flavour realtime-amd64.*These would match: bookworm: 6\.12/],
  ['bullseye', /No kernel at all was found there/],
])('%s resolves to nothing, and says what would', (spec, message) => {
  expect(() => resolve(`trixie ${spec}`)).toThrow(UsageError)
  expect(() => resolve(`trixie ${spec}`)).toThrow(message)
})

test('a default kernel whose source is gone is an error, not the one before it', () => {
  const gone = new Map([['trixie', (RECORDED.get('trixie') ?? []).filter(({ name, version }) => !(name === 'linux-source-6.12' && version === '6.12.117-1'))]])
  expect(() => resolveSpecs([parseSpec('trixie', 'kernels', 'amd64')], gone, SETTING)).toThrow(/default kernel of trixie is 6\.12\.117\+deb13-amd64.*not there at one version.*would match: trixie: 6\.12\.116/)
})

const stanza = (name: string, version: string, depends = ''): Stanza => ({ name, version, depends, size: 1, sha256: '', filename: 'x', installed: false })
const kernel = (release: string, version: string): Stanza[] => [`linux-headers-${release}`, `linux-image-${release}`, `linux-source-${release.split('.', 2).join('.')}`].map((name) => stanza(name, version))

test('one release at two versions: the newest is meant, and both together are refused', () => {
  const archive = new Map([['bookworm', [...kernel('6.1.0-56-amd64', '6.1.192-2'), ...kernel('6.1.0-56-amd64', '6.1.193-1')]]])
  const versions = (specs: string): string[] => resolveSpecs(parseSpecs(specs, 'kernels', 'amd64'), archive, SETTING).map(({ version }) => version)
  expect(versions('bookworm/latest-2')).toEqual(['6.1.193-1'])
  expect(versions('6.1.0-56-amd64 =6.1.193-1')).toEqual(['6.1.193-1'])
  expect(versions('=6.1.192-2')).toEqual(['6.1.192-2'])
  expect(() => versions('bookworm =6.1.192-2')).toThrow(/at 6\.1\.192-2, and bookworm gives it at 6\.1\.193-1/)
})

test('Kali, in its own container', () => {
  const kali = suiteNamed('kali-rolling')
  if (kali === undefined) throw new Error('the table has lost Kali')
  const archive = new Map([['kali-rolling', [...kernel('6.12.38+kali-amd64', '6.12.38-1kali1'), ...kernel('6.12.33+kali-amd64', '6.12.33-1kali1'), ...kernel('5.14.0-kali4-amd64', '5.14.16-1kali1'), stanza('linux-image-amd64', '6.12.38-1kali1', 'linux-image-6.12.38+kali-amd64 (= 6.12.38-1kali1)')]]])
  const found = (specs: string): string[] => resolveSpecs(parseSpecs(specs, 'kernels', 'amd64'), archive, { ...SETTING, family: 'kali', defaultSuite: kali }).map(({ kernel: release, image }) => `${release} ${image}`)
  expect(found('default')).toEqual(['6.12.38+kali-amd64 kalilinux/kali-rolling'])
  expect(found('kali-rolling/6.12/latest-5')).toEqual(['6.12.38+kali-amd64 kalilinux/kali-rolling', '6.12.33+kali-amd64 kalilinux/kali-rolling'])
  expect(found('5.14 =6.12.33-1kali1')).toEqual(['5.14.0-kali4-amd64 kalilinux/kali-rolling', '6.12.33+kali-amd64 kalilinux/kali-rolling'])
  expect(() => found('6.1')).toThrow(/in kali-rolling\. These would match: kali-rolling: 6\.12\.38\+kali-amd64/)
})

test('no specs are an error', () => expect(() => resolve(' # none')).toThrow(/There is no kernel in it/))

test('more kernels than GitHub starts jobs for are refused', () => {
  const many = Array.from({ length: 60 }, (_, n) => ['linux-headers-', 'linux-image-'].map((kind): Stanza => ({ name: `${kind}6.1.0-${n}-amd64`, version: `6.1.${n}-1`, depends: '', size: 1, sha256: '', filename: 'x', installed: false })))
  const sources = Array.from({ length: 60 }, (_, n): Stanza => ({ name: 'linux-source-6.1', version: `6.1.${n}-1`, depends: '', size: 1, sha256: '', filename: 'x', installed: false }))
  const archive = new Map(['bookworm', 'trixie', 'sid', 'forky', 'bullseye', 'experimental'].map((suite, s) => [suite, [...many.flat(), ...sources].map((stanza) => ({ ...stanza, name: stanza.name.replaceAll('6.1', `6.${s}`) }))]))
  const specs = parseSpecs([...archive.keys()].map((suite) => `${suite}/latest-50`).join(' '), 'kernels', 'amd64')
  expect(() => resolveSpecs(specs, archive, SETTING)).toThrow(/300 kernels; a matrix has at most 256 jobs/)
})

test('tiers are searched one after the other, and no further than said', () => {
  const spec = parseSpec('7', 'kernels', 'amd64')
  expect(suitesOf(spec, SETTING)).toEqual([])
  expect(unresolved([spec], RECORDED, { ...SETTING, tiers: 1 })).toEqual([spec])
  expect(unresolved([spec], RECORDED, { ...SETTING, tiers: 2 })).toEqual([])
  for (const family of ['debian', 'kali'] as const) expect(tiersOf(family).flat().map(({ name }) => name).sort()).toEqual(SUITES.filter((suite) => suite.family === family).map(({ name }) => name).sort())
})

/** What the gate itself would say inside the suite. */
async function gateSays(stanzas: readonly Stanza[], release: string): Promise<string | undefined> {
  const own = stanzas.filter(({ name }) => name.includes(release) || name.startsWith('linux-source-'))
  const text = own.map(({ name, version, depends, size, filename }) => `Package: ${name}\nVersion: ${version}\nDepends: ${depends}\nSize: ${size}\nFilename: ${filename ?? ''}\n`).join('\n')
  const host = fakeHost(({ args }) => ({ stdout: args[0] === 'pkgnames' ? own.map(({ name }) => name).join('\n') : text }))
  return resolveKernel(host, { kind: 'release', release }, 'amd64').then(({ packageVersion }) => packageVersion, () => undefined)
}

test.each([...RECORDED.keys()])('%s: the gate inside the suite finds the same releases at the same versions', async (suite) => {
  const stanzas = RECORDED.get(suite) ?? []
  const releases = [...new Set(stanzas.flatMap(({ name }) => /^linux-(?:headers|image)-(\d.*-amd64)$/.exec(name)?.[1] ?? []))]
  const ours = new Map(new PackageIndex(stanzas).everyTarget().reverse().map(({ release, packageVersion }) => [release, packageVersion]))
  expect(releases.length).toBeGreaterThan(2)
  for (const release of releases) expect([release, ours.get(release)]).toEqual([release, await gateSays(stanzas, release)])
})

test('the order of the indices does not matter', () => {
  const specs = parseSpecs('trixie/latest-3 bookworm/rt 6.12 7 sid? trixie-backports/cloud', 'kernels', 'amd64')
  const straight = matrixJson(resolveSpecs(specs, RECORDED, SETTING))
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 300, maxLength: 300 }), (keys) => {
      const mixed = new Map([...RECORDED].reverse().map(([suite, stanzas]) => [suite, [...stanzas].sort((a, b) => (keys[a.size % 300] ?? 0) - (keys[b.size % 300] ?? 0))]))
      expect(matrixJson(resolveSpecs(specs, mixed, SETTING))).toBe(straight)
    }),
    { numRuns: 20 },
  )
})
