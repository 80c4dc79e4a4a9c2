import { stat, readFile, mkdir, rm } from 'node:fs/promises';
import { I as parseConfig, F as diffConfigs, H as describeDelta, D as plainOneLine, U as UsageError, b3 as linesOf, b4 as loaderMessage, i as diagnose, b5 as INPUT_LIST, b6 as AGAINST, b7 as INPUTS, s as stageLine, b0 as ProgressBoard, p as plainText, G as GateError, c as crashText, b8 as TOOL, r as readRequest, w as writeReportsOrSay, at as endText, au as reportText, am as text, g as exists, m as makeScratch, n as sourcesText, u as entriesFor, a6 as kernelStanzas, b9 as writeView, ba as updateViewArgs, z as aptFailure, bb as SUITES, a8 as longFlavour, bc as newestFirst, a7 as PackageIndex, ac as compareVersions, aa as imageDependency, bd as architectureNamed, Y as ARCHITECTURES, ag as suiteNamed, aI as shortFlavour, ab as parseRelease, be as architectureOfFlavour, bf as mirrorsOf, bg as ownCodename, aM as markdownText, b as codeBlock } from './read-request.js';
import { parseArgs } from 'node:util';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CONFIG_CAUSES = [
  { tool: "pahole", package: "dwarves", states: ["PAHOLE_VERSION"], follows: /^(?:PAHOLE_\w+|DEBUG_INFO_BTF\w*|MODULE_ALLOW_BTF_MISMATCH|BPF_LSM|SCHED_CLASS_EXT|EXT_GROUP_SCHED|HID_BPF)$/ },
  { tool: "rustc and bindgen", package: "rustc, bindgen and rust-src", states: ["RUSTC_VERSION_TEXT", "RUSTC_VERSION", "BINDGEN_VERSION_TEXT"], follows: /^(?:RUST|RUSTC\w*|RUST_\w+|BINDGEN\w*|HAVE_RUST|\w+_RUST|\w+_RUST_\w+|DRM_NOVA|NOVA_CORE|DRM_PANIC_SCREEN_QR_CODE\w*)$/ },
  { tool: "the linker", package: "binutils (or lld)", states: ["LD_VERSION", "LLD_VERSION"], follows: /^(?:LD_\w+|LLD_\w+|TOOLS_SUPPORT_RELR|ARCH_SUPPORTS_LTO_\w+|HAS_LTO_CLANG|RELR)$/ },
  { tool: "the assembler", package: "binutils", states: ["AS_VERSION"], follows: /^(?:AS_\w+)$/ },
  {
    tool: "the compiler",
    package: "the compiler that CONFIG_CC_VERSION_TEXT names",
    states: ["CC_VERSION_TEXT", "GCC_VERSION", "CLANG_VERSION"],
    follows: /^(?:CC_\w+|GCC\d*_\w+|CLANG_\w+|HAVE_K[CM]?[AC]?SAN_COMPILER|KCSAN\w*|KMSAN\w*|HAVE_KMSAN\w*|KASAN_SW_TAGS|INIT_STACK_\w+|GCC_PLUGIN\w*|HAVE_GCC_PLUGINS|RANDSTRUCT\w*|ZERO_CALL_USED_REGS|FORTIFY_SOURCE|CFI_\w+|LTO_\w+|SHADOW_CALL_STACK|RETHUNK|CPU_UNRET_ENTRY|SLS|MITIGATION_\w+|X86_KERNEL_IBT|CALL_PADDING|FUNCTION_ALIGNMENT\w*|FINEIBT\w*|CALL_THUNKS\w*|HAVE_CALL_THUNKS|UBSAN\w*|WERROR|FRAME_WARN|STACKPROTECTOR\w*)$/
  }
];
const LAYOUT = /* @__PURE__ */ new Set([
  "DEBUG_INFO_BTF_MODULES",
  "MODULE_UNLOAD",
  "MODVERSIONS",
  "MODULE_SIG",
  "UNUSED_SYMBOLS",
  "GENERIC_BUG",
  "KALLSYMS",
  "SMP",
  "TRACEPOINTS",
  "TREE_SRCU",
  "BPF_EVENTS",
  "JUMP_LABEL",
  "TRACING",
  "EVENT_TRACING",
  "FTRACE_MCOUNT_RECORD",
  "KPROBES",
  "HAVE_STATIC_CALL_INLINE",
  "KUNIT",
  "LIVEPATCH",
  "PRINTK_INDEX",
  "CONSTRUCTORS",
  "FUNCTION_ERROR_INJECTION",
  "DYNAMIC_DEBUG_CORE",
  "CFI_CLANG",
  "MODULES_TREE_LOOKUP",
  "X86_KERNEL_IBT",
  "PREEMPT",
  "PREEMPT_RT",
  "LOCKDEP",
  "DEBUG_LOCK_ALLOC",
  "DEBUG_SPINLOCK",
  "DEBUG_MUTEXES",
  "DEBUG_RWSEMS",
  "PROVE_LOCKING",
  "MUTEX_SPIN_ON_OWNER",
  "RWSEM_SPIN_ON_OWNER",
  "LOCK_STAT",
  "RANDSTRUCT",
  "GCC_PLUGIN_RANDSTRUCT",
  "DEBUG_KOBJECT_RELEASE",
  "PINCTRL",
  "NUMA",
  "PM",
  "PM_SLEEP",
  "NET_NS",
  "KEYS",
  "FS_POSIX_ACL",
  "DEBUG_OBJECTS_TIMERS",
  "DEBUG_OBJECTS_WORK",
  "KCSAN",
  "KMSAN",
  "KASAN",
  "STACKPROTECTOR",
  "CC_HAS_ASM_GOTO_OUTPUT"
]);

