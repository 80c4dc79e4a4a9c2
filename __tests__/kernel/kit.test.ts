import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { downloadArgs, downloadPackages } from '../../src/kernel/download.js'
import { beginKit, fetchKit } from '../../src/kernel/kit.js'
import { openModules } from '../../src/kernel/module-files.js'
import type { Host } from '../../src/host/host.js'
import { GateError } from '../../src/model/errors.js'
import type { KernelTarget, PackageRef } from '../../src/model/kernel.js'
import { fakeHost } from './fake-host.js'
import { scratchDirectories } from './scratch.js'

const scratch = scratchDirectories()
const RELEASE = '6.1.0-0-amd64'
const VERSION = '1:6.1.1-1'

const CONTENTS: Readonly<Record<string, readonly string[]>> = {
  [`linux-image-${RELEASE}`]: [`boot/vmlinuz-${RELEASE}`, `boot/config-${RELEASE}`, `lib/modules/${RELEASE}/kernel/a.ko`],
  [`linux-headers-${RELEASE}`]: [`usr/src/linux-headers-${RELEASE}/.config`, `usr/src/linux-headers-${RELEASE}/Module.symvers`],
  'linux-source-6.1': ['usr/src/linux-source-6.1.tar.xz'],
}

/** An archive of tiny packages, and the target that is made of them. */
function archive() {
  const pool = scratch()
  const refs = Object.entries(CONTENTS).map(([name, files]): PackageRef => {
    const root = join(scratch(), 'root')
    for (const file of [...files, 'DEBIAN/control']) mkdirSync(dirname(join(root, file)), { recursive: true })
    for (const file of files) writeFileSync(join(root, file), `${file}\n`)
    writeFileSync(join(root, 'DEBIAN/control'), `Package: ${name}\nVersion: ${VERSION}\nArchitecture: amd64\nMaintainer: nobody <nobody@invalid>\nDescription: test\n`)
    const deb = join(pool, `${name}_${VERSION.replace(':', '%3a')}_amd64.deb`)
    spawnSync('dpkg-deb', ['--build', '--root-owner-group', root, deb])
    return { name, version: VERSION, size: statSync(deb).size, sha256: createHash('sha256').update(readFileSync(deb)).digest('hex') }
  })
  const ref = (index: number): PackageRef => refs[index] ?? { name: '', version: '', size: 0 }
  const target: KernelTarget = { release: RELEASE, packageVersion: VERSION, flavour: 'amd64', series: '6.1', image: [ref(0)], headers: ref(1), source: ref(2) }
  const host = fakeHost(({ program, args, cwd }) => {
    if (program === 'dpkg-query') return { status: 1 }
    if (program !== 'apt-get') return undefined
    const wanted = args.slice(args.indexOf('--') + 1).map((text) => text.split('=')[0] ?? '')
    for (const deb of readdirSync(pool)) if (wanted.includes(deb.split('_')[0] ?? '')) copyFileSync(join(pool, deb), join(cwd ?? '', deb))
    return {}
  })
  return { target, host, downloads: () => host.commands.filter(({ program }) => program === 'apt-get') }
}

test('apt is asked for exact versions and stays root', () => {
  const args = downloadArgs([{ name: 'linux-source-6.1', version: '6.1.192-2', size: 0 }])
  expect(args[0]).toBe('download')
  expect(args).toContain('APT::Sandbox::User=root')
  expect(args.slice(-2)).toEqual(['--', 'linux-source-6.1=6.1.192-2'])
})

test('the packages are downloaded and unpacked once, and nothing half-made is left', async () => {
  const { target, host, downloads } = archive()
  const cacheDir = scratch()
  const kit = await fetchKit(host, target, { cacheDir, workDir: cacheDir, install: true })
  for (const file of [kit.vmlinuz, kit.imageConfig, kit.headersConfig, kit.moduleSymvers, kit.sourceTar]) expect(kit.vmlinuz.startsWith(cacheDir) && readFileSync(file, 'utf8')).toContain(basename(file))
  expect(readdirSync(kit.modulesDir)).toEqual(['kernel'])
  // A vmlinuz that is no bzImage: it is booted as it is.
  expect([kit.vmlinux, kit.btfVmlinux]).toEqual([undefined, undefined])
  expect(readdirSync(join(cacheDir, 'kits')).map((name) => name.split('_')[0]).sort()).toEqual([RELEASE, 'linux-source-6.1'])
  expect(await fetchKit(host, target, { cacheDir, workDir: cacheDir, install: false })).toEqual(kit)
  expect(downloads()).toHaveLength(1)
})

test('a package that was downloaded before and is not the promised one is fetched again, the good ones are not', async () => {
  const { target, host, downloads } = archive()
  const cacheDir = scratch()
  await downloadPackages(host, [...target.image, target.headers, target.source], join(cacheDir, 'debs'))
  const bad = readdirSync(join(cacheDir, 'debs')).find((name) => name.startsWith('linux-headers')) ?? ''
  writeFileSync(join(cacheDir, 'debs', bad), Buffer.alloc(target.headers.size))
  await fetchKit(host, target, { cacheDir, workDir: cacheDir, install: true })
  expect(downloads().at(-1)?.args.slice(-1)).toEqual([`${target.headers.name}=${VERSION}`])
})

