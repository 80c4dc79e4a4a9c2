import type { ConfigVerdict } from '../model/config.js'
import type { Finding } from '../model/finding.js'
import type { ToolState } from '../model/toolchain.js'
import { compilerPackage } from './compiler.js'
import { NEEDED_TOOLS, STATED_TOOLS } from './table.js'

/**
 * One finding for each tool that is not the one the target was configured with. A tool that changes the config makes the build
 * wrong (`fail`); one without which make stops leaves nothing to check (`error`).
 */
export function toolFindings(tools: readonly ToolState[]): Finding[] {
  return tools.flatMap((tool) => {
    if (tool.state === 'missing') return [missing(tool, tools)]
    return tool.state === 'other-version' ? [otherVersion(tool)] : []
  })
}

/**
 * The findings that the guard does not report itself, with the same tool as cause and what it did to the config.
 * Where the user allowed that the symbol differs which states the tool's version, the tool itself is no more than a note.
 */
export function coveredByGuard(findings: readonly Finding[], tools: readonly ToolState[], { groups, allowed }: Pick<ConfigVerdict, 'groups' | 'allowed'>): Finding[] {
  const about = ({ title }: Finding, tool: string): boolean => title.startsWith(`${tool} is `)
  const permitted = tools.filter(({ symbol }) => allowed.some((delta) => delta.symbol === symbol))
  const told = groups.flatMap(({ cause }) => (cause.kind === 'tool' && !permitted.some(({ tool }) => tool === cause.tool) ? [cause.tool] : []))
  return findings
    .filter((finding) => !told.some((tool) => about(finding, tool)))
    .map((finding) => (permitted.some(({ tool }) => about(finding, tool)) ? { ...finding, severity: 'note' } : finding))
}

function missing(tool: ToolState, tools: readonly ToolState[]): Finding {
  return {
    id: 'toolchain.missing',
    stage: 'toolchain',
    severity: stopsMake(tool, tools) ? 'error' : 'fail',
    title: `${tool.tool} is missing${tool.expected === undefined ? '' : ` (the target was configured with ${tool.expected})`}.`,
    ...reasonOf(tool),
    remedy: `Install ${tool.package}.`,
  }
}

function otherVersion(tool: ToolState): Finding {
  const unused = tool.expected === 'none'
  return {
    id: 'toolchain.version',
    stage: 'toolchain',
    severity: 'fail',
    title: unused
      ? `${tool.tool} is installed (${tool.actual ?? 'unknown'}), but the target was configured without it.`
      : `${tool.tool} is ${tool.actual ?? 'unknown'}, the target was configured with ${tool.expected ?? 'another'}.`,
    remedy: unused ? `Take ${tool.program} out of PATH, for example by removing the package ${tool.package}.` : `Install ${tool.package} in the version that gives ${tool.expected ?? 'the same'}.`,
  }
}

function stopsMake(tool: ToolState, tools: readonly ToolState[]): boolean {
  if (tool.symbol === undefined) return !(rowOf(tool)?.changesConfig ?? false)
  // Nothing stands in for a compiler of another architecture, which has a package of its own.
  if (tool.symbol === 'CC_VERSION_TEXT') return tool.package !== compilerPackage(tool.program) || tools.some(({ program, state, symbol }) => symbol === undefined && program === 'gcc' && state === 'missing')
  return STATED_TOOLS.some(({ symbol, stopsKconfig }) => symbol === tool.symbol && stopsKconfig === true)
}

function reasonOf(tool: ToolState): { readonly detail?: string } {
  const row = tool.symbol === undefined ? rowOf(tool) : undefined
  return row === undefined ? {} : { detail: `Needed for: ${row.reason}` }
}

function rowOf({ tool, package: name }: ToolState): (typeof NEEDED_TOOLS)[number] | undefined {
  return NEEDED_TOOLS.find((row) => row.tool === tool && row.package === name)
}
