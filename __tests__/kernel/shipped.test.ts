import { expect, test } from '@jest/globals'
import { firstChoices, shippedNames, shippedPackages } from '../../src/kernel/shipped.js'
import type { KernelTarget } from '../../src/model/kernel.js'
import { fakeHost } from './fake-host.js'

const BOOKWORM = 'linux-headers-6.1.0-56-common (= 6.1.192-2), linux-kbuild-6.1 (>= 6.1.192-2), linux-compiler-gcc-12-x86'

test.each([
  [BOOKWORM, { common: 'linux-headers-6.1.0-56-common', kbuild: 'linux-kbuild-6.1' }],
  [
    'linux-base (>= 4.12~), linux-headers-6.12.118+deb13-common (= 6.12.118-1), linux-image-6.12.118+deb13-amd64 (= 6.12.118-1), linux-kbuild-6.12.118+deb13, gcc-14',
    { common: 'linux-headers-6.12.118+deb13-common', kbuild: 'linux-kbuild-6.12.118+deb13' },
  ],
  // The patches of the rt kernel are not in linux-source, whose Kconfig files would not fit.
  ['linux-headers-6.12.118+deb13-common-rt (= 6.12.118-1), linux-kbuild-6.12.118+deb13, gcc-14', undefined],
  ['linux-headers-6.1.0-56-common (= 6.1.192-2)', undefined],
  ['', undefined],
])('%s', (depends, names) => expect(shippedNames(depends)).toEqual(names))

test('of a dependency the first choice is taken, without version and architecture', () => {
  expect(firstChoices('libc6 (>= 2.38), libelf1t64 (>= 0.144), libssl3t64:any | libssl4, zlib1g (>= 1:1.2.3.4), pahole')).toEqual(['libc6', 'libelf1t64', 'libssl3t64', 'zlib1g', 'pahole'])
  expect(firstChoices('')).toEqual([])
})

const ref = { name: 'linux-headers-6.1.0-56-amd64', version: '6.1.192-2', size: 1 }
const target: KernelTarget = { release: '6.1.0-56-amd64', packageVersion: '6.1.192-2', flavour: 'amd64', series: '6.1', image: [], headers: ref, source: ref, archive: 'bookworm' }
const stanza = (name: string, version: string, size: number) => `Package: ${name}\nVersion: ${version}\nSize: ${size}\nSHA256: ${'a'.repeat(64)}\nFilename: pool/${name}.deb\nDepends: libc6 (>= 2.34), libelf1 (>= 0.142)\n`

test('both are taken at the kernel’s version, from the lists that it was found in', async () => {
  const host = fakeHost(() => ({ stdout: `${stanza('linux-headers-6.1.0-56-common', '6.1.192-2', 10)}\n${stanza('linux-kbuild-6.1', '6.1.192-2', 2)}` }))
  expect(await shippedPackages(host, target, BOOKWORM, '/cache')).toEqual({
    common: { name: 'linux-headers-6.1.0-56-common', version: '6.1.192-2', size: 10, sha256: 'a'.repeat(64) },
    kbuild: { name: 'linux-kbuild-6.1', version: '6.1.192-2', size: 2, sha256: 'a'.repeat(64) },
    libraries: ['libc6', 'libelf1'],
  })
  expect(host.commands[0]?.args).toEqual(['show', '--config-file', '/cache/apt/bookworm/apt.conf', '--', 'linux-headers-6.1.0-56-common=6.1.192-2', 'linux-kbuild-6.1=6.1.192-2'])
})

test('where one is missing or of another version there are none', async () => {
  const common = stanza('linux-headers-6.1.0-56-common', '6.1.192-2', 10)
  for (const other of ['', stanza('linux-kbuild-6.1', '6.1.176-1', 2)]) expect(await shippedPackages(fakeHost(() => ({ stdout: `${common}\n${other}` })), target, BOOKWORM, '/cache')).toBeUndefined()
})