test('what was unpacked is not kept packed, and the modules are packed', async () => {
  const { target, host } = archive()
  const cacheDir = scratch()
  const kit = await fetchKit({ ...host, which: (program) => Promise.resolve(`/usr/bin/${program}`) }, target, { cacheDir, workDir: cacheDir, install: true })
  expect(readdirSync(join(cacheDir, 'debs'))).toEqual([])
  const modules = await openModules(host, kit.modulesDir)
  expect([...modules.names]).toEqual(['a'])
  expect((await modules.file('a')).toString()).toBe(`lib/modules/${RELEASE}/kernel/a.ko\n`)
  expect(readdirSync(join(kit.modulesDir, 'kernel')).sort()).toEqual(['000.zst', 'packed'])
})

test('what is not built needs no source', async () => {
  const { target, host, downloads } = archive()
  const cacheDir = scratch()
  const kit = await fetchKit(host, target, { cacheDir, workDir: cacheDir, install: true, source: false })
  expect(kit.sourceTar).toBeUndefined()
  expect(downloads().flatMap(({ args }) => args).filter((arg) => arg.startsWith('linux-source'))).toEqual([])
  expect((await fetchKit(host, target, { cacheDir, workDir: cacheDir, install: true })).vmlinuz).toBe(kit.vmlinuz)
})

test('two runs at once end with one kit', async () => {
  const { target, host } = archive()
  const cacheDir = scratch()
  const kits = await Promise.all([1, 2, 3].map(() => fetchKit(host, target, { cacheDir, workDir: cacheDir, install: true })))
  expect(new Set(kits.map(({ sourceTar }) => sourceTar)).size).toBe(1)
  expect(readdirSync(join(cacheDir, 'kits')).map((name) => name.split('_')[0]).sort()).toEqual([RELEASE, 'linux-source-6.1'])
})

test('install: false downloads nothing and names every package that is missing', async () => {
  const { target, host, downloads } = archive()
  const error: unknown = await fetchKit(host, target, { cacheDir: scratch(), workDir: scratch(), install: false }).catch((reason: unknown) => reason)
  const finding = error instanceof GateError ? error.finding : undefined
  expect(finding).toMatchObject({ id: 'kernel.package-missing', stage: 'install', severity: 'error' })
  for (const name of Object.keys(CONTENTS)) expect(finding?.title).toContain(`${name} ${VERSION}`)
  expect(downloads()).toEqual([])
})

const everything = (directory: string): string[] => spawnSync('find', [directory, '-mindepth', '1', '-printf', '%P %y %m\\n'], { encoding: 'utf8' }).stdout.split('\n').sort()
const withPrograms = (host: Host): Host => ({ ...host, which: (program) => Promise.resolve(`/usr/bin/${program}`) })

test('the headers are given out while the image is still on its way, and the kit becomes the same', async () => {
  const { target, host, downloads } = archive()
  const [cacheDir, workDir] = [scratch(), scratch()]
  let letGo = (): void => undefined
  const held = new Promise<void>((resolve) => (letGo = resolve))
  const slow: Host = { ...withPrograms(host), run: async (command) => (command.args.some((arg) => arg.startsWith('linux-image-')) ? held.then(() => host.run(command)) : host.run(command)) }
  const { headers, image } = await beginKit(slow, target, { cacheDir, workDir })
  expect([headers.headersConfig, headers.moduleSymvers].map((file) => readFileSync(file, 'utf8'))).toEqual(CONTENTS[target.headers.name]?.map((file) => `${file}\n`))
  expect(downloads().flatMap(({ args }) => args).filter((arg) => arg.startsWith('linux-image'))).toEqual([])
  letGo()
  expect(readFileSync((await image).imageConfig, 'utf8')).toBe(`boot/config-${RELEASE}\n`)
  const [kit = ''] = readdirSync(join(cacheDir, 'kits'))
  const other = scratch()
  await fetchKit(withPrograms(host), target, { cacheDir: other, workDir: scratch(), install: true, source: false })
  expect(everything(join(cacheDir, 'kits', kit))).toEqual(everything(join(other, 'kits', kit)))
  expect(readdirSync(join(cacheDir, 'debs'))).toEqual([])
  const again = await beginKit(withPrograms(host), target, { cacheDir, workDir: scratch() })
  expect([await again.image, downloads()]).toMatchObject([await image, { length: 3 }])
})

test('an image that cannot be had is told to whom waits for it, and nothing half-made is left', async () => {
  const { target, host } = archive()
  const cacheDir = scratch()
  const without: Host = { ...withPrograms(host), run: async (command) => (command.args.some((arg) => arg.startsWith('linux-image-')) ? { status: 100, stdout: '', stderr: 'E: 404  Not Found', timedOut: false, seconds: 0 } : host.run(command)) }
  const { headers, image } = await beginKit(without, target, { cacheDir, workDir: scratch() })
  expect(headers.target).toBe(target)
  await expect(image).rejects.toThrow(GateError)
  expect(readdirSync(cacheDir)).toEqual(['debs'])
})

test('runs that begin the same kit at once end with one', async () => {
  const { target, host } = archive()
  const cacheDir = scratch()
  const kits = await Promise.all([1, 2, 3].map(() => beginKit(withPrograms(host), target, { cacheDir, workDir: scratch() })))
  expect(new Set((await Promise.all(kits.map(({ image }) => image))).map(({ modulesDir }) => modulesDir)).size).toBe(1)
  expect(readdirSync(join(cacheDir, 'kits'))).toHaveLength(1)
})
