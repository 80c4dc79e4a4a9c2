import { fileURLToPath } from 'node:url';
import { r as runGate } from '../shared/gate.js';
import { c as createHost } from '../shared/create-host.js';
import { r as readRequest, s as stageLine, w as writeReportsOrSay, a as reportSummary, v as verdictSentence, p as plainText, c as crashText, b as codeBlock, U as UsageError, G as GateError, e as endInOrder } from '../shared/read-request.js';
import { s as surroundings } from '../shared/surroundings.js';
import { i as info, s as setFailed, g as getInput } from '../shared/core.js';
import { o as outputsOf, N as NO_RUN } from '../shared/outputs.js';
import { t as tellOutputs, a as tellSummary, b as tellAnnotations, r as runnerLog } from '../shared/tell.js';

const LOOK = { colour: false, utf8: true };
async function check({ runGate, createHost }, around) {
  const request = await readRequest((name) => getInput(name), around);
  const log = runnerLog();
  const checked = await runGate(request, createHost(log), (result) => {
    log.endGroup();
    info(stageLine(result, LOOK));
  }).finally(() => log.endGroup());
  const { report, files } = await writeReportsOrSay(checked);
  tellOutputs({ ...outputsOf(report), ...files === void 0 ? { report: "" } : {} });
  await tellSummary(reportSummary(report));
  tellAnnotations(report, around.variables["GITHUB_WORKSPACE"] ?? around.cwd);
  if (report.verdict === "pass" || report.verdict === "skip") info(verdictSentence(report));
  else setFailed(verdictSentence(report));
}
async function noReport(error) {
  const known = error instanceof UsageError || error instanceof GateError;
  const said = plainText(known ? error.message : crashText(error));
  await tellSummary(`## \u26A0\uFE0F error: nothing was checked

${codeBlock(said)}
`);
  brokenAction(said);
}
function brokenAction(said) {
  tellOutputs(NO_RUN);
  setFailed(said);
}
async function runAction(core, around) {
  try {
    await check(core, around);
  } catch (error) {
    await noReport(error);
  }
}

const beside = (path) => fileURLToPath(new URL(path, import.meta.url));
endInOrder((error) => brokenAction(plainText(crashText(error))));
await runAction({ runGate, createHost: (log) => createHost(log, { cache: beside("../cache/index.js"), toolCache: beside("../tool-cache/index.js") }) }, surroundings());
