import { writeFile, readFile, mkdir as mkdir$1, copyFile as copyFile$1, readdir as readdir$1, cp, lstat as lstat$1, rename as rename$1, stat as stat$1, access, mkdtemp, rm as rm$1, truncate, realpath, appendFile } from 'node:fs/promises';
import { relative, join, basename, resolve, sep, isAbsolute, normalize, dirname, delimiter } from 'node:path';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, constants, createReadStream, rmSync, openSync, closeSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, availableParallelism, homedir } from 'node:os';
import { gunzipSync } from 'node:zlib';
import 'string_decoder';
import * as os from 'os';
import * as events from 'events';
import * as child from 'child_process';
import * as path from 'path';
import 'assert';
import * as fs from 'fs';
import { setTimeout as setTimeout$1 } from 'timers';
import { spawn } from 'node:child_process';

const at = (place2) => place2 === void 0 ? {} : { place: place2 };
const RULES$1 = [
  {
    // GCC manual, "Options to Control Diagnostic Messages Formatting": file:line:column: kind: message
    pattern: /^(?<file>[^\s:][^:]*):(?<line>\d+):(?:(?<column>\d+):)? (?<kind>fatal error|error|Error|warning|Warning): (?<text>.+)$/,
    finding: ({ kind, text }, place2) => /warning/i.test(kind ?? "") ? { id: "build.compiler-warning", severity: "warning", title: text ?? "", ...at(place2) } : { id: "build.compile-error", severity: "fail", title: text ?? "", remedy: "Fix the source; the compiler is the one that built the target kernel.", ...at(place2) }
  },
  {
    pattern: /^ERROR: (?:modpost: )?"(?<symbol>[^"]+)" \[(?<file>[^\]]+)\] undefined!/,
    finding: ({ symbol, file }) => ({
      id: "build.unresolved-symbol",
      severity: "fail",
      title: `${symbol ?? ""} is used by ${base(file)} and exported by nothing in the target kernel`,
      remedy: "Use a symbol that this kernel exports, or build the module that exports it in the same directory."
    })
  },
  {
    pattern: /^ERROR: (?:modpost: )?GPL-incompatible module (?<file>\S+) uses GPL-only symbol '(?<symbol>[^']+)'/,
    finding: ({ symbol, file }) => ({
      id: "build.gpl-only-symbol",
      severity: "fail",
      title: `${base(file)} is not GPL-compatible and uses the GPL-only symbol ${symbol ?? ""}`,
      remedy: "State a GPL-compatible MODULE_LICENSE, or do without the symbol."
    })
  },
  { pattern: /^ERROR: (?:modpost: )?(?<text>.+)$/, finding: ({ text }) => ({ id: "build.modpost-error", severity: "fail", title: `modpost: ${text ?? ""}` }) },
  { pattern: /^WARNING: (?:modpost: )?(?<text>.+)$/, finding: ({ text }) => ({ id: "build.modpost-warning", severity: "warning", title: `modpost: ${text ?? ""}` }) },
  { pattern: /^\S+: (?<kind>warning|error): objtool: (?<text>.+)$/, finding: ({ kind, text }) => ({ id: "build.objtool", severity: kind === "error" ? "fail" : "warning", title: `objtool: ${text ?? ""}` }) },
  {
    pattern: /^Skipping BTF generation for (?<file>\S+) due to unavailability of vmlinux/,
    finding: () => ({
      id: "build.btf-skipped",
      severity: "note",
      title: "The modules carry no BTF, because this kernel\u2019s headers ship no vmlinux. That is harmless: the kernel loads modules without BTF."
    })
  },
  { pattern: /^make(?:\[\d+\])?: \*\*\* (?<text>No rule to make target .+?)\.\s+Stop\.$/, finding: ({ text }) => ({ id: "build.make-error", severity: "fail", title: `make: ${text ?? ""}` }) },
  {
    pattern: /^(?<file>[^\s:][^:]*):(?<line>\d+): \*\*\* (?<text>.+)$/,
    finding: ({ text }, place2) => ({ id: "build.make-error", severity: "fail", title: `make: ${text ?? ""}`, ...at(place2) })
  }
];
const MOST$2 = 50;
function buildFindings(output, locate) {
  const found = /* @__PURE__ */ new Map();
  for (const line of output.split(/\r?\n/)) {
    const finding = match(line, locate);
    if (finding === void 0) continue;
    const key = JSON.stringify([finding.id, finding.title, finding.place]);
    if (!found.has(key)) found.set(key, { ...finding, stage: "build" });
  }
  const all = [...found.values()];
  if (all.length <= MOST$2) return all;
  const told = [...all.filter((f) => f.severity === "fail"), ...all.filter((f) => f.severity !== "fail")].slice(0, MOST$2);
  return [...told, { id: "build.more", stage: "build", severity: "note", title: `${all.length - MOST$2} more messages of the compiler are in make.log` }];
}
function match(line, locate) {
  for (const rule of RULES$1) {
    const groups = rule.pattern.exec(line)?.groups;
    if (groups !== void 0) return rule.finding(groups, place$2(groups, locate));
  }
  return void 0;
}
function place$2(groups, locate) {
  const file = groups["file"] === void 0 || groups["line"] === void 0 ? void 0 : locate(groups["file"]);
  if (file === void 0) return void 0;
  return { file, line: Number(groups["line"]), ...groups["column"] !== void 0 && { column: Number(groups["column"]) } };
}
function base(file) {
  return (file ?? "").replace(/^.*\//, "");
}

const CLEARED = [
  "ARCH",
  "SUBARCH",
  "CROSS_COMPILE",
  "LLVM",
  "LLVM_IAS",
  "CC",
  "HOSTCC",
  "LD",
  "AS",
  "KCFLAGS",
  "KAFLAGS",
  "KCPPFLAGS",
  "KRUSTFLAGS",
  "CFLAGS",
  "CPPFLAGS",
  "LDFLAGS",
  "CFLAGS_MODULE",
  "LDFLAGS_MODULE",
  "KBUILD_EXTRA_SYMBOLS",
  "KBUILD_EXTMOD",
  "KBUILD_OUTPUT",
  "KBUILD_MODPOST_WARN",
  "KBUILD_MODPOST_NOFINAL",
  "KBUILD_EXTRA_WARN",
  "KBUILD_SYMTYPES",
  "KCONFIG_CONFIG",
  "KCONFIG_ALLCONFIG",
  "KCONFIG_OVERWRITECONFIG",
  "KERNELRELEASE",
  "LOCALVERSION",
  "INSTALL_MOD_PATH",
  "PAHOLE",
  "PAHOLE_FLAGS",
  "MAKEFLAGS",
  "MFLAGS",
  "MAKELEVEL",
  "MAKEOVERRIDES",
  "GNUMAKEFLAGS",
  "M",
  "O",
  "V",
  "W",
  "C"
];
const ENVIRONMENT = { GIT_OPTIONAL_LOCKS: "0", ...Object.fromEntries(CLEARED.map((name) => [name, void 0])) };
function treeArgs(setting, target) {
  return ["-C", setting.treeDir, `-j${setting.jobs}`, `KERNELRELEASE=${setting.release}`, `CC=${setting.cc}`, target];
}
function moduleArgs(setting, moduleDir, target, userArgs) {
  return [...treeArgs(setting, target), `M=${moduleDir}`, ...userArgs];
}
function make(args, more) {
  return { program: "make", args, env: ENVIRONMENT, ...more };
}

const BUILD_DEADLINE = 3600;
const CLEAN_DEADLINE = 300;
async function buildModules(host, plan) {
  await writeFile(plan.logFile, "");
  if (plan.clean) {
    const exit2 = await host.run(make(moduleArgs(plan.setting, plan.moduleDir, "clean", plan.makeArgs), { seconds: CLEAN_DEADLINE, logFile: plan.logFile }));
    if (exit2.status !== 0) host.log.detail(exit2.stderr);
  }
  const exit = await host.run(make(moduleArgs(plan.setting, plan.moduleDir, "modules", plan.makeArgs), { seconds: BUILD_DEADLINE, logFile: plan.logFile }));
  host.log.detail(exit.stdout);
  host.log.detail(exit.stderr);
  const findings = buildFindings(`${exit.stdout}
${exit.stderr}`, plan.locate);
  if (exit.timedOut) return [...findings, { id: "build.timeout", stage: "build", severity: "error", title: `make did not end within ${BUILD_DEADLINE} s` }];
  if (exit.status === 0 || findings.some((f) => f.severity === "fail")) return findings;
  const tail = (await readFile(plan.logFile, "utf8")).trimEnd().split("\n").slice(-20).join("\n");
  return [...findings, { id: "build.failed", stage: "build", severity: "fail", title: `make ended with status ${exit.status}`, detail: tail, remedy: "The whole output is in make.log." }];
}

class ElfError extends Error {
  name = "ElfError";
}
const HEADER = { size: 64, class: 4, encoding: 5, shoff: 40, shentsize: 58, shnum: 60, shstrndx: 62 };
const ENTRY = { size: 64, name: 0, type: 4, offset: 24, length: 32 };
const SHT_NOBITS = 8;
function integer$1(data, offset, bytes, what) {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + bytes > data.length) throw new ElfError(`${what}: offset ${offset} is outside the file of ${data.length} bytes`);
  if (bytes < 8) return data.readUIntLE(offset, bytes);
  const value = Number(data.readBigUInt64LE(offset));
  if (!Number.isSafeInteger(value)) throw new ElfError(`${what}: ${value} is too large`);
  return value;
}
function range(data, offset, length, what) {
  if (offset < 0 || length < 0 || offset + length > data.length) throw new ElfError(`${what}: bytes ${offset} to ${offset + length} are outside the file of ${data.length} bytes`);
  return data.subarray(offset, offset + length);
}
function readSections(data) {
  if (data.length < HEADER.size || data.readUInt32BE(0) !== 2135247942) throw new ElfError("ELF header: the file does not begin with \\x7fELF");
  if (data[HEADER.class] !== 2) throw new ElfError("ELF header: not a 64-bit file");
  if (data[HEADER.encoding] !== 1) throw new ElfError("ELF header: not little-endian");
  const table = integer$1(data, HEADER.shoff, 8, "section header table");
  const size = integer$1(data, HEADER.shentsize, 2, "section header size");
  const count = integer$1(data, HEADER.shnum, 2, "number of sections");
  if (count > 0 && size !== ENTRY.size) throw new ElfError(`section header size: ${size} instead of ${ENTRY.size}`);
  const headers = Array.from({ length: count }, (_, i) => range(data, table + i * size, size, `header of section ${i}`));
  const contents = headers.map((header, i) => {
    const type = integer$1(header, ENTRY.type, 4, `type of section ${i}`);
    const content = type === SHT_NOBITS ? data.subarray(0, 0) : range(data, integer$1(header, ENTRY.offset, 8, `section ${i}`), integer$1(header, ENTRY.length, 8, `section ${i}`), `section ${i}`);
    return { type, content, nameAt: integer$1(header, ENTRY.name, 4, `name of section ${i}`) };
  });
  const names = contents[integer$1(data, HEADER.shstrndx, 2, "index of section names")]?.content ?? data.subarray(0, 0);
  return contents.map(({ type, content, nameAt }, i) => ({ name: text$1(names, nameAt, `name of section ${i}`), type, data: content }));
}
function text$1(strings, offset, what) {
  if (offset === 0 && strings.length === 0) return "";
  const end = strings.indexOf(0, offset);
  if (offset >= strings.length || end < 0) throw new ElfError(`${what}: offset ${offset} is outside the string table`);
  return strings.toString("utf8", offset, end);
}

function readModinfo(file) {
  const section = readSections(file).find(({ name }) => name === ".modinfo");
  if (section === void 0) throw new ElfError(".modinfo: the file has no such section, so it is no kernel module");
  const info = /* @__PURE__ */ new Map();
  for (const entry of section.data.toString("utf8").split("\0")) {
    const equals = entry.indexOf("=");
    if (equals <= 0) continue;
    const key = entry.slice(0, equals);
    info.set(key, [...info.get(key) ?? [], entry.slice(equals + 1)]);
  }
  return info;
}

async function findModules(moduleDir) {
  const entries = await readdir$1(moduleDir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith(".ko")).map((entry) => join(entry.parentPath, entry.name)).sort();
}
function moduleName(file) {
  return basename(file).replace(/\.ko$/, "").replaceAll("-", "_");
}
async function collectModules(moduleDir, targetDir) {
  const built = [];
  for (const source of await findModules(moduleDir)) {
    const path = relative(moduleDir, source);
    const file = join(targetDir, path);
    await mkdir$1(join(file, ".."), { recursive: true });
    await copyFile$1(source, file);
    const data = await readFile(file);
    const info = readModinfo(data);
    built.push({
      name: moduleName(source),
      file,
      path,
      sha256: createHash("sha256").update(data).digest("hex"),
      size: data.length,
      depends: (info.get("depends")?.[0] ?? "").split(",").filter((name) => name !== ""),
      vermagic: info.get("vermagic")?.[0]?.trim() ?? ""
    });
  }
  return built;
}

async function copyRepository(repository, target, exclude) {
  const excluded = exclude.map((dir) => resolve(dir));
  await mkdir$1(target, { recursive: true });
  await cp(repository, target, {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    filter: async (source) => {
      const path = resolve(source);
      if (excluded.some((dir) => path === dir || path.startsWith(dir + sep))) return false;
      const kind = await lstat$1(source);
      return kind.isFile() || kind.isDirectory() || kind.isSymbolicLink();
    }
  });
}
const UNSAFE = /[^\p{L}\p{N}._+@=/-]/gu;
async function moduleDirIn(copy, path) {
  if (path === ".") return { dir: copy, original: (file) => file };
  const renamed = [];
  for (const part of path.split("/")) {
    let safe = part.replace(UNSAFE, "_");
    while (safe !== part && await exists$5(join(copy, ...renamed, safe))) safe += "_";
    if (safe !== part) await rename$1(join(copy, ...renamed, part), join(copy, ...renamed, safe));
    renamed.push(safe);
  }
  const wanted = path.split("/");
  const original = (file) => {
    const parts = file.split("/");
    const shared = renamed.findIndex((name, i) => name !== parts[i]);
    const depth = shared < 0 ? renamed.length : shared;
    return [...wanted.slice(0, depth), ...parts.slice(depth)].join("/");
  };
  return { dir: join(copy, ...renamed), original };
}
async function exists$5(path) {
  return lstat$1(path).then(
    () => true,
    () => false
  );
}

function locateBelow(root, moduleDir, treeDir) {
  return (file) => {
    const candidates = isAbsolute(file) ? [normalize(file)] : [resolve(moduleDir, file), resolve(treeDir, file)];
    for (const candidate of candidates.filter((path) => existsSync(path))) {
      const path = relative(root, candidate);
      if (path !== "" && !path.startsWith("..") && !isAbsolute(path)) return path;
    }
    return void 0;
  };
}

const STAGES = ["resolve", "install", "toolchain", "tree", "guard", "build", "boot"];
function verdictOf(findings) {
  if (findings.some((f) => f.severity === "fail")) return "fail";
  return findings.some((f) => f.severity === "error") ? "error" : "pass";
}

async function buildStage(host, request, setting, workDir) {
  const { dir, argument, root, original } = await place$1(request, setting, workDir);
  const locate = locateBelow(root, dir, setting.treeDir);
  const findings = await buildModules(host, {
    setting,
    moduleDir: argument,
    makeArgs: request.makeArgs,
    logFile: join(request.outputDir, "make.log"),
    locate: (file) => {
      const found = locate(file);
      return found === void 0 ? void 0 : original(found);
    },
    clean: request.module.kind === "out-of-tree"
  });
  if (verdictOf(findings) !== "pass") {
    const count = findings.filter((finding) => finding.severity === "fail").length;
    return { value: [], findings, summary: `${count} ${count === 1 ? "error" : "errors"}, see make.log` };
  }
  const modules = await collectModules(dir, join(request.outputDir, "modules"));
  if (modules.length === 0) return { value: [], findings: [...findings, nothingBuilt(request)], summary: "make built no module" };
  return { value: modules, findings, summary: modules.map((module) => module.path).join(", ") };
}
async function place$1(request, setting, workDir) {
  if (request.module.kind === "in-tree") {
    const dir2 = join(setting.treeDir, request.module.path);
    return { dir: dir2, argument: request.module.path, root: setting.treeDir, original: (file) => file };
  }
  const root = join(workDir, "module");
  await copyRepository(request.module.repository, root, [request.outputDir, request.cacheDir]);
  const { dir, original } = await moduleDirIn(root, request.module.path);
  return { dir, argument: dir, root, original };
}
function nothingBuilt(request) {
  const inTree = request.module.kind === "in-tree";
  return {
    id: "build.no-module",
    stage: "build",
    severity: "fail",
    title: "make ended well but built no module",
    remedy: inTree ? "Turn the driver on: name its option in `options`, such as CONFIG_CAN_ETAS_ES58X=m." : "Check that Kbuild adds the module to obj-m."
  };
}

class UsageError extends Error {
  constructor(input, value, allowed) {
    super(`${input}: ${JSON.stringify(value)} cannot be used. ${allowed}`);
    this.input = input;
    this.value = value;
    this.allowed = allowed;
  }
  input;
  value;
  allowed;
  name = "UsageError";
}
class GateError extends Error {
  constructor(finding) {
    super(finding.title);
    this.finding = finding;
  }
  finding;
  name = "GateError";
}

const TRAILER = "TRAILER!!!";
const S_IFDIR = 16384;
const S_IFREG = 32768;
const S_IFLNK = 40960;
const S_IFCHR = 8192;
function cpioNewc(entries) {
  const parts = entries.map((entry, i) => record(entry.path.replace(/^\/+/, ""), modeOf(entry), dataOf(entry), i + 1, entry.kind === "char" ? entry : void 0));
  return Buffer.concat([...parts, record(TRAILER, 0, Buffer.alloc(0), 0)]);
}
function modeOf(entry) {
  switch (entry.kind) {
    case "dir":
      return S_IFDIR | 493;
    case "link":
      return S_IFLNK | 511;
    case "char":
      return S_IFCHR | 384;
    case "file":
      return S_IFREG | (entry.executable === true ? 493 : 420);
  }
}
function dataOf(entry) {
  if (entry.kind === "file") return entry.data;
  return entry.kind === "link" ? Buffer.from(entry.target) : Buffer.alloc(0);
}
function record(name, mode, data, inode, device) {
  const encoded = Buffer.from(`${name}\0`);
  const numbers = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, device?.major ?? 0, device?.minor ?? 0, encoded.length, 0];
  const header = Buffer.from(`070701${numbers.map((n) => n.toString(16).padStart(8, "0")).join("")}`);
  return Buffer.concat([padded(Buffer.concat([header, encoded])), padded(data)]);
}
function padded(data) {
  return Buffer.concat([data, Buffer.alloc((4 - data.length % 4) % 4)]);
}

const BASELINE = "kmod-gate: baseline";
const STEP_DEADLINE = 30;
function initScript(modules) {
  const loads = modules.map(({ name, own }) => `load ${name} ${own ? 1 : 0}`);
  const unloads = [...modules].reverse().filter(({ own }) => own).map(({ name }) => `unload ${name}`);
  return `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
nonce=$(cat /nonce)
rm /nonce
stty -F /dev/ttyS1 raw -echo 115200
exec 3>/dev/ttyS1
say() { echo "$nonce $*" >&3; }
# Centiseconds since boot in $clock, without starting a process; the 1 keeps 09 from being read as octal.
tick() { read -r uptime rest < /proc/uptime; clock=$(( \${uptime%.*} * 100 + 1\${uptime#*.} - 100 )); }
power_off() { sync; poweroff -f; sleep 5; reboot -f; }
give_log() {
  dmesg -r > /log
  if ! grep -q '${BASELINE}' /log; then say logend -; return; fi
  sed '1,/${BASELINE}/d' /log > /since
  base64 -w 512 < /since | while read -r line; do say log "$line"; done
  say logend "$(md5sum < /since | cut -c1-32)"
}
# A step that never returns must not keep init: it runs beside it and is waited for, closely at first.
step() {
  kind=$1 module=$2; shift 2
  say begin "$kind" "$module"
  tick; began=$clock pause=5000
  rm -f /status
  { "$@" > /said 2>&1; echo $? > /status; } 3>&- &
  while tick; took=$((clock - began)); [ ! -s /status ] && [ "$took" -lt ${STEP_DEADLINE * 100} ] && kill -0 $! 2>/dev/null; do
    usleep $pause
    [ "$took" -lt 50 ] || pause=100000
  done
  if [ ! -s /status ] && kill -0 $! 2>/dev/null; then
    echo w > /proc/sysrq-trigger
    say end "$kind" "$module" - hung "$took" "$(base64 -w 0 < /said)"
    give_log
    say done
    power_off
  fi
  # A process that the kernel killed (oops) leaves no status.
  status=$(cat /status 2>/dev/null || echo 137)
}
load() {
  step load "$1" insmod "/modules/$1.ko"
  if [ "$status" != 0 ]; then outcome=refused
  elif grep -q "^$1 .* Live " /proc/modules; then outcome=ok
  else outcome=not-listed; fi
  say end load "$1" "$status" "$outcome" "$took" "$(base64 -w 0 < /said)"
  if [ "$outcome" = ok ]; then loaded="$loaded $1 "; else stop=1; fi
}
unload() {
  case $loaded in *" $1 "*) ;; *) return ;; esac
  step unload "$1" rmmod "$1"
  if [ "$status" != 0 ]; then outcome=refused
  elif grep -q "^$1 " /proc/modules; then outcome=still-listed
  else outcome=ok; fi
  say end unload "$1" "$status" "$outcome" "$took" "$(base64 -w 0 < /said)"
}
loaded= stop=
dmesg -n 8
echo '<5>${BASELINE}' > /dev/kmsg
say up "$(uname -r)"
${loads.map((line) => `[ -n "$stop" ] || ${line}`).join("\n")}
${unloads.join("\n")}
give_log
say done
power_off
`;
}

const PT_INTERP = 3;
function isStatic(elf) {
  const [table, size, count] = [integer$1(elf, 32, 8, "program header table"), integer$1(elf, 54, 2, "program header size"), integer$1(elf, 56, 2, "number of program headers")];
  return !Array.from({ length: count }, (_, i) => integer$1(range(elf, table + i * size, size, `program header ${i}`), 0, 4, "type")).includes(PT_INTERP);
}

const SIGNATURES = [
  { id: "guest.panic", pattern: /^Kernel panic - not syncing/ },
  { id: "guest.kasan", pattern: /^BUG: KASAN: / },
  { id: "guest.kfence", pattern: /^BUG: KFENCE: / },
  { id: "guest.kcsan", pattern: /^BUG: KCSAN: / },
  { id: "guest.ubsan", pattern: /^UBSAN: / },
  { id: "guest.lockup", pattern: /^(?:watchdog: BUG: soft lockup|(?:NMI watchdog: )?Watchdog detected hard LOCKUP|(?:rcu: )?INFO: rcu\w* (?:self-)?detected (?:expedited )?stall|INFO: task .* blocked for more than)/ },
  { id: "guest.lockdep", pattern: /^(?:WARNING: (?:possible (?:circular locking dependency|recursive locking|irq lock inversion)|inconsistent lock state|bad unlock balance|suspicious RCU usage)|INFO: trying to register non-static key)/ },
  { id: "guest.oops", pattern: /^(?:BUG: (?:kernel NULL pointer dereference|unable to handle)|Oops(?::| - )|Internal error: |general protection fault|stack segment|invalid opcode|kernel BUG at |divide error|int3: )/ },
  { id: "guest.bug", pattern: /^(?:BUG: |list_(?:add|del) corruption|sysfs: cannot create duplicate filename|refcount_t: )/ },
  { id: "guest.warn", pattern: /^WARNING: / }
];
const WITHOUT_TIME = /^\[\s*\d+\.\d+\](?:\[[^\]]*\])? /;
function findSplats(log) {
  return log.split("\n").flatMap((raw) => {
    const line = raw.replace(WITHOUT_TIME, "").trim();
    const signature = SIGNATURES.find(({ pattern }) => pattern.test(line));
    return signature === void 0 ? [] : [{ id: signature.id, line }];
  });
}

