import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Btf, BtfError } from '../btf/btf.js'
import { readSplit } from '../btf/distilled.js'
import type { Section } from '../elf/elf.js'
import type { Host } from '../host/host.js'
import { makeScratch } from '../host/scratch.js'
import type { ProofGap } from '../model/proof.js'

/** Seconds; the largest modules of Debian's archive take two. */
const PAHOLE_DEADLINE = 120
/** What argp(3) says; Debian 11 has pahole 1.20. */
const UNKNOWN_OPTION = /unrecognized option '--btf_/

export interface ModuleTypes {
  readonly types: Btf
  /** For the report. */
  readonly from: string
}

/** The module's own types, or what is missing for having them. */
export type ModuleTypesResult = { readonly found: ModuleTypes; readonly gaps: readonly ProofGap[] } | { readonly found?: undefined; readonly gaps: readonly ProofGap[] }

/**
 * The types that the module was compiled with. DWARF comes first: it has all of them, where the module's .BTF leaves out what was the same in the
 * kernel that it was *built* for. `kernel` is the base of a .BTF that was split without a distilled base of its own.
 */
export async function moduleTypes(host: Host, file: string, sections: readonly Section[], kernel: Btf | undefined, workDir: string): Promise<ModuleTypesResult> {
  const section = (name: string): Buffer | undefined => sections.find((entry) => entry.name === name && entry.data.length > 0)?.data
  const gaps: ProofGap[] = []
  if (section('.debug_info') !== undefined) {
    const made = await fromDwarf(host, file, workDir)
    if (made instanceof Btf) return { found: { types: made, from: 'DWARF' }, gaps }
    gaps.push(made)
  }
  const btf = section('.BTF')
  const withoutDwarf = section('.debug_info') === undefined ? 'it has no DWARF (stripped, or built with -g0)' : 'its DWARF could not be read'
  if (btf === undefined) return { gaps: gaps.length > 0 ? gaps : [{ what: 'types', why: `${withoutDwarf} and no .BTF, so nothing says how its types are laid out`, remedy: 'Keep the debug information in the .ko that is checked; strip it afterwards.' }] }
  const distilled = section('.BTF.base')
  try {
    if (distilled !== undefined) {
      return { found: { types: readSplit(btf, { distilled }), from: '.BTF with .BTF.base' }, gaps: [...gaps, { what: 'types', why: `${withoutDwarf}; of types that its .BTF takes from the kernel only name and size could be compared`, remedy: 'Keep the debug information in the .ko that is checked; strip it afterwards.' }] }
    }
    if (kernel === undefined) return { gaps: [...gaps, { what: 'types', why: `${withoutDwarf} and its .BTF cannot be read without the kernel’s` }] }
    return {
      found: { types: Btf.read(btf, { base: kernel }), from: '.BTF' },
      gaps: [...gaps, { what: 'types', why: `${withoutDwarf}; its .BTF says nothing about types that were like those of the kernel that it was built for, whichever that was`, remedy: 'Keep the debug information in the .ko that is checked; strip it afterwards.' }],
    }
  } catch (error) {
    if (!(error instanceof BtfError)) throw error
    return { gaps: [...gaps, { what: 'types', why: `${withoutDwarf} and its .BTF cannot be read: ${error.message}` }] }
  }
}

async function fromDwarf(host: Host, file: string, workDir: string): Promise<Btf | ProofGap> {
  if ((await host.which('pahole')) === undefined) return { what: 'types', why: 'pahole is missing, which turns the module’s DWARF into BTF', remedy: 'Install dwarves.' }
  const scratch = await makeScratch(join(workDir, 'btf-'))
  try {
    const out = join(scratch, 'btf')
    const exit = await host.run({ program: 'pahole', args: ['-F', 'dwarf', '-J', '--btf_gen_floats', `--btf_encode_detached=${out}`, file], seconds: PAHOLE_DEADLINE })
    const data = await readFile(out).catch(() => undefined)
    if (exit.status !== 0 && UNKNOWN_OPTION.test(exit.stderr)) return { what: 'types', why: 'this pahole cannot turn the module’s DWARF into BTF beside the module: --btf_encode_detached came with 1.22', remedy: 'Install dwarves 1.22 or newer, or check the finished module in a container of a newer suite.' }
    if (exit.status !== 0 || data === undefined) return { what: 'types', why: `pahole could not turn the module’s DWARF into BTF: ${exit.stderr.trim().split('\n').at(-1) ?? ''}`.trim() }
    return Btf.read(data)
  } catch (error) {
    if (!(error instanceof BtfError)) throw error
    return { what: 'types', why: `what pahole made of the module’s DWARF cannot be read: ${error.message}` }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
