import { b as isDebug, f as startGroup, i as info, h as endGroup, a as setOutput, n as notice, w as warning, e as error } from './core.js';
import { b0 as ProgressBoard, D as plainOneLine, p as plainText, b1 as byWeight, aH as firstOf, b2 as firstLines } from './read-request.js';
import { realpathSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { relative, join } from 'node:path';

const TELL = 15e3;
function runnerLog() {
  const board = new ProgressBoard();
  let told = Date.now();
  let open = false;
  const close = () => {
    if (open) endGroup();
    open = false;
  };
  const say = (text) => info(plainText(text.replace(/\n$/, "")));
  return {
    group(title) {
      close();
      startGroup(plainOneLine(title));
      told = Date.now();
      open = true;
    },
    endGroup: close,
    info: say,
    detail(text) {
      if (isDebug()) say(text);
    },
    progress(what, far) {
      board.say(plainOneLine(what), far === void 0 ? void 0 : plainOneLine(far));
      if (board.line === "" || Date.now() - told < TELL) return;
      told = Date.now();
      say(board.line);
    }
  };
}

const LEVELS = { fail: "error", error: "error", skip: "notice", warning: "warning", note: "notice" };
const MOST = { error: 9, warning: 10, notice: 10 };
const DETAIL_LINES = 15;
function placeOf(finding, report, workspace) {
  const source = report.request.module;
  if (finding.place === void 0 || source.kind !== "out-of-tree") return {};
  const { file, line, column } = finding.place;
  const inRepository = relative(source.repository, join(source.repository, file));
  const inWorkspace = relative(workspace, join(source.repository, file));
  if (file.startsWith("/") || inRepository.startsWith("../") || inWorkspace.startsWith("../")) return {};
  return { file: inWorkspace, ...line === void 0 ? {} : { line }, ...column === void 0 ? {} : { column } };
}
function annotationOf(finding, report, workspace) {
  const said = [finding.title, finding.detail === void 0 ? "" : firstLines(finding.detail, DETAIL_LINES), finding.remedy ?? ""];
  return {
    level: LEVELS[finding.severity],
    title: `kmod-gate: ${plainOneLine(finding.id)}`,
    message: said.filter((part) => part !== "").map(plainText).join("\n"),
    ...placeOf(finding, report, workspace)
  };
}
function annotationsOf(report, workspace) {
  const all = byWeight(report.findings).flatMap((finding) => {
    const annotation = annotationOf(finding, report, workspace);
    return finding.severity === "note" && annotation.file === void 0 ? [] : [annotation];
  });
  return ["error", "warning", "notice"].flatMap((level) => {
    const ofLevel = all.filter((annotation) => annotation.level === level);
    if (ofLevel.length <= MOST[level]) return ofLevel;
    const { shown, more } = firstOf(ofLevel, MOST[level] - 1);
    return [...shown, { level, title: "kmod-gate", message: `${more} more in the summary of the job and in the report.` }];
  });
}

const SAY = { error, warning, notice };
function annotate({ level, message, title, file, line, column }) {
  const place = { ...file === void 0 ? {} : { file }, ...line === void 0 ? {} : { startLine: line }, ...column === void 0 ? {} : { startColumn: column } };
  SAY[level](message, { title, ...place });
}
function tellOutputs(outputs) {
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
}
async function tellSummary(markdown, file = process.env["GITHUB_STEP_SUMMARY"] ?? "") {
  try {
    if (file !== "") await appendFile(file, markdown);
  } catch (problem) {
    info(plainOneLine(`There is no job summary: ${problem instanceof Error ? problem.message : String(problem)}`));
  }
}
function tellAnnotations(report, workspace) {
  let real = workspace;
  try {
    real = realpathSync(workspace);
  } catch {
    info(plainOneLine(`The workspace ${workspace} cannot be read; annotations may not find their files.`));
  }
  for (const annotation of annotationsOf(report, real)) annotate(annotation);
}

export { tellSummary as a, tellAnnotations as b, runnerLog as r, tellOutputs as t };