const stage = "boot";
function judgeGuest(run, release, own) {
  if (run.end === "never-up") {
    return [{ id: "guest.never-up", stage, severity: "error", title: `The guest did not come up within its deadline (${run.accelerator.toUpperCase()}, ${run.entry})`, detail: run.consoleTail, remedy: "See console.log. Raise boot-timeout on a slow machine, or memory for a large one." }];
  }
  const findings = [];
  if (run.release !== release) findings.push({ id: "guest.other-kernel", stage, severity: "error", title: `The guest runs ${run.release ?? "an unknown kernel"} instead of ${release}` });
  if (!run.logSeen) findings.push({ id: "guest.no-log", stage, severity: "error", title: "The kernel log of the guest could not be read, so it was not judged", detail: run.consoleTail });
  const splats = findSplats(run.log);
  const [first] = splats;
  if (first !== void 0) {
    const more = splats.length > 1 ? ` (and ${splats.length - 1} more)` : "";
    findings.push({ id: first.id, stage, severity: "fail", title: `The kernel complained: ${first.line}${more}`, detail: around(run.log, first.line), remedy: "Fix what the trace points to; the whole log is in console.log." });
  }
  findings.push(...run.steps.flatMap((step) => judgeStep(step, run)));
  if (run.end === "completed" && findings.length === 0) {
    const has = (kind, module) => run.steps.some((step) => step.kind === kind && step.module === module);
    const unseen = own.filter((module) => !has("load", module) || !has("unload", module));
    if (unseen.length > 0) findings.push({ id: "guest.lost", stage, severity: "error", title: `The guest\u2019s results for ${unseen.join(", ")} did not come back, so they were not judged`, detail: run.consoleTail });
  }
  return [...findings, ...judgeEnd(run, findings)];
}
function judgeStep(step, run) {
  const { module, kind, outcome } = step;
  if (outcome === "ok") return [];
  const said = [step.message, tail(run.log || run.consoleTail)].filter((text) => text !== "").join("\n");
  const common = { stage, ...said !== "" && { detail: said } };
  if (!step.own) return [{ ...common, id: "guest.dependency-refused", severity: "error", title: `${module}, a module of the kernel\u2019s own package that yours depends on, was ${outcome} by the kernel` }];
  switch (outcome) {
    case "refused":
      return kind === "load" ? [{ ...common, id: "guest.load-refused", severity: "fail", title: `The kernel refused to load ${module}: ${reason(step)}`, remedy: REMEDIES.find(({ pattern }) => pattern.test(step.message))?.remedy ?? "See the kernel\u2019s own words in the detail." }] : [{ ...common, id: "guest.unload-refused", severity: "fail", title: `${module} cannot be unloaded: ${reason(step)}`, remedy: "A module needs an exit function, and no reference to it may be left." }];
    case "hung":
      if (run.end === "lost") return [{ ...common, id: "guest.died", severity: "fail", title: `The guest went down while ${module} was being ${kind}ed`, remedy: "The console\u2019s last lines show what the kernel said." }];
      return [{ ...common, id: `guest.${kind}-hung`, severity: "fail", title: `${kind === "load" ? "Loading" : "Unloading"} ${module} did not end`, remedy: "Its init or exit function waits or spins forever; the console shows where." }];
    case "not-listed":
      return [{ ...common, id: "guest.not-listed", severity: "fail", title: `insmod of ${module} succeeded, but /proc/modules does not list it as live` }];
    case "still-listed":
      return [{ ...common, id: "guest.still-listed", severity: "fail", title: `rmmod of ${module} succeeded, but /proc/modules still lists it` }];
  }
}
function judgeEnd(run, findings) {
  if (run.end === "completed" || findings.some(({ severity }) => severity === "fail")) return [];
  const title = run.end === "timeout" ? "The guest did not end within boot-timeout" : "The guest was lost: it ended without having said that it was done";
  return [{ id: "guest.lost", stage, severity: "error", title, detail: run.consoleTail, remedy: "See console.log; nothing in it points to the module." }];
}
const REMEDIES = [
  { pattern: /No such device/i, remedy: "Init returned -ENODEV: the module looks for hardware that the guest does not have. Register the driver all the same and let probe() decide." },
  { pattern: /invalid module format|Exec format error/i, remedy: "The module does not fit this kernel: compare vermagic and configuration." },
  { pattern: /unknown symbol/i, remedy: "A symbol is not exported by this kernel, or by a module that is not loaded; the kernel log names it." }
];
function reason({ message, status, module }) {
  const text = message.replace(/^.*?(?:can't (?:insert|unload)[^:]*: )/, "").split("\n")[0] ?? "";
  if (text !== "") return text;
  return status !== void 0 && status > 128 ? `the kernel killed ${module}\u2019s caller (signal ${status - 128})` : `status ${String(status)}`;
}
function tail(text) {
  return text.split("\n").slice(-25).join("\n");
}
function around(log, line) {
  const lines = log.split("\n");
  const at = lines.findIndex((candidate) => candidate.includes(line));
  return lines.slice(Math.max(0, at - 2), at + 40).join("\n");
}

const PARAMETERS = ["console=ttyS0", "quiet", "panic=-1", "nokaslr", "rdinit=/init", "tsc=reliable", "i8042.noaux", "log_buf_len=2M", "watchdog_thresh=5", "random.trust_cpu=on"];
function qemuArgs(machine) {
  return [
    ...["-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-monitor", "none"],
    ...["-machine", "q35", ...ACCELERATION[machine.accelerator], "-m", String(machine.memory), "-smp", String(machine.cpus)],
    ...["-kernel", machine.kernel, "-initrd", machine.initramfs, "-append", PARAMETERS.join(" ")],
    ...["-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"],
    ...["-chardev", `socket,id=results,path=${machine.results}`, "-serial", "chardev:results"]
  ];
}
const ACCELERATION = {
  kvm: ["-accel", "kvm", "-cpu", "host"],
  // la57 is emulated slowly and five-level page tables change nothing for a module.
  tcg: ["-accel", "tcg", "-cpu", "max,la57=off"]
};

const OUTCOMES$1 = ["ok", "refused", "hung", "not-listed", "still-listed"];
const LONGEST = 1 << 20;
function readRecords(nonce, changed) {
  const records = { steps: [], log: [], done: false };
  let rest = "";
  return {
    records,
    take(data) {
      const lines = (rest + data.toString("latin1")).split("\n");
      rest = (lines.pop() ?? "").slice(0, LONGEST);
      for (const line of lines) {
        const at = line.indexOf(`${nonce} `);
        if (at < 0) continue;
        apply(records, line.slice(at + nonce.length + 1).trim().split(" "));
        changed();
      }
    }
  };
}
function apply(records, [word, ...rest]) {
  switch (word ?? "") {
    case "up":
      records.release = rest[0] ?? "";
      return;
    case "begin": {
      const [kind, module] = rest;
      if ((kind === "load" || kind === "unload") && module !== void 0) records.open = { kind, module };
      return;
    }
    case "end": {
      const [kind, module, status, outcome, centiseconds, message] = rest;
      const known = OUTCOMES$1.find((name) => name === outcome);
      if (kind !== "load" && kind !== "unload" || module === void 0 || known === void 0) return;
      delete records.open;
      records.steps.push({
        kind,
        module,
        outcome: known,
        ...status !== "-" && { status: Number(status) },
        message: Buffer.from(message ?? "", "base64").toString("utf8").trim(),
        seconds: Number(centiseconds) / 100
      });
      return;
    }
    case "log":
      records.log.push(rest[0] ?? "");
      return;
    case "logend":
      records.logSum = rest[0] ?? "-";
      return;
    case "done":
      records.done = true;
      return;
    default:
      return;
  }
}
function logOf(records) {
  const data = Buffer.from(records.log.join(""), "base64");
  if (createHash("md5").update(data).digest("hex") !== records.logSum) return void 0;
  return data.toString("utf8").replace(/^<\d+>/gm, "").trimEnd();
}

const QEMU = "qemu-system-x86_64";
const KVM_PROOF = 8;
const MARGIN = 10;
const CONSOLE_LIMIT = 32 << 20;
let kvmRefusal;
async function bootGuest(host, plan) {
  const modules = [...plan.dependencies.map(({ name }) => ({ name, own: false })), ...ordered(plan.modules).map(({ name }) => ({ name, own: true }))];
  const nonce = randomBytes(16).toString("hex");
  const initramfs = join(plan.workDir, "initramfs.cpio");
  await writeFile(initramfs, cpioNewc(await entries(host, plan, modules, nonce)));
  const attempt = (accelerator, reason) => boot(host, plan, { accelerator, reason, initramfs, nonce, modules });
  const run = await choose(plan, attempt);
  return { run, findings: judgeGuest(run, plan.release, plan.modules.map(({ name }) => name)) };
}
async function choose(plan, attempt) {
  if (plan.boot === "tcg") return attempt("tcg", "TCG was asked for.");
  kvmRefusal ??= await kvmDevice();
  if (kvmRefusal === void 0) {
    const run = await attempt("kvm", "A guest came up under KVM.");
    if (run.end !== "never-up") return run;
    const words = run.stderr.trim().split("\n").at(-1) ?? "";
    kvmRefusal = words === "" || /terminating on signal/.test(words) ? `/dev/kvm opens, but a guest showed no sign of life within ${KVM_PROOF} s` : `QEMU gave up on KVM: ${words}`;
  }
  if (plan.boot === "kvm") {
    throw new GateError({ id: "guest.kvm-unusable", stage: "boot", severity: "error", title: `KVM cannot be used: ${kvmRefusal}`, remedy: "Give the container the device (--device /dev/kvm), or use boot: auto." });
  }
  return attempt("tcg", `KVM was not used: ${kvmRefusal}.`);
}
async function kvmDevice() {
  if (await stat$1("/dev/kvm").catch(() => void 0) === void 0) return "there is no /dev/kvm";
  return access("/dev/kvm", constants.R_OK | constants.W_OK).then(
    () => void 0,
    () => "/dev/kvm may not be opened by this user"
  );
}
async function boot(host, plan, { accelerator, reason, initramfs, nonce, modules }) {
  const socketDir = await mkdtemp(join(tmpdir(), "kmod-gate-guest-"));
  const began = Date.now();
  let running;
  const reader = readRecords(nonce, () => watch.changed());
  const watch = watchdog(plan, accelerator, reader.records, () => running?.kill());
  const server = await listen(join(socketDir, "results"), (data) => reader.take(data));
  try {
    running = host.start({
      program: QEMU,
      args: qemuArgs({ accelerator, kernel: plan.vmlinux ?? plan.vmlinuz, initramfs, memory: plan.memory, cpus: plan.cpus, results: join(socketDir, "results") }),
      seconds: plan.bootTimeout + MARGIN,
      stdoutFile: plan.consoleFile
    });
    const guard = setInterval(() => void boundConsole(plan.consoleFile, watch.flooded), 250);
    const { status, signal, stderr } = await running.ended.finally(() => clearInterval(guard));
    if (!watch.fired() && (signal !== null || (status ?? 0) >= 128 || /terminating on signal/.test(stderr))) delete reader.records.open;
    return { ...await describe(plan, reader.records, modules), accelerator, acceleratorReason: reason, end: watch.end(), seconds: (Date.now() - began) / 1e3, stderr };
  } finally {
    watch.stop();
    server.close();
    await rm$1(socketDir, { recursive: true, force: true });
  }
}
function watchdog(plan, accelerator, records, kill) {
  let fired;
  const fire = (which) => () => {
    fired = which;
    kill();
  };
  const whole = setTimeout(fire("whole"), plan.bootTimeout * 1e3);
  const proof = accelerator === "kvm" ? setTimeout(fire("proof"), KVM_PROOF * 1e3) : void 0;
  let step;
  return {
    changed() {
      if (records.release !== void 0) clearTimeout(proof);
      clearTimeout(step);
      if (records.open !== void 0) step = setTimeout(fire("step"), (STEP_DEADLINE + MARGIN) * 1e3);
    },
    fired: () => fired !== void 0,
    flooded: fire("flood"),
    end() {
      if (records.done) return "completed";
      if (records.release === void 0) return "never-up";
      return fired === void 0 ? "lost" : "timeout";
    },
    stop() {
      for (const timer of [whole, proof, step]) clearTimeout(timer);
    }
  };
}
async function describe(plan, records, modules) {
  const own = new Set(modules.filter((module) => module.own).map(({ name }) => name));
  const steps = records.steps.map((step) => ({ ...step, own: own.has(step.module) }));
  const console = (await readFile(plan.consoleFile, "utf8")).replaceAll("\r", "");
  if (records.open !== void 0) steps.push({ ...records.open, own: own.has(records.open.module), outcome: "hung", message: "", seconds: STEP_DEADLINE });
  return {
    entry: plan.vmlinux === void 0 ? "bzImage" : "vmlinux (PVH)",
    ...records.release !== void 0 && { release: records.release },
    steps,
    log: logOf(records) ?? since(console) ?? "",
    logSeen: logOf(records) !== void 0 || since(console) !== void 0,
    consoleTail: console.trimEnd().split("\n").slice(-40).join("\n"),
    consoleFile: plan.consoleFile
  };
}
function since(console) {
  const at = console.indexOf(BASELINE);
  return at < 0 ? void 0 : console.slice(console.indexOf("\n", at) + 1);
}
async function entries(host, plan, modules, nonce) {
  const busybox = await host.which("busybox");
  if (busybox === void 0) throw missing$2("busybox", "busybox-static");
  const program = await readFile(busybox);
  if (!isStatic(program)) {
    throw new GateError({ id: "guest.busybox-dynamic", stage: "boot", severity: "error", title: `${busybox} is linked dynamically, and the guest has no libraries`, remedy: "Install busybox-static instead of busybox." });
  }
  if (await host.which(QEMU) === void 0) throw missing$2(QEMU, "qemu-system-x86");
  const data = new Map([...plan.dependencies, ...plan.modules].map((module) => [module.name, module.data]));
  return [
    ...["bin", "dev", "proc", "sys", "modules"].map((path) => ({ kind: "dir", path })),
    { kind: "char", path: "dev/console", major: 5, minor: 1 },
    { kind: "char", path: "dev/null", major: 1, minor: 3 },
    { kind: "file", path: "bin/busybox", data: program, executable: true },
    { kind: "file", path: "init", data: Buffer.from(initScript(modules)), executable: true },
    { kind: "file", path: "nonce", data: Buffer.from(`${nonce}
`) },
    ...modules.map(({ name }) => ({ kind: "file", path: `modules/${name}.ko`, data: data.get(name) ?? Buffer.alloc(0) }))
  ];
}
function ordered(modules) {
  const result = [];
  const visit = (module, above) => {
    if (result.includes(module) || above.includes(module.name)) return;
    for (const name of module.depends) {
      const dependency = modules.find((other) => other.name === name.replaceAll("-", "_"));
      if (dependency !== void 0) visit(dependency, [...above, module.name]);
    }
    result.push(module);
  };
  for (const module of modules) visit(module, []);
  return result;
}
async function listen(path, take) {
  const server = createServer((socket) => {
    socket.on("data", take);
    socket.on("error", () => void 0);
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(path, resolve));
  return server;
}
async function boundConsole(file, kill) {
  const size = await stat$1(file).then((found) => found.size).catch(() => 0);
  if (size <= CONSOLE_LIMIT) return;
  kill();
  await truncate(file, CONSOLE_LIMIT);
}
function missing$2(program, name) {
  return new GateError({ id: `guest.${program.startsWith("qemu") ? "qemu" : program}-missing`, stage: "boot", severity: "error", title: `${program} is not installed, so nothing can be booted`, remedy: `Install ${name}.` });
}

class Lz4Error extends Error {
  name = "Lz4Error";
}
const LZ4_LEGACY_MAGIC = 407642370;
const BLOCK = 8 << 20;
function decompressLz4Legacy(data, limit) {
  if (data.length < 4 || data.readUInt32LE(0) !== LZ4_LEGACY_MAGIC) throw new Lz4Error("no legacy lz4 magic");
  const blocks = [];
  let total = 0;
  for (let at = 4; at + 4 <= data.length; ) {
    const size = data.readUInt32LE(at);
    at += 4;
    if (at + size > data.length || size === 0) break;
    const block = decompressBlock(data.subarray(at, at + size));
    total += block.length;
    if (total > limit) throw new Lz4Error(`larger than ${limit} bytes`);
    blocks.push(block);
    at += size;
  }
  return Buffer.concat(blocks);
}
function decompressBlock(input) {
  const output = Buffer.allocUnsafe(BLOCK);
  let [from, to] = [0, 0];
  const byte = () => {
    const value = input[from++];
    if (value === void 0) throw new Lz4Error("block ends early");
    return value;
  };
  const length = (nibble) => {
    let total = nibble;
    if (nibble === 15) for (let more = 255; more === 255; ) total += more = byte();
    return total;
  };
  while (from < input.length) {
    const token = byte();
    const literals = length(token >> 4);
    if (from + literals > input.length || to + literals > BLOCK) throw new Lz4Error("literals leave the block");
    input.copy(output, to, from, from + literals);
    from += literals;
    to += literals;
    if (from >= input.length) break;
    const offset = byte() | byte() << 8;
    const match = length(token & 15) + 4;
    if (offset === 0 || offset > to || to + match > BLOCK) throw new Lz4Error("match leaves the block");
    if (offset >= match) output.copy(output, to, to - offset, to - offset + match);
    else for (let i = 0; i < match; i++) output[to + i] = output[to + i - offset] ?? 0;
    to += match;
  }
  return output.subarray(0, to);
}

const LIMIT = 512 << 20;
const DEADLINE$3 = 120;
function compressionOf(data) {
  if (data.length < 6) return void 0;
  if (data.readUInt16BE(0) === 8075) return "gzip";
  if (data.readUIntBE(0, 6) === 278414717639168) return "xz";
  if (data.readUInt32BE(0) === 682962941) return "zstd";
  if (data.readUInt32LE(0) === LZ4_LEGACY_MAGIC) return "lz4";
  if (data.readUInt32BE(0) === 2135247942) return "none";
  return void 0;
}
const TOOLS = {
  xz: (from) => ["--decompress", "--keep", "--force", "--single-stream", from],
  zstd: (from) => ["-q", "-f", "-d", from]
};
async function decompress(host, data, scratch) {
  const compression = compressionOf(data);
  if (compression === void 0) return `the data begins with ${data.subarray(0, 6).toString("hex")}, which is no known compression`;
  if (compression === "none") return data;
  try {
    if (compression === "gzip") return gunzipSync(data, { maxOutputLength: LIMIT });
    if (compression === "lz4") return decompressLz4Legacy(data, LIMIT);
  } catch (error) {
    return `${compression}: ${error instanceof Error ? error.message : String(error)}`;
  }
  return withTool(host, compression, data, scratch);
}
async function withTool(host, program, data, scratch) {
  const from = `${scratch}.${program === "xz" ? "xz" : "zst"}`;
  try {
    await writeFile(from, data);
    const exit = await host.run({ program, args: TOOLS[program](from), seconds: DEADLINE$3 });
    if (exit.status !== 0) return `${program}: ${exit.stderr.trim()}`;
    const { size } = await stat$1(scratch);
    return size > LIMIT ? `${program}: larger than ${LIMIT} bytes` : await readFile(scratch);
  } finally {
    await rm$1(from, { force: true });
    await rm$1(scratch, { force: true });
  }
}

function kernelName(file) {
  const match = /^(.+)\.ko(?:\.(?:xz|zst|gz))?$/.exec(basename(file));
  return match?.[1]?.replaceAll("-", "_");
}
async function moduleFiles(modulesDir) {
  const entries = await readdir$1(modulesDir, { recursive: true, withFileTypes: true });
  return new Map(
    entries.flatMap((entry) => {
      const name = entry.isFile() ? kernelName(entry.name) : void 0;
      return name === void 0 ? [] : [[name, join(entry.parentPath, entry.name)]];
    })
  );
}
async function builtIns(modulesDir) {
  const text = await readFile(join(modulesDir, "modules.builtin"), "utf8").catch(() => "");
  return new Set(text.split("\n").flatMap((line) => kernelName(line) ?? []));
}
async function readModule$1(host, file) {
  const scratch = await mkdtemp(join(tmpdir(), "kmod-gate-ko-"));
  try {
    const data = await decompress(host, await readFile(file), join(scratch, "module"));
    if (typeof data !== "string") return data;
    throw new GateError({ id: "kernel.module-unreadable", stage: "boot", severity: "error", title: `${basename(file)} of the kernel\u2019s package cannot be decompressed: ${data}`, remedy: "Install xz-utils and zstd." });
  } finally {
    await rm$1(scratch, { recursive: true, force: true });
  }
}
async function dependencyClosure(host, modulesDir, names) {
  const [files, builtin] = await Promise.all([moduleFiles(modulesDir), builtIns(modulesDir)]);
  const ordered = /* @__PURE__ */ new Map();
  const underway = /* @__PURE__ */ new Set();
  async function visit(raw, wantedBy) {
    const name = raw.replaceAll("-", "_");
    if (ordered.has(name) || underway.has(name) || builtin.has(name)) return;
    const file = files.get(name);
    if (file === void 0) {
      throw new GateError({
        id: "kernel.dependency-missing",
        stage: "boot",
        severity: "error",
        title: `${wantedBy} depends on ${name}, which this kernel\u2019s package neither has as a module nor built in`,
        remedy: "Build the module that it depends on in the same directory, or choose a kernel flavour that has it."
      });
    }
    underway.add(name);
    const data = await readModule$1(host, file);
    for (const dependency of (readModinfo(data).get("depends")?.[0] ?? "").split(",")) if (dependency !== "") await visit(dependency, name);
    ordered.set(name, { name, file, data });
  }
  for (const name of names) await visit(name, "the module");
  return [...ordered.values()];
}

async function bootStage(host, request, kit, modules, workDir) {
  const own = new Set(modules.map((module) => module.name));
  const wanted = [...new Set(modules.flatMap((module) => module.depends))].filter((name) => !own.has(name.replaceAll("-", "_")));
  const dependencies = await dependencyClosure(host, kit.modulesDir, wanted);
  const { run, findings } = await bootGuest(host, {
    release: kit.target.release,
    vmlinuz: kit.vmlinuz,
    ...kit.vmlinux !== void 0 && { vmlinux: kit.vmlinux },
    dependencies,
    modules: await Promise.all(modules.map(async (module) => ({ name: module.name, depends: module.depends, data: await readFile(module.file) }))),
    boot: request.boot === "off" ? "tcg" : request.boot,
    bootTimeout: request.bootTimeout,
    memory: request.memory,
    cpus: request.cpus,
    workDir,
    consoleFile: join(request.outputDir, "console.log")
  });
  return { run, findings, summary: summarise(run, modules) };
}
function summarise(run, modules) {
  const own = run.steps.filter((step) => step.own && step.outcome === "ok");
  const times = (kind) => own.filter((step) => step.kind === kind).length;
  return `${run.accelerator.toUpperCase()}, ${run.entry}: ${times("load")} of ${modules.length} loaded, ${times("unload")} unloaded. ${run.acceleratorReason}`;
}

function diffConfigs(before, after) {
  const symbols = /* @__PURE__ */ new Set([...before.keys(), ...after.keys()]);
  return [...symbols].flatMap((symbol) => {
    const [was, is] = [before.get(symbol), after.get(symbol)];
    return was === is ? [] : [delta$1(symbol, was, is)];
  });
}
function delta$1(symbol, before, after) {
  return { symbol, ...before === void 0 ? {} : { before }, ...after === void 0 ? {} : { after } };
}
function splitRequested(deltas, requested) {
  const named = new Set(requested.map(({ symbol }) => symbol));
  return {
    requested: deltas.filter(({ symbol }) => named.has(symbol)),
    others: deltas.filter(({ symbol }) => !named.has(symbol))
  };
}
function describeDelta({ symbol, before, after }) {
  return `${symbol}: ${before ?? "not set"} \u2192 ${after ?? "not set"}`;
}
function sameValue(wanted, actual) {
  return wanted === (actual ?? "n");
}

const HEADERS_ONLY = /* @__PURE__ */ new Map([
  ["BUILD_SALT", "the release, put in at build time to tell build ids apart"],
  ["MODULE_SIG_ALL", "signing happens in a package of its own"],
  ["MODULE_SIG_KEY", "path of a key that only the build has"],
  ["SYSTEM_TRUSTED_KEYS", "path of certificates that only the build has"]
]);
function compareShippedConfigs(headersConfig, imageConfig) {
  const deltas = diffConfigs(imageConfig, headersConfig).filter(({ symbol, before }) => !(before === void 0 && HEADERS_ONLY.has(symbol)));
  if (deltas.length === 0) return [];
  return [
    {
      id: "config.headers-image-differ",
      stage: "guard",
      severity: "fail",
      title: `The headers' config is not the one that the kernel image was built with: ${deltas.slice(0, 12).map(({ symbol }) => symbol).join(", ")}${deltas.length > 12 ? ` and ${deltas.length - 12} more` : ""}.`,
      detail: deltas.map((delta) => `${describeDelta(delta)} (image \u2192 headers)`).join("\n"),
      remedy: "Use the headers package of the same version as the image, unchanged from the archive."
    }
  ];
}

const SET = /^CONFIG_([A-Za-z0-9_]+)=(.*)$/;
const NOT_SET = /^# CONFIG_([A-Za-z0-9_]+) is not set$/;
const VALUES = {
  ".config": /^(?:[ymn]|-?\d+|0[xX][0-9a-fA-F]+|"(?:[^"\\]|\\.)*")$/,
  "auto.conf": /^/
};
function parseConfig(text, syntax = ".config") {
  const values = /* @__PURE__ */ new Map();
  text.split("\n").forEach((raw, index) => {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    const unset = NOT_SET.exec(line);
    if (unset?.[1] !== void 0) {
      values.delete(unset[1]);
      return;
    }
    if (line.trim() === "" || line.startsWith("#")) return;
    const [, symbol, value] = SET.exec(line) ?? [];
    if (symbol === void 0 || value === void 0 || !VALUES[syntax].test(value)) throw malformed(index + 1, line, syntax);
    if (value === "n") values.delete(symbol);
    else values.set(symbol, value);
  });
  return values;
}
function malformed(number, line, syntax) {
  return new GateError({
    id: "config.malformed",
    stage: "guard",
    severity: "error",
    title: `Line ${number} of the kernel's ${syntax} cannot be read.`,
    detail: line,
    remedy: "Fetch the kernel packages again; a config must hold CONFIG_NAME=value lines and comments."
  });
}
function unquote(value) {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, "$1") : value;
}

function checkAutoConf(config, autoConf) {
  const deltas = diffConfigs(plain(parseConfig(config)), plain(parseConfig(autoConf, "auto.conf")));
  if (deltas.length === 0) return [];
  return [
    {
      id: "config.auto-conf-differ",
      stage: "guard",
      severity: "fail",
      title: `include/config/auto.conf says something else than .config: ${deltas.slice(0, 12).map(({ symbol }) => symbol).join(", ")}${deltas.length > 12 ? ` and ${deltas.length - 12} more` : ""}.`,
      detail: deltas.map((delta) => `${describeDelta(delta)} (.config \u2192 auto.conf)`).join("\n"),
      remedy: "Let nothing change the config during the build: the module would be compiled with other options than those checked."
    }
  ];
}
function plain(config) {
  return new Map([...config].map(([symbol, value]) => [symbol, unquote(value)]));
}

const RELATIONS = /* @__PURE__ */ new Set(["=", "!=", "<", "<=", ">", ">="]);
const CONSTANTS = /* @__PURE__ */ new Set(["y", "m", "n"]);
function readExpression(tokens, start) {
  return readChain(tokens, start, "||", "or", (at) => readChain(tokens, at, "&&", "and", (inner) => readTerm(tokens, inner)));
}
function readChain(tokens, start, operator, kind, part) {
  let { expression: left, next } = part(start);
  while (left !== void 0 && isOperator(tokens[next], operator)) {
    const right = part(next + 1);
    if (right.expression === void 0) break;
    left = { kind, left, right: right.expression };
    next = right.next;
  }
  return { expression: left, next };
}
function readTerm(tokens, start) {
  const token = tokens[start];
  if (isOperator(token, "!")) {
    const { expression, next } = readTerm(tokens, start + 1);
    return { expression: expression && { kind: "not", of: expression }, next };
  }
  if (isOperator(token, "(")) {
    const { expression, next } = readExpression(tokens, start + 1);
    return { expression, next: isOperator(tokens[next], ")") ? next + 1 : next };
  }
  const left = operand(token);
  if (left === void 0) return { expression: void 0, next: start };
  const relation = tokens[start + 1];
  const right = operand(tokens[start + 2]);
  if (relation === void 0 || !isRelation(relation) || right === void 0) return { expression: left, next: start + 1 };
  return { expression: { kind: "compare", relation: relation.text, left, right }, next: start + 3 };
}
function operand(token) {
  if (token === void 0 || token.kind === "operator" || token.kind === "word" && token.text === "if") return void 0;
  if (token.kind === "macro") return { kind: "macro", text: token.text };
  if (token.kind === "string" || CONSTANTS.has(token.text)) return { kind: "literal", value: token.text };
  return { kind: "symbol", name: token.text };
}
function isOperator(token, text) {
  return token?.kind === "operator" && token.text === text;
}
function isRelation(token) {
  return token.kind === "operator" && RELATIONS.has(token.text);
}
function operandsOf(expression) {
  switch (expression.kind) {
    case "not":
      return operandsOf(expression.of);
    case "and":
    case "or":
    case "compare":
      return [...operandsOf(expression.left), ...operandsOf(expression.right)];
    case "symbol":
    case "literal":
    case "macro":
      return [expression];
  }
}
function describeExpression(expression) {
  switch (expression.kind) {
    case "symbol":
      return expression.name;
    case "literal":
      return CONSTANTS.has(expression.value) ? expression.value : JSON.stringify(expression.value);
    case "macro":
      return expression.text;
    case "not":
      return isOperand(expression.of) ? `!${describeExpression(expression.of)}` : `!(${describeExpression(expression.of)})`;
    case "and":
      return `${parenthesized(expression.left)} && ${parenthesized(expression.right)}`;
    case "or":
      return `${describeExpression(expression.left)} || ${describeExpression(expression.right)}`;
    case "compare":
      return `${describeExpression(expression.left)} ${expression.relation} ${describeExpression(expression.right)}`;
  }
}
function parenthesized(expression) {
  const text = describeExpression(expression);
  return expression.kind === "or" ? `(${text})` : text;
}
function isOperand({ kind }) {
  return kind === "symbol" || kind === "literal" || kind === "macro";
}

const RANK = { n: 0, m: 1, y: 2 };
function evaluate(expression, scope) {
  return evaluateWith(expression, scope, (name) => symbolValue(name, scope));
}
function evaluateWith(expression, scope, valueOf) {
  switch (expression.kind) {
    case "symbol":
      return valueOf(expression.name);
    case "literal":
      return asTristate(expression.value);
    case "macro":
      return "y";
    case "not":
      return opposite(evaluateWith(expression.of, scope, valueOf));
    case "and":
      return least(evaluateWith(expression.left, scope, valueOf), evaluateWith(expression.right, scope, valueOf));
    case "or":
      return greatest(evaluateWith(expression.left, scope, valueOf), evaluateWith(expression.right, scope, valueOf));
    case "compare":
      return compare(expression.left, expression.relation, expression.right, scope) ? "y" : "n";
  }
}
function evaluateAll(expressions, scope) {
  return expressions.reduce((sum, expression) => least(sum, evaluate(expression, scope)), "y");
}
function symbolValue(name, { config }) {
  return asTristate(config.get(name));
}
function least(a, b) {
  return RANK[a] <= RANK[b] ? a : b;
}
function greatest(a, b) {
  return RANK[a] >= RANK[b] ? a : b;
}
function asTristate(value) {
  return value === "y" || value === "m" ? value : "n";
}
function opposite(value) {
  return value === "y" ? "n" : value === "n" ? "y" : "m";
}
const COMPARISONS = {
  "=": (order) => order === 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0
};
function compare(left, relation, right, scope) {
  if (left.kind === "macro" || right.kind === "macro") return true;
  const [a, b] = [textOf(left, scope), textOf(right, scope)];
  const [x, y] = [numberOf(a), numberOf(b)];
  const order = x !== void 0 && y !== void 0 ? x - y : a < b ? -1 : Number(a > b);
  return COMPARISONS[relation](order);
}
function textOf(operand, { kconfig, config }) {
  if (operand.kind !== "symbol") return operand.kind === "literal" ? operand.value : operand.text;
  const symbol = kconfig.symbols.get(operand.name);
  const value = config.get(operand.name);
  if (value !== void 0) return unquote(value);
  if (symbol === void 0) return operand.name;
  return symbol.type === "bool" || symbol.type === "tristate" ? "n" : "";
}
function numberOf(text) {
  return /^(?:-?\d+|0[xX][0-9a-fA-F]+)$/.test(text) ? Number(text) : void 0;
}
function failingTerms(expression, wanted, scope) {
  if (RANK[evaluate(expression, scope)] >= RANK[wanted]) return [];
  if (expression.kind === "and") {
    return unique([...failingTerms(expression.left, wanted, scope), ...failingTerms(expression.right, wanted, scope)]);
  }
  if (expression.kind === "or") return [{ term: describeExpression(expression), because: "none of these holds" }];
  if (expression.kind === "symbol") {
    const value = scope.config.get(expression.name);
    return [{ term: expression.name, because: value === void 0 ? "not set" : `=${value}`, symbol: expression.name }];
  }
  const symbols = symbolsOf(expression).filter((name) => scope.kconfig.symbols.has(name) || scope.config.has(name));
  return [{ term: describeExpression(expression), because: symbols.map((name) => describeValue(name, scope.config)).join(", ") || "never true" }];
}
function symbolsOf(expression) {
  return [...new Set(leafNames(expression))];
}
function leafNames(expression) {
  switch (expression.kind) {
    case "symbol":
      return [expression.name];
    case "literal":
    case "macro":
      return [];
    case "not":
      return leafNames(expression.of);
    case "and":
    case "or":
    case "compare":
      return [...leafNames(expression.left), ...leafNames(expression.right)];
  }
}
function describeValue(symbol, config) {
  const value = config.get(symbol);
  return value === void 0 ? `${symbol} is not set` : `${symbol}=${value}`;
}
function unique(terms) {
  return [...new Map(terms.map((term) => [term.term, term])).values()];
}

function codeLevel(name, scope, above = /* @__PURE__ */ new Set()) {
  const symbol = scope.kconfig.symbols.get(name);
  const value = scope.config.get(name);
  if (symbol === void 0 || value === void 0) return symbolValue(name, scope);
  if (symbol.type === "tristate" || above.has(name)) return symbol.type === "tristate" ? symbolValue(name, scope) : "y";
  return dependencyLevel(name, scope, above);
}
function dependencyLevel(name, scope, above = /* @__PURE__ */ new Set()) {
  const inside = /* @__PURE__ */ new Set([...above, name]);
  const valueOf = (other) => codeLevel(other, scope, inside);
  return (scope.kconfig.symbols.get(name)?.definitions ?? []).map(({ depends }) => depends.reduce((sum, expression) => least(sum, evaluateWith(expression, scope, valueOf)), "y")).reduce(greatest, "n");
}

const MOST$1 = 3;
function nearNames(name, names) {
  const limit = Math.max(1, Math.floor(name.length / 4));
  const scored = [];
  for (const candidate of names) {
    const contained = name.length >= 4 && (candidate.includes(name) || candidate.length >= 6 && name.includes(candidate));
    const score = Math.abs(candidate.length - name.length) > limit ? Infinity : editDistance(name, candidate);
    if (score <= limit) scored.push({ name: candidate, score });
    else if (contained) scored.push({ name: candidate, score: limit + Math.abs(candidate.length - name.length) });
  }
  return scored.sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1)).slice(0, MOST$1).map((entry) => entry.name);
}
function editDistance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

