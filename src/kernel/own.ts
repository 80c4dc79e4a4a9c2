import { mkdir, open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ElfError, integer } from '../elf/elf.js'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { UsageError } from '../model/errors.js'
import type { KernelKit, KernelTarget } from '../model/kernel.js'
import { hasPvhEntry, unpackVmlinux } from './vmlinux.js'

/** A kernel that the user built; it comes in no packages. */
export type OwnTarget = Pick<KernelTarget, 'release' | 'series'>

/** What a kit of packages holds, from the user's own directories. Nothing in them is written to. */
export type OwnKit = Omit<KernelKit, 'target' | 'sourceTar'> & {
  readonly target: OwnTarget
  /** The tree to build in. */
  readonly treeDir: string
}

/** What the user named. Absolute paths. */
export interface OwnKernel {
  /** Directory of a built kernel: the tree itself, or where `O=` pointed. */
  readonly tree: string
  /** bzImage or vmlinux; without one the tree's own is taken. */
  readonly image?: string
}

/** What a build of modules and a comparison need, and the make target that leaves it. */
const NEEDED: readonly (readonly [file: string, target: string])[] = [
  ['Makefile', 'defconfig'],
  ['.config', 'defconfig'],
  ['include/config/auto.conf', 'modules_prepare'],
  ['include/config/kernel.release', 'modules_prepare'],
  ['include/generated/autoconf.h', 'modules_prepare'],
  ['scripts/mod/modpost', 'modules_prepare'],
  ['Module.symvers', 'all'],
]

/** Where a build leaves its images; the bzImage first, since its payload is the stripped vmlinux. */
const IMAGES = ['arch/x86/boot/bzImage', 'vmlinux']

/** More than any uname (include/uapi/linux/utsname.h: __NEW_UTS_LEN is 64). */
const NAME_LENGTH = 64
/** Offset of the version string's place in a bzImage, less 0x200 (Documentation/arch/x86/boot.rst, kernel_version). */
const KERNEL_VERSION = 0x20e

/**
 * The user's own kernel as a kit. `scratch` is a directory for the unpacked image.
 * @throws UsageError (`kernel-tree`, `kernel-image`) when something is missing, or the image is not of this tree
 */
export async function ownKit(host: Host, { tree, image }: OwnKernel, scratch: string): Promise<OwnKit> {
  const missing = []
  for (const [file, target] of NEEDED) if (!(await exists(join(tree, file)))) missing.push(`${file} (make ${target})`)
  if (missing.length > 0) throw new UsageError('kernel-tree', tree, `Allowed is the directory of a kernel that was built; this one lacks ${missing.join(', ')}.`)
  const release = (await readFile(join(tree, 'include/config/kernel.release'), 'utf8')).trim()
  const series = /^\d+\.\d+/.exec(release)?.[0]
  if (series === undefined || release.length > NAME_LENGTH) throw new UsageError('kernel-tree', tree, `Allowed is the directory of a kernel that was built; its include/config/kernel.release says ${JSON.stringify(release.slice(0, NAME_LENGTH))}.`)
  const file = image ?? (await builtImage(tree))
  await requireRelease(file, release)
  const btf = join(tree, 'vmlinux')
  return {
    target: { release, series },
    treeDir: tree,
    ...(await bootable(host, file, scratch)),
    imageConfig: join(tree, '.config'),
    headersConfig: join(tree, '.config'),
    moduleSymvers: join(tree, 'Module.symvers'),
    // Modules and modules.builtin lie where they were built.
    modulesDir: tree,
    ...((await exists(btf)) && { btfVmlinux: btf }),
  }
}

async function builtImage(tree: string): Promise<string> {
  for (const name of IMAGES) if (await exists(join(tree, name))) return join(tree, name)
  throw new UsageError('kernel-tree', tree, `Allowed is a tree with ${IMAGES.join(' or ')} in it, or a kernel-image beside it: the modules are held against the image, and it is booted.`)
}

async function bootable(host: Host, file: string, scratch: string): Promise<Pick<OwnKit, 'vmlinuz' | 'vmlinux'>> {
  const data = await readFile(file)
  if (isElf(data)) {
    if (!canStart(data)) throw new UsageError('kernel-image', file, 'Allowed is a bzImage, or a vmlinux with a PVH entry (CONFIG_PVH=y); QEMU cannot start this one.')
    return { vmlinuz: file, vmlinux: file }
  }
  await mkdir(scratch, { recursive: true })
  const target = join(scratch, 'vmlinux')
  const result = await unpackVmlinux(host, file, target)
  if (result === 'unpacked') return { vmlinuz: file, vmlinux: target }
  host.log.info(`the image is booted as it is: ${result.reason}`)
  return { vmlinuz: file }
}

const isElf = (data: Buffer): boolean => data.length >= 4 && data.readUInt32BE(0) === 0x7f454c46

function canStart(elf: Buffer): boolean {
  try {
    return hasPvhEntry(elf)
  } catch (error) {
    if (error instanceof ElfError) return false
    throw error
  }
}

/** @throws UsageError unless the image says it is this release */
async function requireRelease(file: string, release: string): Promise<void> {
  if ((await stat(file).catch(() => undefined))?.isFile() !== true) throw new UsageError('kernel-image', file, 'Allowed is a bzImage or a vmlinux; there is no such file.')
  const found = await releaseOfImage(file)
  if (found === undefined) throw new UsageError('kernel-image', file, 'Allowed is a bzImage or a vmlinux; this file says no kernel release.')
  if (found !== release) throw new UsageError('kernel-image', file, `Allowed is the image of the same build as kernel-tree, which is ${release}; this one is ${found}.`)
}

/**
 * What `uname -r` will say: from the setup header of a bzImage (Documentation/arch/x86/boot.rst, kernel_version), or the banner in a
 * vmlinux (init/version-timestamp.c, linux_banner). undefined when the file is neither.
 */
export async function releaseOfImage(file: string): Promise<string | undefined> {
  const handle = await open(file)
  try {
    const head = Buffer.alloc(64 << 10)
    const { bytesRead } = await handle.read(head, 0, head.length, 0)
    const start = head.subarray(0, bytesRead)
    if (isElf(start)) return /Linux version (\S{1,64}) \(/.exec(bannerOf(await readFile(file)))?.[1]
    if (start.length < KERNEL_VERSION + 2 || start.toString('latin1', 0x202, 0x206) !== 'HdrS') return undefined
    const at = integer(start, KERNEL_VERSION, 2, 'bzImage: kernel_version') + 0x200
    return /^[^\s\0]{1,64}(?=[\s\0])/.exec(start.toString('latin1', at, at + NAME_LENGTH + 1))?.[0]
  } finally {
    await handle.close()
  }
}

/** The text that begins with the banner. */
function bannerOf(data: Buffer): string {
  // linux_proc_banner is a format: %s version %s (…), and does not match.
  const at = data.indexOf('Linux version ')
  return at < 0 ? '' : data.toString('latin1', at, at + 256)
}
