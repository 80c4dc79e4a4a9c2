import type { Finding } from '../model/finding.js'
import type { DkmsConf, Match } from './conf.js'

/**
 * Why dkms would not build the package for its kernel (it ends with status 77 then), as one sentence, or undefined when it would.
 * The package says so itself: such a kernel is skipped, neither good nor bad.
 */
export function exclusion(conf: DkmsConf): string | undefined {
  const reasons = exclusions(conf)
  if (reasons.length === 0) return undefined
  const said = conf.said.trim().split('\n').filter((line) => line !== '').slice(-3).join(' ')
  return `${conf.packageName} ${conf.packageVersion} is not for this kernel: ${reasons.join('; ')}.${said === '' ? '' : ` dkms.conf says: ${said}`}`
}

/** The same as what a report says of a kernel that was skipped. `text` is that of dkms.conf, for the line. @throws Error when dkms would build it */
export function excludedFinding(conf: DkmsConf, shown: string, text: string): Finding {
  const reasons = exclusions(conf).map((reason) => reason.replaceAll(`${conf.target.sourceDir}/`, ''))
  const [directive] = /BUILD_EXCLUSIVE_[A-Z_]+|OBSOLETE_BY|build_exclude/.exec(reasons[0] ?? '') ?? []
  if (directive === undefined) throw new Error(`${conf.file} leaves nothing out`)
  const line = text.split('\n').findIndex((written) => written.trim().startsWith(directive)) + 1
  const said = conf.said.trim()
  return {
    id: 'build.dkms-excluded',
    stage: 'build',
    severity: 'skip',
    title: `${conf.packageName} ${conf.packageVersion} is not for ${conf.target.release}: ${reasons.join('; ')}`,
    ...(said !== '' && { detail: `dkms.conf says:\n${said}` }),
    remedy: `Nothing, where that is meant: a release lets the kernel be skipped by may-skip in its policy. Else correct ${directive}.`,
    place: { file: shown, ...(line > 0 && { line }) },
  }
}

function exclusions({ buildExclusive, target }: DkmsConf): string[] {
  const { kernel, arch, kernelMin, kernelMax, config, configFile, flag } = buildExclusive
  const reasons: string[] = []
  if (flag !== undefined) reasons.push('dkms.conf sets build_exclude')
  if (kernel !== undefined && kernel.match !== 'match') reasons.push(`BUILD_EXCLUSIVE_KERNEL ${verb(kernel.match, kernel.regex)} ${target.release}`)
  if (kernelMin !== undefined && comparable(target.release) < comparable(kernelMin)) reasons.push(`BUILD_EXCLUSIVE_KERNEL_MIN is ${kernelMin}, and ${target.release} is older`)
  if (kernelMax !== undefined && comparable(target.release) > comparable(kernelMax.version)) reasons.push(`${kernelMax.directive} is ${kernelMax.version}, and ${target.release} is newer`)
  if (arch !== undefined && arch.match !== 'match') reasons.push(`BUILD_EXCLUSIVE_ARCH ${verb(arch.match, arch.regex)} ${target.arch}`)
  for (const { option, wanted, on } of config) {
    if (wanted !== on) reasons.push(`BUILD_EXCLUSIVE_CONFIG wants ${option} ${wanted ? 'on' : 'off'}, and it is ${on ? 'on' : 'off'} in ${configFile ?? 'the configuration'}`)
  }
  return reasons
}

function verb(match: Match, regex: string): string {
  return match === 'invalid' ? `${JSON.stringify(regex)} is no regular expression, so that it cannot match` : `${JSON.stringify(regex)} does not match`
}

/**
 * Makes versions comparable as strings: numbers get at least three digits and blanks vanish, so that 6.9 comes before 6.12 (dkms, VER).
 * dkms compares in the user's locale, this in that of C; both order digits and points alike.
 */
export function comparable(version: string): string {
  return version.replace(/\d+/g, (digits) => digits.padStart(3, '0')).replaceAll(' ', '')
}
