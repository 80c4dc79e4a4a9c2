import { e as exec } from './exec.js';
import { access, stat, rm, appendFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join, dirname } from 'node:path';
import { G as GateError, m as makeScratch } from './read-request.js';
import { spawn } from 'node:child_process';
import { openSync, closeSync, constants } from 'node:fs';

const TIMED_OUT = 124;
const KILLED = 137;
const GRACE = 5;
function wrap(command, privilege, stdin = "/dev/null") {
  const sudo = command.asRoot === true && privilege === "sudo" ? ["sudo", "--non-interactive", "--"] : [];
  return ["--pdeathsig", "TERM", "--", "timeout", `--kill-after=${GRACE}`, String(command.seconds), "sh", "-c", 'exec "$@" < "$0"', stdin, ...sudo, command.program, ...command.args];
}
function hasTimedOut(status, elapsed, deadline) {
  return status === TIMED_OUT || status === KILLED && elapsed >= deadline;
}

function start(command, env) {
  const stdout = openSync(command.stdoutFile, "w");
  const child = spawn("setpriv", wrap(command, "none"), {
    env,
    stdio: ["ignore", stdout, "pipe"],
    ...command.cwd !== void 0 && { cwd: command.cwd }
  });
  closeSync(stdout);
  let stderr = "";
  child.stderr?.on("data", (data) => stderr = (stderr + data.toString("utf8")).slice(-16384));
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve({ status: null, signal: null, stderr: error.message }));
    child.once("close", (status, signal) => resolve({ status, signal, stderr }));
  });
  return { pid: child.pid ?? -1, ended, kill: () => void child.kill("SIGTERM") };
}

const ALWAYS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];
function searchPath(path) {
  const parts = (path ?? "").split(delimiter).filter(isAbsolute);
  return [...parts, ...ALWAYS.filter((dir) => !parts.includes(dir))].join(delimiter);
}
async function which(program, path) {
  const candidates = program.includes("/") ? [program] : path.split(delimiter).map((dir) => join(dir, program));
  for (const candidate of candidates) {
    try {
      await access(candidate, constants.X_OK);
      if ((await stat(candidate)).isFile()) return candidate;
    } catch {
    }
  }
  return void 0;
}

const KEEP = 64 << 20;
function createHost(log, cacheWorkers) {
  const path = searchPath(process.env["PATH"]);
  const find = (program) => which(program, path);
  return {
    log,
    ...cacheWorkers !== void 0 && { cacheWorkers },
    which: find,
    run: async (command) => run(command, log, path, command.asRoot === true ? await privilege(find, command.program) : "none"),
    start: (command) => start(command, environment(command.env, path))
  };
}
async function run(command, log, path, privilege2) {
  if (await which(command.program, path) === void 0) throw missing(command.program);
  const kept = { stdout: new Kept(), stderr: new Kept() };
  const logged = [];
  const listen = (stream) => (data) => {
    stream.add(data);
    if (command.logFile !== void 0) logged.push(Buffer.from(data));
  };
  log.detail(`$ ${[command.program, ...command.args].join(" ")}`);
  const began = process.hrtime.bigint();
  const stdin = command.input === void 0 ? void 0 : await inputFile(command.input);
  const status = await exec("setpriv", wrap(command, privilege2, stdin), {
    silent: true,
    ignoreReturnCode: true,
    env: environment(command.env, path),
    ...command.cwd !== void 0 && { cwd: command.cwd },
    listeners: { stdout: listen(kept.stdout), stderr: listen(kept.stderr) }
  }).finally(() => stdin === void 0 ? void 0 : rm(dirname(stdin), { recursive: true, force: true }));
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  if (command.logFile !== void 0) await appendFile(command.logFile, Buffer.concat(logged));
  return { status, stdout: kept.stdout.text(), stderr: kept.stderr.text(), timedOut: hasTimedOut(status, seconds, command.seconds), seconds };
}
async function inputFile(input) {
  const file = join(await makeScratch(join(tmpdir(), "kmod-gate-stdin-")), "stdin");
  await writeFile(file, input);
  return file;
}
class Kept {
  #chunks = [];
  #size = 0;
  add(data) {
    if (this.#size >= KEEP) return;
    this.#chunks.push(Buffer.from(data));
    this.#size += data.length;
  }
  text() {
    return Buffer.concat(this.#chunks).toString("utf8");
  }
}
function environment(extra, path) {
  const all = { ...process.env, PATH: path, LC_ALL: "C", LANGUAGE: void 0, DEBIAN_FRONTEND: "noninteractive", ...extra };
  return Object.fromEntries(Object.entries(all).filter((entry) => entry[1] !== void 0));
}
async function privilege(find, program) {
  if (process.getuid?.() === 0) return "root";
  if (await find("sudo") !== void 0) return "sudo";
  throw new GateError({
    id: "host.no-root",
    stage: "install",
    severity: "error",
    title: `${program} needs root: the gate runs as user id ${String(process.getuid?.())} and there is no sudo`,
    remedy: "Run the gate as root, install sudo, or prepare the machine and use install: false."
  });
}
function missing(program) {
  return new GateError({
    id: "host.missing-program",
    stage: "install",
    severity: "error",
    title: `${program} is not installed`,
    remedy: `Install the Debian package that holds ${program}, or let the gate install what it needs (install: true).`
  });
}

export { createHost as c };
