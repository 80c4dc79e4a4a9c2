import { s as setFailed, a as setOutput, g as getInput } from '../shared/core.js';
import { a as tellSummary, r as runnerLog } from '../shared/tell.js';
import { e as endInOrder, p as plainText, c as crashText } from '../shared/read-request.js';
import { s as surroundings } from '../shared/surroundings.js';
import { b as brokenVerdict, a as runVerdictAction } from '../shared/run3.js';

endInOrder((error) => brokenVerdict({ setOutput, setFailed }, plainText(crashText(error))));
await runVerdictAction({ getInput, setOutput, setFailed, addSummary: tellSummary, log: runnerLog() }, surroundings());
