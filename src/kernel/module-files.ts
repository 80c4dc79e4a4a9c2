import { readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Host } from '../host/host.js'
import { makeScratch } from '../host/scratch.js'
import { GateError } from '../model/errors.js'
import { decompress } from './decompress.js'
import { kernelName } from './module-name.js'
import { packedModules } from './pack-modules.js'

/** The modules of a kernel's own package, by their kernel names. */
export interface ModuleFiles {
  readonly names: ReadonlySet<string>
  /** The file of one of them as the package ships it, maybe compressed. @throws GateError */
  file(name: string): Promise<Buffer>
}

/** The modules below the directory that /lib/modules/RELEASE is, or those that a kit keeps packed there. @throws GateError when their list is damaged */
export async function openModules(host: Host, modulesDir: string): Promise<ModuleFiles> {
  return (await packedModules(host, modulesDir)) ?? looseModules(modulesDir)
}

async function looseModules(modulesDir: string): Promise<ModuleFiles> {
  const entries = await readdir(modulesDir, { recursive: true, withFileTypes: true })
  const files = new Map(
    entries.flatMap((entry) => {
      const name = entry.isFile() ? kernelName(entry.name) : undefined
      return name === undefined ? [] : [[name, join(entry.parentPath, entry.name)] as const]
    }),
  )
  return { names: new Set(files.keys()), file: (name) => readFile(files.get(name) ?? '') }
}

/** The uncompressed ELF file. @throws GateError `kernel.module-unreadable` */
export async function readModule(host: Host, files: ModuleFiles, name: string): Promise<Buffer> {
  const scratch = await makeScratch(join(tmpdir(), 'kmod-gate-ko-'))
  try {
    const data = await decompress(host, await files.file(name), join(scratch, 'module'))
    if (typeof data !== 'string') return data
    throw new GateError({ id: 'kernel.module-unreadable', stage: 'boot', severity: 'error', title: `${name}.ko of the kernel’s package cannot be decompressed: ${data}`, remedy: 'Install xz-utils and zstd.' })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
