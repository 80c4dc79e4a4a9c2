import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Request } from '../../src/model/request.js'
import { readRequest } from '../../src/request/read-request.js'

let cwd = ''
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'request ü-')))
})
afterEach(() => rmSync(cwd, { recursive: true }))

function module(path: string, file = 'Kbuild'): void {
  mkdirSync(join(cwd, path), { recursive: true })
  writeFileSync(join(cwd, path, file), '')
}

function ask(inputs: Readonly<Record<string, string>>, variables: Readonly<Record<string, string>> = {}, home = '/home/someone'): Promise<Request> {
  return readRequest((name) => inputs[name], { cwd, home, processors: 3, variables })
}

const SCENARIO = { load: [], preload: [], testFiles: [], testTimeout: 60, reloads: 3, devices: [], machine: 'auto', kernelArgs: [], expectBound: false, network: false, allowLog: [], retries: 0 }

test('nothing said: all defaults', async () => {
  module('.', 'Makefile')
  expect(await ask({})).toEqual({
    module: { kind: 'out-of-tree', repository: cwd, path: '.' },
    kernel: { kind: 'default' },
    options: [],
    allowances: [],
    makeArgs: [],
    dkms: 'auto',
    jobs: 3,
    install: true,
    abi: 'report',
    boot: 'auto',
    bootTimeout: 120,
    memory: 512,
    cpus: 1,
    autopsy: 'auto',
    bundle: 'on-failure',
    cache: true,
    scenario: SCENARIO,
    outputDir: join(cwd, 'kmod-gate-out'),
    cacheDir: '/home/someone/.cache/kmod-gate',
    cacheDays: 90,
  })
})

test('everything said', async () => {
  const request = await ask({
    ...{ module: '.', 'in-tree': 'drivers/net/can/usb/etas_es58x', kernel: '6.12', options: '\nCONFIG_CAN_ETAS_ES58X=m\n\n CONFIG_X="y" \n', 'allow-config-delta': 'A: because' },
    ...{ 'make-args': 'W=1', jobs: '8', install: 'FALSE', boot: 'tcg', 'boot-timeout': '60', memory: '1024', cpus: '2', 'output-dir': 'out dir', 'cache-dir': '/var/cache/k', 'cache-days': '0' },
  })
  expect(request).toEqual({
    module: { kind: 'in-tree', path: 'drivers/net/can/usb/etas_es58x' },
    kernel: { kind: 'series', series: '6.12' },
    options: [{ symbol: 'CAN_ETAS_ES58X', value: 'm' }, { symbol: 'X', value: '"y"' }],
    allowances: [{ symbol: 'A', reason: 'because' }],
    makeArgs: ['W=1'],
    dkms: 'auto',
    ...{ jobs: 8, install: false, abi: 'report', boot: 'tcg', bootTimeout: 60, memory: 1024, cpus: 2, autopsy: 'auto', bundle: 'on-failure', cache: true, scenario: SCENARIO, outputDir: join(cwd, 'out dir'), cacheDir: '/var/cache/k', cacheDays: 0 },
  })
})

test('modules that were built already: files, patterns, directories; each once, in a stable order', async () => {
  mkdirSync(join(cwd, 'out/deep'), { recursive: true })
  for (const file of ['out/b.ko', 'out/a.ko.xz', 'out/deep/c.ko', 'out/notes.txt', 'out/.hidden.ko']) writeFileSync(join(cwd, file), '')
  const files = async (modules: string): Promise<unknown> => (await ask({ modules })).module
  const at = (...names: string[]) => ({ kind: 'prebuilt', files: names.map((name) => join(cwd, 'out', name)) })
  expect(await files('out/*.ko\nout/b.ko')).toEqual(at('b.ko'))
  expect(await files('out/?.ko*\nout/deep')).toEqual(at('a.ko.xz', 'b.ko', 'deep/c.ko'))
  expect(await files(' o*t/de?p/*.ko ')).toEqual(at('deep/c.ko'))
})

