import type { Core } from '../core.js'
import { explainCommand } from '../diagnosis/explain.js'
import { GateError, UsageError } from '../model/errors.js'
import type { Verdict } from '../model/finding.js'
import { crashText } from '../report/crash.js'
import { reportText } from '../report/json.js'
import { endText } from '../report/terminal.js'
import { TOOL } from '../report/tool.js'
import { writeReportsOrSay } from '../report/write.js'
import { readRequest } from '../request/read-request.js'
import type { Surroundings } from '../request/surroundings.js'
import { plainText } from '../text/plain.js'
import { readArguments } from './arguments.js'
import { helpText } from './help.js'
import { terminalLog } from './terminal-log.js'
import { type Output, lookOf } from './terminal.js'
import { WrongUsage } from './wrong-usage.js'

/** Exit status for each way in which a run can end. A skip asks nothing of anybody, as dkms's autoinstaller goes on after one; whoever needs a pass reads the verdict. */
export const EXIT: Readonly<Record<Verdict | 'usage', number>> = { pass: 0, fail: 1, usage: 2, error: 3, skip: 0 }

/** The command line can be given a log on standard input. */
export interface CliCore extends Core {
  /** All of it as text. */
  readonly readStdin: () => Promise<string>
}

async function check(argv: readonly string[], core: CliCore, around: Surroundings, out: Output, err: Output): Promise<number> {
  const { command, switches, input, files: logs } = readArguments(argv)
  if (switches.has('version')) {
    out.write(`${TOOL}\n`)
    return EXIT.pass
  }
  if (switches.has('help') || command === undefined) {
    const asked = switches.has('help')
    ;(asked ? out : err).write(helpText())
    return asked ? EXIT.pass : EXIT.usage
  }
  if (command === 'explain') {
    const { text } = await explainCommand(logs, core.readStdin)
    out.write(plainText(text))
    return EXIT.pass
  }
  const people = switches.has('json') ? err : out
  const look = lookOf(people, around.variables)
  const request = await readRequest(input, around)
  const log = terminalLog(people, look, switches.has('verbose'))
  const checked = await core.runGate(request, core.createHost(log), (result) => log.stage(result)).finally(() => log.endGroup())
  const { report, files } = await writeReportsOrSay(checked)
  people.write(endText(report, files, look, around.cwd))
  if (switches.has('json')) out.write(reportText(report))
  return EXIT[report.verdict]
}

/**
 * `kmod-gate ARGV`: gives the exit status. 0 pass or skip, 1 fail, 2 wrong usage, 3 error; never 0 or 1 when the gate itself broke.
 * The report goes to `out`, complaints to `err`.
 */
export async function runCli(argv: readonly string[], core: CliCore, around: Surroundings, out: Output, err: Output): Promise<number> {
  try {
    return await check(argv, core, around, out, err)
  } catch (error) {
    const usage = error instanceof UsageError || error instanceof WrongUsage
    const said = usage || error instanceof GateError ? error.message : crashText(error)
    err.write(`${plainText(`kmod-gate: ${said}`)}\n`)
    return usage ? EXIT.usage : EXIT.error
  }
}
