import { parseArgs } from 'node:util'
import { AGAINST, INPUTS, INPUT_LIST } from '../request/inputs.js'
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

/** `check`: the whole gate. `abi`: only the proof, for modules that were built already. `explain`: causes in logs from anywhere. */
export type Command = 'check' | 'abi' | 'explain'

export interface Arguments {
  /** `undefined` when no command was given. */
  readonly command: Command | undefined
  readonly switches: ReadonlySet<Switch>
  readonly input: GetInput
  /** Of `explain`. */
  readonly files: readonly string[]
}

const HELP = '`kmod-gate --help` lists all inputs.'
const ROWS = [...INPUT_LIST, AGAINST]

/** Inputs that say something about the proof; the others would do nothing for `kmod-gate abi`. */
const OF_PROOF: readonly string[] = [INPUTS.modules, INPUTS.kernel, AGAINST, INPUTS.abi, INPUTS.install, INPUTS.outputDir, INPUTS.cacheDir, INPUTS.cacheDays].map(({ name }) => name)

function unknown(raw: string, name: string): WrongUsage {
  const meant = nearest(name, [...ROWS.map((input) => input.name), ...Object.keys(SWITCHES)])
  return new WrongUsage(`There is no input ${raw}.${meant === undefined ? '' : ` Did you mean --${meant}?`} ${HELP}`)
}

const isSwitch = (name: string): name is Switch => Object.hasOwn(SWITCHES, name)

/**
 * Reads the command line, without judging the inputs' values. An input of several lines may be given several times.
 * Throws WrongUsage for what is unknown, incomplete or contradictory.
 */
export function readArguments(argv: readonly string[]): Arguments {
  const options = {
    ...Object.fromEntries(ROWS.map(({ name }) => [name, { type: 'string' as const }])),
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
    const input = ROWS.find(({ name }) => name === token.name)
    if (input !== undefined) {
      if (token.value === undefined) throw new WrongUsage(`${token.rawName} needs a value (${input.placeholder}). ${HELP}`)
      given.set(input.name, [...(given.get(input.name) ?? []), token.value])
    } else if (token.rawName === '-h') switches.add('help')
    else if (!isSwitch(token.name) || !token.rawName.startsWith('--')) throw unknown(token.rawName, token.name)
    else if (token.value !== undefined) throw new WrongUsage(`${token.rawName} takes no value. ${HELP}`)
    else switches.add(token.name)
  }
  const command = commandOf(words, given)
  return { command, switches, input: inputsOf(given, switches), files: command === 'explain' ? words.slice(1) : [] }
}

/** Takes the command and the module's directory from the words; the latter goes to the inputs. */
function commandOf(words: readonly string[], given: Map<string, readonly string[]>): Command | undefined {
  const [command, module, ...rest] = words
  if (command === undefined) return undefined
  if (command === 'explain') return explainCommand(given)
  if (command === 'abi') return abiCommand(words.slice(1), given)
  if (command !== 'check') throw new WrongUsage(`There is no command ${JSON.stringify(command)}. Did you mean \`kmod-gate check ${command}\`? ${HELP}`)
  if (given.has(AGAINST.name)) throw new WrongUsage(`--${AGAINST.name} belongs to \`kmod-gate abi\`: a module is built and booted with a kernel's packages. ${HELP}`)
  if (rest.length > 0) throw new WrongUsage(`One module is checked at a time; ${JSON.stringify(rest[0])} is one too many. ${HELP}`)
  if (module !== undefined) given.set(INPUTS.module.name, [...(given.get(INPUTS.module.name) ?? []), module])
  return 'check'
}

/** `kmod-gate explain [FILE…]` takes no inputs. */
function explainCommand(given: ReadonlyMap<string, readonly string[]>): Command {
  const [foreign] = given.keys()
  if (foreign !== undefined) throw new WrongUsage(`--${foreign} says nothing about a log; \`kmod-gate explain\` takes files, or standard input. ${HELP}`)
  return 'explain'
}

/** `kmod-gate abi FILE…`: a check of built modules that ends before the boot. */
function abiCommand(files: readonly string[], given: Map<string, readonly string[]>): Command {
  const foreign = [...given.keys()].find((name) => !OF_PROOF.includes(name))
  if (foreign !== undefined) throw new WrongUsage(`--${foreign} says nothing about the proof of built modules; \`kmod-gate abi\` takes ${OF_PROOF.map((name) => `--${name}`).join(', ')}. ${HELP}`)
  given.set(INPUTS.modules.name, [...(given.get(INPUTS.modules.name) ?? []), ...files])
  if ((given.get(INPUTS.modules.name) ?? []).length === 0) throw new WrongUsage(`\`kmod-gate abi\` needs the .ko files to check. ${HELP}`)
  given.set(INPUTS.boot.name, ['off'])
  return 'abi'
}

function inputsOf(given: ReadonlyMap<string, readonly string[]>, switches: ReadonlySet<Switch>): GetInput {
  for (const { name, many } of ROWS) {
    if (!many && (given.get(name)?.length ?? 0) > 1) throw new WrongUsage(`${name} is given twice. ${HELP}`)
  }
  if (!switches.has('no-install')) return (name) => given.get(name)?.join('\n')
  if (given.has(INPUTS.install.name)) throw new WrongUsage(`--install and --no-install contradict each other. ${HELP}`)
  return (name) => (name === INPUTS.install.name ? 'false' : given.get(name)?.join('\n'))
}
