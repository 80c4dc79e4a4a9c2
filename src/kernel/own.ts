import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ARCHITECTURES } from '../architecture/table.js'
import { ElfError, openElf } from '../elf/elf.js'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { checkAutoConf } from '../kconfig/auto-conf.js'
import { parseConfig } from '../kconfig/parse.js'
import { UsageError } from '../model/errors.js'
import type { KernelKit, OwnTarget } from '../model/kernel.js'
import type { OwnKernel } from '../model/request.js'
import { decompress } from './decompress.js'
import { buildIdOf, isElf, NAME_LENGTH, releaseOfImage, sha256Of } from './own-image.js'
import { hasPvhEntry, payloadOf } from './vmlinux.js'

type Own = Omit<OwnKernel, 'kind'>

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

/** Own kernels of other architectures would need a cross compiler for their config and an image of another kind. */
const ARCHITECTURE = ARCHITECTURES.amd64
const IMAGES = ARCHITECTURE.images

/** An own kernel, and the files that it was found in. */
export interface FoundOwn {
  readonly target: OwnTarget
  readonly image: string
  readonly modulesDir: string
}

/**
 * Looks at what the user named, and reads only.
 * @throws UsageError (`kernel-tree`, `kernel-image`, `kernel-modules`) when something is missing, or image and tree are not of one build
 */
export async function findOwn(own: Own): Promise<FoundOwn> {
  const { tree } = own
  await requireBuilt(tree)
  const release = (await readFile(join(tree, 'include/config/kernel.release'), 'utf8')).trim()
  const series = /^\d+\.\d+/.exec(release)?.[0]
  if (series === undefined || release.length > NAME_LENGTH) throw new UsageError('kernel-tree', tree, `Allowed is the directory of a kernel that was built; its include/config/kernel.release says ${JSON.stringify(release.slice(0, NAME_LENGTH))}.`)
  const image = own.image ?? (await builtImage(tree))
  await requireRelease(image, release)
  return {
    target: { release, series, flavour: ARCHITECTURE.name, tree, imageSha256: await sha256Of(image), configSha256: await sha256Of(join(tree, '.config')) },
    image,
    // Modules, modules.builtin and modules.builtin.modinfo lie where they were built.
    modulesDir: own.modules === undefined ? tree : await installedModules(own.modules, release),
  }
}

/**
 * The user's own kernel as a kit. `scratch` is a directory for the unpacked image.
 * @throws UsageError (`kernel-image`) when it cannot be booted, or is not what the tree's vmlinux became
 */
export async function ownKit(host: Host, { target, image, modulesDir }: FoundOwn, scratch: string): Promise<KernelKit & { readonly target: OwnTarget }> {
  const config = join(target.tree, '.config')
  return {
    target,
    ...(await readable(host, image, target.tree, scratch)),
    imageConfig: config,
    headersConfig: config,
    moduleSymvers: join(target.tree, 'Module.symvers'),
    modulesDir,
  }
}

async function requireBuilt(tree: string): Promise<void> {
  const missing = []
  for (const [file, target] of NEEDED) if (!(await exists(join(tree, file)))) missing.push(`${file} (make ${target})`)
  if (missing.length > 0) throw new UsageError('kernel-tree', tree, `Allowed is the directory of a kernel that was built; this one lacks ${missing.join(', ')}.`)
  const config = await readFile(join(tree, '.config'), 'utf8')
  const symbols = parseConfig(config)
  if (symbols.get('X86_64') !== 'y') throw new UsageError('kernel-tree', tree, 'Allowed is a kernel for x86-64 (CONFIG_X86_64=y).')
  if (symbols.get('MODULES') !== 'y') throw new UsageError('kernel-tree', tree, 'Allowed is a kernel that can load modules (CONFIG_MODULES=y).')
  // Kconfig writes auto.conf when it builds: a .config that says something else was edited since.
  const [edited] = checkAutoConf(config, await readFile(join(tree, 'include/config/auto.conf'), 'utf8'))
  if (edited !== undefined) throw new UsageError('kernel-tree', tree, `Allowed is a kernel that was built with its .config; this one was changed after the last build. ${edited.title} Run make in it again.`)
}

async function builtImage(tree: string): Promise<string> {
  for (const name of IMAGES) if (await exists(join(tree, name))) return join(tree, name)
  throw new UsageError('kernel-tree', tree, `Allowed is a tree with ${IMAGES.join(' or ')} in it, or a kernel-image beside it: the modules are held against the image, and it is booted.`)
}

/** The directory that has modules.builtin: the one that was named, or that of the release below it. */
async function installedModules(dir: string, release: string): Promise<string> {
  const candidates = [dir, join(dir, 'lib/modules', release), join(dir, 'usr/lib/modules', release)]
  for (const candidate of candidates) if ((await exists(join(candidate, 'modules.builtin'))) || (await exists(join(candidate, 'kernel')))) return candidate
  const others = await readdir(join(dir, 'lib/modules')).catch(() => [])
  throw new UsageError('kernel-modules', dir, `Allowed is what make modules_install wrote for ${release}: lib/modules/${release} or the directory that holds it${others.length === 0 ? '' : ` (there is ${others.slice(0, 8).join(', ')})`}.`)
}

/** The image as what can be booted and what can be read. */
async function readable(host: Host, file: string, tree: string, scratch: string): Promise<Pick<KernelKit, 'vmlinuz' | 'vmlinux' | 'unbootable' | 'btfVmlinux'>> {
  const elf = await elfOf(host, file, scratch)
  if (typeof elf !== 'string') {
    host.log.info(`the image is booted as it is, and cannot be read: ${elf.reason}`)
    return { vmlinuz: file }
  }
  await requireSameBuild(elf, file, join(tree, 'vmlinux'))
  const data = await readFile(elf)
  const btf = hasBtf(data) ? { btfVmlinux: elf } : {}
  if (canStart(data)) return { vmlinuz: file, vmlinux: elf, ...btf }
  if (elf === file) throw new UsageError('kernel-image', file, 'Allowed is a bzImage, or a vmlinux with a PVH entry (CONFIG_PVH=y); QEMU cannot start this one.')
  return { vmlinuz: file, unbootable: elf, ...btf }
}

/** Path of the ELF image: the file itself, or what a bzImage holds. */
async function elfOf(host: Host, file: string, scratch: string): Promise<string | { readonly reason: string }> {
  const data = await readFile(file)
  if (isElf(data)) return file
  try {
    await mkdir(scratch, { recursive: true })
    const target = join(scratch, 'vmlinux')
    const elf = await decompress(host, payloadOf(data), `${target}.payload`)
    if (typeof elf === 'string') return { reason: elf }
    await writeFile(target, elf)
    return target
  } catch (error) {
    if (error instanceof ElfError) return { reason: error.message }
    throw error
  }
}

function canStart(elf: Buffer): boolean {
  try {
    return hasPvhEntry(elf)
  } catch (error) {
    if (error instanceof ElfError) return false
    throw error
  }
}

function hasBtf(elf: Buffer): boolean {
  try {
    return openElf(elf).sections.some(({ name, size }) => name === '.BTF' && size > 0)
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

/** Two builds of one release can differ in everything. @throws UsageError when the build ids say that they are two */
async function requireSameBuild(elf: string, file: string, built: string): Promise<void> {
  if (elf === built || !(await exists(built))) return
  const [here, there] = [await buildIdOf(elf), await buildIdOf(built)]
  if (here === undefined || there === undefined || here === there) return
  throw new UsageError('kernel-image', file, `Allowed is the image of the same build as kernel-tree: its vmlinux has the build id ${there}, this one ${here}.`)
}
