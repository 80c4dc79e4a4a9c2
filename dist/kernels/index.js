import { s as setFailed, h as setOutput, g as getInput } from '../shared/core.js';
import { a as tellSummary, r as runnerLog } from '../shared/tell.js';
import { c as createHost } from '../shared/create-host.js';
import { b as runKernelsAction } from '../shared/run.js';

await runKernelsAction({ getInput, setOutput, setFailed, addSummary: tellSummary, log: runnerLog() }, { createHost });
