import { I as INPUT_LIST, k as INPUTS, s as stageLine, a as plainText, p as plainOneLine, G as GateError, e as crashText, T as TOOL, r as readRequest, w as writeReportsOrSay, l as endText, m as reportText, U as UsageError, h as surroundings, i as createHost, j as runGate } from '../shared/read-request.js';
import { parseArgs } from 'node:util';

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

const SWITCHES = {
  "no-install": "The same as --install=false.",
  verbose: "Show what the programs say, not only one line for each stage.",
  json: "Print report.json on standard output, and everything else on standard error.",
  help: "Show this.",
  version: "Show the version."
};
const HELP = "`kmod-gate check --help` lists all inputs.";
function unknown(raw, name) {
  const meant = nearest(name, [...INPUT_LIST.map((input) => input.name), ...Object.keys(SWITCHES)]);
  return new WrongUsage(`There is no input ${raw}.${meant === void 0 ? "" : ` Did you mean --${meant}?`} ${HELP}`);
}
const isSwitch = (name) => Object.hasOwn(SWITCHES, name);
function readArguments(argv) {
  const options = {
    ...Object.fromEntries(INPUT_LIST.map(({ name }) => [name, { type: "string" }])),
    ...Object.fromEntries(Object.keys(SWITCHES).map((name) => [name, { type: "boolean" }])),
    h: { type: "boolean" }
  };
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true, allowPositionals: true });
  const switches = /* @__PURE__ */ new Set();
  const given = /* @__PURE__ */ new Map();
  const words = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const input = INPUT_LIST.find(({ name }) => name === token.name);
    if (input !== void 0) {
      if (token.value === void 0) throw new WrongUsage(`${token.rawName} needs a value (${input.placeholder}). ${HELP}`);
      given.set(input.name, [...given.get(input.name) ?? [], token.value]);
    } else if (token.rawName === "-h") switches.add("help");
    else if (!isSwitch(token.name) || !token.rawName.startsWith("--")) throw unknown(token.rawName, token.name);
    else if (token.value !== void 0) throw new WrongUsage(`${token.rawName} takes no value. ${HELP}`);
    else switches.add(token.name);
  }
  return { command: commandOf(words, given), switches, input: inputsOf(given, switches) };
}
function commandOf(words, given) {
  const [command, module, ...rest] = words;
  if (command === void 0) return void 0;
  if (command !== "check") throw new WrongUsage(`There is no command ${JSON.stringify(command)}. Did you mean \`kmod-gate check ${command}\`? ${HELP}`);
  if (rest.length > 0) throw new WrongUsage(`One module is checked at a time; ${JSON.stringify(rest[0])} is one too many. ${HELP}`);
  if (module !== void 0) given.set(INPUTS.module.name, [...given.get(INPUTS.module.name) ?? [], module]);
  return "check";
}
function inputsOf(given, switches) {
  for (const { name, many } of INPUT_LIST) {
    if (!many && (given.get(name)?.length ?? 0) > 1) throw new WrongUsage(`${name} is given twice. ${HELP}`);
  }
  if (!switches.has("no-install")) return (name) => given.get(name)?.join("\n");
  if (given.has(INPUTS.install.name)) throw new WrongUsage(`--install and --no-install contradict each other. ${HELP}`);
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
  const inputs = INPUT_LIST.filter((input) => input !== INPUTS.module).map(({ name, placeholder, description, default: value, many }) => {
    const notes = [...value === "" ? [] : [`Default: ${value}.`], ...many ? ["May be given several times."] : []];
    return `  --${name} ${placeholder}
${wrapped([description.replaceAll("`", ""), ...notes].join(" "))}`;
  });
  const switches = Object.entries(SWITCHES).map(([name, description]) => `  --${name}
${wrapped(description)}`);
  return [
    "Usage: kmod-gate check [MODULE] [--INPUT VALUE]\u2026",
    "",
    "May this kernel module be released for that kernel? Builds it under the kernel\u2019s",
    "own config, boots the kernel, loads and unloads it, and says pass, fail or error.",
    "",
    `  MODULE (or --module DIR)
${wrapped(`${INPUTS.module.description.replaceAll("`", "")} Default: ${INPUTS.module.default}`)}`,
    ...inputs,
    ...switches,
    "",
    "Exit status: 0 pass, 1 fail, 2 wrong usage, 3 error (it could not be checked).",
    ""
  ].join("\n");
}

const DEFAULT_COLUMNS = 80;
function terminalLog(output, look, verbose) {
  const progress = output.isTTY === true && look.colour && !verbose;
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

const EXIT = { pass: 0, fail: 1, usage: 2, error: 3 };
async function check(argv, core, around, out, err) {
  const { command, switches, input } = readArguments(argv);
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
  const people = switches.has("json") ? err : out;
  const look = lookOf(people, around.variables);
  const request = await readRequest(input, around);
  const log = terminalLog(people, look, switches.has("verbose"));
  const checked = await core.runGate(request, core.createHost(log), (result) => log.stage(result)).finally(() => log.endGroup());
  const { report, files } = await writeReportsOrSay(checked);
  people.write(endText(report, files, look));
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

process.exitCode = await runCli(process.argv.slice(2), { runGate, createHost }, surroundings(), process.stdout, process.stderr);
