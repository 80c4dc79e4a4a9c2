import { diffConfigs, describeDelta } from '../kconfig/diff.js'
import { type ConfigMap, parseConfig } from '../kconfig/parse.js'
import type { Delta } from '../model/config.js'
import { CONFIG_CAUSES, type ConfigCause, LAYOUT } from './config-causes.js'
import type { Explanation } from './explanation.js'

/** Symbols that one explanation shows. */
const MOST_EVIDENCE = 40

/** Whether a text is a .config: most of its lines say so, or all of a few. */
export function isConfig(text: string): boolean {
  const lines = text.split('\n', 5000).filter((line) => line.trim() !== '')
  const config = lines.filter((line) => /^(?:CONFIG_\w+=|# CONFIG_\w+ is not set)/.test(line)).length
  return config >= 2 && (config === lines.length || (config >= 3 && config * 3 > lines.length))
}

/**
 * Why the second .config is not like the first, as far as the files alone tell: differences by the tool whose abilities they hold, and the rest.
 * @throws GateError `config.malformed` when one cannot be read
 */
export function explainConfigs(before: string, after: string): Explanation[] {
  const [first, second] = [parseConfig(before), parseConfig(after)]
  const deltas = diffConfigs(first, second)
  const groups = new Map<ConfigCause | undefined, Delta[]>()
  for (const delta of deltas) {
    const cause = CONFIG_CAUSES.find(({ states, follows }) => states.includes(delta.symbol) || follows.test(delta.symbol))
    groups.set(cause, [...(groups.get(cause) ?? []), delta])
  }
  const told = CONFIG_CAUSES.flatMap((cause) => {
    const group = groups.get(cause)
    return group === undefined ? [] : [toolExplanation(cause, group, first, second)]
  })
  const others = groups.get(undefined)
  return [...told, ...(others === undefined ? [] : [otherExplanation(others)])]
}

/** Not there, or there and empty: what Kconfig writes of a tool that did not answer. */
function absent(value: string | undefined): boolean {
  return value === undefined || value === '0' || value === '""'
}

function toolExplanation({ tool, package: packages, states }: ConfigCause, deltas: readonly Delta[], before: ConfigMap, after: ConfigMap): Explanation {
  const stated = states.filter((symbol) => before.get(symbol) !== after.get(symbol))
  const lost = stated.some((symbol) => !absent(before.get(symbol)) && absent(after.get(symbol)))
  const gained = stated.some((symbol) => absent(before.get(symbol)) && !absent(after.get(symbol)))
  const [how, remedy] = lost
    ? [`${tool} was missing for the second`, `Install ${packages}, take the first .config again, and build from clean.`]
    : gained
      ? [`${tool} was there for the second only`, `Take ${packages} away, or accept a kernel of your own.`]
      : stated.length > 0
        ? [`${tool} is another one in the second`, `Use ${tool.replace(/^the /, 'the same ')} for both: ${packages}.`]
        : [`${tool} answered otherwise for the second`, `Use ${tool.replace(/^the /, 'the same ')} for both: ${packages}.`]
  return {
    kind: 'configurations',
    title: `${how}: ${deltas.length} ${deltas.length === 1 ? 'symbol differs' : 'symbols differ'}${layoutNote(deltas)}`,
    evidence: evidenceOf(deltas),
    explanation: `Kconfig asks the tools that it finds what they can, and quietly chooses other values when the answers differ. ${layoutSentence(deltas)}`.trim(),
    remedy,
    doc: lost ? 'docs/findings.md#config-the-guard' : 'docs/findings.md#toolchain',
    harmless: false,
  }
}

function otherExplanation(deltas: readonly Delta[]): Explanation {
  return {
    kind: 'configurations',
    title: `${deltas.length} ${deltas.length === 1 ? 'symbol differs' : 'symbols differ'} for no tool’s sake${layoutNote(deltas)}`,
    evidence: evidenceOf(deltas),
    explanation: `Somebody chose so, another version of the kernel has other symbols, or they follow from one of those above; with the kernel’s source kmod-gate’s guard tells which. ${layoutSentence(deltas)}`.trim(),
    remedy: 'Name what is meant in options; take the kernel’s own .config for everything else.',
    doc: 'docs/findings.md#config-the-guard',
    harmless: false,
  }
}

function evidenceOf(deltas: readonly Delta[]): string[] {
  const first = [...deltas.filter(({ symbol }) => LAYOUT.has(symbol)), ...deltas.filter(({ symbol }) => !LAYOUT.has(symbol))]
  const more = deltas.length - MOST_EVIDENCE
  return [...first.slice(0, MOST_EVIDENCE).map(describeDelta), ...(more > 0 ? [`and ${more} more`] : [])]
}

function layoutNote(deltas: readonly Delta[]): string {
  const names = deltas.map(({ symbol }) => symbol).filter((symbol) => LAYOUT.has(symbol))
  return names.length === 0 ? '' : `, ${names.slice(0, 4).join(', ')}${names.length > 4 ? ` and ${names.length - 4} more` : ''} among them`
}

function layoutSentence(deltas: readonly Delta[]): string {
  const names = deltas.map(({ symbol }) => symbol).filter((symbol) => LAYOUT.has(symbol))
  if (names.length === 0) return ''
  const btf = names.includes('DEBUG_INFO_BTF_MODULES') ? ' DEBUG_INFO_BTF_MODULES adds 16 bytes to struct module: a module built without it may be refused with “Invalid module format”.' : ''
  return `${names.join(', ')} may change the layout of structures that modules share with the kernel.${btf}`
}