const MOST_EVIDENCE = 40;
function isConfig(text) {
  const lines = text.split("\n", 5e3).filter((line) => line.trim() !== "");
  const config = lines.filter((line) => /^(?:CONFIG_\w+=|# CONFIG_\w+ is not set)/.test(line)).length;
  return config >= 2 && (config === lines.length || config >= 3 && config * 3 > lines.length);
}
function explainConfigs(before, after) {
  const [first, second] = [parseConfig(before), parseConfig(after)];
  const deltas = diffConfigs(first, second);
  const groups = /* @__PURE__ */ new Map();
  for (const delta of deltas) {
    const cause = CONFIG_CAUSES.find(({ states, follows }) => states.includes(delta.symbol) || follows.test(delta.symbol));
    groups.set(cause, [...groups.get(cause) ?? [], delta]);
  }
  const told = CONFIG_CAUSES.flatMap((cause) => {
    const group = groups.get(cause);
    return group === void 0 ? [] : [toolExplanation(cause, group, first, second)];
  });
  const others = groups.get(void 0);
  return [...told, ...others === void 0 ? [] : [otherExplanation(others)]];
}
function absent(value) {
  return value === void 0 || value === "0" || value === '""';
}
function toolExplanation({ tool, package: packages, states }, deltas, before, after) {
  const stated = states.filter((symbol) => before.get(symbol) !== after.get(symbol));
  const lost = stated.some((symbol) => !absent(before.get(symbol)) && absent(after.get(symbol)));
  const gained = stated.some((symbol) => absent(before.get(symbol)) && !absent(after.get(symbol)));
  const [how, remedy] = lost ? [`${tool} was missing for the second`, `Install ${packages}, take the first .config again, and build from clean.`] : gained ? [`${tool} was there for the second only`, `Take ${packages} away, or accept a kernel of your own.`] : stated.length > 0 ? [`${tool} is another one in the second`, `Use ${tool.replace(/^the /, "the same ")} for both: ${packages}.`] : [`${tool} answered otherwise for the second`, `Use ${tool.replace(/^the /, "the same ")} for both: ${packages}.`];
  return {
    kind: "configurations",
    title: `${how}: ${deltas.length} ${deltas.length === 1 ? "symbol differs" : "symbols differ"}${layoutNote(deltas)}`,
    evidence: evidenceOf(deltas),
    explanation: `Kconfig asks the tools that it finds what they can, and quietly chooses other values when the answers differ. ${layoutSentence(deltas)}`.trim(),
    remedy,
    doc: lost ? "docs/findings.md#config-the-guard" : "docs/findings.md#toolchain",
    harmless: false
  };
}
function otherExplanation(deltas) {
  return {
    kind: "configurations",
    title: `${deltas.length} ${deltas.length === 1 ? "symbol differs" : "symbols differ"} for no tool\u2019s sake${layoutNote(deltas)}`,
    evidence: evidenceOf(deltas),
    explanation: `Somebody chose so, another version of the kernel has other symbols, or they follow from one of those above; with the kernel\u2019s source kmod-gate\u2019s guard tells which. ${layoutSentence(deltas)}`.trim(),
    remedy: "Name what is meant in options; take the kernel\u2019s own .config for everything else.",
    doc: "docs/findings.md#config-the-guard",
    harmless: false
  };
}
function evidenceOf(deltas) {
  const first = [...deltas.filter(({ symbol }) => LAYOUT.has(symbol)), ...deltas.filter(({ symbol }) => !LAYOUT.has(symbol))];
  const more = deltas.length - MOST_EVIDENCE;
  return [...first.slice(0, MOST_EVIDENCE).map(describeDelta), ...more > 0 ? [`and ${more} more`] : []];
}
function layoutNote(deltas) {
  const names = deltas.map(({ symbol }) => symbol).filter((symbol) => LAYOUT.has(symbol));
  return names.length === 0 ? "" : `, ${names.slice(0, 4).join(", ")}${names.length > 4 ? ` and ${names.length - 4} more` : ""} among them`;
}
function layoutSentence(deltas) {
  const names = deltas.map(({ symbol }) => symbol).filter((symbol) => LAYOUT.has(symbol));
  if (names.length === 0) return "";
  const btf = names.includes("DEBUG_INFO_BTF_MODULES") ? " DEBUG_INFO_BTF_MODULES adds 16 bytes to struct module: a module built without it may be refused with \u201CInvalid module format\u201D." : "";
  return `${names.join(", ")} may change the layout of structures that modules share with the kernel.${btf}`;
}

function explanationText(explanations) {
  const causes = explanations.filter(({ harmless: harmless2 }) => !harmless2).map(causeText);
  const harmless = explanations.filter((explanation) => explanation.harmless).map(({ title, remedy }) => `- ${plainOneLine(title)}. ${plainOneLine(remedy)}`);
  return [...causes, ...harmless.length === 0 ? [] : [`Harmless, though it looks otherwise:
${harmless.join("\n")}`]].join("\n\n");
}
function causeText({ title, evidence, explanation, remedy, doc }) {
  return [plainOneLine(title), ...evidence.map((line) => `  | ${plainOneLine(line)}`), `  ${plainOneLine(explanation)}`, `  What to do: ${plainOneLine(remedy)}`, `  More: ${doc}`].join("\n");
}

const LARGEST = 256 << 20;
function explain(input) {
  if (typeof input !== "string") return explainConfigs(input.before, input.after);
  const loader = [...linesOf(input)].filter(({ message }) => loaderMessage(message) !== void 0).map(({ raw }) => raw).join("\n");
  return diagnose({ kernelLog: input, insmod: loader, buildLog: input }).map(explanationOf);
}
function explanationOf(diagnosis) {
  const { title, evidence, explanation, remedy, doc, weight, stage, change } = diagnosis;
  const kind = stage === "build" ? "build log" : evidence.some((line) => loaderMessage(line) !== void 0) ? "loading program" : "kernel log";
  return { kind, title, evidence, explanation: change === void 0 ? explanation : `${change} ${explanation}`, remedy, doc, harmless: weight === "harmless" };
}
async function explainCommand$1(files, stdin) {
  const names = files.length === 0 ? ["-"] : files;
  const texts = [];
  for (const name of names) texts.push({ name, text: name === "-" ? await stdin() : await readText(name) });
  const configs = texts.filter(({ text }) => isConfig(text));
  const [before, after] = configs;
  if (before !== void 0 && (after === void 0 || configs.length > 2)) throw new UsageError("explain", before.name, `${after === void 0 ? "It is the only .config among what was given" : `${configs.length} .config files were given`}. Give two: the kernel\u2019s own first, yours second.`);
  const parts = [
    ...before === void 0 || after === void 0 ? [] : [{ name: `${before.name} and ${after.name}`, found: explain({ before: before.text, after: after.text }), nothing: "The two configurations do not differ." }],
    ...texts.filter((text) => !configs.includes(text)).map(({ name, text }) => ({ name, found: explain(text), nothing: "No known cause of a failure is in this text." }))
  ];
  const shown = parts.map(({ name, found, nothing }) => `${parts.length > 1 ? `${name === "-" ? "standard input" : name}:

` : ""}${found.length === 0 ? nothing : explanationText(found)}`);
  return { text: `${shown.join("\n\n")}
`, found: parts.flatMap(({ found }) => found).filter(({ harmless }) => !harmless).length };
}
async function readText(name) {
  const allowed = "Give the name of a text file: a kernel log, a build log, or two .config files.";
  const info = await stat(name).catch(() => void 0);
  if (info === void 0 || !info.isFile()) throw new UsageError("explain", name, `There is no such file. ${allowed}`);
  if (info.size > LARGEST) throw new UsageError("explain", name, `It has ${info.size} bytes, and at most ${LARGEST} are read.`);
  return readFile(name, "utf8").catch(() => {
    throw new UsageError("explain", name, `It cannot be read. ${allowed}`);
  });
}

function distance(from, to) {
  let row = Array.from({ length: to.length + 1 }, (_, n) => n);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
function nearest(word, known) {
  const ranked = known.map((name) => ({ name, far: name.startsWith(word) ? 0 : distance(word, name) })).sort((a, b) => a.far - b.far);
  return ranked.find(({ name, far }) => far <= Math.max(1, Math.floor(name.length / 3)))?.name;
}

class WrongUsage extends Error {
  name = "WrongUsage";
}

const SWITCHES$1 = {
  "no-install": "The same as --install=false.",
  verbose: "Show what the programs say, not only one line for each stage.",
  json: "Print report.json on standard output, and everything else on standard error.",
  help: "Show this.",
  version: "Show the version."
};
const HELP$1 = "`kmod-gate --help` lists all inputs.";
const ROWS$1 = [...INPUT_LIST, AGAINST];
const OF_PROOF = [INPUTS.modules, INPUTS.kernel, AGAINST, INPUTS.abi, INPUTS.install, INPUTS.outputDir, INPUTS.cacheDir, INPUTS.cacheDays].map(({ name }) => name);
function unknown(raw, name) {
  const meant = nearest(name, [...ROWS$1.map((input) => input.name), ...Object.keys(SWITCHES$1)]);
  return new WrongUsage(`There is no input ${raw}.${meant === void 0 ? "" : ` Did you mean --${meant}?`} ${HELP$1}`);
}
const isSwitch$1 = (name) => Object.hasOwn(SWITCHES$1, name);
function readArguments(argv) {
  const options = {
    ...Object.fromEntries(ROWS$1.map(({ name }) => [name, { type: "string" }])),
    ...Object.fromEntries(Object.keys(SWITCHES$1).map((name) => [name, { type: "boolean" }])),
    h: { type: "boolean" }
  };
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true, allowPositionals: true });
  const switches = /* @__PURE__ */ new Set();
  const given = /* @__PURE__ */ new Map();
  const words = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const input = ROWS$1.find(({ name }) => name === token.name);
    if (input !== void 0) {
      if (token.value === void 0) throw new WrongUsage(`${token.rawName} needs a value (${input.placeholder}). ${HELP$1}`);
      given.set(input.name, [...given.get(input.name) ?? [], token.value]);
    } else if (token.rawName === "-h") switches.add("help");
    else if (!isSwitch$1(token.name) || !token.rawName.startsWith("--")) throw unknown(token.rawName, token.name);
    else if (token.value !== void 0) throw new WrongUsage(`${token.rawName} takes no value. ${HELP$1}`);
    else switches.add(token.name);
  }
  const command = commandOf(words, given);
  return { command, switches, input: inputsOf(given, switches), files: command === "explain" ? words.slice(1) : [] };
}
function commandOf(words, given) {
  const [command, module, ...rest] = words;
  if (command === void 0) return void 0;
  if (command === "explain") return explainCommand(given);
  if (command === "abi") return abiCommand(words.slice(1), given);
  if (command !== "check") throw new WrongUsage(`There is no command ${JSON.stringify(command)}. Did you mean \`kmod-gate check ${command}\`? ${HELP$1}`);
  if (given.has(AGAINST.name)) throw new WrongUsage(`--${AGAINST.name} belongs to \`kmod-gate abi\`: a module is built and booted with a kernel's packages. ${HELP$1}`);
  if (rest.length > 0) throw new WrongUsage(`One module is checked at a time; ${JSON.stringify(rest[0])} is one too many. ${HELP$1}`);
  if (module !== void 0) given.set(INPUTS.module.name, [...given.get(INPUTS.module.name) ?? [], module]);
  return "check";
}
function explainCommand(given) {
  const [foreign] = given.keys();
  if (foreign !== void 0) throw new WrongUsage(`--${foreign} says nothing about a log; \`kmod-gate explain\` takes files, or standard input. ${HELP$1}`);
  return "explain";
}
function abiCommand(files, given) {
  const foreign = [...given.keys()].find((name) => !OF_PROOF.includes(name));
  if (foreign !== void 0) throw new WrongUsage(`--${foreign} says nothing about the proof of built modules; \`kmod-gate abi\` takes ${OF_PROOF.map((name) => `--${name}`).join(", ")}. ${HELP$1}`);
  given.set(INPUTS.modules.name, [...given.get(INPUTS.modules.name) ?? [], ...files]);
  if ((given.get(INPUTS.modules.name) ?? []).length === 0) throw new WrongUsage(`\`kmod-gate abi\` needs the .ko files to check. ${HELP$1}`);
  given.set(INPUTS.boot.name, ["off"]);
  return "abi";
}
function inputsOf(given, switches) {
  for (const { name, many } of ROWS$1) {
    if (!many && (given.get(name)?.length ?? 0) > 1) throw new WrongUsage(`${name} is given twice. ${HELP$1}`);
  }
  if (!switches.has("no-install")) return (name) => given.get(name)?.join("\n");
  if (given.has(INPUTS.install.name)) throw new WrongUsage(`--install and --no-install contradict each other. ${HELP$1}`);
  return (name) => name === INPUTS.install.name ? "false" : given.get(name)?.join("\n");
}

