import type { Input } from '../request/input.js'
import { boolean, text } from '../request/values.js'

function input<T>(row: Omit<Input<T>, 'many'> & { readonly many?: boolean }): Input<T> {
  return { many: false, ...row }
}

/** Every input of the action `verdict`; the command line has the same. */
export const VERDICT_INPUTS = {
  reports: input({ name: 'reports', description: 'Directory with the output directories of all jobs, at any depth.', default: 'reports', placeholder: 'DIR', parse: text }),
  matrix: input({
    name: 'matrix',
    description: 'The matrix that the jobs were started from: the output of the action `kernels`, or the path of a file with it. Each of its kernels has to have a report.',
    default: '',
    placeholder: 'JSON|FILE',
    parse: text,
  }),
  policy: input({
    name: 'policy',
    description: 'Policy file (YAML or JSON): required and advisory kernels, those that may be skipped, stages that have to pass, and waivers with reason and last day. Empty: none.',
    default: '',
    placeholder: 'FILE',
    parse: text,
  }),
  required: input({
    name: 'required',
    description: 'Kernels that have to be there beyond the matrix and the policy, one on each line: a release, a suite, a suite/flavour; `*` and `?` stand for any characters.',
    default: '',
    placeholder: 'KERNEL',
    many: true,
    parse: text,
  }),
  commit: input({ name: 'commit', description: 'Commit that is to be released; reports of any other are refused. Empty: that of the workflow’s run, else the one of all reports.', default: '', placeholder: 'HASH', parse: text }),
  allowUnknownCommit: input({ name: 'allow-unknown-commit', description: 'Whether reports that do not say their commit are taken.', default: 'false', placeholder: 'true|false', parse: boolean }),
  outputDir: input({
    name: 'output-dir',
    description: 'Directory for release-manifest.json, the table, the modules that may be released, and SHA256SUMS over all of them.',
    default: 'kmod-gate-release',
    placeholder: 'DIR',
    parse: text,
  }),
} as const

export const VERDICT_OUTPUTS = {
  releasable: '`true` when the module may be released for every required kernel, else `false`.',
  verdict: '`pass`, `fail` (some module or build is at fault), or `error` (something could not be checked).',
  manifest: 'Path of release-manifest.json.',
  'output-dir': 'Path of the directory with all that a release attaches.',
} as const
