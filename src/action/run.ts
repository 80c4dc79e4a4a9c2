import { getInput, info, setFailed } from '@actions/core'
import type { Core } from '../core.js'
import { GateError, UsageError } from '../model/errors.js'
import { crashText } from '../report/crash.js'
import { NO_RUN, outputsOf } from '../report/outputs.js'
import { verdictSentence } from '../report/sentence.js'
import { reportSummary } from '../report/summary.js'
import { stageLine } from '../report/terminal.js'
import { writeReportsOrSay } from '../report/write.js'
import { readRequest } from '../request/read-request.js'
import type { Surroundings } from '../request/surroundings.js'
import { codeBlock } from '../text/markdown.js'
import { plainText } from '../text/plain.js'
import { runnerLog } from './runner-log.js'
import { tellAnnotations, tellOutputs, tellSummary } from './tell.js'

const LOOK = { colour: false, utf8: true }

async function check({ runGate, createHost }: Core, around: Surroundings): Promise<void> {
  const request = await readRequest((name) => getInput(name), around)
  const log = runnerLog()
  const checked = await runGate(request, createHost(log), (result) => {
    log.endGroup()
    info(stageLine(result, LOOK))
  }).finally(() => log.endGroup())
  const { report, files } = await writeReportsOrSay(checked)
  tellOutputs({ ...outputsOf(report), ...(files === undefined ? { report: '' } : {}) })
  await tellSummary(reportSummary(report))
  tellAnnotations(report, around.variables['GITHUB_WORKSPACE'] ?? around.cwd)
  // A package that leaves a kernel out by its own word is no failure of the step; the output `verdict` says that it is no pass either.
  if (report.verdict === 'pass' || report.verdict === 'skip') info(verdictSentence(report))
  else setFailed(verdictSentence(report))
}

/** What ended the run before there was a report: the user's inputs, or a defect of the gate. */
async function noReport(error: unknown): Promise<void> {
  const known = error instanceof UsageError || error instanceof GateError
  const said = plainText(known ? error.message : crashText(error))
  await tellSummary(`## ⚠️ error: nothing was checked\n\n${codeBlock(said)}\n`)
  brokenAction(said)
}

/** The outputs and the failure of a step in which the gate broke. */
export function brokenAction(said: string): void {
  tellOutputs(NO_RUN)
  setFailed(said)
}

/** One step of a workflow: outputs, summary and annotations whatever happens, the failure last. */
export async function runAction(core: Core, around: Surroundings): Promise<void> {
  try {
    await check(core, around)
  } catch (error) {
    await noReport(error)
  }
}