const WIDTH = 80;
const INDENT = " ".repeat(6);
function wrapped(text) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    const longer = line === "" ? word : `${line} ${word}`;
    if (INDENT.length + longer.length > WIDTH && line !== "") lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => INDENT + line).join("\n");
}
function helpText() {
  const inputs = [...INPUT_LIST.filter((input) => input !== INPUTS.module), AGAINST].map(({ name, placeholder, description, default: value, many }) => {
    const notes = [...value === "" ? [] : [`Default: ${value}.`], ...many ? ["May be given several times."] : []];
    return `  --${name} ${placeholder}
${wrapped([description.replaceAll("`", ""), ...notes].join(" "))}`;
  });
  const switches = Object.entries(SWITCHES$1).map(([name, description]) => `  --${name}
${wrapped(description)}`);
  return [
    "Usage: kmod-gate check [MODULE] [--INPUT VALUE]\u2026",
    "       kmod-gate abi FILE.ko\u2026 [--kernel KERNEL | --against DIR] [--INPUT VALUE]\u2026",
    "       kmod-gate explain [FILE\u2026]",
    "       kmod-gate boot BUNDLE | kernels SPEC\u2026 | verdict DIR   (see --help)",
    "",
    "May this kernel module be released for that kernel? Builds it under the kernel\u2019s",
    "own config, proves that it fits, boots the kernel, loads and unloads it, and says",
    "pass, fail, error or skip. `abi` only proves, for modules that were built already;",
    "`explain` reads a kernel log, a build log or two .config files (or standard",
    "input) and says causes and remedies.",
    "",
    `  MODULE (or --module DIR)
${wrapped(`${INPUTS.module.description.replaceAll("`", "")} Default: ${INPUTS.module.default}`)}`,
    ...inputs,
    ...switches,
    "",
    "Exit status: 0 pass, or skip (not meant for this kernel); 1 fail; 2 wrong usage;",
    "3 error (it could not be checked).",
    ""
  ].join("\n");
}

