import { describe, expect, test } from '@jest/globals'
import type { Command, Exit, Host } from '../../src/host/host.js'
import { parseConfig } from '../../src/kconfig/parse.js'
import type { ToolState } from '../../src/model/toolchain.js'
import { compilerName, compilerPackage } from '../../src/toolchain/compiler.js'
import { BINUTILS, LD, LLD, PAHOLE, RUSTC, TEXT } from '../../src/toolchain/encodings.js'
import { coveredByGuard, toolFindings } from '../../src/toolchain/findings.js'
import { inspectToolchain } from '../../src/toolchain/inspect.js'
import { requiredPackages } from '../../src/toolchain/packages.js'

const BOOKWORM = parseConfig(`CONFIG_CC_VERSION_TEXT="gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0"
CONFIG_AS_VERSION=24000
CONFIG_LD_VERSION=24000
CONFIG_LLD_VERSION=0
CONFIG_PAHOLE_VERSION=124
CONFIG_MODULE_SIG_FORMAT=y
CONFIG_OBJTOOL=y
CONFIG_DEBUG_INFO_BTF=y
`)
const PLAIN = parseConfig('CONFIG_CC_VERSION_TEXT="gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0"\nCONFIG_PAHOLE_VERSION=0\nCONFIG_RUSTC_VERSION=0\n')

/** What each program of bookworm prints. */
const OUTPUTS: Readonly<Record<string, string>> = {
  'gcc-12': 'gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0\nCopyright (C) 2022\n',
  gcc: 'gcc (Debian 12.2.0-14+deb12u1) 12.2.0\n',
  as: 'GNU assembler (GNU Binutils for Debian) 2.40\nCopyright\n',
  ld: 'GNU ld (GNU Binutils for Debian) 2.40\nCopyright\n',
  pahole: 'v1.24\n',
  make: '', flex: '', bison: '', bc: '', xz: '', python3: '',
}

function fakeHost(outputs: Readonly<Record<string, string>>, absentHeaders: readonly string[] = []): Host & { readonly commands: readonly Command[] } {
  const commands: Command[] = []
  const quiet = (): void => undefined
  return {
    commands,
    log: { group: quiet, endGroup: quiet, info: quiet, detail: quiet, progress: quiet },
    which: (program) => Promise.resolve(program in outputs ? `/usr/bin/${program}` : undefined),
    run: (command): Promise<Exit> => {
      commands.push(command)
      const status = absentHeaders.some((header) => command.args.includes(header)) ? 1 : 0
      return Promise.resolve({ status, stdout: outputs[command.program] ?? '', stderr: '', timedOut: false, seconds: 0 })
    },
    start: () => {
      throw new Error('nothing is started here')
    },
  }
}

function without(...programs: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(OUTPUTS).filter(([program]) => !programs.includes(program)))
}

function bad(tools: readonly ToolState[]): string[] {
  return tools.filter(({ state }) => state !== 'ok').map(({ tool, state }) => `${tool} ${state}`)
}

describe('versions', () => {
  test.each([
    [PAHOLE, 'v1.24\n', '124', '1.24'],
    [PAHOLE, 'v1.30\n', '130', '1.30'],
    [BINUTILS, 'GNU ld (GNU Binutils for Debian) 2.40\nCopyright', '24000', '2.40'],
    [BINUTILS, 'GNU assembler (GNU Binutils for Debian) 2.44', '24400', '2.44'],
    [BINUTILS, 'GNU ld version 2.35.2-9.fc33', '23502', '2.35.2'],
    [LLD, 'Debian LLD 19.1.7 (compatible with GNU linkers)', '190107', '19.1.7'],
    [RUSTC, 'rustc 1.85.1 (4eb161250 2025-03-15) (built from a source tarball)\n', '108501', '1.85.1'],
    [RUSTC, 'rustc 1.100.0', '110000', '1.100.0'],
  ])('%#: %p', (encoding, output, config, human) => {
    expect(encoding.encode(output)).toBe(config)
    expect(encoding.human(config)).toBe(human)
  })

  test.each([PAHOLE, BINUTILS, LLD, RUSTC])('%#: what is no version is none', (encoding) => {
    expect(encoding.encode('')).toBeUndefined()
    expect(encoding.encode('command failed')).toBeUndefined()
  })

  test('the compiler’s first line loses # signs, as in the kernel’s Makefile', () => {
    expect(TEXT.encode('cc #1 2.0\nmore')).toBe('cc 1 2.0')
  })
})

