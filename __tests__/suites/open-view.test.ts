import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { GateError, UsageError } from '../../src/model/errors.js'
import { openSuite, ownMirrors, trustOf } from '../../src/suites/open-view.js'
import { findBeside, findKernel } from '../../src/suites/find.js'
import { suiteNamed, type Suite } from '../../src/suites/suites.js'
import { fakeHost, type Answer } from '../kernel/fake-host.js'
import { scratchDirectories } from '../kernel/scratch.js'

const scratch = scratchDirectories()
const suite = (name: string): Suite => suiteNamed(name) ?? { name, family: 'debian', archives: [], base: name, image: '' }

/** A machine of Debian 12 whose sources lie in `etc`; fetching lists leaves a Release file, as apt does. */
function bookworm(etc: string, more: Answer = () => undefined) {
  const list = join(etc, 'sources.list')
  writeFileSync(list, 'deb [signed-by=/keys/own.gpg] http://m/debian bookworm main\ndeb http://m/security bookworm-security main\n')
  const index = (uri: string, release: string, line: number) => `${uri}|${release}|main|Debian|${list}:${line}|/var/lib/apt/lists/x_Packages\n`
  return fakeHost((command) => {
    const given = more(command)
    if (given !== undefined) return given
    const { program, args } = command
    if (args.includes('indextargets')) return { stdout: index('http://m/debian/', 'bookworm', 1) + index('http://m/debian/', 'bookworm-updates', 1) + index('http://m/security/', 'bookworm-security', 2) }
    if (program === 'touch') return undefined
    if (program !== 'flock') return {}
    const config = readFileSync(args[args.indexOf('--config-file') + 1] ?? '', 'utf8')
    writeFileSync(join(/Dir::State::lists "(.*)";/.exec(config)?.[1] ?? '', 'm_debian_InRelease'), '')
    return {}
  })
}
const fetched = (host: ReturnType<typeof fakeHost>): number => host.commands.filter(({ program }) => program === 'flock').length

test('backports: own files below the cache, the container’s mirror and keys, fetched once', async () => {
  const cacheDir = scratch()
  const host = bookworm(scratch())
  const setting = { cacheDir, install: true, architecture: 'amd64', native: 'amd64' }
  const mirrors = await ownMirrors(host)
  expect(await trustOf(mirrors)).toEqual({ 'Signed-By': '/keys/own.gpg' })
  const view = await openSuite(host, suite('bookworm-backports'), mirrors, setting)
  expect(view).toEqual({ name: 'bookworm-backports', options: ['--config-file', join(cacheDir, 'apt/bookworm-backports/apt.conf')] })
  expect(readFileSync(join(cacheDir, 'apt/bookworm-backports/kernel.sources'), 'utf8')).toContain('URIs: http://m/debian/\nSuites: bookworm-backports\nComponents: main\nArchitectures: amd64\nSigned-By: /keys/own.gpg\n')
  expect(host.commands.find(({ program }) => program === 'flock')).toMatchObject({ args: expect.arrayContaining(['apt-get', 'update', 'APT::Update::Error-Mode=any']) as unknown })
  // Only where root is needed for the machine's own lists is apt run as root.
  expect(host.commands.every(({ asRoot }) => asRoot !== true)).toBe(true)
  await openSuite(host, suite('bookworm-backports'), mirrors, setting)
  expect(fetched(host)).toBe(1)
  await openSuite(host, suite('bookworm-backports'), mirrors, { ...setting, install: false })
  await openSuite(host, suite('bookworm-backports'), mirrors, setting, true)
  expect(fetched(host)).toBe(2)
})

test('old lists are fetched again, and so are those of other mirrors', async () => {
  const cacheDir = scratch()
  const host = bookworm(scratch())
  const setting = { cacheDir, install: true, architecture: 'amd64', native: 'amd64' }
  const mirrors = await ownMirrors(host)
  await openSuite(host, suite('bookworm-backports'), mirrors, setting)
  utimesSync(join(cacheDir, 'apt/bookworm-backports/lists'), 0, 0)
  await openSuite(host, suite('bookworm-backports'), mirrors, setting)
  expect(fetched(host)).toBe(2)
  await openSuite(host, suite('bookworm-backports'), { ...mirrors, plain: { ...mirrors.plain, uri: 'http://other/debian/' } }, setting)
  expect(fetched(host)).toBe(3)
})