test.each([
  ['a file that is not there', { modules: 'out/x.ko' }, /^modules: "out\/x\.ko" cannot be used. There is no such file/],
  ['a pattern that matches nothing', { modules: 'out/*.o' }, /^modules: "out\/\*\.o".*No file matches/],
  ['a file that is no module', { modules: 'out/notes.txt' }, /^modules: .*ends in \.ko/],
  ['a directory without modules', { modules: 'empty' }, /^modules: .*no module \(\.ko\) below/],
  ['two modules of one name', { modules: 'out/my-mod.ko\nmore/my_mod.ko' }, /^modules: .*one module of a name/],
  ['built modules and a directory', { modules: 'out/my-mod.ko', module: 'out' }, /^module: "out".*either module or modules/],
  ['built modules and a driver of the kernel', { modules: 'out/my-mod.ko', 'in-tree': 'drivers/x' }, /^modules: .*either modules or in-tree/],
  ['options for what is not built', { modules: 'out/my-mod.ko', options: 'CONFIG_A=m' }, /^options: "CONFIG_A=m".*nothing is built/],
])('%s', async (_what, inputs: Readonly<Record<string, string>>, message) => {
  for (const dir of ['out', 'more', 'empty']) mkdirSync(join(cwd, dir))
  for (const file of ['out/my-mod.ko', 'more/my_mod.ko', 'out/notes.txt']) writeFileSync(join(cwd, file), '')
  await expect(ask(inputs)).rejects.toThrow(message)
})

test('a directory instead of packages is for built modules, and not beside a kernel', async () => {
  mkdirSync(join(cwd, 'tree'))
  writeFileSync(join(cwd, 'a.ko'), '')
  expect((await ask({ modules: 'a.ko', against: 'tree' })).kernel).toEqual({ kind: 'directory', directory: join(cwd, 'tree') })
  await expect(ask({ modules: 'a.ko', against: 'tree', kernel: '6.12' })).rejects.toThrow(/either kernel or against/)
  await expect(ask({ modules: 'a.ko', against: 'nowhere' })).rejects.toThrow(/^against: "nowhere".*no such directory/)
})

test.each([
  ['no such directory', { module: 'nowhere' }, /^module: "nowhere" cannot be used. There is no such directory/],
  ['a file', { module: 'hello/Kbuild' }, /^module: "hello\/Kbuild".*is a file/],
  ['nothing to build', { module: 'empty' }, /^module: "empty".*Kbuild, Makefile or dkms\.conf/],
  ['nothing to build without dkms', { module: 'empty', dkms: 'off' }, /^module: "empty".*Kbuild or Makefile/],
  ['module and in-tree', { module: 'hello', 'in-tree': 'drivers/x' }, /^module: "hello".*either module or in-tree/],
  ['a mode that is none', { module: 'hello', boot: 'fast' }, /^boot: "fast" cannot be used. Allowed are auto, kvm, tcg, off/],
  ['output over the repository', { module: 'hello', 'output-dir': '.' }, /^output-dir: "\.".*would mix/],
  ['output over the module', { module: 'hello', 'output-dir': 'hello' }, /^output-dir: "hello".*would mix/],
  ['output above all', { module: 'hello', 'output-dir': '/' }, /^output-dir: "\/".*would mix/],
  ['output over the module by another name', { module: 'hello', 'output-dir': 'alias' }, /^output-dir: "alias".*would mix/],
  ['output where a file is', { module: 'hello', 'output-dir': 'hello/Kbuild' }, /^output-dir: .*is a file/],
  ['output of an in-tree driver over what is here', { 'in-tree': 'drivers/x', 'output-dir': '..' }, /^output-dir: "\.\.".*would mix/],
  ['test files without a test', { module: 'hello', 'test-files': 'hello/Kbuild' }, /^test-files: .*there is none/],
  ['days that are none', { module: 'hello', 'cache-days': 'never' }, /^cache-days: .*never.*whole number of days from 0 to 3650/],
  ['a cache that is a file', { module: 'hello', 'cache-dir': 'hello/Kbuild' }, /^cache-dir: .*is a file/],
])('%s', async (_what, inputs: Readonly<Record<string, string>>, message) => {
  mkdirSync(join(cwd, '.git'))
  mkdirSync(join(cwd, 'empty'))
  module('hello')
  symlinkSync('hello', join(cwd, 'alias'))
  await expect(ask(inputs)).rejects.toThrow(message)
})

test('a directory with a dkms.conf alone is a module, unless it shall not be looked at', async () => {
  mkdirSync(join(cwd, 'package'))
  writeFileSync(join(cwd, 'package/dkms.conf'), '')
  expect(await ask({ module: 'package' })).toMatchObject({ module: { kind: 'out-of-tree' }, dkms: 'auto' })
  await expect(ask({ module: 'package', dkms: 'off' })).rejects.toThrow(/^module: "package".*Kbuild or Makefile/)
  await expect(ask({ module: 'package', dkms: 'yes' })).rejects.toThrow(/^dkms: "yes" cannot be used. Allowed are auto, off/)
})