test('ld is written ten thousand times as large by kernels before 5.12', () => {
  const output = 'GNU ld (GNU Binutils for Debian) 2.35.2\n'
  expect([LD.encode(output, '235020000'), LD.human('235020000')]).toEqual(['235020000', '2.35.2'])
  expect([LD.encode(output, '23502'), LD.encode(output), LD.human('23502')]).toEqual(['23502', '23502', '2.35.2'])
  expect(LD.encode('no version', '235020000')).toBeUndefined()
})

test('the tools of 5.10 are those that its config names', async () => {
  const config = parseConfig('CONFIG_CC_VERSION_TEXT="gcc-10 (Debian 10.2.1-6) 10.2.1 20210110"\nCONFIG_LD_VERSION=235020000\nCONFIG_AS_VERSION=23502\nCONFIG_LLD_VERSION=0\n')
  const outputs = { ...OUTPUTS, 'gcc-10': 'gcc-10 (Debian 10.2.1-6) 10.2.1 20210110\n', as: 'GNU assembler (GNU Binutils for Debian) 2.35.2\n', ld: 'GNU ld (GNU Binutils for Debian) 2.35.2\n' }
  expect(bad((await inspectToolchain(fakeHost(outputs), config, '5.10')).tools)).toEqual([])
  expect(toolFindings((await inspectToolchain(fakeHost({ ...outputs, ld: 'GNU ld 2.40\n' }), config, '5.10')).tools)).toMatchObject([{ title: 'ld is 2.40, the target was configured with 2.35.2.' }])
})

describe('compiler', () => {
  test.each([
    ['"gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0"', 'gcc-12', 'gcc-12'],
    ['"x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0"', 'x86_64-linux-gnu-gcc-14', 'gcc-14'],
    ['"clang-19 19.1.7"', 'clang-19', 'clang-19'],
    ['"gcc (Debian) 12"', 'gcc', 'gcc'],
    ['"$(rm) -rf"', 'gcc', 'gcc'],
  ])('%s', (text, name, pkg) => {
    const config = new Map([['CC_VERSION_TEXT', text]])
    expect(compilerName(config)).toBe(name)
    expect(compilerPackage(compilerName(config))).toBe(pkg)
  })
})

describe('requiredPackages', () => {
  test('bookworm', () => {
    expect(requiredPackages(BOOKWORM, '6.1')).toEqual(['build-essential', 'dwarves', 'gcc-12', 'binutils', 'flex', 'bison', 'bc', 'xz-utils', 'libelf-dev', 'libssl-dev', 'python3'])
    expect(requiredPackages(BOOKWORM, '6.1', { shipped: true })).toEqual(['build-essential', 'dwarves', 'gcc-12', 'binutils'])
  })

  test('a kernel with Rust needs its compiler, library source and bindgen', () => {
    const rust = new Map([...BOOKWORM, ['RUST', 'y'], ['RUSTC_VERSION_TEXT', '"rustc 1.85.1"'], ['BINDGEN_VERSION_TEXT', '"bindgen 0.71.1"']])
    expect(requiredPackages(rust, '7.3')).toEqual(expect.arrayContaining(['rustc', 'bindgen', 'rust-src']))
  })

  test('a kernel without them does not', () => {
    expect(requiredPackages(PLAIN, '6.1')).toEqual(['build-essential', 'dwarves', 'gcc-12', 'flex', 'bison', 'bc', 'xz-utils'])
  })

  test('certificates need OpenSSL only where extract-cert is one of the scripts', () => {
    const keyring = new Map([...PLAIN, ['SYSTEM_TRUSTED_KEYRING', 'y']])
    expect(requiredPackages(keyring, '5.10')).toContain('libssl-dev')
    expect(requiredPackages(keyring, '6.1')).not.toContain('libssl-dev')
  })
})