const RULES = {
  bool: { pattern: /^[yn]$/, allowed: "y or n" },
  tristate: { pattern: /^[ymn]$/, allowed: "y, m or n" },
  int: { pattern: /^-?(?:0|[1-9]\d*)$/, allowed: "a whole number" },
  hex: { pattern: /^0[xX][0-9a-fA-F]+$/, allowed: "a hexadecimal number such as 0x10" },
  string: { pattern: /^"(?:[^"\\]|\\.)*"$/, allowed: "text in double quotes" },
  unknown: { pattern: /^/, allowed: "anything" }
};
function wrongValue(symbol, value) {
  const { pattern, allowed } = RULES[symbol.type];
  return pattern.test(value) ? void 0 : `${symbol.name} is of type ${symbol.type} and takes ${allowed}`;
}
function outOfRange(definitions, value) {
  for (const { ranges } of definitions) {
    for (const { value: [low, high] } of ranges) {
      if (Number(value) < Number(low) || Number(value) > Number(high)) return `it must lie between ${low} and ${high}`;
    }
  }
  return void 0;
}

function explainNotTaken(option, wanted, after, kconfig, config) {
  const symbol = kconfig.symbols.get(option);
  if (symbol === void 0) return unknownOption(option, kconfig);
  const id = after === void 0 ? "config.option-refused" : "config.option-changed";
  const wrong = wrongValue(symbol, wanted);
  if (wrong !== void 0) return { id, reason: wrong, remedy: "Correct the value in options." };
  const scope = { kconfig, config };
  const checks = [unmetDependency, forcedBySelect, noPrompt, takenByChoice, outsideRange];
  for (const check of checks) {
    const found = check(symbol, wanted, scope);
    if (found !== void 0) return { id, ...found };
  }
  return {
    id,
    reason: `Kconfig says ${describeValue(option, config)}, and the Kconfig files show no reason`,
    remedy: "Take the option away, or give it the value that Kconfig chose."
  };
}
function unknownOption(option, kconfig) {
  const near = nearNames(option, kconfig.symbols.keys());
  const names = near.map((name) => `CONFIG_${name}`).join(", ");
  return {
    id: "config.unknown-option",
    reason: "no Kconfig file of this kernel's source has it",
    remedy: near.length === 0 ? "Choose a kernel whose source has this option, or correct its name." : `Correct the name (near ones: ${names}), or choose a kernel whose source has it.`
  };
}
function unmetDependency(symbol, wanted, scope) {
  if (wanted === "n") return void 0;
  const prompted = symbol.definitions.filter(({ prompt }) => prompt !== void 0);
  const definitions = prompted.length > 0 ? prompted : symbol.definitions;
  const wantedLevel = wanted === "m" || symbol.type === "bool" ? "m" : "y";
  const reasons = definitions.map((definition) => conditionsOf(definition).flatMap((expression) => failingTerms(expression, wantedLevel, scope)));
  const [fewest] = reasons.sort((a, b) => a.length - b.length);
  if (fewest === void 0 || fewest.length === 0) return void 0;
  const limited = symbolLimit(definitions, scope) === "m";
  const terms = [...new Map(fewest.map((term) => [term.term, term])).values()];
  return {
    reason: limited ? `it can be no more than what it depends on: ${describeTerms(terms)}` : `it depends on ${describeTerms(terms)}${describeRoots(terms, scope)}`,
    remedy: limited ? `Ask for CONFIG_${symbol.name}=m.` : remedyFor(terms, scope)
  };
}
function conditionsOf({ depends, prompt }) {
  return [...depends, ...prompt?.conditions ?? []];
}
function symbolLimit(definitions, scope) {
  const levels = definitions.map((definition) => evaluateAll(conditionsOf(definition), scope));
  return levels.includes("y") ? "y" : levels.includes("m") ? "m" : "n";
}
function describeTerms(terms) {
  return terms.map(({ term, because }) => `${term} (${because})`).join(" and ");
}
function describeRoots(terms, scope) {
  const named = new Set(terms.flatMap(({ symbol }) => symbol ?? []));
  const roots = new Set([...named].flatMap((name) => rootsBehind(name, scope, /* @__PURE__ */ new Set())).filter((root) => !named.has(root)));
  return roots.size === 0 ? "" : `; behind it ${[...roots].map((root) => describeValue(root, scope.config)).join(", ")}`;
}
function rootsBehind(name, scope, seen) {
  if (seen.has(name) || scope.config.has(name)) return [];
  seen.add(name);
  const [definition, ...others] = scope.kconfig.symbols.get(name)?.definitions ?? [];
  if (definition === void 0 || others.length > 0) return [name];
  const off = definition.depends.flatMap((expression) => failingTerms(expression, "m", scope)).flatMap(({ symbol }) => symbol ?? []);
  return off.length === 0 ? [name] : off.flatMap((other) => rootsBehind(other, scope, seen));
}
function remedyFor(terms, scope) {
  const off = terms.flatMap(({ symbol }) => symbol === void 0 ? [] : [symbol]);
  const modular = off.filter((name) => scope.kconfig.symbols.get(name)?.type === "tristate" && scope.config.get(name) === void 0);
  if (off.length < terms.length) return "Choose a kernel whose config meets this.";
  const choose = "Choose a kernel that has what is missing (another flavour, such as the plain one instead of cloud)";
  return modular.length === 0 || modular.length < terms.length ? `${choose}.` : `${choose}; or build ${modular.join(", ")} as module too, with ${modular.map((name) => `CONFIG_${name}=m`).join(" ")} in options.`;
}
function forcedBySelect(symbol, wanted, scope) {
  const forcing = (scope.kconfig.selectors.get(symbol.name) ?? []).filter(
    ({ by, kind, condition }) => kind === "select" && symbolValue(by, scope) !== "n" && (condition === void 0 || evaluateAll([condition], scope) !== "n")
  );
  if (forcing.length === 0 || wanted === "y") return void 0;
  return {
    reason: `it is forced by select: ${forcing.slice(0, 5).map(({ by }) => describeValue(by, scope.config)).join(", ")}${forcing.length > 5 ? " and others" : ""}`,
    remedy: "Take the option away: what selects it belongs to the target kernel."
  };
}
function noPrompt(symbol, _wanted, { kconfig }) {
  if (symbol.definitions.some(({ prompt }) => prompt !== void 0)) return void 0;
  const by = (kconfig.selectors.get(symbol.name) ?? []).map((selector) => selector.by);
  return {
    reason: "it has no prompt, so it cannot be set by hand",
    remedy: by.length === 0 ? "Take the option away: Kconfig works out its value." : `Take the option away; it is turned on by ${by.slice(0, 5).join(", ")}${by.length > 5 ? " and others" : ""}.`
  };
}
function takenByChoice(symbol, _wanted, { kconfig, config }) {
  const members = symbol.definitions.flatMap(({ choice }) => choice === void 0 ? [] : kconfig.choices[choice] ?? []);
  const chosen = members.find((member) => member !== symbol.name && config.has(member));
  if (chosen === void 0) return void 0;
  return { reason: `it is one of a choice of which ${chosen} is taken`, remedy: "Take the option away: changing the choice would change the kernel itself." };
}
function outsideRange(symbol, wanted) {
  const reason = symbol.type === "int" || symbol.type === "hex" ? outOfRange(symbol.definitions, wanted) : void 0;
  return reason === void 0 ? void 0 : { reason, remedy: "Correct the value in options." };
}

function judgeOption(option, context) {
  const { symbol, value } = option;
  const actual = context.now.get(symbol);
  if (!context.kconfig.symbols.has(symbol) || !sameValue(value, actual)) return [notTaken(option, context)];
  if (actual === context.target.get(symbol)) return [];
  const reason = needsBuiltin(symbol, context);
  if (reason !== void 0) return [builtinFinding(symbol, value, reason)];
  return shippedModules(symbol, context);
}
function notTaken({ symbol, value }, { kconfig, now }) {
  const actual = now.get(symbol);
  const { id, reason, remedy } = explainNotTaken(symbol, value, actual, kconfig, now);
  const outcome = id === "config.option-changed" ? `Kconfig made it ${actual ?? "n"}` : "Kconfig did not take it";
  const title = id === "config.unknown-option" ? `CONFIG_${symbol} does not exist: ${reason}.` : `CONFIG_${symbol}=${value}: ${outcome}, because ${reason}.`;
  return { id, severity: "fail", title, remedy };
}
function needsBuiltin(symbol, { kconfig, target, now }) {
  const [before, after] = [{ kconfig, config: target }, { kconfig, config: now }];
  const type = kconfig.symbols.get(symbol)?.type;
  if (type === "tristate") {
    if (symbolValue(symbol, before) === "y") return "it is built into the target kernel";
    return symbolValue(symbol, after) === "y" ? "the target kernel was built without it, and only =m can be added by a module" : void 0;
  }
  const level = type === "bool" && !now.has(symbol) ? codeLevel(symbol, before) : dependencyLevel(symbol, after);
  if (level === "m") return void 0;
  return `in the target kernel ${describeValue(symbol, target)}, and it belongs to no driver that is a module, so it may change the kernel itself`;
}
function builtinFinding(symbol, value, reason) {
  return {
    id: "config.option-needs-builtin",
    severity: "fail",
    title: `CONFIG_${symbol}=${value} would need another kernel: ${reason}.`,
    remedy: `Ask for what can be a module (=m), or choose a kernel built that way; if ${symbol} only opens a menu and holds no code, say so in allow-config-delta.`
  };
}
function shippedModules(symbol, { kconfig, target }) {
  const { type, definitions } = kconfig.symbols.get(symbol) ?? { type: "unknown", definitions: [] };
  if (type === "tristate") return [];
  const drivers = definitions.flatMap(({ depends }) => depends.flatMap(symbolsOf)).filter((name) => kconfig.symbols.get(name)?.type === "tristate" && target.get(name) === "m");
  const names = [...new Set(drivers)];
  if (names.length === 0) return [];
  return [
    {
      id: "config.option-changes-shipped",
      severity: "warning",
      title: `CONFIG_${symbol} may change modules that the kernel ships built otherwise: ${names.join(", ")}.`,
      remedy: "Make sure that every module which shares structures with them is built and shipped together."
    }
  ];
}

const UNUSED$1 = "none";
const NAMED = 12;
function groupFindings(group, tools, context) {
  const { cause, deltas } = group;
  const detail = deltas.map(describeDelta).join("\n");
  switch (cause.kind) {
    case "tool": {
      const tool = tools.find((candidate) => candidate.tool === cause.tool);
      return tool === void 0 ? unknownCause(deltas) : [{ ...toolFinding(tool, deltas, context.now), severity: "fail", detail }];
    }
    case "option":
      return sideEffects(cause.option, deltas, context);
    case "dependency":
      return [
        {
          id: "config.dependency",
          severity: "fail",
          title: `${cause.on} changed, and with it what depends on it: ${names(deltas)}.`,
          detail,
          remedy: `Find out what changed ${cause.on}: a tool other than the kernel's, a variable of make, or a changed Kconfig file.`
        }
      ];
    case "unknown":
      return unknownCause(deltas);
  }
}
function sideEffects(option, deltas, context) {
  const builtin = deltas.filter(({ symbol }) => needsBuiltin(symbol, context) !== void 0);
  const modular = deltas.filter((delta) => !builtin.includes(delta));
  return [
    ...builtin.length === 0 ? [] : [
      {
        id: "config.option-needs-builtin",
        severity: "fail",
        title: `CONFIG_${option} would need another kernel: it brings along what only the kernel image can hold: ${names(builtin)}.`,
        detail: builtin.map(describeDelta).join("\n"),
        remedy: "Choose a kernel built with these, or state in allow-config-delta why a kernel without them will do."
      }
    ],
    ...modular.length === 0 ? [] : [
      {
        id: "config.option-side-effect",
        severity: "fail",
        title: `CONFIG_${option} brings more along than was asked for: ${names(modular)}.`,
        detail: modular.map(describeDelta).join("\n"),
        remedy: `Add to options: ${modular.map(({ symbol, after }) => `CONFIG_${symbol}=${after ?? "n"}`).join(" ")}`
      }
    ]
  ];
}
function names(deltas) {
  const shown = deltas.slice(0, NAMED).map(({ symbol }) => symbol);
  return shown.join(", ") + (deltas.length > NAMED ? ` and ${deltas.length - NAMED} more` : "");
}
function toolFinding(tool, deltas, now) {
  const own = deltas.find(({ symbol }) => symbol === tool.symbol);
  const missing = tool.state === "missing" || tool.state === "ok" && vanished(own);
  const expected = tool.expected === void 0 ? "" : ` (the target was configured with ${tool.expected})`;
  if (missing) {
    return {
      id: "config.tool-missing",
      title: `${tool.tool} is missing${expected}${standIn(tool, own, now)}: ${names(deltas)}.`,
      remedy: `Install ${tool.package}.`
    };
  }
  if (tool.expected === UNUSED$1) {
    return {
      id: "config.tool-version",
      title: `${tool.tool} is installed, but the target was configured without it: ${names(deltas)}.`,
      remedy: `Take ${tool.program} out of PATH, for example by removing the package ${tool.package}.`
    };
  }
  const actual = tool.state === "ok" && own?.after !== void 0 ? unquote(own.after) : tool.actual ?? "unknown";
  return {
    id: "config.tool-version",
    title: `${tool.tool} is another one${expected}, this one is ${actual}: ${names(deltas)}.`,
    remedy: `Install ${tool.package} in the version that the target was configured with${tool.expected === void 0 ? "" : ` (${tool.expected})`}.`
  };
}
function vanished(own) {
  return own !== void 0 && (own.after === void 0 || own.after === "0" || own.after === '""');
}
function standIn(tool, own, now) {
  if (tool.symbol !== "CC_VERSION_TEXT" || own === void 0) return "";
  const used = unquote(now.get("CC_VERSION_TEXT") ?? "").split(" ")[0] ?? "";
  return used === "" ? "" : `, \`${used}\` was used instead`;
}
const KINDS = [
  { id: "config.symbol-lost", holds: ({ after }) => after === void 0, says: (which) => `The target has what this build lost, for no known cause: ${which}.` },
  { id: "config.symbol-gained", holds: ({ before }) => before === void 0, says: (which) => `This build gained what the target does not have, for no known cause: ${which}.` },
  { id: "config.symbol-changed", holds: ({ before, after }) => before !== void 0 && after !== void 0, says: (which) => `Values differ from the target's for no known cause: ${which}.` }
];
function unknownCause(deltas) {
  return KINDS.flatMap(({ id, holds, says }) => {
    const those = deltas.filter(holds);
    if (those.length === 0) return [];
    return [
      {
        id,
        severity: "fail",
        title: says(names(those)),
        detail: those.map(describeDelta).join("\n"),
        remedy: "Give the build the tools and settings of the target kernel, or state in allow-config-delta why the difference does no harm."
      }
    ];
  });
}

function influencesOn(name, kconfig) {
  const found = /* @__PURE__ */ new Set();
  const add = (expression) => {
    if (expression !== void 0) for (const symbol of symbolsOf(expression)) found.add(symbol);
  };
  for (const { depends, defaults, prompt, ranges, choice } of kconfig.symbols.get(name)?.definitions ?? []) {
    depends.forEach(add);
    prompt?.conditions.forEach(add);
    for (const { value, condition } of defaults) {
      add(value);
      add(condition);
    }
    for (const { value, condition } of ranges) {
      value.forEach((bound) => found.add(bound));
      add(condition);
    }
    if (choice !== void 0) kconfig.choices[choice]?.forEach((member) => found.add(member));
  }
  for (const { by, condition } of kconfig.selectors.get(name) ?? []) {
    found.add(by);
    add(condition);
  }
  found.delete(name);
  return found;
}

