import { parse } from 'yaml'

interface Metadata {
  readonly inputs?: Readonly<Record<string, { readonly default?: unknown; readonly required?: boolean } | null>>
  readonly runs: { readonly using: string; readonly main: string }
}

export function parseMetadata(actionYml: string): Metadata {
  return parse(actionYml) as Metadata
}

/** Name of the variable in which a runner hands an input over: upper case, spaces become underscores, dashes stay. */
export function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`
}

/** INPUT_* for one step: what `with` says, else action.yml's default, else an empty string. Throws on a name that action.yml does not have. */
export function inputEnvironment(metadata: Metadata, given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const inputs = metadata.inputs ?? {}
  for (const name of Object.keys(given)) if (!(name in inputs)) throw new Error(`action.yml has no input ${name}`)
  const text = (value: unknown): string => (typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value))
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [inputVariable(name), given[name] ?? text(input?.default)]))
}
