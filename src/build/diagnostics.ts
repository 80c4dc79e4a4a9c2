import type { Finding, Place } from '../model/finding.js'

/** Turns a path that the compiler printed into a place of the user's repository, or undefined when it is none. */
export type Locate = (file: string) => string | undefined

interface Rule {
  readonly pattern: RegExp
  /** undefined: the line is known and says nothing worth a finding. */
  readonly finding: (groups: Readonly<Record<string, string>>, place: Place | undefined) => Omit<Finding, 'stage'> | undefined
}

const at = (place: Place | undefined) => (place === undefined ? {} : { place })

/** What gcc, as, ld, modpost, objtool and kbuild print, one row for each kind of line. */
const RULES: readonly Rule[] = [
  {
    // GCC manual, "Options to Control Diagnostic Messages Formatting": file:line:column: kind: message
    pattern: /^(?<file>[^\s:][^:]*):(?<line>\d+):(?:(?<column>\d+):)? (?<kind>fatal error|error|Error|warning|Warning): (?<text>.+)$/,
    finding: ({ kind, text }, place) =>
      /warning/i.test(kind ?? '')
        ? { id: 'build.compiler-warning', severity: 'warning', title: text ?? '', ...at(place) }
        : { id: 'build.compile-error', severity: 'fail', title: text ?? '', remedy: 'Fix the source; the compiler is the one that built the target kernel.', ...at(place) },
  },
  {
    pattern: /^ERROR: (?:modpost: )?"(?<symbol>[^"]+)" \[(?<file>[^\]]+)\] undefined!/,
    finding: ({ symbol, file }) => ({
      id: 'build.unresolved-symbol',
      severity: 'fail',
      title: `${symbol ?? ''} is used by ${base(file)} and exported by nothing in the target kernel`,
      remedy: 'Use a symbol that this kernel exports, or build the module that exports it in the same directory.',
    }),
  },
  {
    pattern: /^ERROR: (?:modpost: )?GPL-incompatible module (?<file>\S+) uses GPL-only symbol '(?<symbol>[^']+)'/,
    finding: ({ symbol, file }) => ({
      id: 'build.gpl-only-symbol',
      severity: 'fail',
      title: `${base(file)} is not GPL-compatible and uses the GPL-only symbol ${symbol ?? ''}`,
      remedy: 'State a GPL-compatible MODULE_LICENSE, or do without the symbol.',
    }),
  },
  { pattern: /^ERROR: (?:modpost: )?(?<text>.+)$/, finding: ({ text }) => ({ id: 'build.modpost-error', severity: 'fail', title: `modpost: ${text ?? ''}` }) },
  { pattern: /^WARNING: (?:modpost: )?(?<text>.+)$/, finding: ({ text }) => ({ id: 'build.modpost-warning', severity: 'warning', title: `modpost: ${text ?? ''}` }) },
  { pattern: /^\S+: (?<kind>warning|error): objtool: (?<text>.+)$/, finding: ({ kind, text }) => ({ id: 'build.objtool', severity: kind === 'error' ? 'fail' : 'warning', title: `objtool: ${text ?? ''}` }) },
  {
    pattern: /^Skipping BTF generation for (?<file>\S+) due to unavailability of vmlinux/,
    finding: () => ({
      id: 'build.btf-skipped',
      severity: 'note',
      title: 'The modules carry no BTF, because this kernel’s headers ship no vmlinux. That is harmless: the kernel loads modules without BTF.',
    }),
  },
  { pattern: /^make(?:\[\d+\])?: \*\*\* (?<text>No rule to make target .+?)\.\s+Stop\.$/, finding: ({ text }) => ({ id: 'build.make-error', severity: 'fail', title: `make: ${text ?? ''}` }) },
  {
    pattern: /^(?<file>[^\s:][^:]*):(?<line>\d+): \*\*\* (?<text>.+)$/,
    finding: ({ text }, place) => ({ id: 'build.make-error', severity: 'fail', title: `make: ${text ?? ''}`, ...at(place) }),
  },
]

/** So many findings of one build are told; a broken header can cause thousands. */
const MOST = 50

/** Findings of one build's output, in order, each said once. */
export function buildFindings(output: string, locate: Locate): Finding[] {
  const found = new Map<string, Finding>()
  for (const line of output.split(/\r?\n/)) {
    const finding = match(line, locate)
    if (finding === undefined) continue
    const key = JSON.stringify([finding.id, finding.title, finding.place])
    if (!found.has(key)) found.set(key, { ...finding, stage: 'build' })
  }
  const all = [...found.values()]
  if (all.length <= MOST) return all
  // Errors first: fifty warnings must not hide the one line that broke the build.
  const told = [...all.filter((f) => f.severity === 'fail'), ...all.filter((f) => f.severity !== 'fail')].slice(0, MOST)
  return [...told, { id: 'build.more', stage: 'build', severity: 'note', title: `${all.length - MOST} more messages of the compiler are in make.log` }]
}

function match(line: string, locate: Locate): Omit<Finding, 'stage'> | undefined {
  for (const rule of RULES) {
    const groups = rule.pattern.exec(line)?.groups
    if (groups !== undefined) return rule.finding(groups, place(groups, locate))
  }
  return undefined
}

function place(groups: Readonly<Record<string, string>>, locate: Locate): Place | undefined {
  const file = groups['file'] === undefined || groups['line'] === undefined ? undefined : locate(groups['file'])
  if (file === undefined) return undefined
  return { file, line: Number(groups['line']), ...(groups['column'] !== undefined && { column: Number(groups['column']) }) }
}

function base(file: string | undefined): string {
  return (file ?? '').replace(/^.*\//, '')
}
