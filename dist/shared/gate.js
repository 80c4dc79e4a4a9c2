import { readdir, readFile, writeFile, mkdir, copyFile, rename, symlink, readlink, stat, utimes, chmod, rm, unlink, realpath, rmdir, access, cp, lstat, mkdtemp } from 'node:fs/promises';
import { join, basename, relative, resolve, sep, isAbsolute, normalize, dirname, delimiter, posix } from 'node:path';
import { t as telling, f as duration, g as exists, G as GateError, m as makeScratch, l as lastLines, h as verdictOf, i as diagnose, j as viewFiles, o as openView, L as LISTS_STALE, k as ownMirrors, n as sourcesText, q as trustOf, u as entriesFor, E as ElfError, x as integer, y as range, z as aptFailure, A as architectureOf, V as VERSION$1, B as isWithin, C as shellQuote, D as plainOneLine, F as diffConfigs, H as describeDelta, I as parseConfig, J as unquote, K as sameValue, M as splitRequested, N as compilerPackage, O as compilerName, P as usesHeaders, Q as viewNamed, R as parseStanzas, S as crossFor, T as installPackages, W as nativeArchitecture, X as suiteOfArchive, U as UsageError, Y as ARCHITECTURES, Z as refreshLists, _ as describeIdentity, $ as ET_REL$1, a0 as EM_X86_64, a1 as EM_386, a2 as identifyElf, a3 as checkVermagic, a4 as isOwn, a5 as OWN_VIEW, a6 as kernelStanzas, a7 as PackageIndex, a8 as longFlavour, a9 as kernelText, aa as imageDependency, ab as parseRelease, ac as compareVersions, ad as parseSnapshotUrl, ae as snapshotAddress, af as CONFIG_ARGS, ag as suiteNamed, ah as addedTo, ai as openSuite, aj as architectureOfSpec, ak as listsAge } from './read-request.js';
import { createHash, randomBytes } from 'node:crypto';
import { r as readModinfo, w as withCauses, f as folderOf, d as decompress, c as compressionOf, n as notUnpacked, R as RECORD, k as kindFlag, v as vlenOf, a as kindOf$1, b as kindNumber, i as isMade, m as makeParts, e as downloadPackages, u as unpackPart, g as unpackPackage, p as packModules, h as guestBusybox, j as NAME_LENGTH$1, s as sha256Of, l as releaseOfImage, q as isElf, t as buildIdOf, x as openElf, B as Btf, y as BtfError, L as LONGEST_NAME, W as WITH_LAYOUT, z as allocatedSection, S as StringTable, A as relocationsOf, C as SHN, D as modinfoOf, E as SHT$1, F as readSymbols, G as STB_WEAK, H as SHF_ALLOC, I as sameComposite, J as sameEnum, K as sameMember, M as bare, O as sideBySide, P as relocations, Q as proveThisModule, T as readRawImage, U as openModules, V as readModule, X as btfOfImage, Y as identityOfImage, Z as dependencyClosure, _ as Recorder, $ as recordingStrays, a0 as withWorkDir, a1 as Stopped, a2 as beginAhead, a3 as beginBoot, a4 as packStage } from './outputs.js';
import { existsSync, constants, lstatSync, readFileSync, rmSync, rmdirSync, mkdirSync, symlinkSync, writeSync, ftruncateSync, fchmodSync, closeSync, openSync, fstatSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { gunzip, gzip } from 'node:zlib';

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
const MOST$4 = 50;
function buildFindings(output, locate) {
  const found = /* @__PURE__ */ new Map();
  for (const line of output.split(/\r?\n/)) {
    const finding = match(line, locate);
    if (finding === void 0) continue;
    const key = JSON.stringify([finding.id, finding.title, finding.place]);
    if (!found.has(key)) found.set(key, { ...finding, stage: "build" });
  }
  const all = [...found.values()];
  if (all.length <= MOST$4) return all;
  const told = [...all.filter((f) => f.severity === "fail"), ...all.filter((f) => f.severity !== "fail")].slice(0, MOST$4);
  return [...told, { id: "build.more", stage: "build", severity: "note", title: `${all.length - MOST$4} more messages of the compiler are in make.log` }];
}
function match(line, locate) {
  for (const rule of RULES$1) {
    const groups = rule.pattern.exec(line)?.groups;
    if (groups !== void 0) return rule.finding(groups, place$1(groups, locate));
  }
  return void 0;
}
function place$1(groups, locate) {
  const file = groups["file"] === void 0 || groups["line"] === void 0 ? void 0 : locate(groups["file"]);
  if (file === void 0) return void 0;
  return { file, line: Number(groups["line"]), ...groups["column"] !== void 0 && { column: Number(groups["column"]) } };
}
function base(file) {
  return (file ?? "").replace(/^.*\//, "");
}

const SOURCE = /^(?:[\w-]+\.(?:c|h|md|txt|json|yml|yaml|conf|sh|py)|Kbuild|Kconfig|Makefile|[A-Z]+|\.gitignore)$/;
const MAKEFILE = /^(?:Kbuild|Makefile)$/;
const NAMES_MORE = /clean|targets|always|extra-|hostprogs|hostlibs|userprogs|generated|include|\.\./;
async function mayNeedClean(directory) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const kbuilds = new Set(entries.filter(({ name }) => name === "Kbuild").map(({ parentPath }) => parentPath));
  for (const entry of entries) {
    if (!entry.isFile() && !entry.isDirectory()) return true;
    if (entry.isDirectory()) continue;
    if (!SOURCE.test(entry.name)) return true;
    if (entry.name === "Makefile" && kbuilds.has(entry.parentPath)) continue;
    if (MAKEFILE.test(entry.name) && NAMES_MORE.test(await readFile(join(entry.parentPath, entry.name), "latin1"))) return true;
  }
  return false;
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
const BUILD_ENVIRONMENT = { GIT_OPTIONAL_LOCKS: "0", ...Object.fromEntries(CLEARED.map((name) => [name, void 0])) };
function treeArgs(setting, target) {
  return ["-C", setting.treeDir, `-j${setting.jobs}`, `KERNELRELEASE=${setting.release}`, `CC=${setting.cc}`, ...setting.variables ?? [], target];
}
function moduleArgs(setting, moduleDir, target, userArgs) {
  return [...treeArgs(setting, target), `M=${moduleDir}`, ...userArgs];
}
function make(args, { env, ...more }) {
  return { program: "make", args, env: { ...BUILD_ENVIRONMENT, ...env }, ...more };
}

function treePlace(dir, release) {
  return { dir, name: `/usr/src/linux-headers-${release}` };
}
function modulePlace(dir, name = "module") {
  return { dir, name: `/usr/src/${name}` };
}
const VARIABLE$1 = "KCPPFLAGS";
function placesEnvironment(places) {
  return { [VARIABLE$1]: flags(places) };
}
function withPlaces(makeArgs, places) {
  return makeArgs.map((word) => word.startsWith(`${VARIABLE$1}=`) ? `${word} ${flags(places)}` : word);
}
function flags(places) {
  return places.map(({ dir, name }) => `-ffile-prefix-map=${dir}=${name}`).join(" ");
}
function realPath(path, places) {
  const place = places.find(({ name }) => path.startsWith(`${name}/`));
  return place === void 0 ? path : place.dir + path.slice(place.name.length);
}

const BUILD_DEADLINE$1 = 3600;
const CLEAN_DEADLINE$1 = 300;
function compiled(log) {
  return log.match(/^ {2}(?:CC|AS|RUSTC)\b/gm)?.length ?? 0;
}
async function buildModules(host, plan) {
  await writeFile(plan.logFile, "");
  if (plan.clean !== void 0 && await mayNeedClean(plan.clean)) {
    const exit2 = await host.run(make(moduleArgs(plan.setting, plan.moduleDir, "clean", plan.makeArgs), { seconds: CLEAN_DEADLINE$1, logFile: plan.logFile }));
    if (exit2.status !== 0) host.log.detail(exit2.stderr);
  }
  const args = moduleArgs(plan.setting, plan.moduleDir, "modules", withPlaces(plan.makeArgs, plan.places));
  const compiling = host.run(make(args, { seconds: BUILD_DEADLINE$1, logFile: plan.logFile, env: placesEnvironment(plan.places) }));
  const exit = await telling(host.log, "compiling", async (seconds) => `${compiled(await readFile(plan.logFile, "utf8"))} files, ${duration(seconds)}`, compiling);
  host.log.detail(exit.stdout);
  host.log.detail(exit.stderr);
  const findings = buildFindings(`${exit.stdout}
${exit.stderr}`, plan.locate);
  if (exit.timedOut) return [...findings, { id: "build.timeout", stage: "build", severity: "error", title: `make did not end within ${BUILD_DEADLINE$1} s` }];
  if (exit.status === 0 || findings.some((f) => f.severity === "fail")) return findings;
  const tail = (await readFile(plan.logFile, "utf8")).trimEnd().split("\n").slice(-20).join("\n");
  return [...findings, { id: "build.failed", stage: "build", severity: "fail", title: `make ended with status ${exit.status}`, detail: tail, remedy: "The whole output is in make.log." }];
}

async function findModules(moduleDir) {
  const entries = await readdir(moduleDir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith(".ko")).map((entry) => join(entry.parentPath, entry.name)).sort();
}
function moduleName(info, file) {
  const said = info.get("name")?.[0] ?? "";
  return /^\w{1,55}$/.test(said) ? said : basename(file).replace(/\.ko$/, "").replaceAll("-", "_");
}
async function collectModules(moduleDir, targetDir) {
  const built = [];
  for (const source of await findModules(moduleDir)) {
    const path = relative(moduleDir, source);
    const file = join(targetDir, path);
    await mkdir(join(file, ".."), { recursive: true });
    await copyFile(source, file);
    built.push(describeModule(await readFile(file), file, path));
  }
  return built;
}
function describeModule(data, file, path) {
  const info = readModinfo(data);
  return {
    name: moduleName(info, file),
    file,
    path,
    sha256: createHash("sha256").update(data).digest("hex"),
    size: data.length,
    depends: (info.get("depends")?.[0] ?? "").split(",").filter((name) => name !== ""),
    vermagic: info.get("vermagic")?.[0]?.trim() ?? ""
  };
}

async function copyRepository(repository, target, exclude) {
  const [from, to] = [resolve(repository), resolve(target)];
  if (`${to}${sep}`.startsWith(from.endsWith(sep) ? from : from + sep)) throw new Error(`${from} cannot be copied into itself (${to})`);
  await mkdir(to, { recursive: true });
  await copyInside(from, to, new Set(exclude.map((dir) => resolve(dir))));
}
async function copyInside(from, to, excluded) {
  const entries = await readdir(from, { withFileTypes: true });
  const copies = entries.filter((entry) => !excluded.has(join(from, entry.name))).map((entry) => copyEntry(entry, join(from, entry.name), join(to, entry.name), excluded));
  await Promise.allSettled(copies);
  await Promise.all(copies);
}
async function copyEntry(entry, source, copy, excluded) {
  if (entry.isSymbolicLink()) await symlink(await readlink(source), copy);
  else if (entry.isFile()) {
    const { atime, mtime } = await stat(source);
    await copyFile(source, copy);
    await utimes(copy, atime, mtime);
  } else if (entry.isDirectory()) {
    const { mode } = await stat(source);
    await mkdir(copy);
    await copyInside(source, copy, excluded);
    await chmod(copy, mode & 4095);
  }
}
const UNSAFE = /[^\p{L}\p{N}._+@=/-]/gu;
async function moduleDirIn(copy, path) {
  if (path === ".") return { dir: copy, original: (file) => file };
  const renamed = [];
  for (const part of path.split("/")) {
    let safe = part.replace(UNSAFE, "_");
    while (safe !== part && await exists(join(copy, ...renamed, safe))) safe += "_";
    if (safe !== part) await rename(join(copy, ...renamed, part), join(copy, ...renamed, safe));
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

const MOST_ELEMENTS = 4096;
class DumpError extends Error {
  name = "DumpError";
}
function parseDump(text) {
  const fields = text.split("\0");
  const written = /* @__PURE__ */ new Map();
  const read = /* @__PURE__ */ new Map();
  const matches = /* @__PURE__ */ new Map();
  const options = [];
  const tools = /* @__PURE__ */ new Set();
  let configFile;
  for (let i = 0; i + 3 < fields.length; i += 4) {
    const [kind, name = "", key = "", value = ""] = fields.slice(i, i + 4);
    if (kind === "end") return { written, read, matches, options, clang: tools.has("clang"), lld: tools.has("lld"), ...configFile !== void 0 && { configFile } };
    const index = /^\d{1,9}$/.test(key) ? Number(key) : NaN;
    if (!(index < MOST_ELEMENTS)) throw new DumpError(`${name}[${key}]: the index is no number below ${MOST_ELEMENTS}`);
    if (kind === "written") put(written, name, index, value);
    else if (kind === "read") put(read, name, index, value);
    else if (kind === "match") put(matches, name, index, value === "0" ? "match" : value === "1" ? "no-match" : "invalid");
    else if (kind === "configuration") configFile = name;
    else if (kind === "option") options.push({ word: name, on: value === "0" });
    else if (kind === "tool") {
      if (value === "0") tools.add(name);
    } else throw new DumpError(`an unknown record: ${JSON.stringify(kind)}`);
  }
  throw new DumpError("the answer of bash ends too early");
}
function put(table, name, index, value) {
  const elements = table.get(name) ?? /* @__PURE__ */ new Map();
  table.set(name, elements.set(index, value));
}
function element(dump, name, index = 0) {
  return dump.read.get(name)?.get(index) ?? "";
}
function count(dump, name) {
  return dump.read.get(name)?.size ?? 0;
}
function highest(dump, name) {
  return Math.max(-1, ...dump.read.get(name)?.keys() ?? []);
}

function buildDirOf(conf) {
  return `${conf.dkmsTree}/${conf.packageName}/${conf.packageVersion}/build`;
}

const DIRECTIVES = [
  "PACKAGE_NAME",
  "PACKAGE_VERSION",
  "MAKE",
  "MAKE_MATCH",
  "CLEAN",
  "PRE_BUILD",
  "POST_BUILD",
  "PATCH",
  "PATCH_MATCH",
  "BUILT_MODULE_NAME",
  "BUILT_MODULE_LOCATION",
  "DEST_MODULE_NAME",
  "DEST_MODULE_LOCATION",
  "STRIP",
  "BUILD_DEPENDS",
  "BUILD_DEPENDS_REBUILD",
  "BUILD_EXCLUSIVE_KERNEL",
  "BUILD_EXCLUSIVE_KERNEL_MIN",
  "BUILD_EXCLUSIVE_KERNEL_MAX",
  "BUILD_EXCLUSIVE_ARCH",
  "BUILD_EXCLUSIVE_CONFIG",
  "OBSOLETE_BY",
  "AUTOINSTALL",
  "NO_WEAK_MODULES",
  "build_exclude",
  "strip"
];
const PARAMETERS$1 = ["conf", "scratch", "kernelver", "arch", "kernel_source_dir", "dkms_tree"];
function readerScript(rules) {
  const trim = rules.cutsReturns ? "%$_kg_return" : "";
  return `
ulimit -c 0 -f 65536
umask 022
conf=$1 _kg_scratch=$2 kernelver=$3 arch=$4 kernel_source_dir=$5 dkms_tree=$6
shift ${PARAMETERS$1.length}
_kg_release=$kernelver _kg_arch=$arch _kg_source=$kernel_source_dir _kg_conf=$conf
source_tree=/usr/src install_tree=/lib/modules tmp_location=$_kg_scratch
current_os=Linux current_kernel=$kernelver verbose= symlink_modules= addon_modules_dir= module= module_version=
kernel_config=$kernel_source_dir/.config
${rules.asksAutoConf ? "if [[ -e $kernel_source_dir/include/config/auto.conf ]]; then kernel_config=$kernel_source_dir/include/config/auto.conf; fi" : ""}
_kg_config=$kernel_config
_kg_return=$'\\r'
_kg_names=(${DIRECTIVES.join(" ")})
shopt -s extglob

_kg_record() { printf '%s\\0' "$@" >> "$_kg_scratch/dump"; }

# _kg_elements KIND: every element of every directive, as it is now.
_kg_elements() {
  local _kg_name _kg_i
  for _kg_name in "\${_kg_names[@]}"; do
    local -n _kg_array=$_kg_name
    for _kg_i in "\${!_kg_array[@]}"; do _kg_record "$1" "$_kg_name" "$_kg_i" "\${_kg_array[$_kg_i]}"; done
    unset -n _kg_array
  done
}

# The first of the two readings; leaves assignments in the file "lines", and the values as written in the dump when asked to.
_kg_read() {
  ( exec > "$_kg_scratch/lines"
    . "$_kg_conf" > /dev/null
    for _kg_name in "\${_kg_names[@]}"; do
      for _kg_i in $(eval echo "\\\${!$_kg_name[@]}"); do
        eval echo "\\$_kg_name[\\$_kg_i]=\\\\\\"\\\${$_kg_name[\\$_kg_i]${trim}}\\\\\\""
      done
    done
    for _kg_line in $(set | grep ^DKMS_DIRECTIVE | cut -d = -f 2-3); do printf '%s="%s"\\n' "\${_kg_line%%=*}" "\${_kg_line#*=}"; done
    if [[ $1 ]]; then IFS=$' \\t\\n'; _kg_elements written; fi
  )
}

# dkms knows the package's name when it builds, so the conf may use it.
_kg_read '' 2> /dev/null
module=$(. "$_kg_scratch/lines" > /dev/null 2>&1; printf '%s' "$PACKAGE_NAME")
module_version=$(. "$_kg_scratch/lines" > /dev/null 2>&1; printf '%s' "$PACKAGE_VERSION")
_kg_read written
. "$_kg_scratch/lines"
_kg_elements read

_kg_match() { [[ $1 =~ $2 ]]; _kg_record match "$3" "$4" $?; }
for _kg_i in "\${!MAKE_MATCH[@]}"; do _kg_match "$_kg_release" "\${MAKE_MATCH[$_kg_i]}" MAKE_MATCH "$_kg_i"; done
for _kg_i in "\${!PATCH_MATCH[@]}"; do _kg_match "$_kg_release" "\${PATCH_MATCH[$_kg_i]}" PATCH_MATCH "$_kg_i"; done
_kg_match "$_kg_release" "$BUILD_EXCLUSIVE_KERNEL" BUILD_EXCLUSIVE_KERNEL 0
_kg_match "$_kg_arch" "$BUILD_EXCLUSIVE_ARCH" BUILD_EXCLUSIVE_ARCH 0

if [[ -e $_kg_config ]]; then
  _kg_record configuration "$_kg_config" 0 ''
  _kg_i=0
  for _kg_option in $BUILD_EXCLUSIVE_CONFIG; do
    grep -q ${rules.asksAutoConf ? "" : "-E "}-- "^\${_kg_option#!}=[ym]" "$_kg_config"
    _kg_record option "$_kg_option" "$_kg_i" $?
    _kg_i=$((_kg_i + 1))
  done
fi

# dkms asks the kernel image which compiler made it, and the configuration only where there is no image.
_kg_has() { _kg_record tool "$1" 0 $?; }
if [[ -e $_kg_source/vmlinux ]]; then
  readelf -p .comment "$_kg_source/vmlinux" 2>&1 | grep -q clang; _kg_has clang
  readelf -p .comment "$_kg_source/vmlinux" 2>&1 | grep -q LLD; _kg_has lld
elif [[ -e $_kg_config ]]; then
  grep -q CONFIG_CC_IS_CLANG=y "$_kg_config"; _kg_has clang
  grep -q CONFIG_LD_IS_LLD=y "$_kg_config"; _kg_has lld
fi
_kg_record end '' 0 ''
`;
}

const FOLDER = /^(?!\.{1,2}$)[\w.+~@=-]+$/;
function interpret(dump, setting) {
  const { rules, target, dkmsTree } = setting;
  const fault = faults(setting);
  const found = [];
  const packageName = element(dump, "PACKAGE_NAME");
  const packageVersion = element(dump, "PACKAGE_VERSION");
  for (const [directive, value] of [["PACKAGE_NAME", packageName], ["PACKAGE_VERSION", packageVersion]]) {
    if (value === "") found.push(fault(directive, void 0, "is missing", "dkms needs it in every dkms.conf."));
    else if (!FOLDER.test(value)) {
      found.push(fault(directive, void 0, `is ${quoted(value)}`, noFolder(value)));
    }
  }
  const builtModules = modules(dump, rules, packageName);
  found.push(...moduleFaults(dump, rules, builtModules, fault));
  if (rules.strict) {
    for (const directive of ["AUTOINSTALL", "BUILD_DEPENDS_REBUILD", "NO_WEAK_MODULES"]) {
      const value = element(dump, directive);
      if (!/^(yes|no)?$/i.test(value)) found.push(fault(directive, void 0, `is ${quoted(value)}`, "dkms takes yes or no."));
    }
  }
  if (found.length > 0) return { findings: found };
  const build = buildDirOf({ dkmsTree, packageName, packageVersion });
  const generic = `make -C ${target.sourceDir} M=${build}`;
  const preBuild = element(dump, "PRE_BUILD");
  const postBuild = element(dump, "POST_BUILD");
  const obsoleteBy = element(dump, "OBSOLETE_BY");
  const autoinstall = element(dump, "AUTOINSTALL");
  const conf = {
    file: setting.file,
    rules,
    target,
    dkmsTree,
    packageName,
    packageVersion,
    make: (chosenMake(dump) || generic) + (dump.clang ? rules.clang : "") + (dump.lld ? rules.lld : ""),
    ...rules.cleans && { clean: element(dump, "CLEAN") || `${generic} clean` },
    builtModules,
    ...preBuild !== "" && { preBuild },
    ...postBuild !== "" && { postBuild },
    patches: chosenPatches(dump),
    buildExclusive: exclusive(dump, rules),
    buildDepends: [...dump.read.get("BUILD_DEPENDS")?.values() ?? []].filter((name) => name !== ""),
    autoinstall: rules.strict ? /^yes$/i.test(autoinstall) : autoinstall !== "",
    ...obsoleteBy !== "" && { obsoleteBy },
    altered: alterations(dump, rules),
    said: setting.said
  };
  return { conf, findings: notes(conf, setting) };
}
function noFolder(value) {
  if (value.includes("\r")) return "The lines end with a carriage return, which dkms before 3.1 takes as a part of the value: save the file with plain line ends.";
  if (/^[#@].*[#@]$/.test(value)) return "This is a placeholder that the package\u2019s build fills in: check the tree that the package holds, or use dkms: off.";
  return "dkms makes a folder of it; use letters, digits and . _ + ~ @ = - only.";
}
function chosenMake(dump) {
  let chosen = element(dump, "MAKE_MATCH") === "" ? element(dump, "MAKE") : "";
  for (let i = 0; i < count(dump, "MAKE"); i++) {
    if (element(dump, "MAKE", i) !== "" && element(dump, "MAKE_MATCH", i) !== "" && matches(dump, "MAKE_MATCH", i)) chosen = element(dump, "MAKE", i);
  }
  return chosen;
}
function chosenPatches(dump) {
  const chosen = [];
  for (let i = 0; i < count(dump, "PATCH"); i++) {
    const name = element(dump, "PATCH", i);
    if (name !== "" && (element(dump, "PATCH_MATCH", i) === "" || matches(dump, "PATCH_MATCH", i))) chosen.push(name);
  }
  return chosen;
}
const matches = (dump, directive, index) => dump.matches.get(directive)?.get(index) === "match";
const FAMILY = ["BUILT_MODULE_NAME", "BUILT_MODULE_LOCATION", "DEST_MODULE_NAME", "DEST_MODULE_LOCATION"];
function modules(dump, rules, packageName) {
  const size = Math.max(...FAMILY.map((name) => rules.strict ? highest(dump, name) + 1 : count(dump, name)));
  const alone = rules.strict ? size === 1 : count(dump, "DEST_MODULE_LOCATION") === 1;
  const strips = [];
  return Array.from({ length: size }, (_, i) => {
    const name = element(dump, "BUILT_MODULE_NAME", i) || (alone ? packageName : "");
    const location = element(dump, "BUILT_MODULE_LOCATION", i);
    const strip = element(dump, "STRIP", i);
    strips[i] = /^n/i.test(strip) ? "no" : /^y/i.test(strip) ? "yes" : strip === "" ? (strips[0] ?? element(dump, "strip")) || "yes" : element(dump, "strip", i);
    return {
      name,
      location: location === "" || location.endsWith("/") ? location : `${location}/`,
      destName: element(dump, "DEST_MODULE_NAME", i) || name,
      destLocation: element(dump, "DEST_MODULE_LOCATION", i),
      strip: strips[i] !== "no"
    };
  });
}
const short = (value) => value.length > 400 ? `${value.slice(0, 400)}\u2026` : value;
const quoted = (value) => JSON.stringify(short(value));
function moduleFaults(dump, rules, built, fault) {
  const found = [];
  if (built.length === 0 && !rules.strict) found.push(fault("DEST_MODULE_LOCATION", void 0, "is missing", `dkms ${rules.release} wants one for each module, and at least one module.`));
  const seen = /* @__PURE__ */ new Map();
  const installed = /* @__PURE__ */ new Map();
  built.forEach((module, i) => {
    if (module.name === "") found.push(fault("BUILT_MODULE_NAME", i, "is missing", "dkms wants the name of every module that is built, without .ko; only a single module may go without, and then has the package\u2019s name."));
    for (const [directive, value] of [["BUILT_MODULE_NAME", module.name], ["DEST_MODULE_NAME", module.destName]]) {
      const own = directive === "BUILT_MODULE_NAME" || element(dump, "DEST_MODULE_NAME", i) !== "";
      if (own && /\.k?o$/.test(value)) found.push(fault(directive, i, `is ${quoted(value)}`, "dkms wants the name without .o or .ko."));
    }
    if (module.destLocation === "") found.push(fault("DEST_MODULE_LOCATION", i, "is missing", `dkms wants one for each module (${module.name}), such as /updates.`));
    else if (!/^\/(kernel|updates|extra)/.test(module.destLocation)) found.push(fault("DEST_MODULE_LOCATION", i, `is ${quoted(module.destLocation)}`, "dkms wants it to begin with /kernel, /updates or /extra."));
    if (!rules.strict) return;
    for (const [directive, value, table] of [["BUILT_MODULE_NAME", module.location + module.name, seen], ["DEST_MODULE_NAME", module.destName, installed]]) {
      const first = table.get(value);
      if (first === void 0) table.set(value, i);
      else found.push(fault(directive, i, `names ${quoted(value)}, as number ${first} does`, "dkms wants every module once."));
    }
  });
  return found;
}
function exclusive(dump, rules) {
  const expression = (directive) => {
    const regex = element(dump, directive);
    return regex === "" ? void 0 : { regex, match: dump.matches.get(directive)?.get(0) ?? "invalid" };
  };
  const kernel = expression("BUILD_EXCLUSIVE_KERNEL");
  const arch = expression("BUILD_EXCLUSIVE_ARCH");
  const kernelMin = rules.kernelRange ? element(dump, "BUILD_EXCLUSIVE_KERNEL_MIN") : "";
  const max = rules.kernelRange ? element(dump, "BUILD_EXCLUSIVE_KERNEL_MAX") : "";
  const obsolete = rules.kernelRange ? element(dump, "OBSOLETE_BY") : "";
  const flag = element(dump, "build_exclude");
  return {
    ...kernel !== void 0 && { kernel },
    ...arch !== void 0 && { arch },
    ...kernelMin !== "" && { kernelMin },
    ...max !== "" ? { kernelMax: { version: max, directive: "BUILD_EXCLUSIVE_KERNEL_MAX" } } : obsolete !== "" ? { kernelMax: { version: obsolete, directive: "OBSOLETE_BY" } } : {},
    config: dump.options.map(({ word, on }) => ({ option: word.replace(/^!/, ""), wanted: !word.startsWith("!"), on })),
    ...dump.configFile !== void 0 && { configFile: dump.configFile },
    ...flag !== "" && { flag }
  };
}
function alterations(dump, rules) {
  const altered = [];
  for (const directive of DIRECTIVES) {
    for (const [index, value] of dump.written.get(directive) ?? []) {
      const written = rules.cutsReturns ? value.replace(/\r$/, "") : value;
      const read = element(dump, directive, index);
      if (written.split(/[ \t\n]+/).join(" ").trim() === read.trim() || !(read === "" || /["`\\]/.test(written))) continue;
      altered.push({ directive: `${directive}[${index}]`, written, read });
    }
  }
  return altered;
}
function notes(conf, setting) {
  const said = conf.said.trim();
  const found = conf.altered.map(({ directive, written, read }) => ({
    id: "build.dkms-altered",
    stage: "build",
    severity: "warning",
    title: `${setting.shown}: dkms reads ${directive} otherwise than it is written`,
    detail: `written: ${short(written)}
read:    ${read === "" ? "(nothing)" : short(read)}`,
    remedy: "dkms evaluates every value once more between double quotes; do without double quotes and backquotes inside it.",
    ...placeOf(setting, directive)
  }));
  if (conf.buildDepends.length > 0) {
    found.push({
      id: "build.dkms-depends",
      stage: "build",
      severity: "warning",
      title: `${setting.shown}: dkms builds ${conf.buildDepends.join(", ")} first; the gate builds this package alone`,
      remedy: "Symbols that come from those modules are missing here: check both in one repository, or give their Module.symvers by KBUILD_EXTRA_SYMBOLS.",
      ...placeOf(setting, "BUILD_DEPENDS")
    });
  }
  if (/syntax error/.test(said)) {
    found.push({
      id: "build.dkms-syntax",
      stage: "build",
      severity: "warning",
      title: `${setting.shown}: bash finds a syntax error; dkms goes on with what stands before it`,
      detail: said,
      place: { file: setting.shown }
    });
  }
  return found;
}
function faults(setting) {
  return (directive, index, what, wanted) => {
    const said = setting.said.trim();
    return {
      id: "build.dkms-conf",
      stage: "build",
      severity: "fail",
      title: `${setting.shown}: ${directive}${index === void 0 ? "" : `[${index}]`} ${what}`,
      ...said !== "" && { detail: said },
      remedy: wanted,
      ...placeOf(setting, index === void 0 ? directive : `${directive}[${index}]`)
    };
  };
}
function placeOf(setting, directive) {
  const [name, index = "0"] = directive.split(/[[\]]/);
  const line = setting.text.split("\n").findIndex((text) => {
    const [, assigned, subscript = "0"] = /^\s*(?:export\s+)?(\w+)(?:\[(\d+)\])?\+?=/.exec(text) ?? [];
    return assigned === name && subscript === index;
  });
  return { place: { file: setting.shown, ...line >= 0 && { line: line + 1 } } };
}

const DEADLINE$8 = 60;
const LARGEST = 1 << 20;
const MOST_SAID = 4096;
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
function hasDkmsConf(dir) {
  return exists(join(dir, "dkms.conf"));
}
async function readDkmsConf(host, dir, options) {
  const file = join(dir, "dkms.conf");
  const shown = options.shown ?? "dkms.conf";
  for (const path of [options.sourceDir, options.dkmsTree]) {
    if (!/^\/[\w./+~@=-]*$/.test(path)) {
      throw new GateError({ id: "build.dkms-path", stage: "build", severity: "error", title: `${JSON.stringify(path)} cannot be written into a MAKE of dkms.conf`, remedy: "Use a working directory without blanks and special characters." });
    }
  }
  const { size } = await stat(file);
  if (size > LARGEST) throw unreadable$1(shown, `It has ${size} bytes.`);
  const scratch = await makeScratch(join(tmpdir(), "kmod-gate-dkms-"));
  try {
    const exit = await host.run({ program: "env", args: readerArgs(file, scratch, options), cwd: scratch, seconds: DEADLINE$8 });
    if (exit.timedOut) throw unreadable$1(shown, `It was still running after ${DEADLINE$8} s.`);
    const said = lastLines(exit.stderr.slice(-MOST_SAID), 20);
    const dump = await answer(join(scratch, "dump"), shown, said);
    return interpret(dump, { file, shown, text: await readFile(file, "utf8"), rules: options.rules, target: targetOf(options), dkmsTree: options.dkmsTree, said });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
function readerArgs(file, scratch, options) {
  const environment = [`PATH=${PATH}`, `HOME=${scratch}`, `TMPDIR=${scratch}`, "LC_ALL=C"];
  return ["-i", ...environment, "bash", "--noprofile", "--norc", "-c", readerScript(options.rules), "dkms", file, scratch, options.release, options.arch, options.sourceDir, options.dkmsTree];
}
const targetOf = ({ release, arch, sourceDir }) => ({ release, arch, sourceDir });
async function answer(file, shown, said) {
  if (!await exists(file)) throw unreadable$1(shown, `bash ended before it wrote any
${said}`.trim());
  const { size } = await stat(file);
  if (size > LARGEST) throw unreadable$1(shown, `Its values have ${size} bytes.`);
  try {
    return parseDump(await readFile(file, "utf8"));
  } catch (error) {
    if (error instanceof DumpError) throw unreadable$1(shown, `${error.message}
${said}`.trim());
    throw error;
  }
}
function unreadable$1(shown, detail) {
  return new GateError({
    id: "build.dkms-unreadable",
    stage: "build",
    severity: "error",
    title: `bash gave no answer for ${shown}`,
    detail,
    remedy: "Try `bash -n` on it; with dkms: off the gate builds the directory by its Makefile alone.",
    place: { file: shown }
  });
}

const SECONDS = 10;
const LONGEST$1 = 400;
const MOST_LINES = 40;
const MOST_PLACES = 60;
const NAME$1 = /^(?:(?:struct|union|enum) )?[A-Za-z_]\w{0,199}$/;
async function treeDirs(treeDir) {
  const makefile = await readFile(join(treeDir, "Makefile"), "utf8").catch(() => "");
  const other = /^include (\/\S+)\/Makefile$/m.exec(makefile.slice(0, 1e3))?.[1];
  return [treeDir, ...other === void 0 ? [] : [other]];
}
async function currentDeclaration(host, { treeDir, srcarch }, symbol) {
  if (!NAME$1.test(symbol)) return void 0;
  const trees = await treeDirs(treeDir);
  const dirs = trees.flatMap((dir) => ["include", `arch/${srcarch}/include`].map((below) => join(dir, below)));
  const grep = await host.run({ program: "grep", args: ["-rnwsF", "--include=*.h", "-m", "20", "-e", symbol, "--", ...dirs], seconds: SECONDS });
  const places = grep.stdout.split("\n").flatMap((hit) => {
    const [, file, line, text] = /^([^:]+):(\d{1,7}):(.*)$/.exec(hit) ?? [];
    return file === void 0 || text === void 0 ? [] : [{ file, line: Number(line), rank: rankOf(symbol, text.slice(0, 1e3), file) }];
  });
  for (const { file, line } of places.filter(({ rank }) => rank > 0).sort((a, b) => b.rank - a.rank).slice(0, MOST_PLACES)) {
    const text = declarationAt(await readFile(file, "utf8").catch(() => ""), line, symbol);
    if (text !== void 0) return { file: relative(trees.find((dir) => file.startsWith(`${dir}/`)) ?? treeDir, file), line, text };
  }
  return void 0;
}
function rankOf(symbol, line, file) {
  if (/^\s*(?:\*|\/\*|\/\/|return\b)/.test(line)) return 0;
  const common = file.includes("/include/linux/") ? 2 : file.includes("/uapi/") || file.includes("/tools/") ? 0 : 1;
  const composite = /^(?:struct|union|enum) /.test(symbol);
  if (composite) return new RegExp(`^\\s*(?:typedef )?${symbol}\\s*(?:\\{|$)`).test(line) ? 10 + common : 0;
  if (new RegExp(`^\\s*#\\s*define\\s+${symbol}\\b`).test(line)) return 8 + common;
  if (new RegExp(`^[A-Za-z_].*\\b${symbol}\\s*\\(`).test(line) || new RegExp(`^\\*?${symbol}\\s*\\(`).test(line)) return 10 + common;
  if (new RegExp(`^(?:extern|typedef)\\b.*\\b${symbol}(?:\\)\\s*\\(|\\s*(?:\\[|;|$))`).test(line)) return 6 + common;
  return new RegExp(`^\\s+${symbol}\\s*(?:=|,|$)`).test(line) ? 2 + common : 0;
}
function declarationAt(text, line, symbol) {
  const lines = text.split("\n").slice(Math.max(0, line - 2), line - 1 + MOST_LINES);
  const [before = "", first = "", ...rest] = line >= 2 ? lines : ["", ...lines];
  if (!first.includes(symbol)) return void 0;
  if (/^\s*#/.test(first)) return cut(joined(continued([first, ...rest])));
  const parts = [];
  if (new RegExp(`^\\*?${symbol}\\s*\\(`).test(first)) {
    if (!/^[A-Za-z_][\w\s*()]*$/.test(before)) return void 0;
    parts.push(before);
  }
  let depth = 0;
  for (const part of [first, ...rest]) {
    const code = part.replace(/\/\*.*?\*\//g, " ").replace(/\/\/.*$/, "");
    for (let at = 0; at < code.length; at++) {
      const character = code[at];
      if (character === "(") depth++;
      else if (character === ")") depth--;
      else if (depth === 0 && (character === ";" || character === "{")) return cut(joined([...parts, code.slice(0, at + (character === ";" ? 1 : 0))]));
    }
    parts.push(code);
    if (/,\s*$/.test(code) && depth === 0) return cut(joined(parts));
  }
  return void 0;
}
function continued(lines) {
  const end = lines.findIndex((line) => !/\\\s*$/.test(line));
  return lines.slice(0, end < 0 ? lines.length : end + 1).map((line) => line.replace(/\\\s*$/, ""));
}
function joined(parts) {
  return parts.join(" ").replace(/\s+/g, " ").trim();
}
function cut(text) {
  return text.length > LONGEST$1 ? `${text.slice(0, LONGEST$1)}\u2026` : text;
}
const MOST_SYMBOLS = 12;
function isGone(change) {
  return change !== void 0 && / is gone since /.test(change);
}
async function withDeclarations(host, tree, diagnoses) {
  const wanted = [...new Set(diagnoses.flatMap(({ stage, symbol, change }) => stage === "build" && symbol !== void 0 && NAME$1.test(symbol) && !isGone(change) ? [symbol] : []))].slice(0, MOST_SYMBOLS);
  const known = /* @__PURE__ */ new Map();
  for (const symbol of wanted) {
    const found = await currentDeclaration(host, tree, symbol);
    if (found !== void 0) known.set(symbol, found);
  }
  return diagnoses.map((diagnosis) => {
    const declaration = diagnosis.symbol === void 0 || diagnosis.stage !== "build" ? void 0 : known.get(diagnosis.symbol);
    return declaration === void 0 ? diagnosis : { ...diagnosis, declaration };
  });
}

const PROGRAM = 'open my $d, "<", $ARGV[0] or exit; my $flags = pack "l!", 0; ioctl $d, 0x80086601, $flags or exit; $flags = pack "l!", 0x20000 | unpack "l!", $flags; ioctl $d, 0x40086602, $flags';
const APART = ".new-";
function spreadCommand(directory) {
  return { program: "perl", args: ["-e", PROGRAM, directory], seconds: 30 };
}
async function makeApart(host, path) {
  if (await host.which("perl") !== void 0) await host.run(spreadCommand(dirname(path)));
  const fresh = `${path}${APART}${randomBytes(8).toString("hex")}`;
  await mkdir(fresh);
  await rename(fresh, path);
}

const VARIABLES$1 = ["module", "module_version", "kernelver", "arch", "kernel_source_dir", "dkms_tree", "source_tree"];
function makeCommand(conf, setting) {
  const command = conf.make.startsWith("make") ? `make -j${setting.jobs} KERNELRELEASE=${conf.target.release}${conf.make.slice("make".length)}` : conf.make;
  return evaluated(conf, setting, conf.rules.braces ? `{ ${command}; }` : command, command);
}
function cleanCommand(conf, setting) {
  return conf.clean === void 0 ? void 0 : evaluated(conf, setting, conf.clean, conf.clean);
}
function preBuildCommand(conf, setting) {
  if (conf.preBuild === void 0) return void 0;
  const run = `${buildDirOf(conf)}/${conf.preBuild}`;
  if (conf.rules.scriptsCount) return evaluated(conf, setting, run, conf.preBuild);
  return { program: "bash", args: ["--noprofile", "--norc", "-c", "run=$1; set --; exec $run", "dkms", run], cwd: buildDirOf(conf), env: environment(conf, setting), shown: conf.preBuild };
}
function preBuildFile(conf) {
  return conf.preBuild === void 0 ? void 0 : `${buildDirOf(conf)}/${conf.preBuild.replace(/ .*$/s, "")}`;
}
function evaluated(conf, setting, command, shown) {
  const { packageName, packageVersion, target, dkmsTree } = conf;
  const values = {
    module: packageName,
    module_version: packageVersion,
    kernelver: target.release,
    arch: target.arch,
    kernel_source_dir: target.sourceDir,
    dkms_tree: dkmsTree,
    source_tree: "/usr/src"
  };
  const script = `umask 022
${VARIABLES$1.map((name, i) => `${name}=$${i + 1}`).join(" ")}
shift ${VARIABLES$1.length}
eval "$1"`;
  return { program: "bash", args: ["--noprofile", "--norc", "-c", script, "dkms", ...VARIABLES$1.map((name) => values[name]), command], cwd: buildDirOf(conf), env: environment(conf, setting), shown };
}
function environment(conf, setting) {
  const definitions = [`CC=${setting.cc}`, ...setting.makeArgs.filter((word) => !word.startsWith("-"))];
  const options = setting.makeArgs.filter((word) => word.startsWith("-"));
  return {
    CC: setting.cc,
    ...conf.rules.scriptsCount && { KERNEL_CC: setting.cc },
    MAKEFLAGS: [...options, "--", ...definitions.map(makeflag)].join(" ")
  };
}
function makeflag(word) {
  return word.replace(/[\\\s]/g, "\\$&").replaceAll("$", "$$$$");
}

const MODULES = "/lib/modules";
const DEADLINE$7 = 20;
const plain$1 = ({ program, args }) => ({ program, args });
const IN_NAMESPACE = `mkdir -p ${MODULES} && mount -t tmpfs -o mode=755 kmod-gate ${MODULES} && mkdir "${MODULES}/$1" && ln -s "$2" "${MODULES}/$1/build" && ln -s "$2" "${MODULES}/$1/source" && shift 2 && exec "$@"`;
function namespaceArgs(release, treeDir, command) {
  return ["--mount", "--propagation", "private", "sh", "-c", IN_NAMESPACE, "sh", release, treeDir, ...command];
}
async function linkKernel(host, release, treeDir, modulesDir = MODULES) {
  const link = join(modulesDir, release, "build");
  const nothing = () => Promise.resolve();
  const leadsTo = await target(link);
  if (leadsTo !== void 0 && leadsTo === await target(treeDir)) return { how: "there already", wrap: plain$1, remove: nothing };
  const made = await exists(modulesDir) ? [] : [modulesDir];
  if (modulesDir === MODULES && await namespaceWorks(host, release, treeDir)) {
    return { how: "namespace", wrap: ({ program, args }) => ({ program: "unshare", args: namespaceArgs(release, treeDir, [program, ...args]) }), remove: () => removeDirs(made) };
  }
  try {
    await mkdir(modulesDir, { recursive: true });
    if (!await exists(link)) {
      const dir = join(modulesDir, release);
      if (!await exists(dir)) {
        await mkdir(dir);
        made.push(dir);
      }
      await symlink(treeDir, link);
      return { how: "link", wrap: plain$1, remove: () => unlink(link).then(() => removeDirs(made)) };
    }
  } catch (error) {
    host.log.detail(`${link} cannot be made: ${String(error)}`);
  }
  await removeDirs(made);
  return { how: "none", wrap: plain$1, remove: nothing, finding: unavailable(link, treeDir) };
}
async function namespaceWorks(host, release, treeDir) {
  if (await host.which("unshare") === void 0) return false;
  return (await host.run({ program: "unshare", args: namespaceArgs(release, treeDir, ["true"]), seconds: DEADLINE$7 })).status === 0;
}
const target = (path) => realpath(path).catch(() => void 0);
async function removeDirs(dirs) {
  for (const dir of [...dirs].reverse()) await rmdir(dir).catch(() => void 0);
}
function unavailable(link, treeDir) {
  return {
    id: "build.dkms-kernel-link",
    stage: "build",
    severity: "note",
    title: `${link} is not the tree that the gate builds in`,
    detail: `The tree is ${treeDir}. Commands that use $kernel_source_dir find it; a Makefile that writes ${link} does not.`,
    remedy: "Take the directory from a variable that dkms.conf sets to $kernel_source_dir, or run the gate as root in a container without that link."
  };
}

const builtPath = (module) => `${module.location}${module.name}.ko`;
async function missingModules(conf, shown) {
  const found = [];
  for (const [index, module] of conf.builtModules.entries()) {
    if (await exists(join(buildDirOf(conf), builtPath(module)))) continue;
    found.push({
      id: "build.dkms-missing-module",
      stage: "build",
      severity: "fail",
      title: `${shown} says that the build makes ${builtPath(module)}, and it did not`,
      remedy: `Set BUILT_MODULE_NAME[${index}] and BUILT_MODULE_LOCATION[${index}] to what is built, or leave the module out for this kernel.`,
      place: { file: shown }
    });
  }
  return found;
}

const assignment = (name) => new RegExp(`(?:^|[\\s;&|("'])${name}=("[^"]*"|'[^']*'|[^\\s;&|)]*)`, "g");
const INSISTENCES = [
  { pattern: assignment("CC"), said: (_, cc, value) => value === cc ? void 0 : `sets CC=${value}; this kernel was built with ${cc}` },
  { pattern: assignment("KERNELRELEASE"), said: (conf, _, value) => value === conf.target.release ? void 0 : `sets KERNELRELEASE=${value}; the module is checked for ${conf.target.release}` },
  ...["LD", "ARCH", "CROSS_COMPILE", "LLVM", "KCONFIG_CONFIG", "KBUILD_MODPOST_WARN"].map((name) => ({
    pattern: assignment(name),
    said: (_, __, value) => value === "" ? void 0 : `sets ${name}=${value}, which the gate leaves as the kernel has it`
  })),
  { pattern: /uname -r/g, said: (conf) => `asks the running kernel for its release (uname -r), which need not be ${conf.target.release}; dkms gives $kernelver` },
  { pattern: /\/var\/lib\/dkms\b/g, said: (conf) => conf.dkmsTree === "/var/lib/dkms" ? void 0 : "names /var/lib/dkms; the gate builds elsewhere, and gives $dkms_tree" },
  { pattern: /\/usr\/src\//g, said: (conf) => conf.target.sourceDir.startsWith("/usr/src/") ? void 0 : "names /usr/src; the sources need not be there, and $dkms_tree has a copy" }
];
function overrides(conf, cc, shown) {
  const found = [];
  for (const [directive, text] of [["MAKE", conf.make], ["PRE_BUILD", conf.preBuild ?? ""]]) {
    const told = /* @__PURE__ */ new Set();
    for (const { pattern, said } of INSISTENCES) {
      for (const [, value = ""] of text.matchAll(pattern)) {
        const sentence = said(conf, cc, value.replace(/^(["'])(.*)\1$/s, "$2"));
        if (sentence !== void 0) told.add(sentence);
      }
    }
    for (const sentence of told) {
      found.push({
        id: "build.dkms-override",
        stage: "build",
        severity: "warning",
        title: `${shown}: ${directive} ${sentence}`,
        detail: text,
        remedy: "Use $kernelver, $kernel_source_dir and $dkms_tree, and leave the compiler to the kernel\u2019s own build.",
        place: { file: shown }
      });
    }
  }
  return found;
}

const DEADLINE$6 = 60;
async function applyPatches(host, conf, logFile, shown) {
  const dir = buildDirOf(conf);
  for (const name of conf.patches) {
    if (`patches/${name}/`.includes("/../")) return [fault(shown, name, "leads out of patches/", "dkms takes patches from the folder patches alone.")];
    if (!await exists(join(dir, "patches", name))) return [fault(shown, name, "is not in patches/", `Add patches/${name}, or take it out of dkms.conf.`)];
    const exit = await host.run({ program: "patch", args: patchArgs$1(name), cwd: dir, seconds: DEADLINE$6, logFile });
    if (exit.status !== 0) return [{ ...fault(shown, name, `does not apply for ${conf.target.release}`, "Make it against the sources as they are, with a/ and b/ before the paths, or give it a PATCH_MATCH."), detail: `${exit.stdout}${exit.stderr}`.trim() }];
  }
  return [];
}
function patchArgs$1(name) {
  return ["-p1", "--forward", `--input=patches/${name}`];
}
function fault(shown, name, what, remedy) {
  return { id: "build.dkms-patch", stage: "build", severity: "fail", title: `${shown}: the patch ${name} ${what}`, remedy, place: { file: shown } };
}

const BUILD_DEADLINE = 3600;
const CLEAN_DEADLINE = 300;
async function buildWithDkms(host, plan) {
  const { conf, setting, shown, logFile } = plan;
  await writeFile(logFile, "");
  await placeSources(plan);
  const findings = overrides(conf, setting.cc, shown);
  const refused = await applyPatches(host, conf, logFile, shown);
  if (refused.length > 0) return [...findings, ...refused];
  const link = await linkKernel(host, conf.target.release, conf.target.sourceDir, plan.modulesDir);
  try {
    return [...findings, ...await build$1(host, plan, link)];
  } finally {
    await link.remove();
  }
}
async function build$1(host, plan, link) {
  const { conf, setting, shown } = plan;
  const run = (command, seconds) => host.run(hostCommand(plan, link, command, seconds));
  const findings = await preBuild(plan, run);
  if (findings.some((finding) => finding.severity === "fail")) return findings;
  const clean = cleanCommand(conf, setting);
  if (clean !== void 0) await run(clean, CLEAN_DEADLINE);
  const exit = await run(makeCommand(conf, setting), BUILD_DEADLINE);
  host.log.detail(exit.stdout);
  host.log.detail(exit.stderr);
  findings.push(...buildFindings(`${exit.stdout}
${exit.stderr}`, plan.locate));
  if (exit.timedOut) return [...findings, { id: "build.timeout", stage: "build", severity: "error", title: `MAKE of ${shown} did not end within ${BUILD_DEADLINE} s` }];
  if (exit.status === 0) return [...findings, ...await missingModules(conf, shown)];
  const unseen = link.finding === void 0 ? [] : [link.finding];
  if (findings.some((finding) => finding.severity === "fail")) return [...findings, ...unseen];
  const tail = (await readFile(plan.logFile, "utf8")).trimEnd().split("\n").slice(-20).join("\n");
  return [...findings, { id: "build.failed", stage: "build", severity: "fail", title: `MAKE of ${shown} ended with status ${exit.status}`, detail: tail, remedy: "The whole output is in make.log." }, ...unseen];
}
async function placeSources({ conf, sourceDir, exclude }) {
  const dir = buildDirOf(conf);
  await rm(dirname(dir), { recursive: true, force: true });
  await mkdir(dirname(dir), { recursive: true });
  await copyRepository(sourceDir, dir, exclude);
  await symlink("build", join(dirname(dir), "source"));
}
async function preBuild({ conf, setting, shown }, run) {
  const command = preBuildCommand(conf, setting);
  const file = preBuildFile(conf);
  if (command === void 0 || file === void 0) return [];
  const about = { id: "build.dkms-pre-build", stage: "build", place: { file: shown } };
  const executable = await access(file, constants.X_OK).then(
    () => true,
    () => false
  );
  if (!executable) return [{ ...about, severity: "warning", title: `${shown}: PRE_BUILD ${command.shown} is not executable, so dkms does not run it`, remedy: "Make the script executable in the repository." }];
  const exit = await run(command, BUILD_DEADLINE);
  if (exit.status === 0) return [];
  const detail = `${exit.stdout}${exit.stderr}`.trimEnd().split("\n").slice(-20).join("\n");
  return [{ ...about, severity: conf.rules.scriptsCount ? "fail" : "warning", title: `${shown}: PRE_BUILD ${command.shown} ended with status ${exit.status}`, detail }];
}
function hostCommand(plan, link, command, seconds) {
  return { ...link.wrap(command), cwd: command.cwd, env: { ...plan.environment, ...command.env }, seconds, logFile: plan.logFile };
}

function exclusion(conf) {
  const reasons = exclusions(conf);
  if (reasons.length === 0) return void 0;
  const said = conf.said.trim().split("\n").filter((line) => line !== "").slice(-3).join(" ");
  return `${conf.packageName} ${conf.packageVersion} is not for this kernel: ${reasons.join("; ")}.${said === "" ? "" : ` dkms.conf says: ${said}`}`;
}
function excludedFinding(conf, shown, text) {
  const reasons = exclusions(conf).map((reason) => reason.replaceAll(`${conf.target.sourceDir}/`, ""));
  const [directive] = /BUILD_EXCLUSIVE_[A-Z_]+|OBSOLETE_BY|build_exclude/.exec(reasons[0] ?? "") ?? [];
  if (directive === void 0) throw new Error(`${conf.file} leaves nothing out`);
  const line = text.split("\n").findIndex((written) => written.trim().startsWith(directive)) + 1;
  const said = conf.said.trim();
  return {
    id: "build.dkms-excluded",
    stage: "build",
    severity: "skip",
    title: `${conf.packageName} ${conf.packageVersion} is not for ${conf.target.release}: ${reasons.join("; ")}`,
    ...said !== "" && { detail: `dkms.conf says:
${said}` },
    remedy: `Nothing, where that is meant: a release lets the kernel be skipped by may-skip in its policy. Else correct ${directive}.`,
    place: { file: shown, ...line > 0 && { line } }
  };
}
function exclusions({ buildExclusive, target }) {
  const { kernel, arch, kernelMin, kernelMax, config, configFile, flag } = buildExclusive;
  const reasons = [];
  if (flag !== void 0) reasons.push("dkms.conf sets build_exclude");
  if (kernel !== void 0 && kernel.match !== "match") reasons.push(`BUILD_EXCLUSIVE_KERNEL ${verb(kernel.match, kernel.regex)} ${target.release}`);
  if (kernelMin !== void 0 && comparable(target.release) < comparable(kernelMin)) reasons.push(`BUILD_EXCLUSIVE_KERNEL_MIN is ${kernelMin}, and ${target.release} is older`);
  if (kernelMax !== void 0 && comparable(target.release) > comparable(kernelMax.version)) reasons.push(`${kernelMax.directive} is ${kernelMax.version}, and ${target.release} is newer`);
  if (arch !== void 0 && arch.match !== "match") reasons.push(`BUILD_EXCLUSIVE_ARCH ${verb(arch.match, arch.regex)} ${target.arch}`);
  for (const { option, wanted, on } of config) {
    if (wanted !== on) reasons.push(`BUILD_EXCLUSIVE_CONFIG wants ${option} ${wanted ? "on" : "off"}, and it is ${on ? "on" : "off"} in ${configFile ?? "the configuration"}`);
  }
  return reasons;
}
function verb(match, regex) {
  return match === "invalid" ? `${JSON.stringify(regex)} is no regular expression, so that it cannot match` : `${JSON.stringify(regex)} does not match`;
}
function comparable(version) {
  return version.replace(/\d+/g, (digits) => digits.padStart(3, "0")).replaceAll(" ", "");
}

const DEADLINE$5 = 20;
function offlineArgs(program, args) {
  return ["--net", "--", program, ...args];
}
async function offline(host) {
  const works = await host.which("unshare") !== void 0 && (await host.run({ program: "unshare", args: offlineArgs("true", []), seconds: DEADLINE$5 })).status === 0;
  if (!works) {
    host.log.info("no network namespace can be had here: the package\u2019s scripts could reach the network");
    return host;
  }
  return { ...host, log: host.log, run: (command) => host.run({ ...command, program: "unshare", args: offlineArgs(command.program, command.args) }), start: (command) => host.start(command), which: (program) => host.which(program) };
}

const DKMS_3_0 = {
  release: "3.0.10",
  cutsReturns: false,
  cleans: true,
  kernelRange: false,
  asksAutoConf: false,
  clang: " CC=clang",
  lld: " LD=ld.lld",
  strict: false,
  scriptsCount: false,
  braces: true
};
const DKMS_3_2 = {
  release: "3.2.2",
  cutsReturns: true,
  cleans: false,
  kernelRange: true,
  asksAutoConf: true,
  clang: " LLVM=1",
  lld: "",
  strict: true,
  scriptsCount: true,
  braces: false
};
function rulesOf(version) {
  const [, major, minor, patch] = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(version ?? "") ?? [];
  if (major === void 0) return DKMS_3_2;
  const [a, b, c] = [Number(major), Number(minor), Number(patch ?? 0)];
  return a < 3 || a === 3 && b === 0 && c <= 10 ? DKMS_3_0 : DKMS_3_2;
}

async function dkmsStage(host, request, module, setting, workDir, arch) {
  const below = (file) => module.path === "." ? file : join(module.path, file);
  const shown = below("dkms.conf");
  const quiet = await offline(host);
  const sourceDir = join(workDir, "package");
  const exclude = [request.outputDir, request.cacheDir];
  await copyRepository(join(module.repository, module.path), sourceDir, exclude);
  const { conf, findings: read } = await readDkmsConf(quiet, sourceDir, { rules: await suiteRules(host), release: setting.release, arch, sourceDir: setting.treeDir, dkmsTree: join(workDir, "dkms"), shown });
  if (conf === void 0) return { modules: [], findings: read, summary: `dkms would refuse ${shown}` };
  if (exclusion(conf) !== void 0) {
    const finding = excludedFinding(conf, shown, await readFile(conf.file, "utf8"));
    return { modules: [], findings: [finding, ...read], summary: finding.title };
  }
  const dir = buildDirOf(conf);
  const locate = locateBelow(dir, dir, setting.treeDir);
  const source = modulePlace(dir, `${conf.packageName}-${conf.packageVersion}`);
  const places = [source, treePlace(setting.treeDir, setting.release)];
  const built = await buildWithDkms(quiet, {
    conf,
    setting: { cc: setting.cc, jobs: setting.jobs, makeArgs: [...setting.variables ?? [], ...withPlaces(request.makeArgs, places)] },
    sourceDir,
    exclude: [],
    environment: { ...BUILD_ENVIRONMENT, ...placesEnvironment(places) },
    logFile: join(request.outputDir, "make.log"),
    locate: (file) => {
      const found = locate(file);
      return found === void 0 ? void 0 : below(found);
    },
    shown
  });
  const findings = [...read, ...built];
  const name = `${conf.packageName} ${conf.packageVersion}`;
  if (verdictOf(findings) !== "pass") return { modules: [], findings, summary: `${name} does not build as dkms.conf says, see make.log` };
  if (conf.builtModules.length === 0) return { modules: [], findings: [...findings, namesNone(shown)], summary: `${name} names no module` };
  const modules = await collect$1(conf, join(request.outputDir, "modules"));
  return { modules, findings, places, sources: { buildDir: source.name, repositoryPath: module.path === "." ? "" : module.path }, summary: `${name}, as dkms ${conf.rules.release} builds it: ${modules.map(({ path }) => path).join(", ")}` };
}
async function suiteRules(host) {
  const { stdout } = await host.run({ program: "apt-cache", args: ["policy", "dkms"], env: { LC_ALL: "C" }, seconds: 60 });
  return rulesOf(/^\s*Candidate: (.*)$/m.exec(stdout)?.[1]);
}
async function collect$1(conf, targetDir) {
  const modules = [];
  for (const path of new Set(conf.builtModules.map(builtPath))) {
    const file = join(targetDir, path);
    await mkdir(dirname(file), { recursive: true });
    await cp(join(buildDirOf(conf), path), file, { dereference: true });
    modules.push(describeModule(await readFile(file), file, path));
  }
  return modules;
}
function namesNone(shown) {
  return {
    id: "build.no-module",
    stage: "build",
    severity: "fail",
    title: `${shown} names no module for this kernel`,
    remedy: "Set BUILT_MODULE_NAME and DEST_MODULE_LOCATION, or say by BUILD_EXCLUSIVE_* that the package is not for this kernel.",
    place: { file: shown }
  };
}

async function buildStage(host, request, module, setting, workDir, arch) {
  const nothing = { modules: [], sources: sourcesOf(module, setting, workDir), places: placesOf(module, setting, workDir) };
  if (module.kind === "out-of-tree" && request.dkms === "auto" && await hasDkmsConf(join(module.repository, module.path))) {
    const { modules: modules2, findings: findings2, sources = nothing.sources, places = nothing.places, summary } = await dkmsStage(host, request, module, setting, workDir, arch);
    return { value: { modules: modules2, sources, places }, findings: verdictOf(findings2) === "fail" ? await explained(host, request, setting, findings2) : [...findings2], summary };
  }
  const { dir, argument, root, original } = await place(host, request, module, setting, workDir);
  const locate = locateBelow(root, dir, setting.treeDir);
  const findings = await buildModules(host, {
    setting,
    moduleDir: argument,
    makeArgs: request.makeArgs,
    places: nothing.places,
    logFile: join(request.outputDir, "make.log"),
    locate: (file) => {
      const found = locate(file);
      return found === void 0 ? void 0 : original(found);
    },
    ...module.kind === "out-of-tree" && { clean: dir }
  });
  if (verdictOf(findings) !== "pass") {
    const count = findings.filter((finding) => finding.severity === "fail").length;
    return { value: nothing, findings: await explained(host, request, setting, findings), summary: `${count} ${count === 1 ? "error" : "errors"}, see make.log` };
  }
  const modules = await collectModules(dir, join(request.outputDir, "modules"));
  if (modules.length === 0) return { value: nothing, findings: [...findings, nothingBuilt(module)], summary: "make built no module" };
  return { value: { ...nothing, modules }, findings, summary: modules.map((module2) => module2.path).join(", ") };
}
async function explained(host, request, { treeDir, srcarch, release, cc }, findings) {
  const buildLog = await readFile(join(request.outputDir, "make.log"), "utf8").catch(() => "");
  return withCauses(findings, await withDeclarations(host, { treeDir, srcarch }, diagnose({ buildLog, facts: { release, compiler: cc } })), "build");
}
function placesOf(module, { treeDir, sourceDir, release }, workDir) {
  const tree = [...sourceDir === void 0 ? [] : [treePlace(sourceDir, release)], treePlace(treeDir, release)];
  return module.kind === "in-tree" ? tree : [modulePlace(copyIn(workDir)), ...tree];
}
function sourcesOf(module, setting, workDir) {
  return { buildDir: placesOf(module, setting, workDir)[0]?.name ?? "", repositoryPath: "" };
}
const copyIn = (workDir) => join(workDir, "module");
async function place(host, request, module, setting, workDir) {
  if (module.kind === "in-tree") {
    const dir2 = join(setting.treeDir, module.path);
    return { dir: dir2, argument: module.path, root: setting.treeDir, original: (file) => file };
  }
  const root = copyIn(workDir);
  await makeApart(host, root);
  await copyRepository(module.repository, root, [request.outputDir, request.cacheDir]);
  const { dir, original } = await moduleDirIn(root, module.path);
  return { dir, argument: dir, root, original };
}
function nothingBuilt(module) {
  const inTree = module.kind === "in-tree";
  return {
    id: "build.no-module",
    stage: "build",
    severity: "fail",
    title: "make ended well but built no module",
    remedy: inTree ? "Turn the driver on: name its option in `options`, such as CONFIG_CAN_ETAS_ES58X=m." : "Check that Kbuild adds the module to obj-m."
  };
}

const DAY = 864e5;
const VERSIONED = String.raw`[a-z0-9][a-z0-9.+-]*_\d[A-Za-z0-9.+~%-]*`;
const UNFINISHED = /\.[A-Za-z0-9]{6}$/;
const ANSWER = /^[0-9a-f]{64}\.json$/;
const SHELVES = [
  { name: "kits", entries: new RegExp(`^${VERSIONED}$`), mark: "complete" },
  { name: "trees", entries: new RegExp(String.raw`^linux-source-${VERSIONED}-[a-z0-9]+-\d+(?:\.\w{6})?$`) },
  { name: "patches", entries: new RegExp(`^linux-source-${VERSIONED}$`), mark: "series" },
  { name: "prepared", entries: new RegExp(String.raw`^${VERSIONED}_\d+_[0-9a-f]{24}(?:\.\w{6})?$`), timed: true },
  { name: "vmlinux", entries: new RegExp(`^${VERSIONED}$`), mark: "vmlinux" },
  { name: "guest", entries: /^busybox-static_\d[A-Za-z0-9.+~%-]*_[a-z0-9]+$/, mark: "complete" },
  { name: "apt", entries: /^[a-z][a-z0-9.:~-]*$/, mark: "kernel.sources" },
  { name: "snapshot", entries: ANSWER },
  { name: "answers", entries: ANSWER, passing: true },
  { name: "debs", entries: /^download-[A-Za-z0-9]{6}$/, passing: true },
  { name: "incoming", entries: /^(?:part|tool)-[A-Za-z0-9]{6}$/, passing: true }
];
async function markUsed(target, cacheDir) {
  const version = basename(folderOf("", target, cacheDir));
  const isOf = (name) => name.endsWith(version) || name.includes(`${version}-`);
  const entries = (await entriesOf(cacheDir)).filter(({ name, passing, timed }) => !passing && !timed && isOf(name));
  await Promise.all(entries.map(({ path }) => utimes(path, /* @__PURE__ */ new Date(), /* @__PURE__ */ new Date()).catch(() => void 0)));
}
async function expire(host, cacheDir, days, now = Date.now()) {
  const removed = await Promise.all(
    (await entriesOf(cacheDir)).map(async (entry) => {
      const most = entry.passing ? 1 : days;
      try {
        if (most === 0 || await usedAt(entry) >= now - most * DAY) return [];
        await remove(entry.path, cacheDir);
        return [`${entry.shelf}/${entry.name}`];
      } catch (error) {
        host.log.detail(`cache: ${entry.path} stays: ${String(error)}`);
        return [];
      }
    })
  );
  if (removed.flat().length > 0) host.log.info(`cache: removed what no run has used for long: ${removed.flat().join(", ")}`);
}
async function entriesOf(cacheDir) {
  const shelves = SHELVES.map(async ({ name: shelf, entries, passing: all = false, timed = false, mark }) => {
    const names = (await readdir(join(cacheDir, shelf)).catch(() => [])).filter((name) => entries.test(name)).sort();
    return names.map((name) => {
      const passing = all || UNFINISHED.test(name);
      return { shelf, name, path: join(cacheDir, shelf, name), passing, timed, ...!passing && mark !== void 0 && { mark } };
    });
  });
  return (await Promise.all(shelves)).flat();
}
async function usedAt({ path, passing, mark }) {
  const own = await lstat(path);
  if (passing) return own.ctimeMs;
  const times = [own, await stat(path).catch(() => own), ...mark === void 0 ? [] : [await stat(join(path, mark))]];
  return Math.max(...times.map(({ mtimeMs }) => mtimeMs));
}
async function remove(path, cacheDir) {
  const parent = join(cacheDir, "incoming");
  await mkdir(parent, { recursive: true });
  const aside = await makeScratch(join(parent, "part-"));
  try {
    await rename(path, join(aside, "entry"));
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

const BLOCK$1 = 512;
const KINDS$3 = { "0": "f", "\0": "f", "5": "d", "2": "l" };
function* tarMembers(archive) {
  let extended = /* @__PURE__ */ new Map();
  for (let at = 0; ; ) {
    const header = archive.subarray(at, at + BLOCK$1);
    if (header.length < BLOCK$1) throw new Error(`the archive ends at byte ${archive.length}, without its last block`);
    if (header[0] === 0) return;
    const size = Number.parseInt(field$1(header, 124, 12), 8);
    const data = archive.subarray(at + BLOCK$1, at + BLOCK$1 + size);
    if (data.length !== size) throw new Error(`the archive ends at byte ${archive.length}, within ${field$1(header, 0, 100)}`);
    const type = String.fromCharCode(header[156] ?? 0);
    at += BLOCK$1 + Math.ceil(size / BLOCK$1) * BLOCK$1;
    if (type === "x") {
      extended = recordsOf(data);
      continue;
    }
    const kind = KINDS$3[type];
    if (kind === void 0 || extended.has("size")) throw new Error(`${field$1(header, 0, 100)} is of type \u201C${type}\u201D`);
    const prefix = field$1(header, 345, 155);
    const name = extended.get("path") ?? (prefix === "" ? "" : `${prefix}/`) + field$1(header, 0, 100);
    yield { path: name.replace(/^\.\//, "").replace(/\/$/, ""), kind, mode: Number.parseInt(field$1(header, 100, 8), 8), data, target: extended.get("linkpath") ?? field$1(header, 157, 100) };
    extended = /* @__PURE__ */ new Map();
  }
}
function field$1(header, from, length) {
  const end = header.indexOf(0, from);
  return header.toString("utf8", from, end < 0 ? from + length : Math.min(end, from + length));
}
function recordsOf(data) {
  const records = /* @__PURE__ */ new Map();
  for (let at = 0; at < data.length; ) {
    const blank = data.indexOf(32, at);
    const length = Number(data.toString("latin1", at, blank));
    if (!(length > 0)) throw new Error("an extended header is damaged");
    const record = data.toString("utf8", blank + 1, at + length - 1);
    const equals = record.indexOf("=");
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

const DEADLINE$4 = 600;
async function unpackWith(host, program, args, place) {
  const exit = await host.run({ program, args, seconds: DEADLINE$4 });
  if (exit.status === 0) return;
  const full = /No space left on device|Wrote only \d+ of \d+ bytes/.test(exit.stderr);
  throw new GateError({
    id: full ? "host.disk-full" : "tree.unpack-failed",
    stage: "tree",
    severity: "error",
    title: full ? `No space left on device while writing the kernel tree to ${place}` : `${program} ${exit.timedOut ? `took longer than ${DEADLINE$4} s` : "failed"} while writing the kernel tree to ${place}`,
    detail: exit.stderr.trim().split("\n").slice(-10).join("\n"),
    remedy: full ? "Free some space, or point cache-dir and TMPDIR to a larger disk: one kernel needs about 1.5 GB." : "Empty the cache directory and run again."
  });
}

const ARCHIVE$1 = "tree.tar.zst";
async function canKeepTrees(host) {
  return await host.which("zstd") !== void 0;
}
const FORMAT = ["--format=posix", "--hard-dereference", "--pax-option=delete=atime,delete=ctime", "--sort=name", "--owner=0", "--group=0", "--numeric-owner"];
async function keepTree(host, tree, folder, { without = [], newerThan, beside } = {}) {
  await mkdir(join(folder, ".."), { recursive: true });
  const fresh = await makeScratch(`${folder}.`);
  try {
    const list = join(fresh, "list");
    if (newerThan !== void 0) await unpackWith(host, "find", [tree, "-mindepth", "1", "-cnewer", newerThan, "-fprintf", list, "%P\\0"], folder);
    const wanted = newerThan === void 0 ? ["."] : ["--no-recursion", "--null", "--verbatim-files-from", "--files-from", list];
    await unpackWith(host, "tar", ["--create", "--file", join(fresh, ARCHIVE$1), "--use-compress-program", "zstd -q -6 -T0", ...FORMAT, "--directory", tree, "--anchored", ...excluding(without), ...wanted], folder);
    await rm(list, { force: true });
    await beside?.(fresh);
    await rename(fresh, folder).catch(async (error) => {
      if (!await exists(folder)) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
async function restoreTree(host, folder, directory, { names, without = [] } = {}) {
  await mkdir(directory, { recursive: true });
  const only = names === void 0 ? [] : ["--null", "--verbatim-files-from", "--files-from", names];
  await unpackWith(host, "tar", ["--extract", "--file", join(folder, ARCHIVE$1), "--use-compress-program", "zstd -q", "--directory", directory, "--no-same-owner", "--anchored", ...excluding(without), ...only], directory);
}
async function keptMembers(host, folder, scratch) {
  await unpackWith(host, "zstd", ["-q", "-d", "-f", join(folder, ARCHIVE$1), "-o", scratch], scratch);
  const archive = await readFile(scratch);
  await rm(scratch);
  return tarMembers(archive);
}
const excluding = (patterns) => patterns.map((pattern) => `--exclude=./${pattern}`);

const LISTING = "listing.gz";
const DEADLINE$3 = 300;
const NAMES$1 = "%P\\0%y %m %l\\0";
const DIGESTS = `find . -type f -printf '%P\\0' | xargs -0 -r b2sum --zero --length=128 --`;
const [DIGEST, BEFORE_NAME] = [32, 34];
async function writeListing(host, tree, file) {
  const [names, digests] = await Promise.all([
    host.run({ program: "find", args: [".", "-mindepth", "1", "-printf", NAMES$1], cwd: tree, seconds: DEADLINE$3 }),
    host.run({ program: "sh", args: ["-c", DIGESTS], cwd: tree, seconds: DEADLINE$3 })
  ]);
  const untold = (why) => host.log.detail(`what is in ${tree} was not written down: ${why}`);
  const failed = [names, digests].find(({ status }) => status !== 0);
  if (failed !== void 0) return untold(failed.stderr.trim().split("\n").at(-1) ?? "");
  const contents = new Map(records(digests.stdout).map((record) => [record.slice(BEFORE_NAME), record.slice(0, DIGEST)]));
  const said = records(names.stdout);
  const paths = new Map(said.flatMap((path, n) => n % 2 === 0 ? [[path, `${said[n + 1] ?? ""}${contents.get(path) ?? ""}`]] : []));
  const sorted = [...paths.keys()].sort();
  await writeFile(file, await promisify(gzip)(sorted.map((path) => `${path}	${paths.get(path) ?? ""}\0`).join(""))).catch((error) => untold(String(error)));
}
function pathOf(entry) {
  return entry.slice(0, entry.lastIndexOf("	"));
}
function kindOf(entry) {
  return entry.charAt(entry.lastIndexOf("	") + 1);
}
async function readListing(file) {
  const text = await readFile(file).then(promisify(gunzip)).catch(() => void 0);
  if (text === void 0) return void 0;
  const listing = records(text.toString());
  return listing.every((entry) => entry.includes("	") && isBelow(pathOf(entry))) ? listing : void 0;
}
function isBelow(path) {
  return path !== "" && !path.startsWith("/") && !(path.includes("..") && path.split("/").includes(".."));
}
const records = (text) => text.split("\0").slice(0, -1);

const STEP$1 = "step.gz";
const MOST$3 = 1e3;
async function readStep(host, shelf, name, scratch) {
  try {
    const text = await promisify(gunzip)(await readFile(join(shelf, name, STEP$1)));
    const end = text.indexOf("\n");
    const { from, digest, laid, members, ...gone } = JSON.parse(text.toString("utf8", 0, end));
    if (digest !== await digestOf$1(shelf, [from, name])) return void 0;
    const difference = { ...gone, laid: /* @__PURE__ */ new Set([...laid, ...members.map(({ path }) => path)]) };
    if (![...gone.gone, ...gone.goneDirs, ...gone.newDirs, ...difference.laid].every(isBelow)) return void 0;
    return {
      from,
      difference,
      members: async (tree) => {
        const contents = await unpack(host, text.subarray(end + 1), Buffer.concat(members.map((member) => before(tree, member))), scratch);
        if (contents.length !== members.reduce((sum, { size }) => sum + size, 0)) throw new Error(`${STEP$1} of ${name} is not what its first line says`);
        let at = 0;
        return members.map(({ size, ...member }) => ({ ...member, data: contents.subarray(at, at += size) }));
      }
    };
  } catch {
    return void 0;
  }
}
function before(tree, { path, before: there }) {
  if (!there) return Buffer.alloc(0);
  const file = join(tree, path);
  if (!lstatSync(file).isFile()) throw new Error(`${file} is no file`);
  return readFileSync(file);
}
class StepWriter {
  constructor(tree, difference) {
    this.tree = tree;
    this.difference = difference;
  }
  tree;
  difference;
  #members = /* @__PURE__ */ new Map();
  #before = /* @__PURE__ */ new Map();
  /** Before the member is written. */
  note(member) {
    if (this.#members.size > MOST$3) return;
    if (!this.#members.has(member.path)) this.#before.set(member.path, contentsOf(join(this.tree, member.path)));
    this.#members.set(member.path, member);
  }
  /** In place of what was written before, when the tree is whole: that of `name`, made of `from`. */
  async write(host, shelf, name, from) {
    if (this.#members.size > MOST$3) return;
    const { laid, ...gone } = this.difference;
    const members = [...this.#members.values()];
    const file = join(shelf, name, STEP$1);
    const fresh = await makeScratch(`${file}.`);
    try {
      const head = {
        from,
        digest: await digestOf$1(shelf, [from, name]),
        ...gone,
        laid: [...laid].filter((path) => !this.#members.has(path)),
        members: members.map(({ data, ...member }) => ({ ...member, size: data.length, before: this.#before.get(member.path) !== void 0 }))
      };
      const packed = await pack(host, Buffer.concat(members.map(({ data }) => data)), Buffer.concat(members.map(({ path }) => this.#before.get(path) ?? Buffer.alloc(0))), join(fresh, "step"));
      await writeFile(join(fresh, STEP$1), await promisify(gzip)(Buffer.concat([Buffer.from(`${JSON.stringify(head)}
`), packed])));
      await rename(join(fresh, STEP$1), file);
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  }
}
function contentsOf(file) {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file) : void 0;
}
function pack(host, contents, dictionary, scratch) {
  return zstd(host, [], contents, dictionary, scratch);
}
function unpack(host, packed, dictionary, scratch) {
  return zstd(host, ["-d"], packed, dictionary, scratch);
}
async function zstd(host, args, input, dictionary, scratch) {
  const [before2, from, to] = ["before", "in", "out"].map((name) => `${scratch}.${name}`);
  try {
    await Promise.all([writeFile(before2, dictionary), writeFile(from, input)]);
    await unpackWith(host, "zstd", ["-q", "-f", ...args, ...dictionary.length === 0 ? [] : [`--patch-from=${before2}`], from, "-o", to], to);
    return await readFile(to);
  } finally {
    await Promise.all([before2, from, to].map((file) => rm(file, { force: true })));
  }
}
async function digestOf$1(shelf, names) {
  const digest = createHash("sha256");
  for (const name of names) digest.update(await readFile(join(shelf, name, LISTING)));
  return digest.digest("hex");
}

function differenceOf(from, to) {
  const [lost, found] = unequal(from, to);
  const gone = [];
  const goneDirs = [];
  for (const [path, kind] of lost) {
    const becomes = found.get(path);
    if (kind === "d") {
      if (becomes !== "d") goneDirs.push(path);
    } else if (!(kind === "f" && becomes === "f")) gone.push(path);
  }
  const newDirs = [];
  const laid = /* @__PURE__ */ new Set();
  for (const [path, kind] of found) {
    if (kind !== "d") laid.add(path);
    else if (lost.get(path) !== "d") newDirs.push(path);
  }
  return { gone, goneDirs: goneDirs.reverse(), newDirs, laid };
}
function unequal(from, to) {
  const lost = /* @__PURE__ */ new Map();
  const found = /* @__PURE__ */ new Map();
  for (let a = 0, b = 0; a < from.length || b < to.length; ) {
    const [was, is] = [from[a], to[b]];
    if (was === is) {
      a++;
      b++;
      continue;
    }
    const [before, after] = [was === void 0 ? void 0 : pathOf(was), is === void 0 ? void 0 : pathOf(is)];
    if (was !== void 0 && before !== void 0 && (after === void 0 || before <= after)) {
      lost.set(before, kindOf(was));
      a++;
    }
    if (is !== void 0 && after !== void 0 && (before === void 0 || after <= before)) {
      found.set(after, kindOf(is));
      b++;
    }
  }
  return [lost, found];
}
function sizeOf$2({ gone, laid }) {
  return gone.length + laid.size;
}
async function turnInto(directory, { gone, goneDirs, newDirs, laid }, { folders, own, over, last }, noted) {
  for (const path of gone) rmSync(join(directory, path));
  for (const path of goneDirs) rmdirSync(join(directory, path));
  for (const path of newDirs) mkdirSync(join(directory, path));
  const missing = new Set(laid);
  const lay = (members, told) => {
    for (const member of members) {
      if (!laid.has(member.path)) continue;
      told?.(member);
      write(join(directory, member.path), member);
      missing.delete(member.path);
    }
  };
  for (const folder of folders) lay(await folder, noted);
  lay(await own);
  lay(await over(laid));
  lay(await last);
  return missing.size === 0;
}
function write(path, { kind, data, mode, target }) {
  if (kind === "l") {
    rmSync(path, { force: true });
    symlinkSync(target, path);
    return;
  }
  const file = openAlone(path, mode);
  try {
    for (let at = 0; at < data.length; ) at += writeSync(file, data, at);
    ftruncateSync(file, data.length);
    fchmodSync(file, mode);
  } finally {
    closeSync(file);
  }
}
function openAlone(path, mode) {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW;
  const file = openSync(path, flags, mode);
  if (fstatSync(file).nlink === 1) return file;
  closeSync(file);
  rmSync(path);
  return openSync(path, flags | constants.O_EXCL, mode);
}

const FAR = 8e3;
async function turnNear(host, shelf, name, slot, { layers }, there) {
  const [others, step] = await Promise.all([slot.others(), readStep(host, shelf, name, `${slot.laid}.step`)]);
  const trees = [...there === void 0 ? [] : [{ name: there }], ...others];
  if (trees.length === 0) return false;
  const wanted = { host, shelf, name, slot };
  const known = trees.find((tree) => tree.name === step?.from);
  try {
    if (step !== void 0 && known !== void 0 && await turnAgain(wanted, known, step, layers)) return true;
    return await turnNearest(wanted, trees.filter((tree) => tree !== known), layers);
  } catch (error) {
    host.log.detail(`no tree could be turned into ${name}: ${String(error)}`);
    return false;
  }
}
async function turnAgain(wanted, tree, step, layers) {
  const own = layers().then((made) => {
    if (made === void 0) throw new Error("what it is made of is not packed");
    return { ...made, folders: [] };
  });
  return unpacked$1(wanted, [], own, async (contents) => await take(wanted, tree) && turn(wanted, tree, step.difference, { ...contents, folders: [Promise.resolve(await step.members(wanted.slot.treeDir))] }));
}
async function turnNearest(wanted, trees, layers) {
  const { host, shelf, name, slot } = wanted;
  const near = nearOf(shelf, name, trees);
  const made = await layers();
  if (made === void 0) return false;
  return unpacked$1(wanted, made.folders, Promise.resolve(made), async (contents) => {
    for (const { tree, difference } of await near) {
      if (!await take(wanted, tree)) continue;
      const writer = new StepWriter(slot.treeDir, difference);
      if (!await turn(wanted, tree, difference, contents, (member) => writer.note(member))) return false;
      await writer.write(host, shelf, name, tree.name).catch((error) => host.log.detail(`how ${name} is made of ${tree.name} was not written down: ${String(error)}`));
      return true;
    }
    return false;
  });
}
async function unpacked$1({ host, shelf, name, slot }, folders, layers, work) {
  const unpack = (folder, n) => keptMembers(host, folder, `${slot.laid}.${n}`);
  const contents = {
    folders: folders.map((folder, n) => unpack(folder, n + 2)),
    own: layers.then(({ own }) => own === void 0 ? [] : unpack(own, 1)),
    over: async (paths) => (await layers).over?.(paths) ?? [],
    last: unpack(join(shelf, name), 0)
  };
  const settled = Promise.allSettled([...contents.folders, contents.own, contents.last]);
  try {
    return await work(contents);
  } finally {
    await settled;
  }
}
async function take({ slot }, tree) {
  if ("place" in tree) return slot.take(tree);
  await slot.unmark();
  return true;
}
async function turn({ host, name, slot }, tree, difference, contents, noted) {
  host.log.detail(`${name} is made of ${tree.name}: ${sizeOf$2(difference)} files`);
  return turnInto(slot.treeDir, difference, contents, noted);
}
async function nearOf(shelf, name, trees) {
  const listingOf = (tree) => readListing(join(shelf, tree, LISTING));
  const [wanted, ...listings] = await Promise.all([name, ...trees.map((tree) => tree.name)].map(listingOf));
  if (wanted === void 0) return [];
  const compared = trees.flatMap((tree, n) => {
    const listing = listings[n];
    return listing === void 0 ? [] : [{ tree, difference: differenceOf(listing, wanted) }];
  });
  return compared.filter(({ difference }) => sizeOf$2(difference) <= FAR).sort((a, b) => sizeOf$2(a.difference) - sizeOf$2(b.difference));
}

const PREPARED_FORMAT = 9;
const MOST_KEPT = 3;
const RECENT = 36e5;
const prefixOf = ({ release, packageVersion }) => `${release}_${packageVersion.replaceAll(":", "%3a")}_`;
function preparedName(target, fingerprint) {
  return `${prefixOf(target)}${PREPARED_FORMAT}_${fingerprint.slice(0, 24)}`;
}
async function usedLast(cacheDir, target) {
  const { length } = preparedName(target, "0".repeat(64));
  return (await usedOf(join(cacheDir, "prepared"), target)).find(({ name }) => name.length === length && name.startsWith(`${prefixOf(target)}${PREPARED_FORMAT}_`))?.name;
}
async function usedOf(shelf, target) {
  const names = (await readdir(shelf).catch(() => [])).filter((name) => name.startsWith(prefixOf(target)));
  const used = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(shelf, name)).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs })));
  return used.sort((a, b) => b.at - a.at);
}
async function beginPrepared(host, cacheDir, slot, unprepared, { guess, exact }) {
  const there = exact ? void 0 : await slot.holding();
  if (there !== void 0) return { there, fresh: false };
  if (guess === void 0 || exact) {
    await layAnew(slot, unprepared.lay);
    return { fresh: true };
  }
  if (!await canTurn(host, unprepared) || !await turnNear(host, join(cacheDir, "prepared"), guess, slot, unprepared, void 0)) return { fresh: false, tried: guess };
  await slot.mark(guess);
  return { there: guess, fresh: false };
}
async function canTurn(host, { layers }) {
  if (await canKeepTrees(host)) return true;
  await layers();
  return canKeepTrees(host);
}
async function layAnew(slot, lay) {
  await slot.begin();
  await lay(slot.treeDir);
}
async function usePrepared(host, cacheDir, name, slot, unprepared, { there, fresh, tried }) {
  const kept = join(cacheDir, "prepared", name);
  const now = /* @__PURE__ */ new Date();
  await utimes(kept, now, now).catch(() => void 0);
  if (there === name) return true;
  const prepared = await exists(kept) && await canKeepTrees(host);
  if (!(prepared && !fresh && tried !== name && await turnNear(host, join(cacheDir, "prepared"), name, slot, unprepared, there))) {
    if (!fresh) await layAnew(slot, unprepared.lay);
    if (prepared) await restoreTree(host, kept, slot.treeDir);
    else await writeNames(host, slot, slot.laid);
  }
  if (prepared) await slot.mark(name);
  slot.sweep();
  return prepared;
}
async function keepPrepared(host, cacheDir, target, name, slot) {
  if (await canKeepTrees(host) && await nothingGone(host, slot)) {
    await keepTree(host, slot.treeDir, join(cacheDir, "prepared", name), { newerThan: slot.laid, beside: (directory) => writeListing(host, slot.treeDir, join(directory, LISTING)) });
    await forgetOthers(cacheDir, target);
  }
  await slot.mark(name);
}
async function forgetOthers(cacheDir, target) {
  const shelf = join(cacheDir, "prepared");
  const old = (await usedOf(shelf, target)).slice(MOST_KEPT).filter(({ at }) => Date.now() - at > RECENT);
  for (const { name } of old) await rm(join(shelf, name), { recursive: true, force: true });
}
async function nothingGone(host, slot) {
  const list = `${slot.laid}.now`;
  await writeNames(host, slot, list);
  const now = new Set(await namesOf(list));
  await rm(list);
  const gone = (await namesOf(slot.laid)).filter((name) => !now.has(name));
  if (gone.length > 0) host.log.detail(`the prepared tree is not kept: ${gone.slice(0, 3).join(", ")} went away while it was prepared`);
  return gone.length === 0;
}
const namesOf = async (file) => (await readFile(file, "utf8")).split("\0");
async function writeNames(host, { treeDir }, file) {
  await unpackWith(host, "find", [treeDir, "-mindepth", "1", "-fprintf", file, "%P\\0"], file);
}

const FETCH_DEADLINE = 300;
const UNPACK_DEADLINE = 120;
const EVIDENCE_LINES$1 = 10;
async function featuresetPatches(host, source, featureset, setting) {
  const { series, packageVersion } = source.target;
  const kept = join(setting.cacheDir, "patches", `linux-source-${series}_${packageVersion.replaceAll(":", "%3a")}-${featureset}`);
  if (!await exists(kept)) {
    await mkdir(dirname(kept), { recursive: true });
    const scratch = await makeScratch(`${kept}.`);
    try {
      const beside = join(dirname(source.sourceTar), `linux-patch-${series}-${featureset}.patch.xz`);
      const made = await exists(beside) ? await besideTar(host, source, featureset, beside, scratch) : await ofSourcePackage(host, source, featureset, setting, scratch);
      await utimes(made, /* @__PURE__ */ new Date(), /* @__PURE__ */ new Date());
      await rename(made, kept).catch(async (error) => {
        if (!await exists(kept)) throw error;
      });
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  return namesOfSeries(await readFile(join(kept, "series"), "utf8")).map((name) => join(kept, name));
}
function namesOfSeries(text) {
  return text.split("\n").flatMap((line) => {
    const name = line.replace(/(?:^|\s)#.*$/, "").trim().split(/\s+/)[0] ?? "";
    return name === "" || name.split("/").includes("..") || name.startsWith("/") ? [] : [name];
  });
}
function fetchSourceArgs({ name, version }, view) {
  return ["source", "-q", "--diff-only", ...view.options, "-o", "Acquire::Retries=3", "--", `${name}=${version}`];
}
async function besideTar(host, source, featureset, file, scratch) {
  await copyFile(file, join(scratch, "all.patch.xz"));
  const exit = await host.run({ program: "xz", args: ["--decompress", join(scratch, "all.patch.xz")], seconds: UNPACK_DEADLINE });
  if (exit.status !== 0) throw otherSource(source.target, featureset, lastLines(exit.stderr, EVIDENCE_LINES$1));
  await writeFile(join(scratch, "series"), "all.patch\n");
  return scratch;
}
async function ofSourcePackage(host, source, featureset, setting, scratch) {
  if (!setting.install) throw otherSource(source.target, featureset, "Nothing may be fetched (install: false).");
  const view = await sourceView(host, source.target, setting).catch((error) => {
    if (!(error instanceof GateError)) throw error;
    throw otherSource(source.target, featureset, [error.finding.title, error.finding.detail ?? ""].join("\n").trim());
  });
  host.log.info(`fetching the patches of featureset ${featureset} from the source package of ${source.target.source.name}`);
  const fetched = await host.run({ program: "apt-get", args: fetchSourceArgs(source.target.source, view), cwd: scratch, seconds: FETCH_DEADLINE });
  const archive = (await readdir(scratch)).find((name) => /\.debian\.tar\.\w+$/.test(name));
  if (fetched.status !== 0 || archive === void 0) throw otherSource(source.target, featureset, lastLines(fetched.stderr.split("\n").filter((line) => !line.startsWith("NOTICE")).join("\n").trim(), EVIDENCE_LINES$1));
  const folder = `debian/patches-${featureset}`;
  const unpacked = await host.run({ program: "tar", args: ["--extract", "--file", join(scratch, archive), "--directory", scratch, "--no-same-owner", folder], seconds: UNPACK_DEADLINE });
  if (unpacked.status !== 0) throw otherSource(source.target, featureset, lastLines(unpacked.stderr, EVIDENCE_LINES$1));
  return join(scratch, folder);
}
async function sourceView(host, { archive }, setting) {
  const full = { ...setting, architecture: "", native: "" };
  const binaries = archive === void 0 ? await ownSources(host) : await readFile(viewFiles(setting.cacheDir, archive).sources, "utf8");
  const text = binaries.replace(/^Types: deb$/gm, "Types: deb-src").replace(/^Architectures:.*\n/gm, "");
  return openView(host, `${archive ?? "own"}-src`, text, full, LISTS_STALE);
}
async function ownSources(host) {
  const mirrors = await ownMirrors(host);
  return sourcesText(entriesFor(mirrors.own, mirrors), "all", await trustOf(mirrors));
}
function otherSource({ release, series }, featureset, reason) {
  return new GateError({
    id: "kernel.other-source",
    stage: "install",
    severity: "error",
    title: `${release} is built with the patches of Debian\u2019s featureset ${featureset}, which linux-source-${series} does not hold and which could not be had beside it: its configuration cannot be compared`,
    ...reason !== "" && { detail: reason },
    remedy: "Take a release whose source package the archive still has, or build against the headers and give the files as `modules` (proof and boot need no source), or choose another flavour, or a 7.x kernel."
  });
}

function touchedFiles(patches) {
  const made = /* @__PURE__ */ new Set();
  const needed = /* @__PURE__ */ new Set();
  for (const { from: from2, to: to2 } of patches.flatMap(touchesOf)) {
    if (from2 !== void 0 && !made.has(from2)) needed.add(from2);
    if (to2 !== void 0 && to2 !== from2) made.add(to2);
  }
  return [...needed].sort();
}
function touchesOf(patch) {
  const found = [];
  const lines = patch.split("\n");
  let inHunk = { old: 0, new: 0 };
  for (const [at, line] of lines.entries()) {
    if (inHunk.old > 0 || inHunk.new > 0) {
      inHunk = { old: inHunk.old - (/^[+\\]/.test(line) ? 0 : 1), new: inHunk.new - (/^[-\\]/.test(line) ? 0 : 1) };
      continue;
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk !== null) {
      inHunk = { old: Number(hunk[1] ?? 1), new: Number(hunk[2] ?? 1) };
      const last = found.at(-1);
      if (last?.from !== void 0 && last.from === last.to && /^@@ -0,0 /.test(line)) found[found.length - 1] = { to: last.from };
      continue;
    }
    const [, renamed] = /^rename from (.+)$/.exec(line) ?? [];
    if (renamed !== void 0) found.push({ from: renamed, ...to(/^rename to (.+)$/.exec(lines[at + 1] ?? "")?.[1]) });
    const [, old] = /^--- (\S+)/.exec(line) ?? [];
    const [, fresh] = /^\+\+\+ (\S+)/.exec(lines[at + 1] ?? "") ?? [];
    if (old !== void 0 && fresh !== void 0) found.push({ ...from(below$1(old)), ...to(below$1(fresh)) });
  }
  return found;
}
const from = (path) => path === void 0 ? {} : { from: path };
const to = (path) => path === void 0 ? {} : { to: path };
function below$1(path) {
  return path === "/dev/null" ? void 0 : path.slice(path.indexOf("/") + 1);
}
function patchArgs(treeDir, file) {
  return ["--strip=1", "--fuzz=0", "--batch", "--forward", "--silent", "--no-backup-if-mismatch", "--remove-empty-files", "--reject-file=-", `--directory=${treeDir}`, `--input=${file}`];
}

const PATCH_DEADLINE = 60;
const EVIDENCE_LINES = 10;
async function filesOfFeatureset({ patches }) {
  return touchedFiles(await Promise.all(patches.map((file) => readFile(file, "latin1"))));
}
async function applyFeatureset(host, target, { name, patches }, treeDir) {
  host.log.info(`applying the ${patches.length} ${patches.length === 1 ? "patch" : "patches"} of featureset ${name}`);
  for (const file of patches) {
    const { status, stdout, stderr } = await host.run({ program: "patch", args: patchArgs(treeDir, file), seconds: PATCH_DEADLINE });
    if (status !== 0) throw otherSource(target, name, `${basename(file)} cannot be applied:
${lastLines(`${stdout}${stderr}`.trim(), EVIDENCE_LINES)}`);
  }
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
    const kind = await stat(file).catch(() => void 0);
    if (kind !== void 0 && (!kind.isDirectory() || (await readdir(file)).length > 0)) return file;
  }
  return void 0;
}

const LINKED = ["scripts", "tools"];
const OF_THE_PACKAGE = [...LINKED, "Makefile", ".kernelvariables"];
const PACKED$1 = "headers";
const NAMES = "read";
const READ = [".config", "Module.symvers", "vmlinux", "include/config/auto.conf", "include/generated/autoconf.h"];
async function packHeaders(host, config, root) {
  if (await host.which("zstd") === void 0) return;
  const [headers, folder] = [dirname(config), join(root, PACKED$1)];
  await keepTree(host, headers, folder, { without: OF_THE_PACKAGE });
  const there = await Promise.all(READ.map((name) => exists(join(headers, name))));
  await writeFile(join(folder, NAMES), READ.filter((_, i) => there[i]).map((name) => `./${name}\0`).join(""));
  for (const name of await readdir(headers)) if (name !== basename(config)) await rm(join(headers, name), { recursive: true });
}
async function unpackHeaders(host, root, workDir) {
  const folder = join(root, PACKED$1);
  if (!await exists(folder)) return void 0;
  const directory = join(workDir, "headers");
  await mkdir(directory, { recursive: true });
  await restoreTree(host, folder, directory, { names: join(folder, NAMES) });
  return { folder, directory };
}

const SETUP = { sectors: 497, magic: 514, protocol: 518, payloadOffset: 584, payloadLength: 588 };
const PROTOCOL = 520;
const PVH_NOTE = 18;
const PT_NOTE = 4;
function payloadOf(image) {
  if (image.length < 592 || image.toString("latin1", SETUP.magic, SETUP.magic + 4) !== "HdrS") throw new ElfError("bzImage: no HdrS at 0x202");
  const protocol = integer(image, SETUP.protocol, 2, "bzImage: protocol");
  if (protocol < PROTOCOL) throw new ElfError(`bzImage: boot protocol ${(protocol >> 8).toString()}.${(protocol & 255).toString()} has no payload field`);
  const setup = ((integer(image, SETUP.sectors, 1, "bzImage: setup_sects") || 4) + 1) * 512;
  const payload = range(image, setup + integer(image, SETUP.payloadOffset, 4, "bzImage: payload_offset"), integer(image, SETUP.payloadLength, 4, "bzImage: payload_length"), "bzImage: payload");
  return compressionOf(payload) === "gzip" ? payload : payload.subarray(0, -4);
}
function hasPvhEntry(elf) {
  const [table, size, count] = [integer(elf, 32, 8, "program header table"), integer(elf, 54, 2, "program header size"), integer(elf, 56, 2, "number of program headers")];
  for (let i = 0; i < count; i++) {
    const header = range(elf, table + i * size, 56, `program header ${i}`);
    if (integer(header, 0, 4, "type") !== PT_NOTE) continue;
    if (notesOf(range(elf, integer(header, 8, 8, "note offset"), integer(header, 32, 8, "note size"), `notes ${i}`)).some(({ name, type }) => name === "Xen" && type === PVH_NOTE)) return true;
  }
  return false;
}
function notesOf(notes) {
  const found = [];
  for (let at = 0; at + 12 <= notes.length; ) {
    const [nameSize, size, type] = [integer(notes, at, 4, "note"), integer(notes, at + 4, 4, "note"), integer(notes, at + 8, 4, "note")];
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

const DEADLINE$2 = 120;
const PACKED = "vmlinux.zst";
async function packImage(host, vmlinuz, root) {
  if (await host.which("zstd") === void 0) return;
  const image = join(root, "vmlinux");
  try {
    if (await unpackVmlinux(host, vmlinuz, image) !== "unpacked") return;
    const exit = await host.run({ program: "zstd", args: ["-q", "-6", "-T0", image, "-o", join(root, PACKED)], seconds: DEADLINE$2 });
    if (exit.status !== 0) throw new GateError(aptFailure(exit, `Packing the image of ${vmlinuz}`));
    await rm(vmlinuz);
  } finally {
    await rm(image, { force: true });
  }
}
async function unpackImage(host, root, workDir) {
  const packed = join(root, PACKED);
  if (!await exists(packed)) return void 0;
  const image = join(workDir, "vmlinux");
  const exit = await host.run({ program: "zstd", args: ["-q", "-d", "-f", packed, "-o", image], seconds: DEADLINE$2 });
  if (exit.status !== 0) throw notUnpacked(exit, "The kept image of the kernel", packed, root);
  return image;
}

async function wholeKit(host, target, places) {
  const [headers, image] = await Promise.all([headersAt(host, target, places), imageAt(host, target, places)]);
  return { ...headers, ...image };
}
async function headersAt(host, target, { root, sourceRoot, kept, workDir }) {
  const packed = await unpackHeaders(host, kept, workDir);
  const { headersConfig, moduleSymvers, btfVmlinux, sourceTar } = pieces(target);
  const find = (piece) => packed === void 0 ? locate(root, piece) : locate(packed.directory, { ...piece, paths: piece.paths.map((file) => basename(file)) });
  const found = await required(target, [[headersConfig, find], [moduleSymvers, find], ...sourceRoot === void 0 ? [] : [[sourceTar, (piece) => locate(sourceRoot, piece)]]]);
  const btf = await find(btfVmlinux);
  return {
    target,
    headersConfig: found[0] ?? "",
    moduleSymvers: found[1] ?? "",
    ...sourceRoot !== void 0 && { sourceTar: found[2] ?? "" },
    ...btf !== void 0 && { btfVmlinux: btf },
    ...packed !== void 0 && { packedHeaders: packed.folder }
  };
}
async function imageAt(host, target, { root, kept, workDir }) {
  const packed = await unpackImage(host, kept, workDir);
  const { vmlinuz, imageConfig, modulesDir } = pieces(target);
  const find = (piece) => locate(root, piece);
  const [config = "", modules = "", image = ""] = await required(target, [[imageConfig, find], [modulesDir, find], ...packed === void 0 ? [[vmlinuz, find]] : []]);
  const vmlinux = packed ?? (architectureOf(target).vmlinuz === "bzImage" ? await vmlinuxOf(host, image, kept) : void 0);
  return { vmlinuz: packed ?? image, imageConfig: config, modulesDir: dirname(modules), ...vmlinux !== void 0 && { vmlinux } };
}
async function required(target, wanted) {
  const found = await Promise.all(wanted.map(([piece, find]) => find(piece)));
  const missing = wanted.flatMap(([piece], i) => found[i] === void 0 ? [`${piece.package} ${target.packageVersion} (${piece.paths[0] ?? ""})`] : []);
  if (missing.length > 0) throw packagesMissing(target, missing);
  return found.map((path) => path ?? "");
}
async function vmlinuxOf(host, vmlinuz, dir) {
  const file = join(dir, "vmlinux");
  if (await exists(file)) return file;
  await mkdir(dir, { recursive: true });
  const scratch = await makeScratch(join(dir, "vmlinux-"));
  try {
    const result = await unpackVmlinux(host, vmlinuz, join(scratch, "vmlinux"));
    if (result !== "unpacked") {
      host.log.info(`vmlinuz is booted as it is: ${result.reason}`);
      return void 0;
    }
    await host.run({ program: "fallocate", args: ["--dig-holes", join(scratch, "vmlinux")], seconds: 60 });
    await rename(join(scratch, "vmlinux"), file);
    return file;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
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

function notNeeded(top, unneeded) {
  return [
    ...["drivers", "sound", "fs", "net", "crypto", "io_uring", "samples"].map((dir) => `${top}/${dir}/*.[chS]`),
    // Programs of scripts/selinux/ include headers of security/, and kernel/sched/sched.h some of mm/ and block/.
    ...["block", "ipc", "mm", "security"].map((dir) => `${top}/${dir}/*.c`),
    ...unneeded.map((pattern) => `${top}/${pattern}`),
    // Kconfig begins with one file of it.
    `${top}/Documentation/*.*`,
    `${top}/Documentation/*/*`,
    `${top}/tools/perf/*`,
    `${top}/tools/testing/*`
  ];
}
const TREE_FORMAT = 4;
function prunedName(target, featureset) {
  const patched = featureset === void 0 ? "" : `-${featureset.name}`;
  return `linux-source-${target.series}_${target.packageVersion.replaceAll(":", "%3a")}${patched}-${architectureOf(target).srcarch}-${TREE_FORMAT}`;
}
function kconfigName(target) {
  return `linux-source-${target.series}_${target.packageVersion.replaceAll(":", "%3a")}-kconfig-${TREE_FORMAT}`;
}
function tarArgs({ sourceTar, target }, directory, extent) {
  const top = `linux-source-${target.series}`;
  const excluded = extent === "external" ? notNeeded(top, architectureOf(target).unneeded) : [];
  const wanted = extent === "kconfig" ? [`${top}/*Kconfig*`, `${top}/scripts/*`] : [];
  return [
    ...["--extract", "--file", sourceTar, "--use-compress-program", "xz -T0", "--directory", directory, "--strip-components=1", "--no-same-owner"],
    ...["--anchored", "--wildcards", "--wildcards-match-slash", ...excluded.map((pattern) => `--exclude=${pattern}`), ...wanted]
  ];
}
function membersArgs({ sourceTar }, directory, list) {
  return ["--extract", "--file", sourceTar, "--use-compress-program", "xz -T0", "--directory", directory, "--strip-components=1", "--no-same-owner", "--verbatim-files-from", "--files-from", list];
}
async function unpackTree(host, kit, cacheDir, target, extent) {
  const kept = prunedDir(kit.target, cacheDir, kit.featureset);
  if (extent === "external" && await exists(kept) && await canKeepTrees(host)) return restoreTree(host, kept, target);
  const { sourceTar } = kit;
  if (sourceTar === void 0) throw packagesMissing(kit.target, [`${kit.target.source.name} ${kit.target.packageVersion}`]);
  await mkdir(target, { recursive: true });
  await untar(host, { ...kit, sourceTar }, target, extent);
}
async function prunedLayers(kit, cacheDir) {
  const kept = prunedDir(kit.target, cacheDir, kit.featureset);
  return await exists(kept) ? { folders: [kept] } : void 0;
}
function prunedDir(target, cacheDir, featureset) {
  return join(cacheDir, "trees", prunedName(target, featureset));
}
function kconfigDir(target, cacheDir) {
  return join(cacheDir, "trees", kconfigName(target));
}
function keepPruned(host, source, cacheDir) {
  return keepOf(host, source, prunedDir(source.target, cacheDir, source.featureset), "external");
}
function keepKconfig(host, source, cacheDir) {
  return keepOf(host, source, kconfigDir(source.target, cacheDir), "kconfig");
}
async function keepOf(host, source, kept, extent) {
  if (await exists(kept)) return;
  await mkdir(join(kept, ".."), { recursive: true });
  const scratch = await makeScratch(`${kept}.`);
  try {
    await untar(host, source, scratch, extent);
    await keepTree(host, scratch, kept);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
async function untar(host, source, directory, extent) {
  await telling(host.log, `unpacking linux-source-${source.target.series}`, duration, unpackWith(host, "tar", tarArgs(source, directory, extent), directory));
  if (source.featureset === void 0) return;
  if (extent === "external") {
    const list = join(directory, ".members");
    const wanted = await filesOfFeatureset(source.featureset);
    await writeFile(list, wanted.map((path) => `linux-source-${source.target.series}/${path}
`).join(""));
    await unpackWith(host, "tar", membersArgs(source, directory, list), directory);
    await rm(list);
  }
  await applyFeatureset(host, source.target, source.featureset, directory);
}

const MANIFEST_FORMAT = 1;
const MOST$2 = 4096;
const DEPTH = 64;
const BLOCK = 1 << 20;
const TURN = 15;
async function describeFolder(folder, key) {
  const hash = createHash("sha256");
  const block = Buffer.allocUnsafe(BLOCK);
  const totals = { entries: 0, bytes: 0 };
  const turn = turns();
  const waiting = [{ path: "", depth: 0 }];
  for (let at = waiting.pop(); at !== void 0; at = waiting.pop()) {
    if (at.depth > DEPTH) throw new Error(`${at.path}: more than ${DEPTH} directories below each other`);
    await turn();
    for (const name of readdirSync(join(folder, at.path)).sort()) {
      const path = at.path === "" ? name : `${at.path}/${name}`;
      const file = join(folder, path);
      const about = lstatSync(file);
      totals.entries++;
      if (about.isDirectory()) {
        record(hash, "d", path);
        waiting.push({ path, depth: at.depth + 1 });
      } else if (about.isSymbolicLink()) {
        record(hash, "l", path, readlinkSync(file));
      } else if (about.isFile()) {
        record(hash, "f", path, String(about.mode & 64), String(Math.floor(about.mtimeMs)), String(about.size));
        totals.bytes += await readInto(hash, file, about.size, block, turn);
      } else {
        throw new Error(`${path}: neither file, directory nor link`);
      }
    }
  }
  return { format: MANIFEST_FORMAT, key, ...totals, sha256: hash.digest("hex") };
}
function record(hash, ...fields) {
  hash.update(`${fields.join("\0")}\0\0`);
}
function turns() {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < TURN) return;
    await new Promise((resolve) => setImmediate(resolve));
    since = performance.now();
  };
}
async function readInto(hash, file, size, block, turn) {
  const descriptor = openSync(file, "r");
  try {
    let done = 0;
    for (let got = -1; got !== 0; ) {
      got = readSync(descriptor, block, 0, block.length, null);
      hash.update(block.subarray(0, got));
      done += got;
      await turn();
    }
    if (done !== size) throw new Error(`${file} changed while it was read`);
    return done;
  } finally {
    closeSync(descriptor);
  }
}
async function writeManifest(file, manifest) {
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, `${JSON.stringify(manifest)}
`);
  await rename(fresh, file);
}
async function verifyFolder(folder, manifestFile, key) {
  try {
    const about = await lstat(manifestFile).catch(() => void 0);
    if (about === void 0) return "it has no manifest";
    if (!about.isFile() || about.size > MOST$2) return "its manifest is not one of ours";
    const said = JSON.parse(await readFile(manifestFile, "utf8"));
    const claim = typeof said === "object" && said !== null ? { ...said } : {};
    if (claim["format"] !== MANIFEST_FORMAT) return "its manifest has another format";
    if (claim["key"] !== key) return "it was saved under another key";
    if (!(await lstat(folder)).isDirectory()) return "it is no directory";
    const found = await describeFolder(folder, key);
    for (const field of ["entries", "bytes", "sha256"]) {
      if (claim[field] !== found[field]) return `${field} should be ${String(claim[field]).slice(0, 64)} and is ${found[field]}`;
    }
    return found;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function folderName(name, { packageVersion }) {
  return `${name}_${packageVersion.replaceAll(":", "%3a")}`;
}
function sizeOf$1(packages) {
  return packages.reduce((sum, { size }) => sum + size, 0);
}
function identity$1(packages) {
  return packages.map(({ name, version, sha256 }) => [name, version, sha256 ?? ""]);
}
function keyOf$1(kind, name, content) {
  const digest = createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 32);
  return `kmod-gate-${VERSION$1}-${MANIFEST_FORMAT}-${kind}-${process.arch}-${name}-${digest}`;
}
function kitPart(target, cacheDir) {
  const packages = [...target.image, target.headers];
  const name = folderName(target.release, target);
  return { title: `kernel kit ${target.release} ${target.packageVersion}`, folder: join(cacheDir, "kits", name), marker: "complete", key: keyOf$1("kit", name, identity$1(packages)), spares: sizeOf$1(packages) };
}
function kconfigPart(target, cacheDir) {
  return { title: `Kconfig files ${target.series} ${target.packageVersion}`, folder: kconfigDir(target, cacheDir), key: keyOf$1("kconfig", kconfigName(target), identity$1([target.source])), spares: target.source.size };
}
function preparedPart(target, cacheDir, fingerprint) {
  const name = preparedName(target, fingerprint);
  const packages = [...target.image, target.headers, target.source];
  return { title: `prepared tree ${target.release} ${target.packageVersion}`, folder: join(cacheDir, "prepared", name), key: keyOf$1("prepared", name, [identity$1(packages), fingerprint, cacheDir]), spares: 0 };
}
function shelf({ folder }) {
  return dirname(folder);
}
function isHere({ folder, marker }) {
  return exists(marker === void 0 ? folder : join(folder, marker));
}

const GENERATIONS = 3;
const manifestName = (part) => `${basename(part.folder)}.manifest`;
const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;
async function restoreParts(host, remote, cacheDir, parts) {
  const here = await Promise.all(parts.map(isHere));
  if (!here.includes(false)) return parts.map((part) => ({ part, here: true }));
  if (await host.which("zstd") === void 0) {
    host.log.info("cache: zstd is not installed, so the remote cache is not used");
    return parts.map((part, index) => ({ part, here: here[index] === true }));
  }
  return Promise.all(
    parts.map(async (part, index) => {
      if (here[index] === true) return { part, here: true };
      try {
        return await restorePart(host, remote, cacheDir, part);
      } catch (error) {
        host.log.info(`cache: ${part.title} could not be restored: ${reasonOf$2(error)}`);
        return { part, here: false };
      }
    })
  );
}
async function restorePart(host, remote, cacheDir, part) {
  for (let generation = 0; generation < GENERATIONS; generation++) {
    const key = `${part.key}-${generation}`;
    const began = performance.now();
    const { outcome, reason, manifest } = await fetchOne(remote, cacheDir, part, key);
    if (outcome === "restored") {
      const spared = part.spares === 0 ? "" : `, instead of ${megabytes(part.spares)} of packages`;
      host.log.info(`cache: ${part.title} restored in ${((performance.now() - began) / 1e3).toFixed(1)} s (${manifest?.entries ?? 0} entries, ${megabytes(manifest?.bytes ?? 0)}${spared})`);
      return { part, here: true };
    }
    if (outcome === "absent") {
      host.log.info(`cache: ${part.title} is not in the remote cache`);
      return { part, here: false, saveAs: key };
    }
    if (outcome === "unavailable") {
      host.log.info(`cache: the remote cache cannot be used, going on without it: ${reason ?? "no reason given"}`);
      return { part, here: false };
    }
    host.log.info(`cache: the entry of ${part.title} is not used: ${reason ?? "it cannot be unpacked"}`);
  }
  return { part, here: false };
}
async function fetchOne(remote, cacheDir, part, key) {
  const staging = await stagingDirectory(cacheDir);
  try {
    const [directory, scratch] = [join(staging, "entry"), join(staging, "scratch")];
    await Promise.all([directory, scratch].map((path) => mkdir(path)));
    const name = basename(part.folder);
    const answer = await remote.restore({ key, paths: [name, manifestName(part)], directory, scratch });
    if (answer.outcome !== "restored") return answer;
    const folder = join(directory, name);
    const manifest = await verifyFolder(folder, join(directory, manifestName(part)), key);
    if (typeof manifest === "string") return { outcome: "broken", reason: manifest };
    if (part.marker !== void 0 && !await exists(join(folder, part.marker))) return { outcome: "broken", reason: "it was saved unfinished" };
    await mkdir(shelf(part), { recursive: true });
    await utimes(folder, /* @__PURE__ */ new Date(), /* @__PURE__ */ new Date());
    await rename(folder, part.folder).catch(async (error) => {
      if (!await isHere(part)) throw error;
    });
    return { ...answer, manifest };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
async function saveParts(host, remote, cacheDir, states) {
  const results = [];
  for (const { part, saveAs } of states) {
    if (saveAs === void 0 || !await isHere(part)) continue;
    const began = performance.now();
    const result = await saveOne(remote, cacheDir, part, saveAs).catch((error) => ({ outcome: "failed", reason: reasonOf$2(error) }));
    const why = { saved: `saved in ${((performance.now() - began) / 1e3).toFixed(1)} s`, exists: "was saved by another run", failed: `was not saved: ${result.reason ?? "no reason given"}` };
    host.log.info(`cache: ${part.title} ${why[result.outcome]}`);
    results.push(result);
  }
  return results;
}
async function saveOne(remote, cacheDir, part, key) {
  const scratch = await stagingDirectory(cacheDir);
  const manifest = join(shelf(part), manifestName(part));
  try {
    await writeManifest(manifest, await describeFolder(part.folder, key));
    return await remote.save({ key, paths: [basename(part.folder), manifestName(part)], directory: shelf(part), scratch });
  } finally {
    await Promise.all([scratch, manifest].map((path) => rm(path, { recursive: true, force: true })));
  }
}
async function stagingDirectory(cacheDir) {
  const parent = join(cacheDir, "incoming");
  await mkdir(parent, { recursive: true });
  return makeScratch(join(parent, "part-"));
}
function reasonOf$2(error) {
  return error instanceof Error ? error.message : String(error);
}

const isSet = (variables, name) => (variables[name] ?? "") !== "";
function chooseStore(variables, cacheDir) {
  if (variables["RUNNER_ENVIRONMENT"] === "self-hosted") {
    const toolCache = variables["RUNNER_TOOL_CACHE"] ?? "";
    if (toolCache === "") return { kind: "none", reason: "RUNNER_TOOL_CACHE is not set" };
    if (isWithin(cacheDir, toolCache)) return { kind: "none", reason: "cache-dir lies in the tool cache, which the runner keeps" };
    return { kind: "tool-cache" };
  }
  if (!isSet(variables, "ACTIONS_RUNTIME_TOKEN")) return { kind: "none", reason: "ACTIONS_RUNTIME_TOKEN is not set" };
  if (!isSet(variables, "ACTIONS_RESULTS_URL") && !isSet(variables, "ACTIONS_CACHE_URL")) return { kind: "none", reason: "neither ACTIONS_RESULTS_URL nor ACTIONS_CACHE_URL is set" };
  return { kind: "remote" };
}

const TOOL = "kmod-gate-kit";
const FIND_DEADLINE = 30;
const KEEP_DEADLINE = 300;
function toolVersion(target) {
  const [, major, minor, patch] = /^(?:\d+:)?(\d+)\.(\d+)(?:\.(\d+))?/.exec(target.packageVersion) ?? [];
  const digest = createHash("sha256").update(kitPart(target, "/").key).digest("hex").slice(0, 16);
  return `${Number(major ?? 0)}.${Number(minor ?? 0)}.${Number(patch ?? 0)}-r${target.release.replace(/[^0-9A-Za-z]/g, "-")}.k${digest}`;
}
async function findKit(host, target, options) {
  const part = kitPart(target, options.cacheDir);
  try {
    if (await isHere(part)) return true;
    if ((await lstat(part.folder).catch(() => void 0))?.isSymbolicLink() === true) await rm(part.folder);
    const kept = await ask$1(host, target, options, "find", []);
    if (kept === "" || !await isHere({ ...part, folder: kept })) return false;
    await mkdir(shelf(part), { recursive: true });
    await symlink(kept, part.folder).catch(async (error) => {
      if (!await isHere(part)) throw error;
    });
    host.log.info(`cache: ${part.title} found in the tool cache`);
    return true;
  } catch (error) {
    host.log.info(`cache: the tool cache cannot be used: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
async function keepKit(host, target, options) {
  const part = kitPart(target, options.cacheDir);
  try {
    if (!await isHere(part)) return false;
    if ((await lstat(part.folder)).isSymbolicLink()) return true;
    const kept = await ask$1(host, target, options, "keep", [part.folder]);
    if (kept === "") return false;
    host.log.info(`cache: ${part.title} kept in the tool cache`);
    return true;
  } catch (error) {
    host.log.info(`cache: ${part.title} was not kept in the tool cache: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
async function ask$1(host, target, { script, directory, cacheDir }, operation, rest) {
  const parent = join(cacheDir, "incoming");
  await Promise.all([parent, join(directory, TOOL)].map((path) => mkdir(path, { recursive: true })));
  const scratch = await makeScratch(join(parent, "tool-"));
  try {
    const answer = join(scratch, "answer");
    const seconds = operation === "find" ? FIND_DEADLINE : KEEP_DEADLINE;
    const call = [process.execPath, script, operation, answer, TOOL, toolVersion(target), process.arch, ...rest];
    const [program = "", ...args] = operation === "find" ? call : ["flock", join(directory, TOOL, ".lock"), ...call];
    const exit = await host.run({ program, args, env: { RUNNER_TOOL_CACHE: directory }, seconds });
    if (exit.status !== 0) throw new Error(exit.timedOut ? `no answer within ${seconds} s` : exit.stderr.trim().split("\n").at(-1) || `status ${exit.status}`);
    return await readFile(answer, "utf8");
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const RESTORE_DEADLINE = 90;
const SAVE_DEADLINE = 180;
const UNFIT = /[\s"'\\]/;
function workerCache(host, { script, seconds, env = {} }) {
  const call = async (operation, { key, paths, directory, scratch }, deadline) => {
    const unfit = [directory, scratch].find((path) => UNFIT.test(path));
    if (unfit !== void 0) return { answer: "", problem: `@actions/cache cannot work in ${unfit}: it has a blank, quote or backslash`, stdout: "" };
    const tar = await host.which("tar");
    if (tar === void 0) return { answer: "", problem: "tar is not installed", stdout: "" };
    const bin = await tarWithin(scratch, tar);
    const result = join(scratch, "answer");
    const exit = await host.run({
      program: process.execPath,
      args: [script, operation, result, key, ...paths],
      cwd: directory,
      // GITHUB_WORKSPACE is what archives are relative to, RUNNER_TEMP holds them; with RUNNER_DEBUG every file would be listed.
      env: { ...env, PATH: [bin, process.env["PATH"] ?? ""].join(delimiter), GITHUB_WORKSPACE: directory, RUNNER_TEMP: scratch, RUNNER_DEBUG: void 0 },
      seconds: deadline
    });
    const answer = exit.status === 0 ? await readFile(result, "utf8").catch(() => "") : "";
    const problem = exit.timedOut ? `no answer within ${deadline} s` : annotation(exit.stdout) ?? (answer === "" ? lastWords(exit) : void 0);
    for (const line of shown(exit.stdout)) host.log.detail(`cache: ${line}`);
    return { answer, problem, stdout: exit.stdout };
  };
  return {
    async restore(entry) {
      const { answer, problem } = await call("restore", entry, seconds ?? RESTORE_DEADLINE);
      const why = problem === void 0 ? {} : { reason: problem };
      if (answer === "restored") return { outcome: "restored" };
      if (answer === "broken") return { outcome: "broken", ...why };
      if (answer === "absent" && problem === void 0) return { outcome: "absent" };
      return { outcome: "unavailable", ...why };
    },
    async save(entry) {
      const { answer, problem, stdout } = await call("save", entry, seconds ?? SAVE_DEADLINE);
      if (answer === "exists" || answer === "not-saved" && isDuplicate(stdout)) return { outcome: "exists" };
      if (answer === "saved" && problem === void 0) return { outcome: "saved" };
      return { outcome: "failed", reason: problem ?? refusal(stdout) ?? "the service refused it" };
    }
  };
}
async function tarWithin(scratch, tar) {
  const bin = join(scratch, "bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "tar"), `#!/bin/sh
for word do shift; [ "$word" = -P ] || set -- "$@" "$word"; done
exec ${shellQuote(tar)} "$@"
`, { mode: 493 });
  return bin;
}
const COMMAND = /^::([a-z-]+)(?: [^:]*)?::(.*)$/;
function commands(stdout, ...names) {
  return stdout.split("\n").flatMap((line) => {
    const [, name, message] = COMMAND.exec(line) ?? [];
    return name !== void 0 && message !== void 0 && names.includes(name) ? [clean(message.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%"))] : [];
  });
}
function clean(text) {
  return plainOneLine(text.replace(/(https?:\/\/[^\s?]*)\?\S*/g, "$1?\u2026"));
}
function annotation(stdout) {
  return commands(stdout, "error", "warning")[0];
}
function shown(stdout) {
  return stdout.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("::")).map(clean);
}
function refusal(stdout) {
  return commands(stdout, "debug").find((line) => line.startsWith("Failed to reserve cache:")) ?? shown(stdout).find((line) => line.startsWith("Failed to save:"));
}
function isDuplicate(stdout) {
  return /\(409\)|already exists/i.test(refusal(stdout) ?? "");
}
function lastWords({ status, stderr }) {
  return clean(stderr.trim().split("\n").at(-1) ?? "") || `the worker ended with status ${status}`;
}

function openCache(host, { target, cacheDir, variables, workers }) {
  const store = workers === void 0 ? void 0 : chooseStore(variables, cacheDir);
  if (workers === void 0 || store === void 0) return nowhere();
  if (store.kind === "none") {
    host.log.detail(`cache: nothing is kept outside ${cacheDir}: ${store.reason}`);
    return nowhere();
  }
  if (store.kind === "remote") return remotely(host, workerCache(host, { script: workers.cache }), cacheDir);
  return inToolCache(host, target, { script: workers.toolCache, directory: variables["RUNNER_TOOL_CACHE"] ?? "", cacheDir });
}
async function look(parts) {
  return Promise.all(parts.map(async (part) => ({ part, here: await isHere(part) })));
}
function nowhere() {
  return {
    take: look,
    keep: () => void 0,
    done: () => Promise.resolve()
  };
}
function remotely(host, remote, cacheDir) {
  let saving = Promise.resolve();
  return {
    take: (parts) => restoreParts(host, remote, cacheDir, parts),
    keep(states) {
      saving = saving.then(() => saveParts(host, remote, cacheDir, states));
    },
    async done() {
      await saving;
    }
  };
}
function inToolCache(host, target, options) {
  const kit = kitPart(target, options.cacheDir).key;
  let keeping = Promise.resolve();
  return {
    async take(parts) {
      if (parts.some(({ key }) => key === kit)) await findKit(host, target, options);
      return look(parts);
    },
    keep(states) {
      if (states.some(({ part, here }) => part.key === kit && !here)) keeping = keeping.then(() => keepKit(host, target, options));
    },
    async done() {
      await keeping;
    }
  };
}

function rawType(btf, id) {
  const owner = btf.ownerOf(id);
  const at = owner.offsetOf(id);
  const { wire } = owner.file;
  const info = wire.u32(at + RECORD.info, `type ${id}`);
  return {
    id,
    kind: kindOf$1(kindNumber(info)) ?? btf.kind(id),
    nameOffset: wire.u32(at + RECORD.name, `type ${id}`),
    vlen: vlenOf(info),
    flag: kindFlag(info),
    sizeOrType: wire.u32(at + RECORD.sizeOrType, `type ${id}`),
    word: (index) => wire.u32(at + RECORD.length + index * 4, `type ${id}`)
  };
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
  const [a, b] = [textOf$1(left, scope), textOf$1(right, scope)];
  const [x, y] = [numberOf(a), numberOf(b)];
  const order = x !== void 0 && y !== void 0 ? x - y : a < b ? -1 : Number(a > b);
  return COMPARISONS[relation](order);
}
function textOf$1(operand, { kconfig, config }) {
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
  const revised = tool.expected !== void 0 && deltas.length === 1 && own !== void 0 && withoutRevision(tool.expected) === withoutRevision(actual);
  return {
    id: "config.tool-version",
    title: `${tool.tool} is another one${expected}, this one is ${actual}: ${names(deltas)}.`,
    remedy: `Install ${tool.package} in the version that the target was configured with${tool.expected === void 0 ? "" : ` (${tool.expected})`}.${revised ? ` Both are the same upstream version, built by Debian at different times. If your suite has moved on since the kernel was built and that will do, allow it: allow-config-delta: "${own.symbol}: another Debian revision".` : ""}`
  };
}
function withoutRevision(version) {
  return version.replace(/\s*\([^)]*\)/g, "");
}
function vanished(own) {
  return own !== void 0 && (own.after === void 0 || own.after === "0" || own.after === '""');
}
function standIn(tool, own, now) {
  if (tool.symbol !== "CC_VERSION_TEXT" || own === void 0) return "";
  const used = unquote(now.get("CC_VERSION_TEXT") ?? "").split(" ")[0] ?? "";
  return used === "" ? "" : `, \`${used}\` was used instead`;
}
const KINDS$2 = [
  { id: "config.symbol-lost", holds: ({ after }) => after === void 0, says: (which) => `The target has what this build lost, for no known cause: ${which}.` },
  { id: "config.symbol-gained", holds: ({ before }) => before === void 0, says: (which) => `This build gained what the target does not have, for no known cause: ${which}.` },
  { id: "config.symbol-changed", holds: ({ before, after }) => before !== void 0 && after !== void 0, says: (which) => `Values differ from the target's for no known cause: ${which}.` }
];
function unknownCause(deltas) {
  return KINDS$2.flatMap(({ id, holds, says }) => {
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

const MAKEFILES = {
  "scripts/basic/Makefile": "",
  "scripts/kconfig/Makefile": [
    ".PHONY: oldconfig syncconfig",
    "oldconfig syncconfig:",
    "	$(Q)mkdir -p include/config include/generated",
    "	$(Q)$(obj)/conf --$@ $(if $(KBUILD_KCONFIG),$(KBUILD_KCONFIG),Kconfig)",
    ""
  ].join("\n")
};
const MAKEFILE_MODE = 420;
const MADE_BY_OLDCONFIG = "include/config/[!ak]*";
function headersDir(kit) {
  return dirname(kit.headersConfig);
}
async function headersTree(host, kit, tree) {
  const { kconfigDir, common, programs } = kit.shipped;
  await restoreTree(host, kconfigDir, tree);
  await restoreTree(host, common, tree);
  if (kit.packedHeaders !== void 0) await restoreTree(host, kit.packedHeaders, tree, { without: [MADE_BY_OLDCONFIG] });
  const own = kit.packedHeaders !== void 0 ? [] : (await readdir(headersDir(kit))).filter((name) => !OF_THE_PACKAGE.includes(name));
  await copyInto(host, own.map((name) => join(headersDir(kit), name)), tree);
  await layPrograms(host, programs, tree);
}
async function layPrograms(host, programs, tree) {
  await copyInto(host, LINKED.map((name) => join(programs, name)), tree);
  for (const [file, text] of Object.entries(MAKEFILES)) {
    const path = join(tree, file);
    const replaced = await lstat(path).catch(() => void 0);
    await rm(path, { force: true });
    await writeFile(path, text);
    await chmod(path, MAKEFILE_MODE);
    if (replaced !== void 0) await utimes(path, replaced.mtime, replaced.mtime);
  }
}
function headersLayers({ shipped: { kconfigDir, common, programs }, packedHeaders }) {
  if (packedHeaders === void 0) return void 0;
  return { folders: [kconfigDir, common], own: packedHeaders, over: (paths) => programsOf(programs, paths) };
}
async function programsOf(programs, paths) {
  const found = [];
  for (const path of paths) {
    if (!LINKED.some((name) => path.startsWith(`${name}/`))) continue;
    const text = MAKEFILES[path];
    const file = join(programs, path);
    const stats = await lstat(file).catch(() => void 0);
    if (text !== void 0) found.push({ path, kind: "f", mode: MAKEFILE_MODE, data: Buffer.from(text), target: "" });
    else if (stats?.isFile() === true) found.push({ path, kind: "f", mode: stats.mode & 4095, data: await readFile(file), target: "" });
    else if (stats?.isSymbolicLink() === true) found.push({ path, kind: "l", mode: 511, data: Buffer.alloc(0), target: await readlink(file) });
  }
  return found;
}
async function copyInto(host, sources, directory) {
  if (sources.length === 0) return;
  await unpackWith(host, "cp", ["--archive", "--remove-destination", "--reflink=auto", "--target-directory", directory, "--", ...sources], directory);
}
const CONF = ["scripts/kconfig/conf"];
const ALL_SHIPPED = [...CONF, "scripts/basic/fixdep", "scripts/mod/modpost", "tools/objtool/objtool", "tools/bpf/resolve_btfids/resolve_btfids"];
const NOT_STARTED = [126, 127, 132];
const OLD_LIBRARY = /version \S+ not found/;
async function brokenProgram(host, { programs }, names = CONF) {
  const kbuild = basename(programs);
  for (const name of names) {
    const program = join(programs, name);
    if (name !== CONF[0] && !await exists(program)) continue;
    const { status, stderr } = await host.run({ program, args: [], seconds: 30 }).catch((error) => ({ status: 127, stderr: String(error) }));
    if (NOT_STARTED.includes(status) || OLD_LIBRARY.test(stderr)) return `${name} of ${kbuild}: ${stderr.replaceAll(`${program}: `, "").trim().split("\n").at(-1) || `status ${status}`}`;
  }
  return void 0;
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
const OLD_LD = 1e4;
const LD = {
  human: (value) => BINUTILS.human(isOldLd(value) ? String(Number(value) / OLD_LD) : value),
  encode: (output, stated) => {
    const value = BINUTILS.encode(output);
    return value !== void 0 && isOldLd(stated ?? "") ? String(Number(value) * OLD_LD) : value;
  }
};
function isOldLd(value) {
  return Number(value) >= 1e4 * OLD_LD;
}
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
const TEXT$1 = {
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
  { tool: "as", program: "as", args: ["--version"], package: "binutils", symbol: "AS_VERSION", encoding: BINUTILS, stopsKconfig: true, binutils: true },
  { tool: "ld", program: "ld", args: ["--version"], package: "binutils", symbol: "LD_VERSION", encoding: LD, stopsKconfig: true, binutils: true },
  { tool: "ld.lld", program: "ld.lld", args: ["--version"], package: "lld", symbol: "LLD_VERSION", encoding: LLD, stopsKconfig: true },
  { tool: "rustc", program: "rustc", args: ["--version"], package: "rustc", symbol: "RUSTC_VERSION_TEXT", encoding: TEXT$1 },
  { tool: "rustc", program: "rustc", args: ["--version"], package: "rustc", symbol: "RUSTC_VERSION", encoding: RUSTC },
  { tool: "bindgen", program: "bindgen", args: ["--version", "workaround-for-0.69.0"], package: "bindgen", symbol: "BINDGEN_VERSION_TEXT", encoding: TEXT$1 }
];
function crossed(row, cross) {
  if (cross === void 0 || row.binutils !== true) return row;
  const program = `${cross.crossPrefix}${row.program}`;
  return { ...row, tool: program, program, package: `${row.package}-${cross.crossPackages}` };
}
const ASKED_ANYWAY = /* @__PURE__ */ new Set(["PAHOLE_VERSION", "RUSTC_VERSION"]);
const always = () => true;
const anyOf = (...symbols) => (config) => symbols.some((symbol) => config.get(symbol) === "y");
const NEEDED_TOOLS = [
  { tool: "make", package: "build-essential", probe: { kind: "program", name: "make" }, reason: "runs the build", needed: always },
  { tool: "gcc", package: "build-essential", probe: { kind: "program", name: "gcc" }, reason: "HOSTCC: scripts/kconfig/conf, modpost and objtool are programs of this machine", needed: always },
  { tool: "C library headers", package: "build-essential", probe: { kind: "header", name: "stdio.h" }, reason: "the same programs, and Kconfig looks whether programs can be linked (scripts/cc-can-link.sh)", needed: always },
  { tool: "flex", package: "flex", probe: { kind: "program", name: "flex" }, reason: "scripts/kconfig/lexer.l", needed: always, compiles: true },
  { tool: "bison", package: "bison", probe: { kind: "program", name: "bison" }, reason: "scripts/kconfig/parser.y", needed: always, compiles: true },
  { tool: "bc", package: "bc", probe: { kind: "program", name: "bc" }, reason: "include/generated/timeconst.h", needed: always, compiles: true },
  { tool: "xz", package: "xz-utils", probe: { kind: "program", name: "xz" }, reason: "linux-source is packed with it", needed: always, compiles: true },
  {
    tool: "libelf headers",
    package: "libelf-dev",
    probe: { kind: "header", name: "gelf.h" },
    reason: "tools/objtool and tools/bpf/resolve_btfids",
    needed: anyOf("OBJTOOL", "STACK_VALIDATION", "UNWINDER_ORC", "DEBUG_INFO_BTF"),
    compiles: true
  },
  {
    tool: "OpenSSL headers",
    package: "libssl-dev",
    probe: { kind: "header", name: "openssl/opensslv.h" },
    reason: "scripts/sign-file; before 5.17 also scripts/extract-cert",
    needed: (config, series) => anyOf("MODULE_SIG_FORMAT")(config) || isBefore(series, 5, 17) && anyOf("SYSTEM_TRUSTED_KEYRING")(config),
    compiles: true
  },
  { tool: "python3", package: "python3", probe: { kind: "program", name: "python3" }, reason: "scripts/bpf_doc.py writes bpf_helper_defs.h for resolve_btfids", needed: anyOf("DEBUG_INFO_BTF"), compiles: true },
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

const ALWAYS = ["build-essential", "dwarves"];
function requiredPackages(config, series, { cross, shipped = false } = {}) {
  const stated = STATED_TOOLS.filter((row) => usesTool(row, config)).map((row) => crossed(row, cross).package);
  const needed = NEEDED_TOOLS.filter((row) => row.needed(config, series) && !(shipped && row.compiles === true)).map((row) => row.package);
  const library = cross !== void 0 && config.get("CC_CAN_LINK") === "y" ? [cross.crossLibrary] : [];
  return [.../* @__PURE__ */ new Set([...ALWAYS, ...library, compilerPackage(compilerName(config, cross), cross), ...stated, ...needed])];
}
function usesTool({ symbol }, config) {
  const value = unquote(config.get(symbol) ?? "");
  return value !== "" && value !== "0";
}
function mustBeAbsent({ symbol }, config) {
  return ASKED_ANYWAY.has(symbol) && config.get(symbol) === "0";
}

const NOBODY = "kmod-gate-hidden-tool";
const VARIABLES = { RUSTC_VERSION: "RUSTC", PAHOLE_VERSION: "PAHOLE" };
function hidingArgs(config) {
  return STATED_TOOLS.flatMap((row) => {
    const variable = VARIABLES[row.symbol];
    return variable !== void 0 && mustBeAbsent(row, config) ? [`${variable}=${NOBODY}`] : [];
  });
}
function architectureArgs({ kernelArch, crossPrefix, makeVariables }, cross) {
  return [...cross === void 0 ? [] : [`ARCH=${kernelArch}`, `CROSS_COMPILE=${crossPrefix}`], ...makeVariables];
}
function prepareArgs(config, modules) {
  return config.get("RUST") === "y" && true ? ["CONFIG_RUST="] : [];
}

const OLDCONFIG_DEADLINE = 300;
const PREPARE_DEADLINE = 1800;
const DEFAULTS = "\n".repeat(2e4);
function createGuard(host, request, kit, setting, tools, sameTools) {
  const config = join(setting.treeDir, ".config");
  let model;
  let previous;
  async function judge(moment) {
    const before = parseConfig(await readFile(kit.headersConfig, "utf8"));
    const after = parseConfig(await readFile(config, "utf8"));
    if (request.options.length === 0 && request.allowances.length === 0 && previous === void 0 && diffConfigs(before, after).length === 0) {
      return { verdict: { deltas: [], groups: [], allowed: [], moment }, findings: [] };
    }
    model ??= await loadKconfig(setting.sourceDir ?? setting.treeDir, setting.srcarch);
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
    await copyFile(kit.headersConfig, join(request.outputDir, "config.target"));
    if (!usesHeaders(kit)) {
      await copyFile(kit.moduleSymvers, join(setting.treeDir, "Module.symvers"));
      if (kit.btfVmlinux !== void 0) await copyFile(kit.btfVmlinux, join(setting.treeDir, "vmlinux"));
    }
    await writeFile(config, writeOptions(target, request.options));
    await rm(join(setting.treeDir, "include/config/auto.conf"), { force: true });
    await step(host, setting, "oldconfig", OLDCONFIG_DEADLINE, request.outputDir);
    await copyFile(config, join(request.outputDir, "config.oldconfig"));
    const first = await judge("oldconfig");
    const { findings } = first;
    if (findings.some((finding) => finding.severity === "fail")) return first;
    if (usesHeaders(kit)) {
      if (!await sameTools()) {
        await rm(join(setting.treeDir, "include/config/auto.conf"), { force: true });
        await step(host, setting, "syncconfig", OLDCONFIG_DEADLINE, request.outputDir);
      }
      const second2 = await again("modules_prepare");
      const untold = verdictOf(second2.findings) === "pass" ? await generatedOtherwise(headersDir(kit), setting.treeDir) : [];
      return { ...second2, findings: [...findings, ...second2.findings, ...untold] };
    }
    const variables = [...setting.variables ?? [], ...architectureOf(kit.target).prepareVariables, ...prepareArgs(parseConfig(target))];
    await rm(join(setting.treeDir, "include/config/auto.conf"), { force: true });
    await step(host, { ...setting, variables }, "modules_prepare", PREPARE_DEADLINE, request.outputDir);
    const second = await again("modules_prepare");
    return { ...second, findings: [...findings, ...second.findings] };
  }
  async function recall() {
    await copyFile(kit.headersConfig, join(request.outputDir, "config.target"));
    await copyFile(config, join(request.outputDir, "config.oldconfig"));
    return again("modules_prepare");
  }
  async function shipped(image) {
    try {
      const { imageConfig } = await image;
      return compareShippedConfigs(parseConfig(await readFile(kit.headersConfig, "utf8")), parseConfig(await readFile(imageConfig, "utf8")));
    } catch (error) {
      if (error instanceof GateError) return [error.finding];
      throw error;
    }
  }
  return { prepare, recall, again, shipped };
}
const GENERATED$1 = ["include/config/auto.conf", "include/generated/autoconf.h"];
async function generatedOtherwise(headers, treeDir) {
  const other = [];
  for (const file of GENERATED$1) if (await readFile(join(headers, file), "utf8") !== await readFile(join(treeDir, file), "utf8")) other.push(file);
  if (other.length === 0) return [];
  return [
    {
      id: "config.generated-differ",
      stage: "guard",
      severity: "error",
      title: `${other.join(" and ")} differ from what the header packages ship, although .config does not`,
      remedy: "Check with `cache: false`, which makes everything anew from linux-source, and report it."
    }
  ];
}
async function step(host, setting, target, seconds, outputDir) {
  const logFile = join(outputDir, `${target}.log`);
  await writeFile(logFile, "");
  const exit = await telling(host.log, `make ${target}`, duration, host.run(make(treeArgs(setting, target), { seconds, logFile, input: DEFAULTS })));
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

function guestPackages(architecture, native, tested) {
  return [architecture.qemu.package, ...architecture === native ? ["busybox-static"] : [], ...tested ? ["kmod"] : []];
}
function packagesFor({ boot, bundle, scenario }, architecture, native) {
  const all = guestPackages(architecture, native, scenario.test !== void 0);
  if (boot !== "off") return all;
  return bundle === "always" ? all.filter((name) => name !== architecture.qemu.package) : [];
}

function compilerOfDepends(depends) {
  return /(?:^|[ ,])(?:linux-compiler-)?((?:gcc|clang)-\d+)(?=$|[ ,:-])/.exec(depends)?.[1];
}
function featuresetOfDepends(depends) {
  return /(?:^|[ ,])linux-headers-\d[^ ,]*-common-([a-z][a-z0-9]*)(?=$|[ ,:])/.exec(depends)?.[1];
}
async function dependsOfHeaders(host, { headers, archive }, cacheDir) {
  const { options } = viewNamed(cacheDir, archive);
  const shown = await host.run({ program: "apt-cache", args: ["show", ...options, "--", `${headers.name}=${headers.version}`], seconds: 60 });
  return parseStanzas(shown.stdout)[0]?.depends ?? "";
}
async function canHaveCompiler(host, compiler, cross) {
  const [program, name] = cross === void 0 ? [compiler, compiler] : [`${cross.crossPrefix}${compiler}`, `${compiler}-${cross.crossPackages}`];
  if (await host.which(program) !== void 0) return true;
  const shown = await host.run({ program: "apt-cache", args: ["show", "--no-all-versions", "--", name], seconds: 60 });
  return parseStanzas(shown.stdout).length > 0;
}

async function fetchKit(host, target, { cacheDir, install, workDir, source = true }) {
  const kernel = kernelPart(target, cacheDir);
  const tar = { root: folderOf(target.source.name, target, cacheDir), packages: [target.source] };
  const parts = source ? [kernel, tar] : [kernel];
  const made = await Promise.all(parts.map(({ root }) => isMade(root)));
  const missing = parts.filter((_, i) => made[i] !== true);
  if (missing.length > 0 && !install) {
    await requireInstalled(host, target, parts.flatMap(({ packages }) => packages));
    return wholeKit(host, target, { root: "/", ...source && { sourceRoot: "/" }, kept: join(cacheDir, "vmlinux", `${target.release}_${target.packageVersion}`), workDir });
  }
  await makeParts(host, target, missing, cacheDir);
  return wholeKit(host, target, { root: kernel.root, ...source && { sourceRoot: tar.root }, kept: kernel.root, workDir });
}
function kernelPart(target, cacheDir) {
  const finish = async (host, root) => {
    await packImagePackages(host, target, root);
    await packHeadersPackage(host, target, root);
  };
  return { root: folderOf(target.release, target, cacheDir), packages: [...target.image, target.headers], finish };
}
async function beginKit(host, target, { cacheDir, workDir }) {
  const whole = kernelPart(target, cacheDir);
  const places = { root: whole.root, kept: whole.root, workDir };
  if (await isMade(whole.root)) return comingKit$1(host, target, places, places, Promise.resolve());
  const ahead = join(workDir, "ahead");
  if (!await unpackHeadersPackage(host, target, cacheDir, ahead).catch(() => false)) {
    await makeParts(host, target, [whole], cacheDir);
    return comingKit$1(host, target, places, places, Promise.resolve());
  }
  const finish = async (_, fresh) => {
    await packImagePackages(host, target, fresh);
    await unpackWith(host, "cp", ["--archive", "--", `${ahead}/.`, fresh], fresh);
  };
  return comingKit$1(host, target, { root: ahead, kept: ahead, workDir }, places, makeParts(host, target, [{ ...whole, packages: target.image, finish }], cacheDir));
}
async function comingKit$1(host, target, headers, places, made) {
  const image = made.then(() => imageAt(host, target, places));
  image.catch(() => void 0);
  return { headers: await headersAt(host, target, headers), image };
}
async function unpackHeadersPackage(host, target, cacheDir, ahead) {
  if (!await canKeepTrees(host)) return false;
  const [deb = ""] = await downloadPackages(host, [target.headers], join(cacheDir, "debs"), viewNamed(cacheDir, target.archive));
  await mkdir(ahead);
  await unpackPackage(host, deb, ahead);
  await packHeadersPackage(host, target, ahead);
  await rm(deb, { force: true });
  return true;
}
async function packImagePackages(host, target, root) {
  await rm(join(root, "usr/share"), { recursive: true, force: true });
  await packModules(host, root);
  const vmlinuz = await locate(root, pieces(target).vmlinuz);
  if (vmlinuz !== void 0 && architectureOf(target).vmlinuz === "bzImage") await packImage(host, vmlinuz, root);
}
async function packHeadersPackage(host, target, root) {
  await rm(join(root, "usr/share"), { recursive: true, force: true });
  const config = await locate(root, pieces(target).headersConfig);
  if (config !== void 0) await packHeaders(host, config, root);
}
async function keptConfig(target, cacheDir) {
  const root = folderOf(target.release, target, cacheDir);
  return await isMade(root) ? locate(root, pieces(target).headersConfig) : void 0;
}
async function withSource(host, target, cacheDir, use) {
  const kept = folderOf(target.source.name, target, cacheDir);
  if (await isMade(kept)) return use(await sourceTarIn(target, kept));
  await mkdir(join(cacheDir, "kits"), { recursive: true });
  const scratch = await makeScratch(`${kept}.`);
  try {
    const debs = await downloadPackages(host, [target.source], join(scratch, "debs"), viewNamed(cacheDir, target.archive));
    await unpackPart(host, join(scratch, "source"), debs);
    await rm(join(scratch, "debs"), { recursive: true });
    await use(await sourceTarIn(target, join(scratch, "source")));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
async function sourceTarIn(target, root) {
  const piece = pieces(target).sourceTar;
  const path = await locate(root, piece);
  if (path === void 0) throw packagesMissing(target, [`${piece.package} ${target.packageVersion} (${piece.paths[0] ?? ""})`]);
  return path;
}
async function requireInstalled(host, target, wanted) {
  const exit = await host.run({ program: "dpkg-query", args: ["--show", "--showformat", "${Package} ${Version} ${db:Status-Status}\n", "--", ...wanted.map(({ name }) => name)], seconds: 60 });
  const installed = new Set(exit.stdout.split("\n"));
  const missing = wanted.filter(({ name, version }) => !installed.has(`${name} ${version} installed`));
  if (missing.length > 0) throw packagesMissing(target, missing.map(({ name, version }) => `${name} ${version}`));
}

const KIT_PACKAGES = ["xz-utils", "zstd"];

function shippedNames(depends) {
  const [common, kbuild] = [/(?:^|[ ,])(linux-headers-\d[^ ,:]*-common)(?=$|[ ,:])/, /(?:^|[ ,])(linux-kbuild-\d[^ ,:]*)(?=$|[ ,:])/].map((pattern) => pattern.exec(depends)?.[1]);
  return common === void 0 || kbuild === void 0 ? void 0 : { common, kbuild };
}
function firstChoices(depends) {
  return depends.split(",").flatMap((dependency) => /^\s*([a-z0-9][a-z0-9+.-]+)/.exec(dependency)?.[1] ?? []);
}
async function shippedPackages(host, { packageVersion, archive }, depends, cacheDir) {
  const names = shippedNames(depends);
  if (names === void 0) return void 0;
  const { options } = viewNamed(cacheDir, archive);
  const shown = await host.run({ program: "apt-cache", args: ["show", ...options, "--", ...[names.common, names.kbuild].map((name) => `${name}=${packageVersion}`)], seconds: 60 });
  const stanzas = parseStanzas(shown.stdout).filter(({ version, filename }) => version === packageVersion && filename !== void 0);
  const of = (wanted) => stanzas.find(({ name }) => name === wanted);
  const [common, kbuild] = [of(names.common), of(names.kbuild)];
  if (common === void 0 || kbuild === void 0) return void 0;
  const ref = ({ name, version, size, sha256 }) => ({ name, version, size, ...sha256 !== "" && { sha256 } });
  return { common: ref(common), kbuild: ref(kbuild), libraries: firstChoices(kbuild.depends) };
}

const APT = ["/etc/apt", "/var/lib/apt/lists", "/var/lib/dpkg/status", "/etc/os-release"];
async function stateOf(paths) {
  const state = async (path) => {
    const found = await stat(path).catch(() => void 0);
    if (found === void 0) return [path];
    if (!found.isDirectory()) return [path, found.size, found.mtimeMs];
    const names = (await readdir(path).catch(() => [])).sort();
    return [path, found.mtimeMs, await Promise.all(names.map((name) => state(join(path, name))))];
  };
  return Promise.all(paths.map(state));
}
async function listsOfViews(cacheDir) {
  const views = await readdir(join(cacheDir, "apt")).catch(() => []);
  return views.sort().map((name) => join(cacheDir, "apt", name, "lists"));
}
const digest = (value) => createHash("sha256").update(JSON.stringify(value)).digest("hex");
async function keptIn(file) {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return void 0;
  }
}
async function whileUnchanged(cacheDir, question, ask, paths = APT) {
  const now = async () => digest([VERSION$1, process.env["APT_CONFIG"] ?? "", await stateOf([...paths, ...await listsOfViews(cacheDir)])]);
  const file = join(cacheDir, "answers", `${digest(question)}.json`);
  const [state, kept] = [await now(), await keptIn(file)];
  if (kept?.state === state && Math.abs(Date.now() - kept.since) < LISTS_STALE * 1e3) return kept.answer;
  const answer = await ask();
  await keep(file, { state: await now(), since: Date.now(), answer });
  return answer;
}
async function keep(file, kept) {
  const partial = `${file}.${process.pid}`;
  try {
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(partial, JSON.stringify(kept));
    await rename(partial, file);
  } catch {
    return;
  }
}

const READ_DEADLINE = 120;
async function fetchHeaders(host, target, { common, kbuild }, cacheDir, packer) {
  const root = folderOf(common.name, target, cacheDir);
  if (await isMade(root)) return headersIn(root);
  const finish = async (_, directory) => {
    await packer;
    const src = join(directory, "usr/src");
    await keepTree(host, join(src, (await readdir(src)).find((name) => name.endsWith("-common")) ?? ""), join(directory, "common"), { without: [...LINKED, ...architectureOf(target).unneeded] });
    await rm(src, { recursive: true });
    await rm(join(directory, "usr/share"), { recursive: true, force: true });
  };
  const also = await keptConfig(target, cacheDir) === void 0 ? [target.headers] : [];
  await makeParts(host, target, [{ root, packages: [common, kbuild], finish }], cacheDir, also);
  return headersIn(root);
}
async function keptHeaders(target, common, cacheDir) {
  const root = folderOf(common, target, cacheDir);
  return await isMade(root) ? headersIn(root) : void 0;
}
async function headersIn(root) {
  const lib = join(root, "usr/lib");
  const name = (await readdir(lib).catch(() => [])).find((entry) => entry.startsWith("linux-kbuild-"));
  return { common: join(root, "common"), programs: join(lib, name ?? "linux-kbuild") };
}
async function configOfHeaders(host, target, cacheDir) {
  const kept = await keptConfig(target, cacheDir);
  return kept === void 0 ? configOfPackage(host, target, cacheDir) : readFile(kept, "utf8");
}
async function configOfPackage(host, target, cacheDir) {
  const [deb = ""] = await downloadPackages(host, [target.headers], join(cacheDir, "debs"), viewNamed(cacheDir, target.archive));
  const [path = ""] = pieces(target).headersConfig.paths;
  const exit = await host.run({ program: "sh", args: ["-c", 'dpkg-deb --fsys-tarfile "$1" | tar --extract --to-stdout --file - "$2"', "sh", deb, `./${path}`], seconds: READ_DEADLINE });
  if (exit.status === 0) return exit.stdout;
  const kept = await keptConfig(target, cacheDir);
  if (kept === void 0) throw new GateError(aptFailure(exit, `Reading ${path} of ${deb}`));
  return readFile(kept, "utf8");
}

async function together(...works) {
  await Promise.allSettled(works);
  return Promise.all(works);
}
async function settled(first, other) {
  const ended = other.catch(() => void 0);
  try {
    return await first;
  } catch (error) {
    await ended;
    throw error;
  }
}

async function storedKit(target, cacheDir, cache, fetch) {
  const states = await cache.take([kitPart(target, cacheDir)]);
  const kit = await fetch();
  cache.keep(states);
  return kit;
}
async function fetchSourceKit(host, request, target, setting) {
  return await readsPruned(host, request) ? kitAndPruned(host, request, target, setting) : kitAndSource(host, request, target, setting);
}
async function sourceKitAtHand(host, request, target, { workDir, featureset }) {
  const { cacheDir } = request;
  const setting = { cacheDir, workDir, install: false };
  const pruned = await readsPruned(host, request) && await exists(prunedDir(target, cacheDir, applied(featureset)));
  if (pruned) return prunedKit(await fetchKit(host, target, { ...setting, source: false }), target, featureset);
  return withPatches(host, request, await fetchKit(host, target, setting), featureset);
}
async function readsPruned(host, { module }) {
  return module.kind === "out-of-tree" && await canKeepTrees(host);
}
async function kitAndPruned(host, request, target, { cache, workDir, featureset, building }) {
  const { cacheDir } = request;
  const pruning = async () => {
    if (await exists(prunedDir(target, cacheDir, applied(featureset)))) return;
    if (featureset !== void 0) await building;
    await withSource(host, target, cacheDir, async (sourceTar) => keepPruned(host, await withPatches(host, request, { target, sourceTar }, featureset), cacheDir));
  };
  const fetching = storedKit(target, cacheDir, cache, () => fetchKit(host, target, { cacheDir, workDir, install: true, source: false }));
  const [kit] = await together(fetching, pruning());
  return prunedKit(kit, target, featureset);
}
async function kitAndSource(host, request, target, { cache, workDir, featureset, building }) {
  const { cacheDir } = request;
  const kit = await storedKit(target, cacheDir, cache, () => fetchKit(host, target, { cacheDir, workDir, install: true }));
  await building;
  return withPatches(host, request, kit, featureset);
}
const prunedKit = (kit, target, featureset) => withFeatureset({ ...kit, target }, applied(featureset));
const applied = (featureset) => featureset === void 0 ? void 0 : { name: featureset, patches: [] };
const withFeatureset = (kit, featureset) => featureset === void 0 ? kit : { ...kit, featureset };
async function withPatches(host, { cacheDir, install }, source, featureset) {
  if (featureset === void 0) return source;
  return withFeatureset(source, { name: featureset, patches: await featuresetPatches(host, source, featureset, { cacheDir, install }) });
}

function toolFindings(tools) {
  return tools.flatMap((tool) => {
    if (tool.state === "missing") return [missing(tool, tools)];
    return tool.state === "other-version" ? [otherVersion(tool)] : [];
  });
}
function coveredByGuard(findings, tools, { groups, allowed }) {
  const about = ({ title }, tool) => title.startsWith(`${tool} is `);
  const permitted = tools.filter(({ symbol }) => allowed.some((delta) => delta.symbol === symbol));
  const told = groups.flatMap(({ cause }) => cause.kind === "tool" && !permitted.some(({ tool }) => tool === cause.tool) ? [cause.tool] : []);
  return findings.filter((finding) => !told.some((tool) => about(finding, tool))).map((finding) => permitted.some(({ tool }) => about(finding, tool)) ? { ...finding, severity: "note" } : finding);
}
function missing(tool, tools) {
  return {
    id: "toolchain.missing",
    stage: "toolchain",
    severity: stopsMake(tool, tools) ? "error" : "fail",
    title: `${tool.tool} is missing${tool.expected === void 0 ? "" : ` (the target was configured with ${tool.expected})`}.`,
    ...reasonOf$1(tool),
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
  if (tool.symbol === "CC_VERSION_TEXT") return tool.package !== compilerPackage(tool.program) || tools.some(({ program, state, symbol }) => symbol === void 0 && program === "gcc" && state === "missing");
  return STATED_TOOLS.some(({ symbol, stopsKconfig }) => symbol === tool.symbol && stopsKconfig === true);
}
function reasonOf$1(tool) {
  const row = tool.symbol === void 0 ? rowOf(tool) : void 0;
  return row === void 0 ? {} : { detail: `Needed for: ${row.reason}` };
}
function rowOf({ tool, package: name }) {
  return NEEDED_TOOLS.find((row) => row.tool === tool && row.package === name);
}

const DEADLINE$1 = 30;
const UNUSED = "none";
async function inspectToolchain(host, config, series, { cross, hidden = false, shipped = false } = {}) {
  const stated = STATED_TOOLS.filter(onceEach(config)).map((row) => ({ slow: row.program === "rustc", look: () => inspectStated(host, config, crossed(row, cross), hidden) }));
  const needed = NEEDED_TOOLS.filter((row) => row.needed(config, series) && !(shipped && row.compiles === true)).map((row) => ({ slow: row.probe.kind === "rust-file", look: async () => [await inspectNeeded(host, row)] }));
  const [others, compiler] = await Promise.all([slowFirst([...stated, ...needed]), inspectCompiler(host, config, cross)]);
  return { cc: compiler.cc, tools: [compiler.state, ...others.flat()] };
}
function slowFirst(looks) {
  const begun = new Map(looks.filter(({ slow }) => slow).map((one) => [one, one.look()]));
  return Promise.all(looks.map((one) => begun.get(one) ?? one.look()));
}
function onceEach(config) {
  return ({ symbol }) => symbol !== "RUSTC_VERSION" || !config.has("RUSTC_VERSION_TEXT");
}
async function inspectCompiler(host, config, cross) {
  const name = compilerName(config, cross);
  const expected = unquote(config.get("CC_VERSION_TEXT") ?? "");
  const base = { tool: name, program: name, package: compilerPackage(name, cross), symbol: "CC_VERSION_TEXT", ...expected === "" ? {} : { expected } };
  const output = await ask(host, name, ["--version"]);
  if (output === void 0) {
    const standIn = cross !== void 0 || await host.which("gcc") === void 0 ? name : "gcc";
    return { cc: standIn, state: { ...base, state: "missing" } };
  }
  const actual = TEXT$1.encode(output) ?? "";
  return { cc: name, state: { ...base, actual, state: expected === "" || actual === expected ? "ok" : "other-version" } };
}
async function inspectStated(host, config, row, hidden) {
  const used = usesTool(row, config);
  if (!used && (hidden || !mustBeAbsent(row, config))) return [];
  const { tool, program, symbol, encoding } = row;
  const base = { tool, program, package: row.package, symbol };
  const output = await ask(host, program, row.args);
  const stated = unquote(config.get(symbol) ?? "");
  const found = output === void 0 ? void 0 : encoding.encode(output, stated);
  if (!used) return found === void 0 ? [] : [{ ...base, expected: UNUSED, actual: encoding.human(found), state: "other-version" }];
  const expected = encoding.human(stated);
  if (output === void 0) return [{ ...base, expected, state: "missing" }];
  const actual = found === void 0 ? output.split("\n")[0] ?? "" : encoding.human(found);
  return [{ ...base, expected, actual, state: found === stated ? "ok" : "other-version" }];
}
async function inspectNeeded(host, row) {
  const state = await isThere$1(host, row) ? "ok" : "missing";
  return { tool: row.tool, program: row.probe.name, package: row.package, state };
}
async function isThere$1(host, { probe: { kind, name } }) {
  switch (kind) {
    case "program":
      return await host.which(name) !== void 0;
    case "header":
      return await ask(host, "gcc", ["-E", "-x", "c", "-include", name, "/dev/null", "-o", "/dev/null"]) !== void 0;
    case "rust-file": {
      const sysroot = await ask(host, "rustc", ["--print", "sysroot"]);
      return sysroot !== void 0 && exists(join(sysroot.trim(), name));
    }
  }
}
async function ask(host, program, args) {
  if (await host.which(program) === void 0) return void 0;
  const exit = await host.run({ program, args, env: { LC_ALL: "C" }, seconds: DEADLINE$1 });
  return exit.status === 0 ? exit.stdout : void 0;
}

function inspectFor(host, { series, flavour }, config, shipped) {
  return inspectToolchain(host, config, series, { hidden: true, shipped, cross: crossFor(architectureOf({ flavour })) });
}
async function toolchainStage(host, kit, ahead) {
  const toolchain = await (ahead ?? inspectFor(host, kit.target, parseConfig(await readFile(kit.headersConfig, "utf8")), usesHeaders(kit)));
  const findings = toolFindings(toolchain.tools);
  const bad = toolchain.tools.filter((tool) => tool.state !== "ok");
  const summary = bad.length === 0 ? `${toolchain.cc} and ${toolchain.tools.length - 1} others, each as the kernel\u2019s .config says` : bad.map((tool) => `${tool.tool} ${tool.state === "missing" ? "is missing" : "has another version"}`).join(", ");
  return { value: { toolchain, pending: findings.filter(({ severity }) => severity !== "error") }, findings: findings.filter(({ severity }) => severity === "error"), summary };
}

const forGuest = (request, target) => packagesFor(request, architectureOf(target), nativeArchitecture());
const whole = (kit) => ({ kit, image: Promise.resolve(kit) });
async function installStage(host, request, target, cache, workDir) {
  await mkdir(request.cacheDir, { recursive: true });
  const ask = () => dependsOfHeaders(host, target, request.cacheDir);
  const depends = request.cache ? await whileUnchanged(request.cacheDir, ["depends of headers", target], ask) : await ask();
  const featureset = await requireBuildable(host, target, depends);
  const { cacheDir } = request;
  const short = featureset === void 0 && mayUseHeaders(request, target);
  if (!request.install) return { value: await kitAtHand(host, request, target, { common: short ? shippedNames(depends)?.common : void 0, featureset, workDir }), summary: "nothing installed (install: false)" };
  const guest = forGuest(request, target);
  const shipped = short ? await shippedPackages(host, target, depends, cacheDir) : void 0;
  const installing = installPackages(host, KIT_PACKAGES);
  const [first, headers] = await together(installing, shipped === void 0 ? void 0 : fetchHeaders(host, target, shipped, cacheDir, installing));
  if (shipped !== void 0 && headers !== void 0 && await brokenProgram(host, headers) === void 0) {
    const config = parseConfig(await configOfHeaders(host, target, cacheDir));
    const tools = [...requiredPackages(config, target.series, { shipped: true }), ...shipped.libraries, ...guest];
    const beginning = comingKit(host, target, cacheDir, cache, workDir);
    const equipping = installPackages(host, tools);
    const ahead = equipping.then(() => inspectFor(host, target, config, true));
    ahead.catch(() => void 0);
    try {
      const [more2, { headers: own, image }] = await together(equipping, beginning, keptSource(host, target, cacheDir, cache));
      await Promise.race([image, Promise.resolve()]);
      return { value: { kit: { ...own, target, shipped: { ...headers, kconfigDir: kconfigDir(target, cacheDir) } }, image, ahead }, summary: asked([...first, ...more2]) };
    } catch (error) {
      await together(beginning.then(({ image }) => image), ahead).catch(() => void 0);
      throw error;
    }
  }
  const building = installPackages(host, ["build-essential", "dwarves", ...guest]);
  const [some, kit] = await together(building, fetchSourceKit(host, request, target, { cache, workDir, featureset, building }));
  const more = await installPackages(host, requiredPackages(parseConfig(await readFile(kit.headersConfig, "utf8")), target.series, { cross: crossFor(architectureOf(target)) }));
  await guestBusybox(host, request, target);
  return { value: whole(kit), summary: asked([...first, ...some, ...more]) };
}
async function kitAtHand(host, request, target, { common, featureset, workDir }) {
  const { cacheDir } = request;
  const fromSource = async () => whole(await sourceKitAtHand(host, request, target, { featureset, workDir }));
  const headers = common === void 0 ? void 0 : await keptHeaders(target, common, cacheDir);
  if (headers === void 0 || !await exists(kconfigDir(target, cacheDir))) return fromSource();
  if (!await canKeepTrees(host)) return fromSource().catch(withoutSource(zstdMissing(target)));
  const broken = await brokenProgram(host, headers, ALL_SHIPPED);
  if (broken === void 0) return whole({ ...await fetchKit(host, target, { cacheDir, workDir, install: false, source: false }), target, shipped: { ...headers, kconfigDir: kconfigDir(target, cacheDir) } });
  return fromSource().catch(withoutSource(programBroken(target, broken)));
}
function withoutSource(instead) {
  return (error) => {
    throw error instanceof GateError && error.finding.id === "kernel.package-missing" ? instead : error;
  };
}
function zstdMissing({ release }) {
  return new GateError({
    id: "host.missing-program",
    stage: "install",
    severity: "error",
    title: `zstd is missing, with which what earlier runs kept of ${release} is packed`,
    remedy: "Install zstd, or let the gate do so with install: true."
  });
}
function programBroken({ release }, broken) {
  return new GateError({
    id: "toolchain.program-broken",
    stage: "install",
    severity: "error",
    title: `A compiled program for building modules for ${release} does not start here: ${broken}`,
    remedy: "Install what its package depends on (apt-cache depends linux-kbuild-\u2026), or let the gate do so with install: true."
  });
}
function mayUseHeaders({ module, options, allowances, cache }, target) {
  return cache && module.kind === "out-of-tree" && options.length === 0 && allowances.length === 0 && architectureOf(target).name === nativeArchitecture()?.name;
}
const asked = (installed) => installed.length === 0 ? "all packages are there" : `${installed.length} packages asked of apt`;
async function comingKit(host, target, cacheDir, cache, workDir) {
  const states = await cache.take([kitPart(target, cacheDir)]);
  const coming = await beginKit(host, target, { cacheDir, workDir });
  void coming.image.then(
    () => cache.keep(states),
    () => void 0
  );
  return coming;
}
async function keptSource(host, target, cacheDir, cache) {
  const states = await cache.take([kconfigPart(target, cacheDir)]);
  if (await exists(kconfigDir(target, cacheDir))) return;
  await withSource(host, target, cacheDir, (sourceTar) => keepKconfig(host, { target, sourceTar }, cacheDir));
  cache.keep(states);
}
async function requireBuildable(host, target, depends) {
  const featureset = featuresetOfDepends(depends);
  const compiler = compilerOfDepends(depends);
  if (target.archive === void 0 || compiler === void 0 || await canHaveCompiler(host, compiler, crossFor(architectureOf(target)))) return featureset;
  throw otherSuite(target, compiler, (await ownMirrors(host)).own);
}
function otherSuite({ release, flavour, archive }, compiler, own) {
  const suite = archive === void 0 ? void 0 : suiteOfArchive(archive);
  const where = suite === void 0 ? "a container of its own suite" : `a ${suite.base} container`;
  return new GateError({
    id: "toolchain.other-suite",
    stage: "install",
    severity: "error",
    title: `${release} is built with ${compiler}${crossOf(flavour)}, which ${own.name} does not have: use ${where}`,
    remedy: suite === void 0 ? "Run this in a container of the suite that the kernel was made for." : `Run this in a container such as ${suite.image}.`
  });
}
function crossOf(flavour) {
  const cross = crossFor(architectureOf({ flavour }));
  return cross === void 0 ? "" : ` for ${cross.name}`;
}
async function installForBuilt(host, request, target, cache, workDir) {
  await mkdir(request.cacheDir, { recursive: true });
  const tools = ["dwarves", ...KIT_PACKAGES, ...forGuest(request, target)];
  const installed = request.install ? await installPackages(host, tools) : [];
  const { cacheDir, install } = request;
  const fetch = () => fetchKit(host, target, { cacheDir, workDir, install, source: false });
  const kit = install ? await storedKit(target, cacheDir, cache, fetch) : await fetch();
  await guestBusybox(host, request, target);
  const summary = request.install ? asked(installed) : "nothing installed (install: false)";
  return { value: kit, summary };
}

const PROGRAMS = ["sh", "bash", "ar", "nm", "objcopy", "objdump", "readelf", "strip", "python3", "perl", "awk", "sed", "cpp", "ld.bfd", "pkg-config"];
const VOLATILE = /^(?:GITHUB_|RUNNER_|ACTIONS_|INPUT_|STATE_|LC_|SSH_|XDG_|KMOD_GATE_|npm_|HOME$|PWD$|OLDPWD$|TMPDIR$|SHLVL$|TERM$|LANG$|LANGUAGE$|LS_COLORS$|COLORTERM$|NO_COLOR$|USER$|LOGNAME$|MAIL$|HOSTNAME$|CI$|_$)/;
async function identity(path) {
  if (path === void 0) return null;
  try {
    const real = await realpath(path);
    const { size, mtimeMs } = await stat(real);
    return [path, real, size, mtimeMs];
  } catch {
    return null;
  }
}
async function digestOf(file) {
  return file === void 0 ? "" : createHash("sha256").update(await readFile(file)).digest("hex");
}
async function preparationFingerprint(host, kit, toolchain, environment) {
  const programs = [.../* @__PURE__ */ new Set([toolchain.cc, ...toolchain.tools.map(({ program }) => program), ...PROGRAMS])].sort();
  const found = await Promise.all(programs.map(async (program) => [program, await identity(await host.which(program))]));
  const variables = Object.entries(environment).filter(([name]) => !VOLATILE.test(name)).sort(([a], [b]) => a < b ? -1 : 1);
  const files = await Promise.all([kit.headersConfig, kit.moduleSymvers, kit.btfVmlinux].map(digestOf));
  const made = [usesHeaders(kit) ? "headers" : "source", files, found, toolchain.tools.map(({ program, actual, state }) => [program, actual, state]), variables, await digestOf("/var/lib/dpkg/status").catch(() => "")];
  return createHash("sha256").update(JSON.stringify(made)).digest("hex");
}

const MOST = 2;
const SWEEP = 600;
const ASIDE = "old-";
const TREE = "linux";
const LOCK = "lock";
const MARKER$1 = "holds";
const LAID = "laid";
const EMPTY = `cd "$1" && rm -f ${MARKER$1} ${LAID} && mkdir "$2" && mv ${TREE} "$2"`;
async function sweepPlaces(host, work, suffix) {
  for (const [nth, place] of (await longUnused(work)).entries()) {
    await host.run({ program: "flock", args: ["--nonblock", join(place, LOCK), "sh", "-c", EMPTY, "sh", place, join(work, `${ASIDE}${suffix}-${nth}`)], seconds: SWEEP });
  }
  const aside = (await readdir(work)).filter((name) => name.startsWith(ASIDE) || [TREE, MARKER$1, LAID].includes(name)).map((name) => join(work, name));
  if (aside.length === 0) return;
  const { status, stderr } = await host.run({ program: "nice", args: ["-n", "19", "rm", "-rf", "--", ...aside], seconds: SWEEP });
  if (status !== 0) throw new Error(stderr.trim());
}
async function longUnused(work) {
  return (await placesIn(work)).slice(MOST);
}
async function placesIn(work) {
  const places = [];
  for (const name of await readdir(work)) {
    const place = join(work, name);
    const [tree, lock] = await Promise.all([TREE, LOCK].map((file) => stat(join(place, file)).catch(() => void 0)));
    if (tree !== void 0 && lock !== void 0) places.push({ place, used: lock.mtimeMs });
  }
  return places.sort((a, b) => b.used - a.used).map(({ place }) => place);
}

const HOLD = 24 * 3600;
const WAIT = 5;
const LOOK = 60;
const MOVE = `cd "$1" && [ "$(cat ${MARKER$1})" = "$2" ] && touched=$(find ${TREE} -cnewer ${MARKER$1} -print -quit) && [ -z "$touched" ] && rm -f ${MARKER$1} ${LAID} && mv -T ${TREE} "$3"`;
async function takeSlot(host, cacheDir, release, scratchDir) {
  const work = join(cacheDir, "work");
  const dir = join(work, release);
  if (/[\s:]/.test(dir) || await host.which("flock") === void 0) return void 0;
  await mkdir(dir, { recursive: true });
  const answer = join(scratchDir, "slot");
  const holder = host.start({ program: "flock", args: ["--nonblock", join(dir, LOCK), "sh", "-c", `echo mine; exec sleep ${HOLD}`], seconds: HOLD, stdoutFile: answer });
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
  const treeDir = join(dir, TREE);
  const marker = join(dir, MARKER$1);
  const now = /* @__PURE__ */ new Date();
  await utimes(join(dir, LOCK), now, now);
  const marked = async () => readFile(marker, "utf8").catch(() => "");
  const clear = async () => {
    await rm(marker, { force: true });
    if (!await exists(treeDir)) return;
    await rename(treeDir, join(await mkdtemp(join(work, ASIDE)), TREE));
  };
  const begin = async () => {
    await clear();
    for (const name of await readdir(dir)) if (name.startsWith(`${TREE}${APART}`)) await rm(join(dir, name), { recursive: true });
    await makeApart(host, treeDir);
  };
  let sweeping = Promise.resolve();
  const sweep = () => {
    sweeping = sweeping.then(() => sweepPlaces(host, work, basename(scratchDir))).catch((error) => host.log.detail(`an old tree could not be removed: ${String(error)}`));
  };
  return {
    treeDir,
    laid: join(dir, LAID),
    begin,
    sweep,
    async holding() {
      const name = await marked();
      if (name === "") return void 0;
      const { status, stdout } = await host.run({ program: "find", args: [treeDir, "-cnewer", marker, "-print", "-quit"], seconds: LOOK });
      return status === 0 && stdout === "" ? name : void 0;
    },
    async others() {
      const places = (await placesIn(work)).filter((place) => place !== dir);
      const named = await Promise.all(places.map(async (place) => ({ place, name: await readFile(join(place, MARKER$1), "utf8").catch(() => "") })));
      return named.filter(({ name }) => name !== "");
    },
    async take({ place, name }) {
      await clear();
      const { status } = await host.run({ program: "flock", args: ["--nonblock", join(place, LOCK), "sh", "-c", MOVE, "sh", place, name, treeDir], seconds: LOOK });
      return status === 0;
    },
    async mark(name) {
      await writeFile(marker, name);
    },
    async unmark() {
      await rm(marker, { force: true });
    },
    async release() {
      const keeps = await marked() !== "";
      if (!keeps) await clear();
      sweep();
      await sweeping;
      holder.kill();
      await holder.ended;
    }
  };
}

const nothing = () => Promise.resolve();
const unknown = () => Promise.resolve(false);
const isPlain = ({ options, allowances }) => options.length === 0 && allowances.length === 0;
async function beginTree(host, request, target, coming, workDir) {
  const { cacheDir } = request;
  const slot = request.module.kind !== "in-tree" && request.cache ? await takeSlot(host, cacheDir, target.release, workDir) : void 0;
  if (slot === void 0) return void 0;
  const unprepared = {
    lay: async (directory) => makeTree(host, await coming, cacheDir, directory, "external"),
    layers: async () => {
      const kit = await coming;
      return usesHeaders(kit) ? headersLayers(kit) : prunedLayers(kit, cacheDir);
    }
  };
  try {
    const begun = await beginPrepared(host, cacheDir, slot, unprepared, { guess: await usedLast(cacheDir, target), exact: !isPlain(request) });
    return { slot, unprepared, begun };
  } catch (error) {
    await slot.release();
    throw error;
  }
}
async function dropTree(beginning) {
  const tree = await beginning.catch(() => void 0);
  await tree?.slot.release();
}
async function treeStage(host, request, module, kit, inspecting, workDir, cache, beginning) {
  const { series, packageVersion } = kit.target;
  const source = usesHeaders(kit) ? `headers of ${packageVersion}, Kconfig of linux-source-${series}` : `linux-source-${series} ${packageVersion}${kit.featureset === void 0 ? "" : ` with the patches of featureset ${kit.featureset.name}`}`;
  try {
    const deciding = inspecting.then(async (toolchain2) => ({ toolchain: toolchain2, fingerprint: await preparationFingerprint(host, kit, toolchain2, process.env) }));
    deciding.catch(() => void 0);
    const tree = await beginning;
    if (tree === void 0) {
      const dir = join(workDir, "linux");
      await makeApart(host, dir);
      await makeTree(host, kit, request.cacheDir, dir, module.kind === "in-tree" ? "full" : "external");
      if (module.kind === "in-tree") await requireDriver(dir, module.path, `linux-source-${series}`);
      return { value: { dir, prepared: false, sameTools: unknown, keep: nothing, release: nothing }, summary: source };
    }
    const { slot, unprepared, begun } = tree;
    const { toolchain, fingerprint } = await deciding;
    const plain = isPlain(request);
    const name = preparedName(kit.target, fingerprint);
    const kept = await cache.take([preparedPart(kit.target, request.cacheDir, fingerprint)]);
    const used = await usePrepared(host, request.cacheDir, name, slot, unprepared, begun);
    if (used && !plain) await slot.unmark();
    const prepared = used && plain;
    const sameTools = async () => await preparationFingerprint(host, kit, toolchain, process.env) === fingerprint;
    const keep = prepared || !plain ? nothing : async () => {
      await keepPrepared(host, request.cacheDir, kit.target, name, slot);
      cache.keep(kept);
    };
    return { value: { dir: slot.treeDir, prepared, sameTools, keep, release: () => slot.release() }, summary: prepared ? `${source}, prepared by an earlier run with the same tools` : source };
  } catch (error) {
    await dropTree(beginning);
    throw error;
  }
}
async function makeTree(host, kit, cacheDir, dir, extent) {
  if (usesHeaders(kit)) await headersTree(host, kit, dir);
  else await unpackTree(host, kit, cacheDir, dir, extent);
}
async function requireDriver(treeDir, path, source) {
  const found = await Promise.all(
    ["Kbuild", "Makefile"].map(
      (name) => stat(join(treeDir, path, name)).then(
        () => true,
        () => false
      )
    )
  );
  if (!found.includes(true)) throw new UsageError("in-tree", path, `${source} has no such directory with a Kbuild or Makefile. Name a directory of this kernel\u2019s source, such as drivers/net/can/usb/etas_es58x.`);
}

function packagedKernel(host, request, { target, cache }, workDir) {
  let beginning = Promise.resolve(void 0);
  return {
    title: `Packages of ${target.release} (${target.packageVersion})`,
    treeTitle: `Kernel tree of ${target.packageVersion}`,
    install: async () => {
      const installing = installStage(host, request, target, cache, workDir);
      const coming = installing.then(({ value }) => value.kit);
      beginning = beginTree(host, request, target, coming, workDir);
      for (const ahead of [coming, beginning]) ahead.catch(() => void 0);
      try {
        return await installing;
      } catch (error) {
        await dropTree(beginning);
        throw error;
      }
    },
    installForBuilt: () => installForBuilt(host, request, target, cache, workDir),
    tree: (module, kit, inspecting) => treeStage(host, request, module, kit, inspecting, workDir, cache, beginning)
  };
}

const NEEDED = [
  ["Makefile", "defconfig"],
  [".config", "defconfig"],
  ["include/config/auto.conf", "modules_prepare"],
  ["include/config/kernel.release", "modules_prepare"],
  ["include/generated/autoconf.h", "modules_prepare"],
  ["scripts/mod/modpost", "modules_prepare"],
  ["Module.symvers", "all"]
];
const ARCHITECTURE = ARCHITECTURES.amd64;
const IMAGES = ARCHITECTURE.images;
async function findOwn(own) {
  const { tree } = own;
  await requireBuilt(tree);
  const release = (await readFile(join(tree, "include/config/kernel.release"), "utf8")).trim();
  const series = /^\d+\.\d+/.exec(release)?.[0];
  if (series === void 0 || release.length > NAME_LENGTH$1) throw new UsageError("kernel-tree", tree, `Allowed is the directory of a kernel that was built; its include/config/kernel.release says ${JSON.stringify(release.slice(0, NAME_LENGTH$1))}.`);
  const image = own.image ?? await builtImage(tree);
  await requireRelease(image, release);
  return {
    target: { release, series, flavour: ARCHITECTURE.name, tree, imageSha256: await sha256Of(image), configSha256: await sha256Of(join(tree, ".config")) },
    image,
    // Modules, modules.builtin and modules.builtin.modinfo lie where they were built.
    modulesDir: own.modules === void 0 ? tree : await installedModules(own.modules, release)
  };
}
async function ownKit(host, { target, image, modulesDir }, scratch) {
  const config = join(target.tree, ".config");
  return {
    target,
    ...await readable(host, image, target.tree, scratch),
    imageConfig: config,
    headersConfig: config,
    moduleSymvers: join(target.tree, "Module.symvers"),
    modulesDir
  };
}
async function requireBuilt(tree) {
  const missing = [];
  for (const [file, target] of NEEDED) if (!await exists(join(tree, file))) missing.push(`${file} (make ${target})`);
  if (missing.length > 0) throw new UsageError("kernel-tree", tree, `Allowed is the directory of a kernel that was built; this one lacks ${missing.join(", ")}.`);
  const config = await readFile(join(tree, ".config"), "utf8");
  const symbols = parseConfig(config);
  if (symbols.get("X86_64") !== "y") throw new UsageError("kernel-tree", tree, "Allowed is a kernel for x86-64 (CONFIG_X86_64=y).");
  if (symbols.get("MODULES") !== "y") throw new UsageError("kernel-tree", tree, "Allowed is a kernel that can load modules (CONFIG_MODULES=y).");
  const [edited] = checkAutoConf(config, await readFile(join(tree, "include/config/auto.conf"), "utf8"));
  if (edited !== void 0) throw new UsageError("kernel-tree", tree, `Allowed is a kernel that was built with its .config; this one was changed after the last build. ${edited.title} Run make in it again.`);
}
async function builtImage(tree) {
  for (const name of IMAGES) if (await exists(join(tree, name))) return join(tree, name);
  throw new UsageError("kernel-tree", tree, `Allowed is a tree with ${IMAGES.join(" or ")} in it, or a kernel-image beside it: the modules are held against the image, and it is booted.`);
}
async function installedModules(dir, release) {
  const candidates = [dir, join(dir, "lib/modules", release), join(dir, "usr/lib/modules", release)];
  for (const candidate of candidates) if (await exists(join(candidate, "modules.builtin")) || await exists(join(candidate, "kernel"))) return candidate;
  const others = await readdir(join(dir, "lib/modules")).catch(() => []);
  throw new UsageError("kernel-modules", dir, `Allowed is what make modules_install wrote for ${release}: lib/modules/${release} or the directory that holds it${others.length === 0 ? "" : ` (there is ${others.slice(0, 8).join(", ")})`}.`);
}
async function readable(host, file, tree, scratch) {
  const elf = await elfOf$1(host, file, scratch);
  if (typeof elf !== "string") {
    host.log.info(`the image is booted as it is, and cannot be read: ${elf.reason}`);
    return { vmlinuz: file };
  }
  await requireSameBuild(elf, file, join(tree, "vmlinux"));
  const data = await readFile(elf);
  const btf = hasBtf(data) ? { btfVmlinux: elf } : {};
  if (canStart(data)) return { vmlinuz: file, vmlinux: elf, ...btf };
  if (elf === file) throw new UsageError("kernel-image", file, "Allowed is a bzImage, or a vmlinux with a PVH entry (CONFIG_PVH=y); QEMU cannot start this one.");
  return { vmlinuz: file, unbootable: elf, ...btf };
}
async function elfOf$1(host, file, scratch) {
  const data = await readFile(file);
  if (isElf(data)) return file;
  try {
    await mkdir(scratch, { recursive: true });
    const target = join(scratch, "vmlinux");
    const elf = await decompress(host, payloadOf(data), `${target}.payload`);
    if (typeof elf === "string") return { reason: elf };
    await writeFile(target, elf);
    return target;
  } catch (error) {
    if (error instanceof ElfError) return { reason: error.message };
    throw error;
  }
}
function canStart(elf) {
  try {
    return hasPvhEntry(elf);
  } catch (error) {
    if (error instanceof ElfError) return false;
    throw error;
  }
}
function hasBtf(elf) {
  try {
    return openElf(elf).sections.some(({ name, size }) => name === ".BTF" && size > 0);
  } catch (error) {
    if (error instanceof ElfError) return false;
    throw error;
  }
}
async function requireRelease(file, release) {
  if ((await stat(file).catch(() => void 0))?.isFile() !== true) throw new UsageError("kernel-image", file, "Allowed is a bzImage or a vmlinux; there is no such file.");
  const found = await releaseOfImage(file);
  if (found === void 0) throw new UsageError("kernel-image", file, "Allowed is a bzImage or a vmlinux; this file says no kernel release.");
  if (found !== release) throw new UsageError("kernel-image", file, `Allowed is the image of the same build as kernel-tree, which is ${release}; this one is ${found}.`);
}
async function requireSameBuild(elf, file, built) {
  if (elf === built || !await exists(built)) return;
  const [here, there] = [await buildIdOf(elf), await buildIdOf(built)];
  if (here === void 0 || there === void 0 || here === there) return;
  throw new UsageError("kernel-image", file, `Allowed is the image of the same build as kernel-tree: its vmlinux has the build id ${there}, this one ${here}.`);
}

const TOOLS = /^(?:scripts|tools|include|rust|arch\/[^/]+\/(?:tools|include))\//;
const MADE = /(?:\.(?:o|a|ko|mod|mod\.c|dwo|gcno|order|symtypes|pem|x509|ko\.[a-z]+)|\.cmd)$/;
const LEFT = /^(?:\.git|debian|rpmbuild|vmlinux.*|System\.map|\.tmp_.*|modules\..*|Module\.symvers|source)$/;
const SOURCES = /^(?:drivers|sound|fs|net|crypto|tools\/testing|arch\/(?!x86\/)[^/]+)\/.*\.(?:c|S|dts|dtsi|rs)$/;
const UNREAD = /^(?:Documentation\/.*\..*|tools\/perf\/.*|arch\/[^/]+\/boot\/(?:.*\/)?(?:b?z?Image|vmlinux|setup\.(?:bin|elf)).*)$/;
const AT_ONCE = 32;
function isCopied(path, extent) {
  const [root = ""] = path.split("/");
  if (LEFT.test(root) || UNREAD.test(path)) return false;
  if (MADE.test(path) && !TOOLS.test(path)) return false;
  return extent === "full" || !SOURCES.test(path);
}
async function copyOwnTree(tree, target, extent) {
  const { dirs, files, links } = await planOf(tree, extent);
  await mkdir(target, { recursive: true });
  for (const dir of dirs) await mkdir(join(target, dir));
  let next = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let path = files[next++]; path !== void 0; path = files[next++]) await copy(join(tree, path), join(target, path));
  }));
  for (const [path, text] of links) await symlink(text, join(target, path));
  const sourceDir = await sourceOf$1(tree);
  if (sourceDir !== void 0) await pointTo(sourceDir, target);
  return { files: files.length, sourceDir: sourceDir ?? target };
}
async function planOf(tree, extent) {
  const plan = { dirs: [], files: [], links: [] };
  const root = await realpath(tree);
  const followed = /* @__PURE__ */ new Set();
  const enter = async (path) => {
    plan.dirs.push(path);
    await look(path);
  };
  const follow = async (path) => {
    const real = await realpath(join(tree, path)).catch(() => void 0);
    if (real === void 0) return;
    const below = relative(root, real);
    if (!below.startsWith("..")) plan.links.push([path, relative(dirname(path), below) || "."]);
    else if (!(await stat(real)).isDirectory()) plan.files.push(path);
    else if (!root.startsWith(`${real}/`) && !followed.has(real)) {
      followed.add(real);
      await enter(path);
    }
  };
  const look = async (below) => {
    for (const entry of await readdir(join(tree, below), { withFileTypes: true })) {
      const path = join(below, entry.name);
      if (!isCopied(path, extent)) continue;
      if (entry.isDirectory()) await enter(path);
      else if (entry.isSymbolicLink()) await follow(path);
      else if (entry.isFile()) plan.files.push(path);
    }
  };
  await look("");
  return plan;
}
async function copy(from, to) {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  const { atime, mtime } = await stat(from);
  await utimes(to, atime, mtime);
}
async function sourceOf$1(tree) {
  return await exists(join(tree, "Kconfig")) ? void 0 : realpath(join(tree, "source")).catch(() => void 0);
}
async function pointTo(sourceDir, target) {
  const makefile = join(target, "Makefile");
  const before = await stat(makefile);
  await writeFile(makefile, `# The copy of a build with O=.
export KBUILD_OUTPUT = ${target}
include ${sourceDir}/Makefile
`);
  await utimes(makefile, before.atime, before.mtime);
  await symlink(sourceDir, join(target, "source"));
}

async function resolveOwn(kernel) {
  const found = await findOwn(kernel);
  return { value: found, summary: `${found.target.release}, built in ${found.target.tree}` };
}
function ownKernel(host, request, found, workDir) {
  const { target } = found;
  const guest = packagesFor(request, architectureOf(target), nativeArchitecture());
  const install = async (packages) => {
    const installed = request.install ? await installTools(host, await packages()) : [];
    const summary = !request.install ? "nothing installed (install: false)" : asked(installed);
    return { value: await ownKit(host, found, join(workDir, "image")), summary };
  };
  return {
    title: `Tools and image of ${target.release}`,
    treeTitle: `Copy of ${target.tree}`,
    install: async () => {
      const { value, ...told } = await install(async () => {
        const config = parseConfig(await readFile(join(target.tree, ".config"), "utf8"));
        if (config.get("CC_IS_GCC") !== "y") throw new UsageError("kernel-tree", target.tree, "Allowed is a kernel that was built with gcc: LLVM\u2019s tools are not asked for their versions. Build the module yourself and give it as modules.");
        return [...requiredPackages(config, target.series), ...KIT_PACKAGES, ...guest];
      });
      return { value: whole(value), ...told };
    },
    installForBuilt: () => install(() => Promise.resolve(["dwarves", ...KIT_PACKAGES, ...guest])),
    tree: (module) => copyStage(found, module, join(workDir, "linux"))
  };
}
async function installTools(host, packages) {
  await refreshLists(host);
  return installPackages(host, packages);
}
async function copyStage({ target: { tree } }, module, dir) {
  const { files, sourceDir } = await copyOwnTree(tree, dir, module.kind === "in-tree" ? "full" : "external");
  if (module.kind === "in-tree") await requireDriver(sourceDir, module.path, tree);
  const nothing = () => Promise.resolve();
  return { value: { dir, ...sourceDir !== dir && { sourceDir }, prepared: false, sameTools: () => Promise.resolve(false), keep: nothing, release: nothing }, summary: `${files} files of it${sourceDir === dir ? "" : `, with its sources in ${sourceDir}`}` };
}

async function prebuiltStage(host, files, outputDir, workDir) {
  const modules = [];
  const findings = [];
  await mkdir(join(outputDir, "modules"), { recursive: true });
  for (const source of files) {
    const name = basename(source).replace(/\.(?:xz|zst|gz)$/, "");
    const data = await unpacked(host, source, workDir);
    const file = join(outputDir, "modules", name);
    await writeFile(file, data);
    try {
      const module = describeModule(data, file, name);
      const other = modules.find((known) => known.name === module.name);
      if (other !== void 0) throw new UsageError("modules", source, `The kernel can hold one module of a name, and ${other.path} is ${module.name} too.`);
      modules.push(module);
    } catch (error) {
      if (!(error instanceof ElfError)) throw error;
      findings.push({
        id: "abi.elf",
        stage: "build",
        severity: "fail",
        title: `${name} is no kernel module that can be loaded: ${error.message}`,
        detail: `SHA-256 ${createHash("sha256").update(data).digest("hex")}, ${data.length} bytes`,
        remedy: "Check that the file was copied as a whole, and that it is the .ko that the build made."
      });
    }
  }
  const summary = findings.length > 0 ? `${findings.length} of ${files.length} files cannot be read` : `not built here: ${modules.map(({ path }) => path).join(", ")}`;
  return { value: modules, findings, summary };
}
async function unpacked(host, source, workDir) {
  const raw = await readFile(source);
  if (!/\.(?:xz|zst|gz)$/.test(source)) return raw;
  const scratch = await makeScratch(join(workDir, "ko-"));
  try {
    const data = await decompress(host, raw, join(scratch, "module"));
    if (typeof data !== "string") return data;
    throw new GateError({ id: "host.decompress", stage: "build", severity: "error", title: `${basename(source)} cannot be decompressed: ${data}`, remedy: "Install xz-utils and zstd, or give the module uncompressed." });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function readSplit(data, { distilled }) {
  return Btf.read(data, { base: Btf.read(distilled, { distilled: true }) });
}

function* referencesOf({ kind, sizeOrType, vlen, word }) {
  switch (kind) {
    case "ptr":
    case "typedef":
    case "volatile":
    case "const":
    case "restrict":
    case "type_tag":
    case "func":
    case "var":
    case "decl_tag":
      yield { id: sizeOrType, from: "it" };
      return;
    case "array":
      yield { id: word(0), from: "its element" };
      yield { id: word(1), from: "its index" };
      return;
    case "struct":
    case "union":
      for (let i = 0; i < vlen; i++) yield { id: word(i * 3 + 1), from: `member ${i}` };
      return;
    case "func_proto":
      yield { id: sizeOrType, from: "its result" };
      for (let i = 0; i < vlen; i++) yield { id: word(i * 2 + 1), from: `parameter ${i}` };
      return;
    case "datasec":
      for (let i = 0; i < vlen; i++) yield { id: word(i * 3), from: `variable ${i}` };
      return;
  }
}
function* nameOffsetsOf({ kind, nameOffset, vlen, word }) {
  yield nameOffset;
  const words = kind === "struct" || kind === "union" || kind === "enum64" ? 3 : kind === "enum" || kind === "func_proto" ? 2 : 0;
  for (let i = 0; words > 0 && i < vlen; i++) yield word(i * words);
}

const DISTILLED = ["int", "float", "enum", "struct", "union", "fwd"];
const CANDIDATES = [...DISTILLED, "enum64"];
const SIZED = /* @__PURE__ */ new Set(["int", "float", "enum", "enum64"]);
const COMPOSITE = ["struct", "union"];
function relocationProblem(btf, kernel) {
  if (btf.base === void 0) return "the BTF has no base";
  try {
    return baseProblem(btf.base) ?? mappingProblem(btf, btf.base, kernel) ?? rewriteProblem(btf, btf.base);
  } catch (error) {
    if (error instanceof BtfError) return error.message;
    throw error;
  }
}
function baseProblem(base) {
  for (const id of base.ownIds()) {
    const { kind, nameOffset } = rawType(base, id);
    if (!DISTILLED.includes(kind)) return `type ${id} of the distilled base is a ${kind}, which it cannot hold`;
    if (nameOffset === 0) return `type ${id} (${kind}) of the distilled base has no name`;
  }
  return void 0;
}
function mappingProblem(btf, base, kernel) {
  const embedded = embeddedTypes(btf, base);
  for (const id of base.ownIds()) {
    const distilled = rawType(base, id);
    const name = nameOf$2(base, distilled);
    const ambiguous = kernel.named(name, COMPOSITE).length > 1;
    const fitting = kernel.named(name, CANDIDATES).filter((candidate) => fits(distilled, rawType(kernel, candidate), ambiguous, embedded.has(id)));
    const [first, second] = fitting;
    const shown = `${distilled.kind} ${name} (type ${id} of the distilled base, ${distilled.sizeOrType} bytes)`;
    if (first === void 0) return `${shown} has no counterpart in the kernel${otherSizes(kernel, distilled, name)}`;
    if (second !== void 0) return `${shown} has more than one counterpart in the kernel: types ${first} and ${second}`;
  }
  return void 0;
}
function otherSizes(kernel, { kind }, name) {
  if (kind === "fwd") return "";
  const sizes = kernel.named(name, [kind]).map((id) => rawType(kernel, id).sizeOrType);
  return sizes.length === 0 ? "" : `, where it has ${[...new Set(sizes)].join(" or ")} bytes`;
}
function fits(distilled, theirs, ambiguous, embedded) {
  const bySize = SIZED.has(theirs.kind) || ambiguous && COMPOSITE.includes(theirs.kind);
  if (bySize && theirs.sizeOrType !== distilled.sizeOrType) return false;
  if (distilled.kind === "int") return theirs.kind === "int" && ((theirs.word(0) ^ distilled.word(0)) & 251658240) === 0;
  if (distilled.kind === "float") return theirs.kind === "float";
  if (distilled.kind === "enum") return theirs.kind === "enum" || theirs.kind === "enum64";
  if (distilled.kind !== "fwd") return !embedded || theirs.sizeOrType === distilled.sizeOrType;
  if (theirs.kind === "fwd") return theirs.flag === distilled.flag;
  return theirs.kind === "struct" ? !theirs.flag : theirs.kind === "union" && theirs.flag;
}
const LONGEST_CHAIN$1 = 64;
function embeddedTypes(btf, base) {
  const embedded = /* @__PURE__ */ new Set();
  for (const own of btf.ownIds()) {
    const type = rawType(btf, own);
    if (!COMPOSITE.includes(type.kind)) continue;
    for (const { id } of referencesOf(type)) {
      const inside = embeddedIn(btf, id);
      if (inside !== void 0 && inside < base.count) embedded.add(inside);
    }
  }
  return embedded;
}
function embeddedIn(btf, id) {
  let at = id;
  for (let links = 0; at !== 0 && links < LONGEST_CHAIN$1; links++) {
    const type = rawType(btf, at);
    if (COMPOSITE.includes(type.kind)) return at;
    if (!["const", "restrict", "volatile", "typedef", "type_tag", "array"].includes(type.kind)) return void 0;
    at = type.kind === "array" ? type.word(0) : type.sizeOrType;
  }
  return void 0;
}
function rewriteProblem(btf, base) {
  const mapped = /* @__PURE__ */ new Set([0]);
  for (const id of base.ownIds()) mapped.add(rawType(base, id).nameOffset);
  for (const id of btf.ownIds()) {
    const type = rawType(btf, id);
    for (const { id: to } of referencesOf(type)) if (to >= btf.count) return `type ${id} (${type.kind}) refers to type ${to}, there are only ${btf.count}`;
    for (const offset of nameOffsetsOf(type)) {
      if (offset < base.file.strings.end && !mapped.has(offset)) return `type ${id} (${type.kind}) uses the string at offset ${offset} of the distilled base, which names none of its types`;
    }
  }
  return void 0;
}
const nameOf$2 = (btf, { nameOffset, id }) => btf.file.strings.at(nameOffset, id);

const LETTERS = String.raw`A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\xff`;
const IDENTIFIER = new RegExp(`^[${LETTERS}_.][${LETTERS}0-9_.]*$`);
const isIdentifier = (name) => name.length <= LONGEST_NAME && IDENTIFIER.test(name);
const isSectionName = (name) => name.length <= LONGEST_NAME && /^[\x20-\x7e\xa0-\xff]+$/.test(name);

const MAX_TYPE = 1048575;
const MAX_NAME_OFFSET = 16777215;
class Names {
  constructor(btf) {
    this.btf = btf;
  }
  btf;
  within(offset) {
    return offset <= MAX_NAME_OFFSET && this.btf.file.strings.has(offset);
  }
  text(offset, id) {
    return this.btf.file.strings.at(offset, id);
  }
  identifier(offset, id) {
    return isIdentifier(this.text(offset, id));
  }
}
const badType = (id) => id > MAX_TYPE;
const noVlen = ({ vlen }) => vlen === 0 ? void 0 : `has ${vlen} elements, its kind has none`;
const noFlag = ({ flag }) => flag ? "has the kind flag, which its kind has not" : void 0;
const noName = ({ nameOffset }) => nameOffset === 0 ? void 0 : "has a name, its kind has none";
const mustHaveName = ({ nameOffset, id }, names) => nameOffset !== 0 && names.identifier(nameOffset, id) ? void 0 : invalidName(nameOffset, id, names);
const mayHaveName = (type, names) => type.nameOffset === 0 ? void 0 : mustHaveName(type, names);
const someText = ({ nameOffset, id }, names) => names.text(nameOffset, id) === "" ? "has an empty text" : void 0;
const pointsWithin = ({ sizeOrType }) => badType(sizeOrType) ? `refers to type ${sizeOrType}, more than a kernel counts` : void 0;
const invalidName = (offset, id, names) => offset === 0 ? "has no name" : `has the invalid name ${JSON.stringify(names.text(offset, id).slice(0, 64))}`;
const int = ({ word, sizeOrType }) => {
  const data = word(0);
  const bits = (data & 255) + (data >>> 16 & 255);
  if (data > 268435455) return `has the integer data 0x${data.toString(16)}`;
  if (bits > 128) return `has ${bits} bits`;
  if (Math.ceil(bits / 8) > sizeOrType) return `has ${bits} bits in ${sizeOrType} bytes`;
  return [0, 1, 2, 4].includes(data >>> 24 & 15) ? void 0 : "has an encoding that is none of signed, char and bool";
};
const array = ({ word, sizeOrType }) => {
  if (sizeOrType !== 0) return "has a size, an array has none of its own";
  const wrong = (id) => id === 0 || badType(id);
  if (wrong(word(0))) return `has elements of type ${word(0)}`;
  return wrong(word(1)) ? `has an index of type ${word(1)}` : void 0;
};
const composite = ({ id, kind, vlen, flag, sizeOrType, word }, names) => {
  let last = 0;
  for (let i = 0; i < vlen; i++) {
    const [name, type, place] = [word(i * 3), word(i * 3 + 1), word(i * 3 + 2)];
    const offset = flag ? place & 16777215 : place;
    if (!names.within(name)) return `member ${i} has a name at offset ${name}, outside the strings`;
    if (name !== 0 && !names.identifier(name, id)) return `member ${i} ${invalidName(name, id, names)}`;
    if (type === 0 || badType(type)) return `member ${i} is of type ${type}`;
    if (kind === "union" && offset !== 0) return `member ${i} of a union is at bit ${offset}`;
    if (offset < last) return `member ${i} at bit ${offset} comes after one at bit ${last}`;
    if (Math.ceil(offset / 8) > sizeOrType) return `member ${i} at bit ${offset} is outside the ${sizeOrType} bytes`;
    last = offset;
  }
  return void 0;
};
const enumeration = (words) => ({ id, vlen, sizeOrType, word }, names) => {
  if (![1, 2, 4, 8].includes(sizeOrType)) return `has a size of ${sizeOrType} bytes`;
  for (let i = 0; i < vlen; i++) {
    const name = word(i * words);
    if (!names.within(name)) return `value ${i} has a name at offset ${name}, outside the strings`;
    if (name === 0 || !names.identifier(name, id)) return `value ${i} ${invalidName(name, id, names)}`;
  }
  return void 0;
};
const variable = ({ sizeOrType, word }) => {
  if (sizeOrType === 0 || badType(sizeOrType)) return `is of type ${sizeOrType}`;
  return word(0) <= 1 ? void 0 : `has linkage ${word(0)}`;
};
const section = ({ id, nameOffset, sizeOrType, vlen, word }, names) => {
  if (sizeOrType === 0) return "has a size of 0";
  if (nameOffset === 0 || !isSectionName(names.text(nameOffset, id))) return invalidName(nameOffset, id, names);
  let end = 0;
  for (let i = 0; i < vlen; i++) {
    const [type, offset, size] = [word(i * 3), word(i * 3 + 1), word(i * 3 + 2)];
    if (type === 0 || badType(type)) return `variable ${i} is of type ${type}`;
    if (offset < end || offset >= sizeOrType) return `variable ${i} is at ${offset}, which is taken or outside`;
    if (size === 0 || offset + size > sizeOrType) return `variable ${i} takes ${size} bytes at ${offset}, of ${sizeOrType}`;
    end = offset + size;
  }
  return void 0;
};
const plainReference = [noVlen, noFlag, pointsWithin, noName];
const CHECKS = {
  void: [],
  int: [noVlen, noFlag, int],
  float: [noVlen, noFlag, ({ sizeOrType }) => [2, 4, 8, 12, 16].includes(sizeOrType) ? void 0 : `has a size of ${sizeOrType} bytes`],
  ptr: plainReference,
  volatile: plainReference,
  const: plainReference,
  restrict: plainReference,
  typedef: [noVlen, noFlag, pointsWithin, mustHaveName],
  type_tag: [noVlen, pointsWithin, someText],
  array: [noName, noVlen, noFlag, array],
  struct: [mayHaveName, composite],
  union: [mayHaveName, composite],
  enum: [mayHaveName, enumeration(2)],
  enum64: [mayHaveName, enumeration(3)],
  fwd: [noVlen, ({ sizeOrType }) => sizeOrType === 0 ? void 0 : "refers to a type, its kind does not", mustHaveName],
  func: [mustHaveName, ({ vlen }) => vlen <= 1 ? void 0 : `has linkage ${vlen}`, noFlag],
  func_proto: [noName, noFlag],
  var: [noVlen, noFlag, mustHaveName, variable],
  datasec: [noFlag, section],
  decl_tag: [someText, noVlen, ({ word }) => word(0) <= 2147483647 || word(0) === 4294967295 ? void 0 : `has the component ${word(0) | 0}`]
};
function metaProblem(btf) {
  const names = new Names(btf);
  for (const id of btf.ownIds()) {
    const type = rawType(btf, id);
    if (!names.within(type.nameOffset)) return `type ${id} (${type.kind}) has a name at offset ${type.nameOffset}, outside the ${btf.file.strings.end} bytes of strings`;
    for (const check of CHECKS[type.kind]) {
      const problem = check(type, names);
      if (problem !== void 0) return `type ${id} (${[type.kind, names.text(type.nameOffset, id).slice(0, 64)].join(" ").trim()}) ${problem}`;
    }
  }
  return void 0;
}

function validateSplit(btf) {
  try {
    return headerProblem(btf) ?? stringsProblem(btf) ?? metaProblem(btf) ?? chainProblem(btf);
  } catch (error) {
    if (error instanceof BtfError) return error.message;
    throw error;
  }
}
function headerProblem({ file: { header, wire }, base }) {
  if (!wire.isZero(WITH_LAYOUT, header.length)) return `the header has fields after its ${WITH_LAYOUT} known bytes`;
  if (base === void 0 && wire.length === header.length) return "there is nothing after the header";
  const sections = [header.types, header.strings, ...header.layout === void 0 ? [] : [header.layout]];
  sections.sort((a, b) => a.offset - b.offset || a.length - b.length);
  let end = header.length;
  for (const { offset, length } of sections) {
    if (offset !== end) return `the section at offset ${offset} does not begin where the one before ends, at ${end}`;
    end += length;
  }
  if (end !== wire.length) return `there are ${wire.length - end} bytes after the last section`;
  if (header.length < WITH_LAYOUT && header.strings.offset + header.strings.length !== wire.length) return "the strings are not at the end";
  if (header.layout === void 0) return void 0;
  if (header.layout.offset % 4 !== header.length % 4) return "the layout section is not aligned";
  return header.layout.length % 4 === 0 ? void 0 : `the layout section has ${header.layout.length} bytes, which are no whole entries`;
}
function stringsProblem({ file: { header }, count }) {
  if (header.strings.length > MAX_NAME_OFFSET + 1) return `${header.strings.length} bytes of strings are more than a kernel takes`;
  return count > MAX_TYPE ? `${count} types are more than a kernel takes` : void 0;
}
const MODIFIERS = /* @__PURE__ */ new Set(["typedef", "const", "volatile", "restrict", "type_tag"]);
const LONGEST_CHAIN = 32;
function chainProblem(btf) {
  for (const id of btf.ownIds()) {
    let at = id;
    for (let links = 0; MODIFIERS.has(btf.kind(at)); links++) {
      if (links === LONGEST_CHAIN) return `type ${id} (${btf.kind(id)}): its chain of typedefs and qualifiers is longer than ${LONGEST_CHAIN} or a loop`;
      if (at < id) break;
      const next = rawType(btf, at).sizeOrType;
      if (next >= btf.count) return `type ${at} (${btf.kind(at)}) refers to type ${next}, there are only ${btf.count}`;
      at = next;
    }
  }
  return void 0;
}

const TAG = {
  array: 1,
  enumeration: 4,
  formalParameter: 5,
  pointer: 15,
  reference: 16,
  member: 13,
  compileUnit: 17,
  structure: 19,
  subroutine: 21,
  typedef: 22,
  union: 23,
  unspecifiedParameters: 24,
  base: 36,
  const: 38,
  subprogram: 46,
  volatile: 53,
  restrict: 55,
  atomic: 71,
  skeletonUnit: 74
};
const SLOT = {
  name: 0,
  byteSize: 1,
  stmtList: 2,
  code: 3,
  compDir: 4,
  producer: 5,
  prototyped: 6,
  origin: 7,
  declFile: 8,
  declLine: 9,
  declaration: 10,
  encoding: 11,
  external: 12,
  type: 13,
  linkageName: 14,
  strOffsetsBase: 15,
  dwoName: 16,
  memberAt: 17
};
const SLOTS = 18;
const SLOT_OF = /* @__PURE__ */ new Map([
  [3, SLOT.name],
  [11, SLOT.byteSize],
  [16, SLOT.stmtList],
  [17, SLOT.code],
  [85, SLOT.code],
  [27, SLOT.compDir],
  [37, SLOT.producer],
  [39, SLOT.prototyped],
  [56, SLOT.memberAt],
  [49, SLOT.origin],
  [71, SLOT.origin],
  [58, SLOT.declFile],
  [59, SLOT.declLine],
  [60, SLOT.declaration],
  [62, SLOT.encoding],
  [63, SLOT.external],
  [73, SLOT.type],
  [110, SLOT.linkageName],
  [8199, SLOT.linkageName],
  [114, SLOT.strOffsetsBase],
  [118, SLOT.dwoName],
  [8496, SLOT.dwoName]
]);
function slotOf(attribute) {
  return SLOT_OF.get(attribute) ?? -1;
}

class DwarfError extends Error {
  constructor(message, fault = "damaged") {
    super(message);
    this.fault = fault;
  }
  fault;
  name = "DwarfError";
}

class Budget {
  constructor(limit, what) {
    this.limit = limit;
    this.what = what;
    this.#left = limit;
  }
  limit;
  what;
  #left;
  /** @throws DwarfError when all is spent */
  spend(amount) {
    this.#left -= amount;
    if (this.#left < 0) throw new DwarfError(`${this.what}: more than ${this.limit}, which no module has`);
  }
}

const FORM = {
  addr: 1,
  block2: 3,
  block4: 4,
  data2: 5,
  data4: 6,
  data8: 7,
  string: 8,
  block: 9,
  block1: 10,
  data1: 11,
  flag: 12,
  sdata: 13,
  strp: 14,
  udata: 15,
  refAddr: 16,
  ref1: 17,
  ref2: 18,
  ref4: 19,
  ref8: 20,
  refUdata: 21,
  indirect: 22,
  secOffset: 23,
  exprloc: 24,
  flagPresent: 25,
  strx: 26,
  addrx: 27,
  refSup4: 28,
  strpSup: 29,
  data16: 30,
  lineStrp: 31,
  refSig8: 32,
  implicitConst: 33,
  loclistx: 34,
  rnglistx: 35,
  refSup8: 36,
  strx1: 37,
  strx2: 38,
  strx3: 39,
  strx4: 40,
  addrx1: 41,
  addrx2: 42,
  addrx3: 43,
  addrx4: 44,
  gnuAddrIndex: 7937,
  gnuStrIndex: 7938,
  gnuRefAlt: 7968,
  gnuStrpAlt: 7969
};
const FIXED = /* @__PURE__ */ new Map([
  [FORM.flagPresent, 0],
  [FORM.implicitConst, 0],
  [FORM.data1, 1],
  [FORM.flag, 1],
  [FORM.ref1, 1],
  [FORM.strx1, 1],
  [FORM.addrx1, 1],
  [FORM.data2, 2],
  [FORM.ref2, 2],
  [FORM.strx2, 2],
  [FORM.addrx2, 2],
  [FORM.strx3, 3],
  [FORM.addrx3, 3],
  [FORM.data4, 4],
  [FORM.ref4, 4],
  [FORM.strp, 4],
  [FORM.secOffset, 4],
  [FORM.lineStrp, 4],
  [FORM.strx4, 4],
  [FORM.addrx4, 4],
  [FORM.data8, 8],
  [FORM.ref8, 8],
  [FORM.refSig8, 8],
  [FORM.data16, 16]
]);
const VARIABLE = /* @__PURE__ */ new Set([
  FORM.block,
  FORM.block1,
  FORM.block2,
  FORM.block4,
  FORM.exprloc,
  FORM.string,
  FORM.sdata,
  FORM.udata,
  FORM.refUdata,
  FORM.strx,
  FORM.addrx,
  FORM.loclistx,
  FORM.rnglistx,
  FORM.gnuAddrIndex,
  FORM.gnuStrIndex,
  FORM.indirect
]);
const ELSEWHERE = /* @__PURE__ */ new Set([FORM.refSup4, FORM.refSup8, FORM.strpSup, FORM.gnuRefAlt, FORM.gnuStrpAlt]);
function sizeOf(form, { addressSize, version }) {
  const fixed = FIXED.get(form);
  if (fixed !== void 0) return fixed;
  if (VARIABLE.has(form)) return void 0;
  if (form === FORM.addr) return addressSize;
  if (form === FORM.refAddr) return version === 2 ? addressSize : 4;
  const name = `form 0x${form.toString(16)}`;
  if (ELSEWHERE.has(form)) throw new DwarfError(`.debug_abbrev: ${name} points into a supplementary file (dwz), which is not read`, "unsupported");
  throw new DwarfError(`.debug_abbrev: ${name} is not known`);
}

const STEP = 0;
const CODE_LIMIT = 1 << 20;
const ENTRIES = 1 << 22;
const ATTRIBUTES = 1 << 20;
class AbbreviationTables {
  constructor(section) {
    this.section = section;
    this.#bytes = new Budget(4 * section.length, ".debug_abbrev: bytes of tables");
  }
  section;
  #tables = /* @__PURE__ */ new Map();
  #alike = /* @__PURE__ */ new Map();
  #entries = new Budget(ENTRIES, ".debug_abbrev: entries");
  #attributes = new Budget(ATTRIBUTES, ".debug_abbrev: attributes of unlike entries");
  #bytes;
  /** @throws DwarfError */
  at(offset, context) {
    const key = keyOf(context);
    const known = this.#tables.get(`${key} ${offset}`);
    if (known !== void 0) return known;
    const table = this.#table(offset, context, key);
    this.#tables.set(`${key} ${offset}`, table);
    return table;
  }
  #table(offset, context, key) {
    const { section } = this;
    const table = [];
    for (let at = offset; ; ) {
      const code = section.uleb(at);
      if (code === 0) return table;
      if (code > CODE_LIMIT) throw new DwarfError(`.debug_abbrev: the code ${code} at ${at} is too large`);
      const from = section.next;
      const end = this.#endOf(from);
      const bytes = `${key} ${section.data.toString("latin1", from, end)}`;
      let abbreviation = this.#alike.get(bytes);
      if (abbreviation === void 0) {
        abbreviation = this.#compile(from, context);
        this.#alike.set(bytes, abbreviation);
      }
      table[code] = abbreviation;
      this.#entries.spend(1);
      this.#bytes.spend(end - at);
      at = end;
    }
  }
  /** Where the entry ends of which tag, children and attributes begin at `from`. */
  #endOf(from) {
    const { section } = this;
    section.uleb(from);
    for (let at = section.next + 1; ; ) {
      const attribute = section.uleb(at);
      const form = section.uleb(section.next);
      if (form === FORM.implicitConst) section.uleb(section.next);
      at = section.next;
      if (attribute === 0 && form === 0) return at;
    }
  }
  #compile(from, context) {
    const { section } = this;
    const tag = section.uleb(from);
    const hasChildren = section.u8(section.next) !== 0;
    const read = [];
    const skip = [];
    for (let at = section.next + 1; ; ) {
      const attribute = section.uleb(at);
      const form = section.uleb(section.next);
      const constant = form === FORM.implicitConst ? section.sleb(section.next) : 0;
      at = section.next;
      if (attribute === 0 && form === 0) return { tag, hasChildren, read, skip };
      this.#attributes.spend(1);
      const size = sizeOf(form, context);
      const slot = slotOf(attribute);
      if (slot >= 0) read.push(slot, form, constant);
      else append(read, form, size);
      append(skip, form, size);
    }
  }
}
function keyOf({ addressSize, version }) {
  return `${addressSize}${version === 2 ? "a" : "b"}`;
}
function append(program, form, size) {
  const last = program.length - 3;
  if (size === void 0) program.push(-1, form, 0);
  else if (last >= 0 && program[last + 1] === STEP) program[last + 2] = (program[last + 2] ?? 0) + size;
  else if (size > 0) program.push(-1, STEP, size);
}

const SCALE = 2 ** 40;
const ORIGIN = { inline: 0, str: 1, lineStr: 2, index: 3 };
const FIRST_BASE = 8;
const inline = (at) => at;
const stringAt = (section, offset) => ORIGIN[section] * SCALE + offset;
const stringIndex = (index) => ORIGIN.index * SCALE + index;
function textOf(value, own, sections, base, limit) {
  const origin = Math.floor(value / SCALE);
  const offset = value - origin * SCALE;
  if (origin === ORIGIN.inline) return own.text(offset, limit);
  if (origin === ORIGIN.str) return sections.str.text(offset, limit);
  if (origin === ORIGIN.lineStr) return sections.lineStr.text(offset, limit);
  return sections.str.text(sections.strOffsets.u32((base ?? FIRST_BASE) + 4 * offset), limit);
}

const BY_SIGNATURE = -1;
class DieReader {
  constructor(info) {
    this.info = info;
  }
  info;
  #values = new Float64Array(SLOTS);
  #present = 0;
  has(slot) {
    return (this.#present & 1 << slot) !== 0;
  }
  /** Undefined when the entry has no such attribute, or one that is no number, such as an expression. */
  get(slot) {
    return this.has(slot) ? this.#values[slot] : void 0;
  }
  /** A flag that is there and not 0. */
  is(slot) {
    return this.has(slot) && this.#values[slot] !== 0;
  }
  /** Runs an abbreviation's program over the attributes that begin at `at`, and gives their end. @throws DwarfError */
  run(unit, program, at) {
    let next = at;
    this.#present = 0;
    for (let i = 0; i < program.length; i += 3) {
      const form = program[i + 1] ?? STEP;
      const argument = program[i + 2] ?? 0;
      if (form === STEP) {
        next += argument;
        continue;
      }
      const value = this.#value(unit, form, next, argument);
      next = this.info.next;
      const slot = program[i] ?? -1;
      if (slot < 0 || Number.isNaN(value)) continue;
      this.#values[slot] = value;
      this.#present |= 1 << slot;
    }
    if (next > unit.end) throw new DwarfError(`.debug_info: the entry before ${at} does not end inside its unit`);
    return next;
  }
  /** Leaves the end of the value in `info.next`. */
  #value(unit, form, at, constant) {
    const { info } = this;
    switch (form) {
      case FORM.implicitConst:
        info.next = at;
        return constant;
      case FORM.flagPresent:
        info.next = at;
        return 1;
      case FORM.data1:
      case FORM.flag:
      case FORM.addrx1:
        return this.#fixed(at, 1);
      case FORM.data2:
      case FORM.addrx2:
        return this.#fixed(at, 2);
      case FORM.addrx3:
        return this.#fixed(at, 3);
      case FORM.data4:
      case FORM.secOffset:
      case FORM.addrx4:
        return this.#fixed(at, 4);
      case FORM.data8:
        return this.#fixed(at, 8);
      case FORM.addr:
        return this.#fixed(at, unit.addressSize);
      case FORM.udata:
      case FORM.addrx:
      case FORM.loclistx:
      case FORM.rnglistx:
      case FORM.gnuAddrIndex:
        return info.uleb(at);
      case FORM.sdata:
        return info.sleb(at);
      case FORM.ref1:
        return unit.start + this.#fixed(at, 1);
      case FORM.ref2:
        return unit.start + this.#fixed(at, 2);
      case FORM.ref4:
        return unit.start + this.#fixed(at, 4);
      case FORM.ref8:
        return unit.start + this.#fixed(at, 8);
      case FORM.refUdata:
        return unit.start + info.uleb(at);
      case FORM.refAddr:
        return this.#fixed(at, unit.version === 2 ? unit.addressSize : 4);
      case FORM.refSig8:
        this.#step(at, 8);
        return BY_SIGNATURE;
      case FORM.string:
        info.next = info.afterString(at);
        return inline(at);
      case FORM.strp:
        return stringAt("str", this.#fixed(at, 4));
      case FORM.lineStrp:
        return stringAt("lineStr", this.#fixed(at, 4));
      case FORM.strx1:
        return stringIndex(this.#fixed(at, 1));
      case FORM.strx2:
        return stringIndex(this.#fixed(at, 2));
      case FORM.strx3:
        return stringIndex(this.#fixed(at, 3));
      case FORM.strx4:
        return stringIndex(this.#fixed(at, 4));
      case FORM.strx:
      case FORM.gnuStrIndex:
        return stringIndex(info.uleb(at));
      case FORM.data16:
        return this.#step(at, 16);
      case FORM.block1:
        return this.#step(at + 1, info.u8(at));
      case FORM.block2:
        return this.#step(at + 2, info.u16(at));
      case FORM.block4:
        return this.#step(at + 4, info.u32(at));
      case FORM.block:
      case FORM.exprloc: {
        const length = info.uleb(at);
        return this.#step(info.next, length);
      }
      case FORM.indirect: {
        const actual = info.uleb(at);
        if (actual === FORM.implicitConst || actual === FORM.indirect) throw new DwarfError(`.debug_info: form 0x${actual.toString(16)} behind an indirect form at ${at}`);
        return this.#value(unit, actual, info.next, 0);
      }
      default:
        throw new DwarfError(`.debug_info: form 0x${form.toString(16)} at ${at} is not known`, "unsupported");
    }
  }
  #fixed(at, bytes) {
    const { info } = this;
    info.next = at + bytes;
    if (bytes === 1) return info.u8(at);
    if (bytes === 2) return info.u16(at);
    if (bytes === 3) return info.u24(at);
    return bytes === 4 ? info.u32(at) : info.u64(at);
  }
  /** Over something that is no number. */
  #step(at, bytes) {
    this.info.check(at, bytes);
    this.info.next = at + bytes;
    return Number.NaN;
  }
}

const UT = { compile: 1, type: 2, partial: 3, skeleton: 4, splitCompile: 5, splitType: 6 };
const RESERVED = 4294967280;
const DWARF64 = 4294967295;
function unitEnd(section, at) {
  const length = section.u32(at);
  if (length === DWARF64) throw new DwarfError(`${section.what}: the unit at ${at} has the 64-bit format, which is not read`, "unsupported");
  if (length >= RESERVED) throw new DwarfError(`${section.what}: the unit at ${at} has the reserved length 0x${length.toString(16)}`);
  section.check(at + 4, length);
  return at + 4 + length;
}
function readUnit(info, start, tables) {
  const end = unitEnd(info, start);
  const version = info.u16(start + 4);
  if (version < 2 || version > 5) throw new DwarfError(`.debug_info: the unit at ${start} has DWARF version ${version}, which is not read`, "unsupported");
  const [typeAt, addressAt, abbrevAt] = version === 5 ? [start + 6, start + 7, start + 8] : [void 0, start + 10, start + 6];
  const type = typeAt === void 0 ? UT.compile : info.u8(typeAt);
  const addressSize = info.u8(addressAt);
  if (addressSize !== 4 && addressSize !== 8) throw new DwarfError(`.debug_info: the unit at ${start} has addresses of ${addressSize} bytes`);
  const root = (version === 5 ? start + 12 : start + 11) + moreOfHeader(type, start);
  if (root > end) throw new DwarfError(`.debug_info: the unit at ${start} ends inside its header`);
  return { start, root, end, version, addressSize, abbreviations: tables.at(info.u32(abbrevAt), { version, addressSize }) };
}
function moreOfHeader(type, start) {
  if (type === UT.compile || type === UT.partial) return 0;
  if (type === UT.type || type === UT.splitType) return 12;
  if (type === UT.skeleton || type === UT.splitCompile) return 8;
  throw new DwarfError(`.debug_info: the unit at ${start} has the unknown type ${type}`);
}

const FILES = 1 << 20;
const PATH_LIMIT$1 = 4096;
const LNCT = { path: 1, directoryIndex: 2 };
class FileTables {
  constructor(sections, text) {
    this.sections = sections;
    this.text = text;
    this.#bytes = new Budget(4 * sections.line.length, ".debug_line: bytes of tables");
  }
  sections;
  text;
  /** All paths that were asked for, by id. */
  paths = [];
  #ids = /* @__PURE__ */ new Map();
  #tables = /* @__PURE__ */ new Map();
  #kept = new Budget(FILES, ".debug_line: files and directories");
  #bytes;
  /**
   * The table at an offset of .debug_line.
   * @param strOffsetsBase where the unit's part of .debug_str_offsets begins
   * @throws DwarfError
   */
  at(offset, compDir, strOffsetsBase) {
    const key = `${offset} ${compDir}`;
    const known = this.#tables.get(key);
    if (known !== void 0) return known;
    const table = this.#parse(offset);
    const ids = [];
    const made = {
      idOf: (index) => {
        const at = index - table.first;
        if (!(at >= 0 && at < table.files.length)) return void 0;
        return ids[at] ??= this.#id(this.#path(table, at, compDir, strOffsetsBase));
      }
    };
    this.#tables.set(key, made);
    return made;
  }
  #id(path) {
    const known = this.#ids.get(path);
    if (known !== void 0) return known;
    this.text.spend(path.length);
    const id = this.paths.push(path) - 1;
    this.#ids.set(path, id);
    return id;
  }
  #path(table, at, compDir, strOffsetsBase) {
    const { sections } = this;
    const text = (value) => value === void 0 ? "" : textOf(value, sections.line, sections, strOffsetsBase, PATH_LIMIT$1) ?? "";
    const file = text(table.files[at]);
    const directory = text(table.directories[(table.directoryOf[at] ?? 0) - table.first]);
    const base = compDir === "" && table.first === 0 ? text(table.directories[0]) : compDir;
    return posix.normalize([file, directory, base].reduce((path, before) => posix.isAbsolute(path) ? path : posix.join(before, path)));
  }
  #parse(offset) {
    const { line } = this.sections;
    const end = unitEnd(line, offset);
    const version = line.u16(offset + 4);
    if (version < 2 || version > 5) throw new DwarfError(`.debug_line: the table at ${offset} has version ${version}, which is not read`, "unsupported");
    const afterLength = offset + (version === 5 ? 8 : 6) + 4;
    const opcodeBase = afterLength + (version >= 4 ? 5 : 4);
    const from = opcodeBase + 1 + Math.max(0, line.u8(opcodeBase) - 1);
    const table = version === 5 ? this.#entryFormats(from) : this.#lists(from);
    if (line.next > end) throw new DwarfError(`.debug_line: the table at ${offset} does not end inside its unit`);
    this.#bytes.spend(line.next - offset);
    return table;
  }
  /** DWARF 2 to 4: directories, then files with directory, time and length; an empty name ends each list. */
  #lists(from) {
    const { line } = this.sections;
    const directories = [];
    let at = from;
    for (; line.u8(at) !== 0; at = line.afterString(at)) this.#keep(directories, inline(at));
    const files = [];
    const directoryOf = [];
    for (at += 1; line.u8(at) !== 0; ) {
      this.#keep(files, inline(at));
      directoryOf.push(line.uleb(line.afterString(at)));
      line.uleb(line.next);
      line.uleb(line.next);
      at = line.next;
    }
    line.next = at + 1;
    return { directories, files, directoryOf, first: 1 };
  }
  /** DWARF 5: both lists say first what their entries consist of. */
  #entryFormats(from) {
    const directories = this.#entries(from);
    const files = this.#entries(this.sections.line.next);
    return { directories: directories.paths, files: files.paths, directoryOf: files.directoryOf, first: 0 };
  }
  #entries(from) {
    const { line } = this.sections;
    const formats = [];
    const columns = line.u8(from);
    line.next = from + 1;
    for (let column = 0; column < columns; column++) {
      const content = line.uleb(line.next);
      formats.push({ content, form: line.uleb(line.next) });
    }
    const count = line.uleb(line.next);
    if (columns === 0 && count > 0) throw new DwarfError(`.debug_line: ${count} entries of nothing at ${from}`);
    const paths = [];
    const directoryOf = [];
    for (let entry = 0; entry < count; entry++) {
      let [path, directory] = [0, 0];
      for (const { content, form } of formats) {
        const value = this.#value(form, line.next);
        if (content === LNCT.path) path = value;
        if (content === LNCT.directoryIndex) directory = value;
      }
      this.#keep(paths, path);
      directoryOf.push(directory);
    }
    return { paths, directoryOf };
  }
  #keep(list, value) {
    this.#kept.spend(1);
    list.push(value);
  }
  /** The forms that DWARF 5, 6.2.4.1 allows here; each takes at least one byte, so that no count can outlast the section. */
  #value(form, at) {
    const { line } = this.sections;
    const number = (bytes) => {
      line.next = at + bytes;
      return bytes === 1 ? line.u8(at) : bytes === 2 ? line.u16(at) : bytes === 4 ? line.u32(at) : line.u64(at);
    };
    switch (form) {
      case FORM.string:
        line.next = line.afterString(at);
        return inline(at);
      case FORM.lineStrp:
        return stringAt("lineStr", number(4));
      case FORM.strp:
        return stringAt("str", number(4));
      case FORM.strx:
        return stringIndex(line.uleb(at));
      case FORM.strx1:
        return stringIndex(number(1));
      case FORM.strx2:
        return stringIndex(number(2));
      case FORM.strx4:
        return stringIndex(number(4));
      case FORM.udata:
        return line.uleb(at);
      case FORM.data1:
        return number(1);
      case FORM.data2:
        return number(2);
      case FORM.data4:
        return number(4);
      case FORM.data8:
        return number(8);
      case FORM.data16:
        line.check(at, 16);
        line.next = at + 16;
        return 0;
      case FORM.block: {
        const length = line.uleb(at);
        line.check(line.next, length);
        line.next += length;
        return 0;
      }
      default:
        throw new DwarfError(`.debug_line: form 0x${form.toString(16)} at ${at} is not known`, "unsupported");
    }
  }
}

const PLACES = 1 << 19;
const PER_NAME = 32;
const NONE = -1;
class Places {
  constructor(text) {
    this.text = text;
  }
  text;
  #first = /* @__PURE__ */ new Map();
  #files = [];
  #lines = [];
  #next = [];
  #budget = new Budget(PLACES, ".debug_info: declared types");
  /** @throws DwarfError when the file has more than any module */
  add(name, file, line) {
    const first = this.#first.get(name);
    let last = first;
    let count = 0;
    for (let at2 = first; at2 !== void 0 && at2 !== NONE; at2 = this.#next[at2]) {
      if (this.#files[at2] === file && this.#lines[at2] === line) return;
      last = at2;
      if (++count === PER_NAME) return;
    }
    this.#budget.spend(1);
    const at = this.#files.push(file) - 1;
    this.#lines.push(line);
    this.#next.push(NONE);
    if (last === void 0) {
      this.text.spend(name.length);
      this.#first.set(name, at);
    } else this.#next[last] = at;
  }
  /** All of it, the names behind `prefix`, the places in the order in which they came. */
  *entries(prefix, paths) {
    for (const [name, first] of this.#first) {
      const places = [];
      for (let at = first; at !== void 0 && at !== NONE; at = this.#next[at]) places.push({ file: paths[this.#files[at] ?? NONE] ?? "", line: this.#lines[at] ?? 0 });
      yield [prefix + name, places];
    }
  }
}

const LEB_LIMIT = 16;
class Bytes {
  constructor(data, littleEndian, what) {
    this.data = data;
    this.littleEndian = littleEndian;
    this.what = what;
    this.length = data.length;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }
  data;
  littleEndian;
  what;
  length;
  /** Where the last value of variable length ended. */
  next = 0;
  #view;
  /** @throws DwarfError when `bytes` bytes at `at` are not all inside. */
  check(at, bytes) {
    if (!(at >= 0 && at + bytes <= this.length)) throw new DwarfError(`${this.what}: ${bytes} bytes at ${at} are outside the section of ${this.length} bytes`);
  }
  u8(at) {
    this.check(at, 1);
    return this.#view.getUint8(at);
  }
  u16(at) {
    this.check(at, 2);
    return this.#view.getUint16(at, this.littleEndian);
  }
  u24(at) {
    this.check(at, 3);
    const [first, middle, last] = [this.#view.getUint8(at), this.#view.getUint8(at + 1), this.#view.getUint8(at + 2)];
    return this.littleEndian ? first | middle << 8 | last << 16 : first << 16 | middle << 8 | last;
  }
  u32(at) {
    this.check(at, 4);
    return this.#view.getUint32(at, this.littleEndian);
  }
  /** Not exact beyond 2^53, where no offset, size or line of a real file is. */
  u64(at) {
    this.check(at, 8);
    const [first, second] = [this.#view.getUint32(at, this.littleEndian), this.#view.getUint32(at + 4, this.littleEndian)];
    return this.littleEndian ? second * 4294967296 + first : first * 4294967296 + second;
  }
  /** Unsigned LEB128 (DWARF 5, 7.6); leaves its end in `next`. */
  uleb(at) {
    let value = 0;
    let scale = 1;
    for (let from = at; from < at + LEB_LIMIT; from++) {
      const byte = this.u8(from);
      value += (byte & 127) * scale;
      if (byte < 128) {
        this.next = from + 1;
        return value;
      }
      scale *= 128;
    }
    throw new DwarfError(`${this.what}: the LEB128 number at ${at} does not end`);
  }
  /** Signed LEB128; leaves its end in `next`. */
  sleb(at) {
    const value = this.uleb(at);
    const bits = 7 * (this.next - at);
    return (this.u8(this.next - 1) & 64) === 0 ? value : value - 2 ** bits;
  }
  /** Where the bytes after the zero-terminated string at `at` begin. */
  afterString(at) {
    this.check(at, 1);
    const end = this.data.indexOf(0, at);
    if (end < 0) throw new DwarfError(`${this.what}: the string at ${at} does not end`);
    return end + 1;
  }
  /** The string at `at`, or undefined when it is longer than `limit` bytes: a reader of many strings must not scan the section for each. */
  text(at, limit) {
    this.check(at, 1);
    const last = Math.min(this.length, at + limit + 1);
    for (let end = at; end < last; end++) if (this.data[end] === 0) return this.data.toString("utf8", at, end);
    if (last === this.length) throw new DwarfError(`${this.what}: the string at ${at} does not end`);
    return void 0;
  }
}

const MACHINES = /* @__PURE__ */ new Map([
  [62, /* @__PURE__ */ new Map([[0, 0], [1, 8], [10, 4], [11, 4]])],
  [183, /* @__PURE__ */ new Map([[0, 0], [256, 0], [257, 8], [258, 4]])],
  [22, /* @__PURE__ */ new Map([[0, 0], [4, 4], [22, 8]])],
  [21, /* @__PURE__ */ new Map([[0, 0], [1, 4], [38, 8]])]
]);
const RELA = { size: 24, type: 8, symbol: 12, addend: 16 };
const SYMBOL = { size: 24, value: 8 };
const CARRY = 4294967296;
function relocated(target, relocations, symbols, machine) {
  const sizes = MACHINES.get(machine);
  if (sizes === void 0) throw new DwarfError(`${relocations.what}: the relocations of machine ${machine} are not known`, "unsupported");
  const { littleEndian, length } = target;
  const copy = Buffer.from(target.data);
  const view = new DataView(copy.buffer, copy.byteOffset, copy.byteLength);
  const [low, high] = littleEndian ? [0, 4] : [4, 0];
  const [typeAt, symbolAt] = littleEndian ? [RELA.type, RELA.symbol] : [RELA.symbol, RELA.type];
  for (let at = 0; at + RELA.size <= relocations.length; at += RELA.size) {
    const type = relocations.u32(at + typeAt);
    const size = sizes.get(type);
    if (size === void 0) throw new DwarfError(`${relocations.what}: relocation type ${type} is not known`, "unsupported");
    if (size === 0) continue;
    const offset = relocations.u64(at);
    if (offset + size > length) throw new DwarfError(`${relocations.what}: a relocation at ${offset} is outside the section of ${length} bytes`);
    const value = relocations.u32(at + symbolAt) * SYMBOL.size + SYMBOL.value;
    const sum = symbols.u32(value + low) + relocations.u32(at + RELA.addend + low);
    if (size === 4) {
      view.setUint32(offset, sum >>> 0, littleEndian);
      continue;
    }
    view.setUint32(offset + low, sum >>> 0, littleEndian);
    view.setUint32(offset + high, symbols.u32(value + high) + relocations.u32(at + RELA.addend + high) + (sum >= CARRY ? 1 : 0) >>> 0, littleEndian);
  }
  return copy;
}

const HEADER = { size: 64, type: 16, machine: 18, shoff: 40, shentsize: 58, shnum: 60, shstrndx: 62 };
const ENTRY$1 = { size: 64, name: 0, type: 4, flags: 8, offset: 24, length: 32, link: 40, info: 44 };
const COMPRESSION = { size: 24, type: 0, length: 8 };
const ET_REL = 1;
const SHT = { rela: 4, nobits: 8, rel: 9 };
const SHF_COMPRESSED = 2048;
const ELFCOMPRESS = { zlib: 1, zstd: 2 };
const UNPACKED_LIMIT = 256 << 20;
const NAME_LIMIT$1 = 256;
function dwarfSections(file) {
  if (file.length < HEADER.size || file.readUInt32BE(0) !== 2135247942) throw new DwarfError("ELF header: the file does not begin with \\x7fELF");
  if (file[4] !== 2) throw new DwarfError("ELF header: not a 64-bit file", "unsupported");
  if (file[5] !== 1 && file[5] !== 2) throw new DwarfError("ELF header: the byte order is neither little nor big");
  const elf = new Bytes(file, file[5] === 1, "ELF file");
  const headers = sectionHeaders(elf);
  const mayRelocate = elf.u16(HEADER.type) === ET_REL;
  let left = UNPACKED_LIMIT;
  const content = ({ name, type, flags, offset, length }) => {
    if (type === SHT.nobits) throw new DwarfError(`${name}: the section has no contents, they were moved to another file`, "absent");
    elf.check(offset, length);
    const raw = new Bytes(file.subarray(offset, offset + length), elf.littleEndian, name);
    if ((flags & SHF_COMPRESSED) === 0) return raw;
    const unpacked = decompressed(raw, left);
    left -= unpacked.length;
    return unpacked;
  };
  const relocations = new Map(headers.filter(({ type }) => mayRelocate && (type === SHT.rela || type === SHT.rel)).map((header) => [header.info, header]));
  let symbols;
  const named = (name) => headers.flatMap((header, index) => {
    if (header.name !== name) return [];
    const bytes = content(header);
    const rela = relocations.get(index);
    if (rela === void 0) return [bytes];
    if (rela.type === SHT.rel) throw new DwarfError(`${rela.name}: relocations without addends`, "unsupported");
    if (symbols?.index !== rela.link) {
      const table = headers[rela.link];
      if (table === void 0) throw new DwarfError(`${rela.name}: its symbol table, section ${rela.link}, does not exist`);
      symbols = { index: rela.link, bytes: content(table) };
    }
    return [new Bytes(relocated(bytes, content(rela), symbols.bytes, elf.u16(HEADER.machine)), elf.littleEndian, name)];
  });
  const one = (name) => named(name)[0] ?? new Bytes(Buffer.alloc(0), elf.littleEndian, name);
  const info = named(".debug_info");
  if (info.length === 0) throw new DwarfError(".debug_info: the file has no such section; it was built without debug information or stripped", "absent");
  return { info, abbrev: one(".debug_abbrev"), line: one(".debug_line"), str: one(".debug_str"), lineStr: one(".debug_line_str"), strOffsets: one(".debug_str_offsets") };
}
function sectionHeaders(elf) {
  const table = elf.u64(HEADER.shoff);
  if (table === 0) throw new DwarfError("ELF header: the file has no sections", "absent");
  if (elf.u16(HEADER.shentsize) !== ENTRY$1.size) throw new DwarfError(`ELF header: section headers of ${elf.u16(HEADER.shentsize)} bytes instead of ${ENTRY$1.size}`);
  const count = elf.u16(HEADER.shnum) || elf.u64(table + ENTRY$1.length);
  elf.check(table, count * ENTRY$1.size);
  const namesIndex = elf.u16(HEADER.shstrndx) === 65535 ? elf.u32(table + ENTRY$1.link) : elf.u16(HEADER.shstrndx);
  if (namesIndex >= count) throw new DwarfError(`ELF header: section ${namesIndex} of names does not exist`);
  const namesAt = elf.u64(table + namesIndex * ENTRY$1.size + ENTRY$1.offset);
  const namesLength = elf.u64(table + namesIndex * ENTRY$1.size + ENTRY$1.length);
  elf.check(namesAt, namesLength);
  const names = new Bytes(elf.data.subarray(namesAt, namesAt + namesLength), elf.littleEndian, "section names");
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * ENTRY$1.size;
    return {
      // No name that is looked for is longer.
      name: names.text(elf.u32(at + ENTRY$1.name), NAME_LIMIT$1) ?? "",
      type: elf.u32(at + ENTRY$1.type),
      flags: elf.u64(at + ENTRY$1.flags),
      offset: elf.u64(at + ENTRY$1.offset),
      length: elf.u64(at + ENTRY$1.length),
      link: elf.u32(at + ENTRY$1.link),
      info: elf.u32(at + ENTRY$1.info)
    };
  });
}
function decompressed(raw, limit) {
  const type = raw.u32(COMPRESSION.type);
  const length = raw.u64(COMPRESSION.length);
  if (length > limit) throw new DwarfError(`${raw.what}: ${length} bytes when decompressed, more than the ${limit} that are allowed`, "unsupported");
  const packed = raw.data.subarray(COMPRESSION.size);
  const options = { maxOutputLength: Math.max(1, length) };
  try {
    const data = inflate(type, packed, options, raw.what);
    if (data.length !== length) throw new DwarfError(`${raw.what}: ${data.length} bytes when decompressed instead of ${length}`);
    return new Bytes(data, raw.littleEndian, raw.what);
  } catch (error) {
    if (error instanceof DwarfError) throw error;
    throw new DwarfError(`${raw.what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
function inflate(type, packed, options, what) {
  if (type === ELFCOMPRESS.zlib) return zlib.inflateSync(packed, options);
  if (type !== ELFCOMPRESS.zstd) throw new DwarfError(`${what}: compression type ${type} is not known`, "unsupported");
  const { zstdDecompressSync } = zlib;
  if (zstdDecompressSync === void 0) throw new DwarfError(`${what}: compressed with zstd, which node ${process.versions.node} cannot read`, "unsupported");
  return zstdDecompressSync(packed, options);
}

const LOOKS = 1 << 20;
const CHAIN$1 = 64;
const POINTERS$1 = 2;
const FLOATS = /* @__PURE__ */ new Set([3, 4, 9, 15]);
const SIGNED = /* @__PURE__ */ new Set([5, 6]);
const COMPOSITES = /* @__PURE__ */ new Map([[TAG.structure, "struct"], [TAG.union, "union"], [TAG.enumeration, "enum"]]);
const TRANSPARENT$1 = /* @__PURE__ */ new Set([TAG.typedef, TAG.const, TAG.volatile, TAG.restrict, TAG.atomic]);
const VOID = { kind: "void", name: "", size: 0 };
const UNKNOWN = { kind: "unknown", name: "", size: 0 };
class Shapes {
  constructor(reader, unitAt, nameOf) {
    this.unitAt = unitAt;
    this.nameOf = nameOf;
    this.#reader = new DieReader(reader.info);
  }
  unitAt;
  nameOf;
  #reader;
  /** By the pointers that are still to be followed, then by offset. */
  #known = Array.from({ length: POINTERS$1 + 1 }, () => /* @__PURE__ */ new Map());
  #alike = /* @__PURE__ */ new Map();
  #keys = /* @__PURE__ */ new Map([[VOID, "void"], [UNKNOWN, "unknown"]]);
  #looks = new Budget(LOOKS, ".debug_info: types of parameters");
  /** The shape of the type whose entry is at `offset` of .debug_info. @throws DwarfError */
  at(offset, pointers = POINTERS$1) {
    const known = this.#known[pointers];
    const passed = [];
    let shape;
    for (let at = offset; shape === void 0; ) {
      shape = at === BY_SIGNATURE ? UNKNOWN : known?.get(at);
      if (shape !== void 0) break;
      if (passed.length === CHAIN$1) throw new DwarfError(`.debug_info: the type at ${offset} is a ring of typedefs`);
      passed.push(at);
      const further = this.#look(at, pointers);
      if (typeof further === "number") at = further;
      else shape = further;
    }
    for (const at of passed) known?.set(at, shape);
    return shape;
  }
  /** Two shapes are equal when their keys are. */
  keyOf(shape) {
    return this.#keys.get(shape) ?? "";
  }
  /** The shape, or where to look further. */
  #look(offset, pointers) {
    this.#looks.spend(1);
    const unit = this.unitAt(offset);
    const reader = this.#reader;
    const { info } = reader;
    const abbreviation = unit.abbreviations[info.uleb(offset)];
    if (abbreviation === void 0) throw new DwarfError(`.debug_info: there is no type at ${offset}`);
    const { tag } = abbreviation;
    reader.run(unit, abbreviation.read, info.next);
    const type = reader.get(SLOT.type);
    if (TRANSPARENT$1.has(tag)) return type ?? VOID;
    const size = reader.get(SLOT.byteSize) ?? 0;
    const composite = COMPOSITES.get(tag);
    if (composite !== void 0) return this.#same({ kind: composite, name: this.nameOf(reader, unit), size });
    if (tag === TAG.base) {
      const encoding = reader.get(SLOT.encoding) ?? 0;
      const name = this.nameOf(reader, unit);
      return this.#same(FLOATS.has(encoding) ? { kind: "float", name, size } : { kind: "int", name, size, signed: SIGNED.has(encoding) });
    }
    if (tag === TAG.pointer || tag === TAG.reference) {
      const pointer = { kind: "ptr", name: "", size: size || unit.addressSize };
      return this.#same(pointers === 0 ? pointer : { ...pointer, to: type === void 0 ? VOID : this.at(type, pointers - 1) });
    }
    if (tag === TAG.array) return this.#same({ kind: "array", name: "", size });
    return tag === TAG.subroutine ? this.#same({ kind: "func", name: "", size: 0 }) : UNKNOWN;
  }
  #same(shape) {
    const key = `${shape.kind} ${shape.size} ${shape.signed ?? ""} ${shape.name}${shape.to === void 0 ? "" : ` -> ${this.keyOf(shape.to)}`}`;
    const known = this.#alike.get(key);
    if (known !== void 0) return known;
    this.#alike.set(key, shape);
    this.#keys.set(shape, key);
    return shape;
  }
}

const UNITS = 1 << 16;
const TEXT = 64 << 20;
const FUNCTIONS = 1 << 18;
const PARAMETERS = 1e3;
const MEMBERS = 1e4;
const NAME_LIMIT = 1024;
const PATH_LIMIT = 4096;
const KINDS$1 = /* @__PURE__ */ new Map([[TAG.structure, "struct "], [TAG.union, "union "], [TAG.enumeration, "enum "], [TAG.typedef, "typedef "]]);
function declarations(file, layoutsOf = []) {
  const sections = dwarfSections(file);
  const collection = new Collection(sections);
  const abbreviations = new AbbreviationTables(sections.abbrev);
  for (const info of sections.info) new Walk(info, sections, abbreviations, collection, new Set(layoutsOf)).all();
  return collection.result();
}
class Collection {
  #text = new Budget(TEXT, ".debug_info: characters of names");
  #places = new Map([...KINDS$1.keys()].map((tag) => [tag, new Places(this.#text)]));
  #declared = /* @__PURE__ */ new Map();
  #defined = /* @__PURE__ */ new Set();
  #functions = new Budget(FUNCTIONS, ".debug_info: functions");
  compilationUnits = [];
  layouts = /* @__PURE__ */ new Map();
  fileTables;
  constructor(sections) {
    this.fileTables = new FileTables(sections, this.#text);
  }
  unit(unit) {
    this.#text.spend(unit.name.length + unit.compDir.length + unit.producer.length);
    this.compilationUnits.push(unit);
  }
  type(tag, name, file, line) {
    this.#places.get(tag)?.add(name, file, line);
  }
  /** @param key equal for equal prototypes */
  declared(name, key, prototype) {
    const known = this.#declared.get(name) ?? /* @__PURE__ */ new Map();
    if (known.has(key)) return;
    this.#functions.spend(1);
    this.#text.spend(name.length + key.length);
    this.#declared.set(name, known.set(key, prototype()));
  }
  defined(name) {
    if (this.#defined.has(name)) return;
    this.#functions.spend(1);
    this.#text.spend(name.length);
    this.#defined.add(name);
  }
  result() {
    return {
      functions: new Map([...this.#declared].filter(([name]) => !this.#defined.has(name)).map(([name, prototypes]) => [name, [...prototypes.values()]])),
      types: new Map([...KINDS$1].flatMap(([tag, prefix]) => [...this.#places.get(tag)?.entries(prefix, this.fileTables.paths) ?? []])),
      compilationUnits: this.compilationUnits,
      layouts: this.layouts
    };
  }
}
class Walk {
  constructor(info, sections, abbreviations, collection, layoutsOf) {
    this.info = info;
    this.sections = sections;
    this.abbreviations = abbreviations;
    this.collection = collection;
    this.layoutsOf = layoutsOf;
    this.#reader = new DieReader(info);
    this.#shapes = new Shapes(this.#reader, (offset) => this.#unitAt(offset), (reader, unit) => this.#text(reader, SLOT.name, this.#unitAt(unit.start)) ?? "");
  }
  info;
  sections;
  abbreviations;
  collection;
  layoutsOf;
  #units = [];
  #reader;
  #shapes;
  all() {
    for (let at = 0; at < this.info.length; ) {
      if (this.#units.length === UNITS) throw new DwarfError(`.debug_info: more than ${UNITS} units, which no module has`);
      const unit = readUnit(this.info, at, this.abbreviations);
      this.#units.push(this.#withContext(unit));
      at = unit.end;
    }
    for (const unit of this.#units) this.#walk(unit);
  }
  /** Reads a unit's first entry. */
  #withContext(unit) {
    const bare = { ...unit, strOffsetsBase: void 0, files: void 0 };
    if (unit.root === unit.end) return bare;
    const abbreviation = this.#abbreviation(unit, unit.root);
    if (abbreviation === void 0) return bare;
    const reader = this.#reader;
    reader.run(unit, abbreviation.read, this.info.next);
    if (abbreviation.tag === TAG.skeletonUnit || reader.has(SLOT.dwoName)) throw new DwarfError(`.debug_info: the unit at ${unit.start} has its entries in another file (split DWARF)`, "unsupported");
    const strOffsetsBase = reader.get(SLOT.strOffsetsBase);
    const context = { ...bare, strOffsetsBase };
    const [name, compDir, producer] = [SLOT.name, SLOT.compDir, SLOT.producer].map((slot) => this.#text(reader, slot, context, PATH_LIMIT) ?? "");
    if (abbreviation.tag === TAG.compileUnit) this.collection.unit({ name, compDir, producer });
    const table = reader.get(SLOT.stmtList);
    return { ...context, files: table === void 0 ? void 0 : this.collection.fileTables.at(table, compDir, strOffsetsBase) };
  }
  #walk(unit) {
    for (let at = unit.root; at < unit.end; ) {
      const abbreviation = this.#abbreviation(unit, at);
      if (abbreviation === void 0) at = this.info.next;
      else if (abbreviation.tag === TAG.subprogram) at = this.#subprogram(unit, abbreviation, this.info.next);
      else if (KINDS$1.has(abbreviation.tag)) at = this.#type(unit, abbreviation, this.info.next);
      else at = this.#reader.run(unit, abbreviation.skip, this.info.next);
    }
  }
  /** Undefined for the null entry that ends a list of children. Leaves the end of the code in `info.next`. */
  #abbreviation(unit, at) {
    const code = this.info.uleb(at);
    if (code === 0) return void 0;
    const abbreviation = unit.abbreviations[code];
    if (abbreviation === void 0) throw new DwarfError(`.debug_info: the entry at ${at} has the unknown abbreviation ${code}`);
    return abbreviation;
  }
  #type(unit, abbreviation, at) {
    const reader = this.#reader;
    const end = reader.run(unit, abbreviation.read, at);
    if (reader.is(SLOT.declaration) || !reader.has(SLOT.name)) return end;
    const [file, line] = [reader.get(SLOT.declFile), reader.get(SLOT.declLine)];
    const id = file === void 0 ? void 0 : unit.files?.idOf(file);
    if (id === void 0 || line === void 0 || !Number.isSafeInteger(line)) return end;
    const name = this.#text(reader, SLOT.name, unit);
    if (name === void 0) return end;
    this.collection.type(abbreviation.tag, name, id, line);
    if (abbreviation.tag === TAG.structure && abbreviation.hasChildren && this.layoutsOf.has(name) && !this.collection.layouts.has(name)) {
      this.collection.layouts.set(name, { size: reader.get(SLOT.byteSize) ?? 0, members: this.#members(unit, end) });
    }
    return end;
  }
  /** Names and places of the members that are a struct's direct children. */
  #members(unit, from) {
    const reader = this.#reader;
    const members = [];
    for (let [at, depth] = [from, 1]; depth > 0 && at < unit.end; ) {
      const abbreviation = this.#abbreviation(unit, at);
      if (abbreviation === void 0) {
        depth--;
        at = this.info.next;
        continue;
      }
      const isMember = depth === 1 && abbreviation.tag === TAG.member;
      at = reader.run(unit, isMember ? abbreviation.read : abbreviation.skip, this.info.next);
      const [name, offset] = isMember ? [this.#text(reader, SLOT.name, unit), reader.get(SLOT.memberAt)] : [void 0, void 0];
      if (name !== void 0 && offset !== void 0) members.push({ name, offset });
      if (members.length > MEMBERS) throw new DwarfError(`.debug_info: the struct before ${from} has more than ${MEMBERS} members`);
      if (abbreviation.hasChildren) depth++;
    }
    return members;
  }
  #subprogram(unit, abbreviation, at) {
    const reader = this.#reader;
    const end = reader.run(unit, abbreviation.read, at);
    if (reader.is(SLOT.declaration)) return reader.is(SLOT.external) ? this.#declared(unit, abbreviation, end) : end;
    if (reader.has(SLOT.code)) this.#defined(unit);
    return end;
  }
  /** A function with code: its name is at another entry when it was declared or made from an inline function before. */
  #defined(unit) {
    const reader = this.#reader;
    const origin = reader.get(SLOT.origin);
    let name = this.#symbol(unit);
    if (name === void 0 && origin !== void 0 && origin !== BY_SIGNATURE) {
      const other = this.#unitAt(origin);
      const abbreviation = this.#abbreviation(other, origin);
      if (abbreviation === void 0) return;
      reader.run(other, abbreviation.read, this.info.next);
      name = this.#symbol(other);
    }
    if (name !== void 0) this.collection.defined(name);
  }
  /** The name for the linker: `asm("…")` after a declaration makes it differ from the one in the source. */
  #symbol(unit) {
    return this.#text(this.#reader, SLOT.linkageName, unit) ?? this.#text(this.#reader, SLOT.name, unit);
  }
  /** The declaration whose attributes were just read, and its children, which begin at `at`. */
  #declared(unit, abbreviation, at) {
    const reader = this.#reader;
    const name = this.#symbol(unit);
    const [type, prototyped] = [reader.get(SLOT.type), reader.is(SLOT.prototyped)];
    const children = abbreviation.hasChildren ? this.#children(unit, at) : { types: [], variadic: false, end: at };
    if (name === void 0) return children.end;
    const parametersKnown = prototyped || children.types.length > 0;
    const returns = type === void 0 ? parametersKnown ? VOID : UNKNOWN : this.#shapes.at(type);
    const parameters = children.types.map((parameter) => parameter === void 0 ? UNKNOWN : this.#shapes.at(parameter));
    const { variadic } = children;
    const key = [returns, ...parameters].map((shape) => this.#shapes.keyOf(shape)).join("\n") + `
${variadic} ${prototyped} ${parametersKnown}`;
    this.collection.declared(name, key, () => ({ returns, parameters, variadic, prototyped, parametersKnown }));
    return children.end;
  }
  /** Types of the parameters that are a function's direct children, as offsets. */
  #children(unit, from) {
    const reader = this.#reader;
    const types = [];
    let variadic = false;
    let at = from;
    for (let depth = 1; depth > 0 && at < unit.end; ) {
      const abbreviation = this.#abbreviation(unit, at);
      if (abbreviation === void 0) {
        depth--;
        at = this.info.next;
        continue;
      }
      const isParameter = depth === 1 && abbreviation.tag === TAG.formalParameter;
      at = reader.run(unit, isParameter ? abbreviation.read : abbreviation.skip, this.info.next);
      if (isParameter) types.push(reader.get(SLOT.type));
      if (types.length > PARAMETERS) throw new DwarfError(`.debug_info: the function before ${from} has more than ${PARAMETERS} parameters`);
      if (depth === 1 && abbreviation.tag === TAG.unspecifiedParameters) variadic = true;
      if (abbreviation.hasChildren) depth++;
    }
    return { types, variadic, end: at };
  }
  #text(reader, slot, unit, limit = NAME_LIMIT) {
    const value = reader.get(slot);
    return value === void 0 ? void 0 : textOf(value, this.info, this.sections, unit.strOffsetsBase, limit);
  }
  /** The unit that holds an offset of .debug_info. */
  #unitAt(offset) {
    let [from, to] = [0, this.#units.length];
    while (to - from > 1) {
      const middle = from + to >> 1;
      if ((this.#units[middle]?.start ?? 0) <= offset) from = middle;
      else to = middle;
    }
    const unit = this.#units[from];
    if (unit === void 0 || !(offset >= unit.start && offset < unit.end)) throw new DwarfError(`.debug_info: a reference to ${offset} leads out of the section`);
    return unit;
  }
}

function visibleBuiltIns(modinfo) {
  const files = /* @__PURE__ */ new Map();
  const shown = /* @__PURE__ */ new Set();
  for (const record of modinfo.split("\0")) {
    const [, name, key, value] = /^([^.=]+)\.(file|parmtype|version)=(.*)$/s.exec(record) ?? [];
    if (name === void 0 || value === void 0) continue;
    if (key === "file") files.set(name, (files.get(name) ?? /* @__PURE__ */ new Set()).add(value));
    else shown.add(name);
  }
  return new Set([...shown].filter((name) => files.get(name)?.size === 1));
}

const ENTRY = 64;
const NAME_AT$1 = 8;
function readVersions(elf) {
  const data = allocatedSection(elf, "__versions")?.data;
  if (data === void 0) return void 0;
  return Array.from({ length: Math.floor(data.length / ENTRY) }, (_, i) => {
    const entry = data.subarray(i * ENTRY, (i + 1) * ENTRY);
    const end = entry.indexOf(0, NAME_AT$1);
    if (end < 0) throw new ElfError(`__versions: the name of entry ${i} does not end`);
    return { crc: integer(entry, 0, 8, `__versions: CRC of entry ${i}`, elf.bigEndian), name: entry.toString("utf8", NAME_AT$1, end) };
  });
}
function readExtendedVersions(elf) {
  const crcs = allocatedSection(elf, "__version_ext_crcs")?.data;
  const names = allocatedSection(elf, "__version_ext_names")?.data;
  if (crcs === void 0 && names === void 0) return void 0;
  if (crcs === void 0 || names === void 0) throw new ElfError(`extended versions: there are ${crcs === void 0 ? "names without CRCs" : "CRCs without names"}`);
  const strings = new StringTable(names);
  let at = 0;
  return Array.from({ length: Math.floor(crcs.length / 4) }, (_, i) => {
    const end = names.indexOf(0, at);
    if (end < 0) throw new ElfError(`__version_ext_names: there are more than ${i} CRCs and only ${i} names`);
    const name = strings.at(at, `__version_ext_names: name ${i}`);
    at = end + 1;
    return { name, crc: integer(crcs, i * 4, 4, `__version_ext_crcs: CRC ${i}`, elf.bigEndian) };
  });
}

const RELATIVE = 4;
const ABSOLUTE = 8;
const FLAG_GPL_ONLY = 1;
function readExports(elf) {
  const flags = allocatedSection(elf, "__kflagstab")?.data;
  const strings = stringsAt(elf);
  const plain = table(elf, strings, "__ksymtab", "__kcrctab", (i) => ((flags?.[i] ?? 0) & FLAG_GPL_ONLY) !== 0);
  return [...plain, ...table(elf, strings, "__ksymtab_gpl", "__kcrctab_gpl", () => true)];
}
function table(elf, strings, symbols, crcs, isGplOnly) {
  const section = allocatedSection(elf, symbols);
  if (section === void 0) return [];
  const places = new Map(relocationsOf(elf, section).map((relocation) => [relocation.offset, relocation]));
  const field = places.has(RELATIVE) ? RELATIVE : ABSOLUTE;
  const crcOf = crcReader(elf, crcs);
  return Array.from({ length: Math.floor(section.size / (3 * field)) }, (_, i) => {
    const name = strings(places.get(i * 3 * field + field));
    if (name === void 0) throw new ElfError(`${symbols}: entry ${i} names no symbol`);
    const crc = crcOf(i);
    return { name, ...crc === void 0 ? {} : { crc }, gplOnly: isGplOnly(i), namespace: strings(places.get(i * 3 * field + 2 * field)) ?? "" };
  });
}
function stringsAt(elf) {
  const tables = /* @__PURE__ */ new Map();
  return (relocation) => {
    const section = relocation === void 0 || relocation.symbol.shndx === SHN.undef ? void 0 : elf.sections[relocation.symbol.shndx];
    if (relocation === void 0 || section === void 0) return void 0;
    const strings = tables.get(section) ?? new StringTable(section.data);
    tables.set(section, strings);
    return strings.at(Number(relocation.symbol.value + relocation.addend), `${section.name}: name of an exported symbol`);
  };
}
function crcReader(elf, name) {
  const section = allocatedSection(elf, name);
  if (section === void 0) return () => void 0;
  const places = new Map(relocationsOf(elf, section).map((relocation) => [relocation.offset, relocation]));
  const number = (data, at) => at >= 0 && at + 4 <= data.length ? elf.bigEndian ? data.readUInt32BE(at) : data.readUInt32LE(at) : void 0;
  return (i) => {
    const relocation = places.get(i * 4);
    if (relocation === void 0) return number(section.data, i * 4);
    const value = relocation.symbol.value + relocation.addend;
    if (relocation.symbol.shndx === SHN.abs) return Number(BigInt.asUintN(32, value));
    return number(elf.sections[relocation.symbol.shndx]?.data ?? section.data.subarray(0, 0), Number(value));
  };
}

const THIS_MODULE = ".gnu.linkonce.this_module";
const NAME_AT = 24;
const NAME_LENGTH = 56;
function moduleFacts(file) {
  const elf = openElf(file);
  const modinfo = modinfoOf(elf.sections);
  const symbolTable = elf.sections.some(({ type }) => type === SHT$1.symtab);
  const thisModule = elf.sections.find(({ name }) => name === THIS_MODULE);
  const [license, vermagic] = [modinfo.get("license")?.[0], modinfo.get("vermagic")?.[0]];
  const [versions, extendedVersions] = [readVersions(elf), readExtendedVersions(elf)];
  const holds = (name) => elf.sections.some((section) => section.name === name && section.size > 0);
  return {
    identity: { bits: elf.bits, bigEndian: elf.bigEndian, type: elf.type, machine: elf.machine },
    name: nameOf$1(thisModule, modinfo.get("name")?.[0]),
    ...license === void 0 ? {} : { license },
    ...vermagic === void 0 ? {} : { vermagic },
    depends: (modinfo.get("depends")?.[0] ?? "").split(",").filter((name) => name !== ""),
    importedNamespaces: modinfo.get("import_ns") ?? [],
    retpoline: modinfo.has("retpoline"),
    intree: modinfo.has("intree"),
    modinfo,
    ...versions === void 0 ? {} : { versions },
    ...extendedVersions === void 0 ? {} : { extendedVersions },
    imports: readSymbols(elf).slice(1).flatMap(({ name, bind, shndx }) => shndx === SHN.undef ? [{ name, weak: bind === STB_WEAK }] : []),
    exports: symbolTable ? readExports(elf) : [],
    hasExportFlags: holds("__kflagstab"),
    hasExportCrcs: holds("__kcrctab") || holds("__kcrctab_gpl"),
    hasSymbolTable: symbolTable,
    hasDebugInfo: holds(".debug_info"),
    hasBtf: holds(".BTF"),
    ...thisModule === void 0 ? {} : { thisModuleSize: thisModule.size },
    faults: faultsOf(elf)
  };
}
function nameOf$1(thisModule, told) {
  const name = thisModule?.data.subarray(NAME_AT, NAME_AT + NAME_LENGTH).toString("latin1") ?? "";
  const own = name.slice(0, Math.max(0, name.indexOf("\0")));
  return /^\w+$/.test(own) ? own : told ?? "";
}
function faultsOf(elf) {
  const named = (name) => elf.sections.filter((section) => section.name === name);
  const tables = elf.sections.filter(({ type }) => type === SHT$1.symtab);
  const [thisModule] = named(THIS_MODULE);
  const symbols = readSymbols(elf).slice(1);
  const common = symbols.find(({ shndx, name }) => shndx === SHN.common && !name.startsWith("__gnu_lto"));
  const special = [SHN.abs, SHN.common, SHN.livepatch];
  const outside = symbols.find(({ shndx }) => shndx >= elf.sections.length && !special.includes(shndx));
  const checks = [
    [tables.length === 0, "has no symbol table; it was stripped of it"],
    [tables.length > 1, `has ${tables.length} symbol tables instead of one`],
    [thisModule === void 0, `has no ${THIS_MODULE} section; modpost did not finish it`],
    [named(THIS_MODULE).length > 1, `has ${named(THIS_MODULE).length} sections ${THIS_MODULE} instead of one`],
    [thisModule !== void 0 && (thisModule.type === SHT$1.nobits || (thisModule.flags & SHF_ALLOC) === 0), `has a ${THIS_MODULE} section without contents that are loaded`],
    [named(".modinfo").length > 1, `has ${named(".modinfo").length} sections .modinfo instead of one`],
    [elf.extendedNumbering, `has ${elf.sections.length} sections, more than the kernel\u2019s loader can count`],
    [common !== void 0, `has the common symbol ${common?.name ?? ""}; the kernel demands -fno-common`],
    [outside !== void 0, `has the symbol ${outside?.name ?? ""} in section ${outside?.shndx ?? 0} of ${elf.sections.length}`]
  ];
  return checks.flatMap(([wrong, sentence]) => wrong ? [sentence] : []);
}

function checkArchitecture(what, file, kernel) {
  if (file.bits !== kernel.bits || file.bigEndian !== kernel.bigEndian || file.machine !== kernel.machine) {
    return [{
      id: "abi.architecture",
      severity: "fail",
      title: `${what} is a ${describeIdentity(file)} file; the kernel takes only ${describeIdentity(kernel)}`,
      remedy: "Build the module for the kernel\u2019s architecture (ARCH, CROSS_COMPILE)."
    }];
  }
  if (file.type === ET_REL$1) return [];
  return [{ id: "abi.elf", severity: "fail", title: `${what} is no relocatable object file: its ELF type is ${file.type} instead of ${ET_REL$1}`, remedy: "Give the .ko that kbuild makes." }];
}
function checkFile(module) {
  return module.faults.map((fault) => ({
    id: "abi.elf",
    severity: "fail",
    title: `${module.name}: the file ${fault}`,
    remedy: module.hasSymbolTable ? "Build the module with kbuild (make M=) and give the .ko as it comes." : "Strip modules with strip --strip-debug only."
  }));
}

const GPL_COMPATIBLE = /* @__PURE__ */ new Set(["GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL"]);
const OFFENDERS = /* @__PURE__ */ new Set(["driverloader", "lve"]);
function isProprietary(module) {
  return module.license === void 0 || !GPL_COMPATIBLE.has(module.license) || OFFENDERS.has(module.name);
}

const MODULE_PREFIX = "module:";
function isModuleNamespace(namespace) {
  return namespace.startsWith(MODULE_PREFIX);
}
function admitsModule(namespace, module) {
  if (!isModuleNamespace(namespace)) return false;
  const plain = (name) => name.replaceAll("-", "_");
  return namespace.slice(MODULE_PREFIX.length).split(",").some((pattern) => pattern.endsWith("*") ? plain(module).startsWith(plain(pattern.slice(0, -1))) : pattern !== "" && plain(module) === plain(pattern));
}

class SymversError extends Error {
  name = "SymversError";
}
const GPL_ONLY = { EXPORT_SYMBOL: false, EXPORT_SYMBOL_GPL: true, EXPORT_UNUSED_SYMBOL: false, EXPORT_UNUSED_SYMBOL_GPL: true, EXPORT_SYMBOL_GPL_FUTURE: false };
function parseSymvers(text) {
  const symvers = /* @__PURE__ */ new Map();
  for (const [i, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const [crc = "", symbol = "", module = "", how = "", namespace, ...more] = line.split("	");
    if (namespace === void 0 || more.length > 0) throw new SymversError(`Module.symvers: line ${i + 1} has ${line.split("	").length} columns instead of 5`);
    if (!/^0x[0-9a-f]{1,8}$/i.test(crc)) throw new SymversError(`Module.symvers: line ${i + 1}: \u201C${crc.slice(0, 40)}\u201D is no CRC`);
    if (symbol === "" || module === "") throw new SymversError(`Module.symvers: line ${i + 1} names no ${symbol === "" ? "symbol" : "module"}`);
    const gplOnly = Object.hasOwn(GPL_ONLY, how) ? GPL_ONLY[how] : void 0;
    if (gplOnly === void 0) throw new SymversError(`Module.symvers: line ${i + 1}: \u201C${how.slice(0, 40)}\u201D is no kind of export`);
    if (!symvers.has(symbol)) symvers.set(symbol, { crc: parseInt(crc, 16), module, gplOnly, namespace });
  }
  return symvers;
}
function moduleNameOf(path) {
  return path.slice(path.lastIndexOf("/") + 1).replaceAll("-", "_");
}

function judgeModule(check, versions) {
  return [...judgeVersions(check, versions), ...judgeLicense(check.module), ...judgeName(check), ...moduleNamespaceImports(check), ...judgeExports(check)];
}
function judgeVersions({ module, kernel }, versions) {
  const severity = kernel.forceLoad ? "warning" : "fail";
  const fate = kernel.forceLoad ? "takes it by force and is tainted (F)" : "refuses it";
  const remedy = "Build the module with CONFIG_MODVERSIONS and the Module.symvers of the kernel, and do not strip its versions.";
  const exporting = module.exports.length > 0;
  return [
    ...kernel.modversions && versions === void 0 ? [{ id: "abi.no-versions", severity, title: `${module.name} has no versions of its symbols; the kernel has MODVERSIONS and ${fate}`, remedy }] : [],
    ...kernel.modversions && exporting && !module.hasExportCrcs ? [{ id: "abi.no-versions", severity, title: `${module.name} exports symbols without versions; the kernel has MODVERSIONS and ${fate}`, remedy }] : [],
    ...kernel.exportFlags && exporting && !module.hasExportFlags ? [{ id: "abi.no-export-flags", severity: "fail", title: `${module.name} exports symbols without flags (__kflagstab); the kernel refuses it`, remedy: "Build the module with the headers of the kernel." }] : []
  ];
}
function judgeLicense(module) {
  if (!isProprietary(module)) return [];
  const told = module.license === void 0 ? `${module.name} states no license` : `${module.name} has the license \u201C${module.license}\u201D, which is not GPL-compatible`;
  return [{ id: "abi.license", severity: module.license === void 0 ? "warning" : "note", title: `${told}: the kernel is tainted (P) and keeps GPL-only symbols from it`, ...module.license === void 0 ? { remedy: "Add MODULE_LICENSE." } : {} }];
}
function judgeName({ module: { name }, loaded, builtIns }) {
  const holder = builtIns.has(name) ? "has a module of that name built in" : loaded.has(name) ? "has its own module of that name loaded first" : void 0;
  return holder === void 0 ? [] : [{ id: "abi.name-taken", severity: "fail", title: `${name}: the kernel ${holder}, and refuses a second one`, remedy: "Give the module another name, or do not load the kernel\u2019s." }];
}
function moduleNamespaceImports({ module, symvers }) {
  const imports = module.importedNamespaces.filter(isModuleNamespace);
  if (imports.length === 0 || ![...symvers.values()].some(({ namespace }) => isModuleNamespace(namespace))) return [];
  return imports.map((namespace) => ({ id: "abi.namespace", severity: "fail", title: `${module.name}: imports the namespace ${namespace}; the kernel refuses every import of a module: namespace`, remedy: "Remove that MODULE_IMPORT_NS." }));
}
function judgeExports(check) {
  const { module, symvers, siblings, loaded } = check;
  return module.exports.flatMap(({ name }) => {
    const sibling = siblings.get(name);
    if (sibling !== void 0 && sibling.module !== module.name) return [duplicate(module, name, sibling.module, "fail")];
    const kernel = symvers.get(name);
    const owner = kernel === void 0 ? module.name : moduleNameOf(kernel.module);
    if (owner === module.name) return [];
    return [duplicate(module, name, owner, owner === "vmlinux" || loaded.has(owner) ? "fail" : "warning")];
  });
}
function duplicate(module, name, owner, severity) {
  const rest = severity === "fail" ? "the kernel refuses the second of the two" : "only one of the two can be loaded";
  return { id: "abi.duplicate-export", severity, title: `${module.name}: exports ${name}, which ${owner === "vmlinux" ? "the kernel (vmlinux)" : owner} exports as well; ${rest}`, remedy: "Rename the symbol." };
}

function hex(crc) {
  return `0x${crc.toString(16).padStart(8, "0")}`;
}

function siblingExports(modules) {
  const siblings = /* @__PURE__ */ new Map();
  for (const module of modules) {
    const about = { module: module.name, proprietary: isProprietary(module) };
    for (const { name, ...how } of module.exports) if (!siblings.has(name)) siblings.set(name, { ...how, ...about });
  }
  return siblings;
}
function checkSymbols(check) {
  const imports = check.module.imports.filter((wanted) => !isIgnored(check.module, wanted.name));
  const versions = versionsOf$1(check.module);
  const found = imports.map((wanted) => judgeImport(check, wanted, versions));
  const layout = judgeLayout(check, versions);
  const judged = [layout, ...found];
  const count = (hit) => judged.filter(hit).length;
  return {
    imported: imports.length,
    provided: found.filter(({ provided }) => provided).length,
    crcs: count(({ crc }) => crc !== void 0),
    crcsEqual: count(({ crc }) => crc === "equal"),
    problems: [...judgeModule(check, versions), ...judged.flatMap(({ problems }) => problems), ...mixedTaint(check, imports)],
    gaps: gapsOf(check, versions)
  };
}
function versionsOf$1({ versions, extendedVersions }) {
  const list = extendedVersions ?? versions;
  if (list === void 0) return void 0;
  const crcs = /* @__PURE__ */ new Map();
  for (const { name, crc } of list) if (!crcs.has(name)) crcs.set(name, crc);
  return { crcs, section: extendedVersions === void 0 ? "__versions" : "__version_ext_names" };
}
function isIgnored({ identity }, name) {
  return name === "_GLOBAL_OFFSET_TABLE_" && (identity.machine === EM_X86_64 || identity.machine === EM_386);
}
function providerOf({ symvers, siblings }, name) {
  const kernel = symvers.get(name);
  const sibling = siblings.get(name);
  if (kernel?.module !== "vmlinux" && sibling !== void 0) return sibling;
  return kernel === void 0 ? void 0 : { ...kernel, module: moduleNameOf(kernel.module), proprietary: false };
}
function isThere({ loaded, siblings }, symbol, { module }) {
  return module === "vmlinux" || loaded.has(module) || siblings.get(symbol)?.module === module;
}
function whose({ symvers }, symbol, { module }) {
  if (module === "vmlinux") return "the kernel (vmlinux)";
  const path = symvers.get(symbol)?.module;
  return path !== void 0 && moduleNameOf(path) === module ? `the kernel\u2019s module ${module}` : `${module} (built together with it)`;
}
function judgeImport(check, { name, weak }, versions) {
  const { module } = check;
  const provider = providerOf(check, name);
  if (provider === void 0) return { provided: false, problems: weak ? [] : [unknownSymbol(check, name)] };
  if (!isThere(check, name, provider)) return { provided: false, problems: weak ? [] : [notLoaded(check, name, provider)] };
  if (provider.gplOnly && isProprietary(module)) return { provided: false, problems: weak ? [] : [gplOnly(check, name, provider)] };
  const version = judgeCrc(check, name, provider, versions);
  return { provided: true, ...version, problems: [...version.problems, ...judgeNamespace(check, name, provider)] };
}
function unknownSymbol({ module }, name) {
  return {
    id: "abi.unknown-symbol",
    severity: "fail",
    title: `${module.name}: unknown symbol ${name}: neither the kernel nor one of its modules exports it`,
    remedy: "If another module of yours exports it, build and load both together; else this kernel does not have it."
  };
}
function notLoaded(check, name, provider) {
  return {
    id: "abi.provider-not-loaded",
    severity: "fail",
    title: `${check.module.name}: ${name} is exported by ${whose(check, name, provider)}, which will not be loaded`,
    remedy: `Load ${provider.module} first; modprobe does so when depends= of the module names it (it names ${check.module.depends.join(", ") || "nothing"}).`
  };
}
function gplOnly(check, name, provider) {
  const { module } = check;
  return {
    id: "abi.gpl-only",
    severity: "fail",
    title: `${module.name}: ${whose(check, name, provider)} exports ${name} to GPL-compatible modules only; the module\u2019s license is ${module.license ?? "not stated"}`,
    remedy: "Use another symbol, or a license that the kernel knows as GPL-compatible (MODULE_LICENSE)."
  };
}
function judgeCrc(check, name, provider, versions) {
  if (!check.kernel.modversions || provider.crc === void 0 || versions === void 0) return { problems: [] };
  const crc = versions.crcs.get(name);
  if (crc === void 0) return { problems: [withoutVersion(check, name, provider, versions)] };
  if (crc === provider.crc) return { crc: "equal", problems: [] };
  return {
    crc: "differs",
    problems: [{
      id: "abi.crc",
      severity: "fail",
      title: `${check.module.name}: the CRC of ${name} is ${hex(crc)} in the module and ${hex(provider.crc)} in ${whose(check, name, provider)}`,
      ...name === "module_layout" ? { detail: "module_layout stands for struct module and the structures that the module loader reads." } : {},
      remedy: "Build the module with the headers and the Module.symvers of the very kernel that it is to run on."
    }]
  };
}
function withoutVersion(check, name, provider, { section }) {
  return {
    id: "abi.no-versions",
    severity: section === "__versions" ? "fail" : "warning",
    title: `${check.module.name}: ${section} has no CRC of ${name}, which ${whose(check, name, provider)} exports with ${hex(provider.crc ?? 0)}`,
    remedy: "Build the module with the Module.symvers of the kernel, and let modpost write the versions."
  };
}
function judgeLayout(check, versions) {
  const layout = check.symvers.get("module_layout");
  if (layout === void 0) return { provided: false, problems: [] };
  return { provided: true, ...judgeCrc(check, "module_layout", { ...layout}, versions) };
}
function judgeNamespace(check, name, provider) {
  const { module, kernel } = check;
  const { namespace } = provider;
  if (namespace === "" || admitsModule(namespace, module.name)) return [];
  if (module.importedNamespaces.includes(namespace)) return [];
  const forModules = isModuleNamespace(namespace);
  const rule = forModules ? `which ${whose(check, name, provider)} exports only to ${namespace.slice(namespace.indexOf(":") + 1)}` : `which ${whose(check, name, provider)} exports in namespace ${namespace}; the module does not import it`;
  return [{
    id: "abi.namespace",
    severity: kernel.allowMissingNamespaceImports ? "warning" : "fail",
    title: `${module.name}: uses ${name}, ${rule}`,
    remedy: forModules ? "The symbol is not meant for other modules; use another one." : `Add MODULE_IMPORT_NS for ${namespace}.`
  }];
}
function mixedTaint(check, imports) {
  const { module } = check;
  if (isProprietary(module)) return [];
  const used = imports.flatMap(({ name, weak }) => {
    const provider = providerOf(check, name);
    return provider === void 0 || !isThere(check, name, provider) ? [] : [{ name, weak, provider }];
  });
  const tainting = used.find(({ provider }) => provider.proprietary);
  const free = used.find(({ provider }) => provider.gplOnly && !provider.proprietary);
  if (tainting === void 0 || free === void 0) return [];
  return [{
    id: "abi.gpl-only",
    severity: "fail",
    title: `${module.name}: uses ${tainting.name} of the proprietary module ${tainting.provider.module} and the GPL-only symbol ${free.name}; the kernel refuses a module that uses both`,
    remedy: `Give ${tainting.provider.module} a GPL-compatible license, or use no GPL-only symbols.`
  }];
}
function gapsOf({ module, kernel, symvers }, versions) {
  const gap = (what, why) => ({ what, why: `${module.name}: ${why}` });
  return [
    ...module.hasSymbolTable ? [] : [gap("symbols", "the file has no symbol table, so what it imports is not known")],
    ...kernel.modversions ? [] : [gap("CRCs", "the kernel is built without MODVERSIONS, so symbols have no CRCs to compare")],
    ...kernel.modversions && versions === void 0 ? [gap("CRCs", "the module has no versions of its symbols, so no CRC could be compared")] : [],
    ...kernel.modversions && !symvers.has("module_layout") ? [gap("CRCs", "Module.symvers does not list module_layout, so it is not the kernel\u2019s own")] : []
  ];
}

const MARKER = "~Module signature appended~\n";
const TRAILER = 12;
const ID_TYPE = 2;
const PKEY_ID_PKCS7 = 2;
const LENGTH = 8;
function checkSignature(what, file, verified) {
  if (!verified || file.length < MARKER.length || file.toString("latin1", file.length - MARKER.length) !== MARKER) return [];
  const end = file.length - MARKER.length;
  const wrong = unreadable(file.subarray(0, end));
  if (wrong === void 0) return [];
  return [{ id: "abi.signature-unreadable", severity: "fail", title: `${what}: the kernel cannot read the signature at its end and refuses it (Bad message): ${wrong}`, remedy: "Sign the module again (scripts/sign-file), or strip the signature; and copy the file as a whole." }];
}
function unreadable(signed) {
  if (signed.length <= TRAILER) return `the file has ${signed.length} bytes before the mark, and the description of the signature has ${TRAILER}`;
  const trailer = signed.subarray(signed.length - TRAILER);
  const length = trailer.readUInt32BE(LENGTH);
  if (length >= signed.length - TRAILER) return `it claims ${length} bytes of a file of ${signed.length}`;
  if (trailer[ID_TYPE] !== PKEY_ID_PKCS7) return void 0;
  const others = [...trailer.subarray(0, LENGTH)].filter((_, i) => i !== ID_TYPE);
  if (others.some((byte) => byte !== 0)) return "its description has values where PKCS#7 has none";
  return pkcs7(signed.subarray(signed.length - TRAILER - length, signed.length - TRAILER));
}
function pkcs7(data) {
  const [tag = 0, first = 0] = data;
  if (tag !== 48) return "it is no PKCS#7 message";
  const bytes = first & 128 ? first & 127 : 0;
  if (first === 128 || bytes > 4 || data.length < 2 + bytes) return "its length cannot be read";
  const length = bytes === 0 ? first : data.readUIntBE(2, bytes);
  return 2 + bytes + length === data.length ? void 0 : `the PKCS#7 message has ${2 + bytes + length} bytes, and ${data.length} are there`;
}

const wordOf = (type) => type.kind === "enum64" ? "enum" : type.kind;
const KINDS = { struct: ["struct"], union: ["union"], enum: ["enum", "enum64"] };
const isBody = (type) => (type.kind === "struct" || type.kind === "union") && !(type.members.length === 0 && type.size > 0) || (type.kind === "enum" || type.kind === "enum64") && type.values.length > 0;
function compareTypes(module, kernel) {
  let [compared, identical, ownOnly] = [0, 0, 0];
  const differences = [];
  for (const id of module.ownIds()) {
    const type = module.type(id);
    if (type.name === "" || !isBody(type)) continue;
    const variants = variantsOf(type, kernel);
    if (variants.length === 0) {
      ownOnly++;
      continue;
    }
    compared++;
    if (variants.some((variant) => sameBody(module, type, variant))) identical++;
    else differences.push(closest(module, type, variants));
  }
  return { compared, identical, ownOnly, differences };
}
function variantsOf(type, kernel) {
  return kernel.flatMap(
    (types) => types.named(type.name, KINDS[wordOf(type)]).map((id) => types.type(id)).filter(isBody).map((found) => ({ types, type: found }))
  );
}
function sameBody(module, ours, { types, type: theirs }) {
  return "members" in ours ? "members" in theirs && sameComposite(module, ours, types, theirs) : "values" in theirs && sameEnum(ours, theirs);
}
const partNames = (type) => ("members" in type ? type.members : type.values).map(({ name }) => name);
function alike$1(ours, theirs) {
  const [a, b] = [partNames(ours), new Set(partNames(theirs))];
  const smaller = Math.min(a.length, b.size);
  return smaller === 0 ? 0 : a.filter((name) => b.has(name)).length / smaller;
}
function closest(module, type, variants) {
  const ranked = variants.map((variant2) => ({ variant: variant2, alike: alike$1(type, variant2.type), shifted: shiftedOnly(module, type, variant2) })).sort((a, b) => Number(b.shifted) - Number(a.shifted) || b.alike - a.alike || Math.abs(a.variant.type.id - type.id) - Math.abs(b.variant.type.id - type.id));
  const [best] = ranked;
  if (best === void 0) throw new Error("a difference without a variant");
  const { variant } = best;
  return { kind: wordOf(type), name: type.name, module: { types: module, id: type.id }, kernel: { types: variant.types, id: variant.type.id }, onlyShifted: best.shifted, alike: best.alike };
}
function shiftedOnly(module, ours, { types, type: theirs }) {
  if (!("members" in ours) || !("members" in theirs) || ours.members.length !== theirs.members.length) return false;
  return ours.members.every((member, i) => {
    const other = theirs.members[i];
    return other !== void 0 && (sameMember(module, { ...member, bitOffset: other.bitOffset }, types, other) || sameAnonymous(module, member.type, types, other.type));
  });
}
function sameAnonymous(types, id, kernelTypes, kernelId) {
  const [ours, theirs] = [bare({ types, id }), bare({ types: kernelTypes, id: kernelId })];
  return "members" in ours && "members" in theirs && ours.name === "" && theirs.name === "" && shiftedOnly(types, ours, { types: kernelTypes, type: theirs });
}

function gapFindings(what, gaps, mode) {
  return gaps.map(({ what: part, why, remedy, inherent }) => ({
    id: "abi.gap",
    severity: inherent === true ? "note" : mode === "require" ? "fail" : "warning",
    title: `${what}: not proven (${part}): ${why}`,
    ...remedy !== void 0 && { remedy }
  }));
}

async function headerText(path, { headerDirs, locate = (named) => named }) {
  const tail = /(?:^|\/)((?:include|arch\/[^/]+\/include)\/.*)$/.exec(path)?.[1];
  for (const candidate of [locate(path), ...tail === void 0 ? [] : headerDirs.map((dir) => join(dir, tail))]) {
    const text = await readFile(candidate, "utf8").catch(() => void 0);
    if (text !== void 0) return text;
  }
  return void 0;
}

function symbolsIn(condition) {
  return [...condition.matchAll(/\bCONFIG_([A-Za-z0-9_]+?)(?:_MODULE)?\b/g)].flatMap((match) => match[1] ?? []);
}
function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"/g, (found) => found.replace(/[^\n]/g, " "));
}
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
function optionsAround(header, type, members) {
  const lines = withoutComments(header).split("\n");
  const found = /* @__PURE__ */ new Map();
  const opening = new RegExp(`^\\s*(?:typedef\\s+)?${escaped(type).replace(" ", "\\s+")}\\b[^;]*$`);
  const conditions = [];
  let [inside, depth] = [false, 0];
  for (const line of lines) {
    const directive = /^\s*#\s*(if|ifdef|ifndef|elif|else|endif)\b(.*)$/.exec(line);
    if (directive !== null) {
      const [, word = "", condition = ""] = directive;
      if (word === "endif") conditions.pop();
      else if (word === "elif") conditions.at(-1)?.push(...symbolsIn(condition));
      else if (word !== "else") conditions.push(symbolsIn(condition));
      continue;
    }
    if (!inside && opening.test(line)) [inside, depth] = [true, 0];
    if (!inside) continue;
    for (const member of members) {
      const around = conditions.flat();
      if (depth > 0 && around.length > 0 && new RegExp(`\\b${escaped(member)}\\b\\s*(?:[;:,)[=}]|____|__aligned|$)`).test(line)) found.set(member, /* @__PURE__ */ new Set([...found.get(member) ?? [], ...around]));
    }
    depth += (line.match(/\{/g)?.length ?? 0) - (line.match(/\}/g)?.length ?? 0);
    if (depth <= 0 && line.includes("}")) inside = false;
  }
  return found;
}

function partsApart({ module, kernel }) {
  const parts = (type) => "members" in type ? type.members : "values" in type ? type.values : [];
  const [ours, theirs] = [module.types.type(module.id), kernel.types.type(kernel.id)].map((type) => new Set(parts(type).map(({ name }) => name).filter((name) => name !== "")));
  if (ours === void 0 || theirs === void 0) return [];
  return [...[...theirs].filter((name) => !ours.has(name)), ...[...ours].filter((name) => !theirs.has(name))];
}
function bytesMoved({ module, kernel }) {
  const [ours, theirs] = [module.types.type(module.id), kernel.types.type(kernel.id)];
  if (!("size" in ours) || !("size" in theirs)) return 0;
  if (ours.size !== theirs.size || !("members" in ours) || !("members" in theirs)) return ours.size - theirs.size;
  const places = new Map(theirs.members.map(({ name, bitOffset }) => [name, bitOffset]));
  const last = ours.members.filter(({ name }) => name !== "" && places.has(name)).at(-1);
  return last === void 0 ? 0 : (last.bitOffset - (places.get(last.name) ?? 0)) / 8;
}
const fate = ({ before, after }) => after === void 0 ? "lost" : before === void 0 ? "new" : `${before} \u2192 ${after}`;
async function optionBehind(difference, header, headerOf, deltas) {
  const parts = partsApart(difference);
  if (header === void 0 || deltas.length === 0 || parts.length === 0) return void 0;
  const text = await headerOf(header);
  if (text === void 0) return void 0;
  const around = new Set([...optionsAround(text, `${difference.kind} ${difference.name}`, parts).values()].flatMap((symbols) => [...symbols]));
  const behind = deltas.filter(({ symbol }) => around.has(symbol));
  if (behind.length === 0) return void 0;
  const moved = bytesMoved(difference);
  const effect = moved === 0 ? "another layout" : `${moved < 0 ? "\u2212" : "+"}${Math.abs(moved)} bytes`;
  return `${behind.map((delta) => `${delta.symbol} ${fate(delta)}`).join(", ")} \u2192 ${difference.kind} ${difference.name} ${effect}`;
}

const TOLD$2 = 8;
const ALIKE = 0.5;
const nameOf = ({ kind, name }) => `${kind} ${name}`;
function kernelHeaders(declaredIn) {
  const file = declaredIn("struct module");
  return file === void 0 || !file.endsWith("/include/linux/module.h") ? void 0 : dirname(dirname(dirname(file)));
}
function sort(differences, { declaredIn, inReach }) {
  const root = kernelHeaders(declaredIn);
  const counting = [];
  const namesakes = [];
  for (const difference of differences) {
    const file = declaredIn(nameOf(difference));
    const alike = difference.alike >= ALIKE;
    const counts = file === void 0 || root === void 0 ? alike && inReach(difference) : ofKernel(file, root) && (alike || inReach(difference));
    (counts ? counting : namesakes).push(difference);
  }
  return { counting, namesakes };
}
function ofKernel(file, root) {
  return file.startsWith(`${root}/`) && /^(?:include|arch\/[^/]+\/include)\//.test(file.slice(root.length + 1));
}
async function judgeTypes(what, comparison, context) {
  const { counting, namesakes } = sort(comparison.differences, context);
  const ownCause = counting.filter(({ onlyShifted }) => !onlyShifted);
  const roots = ownCause.length > 0 ? ownCause : counting;
  const shifted = counting.filter((difference) => !roots.includes(difference)).map(nameOf).sort();
  const told = await Promise.all(roots.map(async (difference) => ({ difference, told: await tell(difference, context) })));
  const problems = told.slice(0, TOLD$2).map(({ difference, told: one }, i) => {
    const rest = [...i === 0 && shifted.length > 0 ? [`${shifted.length} ${shifted.length === 1 ? "type is" : "types are"} shifted by what they embed: ${list$1(shifted)}`] : []];
    return {
      id: difference.kind === "enum" ? "abi.enum-value" : "abi.struct-layout",
      severity: "fail",
      title: `${what}: ${sentence(one, context.other ?? "the kernel")}`,
      detail: [one.table, ...one.declaredIn === void 0 ? [] : [`declared in ${one.declaredIn}`], ...rest].join("\n"),
      remedy: context.other !== void 0 ? `Build both modules from the same headers, and release them together.` : one.option === void 0 ? "The module was compiled with other headers or another configuration than the kernel: build it with the headers and the .config of exactly this kernel." : "Build the module under the kernel\u2019s own configuration: do not allow this delta."
    };
  });
  if (told.length > TOLD$2) problems.push({ id: "abi.struct-layout", severity: "fail", title: `${what}: ${told.length - TOLD$2} more types differ: ${list$1(told.slice(TOLD$2).map(({ told: one }) => one.type))}` });
  if (namesakes.length > 0) {
    const one = namesakes.length === 1;
    problems.push({ id: "abi.namesake", severity: "note", title: `${what}: ${namesakes.length} ${one ? "type" : "types"} of the module\u2019s own ${one ? "has" : "have"} the name of another type somewhere in the kernel, which is no fault: ${list$1(namesakes.map(nameOf))}` });
  }
  return { differences: told.map(({ told: one }) => one), shifted, problems };
}
function list$1(names) {
  const most = 6;
  return names.length <= most ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
}
async function tell(difference, { declaredIn, headerOf, deltas }) {
  const size = ({ types, id }) => {
    const type = types.type(id);
    return "size" in type ? type.size : 0;
  };
  const header = declaredIn(nameOf(difference));
  const option = await optionBehind(difference, header, headerOf, deltas);
  return {
    type: nameOf(difference),
    kernelSize: size(difference.kernel),
    moduleSize: size(difference.module),
    table: sideBySide(difference),
    ...header !== void 0 && { declaredIn: header },
    ...option !== void 0 && { option }
  };
}
function sentence({ type, kernelSize, moduleSize, option }, other) {
  const because = option === void 0 ? "" : ` (${option})`;
  if (type.startsWith("enum ")) return `\`${type}\` has other values than in ${other}${because}`;
  if (kernelSize !== moduleSize) return `\`${type}\` has ${moduleSize} bytes in this module and ${kernelSize} in ${other}${because}`;
  return `\`${type}\` has other members or offsets in this module than in ${other}${because}`;
}

const PAHOLE_DEADLINE = 120;
const UNKNOWN_OPTION = /unrecognized option '--btf_/;
async function moduleTypes(host, file, sections, kernel, workDir) {
  const section = (name) => sections.find((entry) => entry.name === name && entry.data.length > 0)?.data;
  const gaps = [];
  if (section(".debug_info") !== void 0) {
    const made = await fromDwarf(host, file, workDir);
    if (made instanceof Btf) return { found: { types: made, from: "DWARF" }, gaps };
    gaps.push(made);
  }
  const btf = section(".BTF");
  const withoutDwarf = section(".debug_info") === void 0 ? "it has no DWARF (stripped, or built with -g0)" : "its DWARF could not be read";
  if (btf === void 0) return { gaps: gaps.length > 0 ? gaps : [{ what: "types", why: `${withoutDwarf} and no .BTF, so nothing says how its types are laid out`, remedy: "Keep the debug information in the .ko that is checked; strip it afterwards." }] };
  const distilled = section(".BTF.base");
  try {
    if (distilled !== void 0) {
      return { found: { types: readSplit(btf, { distilled }), from: ".BTF with .BTF.base" }, gaps: [...gaps, { what: "types", why: `${withoutDwarf}; of types that its .BTF takes from the kernel only name and size could be compared`, remedy: "Keep the debug information in the .ko that is checked; strip it afterwards." }] };
    }
    if (kernel === void 0) return { gaps: [...gaps, { what: "types", why: `${withoutDwarf} and its .BTF cannot be read without the kernel\u2019s` }] };
    return {
      found: { types: Btf.read(btf, { base: kernel }), from: ".BTF" },
      gaps: [...gaps, { what: "types", why: `${withoutDwarf}; its .BTF says nothing about types that were like those of the kernel that it was built for, whichever that was`, remedy: "Keep the debug information in the .ko that is checked; strip it afterwards." }]
    };
  } catch (error) {
    if (!(error instanceof BtfError)) throw error;
    return { gaps: [...gaps, { what: "types", why: `${withoutDwarf} and its .BTF cannot be read: ${error.message}` }] };
  }
}
async function fromDwarf(host, file, workDir) {
  if (await host.which("pahole") === void 0) return { what: "types", why: "pahole is missing, which turns the module\u2019s DWARF into BTF", remedy: "Install dwarves." };
  const scratch = await makeScratch(join(workDir, "btf-"));
  try {
    const out = join(scratch, "btf");
    const exit = await host.run({ program: "pahole", args: ["-F", "dwarf", "-J", "--btf_gen_floats", `--btf_encode_detached=${out}`, file], seconds: PAHOLE_DEADLINE });
    const data = await readFile(out).catch(() => void 0);
    if (exit.status !== 0 && UNKNOWN_OPTION.test(exit.stderr)) return { what: "types", why: "this pahole cannot turn the module\u2019s DWARF into BTF beside the module: --btf_encode_detached came with 1.22", remedy: "Install dwarves 1.22 or newer, or check the finished module in a container of a newer suite." };
    if (exit.status !== 0 || data === void 0) return { what: "types", why: `pahole could not turn the module\u2019s DWARF into BTF: ${exit.stderr.trim().split("\n").at(-1) ?? ""}`.trim() };
    return Btf.read(data);
  } catch (error) {
    if (!(error instanceof BtfError)) throw error;
    return { what: "types", why: `what pahole made of the module\u2019s DWARF cannot be read: ${error.message}` };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function referred(type) {
  if ("members" in type) return type.members.map((member) => member.type);
  if (type.kind === "func_proto") return [type.returns, ...type.parameters.map((parameter) => parameter.type)];
  return "type" in type ? [type.type] : [];
}
function reachable(kernel, functions) {
  const found = /* @__PURE__ */ new Set();
  const waiting = [...kernel.named("module", ["struct"])];
  for (const name of functions) waiting.push(...kernel.named(name, ["func"]));
  for (let id = waiting.pop(); id !== void 0; id = waiting.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    waiting.push(...referred(kernel.type(id)));
  }
  return found;
}

const CHAIN = 64;
const POINTERS = 2;
const POINTER_SIZE = 8;
const TRANSPARENT = /* @__PURE__ */ new Set(["typedef", "const", "volatile", "restrict", "type_tag"]);
function comparePrototype(declared, btf, funcId) {
  const func = btf.type(funcId);
  const kernel = func.kind === "func" ? btf.type(func.type) : func;
  if (kernel.kind !== "func_proto") return void 0;
  if (kernel.parameters.length === 0 && kernel.returns === 0) return void 0;
  const returned = difference(shapeOf(btf, kernel.returns), declared.returns);
  if (declared.parametersKnown) {
    const last = kernel.parameters.at(-1);
    const variadic = last?.type === 0 && last.name === "";
    const parameters = (variadic ? kernel.parameters.slice(0, -1) : kernel.parameters).map(({ type }) => shapeOf(btf, type));
    if (parameters.length !== declared.parameters.length) return `takes ${counted(parameters)} in the kernel, the module was compiled with ${counted(declared.parameters)}`;
    for (const [index, parameter] of parameters.entries()) {
      const differs = difference(parameter, declared.parameters[index] ?? parameter);
      if (differs !== void 0) return `parameter ${index + 1} is ${differs}`;
    }
    if (variadic !== declared.variadic) return variadic ? "takes a variable number of arguments in the kernel, but not in the module" : "takes a fixed number of arguments in the kernel, a variable one in the module";
  }
  return returned === void 0 ? void 0 : `its return type is ${returned}`;
}
function counted(parameters) {
  const many = parameters.length === 1 ? "1 parameter" : `${parameters.length || "no"} parameters`;
  return parameters.length === 0 ? many : `${many} (${parameters.map((shape) => `\`${spelled(shape)}\``).join(", ")})`;
}
function difference(kernel, module) {
  if (alike(kernel, module)) return void 0;
  const [left, right] = [spelled(kernel), spelled(module)];
  const sized = (shape, text) => left === right ? `\`${text}\` of ${shape.size} bytes` : `\`${text}\``;
  return `${sized(kernel, left)} in the kernel, ${sized(module, right)} in the module`;
}
function alike(a, b) {
  if (a.kind === "unknown" || b.kind === "unknown") return true;
  const sameSize = a.size === b.size || a.size === 0 || b.size === 0;
  if (a.kind === "ptr" && b.kind === "ptr") return a.to === void 0 || b.to === void 0 || alikePointees(a.to, b.to);
  if (isVoidPointer(a) || isVoidPointer(b)) return sameSize && a.kind !== "void" && b.kind !== "void";
  if (isScalar(a) && isScalar(b)) return sameSize && (a.size <= 1 || a.signed === void 0 || b.signed === void 0 || a.signed === b.signed);
  if (a.kind !== b.kind) return false;
  return a.kind === "struct" || a.kind === "union" ? sameSize && sameName(a, b) : sameSize;
}
function alikePointees(a, b) {
  if (a.kind === "ptr" && b.kind === "ptr") return a.to === void 0 || b.to === void 0 || alikePointees(a.to, b.to);
  const composites = (a.kind === "struct" || a.kind === "union") && (b.kind === "struct" || b.kind === "union");
  return !composites || sameName(a, b) && (a.kind === b.kind || a.name === "");
}
function sameName(a, b) {
  return a.name === b.name || a.name === "" || b.name === "";
}
function isVoidPointer(shape) {
  return shape.kind === "ptr" && shape.to?.kind === "void";
}
function isScalar(shape) {
  return shape.kind === "int" || shape.kind === "enum";
}
function spelled(shape) {
  switch (shape.kind) {
    case "struct":
    case "union":
    case "enum":
      return `${shape.kind} ${shape.name === "" ? "{\u2026}" : shape.name}`;
    case "ptr": {
      if (shape.to === void 0) return "\u2026 *";
      const pointee = spelled(shape.to);
      return `${pointee}${pointee.endsWith("*") ? "" : " "}*`;
    }
    case "func":
      return "function";
    case "array":
      return "\u2026[]";
    case "void":
    case "int":
    case "float":
    case "unknown":
      return shape.name === "" ? shape.kind : shape.name;
  }
}
function shapeOf(btf, id, pointers = POINTERS) {
  let type = btf.type(id);
  for (let passed = 0; "type" in type && TRANSPARENT.has(type.kind); passed++) {
    if (passed === CHAIN) return { kind: "unknown", name: "", size: 0 };
    type = btf.type(type.type);
  }
  switch (type.kind) {
    case "void":
      return { kind: "void", name: "", size: 0 };
    case "int":
      return { kind: "int", name: type.name, size: type.size, signed: type.encoding === "signed" };
    case "float":
    case "struct":
    case "union":
      return { kind: type.kind, name: type.name, size: type.size };
    case "enum":
    case "enum64":
      return { kind: "enum", name: type.name, size: type.size };
    case "fwd":
      return { kind: type.of, name: type.name, size: 0 };
    case "ptr": {
      const pointer = { kind: "ptr", name: "", size: POINTER_SIZE };
      return pointers === 0 ? pointer : { ...pointer, to: shapeOf(btf, type.type, pointers - 1) };
    }
    case "array":
      return { kind: "array", name: "", size: 0 };
    case "func_proto":
      return { kind: "func", name: "", size: 0 };
    case "typedef":
    case "const":
    case "volatile":
    case "restrict":
    case "type_tag":
    case "func":
    case "var":
    case "datasec":
    case "decl_tag":
      return { kind: "unknown", name: "", size: 0 };
  }
}

const TOLD$1 = 8;
function compareSignatures(what, imported, declared, kernel, owner) {
  let [compared, identical] = [0, 0];
  const differing = [];
  for (const name of imported) {
    const prototypes = (declared.get(name) ?? []).filter(({ parametersKnown }) => parametersKnown);
    const functions = kernel.flatMap((types) => types.named(name, ["func"]).map((id) => ({ types, id })));
    if (prototypes.length === 0 || functions.length === 0) continue;
    compared++;
    const reasons = prototypes.flatMap((prototype) => {
      const each = functions.map(({ types, id }) => comparePrototype(prototype, types, id));
      return each.includes(void 0) ? [] : [each[0] ?? ""];
    });
    if (reasons.length === 0) identical++;
    else differing.push({ name, why: reasons[0] ?? "" });
  }
  const problems = differing.slice(0, TOLD$1).map(
    ({ name, why }) => ({
      id: "abi.signature",
      severity: "fail",
      title: `${what}: \`${name}()\` of ${owner ?? "the kernel"} is another function than the module calls: ${why}`,
      remedy: owner === void 0 ? "Build the module with the headers of exactly this kernel." : "Build both modules from the same headers, and release them together."
    })
  );
  if (differing.length > TOLD$1) problems.push({ id: "abi.signature", severity: "fail", title: `${what}: ${differing.length - TOLD$1} more functions have another prototype in the kernel: ${differing.slice(TOLD$1).map(({ name }) => name).join(", ")}` });
  return { compared, identical, problems };
}

async function compareSiblings(modules, exports, headerOf) {
  const problems = [];
  for (const user of modules) {
    for (const provider of modules) {
      const used = user === provider ? [] : user.imports.filter((name) => exports.get(name)?.module === provider.name);
      if (used.length === 0) continue;
      const reach = reachable(provider.types, used);
      const comparison = compareTypes(user.types, [provider.types]);
      const shared = { ...comparison, differences: comparison.differences.filter(({ kernel }) => reach.has(kernel.id)) };
      const judged = await judgeTypes(user.what, shared, { declaredIn: () => void 0, inReach: () => true, headerOf, deltas: [], other: provider.name });
      const signatures = user.declared === void 0 ? [] : compareSignatures(user.what, used, user.declared.functions, [provider.types], provider.name).problems;
      problems.push(...judged.problems.filter(({ severity }) => severity === "fail"), ...signatures);
    }
  }
  return problems;
}

const NAME = ".gnu.linkonce.this_module";
function thisModuleOf(elf) {
  const section = elf.sections.find(({ name }) => name === NAME);
  if (section === void 0) return void 0;
  return { size: section.size, data: section.data, relocations: relocations(elf, NAME).map(({ offset, symbol }) => ({ offset, symbol: symbol.name })) };
}

const STT_FILE = 4;
const GENERATED = /\.mod\.c$|^\.module-common\.c$/;
function uncoveredSources(elf, units) {
  const covered = /* @__PURE__ */ new Map();
  for (const unit of units) covered.set(basename(unit), (covered.get(basename(unit)) ?? 0) + 1);
  const missing = [];
  for (const { type, name } of readSymbols(elf)) {
    if (type !== STT_FILE || !name.endsWith(".c") || GENERATED.test(name)) continue;
    const left = covered.get(basename(name)) ?? 0;
    if (left === 0) missing.push(name);
    else covered.set(basename(name), left - 1);
  }
  return missing;
}

async function proveModules(host, input) {
  const files = await Promise.all(input.modules.map(async (module) => ({ module, data: await readFile(module.file) })));
  const facts = files.flatMap(({ data }) => factsOf(data) ?? []);
  const setting = settingOf(host, input, facts);
  const proofs = [];
  const findings = [];
  const known = [];
  for (const { module, data } of files) {
    const proven = await proveModule(setting, module, data);
    proofs.push(proven.proof);
    findings.push(...proven.findings);
    if (proven.known !== void 0) known.push(proven.known);
  }
  findings.push(...await compareSiblings(known, setting.siblings, (path) => headerText(path, input.target)));
  return { proof: { ...setting.kernel !== void 0 && input.target.btf !== void 0 && { kernelTypes: `BTF of ${input.target.btf.from}` }, modules: proofs }, findings };
}
function settingOf(host, input, facts) {
  const { target } = input;
  const gaps = [];
  let kernel;
  let symvers;
  if (target.btf === void 0) gaps.push({ what: "types", why: "the kernel has no BTF (CONFIG_DEBUG_INFO_BTF), so nothing says how its types are laid out" });
  try {
    kernel = target.btf === void 0 ? void 0 : Btf.read(target.btf.data);
    symvers = target.symvers === void 0 ? void 0 : parseSymvers(target.symvers);
  } catch (error) {
    if (error instanceof BtfError) gaps.push({ what: "types", why: `the kernel\u2019s BTF cannot be read: ${error.message}` });
    else if (error instanceof SymversError) gaps.push({ what: "symbols", why: error.message });
    else throw error;
  }
  if (target.config.size === 0) gaps.push({ what: "symbols", why: "the kernel\u2019s .config is not there, so whether it reads signatures, checks BTF, forces loads or demands namespaces is not known", remedy: "Put the kernel\u2019s .config beside its Module.symvers." });
  if (target.identity === void 0) gaps.push({ what: "symbols", why: "there is no kernel image that can be read, so its architecture is not known" });
  if (target.symvers === void 0) gaps.push({ what: "symbols", why: "there is no Module.symvers, so it is not known what the kernel exports" });
  return {
    ...input,
    host,
    ...kernel !== void 0 && { kernel },
    types: kernel === void 0 ? [] : [kernel, ...input.dependencies.flatMap(({ data }) => typesOfDependency(data, kernel))],
    kernelGaps: gaps,
    ...symvers !== void 0 && { symvers },
    siblings: siblingExports(facts)
  };
}
function factsOf(data) {
  try {
    return moduleFacts(data);
  } catch (error) {
    if (error instanceof ElfError) return void 0;
    throw error;
  }
}
function typesOfDependency(data, kernel) {
  try {
    const section = openElf(data).sections.find(({ name }) => name === ".BTF");
    if (section === void 0 || section.data.length === 0) return [];
    const btf = Btf.read(section.data, { base: kernel });
    return [{ type: (id) => btf.type(id), named: (name, kinds) => btf.named(name, kinds).filter((id) => id >= btf.firstId) }];
  } catch (error) {
    if (error instanceof BtfError || error instanceof ElfError) return [];
    throw error;
  }
}
const NOTHING = { types: { compared: 0, identical: 0, ownOnly: 0 }, structModule: "not proven", symbols: { imported: 0, provided: 0, crcs: 0, crcsEqual: 0 }, signatures: { compared: 0, identical: 0 }, differences: [], shifted: [], gaps: [] };
async function proveModule(setting, module, data) {
  const what = module.path;
  const about = { module: module.name, file: module.file };
  try {
    const foreign = setting.target.identity === void 0 ? [] : checkArchitecture(what, identifyElf(data), setting.target.identity);
    if (foreign.length > 0) return { proof: { ...about, ...NOTHING }, findings: foreign };
    return await proveReadable(setting, what, about, openElf(data), moduleFacts(data), data);
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
    return { proof: { ...about, ...NOTHING }, findings: [{ id: "abi.elf", severity: "fail", title: `${what} is no module that can be read: ${error.message}`, remedy: "Check that the file was copied as a whole, and that it is the .ko that the build made." }] };
  }
}
async function proveReadable(setting, what, about, elf, facts, data) {
  const { target, kernel, mode } = setting;
  const loading = checkLoading(setting, facts);
  const own = await moduleTypes(setting.host, about.file, elf.sections, kernel, setting.workDir);
  const declared = declarationsOf(data);
  const imports = facts.imports.map(({ name }) => name);
  const layout = kernel === void 0 ? void 0 : proveThisModule(thisModuleOf(elf), facts.modinfo.get("name")?.[0] ?? facts.name, kernel, typeof declared === "string" ? void 0 : declared.layouts.get("module"));
  const comparison = kernel === void 0 || own.found === void 0 ? void 0 : compareTypes(own.found.types, setting.types);
  const types = comparison === void 0 || kernel === void 0 ? void 0 : await judge(setting, what, comparison, kernel, imports, declared);
  const signatures = typeof declared === "string" || kernel === void 0 ? { compared: 0, identical: 0, problems: [] } : compareSignatures(what, imports, declared.functions, setting.types);
  const gaps = [
    ...setting.kernelGaps,
    ...loading.gaps,
    ...own.gaps,
    ...own.found?.from === "DWARF" && typeof declared !== "string" ? sourceGaps(uncoveredSources(elf, declared.compilationUnits.map(({ name }) => name))) : [],
    ...layout?.state === "not proven" ? [{ what: "struct module", why: layout.why }] : [],
    ...typeof declared === "string" && own.found?.from === "DWARF" ? [{ what: "signatures", why: declared }] : []
  ];
  const structModule = layout?.state ?? "not proven";
  const option = types?.differences.find(({ type }) => type === "struct module")?.option;
  const misplaced = layout?.state === "differs" ? [{ ...layout.finding, title: `${what}: ${layout.finding.title}`, ...option !== void 0 && { detail: [option, layout.finding.detail].filter((line) => line !== void 0).join("\n") } }] : [];
  return {
    proof: {
      ...about,
      ...own.found !== void 0 && { typesFrom: own.found.from },
      types: { compared: comparison?.compared ?? 0, identical: comparison?.identical ?? 0, ownOnly: comparison?.ownOnly ?? 0 },
      structModule,
      symbols: loading.symbols,
      signatures: { compared: signatures.compared, identical: signatures.identical },
      differences: types?.differences ?? [],
      shifted: types?.shifted ?? [],
      gaps
    },
    findings: [...misplaced, ...types?.problems ?? [], ...loading.problems, ...signatures.problems, ...checkBtf(what, elf, kernel, target), ...checkSignature(what, data, target.config.get("MODULE_SIG") === "y"), ...gapFindings(what, gaps, mode)],
    ...own.found !== void 0 && { known: { what, name: facts.name, types: own.found.types, imports, declared: typeof declared === "string" ? void 0 : declared } }
  };
}
function sourceGaps(missing) {
  if (missing.length === 0) return [];
  const shown = missing.slice(0, 6).join(", ") + (missing.length > 6 ? ` and ${missing.length - 6} more` : "");
  return [{ what: "types", why: `${shown} ${missing.length === 1 ? "was" : "were"} compiled without debug information, so nothing says how types are laid out there`, remedy: "Compile with -g (take -g0 out of the flags), and strip the module after it was checked." }];
}
function checkLoading({ target, symvers, siblings, dependencies, promised }, facts) {
  const on = (symbol) => target.config.get(symbol) === "y";
  const modversions = target.vermagic === void 0 ? on("MODVERSIONS") : target.vermagic.includes(" modversions ");
  const rules = { modversions, forceLoad: on("MODULE_FORCE_LOAD"), allowMissingNamespaceImports: on("MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS"), exportFlags: target.exportFlags };
  const magic = checkVermagic(facts, target.vermagic, rules);
  const symbols = symvers === void 0 ? { imported: facts.imports.length, provided: 0, crcs: 0, crcsEqual: 0, problems: [], gaps: [] } : checkSymbols({ module: facts, symvers, kernel: rules, loaded: /* @__PURE__ */ new Set([...dependencies.map(({ name }) => name), ...promised]), builtIns: visibleBuiltIns(target.builtinModinfo), siblings });
  const gaps = symbols.gaps.map((gap) => gap.what === "CRCs" && !modversions ? { ...gap, inherent: true } : gap);
  const { imported, provided, crcs, crcsEqual } = symbols;
  return { symbols: { imported, provided, crcs, crcsEqual }, problems: [...checkFile(facts), ...magic.problems, ...fewOfEach(facts.name, symbols.problems)], gaps: [...magic.gaps, ...gaps] };
}
const TOLD = 8;
function fewOfEach(name, problems) {
  const kinds = /* @__PURE__ */ new Map();
  for (const problem of problems) {
    const kind = `${problem.id} ${problem.severity}`;
    kinds.set(kind, [...kinds.get(kind) ?? [], problem]);
  }
  return [...kinds.values()].flatMap((all) => {
    const [first] = all;
    if (first === void 0 || all.length <= TOLD) return all;
    const rest = all.slice(TOLD);
    return [...all.slice(0, TOLD), { id: first.id, severity: first.severity, title: `${name}: ${rest.length} more findings of this kind`, detail: rest.map(({ title }) => title).join("\n") }];
  });
}
function declarationsOf(data) {
  try {
    return declarations(data, ["module"]);
  } catch (error) {
    if (error instanceof DwarfError) return `the module\u2019s DWARF cannot be read: ${error.message}`;
    throw error;
  }
}
async function judge({ target, types, deltas }, what, comparison, kernel, imports, declared) {
  let reach;
  return judgeTypes(what, comparison, {
    declaredIn: (type) => typeof declared === "string" ? void 0 : declared.types.get(type)?.[0]?.file,
    // A module that is loaded before is there to be used: all its types are in reach.
    inReach: (difference) => difference.kernel.types !== types[0] || (reach ??= reachable(kernel, imports)).has(difference.kernel.id),
    headerOf: (path) => headerText(path, target),
    deltas
  });
}
function checkBtf(what, elf, kernel, { config }) {
  const section = (name) => elf.sections.find((entry) => entry.name === name && entry.data.length > 0)?.data;
  const btf = section(".BTF");
  if (btf === void 0 || kernel === void 0 || config.get("DEBUG_INFO_BTF_MODULES") !== "y") return [];
  const wrong = invalid(btf, section(".BTF.base"), kernel);
  if (wrong === void 0) return [];
  const taken = config.get("MODULE_ALLOW_BTF_MISMATCH") === "y";
  return [
    {
      id: "abi.btf",
      severity: taken ? "warning" : "fail",
      title: `${what}: its .BTF does not fit the kernel\u2019s: ${wrong}`,
      detail: taken ? "The kernel loads the module all the same, without its BTF (MODULE_ALLOW_BTF_MISMATCH)." : "The kernel refuses the module: \u201Cfailed to validate module BTF: -22\u201D.",
      remedy: "Build the module against the vmlinux of exactly this kernel, or without one."
    }
  ];
}
function invalid(btf, distilled, kernel) {
  try {
    if (distilled === void 0) return validateSplit(Btf.read(btf, { base: kernel }));
    const split = readSplit(btf, { distilled });
    return (split.base === void 0 ? void 0 : validateSplit(split.base)) ?? validateSplit(split) ?? relocationProblem(split, kernel);
  } catch (error) {
    if (error instanceof BtfError) return error.message;
    throw error;
  }
}

function vermagicIn(image, release) {
  const found = /* @__PURE__ */ new Set();
  for (let at = image.indexOf(" mod_unload "); at >= 0; at = image.indexOf(" mod_unload ", at + 1)) {
    const start = image.lastIndexOf(0, at) + 1;
    const end = image.indexOf(0, at);
    if (end < 0 || end - start > 200) continue;
    const text = image.toString("latin1", start, end);
    if (/^\d+\.\d+\S* [\x20-\x7e]*$/.test(text)) found.add(text);
  }
  const known = [...found];
  return release === void 0 ? known.length === 1 ? known[0] : void 0 : known.find((text) => text.startsWith(`${release} `));
}

async function targetOfKit(host, kit, workDir) {
  const image = await imageOfKit(host, kit, workDir);
  const vermagic = (image === void 0 ? void 0 : vermagicIn(image, kit.target.release)) ?? await vermagicOfModules(host, kit.modulesDir);
  const btf = (isOwn(kit.target) ? void 0 : await btfOf(kit.btfVmlinux, "the headers\u2019 vmlinux")) ?? sectionOf(image, "the kernel image");
  host.log.detail(`kernel types from ${btf?.from ?? "nowhere"}, vermagic ${vermagic ?? "unknown"}`);
  return {
    release: kit.target.release,
    ...vermagic !== void 0 && { vermagic },
    symvers: await readFile(kit.moduleSymvers, "utf8"),
    ...btf !== void 0 && { btf },
    config: parseConfig(await readFile(kit.imageConfig, "utf8")),
    modulesDir: kit.modulesDir,
    ...aboutImage(image, kit.target.release),
    builtinModinfo: await builtinModinfo(kit.modulesDir),
    ...isOwn(kit.target) && { own: true },
    headerDirs: isOwn(kit.target) ? [kit.target.tree] : []
  };
}
async function targetOfDirectory(host, directory, workDir) {
  const names = await readdir(directory);
  const pick = (pattern) => names.filter((name) => pattern.test(name)).sort().at(-1);
  const symvers = await readFile(join(directory, "Module.symvers"), "utf8").catch(() => void 0);
  const image = await imageIn(host, directory, pick(/^vmlinux(?:-.*)?$/), pick(/^vmlinuz(?:-.*)?$|^bzImage$/) ?? await below(directory, "arch/x86/boot/bzImage"), workDir);
  if (symvers === void 0 && image === void 0) {
    throw new UsageError("against", directory, "Allowed is a directory with a vmlinux or vmlinuz and a Module.symvers; this one has neither.");
  }
  const config = await readFile(join(directory, pick(/^\.config$/) ?? pick(/^config(?:-.*)?$/) ?? ".config"), "utf8").catch(() => "");
  const release = await readFile(join(directory, "include/config/kernel.release"), "utf8").then((text) => text.trim()).catch(() => void 0);
  const modulesDir = await modulesIn(directory);
  const vermagic = (image === void 0 ? void 0 : vermagicIn(image, release)) ?? (modulesDir === void 0 ? void 0 : await vermagicOfModules(host, modulesDir)) ?? (release === void 0 ? void 0 : await vermagicOfHeaders(directory, release));
  const btf = sectionOf(image, basename(directory));
  return {
    ...release !== void 0 && { release },
    ...vermagic !== void 0 && { vermagic },
    ...symvers !== void 0 && { symvers },
    ...btf !== void 0 && { btf },
    config: parseConfig(config),
    ...modulesDir !== void 0 && { modulesDir },
    ...aboutImage(image, release),
    builtinModinfo: await builtinModinfo(modulesDir),
    headerDirs: [directory]
  };
}
async function imageOfKit(host, { target, vmlinux, unbootable, vmlinuz }, workDir) {
  const elf = vmlinux ?? unbootable;
  if (elf !== void 0) return readFile(elf);
  if (architectureOf(target).vmlinuz === "bzImage") return void 0;
  return readRawImage(host, vmlinuz, join(workDir, "image")).catch((error) => {
    if (error instanceof ElfError) return void 0;
    throw error;
  });
}
async function below(directory, path) {
  return stat(join(directory, path)).then(
    () => path,
    () => void 0
  );
}
async function imageIn(host, directory, vmlinux, vmlinuz, workDir) {
  if (vmlinux !== void 0) return readFile(join(directory, vmlinux));
  if (vmlinuz === void 0) return void 0;
  const file = join(workDir, "vmlinux-of-directory");
  const result = await unpackVmlinux(host, join(directory, vmlinuz), file);
  if (result !== "unpacked") throw new UsageError("against", directory, `Allowed is a kernel image that can be unpacked; ${vmlinuz} cannot: ${result.reason}`);
  return readFile(file);
}
async function modulesIn(directory) {
  const inside = await readdir(join(directory, "lib/modules")).catch(() => []);
  const candidates = [directory, ...inside.map((name) => join(directory, "lib/modules", name))];
  for (const candidate of candidates) if (await below(candidate, "kernel/kernel") !== void 0 || await below(candidate, "modules.builtin") !== void 0) return candidate;
  return void 0;
}
async function btfOf(file, from) {
  return file === void 0 ? void 0 : sectionOf(await readFile(file), from);
}
function sectionOf(image, from) {
  const data = image === void 0 ? void 0 : btfOfImage(image);
  return data === void 0 ? void 0 : { data: Buffer.from(data), from };
}
function elfOf(image) {
  try {
    return openElf(image);
  } catch (error) {
    if (error instanceof ElfError) return void 0;
    throw error;
  }
}
function aboutImage(image, release) {
  const identity = image === void 0 ? void 0 : identityOfImage(image);
  if (image === void 0 || identity === void 0) return { exportFlags: false };
  const elf = elfOf(image);
  if (elf === void 0) return { identity, exportFlags: Number(/^\d+/.exec(release ?? "")?.[0] ?? 0) >= 7 };
  return { identity, exportFlags: elf.sections.some(({ name, size }) => name === "__kflagstab" && size > 0) };
}
async function builtinModinfo(modulesDir) {
  return modulesDir === void 0 ? "" : readFile(join(modulesDir, "modules.builtin.modinfo"), "latin1").catch(() => "");
}
async function vermagicOfModules(host, modulesDir) {
  const files = await openModules(host, modulesDir);
  const [first] = files.names;
  const data = first === void 0 ? void 0 : await readModule(host, files, first).catch(() => void 0);
  return data === void 0 ? void 0 : readModinfo(data).get("vermagic")?.[0];
}
async function vermagicOfHeaders(directory, release) {
  const text = await readFile(join(directory, "include/generated/autoconf.h"), "utf8").catch(() => void 0);
  if (text === void 0) return void 0;
  const on = (symbol) => new RegExp(`^#define CONFIG_${symbol} 1$`, "m").test(text);
  const words = [
    release,
    ...on("SMP") ? ["SMP"] : [],
    // With PREEMPT_DYNAMIC the build still says "preempt" where PREEMPT_BUILD is on.
    ...on("PREEMPT_BUILD") ? ["preempt"] : on("PREEMPT_RT") ? ["preempt_rt"] : [],
    ...on("MODULE_UNLOAD") ? ["mod_unload"] : [],
    ...on("MODVERSIONS") ? ["modversions"] : []
  ];
  return `${words.join(" ")} `;
}

async function proofStage(host, request, config, against, modules, workDir) {
  const target = "kit" in against ? { ...await targetOfKit(host, against.kit, workDir), locate: (path) => realPath(path, against.places) } : await targetOfDirectory(host, against.directory, workDir);
  const { dependencies, promised, missing } = await loadedBefore(host, target, modules);
  const deltas = config.config?.deltas ?? [];
  const { proof, findings } = await proveModules(host, { target, modules, dependencies, promised, deltas, mode: request.abi, workDir });
  const told = [...missing, ...findings].map((finding) => ({ ...finding, stage: "proof" }));
  return { value: proof, findings: told, summary: summarise(proof, told) };
}
async function loadedBefore(host, target, modules) {
  const own = new Set(modules.map(({ name }) => name));
  const wanted = [...new Set(modules.flatMap(({ depends }) => depends))].filter((name) => !own.has(name.replaceAll("-", "_")));
  if (target.modulesDir === void 0 || wanted.length === 0) return { dependencies: [], promised: wanted.map((name) => name.replaceAll("-", "_")), missing: [] };
  try {
    return { dependencies: await dependencyClosure(host, target.modulesDir, wanted), promised: [], missing: [] };
  } catch (error) {
    if (!(error instanceof GateError) || error.finding.id !== "kernel.dependency-missing") throw error;
    const known = target.own === true && wanted.every((name) => isExporter(target.symvers ?? "", name));
    return { dependencies: [], promised: [], missing: [{ ...error.finding, id: "abi.dependency-missing", severity: known ? "error" : "fail", ...known && { remedy: "Build the kernel\u2019s modules (make modules), or say with kernel-modules where they were installed." } }] };
  }
}
function isExporter(symvers, name) {
  return symvers.split("\n").some((line) => line.split("	")[2]?.split("/").at(-1)?.replaceAll("-", "_") === name.replaceAll("-", "_"));
}
function summarise({ modules }, findings) {
  const sum = (pick) => modules.reduce((total, module) => total + pick(module), 0);
  const compared = sum(({ types }) => types.compared);
  const parts = [
    `${sum(({ types }) => types.identical)} of ${compared} shared types identical`,
    `${sum(({ symbols }) => symbols.provided)} of ${sum(({ symbols }) => symbols.imported)} symbols provided`,
    ...sum(({ symbols }) => symbols.crcs) === 0 ? [] : [`${sum(({ symbols }) => symbols.crcsEqual)} of ${sum(({ symbols }) => symbols.crcs)} CRCs equal`],
    ...sum(({ signatures }) => signatures.compared) === 0 ? [] : [`${sum(({ signatures }) => signatures.identical)} of ${sum(({ signatures }) => signatures.compared)} prototypes equal`]
  ];
  const gaps = findings.filter(({ id, severity }) => id === "abi.gap" && severity !== "note").length;
  const verdict = verdictOf(findings) === "pass" ? [] : [`${findings.filter(({ severity }) => severity === "fail" || severity === "error").length} findings`];
  return [...parts, ...gaps === 0 ? [] : [`${gaps} ${gaps === 1 ? "gap" : "gaps"}`], ...verdict].join(", ");
}

async function sourceOf(host, { module }, variables) {
  const repository = variables["GITHUB_REPOSITORY"];
  const about = repository === void 0 || repository === "" ? {} : { repository };
  const commit = variables["GITHUB_SHA"];
  if (commit !== void 0 && /^[0-9a-f]{40,64}$/.test(commit)) return { commit, ...about };
  if (module.kind !== "out-of-tree" || await host.which("git") === void 0) return about.repository === void 0 ? void 0 : about;
  const { status, stdout } = await host.run({ program: "git", args: ["-c", `safe.directory=${module.repository}`, "-C", module.repository, "rev-parse", "--verify", "--quiet", "HEAD"], seconds: 30 });
  const head = stdout.trim();
  return status === 0 && /^[0-9a-f]{40,64}$/.test(head) ? { commit: head, ...about } : about.repository === void 0 ? void 0 : about;
}

const LISTED = 12;
async function resolveKernel(host, spec, architecture, view = OWN_VIEW) {
  const stanzas = await kernelStanzas(host, view);
  if (stanzas.length === 0) {
    throw new GateError({
      id: "kernel.no-package-lists",
      stage: "resolve",
      severity: "error",
      title: view.name === void 0 ? "apt knows no kernel packages at all" : `the package lists of ${view.name} have no kernel packages at all`,
      remedy: "Run apt-get update (with install: true the gate does it itself), and check that the system is Debian or Kali."
    });
  }
  const index = new PackageIndex(stanzas);
  const flavour = longFlavour(spec.flavour, architecture);
  const target = chosen(index, spec, flavour, spec.kind === "default" ? await metapackage(host, flavour, view) : void 0);
  if (typeof target !== "string") return { ...target, ...view.name !== void 0 && { archive: view.name } };
  throw new UsageError("kernel", kernelText(spec), `${target} ${works(index, spec, flavour)}`);
}
async function metapackage(host, flavour, view) {
  const shown = await host.run({ program: "apt-cache", args: ["show", ...view.options, "--no-all-versions", "--", `linux-image-${flavour}`], seconds: 60 });
  return imageDependency(parseStanzas(shown.stdout)[0]?.depends ?? "");
}
function chosen(index, spec, flavour, meta) {
  const ready = () => index.completeTargets().filter((target) => target.flavour === flavour);
  switch (spec.kind) {
    case "release":
      return index.complete(spec.release);
    case "default":
      return meta === void 0 ? ready()[0] ?? `There is no metapackage linux-image-${flavour} here.` : index.complete(meta);
    case "series":
      return ready().find((target) => isOf(target, spec.series)) ?? `apt has no release of this series with image, headers and source at one version, of flavour ${flavour}.`;
    case "latest": {
      const of = ready().filter((target) => spec.series === void 0 || isOf(target, spec.series));
      const some = of.length === 1 ? "is only one release" : `are only ${of.length} releases`;
      return of[spec.rank - 1] ?? (of.length === 0 ? `apt has no release with image, headers and source at one version, of flavour ${flavour}.` : `There ${some} of flavour ${flavour} with image, headers and source at one version.`);
    }
    case "version":
      return index.atVersion(spec.version, flavour);
  }
}
function isOf(target, series) {
  return `${target.series}.`.startsWith(`${series}.`);
}
function works(index, spec, flavour) {
  const byVersion = spec.kind === "version";
  const wanted = spec.kind === "release" ? spec.release : spec.kind === "series" ? spec.series : byVersion ? spec.version : "";
  const seriesOf = (release) => /^\d+\.\d+/.exec(release)?.[0];
  const like = spec.kind === "release" ? parseRelease(spec.release)?.flavour ?? flavour : flavour;
  const ranks = (target) => (seriesOf(target.release) === seriesOf(wanted) ? 0 : 2) + (target.flavour === like ? 0 : 1);
  const all = [...index.completeTargets()].sort((a, b) => ranks(a) - ranks(b));
  if (all.length === 0) return "No release in these suites has image, headers and source at one version.";
  const words = [...new Set(all.map(({ release, packageVersion }) => byVersion ? `=${packageVersion}` : release))];
  const rest = words.length > LISTED ? ` and ${words.length - LISTED} more` : "";
  return `These would work: ${words.slice(0, LISTED).join(", ")}${rest}.`;
}

const DEADLINE = 30;
const LONGEST = 8 << 20;
const PAUSES = [2, 8, 30, 60];
const PATIENCE = 180;
function createClient({ base, cacheDir, attempts, sleep = pause }) {
  let last = Promise.resolve();
  const ask = async (path, keep) => {
    const file = join(cacheDir, "snapshot", `${createHash("sha256").update(`${base}${path}`).digest("hex")}.json`);
    const known = await cached(file, keep);
    if (known !== void 0) return known;
    const value = await withRetries(`${base}${path}`, attempts, sleep);
    if (value !== void 0) await keepFile(file, JSON.stringify(value));
    return value;
  };
  return {
    base,
    get(path, keep) {
      const answer = last.then(() => ask(path, keep));
      last = answer.catch(() => void 0);
      return answer;
    }
  };
}
async function withRetries(url, attempts, sleep) {
  for (let attempt = 1; ; attempt++) {
    const outcome = await once(url);
    if (!("again" in outcome)) return outcome.value;
    const wait = Math.max(outcome.after ?? 0, PAUSES[Math.min(attempt, PAUSES.length) - 1] ?? 0);
    if (attempt >= attempts || wait > PATIENCE) throw unreachable(url, wait > PATIENCE ? `${outcome.again}; it asks to wait ${wait} s` : outcome.again);
    await sleep(wait);
  }
}
async function once(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE * 1e3), headers: { accept: "application/json" } });
    if (response.status === 404) return await dropped(response, { value: void 0 });
    if (response.status === 429 || response.status >= 500) {
      const after = retryAfter(response.headers.get("retry-after"));
      return await dropped(response, { again: `status ${response.status}`, ...after !== void 0 && { after } });
    }
    if (!response.ok) throw unreachable(url, await dropped(response, `status ${response.status}`));
    return { value: JSON.parse(await bounded(response, url)) };
  } catch (error) {
    if (error instanceof GateError) throw error;
    if (error instanceof SyntaxError) throw unreachable(url, "the answer is no JSON");
    return { again: reasonOf(error) };
  }
}
function reasonOf(error) {
  const { cause = error } = error;
  const { message, code } = cause;
  return String([message, code].find((text) => typeof text === "string" && text !== "") ?? cause);
}
async function dropped(response, value) {
  await response.body?.cancel();
  return value;
}
async function bounded(response, url) {
  const chunks = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LONGEST) throw unreachable(url, `the answer is longer than ${LONGEST} bytes`);
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString("utf8");
}
function retryAfter(value, now = Date.now()) {
  if (value === null) return void 0;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? void 0 : Math.max(0, Math.ceil((at - now) / 1e3));
}
async function cached(file, keep) {
  try {
    const age = (Date.now() - (await stat(file)).mtimeMs) / 1e3;
    return age < keep ? JSON.parse(await readFile(file, "utf8")) : void 0;
  } catch {
    return void 0;
  }
}
async function keepFile(file, text) {
  await mkdir(join(file, ".."), { recursive: true });
  const scratch = await makeScratch(`${file}.`);
  await writeFile(join(scratch, "answer"), text);
  await rename(join(scratch, "answer"), file);
  await rm(scratch, { recursive: true, force: true });
}
function unreachable(url, why) {
  return new GateError({
    id: "kernel.snapshot-unreachable",
    stage: "resolve",
    severity: "error",
    title: `The snapshot archive could not be asked: ${why}`,
    detail: url,
    remedy: "Run again later; answers that were given are kept in cache-dir."
  });
}
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1e3));

const VERSIONS_KEPT = 24 * 3600;
const FILES_KEPT = Infinity;
const ARCHIVE = /^[a-z][a-z0-9-]*$/;
const MOMENT = /^\d{8}T\d{6}Z$/;
const VERSION = /^(?:\d+:)?\d[A-Za-z0-9.+~-]*$/;
function field(value, name) {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name) ? value[name] : void 0;
}
function list(value) {
  return Array.isArray(value) ? value : [];
}
function word(value, pattern) {
  return typeof value === "string" && pattern.test(value) ? value : void 0;
}
const path = (...parts) => `/mr/${parts.map(encodeURIComponent).join("/")}`;
async function versionsOf(client, name) {
  const answer = await client.get(`${path("binary", name)}/`, VERSIONS_KEPT);
  const versions = list(field(answer, "result")).flatMap((row) => word(field(row, "binary_version"), VERSION) ?? []);
  return [...new Set(versions)].sort((a, b) => compareVersions(b, a));
}
async function releaseOfVersion(client, version, flavour) {
  const answer = await client.get(`${path("package", "linux", version)}/binpackages`, VERSIONS_KEPT);
  const names = list(field(answer, "result")).flatMap((row) => word(field(row, "name"), /^linux-headers-\d[A-Za-z0-9.+~-]*$/) ?? []);
  const releases = names.map((name) => name.slice("linux-headers-".length));
  return releases.find((release) => !/-common(?:-|$)/.test(release) && parseRelease(release)?.flavour === flavour);
}
async function sightings(client, name, version, architecture) {
  const answer = await client.get(`${path("binary", name, version)}/binfiles?fileinfo=1`, FILES_KEPT);
  const info = field(answer, "fileinfo");
  const found = [];
  for (const row of list(field(answer, "result"))) {
    for (const place of list(field(info, word(field(row, "hash"), /^[0-9a-f]{40,64}$/) ?? ""))) {
      const [archive, firstSeen] = [word(field(place, "archive_name"), ARCHIVE), word(field(place, "first_seen"), MOMENT)];
      const file = word(field(place, "name"), /^[^/]+\.deb$/);
      const fits = file?.endsWith(`_${architecture}.deb`) === true || file?.endsWith("_all.deb") === true;
      if (fits && archive !== void 0 && firstSeen !== void 0) found.push({ archive, firstSeen });
    }
  }
  return found;
}
function commonMoment(packages) {
  const first = packages[0] ?? [];
  const moments = [...new Set(first.map(({ archive }) => archive))].flatMap((archive) => {
    const seen = packages.map((places) => places.filter((place) => place.archive === archive).map(({ firstSeen }) => firstSeen).sort()[0]);
    return seen.includes(void 0) ? [] : [{ archive, firstSeen: seen.map((moment) => moment ?? "").sort().at(-1) ?? "" }];
  });
  return moments.sort((a, b) => a.firstSeen < b.firstSeen ? -1 : 1)[0];
}

const ATTEMPTS = { asked: 6, implied: 1 };
async function findSuperseded(host, spec, setting, missing) {
  if (spec.kind !== "release" && spec.kind !== "version") throw missing;
  const given = setting.url === void 0 ? void 0 : parseSnapshotUrl(setting.url, "snapshot-url");
  const mirrors = await ownMirrors(host);
  const base = given ?? snapshotAddress((await host.run({ program: "apt-config", args: CONFIG_ARGS, seconds: 30 })).stdout, mirrors.plain.origin);
  const because = (more) => new UsageError(missing.input, kernelText(spec), `${missing.allowed} ${more}`);
  if (base === void 0) throw because("Whether it is in the snapshot archive was not looked at: apt here does not know its address; snapshot-url can give it.");
  const client = createClient({ base, cacheDir: setting.cacheDir, attempts: given === void 0 ? ATTEMPTS.implied : ATTEMPTS.asked });
  try {
    host.log.info(`asking the snapshot archive for ${kernelText(spec)}`);
    return await fromSnapshot(host, spec, setting, mirrors, client, because);
  } catch (error) {
    if (given === void 0 && error instanceof GateError && error.finding.id === "kernel.snapshot-unreachable") throw because(`${error.message}.`);
    throw error;
  }
}
async function fromSnapshot(host, spec, setting, mirrors, client, because) {
  const { release, version } = await exactly(client, spec, setting, because);
  const { moment, gone } = await momentOf(client, release, version, setting.architecture);
  if (moment === void 0) {
    throw new GateError({
      id: "kernel.snapshot-gone",
      stage: "resolve",
      severity: "error",
      title: `The snapshot archive has ${release} ${version} not as a whole: ${gone}`,
      remedy: "Choose another kernel; nobody has the missing package any more."
    });
  }
  const own = spec.suite === void 0 ? mirrors.own : suiteNamed(spec.suite) ?? mirrors.own;
  const suites = suitesAt(own, moment.archive, version);
  const uri = `${client.base}/archive/${moment.archive}/${moment.firstSeen}/`;
  const fields = { "Check-Valid-Until": "no", ...await trustOf(mirrors) };
  const name = `snapshot-${moment.archive}-${moment.firstSeen}-${suites.join("-")}`;
  const view = await openView(host, name, sourcesText([{ uri, suites }], setting.architecture, fields), setting, Infinity);
  return resolveKernel(host, { kind: "release", release }, setting.architecture, view).catch((error) => {
    if (!(error instanceof UsageError)) throw error;
    throw because(`The snapshot archive had it on ${day(moment.firstSeen)} in ${moment.archive}, but not in ${suites.join(" or ")}, which this container is made of: use a container of its own suite.`);
  });
}
async function exactly(client, spec, { architecture }, because) {
  if (spec.kind === "version") {
    const flavour = longFlavour(spec.flavour, architecture);
    const release2 = await releaseOfVersion(client, spec.version, flavour);
    if (release2 === void 0) throw because(`The snapshot archive has no kernel of that version and flavour ${flavour} either.`);
    return { release: release2, version: spec.version };
  }
  const release = spec.kind === "release" ? spec.release : "";
  const version = (await versionsOf(client, `linux-headers-${release}`))[0];
  if (version === void 0) throw because("The snapshot archive has never seen it either.");
  return { release, version };
}
async function momentOf(client, release, version, architecture) {
  const series = parseRelease(release)?.series ?? "";
  const all = [];
  const wanted = [[`linux-headers-${release}`], [`linux-source-${series}`], [`linux-image-${release}`, `linux-image-${release}-unsigned`, `linux-binary-unsigned-${release}`]];
  for (const names of wanted) {
    let found = [];
    for (const name of names) {
      found = await sightings(client, name, version, architecture);
      if (found.length > 0) break;
    }
    if (found.length === 0) return { gone: `${names[0] ?? ""} ${version} is gone` };
    all.push(found);
  }
  const moment = commonMoment(all);
  return { ...moment !== void 0 && { moment }, gone: "its packages were never in one archive together" };
}
function suitesAt(own, archive, version) {
  if (archive.endsWith("-security")) return own.security === void 0 ? own.archives : [own.security];
  const added = addedTo(own).filter(({ name }) => /~bpo/.test(version) ? name.endsWith("-backports") : /~(?:exp|rc)/.test(version) && name === "experimental");
  if (added.length > 0) return added.map(({ name }) => name);
  return [own.archives[0] ?? own.name, ...own.proposed === void 0 ? [] : [own.proposed]];
}
function day(moment) {
  return moment.replace(/^(\d{4})(\d\d)(\d\d).*/, "$1-$2-$3");
}

async function findInSuite(host, spec, suite, setting, force) {
  const view = await openSuite(host, suite, await ownMirrors(host), setting, force);
  return resolveKernel(host, spec, setting.architecture, view);
}
async function findKernel(host, spec, setting, force) {
  const named = spec.suite === void 0 ? void 0 : suiteNamed(spec.suite);
  const suite = named ?? (setting.architecture === setting.native ? void 0 : (await ownMirrors(host)).own);
  return suite === void 0 ? resolveKernel(host, spec, setting.architecture, OWN_VIEW) : findInSuite(host, spec, suite, setting, force);
}
async function findBeside(host, spec, setting) {
  if (spec.suite !== void 0 || spec.kind !== "release" && spec.kind !== "version" || !setting.install) return void 0;
  for (const suite of addedTo((await ownMirrors(host)).own)) {
    try {
      return await findInSuite(host, spec, suite, setting, false);
    } catch (error) {
      if (!(error instanceof UsageError) && !(error instanceof GateError)) throw error;
      host.log.detail(`${suite.name}: ${error.message}`);
    }
  }
  return void 0;
}

const FRESH = 300;
async function resolveStage(host, request, kernel) {
  const native = (await host.run({ program: "dpkg", args: ["--print-architecture"], seconds: 30 })).stdout.trim();
  const setting = { cacheDir: request.cacheDir, install: request.install, architecture: architectureOfSpec(kernel)?.name ?? native, native };
  if (request.install) await refreshLists(host);
  const find = () => findKernel(host, kernel, setting, false).catch(async (error) => {
    if (!(error instanceof UsageError) || !request.install) throw error;
    return await inFreshLists(host, kernel, setting) ?? await findBeside(host, kernel, setting) ?? await findSuperseded(host, kernel, { ...setting, url: request.snapshotUrl }, error);
  });
  const target = request.cache === true ? await whileUnchanged(request.cacheDir, ["target", kernel, setting.architecture, request.install, request.snapshotUrl ?? ""], find) : await find();
  const from = target.archive === void 0 ? "" : `, ${target.archive}`;
  return { value: target, summary: `${target.release} (${target.packageVersion}${from})` };
}
async function inFreshLists(host, kernel, setting) {
  if (setting.architecture === setting.native) {
    if (await listsAge() < FRESH) return void 0;
    await refreshLists(host, true);
  }
  return findKernel(host, kernel, setting, true).catch((error) => {
    if (error instanceof UsageError) return void 0;
    throw error;
  });
}

async function runGate(request, host, onStage = () => void 0) {
  const started = /* @__PURE__ */ new Date();
  const recorder = new Recorder(host.log, onStage);
  const source = await sourceOf(host, request, process.env);
  const values = {};
  try {
    await clearOutput(request.outputDir);
    await recordingStrays(recorder, () => withWorkDir((workDir) => walk(request, host, recorder, values, workDir)));
  } catch (error) {
    if (error instanceof GateError) recorder.add([error.finding]);
    else if (!(error instanceof Stopped)) throw error;
  }
  const findings = recorder.findings;
  return {
    tool: { name: "kmod-gate", version: VERSION$1 },
    verdict: verdictOf(findings),
    started: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1e3,
    request,
    ...source !== void 0 && { source },
    tools: [],
    modules: [],
    ...values,
    stages: recorder.results,
    findings
  };
}
async function walk(request, host, recorder, values, workDir) {
  const { module, kernel } = request;
  if (kernel.kind === "directory") {
    if (module.kind !== "prebuilt") throw new UsageError("against", kernel.directory, "Allowed beside files that were built already; building needs a kernel\u2019s packages.");
    const modules = await takeBuilt(host, recorder, values, module, request, workDir);
    await prove(recorder, values, "report", () => proofStage(host, request, values, { directory: kernel.directory }, modules, workDir));
    return;
  }
  if (kernel.kind === "own") {
    const found = await recorder.stage("resolve", "Which kernel", () => resolveOwn(kernel));
    values.target = found.target;
    await withKernel(request, host, recorder, values, workDir, ownKernel(host, request, found, workDir));
    return;
  }
  const target = await recorder.stage("resolve", "Which kernel", () => resolveStage(host, request, kernel));
  values.target = target;
  await markUsed(target, request.cacheDir);
  const cache = openCache(host, { target, cacheDir: request.cacheDir, variables: process.env, ...request.cache && host.cacheWorkers !== void 0 && { workers: host.cacheWorkers } });
  try {
    await withKernel(request, host, recorder, values, workDir, packagedKernel(host, request, { target, cache }, workDir));
  } finally {
    await cache.done();
    await expire(host, request.cacheDir, request.install ? request.cacheDays : 0);
  }
}
async function withKernel(request, host, recorder, values, workDir, kernel) {
  const { module } = request;
  if (module.kind === "prebuilt") {
    const kit2 = await recorder.stage("install", kernel.title, kernel.installForBuilt);
    const modules = await takeBuilt(host, recorder, values, module, request, workDir);
    await tryOut(request, host, recorder, values, kit2, modules, workDir);
    return;
  }
  const installed = await recorder.stage("install", kernel.title, kernel.install);
  const { kit, image } = installed;
  try {
    const early = request.boot === "off" || !request.cache ? void 0 : beginAhead(host, request, kit.target, image, workDir);
    try {
      await buildAndTry(request, module, host, recorder, values, kernel, installed, workDir, early);
    } finally {
      await early?.abandon();
    }
  } finally {
    await image.catch(() => void 0);
  }
}
async function buildAndTry(request, module, host, recorder, values, kernel, { kit, image, ahead }, workDir, early) {
  const inspecting = recorder.stage("toolchain", "Toolchain that the kernel was built with", async () => {
    const outcome = await toolchainStage(host, kit, ahead);
    values.tools = outcome.value.toolchain.tools;
    return outcome;
  });
  const tools = inspecting.then((inspected) => inspected.toolchain);
  tools.catch(() => void 0);
  const laying = kernel.tree(module, kit, tools);
  const { toolchain, pending } = await settled(inspecting, laying);
  const tree = await recorder.stage("tree", kernel.treeTitle, () => laying);
  try {
    const built = await build(request, module, host, recorder, values, { kit, image, toolchain, pending, tree, workDir });
    await tryOut(request, host, recorder, values, { ...kit, ...await image }, built.modules, workDir, { ...built, early });
  } finally {
    await tree.release();
  }
}
async function takeBuilt(host, recorder, values, module, request, workDir) {
  for (const stage of ["toolchain", "tree", "guard"]) recorder.skip(stage, "nothing is built");
  const modules = await recorder.stage("build", "Modules that were built already", () => prebuiltStage(host, module.files, request.outputDir, workDir));
  values.modules = modules;
  return modules;
}
async function build(request, module, host, recorder, values, { kit, image, toolchain, pending, tree, workDir }) {
  const { release } = kit.target;
  const architecture = architectureOf(kit.target);
  const variables = [...architectureArgs(architecture, crossFor(architecture)), ...hidingArgs(parseConfig(await readFile(kit.headersConfig, "utf8")))];
  const setting = { treeDir: tree.dir, ...tree.sourceDir !== void 0 && { sourceDir: tree.sourceDir }, release, srcarch: architecture.srcarch, cc: toolchain.cc, jobs: request.jobs, variables };
  const guard = createGuard(host, request, kit, setting, toolchain.tools, () => tree.sameTools());
  await recorder.stage("guard", "Config guard", async () => {
    const judgement = tree.prepared ? await guard.recall() : await guard.prepare();
    values.config = judgement.verdict;
    if (verdictOf(judgement.findings) === "pass") await tree.keep();
    const untold = coveredByGuard(pending, toolchain.tools, judgement.verdict);
    return { value: void 0, findings: [...untold, ...judgement.findings], summary: `${guardSummary(judgement, request)}${tree.prepared ? ", with the same tools and files as when Kconfig was last asked" : ""}` };
  });
  return recorder.stage("build", "Build", async () => {
    const outcome = await buildStage(host, request, module, setting, workDir, architectureOf(kit.target).uname);
    const shipped = await guard.shipped(image);
    const judgement = await guard.again("build");
    values.config = judgement.verdict;
    values.modules = outcome.value.modules;
    return { ...outcome, findings: [...shipped, ...outcome.findings, ...judgement.findings] };
  });
}
async function tryOut(request, host, recorder, values, kit, modules, workDir, built) {
  const boot = request.boot === "off" ? void 0 : beginBoot(host, request, kit, modules, workDir, built?.sources, built?.early);
  try {
    await prove(recorder, values, request.abi, () => proofStage(host, request, values, { kit, places: built?.places ?? [] }, modules, workDir));
  } catch (error) {
    await boot?.abandon();
    throw error;
  }
  if (boot === void 0) {
    if (request.bundle === "always") values.bundle = await packStage(host, request, kit, modules, workDir);
    recorder.skip("boot", values.bundle === void 0 ? "not asked for (boot: off)" : "left to another machine: kmod-gate boot with bundle/ (boot: off, bundle: always)");
    return;
  }
  await recorder.stage("boot", `Boot ${kit.target.release}`, async () => {
    const { run, findings, summary, seconds, autopsy, bundle } = await boot.outcome();
    values.guest = run;
    if (autopsy !== void 0) values.autopsy = autopsy;
    if (bundle !== void 0) values.bundle = bundle;
    return { value: void 0, findings, summary, seconds };
  });
}
async function prove(recorder, values, mode, work) {
  if (mode === "off") recorder.skip("proof", "not asked for (abi: off)");
  else {
    await recorder.stage("proof", "Proof that the modules fit the kernel", async () => {
      const outcome = await work();
      values.proof = outcome.value;
      return outcome;
    });
  }
}
const WRITTEN = ["modules", "tests", "bundle", "manifest.json", "report.json", "report.html", "summary.md", "make.log", "console.log", "oldconfig.log", "modules_prepare.log", "syncconfig.log", "config.target", "config.oldconfig"];
async function clearOutput(outputDir) {
  await mkdir(outputDir, { recursive: true }).catch((error) => {
    throw new GateError({ id: "host.output-dir", stage: "resolve", severity: "error", title: `output-dir cannot be made: ${error instanceof Error ? error.message : String(error)}`, remedy: "Choose a directory that this user may write to." });
  });
  await Promise.all(WRITTEN.map((name) => rm(join(outputDir, name), { recursive: true, force: true })));
}
function guardSummary({ verdict, findings }, request) {
  const bad = findings.filter((finding) => finding.severity === "fail" || finding.severity === "error").length;
  if (bad > 0 && verdict.deltas.length === 0) return `${bad} ${bad === 1 ? "finding" : "findings"}`;
  if (bad > 0) return `${verdict.deltas.length} ${verdict.deltas.length === 1 ? "symbol differs" : "symbols differ"} from the target\u2019s configuration`;
  const asked = request.options.length === 0 ? "" : ` beyond the ${request.options.length} requested`;
  return verdict.allowed.length === 0 ? `no delta${asked}` : `no delta${asked} but the ${verdict.allowed.length} allowed`;
}

export { runGate as r };