const DEFAULT_COLUMNS = 80;
function terminalLog(output, look, verbose) {
  const progress = output.isTTY === true && look.colour && !verbose;
  const board = new ProgressBoard();
  let title = "";
  const clear = () => {
    if (progress) output.write("\r\x1B[K");
  };
  const show = (text) => {
    if (!progress) return;
    clear();
    output.write(text.slice(0, (output.columns ?? DEFAULT_COLUMNS) - 1));
  };
  const print = (text) => void output.write(`${text.split("\n").map((line) => `    ${line}`.trimEnd()).join("\n")}
`);
  return {
    group(next) {
      title = plainOneLine(next);
      if (verbose) output.write(`${title}
`);
      show(`  ${title} \u2026`);
    },
    endGroup: clear,
    info(line) {
      if (verbose) print(plainText(line));
      show(`  ${title}: ${plainOneLine(line)}`);
    },
    detail(text) {
      if (verbose) print(plainText(text.replace(/\n$/, "")));
    },
    progress(what, far) {
      board.say(plainOneLine(what), far === void 0 ? void 0 : plainOneLine(far));
      if (board.line !== "") show(`  ${board.line}`);
    },
    stage(result) {
      clear();
      output.write(`${stageLine(result, look)}
`);
    }
  };
}

function lookOf(output, variables) {
  const locale = [variables["LC_ALL"], variables["LC_CTYPE"], variables["LANG"]].find((value) => value !== void 0 && value !== "") ?? "";
  const terminal = output.isTTY === true;
  const noColour = (variables["NO_COLOR"] ?? "") !== "" || variables["TERM"] === "dumb";
  return { colour: terminal && !noColour, utf8: terminal && /utf-?8/i.test(locale) };
}