const ASKS = /* @__PURE__ */ new Map([
  ["CC_VERSION_TEXT", /\$\((?:CC|CC_VERSION_TEXT|cc-[\w-]+|as-instr\w*|m32-flag|m64-flag)[),]|\$CC\b/],
  ["AS_VERSION", /\$\((?:as-name|as-version|as-instr\w*)[),]/],
  ["LD_VERSION", /\$\((?:LD|ld-[\w-]+)[),]/],
  ["PAHOLE_VERSION", /\$\(PAHOLE\)|pahole-/],
  ["RUSTC_VERSION_TEXT", /\$\(RUSTC\w*\)|\$\(rustc-|rust_is_available/],
  ["RUSTC_VERSION", /\$\(RUSTC\w*\)|\$\(rustc-|rust_is_available/],
  ["BINDGEN_VERSION_TEXT", /\$\(BINDGEN\)|rust_is_available/],
  ["rust-src", /rust_is_available/]
]);
function asksTool(symbol, tool) {
  const pattern = ASKS.get(tool.symbol ?? tool.package);
  return pattern !== void 0 && symbol !== void 0 && macrosOf(symbol).some((text) => pattern.test(text));
}
function macrosOf({ definitions }) {
  return definitions.flatMap(({ depends, defaults, prompt }) => [
    ...depends,
    ...defaults.flatMap(({ value, condition }) => condition === void 0 ? [value] : [value, condition]),
    ...prompt?.conditions ?? []
  ]).flatMap((expression) => operandsOf(expression).flatMap((operand) => operand.kind === "macro" ? [operand.text] : []));
}

function groupDeltas(deltas, context) {
  const changed = new Set(deltas.map(({ symbol }) => symbol));
  const options = new Set(context.requested.map(({ symbol }) => symbol).filter((symbol) => context.before.get(symbol) !== context.after.get(symbol)));
  const influences = new Map(deltas.map(({ symbol }) => [symbol, [...influencesOn(symbol, context.kconfig)].filter((other) => changed.has(other) || options.has(other))]));
  const firm = (symbol) => toolCause(symbol, changed, context) ?? (options.has(symbol) ? { kind: "option", option: symbol } : void 0);
  const causes = deltas.map(({ symbol }) => {
    const reached = reach(symbol, influences);
    return reached.map(firm).find((cause) => cause !== void 0) ?? { kind: "dependency", on: rootOf(reached, influences) };
  });
  return collect(deltas, causes, context.tools);
}
function toolCause(symbol, changed, { tools, kconfig }) {
  const guilty = tools.filter((tool) => tool.state !== "ok" || tool.symbol !== void 0 && changed.has(tool.symbol));
  const own = guilty.find((tool) => tool.symbol === symbol) ?? guilty.find((tool) => asksTool(kconfig.symbols.get(symbol), tool));
  return own && { kind: "tool", tool: own.tool };
}
function reach(symbol, influences) {
  const reached = /* @__PURE__ */ new Set([symbol]);
  for (const at of reached) for (const next of influences.get(at) ?? []) reached.add(next);
  return [...reached];
}
function rootOf(reached, influences) {
  const root = reached.find((symbol) => (influences.get(symbol) ?? []).length === 0);
  if (root !== void 0) return root;
  const inCircle = reached.filter((symbol) => reached.every((other) => reach(other, influences).includes(symbol)));
  return [...inCircle.length > 0 ? inCircle : reached].sort()[0] ?? "";
}
function collect(deltas, causes, tools) {
  const groups = /* @__PURE__ */ new Map();
  deltas.forEach((delta, index) => {
    const cause = causes[index] ?? { kind: "unknown" };
    const key = JSON.stringify(cause);
    const group = groups.get(key) ?? { cause, deltas: [] };
    groups.set(key, group);
    group.deltas.push(delta);
  });
  const all = [...groups.values()].map((group) => isAlone(group) ? { cause: { kind: "unknown" }, deltas: group.deltas } : group);
  const unknown = all.filter(({ cause }) => cause.kind === "unknown").flatMap((group) => group.deltas);
  const known = all.filter(({ cause }) => cause.kind !== "unknown").sort((a, b) => order(a.cause, tools) - order(b.cause, tools));
  return unknown.length === 0 ? known : [...known, { cause: { kind: "unknown" }, deltas: unknown }];
}
function isAlone({ cause, deltas }) {
  return cause.kind === "dependency" && deltas.length === 1;
}
function order(cause, tools) {
  if (cause.kind === "tool") return tools.findIndex(({ tool }) => tool === cause.tool);
  return tools.length + (cause.kind === "option" ? 0 : 1);
}

const SINCE = {
  oldconfig: "",
  modules_prepare: "between oldconfig and modules_prepare: ",
  build: "between modules_prepare and the end of the build: "
};
function judgeConfig(input) {
  const { target, now, requested, tools, kconfig, moment } = input;
  const reasons = new Map(input.allowances.map(({ symbol, reason }) => [symbol, reason]));
  const split = splitRequested(diffConfigs(target, now), requested);
  const deltas = split.others;
  const allowed = deltas.filter(({ symbol }) => reasons.has(symbol));
  const groups = groupDeltas(deltas, { tools, kconfig, before: target, after: now, requested }).map((group) => ({ cause: group.cause, deltas: group.deltas.filter(({ symbol }) => !reasons.has(symbol)) })).filter((group) => group.deltas.length > 0);
  const options = requested.map((option) => ({ option, findings: judgeOption(option, { kconfig, target, now }) }));
  const excused = options.flatMap(({ option, findings: findings2 }) => reasons.has(option.symbol) && findings2.some(isExcusable) ? [option.symbol] : []);
  const findings = [
    ...options.flatMap(({ option, findings: said }) => said.filter((finding) => !(reasons.has(option.symbol) && isExcusable(finding)))),
    ...groups.flatMap((group) => groupFindings(group, tools, { kconfig, target, now }))
  ].map((finding) => ({ ...finding, title: (finding.severity === "fail" ? SINCE[moment] : "") + finding.title }));
  const shown = new Set(input.previous?.allowed.map(describeDelta));
  const covered = [...allowed, ...split.requested.filter(({ symbol }) => excused.includes(symbol))];
  const notes = covered.filter((delta) => !shown.has(describeDelta(delta))).map((delta) => allowedNote(delta, reasons.get(delta.symbol) ?? ""));
  const unused = moment === "oldconfig" ? unusedAllowances(input.allowances, covered) : [];
  return {
    verdict: { deltas, groups, allowed: covered, moment },
    findings: [...findings.filter(onlyNews(moment)), ...notes, ...unused].map((finding) => ({ stage: "guard", ...finding }))
  };
}
function isExcusable({ id }) {
  return id === "config.option-needs-builtin";
}
function onlyNews(moment) {
  return ({ severity }) => severity === "fail" || moment === "oldconfig";
}
function allowedNote(delta, reason) {
  return { id: "config.allowed", severity: "note", title: `${delta.symbol} differs from the target's and is allowed: ${reason}`, detail: describeDelta(delta) };
}
function unusedAllowances(allowances, covered) {
  return allowances.filter(({ symbol }) => !covered.some((delta) => delta.symbol === symbol)).map(({ symbol }) => ({
    id: "config.allowance-unused",
    severity: "warning",
    title: `allow-config-delta names ${symbol}, which does not differ.`,
    remedy: `Take the line for ${symbol} away, or correct the name.`
  }));
}

class KconfigBuilder {
  blocks = [];
  entries = [];
  choices = [];
  /** What attribute lines belong to: a symbol, or the menu or choice just opened. */
  entry;
  block;
  line(tokens, file, line) {
    const keyword = tokens[0]?.kind === "word" ? tokens[0].text : "";
    KEYWORDS.get(keyword)?.(this, tokens, file, line);
  }
  openSymbol(name, file, line) {
    this.block = void 0;
    this.entry = void 0;
    if (name === void 0) return;
    const choice = this.blocks.at(-1)?.choice;
    this.entry = {
      name,
      file,
      line,
      around: [...this.blocks],
      depends: [],
      defaults: [],
      selects: [],
      implies: [],
      ranges: [],
      ...choice === void 0 ? {} : { choice }
    };
    this.entries.push(this.entry);
    if (choice !== void 0) this.choices[choice]?.push(name);
  }
  openBlock(closedBy, condition) {
    const choice = closedBy === "endchoice" ? { choice: this.choices.push([]) - 1 } : {};
    this.entry = void 0;
    this.block = { closedBy, depends: condition === void 0 ? [] : [condition], visible: [], ...choice };
    this.blocks.push(this.block);
  }
  closeBlock(closedBy) {
    this.block = void 0;
    this.entry = void 0;
    const open = this.blocks.map((block) => block.closedBy).lastIndexOf(closedBy);
    if (open >= 0) this.blocks.length = open;
  }
  /** `comment` opens an entry that nothing asks about. */
  openOther() {
    this.entry = void 0;
    this.block = void 0;
  }
  addDepends(condition) {
    if (condition !== void 0) (this.entry ?? this.block)?.depends.push(condition);
  }
  addVisible(condition) {
    if (condition !== void 0) this.block?.visible.push(condition);
  }
  change(update) {
    if (this.entry !== void 0) update(this.entry);
  }
  model(missingFiles) {
    const symbols = /* @__PURE__ */ new Map();
    const selectors = /* @__PURE__ */ new Map();
    for (const entry of this.entries) {
      const known = symbols.get(entry.name);
      symbols.set(entry.name, {
        name: entry.name,
        type: known === void 0 || known.type === "unknown" ? entry.type ?? "unknown" : known.type,
        definitions: [...known?.definitions ?? [], definitionOf(entry)]
      });
      for (const [kind, targets] of [["select", entry.selects], ["imply", entry.implies]]) {
        for (const { value, ...condition } of targets) {
          const list = selectors.get(value) ?? [];
          selectors.set(value, list);
          list.push({ by: entry.name, kind, ...condition });
        }
      }
    }
    return { symbols, selectors, choices: this.choices, missingFiles };
  }
}
function definitionOf(entry) {
  const { prompt, choice } = entry;
  return {
    file: entry.file,
    line: entry.line,
    depends: [...entry.around.flatMap((block) => block.depends), ...entry.depends],
    ...prompt === void 0 ? {} : {
      prompt: {
        text: prompt.text,
        conditions: [...entry.around.flatMap((block) => block.visible), ...prompt.condition === void 0 ? [] : [prompt.condition]]
      }
    },
    defaults: entry.defaults,
    selects: entry.selects,
    implies: entry.implies,
    ranges: entry.ranges,
    ...choice === void 0 ? {} : { choice }
  };
}
function setType(type) {
  return (builder, tokens) => builder.change((entry) => {
    entry.type ??= type;
    if (tokens.length > 1) setPrompt(entry, tokens);
  });
}
function setPrompt(entry, tokens) {
  entry.prompt = { text: tokens[1]?.text ?? "", ...conditionAt(tokens, 2) };
}
function setDefault(type) {
  return (builder, tokens) => builder.change((entry) => {
    if (type !== void 0) entry.type ??= type;
    const { expression, next } = readExpression(tokens, 1);
    if (expression !== void 0) entry.defaults.push({ value: expression, ...conditionAt(tokens, next) });
  });
}
function addTarget(list) {
  return (builder, tokens) => builder.change((entry) => {
    const target = tokens[1];
    if (target?.kind === "word") entry[list].push({ value: target.text, ...conditionAt(tokens, 2) });
  });
}
function conditionAt(tokens, at) {
  if (tokens[at]?.text !== "if") return {};
  const { expression } = readExpression(tokens, at + 1);
  return expression === void 0 ? {} : { condition: expression };
}
function dependency(tokens) {
  const { expression, next } = readExpression(tokens, tokens[1]?.text === "on" ? 2 : 1);
  const { condition } = conditionAt(tokens, next);
  if (expression === void 0 || condition === void 0) return expression;
  return { kind: "or", left: expression, right: { kind: "not", of: condition } };
}
const openSymbol = (builder, tokens, file, line) => builder.openSymbol(tokens[1]?.text, file, line);
const KEYWORDS = /* @__PURE__ */ new Map([
  ["config", openSymbol],
  ["menuconfig", openSymbol],
  ["menu", (builder) => builder.openBlock("endmenu")],
  ["choice", (builder) => builder.openBlock("endchoice")],
  ["if", (builder, tokens) => builder.openBlock("endif", readExpression(tokens, 1).expression)],
  ["endmenu", (builder) => builder.closeBlock("endmenu")],
  ["endchoice", (builder) => builder.closeBlock("endchoice")],
  ["endif", (builder) => builder.closeBlock("endif")],
  ["comment", (builder) => builder.openOther()],
  ["mainmenu", (builder) => builder.openOther()],
  ["depends", (builder, tokens) => builder.addDepends(dependency(tokens))],
  ["visible", (builder, tokens) => builder.addVisible(conditionAt(tokens, 1).condition)],
  ["bool", setType("bool")],
  ["tristate", setType("tristate")],
  ["string", setType("string")],
  ["int", setType("int")],
  ["hex", setType("hex")],
  ["def_bool", setDefault("bool")],
  ["def_tristate", setDefault("tristate")],
  ["default", setDefault()],
  ["prompt", (builder, tokens) => builder.change((entry) => setPrompt(entry, tokens))],
  ["select", addTarget("selects")],
  ["imply", addTarget("implies")],
  [
    "range",
    (builder, tokens) => builder.change((entry) => {
      const [, low, high] = tokens;
      if (low !== void 0 && high !== void 0) entry.ranges.push({ value: [low.text, high.text], ...conditionAt(tokens, 3) });
    })
  ]
]);

function* logicalLines(text) {
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const number = at + 1;
    let line = (lines[at] ?? "").replace(/\r$/, "");
    while (line.endsWith("\\") && at + 1 < lines.length) line = line.slice(0, -1) + " " + (lines[++at] ?? "").replace(/\r$/, "");
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    if (/^(?:help|---help---)\s*(?:#.*)?$/.test(trimmed)) at = endOfHelp(lines, at + 1) - 1;
    else yield { number, text: trimmed };
  }
}
function endOfHelp(lines, start) {
  let least;
  for (let at = start; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line.trim() === "") continue;
    const indentation = indentationOf(line);
    least ??= indentation;
    if (indentation === 0 || indentation < least) return at;
  }
  return lines.length;
}
function indentationOf(line) {
  let column = 0;
  for (const character of line) {
    if (character === "	") column += 8 - column % 8;
    else if (character === " ") column++;
    else break;
  }
  return column;
}

const SPACE = /[ \t\r]+/y;
const OPERATOR = /&&|\|\||!=|<=|>=|[=!<>()]/y;
const WORD = /[A-Za-z0-9_./-]+/y;
function tokenize(line) {
  const tokens = [];
  let at = 0;
  const match = (pattern) => {
    pattern.lastIndex = at;
    return pattern.exec(line)?.[0];
  };
  while (at < line.length) {
    const space = match(SPACE);
    const operator = match(OPERATOR);
    const head = line[at] ?? "";
    if (space !== void 0) at += space.length;
    else if (head === "#") break;
    else if (operator !== void 0) {
      tokens.push({ kind: "operator", text: operator });
      at += operator.length;
    } else if (head === '"' || head === "'") {
      const end = stringEnd(line, at);
      const text = line.slice(at + 1, end).replace(/\\(.)/g, "$1");
      tokens.push({ kind: text.includes("$(") ? "macro" : "string", text });
      at = end + 1;
    } else {
      const end = wordEnd(line, at);
      const text = line.slice(at, end);
      if (text !== "") tokens.push({ kind: text.includes("$(") ? "macro" : "word", text });
      at = Math.max(end, at + 1);
    }
  }
  return tokens;
}
function stringEnd(line, start) {
  const quote = line[start];
  let at = start + 1;
  while (at < line.length && line[at] !== quote) {
    if (line.startsWith("$(", at)) at = macroEnd(line, at);
    else at += line[at] === "\\" ? 2 : 1;
  }
  return at;
}
function wordEnd(line, start) {
  let at = start;
  while (at < line.length) {
    if (line.startsWith("$(", at)) {
      at = macroEnd(line, at);
      continue;
    }
    WORD.lastIndex = at;
    const word = WORD.exec(line)?.[0];
    if (word === void 0) break;
    at += word.length;
  }
  return at;
}
function macroEnd(line, start) {
  let depth = 0;
  for (let at = start + 1; at < line.length; at++) {
    if (line[at] === "(") depth++;
    else if (line[at] === ")" && --depth === 0) return at + 1;
  }
  return line.length;
}

const MAX_DEPTH = 64;
async function loadKconfig(treeDir, srcarch) {
  const builder = new KconfigBuilder();
  const variables = { SRCARCH: srcarch, HEADER_ARCH: srcarch, srctree: "." };
  const missing = [];
  const open = /* @__PURE__ */ new Set();
  const reads = /* @__PURE__ */ new Map();
  function read(file) {
    const known = reads.get(file) ?? readIfThere(join(treeDir, file));
    reads.set(file, known);
    return known;
  }
  async function follow(file) {
    const text = open.has(file) || open.size >= MAX_DEPTH ? void 0 : await read(file);
    if (text === void 0) {
      missing.push(file);
      return;
    }
    open.add(file);
    const lines = [...logicalLines(text)].map((line) => ({ ...line, sourced: sourcedFile(line.text, variables) }));
    for (const { sourced } of lines) if (sourced !== void 0) void read(sourced);
    for (const { number, text: line, sourced } of lines) {
      if (sourced === void 0) builder.line(tokenize(line), file, number);
      else await follow(sourced);
    }
    open.delete(file);
  }
  await follow("Kconfig");
  if (missing[0] === "Kconfig") throw noKconfig();
  return builder.model(missing);
}
function sourcedFile(line, variables) {
  const path = /^[or]*source\s/.test(line) ? tokenize(line)[1]?.text : void 0;
  return path === void 0 ? void 0 : expand(path, variables);
}
function expand(path, variables) {
  return path.replace(/\$\((\w+)\)/g, (call, name) => variables[name] ?? call).replace(/^\.\//, "");
}
async function readIfThere(path) {
  try {
    return await readFile(path, "utf8");
  } catch {
    return void 0;
  }
}
function noKconfig() {
  return new GateError({
    id: "config.no-kconfig",
    stage: "guard",
    severity: "error",
    title: "The kernel tree has no Kconfig file at its root, so changes of the config cannot be explained.",
    remedy: "Unpack the kernel source again."
  });
}

const LINE = /^(?:CONFIG_([A-Za-z0-9_]+)=.*|# CONFIG_([A-Za-z0-9_]+) is not set)$/;
function writeOptions(text, options) {
  const wanted = new Map(options.map(({ symbol, value }) => [symbol, optionLine(symbol, value)]));
  const written = /* @__PURE__ */ new Set();
  const lines = text.replace(/\n$/, "").split("\n").flatMap((line) => {
    const [, set, unset] = LINE.exec(line) ?? [];
    const symbol = set ?? unset;
    const replacement = symbol === void 0 ? void 0 : wanted.get(symbol);
    if (symbol === void 0 || replacement === void 0) return [line];
    if (written.has(symbol)) return [];
    written.add(symbol);
    return [replacement];
  });
  const rest = [...wanted].filter(([symbol]) => !written.has(symbol)).map(([, line]) => line);
  return [...lines, ...rest].filter((line, index) => index > 0 || line !== "").join("\n") + "\n";
}
function optionLine(symbol, value) {
  return value === "n" ? `# CONFIG_${symbol} is not set` : `CONFIG_${symbol}=${value}`;
}

const OLDCONFIG_DEADLINE = 300;
const PREPARE_DEADLINE = 1800;
const DEFAULTS = "\n".repeat(2e4);
function createGuard(host, request, kit, setting, tools) {
  const config = join(setting.treeDir, ".config");
  let model;
  let previous;
  async function judge(moment) {
    const before = parseConfig(await readFile(kit.headersConfig, "utf8"));
    const after = parseConfig(await readFile(config, "utf8"));
    model ??= await loadKconfig(setting.treeDir, "x86");
    const judgement = judgeConfig({ target: before, now: after, requested: request.options, allowances: request.allowances, tools, kconfig: model, moment, ...previous !== void 0 && { previous } });
    previous = judgement.verdict;
    return judgement;
  }
  async function again(moment) {
    const judgement = await judge(moment);
    const mismatch = checkAutoConf(await readFile(config, "utf8"), await readFile(join(setting.treeDir, "include/config/auto.conf"), "utf8"));
    return { ...judgement, findings: [...judgement.findings, ...mismatch] };
  }
  async function prepare() {
    const target = await readFile(kit.headersConfig, "utf8");
    const shipped = compareShippedConfigs(parseConfig(target), parseConfig(await readFile(kit.imageConfig, "utf8")));
    await copyFile$1(kit.headersConfig, join(request.outputDir, "config.target"));
    await copyFile$1(kit.moduleSymvers, join(setting.treeDir, "Module.symvers"));
    if (kit.btfVmlinux !== void 0) await copyFile$1(kit.btfVmlinux, join(setting.treeDir, "vmlinux"));
    await writeFile(config, writeOptions(target, request.options));
    await step(host, setting, "oldconfig", OLDCONFIG_DEADLINE, request.outputDir);
    await copyFile$1(config, join(request.outputDir, "config.oldconfig"));
    const first = await judge("oldconfig");
    const findings = [...shipped, ...first.findings];
    if (findings.some((finding) => finding.severity === "fail")) return { ...first, findings };
    await step(host, setting, "modules_prepare", PREPARE_DEADLINE, request.outputDir);
    const second = await again("modules_prepare");
    return { ...second, findings: [...findings, ...second.findings] };
  }
  return { prepare, again };
}
async function step(host, setting, target, seconds, outputDir) {
  const logFile = join(outputDir, `${target}.log`);
  await writeFile(logFile, "");
  const exit = await host.run(make(treeArgs(setting, target), { seconds, logFile, input: DEFAULTS }));
  host.log.detail(exit.stdout);
  if (exit.status === 0) return;
  const text = `${exit.stdout}
${exit.stderr}`;
  throw new GateError({
    id: "config.prepare-failed",
    stage: "guard",
    severity: "error",
    title: exit.timedOut ? `make ${target} did not end within ${seconds} s` : `make ${target} ended with status ${exit.status}`,
    detail: text.trim().split("\n").slice(-15).join("\n"),
    remedy: `The whole output is in ${target}.log. Most often a tool or library that the kernel's build needs is missing.`
  });
}

const GUEST_PACKAGES = ["qemu-system-x86", "busybox-static"];

function firstOf(items, most) {
  return { shown: items.slice(0, most), more: Math.max(0, items.length - most) };
}
function firstLines(text, most) {
  const { shown, more } = firstOf(text.replace(/\n+$/, "").split("\n"), most);
  return more === 0 ? shown.join("\n") : [...shown, `and ${more} more lines`].join("\n");
}
function lastLines(text, most) {
  const lines = text.replace(/\n+$/, "").split("\n");
  const before = lines.length - most;
  return before <= 0 ? lines.join("\n") : [`(${before} lines before)`, ...lines.slice(before)].join("\n");
}

const EVIDENCE_LINES = 15;
const ROWS = [
  {
    id: "host.disk-full",
    pattern: /No space left on device|You don't have enough free space in ([^\s]+?)\.?(?:\s|$)/,
    title: (what, [, place]) => `${what}: no space left on the disk${place === void 0 ? "" : ` (${place})`}`,
    remedy: "Free some space, or point cache-dir and output-dir to a larger disk: a kernel takes about 1.5 GB."
  },
  {
    id: "host.apt-locked",
    pattern: /Could not get lock (\S+?)\.?(?:(?:\s+It is held by process (\d+)(?: \(([^)\n]*)\))?)|\s)|Unable to (?:acquire the dpkg frontend lock|lock (?:directory|the administration directory))|frontend lock was locked by another process/,
    title: (what, [, lock, pid, name]) => `${what}: ${lock ?? "apt's lock"} is held by ${pid === void 0 ? "another process" : `process ${pid}${name === void 0 ? "" : ` (${name})`}`}`,
    remedy: "Wait until the other package manager has finished, then run again."
  },
  {
    id: "host.no-root",
    pattern: /Could not open lock file \S+ - open \(13: Permission denied\)|are you root\?|requested operation requires superuser privilege|sudo: (?:a password is required|a terminal is required)/,
    title: (what) => `${what} needs root, or sudo without a password`,
    remedy: "Run the gate as root, allow sudo without a password, or prepare the machine and use install: false."
  },
  {
    id: "host.apt-interrupted",
    pattern: /dpkg was interrupted, you must manually run 'dpkg --configure -a'/,
    title: (what) => `${what}: an earlier installation on this machine was interrupted`,
    remedy: "Run dpkg --configure -a, then run again."
  },
  {
    id: "host.apt-expired",
    pattern: /Release file for (\S+) is (?:expired|not valid yet) \((?:in)?valid (?:since|for another) ([^)]+)\)/,
    title: (what, [, url, since]) => `${what}: the archive's Release file ${url ?? ""} is past its date or this machine's clock is wrong (${since ?? ""})`,
    remedy: 'Check the clock. If the archive really is that old and you accept it, set Acquire::Check-Valid-Until "false" in apt.conf: apt then cannot notice a mirror that was frozen on purpose.'
  },
  {
    id: "host.apt-untrusted",
    pattern: /NO_PUBKEY|is not signed|signatures were invalid|signatures couldn't be verified|EXPKEYSIG|certificate verification failed|The certificate is NOT trusted/,
    title: (what) => `${what}: apt does not trust the archive's signature`,
    remedy: "Install the keyring package of the distribution (debian-archive-keyring), and ca-certificates where the mirror speaks https."
  },
  {
    id: "host.no-network",
    pattern: /Temporary failure resolving '([^']+)'|Could not resolve (?:host:? )?'([^']+)'|Could not connect to (\S+)|Cannot initiate the connection to (\S+)|Unable to connect to (\S+?):?\s|Connection timed out|Connection failed|Connection refused|Network is unreachable|No route to host|Name or service not known/,
    title: (what, match) => `${what}: no network (${match.slice(1).find(Boolean) ?? "the archive"} cannot be reached)`,
    remedy: "Check the network and apt's proxy (Acquire::http::Proxy), or prepare the machine beforehand and use install: false."
  },
  {
    id: "host.apt-hash-mismatch",
    pattern: /Hash Sum mismatch|File has unexpected size|Hashes of expected file/,
    title: (what) => `${what}: a file from the archive is not the one that its index promises`,
    remedy: "The mirror is in the middle of an update, or a proxy changed the file: run again in a few minutes."
  },
  {
    id: "host.apt-stale",
    pattern: /\b404\s+Not Found|Unable to fetch some archives/,
    title: (what) => `${what}: the archive no longer has a file that the package lists name`,
    remedy: "Run apt-get update and try again; a superseded kernel may have left the archive."
  },
  {
    id: "host.apt-no-release-file",
    pattern: /The repository '([^']+)' (?:does not have|no longer has) a Release file/,
    title: (what, [, repository]) => `${what}: there is no repository at ${repository ?? "an address in the sources"}`,
    remedy: "Correct apt's sources: the suite may have moved to the archive of old releases."
  },
  {
    id: "host.apt-unknown-package",
    pattern: /Unable to locate package (\S+)|Version '([^']+)' for '([^']+)' was not found|Package '?([^\s']+)'? has no installation candidate|Can't find a source to download version '([^']+)' of '([^']+)'/,
    title: (what, [, unknown, version, of, without, gone, goneOf]) => `${what}: apt does not know ${unknown ?? without ?? `${of ?? goneOf ?? "a package"} at version ${version ?? gone ?? ""}`}`,
    remedy: "Run apt-get update, and check that all of the suite\u2019s archives (security, updates) are in the sources."
  },
  {
    id: "host.apt-conflict",
    pattern: /have unmet dependencies|held broken packages|Unable to correct problems/,
    title: (what) => `${what}: the packages do not fit those that are installed`,
    remedy: "Use a clean container of the suite, or resolve what apt names below."
  }
];
function aptFailure(exit, what) {
  const text = `${exit.stderr}
${exit.stdout}`;
  const detail = evidence$1(exit);
  const common = { stage: "install", severity: "error", ...detail !== "" && { detail } };
  for (const { id, pattern, title, remedy } of ROWS) {
    const match = pattern.exec(text);
    if (match !== null) return { id, ...common, title: title(what, match), remedy };
  }
  if (exit.timedOut) {
    return { id: "host.apt-timeout", ...common, title: `${what} did not end within ${Math.round(exit.seconds)} s`, remedy: "The mirror is slow or hangs: run again, or use another one." };
  }
  return { id: "host.apt-failed", ...common, title: `${what} failed with status ${exit.status}`, remedy: "What apt said is below." };
}
function evidence$1(exit) {
  const lines = `${exit.stdout}
${exit.stderr}`.split("\n").filter((line) => line.trim() !== "");
  const said = lines.filter((line) => /^(?:E|W|Err|dpkg|N|tar|sudo|apt)\b.*:/.test(line));
  return lastLines((said.length > 0 ? said : lines).join("\n"), EVIDENCE_LINES);
}

const DEADLINE$2 = 1800;
function debPattern({ name, version }) {
  return `${name}_${version.replaceAll(":", "%3a")}_`;
}
function downloadArgs(packages) {
  return ["download", "-q", "-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=3", "--", ...packages.map(({ name, version }) => `${name}=${version}`)];
}
async function downloadPackages(host, packages, dir) {
  await mkdir$1(dir, { recursive: true });
  const missing = [];
  for (const wanted of packages) if (await cached(dir, wanted) === void 0) missing.push(wanted);
  if (missing.length > 0) {
    host.log.info(`downloading ${missing.map(({ name, size }) => `${name} (${(size / 1e6).toFixed(0)} MB)`).join(", ")}`);
    const fresh = await mkdtemp(join(dir, "download-"));
    try {
      const exit = await host.run({ program: "apt-get", args: downloadArgs(missing), cwd: fresh, seconds: DEADLINE$2 });
      if (exit.status !== 0) throw new GateError(aptFailure(exit, "Downloading the kernel\u2019s packages"));
      for (const name of await readdir$1(fresh)) await rename$1(join(fresh, name), join(dir, name));
    } finally {
      await rm$1(fresh, { recursive: true, force: true });
    }
  }
  return Promise.all(
    packages.map(async (wanted) => {
      const file = await cached(dir, wanted);
      if (file !== void 0) return file;
      throw new GateError({ id: "host.apt-failed", stage: "install", severity: "error", title: `apt-get download left no ${wanted.name} ${wanted.version}`, remedy: "Empty the cache directory and run again." });
    })
  );
}
async function cached(dir, wanted) {
  const name = (await readdir$1(dir)).find((entry) => entry.startsWith(debPattern(wanted)) && entry.endsWith(".deb"));
  if (name === void 0) return void 0;
  const file = join(dir, name);
  if (wanted.size > 0 && (await stat$1(file)).size !== wanted.size) return void 0;
  return wanted.sha256 === void 0 || await sha256(file) === wanted.sha256 ? file : void 0;
}
async function sha256(file) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}

function pieces(target) {
  const { release, series } = target;
  const modules = [`usr/lib/modules/${release}`, `lib/modules/${release}`];
  const image = target.image[0]?.name ?? `linux-image-${release}`;
  const owner = (prefix) => target.image.find(({ name }) => name.startsWith(prefix))?.name ?? image;
  const headers = `usr/src/linux-headers-${release}`;
  return {
    vmlinuz: { paths: [`boot/vmlinuz-${release}`, ...modules.map((dir) => `${dir}/vmlinuz`)], package: owner("linux-binary-") },
    imageConfig: { paths: [`boot/config-${release}`, ...modules.map((dir) => `${dir}/config`)], package: owner("linux-base-") },
    modulesDir: { paths: modules.map((dir) => `${dir}/kernel`), package: owner("linux-modules-") },
    headersConfig: { paths: [`${headers}/.config`], package: target.headers.name },
    moduleSymvers: { paths: [`${headers}/Module.symvers`], package: target.headers.name },
    btfVmlinux: { paths: [`${headers}/vmlinux`], package: target.headers.name, optional: true },
    sourceTar: { paths: ["xz", "zst", "gz", "bz2"].map((suffix) => `usr/src/linux-source-${series}.tar.${suffix}`), package: target.source.name }
  };
}
async function locate(root, piece) {
  for (const path of piece.paths) {
    const file = join(root, path);
    const kind = await stat$1(file).catch(() => void 0);
    if (kind !== void 0 && (!kind.isDirectory() || (await readdir$1(file)).length > 0)) return file;
  }
  return void 0;
}

const SETUP = { sectors: 497, magic: 514, protocol: 518, payloadOffset: 584, payloadLength: 588 };
const PROTOCOL = 520;
const PVH_NOTE = 18;
const PT_NOTE = 4;
function payloadOf(image) {
  if (image.length < 592 || image.toString("latin1", SETUP.magic, SETUP.magic + 4) !== "HdrS") throw new ElfError("bzImage: no HdrS at 0x202");
  const protocol = integer$1(image, SETUP.protocol, 2, "bzImage: protocol");
  if (protocol < PROTOCOL) throw new ElfError(`bzImage: boot protocol ${(protocol >> 8).toString()}.${(protocol & 255).toString()} has no payload field`);
  const setup = ((integer$1(image, SETUP.sectors, 1, "bzImage: setup_sects") || 4) + 1) * 512;
  const payload = range(image, setup + integer$1(image, SETUP.payloadOffset, 4, "bzImage: payload_offset"), integer$1(image, SETUP.payloadLength, 4, "bzImage: payload_length"), "bzImage: payload");
  return compressionOf(payload) === "gzip" ? payload : payload.subarray(0, -4);
}
function hasPvhEntry(elf) {
  const [table, size, count] = [integer$1(elf, 32, 8, "program header table"), integer$1(elf, 54, 2, "program header size"), integer$1(elf, 56, 2, "number of program headers")];
  for (let i = 0; i < count; i++) {
    const header = range(elf, table + i * size, 56, `program header ${i}`);
    if (integer$1(header, 0, 4, "type") !== PT_NOTE) continue;
    if (notesOf(range(elf, integer$1(header, 8, 8, "note offset"), integer$1(header, 32, 8, "note size"), `notes ${i}`)).some(({ name, type }) => name === "Xen" && type === PVH_NOTE)) return true;
  }
  return false;
}
function notesOf(notes) {
  const found = [];
  for (let at = 0; at + 12 <= notes.length; ) {
    const [nameSize, size, type] = [integer$1(notes, at, 4, "note"), integer$1(notes, at + 4, 4, "note"), integer$1(notes, at + 8, 4, "note")];
    found.push({ name: range(notes, at + 12, nameSize, "note name").toString("latin1").replace(/\0$/, ""), type });
    at += 12 + (nameSize + 3 & -4) + (size + 3 & -4);
  }
  return found;
}
async function unpackVmlinux(host, vmlinuz, target) {
  try {
    const elf = await decompress(host, payloadOf(await readFile(vmlinuz)), `${target}.payload`);
    if (typeof elf === "string") return { reason: elf };
    if (!hasPvhEntry(elf)) return { reason: "the kernel has no PVH note" };
    await writeFile(target, elf);
    return "unpacked";
  } catch (error) {
    if (error instanceof ElfError) return { reason: error.message };
    throw error;
  }
}

