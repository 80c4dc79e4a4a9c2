import { parseArgs } from 'node:util'
import { INPUTS, INPUT_LIST } from '../request/inputs.js'
import type { GetInput } from '../request/read-request.js'
import { nearest } from './nearest.js'
import { WrongUsage } from './wrong-usage.js'

/** Switches of the command line that are no inputs. */
export const SWITCHES = {
  'no-install': 'The same as --install=false.',
  verbose: 'Show what the programs say, not only one line for each stage.',
  json: 'Print report.json on standard output, and everything else on standard error.',
  help: 'Show this.',
  version: 'Show the version.',
} as const
export type Switch = keyof typeof SWITCHES

export interface Arguments {
  /** `undefined` when no command was given. */
  readonly command: 'check' | undefined
  readonly switches: ReadonlySet<Switch>
  readonly input: GetInput
}

const HELP = '`kmod-gate check --help` lists all inputs.'

function unknown(raw: string, name: string): WrongUsage {
  const meant = nearest(name, [...INPUT_LIST.map((input) => input.name), ...Object.keys(SWITCHES)])
  return new WrongUsage(`There is no input ${raw}.${meant === undefined ? '' : ` Did you mean --${meant}?`} ${HELP}`)
}

const isSwitch = (name: string): name is Switch => Object.hasOwn(SWITCHES, name)

/**
 * Reads the command line, without judging the inputs' values. An input of several lines may be given several times.
 * Throws WrongUsage for what is unknown, incomplete or contradictory.
 */
export function readArguments(argv: readonly string[]): Arguments {
  const options = {
    ...Object.fromEntries(INPUT_LIST.map(({ name }) => [name, { type: 'string' as const }])),
    ...Object.fromEntries(Object.keys(SWITCHES).map((name) => [name, { type: 'boolean' as const }])),
    h: { type: 'boolean' as const },
  }
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true, allowPositionals: true })
  const switches = new Set<Switch>()
  const given = new Map<string, readonly string[]>()
  const words: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const input = INPUT_LIST.find(({ name }) => name === token.name)
    if (input !== undefined) {
      if (token.value === undefined) throw new WrongUsage(`${token.rawName} needs a value (${input.placeholder}). ${HELP}`)
      given.set(input.name, [...(given.get(input.name) ?? []), token.value])
    } else if (token.rawName === '-h') switches.add('help')
    else if (!isSwitch(token.name) || !token.rawName.startsWith('--')) throw unknown(token.rawName, token.name)
    else if (token.value !== undefined) throw new WrongUsage(`${token.rawName} takes no value. ${HELP}`)
    else switches.add(token.name)
  }
  return { command: commandOf(words, given), switches, input: inputsOf(given, switches) }
}

/** Takes the command and the module's directory from the words; the latter goes to the inputs. */
function commandOf(words: readonly string[], given: Map<string, readonly string[]>): 'check' | undefined {
  const [command, module, ...rest] = words
  if (command === undefined) return undefined
  if (command !== 'check') throw new WrongUsage(`There is no command ${JSON.stringify(command)}. Did you mean \`kmod-gate check ${command}\`? ${HELP}`)
  if (rest.length > 0) throw new WrongUsage(`One module is checked at a time; ${JSON.stringify(rest[0])} is one too many. ${HELP}`)
  if (module !== undefined) given.set(INPUTS.module.name, [...(given.get(INPUTS.module.name) ?? []), module])
  return 'check'
}

function inputsOf(given: ReadonlyMap<string, readonly string[]>, switches: ReadonlySet<Switch>): GetInput {
  for (const { name, many } of INPUT_LIST) {
    if (!many && (given.get(name)?.length ?? 0) > 1) throw new WrongUsage(`${name} is given twice. ${HELP}`)
  }
  if (!switches.has('no-install')) return (name) => given.get(name)?.join('\n')
  if (given.has(INPUTS.install.name)) throw new WrongUsage(`--install and --no-install contradict each other. ${HELP}`)
  return (name) => (name === INPUTS.install.name ? 'false' : given.get(name)?.join('\n'))
}