const EXIT = { pass: 0, fail: 1, usage: 2, error: 3, skip: 0 };
async function check(argv, core, around, out, err) {
  const { command, switches, input, files: logs } = readArguments(argv);
  if (switches.has("version")) {
    out.write(`${TOOL}
`);
    return EXIT.pass;
  }
  if (switches.has("help") || command === void 0) {
    const asked = switches.has("help");
    (asked ? out : err).write(helpText());
    return asked ? EXIT.pass : EXIT.usage;
  }
  if (command === "explain") {
    const { text } = await explainCommand$1(logs, core.readStdin);
    out.write(plainText(text));
    return EXIT.pass;
  }
  const people = switches.has("json") ? err : out;
  const look = lookOf(people, around.variables);
  const request = await readRequest(input, around);
  const log = terminalLog(people, look, switches.has("verbose"));
  const checked = await core.runGate(request, core.createHost(log), (result) => log.stage(result)).finally(() => log.endGroup());
  const { report, files } = await writeReportsOrSay(checked);
  people.write(endText(report, files, look, around.cwd));
  if (switches.has("json")) out.write(reportText(report));
  return EXIT[report.verdict];
}
async function runCli(argv, core, around, out, err) {
  try {
    return await check(argv, core, around, out, err);
  } catch (error) {
    const usage = error instanceof UsageError || error instanceof WrongUsage;
    const said = usage || error instanceof GateError ? error.message : crashText(error);
    err.write(`${plainText(`kmod-gate: ${said}`)}
`);
    return usage ? EXIT.usage : EXIT.error;
  }
}

const SWITCHES = ["help", "json", "verbose"];
const isSwitch = (name) => SWITCHES.some((known) => known === name);
function readCommandLine(argv, rows, command) {
  const help = `\`kmod-gate ${command} --help\` lists all inputs.`;
  const options = {
    ...Object.fromEntries(rows.map(({ name }) => [name, { type: "string" }])),
    ...Object.fromEntries(SWITCHES.map((name) => [name, { type: "boolean" }]))
  };
  const words = [];
  const switches = /* @__PURE__ */ new Set();
  const given = /* @__PURE__ */ new Map();
  for (const token of parseArgs({ args: [...argv], options, strict: false, tokens: true, allowPositionals: true }).tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const row = rows.find(({ name }) => name === token.name);
    if (token.rawName === "-h") switches.add("help");
    else if (isSwitch(token.name) && token.rawName.startsWith("--")) {
      if (token.value !== void 0) throw new WrongUsage(`${token.rawName} takes no value. ${help}`);
      switches.add(token.name);
    } else if (row === void 0) throw new WrongUsage(`There is no input ${token.rawName} of \`kmod-gate ${command}\`. ${help}`);
    else if (token.value === void 0) throw new WrongUsage(`${token.rawName} needs a value (${row.placeholder}). ${help}`);
    else if (!row.many && given.has(row.name)) throw new WrongUsage(`${row.name} is given twice. ${help}`);
    else given.set(row.name, [...given.get(row.name) ?? [], token.value]);
  }
  return { words, switches, input: (name) => given.get(name)?.join("\n") };
}
function valueOf(row, input) {
  const given = (input(row.name) ?? "").trim();
  return row.parse(given === "" ? row.default : given, row.name);
}
function helpLines(rows) {
  return rows.map(({ name, placeholder, description, default: usual }) => `  --${name} ${placeholder}
      ${description.replaceAll("`", "")}${usual === "" ? "" : ` Default: ${usual}.`}
`).join("");
}

const MOST_JOBS = 256;
function matrixJson(entries) {
  return JSON.stringify({ include: entries });
}

const KERNELS_INPUTS = {
  kernels: {
    name: "kernels",
    description: "The kernels, one on each line or separated by blanks: `default`, a suite (`trixie`, `trixie-backports`, `sid`, `kali-rolling`), a flavour of it (`bookworm/cloud`, `trixie/rt`), its newest releases (`trixie/latest-3`, `bookworm/6.1/latest-2`), a series (`6.12`), a release (`6.1.0-56-amd64`) or a package version (`=6.1.192-2`). A `?` at the end makes one advisory. `#` begins a remark.",
    default: "default",
    placeholder: "SPEC",
    many: true,
    parse: text
  },
  advisory: {
    name: "advisory",
    description: "Further kernels, written the same way, whose failure does not keep the module from being released.",
    default: "",
    placeholder: "SPEC",
    many: true,
    parse: text
  }
};

const URIS_ARGS = ["update", "--print-uris"];
const KEYRINGS = {
  debian: ["/usr/share/keyrings/debian-archive-keyring.gpg", "/usr/share/keyrings/debian-archive-keyring.pgp"],
  kali: ["/usr/share/keyrings/kali-archive-keyring.gpg"]
};
function parseUris(text) {
  return [...text.matchAll(/^'([^']+\/)dists\/([^']+)\/InRelease' /gm)].map(([, uri = "", release = ""]) => ({ uri, release, component: "main", origin: "", entry: "", file: "" }));
}
async function familyTrust(family) {
  for (const file of KEYRINGS[family]) if (await exists(file)) return { "Signed-By": file };
  return {};
}

