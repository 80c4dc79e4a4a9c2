import { s as setFailed, a as setOutput, g as getInput } from '../shared/core.js';
import { a as tellSummary, r as runnerLog } from '../shared/tell.js';
import { c as createHost } from '../shared/create-host.js';
import { e as endInOrder, p as plainText, c as crashText } from '../shared/read-request.js';
import { c as brokenKernels, d as runKernelsAction } from '../shared/run2.js';

endInOrder((error) => brokenKernels({ setOutput, setFailed }, plainText(crashText(error))));
await runKernelsAction({ getInput, setOutput, setFailed, addSummary: tellSummary, log: runnerLog() }, { createHost });
