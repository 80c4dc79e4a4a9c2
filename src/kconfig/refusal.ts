import { evaluateAll, describeValue, failingTerms, symbolValue, type FailingTerm, type Scope, type Tristate } from './evaluate.js'
import type { Expression } from './expression.js'
import type { Definition, KconfigModel, KconfigSymbol } from './model.js'
import { nearNames } from './near.js'
import type { ConfigMap } from './parse.js'
import { outOfRange, wrongValue } from './values.js'

/** Why Kconfig did not do as an option asked. */
export interface Refusal {
  readonly id: 'config.unknown-option' | 'config.option-refused' | 'config.option-changed'
  /** A clause to follow `because`, without a full stop. */
  readonly reason: string
  readonly remedy: string
}

/**
 * Finds out why Kconfig did not take `option=wanted`, or took the value `after` instead.
 * `config` is the config that Kconfig ended with.
 */
export function explainNotTaken(option: string, wanted: string, after: string | undefined, kconfig: KconfigModel, config: ConfigMap): Refusal {
  const symbol = kconfig.symbols.get(option)
  if (symbol === undefined) return unknownOption(option, kconfig)
  const id = after === undefined ? 'config.option-refused' : 'config.option-changed'
  const wrong = wrongValue(symbol, wanted)
  if (wrong !== undefined) return { id, reason: wrong, remedy: 'Correct the value in options.' }
  const scope: Scope = { kconfig, config }
  const checks = [unmetDependency, forcedBySelect, noPrompt, takenByChoice, outsideRange]
  for (const check of checks) {
    const found = check(symbol, wanted, scope)
    if (found !== undefined) return { id, ...found }
  }
  return {
    id,
    reason: `Kconfig says ${describeValue(option, config)}, and the Kconfig files show no reason`,
    remedy: 'Take the option away, or give it the value that Kconfig chose.',
  }
}

type Explanation = Pick<Refusal, 'reason' | 'remedy'>

function unknownOption(option: string, kconfig: KconfigModel): Refusal {
  const near = nearNames(option, kconfig.symbols.keys())
  const names = near.map((name) => `CONFIG_${name}`).join(', ')
  return {
    id: 'config.unknown-option',
    reason: "no Kconfig file of this kernel's source has it",
    remedy: near.length === 0 ? 'Choose a kernel whose source has this option, or correct its name.' : `Correct the name (near ones: ${names}), or choose a kernel whose source has it.`,
  }
}

/** A dependency or a prompt's condition that holds the symbol below the wanted value. Several definitions: the nearest to it counts. */
function unmetDependency(symbol: KconfigSymbol, wanted: string, scope: Scope): Explanation | undefined {
  if (wanted === 'n') return undefined
  const prompted = symbol.definitions.filter(({ prompt }) => prompt !== undefined)
  const definitions = prompted.length > 0 ? prompted : symbol.definitions
  const wantedLevel: Tristate = wanted === 'm' || symbol.type === 'bool' ? 'm' : 'y'
  const reasons = definitions.map((definition) => conditionsOf(definition).flatMap((expression) => failingTerms(expression, wantedLevel, scope)))
  const [fewest] = reasons.sort((a, b) => a.length - b.length)
  if (fewest === undefined || fewest.length === 0) return undefined
  const limited = symbolLimit(definitions, scope) === 'm'
  const terms = [...new Map(fewest.map((term) => [term.term, term])).values()]
  return {
    reason: limited ? `it can be no more than what it depends on: ${describeTerms(terms)}` : `it depends on ${describeTerms(terms)}${describeRoots(terms, scope)}`,
    remedy: limited ? `Ask for CONFIG_${symbol.name}=m.` : remedyFor(terms, scope),
  }
}

function conditionsOf({ depends, prompt }: Definition): readonly Expression[] {
  return [...depends, ...(prompt?.conditions ?? [])]
}

function symbolLimit(definitions: readonly Definition[], scope: Scope): Tristate {
  const levels = definitions.map((definition) => evaluateAll(conditionsOf(definition), scope))
  return levels.includes('y') ? 'y' : levels.includes('m') ? 'm' : 'n'
}

