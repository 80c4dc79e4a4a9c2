import { expect, test } from '@jest/globals'
import { UsageError } from '../../src/model/errors.js'
import { parseSpec, parseSpecs, type Spec } from '../../src/matrix/spec.js'

const shown = ({ suite, flavour, which, required }: Spec): unknown[] => [suite?.name, flavour, which, required]

test.each<[string, unknown[]]>([
  ['default', [undefined, '', { kind: 'default' }, true]],
  ['trixie', ['trixie', '', { kind: 'default' }, true]],
  ['trixie/default', ['trixie', '', { kind: 'default' }, true]],
  ['unstable', ['sid', '', { kind: 'default' }, true]],
  ['sid?', ['sid', '', { kind: 'default' }, false]],
  ['bookworm/cloud', ['bookworm', 'cloud', { kind: 'default' }, true]],
  ['bookworm/cloud-amd64', ['bookworm', 'cloud', { kind: 'default' }, true]],
  ['bookworm/amd64', ['bookworm', '', { kind: 'default' }, true]],
  ['trixie/latest-3', ['trixie', '', { kind: 'latest', count: 3 }, true]],
  ['trixie-backports/rt/latest-2?', ['trixie-backports', 'rt', { kind: 'latest', count: 2 }, false]],
  ['bookworm/rt/6.1/latest-2', ['bookworm', 'rt', { kind: 'latest', count: 2, series: '6.1' }, true]],
  ['6.12', [undefined, '', { kind: 'series', series: '6.12' }, true]],
  ['7', [undefined, '', { kind: 'series', series: '7' }, true]],
  ['rt/6.12', [undefined, 'rt', { kind: 'series', series: '6.12' }, true]],
  ['kali-rolling', ['kali-rolling', '', { kind: 'default' }, true]],
  ['=6.1.192-2', [undefined, '', { kind: 'version', version: '6.1.192-2' }, true]],
  ['=1:7.3~rc7-1~exp1', [undefined, '', { kind: 'version', version: '1:7.3~rc7-1~exp1' }, true]],
  ['6.1.0-56-cloud-amd64', [undefined, 'cloud', { kind: 'release', release: '6.1.0-56-cloud-amd64' }, true]],
  ['trixie/6.12.117+deb13-amd64', ['trixie', '', { kind: 'release', release: '6.12.117+deb13-amd64' }, true]],
])('%s', (spec, expected) => expect(shown(parseSpec(spec, 'kernels', 'amd64'))).toEqual(expected))

test.each([
  ['', /is no suite/],
  ['?', /is no suite/],
  ['trixy', /trixy is no suite \(.*trixie/],
  ['cloud', /cloud is no suite/],
  ['trixie//latest-2', /no spec/],
  ['trixie/cloud/rt', /no spec/],
  ['trixie/CLOUD', /no spec/],
  ['latest-3', /needs a suite/],
  ['trixie/latest-0', /from 1 to/],
  ['trixie/latest-51', /from 1 to/],
  ['rt/6.1.0-56-cloud-amd64', /another flavour/],
  ['=', /is no suite/],
  ['=6.1 $(id)', /is no suite/],
  ['$(id)', /is no suite/],
])('%j is refused with the grammar', (spec, reason) => {
  const read = (): Spec => parseSpec(spec, 'kernels', 'amd64')
  expect(read).toThrow(UsageError)
  expect(read).toThrow(reason)
  expect(read).toThrow('[SUITE/][FLAVOUR/]KERNEL')
})

test('a list: blanks, commas, lines and remarks', () => {
  const specs = parseSpecs('# what users run\ntrixie, bookworm/cloud\n\n  sid?  # next\n6.12', 'kernels', 'amd64')
  expect(specs.map(({ text, required }) => [text, required])).toEqual([['trixie', true], ['bookworm/cloud', true], ['sid', false], ['6.12', true]])
})

test('another architecture has its own plain flavour', () => {
  expect(parseSpec('trixie/arm64', 'kernels', 'arm64').flavour).toBe('')
  expect(parseSpec('trixie/cloud-arm64', 'kernels', 'arm64').flavour).toBe('cloud')
})