describe('inspectToolchain', () => {
  test('rustc is asked first, and told in its place', async () => {
    const rust = new Map([...BOOKWORM, ['RUST', 'y'], ['RUSTC_VERSION_TEXT', '"rustc 1.85.1"'], ['BINDGEN_VERSION_TEXT', '"bindgen 0.71.1"']])
    const host = fakeHost({ ...OUTPUTS, rustc: 'rustc 1.85.1\n', bindgen: 'bindgen 0.71.1\n' })
    const { tools } = await inspectToolchain(host, rust, '7.3', { shipped: true })
    expect(host.commands.slice(0, 2).map(({ program, args }) => [program, ...args])).toEqual([['rustc', '--version'], ['rustc', '--print', 'sysroot']])
    expect(tools.map(({ tool }) => tool)).toEqual(['gcc-12', 'pahole', 'as', 'ld', 'rustc', 'bindgen', 'make', 'gcc', 'C library headers', 'Rust library source'])
  })

  test('all there', async () => {
    const host = fakeHost(OUTPUTS)
    const { cc, tools } = await inspectToolchain(host, BOOKWORM, '6.1')
    expect(cc).toBe('gcc-12')
    expect(bad(tools)).toEqual([])
    expect(tools.find(({ tool }) => tool === 'pahole')).toEqual({ tool: 'pahole', program: 'pahole', package: 'dwarves', symbol: 'PAHOLE_VERSION', expected: '1.24', actual: '1.24', state: 'ok' })
    expect(host.commands).toContainEqual(expect.objectContaining({ program: 'gcc-12', args: ['--version'], env: { LC_ALL: 'C' } }))
    expect(toolFindings(tools)).toEqual([])
  })

  test('the plain compiler stands in for a missing one', async () => {
    const { cc, tools } = await inspectToolchain(fakeHost(without('gcc-12')), BOOKWORM, '6.1')
    expect(cc).toBe('gcc')
    expect(bad(tools)).toEqual(['gcc-12 missing'])
    expect(toolFindings(tools)).toMatchObject([{ id: 'toolchain.missing', severity: 'fail', remedy: 'Install gcc-12.' }])
  })

  test('without any compiler nothing can be checked', async () => {
    const { cc, tools } = await inspectToolchain(fakeHost(without('gcc-12', 'gcc')), BOOKWORM, '6.1')
    expect(cc).toBe('gcc-12')
    expect(toolFindings(tools).every(({ severity }) => severity === 'error')).toBe(true)
    expect(bad(tools)).toContain('gcc missing')
  })

  test('another version', async () => {
    const { tools } = await inspectToolchain(fakeHost({ ...OUTPUTS, pahole: 'v1.30\n' }), BOOKWORM, '6.1')
    expect(toolFindings(tools)).toMatchObject([{ id: 'toolchain.version', severity: 'fail', title: 'pahole is 1.30, the target was configured with 1.24.' }])
  })

  test('what make stops without is an error that names the package', async () => {
    const { tools } = await inspectToolchain(fakeHost(without('bc', 'ld'), ['gelf.h']), BOOKWORM, '6.1')
    expect(toolFindings(tools).map(({ severity, remedy }) => [severity, remedy])).toEqual([['error', 'Install binutils.'], ['error', 'Install bc.'], ['error', 'Install libelf-dev.']])
  })

  test('Kconfig would see a tool that the target was configured without', async () => {
    const here = await inspectToolchain(fakeHost({ ...OUTPUTS, rustc: 'rustc 1.85.1 (x)\n' }), PLAIN, '6.1')
    expect(bad(here.tools)).toEqual(['pahole other-version', 'rustc other-version'])
    expect(toolFindings(here.tools)).toMatchObject([{ title: 'pahole is installed (1.24), but the target was configured without it.' }, { remedy: 'Take rustc out of PATH, for example by removing the package rustc.' }])
    const absent = await inspectToolchain(fakeHost(without('pahole')), PLAIN, '6.1')
    expect(bad(absent.tools)).toEqual([])
  })
})

test('coveredByGuard leaves what the guard does not tell with the same tool', () => {
  const findings = toolFindings([
    { tool: 'pahole', program: 'pahole', package: 'dwarves', symbol: 'PAHOLE_VERSION', expected: '1.24', state: 'missing' },
    { tool: 'ld', program: 'ld', package: 'binutils', symbol: 'LD_VERSION', expected: '2.40', actual: '2.41', state: 'other-version' },
  ])
  const groups = [{ cause: { kind: 'tool', tool: 'pahole' }, deltas: [] }] as const
  expect(coveredByGuard(findings, [], { groups, allowed: [] })).toEqual([findings[1]])
  const pahole = { tool: 'pahole', program: 'pahole', package: 'dwarves', symbol: 'PAHOLE_VERSION', state: 'missing' } as const
  expect(coveredByGuard(findings, [pahole], { groups, allowed: [{ symbol: 'PAHOLE_VERSION', before: '124' }] }).map(({ severity }) => severity)).toEqual(['note', findings[1]?.severity])
})
