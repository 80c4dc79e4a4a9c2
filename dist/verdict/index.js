import { s as setFailed, a as setOutput, g as getInput } from '../shared/core.js';
import { a as tellSummary, r as runnerLog } from '../shared/tell.js';
import { s as surroundings } from '../shared/surroundings.js';
import { a as runVerdictAction } from '../shared/run3.js';

await runVerdictAction({ getInput, setOutput, setFailed, addSummary: tellSummary, log: runnerLog() }, surroundings());
