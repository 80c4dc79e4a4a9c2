// An entry, as src/action/main.ts is: what it stands on is given to it here.
import { getInput, setFailed, setOutput } from '@actions/core'
import { runnerLog } from '../action/runner-log.js'
import { tellSummary } from '../action/tell.js'
import { createHost } from '../host/create-host.js'
import { endInOrder } from '../host/ending.js'
import { crashText } from '../report/crash.js'
import { plainText } from '../text/plain.js'
import { brokenKernels, runKernelsAction } from './run.js'

endInOrder((error) => brokenKernels({ setOutput, setFailed }, plainText(crashText(error))))
await runKernelsAction({ getInput, setOutput, setFailed, addSummary: tellSummary, log: runnerLog() }, { createHost })
