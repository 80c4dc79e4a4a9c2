import { expect, test } from '@jest/globals'
import { parseUris } from '../../src/matrix/sources.js'
import { mirrorsOf } from '../../src/suites/sources.js'

const uri = (base: string, release: string): string => `'${base}dists/${release}/InRelease' some_file 0 `

const TRIXIE = [
  uri('http://mirror.example/debian/', 'trixie'),
  uri('http://security.example/', 'trixie-security'),
  "'http://mirror.example/debian/dists/trixie/main/binary-amd64/Packages.xz' mirror.example_debian_dists_trixie_main_binary-amd64_Packages 0 ",
  '',
].join('\n')

test('what apt would fetch, as apt prints it before its first update', () => {
  expect(parseUris(TRIXIE).map(({ uri, release }) => [uri, release])).toEqual([['http://mirror.example/debian/', 'trixie'], ['http://security.example/', 'trixie-security']])
})

test('that is enough to know the machine’s mirrors', () => {
  expect(mirrorsOf(parseUris(TRIXIE), 'trixie')).toMatchObject({ own: { name: 'trixie' }, plain: { uri: 'http://mirror.example/debian/' }, security: { uri: 'http://security.example/' } })
  expect(mirrorsOf(parseUris(`${uri('http://m.example/', 'stable-updates')}\n${uri('http://m.example/', 'stable')}`), 'bookworm')).toMatchObject({ own: { name: 'bookworm' } })
})
