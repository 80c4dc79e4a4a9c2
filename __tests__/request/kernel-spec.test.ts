import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { UsageError } from '../../src/model/errors.js'
import { architectureOfSpec, kernelText, parseKernel } from '../../src/request/kernel-spec.js'

test.each([
  ['trixie', { kind: 'default', suite: 'trixie' }],
  ['trixie-backports', { kind: 'default', suite: 'trixie-backports' }],
  ['unstable', { kind: 'default', suite: 'sid' }],
  ['experimental', { kind: 'default', suite: 'experimental' }],
  ['kali-rolling', { kind: 'default', suite: 'kali-rolling' }],
  ['bookworm/cloud', { kind: 'default', suite: 'bookworm', flavour: 'cloud' }],
  ['trixie/rt/6.12', { kind: 'series', series: '6.12', suite: 'trixie', flavour: 'rt' }],
  ['trixie-backports/7', { kind: 'series', series: '7', suite: 'trixie-backports' }],
  ['rt/default', { kind: 'default', flavour: 'rt' }],
  ['=6.1.192-2', { kind: 'version', version: '6.1.192-2' }],
  ['cloud/=7.3.4-1~bpo13+1', { kind: 'version', version: '7.3.4-1~bpo13+1', flavour: 'cloud' }],
  ['=6.12.38-1kali1', { kind: 'version', version: '6.12.38-1kali1' }],
  ['latest-1', { kind: 'latest', rank: 1 }],
  ['trixie-backports/7.2/latest-12', { kind: 'latest', rank: 12, series: '7.2', suite: 'trixie-backports' }],
  ['sid/7.2.13+deb14-amd64', { kind: 'release', release: '7.2.13+deb14-amd64', suite: 'sid' }],
  ['trixie:arm64', { kind: 'default', suite: 'trixie', architecture: 'arm64' }],
  ['bookworm/cloud/latest-2:arm64', { kind: 'latest', rank: 2, suite: 'bookworm', flavour: 'cloud', architecture: 'arm64' }],
  ['=1:6.1.192-2', { kind: 'version', version: '1:6.1.192-2' }],
  ['=1:6.1.192-2:amd64', { kind: 'version', version: '1:6.1.192-2', architecture: 'amd64' }],
  ['16k/6.12:arm64', { kind: 'series', series: '6.12', flavour: '16k', architecture: 'arm64' }],
  ['6.12.118+deb13-arm64-16k', { kind: 'release', release: '6.12.118+deb13-arm64-16k' }],
  ['6.12.118+deb13-arm64:arm64', { kind: 'release', release: '6.12.118+deb13-arm64' }],
  ['bookworm/cloud/6.1.0-56-cloud-amd64', { kind: 'release', release: '6.1.0-56-cloud-amd64', suite: 'bookworm', flavour: 'cloud' }],
])('%s', (value, spec) => expect(parseKernel(value, 'kernel')).toEqual(spec))

test.each(['', '/', 'trixie/', '/6.12', 'buster', 'cloud', 'trixie/cloud/rt', 'trixie/trixie', '6.12/default', '6.12/7', 'latest-0', 'latest-100', 'latest-', '=', '=a', '=6.1;id', 'trixie/=6.1 2', 'TRIXIE', 'trixie/Cloud', 'constructor', '__proto__'])('%j is none, and the input is named', (value) => {
  expect(() => parseKernel(value, 'kernels')).toThrow(UsageError)
  expect(() => parseKernel(value, 'kernels')).toThrow(/^kernels: /)
})

test('an unknown suite: the known ones are listed', () => expect(() => parseKernel('buster', 'kernel')).toThrow(/bookworm.*trixie-backports.*kali-rolling/))

test('whose kernel: as its release says, else as asked for, else the machine’s own', () => {
  const whose = (text: string) => architectureOfSpec(parseKernel(text, 'kernel'))?.name
  expect(['trixie', 'trixie:arm64', '6.12:amd64', '6.12.118+deb13-cloud-arm64', '6.1.0-56-amd64', '6.12.118+deb13-arm64-16k'].map(whose)).toEqual([undefined, 'arm64', 'amd64', 'arm64', 'amd64', 'arm64'])
  expect(() => parseKernel('6.1.0-56-amd64:arm64', 'kernel')).toThrow(/is one of amd64/)
  expect(() => parseKernel('trixie:riscv64', 'kernel')).toThrow(/amd64, arm64/)
})

test('a release of another flavour than the one before it', () => {
  expect(() => parseKernel('cloud/6.1.0-56-amd64', 'kernel')).toThrow(/not of the flavour cloud/)
  expect(() => parseKernel('rt/6.12.117+deb13-rt-amd64', 'kernel')).not.toThrow()
})

test('what is read can be written and read again', () => {
  const word = fc.constantFrom('default', '6.1.0-56-amd64', '6.12.38+kali-amd64', '6.12', '7', '=6.1.192-2', 'latest-3', '6.12/latest-2')
  const spec = fc.tuple(fc.constantFrom('', 'trixie/', 'sid/', 'bookworm-backports/'), fc.constantFrom('', 'amd64/'), word, fc.constantFrom('', ':amd64')).map((words) => words.join(''))
  fc.assert(fc.property(spec, (text) => expect(parseKernel(kernelText(parseKernel(text, 'kernel')), 'kernel')).toEqual(parseKernel(text, 'kernel'))))
  expect(['trixie/default', 'default', 'rt/default', 'trixie/rt', 'trixie/6.12/latest-2'].map((text) => kernelText(parseKernel(text, 'kernel')))).toEqual(['trixie', 'default', 'rt/default', 'trixie/rt', 'trixie/6.12/latest-2'])
})
