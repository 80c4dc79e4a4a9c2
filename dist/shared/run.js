import { join, dirname, resolve } from 'node:path';
import { h as helpLines, s as saidOf, E as EXIT, W as WrongUsage, b as readCommandLine, l as lookOf, t as terminalLog, v as valueOf } from './run2.js';
import { h as verdictOf, al as refusal, am as text, an as optional, ao as integer, ap as oneOf, U as UsageError, g as exists, aq as FILES, ar as requireSealed, as as ShapeError, p as plainText, w as writeReportsOrSay, at as endText, au as reportText, s as stageLine, a as reportSummary, v as verdictSentence, b as codeBlock } from './read-request.js';
import { _ as Recorder, a5 as bootPlan, $ as recordingStrays, a0 as withWorkDir, a1 as Stopped, a6 as machineFor, q as isElf, o as outputsOf, N as NO_RUN } from './outputs.js';
import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile, open, stat, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { r as readReport, O as OtherSchema } from './read-report.js';

const WRITTEN = ["modules", "tests", "manifest.json", "report.json", "report.html", "summary.md", "console.log"];
async function bootHandover(host, handover, half, onStage = () => void 0) {
  const began = Date.now();
  const { report: first } = handover;
  const request = { ...first.request, boot: half.boot, bundle: "never", autopsy: "off", install: false, outputDir: half.outputDir, ...half.bootTimeout !== void 0 && { bootTimeout: half.bootTimeout } };
  const recorder = new Recorder(host.log, onStage);
  await mkdir(half.outputDir, { recursive: true });
  await Promise.all(WRITTEN.map((name) => rm(join(half.outputDir, name), { recursive: true, force: true })));
  const modules = await layModules(handover, half.outputDir);
  const values = {};
  try {
    const boot = (workDir) => recorder.stage("boot", `Boot ${handover.target.release}`, async () => {
      const plan = await planOf(handover, request, modules, workDir);
      const { run, findings: findings2, summary } = await bootPlan(host, request, plan, modules);
      values.guest = run;
      return { value: void 0, findings: findings2, summary };
    });
    await recordingStrays(recorder, () => withWorkDir(boot));
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  const findings = [...first.findings.filter(({ stage }) => stage !== "boot"), ...recorder.findings];
  const { tool, started, source, target, tools, config, proof } = first;
  return {
    tool,
    started,
    ...source !== void 0 && { source },
    ...target !== void 0 && { target },
    tools,
    ...config !== void 0 && { config },
    ...proof !== void 0 && { proof },
    ...values,
    verdict: verdictOf(findings),
    seconds: first.seconds + (Date.now() - began) / 1e3,
    request: { ...first.request, boot: half.boot, outputDir: half.outputDir, bootTimeout: request.bootTimeout },
    modules,
    stages: first.stages.map((result) => recorder.results.find(({ stage }) => stage === "boot" && result.stage === "boot") ?? result),
    findings
  };
}
async function layModules({ report, modules }, outputDir) {
  const laid = [];
  for (const module of report.modules) {
    const data = modules.get(module.name) ?? Buffer.alloc(0);
    if (createHash("sha256").update(data).digest("hex") !== module.sha256) throw refusal("handover.altered", `The bundle\u2019s ${module.name}.ko is not the one that its report is about`, "Make it again.");
    const file = join(outputDir, "modules", module.path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, data);
    laid.push({ ...module, file });
  }
  return laid;
}
async function planOf({ target, kernel, initramfs, modules: data }, request, modules, workDir) {
  const { scenario } = request;
  return {
    release: target.release,
    vmlinuz: kernel,
    ...await isElfFile(kernel) && { vmlinux: kernel },
    initramfs,
    // They are in the initramfs, which init loads them from.
    dependencies: [],
    modules: modules.map(({ name, depends }) => ({ name, depends, data: data.get(name) ?? Buffer.alloc(0) })),
    boot: request.boot === "off" ? "tcg" : request.boot,
    bootTimeout: request.bootTimeout,
    memory: request.memory,
    cpus: request.cpus,
    workDir,
    consoleFile: join(request.outputDir, "console.log"),
    ...scenario.test !== void 0 && { test: { script: scenario.test, seconds: scenario.testTimeout } },
    reloads: scenario.reloads,
    devices: scenario.devices,
    machine: machineFor(target, scenario.machine),
    kernelArgs: scenario.kernelArgs,
    expectBound: scenario.expectBound,
    network: scenario.network,
    allow: scenario.allowLog,
    retries: scenario.retries
  };
}
async function isElfFile(file) {
  const handle = await open(file);
  try {
    const head = Buffer.alloc(4);
    await handle.read(head, 0, head.length, 0);
    return isElf(head);
  } finally {
    await handle.close();
  }
}

function input(row) {
  return { many: false, ...row };
}
const BOOT_INPUTS = {
  bundle: input({ name: "bundle", description: "Folder `bundle/` that the first half left (boot: off, bundle: always), or the output directory around it.", default: "kmod-gate-out", placeholder: "DIR", parse: text }),
  boot: input({ name: "boot", description: "How it is booted: `auto` (KVM where a guest really comes up under it, else emulation), `kvm`, or `tcg` (emulation).", default: "auto", placeholder: "auto|kvm|tcg", parse: oneOf("auto", "kvm", "tcg") }),
  bootTimeout: input({ name: "boot-timeout", description: "Seconds that the guest may take from power-on to power-off. Empty: those of the first half.", default: "", placeholder: "SECONDS", parse: optional(integer(5, 3600, "seconds")) }),
  outputDir: input({ name: "output-dir", description: "Directory for the modules, logs and the report over both halves; made when it does not exist.", default: "kmod-gate-booted", placeholder: "DIR", parse: text })
};

async function openHandover(dir, value) {
  const found = await stat(dir).catch(() => void 0);
  if (found?.isDirectory() !== true) throw new UsageError("bundle", value, `Allowed is the folder that the first half left; there is no such directory (${dir}).`);
  const bundle = await exists(join(dir, "bundle", FILES.seal)) ? join(dir, "bundle") : dir;
  const names = await requireSealed(bundle);
  for (const name of [FILES.report, FILES.kernel, FILES.initramfs]) if (!names.has(name)) throw refusal("handover.unreadable", `The bundle has no ${name}`, "Make it again.");
  const { report, target } = await reportOf(join(bundle, FILES.report));
  const modules = /* @__PURE__ */ new Map();
  for (const { name } of report.modules) {
    const file = join(FILES.modules, `${name}.ko`);
    if (!names.has(file)) throw refusal("handover.unreadable", `The bundle has no ${file}, which its report is about`, "Make it again.");
    modules.set(name, await readFile(join(bundle, file)));
  }
  return { report, target, kernel: join(bundle, FILES.kernel), initramfs: await promisify(gunzip)(await readFile(join(bundle, FILES.initramfs))), modules };
}
async function reportOf(file) {
  const content = await readFile(file, "utf8");
  try {
    readReport(content);
  } catch (error) {
    if (error instanceof OtherSchema || error instanceof ShapeError || error instanceof SyntaxError) throw refusal("handover.unreadable", `The bundle\u2019s report cannot be read: ${error.message}`, "Make it again.");
    throw error;
  }
  const report = JSON.parse(content);
  if (report.target === void 0 || report.modules.length === 0) throw refusal("handover.unreadable", "The bundle\u2019s report is about no kernel, or about no module", "Make it again.");
  const odd = report.modules.find(({ name, path }) => !/^[\w-]{1,64}$/.test(name) || path.split("/").some((part) => part === "" || part === "." || part === ".."));
  if (odd !== void 0) throw refusal("handover.unreadable", `The bundle\u2019s report has a module ${JSON.stringify(odd.name)} at ${JSON.stringify(odd.path)}`, "Make it again.");
  return { report, target: report.target };
}

const ROWS = Object.values(BOOT_INPUTS);
const HELP = [
  "Usage: kmod-gate boot [BUNDLE] [--INPUT VALUE]\u2026 [--json] [--verbose]",
  "",
  "The second half of a check whose first half was told `--boot off --bundle always`,",
  "on any machine with QEMU: boots what was packed, judges it as the first half would have,",
  "and leaves one report over both. Needs no Debian, no root and no network.",
  "",
  helpLines(ROWS),
  "Exit status: 0 pass, 1 fail, 2 wrong usage, 3 error (it could not be checked).",
  ""
].join("\n");
async function boot(input, { createHost }, log, { cwd }, onStage) {
  const value = valueOf(BOOT_INPUTS.bundle, input);
  const bootTimeout = valueOf(BOOT_INPUTS.bootTimeout, input);
  const half = { boot: valueOf(BOOT_INPUTS.boot, input), outputDir: resolve(cwd, valueOf(BOOT_INPUTS.outputDir, input)), ...bootTimeout !== void 0 && { bootTimeout } };
  const dir = resolve(cwd, value);
  if (half.outputDir === dir || `${half.outputDir}/`.startsWith(`${dir}/`) || dir.startsWith(`${half.outputDir}/`)) throw new UsageError(BOOT_INPUTS.outputDir.name, half.outputDir, `Allowed is a directory beside the bundle, which stays as it is (${dir}).`);
  return bootHandover(createHost(log), await openHandover(dir, value), half, onStage);
}
async function bootCommand(argv, core, around, out, err) {
  const { words, switches, input } = readCommandLine(argv, ROWS, "boot");
  if (switches.has("help")) {
    out.write(HELP);
    return EXIT.pass;
  }
  const [dir, ...rest] = words;
  const { bundle } = BOOT_INPUTS;
  if (rest.length > 0) throw new WrongUsage(`One bundle is booted at a time; ${JSON.stringify(rest[0])} is one too many.`);
  if (dir !== void 0 && input(bundle.name) !== void 0) throw new WrongUsage(`${dir} and --${bundle.name} both name the bundle.`);
  const people = switches.has("json") ? err : out;
  const look = lookOf(people, around.variables);
  const log = terminalLog(people, look, switches.has("verbose"));
  const booted = await boot((name) => name === bundle.name && dir !== void 0 ? dir : input(name), core, log, around, (result) => log.stage(result)).finally(() => log.endGroup());
  const { report, files } = await writeReportsOrSay(booted);
  people.write(endText(report, files, look));
  if (switches.has("json")) out.write(reportText(report));
  return EXIT[report.verdict];
}
async function runBoot(argv, core, around, out, err) {
  try {
    return await bootCommand(argv, core, around, out, err);
  } catch (error) {
    err.write(`${plainText(`kmod-gate boot: ${saidOf(error)}`)}
`);
    return error instanceof UsageError || error instanceof WrongUsage ? EXIT.usage : EXIT.error;
  }
}
async function runBootAction(face, core, around) {
  try {
    const booted = await boot(face.getInput, core, face.log, around, (result) => {
      face.log.endGroup();
      face.log.info(stageLine(result, { colour: false, utf8: true }));
    }).finally(() => face.log.endGroup());
    const { report, files } = await writeReportsOrSay(booted);
    tellOutputs(face, { ...outputsOf(report), ...files === void 0 && { report: "" } });
    await face.addSummary(reportSummary(report));
    face.annotate(report);
    if (report.verdict === "pass") face.log.info(verdictSentence(report));
    else face.setFailed(verdictSentence(report));
  } catch (error) {
    const said = plainText(saidOf(error));
    await face.addSummary(`## \u26A0\uFE0F error: nothing was booted

${codeBlock(said)}
`);
    brokenBoot(face, said);
  }
}
function brokenBoot(face, said) {
  tellOutputs(face, NO_RUN);
  face.setFailed(said);
}
function tellOutputs(face, outputs) {
  for (const [name, value] of Object.entries(outputs)) face.setOutput(name, value);
}

export { runBootAction as a, brokenBoot as b, runBoot as r };
