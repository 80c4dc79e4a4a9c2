// An entry, as src/action/main.ts is: what it stands on is given to it here.
import { getInput, setFailed, setOutput } from '@actions/core'
import { runnerLog } from '../action/runner-log.js'
import { tellSummary } from '../action/tell.js'
import { endInOrder } from '../host/ending.js'
import { crashText } from '../report/crash.js'
import { surroundings } from '../request/surroundings.js'
import { plainText } from '../text/plain.js'
import { brokenVerdict, runVerdictAction } from './run.js'

endInOrder((error) => brokenVerdict({ setOutput, setFailed }, plainText(crashText(error))))
await runVerdictAction({ getInput, setOutput, setFailed, addSummary: tellSummary, log: runnerLog() }, surroundings())
