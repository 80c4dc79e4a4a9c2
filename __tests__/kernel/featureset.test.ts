import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { featuresetPatches, fetchSourceArgs, namesOfSeries } from '../../src/kernel/featureset.js'
import type { KernelSource } from '../../src/model/kernel.js'
import { type Answer, fakeHost } from './fake-host.js'
import { scratchDirectories } from './scratch.js'

const scratch = scratchDirectories()
const source = { name: 'linux-source-6.1', version: '6.1.176-1', size: 0 }
const kitIn = (dir: string): KernelSource => ({ sourceTar: join(dir, 'linux-source-6.1.tar.xz'), target: { release: '6.1.0-50-rt-amd64', series: '6.1', packageVersion: '6.1.176-1', source } }) as KernelSource

/** A machine of Debian 12; `download` is what apt-get source does in its directory. */
function bookworm(download: (dir: string) => ReturnType<Answer>) {
  return fakeHost(({ program, args, cwd }) => {
    if (args.includes('indextargets')) return { stdout: 'http://m/debian/|bookworm|main|Debian|/none:1|/x_Packages\nhttp://m/security/|bookworm-security|main|Debian|/none:2|/y_Packages\n' }
    if (program === 'flock') return {}
    return program === 'apt-get' ? download(cwd ?? '') : undefined
  })
}

/** What the archive has: debian/ of a source package, with two patches. */
function sourcePackage(dir: string): ReturnType<Answer> {
  mkdirSync(join(dir, 'pack/debian/patches-rt'), { recursive: true })
  writeFileSync(join(dir, 'pack/debian/patches-rt/series'), '# what the release has\n0002-b.patch\n0001-a.patch -p1\n')
  for (const name of ['0001-a.patch', '0002-b.patch']) writeFileSync(join(dir, 'pack/debian/patches-rt', name), name)
  execFileSync('tar', ['-C', join(dir, 'pack'), '--mtime=2024-01-01', '-cJf', join(dir, 'linux_6.1.176-1.debian.tar.xz'), 'debian'])
  return {}
}

test('from the source package, in the order of its series; kept for the next run', async () => {
  const cacheDir = scratch()
  const host = bookworm(sourcePackage)
  const patches = await featuresetPatches(host, kitIn(scratch()), 'rt', { cacheDir, install: true })
  expect(patches.map((file) => [basename(file), readFileSync(file, 'utf8')])).toEqual([['0002-b.patch', '0002-b.patch'], ['0001-a.patch', '0001-a.patch']])
  expect(readFileSync(join(cacheDir, 'apt/own-src/kernel.sources'), 'utf8')).toMatch(/^Types: deb-src\nURIs: http:\/\/m\/debian\/\nSuites: bookworm\b(?:(?!Architectures)[^])*Types: deb-src\nURIs: http:\/\/m\/security\//)
  expect(readdirSync(join(cacheDir, 'patches'))).toEqual(['linux-source-6.1_6.1.176-1-rt'])
  // Not as old as in the package: it would go from the cache for that.
  expect(Date.now() - statSync(join(cacheDir, 'patches/linux-source-6.1_6.1.176-1-rt')).mtimeMs).toBeLessThan(60_000)
  expect(await featuresetPatches(bookworm(() => ({ status: 1 })), kitIn(scratch()), 'rt', { cacheDir, install: false })).toEqual(patches)
})

test('the source package is that of the archive in which the kernel was found', async () => {
  const cacheDir = scratch()
  mkdirSync(join(cacheDir, 'apt/snapshot-x'), { recursive: true })
  writeFileSync(join(cacheDir, 'apt/snapshot-x/kernel.sources'), 'Types: deb\nURIs: http://old/\nSuites: bookworm\nComponents: main\nArchitectures: amd64\nCheck-Valid-Until: no\n')
  const kit = kitIn(scratch())
  await featuresetPatches(bookworm(sourcePackage), { ...kit, target: { ...kit.target, archive: 'snapshot-x' } }, 'rt', { cacheDir, install: true })
  expect(readFileSync(join(cacheDir, 'apt/snapshot-x-src/kernel.sources'), 'utf8')).toBe('Types: deb-src\nURIs: http://old/\nSuites: bookworm\nComponents: main\nCheck-Valid-Until: no\n')
})

test('from beside the tar where the package has them, without asking apt', async () => {
  const beside = scratch()
  writeFileSync(join(beside, 'linux-patch-6.1-rt.patch'), 'all of them')
  execFileSync('xz', [join(beside, 'linux-patch-6.1-rt.patch')])
  const host = bookworm(() => ({ status: 1 }))
  const patches = await featuresetPatches(host, kitIn(beside), 'rt', { cacheDir: scratch(), install: false })
  expect(patches.map((file) => readFileSync(file, 'utf8'))).toEqual(['all of them'])
  expect(host.commands.map(({ program }) => program)).toEqual(['xz'])
})

test.each<[string, boolean, (dir: string) => ReturnType<Answer>, RegExp]>([
  ['the archive has dropped the source package', true, () => ({ status: 100, stderr: 'E: Failed to fetch x.debian.tar.xz  404  Not Found\n' }), /404 {2}Not Found/],
  ['the source package has no such patches', true, (dir) => {
    execFileSync('tar', ['-C', dir, '-cJf', join(dir, 'linux_1.debian.tar.xz'), '--files-from', '/dev/null'])
    return {}
  }, /Not found in archive/],
  ['nothing may be fetched', false, () => undefined, /install: false/],
])('%s: said with its reason, and nothing is kept', async (_, install, download, reason) => {
  const cacheDir = scratch()
  await expect(featuresetPatches(bookworm(download), kitIn(scratch()), 'rt', { cacheDir, install })).rejects.toMatchObject({ finding: { id: 'kernel.other-source', severity: 'error', detail: expect.stringMatching(reason) as unknown } })
  expect(readdirSync(join(cacheDir, 'patches'))).toEqual([])
})

test('a series that leads elsewhere leads nowhere', () => {
  expect(namesOfSeries('a.patch\n\n../../etc/passwd\n/etc/passwd\n #c\nsub/b.patch -p1 # why\n')).toEqual(['a.patch', 'sub/b.patch'])
})

test('apt is asked by the binary package, of one version, for the small part alone', () => {
  expect(fetchSourceArgs(source, { options: ['--config-file', '/c'] })).toEqual(['source', '-q', '--diff-only', '--config-file', '/c', '-o', 'Acquire::Retries=3', '--', 'linux-source-6.1=6.1.176-1'])
})
