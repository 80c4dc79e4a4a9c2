import { existsSync, lutimesSync, mkdirSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { expire, markUsed } from '../../src/cache/expiry.js'
import { scratchDirectories, testHost } from './folders.js'
import { TARGET } from './target.js'

const scratch = scratchDirectories()
const HEX = '0123456789abcdef'.repeat(4)
const MINE = '6.1.192-2'
const target = (packageVersion: string) => ({ ...TARGET, packageVersion })

/** Files below a cache directory, each as old as it says, in days; directories are as old as what is in them. */
function cacheOf(files: Readonly<Record<string, number>>): string {
  const dir = scratch()
  for (const name of Object.keys(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), '')
  }
  for (const [name, days] of Object.entries(files)) {
    const at = Date.now() / 1000 - days * 86_400
    for (const path of [name, dirname(name)]) if (path.includes('/')) utimesSync(join(dir, path), at, at)
  }
  return dir
}

const left = (dir: string): string[] => readdirSync(dir).flatMap((shelf) => (statSync(join(dir, shelf)).isDirectory() ? readdirSync(join(dir, shelf)).map((name) => `${shelf}/${name}`) : [shelf])).sort()

const KEPT = [
  'kits/6.1.0-53-amd64_6.1.187-1/complete',
  'kits/linux-headers-6.12.115+deb12-common_6.12.115-2~deb12u1/complete',
  'trees/linux-source-6.1_6.1.187-1-x86-4/tree.tar.zst',
  'trees/linux-source-6.12_6.12.115-2~deb12u1-kconfig-4/tree.tar.zst',
  'patches/linux-source-6.1_6.1.187-1-rt/series',
  `prepared/6.1.0-53-amd64_6.1.187-1_9_${HEX.slice(0, 24)}/tree.tar.zst`,
  'vmlinux/6.1.0-53-amd64_6.1.187-1/vmlinux',
  'guest/busybox-static_1%3a1.37.0-6+b3_arm64/complete',
  'apt/trixie-backports:arm64/kernel.sources',
  `snapshot/${HEX}.json`,
]

test('what no run has used for so many days is removed, and the log says so; what was used within them stays', async () => {
  const host = testHost()
  const [old, young] = [cacheOf(Object.fromEntries(KEPT.map((name) => [name, 91]))), cacheOf(Object.fromEntries(KEPT.map((name) => [name, 89])))]
  const before = left(young)
  await expire(host, old, 90)
  await expire(host, young, 90)
  expect(left(old)).toEqual([])
  expect(left(young)).toEqual(before)
  expect(before).toHaveLength(KEPT.length)
  expect(host.lines).toHaveLength(1)
  expect(host.lines[0]).toContain('kits/6.1.0-53-amd64_6.1.187-1, kits/linux-headers-6.12.115+deb12-common_6.12.115-2~deb12u1, trees/')
})

test('with 0 days all of it stays', async () => {
  const dir = cacheOf(Object.fromEntries(KEPT.map((name) => [name, 4000])))
  await expire(testHost(), dir, 0)
  expect(left(dir)).toHaveLength(KEPT.length)
})

test('what belongs to a run’s version is used from its beginning on, whatever its flavour and however old', async () => {
  const names = KEPT.filter((name) => !/^(?:apt|guest|prepared|snapshot)/.test(name)).map((name) => name.replace(/6\.1\.187-1|6\.12\.115-2~deb12u1/, MINE))
  const dir = cacheOf(Object.fromEntries([...names, 'kits/6.1.0-56-amd64_6.1.192-20/complete', 'kits/6.1.0-56-amd64_6.1x192-2/complete'].map((name) => [name, 200])))
  await markUsed(target(MINE), dir)
  await expire(testHost(), dir, 90)
  expect(left(dir)).toEqual(names.map(dirname).sort())
  for (const name of names) expect(Date.now() - statSync(join(dir, dirname(name))).mtimeMs).toBeLessThan(60_000)
})