const UPDATE_DEADLINE = 600;
const FETCH = "fetch";
async function withAptLists(host, mirrors, architecture, use) {
  const dir = await makeScratch(join(tmpdir(), "kmod-gate-apt-"));
  const lists = join(dir, "lists");
  const place = { cacheDir: dir, architecture };
  try {
    await mkdir(join(lists, "partial"), { recursive: true });
    const trust = await familyTrust(mirrors.own.family);
    const textOf = (suite) => sourcesText(entriesFor(suite, mirrors), architecture, trust);
    const known = /* @__PURE__ */ new Map();
    return await use({
      async read(suites) {
        const missing = suites.filter(({ name }, i) => !known.has(name) && suites.findIndex((suite) => suite.name === name) === i);
        if (missing.length > 0) await fetchLists(host, place, lists, missing.map(({ name }) => name), missing.map(textOf).join("\n"));
        for (const suite of missing) known.set(suite.name, await kernelStanzas(host, await writeView(suite.name, place, textOf(suite), lists)));
        return new Map(known);
      }
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
async function fetchLists(host, place, lists, names, sources) {
  const view = await writeView(FETCH, place, sources, lists);
  host.log.info(`fetching the package lists of ${names.join(", ")}`);
  const exit = await host.run({ program: "apt-get", args: [...updateViewArgs(view), "-o", "APT::Get::List-Cleanup=false"], seconds: UPDATE_DEADLINE });
  host.log.detail(exit.stdout);
  if (exit.status !== 0) throw new GateError({ ...aptFailure(exit, `Fetching the package lists of ${names.join(", ")}`), stage: "resolve" });
}

const TIERS = [["bookworm", "trixie", "kali-rolling"], ["bookworm-backports", "trixie-backports"], ["forky", "sid"], ["experimental"], ["bullseye"]];
function tiersOf(family) {
  const tiers = TIERS.map((names) => SUITES.filter((suite) => suite.family === family && names.includes(suite.name)));
  return tiers.filter((tier) => tier.length > 0);
}

const LISTED = 8;
function resolveSpecs(specs, stanzasBySuite, setting) {
  if (specs.length === 0) throw new UsageError(setting.input, "", "There is no kernel in it.");
  const archive = new Archive(stanzasBySuite, setting);
  const entries = /* @__PURE__ */ new Map();
  for (const spec of specs) {
    const found = archive.find(spec);
    if (typeof found === "string") throw new UsageError(setting.input, spec.text, found);
    for (const one of found) {
      const { release, packageVersion } = one.target;
      const before = entries.get(release);
      if (before !== void 0 && before.version !== packageVersion) throw new UsageError(setting.input, spec.text, `It gives ${release} at ${packageVersion}, and ${before.spec} gives it at ${before.version}; a matrix has one of them.`);
      entries.set(release, before === void 0 ? entryOf(spec, one) : { ...before, required: before.required || spec.required });
    }
  }
  if (entries.size > MOST_JOBS) throw new UsageError(setting.input, specs.map(({ text }) => text).join(" "), `These are ${entries.size} kernels; a matrix has at most ${MOST_JOBS} jobs.`);
  return [...entries.values()];
}
function unresolved(specs, stanzasBySuite, setting) {
  const archive = new Archive(stanzasBySuite, setting);
  return specs.filter((spec) => typeof archive.find(spec) === "string");
}
function suitesOf(spec, { defaultSuite }) {
  if (spec.suite !== void 0) return [spec.suite];
  return spec.which.kind === "default" ? [defaultSuite] : [];
}
function entryOf(spec, { suite, target }) {
  return {
    kernel: target.release,
    image: suite.image,
    flavour: target.flavour,
    label: `${target.release} (${suite.name} ${target.packageVersion})`,
    required: spec.required,
    version: target.packageVersion,
    suite: suite.name,
    spec: spec.text
  };
}
class Archive {
  constructor(stanzas, setting) {
    this.stanzas = stanzas;
    this.setting = setting;
  }
  stanzas;
  setting;
  #targets = /* @__PURE__ */ new Map();
  /** The kernels that a spec gives, or a sentence that says why there are none. */
  find(spec) {
    const named = suitesOf(spec, this.setting);
    const tiers = named.length > 0 ? [named] : tiersOf(this.setting.family).slice(0, this.setting.tiers);
    for (const suites2 of tiers) {
      const found = this.#among(spec, suites2);
      if (found.length > 0) return found;
    }
    const suites = tiers.flat();
    return `${this.#nothing(spec, suites)} ${this.#works(spec, suites)}`;
  }
  #among(spec, suites) {
    const flavour = longFlavour(spec.flavour, this.setting.architecture);
    const all = suites.flatMap((suite) => this.#complete(suite).map((target) => ({ suite, target }))).filter(({ target }) => target.flavour === flavour).sort((a, b) => newestFirst(a.target, b.target));
    const { which } = spec;
    switch (which.kind) {
      case "default": {
        const release = suites.map((suite) => this.#metapackage(suite, flavour)).find((name) => name !== void 0);
        return release === void 0 ? all.slice(0, 1) : first(all, ({ target }) => target.release === release);
      }
      case "latest":
        return newestOfEach(all.filter(({ target }) => which.series === void 0 || isOf(target, which.series))).slice(0, which.count);
      case "series":
        return first(all, ({ target }) => isOf(target, which.series));
      case "release":
        return first(all, ({ target }) => target.release === which.release);
      case "version":
        return first(all, ({ target }) => target.packageVersion === which.version);
    }
  }
  #complete(suite) {
    const known = this.#targets.get(suite.name);
    if (known !== void 0) return known;
    const targets = new PackageIndex(this.stanzas.get(suite.name) ?? []).everyTarget();
    this.#targets.set(suite.name, targets);
    return targets;
  }
  /** The release that the newest linux-image-FLAVOUR of the suite depends on; undefined when there is no such metapackage. */
  #metapackage(suite, flavour) {
    const versions = (this.stanzas.get(suite.name) ?? []).filter(({ name }) => name === `linux-image-${flavour}`).sort((a, b) => compareVersions(b.version, a.version));
    return imageDependency(versions[0]?.depends ?? "");
  }
  #nothing({ which, flavour }, suites) {
    const where = suites.map(({ name }) => name).join(", ");
    const long = longFlavour(flavour, this.setting.architecture);
    const meta = which.kind === "default" ? suites.map((suite) => this.#metapackage(suite, long)).find((name) => name !== void 0) : void 0;
    if (meta !== void 0) return `The default kernel of ${where} is ${meta}, and its image, headers and source are not there at one version.`;
    return `There is no such kernel of flavour ${long} with image, headers and source at one version in ${where}.`;
  }
  /** What the searched suites have; of the flavour that was asked for where there is any. */
  #works({ flavour }, suites) {
    const long = longFlavour(flavour, this.setting.architecture);
    const lists = suites.flatMap((suite) => {
      const all = this.#complete(suite);
      const own = all.filter((target) => target.flavour === long);
      const releases = [...new Set((own.length > 0 ? own : all).map(({ release }) => release))];
      const rest = releases.length > LISTED ? ` and ${releases.length - LISTED} more` : "";
      return releases.length === 0 ? [] : [`${suite.name}: ${releases.slice(0, LISTED).join(", ")}${rest}`];
    });
    return lists.length === 0 ? "No kernel at all was found there." : `These would match: ${lists.join("; ")}.`;
  }
}
function isOf(target, series) {
  return `${target.series}.`.startsWith(`${series}.`);
}
function first(found, wanted) {
  const one = found.find(wanted);
  return one === void 0 ? [] : [one];
}
function newestOfEach(found) {
  const releases = /* @__PURE__ */ new Set();
  return found.filter(({ target }) => !releases.has(target.release) && releases.add(target.release));
}

const MOST_LATEST = 50;
const VERSION = /^=(?:\d+:)?\d[A-Za-z0-9.+~-]*$/;
const SERIES = /^\d+(?:\.\d+)?$/;
const FLAVOUR = /^(?:\d+k|[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*(?:-\d+k)?)$/;
const GRAMMAR = "Allowed is [SUITE/][FLAVOUR/]KERNEL[:ARCHITECTURE], where KERNEL is default, a series (6.12 or 7), latest-N or SERIES/latest-N, a release (6.1.0-56-amd64) or a package version (=6.1.192-2) and may be left off after a suite; a `?` at the end makes it advisory.";
function parseSpec(written, input, architecture) {
  const refuse = (why) => new UsageError(input, written, `${why} ${GRAMMAR}`);
  const text = written.replace(/\?$/, "");
  const [, plain = text, colon] = /^(.+):([a-z]\w*)$/.exec(text) ?? [];
  if (colon !== void 0 && architectureNamed(colon) === void 0) throw refuse(`${colon} is no architecture whose kernels are known (${Object.keys(ARCHITECTURES).join(", ")}).`);
  const words = plain.split("/");
  const suite = suiteNamed(words[0] ?? "");
  if (suite !== void 0) words.shift();
  const last = parseWhich(words.at(-1) ?? "");
  if (last !== void 0) words.pop();
  const series = last?.kind === "latest" && SERIES.test(words.at(-1) ?? "") ? words.pop() : void 0;
  const which = last?.kind === "latest" && series !== void 0 ? { ...last, series } : last;
  const [flavour, ...rest] = words;
  if (suite === void 0 && which === void 0) throw refuse(`${words[0] ?? ""} is no suite (${SUITES.map(({ name }) => name).join(", ")}) and no kernel.`.trim());
  if (rest.length > 0 || flavour !== void 0 && !FLAVOUR.test(flavour)) throw refuse("This is no spec of a kernel.");
  if (suite === void 0 && which?.kind === "latest") throw refuse("latest-N needs a suite before it, such as trixie/latest-3.");
  const short = shortFlavour(flavour ?? "");
  const release = which?.kind === "release" ? parseRelease(which.release)?.flavour ?? "" : void 0;
  if (release !== void 0 && flavour !== void 0 && shortFlavour(release) !== short) throw refuse("The release names another flavour.");
  const own = release === void 0 ? void 0 : architectureOfFlavour(release)?.name;
  if (own !== void 0 && colon !== void 0 && own !== colon) throw refuse(`The release is one of ${own}.`);
  if (which?.kind === "latest" && (which.count < 1 || which.count > MOST_LATEST)) throw refuse(`latest-N gives from 1 to ${MOST_LATEST} kernels.`);
  return {
    text,
    required: text === written,
    ...suite !== void 0 && { suite },
    architecture: own ?? colon ?? architecture,
    flavour: release === void 0 ? short : shortFlavour(release),
    which: which ?? { kind: "default" }
  };
}
function parseWhich(word) {
  if (word === "default") return { kind: "default" };
  const [, count] = /^latest-(\d{1,4})$/.exec(word) ?? [];
  if (count !== void 0) return { kind: "latest", count: Number(count) };
  if (SERIES.test(word)) return { kind: "series", series: word };
  if (VERSION.test(word)) return { kind: "version", version: word.slice(1) };
  return parseRelease(word) === void 0 ? void 0 : { kind: "release", release: word };
}
function parseSpecs(text, input, architecture) {
  const words = text.replace(/(?:^|\s)#.*$/gm, "").split(/[\s,]+/);
  return words.filter((word) => word !== "").map((word) => parseSpec(word, input, architecture));
}

const DEADLINE = 60;
async function listKernels(host, request) {
  const architecture = (await answer(host, "dpkg", ["--print-architecture"])).trim();
  const mirrors = mirrorsOf(parseUris(await answer(host, "apt-get", URIS_ARGS)), await ownCodename());
  const advisory = parseSpecs(request.advisory, "advisory", architecture).map((spec) => ({ ...spec, required: false }));
  const specs = [...parseSpecs(request.kernels, "kernels", architecture), ...advisory];
  if (specs.length === 0) throw new UsageError("kernels", "", "There is no kernel in it.");
  const entries = [];
  for (const one of new Set(specs.map((spec) => spec.architecture))) {
    const setting = { architecture: one, defaultSuite: mirrors.own, family: mirrors.own.family, input: "kernels" };
    entries.push(...await kernelsOf(host, specs.filter((spec) => spec.architecture === one), mirrors, setting));
  }
  if (entries.length > MOST_JOBS) throw new UsageError("kernels", request.kernels, `These are ${entries.length} kernels; a matrix has at most ${MOST_JOBS} jobs.`);
  const order = specs.map(({ text }) => text);
  return entries.sort((a, b) => order.indexOf(a.spec) - order.indexOf(b.spec));
}
function kernelsOf(host, specs, mirrors, setting) {
  return withAptLists(host, mirrors, setting.architecture, async (lists) => {
    const named = specs.flatMap((spec) => suitesOf(spec, setting));
    let stanzas = await lists.read(named);
    const searching = specs.filter((spec) => suitesOf(spec, setting).length === 0);
    const tiers = tiersOf(mirrors.own.family);
    let read = 0;
    while (read < tiers.length && unresolved(searching, stanzas, { ...setting, tiers: read }).length > 0) stanzas = await lists.read(tiers[read++] ?? []);
    return resolveSpecs(specs, stanzas, { ...setting, tiers: read });
  });
}
async function answer(host, program, args) {
  const exit = await host.run({ program, args, seconds: DEADLINE });
  if (exit.status === 0) return exit.stdout;
  throw new GateError({ id: "host.apt-failed", stage: "resolve", severity: "error", title: `${program} ${args[0] ?? ""} failed with status ${exit.status}`, detail: exit.stderr, remedy: "Run this in a container of Debian or Kali." });
}

const HEADS = ["kernel", "packages", "suite", "container", "counts", "asked for as"];
function cells({ kernel, version, suite, image, required, spec }) {
  return [kernel, version, suite, image, required ? "required" : "advisory", spec];
}
function textTable(entries) {
  const rows = [HEADS, ...entries.map(cells)].map((row) => row.map(plainOneLine));
  const widths = HEADS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return `${rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()).join("\n")}
`;
}
function markdownTable(entries) {
  const row = (words) => `| ${words.join(" | ")} |`;
  return `${[row(HEADS), row(HEADS.map(() => "---")), ...entries.map((entry) => row(cells(entry).map(markdownText)))].join("\n")}
`;
}

const ROWS = Object.values(KERNELS_INPUTS);
const HELP = [
  "Usage: kmod-gate kernels [SPEC]\u2026 [--INPUT VALUE]\u2026 [--json] [--verbose]",
  "",
  "Which kernels, and which container can build each: a table, or with --json the",
  "value for strategy.matrix of a workflow. Needs apt, not root.",
  "",
  helpLines(ROWS),
  "Exit status: 0 done, 2 wrong usage (a SPEC that gives no kernel, too), 3 error.",
  ""
].join("\n");
function requestOf(input) {
  return { kernels: valueOf(KERNELS_INPUTS.kernels, input), advisory: valueOf(KERNELS_INPUTS.advisory, input) };
}
function saidOf(error) {
  if (error instanceof GateError) return [error.message, error.finding.detail, error.finding.remedy].filter((part) => part !== void 0).join("\n");
  return error instanceof UsageError || error instanceof WrongUsage ? error.message : crashText(error);
}
async function kernels(argv, { createHost }, around, out, err) {
  const { words, switches, input } = readCommandLine(argv, ROWS, "kernels");
  if (switches.has("help")) {
    out.write(HELP);
    return EXIT.pass;
  }
  const json = switches.has("json");
  const people = json ? err : out;
  const given = [input(KERNELS_INPUTS.kernels.name) ?? "", ...words].join("\n").trim();
  const request = requestOf((name) => name === KERNELS_INPUTS.kernels.name ? given : input(name));
  const log = terminalLog(people, lookOf(people, around.variables), switches.has("verbose"));
  const entries = await listKernels(createHost(log), request).finally(() => log.endGroup());
  people.write(textTable(entries));
  if (json) out.write(`${matrixJson(entries)}
`);
  return EXIT.pass;
}
async function runKernels(argv, core, around, out, err) {
  try {
    return await kernels(argv, core, around, out, err);
  } catch (error) {
    err.write(`${plainText(`kmod-gate kernels: ${saidOf(error)}`)}
`);
    return error instanceof UsageError || error instanceof WrongUsage ? EXIT.usage : EXIT.error;
  }
}
async function runKernelsAction(face, { createHost }) {
  try {
    const entries = await listKernels(createHost(face.log), requestOf(face.getInput)).finally(() => face.log.endGroup());
    tellOutputs(face, { matrix: matrixJson(entries), count: String(entries.length) });
    face.log.info(textTable(entries));
    await face.addSummary(`## Kernels

${markdownTable(entries)}
`);
  } catch (error) {
    const said = plainText(saidOf(error));
    await face.addSummary(`## \u26A0\uFE0F error: there is no list of kernels

${codeBlock(said)}
`);
    brokenKernels(face, said);
  }
}
function brokenKernels(face, said) {
  tellOutputs(face, { matrix: "", count: "0" });
  face.setFailed(said);
}
function tellOutputs(face, outputs) {
  for (const [name, value] of Object.entries(outputs)) face.setOutput(name, value);
}

export { EXIT as E, WrongUsage as W, runCli as a, readCommandLine as b, brokenKernels as c, runKernelsAction as d, helpLines as h, lookOf as l, runKernels as r, saidOf as s, terminalLog as t, valueOf as v };
