import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { UsageError } from '../../src/model/errors.js'
import { ownKit, releaseOfImage } from '../../src/kernel/own.js'
import { fakeHost } from './fake-host.js'
import { scratchDirectories } from './scratch.js'

const scratch = scratchDirectories()
const RELEASE = '6.12.0-mine+'
const host = fakeHost(() => undefined)

const FILES: Readonly<Record<string, string>> = {
  Makefile: '', '.config': 'CONFIG_X=y\n', 'include/config/auto.conf': '', 'include/config/kernel.release': `${RELEASE}\n`, 'include/generated/autoconf.h': '', 'scripts/mod/modpost': '', 'Module.symvers': '',
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
function vmlinux(file: string, release: string, note = true): string {
  const data = Buffer.alloc(0x400)
  data.write('\x7fELF\x02\x01\x01', 0, 'latin1')
  data.writeBigUInt64LE(0x40n, 0x20)
  data.writeUInt16LE(56, 0x36)
  data.writeUInt16LE(1, 0x38)
  data.writeUInt32LE(4, 0x40)
  data.writeBigUInt64LE(0x100n, 0x48)
  data.writeBigUInt64LE(20n, 0x60)
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

async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(UsageError)
  return error instanceof Error ? error.message : ''
}

test('a built tree with its vmlinux', async () => {
  const dir = tree()
  const image = vmlinux(join(dir, 'vmlinux'), RELEASE)
  const kit = await ownKit(host, { tree: dir }, scratch())
  expect(kit).toEqual({
    target: { release: RELEASE, series: '6.12' }, treeDir: dir, vmlinuz: image, vmlinux: image, btfVmlinux: image, modulesDir: dir,
    imageConfig: join(dir, '.config'), headersConfig: join(dir, '.config'), moduleSymvers: join(dir, 'Module.symvers'),
  })
})

test('the tree’s bzImage goes before its vmlinux; one that cannot be unpacked is booted as it is', async () => {
  const dir = tree()
  vmlinux(join(dir, 'vmlinux'), RELEASE)
  const image = bzImage(join(dir, 'arch/x86/boot/bzImage'), RELEASE)
  const kit = await ownKit(host, { tree: dir }, scratch())
  expect([kit.vmlinuz, kit.vmlinux, kit.btfVmlinux]).toEqual([image, undefined, join(dir, 'vmlinux')])
})

test('an image from elsewhere must be of the same release, in either form', async () => {
  const dir = tree()
  const other = scratch()
  expect((await ownKit(host, { tree: dir, image: bzImage(join(other, 'bzImage'), RELEASE) }, scratch())).btfVmlinux).toBeUndefined()
  expect(await refusal(ownKit(host, { tree: dir, image: bzImage(join(other, 'b'), '6.12.0') }, scratch()))).toMatch(/^kernel-image: .*6\.12\.0-mine\+; this one is 6\.12\.0\./)
  expect(await refusal(ownKit(host, { tree: dir, image: vmlinux(join(other, 'v'), '6.1.0') }, scratch()))).toMatch(/^kernel-image: .*this one is 6\.1\.0\./)
  expect(await refusal(ownKit(host, { tree: dir, image: vmlinux(join(other, 'n'), RELEASE, false) }, scratch()))).toMatch(/^kernel-image: .*PVH/)
  writeFileSync(join(other, 'text'), 'no kernel')
  expect(await refusal(ownKit(host, { tree: dir, image: join(other, 'text') }, scratch()))).toMatch(/^kernel-image: .*says no kernel release/)
  for (const none of [join(other, 'none'), other]) expect(await refusal(ownKit(host, { tree: dir, image: none }, scratch()))).toMatch(/^kernel-image: .*no such file/)
})

test('what a tree lacks is listed with the make target that leaves it', async () => {
  expect(await refusal(ownKit(host, { tree: tree('.config', 'Module.symvers') }, scratch()))).toMatch(/^kernel-tree: .*lacks \.config \(make defconfig\), Module\.symvers \(make all\)\./)
  expect(await refusal(ownKit(host, { tree: tree() }, scratch()))).toMatch(/^kernel-tree: .*bzImage or vmlinux/)
  const odd = tree()
  writeFileSync(join(odd, 'include/config/kernel.release'), 'x'.repeat(1000))
  expect((await refusal(ownKit(host, { tree: odd }, scratch()))).length).toBeLessThan(400)
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
