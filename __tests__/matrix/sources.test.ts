import { expect, test } from '@jest/globals'
import { GateError } from '../../src/model/errors.js'
import { mirrorsOf, parseTargets, sourcesOf } from '../../src/matrix/sources.js'
import { suiteNamed, type Suite } from '../../src/matrix/suites.js'

const suite = (name: string): Suite => {
  const found = suiteNamed(name)
  if (found === undefined) throw new Error(name)
  return found
}

const TRIXIE = parseTargets('http://mirror.example/debian/ trixie\nhttp://mirror.example/debian/ trixie-updates\nhttp://security.example/ trixie-security\n')

test('mirrors are those of the machine', () => {
  expect(mirrorsOf(TRIXIE, 'trixie')).toEqual({ family: 'debian', own: suite('trixie'), plain: 'http://mirror.example/debian/', security: 'http://security.example/' })
  expect(mirrorsOf(parseTargets('http://m.example/ unstable\n'), '')).toMatchObject({ own: { name: 'sid' } })
  expect(mirrorsOf(parseTargets('http://m.example/ stable-updates\nhttp://m.example/ stable\n'), 'bookworm')).toMatchObject({ own: { name: 'bookworm' } })
  expect(mirrorsOf(parseTargets('http://m.example/ experimental\nhttp://m.example/ sid\n'), '')).toMatchObject({ own: { name: 'sid' } })
  expect(mirrorsOf(parseTargets('http://k.example/ kali-rolling\n'), 'kali-rolling')).toMatchObject({ family: 'kali', own: { name: 'kali-rolling' } })
})

test.each(['', 'http://m.example/ jammy\n', 'http://m.example/ stable\n'])('sources without a suite that is known: %j', (text) => {
  expect(() => mirrorsOf(parseTargets(text), 'noble')).toThrow(GateError)
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
  const sid = mirrorsOf(parseTargets('http://m.example/ sid\n'), '')
  expect(() => sourcesOf(suite('trixie'), sid, 'amd64', undefined)).toThrow(/no security archive/)
  expect(sourcesOf(suite('trixie-backports'), sid, 'amd64', undefined)).toContain('trixie-backports main')
})
