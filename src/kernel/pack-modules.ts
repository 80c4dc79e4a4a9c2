import { open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { makeScratch } from '../host/scratch.js'
import { GateError } from '../model/errors.js'
import { aptFailure } from './apt-failure.js'
import { damaged, notUnpacked } from './kept-damage.js'
import type { ModuleFiles } from './module-files.js'
import { kernelName } from './module-name.js'

const DEADLINE = 600
/** Where the packagings of Debian put modules, below the root of an unpacked package, and where they lie below the directory of a release. */
const PLACES = ['lib/modules', 'usr/lib/modules']
const KERNEL = 'kernel'
/** The list of what is packed: a line for each module, `GROUP SIZE PATH`, in the order in which they lie in their group; sizes in bytes. */
const INDEX = 'packed'
/**
 * Bytes of modules in a group, at most, but for larger ones. Neighbours have much in common: plain modules take 77 MiB in groups where each for itself takes
 * 95 (6.1), and groups of twice that 76.9. One is unpacked in the time that zstd takes to start.
 */
const GROUP = 8 << 20
/** On all processors; level 9 saves 4 % more in twice the time. `$1`: lists of NUL-ended names, each of which becomes the group of its name, beside it. */
const SCRIPT = `find "$1" -name '*.list' -print0 | xargs -0 -r -n 1 -P "$(nproc)" sh -c 'xargs -0 cat <"$1" | zstd -q -6 -o "\${1%.list}.zst"' sh`

interface Packed {
  readonly group: string
  /** Bytes. */
  readonly size: number
  /** Relative to the directory of the release. */
  readonly path: string
}

/**
 * Packs the modules of an unpacked kernel: 4,000 files in 950 directories, of which a run reads a few. Those that the package compresses (from 6.12) stay as
 * they are, and lie beside each other without the rest of their last block. Without zstd all stays as it is.
 * @throws GateError when the disk is full
 */
export async function packModules(host: Host, root: string): Promise<void> {
  if ((await host.which('zstd')) === undefined) return
  for (const place of PLACES) {
    for (const release of await readdir(join(root, place)).catch(() => [])) {
      const modulesDir = join(root, place, release)
      if (await exists(join(modulesDir, KERNEL))) await packRelease(host, modulesDir)
    }
  }
}

async function packRelease(host: Host, modulesDir: string): Promise<void> {
  const modules = groupsOf(await modulesBelow(modulesDir))
  const fresh = await makeScratch(join(modulesDir, `${KERNEL}.`))
  const lists = new Map<string, string[]>()
  for (const { group, path } of modules) lists.set(group, [...(lists.get(group) ?? []), `${path}\0`])
  for (const [group, paths] of lists) await writeFile(join(fresh, `${group}.list`), paths.join(''))
  const exit = await host.run({ program: 'sh', args: ['-c', SCRIPT, 'sh', fresh], cwd: modulesDir, seconds: DEADLINE })
  if (exit.status !== 0) throw new GateError(aptFailure(exit, `Packing the modules in ${modulesDir}`))
  for (const group of lists.keys()) await rm(join(fresh, `${group}.list`))
  await writeFile(join(fresh, INDEX), modules.map(({ group, size, path }) => `${group} ${size} ${path}\n`).join(''))
  const was = `${fresh}.was`
  await rename(join(modulesDir, KERNEL), was)
  await rename(fresh, join(modulesDir, KERNEL))
  await rm(was, { recursive: true })
}

async function modulesBelow(modulesDir: string): Promise<{ readonly path: string; readonly size: number }[]> {
  const entries = await readdir(join(modulesDir, KERNEL), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && kernelName(entry.name) !== undefined).map(({ parentPath, name }) => join(parentPath, name))
  const found = await Promise.all(files.map(async (file) => ({ path: relative(modulesDir, file), size: (await stat(file)).size })))
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function groupsOf(modules: readonly { readonly path: string; readonly size: number }[]): Packed[] {
  let [group, filled] = [0, 0]
  return modules.map(({ path, size }) => {
    if (filled > 0 && filled + size > GROUP) [group, filled] = [group + 1, 0]
    filled += size
    return { group: String(group).padStart(3, '0'), size, path }
  })
}

/** The packed modules below the directory that /lib/modules/RELEASE is in a kit; undefined where there are none. @throws GateError when their list is damaged */
export async function packedModules(host: Host, modulesDir: string): Promise<ModuleFiles | undefined> {
  const index = join(modulesDir, KERNEL, INDEX)
  const text = await readFile(index, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const places = new Map<string, { readonly group: string; readonly from: number; readonly size: number }>()
  const ends = new Map<string, number>()
  for (const line of text.split('\n').slice(0, -1)) {
    const [, group = '', size = '', path = ''] = /^(\S+) (\d+) (.+)$/.exec(line) ?? []
    const name = kernelName(path)
    if (name === undefined) throw damaged('The list of the kernel’s modules', index, kitOf(modulesDir), `line “${line}”`)
    const from = ends.get(group) ?? 0
    ends.set(group, from + Number(size))
    places.set(name, { group, from, size: Number(size) })
  }
  return {
    names: new Set(places.keys()),
    file: async (name) => {
      const { group, from, size } = places.get(name) ?? { group: '', from: 0, size: 0 }
      return sliceOf(host, join(modulesDir, KERNEL, `${group}.zst`), kitOf(modulesDir), from, size)
    },
  }
}

/** The kit whose modules lie there. */
const kitOf = (modulesDir: string): string => modulesDir.replace(/(?:\/usr)?\/lib\/modules\/[^/]+$/, '')

const GROUP_OF_MODULES = 'A part of the kernel’s modules'

/** `size` bytes from the byte `from` on of what was packed, in the kit at `root`. @throws GateError when it is damaged, or cannot be written */
async function sliceOf(host: Host, packed: string, root: string, from: number, size: number): Promise<Buffer> {
  const scratch = await makeScratch(join(tmpdir(), 'kmod-gate-group-'))
  try {
    const exit = await host.run({ program: 'zstd', args: ['-q', '-d', packed, '-o', join(scratch, 'group')], seconds: DEADLINE })
    if (exit.status !== 0) throw notUnpacked(exit, GROUP_OF_MODULES, packed, root)
    const file = await open(join(scratch, 'group'))
    try {
      const data = Buffer.alloc(size)
      const { bytesRead } = await file.read(data, 0, size, from)
      if (bytesRead !== size) throw damaged(GROUP_OF_MODULES, packed, root, `${bytesRead} of ${size} bytes from ${from} on`)
      return data
    } finally {
      await file.close()
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
