import { expect, test } from '@jest/globals'
import { ARCHITECTURES } from '../../src/architecture/table.js'
import type { Exit, Host } from '../../src/host/host.js'
import { parseConfig } from '../../src/kconfig/parse.js'
import { compilerName, compilerPackage } from '../../src/toolchain/compiler.js'
import { toolFindings } from '../../src/toolchain/findings.js'
import { inspectToolchain } from '../../src/toolchain/inspect.js'
import { requiredPackages } from '../../src/toolchain/packages.js'

const { arm64 } = ARCHITECTURES
/** As linux-headers-6.12.118+deb13-arm64 and linux-headers-6.1.0-56-arm64 say it. */
const TRIXIE = parseConfig('CONFIG_CC_VERSION_TEXT="aarch64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0"\nCONFIG_AS_VERSION=24400\nCONFIG_LD_VERSION=24400\n')
const BOOKWORM = parseConfig('CONFIG_CC_VERSION_TEXT="gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0"\nCONFIG_AS_VERSION=24000\nCONFIG_LD_VERSION=24000\n')

const OUTPUTS: Readonly<Record<string, string>> = {
  'aarch64-linux-gnu-gcc-14': 'aarch64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0\n',
  'aarch64-linux-gnu-as': 'GNU assembler (GNU Binutils for Debian) 2.44\n',
  'aarch64-linux-gnu-ld': 'GNU ld (GNU Binutils for Debian) 2.44\n',
  // The machine's own, which must not be asked.
  as: 'GNU assembler 2.1\n', ld: 'GNU ld 2.1\n', gcc: 'gcc 1\n', make: '', flex: '', bison: '', bc: '', xz: '',
}

function hostWith(outputs: Readonly<Record<string, string>>): Host {
  const quiet = (): void => undefined
  return {
    log: { group: quiet, endGroup: quiet, info: quiet, detail: quiet, progress: quiet },
    which: (program) => Promise.resolve(program in outputs ? `/usr/bin/${program}` : undefined),
    run: ({ program }): Promise<Exit> => Promise.resolve({ status: 0, stdout: outputs[program] ?? '', stderr: '', timedOut: false, seconds: 0 }),
    start: () => {
      throw new Error('nothing is started here')
    },
  }
}

test('the cross compiler by the name that .config has, or by its own where the kernel was built on its architecture', () => {
  expect(compilerName(TRIXIE, arm64)).toBe('aarch64-linux-gnu-gcc-14')
  expect(compilerName(BOOKWORM, arm64)).toBe('aarch64-linux-gnu-gcc-12')
  expect(compilerPackage('aarch64-linux-gnu-gcc-14', arm64)).toBe('gcc-14-aarch64-linux-gnu')
  // On arm64 itself it is in the plain package.
  expect([compilerName(TRIXIE), compilerPackage(compilerName(TRIXIE))]).toEqual(['aarch64-linux-gnu-gcc-14', 'gcc-14'])
})

test('compiler and binutils come in packages of their own', () => {
  expect(requiredPackages(TRIXIE, '6.12', { cross: arm64 })).toEqual(expect.arrayContaining(['build-essential', 'gcc-14-aarch64-linux-gnu', 'binutils-aarch64-linux-gnu']))
  expect(requiredPackages(TRIXIE, '6.12', { cross: arm64 })).not.toContain('binutils')
  // Kconfig tries to link a program for the target, which takes its C library.
  expect(requiredPackages(new Map([...TRIXIE, ['CC_CAN_LINK', 'y']]), '6.12', { cross: arm64 })).toContain('libc6-dev-arm64-cross')
})

test('the cross tools are asked for their versions', async () => {
  const { cc, tools } = await inspectToolchain(hostWith(OUTPUTS), TRIXIE, '6.12', { hidden: true, cross: arm64 })
  expect(cc).toBe('aarch64-linux-gnu-gcc-14')
  expect(tools.filter(({ symbol }) => symbol !== undefined).map(({ program, state }) => [program, state])).toEqual([['aarch64-linux-gnu-gcc-14', 'ok'], ['aarch64-linux-gnu-as', 'ok'], ['aarch64-linux-gnu-ld', 'ok']])
})

test('nothing stands in for a cross compiler that is missing', async () => {
  const { cc, tools } = await inspectToolchain(hostWith({ ...OUTPUTS, 'aarch64-linux-gnu-gcc-14': '' }), BOOKWORM, '6.1', { hidden: true, cross: arm64 })
  expect(cc).toBe('aarch64-linux-gnu-gcc-12')
  expect(toolFindings(tools)).toContainEqual(expect.objectContaining({ id: 'toolchain.missing', severity: 'error', remedy: 'Install gcc-12-aarch64-linux-gnu.' }))
})
