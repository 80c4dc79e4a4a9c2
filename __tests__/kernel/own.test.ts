import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { UsageError } from '../../src/model/errors.js'
import { findOwn, ownKit } from '../../src/kernel/own.js'
import { buildIdOf, releaseOfImage } from '../../src/kernel/own-image.js'
import type { KernelKit } from '../../src/model/kernel.js'
import type { OwnKernel } from '../../src/model/request.js'
import { fakeHost } from './fake-host.js'
import { scratchDirectories } from './scratch.js'

const scratch = scratchDirectories()
const RELEASE = '6.12.0-mine+'
const host = fakeHost(() => undefined)

const CONFIG = 'CONFIG_X86_64=y\nCONFIG_MODULES=y\n'
const FILES: Readonly<Record<string, string>> = {
  Makefile: '', '.config': CONFIG, 'include/config/auto.conf': CONFIG, 'include/config/kernel.release': `${RELEASE}\n`, 'include/generated/autoconf.h': '', 'scripts/mod/modpost': '', 'Module.symvers': '',
}

/** A built tree as far as ownKit looks, without the files that are left out. */
function tree(...left: readonly string[]): string {
  const dir = scratch()
  for (const [name, text] of Object.entries(FILES)) {
    if (left.includes(name)) continue
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  return dir
}

/** An x86 ELF file with a PVH note, if wanted, and a banner. */
function vmlinux(file: string, release: string, note = true, buildId?: number): string {
  const data = Buffer.alloc(0x400)
  if (buildId !== undefined) {
    // A second note: 4 bytes of name, 4 of descriptor.
    data.writeUInt32LE(4, 0x114)
    data.writeUInt32LE(4, 0x118)
    data.writeUInt32LE(3, 0x11c)
    data.write('GNU\0', 0x120, 'latin1')
    data.writeUInt32BE(buildId, 0x124)
  }
  data.write('\x7fELF\x02\x01\x01', 0, 'latin1')
  data.writeBigUInt64LE(0x40n, 0x20)
  data.writeUInt16LE(56, 0x36)
  data.writeUInt16LE(1, 0x38)
  data.writeUInt32LE(4, 0x40)
  data.writeBigUInt64LE(0x100n, 0x48)
  data.writeBigUInt64LE(buildId === undefined ? 20n : 40n, 0x60)
  data.writeUInt32LE(4, 0x100)
  data.writeUInt32LE(4, 0x104)
  data.writeUInt32LE(note ? 18 : 17, 0x108)
  data.write('Xen\0', 0x10c, 'latin1')
  data.write('%s version %s (builder)\0', 0x180, 'latin1')
  data.write(`Linux version ${release} (user@host) (gcc)\0`, 0x200, 'latin1')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, data)
  return file
}

/** A bzImage's setup header; what it unpacks to is none. */
function bzImage(file: string, release: string): string {
  const data = Buffer.alloc(0x1000)
  data.write('HdrS', 0x202, 'latin1')
  data.writeUInt16LE(0x20f, 0x206)
  data.writeUInt16LE(0x300, 0x20e)
  data.write(`${release} (user@host) #1 SMP\0`, 0x500, 'latin1')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, data)
  return file
}

const kitOf = async (own: Omit<OwnKernel, 'kind'>): Promise<KernelKit> => ownKit(host, await findOwn(own), scratch())

async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(UsageError)
  return error instanceof Error ? error.message : ''
}

test('a built tree with its vmlinux', async () => {
  const dir = tree()
  const image = vmlinux(join(dir, 'vmlinux'), RELEASE)
  const kit = await kitOf({ tree: dir })
  const sum = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')
  expect(kit).toEqual({
    target: { release: RELEASE, series: '6.12', flavour: 'amd64', tree: dir, imageSha256: sum(image), configSha256: sum(join(dir, '.config')) }, vmlinuz: image, vmlinux: image, modulesDir: dir,
    imageConfig: join(dir, '.config'), headersConfig: join(dir, '.config'), moduleSymvers: join(dir, 'Module.symvers'),
  })
})

test('the tree’s bzImage goes before its vmlinux; one that cannot be unpacked is booted as it is', async () => {
  const dir = tree()
  vmlinux(join(dir, 'vmlinux'), RELEASE)
  const image = bzImage(join(dir, 'arch/x86/boot/bzImage'), RELEASE)
  const kit = await kitOf({ tree: dir })
  expect([kit.vmlinuz, kit.vmlinux, kit.unbootable, kit.btfVmlinux]).toEqual([image, undefined, undefined, undefined])
})