const UNPACK_DEADLINE$1 = 600;
const MARKER = "complete";
async function fetchKit(host, target, { cacheDir, install }) {
  const root = join(cacheDir, "kits", `${target.release}_${target.packageVersion.replaceAll(":", "%3a")}`);
  if (await exists$4(join(root, MARKER))) return kitAt(host, target, root, root);
  if (install) {
    await makeKit(host, target, cacheDir, root);
    return kitAt(host, target, root, root);
  }
  await requireInstalled(host, target);
  return kitAt(host, target, "/", join(cacheDir, "vmlinux", `${target.release}_${target.packageVersion}`));
}
async function makeKit(host, target, cacheDir, root) {
  const debs = await downloadPackages(host, [...target.image, target.headers, target.source], join(cacheDir, "debs"));
  await mkdir$1(dirname(root), { recursive: true });
  const fresh = await mkdtemp(`${root}.`);
  try {
    for (const deb of debs) {
      const exit = await host.run({ program: "dpkg-deb", args: ["--extract", deb, fresh], seconds: UNPACK_DEADLINE$1 });
      if (exit.status !== 0) throw new GateError(aptFailure(exit, `Unpacking ${deb}`));
    }
    await writeFile(join(fresh, MARKER), "");
    await rename$1(fresh, root).catch(async (error) => {
      if (!await exists$4(join(root, MARKER))) throw error;
    });
  } finally {
    await rm$1(fresh, { recursive: true, force: true });
  }
}
async function kitAt(host, target, root, vmlinuxDir) {
  const table = pieces(target);
  const found = /* @__PURE__ */ new Map();
  const missing = [];
  for (const [name, piece] of Object.entries(table)) {
    const path2 = await locate(root, piece);
    if (path2 !== void 0) found.set(name, path2);
    else if (piece.optional !== true) missing.push(`${piece.package} ${target.packageVersion} (${piece.paths[0] ?? ""})`);
  }
  if (missing.length > 0) throw packagesMissing(target, missing);
  const path = (name) => found.get(name) ?? "";
  const btfVmlinux = found.get("btfVmlinux");
  const vmlinux = await vmlinuxOf(host, path("vmlinuz"), vmlinuxDir);
  return {
    target,
    vmlinuz: path("vmlinuz"),
    imageConfig: path("imageConfig"),
    modulesDir: dirname(path("modulesDir")),
    headersConfig: path("headersConfig"),
    moduleSymvers: path("moduleSymvers"),
    sourceTar: path("sourceTar"),
    ...btfVmlinux !== void 0 && { btfVmlinux },
    ...vmlinux !== void 0 && { vmlinux }
  };
}
async function vmlinuxOf(host, vmlinuz, dir) {
  const file = join(dir, "vmlinux");
  if (await exists$4(file)) return file;
  await mkdir$1(dir, { recursive: true });
  const scratch = await mkdtemp(join(dir, "vmlinux-"));
  try {
    const result = await unpackVmlinux(host, vmlinuz, join(scratch, "vmlinux"));
    if (result !== "unpacked") {
      host.log.info(`vmlinuz is booted as it is: ${result.reason}`);
      return void 0;
    }
    await rename$1(join(scratch, "vmlinux"), file);
    return file;
  } finally {
    await rm$1(scratch, { recursive: true, force: true });
  }
}
async function requireInstalled(host, target) {
  const wanted = [...target.image, target.headers, target.source];
  const exit = await host.run({ program: "dpkg-query", args: ["--show", "--showformat", "${Package} ${Version} ${db:Status-Status}\n", "--", ...wanted.map(({ name }) => name)], seconds: 60 });
  const installed = new Set(exit.stdout.split("\n"));
  const missing = wanted.filter(({ name, version }) => !installed.has(`${name} ${version} installed`));
  if (missing.length > 0) throw packagesMissing(target, missing.map(({ name, version }) => `${name} ${version}`));
}
function packagesMissing(target, missing) {
  return new GateError({
    id: "kernel.package-missing",
    stage: "install",
    severity: "error",
    title: `Packages of ${target.release} are missing: ${missing.join(", ")}`,
    remedy: `Install them: apt-get install ${missing.map((text) => text.split(" ", 2).join("=")).join(" ")} (or let the gate fetch them with install: true).`
  });
}
async function exists$4(path) {
  return stat$1(path).then(
    () => true,
    () => false
  );
}

const KIT_PACKAGES = ["xz-utils", "zstd"];

const UPDATE_DEADLINE = 600;
const INSTALL_DEADLINE = 1800;
const LOCK_WAIT = 60;
const LISTS_STALE = 6 * 3600;
const LISTS = "/var/lib/apt/lists";
const QUIET = ["-q", "-y", "-o", `DPkg::Lock::Timeout=${LOCK_WAIT}`, "-o", "Acquire::Retries=3", "-o", "APT::Install-Recommends=false", "-o", "Dpkg::Use-Pty=0"];
function updateArgs() {
  return ["update", ...QUIET, "-o", "APT::Update::Error-Mode=any"];
}
function installArgs(packages) {
  return ["install", ...QUIET, "--no-upgrade", "--", ...packages];
}
async function listsAge(directory = LISTS) {
  const names = await readdir$1(directory).catch(() => []);
  const times = await Promise.all(names.filter((name) => /_(In)?Release$/.test(name)).map(async (name) => (await stat$1(join(directory, name))).mtimeMs));
  return times.length === 0 ? Infinity : (Date.now() - (await stat$1(directory)).mtimeMs) / 1e3;
}
async function refreshLists(host, force = false) {
  if (!force && await listsAge() < LISTS_STALE) return;
  const exit = await host.run({ program: "apt-get", args: updateArgs(), seconds: UPDATE_DEADLINE, asRoot: true });
  if (exit.status !== 0) throw new GateError(aptFailure(exit, "apt-get update"));
}
async function missingPackages(host, packages) {
  const exit = await host.run({ program: "dpkg-query", args: ["--show", "--showformat", "${Package} ${db:Status-Status} ${Provides}\n", "--", ...packages], seconds: 60 });
  const installed = new Set(exit.stdout.split("\n").flatMap((line) => line.split(" ")[1] === "installed" ? [line.split(" ")[0]] : []));
  return packages.filter((name) => !installed.has(name));
}
async function installPackages(host, packages) {
  const missing = await missingPackages(host, packages);
  if (missing.length === 0) return [];
  host.log.info(`installing ${missing.join(" ")}`);
  const exit = await host.run({ program: "apt-get", args: installArgs(missing), seconds: INSTALL_DEADLINE, asRoot: true });
  host.log.detail(exit.stdout);
  if (exit.status !== 0) throw new GateError(aptFailure(exit, `apt-get install ${missing.join(" ")}`));
  return missing;
}

function compilerName(config) {
  const word = unquote(config.get("CC_VERSION_TEXT") ?? "").split(" ")[0] ?? "";
  if (word === "" || !/^[\w.+-]+$/.test(word)) return "gcc";
  return word;
}
function compilerPackage(name) {
  return /(?:gcc|clang)(?:-[\d.]+)?$/.exec(name)?.[0] ?? name;
}

const PAHOLE = {
  human: (value) => `${value.slice(0, 1)}.${value.slice(1)}`,
  encode: (output) => {
    const [, major, minor] = /v(\d+)\.(\d+)/.exec(output) ?? [];
    return major === void 0 || minor === void 0 ? void 0 : major + minor;
  }
};
const BINUTILS = {
  human: (value) => dotted(Number(value), 1e4),
  encode: (output) => {
    const lastWord = firstLine(output).split(" ").at(-1) ?? "";
    const [, major, minor, patch] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(lastWord) ?? [];
    return major === void 0 || minor === void 0 ? void 0 : String(1e4 * Number(major) + 100 * Number(minor) + Number(patch ?? 0));
  }
};
const LLD = {
  human: BINUTILS.human,
  encode: (output) => {
    const [, version] = /LLD (\d+\.\d+\.\d+)/.exec(firstLine(output)) ?? [];
    return version === void 0 ? void 0 : BINUTILS.encode(version);
  }
};
const RUSTC = {
  human: (value) => dotted(Number(value), 1e5),
  encode: (output) => {
    const [, major, minor, patch] = /^rustc (\d+)\.(\d+)\.(\d+)/.exec(output) ?? [];
    return major === void 0 ? void 0 : String(1e5 * Number(major) + 100 * Number(minor) + Number(patch));
  }
};
const TEXT = {
  human: (value) => value,
  encode: (output) => firstLine(output).replaceAll("#", "")
};
function dotted(value, majorUnit) {
  const [major, minor, patch] = [Math.floor(value / majorUnit), Math.floor(value % majorUnit / 100), value % 100];
  return patch === 0 && majorUnit === 1e4 ? `${major}.${minor}` : `${major}.${minor}.${patch}`;
}
function firstLine(output) {
  return output.split("\n")[0] ?? "";
}

const STATED_TOOLS = [
  { tool: "pahole", program: "pahole", args: ["--version"], package: "dwarves", symbol: "PAHOLE_VERSION", encoding: PAHOLE },
  { tool: "as", program: "as", args: ["--version"], package: "binutils", symbol: "AS_VERSION", encoding: BINUTILS, stopsKconfig: true },
  { tool: "ld", program: "ld", args: ["--version"], package: "binutils", symbol: "LD_VERSION", encoding: BINUTILS, stopsKconfig: true },
  { tool: "ld.lld", program: "ld.lld", args: ["--version"], package: "lld", symbol: "LLD_VERSION", encoding: LLD, stopsKconfig: true },
  { tool: "rustc", program: "rustc", args: ["--version"], package: "rustc", symbol: "RUSTC_VERSION_TEXT", encoding: TEXT },
  { tool: "rustc", program: "rustc", args: ["--version"], package: "rustc", symbol: "RUSTC_VERSION", encoding: RUSTC },
  { tool: "bindgen", program: "bindgen", args: ["--version", "workaround-for-0.69.0"], package: "bindgen", symbol: "BINDGEN_VERSION_TEXT", encoding: TEXT }
];
const ASKED_ANYWAY = /* @__PURE__ */ new Set(["PAHOLE_VERSION", "RUSTC_VERSION"]);
const always = () => true;
const anyOf = (...symbols) => (config) => symbols.some((symbol) => config.get(symbol) === "y");
const NEEDED_TOOLS = [
  { tool: "make", package: "build-essential", probe: { kind: "program", name: "make" }, reason: "runs the build", needed: always },
  { tool: "gcc", package: "build-essential", probe: { kind: "program", name: "gcc" }, reason: "HOSTCC: scripts/kconfig/conf, modpost and objtool are programs of this machine", needed: always },
  { tool: "C library headers", package: "build-essential", probe: { kind: "header", name: "stdio.h" }, reason: "the same programs", needed: always },
  { tool: "flex", package: "flex", probe: { kind: "program", name: "flex" }, reason: "scripts/kconfig/lexer.l", needed: always },
  { tool: "bison", package: "bison", probe: { kind: "program", name: "bison" }, reason: "scripts/kconfig/parser.y", needed: always },
  { tool: "bc", package: "bc", probe: { kind: "program", name: "bc" }, reason: "include/generated/timeconst.h", needed: always },
  { tool: "xz", package: "xz-utils", probe: { kind: "program", name: "xz" }, reason: "linux-source is packed with it", needed: always },
  {
    tool: "libelf headers",
    package: "libelf-dev",
    probe: { kind: "header", name: "gelf.h" },
    reason: "tools/objtool and tools/bpf/resolve_btfids",
    needed: anyOf("OBJTOOL", "STACK_VALIDATION", "UNWINDER_ORC", "DEBUG_INFO_BTF")
  },
  {
    tool: "OpenSSL headers",
    package: "libssl-dev",
    probe: { kind: "header", name: "openssl/opensslv.h" },
    reason: "scripts/sign-file; before 5.17 also scripts/extract-cert",
    needed: (config, series) => anyOf("MODULE_SIG_FORMAT")(config) || isBefore(series, 5, 17) && anyOf("SYSTEM_TRUSTED_KEYRING")(config)
  },
  { tool: "python3", package: "python3", probe: { kind: "program", name: "python3" }, reason: "scripts/bpf_doc.py writes bpf_helper_defs.h for resolve_btfids", needed: anyOf("DEBUG_INFO_BTF") },
  {
    tool: "Rust library source",
    package: "rust-src",
    probe: { kind: "rust-file", name: "lib/rustlib/src/rust/library/core/src/lib.rs" },
    reason: "scripts/rust_is_available.sh asks for it, and rust/core.o is compiled from it",
    needed: anyOf("RUST"),
    changesConfig: true
  }
];
function isBefore(series, major, minor) {
  const [x = 0, y = 0] = series.split(".").map(Number);
  return x < major || x === major && y < minor;
}

const ALWAYS$1 = ["build-essential", "dwarves"];
function requiredPackages(config, series) {
  const stated = STATED_TOOLS.filter((row) => usesTool(row, config)).map((row) => row.package);
  const needed = NEEDED_TOOLS.filter((row) => row.needed(config, series)).map((row) => row.package);
  return [.../* @__PURE__ */ new Set([...ALWAYS$1, compilerPackage(compilerName(config)), ...stated, ...needed])];
}
function usesTool({ symbol }, config) {
  const value = unquote(config.get(symbol) ?? "");
  return value !== "" && value !== "0";
}
function mustBeAbsent({ symbol }, config) {
  return ASKED_ANYWAY.has(symbol) && config.get(symbol) === "0";
}

async function installStage(host, request, target) {
  await mkdir$1(request.cacheDir, { recursive: true });
  if (!request.install) {
    return { value: await fetchKit(host, target, { cacheDir: request.cacheDir, install: false }), summary: "nothing installed (install: false)" };
  }
  const guest = request.boot === "off" ? [] : GUEST_PACKAGES;
  const first = await installPackages(host, ["build-essential", "dwarves", ...KIT_PACKAGES, ...guest]);
  const kit = await fetchKit(host, target, { cacheDir: request.cacheDir, install: true });
  const config = parseConfig(await readFile(kit.headersConfig, "utf8"));
  const more = await installPackages(host, requiredPackages(config, target.series));
  const installed = [...first, ...more];
  return { value: kit, summary: installed.length === 0 ? "all packages are there" : `${installed.length} packages asked of apt` };
}

