import { resolve } from 'node:path'
import type { Core } from '../core.js'
import { EXIT } from '../cli/run.js'
import { lookOf, type Output } from '../cli/terminal.js'
import { terminalLog } from '../cli/terminal-log.js'
import { WrongUsage } from '../cli/wrong-usage.js'
import type { Log } from '../host/host.js'
import { helpLines, readCommandLine, valueOf } from '../matrix/command-line.js'
import type { Face, Outcome } from '../matrix/face.js'
import { saidOf } from '../matrix/run.js'
import { UsageError } from '../model/errors.js'
import type { Report, StageResult } from '../model/report.js'
import { reportText } from '../report/json.js'
import { NO_RUN, outputsOf } from '../report/outputs.js'
import { verdictSentence } from '../report/sentence.js'
import { reportSummary } from '../report/summary.js'
import { endText, stageLine } from '../report/terminal.js'
import { writeReportsOrSay } from '../report/write.js'
import type { GetInput } from '../request/read-request.js'
import type { Surroundings } from '../request/surroundings.js'
import { codeBlock } from '../text/markdown.js'
import { plainText } from '../text/plain.js'
import { bootHandover } from './boot-bundle.js'
import { BOOT_INPUTS } from './inputs.js'
import { openHandover } from './open.js'

type Hosts = Pick<Core, 'createHost'>

const ROWS = Object.values(BOOT_INPUTS)

const HELP = [
  'Usage: kmod-gate boot [BUNDLE] [--INPUT VALUE]… [--json] [--verbose]',
  '',
  'The second half of a check whose first half was told `--boot off --bundle always`,',
  'on any machine with QEMU: boots what was packed, judges it as the first half would have,',
  'and leaves one report over both. Needs no Debian, no root and no network.',
  '',
  helpLines(ROWS),
  'Exit status: 0 pass, 1 fail, 2 wrong usage, 3 error (it could not be checked).',
  '',
].join('\n')

async function boot(input: GetInput, { createHost }: Hosts, log: Log, { cwd }: Surroundings, onStage: (result: StageResult) => void): Promise<Report> {
  const value = valueOf(BOOT_INPUTS.bundle, input)
  const bootTimeout = valueOf(BOOT_INPUTS.bootTimeout, input)
  const half = { boot: valueOf(BOOT_INPUTS.boot, input), outputDir: resolve(cwd, valueOf(BOOT_INPUTS.outputDir, input)), ...(bootTimeout !== undefined && { bootTimeout }) }
  const dir = resolve(cwd, value)
  if (half.outputDir === dir || `${half.outputDir}/`.startsWith(`${dir}/`) || dir.startsWith(`${half.outputDir}/`)) throw new UsageError(BOOT_INPUTS.outputDir.name, half.outputDir, `Allowed is a directory beside the bundle, which stays as it is (${dir}).`)
  return bootHandover(createHost(log), await openHandover(dir, value), half, onStage)
}

async function bootCommand(argv: readonly string[], core: Hosts, around: Surroundings, out: Output, err: Output): Promise<number> {
  const { words, switches, input } = readCommandLine(argv, ROWS, 'boot')
  if (switches.has('help')) {
    out.write(HELP)
    return EXIT.pass
  }
  const [dir, ...rest] = words
  const { bundle } = BOOT_INPUTS
  if (rest.length > 0) throw new WrongUsage(`One bundle is booted at a time; ${JSON.stringify(rest[0])} is one too many.`)
  if (dir !== undefined && input(bundle.name) !== undefined) throw new WrongUsage(`${dir} and --${bundle.name} both name the bundle.`)
  const people = switches.has('json') ? err : out
  const look = lookOf(people, around.variables)
  const log = terminalLog(people, look, switches.has('verbose'))
  const booted = await boot((name) => (name === bundle.name && dir !== undefined ? dir : input(name)), core, log, around, (result) => log.stage(result)).finally(() => log.endGroup())
  const { report, files } = await writeReportsOrSay(booted)
  people.write(endText(report, files, look))
  if (switches.has('json')) out.write(reportText(report))
  return EXIT[report.verdict]
}

/** `kmod-gate boot ARGV` (ARGV is what follows the command's name): gives the exit status, as `check` does. */
export async function runBoot(argv: readonly string[], core: Hosts, around: Surroundings, out: Output, err: Output): Promise<number> {
  try {
    return await bootCommand(argv, core, around, out, err)
  } catch (error) {
    err.write(`${plainText(`kmod-gate boot: ${saidOf(error)}`)}\n`)
    return error instanceof UsageError || error instanceof WrongUsage ? EXIT.usage : EXIT.error
  }
}

/** What the action has of the runner beyond the others. */
export interface BootFace extends Face {
  /** Annotations of all findings. */
  readonly annotate: (report: Report) => void
}

/** The action `boot`, one step of a workflow: outputs, summary and annotations whatever happens, the failure last. */
export async function runBootAction(face: BootFace, core: Hosts, around: Surroundings): Promise<void> {
  try {
    const booted = await boot(face.getInput, core, face.log, around, (result) => {
      face.log.endGroup()
      face.log.info(stageLine(result, { colour: false, utf8: true }))
    }).finally(() => face.log.endGroup())
    const { report, files } = await writeReportsOrSay(booted)
    tellOutputs(face, { ...outputsOf(report), ...(files === undefined && { report: '' }) })
    await face.addSummary(reportSummary(report))
    face.annotate(report)
    if (report.verdict === 'pass') face.log.info(verdictSentence(report))
    else face.setFailed(verdictSentence(report))
  } catch (error) {
    const said = plainText(saidOf(error))
    await face.addSummary(`## ⚠️ error: nothing was booted\n\n${codeBlock(said)}\n`)
    brokenBoot(face, said)
  }
}

/** The outputs and the failure of a step in which the gate broke. */
export function brokenBoot(face: Outcome, said: string): void {
  tellOutputs(face, NO_RUN)
  face.setFailed(said)
}

function tellOutputs(face: Outcome, outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) face.setOutput(name, value)
}
