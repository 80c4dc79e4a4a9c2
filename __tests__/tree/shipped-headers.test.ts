import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { fetchKit } from '../../src/kernel/kit.js'
import type { ShippedPackages } from '../../src/kernel/shipped.js'
import type { KernelTarget, PackageRef } from '../../src/model/kernel.js'
import { restoreTree } from '../../src/kernel/kept-tree.js'
import { configOfHeaders, fetchHeaders, keptHeaders } from '../../src/tree/shipped-headers.js'
import { fakeHost } from '../kernel/fake-host.js'

const RELEASE = '6.1.0-0-amd64'
const VERSION = '6.1.1-1'
const COMMON = 'linux-headers-6.1.0-0-common'
const HEADERS = `usr/src/linux-headers-${RELEASE}`
const CONTENTS: Readonly<Record<string, readonly string[]>> = {
  [`linux-image-${RELEASE}`]: [`boot/vmlinuz-${RELEASE}`, `boot/config-${RELEASE}`, `lib/modules/${RELEASE}/kernel/a.txt`],
  [`linux-headers-${RELEASE}`]: [`${HEADERS}/.config`, `${HEADERS}/Module.symvers`],
  [COMMON]: [`usr/src/${COMMON}/include/linux/module.h`, `usr/share/doc/${COMMON}/copyright`],
  'linux-kbuild-6.1': ['usr/lib/linux-kbuild-6.1/scripts/mod/modpost'],
}

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kmod-gate-shipped-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** An archive of tiny packages. */
function archive() {
  const pool = join(dir, 'pool')
  mkdirSync(pool)
  const [image, headers, common, kbuild] = Object.entries(CONTENTS).map(([name, files]): PackageRef => {
    const root = join(dir, 'build', name)
    for (const file of [...files, 'DEBIAN/control']) mkdirSync(dirname(join(root, file)), { recursive: true })
    for (const file of files) writeFileSync(join(root, file), `${basename(file)} of ${name}\n`)
    if (name === COMMON) symlinkSync('../../lib/linux-kbuild-6.1/scripts', join(root, `usr/src/${COMMON}/scripts`))
    writeFileSync(join(root, 'DEBIAN/control'), `Package: ${name}\nVersion: ${VERSION}\nArchitecture: amd64\nMaintainer: nobody <nobody@invalid>\nDescription: test\n`)
    const deb = join(pool, `${name}_${VERSION}_amd64.deb`)
    spawnSync('dpkg-deb', ['--build', '--root-owner-group', root, deb])
    return { name, version: VERSION, size: statSync(deb).size }
  }) as [PackageRef, PackageRef, PackageRef, PackageRef]
  const target = { release: RELEASE, packageVersion: VERSION, flavour: 'amd64', series: '6.1', image: [image], headers, source: { name: 'linux-source-6.1', version: VERSION, size: 1 } } as KernelTarget
  const shipped: ShippedPackages = { common, kbuild, libraries: [] }
  const host = fakeHost(({ program, args, cwd }) => {
    if (program !== 'apt-get') return undefined
    const wanted = args.slice(args.indexOf('--') + 1).map((text) => text.split('=')[0] ?? '')
    for (const deb of readdirSync(pool)) if (wanted.includes(deb.split('_')[0] ?? '')) copyFileSync(join(pool, deb), join(cwd ?? '', deb))
    return {}
  })
  const asked = (): string[][] => host.commands.filter(({ program }) => program === 'apt-get').map(({ args }) => args.slice(args.indexOf('--') + 1).map((text) => text.split('=')[0] ?? ''))
  return { target, shipped, host, asked, cacheDir: join(dir, 'cache') }
}

const now = Promise.resolve()

test('all of the header packages come in one call, the programs lie plain and the common headers packed, without the links', async () => {
  const { target, shipped, host, asked, cacheDir } = archive()
  expect(await keptHeaders(target, COMMON, cacheDir)).toBeUndefined()
  const headers = await fetchHeaders(host, target, shipped, cacheDir, now)
  expect(readFileSync(join(headers.programs, 'scripts/mod/modpost'), 'utf8')).toBe('modpost of linux-kbuild-6.1\n')
  await restoreTree(host, headers.common, join(dir, 'tree'))
  expect(readdirSync(join(dir, 'tree'))).toEqual(['include'])
  expect(await configOfHeaders(host, target, cacheDir)).toBe(`.config of linux-headers-${RELEASE}\n`)
  expect(asked()).toEqual([[COMMON, 'linux-kbuild-6.1', `linux-headers-${RELEASE}`]])
  expect(await keptHeaders(target, COMMON, cacheDir)).toEqual(headers)
})

test('with a kit at hand the configuration is read from it, and nothing stays packed', async () => {
  const { target, shipped, host, asked, cacheDir } = archive()
  await fetchKit(host, target, { cacheDir, workDir: cacheDir, install: true, source: false })
  await fetchHeaders(host, target, shipped, cacheDir, now)
  await fetchHeaders(host, target, shipped, cacheDir, now)
  expect(await configOfHeaders(host, target, cacheDir)).toBe(`.config of linux-headers-${RELEASE}\n`)
  expect(asked()).toEqual([[`linux-image-${RELEASE}`, `linux-headers-${RELEASE}`], [COMMON, 'linux-kbuild-6.1']])
  expect(readdirSync(join(cacheDir, 'debs'))).toEqual([])
})

test('packing waits for the packer, and runs at once end with one', async () => {
  const { target, shipped, host, cacheDir } = archive()
  let installed = (): void => undefined
  const packer = new Promise<void>((resolve) => (installed = resolve))
  const runs = [1, 2, 3].map(() => fetchHeaders(host, target, shipped, cacheDir, packer))
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(host.commands.filter(({ program }) => program === 'tar')).toEqual([])
  installed()
  const [first, ...others] = await Promise.all(runs)
  for (const other of others) expect(other).toEqual(first)
  expect(readdirSync(join(cacheDir, 'kits'))).toEqual([`${COMMON}_${VERSION}`])
})

test('a package that cannot be unpacked is said, and leaves nothing', async () => {
  const { target, shipped, host, cacheDir } = archive()
  writeFileSync(join(dir, 'pool', `linux-kbuild-6.1_${VERSION}_amd64.deb`), Buffer.alloc(shipped.kbuild.size))
  await expect(fetchHeaders(host, target, shipped, cacheDir, now)).rejects.toMatchObject({ finding: { severity: 'error', title: expect.stringContaining('linux-kbuild-6.1') as unknown } })
  expect(readdirSync(join(cacheDir, 'kits'))).toEqual([])
})
