// An entry, as src/action/main.ts is: what it stands on is given to it here.
import { getInput, setFailed, setOutput } from '@actions/core'
import { runnerLog } from '../action/runner-log.js'
import { tellSummary } from '../action/tell.js'
import { surroundings } from '../request/surroundings.js'
import { runVerdictAction } from './run.js'

await runVerdictAction({ getInput, setOutput, setFailed, addSummary: tellSummary, log: runnerLog() }, surroundings())
