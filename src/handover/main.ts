// An entry, as src/action/main.ts is: what it stands on is given to it here.
import { getInput, setFailed, setOutput } from '@actions/core'
import { runnerLog } from '../action/runner-log.js'
import { tellAnnotations, tellSummary } from '../action/tell.js'
import { createHost } from '../host/create-host.js'
import { endInOrder } from '../host/ending.js'
import { crashText } from '../report/crash.js'
import { surroundings } from '../request/surroundings.js'
import { plainText } from '../text/plain.js'
import { brokenBoot, runBootAction } from './run.js'

const around = surroundings()
const annotate = (report: Parameters<typeof tellAnnotations>[0]): void => tellAnnotations(report, around.variables['GITHUB_WORKSPACE'] ?? around.cwd)
endInOrder((error) => brokenBoot({ setOutput, setFailed }, plainText(crashText(error))))
await runBootAction({ getInput, setOutput, setFailed, addSummary: tellSummary, annotate, log: runnerLog() }, { createHost }, around)