class Stopped extends Error {
  name = "Stopped";
}
class Recorder {
  constructor(log, onStage) {
    this.log = log;
    this.onStage = onStage;
  }
  log;
  onStage;
  #results = /* @__PURE__ */ new Map();
  #findings = /* @__PURE__ */ new Map();
  /** Runs one stage. @throws Stopped when the run must end here, UsageError as it comes. */
  async stage(stage, title, work) {
    this.log.group(title);
    const began = process.hrtime.bigint();
    const seconds = () => Number(process.hrtime.bigint() - began) / 1e9;
    try {
      const { value, findings = [], summary, proceed = false } = await work();
      this.add(findings);
      const outcome = verdictOf(findings);
      this.#end({ stage, outcome, seconds: seconds(), summary });
      if (outcome !== "pass" && !proceed) throw new Stopped();
      return value;
    } catch (error) {
      if (error instanceof Stopped || error instanceof UsageError) throw error;
      const finding = toFinding(error, stage);
      this.add([finding]);
      this.#end({ stage, outcome: verdictOf([finding]), seconds: seconds(), summary: finding.title });
      throw new Stopped(finding.title, { cause: error });
    } finally {
      this.log.endGroup();
    }
  }
  skip(stage, summary) {
    this.#end({ stage, outcome: "skipped", seconds: 0, summary });
  }
  /** The same thing said twice is one finding: the guard looks three times. */
  add(findings) {
    for (const finding of findings) {
      const key = JSON.stringify([finding.id, finding.title, finding.place]);
      if (!this.#findings.has(key)) this.#findings.set(key, finding);
    }
  }
  get findings() {
    return [...this.#findings.values()];
  }
  /** One result for each stage; those that never ran are said to be skipped. */
  get results() {
    return STAGES.map((stage) => this.#results.get(stage) ?? { stage, outcome: "skipped", seconds: 0, summary: "not reached" });
  }
  #end(result) {
    this.#results.set(result.stage, result);
    this.onStage(result);
  }
}
function toFinding(error, stage) {
  if (error instanceof GateError) return error.finding;
  if (error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT")) {
    return { id: "host.disk-full", stage, severity: "error", title: `No space left on device: ${error.message}`, remedy: "Free some space, or point cache-dir, output-dir and TMPDIR to a larger disk: one kernel needs about 1.5 GB." };
  }
  return {
    id: "gate.internal-error",
    stage,
    severity: "error",
    title: `The gate itself failed: ${error instanceof Error ? error.message : String(error)}`,
    ...error instanceof Error && error.stack !== void 0 && { detail: error.stack },
    remedy: "This is a bug of kmod-gate; please report it with the detail above."
  };
}

function parseRelease(release) {
  const match = /^(?<series>\d+\.\d+)(?:\.\d+)*(?:[~+][a-z0-9.+~]+)?(?:-(?:rc\d+|(?:[a-z]*\d[a-z0-9.]*)))*-(?<flavour>(?:[a-z][a-z0-9]*-)*[a-z][a-z0-9]*)$/.exec(release);
  const { series, flavour } = match?.groups ?? {};
  return series === void 0 || flavour === void 0 ? void 0 : { release, series, flavour };
}

function parseStanzas(text) {
  return text.split(/\n\n+/).map(fields).flatMap((field) => {
    const [name, version] = [field.get("package"), field.get("version")];
    if (name === void 0 || version === void 0) return [];
    const filename = field.get("filename");
    return [
      {
        name,
        version,
        depends: field.get("depends") ?? "",
        size: Number(field.get("size") ?? 0),
        sha256: field.get("sha256") ?? "",
        installed: field.get("status")?.endsWith(" installed") ?? false,
        ...filename !== void 0 && { filename }
      }
    ];
  });
}
function fields(stanza) {
  const found = /* @__PURE__ */ new Map();
  let last = "";
  for (const line of stanza.split("\n")) {
    if (/^[ \t]/.test(line)) {
      found.set(last, `${found.get(last) ?? ""}
${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    last = line.slice(0, colon).toLowerCase();
    found.set(last, line.slice(colon + 1).trim());
  }
  return found;
}
const DEADLINE$1 = 60;
const OF_KERNELS = /^linux-(?:image|binary|modules|base|headers|source)-/;
async function kernelStanzas(host) {
  const names = await host.run({ program: "apt-cache", args: ["pkgnames", "linux-"], seconds: DEADLINE$1 });
  const wanted = names.stdout.split("\n").filter((name) => OF_KERNELS.test(name) && !name.endsWith("-dbg")).sort();
  if (wanted.length === 0) return [];
  const shown = await host.run({ program: "apt-cache", args: ["show", "--", ...wanted], seconds: DEADLINE$1 });
  return parseStanzas(shown.stdout);
}

function weight(char) {
  if (char === void 0 || /\d/.test(char)) return 0;
  if (char === "~") return -1;
  return /[A-Za-z]/.test(char) ? char.charCodeAt(0) : char.charCodeAt(0) + 256;
}
function compareParts(a, b) {
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    while (i < a.length && !/\d/.test(a[i] ?? "") || j < b.length && !/\d/.test(b[j] ?? "")) {
      const difference2 = weight(a[i]) - weight(b[j]);
      if (difference2 !== 0) return difference2;
      if (i < a.length) i++;
      if (j < b.length) j++;
    }
    const digits = (text, at) => /^\d*/.exec(text.slice(at))?.[0] ?? "";
    const [left, right] = [digits(a, i), digits(b, j)];
    const difference = BigInt(left || "0") - BigInt(right || "0");
    if (difference !== 0n) return difference < 0n ? -1 : 1;
    i += left.length;
    j += right.length;
  }
  return 0;
}
function compareVersions(a, b) {
  const split = (version) => {
    const colon = version.indexOf(":");
    const rest = version.slice(colon + 1);
    const dash = rest.lastIndexOf("-");
    return { epoch: colon < 0 ? "0" : version.slice(0, colon), upstream: dash < 0 ? rest : rest.slice(0, dash), revision: dash < 0 ? "" : rest.slice(dash + 1) };
  };
  const [x, y] = [split(a), split(b)];
  return compareParts(x.epoch, y.epoch) || compareParts(x.upstream, y.upstream) || compareParts(x.revision, y.revision);
}

const IMAGE_LAYOUTS = [
  // 7.x: linux-image-R only pulls in these three.
  (release) => [`linux-binary-${release}`, `linux-modules-${release}`, `linux-base-${release}`],
  (release) => [`linux-binary-unsigned-${release}`, `linux-modules-${release}`, `linux-base-${release}`],
  (release) => [`linux-image-${release}`],
  (release) => [`linux-image-${release}-unsigned`]
];
const LISTED = 12;
async function resolveKernel(host, spec, architecture) {
  const stanzas = await kernelStanzas(host);
  if (stanzas.length === 0) {
    throw new GateError({
      id: "kernel.no-package-lists",
      stage: "resolve",
      severity: "error",
      title: "apt knows no kernel packages at all",
      remedy: "Run apt-get update (with install: true the gate does it itself), and check that the system is Debian or Kali."
    });
  }
  const index = new Index(stanzas);
  const wanted = chosen(index, spec, architecture, spec.kind === "default" ? await metapackage(host, architecture) : void 0);
  const target = index.complete(wanted);
  if (typeof target !== "string") return target;
  throw new UsageError("kernel", wanted, `${target} ${works(index, wanted)}`);
}
async function metapackage(host, architecture) {
  const shown = await host.run({ program: "apt-cache", args: ["show", "--no-all-versions", "--", `linux-image-${architecture}`], seconds: 60 });
  return /(?:^|[ ,])linux-(?:image|binary)-(\d[^ ,]*)/.exec(parseStanzas(shown.stdout)[0]?.depends ?? "")?.[1];
}
function chosen(index, spec, architecture, meta) {
  switch (spec.kind) {
    case "release":
      return spec.release;
    case "default":
      return meta ?? newest(index, architecture);
    case "series": {
      const ready = index.completeTargets().find((target) => target.flavour === architecture && `${target.release}.`.startsWith(`${spec.series}.`));
      if (ready === void 0) throw new UsageError("kernel", spec.series, `apt has no release of this series with image, headers and source at one version. ${works(index, spec.series)}`);
      return ready.release;
    }
  }
}
function newest(index, architecture) {
  const found = index.completeTargets().find((target) => target.flavour === architecture)?.release;
  if (found === void 0) throw new UsageError("kernel", "default", `There is no metapackage linux-image-${architecture} here. ${works(index, "")}`);
  return found;
}
function works(index, wanted) {
  const seriesOf = (release) => /^\d+\.\d+/.exec(release)?.[0];
  const near = (release) => seriesOf(release) === seriesOf(wanted) ? 0 : 1;
  const all = index.completeTargets().map(({ release }) => release);
  if (all.length === 0) return "No release in this container\u2019s suites has image, headers and source at one version.";
  const sorted = [...all].sort((a, b) => near(a) - near(b));
  const rest = sorted.length > LISTED ? ` and ${sorted.length - LISTED} more` : "";
  return `These would work: ${sorted.slice(0, LISTED).join(", ")}${rest}.`;
}
function pointsElsewhere({ name, depends }) {
  return name.startsWith("linux-image-") && /(?:^|[ ,])linux-(?:image|binary)-\d/.test(depends);
}
class Index {
  #byName = /* @__PURE__ */ new Map();
  constructor(stanzas) {
    for (const stanza of stanzas) {
      if (stanza.filename === void 0 && !stanza.installed || pointsElsewhere(stanza)) continue;
      this.#byName.set(stanza.name, [...this.#byName.get(stanza.name) ?? [], stanza]);
    }
    for (const list of this.#byName.values()) list.sort((a, b) => compareVersions(b.version, a.version));
  }
  /** Every release whose packages all exist at one version, newest first. */
  completeTargets() {
    return this.#releases().map((release) => this.complete(release)).filter((target) => typeof target !== "string").sort((a, b) => compareVersions(b.packageVersion, a.packageVersion) || compareVersions(b.release, a.release) || a.release.length - b.release.length);
  }
  /** The target, or a sentence that says which package is missing. */
  complete(release) {
    const parsed = parseRelease(release);
    if (parsed === void 0) return "This is no release of a Debian or Kali kernel.";
    const layouts = IMAGE_LAYOUTS.map((layout) => layout(release)).filter((names) => names.every((name) => this.#byName.has(name)));
    if (layouts.length === 0) return this.#byName.has(`linux-headers-${release}`) ? `apt has linux-headers-${release} but no linux-image-${release}.` : "apt has no such kernel.";
    const reasons = [];
    for (const names of layouts) {
      for (const { version } of this.#byName.get(names[0] ?? "") ?? []) {
        const target = this.#at(parsed, version, names);
        if (typeof target !== "string") return target;
        reasons.push(target);
      }
    }
    return reasons[0] ?? "apt has no such kernel.";
  }
  #at({ release, series, flavour }, version, images) {
    const [headers, source] = [this.#ref(`linux-headers-${release}`, version), this.#ref(`linux-source-${series}`, version)];
    const image = images.map((name) => this.#ref(name, version));
    const missing = [[`linux-headers-${release}`, headers], [`linux-source-${series}`, source], ...images.map((name, i) => [name, image[i]])].filter(([, ref]) => ref === void 0);
    if (headers === void 0 || source === void 0 || missing.length > 0) return `${missing.map(([name]) => `${name} ${version}`).join(" and ")} is missing: image, headers and source must be of one version.`;
    return { release, packageVersion: version, flavour, series, image: image.filter((ref) => ref !== void 0), headers, source };
  }
  #ref(name, version) {
    const stanza = this.#byName.get(name)?.find((candidate) => candidate.version === version);
    return stanza === void 0 ? void 0 : { name, version, size: stanza.size, ...stanza.sha256 !== "" && { sha256: stanza.sha256 } };
  }
  #releases() {
    const names = [...this.#byName.keys()].flatMap((name) => /^linux-headers-(\d.*)$/.exec(name)?.[1] ?? []);
    return names.filter((release) => parseRelease(release) !== void 0 && !/-common(?:-|$)/.test(release));
  }
}

const FRESH = 300;
async function resolveStage(host, request) {
  const architecture = (await host.run({ program: "dpkg", args: ["--print-architecture"], seconds: 30 })).stdout.trim();
  if (request.install) await refreshLists(host);
  const target = await resolveKernel(host, request.kernel, architecture).catch(async (error) => {
    if (!(error instanceof UsageError) || !request.install || await listsAge() < FRESH) throw error;
    await refreshLists(host, true);
    return resolveKernel(host, request.kernel, architecture);
  });
  return { value: target, summary: `${target.release} (${target.packageVersion})` };
}

const UNPACK_DEADLINE = 600;
function notNeeded(top) {
  return [
    ...["drivers", "sound", "fs", "net", "crypto", "tools/testing", "arch/[!x]*"].map((dir) => `${top}/${dir}/*.[chS]`),
    `${top}/arch/[!x]*/*.dts*`,
    `${top}/Documentation/*.*`,
    `${top}/tools/perf/*`
  ];
}
const TREE_FORMAT = 1;
function tarArgs(kit, directory, extent) {
  const excluded = extent === "full" ? [] : notNeeded(`linux-source-${kit.target.series}`);
  return [
    ...["--extract", "--file", kit.sourceTar, "--use-compress-program", "xz -T0", "--directory", directory, "--strip-components=1", "--no-same-owner"],
    ...["--anchored", "--wildcards", "--wildcards-match-slash", ...excluded.map((pattern) => `--exclude=${pattern}`)]
  ];
}
async function unpackTree(host, kit, cacheDir, target, extent) {
  if (extent === "full") {
    await mkdir$1(target, { recursive: true });
    return untar(host, kit, target, extent);
  }
  const { series, packageVersion } = kit.target;
  const cached = join(cacheDir, "trees", `linux-source-${series}_${packageVersion.replaceAll(":", "%3a")}-${TREE_FORMAT}`);
  if (!await exists$3(cached)) await fill(host, kit, cached);
  await copyTree(host, cached, target);
}
async function fill(host, kit, cached) {
  await mkdir$1(join(cached, ".."), { recursive: true });
  const temporary = await mkdtemp(`${cached}.`);
  try {
    await untar(host, kit, temporary, "external");
    await rename$1(temporary, cached);
  } catch (error) {
    await rm$1(temporary, { recursive: true, force: true });
    if (!await exists$3(cached)) throw error;
  }
}
async function copyTree(host, source, target) {
  await run$1(host, "cp", ["--archive", "--reflink=auto", "--no-target-directory", "--", source, target], target);
}
async function untar(host, kit, directory, extent) {
  await run$1(host, "tar", tarArgs(kit, directory, extent), directory);
}
async function run$1(host, program, args, directory) {
  const exit = await host.run({ program, args, seconds: UNPACK_DEADLINE });
  if (exit.status === 0) return;
  const full = /No space left on device/.test(exit.stderr);
  throw new GateError({
    id: full ? "host.disk-full" : "tree.unpack-failed",
    stage: "tree",
    severity: "error",
    title: full ? `No space left on device while unpacking the kernel source into ${directory}` : `${program} ${exit.timedOut ? `took longer than ${UNPACK_DEADLINE} s` : "failed"} while unpacking the kernel source`,
    detail: exit.stderr.trim().split("\n").slice(-10).join("\n"),
    remedy: full ? "Free some space, or point cache-dir and TMPDIR to a larger disk: one kernel needs about 1.5 GB." : "Empty the cache directory and run again."
  });
}
async function exists$3(path) {
  return stat$1(path).then(
    () => true,
    () => false
  );
}

function preparedPath(cacheDir, target, tools, treeDir) {
  const made = JSON.stringify([TREE_FORMAT, treeDir, tools.map(({ program, actual, state }) => [program, actual, state])]);
  const digest = createHash("sha256").update(made).digest("hex").slice(0, 16);
  return join(cacheDir, "prepared", `${target.release}_${target.packageVersion.replaceAll(":", "%3a")}_${digest}`);
}
async function usePrepared(host, kept, treeDir) {
  if (!await exists$2(kept)) return false;
  await copyTree(host, kept, treeDir);
  return true;
}
async function keepPrepared(host, treeDir, kept) {
  await mkdir$1(join(kept, ".."), { recursive: true });
  const fresh = await mkdtemp(`${kept}.`);
  try {
    await copyTree(host, treeDir, fresh);
    await rename$1(fresh, kept).catch(async (error) => {
      if (!await exists$2(kept)) throw error;
    });
  } finally {
    await rm$1(fresh, { recursive: true, force: true });
  }
}
async function exists$2(path) {
  return stat$1(path).then(
    () => true,
    () => false
  );
}

const HOLD = 24 * 3600;
const WAIT = 5;
async function takeSlot(host, cacheDir, scratchDir) {
  const dir = join(cacheDir, "work");
  if (/[\s:]/.test(dir) || await host.which("flock") === void 0) return void 0;
  await mkdir$1(dir, { recursive: true });
  const answer = join(scratchDir, "slot");
  const holder = host.start({ program: "flock", args: ["--nonblock", join(dir, "lock"), "sh", "-c", `echo mine; exec sleep ${HOLD}`], seconds: HOLD, stdoutFile: answer });
  const state = { ended: false };
  void holder.ended.then(() => state.ended = true);
  const until = Date.now() + WAIT * 1e3;
  while (!(await readFile(answer, "utf8")).startsWith("mine")) {
    if (state.ended || Date.now() > until) {
      holder.kill();
      return void 0;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const treeDir = join(dir, "linux");
  await rm$1(treeDir, { recursive: true, force: true });
  return {
    treeDir,
    async release() {
      await rm$1(treeDir, { recursive: true, force: true });
      holder.kill();
      await holder.ended;
    }
  };
}

async function treeStage(host, request, kit, tools, workDir) {
  const { series, packageVersion } = kit.target;
  const name = `linux-source-${series} ${packageVersion}`;
  const slot = request.module.kind === "in-tree" ? void 0 : await takeSlot(host, request.cacheDir, workDir);
  try {
    if (slot === void 0) {
      const dir2 = join(workDir, "linux");
      await unpackTree(host, kit, request.cacheDir, dir2, request.module.kind === "in-tree" ? "full" : "external");
      if (request.module.kind === "in-tree") await requireDriver(dir2, request.module.path, series);
      return { value: { dir: dir2, keep: () => Promise.resolve(), release: () => Promise.resolve() }, summary: name };
    }
    const dir = slot.treeDir;
    const kept = preparedPath(request.cacheDir, kit.target, tools, dir);
    const reused = await usePrepared(host, kept, dir);
    if (!reused) await unpackTree(host, kit, request.cacheDir, dir, "external");
    const plain = request.options.length === 0 && request.allowances.length === 0;
    const keep = reused || !plain ? () => Promise.resolve() : () => keepPrepared(host, dir, kept);
    return { value: { dir, keep, release: () => slot.release() }, summary: reused ? `${name}, prepared by an earlier run` : name };
  } catch (error) {
    await slot?.release();
    throw error;
  }
}
async function requireDriver(treeDir, path, series) {
  const found = await Promise.all(
    ["Kbuild", "Makefile"].map(
      (name) => stat$1(join(treeDir, path, name)).then(
        () => true,
        () => false
      )
    )
  );
  if (!found.includes(true)) throw new UsageError("in-tree", path, `linux-source-${series} has no such directory with a Kbuild or Makefile. Name a directory of this kernel\u2019s source, such as drivers/net/can/usb/etas_es58x.`);
}

async function withWorkDir(work) {
  const parent = await realpath(process.env["TMPDIR"] ?? "/var/tmp");
  if (/[\s:]/.test(parent)) {
    throw new GateError({
      id: "host.work-dir",
      stage: "resolve",
      severity: "error",
      title: `TMPDIR ${JSON.stringify(parent)} has a space or colon in it, and kbuild refuses source directories with either (kernel Makefile: "source directory cannot contain spaces or colons")`,
      remedy: "Point TMPDIR to a directory without them."
    });
  }
  const dir = await mkdtemp(join(parent, "kmod-gate-"));
  const clean = () => rmSync(dir, { recursive: true, force: true });
  process.once("exit", clean);
  try {
    return await work(dir);
  } finally {
    process.removeListener("exit", clean);
    await rm$1(dir, { recursive: true, force: true });
  }
}

const DEADLINE = 30;
const UNUSED = "none";
async function inspectToolchain(host, config, series) {
  const compiler = await inspectCompiler(host, config);
  const tools = [compiler.state];
  for (const row of STATED_TOOLS.filter(onceEach(config))) tools.push(...await inspectStated(host, config, row));
  for (const row of NEEDED_TOOLS) if (row.needed(config, series)) tools.push(await inspectNeeded(host, row));
  return { cc: compiler.cc, tools };
}
function onceEach(config) {
  return ({ symbol }) => symbol !== "RUSTC_VERSION" || !config.has("RUSTC_VERSION_TEXT");
}
async function inspectCompiler(host, config) {
  const name = compilerName(config);
  const expected = unquote(config.get("CC_VERSION_TEXT") ?? "");
  const base = { tool: name, program: name, package: compilerPackage(name), symbol: "CC_VERSION_TEXT", ...expected === "" ? {} : { expected } };
  const output = await ask(host, name, ["--version"]);
  if (output === void 0) {
    const standIn = await host.which("gcc") === void 0 ? name : "gcc";
    return { cc: standIn, state: { ...base, state: "missing" } };
  }
  const actual = TEXT.encode(output) ?? "";
  return { cc: name, state: { ...base, actual, state: expected === "" || actual === expected ? "ok" : "other-version" } };
}
async function inspectStated(host, config, row) {
  const used = usesTool(row, config);
  if (!used && !mustBeAbsent(row, config)) return [];
  const { tool, program, symbol, encoding } = row;
  const base = { tool, program, package: row.package, symbol };
  const output = await ask(host, program, row.args);
  const found = output === void 0 ? void 0 : encoding.encode(output);
  if (!used) return found === void 0 ? [] : [{ ...base, expected: UNUSED, actual: encoding.human(found), state: "other-version" }];
  const stated = unquote(config.get(symbol) ?? "");
  const expected = encoding.human(stated);
  if (output === void 0) return [{ ...base, expected, state: "missing" }];
  const actual = found === void 0 ? output.split("\n")[0] ?? "" : encoding.human(found);
  return [{ ...base, expected, actual, state: found === stated ? "ok" : "other-version" }];
}
async function inspectNeeded(host, row) {
  const state = await isThere(host, row) ? "ok" : "missing";
  return { tool: row.tool, program: row.probe.name, package: row.package, state };
}
async function isThere(host, { probe: { kind, name } }) {
  switch (kind) {
    case "program":
      return await host.which(name) !== void 0;
    case "header":
      return await ask(host, "gcc", ["-E", "-x", "c", "-include", name, "/dev/null", "-o", "/dev/null"]) !== void 0;
    case "rust-file": {
      const sysroot = await ask(host, "rustc", ["--print", "sysroot"]);
      return sysroot !== void 0 && exists$1(join(sysroot.trim(), name));
    }
  }
}
async function ask(host, program, args) {
  if (await host.which(program) === void 0) return void 0;
  const exit = await host.run({ program, args, env: { LC_ALL: "C" }, seconds: DEADLINE });
  return exit.status === 0 ? exit.stdout : void 0;
}
function exists$1(path) {
  return access(path).then(
    () => true,
    () => false
  );
}

function toolFindings(tools) {
  return tools.flatMap((tool) => {
    if (tool.state === "missing") return [missing$1(tool, tools)];
    return tool.state === "other-version" ? [otherVersion(tool)] : [];
  });
}
function coveredByGuard(findings, groups) {
  const told = groups.flatMap(({ cause }) => cause.kind === "tool" ? [cause.tool] : []);
  return findings.filter(({ title }) => !told.some((tool) => title.startsWith(`${tool} is `)));
}
function missing$1(tool, tools) {
  return {
    id: "toolchain.missing",
    stage: "toolchain",
    severity: stopsMake(tool, tools) ? "error" : "fail",
    title: `${tool.tool} is missing${tool.expected === void 0 ? "" : ` (the target was configured with ${tool.expected})`}.`,
    ...reasonOf(tool),
    remedy: `Install ${tool.package}.`
  };
}
function otherVersion(tool) {
  const unused = tool.expected === "none";
  return {
    id: "toolchain.version",
    stage: "toolchain",
    severity: "fail",
    title: unused ? `${tool.tool} is installed (${tool.actual ?? "unknown"}), but the target was configured without it.` : `${tool.tool} is ${tool.actual ?? "unknown"}, the target was configured with ${tool.expected ?? "another"}.`,
    remedy: unused ? `Take ${tool.program} out of PATH, for example by removing the package ${tool.package}.` : `Install ${tool.package} in the version that gives ${tool.expected ?? "the same"}.`
  };
}
function stopsMake(tool, tools) {
  if (tool.symbol === void 0) return !(rowOf(tool)?.changesConfig ?? false);
  if (tool.symbol === "CC_VERSION_TEXT") return tools.some(({ program, state, symbol }) => symbol === void 0 && program === "gcc" && state === "missing");
  return STATED_TOOLS.some(({ symbol, stopsKconfig }) => symbol === tool.symbol && stopsKconfig === true);
}
function reasonOf(tool) {
  const row = tool.symbol === void 0 ? rowOf(tool) : void 0;
  return row === void 0 ? {} : { detail: `Needed for: ${row.reason}` };
}
function rowOf({ tool, package: name }) {
  return NEEDED_TOOLS.find((row) => row.tool === tool && row.package === name);
}

const VERSION = "1.0.0";

async function runGate(request, host, onStage = () => void 0) {
  const started = /* @__PURE__ */ new Date();
  const recorder = new Recorder(host.log, onStage);
  const values = {};
  try {
    await clearOutput(request.outputDir);
    await withWorkDir((workDir) => walk(request, host, recorder, values, workDir));
  } catch (error) {
    if (error instanceof GateError) recorder.add([error.finding]);
    else if (!(error instanceof Stopped)) throw error;
  }
  const findings = recorder.findings;
  return {
    tool: { name: "kmod-gate", version: VERSION },
    verdict: verdictOf(findings),
    started: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1e3,
    request,
    tools: [],
    modules: [],
    ...values,
    stages: recorder.results,
    findings
  };
}
async function walk(request, host, recorder, values, workDir) {
  const target = await recorder.stage("resolve", "Which kernel", () => resolveStage(host, request));
  values.target = target;
  const kit = await recorder.stage("install", `Packages of ${target.release} (${target.packageVersion})`, () => installStage(host, request, target));
  const { toolchain, pending } = await recorder.stage("toolchain", "Toolchain that the kernel was built with", async () => {
    const config = parseConfig(await readFile(kit.headersConfig, "utf8"));
    const found = await inspectToolchain(host, config, target.series);
    values.tools = found.tools;
    const findings = toolFindings(found.tools);
    const bad = found.tools.filter((tool) => tool.state !== "ok");
    const summary = bad.length === 0 ? `${found.cc} and ${found.tools.length - 1} others, each as the kernel\u2019s .config says` : bad.map((tool) => `${tool.tool} ${tool.state === "missing" ? "is missing" : "has another version"}`).join(", ");
    const blocking = findings.filter((finding) => finding.severity === "error");
    return { value: { toolchain: found, pending: findings.filter((finding) => finding.severity !== "error") }, findings: blocking, summary };
  });
  const tree = await recorder.stage("tree", `Source tree of linux-source-${target.series}`, () => treeStage(host, request, kit, toolchain.tools, workDir));
  try {
    await prove(request, host, recorder, values, { kit, toolchain, pending, tree, workDir });
  } finally {
    await tree.release();
  }
}
async function prove(request, host, recorder, values, { kit, toolchain, pending, tree, workDir }) {
  const { release } = kit.target;
  const setting = { treeDir: tree.dir, release, cc: toolchain.cc, jobs: request.jobs };
  const guard = createGuard(host, request, kit, setting, toolchain.tools);
  await recorder.stage("guard", "Config guard", async () => {
    const judgement = await guard.prepare();
    values.config = judgement.verdict;
    if (verdictOf(judgement.findings) === "pass") await tree.keep();
    const untold = coveredByGuard(pending, judgement.verdict.groups);
    return { value: void 0, findings: [...untold, ...judgement.findings], summary: guardSummary(judgement, request) };
  });
  const modules = await recorder.stage("build", "Build", async () => {
    const outcome = await buildStage(host, request, setting, workDir);
    const judgement = await guard.again("build");
    values.config = judgement.verdict;
    values.modules = outcome.value;
    return { ...outcome, findings: [...outcome.findings, ...judgement.findings] };
  });
  if (request.boot === "off") {
    recorder.skip("boot", "not asked for (boot: off)");
    return;
  }
  await recorder.stage("boot", `Boot ${release}`, async () => {
    const { run, findings, summary } = await bootStage(host, request, kit, modules, workDir);
    values.guest = run;
    return { value: void 0, findings, summary };
  });
}
const WRITTEN = ["modules", "report.json", "report.html", "summary.md", "make.log", "console.log", "oldconfig.log", "modules_prepare.log", "config.target", "config.oldconfig"];
async function clearOutput(outputDir) {
  await mkdir$1(outputDir, { recursive: true }).catch((error) => {
    throw new GateError({ id: "host.output-dir", stage: "resolve", severity: "error", title: `output-dir cannot be made: ${error instanceof Error ? error.message : String(error)}`, remedy: "Choose a directory that this user may write to." });
  });
  await Promise.all(WRITTEN.map((name) => rm$1(join(outputDir, name), { recursive: true, force: true })));
}
function guardSummary({ verdict, findings }, request) {
  const bad = findings.filter((finding) => finding.severity === "fail" || finding.severity === "error").length;
  if (bad > 0 && verdict.deltas.length === 0) return `${bad} ${bad === 1 ? "finding" : "findings"}`;
  if (bad > 0) return `${verdict.deltas.length} ${verdict.deltas.length === 1 ? "symbol differs" : "symbols differ"} from the target\u2019s configuration`;
  const asked = request.options.length === 0 ? "" : ` beyond the ${request.options.length} requested`;
  return verdict.allowed.length === 0 ? `no delta${asked}` : `no delta${asked} but the ${verdict.allowed.length} allowed`;
}

var __awaiter$3 = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
const { chmod, copyFile, lstat, mkdir, open, readdir, rename, rm, rmdir, stat, symlink, unlink } = fs.promises;
// export const {open} = 'fs'
const IS_WINDOWS$1 = process.platform === 'win32';
fs.constants.O_RDONLY;
function exists(fsPath) {
    return __awaiter$3(this, void 0, void 0, function* () {
        try {
            yield stat(fsPath);
        }
        catch (err) {
            if (err.code === 'ENOENT') {
                return false;
            }
            throw err;
        }
        return true;
    });
}
/**
 * On OSX/Linux, true if path starts with '/'. On Windows, true for paths like:
 * \, \hello, \\hello\share, C:, and C:\hello (and corresponding alternate separator cases).
 */
function isRooted(p) {
    p = normalizeSeparators(p);
    if (!p) {
        throw new Error('isRooted() parameter "p" cannot be empty');
    }
    if (IS_WINDOWS$1) {
        return (p.startsWith('\\') || /^[A-Z]:/i.test(p) // e.g. \ or \hello or \\hello
        ); // e.g. C: or C:\hello
    }
    return p.startsWith('/');
}
/**
 * Best effort attempt to determine whether a file exists and is executable.
 * @param filePath    file path to check
 * @param extensions  additional file extensions to try
 * @return if file exists and is executable, returns the file path. otherwise empty string.
 */
function tryGetExecutablePath(filePath, extensions) {
    return __awaiter$3(this, void 0, void 0, function* () {
        let stats = undefined;
        try {
            // test file exists
            stats = yield stat(filePath);
        }
        catch (err) {
            if (err.code !== 'ENOENT') {
                // eslint-disable-next-line no-console
                console.log(`Unexpected error attempting to determine if executable file exists '${filePath}': ${err}`);
            }
        }
        if (stats && stats.isFile()) {
            if (IS_WINDOWS$1) {
                // on Windows, test for valid extension
                const upperExt = path.extname(filePath).toUpperCase();
                if (extensions.some(validExt => validExt.toUpperCase() === upperExt)) {
                    return filePath;
                }
            }
            else {
                if (isUnixExecutable(stats)) {
                    return filePath;
                }
            }
        }
        // try each extension
        const originalFilePath = filePath;
        for (const extension of extensions) {
            filePath = originalFilePath + extension;
            stats = undefined;
            try {
                stats = yield stat(filePath);
            }
            catch (err) {
                if (err.code !== 'ENOENT') {
                    // eslint-disable-next-line no-console
                    console.log(`Unexpected error attempting to determine if executable file exists '${filePath}': ${err}`);
                }
            }
            if (stats && stats.isFile()) {
                if (IS_WINDOWS$1) {
                    // preserve the case of the actual file (since an extension was appended)
                    try {
                        const directory = path.dirname(filePath);
                        const upperName = path.basename(filePath).toUpperCase();
                        for (const actualName of yield readdir(directory)) {
                            if (upperName === actualName.toUpperCase()) {
                                filePath = path.join(directory, actualName);
                                break;
                            }
                        }
                    }
                    catch (err) {
                        // eslint-disable-next-line no-console
                        console.log(`Unexpected error attempting to determine the actual case of the file '${filePath}': ${err}`);
                    }
                    return filePath;
                }
                else {
                    if (isUnixExecutable(stats)) {
                        return filePath;
                    }
                }
            }
        }
        return '';
    });
}
function normalizeSeparators(p) {
    p = p || '';
    if (IS_WINDOWS$1) {
        // convert slashes on Windows
        p = p.replace(/\//g, '\\');
        // remove redundant slashes
        return p.replace(/\\\\+/g, '\\');
    }
    // remove redundant slashes
    return p.replace(/\/\/+/g, '/');
}
// on Mac/Linux, test the execute bit
//     R   W  X  R  W X R W X
//   256 128 64 32 16 8 4 2 1
function isUnixExecutable(stats) {
    return ((stats.mode & 1) > 0 ||
        ((stats.mode & 8) > 0 &&
            process.getgid !== undefined &&
            stats.gid === process.getgid()) ||
        ((stats.mode & 64) > 0 &&
            process.getuid !== undefined &&
            stats.uid === process.getuid()));
}

var __awaiter$2 = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
/**
 * Returns path of a tool had the tool actually been invoked.  Resolves via paths.
 * If you check and the tool does not exist, it will throw.
 *
 * @param     tool              name of the tool
 * @param     check             whether to check if tool exists
 * @returns   Promise<string>   path to tool
 */
function which$1(tool, check) {
    return __awaiter$2(this, void 0, void 0, function* () {
        if (!tool) {
            throw new Error("parameter 'tool' is required");
        }
        // recursive when check=true
        if (check) {
            const result = yield which$1(tool, false);
            if (!result) {
                if (IS_WINDOWS$1) {
                    throw new Error(`Unable to locate executable file: ${tool}. Please verify either the file path exists or the file can be found within a directory specified by the PATH environment variable. Also verify the file has a valid extension for an executable file.`);
                }
                else {
                    throw new Error(`Unable to locate executable file: ${tool}. Please verify either the file path exists or the file can be found within a directory specified by the PATH environment variable. Also check the file mode to verify the file is executable.`);
                }
            }
            return result;
        }
        const matches = yield findInPath(tool);
        if (matches && matches.length > 0) {
            return matches[0];
        }
        return '';
    });
}
/**
 * Returns a list of all occurrences of the given tool on the system path.
 *
 * @returns   Promise<string[]>  the paths of the tool
 */
function findInPath(tool) {
    return __awaiter$2(this, void 0, void 0, function* () {
        if (!tool) {
            throw new Error("parameter 'tool' is required");
        }
        // build the list of extensions to try
        const extensions = [];
        if (IS_WINDOWS$1 && process.env['PATHEXT']) {
            for (const extension of process.env['PATHEXT'].split(path.delimiter)) {
                if (extension) {
                    extensions.push(extension);
                }
            }
        }
        // if it's rooted, return it if exists. otherwise return empty.
        if (isRooted(tool)) {
            const filePath = yield tryGetExecutablePath(tool, extensions);
            if (filePath) {
                return [filePath];
            }
            return [];
        }
        // if any path separators, return empty
        if (tool.includes(path.sep)) {
            return [];
        }
        // build the list of directories
        //
        // Note, technically "where" checks the current directory on Windows. From a toolkit perspective,
        // it feels like we should not do this. Checking the current directory seems like more of a use
        // case of a shell, and the which() function exposed by the toolkit should strive for consistency
        // across platforms.
        const directories = [];
        if (process.env.PATH) {
            for (const p of process.env.PATH.split(path.delimiter)) {
                if (p) {
                    directories.push(p);
                }
            }
        }
        // find all matches
        const matches = [];
        for (const directory of directories) {
            const filePath = yield tryGetExecutablePath(path.join(directory, tool), extensions);
            if (filePath) {
                matches.push(filePath);
            }
        }
        return matches;
    });
}

var __awaiter$1 = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
/* eslint-disable @typescript-eslint/unbound-method */
const IS_WINDOWS = process.platform === 'win32';
/*
 * Class for running command line tools. Handles quoting and arg parsing in a platform agnostic way.
 */
class ToolRunner extends events.EventEmitter {
    constructor(toolPath, args, options) {
        super();
        if (!toolPath) {
            throw new Error("Parameter 'toolPath' cannot be null or empty.");
        }
        this.toolPath = toolPath;
        this.args = args || [];
        this.options = options || {};
    }
    _debug(message) {
        if (this.options.listeners && this.options.listeners.debug) {
            this.options.listeners.debug(message);
        }
    }
    _getCommandString(options, noPrefix) {
        const toolPath = this._getSpawnFileName();
        const args = this._getSpawnArgs(options);
        let cmd = noPrefix ? '' : '[command]'; // omit prefix when piped to a second tool
        if (IS_WINDOWS) {
            // Windows + cmd file
            if (this._isCmdFile()) {
                cmd += toolPath;
                for (const a of args) {
                    cmd += ` ${a}`;
                }
            }
            // Windows + verbatim
            else if (options.windowsVerbatimArguments) {
                cmd += `"${toolPath}"`;
                for (const a of args) {
                    cmd += ` ${a}`;
                }
            }
            // Windows (regular)
            else {
                cmd += this._windowsQuoteCmdArg(toolPath);
                for (const a of args) {
                    cmd += ` ${this._windowsQuoteCmdArg(a)}`;
                }
            }
        }
        else {
            // OSX/Linux - this can likely be improved with some form of quoting.
            // creating processes on Unix is fundamentally different than Windows.
            // on Unix, execvp() takes an arg array.
            cmd += toolPath;
            for (const a of args) {
                cmd += ` ${a}`;
            }
        }
        return cmd;
    }
    _processLineBuffer(data, strBuffer, onLine) {
        try {
            let s = strBuffer + data.toString();
            let n = s.indexOf(os.EOL);
            while (n > -1) {
                const line = s.substring(0, n);
                onLine(line);
                // the rest of the string ...
                s = s.substring(n + os.EOL.length);
                n = s.indexOf(os.EOL);
            }
            return s;
        }
        catch (err) {
            // streaming lines to console is best effort.  Don't fail a build.
            this._debug(`error processing line. Failed with error ${err}`);
            return '';
        }
    }
    _getSpawnFileName() {
        if (IS_WINDOWS) {
            if (this._isCmdFile()) {
                return process.env['COMSPEC'] || 'cmd.exe';
            }
        }
        return this.toolPath;
    }
    _getSpawnArgs(options) {
        if (IS_WINDOWS) {
            if (this._isCmdFile()) {
                let argline = `/D /S /C "${this._windowsQuoteCmdArg(this.toolPath)}`;
                for (const a of this.args) {
                    argline += ' ';
                    argline += options.windowsVerbatimArguments
                        ? a
                        : this._windowsQuoteCmdArg(a);
                }
                argline += '"';
                return [argline];
            }
        }
        return this.args;
    }
    _endsWith(str, end) {
        return str.endsWith(end);
    }
    _isCmdFile() {
        const upperToolPath = this.toolPath.toUpperCase();
        return (this._endsWith(upperToolPath, '.CMD') ||
            this._endsWith(upperToolPath, '.BAT'));
    }
    _windowsQuoteCmdArg(arg) {
        // for .exe, apply the normal quoting rules that libuv applies
        if (!this._isCmdFile()) {
            return this._uvQuoteCmdArg(arg);
        }
        // otherwise apply quoting rules specific to the cmd.exe command line parser.
        // the libuv rules are generic and are not designed specifically for cmd.exe
        // command line parser.
        //
        // for a detailed description of the cmd.exe command line parser, refer to
        // http://stackoverflow.com/questions/4094699/how-does-the-windows-command-interpreter-cmd-exe-parse-scripts/7970912#7970912
        // need quotes for empty arg
        if (!arg) {
            return '""';
        }
        // determine whether the arg needs to be quoted
        const cmdSpecialChars = [
            ' ',
            '\t',
            '&',
            '(',
            ')',
            '[',
            ']',
            '{',
            '}',
            '^',
            '=',
            ';',
            '!',
            "'",
            '+',
            ',',
            '`',
            '~',
            '|',
            '<',
            '>',
            '"'
        ];
        let needsQuotes = false;
        for (const char of arg) {
            if (cmdSpecialChars.some(x => x === char)) {
                needsQuotes = true;
                break;
            }
        }
        // short-circuit if quotes not needed
        if (!needsQuotes) {
            return arg;
        }
        // the following quoting rules are very similar to the rules that by libuv applies.
        //
        // 1) wrap the string in quotes
        //
        // 2) double-up quotes - i.e. " => ""
        //
        //    this is different from the libuv quoting rules. libuv replaces " with \", which unfortunately
        //    doesn't work well with a cmd.exe command line.
        //
        //    note, replacing " with "" also works well if the arg is passed to a downstream .NET console app.
        //    for example, the command line:
        //          foo.exe "myarg:""my val"""
        //    is parsed by a .NET console app into an arg array:
        //          [ "myarg:\"my val\"" ]
        //    which is the same end result when applying libuv quoting rules. although the actual
        //    command line from libuv quoting rules would look like:
        //          foo.exe "myarg:\"my val\""
        //
        // 3) double-up slashes that precede a quote,
        //    e.g.  hello \world    => "hello \world"
        //          hello\"world    => "hello\\""world"
        //          hello\\"world   => "hello\\\\""world"
        //          hello world\    => "hello world\\"
        //
        //    technically this is not required for a cmd.exe command line, or the batch argument parser.
        //    the reasons for including this as a .cmd quoting rule are:
        //
        //    a) this is optimized for the scenario where the argument is passed from the .cmd file to an
        //       external program. many programs (e.g. .NET console apps) rely on the slash-doubling rule.
        //
        //    b) it's what we've been doing previously (by deferring to node default behavior) and we
        //       haven't heard any complaints about that aspect.
        //
        // note, a weakness of the quoting rules chosen here, is that % is not escaped. in fact, % cannot be
        // escaped when used on the command line directly - even though within a .cmd file % can be escaped
        // by using %%.
        //
        // the saving grace is, on the command line, %var% is left as-is if var is not defined. this contrasts
        // the line parsing rules within a .cmd file, where if var is not defined it is replaced with nothing.
        //
        // one option that was explored was replacing % with ^% - i.e. %var% => ^%var^%. this hack would
        // often work, since it is unlikely that var^ would exist, and the ^ character is removed when the
        // variable is used. the problem, however, is that ^ is not removed when %* is used to pass the args
        // to an external program.
        //
        // an unexplored potential solution for the % escaping problem, is to create a wrapper .cmd file.
        // % can be escaped within a .cmd file.
        let reverse = '"';
        let quoteHit = true;
        for (let i = arg.length; i > 0; i--) {
            // walk the string in reverse
            reverse += arg[i - 1];
            if (quoteHit && arg[i - 1] === '\\') {
                reverse += '\\'; // double the slash
            }
            else if (arg[i - 1] === '"') {
                quoteHit = true;
                reverse += '"'; // double the quote
            }
            else {
                quoteHit = false;
            }
        }
        reverse += '"';
        return reverse.split('').reverse().join('');
    }
    _uvQuoteCmdArg(arg) {
        // Tool runner wraps child_process.spawn() and needs to apply the same quoting as
        // Node in certain cases where the undocumented spawn option windowsVerbatimArguments
        // is used.
        //
        // Since this function is a port of quote_cmd_arg from Node 4.x (technically, lib UV,
        // see https://github.com/nodejs/node/blob/v4.x/deps/uv/src/win/process.c for details),
        // pasting copyright notice from Node within this function:
        //
        //      Copyright Joyent, Inc. and other Node contributors. All rights reserved.
        //
        //      Permission is hereby granted, free of charge, to any person obtaining a copy
        //      of this software and associated documentation files (the "Software"), to
        //      deal in the Software without restriction, including without limitation the
        //      rights to use, copy, modify, merge, publish, distribute, sublicense, and/or
        //      sell copies of the Software, and to permit persons to whom the Software is
        //      furnished to do so, subject to the following conditions:
        //
        //      The above copyright notice and this permission notice shall be included in
        //      all copies or substantial portions of the Software.
        //
        //      THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
        //      IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
        //      FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
        //      AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
        //      LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING
        //      FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS
        //      IN THE SOFTWARE.
        if (!arg) {
            // Need double quotation for empty argument
            return '""';
        }
        if (!arg.includes(' ') && !arg.includes('\t') && !arg.includes('"')) {
            // No quotation needed
            return arg;
        }
        if (!arg.includes('"') && !arg.includes('\\')) {
            // No embedded double quotes or backslashes, so I can just wrap
            // quote marks around the whole thing.
            return `"${arg}"`;
        }
        // Expected input/output:
        //   input : hello"world
        //   output: "hello\"world"
        //   input : hello""world
        //   output: "hello\"\"world"
        //   input : hello\world
        //   output: hello\world
        //   input : hello\\world
        //   output: hello\\world
        //   input : hello\"world
        //   output: "hello\\\"world"
        //   input : hello\\"world
        //   output: "hello\\\\\"world"
        //   input : hello world\
        //   output: "hello world\\" - note the comment in libuv actually reads "hello world\"
        //                             but it appears the comment is wrong, it should be "hello world\\"
        let reverse = '"';
        let quoteHit = true;
        for (let i = arg.length; i > 0; i--) {
            // walk the string in reverse
            reverse += arg[i - 1];
            if (quoteHit && arg[i - 1] === '\\') {
                reverse += '\\';
            }
            else if (arg[i - 1] === '"') {
                quoteHit = true;
                reverse += '\\';
            }
            else {
                quoteHit = false;
            }
        }
        reverse += '"';
        return reverse.split('').reverse().join('');
    }
    _cloneExecOptions(options) {
        options = options || {};
        const result = {
            cwd: options.cwd || process.cwd(),
            env: options.env || process.env,
            silent: options.silent || false,
            windowsVerbatimArguments: options.windowsVerbatimArguments || false,
            failOnStdErr: options.failOnStdErr || false,
            ignoreReturnCode: options.ignoreReturnCode || false,
            delay: options.delay || 10000
        };
        result.outStream = options.outStream || process.stdout;
        result.errStream = options.errStream || process.stderr;
        return result;
    }
    _getSpawnOptions(options, toolPath) {
        options = options || {};
        const result = {};
        result.cwd = options.cwd;
        result.env = options.env;
        result['windowsVerbatimArguments'] =
            options.windowsVerbatimArguments || this._isCmdFile();
        if (options.windowsVerbatimArguments) {
            result.argv0 = `"${toolPath}"`;
        }
        return result;
    }
    /**
     * Exec a tool.
     * Output will be streamed to the live console.
     * Returns promise with return code
     *
     * @param     tool     path to tool to exec
     * @param     options  optional exec options.  See ExecOptions
     * @returns   number
     */
    exec() {
        return __awaiter$1(this, void 0, void 0, function* () {
            // root the tool path if it is unrooted and contains relative pathing
            if (!isRooted(this.toolPath) &&
                (this.toolPath.includes('/') ||
                    (IS_WINDOWS && this.toolPath.includes('\\')))) {
                // prefer options.cwd if it is specified, however options.cwd may also need to be rooted
                this.toolPath = path.resolve(process.cwd(), this.options.cwd || process.cwd(), this.toolPath);
            }
            // if the tool is only a file name, then resolve it from the PATH
            // otherwise verify it exists (add extension on Windows if necessary)
            this.toolPath = yield which$1(this.toolPath, true);
            return new Promise((resolve, reject) => __awaiter$1(this, void 0, void 0, function* () {
                this._debug(`exec tool: ${this.toolPath}`);
                this._debug('arguments:');
                for (const arg of this.args) {
                    this._debug(`   ${arg}`);
                }
                const optionsNonNull = this._cloneExecOptions(this.options);
                if (!optionsNonNull.silent && optionsNonNull.outStream) {
                    optionsNonNull.outStream.write(this._getCommandString(optionsNonNull) + os.EOL);
                }
                const state = new ExecState(optionsNonNull, this.toolPath);
                state.on('debug', (message) => {
                    this._debug(message);
                });
                if (this.options.cwd && !(yield exists(this.options.cwd))) {
                    return reject(new Error(`The cwd: ${this.options.cwd} does not exist!`));
                }
                const fileName = this._getSpawnFileName();
                const cp = child.spawn(fileName, this._getSpawnArgs(optionsNonNull), this._getSpawnOptions(this.options, fileName));
                let stdbuffer = '';
                if (cp.stdout) {
                    cp.stdout.on('data', (data) => {
                        if (this.options.listeners && this.options.listeners.stdout) {
                            this.options.listeners.stdout(data);
                        }
                        if (!optionsNonNull.silent && optionsNonNull.outStream) {
                            optionsNonNull.outStream.write(data);
                        }
                        stdbuffer = this._processLineBuffer(data, stdbuffer, (line) => {
                            if (this.options.listeners && this.options.listeners.stdline) {
                                this.options.listeners.stdline(line);
                            }
                        });
                    });
                }
                let errbuffer = '';
                if (cp.stderr) {
                    cp.stderr.on('data', (data) => {
                        state.processStderr = true;
                        if (this.options.listeners && this.options.listeners.stderr) {
                            this.options.listeners.stderr(data);
                        }
                        if (!optionsNonNull.silent &&
                            optionsNonNull.errStream &&
                            optionsNonNull.outStream) {
                            const s = optionsNonNull.failOnStdErr
                                ? optionsNonNull.errStream
                                : optionsNonNull.outStream;
                            s.write(data);
                        }
                        errbuffer = this._processLineBuffer(data, errbuffer, (line) => {
                            if (this.options.listeners && this.options.listeners.errline) {
                                this.options.listeners.errline(line);
                            }
                        });
                    });
                }
                cp.on('error', (err) => {
                    state.processError = err.message;
                    state.processExited = true;
                    state.processClosed = true;
                    state.CheckComplete();
                });
                cp.on('exit', (code) => {
                    state.processExitCode = code;
                    state.processExited = true;
                    this._debug(`Exit code ${code} received from tool '${this.toolPath}'`);
                    state.CheckComplete();
                });
                cp.on('close', (code) => {
                    state.processExitCode = code;
                    state.processExited = true;
                    state.processClosed = true;
                    this._debug(`STDIO streams have closed for tool '${this.toolPath}'`);
                    state.CheckComplete();
                });
                state.on('done', (error, exitCode) => {
                    if (stdbuffer.length > 0) {
                        this.emit('stdline', stdbuffer);
                    }
                    if (errbuffer.length > 0) {
                        this.emit('errline', errbuffer);
                    }
                    cp.removeAllListeners();
                    if (error) {
                        reject(error);
                    }
                    else {
                        resolve(exitCode);
                    }
                });
                if (this.options.input) {
                    if (!cp.stdin) {
                        throw new Error('child process missing stdin');
                    }
                    cp.stdin.end(this.options.input);
                }
            }));
        });
    }
}
/**
 * Convert an arg string to an array of args. Handles escaping
 *
 * @param    argString   string of arguments
 * @returns  string[]    array of arguments
 */
function argStringToArray(argString) {
    const args = [];
    let inQuotes = false;
    let escaped = false;
    let arg = '';
    function append(c) {
        // we only escape double quotes.
        if (escaped && c !== '"') {
            arg += '\\';
        }
        arg += c;
        escaped = false;
    }
    for (let i = 0; i < argString.length; i++) {
        const c = argString.charAt(i);
        if (c === '"') {
            if (!escaped) {
                inQuotes = !inQuotes;
            }
            else {
                append(c);
            }
            continue;
        }
        if (c === '\\' && escaped) {
            append(c);
            continue;
        }
        if (c === '\\' && inQuotes) {
            escaped = true;
            continue;
        }
        if (c === ' ' && !inQuotes) {
            if (arg.length > 0) {
                args.push(arg);
                arg = '';
            }
            continue;
        }
        append(c);
    }
    if (arg.length > 0) {
        args.push(arg.trim());
    }
    return args;
}
class ExecState extends events.EventEmitter {
    constructor(options, toolPath) {
        super();
        this.processClosed = false; // tracks whether the process has exited and stdio is closed
        this.processError = '';
        this.processExitCode = 0;
        this.processExited = false; // tracks whether the process has exited
        this.processStderr = false; // tracks whether stderr was written to
        this.delay = 10000; // 10 seconds
        this.done = false;
        this.timeout = null;
        if (!toolPath) {
            throw new Error('toolPath must not be empty');
        }
        this.options = options;
        this.toolPath = toolPath;
        if (options.delay) {
            this.delay = options.delay;
        }
    }
    CheckComplete() {
        if (this.done) {
            return;
        }
        if (this.processClosed) {
            this._setResult();
        }
        else if (this.processExited) {
            this.timeout = setTimeout$1(ExecState.HandleTimeout, this.delay, this);
        }
    }
    _debug(message) {
        this.emit('debug', message);
    }
    _setResult() {
        // determine whether there is an error
        let error;
        if (this.processExited) {
            if (this.processError) {
                error = new Error(`There was an error when attempting to execute the process '${this.toolPath}'. This may indicate the process failed to start. Error: ${this.processError}`);
            }
            else if (this.processExitCode !== 0 && !this.options.ignoreReturnCode) {
                error = new Error(`The process '${this.toolPath}' failed with exit code ${this.processExitCode}`);
            }
            else if (this.processStderr && this.options.failOnStdErr) {
                error = new Error(`The process '${this.toolPath}' failed because one or more lines were written to the STDERR stream`);
            }
        }
        // clear the timeout
        if (this.timeout) {
            clearTimeout(this.timeout);
            this.timeout = null;
        }
        this.done = true;
        this.emit('done', error, this.processExitCode);
    }
    static HandleTimeout(state) {
        if (state.done) {
            return;
        }
        if (!state.processClosed && state.processExited) {
            const message = `The STDIO streams did not close within ${state.delay / 1000} seconds of the exit event from process '${state.toolPath}'. This may indicate a child process inherited the STDIO streams and has not yet exited.`;
            state._debug(message);
        }
        state._setResult();
    }
}

var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
/**
 * Exec a command.
 * Output will be streamed to the live console.
 * Returns promise with return code
 *
 * @param     commandLine        command to execute (can include additional args). Must be correctly escaped.
 * @param     args               optional arguments for tool. Escaping is handled by the lib.
 * @param     options            optional exec options.  See ExecOptions
 * @returns   Promise<number>    exit code
 */
function exec(commandLine, args, options) {
    return __awaiter(this, void 0, void 0, function* () {
        const commandArgs = argStringToArray(commandLine);
        if (commandArgs.length === 0) {
            throw new Error(`Parameter 'commandLine' cannot be null or empty.`);
        }
        // Path to tool to execute should be first arg
        const toolPath = commandArgs[0];
        args = commandArgs.slice(1).concat(args || []);
        const runner = new ToolRunner(toolPath, args, options);
        return runner.exec();
    });
}

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
      if ((await stat$1(candidate)).isFile()) return candidate;
    } catch {
    }
  }
  return void 0;
}

const KEEP = 64 << 20;
function createHost(log) {
  const path = searchPath(process.env["PATH"]);
  const find = (program) => which(program, path);
  return {
    log,
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
  }).finally(() => stdin === void 0 ? void 0 : rm$1(dirname(stdin), { recursive: true, force: true }));
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  if (command.logFile !== void 0) await appendFile(command.logFile, Buffer.concat(logged));
  return { status, stdout: kept.stdout.text(), stderr: kept.stderr.text(), timedOut: hasTimedOut(status, seconds, command.seconds), seconds };
}
async function inputFile(input) {
  const file = join(await mkdtemp(join(tmpdir(), "kmod-gate-stdin-")), "stdin");
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

function surroundings() {
  return { cwd: process.cwd(), home: homedir(), processors: availableParallelism(), variables: process.env };
}

const TOOL = `kmod-gate ${VERSION}`;
const ISSUES = "https://github.com/kmod-gate/kmod-gate/issues";

function crashText(error) {
  const { message = String(error), stack, syscall, code } = typeof error === "object" && error !== null ? error : {};
  if (code !== void 0 && syscall !== void 0) return `Error: nothing is known about the module, since the system refused what the gate needs: ${message}`;
  return `Error: a defect of ${TOOL} ended the run, so nothing is known about the module. Please report it with this text: ${ISSUES}
${stack ?? message}`;
}

const MAX_LINE = 2e3;
const TERMINAL_SEQUENCES = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;
const INVISIBLE = new RegExp("[^\\P{Cc}\\n\\t]|\\p{Cf}|\\p{Default_Ignorable_Code_Point}", "gu");
const LINE_ENDS = /\r\n?|[\u0085\u2028\u2029]/g;
const LONE_SURROGATES = new RegExp("\\p{Surrogate}", "gu");
function plainLine(line) {
  const visible = line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)} \u2026 (${line.length - MAX_LINE} more characters)` : line;
  return visible.replace(LONE_SURROGATES, "\uFFFD").replace(/^(\s*:)(?=:)/, "$1 ").replaceAll("##[", "## [");
}
function plainText(text) {
  return text.replace(TERMINAL_SEQUENCES, "").replace(LINE_ENDS, "\n").replace(INVISIBLE, "").split("\n").map(plainLine).join("\n");
}
function plainOneLine(text) {
  return plainText(text.replace(LINE_ENDS, " ").replace(/[\n\t]+/g, " ")).trim();
}

function kernelWords(spec) {
  if (spec.kind === "default") return "the default kernel";
  return spec.kind === "series" ? `the newest ${spec.series} kernel` : spec.release;
}
function moduleWords(source) {
  if (source.kind === "in-tree") return source.path;
  return source.path === "." ? basename(source.repository) : source.path;
}
function subjectOf({ modules, request }) {
  const { shown, more } = firstOf(modules.map(({ name }) => name), 3);
  if (shown.length === 0) return plainOneLine(moduleWords(request.module));
  const rest = more > 0 ? [`${more} more`] : [];
  const names = [...shown, ...rest];
  return plainOneLine(names.length === 1 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`);
}
function kernelOf({ target, request }) {
  return target?.release ?? kernelWords(request.kernel);
}
function titles(report, severity) {
  const { shown, more } = firstOf(report.findings.filter((finding) => finding.severity === severity), 1);
  const title = plainOneLine(shown[0]?.title ?? "no reason was left").replace(/[.:]+$/, "");
  return more === 0 ? `${title}.` : `${title} (and ${more} more).`;
}
function verdictSentence(report) {
  const subject = subjectOf(report);
  const kernel = kernelOf(report);
  if (report.verdict === "fail") return `${subject} must not be released for ${kernel}: ${titles(report, "fail")}`;
  if (report.verdict === "error") return `${subject} could not be checked for ${kernel}: ${titles(report, "error")}`;
  const one = report.modules.length <= 1;
  const builds = `${subject} ${one ? "builds" : "build"} for ${kernel} under its own config`;
  return report.guest === void 0 ? `${builds}; it was not booted.` : `${builds}, ${one ? "loads and unloads" : "load and unload"}.`;
}

