/** One command that a runner took from a program's output. */
export interface WorkflowCommand {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly data: string
}

/** The commands a runner knows (actions/runner, ActionCommandManager and its extensions); all others are plain text to it. */
const REGISTERED = new Set([
  ...['set-env', 'set-output', 'save-state', 'add-path', 'add-mask', 'add-matcher', 'remove-matcher'],
  ...['warning', 'error', 'notice', 'debug', 'group', 'endgroup', 'echo', 'internal-set-repo-path', 'stop-commands'],
])

type Escapes = readonly (readonly [string, string])[]
const DATA: Escapes = [['%0D', '\r'], ['%0A', '\n'], ['%25', '%']]
const PROPERTY: Escapes = [['%0D', '\r'], ['%0A', '\n'], ['%3A', ':'], ['%2C', ','], ['%25', '%']]
const LEGACY: Escapes = [['%3B', ';'], ['%0D', '\r'], ['%0A', '\n'], ['%5D', ']'], ['%25', '%']]

const unescape = (text: string, escapes: Escapes): string => escapes.reduce((t, [code, char]) => t.replaceAll(code, char), text)

function command(info: string, data: string, separator: string, ofProperty: Escapes, ofData: Escapes): WorkflowCommand | undefined {
  const space = info.indexOf(' ')
  const name = (space < 0 ? info : info.slice(0, space)).toLowerCase()
  if (!REGISTERED.has(name)) return undefined
  const pairs = space < 0 ? [] : info.slice(space + 1).trim().split(separator).filter((pair) => pair !== '')
  const properties = pairs.flatMap((pair) => {
    const equals = pair.indexOf('=')
    return equals < 0 ? [] : [[pair.slice(0, equals), unescape(pair.slice(equals + 1), ofProperty)] as const]
  })
  return { name, properties: Object.fromEntries(properties), data: unescape(data, ofData) }
}

/** `::name key=value,key=value::data`, at the start of a line but for white space (actions/runner, ActionCommand.TryParseV2). */
function parseV2(line: string): WorkflowCommand | undefined {
  const text = line.trimStart()
  const end = text.startsWith('::') ? text.indexOf('::', 2) : -1
  return end < 0 ? undefined : command(text.slice(2, end), text.slice(end + 2), ',', PROPERTY, DATA)
}

/** `##[name key=value;key=value]data`, anywhere in a line (actions/runner, ActionCommand.TryParse). */
function parseLegacy(line: string): WorkflowCommand | undefined {
  const start = line.indexOf('##[')
  const end = start < 0 ? -1 : line.indexOf(']', start)
  return end < 0 ? undefined : command(line.slice(start + 3, end), line.slice(end + 1), ';', LEGACY, LEGACY)
}

/**
 * All commands that a runner would act upon, in order. Lines end where .NET's ReadLine ends them: at CR, LF or both.
 * After `stop-commands` nothing counts until the token comes back as a command of its own.
 */
export function parseWorkflowCommands(output: string): readonly WorkflowCommand[] {
  const found: WorkflowCommand[] = []
  let stop: string | undefined
  for (const line of output.split(/\r\n|\r|\n/)) {
    if (stop !== undefined) {
      if (line.trim() === `::${stop}::`) stop = undefined
      continue
    }
    const parsed = parseV2(line) ?? parseLegacy(line)
    if (parsed === undefined) continue
    found.push(parsed)
    if (parsed.name === 'stop-commands') stop = parsed.data
  }
  return found
}
