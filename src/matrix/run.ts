import { EXIT } from '../cli/run.js'
import { lookOf, type Output } from '../cli/terminal.js'
import { terminalLog } from '../cli/terminal-log.js'
import { WrongUsage } from '../cli/wrong-usage.js'
import type { Core } from '../core.js'
import { GateError, UsageError } from '../model/errors.js'
import { crashText } from '../report/crash.js'
import type { GetInput } from '../request/read-request.js'
import type { Surroundings } from '../request/surroundings.js'
import { codeBlock } from '../text/markdown.js'
import { plainText } from '../text/plain.js'
import { helpLines, readCommandLine, valueOf } from './command-line.js'
import { matrixJson } from './entry.js'
import type { Face, Outcome } from './face.js'
import { KERNELS_INPUTS, KERNELS_OUTPUTS } from './inputs.js'
import { type KernelsRequest, listKernels } from './kernels.js'
import { markdownTable, textTable } from './table.js'

type Hosts = Pick<Core, 'createHost'>

const ROWS = Object.values(KERNELS_INPUTS)

const HELP = [
  'Usage: kmod-gate kernels [SPEC]… [--INPUT VALUE]… [--json] [--verbose]',
  '',
  'Which kernels, and which container can build each: a table, or with --json the',
  'value for strategy.matrix of a workflow. Needs apt, not root.',
  '',
  helpLines(ROWS),
  'Exit status: 0 done, 2 wrong usage (a SPEC that gives no kernel, too), 3 error.',
  '',
].join('\n')

function requestOf(input: GetInput): KernelsRequest {
  return { kernels: valueOf(KERNELS_INPUTS.kernels, input), advisory: valueOf(KERNELS_INPUTS.advisory, input) }
}

/** Words for a person, without evidence that only a defect has. */
export function saidOf(error: unknown): string {
  if (error instanceof GateError) return [error.message, error.finding.detail, error.finding.remedy].filter((part) => part !== undefined).join('\n')
  return error instanceof UsageError || error instanceof WrongUsage ? error.message : crashText(error)
}

async function kernels(argv: readonly string[], { createHost }: Hosts, around: Surroundings, out: Output, err: Output): Promise<number> {
  const { words, switches, input } = readCommandLine(argv, ROWS, 'kernels')
  if (switches.has('help')) {
    out.write(HELP)
    return EXIT.pass
  }
  const json = switches.has('json')
  const people = json ? err : out
  // A list of advisory kernels alone needs no default beside it.
  const given = [input(KERNELS_INPUTS.kernels.name) ?? '', ...words].join('\n').trim()
  const request = requestOf((name) => (name === KERNELS_INPUTS.kernels.name ? given : input(name)))
  const log = terminalLog(people, lookOf(people, around.variables), switches.has('verbose'))
  const entries = await listKernels(createHost(log), request).finally(() => log.endGroup())
  people.write(textTable(entries))
  if (json) out.write(`${matrixJson(entries)}\n`)
  return EXIT.pass
}

/**
 * `kmod-gate kernels ARGV` (ARGV is what follows the command's name): gives the exit status. 0 done, 2 wrong usage, 3 error.
 * The table goes to `out`; with --json the matrix does, and the table goes to `err`.
 */
export async function runKernels(argv: readonly string[], core: Hosts, around: Surroundings, out: Output, err: Output): Promise<number> {
  try {
    return await kernels(argv, core, around, out, err)
  } catch (error) {
    err.write(`${plainText(`kmod-gate kernels: ${saidOf(error)}`)}\n`)
    return error instanceof UsageError || error instanceof WrongUsage ? EXIT.usage : EXIT.error
  }
}

/** The action `kernels`, one step of a workflow: outputs and summary, and the failure last. */
export async function runKernelsAction(face: Face, { createHost }: Hosts): Promise<void> {
  try {
    const entries = await listKernels(createHost(face.log), requestOf(face.getInput)).finally(() => face.log.endGroup())
    tellOutputs(face, { matrix: matrixJson(entries), count: String(entries.length) })
    face.log.info(textTable(entries))
    await face.addSummary(`## Kernels\n\n${markdownTable(entries)}\n`)
  } catch (error) {
    const said = plainText(saidOf(error))
    await face.addSummary(`## ⚠️ error: there is no list of kernels\n\n${codeBlock(said)}\n`)
    brokenKernels(face, said)
  }
}

/** The outputs and the failure of a step in which the gate broke. */
export function brokenKernels(face: Outcome, said: string): void {
  // An empty matrix starts no job and lets the jobs after it look skipped; nothing at all is an error in the workflow.
  tellOutputs(face, { matrix: '', count: '0' })
  face.setFailed(said)
}

function tellOutputs(face: Outcome, outputs: Readonly<Record<keyof typeof KERNELS_OUTPUTS, string>>): void {
  for (const [name, value] of Object.entries(outputs)) face.setOutput(name, value)
}
