import { EXIT } from '../cli/run.js'
import { lookOf, type Output } from '../cli/terminal.js'
import { WrongUsage } from '../cli/wrong-usage.js'
import { UsageError } from '../model/errors.js'
import { helpLines, readCommandLine } from '../matrix/command-line.js'
import type { Face, Outcome } from '../matrix/face.js'
import { saidOf } from '../matrix/run.js'
import type { Surroundings } from '../request/surroundings.js'
import { codeBlock } from '../text/markdown.js'
import { plainText } from '../text/plain.js'
import { readFile } from 'node:fs/promises'
import { VERDICT_INPUTS, VERDICT_OUTPUTS } from './inputs.js'
import { releaseSentence, verdictMarkdown, verdictText } from './table.js'
import { decide } from './verdict.js'

const ROWS = Object.values(VERDICT_INPUTS)

const HELP = [
  'Usage: kmod-gate verdict [DIR] [--INPUT VALUE]… [--json]',
  '',
  'May the module be released? Reads all reports below DIR (the output directories of',
  '`kmod-gate check`), applies the policy, and gives one table and one answer.',
  '',
  helpLines(ROWS),
  'Exit status: 0 releasable, 1 not, some kernel failed, 2 wrong usage, 3 not, something could not be checked.',
  '',
].join('\n')

async function verdict(argv: readonly string[], around: Surroundings, out: Output, err: Output, now: Date): Promise<number> {
  const { words, switches, input } = readCommandLine(argv, ROWS, 'verdict')
  if (switches.has('help')) {
    out.write(HELP)
    return EXIT.pass
  }
  const [dir, ...rest] = words
  if (rest.length > 0) throw new WrongUsage(`One directory is judged at a time; ${JSON.stringify(rest[0])} is one too many.`)
  const { reports } = VERDICT_INPUTS
  if (dir !== undefined && input(reports.name) !== undefined) throw new WrongUsage(`${dir} and --${reports.name} both name the directory.`)
  const decided = await decide((name) => (name === reports.name && dir !== undefined ? dir : input(name)), around, now)
  const people = switches.has('json') ? err : out
  people.write(verdictText(decided.verdict, lookOf(people, around.variables)))
  if (switches.has('json')) out.write(await readFile(decided.files.manifest, 'utf8'))
  return EXIT[decided.verdict.verdict]
}

/**
 * `kmod-gate verdict ARGV` (ARGV is what follows the command's name): gives the exit status. 0 releasable, 1 not, since some kernel failed,
 * 2 wrong usage, 3 not, since something could not be checked. The table goes to `out`; with --json release-manifest.json does, and the table to `err`.
 */
export async function runVerdict(argv: readonly string[], around: Surroundings, out: Output, err: Output, now = new Date()): Promise<number> {
  try {
    return await verdict(argv, around, out, err, now)
  } catch (error) {
    err.write(`${plainText(`kmod-gate verdict: ${saidOf(error)}`)}\n`)
    return error instanceof UsageError || error instanceof WrongUsage ? EXIT.usage : EXIT.error
  }
}

type Outputs = Readonly<Record<keyof typeof VERDICT_OUTPUTS, string>>

/** The action `verdict`, one step of a workflow: outputs and summary whatever happens, the failure last. */
export async function runVerdictAction(face: Face, around: Surroundings, now = new Date()): Promise<void> {
  try {
    const { verdict: answer, files } = await decide(face.getInput, around, now)
    tellOutputs(face, { releasable: String(answer.releasable), verdict: answer.verdict, manifest: files.manifest, 'output-dir': files.dir })
    face.log.info(verdictText(answer, { colour: false, utf8: true }))
    await face.addSummary(verdictMarkdown(answer))
    if (!answer.releasable) face.setFailed(releaseSentence(answer))
  } catch (error) {
    const said = plainText(saidOf(error))
    await face.addSummary(`## ⚠️ error: there is no verdict\n\n${codeBlock(said)}\n`)
    brokenVerdict(face, said)
  }
}

/** The outputs and the failure of a step in which the gate broke. */
export function brokenVerdict(face: Outcome, said: string): void {
  tellOutputs(face, { releasable: 'false', verdict: 'error', manifest: '', 'output-dir': '' })
  face.setFailed(said)
}

function tellOutputs(face: Outcome, outputs: Outputs): void {
  for (const [name, value] of Object.entries(outputs)) face.setOutput(name, value)
}