test('lists of which the mirror had nothing newer count as fetched', async () => {
  const cacheDir = scratch()
  const lists = join(cacheDir, 'apt/bookworm-backports/lists')
  const setting = { cacheDir, install: true, architecture: 'amd64', native: 'amd64' }
  await openSuite(bookworm(scratch()), suite('bookworm-backports'), await ownMirrors(bookworm(scratch())), setting)
  utimesSync(lists, 0, 0)
  // apt leaves the directory alone then.
  const unchanged = bookworm(scratch(), ({ program }) => (program === 'flock' ? {} : undefined))
  const mirrors = await ownMirrors(unchanged)
  for (let n = 0; n < 2; n++) await openSuite(unchanged, suite('bookworm-backports'), mirrors, setting)
  expect(fetched(unchanged)).toBe(1)
})

test('the container’s own suite: its own lists serve, and nothing is fetched', async () => {
  const cacheDir = scratch()
  const host = bookworm(scratch())
  await openSuite(host, suite('bookworm'), await ownMirrors(host), { cacheDir, install: true, architecture: 'amd64', native: 'amd64' })
  expect(readFileSync(join(cacheDir, 'apt/bookworm/apt.conf'), 'utf8')).toContain('Dir::State::lists "/var/lib/apt/lists";')
  expect(fetched(host)).toBe(0)
})

test('what may not be fetched, cannot be fetched, or cannot be written is said', async () => {
  const finding = async (work: Promise<unknown>) => work.then(() => undefined, (error: unknown) => (error instanceof GateError ? error.finding : error))
  const host = bookworm(scratch())
  const mirrors = await ownMirrors(host)
  const setting = { cacheDir: scratch(), install: false, architecture: 'amd64', native: 'amd64' }
  expect(await finding(openSuite(host, suite('bookworm-backports'), mirrors, setting))).toMatchObject({ id: 'kernel.no-package-lists', stage: 'resolve' })
  const expired = bookworm(scratch(), ({ program }) => (program === 'flock' ? { status: 100, stderr: 'E: Release file for http://m/debian/dists/bookworm-backports/InRelease is expired (invalid since 3d). Updates for this repository will not be applied.\n' } : undefined))
  expect(await finding(openSuite(expired, suite('bookworm-backports'), mirrors, { ...setting, install: true }))).toMatchObject({ id: 'host.apt-expired', stage: 'resolve', remedy: expect.stringContaining('Acquire::Check-Valid-Until') as unknown })
  expect(await finding(openSuite(host, suite('bookworm-backports'), mirrors, { ...setting, cacheDir: `${scratch()}/"x` }))).toBeInstanceOf(UsageError)
})

const KERNEL = ['linux-image-7.3.4+deb12-amd64', 'linux-headers-7.3.4+deb12-amd64', 'linux-source-7.3'].map((name) => `Package: ${name}\nVersion: 7.3.4-1~bpo12+1\nFilename: p\nSize: 1\n\n`).join('')

/** apt of Debian 12 that has the kernel in backports, and one other kernel of its own. */
function withBackports(etc: string) {
  return bookworm(etc, ({ program, args }) => {
    if (program !== 'apt-cache') return undefined
    const text = args.includes('--config-file') ? KERNEL : KERNEL.replaceAll('7.3.4+deb12', '6.1.0-1').replaceAll('7.3.4-1~bpo12+1', '6.1.1-1').replaceAll('7.3', '6.1')
    return args[0] === 'pkgnames' ? { stdout: text.replaceAll(/^Package: (\S+)\n(?:.+\n)+\n/gm, '$1\n') } : { stdout: args.includes('--no-all-versions') ? '' : text }
  })
}

test('a release that is only in backports is found there without naming the suite, a series is not', async () => {
  const cacheDir = scratch()
  const setting = { cacheDir, install: true, architecture: 'amd64', native: 'amd64' }
  const host = withBackports(scratch())
  expect(await findBeside(host, { kind: 'release', release: '7.3.4+deb12-amd64' }, setting)).toMatchObject({ archive: 'bookworm-backports', packageVersion: '7.3.4-1~bpo12+1' })
  expect(await findBeside(host, { kind: 'version', version: '7.3.4-1~bpo12+1' }, setting)).toMatchObject({ release: '7.3.4+deb12-amd64' })
  expect(await findBeside(host, { kind: 'series', series: '7' }, setting)).toBeUndefined()
  expect(await findBeside(host, { kind: 'release', release: '7.9.9+deb12-amd64' }, setting)).toBeUndefined()
  expect(await findBeside(host, { kind: 'release', release: '7.3.4+deb12-amd64' }, { ...setting, install: false })).toBeUndefined()
  expect(await findKernel(host, { kind: 'default', suite: 'bookworm-backports' }, setting, false)).toMatchObject({ release: '7.3.4+deb12-amd64', archive: 'bookworm-backports' })
  expect((await findKernel(host, { kind: 'default' }, setting, false)).archive).toBeUndefined()
})
