import { basename } from 'node:path'
import { isOwn, type KernelTarget, type OwnTarget } from '../model/kernel.js'
import type { KernelSpec, ModuleSource } from '../model/request.js'
import type { AbiProof } from '../model/proof.js'
import type { Report } from '../model/report.js'
import { kernelText } from '../request/kernel-spec.js'
import { firstOf } from '../text/bounded.js'
import { plainOneLine } from '../text/plain.js'

/** The kernel in the user's words. */
export function kernelWords(spec: KernelSpec): string {
  if (spec.kind === 'directory') return `the kernel in ${spec.directory}`
  if (spec.kind === 'own') return `the kernel built in ${spec.tree}`
  const plain = spec.suite === undefined && spec.flavour === undefined
  if (plain && spec.kind === 'default') return 'the default kernel'
  if (plain && spec.kind === 'series') return `the newest ${spec.series} kernel`
  return plain && spec.kind === 'release' ? spec.release : `the kernel ${kernelText(spec)}`
}

/** Where a kernel comes from, in a few words. */
export function originOf(target: KernelTarget | OwnTarget): string {
  return isOwn(target) ? `built in ${target.tree}` : `packages ${target.packageVersion}`
}

/** The module's directory in the user's words. */
export function moduleWords(source: ModuleSource): string {
  if (source.kind === 'in-tree') return source.path
  if (source.kind === 'prebuilt') return source.files.map((file) => basename(file)).join(', ')
  return source.path === '.' ? basename(source.repository) : source.path
}

/** What was checked: the modules that came out, else the directory that they were to come from. */
export function subjectOf({ modules, request }: Pick<Report, 'modules' | 'request'>): string {
  const { shown, more } = firstOf(modules.map(({ name }) => name), 3)
  if (shown.length === 0) return plainOneLine(moduleWords(request.module))
  const rest = more > 0 ? [`${more} more`] : []
  const names = [...shown, ...rest]
  return plainOneLine(names.length === 1 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`)
}

/** Release of the kernel, or the user's words while it is not known. */
export function kernelOf({ target, request }: Pick<Report, 'target' | 'request'>): string {
  return target?.release ?? kernelWords(request.kernel)
}

function titles(report: Report, severity: 'fail' | 'error' | 'skip'): string {
  const { shown, more } = firstOf(report.findings.filter((finding) => finding.severity === severity), 1)
  const title = plainOneLine(shown[0]?.title ?? 'no reason was left').replace(/[.:]+$/, '')
  return more === 0 ? `${title}.` : `${title} (and ${more} more).`
}

/** Whether nothing was left unproven that could have been proven. */
function whole({ modules }: AbiProof): boolean {
  return modules.every(({ gaps }) => gaps.every(({ inherent }) => inherent === true))
}

/** The verdict with its reason, in one sentence on one line. */
export function verdictSentence(report: Report): string {
  const subject = subjectOf(report)
  const kernel = kernelOf(report)
  if (report.verdict === 'fail') return `${subject} must not be released for ${kernel}: ${titles(report, 'fail')}`
  if (report.verdict === 'error') return `${subject} could not be checked for ${kernel}: ${titles(report, 'error')}`
  if (report.verdict === 'skip') return `${subject} was not checked for ${kernel}: ${titles(report, 'skip')}`
  const one = report.modules.length <= 1
  const built = report.request.module.kind !== 'prebuilt'
  const did = [
    ...(built ? [`${one ? 'builds' : 'build'} for ${kernel} under its own config`] : []),
    ...(report.proof === undefined ? [] : [`${one ? 'fits' : 'fit'} ${built ? 'it' : kernel} ${whole(report.proof) ? 'byte for byte' : 'as far as could be proven'}`]),
    ...(report.guest === undefined ? [] : [`${one ? 'loads and unloads' : 'load and unload'}${built || report.proof !== undefined ? '' : ` on ${kernel}`}`]),
  ]
  const deeds = did.join(', ')
  return report.guest === undefined ? `${subject} ${deeds}; the kernel was not booted.` : `${subject} ${deeds}.`
}