function markdownText(text) {
  return plainOneLine(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replace(/[\\`*[\]~#!$@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\$&").replaceAll("|", "&#124;").replace(/:\/\//g, "&#58;//");
}
function codeSpan(text) {
  const code = plainOneLine(text);
  const fence = "`".repeat(longestRun(code) + 1);
  return code === "" ? "" : /^`|`$/.test(code) ? `${fence} ${code} ${fence}` : `${fence}${code}${fence}`;
}
function codeBlock(text, language = "text") {
  const code = plainText(text);
  const fence = "`".repeat(Math.max(3, longestRun(code) + 1));
  return `${fence}${language}
${code}
${fence}`;
}
function longestRun(text) {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

function duration(seconds) {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
function byteSize(bytes) {
  if (bytes < 1e3) return `${bytes} B`;
  return bytes < 999950 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

const MARKS = { pass: "\u2713", fail: "\u2717", error: "!", skipped: "\u2013" };
const ASCII_MARKS = { pass: "+", fail: "x", error: "!", skipped: "-" };
const EMOJI = { pass: "\u2705", fail: "\u274C", error: "\u26A0\uFE0F", skipped: "\u2796" };
const SEVERITY_EMOJI = { fail: "\u274C", error: "\u26A0\uFE0F", warning: "\u{1F538}", note: "\u2139\uFE0F" };
const WEIGHT = { fail: 0, error: 1, warning: 2, note: 3 };
function byWeight(findings) {
  return [...findings].sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity]);
}

function placeText({ file, line, column }) {
  return [file, line, column].filter((part) => part !== void 0).join(":");
}

function parseInTreePath(value, name) {
  const path = value.replace(/^(?:\.\/+)+/, "").replace(/\/+$/, "").replace(/\/{2,}/g, "/");
  const parts = path.split("/");
  if (value.startsWith("/")) throw new UsageError(name, value, "Allowed is a path relative to the root of the kernel source, such as drivers/net/can/usb/etas_es58x.");
  if (parts.includes("..") || parts.includes(".")) throw new UsageError(name, value, "Allowed is a path without . and .. in it, such as drivers/net/can/usb/etas_es58x.");
  if (!/^[A-Za-z0-9_][\w.+/-]*$/.test(path)) throw new UsageError(name, value, "Allowed is a directory of the kernel source, such as drivers/net/can/usb/etas_es58x: letters, digits and _ . + - /.");
  return path;
}

const RELEASE = /^\d+\.\d+[0-9A-Za-z.+~_-]*-[a-z][0-9a-z]*(?:-[a-z][0-9a-z]*)*$/;
const SERIES = /^\d+(?:\.\d+)?$/;
function parseKernel(value, name) {
  if (value === "default") return { kind: "default" };
  if (SERIES.test(value)) return { kind: "series", series: value };
  if (RELEASE.test(value)) return { kind: "release", release: value };
  throw new UsageError(name, value, "Allowed are default, a release as uname -r says it (6.1.0-56-amd64), or a series (6.12 or 6).");
}

function shellQuote(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
function shellWords(text) {
  const words = [];
  const token = /\s+|'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s'"\\]+)/gy;
  let word;
  let end = 0;
  for (const match of text.matchAll(token)) {
    if (match.index !== end) return void 0;
    end += match[0].length;
    const part = match[1] ?? match[2]?.replace(/\\([$`"\\])/g, "$1").replaceAll("\\\n", "") ?? (match[3] === "\n" ? "" : match[3]) ?? match[4];
    if (part !== void 0) word = (word ?? "") + part;
    else if (word !== void 0) {
      words.push(word);
      word = void 0;
    }
  }
  if (end !== text.length) return void 0;
  return word === void 0 ? words : [...words, word];
}

const SAME_COMPILER = "the toolchain is the one that the kernel\u2019s .config names";
const SAME_TREE = "the gate itself says where the kernel tree is and what is built in it";
const NO_DETOUR = "it would bring in what the gate cannot see";
const RESERVED = {
  M: SAME_TREE,
  MO: SAME_TREE,
  KBUILD_EXTMOD: SAME_TREE,
  KBUILD_EXTMOD_OUTPUT: SAME_TREE,
  O: SAME_TREE,
  KBUILD_OUTPUT: SAME_TREE,
  KBUILD_SRC: SAME_TREE,
  KERNELRELEASE: "a module must carry the release of the kernel that it is checked for",
  KERNELVERSION: "a module must carry the release of the kernel that it is checked for",
  KCONFIG_CONFIG: "the config is the kernel\u2019s own; use options for what must differ",
  KBUILD_MODPOST_WARN: "it would turn unresolved symbols into warnings",
  ARCH: SAME_COMPILER,
  SRCARCH: SAME_COMPILER,
  CROSS_COMPILE: SAME_COMPILER,
  CC: SAME_COMPILER,
  LD: SAME_COMPILER,
  LLVM: SAME_COMPILER,
  LLVM_IAS: SAME_COMPILER,
  PAHOLE: SAME_COMPILER,
  RUSTC: SAME_COMPILER,
  BINDGEN: SAME_COMPILER,
  MAKEFLAGS: NO_DETOUR,
  GNUMAKEFLAGS: NO_DETOUR,
  MFLAGS: NO_DETOUR,
  MAKEOVERRIDES: NO_DETOUR,
  MAKEFILES: NO_DETOUR,
  SHELL: NO_DETOUR
};
const HARMLESS = /* @__PURE__ */ new Set(["-k", "--keep-going", "-s", "--silent", "--quiet", "--no-print-directory", "--trace", "--warn-undefined-variables"]);
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_.-]*)\s*(?:[+?!]|:{1,3})?=/;
const ALLOWED = `Allowed are NAME=value and ${[...HARMLESS].filter((option) => option.startsWith("--")).join(", ")}.`;
function parseMakeArgs(value, name) {
  const words = shellWords(value);
  if (words === void 0) throw new UsageError(name, value, "A quote is not closed, or a backslash stands at the end.");
  for (const word of words) {
    const variable = ASSIGNMENT.exec(word)?.[1];
    if (variable === void 0 && !HARMLESS.has(word)) throw new UsageError(name, word, ALLOWED);
    const reason = variable !== void 0 && Object.hasOwn(RESERVED, variable) ? RESERVED[variable] : void 0;
    if (reason !== void 0) throw new UsageError(name, word, `${variable ?? word} is reserved: ${reason}.`);
  }
  return words;
}

const OPTION = /^(?:CONFIG_)?([A-Za-z0-9_]+)=(y|m|n|-?\d+|0[xX][0-9a-fA-F]+|"(?:[^"\\]|\\["\\])*")$/;
function parseOption(line, name) {
  const [, symbol, value] = OPTION.exec(line) ?? [];
  if (symbol !== void 0 && value !== void 0) return { symbol, value };
  throw new UsageError(name, line, 'Allowed is one CONFIG_NAME=value on each line, where value is y, m, n, a number (10, 0x1f) or a "string" in double quotes.');
}
function distinctOptions(options, name) {
  const values = /* @__PURE__ */ new Map();
  for (const { symbol, value } of options) {
    const before = values.get(symbol);
    if (before !== void 0 && before !== value) throw new UsageError(name, `CONFIG_${symbol}=${value}`, `CONFIG_${symbol}=${before} is asked for too; a symbol has one value.`);
    values.set(symbol, value);
  }
  return [...values].map(([symbol, value]) => ({ symbol, value }));
}
function parseAllowance(line, name) {
  const [, symbol, reason] = /^(?:CONFIG_)?([A-Za-z0-9_]+)\s*:\s*(\S.*)$/.exec(line) ?? [];
  if (symbol !== void 0 && reason !== void 0) return { symbol, reason };
  throw new UsageError(name, line, "Allowed is one SYMBOL: reason on each line; the reason is needed, since it stands in the report.");
}

const text = (value) => value;
function integer(least, most, unit) {
  return (value, name) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (number >= least && number <= most) return number;
    throw new UsageError(name, value, `Allowed is a whole number of ${unit} from ${least} to ${most}.`);
  };
}
function optional(parse) {
  return (value, name) => value === "" ? void 0 : parse(value, name);
}
const BOOLEANS = { true: true, True: true, TRUE: true, false: false, False: false, FALSE: false };
const boolean = (value, name) => {
  const known = Object.hasOwn(BOOLEANS, value) ? BOOLEANS[value] : void 0;
  if (known === void 0) throw new UsageError(name, value, "Allowed are true and false.");
  return known;
};
function oneOf(...words) {
  return (value, name) => {
    const known = words.find((word) => word === value);
    if (known === void 0) throw new UsageError(name, value, `Allowed are ${words.join(", ")}.`);
    return known;
  };
}
function lines(parse) {
  return (value, name) => value.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "").map((line) => parse(line, name));
}

function input(row) {
  return { many: false, ...row };
}
const INPUTS = {
  module: input({
    name: "module",
    description: "Directory of the module that is checked; it holds a Kbuild or Makefile. It is built in a copy of its repository, so that the checkout stays as it is.",
    default: ".",
    placeholder: "DIR",
    parse: text
  }),
  inTree: input({
    name: "in-tree",
    description: "Instead of `module`: a directory of the kernel\u2019s own source whose driver the distribution left off, such as `drivers/net/can/usb/etas_es58x`. Turn the driver on with `options`.",
    default: "",
    placeholder: "DIR",
    parse: optional(parseInTreePath)
  }),
  kernel: input({
    name: "kernel",
    description: "Kernel the module is checked for: `default` (the one that the container\u2019s suite installs), a release as `uname -r` says it (`6.1.0-56-amd64`), or a series (`6.12`: its newest release that has image, headers and source of one version).",
    default: "default",
    placeholder: "KERNEL",
    parse: parseKernel
  }),
  options: input({
    name: "options",
    description: "Kernel options that the module needs beyond the kernel\u2019s own config, one `CONFIG_NAME=value` on each line. Nothing else may differ.",
    default: "",
    placeholder: "CONFIG_NAME=VALUE",
    many: true,
    parse: (value, name) => distinctOptions(lines(parseOption)(value, name), name)
  }),
  allowances: input({
    name: "allow-config-delta",
    description: "Symbols that may differ from the kernel\u2019s config all the same, one `SYMBOL: reason` on each line. An allowance that matches nothing is a warning.",
    default: "",
    placeholder: "SYMBOL:REASON",
    many: true,
    parse: lines(parseAllowance)
  }),
  makeArgs: input({
    name: "make-args",
    description: 'Further arguments of make for the module\u2019s build, such as `W=1 KCFLAGS="-DDEBUG -Werror"`: words as in a shell, quotes count, nothing is expanded.',
    default: "",
    placeholder: "NAME=VALUE",
    many: true,
    parse: parseMakeArgs
  }),
  jobs: input({
    name: "jobs",
    description: "How many jobs make may run at once. Empty: the number of processors.",
    default: "",
    placeholder: "N",
    parse: optional(integer(1, 1024, "jobs"))
  }),
  install: input({
    name: "install",
    description: "Whether missing packages may be installed. With `false` nothing is installed, and each missing piece is a finding that names its package.",
    default: "true",
    placeholder: "true|false",
    parse: boolean
  }),
  boot: input({
    name: "boot",
    description: "How the kernel is booted to load and unload the module: `auto` (KVM where a guest really comes up under it, else emulation), `kvm`, `tcg` (emulation), or `off`.",
    default: "auto",
    placeholder: "auto|kvm|tcg|off",
    parse: oneOf("auto", "kvm", "tcg", "off")
  }),
  bootTimeout: input({
    name: "boot-timeout",
    description: "Seconds that the guest may take from power-on to power-off.",
    default: "120",
    placeholder: "SECONDS",
    parse: integer(5, 3600, "seconds")
  }),
  memory: input({
    name: "memory",
    description: "Memory of the guest in MiB.",
    default: "512",
    placeholder: "MIB",
    parse: integer(64, 65536, "MiB")
  }),
  cpus: input({
    name: "cpus",
    description: "Processors of the guest.",
    default: "1",
    placeholder: "N",
    parse: integer(1, 64, "processors")
  }),
  outputDir: input({
    name: "output-dir",
    description: "Directory for the modules, logs and reports; made when it does not exist.",
    default: "kmod-gate-out",
    placeholder: "DIR",
    parse: text
  }),
  cacheDir: input({
    name: "cache-dir",
    description: "Directory that keeps downloads from run to run. Empty: `kmod-gate` in the runner\u2019s tool cache, else in `$XDG_CACHE_HOME`, else in `~/.cache`.",
    default: "",
    placeholder: "DIR",
    parse: optional(text)
  })
};
const INPUT_LIST = Object.values(INPUTS);

function kernelWord(spec) {
  if (spec.kind === "default") return "default";
  return spec.kind === "series" ? spec.series : spec.release;
}
function positional(path) {
  return path.startsWith("-") ? `./${path}` : path;
}
function reproduceArgs(request, release) {
  const { module } = request;
  const kernel = release ?? kernelWord(request.kernel);
  const single = [
    [INPUTS.kernel.name, kernel, INPUTS.kernel.default],
    [INPUTS.makeArgs.name, request.makeArgs.map(shellQuote).join(" "), INPUTS.makeArgs.default],
    [INPUTS.install.name, String(request.install), INPUTS.install.default],
    [INPUTS.boot.name, request.boot, INPUTS.boot.default],
    [INPUTS.bootTimeout.name, String(request.bootTimeout), INPUTS.bootTimeout.default],
    [INPUTS.memory.name, String(request.memory), INPUTS.memory.default],
    [INPUTS.cpus.name, String(request.cpus), INPUTS.cpus.default]
  ];
  return [
    "check",
    ...module.kind === "in-tree" ? [`--${INPUTS.inTree.name}`, module.path] : [positional(module.path)],
    ...request.options.flatMap(({ symbol, value }) => [`--${INPUTS.options.name}`, `CONFIG_${symbol}=${value}`]),
    ...request.allowances.flatMap(({ symbol, reason }) => [`--${INPUTS.allowances.name}`, `${symbol}: ${reason}`]),
    ...single.flatMap(([name, value, usual]) => value === usual ? [] : [`--${name}`, value])
  ];
}
function reproduceLine(request, release) {
  return ["kmod-gate", ...reproduceArgs(request, release)].map(shellQuote).join(" ");
}

const MOST_FINDINGS$1 = 12;
const MOST_MODULES = 12;
const DETAIL_LINES$2 = 40;
const DETAIL_LENGTH = 4e3;
function head(report) {
  const { target, tool } = report;
  const kernel = target === void 0 ? "" : `Kernel **${markdownText(target.release)}**, packages ${markdownText(target.packageVersion)} \xB7 `;
  const guest = report.guest === void 0 ? "" : ` \xB7 booted under ${report.guest.accelerator.toUpperCase()}`;
  return [
    `## ${EMOJI[report.verdict]} ${report.verdict}: ${markdownText(subjectOf(report))} for ${markdownText(kernelOf(report))}`,
    markdownText(verdictSentence(report)),
    `${kernel}${duration(report.seconds)}${guest} \xB7 kmod-gate ${markdownText(tool.version)}`
  ].join("\n\n");
}
function stages(report) {
  const rows = report.stages.map(
    ({ stage, outcome, seconds, summary }) => `| ${EMOJI[outcome]} | ${stage} | ${outcome === "skipped" ? "" : duration(seconds)} | ${markdownText(summary)} |`
  );
  return ["| | stage | time | |", "|---|---|--:|---|", ...rows].join("\n");
}
function evidence(detail) {
  return `<details><summary>Evidence</summary>

${codeBlock(firstLines(detail, DETAIL_LINES$2).slice(0, DETAIL_LENGTH))}

</details>`;
}
function finding$1({ severity, id, title, place, remedy, detail }) {
  const where = place === void 0 ? "" : `, ${codeSpan(placeText(place))}`;
  const what = `${SEVERITY_EMOJI[severity]} **${markdownText(title)}** (${codeSpan(id)}${where})`;
  return [what, ...remedy === void 0 ? [] : [`\u2192 ${markdownText(remedy)}`], ...detail === void 0 ? [] : [evidence(detail)]].join("\n\n");
}
function findings(report) {
  const { shown, more } = firstOf(byWeight(report.findings), MOST_FINDINGS$1);
  if (shown.length === 0) return "";
  return ["### Findings", ...shown.map(finding$1), ...more === 0 ? [] : [`and ${more} more in report.json`]].join("\n\n");
}
function modules(report) {
  const { shown, more } = firstOf(report.modules, MOST_MODULES);
  if (shown.length === 0) return "";
  const rows = shown.map(({ name, size, sha256 }) => `| ${markdownText(name)} | ${byteSize(size)} | ${markdownText(sha256.slice(0, 16))}\u2026 |`);
  return ["| module | size | SHA-256 |", "|---|--:|---|", ...rows, ...more === 0 ? [] : [`| and ${more} more | | |`]].join("\n");
}
function reportSummary(report) {
  const again = `The same on your machine: ${codeSpan(reproduceLine(report.request, report.target?.release))}`;
  const parts = [head(report), stages(report), findings(report), modules(report), again];
  return `${parts.filter((part) => part !== "").join("\n\n")}
`;
}

const MOST_FINDINGS = 20;
const DETAIL_LINES$1 = 20;
const COLOURS = { pass: 32, fail: 31, error: 33, skipped: 2 };
function coloured(text, code, look) {
  return look.colour ? `\x1B[${code}m${text}\x1B[0m` : text;
}
function stageLine({ stage, outcome, seconds, summary }, look) {
  const mark = coloured((look.utf8 ? MARKS : ASCII_MARKS)[outcome], COLOURS[outcome], look);
  const time = outcome === "skipped" ? "" : duration(seconds);
  return `${mark} ${stage.padEnd(9)} ${time.padStart(8)}  ${plainOneLine(summary)}`.trimEnd();
}
const OUTCOMES = { fail: "fail", error: "error", warning: "error", note: "skipped" };
function indented(text, by) {
  return text.split("\n").map((line) => by + line).join("\n");
}
function findingText(finding, look) {
  const severity = coloured(finding.severity, COLOURS[OUTCOMES[finding.severity]], look);
  const where = finding.place === void 0 ? "" : `${plainOneLine(placeText(finding.place))}: `;
  const arrow = look.utf8 ? "\u2192" : "->";
  return [
    `${severity}: ${where}${plainOneLine(finding.title)} [${plainOneLine(finding.id)}]`,
    ...finding.detail === void 0 ? [] : [indented(plainText(firstLines(finding.detail, DETAIL_LINES$1)), "    ")],
    ...finding.remedy === void 0 ? [] : [indented(`${arrow} ${plainText(finding.remedy)}`, "  ")]
  ].join("\n");
}
function endText(report, files, look) {
  const { shown, more } = firstOf(byWeight(report.findings), MOST_FINDINGS);
  const verdict = coloured(report.verdict.toUpperCase(), COLOURS[report.verdict], look);
  return [
    "",
    ...shown.map((finding) => `${findingText(finding, look)}
`),
    ...more === 0 ? [] : [`and ${more} more findings in the report
`],
    `${verdict}  ${plainOneLine(verdictSentence(report))} (${duration(report.seconds)})`,
    ...files === void 0 ? [] : [`report: ${plainOneLine(files.html)}`],
    ...report.verdict === "pass" ? [] : [`again:  ${plainOneLine(reproduceLine(report.request, report.target?.release))}`],
    ""
  ].join("\n");
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

function line(text) {
  return escapeHtml(plainOneLine(text));
}
function table(heads, rows) {
  const cell = (element, [text, classes]) => `<${element}${classes === void 0 ? "" : ` class="${escapeHtml(classes)}"`}>${line(text)}</${element}>`;
  const row = (element, cells) => `<tr>${cells.map((one) => cell(element, one)).join("")}</tr>`;
  const head = heads.length === 0 ? "" : `<thead>${row("th", heads)}</thead>`;
  return `<table>${head}<tbody>${rows.map((cells) => row("td", cells)).join("\n")}</tbody></table>`;
}
function section(title, html) {
  return html === "" ? "" : `<section><h2>${line(title)}</h2>${html}</section>`;
}

const MOST = 200;
const DETAIL_LINES = 400;
const CONSOLE_LINES = 400;
function bounded(items, row) {
  const { shown, more } = firstOf(items, MOST);
  return [...shown.map(row), ...more === 0 ? [] : [[[`and ${more} more in report.json`, "soft"]]]];
}
function folded(title, text) {
  return text === "" ? "" : `<details><summary>${line(title)}</summary><pre>${escapeHtml(plainText(text))}</pre></details>`;
}
function stageTable({ stages }) {
  const rows = stages.map(({ stage, outcome, seconds, summary }) => [
    [MARKS[outcome], `tone ${outcome}`],
    [stage, "short"],
    [outcome === "skipped" ? "" : duration(seconds), "num"],
    [summary]
  ]);
  return rows.length === 0 ? "" : `<div>${table([], rows)}</div>`;
}
function findingArticle({ severity, id, title, place, remedy, detail }) {
  const where = place === void 0 ? "" : ` \xB7 <code>${line(placeText(place))}</code>`;
  return [
    `<article class="${severity}"><h3>${line(title)}</h3><p class="soft"><span class="tone">${severity}</span> \xB7 <code>${line(id)}</code>${where}</p>`,
    remedy === void 0 ? "" : `<p>\u2192 ${line(remedy)}</p>`,
    detail === void 0 ? "" : `<pre>${escapeHtml(plainText(firstLines(detail, DETAIL_LINES)))}</pre>`,
    "</article>"
  ].join("");
}
function findingArticles({ findings }) {
  const { shown, more } = firstOf(byWeight(findings), MOST);
  return shown.map(findingArticle).join("\n") + (more === 0 ? "" : `<p class="soft">and ${more} more in report.json</p>`);
}
function causeWords({ cause }) {
  if (cause.kind === "tool") return cause.tool;
  if (cause.kind === "dependency") return `depends on ${cause.on}`;
  return cause.kind === "option" ? `requested option ${cause.option}` : "unknown";
}
function configTable({ config }) {
  if (config === void 0) return "";
  const row = (delta, why) => [[delta.symbol], [delta.before ?? "not set"], [delta.after ?? "not set"], [why, "soft"]];
  const beyond = config.groups.flatMap((group) => group.deltas.map((delta) => ({ delta, why: causeWords(group) })));
  const allowed = config.allowed.map((delta) => ({ delta, why: "allowed" }));
  const rows = bounded([...beyond, ...allowed], ({ delta, why }) => row(delta, why));
  return rows.length === 0 ? "" : `<div>${table([["symbol"], ["the kernel\u2019s"], ["here"], ["cause"]], rows)}</div>`;
}
function moduleTable({ modules }) {
  const rows = bounded(modules, ({ name, path, size, sha256, depends }) => [[name, "short"], [path], [byteSize(size), "num"], [depends.join(", ")], [sha256, "soft long"]]);
  return rows.length === 0 ? "" : `<div>${table([["module"], ["file"], ["size", "num"], ["depends on"], ["SHA-256"]], rows)}</div>`;
}
function toolTable({ tools }) {
  const outcome = { ok: "pass", missing: "fail", "other-version": "fail" };
  const rows = bounded(tools, ({ tool, state, expected, actual, package: name }) => [[MARKS[outcome[state]], `tone ${outcome[state]}`], [tool, "short"], [expected ?? "", "soft"], [actual ?? "missing"], [name, "soft short"]]);
  return rows.length === 0 ? "" : `<div>${table([[""], ["tool"], ["the kernel\u2019s"], ["here"], ["package"]], rows)}</div>`;
}
function guestSection(guest) {
  if (guest === void 0) return "";
  const rows = bounded(guest.steps, ({ kind, module, own, outcome, message, seconds }) => [
    [MARKS[outcome === "ok" ? "pass" : "fail"], `tone ${outcome === "ok" ? "pass" : "fail"}`],
    [`${kind} ${module}`, "short"],
    [own ? "" : "the kernel\u2019s own", "soft short"],
    [outcome, "short"],
    [`${seconds.toFixed(2)} s`, "num"],
    [message, "soft"]
  ]);
  const how = `${guest.entry} under ${guest.accelerator.toUpperCase()}, ${duration(guest.seconds)}, ended ${guest.end}. ${guest.acceleratorReason}`;
  return `<p class="soft">${line(how)}</p><div>${rows.length === 0 ? "" : table([], rows)}${folded("Kernel log", lastLines(guest.log, CONSOLE_LINES))}${folded("Console", lastLines(guest.consoleTail, CONSOLE_LINES))}</div>`;
}

const STYLE = `
:root { color-scheme: light dark; --fg: #1c2330; --soft: #5b6675; --bg: #f6f7f9; --card: #fff; --line: #dfe3e8; --pass: #1a7f37; --fail: #c5221f; --error: #9a6700; --skipped: #6b7684 }
@media (prefers-color-scheme: dark) { :root { --fg: #e3e8ef; --soft: #98a3b3; --bg: #12161c; --card: #1a2029; --line: #2d3642; --pass: #4cc26a; --fail: #ff7b72; --error: #e3b341; --skipped: #8a95a3 } }
* { box-sizing: border-box }
body { margin: 0; padding: 2rem 1rem 4rem; background: var(--bg); color: var(--fg); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto }
header { border-left: .4rem solid var(--tone); padding: .2rem 0 .2rem 1.2rem; margin-bottom: 2rem }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.3; overflow-wrap: anywhere }
h1 .verdict { color: var(--tone); text-transform: uppercase; letter-spacing: .04em }
header p { margin: .4rem 0 0; overflow-wrap: anywhere }
.soft { color: var(--soft) }
h2 { font-size: 1.05rem; margin: 2rem 0 .6rem }
section > div, article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; overflow-x: auto }
article { padding: .8rem 1rem; margin: 0 0 .7rem; border-left: .3rem solid var(--tone) }
article h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere }
article p { margin: .35rem 0 0; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% }
th, td { padding: .4rem .8rem; text-align: left; vertical-align: top; overflow-wrap: anywhere }
th { font-weight: 600; color: var(--soft); font-size: .85rem; white-space: nowrap }
td { min-width: 6rem }
tr + tr > *, thead + tbody > tr:first-child > * { border-top: 1px solid var(--line) }
.num { text-align: right; font-variant-numeric: tabular-nums }
.num, .short, td.tone { width: 1%; min-width: 0; white-space: nowrap }
.long { min-width: 14rem }
.tone { color: var(--tone); font-weight: 600 }
code, pre { font: 13px/1.45 ui-monospace, monospace; overflow-wrap: anywhere }
pre { margin: .5rem 0 0; padding: .7rem .9rem; background: var(--bg); border: 1px solid var(--line); border-radius: .4rem; overflow-x: auto; white-space: pre-wrap; max-height: 30rem; overflow-y: auto }
details > summary { cursor: pointer; color: var(--soft); margin-top: .35rem }
section > div > details { padding: .4rem .8rem .8rem; border-top: 1px solid var(--line) }
.pass { --tone: var(--pass) } .fail { --tone: var(--fail) } .error, .warning { --tone: var(--error) } .skipped, .note { --tone: var(--skipped) }
footer { margin-top: 2.5rem; font-size: .85rem }
`;

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
function facts({ target, seconds, started }) {
  const kernel = target === void 0 ? [] : [`packages ${target.packageVersion}`];
  return [...kernel, duration(seconds), started].map(line).join(" \xB7 ");
}
function reportHtml(report) {
  const title = `${subjectOf(report)} for ${kernelOf(report)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${report.verdict}: ${line(title)}</title>
<style>${STYLE}</style>
</head>
<body><main>
<header class="${report.verdict}"><h1><span class="verdict">${report.verdict}</span> ${line(title)}</h1>
<p>${line(verdictSentence(report))}</p>
<p class="soft">${facts(report)}</p></header>
${section("Findings", findingArticles(report))}
${section("Stages", stageTable(report))}
${section("Differences from the kernel\u2019s config", configTable(report))}
${section("Modules", moduleTable(report))}
${section("Guest", guestSection(report.guest))}
${section("Tools", toolTable(report))}
${section("Again on your machine", `<pre>${line(reproduceLine(report.request, report.target?.release))}</pre>`)}
<footer class="soft">${line(`${report.tool.name} ${report.tool.version}`)} \xB7 the same in report.json, for programs</footer>
</main></body>
</html>
`;
}

function shaped(...keys) {
  return (value) => Object.fromEntries(keys.filter((key) => value[key] !== void 0).map((key) => [key, value[key]]));
}
const packageRef = shaped("name", "version", "size", "sha256");
const place = shaped("file", "line", "column");
const guestStep = shaped("kind", "module", "own", "outcome", "status", "message", "seconds");
const guestRun = shaped("accelerator", "acceleratorReason", "entry", "release", "steps", "end", "log", "consoleTail", "consoleFile", "seconds");
const delta = shaped("symbol", "before", "after");
const finding = shaped("id", "stage", "severity", "title", "detail", "remedy", "place");
const kernelTarget = shaped("release", "packageVersion", "flavour", "series", "image", "headers", "source");
const shapedStage = shaped("stage", "outcome", "seconds", "summary");
const shapedTool = shaped("tool", "program", "package", "symbol", "expected", "actual", "state");
const shapedModule = shaped("name", "file", "path", "sha256", "size", "depends", "vermagic");
const shapedRequest = shaped("module", "kernel", "options", "allowances", "makeArgs", "jobs", "install", "boot", "bootTimeout", "memory", "cpus", "outputDir", "cacheDir");
function shapedFinding(value) {
  return { ...finding(value), ...value.place === void 0 ? {} : { place: place(value.place) } };
}
function shapedTarget(value) {
  return { ...kernelTarget(value), image: value.image.map(packageRef), headers: packageRef(value.headers), source: packageRef(value.source) };
}
function shapedConfig({ deltas, groups, allowed }) {
  return { deltas: deltas.map(delta), groups: groups.map((group) => ({ cause: group.cause, deltas: group.deltas.map(delta) })), allowed: allowed.map(delta) };
}
function shapedGuest(value) {
  return { ...guestRun(value), steps: value.steps.map(guestStep) };
}

const SCHEMA_VERSION = 1;
const MAX_LOG_LINES = 5e3;
function reportJson(report) {
  const { tool, verdict, started, seconds, request, target, stages, findings, tools, config, modules, guest } = report;
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: tool.name, version: tool.version },
    verdict,
    started,
    seconds,
    request: shapedRequest(request),
    reproduce: reproduceLine(request, target?.release),
    ...target === void 0 ? {} : { target: shapedTarget(target) },
    stages: stages.map(shapedStage),
    findings: findings.map(shapedFinding),
    tools: tools.map(shapedTool),
    ...config === void 0 ? {} : { config: shapedConfig(config) },
    modules: modules.map(shapedModule),
    ...guest === void 0 ? {} : { guest: shapedGuest({ ...guest, log: lastLines(guest.log, MAX_LOG_LINES), consoleTail: lastLines(guest.consoleTail, MAX_LOG_LINES) }) }
  };
}
function reportText(report) {
  const escape = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const json = JSON.stringify(reportJson(report), null, 2);
  const astral = json.replace(new RegExp("\\p{Cf}|\\p{Default_Ignorable_Code_Point}|[\\u007f-\\u009f\\u2028\\u2029]", "gu"), (found) => [...Array(found.length).keys()].map((i) => escape(found.charAt(i))).join(""));
  return `${astral.replaceAll("##[", "##\\u005b")}
`;
}

async function writeWhole(file, text) {
  const partial = `${file}.${process.pid}.partial`;
  try {
    await writeFile(partial, text);
    await rename$1(partial, file);
  } catch (error) {
    await rm$1(partial, { force: true });
    throw error;
  }
}
async function writeReports(report) {
  const { outputDir } = report.request;
  const files = { json: join(outputDir, "report.json"), html: join(outputDir, "report.html"), summary: join(outputDir, "summary.md") };
  await mkdir$1(outputDir, { recursive: true });
  await writeWhole(files.html, reportHtml(report));
  await writeWhole(files.summary, reportSummary(report));
  await writeWhole(files.json, reportText(report));
  return files;
}
async function writeReportsOrSay(report) {
  try {
    return { report, files: await writeReports(report) };
  } catch (error) {
    const finding = {
      id: "report.not-written",
      stage: report.stages.at(-1)?.stage ?? "boot",
      severity: "error",
      title: `The report could not be written to ${report.request.outputDir}`,
      detail: error instanceof Error ? error.message : String(error),
      remedy: "Free space there, or give another directory with output-dir."
    };
    const findings = [...report.findings, finding];
    return { report: { ...report, findings, verdict: verdictOf(findings) } };
  }
}

function isWithin(path, directory) {
  const below = relative(directory, path);
  return below === "" || below !== ".." && !below.startsWith("../");
}
function upwards(directory) {
  const parent = dirname(directory);
  return parent === directory ? [directory] : [directory, ...upwards(parent)];
}
async function holdsGit(directory) {
  return access(join(directory, ".git")).then(
    () => true,
    () => false
  );
}
async function repositoryOf(directory, home, workspace) {
  const never = /* @__PURE__ */ new Set(["/", home]);
  for (const candidate of upwards(directory)) {
    if (candidate !== directory && never.has(candidate)) break;
    if (await holdsGit(candidate)) return candidate;
  }
  return workspace !== void 0 && workspace !== "" && !never.has(workspace) && isWithin(directory, workspace) ? workspace : directory;
}

const INPUT = "module";
async function directory(value, cwd) {
  const path = resolve(cwd, value);
  const found = await stat$1(path).catch(() => void 0);
  if (found === void 0) throw new UsageError(INPUT, value, `There is no such directory (${path}).`);
  if (!found.isDirectory()) throw new UsageError(INPUT, value, `Allowed is the directory of the module; ${path} is a file.`);
  return realpath(path);
}
async function hasOneOf(dir, names) {
  const found = await Promise.all(names.map((name) => access(join(dir, name)).then(() => true, () => false)));
  return found.includes(true);
}
async function real(path) {
  return realpath(path).catch(() => path);
}
async function readModule(value, { cwd, home, variables }) {
  const dir = await directory(value, cwd);
  if (!await hasOneOf(dir, ["Kbuild", "Makefile"])) throw new UsageError(INPUT, value, `Allowed is a directory with a Kbuild or Makefile; ${dir} has neither.`);
  if (dir === "/") throw new UsageError(INPUT, value, "The root of the file system cannot be copied to be built in.");
  const workspace = variables["GITHUB_WORKSPACE"];
  const repository = await repositoryOf(dir, await real(home), workspace === void 0 || workspace === "" ? void 0 : await real(workspace));
  const path = relative(repository, dir);
  return { kind: "out-of-tree", repository, path: path === "" ? "." : path };
}

async function futurePath(path) {
  const there = await real(path);
  if (there !== path || dirname(path) === path || await stat$1(path).catch(() => void 0) !== void 0) return there;
  return join(await futurePath(dirname(path)), basename(path));
}
async function notAFile(input, value, path) {
  const found = await stat$1(path).catch(() => void 0);
  if (found !== void 0 && !found.isDirectory()) throw new UsageError(input, value, `Allowed is a directory; ${path} is a file.`);
}
async function readOutputDir(value, source, cwd) {
  const path = await futurePath(resolve(cwd, value));
  await notAFile("output-dir", value, path);
  const users = source.kind === "in-tree" ? [await real(cwd)] : [source.repository, join(source.repository, source.path)];
  const hit = users.find((directory) => isWithin(directory, path));
  if (hit !== void 0) throw new UsageError("output-dir", value, `Allowed is a directory of its own; results in ${path} would mix with the files in ${hit}.`);
  return path;
}
async function readCacheDir(value, { cwd, home, variables }) {
  const xdg = [variables["XDG_CACHE_HOME"]].find((path2) => path2?.startsWith("/") === true);
  const base = [variables["RUNNER_TOOL_CACHE"], xdg].find((path2) => path2 !== void 0 && path2 !== "") ?? join(home, ".cache");
  const path = resolve(cwd, value ?? join(base, "kmod-gate"));
  await notAFile("cache-dir", value ?? path, path);
  return path;
}

function given(get, { name }) {
  return get(name)?.trim() ?? "";
}
function read(get, row) {
  const value = given(get, row);
  return row.parse(value === "" ? row.default : value, row.name);
}
async function readSource(get, around) {
  const inTree = read(get, INPUTS.inTree);
  if (inTree === void 0) return readModule(read(get, INPUTS.module), around);
  const module = given(get, INPUTS.module);
  if (module !== "" && module !== INPUTS.module.default) throw new UsageError("module", module, `Allowed is either module or in-tree; in-tree is ${JSON.stringify(inTree)}.`);
  return { kind: "in-tree", path: inTree };
}
async function readRequest(get, around) {
  const values = {
    kernel: read(get, INPUTS.kernel),
    options: read(get, INPUTS.options),
    allowances: read(get, INPUTS.allowances),
    makeArgs: read(get, INPUTS.makeArgs),
    jobs: read(get, INPUTS.jobs) ?? around.processors,
    install: read(get, INPUTS.install),
    boot: read(get, INPUTS.boot),
    bootTimeout: read(get, INPUTS.bootTimeout),
    memory: read(get, INPUTS.memory),
    cpus: read(get, INPUTS.cpus)
  };
  const module = await readSource(get, around);
  return {
    module,
    ...values,
    outputDir: await readOutputDir(read(get, INPUTS.outputDir), module, around.cwd),
    cacheDir: await readCacheDir(read(get, INPUTS.cacheDir), around)
  };
}

export { GateError as G, INPUT_LIST as I, TOOL as T, UsageError as U, plainText as a, byWeight as b, firstLines as c, reportSummary as d, crashText as e, firstOf as f, codeBlock as g, surroundings as h, createHost as i, runGate as j, INPUTS as k, endText as l, reportText as m, plainOneLine as p, readRequest as r, stageLine as s, verdictSentence as v, writeReportsOrSay as w };
