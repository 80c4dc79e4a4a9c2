import { text } from 'node:stream/consumers'
import { runGate } from '../gate.js'
import { createHost } from '../host/create-host.js'
import { endInOrder, say } from '../host/ending.js'
import { runBoot } from '../handover/run.js'
import { runKernels } from '../matrix/run.js'
import { crashText } from '../report/crash.js'
import { surroundings } from '../request/surroundings.js'
import { plainText } from '../text/plain.js'
import { runVerdict } from '../verdict/run.js'
import { runCli } from './run.js'

/** The commands that work on many kernels or many reports have command lines of their own. */
async function status([command, ...rest]: readonly string[]): Promise<number> {
  const [around, out, err] = [surroundings(), process.stdout, process.stderr]
  if (command === 'kernels') return runKernels(rest, { createHost }, around, out, err)
  if (command === 'boot') return runBoot(rest, { createHost }, around, out, err)
  if (command === 'verdict') return runVerdict(rest, around, out, err)
  return runCli(process.argv.slice(2), { runGate, createHost, readStdin: () => text(process.stdin) }, around, out, err)
}

endInOrder((error) => say(`kmod-gate: ${plainText(crashText(error))}`))
// Never process.exit(): what is still in the pipes would be lost.
process.exitCode = await status(process.argv.slice(2))
