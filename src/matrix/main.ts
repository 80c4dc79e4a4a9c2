// An entry, as src/action/main.ts is: what it stands on is given to it here.
import { getInput, setFailed, setOutput } from '@actions/core'
import { runnerLog } from '../action/runner-log.js'
import { tellSummary } from '../action/tell.js'
import { createHost } from '../host/create-host.js'
import { runKernelsAction } from './run.js'

await runKernelsAction({ getInput, setOutput, setFailed, addSummary: tellSummary, log: runnerLog() }, { createHost })
