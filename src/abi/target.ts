import { readFile, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { architectureOf } from '../architecture/table.js'
import { ElfError, type ElfFile, openElf } from '../elf/elf.js'
import type { ElfIdentity } from '../elf/identity.js'
import { readModinfo } from '../elf/modinfo.js'
import type { Host } from '../host/host.js'
import { parseConfig } from '../kconfig/parse.js'
import { btfOfImage, identityOfImage, readRawImage } from '../kernel/image.js'
import { openModules, readModule } from '../kernel/module-files.js'
import { unpackVmlinux } from '../kernel/vmlinux.js'
import { UsageError } from '../model/errors.js'
import { isOwn, type KernelKit } from '../model/kernel.js'
import { vermagicIn } from './vermagic-of-kernel.js'

/** All that is known of a kernel for proving that a module fits it. What is absent becomes a gap of the proof. */
export interface ProofTarget {
  readonly release?: string
  /** As the kernel itself compares it. */
  readonly vermagic?: string
  /** Text of Module.symvers. */
  readonly symvers?: string
  /** Content of the section .BTF. */
  readonly btf?: { readonly data: Buffer; readonly from: string }
  /** Symbols without CONFIG_; empty when no config is there. */
  readonly config: ReadonlyMap<string, string>
  /** Directory of the kernel's own modules (…/lib/modules/RELEASE). */
  readonly modulesDir?: string
  /** Architecture of the image. */
  readonly identity?: ElfIdentity
  /** Exports carry flags (`__kflagstab`, Linux 7.0 and later); false where no image tells. */
  readonly exportFlags: boolean
  /** modules.builtin.modinfo, empty when it is not there. */
  readonly builtinModinfo: string
  /** It is the user's own build. */
  readonly own?: true
  /** Directories in which headers may be looked up when their own path is gone. */
  readonly headerDirs: readonly string[]
  /** Where a file is that debug information names, when this run gave it that name. */
  readonly locate?: (path: string) => string
}

/** The target that a kit holds. The headers' BTF-only vmlinux is preferred: it is that of the image, and a tenth of its size. */
export async function targetOfKit(host: Host, kit: KernelKit, workDir: string): Promise<ProofTarget> {
  const image = await imageOfKit(host, kit, workDir)
  const vermagic = (image === undefined ? undefined : vermagicIn(image, kit.target.release)) ?? (await vermagicOfModules(host, kit.modulesDir))
  const btf = (isOwn(kit.target) ? undefined : await btfOf(kit.btfVmlinux, 'the headers’ vmlinux')) ?? sectionOf(image, 'the kernel image')
  host.log.detail(`kernel types from ${btf?.from ?? 'nowhere'}, vermagic ${vermagic ?? 'unknown'}`)
  return {
    release: kit.target.release,
    ...(vermagic !== undefined && { vermagic }),
    symvers: await readFile(kit.moduleSymvers, 'utf8'),
    ...(btf !== undefined && { btf }),
    config: parseConfig(await readFile(kit.imageConfig, 'utf8')),
    modulesDir: kit.modulesDir,
    ...aboutImage(image, kit.target.release),
    builtinModinfo: await builtinModinfo(kit.modulesDir),
    ...(isOwn(kit.target) && { own: true }),
    headerDirs: isOwn(kit.target) ? [kit.target.tree] : [],
  }
}

/**
 * The target in a directory: headers as they are installed, a build tree, or anything with a vmlinux or vmlinuz and a Module.symvers.
 * @throws UsageError when it has neither
 */
export async function targetOfDirectory(host: Host, directory: string, workDir: string): Promise<ProofTarget> {
  const names = await readdir(directory)
  const pick = (pattern: RegExp): string | undefined => names.filter((name) => pattern.test(name)).sort().at(-1)
  const symvers = await readFile(join(directory, 'Module.symvers'), 'utf8').catch(() => undefined)
  const image = await imageIn(host, directory, pick(/^vmlinux(?:-.*)?$/), pick(/^vmlinuz(?:-.*)?$|^bzImage$/) ?? (await below(directory, 'arch/x86/boot/bzImage')), workDir)
  if (symvers === undefined && image === undefined) {
    throw new UsageError('against', directory, 'Allowed is a directory with a vmlinux or vmlinuz and a Module.symvers; this one has neither.')
  }
  const config = await readFile(join(directory, pick(/^\.config$/) ?? pick(/^config(?:-.*)?$/) ?? '.config'), 'utf8').catch(() => '')
  const release = await readFile(join(directory, 'include/config/kernel.release'), 'utf8').then((text) => text.trim()).catch(() => undefined)
  const modulesDir = await modulesIn(directory)
  const vermagic = (image === undefined ? undefined : vermagicIn(image, release)) ?? (modulesDir === undefined ? undefined : await vermagicOfModules(host, modulesDir)) ?? (release === undefined ? undefined : await vermagicOfHeaders(directory, release))
  const btf = sectionOf(image, basename(directory))
  return {
    ...(release !== undefined && { release }),
    ...(vermagic !== undefined && { vermagic }),
    ...(symvers !== undefined && { symvers }),
    ...(btf !== undefined && { btf }),
    config: parseConfig(config),
    ...(modulesDir !== undefined && { modulesDir }),
    ...aboutImage(image, release),
    builtinModinfo: await builtinModinfo(modulesDir),
    headerDirs: [directory],
  }
}

/** The ELF file out of the vmlinuz, or what the vmlinuz is where that is booted as it is. An image that cannot be unpacked is a gap. */
async function imageOfKit(host: Host, { target, vmlinux, unbootable, vmlinuz }: KernelKit, workDir: string): Promise<Buffer | undefined> {
  const elf = vmlinux ?? unbootable
  if (elf !== undefined) return readFile(elf)
  if (architectureOf(target).vmlinuz === 'bzImage') return undefined
  return readRawImage(host, vmlinuz, join(workDir, 'image')).catch((error: unknown) => {
    if (error instanceof ElfError) return undefined
    throw error
  })
}

async function below(directory: string, path: string): Promise<string | undefined> {
  return stat(join(directory, path)).then(
    () => path,
    () => undefined,
  )
}

async function imageIn(host: Host, directory: string, vmlinux: string | undefined, vmlinuz: string | undefined, workDir: string): Promise<Buffer | undefined> {
  if (vmlinux !== undefined) return readFile(join(directory, vmlinux))
  if (vmlinuz === undefined) return undefined
  const file = join(workDir, 'vmlinux-of-directory')
  const result = await unpackVmlinux(host, join(directory, vmlinuz), file)
  if (result !== 'unpacked') throw new UsageError('against', directory, `Allowed is a kernel image that can be unpacked; ${vmlinuz} cannot: ${result.reason}`)
  return readFile(file)
}

/** `kernel` of lib/modules/RELEASE, when the directory is that or holds it. */
async function modulesIn(directory: string): Promise<string | undefined> {
  const inside = await readdir(join(directory, 'lib/modules')).catch(() => [])
  const candidates = [directory, ...inside.map((name) => join(directory, 'lib/modules', name))]
  for (const candidate of candidates) if ((await below(candidate, 'kernel/kernel')) !== undefined || (await below(candidate, 'modules.builtin')) !== undefined) return candidate
  return undefined
}

async function btfOf(file: string | undefined, from: string): Promise<ProofTarget['btf']> {
  return file === undefined ? undefined : sectionOf(await readFile(file), from)
}

/** The types of a kernel image. An image that cannot be read has none; that is then a gap. */
function sectionOf(image: Buffer | undefined, from: string): ProofTarget['btf'] {
  // A copy: a view would keep the whole image in memory.
  const data = image === undefined ? undefined : btfOfImage(image)
  return data === undefined ? undefined : { data: Buffer.from(data), from }
}

function elfOf(image: Buffer): ElfFile | undefined {
  try {
    return openElf(image)
  } catch (error) {
    if (error instanceof ElfError) return undefined
    throw error
  }
}

function aboutImage(image: Buffer | undefined, release: string | undefined): Pick<ProofTarget, 'identity' | 'exportFlags'> {
  const identity = image === undefined ? undefined : identityOfImage(image)
  if (image === undefined || identity === undefined) return { exportFlags: false }
  const elf = elfOf(image)
  // An Image has no table of its sections; every kernel from 7.0 on has this one.
  if (elf === undefined) return { identity, exportFlags: Number(/^\d+/.exec(release ?? '')?.[0] ?? 0) >= 7 }
  return { identity, exportFlags: elf.sections.some(({ name, size }) => name === '__kflagstab' && size > 0) }
}

async function builtinModinfo(modulesDir: string | undefined): Promise<string> {
  return modulesDir === undefined ? '' : readFile(join(modulesDir, 'modules.builtin.modinfo'), 'latin1').catch(() => '')
}

/** The kernel's own modules have its vermagic; one that can be read is asked. */
async function vermagicOfModules(host: Host, modulesDir: string): Promise<string | undefined> {
  const files = await openModules(host, modulesDir)
  const [first] = files.names
  const data = first === undefined ? undefined : await readModule(host, files, first).catch(() => undefined)
  return data === undefined ? undefined : readModinfo(data).get('vermagic')?.[0]
}

/** As include/linux/vermagic.h puts it together, from what the headers' generated autoconf.h says. */
async function vermagicOfHeaders(directory: string, release: string): Promise<string | undefined> {
  const text = await readFile(join(directory, 'include/generated/autoconf.h'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const on = (symbol: string): boolean => new RegExp(`^#define CONFIG_${symbol} 1$`, 'm').test(text)
  const words = [
    release,
    ...(on('SMP') ? ['SMP'] : []),
    // With PREEMPT_DYNAMIC the build still says "preempt" where PREEMPT_BUILD is on.
    ...(on('PREEMPT_BUILD') ? ['preempt'] : on('PREEMPT_RT') ? ['preempt_rt'] : []),
    ...(on('MODULE_UNLOAD') ? ['mod_unload'] : []),
    ...(on('MODVERSIONS') ? ['modversions'] : []),
  ]
  return `${words.join(' ')} `
}
