import { expect, test } from '@jest/globals'
import { parseConfig } from '../../src/kconfig/parse.js'
import { ARCHITECTURES } from '../../src/architecture/table.js'
import { architectureArgs, hidingArgs, prepareArgs } from '../../src/toolchain/make-args.js'
import { inspectToolchain } from '../../src/toolchain/inspect.js'
import type { Exit, Host } from '../../src/host/host.js'

const WITHOUT = parseConfig('CONFIG_CC_VERSION_TEXT="gcc-14 14"\nCONFIG_RUSTC_VERSION=0\nCONFIG_PAHOLE_VERSION=130\n')
const WITH = parseConfig('CONFIG_CC_VERSION_TEXT="gcc-14 14"\nCONFIG_RUST=y\nCONFIG_RUSTC_VERSION=108501\nCONFIG_RUSTC_VERSION_TEXT="rustc 1.85.1"\nCONFIG_PAHOLE_VERSION=0\n')

test('a tool that the kernel was configured without is hidden from make, one that it names is not', () => {
  expect(hidingArgs(WITHOUT)).toEqual(['RUSTC=kmod-gate-hidden-tool'])
  expect(hidingArgs(WITH)).toEqual(['PAHOLE=kmod-gate-hidden-tool'])
  // A kernel that is older than the symbol does not ask.
  expect(hidingArgs(new Map())).toEqual([])
})

test('the Rust core is compiled for modules with Rust in them only', () => {
  expect(prepareArgs(WITH, { rust: false })).toEqual(['CONFIG_RUST='])
  expect(prepareArgs(WITH, { rust: true })).toEqual([])
  expect(prepareArgs(WITHOUT, { rust: false })).toEqual([])
})

test('tools that are hidden from make are nobody’s fault', async () => {
  const silent = (): void => undefined
  const host: Host = {
    log: { group: silent, endGroup: silent, info: silent, detail: silent, progress: silent },
    which: () => Promise.resolve('/usr/bin/x'),
    run: ({ program }): Promise<Exit> => Promise.resolve({ status: 0, stdout: program === 'rustc' ? 'rustc 1.85.1 (x)\n' : program === 'pahole' ? 'v1.30\n' : 'gcc-14 14\n', stderr: '', timedOut: false, seconds: 0 }),
    start: () => {
      throw new Error('nothing is started here')
    },
  }
  const bad = async (hidden: boolean) => (await inspectToolchain(host, WITHOUT, '6.12', { hidden })).tools.filter(({ state }) => state !== 'ok').map(({ tool }) => tool)
  expect(await bad(false)).toEqual(['rustc'])
  expect(await bad(true)).toEqual([])
})

test('the architecture is named where it is not the machine’s own, and nothing on a PC for its own kernels', () => {
  const { amd64, arm64 } = ARCHITECTURES
  expect(architectureArgs(amd64, undefined)).toEqual([])
  expect(architectureArgs(arm64, arm64)).toEqual(['ARCH=arm64', 'CROSS_COMPILE=aarch64-linux-gnu-', 'CROSS_COMPILE_COMPAT=arm-linux-gnueabihf-'])
  // On arm64 itself Kconfig looks for the third compiler all the same.
  expect(architectureArgs(arm64, undefined)).toEqual(['CROSS_COMPILE_COMPAT=arm-linux-gnueabihf-'])
})
