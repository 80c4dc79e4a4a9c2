import { dirname } from 'node:path'
import type { Delta } from '../model/config.js'
import type { Finding } from '../model/finding.js'
import type { TypeDifference } from '../model/proof.js'
import type { Comparison, Difference } from './compare.js'
import { optionBehind, type HeaderOf } from './option.js'
import { sideBySide } from './side-by-side.js'

type Problem = Omit<Finding, 'stage'>

export interface TypeContext {
  /** Header that declares `struct x`, from the module's DWARF; undefined where that is not known. */
  readonly declaredIn: (type: string) => string | undefined
  /** Whether the module can get hold of this type of the kernel. */
  readonly inReach: (difference: Difference) => boolean
  readonly headerOf: HeaderOf
  readonly deltas: readonly Delta[]
  /** The module that the types are compared with, where that is not the kernel. */
  readonly other?: string
}

export interface TypeJudgement {
  readonly differences: readonly TypeDifference[]
  readonly shifted: readonly string[]
  readonly problems: readonly Problem[]
}

/** So many differing types get a finding of their own; a kernel of another flavour has hundreds, and the first few say it all. */
const TOLD = 8
/** Below this share of common members two types have but the name in common. */
const ALIKE = 0.5

const nameOf = ({ kind, name }: Difference): string => `${kind} ${name}`

/** Root of the kernel's headers: …/include/linux/module.h declares struct module in all kernels. */
function kernelHeaders(declaredIn: TypeContext['declaredIn']): string | undefined {
  const file = declaredIn('struct module')
  return file === undefined || !file.endsWith('/include/linux/module.h') ? undefined : dirname(dirname(dirname(file)))
}

/**
 * Which differences count. A type of the kernel's headers does, when the kernel's type of that name is the same thing: within the module's reach, or alike.
 * A type of the module's own files only happens to have a name that some file of the kernel uses too.
 */
function sort(differences: readonly Difference[], { declaredIn, inReach }: TypeContext): { counting: Difference[]; namesakes: Difference[] } {
  const root = kernelHeaders(declaredIn)
  const counting: Difference[] = []
  const namesakes: Difference[] = []
  for (const difference of differences) {
    const file = declaredIn(nameOf(difference))
    const alike = difference.alike >= ALIKE
    const counts = file === undefined || root === undefined ? alike && inReach(difference) : ofKernel(file, root) && (alike || inReach(difference))
    ;(counts ? counting : namesakes).push(difference)
  }
  return { counting, namesakes }
}

/** Below include/ or arch/ARCH/include/ of the kernel's tree; drivers of the tree keep their own headers elsewhere. */
function ofKernel(file: string, root: string): boolean {
  return file.startsWith(`${root}/`) && /^(?:include|arch\/[^/]+\/include)\//.test(file.slice(root.length + 1))
}

export async function judgeTypes(what: string, comparison: Comparison, context: TypeContext): Promise<TypeJudgement> {
  const { counting, namesakes } = sort(comparison.differences, context)
  const ownCause = counting.filter(({ onlyShifted }) => !onlyShifted)
  // Where all only shifted, what is embedded has no name of its own: then they are the roots.
  const roots = ownCause.length > 0 ? ownCause : counting
  const shifted = counting.filter((difference) => !roots.includes(difference)).map(nameOf).sort()
  const told = await Promise.all(roots.map(async (difference) => ({ difference, told: await tell(difference, context) })))
  const problems = told.slice(0, TOLD).map(({ difference, told: one }, i): Problem => {
    const rest = [...(i === 0 && shifted.length > 0 ? [`${shifted.length} ${shifted.length === 1 ? 'type is' : 'types are'} shifted by what they embed: ${list(shifted)}`] : [])]
    return {
      id: difference.kind === 'enum' ? 'abi.enum-value' : 'abi.struct-layout',
      severity: 'fail',
      title: `${what}: ${sentence(one, context.other ?? 'the kernel')}`,
      detail: [one.table, ...(one.declaredIn === undefined ? [] : [`declared in ${one.declaredIn}`]), ...rest].join('\n'),
      remedy:
        context.other !== undefined
          ? `Build both modules from the same headers, and release them together.`
          : one.option === undefined
          ? 'The module was compiled with other headers or another configuration than the kernel: build it with the headers and the .config of exactly this kernel.'
          : 'Build the module under the kernel’s own configuration: do not allow this delta.',
    }
  })
  if (told.length > TOLD) problems.push({ id: 'abi.struct-layout', severity: 'fail', title: `${what}: ${told.length - TOLD} more types differ: ${list(told.slice(TOLD).map(({ told: one }) => one.type))}` })
  if (namesakes.length > 0) {
    const one = namesakes.length === 1
    problems.push({ id: 'abi.namesake', severity: 'note', title: `${what}: ${namesakes.length} ${one ? 'type' : 'types'} of the module’s own ${one ? 'has' : 'have'} the name of another type somewhere in the kernel, which is no fault: ${list(namesakes.map(nameOf))}` })
  }
  return { differences: told.map(({ told: one }) => one), shifted, problems }
}

function list(names: readonly string[]): string {
  const most = 6
  return names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`
}

async function tell(difference: Difference, { declaredIn, headerOf, deltas }: TypeContext): Promise<TypeDifference> {
  const size = ({ types, id }: Difference['kernel']): number => {
    const type = types.type(id)
    return 'size' in type ? type.size : 0
  }
  const header = declaredIn(nameOf(difference))
  const option = await optionBehind(difference, header, headerOf, deltas)
  return {
    type: nameOf(difference),
    kernelSize: size(difference.kernel),
    moduleSize: size(difference.module),
    table: sideBySide(difference),
    ...(header !== undefined && { declaredIn: header }),
    ...(option !== undefined && { option }),
  }
}

function sentence({ type, kernelSize, moduleSize, option }: TypeDifference, other: string): string {
  const because = option === undefined ? '' : ` (${option})`
  if (type.startsWith('enum ')) return `\`${type}\` has other values than in ${other}${because}`
  if (kernelSize !== moduleSize) return `\`${type}\` has ${moduleSize} bytes in this module and ${kernelSize} in ${other}${because}`
  return `\`${type}\` has other members or offsets in this module than in ${other}${because}`
}
