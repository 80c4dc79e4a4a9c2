import { s as setFailed, a as setOutput, g as getInput } from '../shared/core.js';
import { a as tellSummary, r as runnerLog, b as tellAnnotations } from '../shared/tell.js';
import { c as createHost } from '../shared/create-host.js';
import { e as endInOrder, p as plainText, c as crashText } from '../shared/read-request.js';
import { s as surroundings } from '../shared/surroundings.js';
import { b as brokenBoot, a as runBootAction } from '../shared/run.js';

const around = surroundings();
const annotate = (report) => tellAnnotations(report, around.variables["GITHUB_WORKSPACE"] ?? around.cwd);
endInOrder((error) => brokenBoot({ setOutput, setFailed }, plainText(crashText(error))));
await runBootAction({ getInput, setOutput, setFailed, addSummary: tellSummary, annotate, log: runnerLog() }, { createHost }, around);
