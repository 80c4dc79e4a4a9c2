import type { Delta, DeltaGroup } from '../model/config.js'
import type { Finding } from '../model/finding.js'
import type { ToolState } from '../model/toolchain.js'
import { describeDelta } from './diff.js'
import { needsBuiltin, type OptionContext } from './options.js'
import { unquote, type ConfigMap } from './parse.js'

export type GroupFinding = Pick<Finding, 'id' | 'severity' | 'title' | 'detail' | 'remedy'>

/** What a tool's `expected` says when the target was configured without that tool. */
const UNUSED = 'none'

/** How many symbols a title names before it only counts the rest; all are in the detail. */
const NAMED = 12

/** The findings of one group of deltas, one for each group whose cause is known. */
export function groupFindings(group: DeltaGroup, tools: readonly ToolState[], context: OptionContext): GroupFinding[] {
  const { cause, deltas } = group
  const detail = deltas.map(describeDelta).join('\n')
  switch (cause.kind) {
    case 'tool': {
      const tool = tools.find((candidate) => candidate.tool === cause.tool)
      return tool === undefined ? unknownCause(deltas) : [{ ...toolFinding(tool, deltas, context.now), severity: 'fail', detail }]
    }
    case 'option':
      return sideEffects(cause.option, deltas, context)
    case 'dependency':
      return [
        {
          id: 'config.dependency',
          severity: 'fail',
          title: `${cause.on} changed, and with it what depends on it: ${names(deltas)}.`,
          detail,
          remedy: `Find out what changed ${cause.on}: a tool other than the kernel's, a variable of make, or a changed Kconfig file.`,
        },
      ]
    case 'unknown':
      return unknownCause(deltas)
  }
}

/** What an option brings along must be stated by the user where modules can hold it, and is out of reach where the kernel image would have to. */
function sideEffects(option: string, deltas: readonly Delta[], context: OptionContext): GroupFinding[] {
  const builtin = deltas.filter(({ symbol }) => needsBuiltin(symbol, context) !== undefined)
  const modular = deltas.filter((delta) => !builtin.includes(delta))
  return [
    ...(builtin.length === 0
      ? []
      : [
          {
            id: 'config.option-needs-builtin',
            severity: 'fail' as const,
            title: `CONFIG_${option} would need another kernel: it brings along what only the kernel image can hold: ${names(builtin)}.`,
            detail: builtin.map(describeDelta).join('\n'),
            remedy: 'Choose a kernel built with these, or state in allow-config-delta why a kernel without them will do.',
          },
        ]),
    ...(modular.length === 0
      ? []
      : [
          {
            id: 'config.option-side-effect',
            severity: 'fail' as const,
            title: `CONFIG_${option} brings more along than was asked for: ${names(modular)}.`,
            detail: modular.map(describeDelta).join('\n'),
            remedy: `Add to options: ${modular.map(({ symbol, after }) => `CONFIG_${symbol}=${after ?? 'n'}`).join(' ')}`,
          },
        ]),
  ]
}

function names(deltas: readonly Delta[]): string {
  const shown = deltas.slice(0, NAMED).map(({ symbol }) => symbol)
  return shown.join(', ') + (deltas.length > NAMED ? ` and ${deltas.length - NAMED} more` : '')
}

function toolFinding(tool: ToolState, deltas: readonly Delta[], now: ConfigMap): Pick<Finding, 'id' | 'title' | 'remedy'> {
  const own = deltas.find(({ symbol }) => symbol === tool.symbol)
  const missing = tool.state === 'missing' || (tool.state === 'ok' && vanished(own))
  const expected = tool.expected === undefined ? '' : ` (the target was configured with ${tool.expected})`
  if (missing) {
    return {
      id: 'config.tool-missing',
      title: `${tool.tool} is missing${expected}${standIn(tool, own, now)}: ${names(deltas)}.`,
      remedy: `Install ${tool.package}.`,
    }
  }
  if (tool.expected === UNUSED) {
    return {
      id: 'config.tool-version',
      title: `${tool.tool} is installed, but the target was configured without it: ${names(deltas)}.`,
      remedy: `Take ${tool.program} out of PATH, for example by removing the package ${tool.package}.`,
    }
  }
  const actual = tool.state === 'ok' && own?.after !== undefined ? unquote(own.after) : (tool.actual ?? 'unknown')
  const revised = tool.expected !== undefined && deltas.length === 1 && own !== undefined && withoutRevision(tool.expected) === withoutRevision(actual)
  return {
    id: 'config.tool-version',
    title: `${tool.tool} is another one${expected}, this one is ${actual}: ${names(deltas)}.`,
    remedy: `Install ${tool.package} in the version that the target was configured with${tool.expected === undefined ? '' : ` (${tool.expected})`}.${revised ? ` Both are the same upstream version, built by Debian at different times. If your suite has moved on since the kernel was built and that will do, allow it: allow-config-delta: "${own.symbol}: another Debian revision".` : ''}`,
  }
}

/** `gcc-16 (Debian 16.2.0-3) 16.2.0` without what the distribution calls its build. */
function withoutRevision(version: string): string {
  return version.replace(/\s*\([^)]*\)/g, '')
}

/** A tool that was there when it was looked up, and of which Kconfig found nothing later. */
function vanished(own: Delta | undefined): boolean {
  return own !== undefined && (own.after === undefined || own.after === '0' || own.after === '""')
}

/** A compiler that is missing does not stop make, which then takes what it was given instead. */
function standIn(tool: ToolState, own: Delta | undefined, now: ConfigMap): string {
  if (tool.symbol !== 'CC_VERSION_TEXT' || own === undefined) return ''
  const used = unquote(now.get('CC_VERSION_TEXT') ?? '').split(' ')[0] ?? ''
  return used === '' ? '' : `, \`${used}\` was used instead`
}

const KINDS: readonly { readonly id: string; readonly holds: (delta: Delta) => boolean; readonly says: (count: string) => string }[] = [
  { id: 'config.symbol-lost', holds: ({ after }) => after === undefined, says: (which) => `The target has what this build lost, for no known cause: ${which}.` },
  { id: 'config.symbol-gained', holds: ({ before }) => before === undefined, says: (which) => `This build gained what the target does not have, for no known cause: ${which}.` },
  { id: 'config.symbol-changed', holds: ({ before, after }) => before !== undefined && after !== undefined, says: (which) => `Values differ from the target's for no known cause: ${which}.` },
]

function unknownCause(deltas: readonly Delta[]): GroupFinding[] {
  return KINDS.flatMap(({ id, holds, says }) => {
    const those = deltas.filter(holds)
    if (those.length === 0) return []
    return [
      {
        id,
        severity: 'fail' as const,
        title: says(names(those)),
        detail: those.map(describeDelta).join('\n'),
        remedy: 'Give the build the tools and settings of the target kernel, or state in allow-config-delta why the difference does no harm.',
      },
    ]
  })
}
