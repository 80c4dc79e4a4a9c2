import type { Finding } from '../model/finding.js'
import type { DkmsConf } from './conf.js'

/** A setting that the gate makes itself, and that MAKE may contradict. */
interface Insistence {
  readonly pattern: RegExp
  readonly said: (conf: DkmsConf, cc: string, value: string) => string | undefined
}

const assignment = (name: string) => new RegExp(`(?:^|[\\s;&|("'])${name}=("[^"]*"|'[^']*'|[^\\s;&|)]*)`, 'g')

const INSISTENCES: readonly Insistence[] = [
  { pattern: assignment('CC'), said: (_, cc, value) => (value === cc ? undefined : `sets CC=${value}; this kernel was built with ${cc}`) },
  { pattern: assignment('KERNELRELEASE'), said: (conf, _, value) => (value === conf.target.release ? undefined : `sets KERNELRELEASE=${value}; the module is checked for ${conf.target.release}`) },
  ...['LD', 'ARCH', 'CROSS_COMPILE', 'LLVM', 'KCONFIG_CONFIG', 'KBUILD_MODPOST_WARN'].map((name): Insistence => ({
    pattern: assignment(name),
    said: (_, __, value) => (value === '' ? undefined : `sets ${name}=${value}, which the gate leaves as the kernel has it`),
  })),
  { pattern: /uname -r/g, said: (conf) => `asks the running kernel for its release (uname -r), which need not be ${conf.target.release}; dkms gives $kernelver` },
  { pattern: /\/var\/lib\/dkms\b/g, said: (conf) => (conf.dkmsTree === '/var/lib/dkms' ? undefined : 'names /var/lib/dkms; the gate builds elsewhere, and gives $dkms_tree') },
  { pattern: /\/usr\/src\//g, said: (conf) => (conf.target.sourceDir.startsWith('/usr/src/') ? undefined : 'names /usr/src; the sources need not be there, and $dkms_tree has a copy') },
]

/** Where the commands of dkms.conf contradict what the gate insists on; each once, as warnings: the proof looks at what came of it. */
export function overrides(conf: DkmsConf, cc: string, shown: string): Finding[] {
  const found: Finding[] = []
  for (const [directive, text] of [['MAKE', conf.make], ['PRE_BUILD', conf.preBuild ?? '']] as const) {
    const told = new Set<string>()
    for (const { pattern, said } of INSISTENCES) {
      for (const [, value = ''] of text.matchAll(pattern)) {
        const sentence = said(conf, cc, value.replace(/^(["'])(.*)\1$/s, '$2'))
        if (sentence !== undefined) told.add(sentence)
      }
    }
    for (const sentence of told) {
      found.push({
        id: 'build.dkms-override',
        stage: 'build',
        severity: 'warning',
        title: `${shown}: ${directive} ${sentence}`,
        detail: text,
        remedy: 'Use $kernelver, $kernel_source_dir and $dkms_tree, and leave the compiler to the kernel’s own build.',
        place: { file: shown },
      })
    }
  }
  return found
}
