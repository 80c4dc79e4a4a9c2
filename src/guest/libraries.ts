import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ElfError, integer, range } from '../elf/elf.js'
import type { Architecture } from '../architecture/architecture.js'
import type { Host } from '../host/host.js'
import { makeScratch } from '../host/scratch.js'
import { GateError } from '../model/errors.js'

/** A file that a dynamically linked program needs, at the path at which the loader looks for it. */
export interface Library {
  readonly path: string
  readonly data: Buffer
}

const PT_INTERP = 3
const SECONDS = 15

/** The loader that an ELF64 program asks for; undefined when it needs none or is no such program (object file format, "Program header"). */
export function interpreterOf(file: Buffer): string | undefined {
  if (file.length < 64 || file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1) return undefined
  try {
    const [table, size, count] = [integer(file, 0x20, 8, 'program header table'), integer(file, 0x36, 2, 'program header size'), integer(file, 0x38, 2, 'number of program headers')]
    for (let i = 0; i < count; i++) {
      const header = range(file, table + i * size, 0x38, `program header ${i}`)
      if (integer(header, 0, 4, 'type') !== PT_INTERP) continue
      const name = range(file, integer(header, 8, 8, 'offset of the loader'), integer(header, 0x20, 8, 'size of the loader'), 'name of the loader')
      return name.toString('latin1').split('\0')[0]
    }
  } catch (error) {
    if (!(error instanceof ElfError)) throw error
  }
  return undefined
}

/** What `ld.so --list` prints: `libc.so.6 => /lib/…/libc.so.6 (0x…)`, the loader by its path, the vdso without one, and `x => not found`. */
export function parseLoaderList(output: string): { readonly paths: string[]; readonly missing: string[] } {
  const paths: string[] = []
  const missing: string[] = []
  for (const line of output.split('\n')) {
    const [, name, target] = /^\s*(\S+)(?: => (not found|\S+))?(?: \(0x[0-9a-f]+\))?\s*$/.exec(line) ?? []
    if (name === undefined) continue
    if (target === 'not found') missing.push(name)
    else if (target?.startsWith('/') === true) paths.push(target)
    else if (target === undefined && name.startsWith('/')) paths.push(name)
  }
  return { paths: [...new Set(paths)], missing }
}

/**
 * The loader and all libraries of a program, as this machine has them. The loader itself is asked; it maps the program and does not run it.
 * `cross`: the architecture of a guest that is not the machine's.
 * @throws GateError when a library is missing
 */
export async function librariesOf(host: Host, name: string, program: Buffer, cross?: Architecture): Promise<Library[]> {
  const loader = interpreterOf(program)
  if (loader === undefined) return []
  const missing = (what: string): GateError =>
    new GateError({ id: 'guest.library-missing', stage: 'boot', severity: 'error', title: `${name}, which the test takes along, needs ${what}, and it is not installed here`, remedy: 'Install the library in the container, or link the program statically.' })
  // Its loader cannot be asked here, and its libraries are not here.
  if (cross !== undefined) throw missing(`the loader ${loader} and libraries of ${cross.name}`)
  const dir = await makeScratch(join(tmpdir(), 'kmod-gate-libraries-'))
  try {
    const copy = join(dir, 'program')
    await writeFile(copy, program)
    await chmod(copy, 0o755)
    if ((await readFile(loader).catch(() => undefined)) === undefined) throw missing(`the loader ${loader}`)
    const listed = parseLoaderList((await host.run({ program: loader, args: ['--list', copy], seconds: SECONDS })).stdout)
    const [first] = listed.missing
    if (first !== undefined) throw missing(`the library ${first}`)
    return await Promise.all([...new Set([loader, ...listed.paths])].map(async (path) => ({ path, data: await readFile(path) })))
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
