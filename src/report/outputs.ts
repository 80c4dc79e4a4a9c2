import { join } from 'node:path'
import { isOwn } from '../model/kernel.js'
import type { Report } from '../model/report.js'

/** Every output of the action, with its description for action.yml. */
export const OUTPUTS = {
  verdict: '`pass` (checked and good), `fail` (the module or its build is at fault), `error` (it could not be checked), or `skip` (the module itself says that it is not meant for this kernel; the step succeeds, and nothing was checked).',
  'kernel-release': 'Release of the kernel that the module was checked for, as `uname -r` says it.',
  'package-version': 'Version of the kernel’s packages.',
  modules: 'The modules that were built, as a JSON list of objects with `name`, `file` and `sha256`.',
  'config-delta': 'How many symbols differ from the kernel’s config beyond the requested options; empty when the comparison was not reached.',
  report: 'Path of `report.json`.',
  'output-dir': 'Path of the directory with the modules, logs and reports.',
} as const

export type Outputs = Readonly<Record<keyof typeof OUTPUTS, string>>

/** Outputs of a run that got no further than its inputs. */
export const NO_RUN: Outputs = { verdict: 'error', 'kernel-release': '', 'package-version': '', modules: '[]', 'config-delta': '', report: '', 'output-dir': '' }

/** All outputs of one run. */
export function outputsOf(report: Report): Outputs {
  const { outputDir } = report.request
  return {
    verdict: report.verdict,
    'kernel-release': report.target?.release ?? '',
    'package-version': report.target === undefined || isOwn(report.target) ? '' : report.target.packageVersion,
    modules: JSON.stringify(report.modules.map(({ name, file, sha256 }) => ({ name, file, sha256 }))),
    'config-delta': report.config === undefined ? '' : String(report.config.deltas.length),
    report: join(outputDir, 'report.json'),
    'output-dir': outputDir,
  }
}
