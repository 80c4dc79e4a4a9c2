import { expect, test } from '@jest/globals'
import { canHaveCompiler, compilerOfDepends, dependsOfHeaders, featuresetOfDepends } from '../../src/kernel/compiler.js'
import type { KernelTarget } from '../../src/model/kernel.js'
import { fakeHost } from './fake-host.js'

test.each([
  ['linux-headers-5.10.0-46-common (= 5.10.262-1), linux-kbuild-5.10 (>= 5.10.262-1), linux-compiler-gcc-10-x86', 'gcc-10'],
  ['linux-headers-6.1.0-56-common (= 6.1.192-2), linux-kbuild-6.1 (>= 6.1.192-2), linux-compiler-gcc-12-x86', 'gcc-12'],
  ['linux-base (>= 4.12~), linux-kbuild-6.12.117+deb13, gcc-14', 'gcc-14'],
  ['gcc-14-for-host, linux-base (>= 4.12~), linux-headers-7.3.4+deb13-common (= 7.3.4-1~bpo13+1)', 'gcc-14'],
  ['linux-base, gcc-16:amd64 (>= 16.1)', 'gcc-16'],
  ['linux-base, clang-19', 'clang-19'],
  ['linux-base, libgcc-14-dev, gcc-14a, gcc', undefined],
  ['', undefined],
])('%s: %s', (depends, compiler) => expect(compilerOfDepends(depends)).toBe(compiler))

const ref = { name: 'linux-headers-7.2.13+deb14-amd64', version: '7.2.13-1', size: 1 }
const target: KernelTarget = { release: '7.2.13+deb14-amd64', packageVersion: '7.2.13-1', flavour: 'amd64', series: '7.2', image: [], headers: ref, source: ref, archive: 'sid' }

test('the headers are asked in the lists that the kernel was found in, at its version', async () => {
  const host = fakeHost(() => ({ stdout: 'Package: linux-headers-7.2.13+deb14-amd64\nVersion: 7.2.13-1\nDepends: gcc-16-for-host\n' }))
  expect(await dependsOfHeaders(host, target, '/cache')).toBe('gcc-16-for-host')
  expect(host.commands[0]?.args).toEqual(['show', '--config-file', '/cache/apt/sid/apt.conf', '--', 'linux-headers-7.2.13+deb14-amd64=7.2.13-1'])
})

test('apt that does not know the headers says nothing', async () => expect(await dependsOfHeaders(fakeHost(() => ({ status: 100 })), target, '/cache')).toBe(''))

test.each([
  ['linux-headers-6.1.0-56-common-rt (= 6.1.192-2), linux-kbuild-6.1 (>= 6.1.192-2), linux-compiler-gcc-12-x86', 'rt'],
  ['linux-base (>= 4.12~), linux-headers-6.12.117+deb13-common-rt (= 6.12.117-1), gcc-14', 'rt'],
  ['gcc-14-for-host, linux-headers-7.3.4+deb13-common (= 7.3.4-1~bpo13+1)', undefined],
  ['linux-headers-6.1.0-56-common (= 6.1.192-2), linux-image-6.1.0-56-rt-amd64', undefined],
  ['', undefined],
])('patches: %s', (depends, set) => expect(featuresetOfDepends(depends)).toBe(set))

test('a compiler can be had when it is here, or when apt’s own sources have it', async () => {
  expect(await canHaveCompiler(fakeHost(() => ({ status: 100, stderr: 'E: No packages found' })), 'gcc-16')).toBe(false)
  expect(await canHaveCompiler(fakeHost(() => ({ stdout: 'Package: gcc-14\nVersion: 14.2.0-19\n' })), 'gcc-14')).toBe(true)
  expect(await canHaveCompiler({ ...fakeHost(() => ({ status: 100 })), which: () => Promise.resolve('/usr/bin/gcc-16') }, 'gcc-16')).toBe(true)
})
