import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, isAbsolute } from 'node:path'
import { architectureOfMachine, crossFor } from '../architecture/table.js'
import { ElfError } from '../elf/elf.js'
import type { Host } from '../host/host.js'
import { makeScratch } from '../host/scratch.js'
import type { Place } from '../model/finding.js'
import type { Frame } from './frames.js'
import { addressOf, functionsOf } from './symbolise.js'

export interface SourceLine {
  /** As the debug information has it, absolute or relative to where the compiler ran. */
  readonly file: string
  /** 1-based. */
  readonly line: number
}

/** Where the sources were when the module was built, and where they are in the user's repository. */
export interface SourceRoot {
  /** Absolute path that the debug information has for the directory that was built, a copy of the repository's root (or the kernel tree). */
  readonly buildDir: string
  /** Path below the repository's root that `buildDir` is a copy of; empty for the root itself. */
  readonly repositoryPath: string
}

const SECONDS = 20

/** Source lines of frames by their text, from the modules' DWARF; what it does not know is left off. No addr2line, no lines. */
export async function sourceLines(host: Host, frames: readonly Frame[], modules: readonly { readonly name: string; readonly data: Buffer }[]): Promise<ReadonlyMap<string, SourceLine>> {
  const lines = new Map<string, SourceLine>()
  if (frames.length === 0) return lines
  const dir = await makeScratch(join(tmpdir(), 'kmod-gate-lines-'))
  try {
    for (const { name, data } of modules) {
      const file = join(dir, `${name}.ko`)
      const program = addr2lineFor(data)
      const wanted = addresses(frames.filter((frame) => frame.module === name), data)
      if (wanted.size > 0 && (await host.which(program)) === undefined) continue
      if (wanted.size > 0) await writeFile(file, data)
      for (const [section, found] of wanted) {
        const { status, stdout } = await host.run({ program, args: addr2lineArgs(file, section, found.map(({ address }) => address)), seconds: SECONDS })
        if (status === 0) stdout.split('\n').forEach((text, i) => {
          const at = found[i]
          const line = parseLine(text)
          if (at !== undefined && line !== undefined) lines.set(at.frame.text, line)
        })
      }
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
  return lines
}

/** binutils of another architecture have names of their own, and the machine's do not read its files. */
function addr2lineFor(module: Buffer): string {
  const architecture = architectureOfMachine(module.length < 20 ? 0 : module.readUInt16LE(18))
  return `${architecture === undefined ? '' : (crossFor(architecture)?.crossPrefix ?? '')}addr2line`
}

/** Frames of one module by section, with their addresses there. */
function addresses(frames: readonly Frame[], module: Buffer): Map<string, { readonly frame: Frame; readonly address: number }[]> {
  const bySection = new Map<string, { readonly frame: Frame; readonly address: number }[]>()
  if (frames.length === 0) return bySection
  try {
    const functions = functionsOf(module)
    for (const frame of frames) {
      const at = addressOf(frame, functions)
      if (at !== undefined) bySection.set(at.section, [...(bySection.get(at.section) ?? []), { frame, address: at.address }])
    }
  } catch (error) {
    if (!(error instanceof ElfError)) throw error
  }
  return bySection
}

/** Arguments of addr2line(1): one line of output for each address. */
export function addr2lineArgs(file: string, section: string, offsets: readonly number[]): string[] {
  return ['-e', file, '-j', section, ...offsets.map((offset) => `0x${offset.toString(16)}`)]
}

/** `/path/file.c:23` or `/path/file.c:23 (discriminator 1)`; `??:0` and `file.c:?` are no lines. */
export function parseLine(text: string): SourceLine | undefined {
  const [, file, line] = /^(.+):(\d{1,9})(?: \(discriminator \d+\))?$/.exec(text) ?? []
  return file === undefined || file === '??' || Number(line) === 0 ? undefined : { file, line: Number(line) }
}

/** The place in the user's repository, or undefined when the line is not from there. */
export function placeOf(found: SourceLine | undefined, root: SourceRoot | undefined): Place | undefined {
  if (found === undefined || root === undefined) return undefined
  const { file, line } = found
  const below = isAbsolute(file) ? relative(root.buildDir, file) : file.replace(/^\.\//, '')
  if (below === '' || below.startsWith('../') || isAbsolute(below)) return undefined
  return { file: join(root.repositoryPath, below), line }
}
