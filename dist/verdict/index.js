import { a as tellSummary, s as setFailed, c as setOutput, g as getInput, r as runnerLog } from '../shared/tell.js';
import { s as surroundings } from '../shared/surroundings.js';
import { a as runVerdictAction } from '../shared/run2.js';

await runVerdictAction({ getInput, setOutput, setFailed, addSummary: tellSummary, log: runnerLog() }, surroundings());
