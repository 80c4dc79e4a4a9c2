import { expect, test } from '@jest/globals'
import { GateError } from '../../src/model/errors.js'
import { mirrorsOf, parseUris, sourcesOf, type Source } from '../../src/matrix/sources.js'
import { suiteNamed, type Suite } from '../../src/suites/suites.js'

const suite = (name: string): Suite => {
  const found = suiteNamed(name)
  if (found === undefined) throw new Error(name)
  return found
}

const sources = (text: string): readonly Source[] => text.split('\n').filter(Boolean).map((line) => ({ uri: line.split(' ')[0] ?? '', release: line.split(' ')[1] ?? '' }))

const TRIXIE = sources('http://mirror.example/debian/ trixie\nhttp://mirror.example/debian/ trixie-updates\nhttp://security.example/ trixie-security\n')

test('what apt would fetch, as apt prints it before its first update', () => {
  const printed = [
    "'http://mirror.example/debian/dists/trixie/InRelease' mirror.example_debian_dists_trixie_InRelease 0 ",
    "'http://security.example/dists/trixie-security/InRelease' security.example_dists_trixie-security_InRelease 0 ",
    "'http://mirror.example/debian/dists/trixie/main/binary-amd64/Packages.xz' mirror.example_debian_dists_trixie_main_binary-amd64_Packages 0 ",
    '',
  ].join('\n')
  expect(parseUris(printed)).toEqual([{ uri: 'http://mirror.example/debian/', release: 'trixie' }, { uri: 'http://security.example/', release: 'trixie-security' }])
})

test('mirrors are those of the machine', () => {
  expect(mirrorsOf(TRIXIE, 'trixie')).toEqual({ family: 'debian', own: suite('trixie'), plain: 'http://mirror.example/debian/', security: 'http://security.example/' })
  expect(mirrorsOf(sources('http://m.example/ unstable\n'), '')).toMatchObject({ own: { name: 'sid' } })
  expect(mirrorsOf(sources('http://m.example/ stable-updates\nhttp://m.example/ stable\n'), 'bookworm')).toMatchObject({ own: { name: 'bookworm' } })
  expect(mirrorsOf(sources('http://m.example/ experimental\nhttp://m.example/ sid\n'), '')).toMatchObject({ own: { name: 'sid' } })
  expect(mirrorsOf(sources('http://k.example/ kali-rolling\n'), 'kali-rolling')).toMatchObject({ family: 'kali', own: { name: 'kali-rolling' } })
})

test.each(['', 'http://m.example/ jammy\n', 'http://m.example/ stable\n'])('sources without a suite that is known: %j', (text) => {
  expect(() => mirrorsOf(sources(text), 'noble')).toThrow(GateError)
})

test('sources of a released suite hold its updates and its security archive', () => {
  expect(sourcesOf(suite('bookworm'), mirrorsOf(TRIXIE, ''), 'amd64', '/keys.gpg')).toBe(
    [
      'deb [arch=amd64 signed-by=/keys.gpg] http://mirror.example/debian/ bookworm main',
      'deb [arch=amd64 signed-by=/keys.gpg] http://mirror.example/debian/ bookworm-updates main',
      'deb [arch=amd64 signed-by=/keys.gpg] http://security.example/ bookworm-security main',
      '',
    ].join('\n'),
  )
  expect(sourcesOf(suite('experimental'), mirrorsOf(TRIXIE, ''), 'arm64', undefined)).toBe('deb [arch=arm64] http://mirror.example/debian/ experimental main\n')
})

test('an archive that apt does not know is never guessed', () => {
  expect(() => sourcesOf(suite('kali-rolling'), mirrorsOf(TRIXIE, ''), 'amd64', undefined)).toThrow(/no mirror of kali-rolling/)
  const sid = mirrorsOf(sources('http://m.example/ sid\n'), '')
  expect(() => sourcesOf(suite('trixie'), sid, 'amd64', undefined)).toThrow(/no security archive/)
  expect(sourcesOf(suite('trixie-backports'), sid, 'amd64', undefined)).toContain('trixie-backports main')
})