test('the repository is the nearest with .git, be it a directory or a file of a worktree', async () => {
  module('outer/inner/driver')
  mkdirSync(join(cwd, 'outer/.git'))
  writeFileSync(join(cwd, 'outer/inner/.git'), 'gitdir: elsewhere')
  expect((await ask({ module: 'outer/inner/driver' })).module).toEqual({ kind: 'out-of-tree', repository: join(cwd, 'outer/inner'), path: 'driver' })
})

test('blanks above the repository do not matter', async () => {
  module('mein Ordner/repo/driver')
  mkdirSync(join(cwd, 'mein Ordner/repo/.git'))
  expect((await ask({ module: 'mein Ordner/repo/driver' })).module).toMatchObject({ path: 'driver' })
})

test("without .git the runner's workspace is the repository, when the module is in it", async () => {
  module('workspace/driver')
  module('elsewhere')
  const variables = { GITHUB_WORKSPACE: join(cwd, 'workspace') }
  expect((await ask({ module: 'workspace/driver' }, variables)).module).toMatchObject({ repository: join(cwd, 'workspace'), path: 'driver' })
  expect((await ask({ module: 'elsewhere' }, variables)).module).toMatchObject({ repository: join(cwd, 'elsewhere'), path: '.' })
})

test('a home directory kept in git is not the repository of all that is in it', async () => {
  mkdirSync(join(cwd, '.git'))
  module('driver')
  expect((await ask({ module: 'driver' }, {}, cwd)).module).toMatchObject({ repository: join(cwd, 'driver'), path: '.' })
  expect((await ask({ module: 'driver' }, { GITHUB_WORKSPACE: cwd }, cwd)).module).toMatchObject({ repository: join(cwd, 'driver') })
  module('.')
  expect((await ask({ module: '.' }, {}, cwd)).module).toMatchObject({ repository: cwd, path: '.' })
})

test.each([
  [{ RUNNER_TOOL_CACHE: '/__t', XDG_CACHE_HOME: '/xdg' }, '/__t/kmod-gate'],
  [{ RUNNER_TOOL_CACHE: '', XDG_CACHE_HOME: '/xdg' }, '/xdg/kmod-gate'],
  [{ XDG_CACHE_HOME: 'relative' }, '/home/someone/.cache/kmod-gate'],
])('the cache with %j', async (variables, expected) => {
  module('.')
  expect((await ask({}, variables)).cacheDir).toBe(expected)
})

test('a kernel that the user built', async () => {
  module('.')
  mkdirSync(join(cwd, 'linux'))
  mkdirSync(join(cwd, 'installed'))
  writeFileSync(join(cwd, 'bzImage'), '')
  const inputs = { 'kernel-tree': 'linux', 'kernel-image': 'bzImage', 'kernel-modules': 'installed' }
  const own = { kind: 'own', tree: join(cwd, 'linux'), image: join(cwd, 'bzImage'), modules: join(cwd, 'installed') }
  expect((await ask(inputs)).kernel).toEqual(own)
  // What the runner hands over when the workflow says nothing.
  expect((await ask({ ...inputs, kernel: 'default' })).kernel).toEqual(own)
  await expect(ask({ ...inputs, kernel: '6.12' })).rejects.toThrow(/^kernel: "6\.12" cannot be used\. Allowed is either kernel or kernel-tree/)
  await expect(ask({ 'kernel-tree': 'none' })).rejects.toThrow(/^kernel-tree: "none" cannot be used\. There is no such directory/)
  await expect(ask({ 'kernel-tree': 'bzImage' })).rejects.toThrow(/^kernel-tree: .*bzImage is a file/)
  await expect(ask({ 'kernel-tree': 'linux', 'kernel-image': 'none' })).rejects.toThrow(/^kernel-image: "none" cannot be used\. There is no such file/)
  await expect(ask({ 'kernel-tree': 'linux', 'kernel-image': 'linux' })).rejects.toThrow(/^kernel-image: .*is a directory/)
  await expect(ask({ 'kernel-tree': 'linux', 'kernel-modules': 'none' })).rejects.toThrow(/^kernel-modules: "none"/)
  for (const name of ['kernel-image', 'kernel-modules']) await expect(ask({ [name]: 'bzImage' })).rejects.toThrow(new RegExp(`^${name}: .*beside kernel-tree`))
})
