import type { ProofGap } from '../model/proof.js'
import type { ModuleFacts } from './facts.js'
import type { Problem } from './problem.js'

/** One word of the version magic that differs. */
export interface MagicDifference {
  /** What the word says: the release, or the option behind it. */
  readonly word: string
  /** Absent when the module's has no such word. */
  readonly module?: string
  /** Absent when the kernel's has no such word. */
  readonly kernel?: string
  /** Whether the kernel refuses the module for it. */
  readonly matters: boolean
}

/** What words stand for (include/linux/vermagic.h); others come from the architecture's asm/vermagic.h. */
const MEANING: Readonly<Record<string, string>> = { SMP: 'CONFIG_SMP', preempt: 'CONFIG_PREEMPT_BUILD', preempt_rt: 'CONFIG_PREEMPT_RT', mod_unload: 'CONFIG_MODULE_UNLOAD', modversions: 'CONFIG_MODVERSIONS' }

function meaningOf(word: string): string {
  if (word.startsWith('RANDSTRUCT_')) return 'seed of the structure layout randomisation'
  return Object.hasOwn(MEANING, word) ? (MEANING[word] ?? word) : word
}

/** The release reaches to the first space. `rest` begins with it. */
function split(magic: string): { readonly release: string; readonly rest: string; readonly words: readonly string[] } {
  const end = magic.indexOf(' ') < 0 ? magic.length : magic.indexOf(' ')
  return { release: magic.slice(0, end), rest: magic.slice(end), words: magic.slice(end).split(' ').filter((word) => word !== '') }
}

/** Whether the kernel takes the module's version magic (kernel/module/version.c, same_magic). `ignoreRelease`: MODVERSIONS, and the module has `__versions`. */
export function sameMagic(module: string, kernel: string, ignoreRelease: boolean): boolean {
  return ignoreRelease ? split(module).rest === split(kernel).rest : module === kernel
}

/** All differing words, the release first. */
export function compareMagic(module: string, kernel: string, ignoreRelease: boolean): MagicDifference[] {
  const [own, target] = [split(module), split(kernel)]
  const release = own.release === target.release ? [] : [{ word: 'release', module: own.release, kernel: target.release, matters: !ignoreRelease }]
  const extra = own.words.filter((word) => !target.words.includes(word)).map((word) => ({ word: meaningOf(word), module: word, matters: true }))
  const missing = target.words.filter((word) => !own.words.includes(word)).map((word) => ({ word: meaningOf(word), kernel: word, matters: true }))
  const found = [...release, ...extra, ...missing]
  if (found.some(({ matters }) => matters) || sameMagic(module, kernel, ignoreRelease)) return found
  return [...found, { word: 'order or spacing of the words', module, kernel, matters: true }]
}

export interface MagicRules {
  /** CONFIG_MODVERSIONS. */
  readonly modversions: boolean
  /** CONFIG_MODULE_FORCE_LOAD. */
  readonly forceLoad: boolean
}

export interface MagicVerdict {
  readonly differences: readonly MagicDifference[]
  readonly problems: readonly Problem[]
  readonly gaps: readonly ProofGap[]
}

/** Compares a module's version magic with the kernel's, which every module of the kernel's own package carries; undefined when none could be read. */
export function checkVermagic(module: ModuleFacts, kernel: string | undefined, rules: MagicRules): MagicVerdict {
  if (kernel === undefined) return { differences: [], problems: [], gaps: [{ what: 'vermagic', why: `${module.name} could not be compared: none of the kernel’s own modules was there to tell its version magic` }] }
  if (module.vermagic === undefined) return { differences: [], problems: [withoutMagic(module, rules)], gaps: [] }
  const ignoreRelease = rules.modversions && module.versions !== undefined
  const differences = compareMagic(module.vermagic, kernel, ignoreRelease)
  const weighty = differences.filter(({ matters }) => matters)
  const detail = `module: ${module.vermagic}\nkernel: ${kernel}`
  if (weighty.length > 0) {
    const problem: Problem = { id: 'abi.vermagic', severity: 'fail', title: `${module.name}: the kernel refuses its version magic: ${weighty.map(describe).join('; ')}`, detail, remedy: remedyFor(weighty, kernel) }
    return { differences, problems: [problem], gaps: [] }
  }
  const notes = differences.map((difference): Problem => ({ id: 'abi.vermagic', severity: 'note', title: `${module.name}: ${describe(difference)}; with MODVERSIONS this kernel ignores that word`, detail }))
  return { differences, problems: notes, gaps: [] }
}

function describe({ word, module, kernel }: MagicDifference): string {
  if (word === 'release') return `it was built for release ${module ?? ''}, the kernel is ${kernel ?? ''}`
  if (module === undefined) return `it lacks ${kernel ?? ''} (${word}), which the kernel has`
  if (kernel === undefined) return `it has ${module} (${word}), which the kernel lacks`
  return `${word} differs`
}

function remedyFor(differences: readonly MagicDifference[], kernel: string): string {
  const { release } = split(kernel)
  return differences.every(({ word }) => word === 'release') ? `Build with the headers of ${release}, and give make KERNELRELEASE=${release}.` : `Build with the headers and the .config of ${release}.`
}

/** kernel/module/main.c, check_modinfo and try_to_force_load. */
function withoutMagic({ name }: ModuleFacts, { forceLoad }: MagicRules): Problem {
  const fate = forceLoad ? 'the kernel takes it by force and is tainted (F)' : 'the kernel refuses it'
  return { id: 'abi.vermagic', severity: forceLoad ? 'warning' : 'fail', title: `${name} has no version magic: ${fate}`, remedy: 'Give the .ko as kbuild makes it.' }
}
