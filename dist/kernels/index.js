import { s as setFailed, a as setOutput, g as getInput } from '../shared/core.js';
import { a as tellSummary, r as runnerLog } from '../shared/tell.js';
import { c as createHost } from '../shared/create-host.js';
import { c as runKernelsAction } from '../shared/run2.js';

await runKernelsAction({ getInput, setOutput, setFailed, addSummary: tellSummary, log: runnerLog() }, { createHost });
