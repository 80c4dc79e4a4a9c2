import { expect, test } from '@jest/globals'
import { GateError } from '../../src/model/errors.js'
import { viewConfig, viewFiles, viewNamed, OWN_VIEW } from '../../src/suites/apt-view.js'
import { coveredBy, entriesFor, mirrorsOf, parseTargets, signedBy, sourcesText } from '../../src/suites/sources.js'
import { addedTo, suiteNamed, SUITES, type Suite } from '../../src/suites/suites.js'

const line = (uri: string, release: string, component = 'main', origin = 'Debian', entry = '/etc/apt/sources.list:1'): string => `${uri}|${release}|${component}|${origin}|${entry}|/var/lib/apt/lists/x_Packages`
const BOOKWORM = [line('http://mirror/debian/', 'bookworm'), line('http://mirror/debian/', 'bookworm-updates'), line('http://mirror/debian-security/', 'bookworm-security', 'main', 'Debian', '/etc/apt/sources.list:3')]
const suite = (name: string): Suite => {
  const found = suiteNamed(name)
  if (found === undefined) throw new Error(name)
  return found
}
const mirrors = (lines: readonly string[], codename = 'bookworm') => mirrorsOf(parseTargets(lines.join('\n')), codename)

function refusal(work: () => unknown): GateError['finding'] | undefined {
  try {
    work()
  } catch (error) {
    if (error instanceof GateError) return error.finding
  }
  return undefined
}

test('the machine’s own suite and its mirrors', () => {
  const found = mirrors(BOOKWORM)
  expect([found.own.name, found.plain.uri, found.security?.uri]).toEqual(['bookworm', 'http://mirror/debian/', 'http://mirror/debian-security/'])
  expect(mirrors([line('http://mirror/debian', 'stable')], 'trixie').own.name).toBe('trixie')
  expect(mirrors([line('http://mirror/debian', 'experimental'), line('http://mirror/debian', 'unstable')]).own.name).toBe('sid')
  expect(mirrors([line('http://k/kali', 'kali-rolling', 'main', 'Kali')]).own.name).toBe('kali-rolling')
})

test('archives of third parties that name their suites like Debian’s are passed over, wherever they stand', () => {
  expect(mirrors([line('http://third/debian', 'bookworm', 'stable', 'Third'), line('http://other/debian', 'bookworm', 'main', 'Other'), ...BOOKWORM]).plain.uri).toBe('http://mirror/debian/')
  // Without lists apt knows no origin; then the first main component is taken.
  expect(mirrors([line('http://mirror/debian/', 'trixie', 'main', '$(ORIGIN)')]).own.name).toBe('trixie')
})

test('without a known suite: an error that shows what apt has', () => {
  expect(refusal(() => mirrors([line('http://u/ubuntu', 'noble', 'main', 'Ubuntu')]))).toMatchObject({ id: 'kernel.no-archive', severity: 'error', detail: 'http://u/ubuntu noble' })
  expect(refusal(() => mirrors([]))).toMatchObject({ id: 'kernel.no-archive' })
})

test('the sources of a suite come from the machine’s own mirrors, keys and nothing else', () => {
  const own = mirrors(BOOKWORM)
  expect(sourcesText(entriesFor(suite('bookworm-backports'), own), 'amd64', { 'Signed-By': '/usr/share/keyrings/k.gpg' })).toBe(
    'Types: deb\nURIs: http://mirror/debian/\nSuites: bookworm-backports\nComponents: main\nArchitectures: amd64\nSigned-By: /usr/share/keyrings/k.gpg\n',
  )
  expect(entriesFor(suite('trixie'), own)).toEqual([
    { uri: 'http://mirror/debian/', suites: ['trixie', 'trixie-updates'] },
    { uri: 'http://mirror/debian-security/', suites: ['trixie-security'] },
  ])
  expect(entriesFor(suite('experimental'), mirrors([line('http://m/debian', 'sid')]))).toEqual([{ uri: 'http://m/debian', suites: ['experimental'] }])
})

test('what the mirrors cannot have is refused with the container that has it', () => {
  expect(refusal(() => entriesFor(suite('kali-rolling'), mirrors(BOOKWORM)))).toMatchObject({ id: 'kernel.no-archive', remedy: 'Use a container that has kali-rolling, such as kalilinux/kali-rolling.' })
  expect(refusal(() => entriesFor(suite('trixie'), mirrors([line('http://m/debian', 'sid')])))?.title).toContain('no security archive')
})

test('indices that apt has already need not be fetched again', () => {
  const own = mirrors(BOOKWORM)
  expect(coveredBy(entriesFor(suite('bookworm'), own), own)).toBe(true)
  expect(coveredBy(entriesFor(suite('bookworm-backports'), own), own)).toBe(false)
  expect(coveredBy([{ uri: 'http://elsewhere/debian/', suites: ['bookworm'] }], own)).toBe(false)
})

test('the keys of an entry, as lines and as stanzas say them', () => {
  const list = '# remark\ndeb [arch=amd64 signed-by=/k.gpg] http://m/debian bookworm main\ndeb http://m/debian bookworm-updates main\n'
  expect([1, 2, 3, 9].map((number) => signedBy(list, number, 'list'))).toEqual([undefined, '/k.gpg', undefined, undefined])
  const stanzas = 'Types: deb\n# remark\nURIs: http://m\nSuites: bookworm\nSigned-By: /a.gpg\n\n\nTypes: deb\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\nSuites: x\n'
  expect(signedBy(stanzas, 1, 'sources')).toBe('/a.gpg')
  expect(signedBy(stanzas, 2, 'sources')).toBe('-----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc')
  expect(signedBy(stanzas, 3, 'sources')).toBeUndefined()
  expect(sourcesText([{ uri: 'http://m', suites: ['a'] }], 'amd64', { 'Signed-By': signedBy(stanzas, 2, 'sources') ?? '' })).toMatch(/\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n \.\n abc\n$/)
})

test('a view is files below the cache directory, and nothing for the machine’s own', () => {
  expect(viewNamed('/c', undefined)).toBe(OWN_VIEW)
  expect(viewNamed('/c', 'sid').options).toEqual(['--config-file', '/c/apt/sid/apt.conf'])
  const text = viewConfig(viewFiles('/c', 'sid'), 'arm64')
  for (const setting of ['Dir::Etc::sourcelist "/c/apt/sid/kernel.sources";', 'Dir::State::lists "/c/apt/sid/lists";', 'Dir::Etc::sourceparts "/dev/null";', 'APT::Architecture "arm64";', 'APT::Architectures "arm64";', 'Dir::State::status "/c/apt/sid/status";']) expect(text).toContain(setting)
  expect(viewConfig(viewFiles('/c', 'sid'), 'amd64', '/var/lib/apt/lists')).toContain('Dir::State::lists "/var/lib/apt/lists";')
})

test('every suite is built in the container of its base, and what stands beside a base is found', () => {
  for (const { base, image } of SUITES) expect(suiteNamed(base)?.image).toBe(image)
  expect(addedTo(suite('trixie')).map(({ name }) => name)).toEqual(['trixie-backports'])
  expect(addedTo(suite('sid')).map(({ name }) => name)).toEqual(['experimental'])
  expect(suiteNamed('toString')).toBeUndefined()
})
