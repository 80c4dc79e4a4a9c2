import { parseArgs } from 'node:util'
import { WrongUsage } from '../cli/wrong-usage.js'
import type { Input } from '../request/input.js'
import type { GetInput } from '../request/read-request.js'

export type Switch = 'help' | 'json' | 'verbose'

export interface CommandLine {
  /** What is no option, in order. */
  readonly words: readonly string[]
  readonly switches: ReadonlySet<Switch>
  readonly input: GetInput
}

const SWITCHES: readonly Switch[] = ['help', 'json', 'verbose']
const isSwitch = (name: string): name is Switch => SWITCHES.some((known) => known === name)

/**
 * Reads the command line behind the name of a command (`kernels`, `verdict`), without judging the inputs' values. An input of several lines may
 * be given several times. @throws WrongUsage for what is unknown, incomplete or said twice
 */
export function readCommandLine(argv: readonly string[], rows: readonly Input<unknown>[], command: string): CommandLine {
  const help = `\`kmod-gate ${command} --help\` lists all inputs.`
  const options = {
    ...Object.fromEntries(rows.map(({ name }) => [name, { type: 'string' as const }])),
    ...Object.fromEntries(SWITCHES.map((name) => [name, { type: 'boolean' as const }])),
  }
  const words: string[] = []
  const switches = new Set<Switch>()
  const given = new Map<string, readonly string[]>()
  for (const token of parseArgs({ args: [...argv], options, strict: false, tokens: true, allowPositionals: true }).tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const row = rows.find(({ name }) => name === token.name)
    if (token.rawName === '-h') switches.add('help')
    else if (isSwitch(token.name) && token.rawName.startsWith('--')) {
      if (token.value !== undefined) throw new WrongUsage(`${token.rawName} takes no value. ${help}`)
      switches.add(token.name)
    } else if (row === undefined) throw new WrongUsage(`There is no input ${token.rawName} of \`kmod-gate ${command}\`. ${help}`)
    else if (token.value === undefined) throw new WrongUsage(`${token.rawName} needs a value (${row.placeholder}). ${help}`)
    else if (!row.many && given.has(row.name)) throw new WrongUsage(`${row.name} is given twice. ${help}`)
    else given.set(row.name, [...(given.get(row.name) ?? []), token.value])
  }
  return { words, switches, input: (name) => given.get(name)?.join('\n') }
}

/** What an input says, or its default. @throws UsageError */
export function valueOf<T>(row: Input<T>, input: GetInput): T {
  const given = (input(row.name) ?? '').trim()
  return row.parse(given === '' ? row.default : given, row.name)
}

/** The lines of --help for inputs. */
export function helpLines(rows: readonly Input<unknown>[]): string {
  return rows.map(({ name, placeholder, description, default: usual }) => `  --${name} ${placeholder}\n      ${description.replaceAll('`', '')}${usual === '' ? '' : ` Default: ${usual}.`}\n`).join('')
}
