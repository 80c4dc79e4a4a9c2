import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { Btf, BtfError } from '../btf/btf.js'
import { ElfError, openElf } from '../elf/elf.js'
import { cpioNewc } from '../guest/cpio.js'
import { btfOfImage } from '../kernel/image.js'
import type { MachineType } from '../model/scenario.js'
import { type GdbModule, gdbScript, modulePlaces } from './gdb-script.js'
import { FILES, portableArgs } from './qemu-args.js'
import { readme } from './readme.js'
import { runScript, symbolsInit } from './run-script.js'
import { textLayout } from './text-layout.js'

/** What a boot consisted of. */
export interface BundleParts {
  /** `uname -r`. */
  readonly release: string
  readonly machine: MachineType
  /** The file that was booted: vmlinux or vmlinuz. */
  readonly kernel: string
  /** The archive that was booted with, cpio, not compressed. */
  readonly initramfs: Buffer
  /** For gdb's symbols and for people; what is loaded is in the initramfs. */
  readonly modules: readonly { readonly name: string; readonly data: Buffer }[]
  /** QEMU's arguments as they were, with -kernel, -initrd and sockets of the gate. */
  readonly qemuArgs: readonly string[]
  /** Text of report.json, where it is known already. */
  readonly report?: string
  /** Seconds that the guest was given. */
  readonly seconds: number
  /** The line that repeats the whole run. */
  readonly reproduce?: string
}

/** cpio archives are read in units of 512 bytes (Documentation/driver-api/early-userspace/buffer-format.rst asks for multiples of four). */
const BLOCK = 512

/** Leaves a folder that boots the same guest anywhere that has QEMU. Everything in it is named relative to it. */
export async function writeBundle(dir: string, parts: BundleParts): Promise<void> {
  await mkdir(join(dir, FILES.modules), { recursive: true })
  const { machine } = parts
  const kernel = await readFile(parts.kernel)
  const names = parts.modules.map(({ name }) => name)
  const symbols = cpioNewc([{ kind: 'file', path: 'symbols', data: Buffer.from(symbolsInit(machine)), executable: true }])
  const at = (name: string): string => join(dir, name)
  await copyFile(parts.kernel, at(FILES.kernel))
  await writeFile(at(FILES.initramfs), await promisify(gzip)(parts.initramfs))
  await writeFile(at(FILES.symbols), Buffer.concat([symbols, Buffer.alloc((BLOCK - (symbols.length % BLOCK)) % BLOCK)]))
  for (const { name, data } of parts.modules) await writeFile(at(join(FILES.modules, `${name}.ko`)), data)
  await writeFile(at(FILES.run), runScript({ ...portableArgs(parts.qemuArgs), machine, release: parts.release, seconds: parts.seconds }))
  await chmod(at(FILES.run), 0o755)
  await writeFile(at(FILES.gdbScript), gdbScript(parts.modules.flatMap(gdbModule), placesOf(kernel), machine))
  await writeFile(at(FILES.readme), readme({ release: parts.release, machine, modules: names, ...(parts.reproduce !== undefined && { reproduce: parts.reproduce }) }))
  if (parts.report !== undefined) await writeFile(at(FILES.report), parts.report)
}

function gdbModule({ name, data }: BundleParts['modules'][number]): GdbModule[] {
  try {
    return [{ name, layout: textLayout(openElf(data)) }]
  } catch (error) {
    // A module that is refused for what it is has no symbols to be loaded.
    if (error instanceof ElfError) return []
    throw error
  }
}

function placesOf(kernel: Buffer): ReturnType<typeof modulePlaces> {
  try {
    const btf = btfOfImage(kernel)
    return btf === undefined ? undefined : modulePlaces(Btf.read(btf))
  } catch (error) {
    // gdb then goes without the modules' symbols, and the script says so.
    if (error instanceof BtfError) return undefined
    throw error
  }
}