function describeTerms(terms: readonly FailingTerm[]): string {
  return terms.map(({ term, because }) => `${term} (${because})`).join(' and ')
}

/** What is off only because something else is off: that something is what a person wants to read. */
function describeRoots(terms: readonly FailingTerm[], scope: Scope): string {
  const named = new Set(terms.flatMap(({ symbol }) => symbol ?? []))
  const roots = new Set([...named].flatMap((name) => rootsBehind(name, scope, new Set())).filter((root) => !named.has(root)))
  return roots.size === 0 ? '' : `; behind it ${[...roots].map((root) => describeValue(root, scope.config)).join(', ')}`
}

function rootsBehind(name: string, scope: Scope, seen: Set<string>): string[] {
  if (seen.has(name) || scope.config.has(name)) return []
  seen.add(name)
  const [definition, ...others] = scope.kconfig.symbols.get(name)?.definitions ?? []
  if (definition === undefined || others.length > 0) return [name]
  const off = definition.depends.flatMap((expression) => failingTerms(expression, 'm', scope)).flatMap(({ symbol }) => symbol ?? [])
  return off.length === 0 ? [name] : off.flatMap((other) => rootsBehind(other, scope, seen))
}

/** A kernel that lacks a subsystem which can be a module may get it as a module, if the user builds that too. */
function remedyFor(terms: readonly FailingTerm[], scope: Scope): string {
  const off = terms.flatMap(({ symbol }) => (symbol === undefined ? [] : [symbol]))
  const modular = off.filter((name) => scope.kconfig.symbols.get(name)?.type === 'tristate' && scope.config.get(name) === undefined)
  if (off.length < terms.length) return 'Choose a kernel whose config meets this.'
  const choose = 'Choose a kernel that has what is missing (another flavour, such as the plain one instead of cloud)'
  return modular.length === 0 || modular.length < terms.length
    ? `${choose}.`
    : `${choose}; or build ${modular.join(', ')} as module too, with ${modular.map((name) => `CONFIG_${name}=m`).join(' ')} in options.`
}

function forcedBySelect(symbol: KconfigSymbol, wanted: string, scope: Scope): Explanation | undefined {
  const forcing = (scope.kconfig.selectors.get(symbol.name) ?? []).filter(
    ({ by, kind, condition }) => kind === 'select' && symbolValue(by, scope) !== 'n' && (condition === undefined || evaluateAll([condition], scope) !== 'n'),
  )
  if (forcing.length === 0 || wanted === 'y') return undefined
  return {
    reason: `it is forced by select: ${forcing.slice(0, 5).map(({ by }) => describeValue(by, scope.config)).join(', ')}${forcing.length > 5 ? ' and others' : ''}`,
    remedy: 'Take the option away: what selects it belongs to the target kernel.',
  }
}

function noPrompt(symbol: KconfigSymbol, _wanted: string, { kconfig }: Scope): Explanation | undefined {
  if (symbol.definitions.some(({ prompt }) => prompt !== undefined)) return undefined
  const by = (kconfig.selectors.get(symbol.name) ?? []).map((selector) => selector.by)
  return {
    reason: 'it has no prompt, so it cannot be set by hand',
    remedy: by.length === 0 ? 'Take the option away: Kconfig works out its value.' : `Take the option away; it is turned on by ${by.slice(0, 5).join(', ')}${by.length > 5 ? ' and others' : ''}.`,
  }
}

function takenByChoice(symbol: KconfigSymbol, _wanted: string, { kconfig, config }: Scope): Explanation | undefined {
  const members = symbol.definitions.flatMap(({ choice }) => (choice === undefined ? [] : (kconfig.choices[choice] ?? [])))
  const chosen = members.find((member) => member !== symbol.name && config.has(member))
  if (chosen === undefined) return undefined
  return { reason: `it is one of a choice of which ${chosen} is taken`, remedy: 'Take the option away: changing the choice would change the kernel itself.' }
}

function outsideRange(symbol: KconfigSymbol, wanted: string): Explanation | undefined {
  const reason = symbol.type === 'int' || symbol.type === 'hex' ? outOfRange(symbol.definitions, wanted) : undefined
  return reason === undefined ? undefined : { reason, remedy: 'Correct the value in options.' }
}