test('which of a kernel’s prepared trees was used last stays as it was', async () => {
  const [first, second] = ['a', 'b'].map((digit) => `prepared/6.1.0-56-amd64_${MINE}_9_${digit.repeat(24)}`) as [string, string]
  const dir = cacheOf({ [`${first}/x`]: 3, [`${second}/x`]: 2 })
  await markUsed(target(MINE), dir)
  await expire(testHost(), dir, 90)
  expect([first, second].map((name) => Math.round((Date.now() - statSync(join(dir, name)).mtimeMs) / 86_400_000))).toEqual([3, 2])
})

test('the colon of an epoch stands in names as %3a', async () => {
  const dir = cacheOf({ 'kits/6.1.0-56-amd64_1%3a6.1.192-2~bpo12+1/complete': 200 })
  await markUsed(target('1:6.1.192-2~bpo12+1'), dir)
  await expire(testHost(), dir, 90)
  expect(left(dir)).toEqual(['kits/6.1.0-56-amd64_1%3a6.1.192-2~bpo12+1'])
})

test('a suite’s view counts as used when its sources were written', async () => {
  const dir = cacheOf({ 'apt/trixie/lists/x': 200, 'apt/trixie/kernel.sources': 200, 'apt/sid/kernel.sources': 200 })
  utimesSync(join(dir, 'apt/trixie/kernel.sources'), new Date(), new Date())
  await expire(testHost(), dir, 90)
  expect(left(dir)).toEqual(['apt/trixie'])
})

test('what a killed run left unfinished goes after a day, even of the version of this run; so do answers', async () => {
  const names = [
    `kits/6.1.0-56-amd64_${MINE}.aB3dE6/boot`,
    `trees/linux-source-6.1_${MINE}-kconfig-4.aB3dE6/x`,
    `prepared/6.1.0-56-amd64_${MINE}_9_${HEX.slice(0, 24)}.aB3dE6/x`,
    'debs/download-aB3dE6/x',
    'incoming/part-aB3dE6/x',
    `answers/${HEX}.json`,
  ]
  // apt and dpkg-deb give what they write times of long ago.
  const dir = cacheOf(Object.fromEntries(names.map((name) => [name, 300])))
  await markUsed(target(MINE), dir)
  await expire(testHost(), dir, 90, Date.now() + 0.9 * 86_400_000)
  expect(left(dir)).toHaveLength(names.length)
  await expire(testHost(), dir, 90, Date.now() + 1.1 * 86_400_000)
  expect(left(dir)).toEqual([])
})

test('what the gate did not put there stays, whatever directory it was given', async () => {
  const names = ['notes.txt', 'kits/my-kit/part', 'kits/tools_2/part', 'trees/oak/leaf', 'apt/mirror/pool', 'prepared/6.1_1/x', 'vmlinux/vmlinux', 'guest/list', 'snapshot/a.json', 'debs/linux-image-6.1.0-53-amd64_6.1.187-1_amd64.deb', 'trees/linux-source-6.1_6.1.187-1/Makefile', 'patches/linux-source-6.1_6.1.187-1-mine/0001-fix.patch', 'apt/mine/apt.conf', 'incoming/mail', 'src/main.c']
  const dir = cacheOf(Object.fromEntries(names.map((name) => [name, 5000])))
  const before = left(dir)
  await expire(testHost(), dir, 90)
  expect(left(dir)).toEqual(before)
})

test('of a kit in a runner’s tool cache only the link is removed', async () => {
  const [dir, tools] = [cacheOf({}), cacheOf({ 'kept/kit/complete': 200 })]
  mkdirSync(join(dir, 'kits'))
  const link = join(dir, 'kits/6.1.0-53-amd64_6.1.187-1')
  symlinkSync(join(tools, 'kept/kit'), link)
  // A link that was made just now is in use, however old the kit.
  await expire(testHost(), dir, 90)
  expect(left(dir)).toEqual(['kits/6.1.0-53-amd64_6.1.187-1'])
  lutimesSync(link, new Date(0), new Date(0))
  await expire(testHost(), dir, 90)
  expect([left(dir), existsSync(join(tools, 'kept/kit/complete'))]).toEqual([[], true])
})

test('a directory that is not there is none', async () => {
  const host = testHost()
  await markUsed(target(MINE), join(scratch(), 'nothing'))
  await expire(host, join(scratch(), 'nothing'), 90)
  expect(host.lines).toEqual([])
})