test('an image from elsewhere must be of the same release, in either form', async () => {
  const dir = tree()
  const other = scratch()
  expect((await kitOf({ tree: dir, image: bzImage(join(other, 'bzImage'), RELEASE) })).btfVmlinux).toBeUndefined()
  expect(await refusal(kitOf({ tree: dir, image: bzImage(join(other, 'b'), '6.12.0') }))).toMatch(/^kernel-image: .*6\.12\.0-mine\+; this one is 6\.12\.0\./)
  expect(await refusal(kitOf({ tree: dir, image: vmlinux(join(other, 'v'), '6.1.0') }))).toMatch(/^kernel-image: .*this one is 6\.1\.0\./)
  expect(await refusal(kitOf({ tree: dir, image: vmlinux(join(other, 'n'), RELEASE, false) }))).toMatch(/^kernel-image: .*PVH/)
  writeFileSync(join(other, 'text'), 'no kernel')
  expect(await refusal(kitOf({ tree: dir, image: join(other, 'text') }))).toMatch(/^kernel-image: .*says no kernel release/)
  for (const none of [join(other, 'none'), other]) expect(await refusal(kitOf({ tree: dir, image: none }))).toMatch(/^kernel-image: .*no such file/)
})

test('what a tree lacks is listed with the make target that leaves it', async () => {
  expect(await refusal(kitOf({ tree: tree('.config', 'Module.symvers') }))).toMatch(/^kernel-tree: .*lacks \.config \(make defconfig\), Module\.symvers \(make all\)\./)
  expect(await refusal(kitOf({ tree: tree() }))).toMatch(/^kernel-tree: .*bzImage or vmlinux/)
  const odd = tree()
  writeFileSync(join(odd, 'include/config/kernel.release'), 'x'.repeat(1000))
  expect((await refusal(kitOf({ tree: odd }))).length).toBeLessThan(400)
})

test('cut and hostile images say no release', async () => {
  const file = join(scratch(), 'image')
  const whole = readFileSync(bzImage(file, RELEASE))
  for (const length of [0, 3, 0x205, 0x20f, 0x4ff]) {
    writeFileSync(file, whole.subarray(0, length))
    expect(await releaseOfImage(file)).toBeUndefined()
  }
  whole.writeUInt16LE(0xffff, 0x20e)
  writeFileSync(file, whole)
  expect(await releaseOfImage(file)).toBeUndefined()
  writeFileSync(file, Buffer.from('\x7fELF', 'latin1'))
  expect(await releaseOfImage(file)).toBeUndefined()
})

test('an image of another build of the same release is refused by its build id', async () => {
  const dir = tree()
  const built = vmlinux(join(dir, 'vmlinux'), RELEASE, true, 0x01020304)
  expect(await buildIdOf(built)).toBe('01020304')
  const other = vmlinux(join(scratch(), 'vmlinux'), RELEASE, true, 0x0a0b0c0d)
  expect(await refusal(kitOf({ tree: dir, image: other }))).toMatch(/^kernel-image: .*has the build id 01020304, this one 0a0b0c0d\./)
  expect((await kitOf({ tree: dir, image: vmlinux(join(scratch(), 'vmlinux'), RELEASE, true, 0x01020304) })).vmlinux).toBeDefined()
  // One without a build id cannot be told apart.
  expect((await kitOf({ tree: dir, image: vmlinux(join(scratch(), 'vmlinux'), RELEASE) })).vmlinux).toBeDefined()
})

test('a tree that is for no such machine, loads no modules, or was configured anew since it was built', async () => {
  for (const [config, auto, words] of [
    ['CONFIG_ARM64=y\n', CONFIG, /^kernel-tree: .*x86-64/],
    ['CONFIG_X86_64=y\n', CONFIG, /^kernel-tree: .*CONFIG_MODULES=y/],
    [`${CONFIG}CONFIG_KASAN=y\n`, CONFIG, /^kernel-tree: .*changed after the last build\. .*KASAN.* Run make in it again\.$/],
  ] as const) {
    const dir = tree()
    vmlinux(join(dir, 'vmlinux'), RELEASE)
    writeFileSync(join(dir, '.config'), config)
    writeFileSync(join(dir, 'include/config/auto.conf'), auto)
    expect(await refusal(findOwn({ tree: dir }))).toMatch(words)
  }
})

test('modules are taken from where modules_install wrote them, else from the tree', async () => {
  const dir = tree()
  vmlinux(join(dir, 'vmlinux'), RELEASE)
  expect((await findOwn({ tree: dir })).modulesDir).toBe(dir)
  const installed = scratch()
  const modules = join(installed, 'lib/modules', RELEASE)
  mkdirSync(join(modules, 'kernel'), { recursive: true })
  for (const named of [installed, modules]) expect((await findOwn({ tree: dir, modules: named })).modulesDir).toBe(modules)
  const wrong = scratch()
  mkdirSync(join(wrong, 'lib/modules/6.1.0-other'), { recursive: true })
  expect(await refusal(findOwn({ tree: dir, modules: wrong }))).toMatch(/^kernel-modules: .*6\.12\.0-mine\+.*there is 6\.1\.0-other/)
})
