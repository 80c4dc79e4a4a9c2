import { writeFile, readFile, mkdir, copyFile, readdir, cp, lstat, rename, mkdtemp, rm, symlink, chmod, stat, access, truncate, realpath } from 'node:fs/promises';
import { basename, relative as relative$1, join, resolve, sep, isAbsolute, normalize, dirname, delimiter, posix } from 'node:path';
import { createHash, randomBytes } from 'node:crypto';
import { e as exists, d as verdictOf, f as diagnose, G as GateError, V as VERSION$1, i as isWithin, g as shellQuote, h as plainOneLine, U as UsageError, j as installPackages, k as diffConfigs, l as describeDelta, m as parseConfig, u as unquote, n as sameValue, o as splitRequested, q as compilerPackage, t as compilerName, x as viewNamed, y as parseStanzas, O as OWN_VIEW, z as aptFailure, A as ownMirrors, B as suiteNamed, C as checkVermagic, S as STAGES, D as kernelStanzas, P as PackageIndex, E as kernelText, F as imageDependency, H as parseRelease, I as compareVersions, J as parseSnapshotUrl, K as snapshotAddress, L as CONFIG_ARGS, M as trustOf, N as openView, Q as sourcesText, R as addedTo, T as openSuite, W as refreshLists, X as listsAge } from './read-request.js';
import { existsSync, readdirSync, lstatSync, readlinkSync, openSync, readSync, closeSync, constants, createReadStream, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { gzip, gunzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { setTimeout as setTimeout$1 } from 'node:timers/promises';
import { createServer } from 'node:net';

class ElfError extends Error {
  name = "ElfError";
}
function integer(data, offset, bytes, what, bigEndian = false) {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + bytes > data.length) throw new ElfError(`${what}: offset ${offset} is outside the file of ${data.length} bytes`);
  if (bytes < 8) return bigEndian ? data.readUIntBE(offset, bytes) : data.readUIntLE(offset, bytes);
  return safe(bigEndian ? data.readBigUInt64BE(offset) : data.readBigUInt64LE(offset), what);
}
function wide(data, offset, what, bigEndian = false) {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + 8 > data.length) throw new ElfError(`${what}: offset ${offset} is outside the file of ${data.length} bytes`);
  return bigEndian ? data.readBigUInt64BE(offset) : data.readBigUInt64LE(offset);
}
function safe(value, what) {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new ElfError(`${what}: ${number} is too large`);
  return number;
}
function range(data, offset, length, what) {
  if (offset < 0 || length < 0 || offset + length > data.length) throw new ElfError(`${what}: bytes ${offset} to ${offset + length} are outside the file of ${data.length} bytes`);
  return data.subarray(offset, offset + length);
}

const ET_REL$1 = 1;
const EM_386 = 3;
const EM_MIPS = 8;
const EM_ARM = 40;
const EM_X86_64 = 62;
const EM_AARCH64 = 183;
const MACHINES$1 = {
  2: "EM_SPARC",
  3: "EM_386",
  4: "EM_68K",
  8: "EM_MIPS",
  15: "EM_PARISC",
  18: "EM_SPARC32PLUS",
  20: "EM_PPC",
  21: "EM_PPC64",
  22: "EM_S390",
  40: "EM_ARM",
  42: "EM_SH",
  43: "EM_SPARCV9",
  50: "EM_IA_64",
  62: "EM_X86_64",
  92: "EM_OPENRISC",
  93: "EM_ARCOMPACT",
  94: "EM_XTENSA",
  113: "EM_ALTERA_NIOS2",
  164: "EM_HEXAGON",
  183: "EM_AARCH64",
  189: "EM_MICROBLAZE",
  195: "EM_ARCV2",
  243: "EM_RISCV",
  247: "EM_BPF",
  252: "EM_CSKY",
  258: "EM_LOONGARCH",
  36902: "EM_ALPHA"
};
function machineName(machine) {
  return MACHINES$1[machine] ?? `machine ${machine}`;
}
function describeIdentity({ bits, bigEndian, machine }) {
  return `${bits}-bit ${bigEndian ? "big" : "little"}-endian ${machineName(machine)}`;
}
function identifyElf(data) {
  if (data.length < 20 || data.readUInt32BE(0) !== 2135247942) throw new ElfError("ELF header: the file does not begin with \\x7fELF");
  const [bits, encoding] = [integer(data, 4, 1, "ELF header: class"), integer(data, 5, 1, "ELF header: encoding")];
  if (bits !== 1 && bits !== 2) throw new ElfError(`ELF header: class ${bits} is neither 32-bit nor 64-bit`);
  if (encoding !== 1 && encoding !== 2) throw new ElfError(`ELF header: encoding ${encoding} is neither little- nor big-endian`);
  const bigEndian = encoding === 2;
  return { bits: bits === 1 ? 32 : 64, bigEndian, type: integer(data, 16, 2, "ELF header: type", bigEndian), machine: integer(data, 18, 2, "ELF header: machine", bigEndian) };
}

const POWER_OFF = "poweroff -f; sleep 2; reboot -f";
const ARCHITECTURES = {
  amd64: {
    name: "amd64",
    node: "x64",
    uname: "x86_64",
    kernelArch: "x86",
    srcarch: "x86",
    // The bzImage's payload is the stripped vmlinux.
    images: ["arch/x86/boot/bzImage", "vmlinux"],
    vmlinuz: "bzImage",
    unneeded: ["arch/[!x]*/*.[chS]", "arch/[!x]*/*.dts*"],
    elf: { machine: EM_X86_64, programs: [EM_X86_64, EM_386] },
    crossPrefix: "x86_64-linux-gnu-",
    crossPackages: "x86-64-linux-gnu",
    makeVariables: [],
    prepareVariables: [],
    qemu: {
      program: "qemu-system-x86_64",
      package: "qemu-system-x86",
      elsewhere: "Fedora: dnf install qemu-system-x86-core; Arch: pacman -S qemu-system-x86",
      // la57 is emulated slowly and five-level page tables change nothing for a module.
      cpu: { kvm: "host", tcg: "max,la57=off" },
      // On a busy machine the kernel would find that an emulated timer ticks too slowly, and panic ("IO-APIC + timer doesn't work").
      parameters: ["no_timer_check", "console=ttyS0", "tsc=reliable", "i8042.noaux"]
    },
    machines: {
      q35: { machine: "q35", results: ["-serial", "chardev:results"], port: "ttyS1", parameters: [], ending: POWER_OFF, pci: true },
      // It brings one serial port; the second is put on its ISA bus where PCs have COM2 (hw/i386/microvm.c). With its reduced ACPI the kernel finds no
      // clock to calibrate the TSC by under TCG, and stands still; without ACPI nothing can be powered off, so such a guest ends by a triple fault.
      microvm: { machine: "microvm,rtc=on,acpi=off", results: ["-device", "isa-serial,index=1,chardev=results"], port: "ttyS1", parameters: ["reboot=t"], ending: "reboot -f", pci: false }
    },
    debugger: { architecture: "i386:x86-64", firstArgument: "$rdi" },
    autopsy: true
  },
  arm64: {
    name: "arm64",
    node: "arm64",
    uname: "aarch64",
    kernelArch: "arm64",
    srcarch: "arm64",
    images: ["arch/arm64/boot/Image", "arch/arm64/boot/Image.gz"],
    vmlinuz: "Image",
    // Some of its headers include those of arch/arm.
    unneeded: ["arch/[!a]*/*.[chS]", "arch/a[!r]*/*.[chS]", "arch/arc/*.[chS]", "arch/arm/*.[cS]", "arch/*/*.dts*"],
    elf: { machine: EM_AARCH64, programs: [EM_AARCH64, EM_ARM] },
    crossPrefix: "aarch64-linux-gnu-",
    crossPackages: "aarch64-linux-gnu",
    // COMPAT_VDSO depends on it (arch/arm64/Kconfig); nothing of that name is called, see below.
    makeVariables: ["CROSS_COMPILE_COMPAT=arm-linux-gnueabihf-"],
    // The vDSO for 32-bit programs is compiled by `prepare` (arch/arm64/Makefile, vdso_prepare), with a compiler for 32-bit ARM.
    prepareVariables: ["CONFIG_COMPAT_VDSO="],
    qemu: {
      program: "qemu-system-aarch64",
      package: "qemu-system-arm",
      elsewhere: "Fedora: dnf install qemu-system-aarch64-core; Arch: pacman -S qemu-system-aarch64",
      // The pointer authentication of the architecture's own cipher is emulated slowly; any other cipher does for a kernel.
      cpu: { kvm: "host", tcg: "max,pauth-impdef=on" },
      parameters: ["console=ttyAMA0"]
    },
    machines: {
      // It has one serial port, a PL011. A 16550 on PCI is the second: SERIAL_8250_PCI is built into all flavours, virtio-console is a module up to 6.1.
      virt: { machine: "virt,gic-version=max", results: ["-device", "pci-serial,chardev=results"], port: "ttyS0", parameters: [], ending: POWER_OFF, pci: true }
    },
    debugger: { architecture: "aarch64", firstArgument: "$x0" },
    autopsy: false
  }
};
const ROWS = Object.values(ARCHITECTURES);
function nativeArchitecture(node = process.arch) {
  return ROWS.find((row) => row.node === node);
}
function architectureOfFlavour(flavour) {
  const words = flavour.split("-");
  return ROWS.find(({ name }) => words.includes(name));
}
function architectureOf({ flavour }) {
  const found = architectureOfFlavour(flavour);
  if (found === void 0) throw new Error(`flavour ${flavour} names no architecture`);
  return found;
}
function machineNamed(type) {
  for (const architecture of ROWS) {
    const row = architecture.machines[type];
    if (row !== void 0) return { architecture, row };
  }
  throw new Error(`no architecture has the machine ${type}`);
}
function machinesOf({ machines }) {
  return Object.keys(machines);
}

const at$1 = (place2) => place2 === void 0 ? {} : { place: place2 };
const RULES$1 = [
  {
    // GCC manual, "Options to Control Diagnostic Messages Formatting": file:line:column: kind: message
    pattern: /^(?<file>[^\s:][^:]*):(?<line>\d+):(?:(?<column>\d+):)? (?<kind>fatal error|error|Error|warning|Warning): (?<text>.+)$/,
    finding: ({ kind, text }, place2) => /warning/i.test(kind ?? "") ? { id: "build.compiler-warning", severity: "warning", title: text ?? "", ...at$1(place2) } : { id: "build.compile-error", severity: "fail", title: text ?? "", remedy: "Fix the source; the compiler is the one that built the target kernel.", ...at$1(place2) }
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
    finding: ({ text }, place2) => ({ id: "build.make-error", severity: "fail", title: `make: ${text ?? ""}`, ...at$1(place2) })
  }
];
const MOST$3 = 50;
function buildFindings(output, locate) {
  const found = /* @__PURE__ */ new Map();
  for (const line of output.split(/\r?\n/)) {
    const finding = match(line, locate);
    if (finding === void 0) continue;
    const key = JSON.stringify([finding.id, finding.title, finding.place]);
    if (!found.has(key)) found.set(key, { ...finding, stage: "build" });
  }
  const all = [...found.values()];
  if (all.length <= MOST$3) return all;
  const told = [...all.filter((f) => f.severity === "fail"), ...all.filter((f) => f.severity !== "fail")].slice(0, MOST$3);
  return [...told, { id: "build.more", stage: "build", severity: "note", title: `${all.length - MOST$3} more messages of the compiler are in make.log` }];
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
  return ["-C", setting.treeDir, `-j${setting.jobs}`, `KERNELRELEASE=${setting.release}`, `CC=${setting.cc}`, ...setting.variables ?? [], target];
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

const OVERLAP = 16;
const SLACK = 65536;
class StringTable {
  constructor(data) {
    this.data = data;
    this.budget = data.length * OVERLAP + SLACK;
  }
  data;
  known = /* @__PURE__ */ new Map();
  budget;
  /** @throws ElfError when the string is not inside the table. */
  at(offset, what) {
    const known = this.known.get(offset);
    if (known !== void 0) return known;
    if (offset === 0 && this.data.length === 0) return "";
    const end = offset >= 0 && offset < this.data.length ? this.data.indexOf(0, offset) : -1;
    if (end < 0) throw new ElfError(`${what}: offset ${offset} is outside the string table of ${this.data.length} bytes`);
    this.budget -= end - offset;
    if (this.budget < 0) throw new ElfError(`${what}: the string table of ${this.data.length} bytes holds far too many overlapping names`);
    const text = this.data.toString("utf8", offset, end);
    this.known.set(offset, text);
    return text;
  }
}

const SHT$1 = { null: 0, symtab: 2, rela: 4, nobits: 8, rel: 9, dynsym: 11, symtabShndx: 18 };
const SHF_ALLOC = 2;
const SHF_COMPRESSED$1 = 2048;
const HEADER$1 = { size: 64, shoff: 40, flags: 48, shentsize: 58, shnum: 60, shstrndx: 62 };
const ENTRY$2 = { size: 64, name: 0, type: 4, flags: 8, address: 16, offset: 24, length: 32, link: 40, info: 44, addralign: 48, entsize: 56 };
const SHN_XINDEX = 65535;
function openElf(data) {
  const identity = identifyElf(data);
  if (identity.bits !== 64) throw new ElfError(`ELF header: a ${describeIdentity(identity)} file, and only 64-bit files are read`);
  if (data.length < HEADER$1.size) throw new ElfError(`ELF header: the file ends after ${data.length} of ${HEADER$1.size} bytes`);
  const number = (from, offset, bytes, what) => integer(from, offset, bytes, what, identity.bigEndian);
  const table = number(data, HEADER$1.shoff, 8, "section header table");
  const size = number(data, HEADER$1.shentsize, 2, "section header size");
  const counted = number(data, HEADER$1.shnum, 2, "number of sections");
  const namesAt = number(data, HEADER$1.shstrndx, 2, "index of section names");
  const zeroth = table === 0 ? void 0 : range(data, table, ENTRY$2.size, "header of section 0");
  const count = counted === 0 && zeroth !== void 0 ? number(zeroth, ENTRY$2.length, 8, "number of sections in section 0") : counted;
  const names = namesAt === SHN_XINDEX && zeroth !== void 0 ? number(zeroth, ENTRY$2.link, 4, "index of section names in section 0") : namesAt;
  if (count > 0 && size !== ENTRY$2.size) throw new ElfError(`section header size: ${size} instead of ${ENTRY$2.size}`);
  const headers = range(data, table, count * ENTRY$2.size, `section header table of ${count} sections`);
  const unnamed = Array.from({ length: count }, (_, index) => {
    const header = headers.subarray(index * ENTRY$2.size, (index + 1) * ENTRY$2.size);
    const type = number(header, ENTRY$2.type, 4, `type of section ${index}`);
    const flags = number(header, ENTRY$2.flags, 8, `flags of section ${index}`);
    const length = number(header, ENTRY$2.length, 8, `size of section ${index}`);
    const inFile = type !== SHT$1.nobits && type !== SHT$1.null;
    return {
      nameAt: number(header, ENTRY$2.name, 4, `name of section ${index}`),
      index,
      type,
      flags,
      address: wide(header, ENTRY$2.address, `address of section ${index}`, identity.bigEndian),
      size: length,
      link: number(header, ENTRY$2.link, 4, `link of section ${index}`),
      info: number(header, ENTRY$2.info, 4, `info of section ${index}`),
      addralign: number(header, ENTRY$2.addralign, 8, `alignment of section ${index}`),
      entsize: number(header, ENTRY$2.entsize, 8, `entry size of section ${index}`),
      compressed: (flags & SHF_COMPRESSED$1) !== 0,
      data: inFile ? range(data, number(header, ENTRY$2.offset, 8, `offset of section ${index}`), length, `section ${index}`) : data.subarray(0, 0)
    };
  });
  const strings = new StringTable(unnamed[names]?.data ?? data.subarray(0, 0));
  const sections = unnamed.map(({ nameAt, ...section }) => ({ name: section.type === SHT$1.null ? "" : strings.at(nameAt, `name of section ${section.index}`), ...section }));
  return { ...identity, flags: number(data, HEADER$1.flags, 4, "ELF header: flags"), sections, extendedNumbering: count !== counted || names !== namesAt };
}
function readSections(data) {
  return openElf(data).sections;
}
function allocatedSection(elf, name) {
  return elf.sections.find((section) => section.name === name && (section.flags & SHF_ALLOC) !== 0);
}

function readModinfo(file) {
  return modinfoOf(readSections(file));
}
function modinfoOf(sections) {
  const section = sections.find(({ name }) => name === ".modinfo");
  if (section === void 0) throw new ElfError(".modinfo: the file has no such section, so it is no kernel module");
  const info = /* @__PURE__ */ new Map();
  for (const entry of section.data.toString("utf8").split("\0")) {
    const equals = entry.indexOf("=");
    if (equals <= 0) continue;
    const key = entry.slice(0, equals);
    const values = info.get(key);
    if (values === void 0) info.set(key, [entry.slice(equals + 1)]);
    else values.push(entry.slice(equals + 1));
  }
  return info;
}

async function findModules(moduleDir) {
  const entries = await readdir(moduleDir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith(".ko")).map((entry) => join(entry.parentPath, entry.name)).sort();
}
function moduleName(file) {
  return basename(file).replace(/\.ko$/, "").replaceAll("-", "_");
}
async function collectModules(moduleDir, targetDir) {
  const built = [];
  for (const source of await findModules(moduleDir)) {
    const path = relative$1(moduleDir, source);
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
    name: moduleName(file),
    file,
    path,
    sha256: createHash("sha256").update(data).digest("hex"),
    size: data.length,
    depends: (info.get("depends")?.[0] ?? "").split(",").filter((name) => name !== ""),
    vermagic: info.get("vermagic")?.[0]?.trim() ?? ""
  };
}

async function copyRepository(repository, target, exclude) {
  const excluded = exclude.map((dir) => resolve(dir));
  await mkdir(target, { recursive: true });
  await cp(repository, target, {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    filter: async (source) => {
      const path = resolve(source);
      if (excluded.some((dir) => path === dir || path.startsWith(dir + sep))) return false;
      const kind = await lstat(source);
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
      const path = relative$1(root, candidate);
      if (path !== "" && !path.startsWith("..") && !isAbsolute(path)) return path;
    }
    return void 0;
  };
}

const SECONDS$2 = 10;
const LONGEST$2 = 400;
const MOST_LINES$1 = 40;
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
  const grep = await host.run({ program: "grep", args: ["-rnwsF", "--include=*.h", "-m", "20", "-e", symbol, "--", ...dirs], seconds: SECONDS$2 });
  const places = grep.stdout.split("\n").flatMap((hit) => {
    const [, file, line, text] = /^([^:]+):(\d{1,7}):(.*)$/.exec(hit) ?? [];
    return file === void 0 || text === void 0 ? [] : [{ file, line: Number(line), rank: rankOf(symbol, text.slice(0, 1e3), file) }];
  });
  for (const { file, line } of places.filter(({ rank }) => rank > 0).sort((a, b) => b.rank - a.rank).slice(0, MOST_PLACES)) {
    const text = declarationAt(await readFile(file, "utf8").catch(() => ""), line, symbol);
    if (text !== void 0) return { file: relative$1(trees.find((dir) => file.startsWith(`${dir}/`)) ?? treeDir, file), line, text };
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
  const lines = text.split("\n").slice(Math.max(0, line - 2), line - 1 + MOST_LINES$1);
  const [before = "", first = "", ...rest] = line >= 2 ? lines : ["", ...lines];
  if (!first.includes(symbol)) return void 0;
  if (/^\s*#/.test(first)) return cut(joined$1(continued([first, ...rest])));
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
      else if (depth === 0 && (character === ";" || character === "{")) return cut(joined$1([...parts, code.slice(0, at + (character === ";" ? 1 : 0))]));
    }
    parts.push(code);
    if (/,\s*$/.test(code) && depth === 0) return cut(joined$1(parts));
  }
  return void 0;
}
function continued(lines) {
  const end = lines.findIndex((line) => !/\\\s*$/.test(line));
  return lines.slice(0, end < 0 ? lines.length : end + 1).map((line) => line.replace(/\\\s*$/, ""));
}
function joined$1(parts) {
  return parts.join(" ").replace(/\s+/g, " ").trim();
}
function cut(text) {
  return text.length > LONGEST$2 ? `${text.slice(0, LONGEST$2)}\u2026` : text;
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

function paragraph({ explanation, change, declaration, doc }) {
  return [
    explanation,
    ...change === void 0 ? [] : [change],
    ...declaration === void 0 ? [] : [`This kernel has it in ${declaration.file}:${declaration.line}: ${declaration.text}`],
    `More: ${doc}`
  ].join("\n");
}
function isAbout(finding, { place, evidence, symbol }) {
  if (place !== void 0 && finding.place !== void 0) return basename(place.file) === basename(finding.place.file) && place.line === finding.place.line;
  const words = `${finding.title}
${finding.detail ?? ""}`;
  return evidence.some((line) => words.includes(line.trim())) || symbol !== void 0 && words.includes(symbol);
}
function withCauses(findings, diagnoses, stage) {
  const told = /* @__PURE__ */ new Set();
  const explained = findings.map((finding) => {
    if (finding.severity !== "fail") return finding;
    const own = diagnoses.filter((diagnosis) => diagnosis.weight === "cause" && isAbout(finding, diagnosis));
    const [first] = own;
    if (first === void 0) return finding;
    for (const diagnosis of own) told.add(diagnosis);
    return { ...finding, detail: [...finding.detail === void 0 ? [] : [finding.detail], ...own.map(paragraph)].join("\n"), remedy: first.remedy };
  });
  const alone = diagnoses.filter((diagnosis) => diagnosis.weight === "cause" && !told.has(diagnosis));
  return [...explained, ...alone.map((diagnosis) => ({ id: `cause.${diagnosis.cause}`, stage, severity: "note", title: diagnosis.title, detail: [...diagnosis.evidence, paragraph(diagnosis)].join("\n"), remedy: diagnosis.remedy }))];
}

async function buildStage(host, request, module, setting, workDir) {
  const { dir, argument, root, original } = await place$1(request, module, setting, workDir);
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
    clean: module.kind === "out-of-tree"
  });
  if (verdictOf(findings) !== "pass") {
    const count = findings.filter((finding) => finding.severity === "fail").length;
    return { value: [], findings: await explained(host, request, setting, findings), summary: `${count} ${count === 1 ? "error" : "errors"}, see make.log` };
  }
  const modules = await collectModules(dir, join(request.outputDir, "modules"));
  if (modules.length === 0) return { value: [], findings: [...findings, nothingBuilt(module)], summary: "make built no module" };
  return { value: modules, findings, summary: modules.map((module2) => module2.path).join(", ") };
}
async function explained(host, request, { treeDir, srcarch, release, cc }, findings) {
  const buildLog = await readFile(join(request.outputDir, "make.log"), "utf8").catch(() => "");
  return withCauses(findings, await withDeclarations(host, { treeDir, srcarch }, diagnose({ buildLog, facts: { release, compiler: cc } })), "build");
}
function sourcesOf(module, treeDir, workDir) {
  return { buildDir: module.kind === "in-tree" ? treeDir : copyIn(workDir), repositoryPath: "" };
}
const copyIn = (workDir) => join(workDir, "module");
async function place$1(request, module, setting, workDir) {
  if (module.kind === "in-tree") {
    const dir2 = join(setting.treeDir, module.path);
    return { dir: dir2, argument: module.path, root: setting.treeDir, original: (file) => file };
  }
  const root = copyIn(workDir);
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

const UNPACK_DEADLINE$1 = 600;
function notNeeded(top, unneeded) {
  return [
    ...["drivers", "sound", "fs", "net", "crypto", "tools/testing"].map((dir) => `${top}/${dir}/*.[chS]`),
    ...unneeded.map((pattern) => `${top}/${pattern}`),
    `${top}/Documentation/*.*`,
    `${top}/tools/perf/*`
  ];
}
const TREE_FORMAT = 1;
function prunedName(target) {
  return `linux-source-${target.series}_${target.packageVersion.replaceAll(":", "%3a")}-${architectureOf(target).srcarch}-${TREE_FORMAT}`;
}
function tarArgs(kit, directory, extent) {
  const excluded = extent === "full" ? [] : notNeeded(`linux-source-${kit.target.series}`, architectureOf(kit.target).unneeded);
  return [
    ...["--extract", "--file", kit.sourceTar, "--use-compress-program", "xz -T0", "--directory", directory, "--strip-components=1", "--no-same-owner"],
    ...["--anchored", "--wildcards", "--wildcards-match-slash", ...excluded.map((pattern) => `--exclude=${pattern}`)]
  ];
}
async function unpackTree(host, kit, cacheDir, target, extent) {
  if (extent === "full") {
    await mkdir(target, { recursive: true });
    return untar(host, kit, target, extent);
  }
  const cached = join(cacheDir, "trees", prunedName(kit.target));
  if (!await exists(cached)) await fill(host, kit, cached);
  await copyTree(host, cached, target);
}
async function fill(host, kit, cached) {
  await mkdir(join(cached, ".."), { recursive: true });
  const temporary = await mkdtemp(`${cached}.`);
  try {
    await untar(host, kit, temporary, "external");
    await rename(temporary, cached);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!await exists(cached)) throw error;
  }
}
async function copyTree(host, source, target) {
  await run(host, "cp", ["--archive", "--reflink=auto", "--no-target-directory", "--", source, target], target);
}
async function untar(host, kit, directory, extent) {
  await run(host, "tar", tarArgs(kit, directory, extent), directory);
}
async function run(host, program, args, directory) {
  const exit = await host.run({ program, args, seconds: UNPACK_DEADLINE$1 });
  if (exit.status === 0) return;
  const full = /No space left on device/.test(exit.stderr);
  throw new GateError({
    id: full ? "host.disk-full" : "tree.unpack-failed",
    stage: "tree",
    severity: "error",
    title: full ? `No space left on device while unpacking the kernel source into ${directory}` : `${program} ${exit.timedOut ? `took longer than ${UNPACK_DEADLINE$1} s` : "failed"} while unpacking the kernel source`,
    detail: exit.stderr.trim().split("\n").slice(-10).join("\n"),
    remedy: full ? "Free some space, or point cache-dir and TMPDIR to a larger disk: one kernel needs about 1.5 GB." : "Empty the cache directory and run again."
  });
}

function preparedName({ release, packageVersion }, fingerprint) {
  return `${release}_${packageVersion.replaceAll(":", "%3a")}_${TREE_FORMAT}_${fingerprint.slice(0, 24)}`;
}
async function usePrepared(host, cacheDir, name, slot) {
  if (await slot.holds(name)) return true;
  const kept = join(cacheDir, "prepared", name);
  await slot.clear();
  if (!await exists(kept)) return false;
  await copyTree(host, kept, slot.treeDir);
  await slot.mark(name);
  return true;
}
async function keepPrepared(host, cacheDir, name, slot) {
  const kept = join(cacheDir, "prepared", name);
  await mkdir(join(kept, ".."), { recursive: true });
  const fresh = await mkdtemp(`${kept}.`);
  try {
    await copyTree(host, slot.treeDir, fresh);
    await rename(fresh, kept).catch(async (error) => {
      if (!await exists(kept)) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  await slot.mark(name);
}

const MANIFEST_FORMAT = 1;
const MOST$2 = 4096;
const DEPTH$1 = 64;
const BLOCK$2 = 1 << 20;
const TURN = 15;
async function describeFolder(folder, key) {
  const hash = createHash("sha256");
  const block = Buffer.allocUnsafe(BLOCK$2);
  const totals = { entries: 0, bytes: 0 };
  const turn = turns();
  const waiting = [{ path: "", depth: 0 }];
  for (let at = waiting.pop(); at !== void 0; at = waiting.pop()) {
    if (at.depth > DEPTH$1) throw new Error(`${at.path}: more than ${DEPTH$1} directories below each other`);
    await turn();
    for (const name of readdirSync(join(folder, at.path)).sort()) {
      const path = at.path === "" ? name : `${at.path}/${name}`;
      const file = join(folder, path);
      const about = lstatSync(file);
      totals.entries++;
      if (about.isDirectory()) {
        record$1(hash, "d", path);
        waiting.push({ path, depth: at.depth + 1 });
      } else if (about.isSymbolicLink()) {
        record$1(hash, "l", path, readlinkSync(file));
      } else if (about.isFile()) {
        record$1(hash, "f", path, String(about.mode & 64), String(Math.floor(about.mtimeMs)), String(about.size));
        totals.bytes += await readInto(hash, file, about.size, block, turn);
      } else {
        throw new Error(`${path}: neither file, directory nor link`);
      }
    }
  }
  return { format: MANIFEST_FORMAT, key, ...totals, sha256: hash.digest("hex") };
}
function record$1(hash, ...fields) {
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
  return mkdtemp(join(parent, "part-"));
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
  const scratch = await mkdtemp(join(parent, "tool-"));
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
    for (const line of shown$1(exit.stdout)) host.log.detail(`cache: ${line}`);
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
function shown$1(stdout) {
  return stdout.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("::")).map(clean);
}
function refusal(stdout) {
  return commands(stdout, "debug").find((line) => line.startsWith("Failed to reserve cache:")) ?? shown$1(stdout).find((line) => line.startsWith("Failed to save:"));
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

class BtfError extends Error {
  name = "BtfError";
}

const RECORD = { name: 0, info: 4, sizeOrType: 8, length: 12 };
const kindNumber = (info) => info >>> 24 & 127;
const vlenOf = (info) => info & 16777215;
const kindFlag = (info) => info >>> 31 === 1;
const plain$1 = { fixed: 0, element: 0 };
const KINDS$3 = [
  ["void", plain$1],
  ["int", { fixed: 4, element: 0 }],
  ["ptr", plain$1],
  ["array", { fixed: 12, element: 0 }],
  ["struct", { fixed: 0, element: 12 }],
  ["union", { fixed: 0, element: 12 }],
  ["enum", { fixed: 0, element: 8 }],
  ["fwd", plain$1],
  ["typedef", plain$1],
  ["volatile", plain$1],
  ["const", plain$1],
  ["restrict", plain$1],
  ["func", plain$1],
  ["func_proto", { fixed: 0, element: 8 }],
  ["var", { fixed: 4, element: 0 }],
  ["datasec", { fixed: 0, element: 12 }],
  ["float", plain$1],
  ["decl_tag", { fixed: 4, element: 0 }],
  ["type_tag", plain$1],
  ["enum64", { fixed: 0, element: 12 }]
];
function kindOf(number) {
  return number === 0 ? void 0 : KINDS$3[number]?.[0];
}
function layoutOf(number) {
  return number === 0 ? void 0 : KINDS$3[number]?.[1];
}
function readLayouts(bytes, { layout }) {
  if (layout === void 0) return [];
  const entries = bytes.subarray(layout.offset, layout.offset + layout.length);
  return Array.from({ length: Math.min(entries.length >>> 2, 128) }, (_, kind) => ({ fixed: entries[kind * 4] ?? 0, element: entries[kind * 4 + 1] ?? 0 }));
}
function indexTypes(wire, { types }, layouts, firstId) {
  const end = types.offset + types.length;
  const offsets = new Uint32Array(Math.floor(types.length / RECORD.length));
  let count = 0;
  for (let at = types.offset; at < end; count++) {
    if (at + RECORD.length > end) throw new BtfError(`type ${firstId + count} at offset ${at}: the types end at ${end}, within its record`);
    const info = wire.u32(at + RECORD.info, "type");
    const number = kindNumber(info);
    const layout = layoutOf(number) ?? (number === 0 ? void 0 : layouts[number]);
    if (layout === void 0) throw new BtfError(`type ${firstId + count} at offset ${at}: kind ${number} is unknown, and with it the type's size`);
    const next = at + RECORD.length + layout.fixed + vlenOf(info) * layout.element;
    if (next > end) throw new BtfError(`type ${firstId + count} at offset ${at}: its ${vlenOf(info)} elements end at ${next}, the types at ${end}`);
    offsets[count] = at;
    at = next;
  }
  return offsets.slice(0, count);
}

const LINKAGE = ["static", "global", "extern"];
function encodingOf(bits) {
  if ((bits & 4) !== 0) return "bool";
  if ((bits & 2) !== 0) return "char";
  return (bits & 1) !== 0 ? "signed" : "unsigned";
}
function decodeType(wire, strings, id, at) {
  const word = (index) => wire.u32(at + index * 4, `type ${id}`);
  const name = strings.at(word(0), id);
  const info = word(1);
  const sizeOrType = word(2);
  const kind = kindOf(kindNumber(info));
  const vlen = vlenOf(info);
  const elements = (words, read) => Array.from({ length: vlen }, (_, i) => read(RECORD.length / 4 + i * words));
  const nameAt = (index) => strings.at(word(index), id);
  switch (kind) {
    case "int":
      return { id, name, kind, size: sizeOrType, encoding: encodingOf(word(3) >>> 24 & 15), bitOffset: word(3) >>> 16 & 255, bits: word(3) & 255 };
    case "float":
      return { id, name, kind, size: sizeOrType };
    case "ptr":
    case "typedef":
    case "volatile":
    case "const":
    case "restrict":
      return { id, name, kind, type: sizeOrType };
    case "type_tag":
      return { id, name, kind, type: sizeOrType, ...kindFlag(info) ? { attribute: true } : {} };
    case "array":
      return { id, name, kind, type: word(3), indexType: word(4), length: word(5) };
    case "struct":
    case "union":
      return { id, name, kind, size: sizeOrType, members: elements(3, (first) => member(nameAt(first), word(first + 1), word(first + 2), kindFlag(info))) };
    case "enum": {
      const signed = kindFlag(info);
      const value = (index) => BigInt(signed ? wire.i32(at + index * 4, `type ${id}`) : word(index));
      return { id, name, kind, size: sizeOrType, signed, values: elements(2, (first) => ({ name: nameAt(first), value: value(first + 1) })) };
    }
    case "enum64": {
      const signed = kindFlag(info);
      const value = (low, high) => BigInt(signed ? high | 0 : high) << 32n | BigInt(low);
      return { id, name, kind, size: sizeOrType, signed, values: elements(3, (first) => ({ name: nameAt(first), value: value(word(first + 1), word(first + 2)) })) };
    }
    case "fwd":
      return { id, name, kind, of: kindFlag(info) ? "union" : "struct" };
    case "func": {
      const linkage = LINKAGE[vlen];
      if (linkage === void 0) throw new BtfError(`type ${id} at offset ${at}: ${vlen} is no linkage of a function`);
      return { id, name, kind, type: sizeOrType, linkage };
    }
    case "func_proto":
      return { id, name, kind, returns: sizeOrType, parameters: elements(2, (first) => ({ name: nameAt(first), type: word(first + 1) })) };
    case "var":
      return { id, name, kind, type: sizeOrType, linkage: word(3) };
    case "datasec":
      return { id, name, kind, size: sizeOrType, variables: elements(3, (first) => ({ type: word(first), offset: word(first + 1), size: word(first + 2) })) };
    case "decl_tag":
      return { id, name, kind, type: sizeOrType, component: wire.i32(at + RECORD.length, `type ${id}`), ...kindFlag(info) ? { attribute: true } : {} };
    case "void":
    case void 0:
      throw new BtfError(`type ${id} at offset ${at}: kind ${kindNumber(info)} is unknown`);
  }
}
function member(name, type, offset, flag) {
  return flag ? { name, type, bitOffset: offset & 16777215, bitSize: offset >>> 24 } : { name, type, bitOffset: offset, bitSize: 0 };
}

class Wire {
  constructor(bytes, littleEndian) {
    this.littleEndian = littleEndian;
    this.length = bytes.byteLength;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  littleEndian;
  length;
  view;
  /** `offset` in bytes from the beginning of the file. @throws BtfError */
  u32(offset, what) {
    this.check(offset, what);
    return this.view.getUint32(offset, this.littleEndian);
  }
  /** `offset` in bytes from the beginning of the file. @throws BtfError */
  i32(offset, what) {
    this.check(offset, what);
    return this.view.getInt32(offset, this.littleEndian);
  }
  /** Whether all bytes from `from` to `to` are zero; both are cut at the file's end. */
  isZero(from, to) {
    for (let at = from; at < Math.min(to, this.length); at++) if (this.view.getUint8(at) !== 0) return false;
    return true;
  }
  check(offset, what) {
    if (offset < 0 || offset + 4 > this.length) throw new BtfError(`${what}: offset ${offset} is outside the ${this.length} bytes of BTF`);
  }
}

const FIELDS = { version: 2, flags: 3, length: 4, types: 8, strings: 16, layout: 24 };
const WITHOUT_LAYOUT = 24;
const WITH_LAYOUT = 32;
function byteOrder(bytes) {
  if (bytes[0] === 159 && bytes[1] === 235) return true;
  if (bytes[0] === 235 && bytes[1] === 159) return false;
  throw new BtfError(`BTF header: ${bytes.length < 2 ? `${bytes.length} bytes are no header` : `begins with ${Buffer.from(bytes.subarray(0, 2)).toString("hex")} instead of 9feb`}`);
}
function readHeader(bytes) {
  const wire = new Wire(bytes, byteOrder(bytes));
  if (bytes.length < WITHOUT_LAYOUT) throw new BtfError(`BTF header: ${bytes.length} bytes are fewer than the ${WITHOUT_LAYOUT} of a header`);
  if (bytes[FIELDS.version] !== 1) throw new BtfError(`BTF header: version ${bytes[FIELDS.version] ?? 0} at offset ${FIELDS.version}, only version 1 is known`);
  if (bytes[FIELDS.flags] !== 0) throw new BtfError(`BTF header: flags ${bytes[FIELDS.flags] ?? 0} at offset ${FIELDS.flags}, none are known`);
  const length = wire.u32(FIELDS.length, "BTF header: its length");
  if (length < WITHOUT_LAYOUT || length > bytes.length) throw new BtfError(`BTF header: a length of ${length} at offset ${FIELDS.length}, in ${bytes.length} bytes of BTF`);
  const section = (field, name) => {
    const offset = length + wire.u32(field, `BTF header: offset of the ${name}`);
    const size = wire.u32(field + 4, `BTF header: length of the ${name}`);
    if (offset + size > bytes.length) throw new BtfError(`BTF header: the ${name} from offset ${offset} to ${offset + size} are outside the ${bytes.length} bytes of BTF`);
    return { offset, length: size };
  };
  const layout = length < WITH_LAYOUT || wire.u32(FIELDS.layout + 4, "BTF header: length of the layout") === 0 ? void 0 : section(FIELDS.layout, "kind layouts");
  return { wire, header: { length, types: section(FIELDS.types, "types"), strings: section(FIELDS.strings, "strings"), layout } };
}

class Strings {
  /** @throws BtfError when the section does not end with a zero byte, or a base's does not begin with one. */
  constructor(section, base) {
    this.base = base;
    if (section.length === 0 ? base === void 0 : section.at(-1) !== 0) throw new BtfError(`BTF strings: the section of ${section.length} bytes does not end with a zero byte`);
    if (base === void 0 && section[0] !== 0) throw new BtfError("BTF strings: the section does not begin with the empty string; is this split BTF read without its base?");
    this.start = base?.end ?? 0;
    this.end = this.start + section.length;
    this.text = section.toString("latin1");
    this.zeros = zerosOf(section);
  }
  base;
  /** Offsets below are the base's. */
  start;
  /** First offset that is outside. */
  end;
  text;
  /** Where the zero bytes are, ascending: to look for the end of a name byte by byte would take quadratic time in a bad file. */
  zeros;
  has(offset) {
    return offset < this.end;
  }
  /** The name at an offset. @throws BtfError that names the type when the offset is outside. */
  at(offset, id) {
    if (offset >= this.end) throw new BtfError(`name of type ${id}: string offset ${offset} is outside the ${this.end} bytes of strings`);
    if (offset < this.start) return this.base?.at(offset, id) ?? "";
    const from = offset - this.start;
    return this.text.slice(from, this.endOf(from));
  }
  /** A hash of the name at an offset, equal to `hashOf` of that name. Offsets outside have the hash of the empty name. */
  hashAt(offset) {
    if (offset < this.start) return this.base?.hashAt(offset) ?? EMPTY;
    return hash(this.text, offset - this.start);
  }
  endOf(from) {
    let [low, high] = [0, this.zeros.length - 1];
    while (low < high) {
      const middle = low + high >>> 1;
      if ((this.zeros[middle] ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    return this.zeros[low] ?? from;
  }
}
function zerosOf(section) {
  let count = 0;
  for (let at = 0; at < section.length; at++) if (section[at] === 0) count++;
  const zeros = new Uint32Array(count);
  for (let at = 0, i = 0; at < section.length; at++) if (section[at] === 0) zeros[i++] = at;
  return zeros;
}
const LONGEST_NAME$1 = 512;
const EMPTY = 0;
function hash(text, from) {
  const end = Math.min(text.length, from + LONGEST_NAME$1);
  let value = EMPTY;
  for (let at = from; at < end; at++) {
    const character = text.charCodeAt(at);
    if (character === 0) break;
    value = value * 31 + character >>> 0;
  }
  return value;
}
const hashOf = (name) => hash(name, 0);

class NameIndex {
  constructor(wire, strings, offsets) {
    this.wire = wire;
    this.strings = strings;
    this.offsets = offsets;
    this.mask = (1 << Math.max(4, 32 - Math.clz32(offsets.length))) - 1;
    this.heads = new Uint32Array(this.mask + 1);
    this.next = new Uint32Array(offsets.length);
    for (let i = offsets.length - 1; i >= 0; i--) {
      const name = this.nameOffset(i);
      if (name === 0 || !strings.has(name)) continue;
      const slot = strings.hashAt(name) & this.mask;
      this.next[i] = this.heads[slot] ?? 0;
      this.heads[slot] = i + 1;
    }
  }
  wire;
  strings;
  offsets;
  /** Position in `offsets` plus one, of the first type with that hash; 0 for none. */
  heads;
  /** The same, of the next type with that hash. */
  next;
  mask;
  /** Positions in `offsets`, ascending. */
  *find(name) {
    for (let link = this.heads[hashOf(name) & this.mask] ?? 0; link !== 0; link = this.next[link - 1] ?? 0) {
      if (this.strings.at(this.nameOffset(link - 1), link) === name) yield link - 1;
    }
  }
  nameOffset(position) {
    return this.wire.u32((this.offsets[position] ?? 0) + RECORD.name, "name");
  }
}

const VOID$1 = { id: 0, name: "", kind: "void" };
class Btf {
  constructor(data, base, distilled) {
    this.distilled = distilled;
    const { wire, header } = readHeader(data);
    const { offset, length } = header.strings;
    const strings = new Strings(Buffer.from(data.buffer, data.byteOffset + offset, length), base?.file.strings);
    const own = readLayouts(data, header);
    const layouts = own.length > 0 ? own : base?.file.layouts ?? own;
    this.base = base;
    this.firstId = base?.count ?? 1;
    const offsets = indexTypes(wire, header, layouts, this.firstId);
    this.count = this.firstId + offsets.length;
    this.file = { wire, header, strings, offsets, layouts };
  }
  distilled;
  base;
  /** Id of the first type of this file itself: 1, or the base's count. */
  firstId;
  /** All ids from 0 (void) up to but not including this one are types, the base's among them. */
  count;
  file;
  index;
  /**
   * Reads BTF of either byte order; split BTF (a module's) needs the base that it was made with. `data` must not change afterwards.
   * @throws BtfError when the header, the strings or the extents of the types make no sense, or a kind is unknown and the file does not say its size.
   */
  static read(data, options = {}) {
    return new Btf(data, options.base, options.distilled === true);
  }
  /** @throws BtfError when there is no such type, or a name in it is outside the strings. */
  type(id) {
    if (id === 0) return VOID$1;
    const owner = this.ownerOf(id);
    return decodeType(owner.file.wire, owner.file.strings, id, owner.offsetOf(id));
  }
  /** Only the kind of a type, which costs far less than the type. @throws BtfError when there is no such type or its kind is unknown here. */
  kind(id) {
    if (id === 0) return "void";
    const owner = this.ownerOf(id);
    const kind = owner.ownKind(id);
    if (kind === void 0) throw new BtfError(`type ${id} at offset ${owner.offsetOf(id)}: its kind is unknown`);
    return kind;
  }
  /** Ids of all types with this name, the base's first, in ascending order. */
  named(name, kinds) {
    const found = [...this.base?.named(name, kinds) ?? []];
    if (name === "") return found;
    this.index ??= new NameIndex(this.file.wire, this.file.strings, this.file.offsets);
    for (const position of this.index.find(name)) {
      const kind = this.ownKind(this.firstId + position);
      if (kind !== void 0 && (kinds === void 0 || kinds.includes(kind))) found.push(this.firstId + position);
    }
    return found;
  }
  /** Ids of this file's own types, without void and without the base's. */
  *ownIds() {
    for (let id = this.firstId; id < this.count; id++) yield id;
  }
  /** The file that holds a type. @throws BtfError when there is none. */
  ownerOf(id) {
    let owner = Number.isInteger(id) && id > 0 && id < this.count ? this : void 0;
    while (owner !== void 0 && id < owner.firstId) owner = owner.base;
    if (owner === void 0) throw new BtfError(`type ${id}: there are only types 0 to ${this.count - 1}`);
    return owner;
  }
  /** Where a type of this file itself begins, in bytes. */
  offsetOf(id) {
    return this.file.offsets[id - this.firstId] ?? 0;
  }
  ownKind(id) {
    return kindOf(kindNumber(this.file.wire.u32(this.offsetOf(id) + RECORD.info, `type ${id}`)));
  }
}

const TRAILER$1 = "TRAILER!!!";
const S_IFDIR = 16384;
const S_IFREG = 32768;
const S_IFLNK = 40960;
const S_IFCHR = 8192;
function cpioNewc(entries) {
  const parts = entries.map((entry, i) => record(entry.path.replace(/^\/+/, ""), modeOf(entry), dataOf(entry), i + 1, entry.kind === "char" ? entry : void 0));
  return Buffer.concat([...parts, record(TRAILER$1, 0, Buffer.alloc(0), 0)]);
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
      return S_IFREG | (entry.mode ?? (entry.executable === true ? 493 : 420));
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

function rawType(btf, id) {
  const owner = btf.ownerOf(id);
  const at = owner.offsetOf(id);
  const { wire } = owner.file;
  const info = wire.u32(at + RECORD.info, `type ${id}`);
  return {
    id,
    kind: kindOf(kindNumber(info)) ?? btf.kind(id),
    nameOffset: wire.u32(at + RECORD.name, `type ${id}`),
    vlen: vlenOf(info),
    flag: kindFlag(info),
    sizeOrType: wire.u32(at + RECORD.sizeOrType, `type ${id}`),
    word: (index) => wire.u32(at + RECORD.length + index * 4, `type ${id}`)
  };
}

const LONGEST_CHAIN$2 = 64;
const BUDGET = 64;
const LONGEST_NAME = 128;
function typeName(btf, id) {
  return new Speller(btf).spell(id, "");
}
class Speller {
  constructor(btf) {
    this.btf = btf;
  }
  btf;
  left = BUDGET;
  /** No type is decoded twice: a hostile prototype may name itself in each of a million parameters. */
  known = /* @__PURE__ */ new Map();
  spell(id, declarator) {
    if (this.left-- <= 0) return joined("\u2026", declarator);
    const type = this.type(id);
    const name = shortened(type.name);
    switch (type.kind) {
      case "void":
        return joined("void", declarator);
      case "int":
      case "float":
      case "typedef":
      case "datasec":
      case "decl_tag":
        return joined(name, declarator);
      case "struct":
      case "union":
        return joined(`${type.kind} ${name || "{\u2026}"}`, declarator);
      case "fwd":
        return joined(`${type.of} ${name}`, declarator);
      case "enum":
      case "enum64":
        return joined(`enum ${name || "{\u2026}"}`, declarator);
      case "type_tag":
        return this.spell(type.type, declarator);
      case "const":
      case "volatile":
      case "restrict":
        return this.pointsSomewhere(type.type) ? this.spell(type.type, joined(type.kind, declarator)) : `${type.kind} ${this.spell(type.type, declarator)}`;
      case "ptr": {
        const inner = `*${declarator}`;
        return this.spell(type.type, this.bindsTighter(type.type) ? `(${inner})` : inner);
      }
      case "array":
        return this.spell(type.type, `${declarator}[${type.length}]`);
      case "func_proto":
        return this.spell(type.returns, `${declarator}(${this.parameters(type.parameters)})`);
      case "func":
      case "var":
        return this.spell(type.type, name + declarator);
    }
  }
  type(id) {
    const type = this.known.get(id) ?? this.btf.type(id);
    this.known.set(id, type);
    return type;
  }
  parameters(all) {
    if (all.length === 0) return "void";
    const spelt = [];
    for (const [i, { type, name }] of all.entries()) {
      if (this.left <= 0) return [...spelt, "\u2026"].join(", ");
      spelt.push(type === 0 && name === "" && i === all.length - 1 ? "..." : this.spell(type, ""));
    }
    return spelt.join(", ");
  }
  /** Whether a qualifier of this type belongs behind a star: the type is a pointer, maybe with more qualifiers. */
  pointsSomewhere(id) {
    return this.behindQualifiers(id)?.kind === "ptr";
  }
  /** Brackets and parameter lists bind tighter than a star. */
  bindsTighter(id) {
    const { kind } = this.behindQualifiers(id) ?? {};
    return kind === "array" || kind === "func_proto";
  }
  behindQualifiers(id) {
    let type = this.type(id);
    for (let links = 0; links < LONGEST_CHAIN$2; links++) {
      if (type.kind !== "const" && type.kind !== "volatile" && type.kind !== "restrict" && type.kind !== "type_tag") return type;
      type = this.type(type.type);
    }
    return void 0;
  }
}
const shortened = (name) => name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}\u2026` : name;
function joined(type, declarator) {
  return declarator === "" || declarator.startsWith("[") ? type + declarator : `${type} ${declarator}`;
}

const DEPTH = 24;
function bare({ types, id }) {
  let type = types.type(id);
  for (let steps = 0; steps < DEPTH; steps++) {
    if (type.kind !== "typedef" && type.kind !== "const" && type.kind !== "volatile" && type.kind !== "restrict" && type.kind !== "type_tag") break;
    type = types.type(type.type);
  }
  return type;
}
const isEnum = (type) => type.kind === "enum" || type.kind === "enum64";
const isComposite = (type) => type.kind === "struct" || type.kind === "union";
function tagOf(type) {
  if (type.name === "") return void 0;
  if (isComposite(type)) return `${type.kind} ${type.name}`;
  if (type.kind === "fwd") return `${type.of} ${type.name}`;
  return isEnum(type) ? `enum ${type.name}` : void 0;
}
function bitsOf(types, member) {
  if (member.bitSize > 0) return member.bitSize;
  const type = bare({ types, id: member.type });
  return type.kind === "int" && type.bits > 0 && type.bits < type.size * 8 ? type.bits : 0;
}
function sameType(module, kernel, depth = DEPTH) {
  if (depth === 0) return true;
  const [ours, theirs] = [bare(module), bare(kernel)];
  const [ourTag, theirTag] = [tagOf(ours), tagOf(theirs)];
  if (ourTag !== void 0 || theirTag !== void 0) return ourTag === theirTag;
  if (isComposite(ours)) return isComposite(theirs) && sameComposite(module.types, ours, kernel.types, theirs, depth - 1);
  if (isEnum(ours)) return isEnum(theirs) && sameEnum(ours, theirs);
  if (ours.kind === "int") return theirs.kind === "int" && ours.size === theirs.size && (ours.encoding === theirs.encoding || ours.encoding === "char" || theirs.encoding === "char");
  if (ours.kind === "float") return theirs.kind === "float" && ours.size === theirs.size;
  if (ours.kind === "array") return theirs.kind === "array" && ours.length === theirs.length && sameType({ ...module, id: ours.type }, { ...kernel, id: theirs.type }, depth - 1);
  if (ours.kind === "ptr") return theirs.kind === "ptr" && samePointee({ ...module, id: ours.type }, { ...kernel, id: theirs.type }, depth - 1);
  if (ours.kind === "func_proto") return theirs.kind === "func_proto" && ours.parameters.length === theirs.parameters.length;
  return ours.kind === theirs.kind;
}
function samePointee(module, kernel, depth) {
  const [ours, theirs] = [bare(module), bare(kernel)];
  if (ours.kind === "void" || theirs.kind === "void") return true;
  const [ourTag, theirTag] = [tagOf(ours), tagOf(theirs)];
  if (ourTag !== void 0 || theirTag !== void 0) return ourTag === theirTag;
  return isComposite(ours) ? isComposite(theirs) : sameType(module, kernel, depth);
}
function sameMember(types, ours, kernelTypes, theirs, depth = DEPTH) {
  return ours.name === theirs.name && ours.bitOffset === theirs.bitOffset && bitsOf(types, ours) === bitsOf(kernelTypes, theirs) && sameType({ types, id: ours.type }, { types: kernelTypes, id: theirs.type }, depth);
}
function sameComposite(types, ours, kernelTypes, theirs, depth = DEPTH) {
  return ours.kind === theirs.kind && ours.size === theirs.size && ours.members.length === theirs.members.length && ours.members.every((member, i) => {
    const other = theirs.members[i];
    return other !== void 0 && sameMember(types, member, kernelTypes, other, depth);
  });
}
function sameEnum(ours, theirs) {
  if (ours.size !== theirs.size || ours.values.length !== theirs.values.length) return false;
  const width = ours.size * 8;
  const values = new Map(theirs.values.map(({ name, value }) => [name, BigInt.asUintN(width, value)]));
  return ours.values.every(({ name, value }) => values.get(name) === BigInt.asUintN(width, value));
}

const CONTEXT = 2;
const LIMIT$1 = 24;
const WIDTH$1 = 44;
const place = (bytes) => `${bytes} (0x${bytes.toString(16)})`;
function sideBySide(difference) {
  const ours = difference.module.types.type(difference.module.id);
  const theirs = difference.kernel.types.type(difference.kernel.id);
  const rows = "members" in ours && "members" in theirs ? memberRows(difference.kernel.types, theirs, difference.module.types, ours) : "values" in ours && "values" in theirs ? valueRows(theirs, ours) : [];
  const sizes = `${"kernel: ".padStart(10)}${"size" in theirs ? `${theirs.size} bytes` : ""}`;
  const heading = `${sizes.padEnd(WIDTH$1 + 2)}| module: ${"size" in ours ? `${ours.size} bytes` : ""}`;
  return [heading, ...around(rows)].join("\n");
}
function around(rows) {
  const wanted = /* @__PURE__ */ new Set();
  rows.forEach(({ mark, moved }, i) => {
    if (mark === ">" ? moved !== rows[i - 1]?.moved : mark !== " ") for (let near = Math.max(0, i - CONTEXT); near <= Math.min(rows.length - 1, i + CONTEXT); near++) wanted.add(near);
  });
  const lines = [];
  let last = -1;
  for (const i of wanted) {
    const row = rows[i];
    if (row === void 0) continue;
    if (lines.length >= LIMIT$1) {
      lines.push(`  \u2026 and ${[...wanted].filter((index) => index >= i).length} lines more`);
      return lines;
    }
    if (i !== last + 1) lines.push(left(rows.slice(last + 1, i)));
    lines.push(`${row.mark} ${row.kernel.padEnd(WIDTH$1)}| ${row.module}`.trimEnd());
    last = i;
  }
  if (last + 1 < rows.length) lines.push(left(rows.slice(last + 1)));
  return lines;
}
function left(rows) {
  const moved = rows.filter(({ mark }) => mark === ">");
  const [first] = moved;
  if (first === void 0) return "  \u2026";
  const bytes = Math.abs(first.moved) / 8;
  return `  \u2026 ${moved.length} more ${moved.length === 1 ? "member" : "members"} ${bytes} ${bytes === 1 ? "byte" : "bytes"} ${first.moved < 0 ? "before" : "behind"} the kernel\u2019s place`;
}
function memberRows(kernelTypes, theirs, types, ours) {
  const show = (of, member) => {
    const bits = bitsOf(of, member);
    const at = String(Math.floor(member.bitOffset / 8)).padStart(5);
    const field = bits > 0 ? `${member.bitOffset % 8 === 0 ? "" : `.${member.bitOffset % 8}`} ${member.name}:${bits}` : ` ${member.name === "" ? "(anonymous)" : member.name}`;
    return `${at}${field}  ${typeName(of, member.type)}`.slice(0, WIDTH$1 - 1);
  };
  return paired(theirs.members, ours.members).map(([left2, right]) => ({
    mark: right === void 0 ? "-" : left2 === void 0 ? "+" : sameMember(types, right, kernelTypes, left2) ? " " : sameMember(types, { ...right, bitOffset: left2.bitOffset }, kernelTypes, left2) ? ">" : "!",
    kernel: left2 === void 0 ? "" : show(kernelTypes, left2),
    module: right === void 0 ? "" : show(types, right),
    moved: right === void 0 || left2 === void 0 ? 0 : right.bitOffset - left2.bitOffset
  }));
}
function valueRows(theirs, ours) {
  return paired(theirs.values, ours.values).map(([left2, right]) => ({
    mark: right === void 0 ? "-" : left2 === void 0 ? "+" : BigInt.asUintN(64, left2.value) === BigInt.asUintN(64, right.value) ? " " : "!",
    kernel: left2 === void 0 ? "" : `${left2.name} = ${left2.value}`,
    module: right === void 0 ? "" : `${right.name} = ${right.value}`,
    moved: 0
  }));
}
function paired(left2, right) {
  const named = (items) => {
    let anonymous = 0;
    return new Map(items.map((item) => [item.name === "" ? `#${anonymous++}` : item.name, item]));
  };
  const [lefts, rights] = [named(left2), named(right)];
  const pairs = [];
  const waiting = [...rights.keys()];
  let at = 0;
  for (const [name, item] of lefts) {
    if (!rights.has(name)) {
      pairs.push([item, void 0]);
      continue;
    }
    for (; at < waiting.length && waiting[at] !== name; at++) {
      const only = waiting[at];
      if (only !== void 0 && !lefts.has(only)) pairs.push([void 0, rights.get(only)]);
    }
    if (waiting[at] === name) at++;
    pairs.push([item, rights.get(name)]);
  }
  for (; at < waiting.length; at++) {
    const only = waiting[at];
    if (only !== void 0 && !lefts.has(only)) pairs.push([void 0, rights.get(only)]);
  }
  return pairs;
}

const POINTERS$2 = [
  { symbol: "init_module", member: "init" },
  { symbol: "cleanup_module", member: "exit" }
];
function composite$1(types, name) {
  return types.named(name, ["struct"]).map((id) => types.type(id)).find((type) => type.kind === "struct" && type.members.length > 0);
}
function proveThisModule(section, name, kernel, module) {
  const theirs = composite$1(kernel, "module");
  if (theirs === void 0) return { state: "not proven", why: "the kernel\u2019s BTF has no struct module" };
  if (section === void 0) return { state: "not proven", why: "the file has no section .gnu.linkonce.this_module" };
  const sentences = POINTERS$2.flatMap(({ symbol, member }) => {
    const relocation = section.relocations.find((entry) => entry.symbol === symbol);
    const wanted = theirs.members.find((entry) => entry.name === member);
    if (relocation === void 0 || wanted === void 0 || wanted.bitOffset === relocation.offset * 8) return [];
    return [misplaced(member, wanted.bitOffset / 8, relocation.offset, theirs, module)];
  });
  if (section.size !== theirs.size) sentences.push(`The kernel\u2019s \`struct module\` has ${place(theirs.size)} bytes; this module\u2019s section .gnu.linkonce.this_module has ${place(section.size)}.`);
  const named = theirs.members.find((entry) => entry.name === "name");
  const seen = named === void 0 ? name : nameAt(section.data, named.bitOffset / 8);
  if (seen !== name) sentences.push(`The kernel would read the module\u2019s name at ${place(named === void 0 ? 0 : named.bitOffset / 8)} and find ${JSON.stringify(seen)} there instead of ${JSON.stringify(name)}.`);
  const [first, ...others] = sentences;
  if (first === void 0) return { state: "matches" };
  return {
    state: "differs",
    finding: {
      id: "abi.struct-module",
      severity: "fail",
      title: first,
      ...others.length > 0 && { detail: others.join("\n") },
      remedy: "The module was compiled with another idea of struct module than the kernel\u2019s: build it with the headers and the configuration of exactly this kernel, and with no option lost on the way."
    }
  };
}
function nameAt(data, offset) {
  const end = data.indexOf(0, offset);
  return offset > data.length ? "" : data.toString("latin1", offset, end < 0 ? Math.min(data.length, offset + 64) : Math.min(end, offset + 64));
}
function misplaced(member, wanted, found, theirs, ours) {
  const there = memberAt(theirs, found);
  const keeps = there === void 0 ? "outside of what the kernel reads" : there.bitOffset / 8 === found ? `where the kernel keeps \`${there.name}\`` : `inside of what the kernel keeps as \`${there.name}\``;
  const sentence = `the kernel's \`struct module\` has \`${member}\` at ${place(wanted)}; this module puts it at ${place(found)}, ${keeps}.`;
  return ours === void 0 ? sentence : `${sentence} ${whatMoved(member, theirs, ours)}`.trimEnd();
}
function memberAt(struct, offset) {
  return struct.members.filter((entry) => entry.bitOffset <= offset * 8 && offset < struct.size).at(-1);
}
function whatMoved(member, kernel, ours) {
  const theirs = { size: kernel.size, members: kernel.members.map(({ name, bitOffset }) => ({ name, offset: bitOffset / 8 })) };
  const before = (struct) => struct.members.slice(0, Math.max(0, struct.members.findIndex((entry) => entry.name === member)));
  const only = (struct, other) => before(struct).flatMap((entry) => entry.name !== "" && !other.members.some(({ name }) => name === entry.name) ? [entry.name] : []);
  const at = (struct) => struct.members.find((entry) => entry.name === member)?.offset ?? 0;
  const [missing, extra] = [only(theirs, ours), only(ours, theirs)];
  const moved = at(theirs) - at(ours);
  const list = (names) => names.map((name) => `\`${name}\``).join(", ");
  const count = (bytes) => `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  if (moved > 0 && missing.length > 0) return `${count(moved)} are missing before it: ${list(missing)}.`;
  if (moved < 0 && extra.length > 0) return `${count(-moved)} too many are before it: ${list(extra)}.`;
  return "";
}

const FILES$1 = { kernel: "kernel", initramfs: "initramfs.cpio.gz", modules: "modules", results: "results.txt", run: "run", gdbScript: "gdb.script", gdbSocket: "gdb.socket", symbols: "symbols.cpio", kernelSymbols: "kernel-symbols.gdb", readme: "README.txt", report: "report.json" };
const OWN = /* @__PURE__ */ new Set(["-kernel", "-initrd", "-append", "-accel", "-cpu", "-gdb"]);
const ALONE = /* @__PURE__ */ new Set(["-nodefaults", "-no-user-config", "-no-reboot", "-no-shutdown", "-nographic", "-enable-kvm", "-S", "-s"]);
const DROPPED = /* @__PURE__ */ new Set(["-enable-kvm", "-S", "-s"]);
function portableArgs(args) {
  const kept = [];
  let append = "";
  for (let at = 0; at < args.length; at++) {
    const option = args[at] ?? "";
    if (ALONE.has(option)) {
      if (!DROPPED.has(option)) kept.push(option);
      continue;
    }
    const value = args[++at] ?? "";
    if (option === "-append") append = value;
    if (!OWN.has(option)) kept.push(option, option === "-chardev" ? portableChardev(value) : value);
  }
  return { args: kept, append };
}
function portableChardev(value) {
  const id = /^socket,(?:.*,)?id=([\w-]+)/.exec(value)?.[1];
  return id === void 0 ? value : `file,id=${id},path=${FILES$1.results}`;
}

function modulePlaces(kernel) {
  const members = composite$1(kernel, "module")?.members ?? [];
  const offset = (name2) => {
    const member = members.find((entry) => entry.name === name2);
    return member === void 0 ? void 0 : member.bitOffset / 8;
  };
  const [name, text, init] = [offset("name"), offset("mem") ?? offset("core_layout"), offset("init")];
  return name === void 0 || text === void 0 || init === void 0 ? void 0 : { name, text, init };
}
function words(name) {
  const bytes = Buffer.from(`${name}\0`, "latin1");
  const found = [];
  for (let offset = 0; offset < bytes.length; ) {
    const size = bytes.length - offset >= 8 ? 8 : bytes.length - offset >= 4 ? 4 : bytes.length - offset >= 2 ? 2 : 1;
    const value = size === 8 ? bytes.readBigUInt64LE(offset) : BigInt(bytes.readUIntLE(offset, size));
    found.push({ offset, value: `0x${value.toString(16)}`, type: { 8: "unsigned long", 4: "unsigned int", 2: "unsigned short", 1: "unsigned char" }[size] });
    offset += size;
  }
  return found;
}
const SECTION = /^[\w.]{1,100}$/;
function symbolLines({ name, layout }, places, struct) {
  const { initModule } = layout;
  const sections = (of, base) => of.filter((section) => SECTION.test(section.name)).map((section) => ({ section: section.name, address: `${base}+${section.offset}` }));
  const all = [...sections(layout.core, "$kg_text"), ...initModule === void 0 ? [] : sections(layout.init, "$kg_init")];
  return [
    `set $kg_text = *(unsigned long *)(${struct} + ${places.text})`,
    ...initModule === void 0 ? [] : [`set $kg_init = *(unsigned long *)(${struct} + ${places.init}) - ${initModule}`],
    `add-symbol-file ${FILES$1.modules}/${name}.ko${all.map(({ section, address }) => ` -s ${section} ${address}`).join("")}`,
    `echo ${name} is about to be started.\\n`
  ];
}
function gdbScript(modules, places, machine) {
  const { architecture, firstArgument } = machineNamed(machine).architecture.debugger;
  const known = modules.filter(({ name }) => /^[\w-]{1,55}$/.test(name));
  const match = (name, at) => words(name).map(({ offset, value, type }) => `*(${type} *)(${firstArgument} + ${at + offset}) == ${value}`).join(" && ");
  const stop = places === void 0 || known.length === 0 ? ["# The kernel has no BTF that tells where it keeps a module\u2019s address."] : ["hbreak *$do_init_module", "commands", "  silent", ...known.flatMap((module) => [`  if ${match(module.name, places.name)}`, ...symbolLines(module, places, firstArgument).map((line) => `    ${line}`), "  end"]), "end"];
  return `# gdb -x ${FILES$1.gdbScript}, in this folder, while ./run --gdb waits.
set confirm off
set pagination off
set language c
set architecture ${architecture}
target remote ${FILES$1.gdbSocket}
echo Reading the kernel's symbols ...\\n
source ${FILES$1.kernelSymbols}
${stop.join("\n")}
echo Functions of the kernel are variables here: hbreak *$load_module, then continue.\\n
`;
}

function readme({ release, machine, modules, reproduce }) {
  return `This folder boots Linux ${plainOneLine(release)} with the modules that were checked (${modules.map(plainOneLine).join(", ")}), as kmod-gate did.
It needs ${machineNamed(machine).architecture.qemu.program} and nothing else, and may be moved anywhere.

  ./run            boots, loads, tests and unloads; the console comes to the terminal, then one line for each step.
                   Status 0: all went well. 1: a step failed. 3: the guest did not come to its end.
  ./run --kvm      the same with KVM, where /dev/kvm works.
  ./run --gdb      starts stopped and waits for gdb. In another terminal, in this folder: gdb -x ${FILES$1.gdbScript}
                   The kernel's functions are gdb's variables (hbreak *$load_module); gdb stops when one of the modules
                   is about to be started, with the module's symbols and, where it has debug information, its source lines.

  ${FILES$1.kernel}            what was booted
  ${FILES$1.initramfs} busybox, the modules and the script that loads them
  ${FILES$1.modules}/          the modules again, for gdb
  ${FILES$1.report}       the report of the run that left this folder
${reproduce === void 0 ? "" : `
The whole run, build and all, is repeated by:

  ${plainOneLine(reproduce)}
`}`;
}

function symbolsInit(machine) {
  const { port, ending } = machineNamed(machine).row;
  return `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
stty -F /dev/${port} raw -echo 115200
echo 0 > /proc/sys/kernel/kptr_restrict
sed -n 's/^\\(f[0-9a-f]*\\) T \\([A-Za-z_][A-Za-z0-9_]*\\)$/set $\\2 = 0x\\1/p; s/^\\(f[0-9a-f]*\\) t \\(load_module\\|do_init_module\\)$/set $\\2 = 0x\\1/p' /proc/kallsyms > /dev/${port}
${ending}
`;
}
function runScript({ machine, args, append, release, seconds }) {
  const { qemu } = machineNamed(machine).architecture;
  return `#!/bin/sh
# Boots Linux ${release.replace(/[^\w.+~-]/g, "?")} with the modules of this folder, as the gate did. See ${FILES$1.readme}.
set -eu
cd "$(dirname "$0")"

accel=tcg cpu=${qemu.cpu.tcg} gdb= seconds=${seconds}
usage() { echo "usage: ./run [--kvm] [--gdb] [--seconds N]"; }
while [ $# -gt 0 ]; do
  case $1 in
    --kvm) accel=kvm cpu=${qemu.cpu.kvm} ;;
    --gdb) gdb=yes ;;
    --seconds)
      shift
      case \${1:-x} in *[!0-9]*) usage >&2; exit 2 ;; esac
      seconds=$1 ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

if ! command -v ${qemu.program} > /dev/null; then
  echo "${qemu.program} is not installed. Debian, Ubuntu: apt-get install ${qemu.package}; ${qemu.elsewhere}." >&2
  exit 3
fi
if [ "$accel" = kvm ] && ! { [ -r /dev/kvm ] && [ -w /dev/kvm ]; }; then
  echo "/dev/kvm is not there or not yours to use; leave --kvm out." >&2
  exit 3
fi

append=${shellQuote(append)}
set -- -accel "$accel" -cpu "$cpu" -kernel ${FILES$1.kernel}
${chunks(args).map((line) => `set -- "$@" ${line}`).join("\n")}

if [ -n "$gdb" ]; then
  if [ ! -s ${FILES$1.kernelSymbols} ]; then
    echo "Asking the kernel for its symbols ..."
    cat ${FILES$1.symbols} ${FILES$1.initramfs} > symbols.initramfs
    timeout --foreground 120 ${qemu.program} "$@" -initrd symbols.initramfs -append "$append rdinit=/symbols" > /dev/null < /dev/null || true
    rm symbols.initramfs
    mv ${FILES$1.results} ${FILES$1.kernelSymbols}
  fi
  rm -f ${FILES$1.gdbSocket}
  echo "The guest waits for gdb. In another terminal: cd $(pwd) && gdb -x ${FILES$1.gdbScript}"
  exec ${qemu.program} "$@" -initrd ${FILES$1.initramfs} -append "$append" -S -chardev socket,id=gdb,path=${FILES$1.gdbSocket},server=on,wait=off -gdb chardev:gdb
fi

rm -f ${FILES$1.results}
timeout --foreground "$seconds" ${qemu.program} "$@" -initrd ${FILES$1.initramfs} -append "$append" < /dev/null || echo "QEMU ended with status $? (124: after $seconds seconds)."

echo
status=3
failed=
if [ -s ${FILES$1.results} ]; then
  while read -r _ word kind cycle name code outcome _ _ said; do
    case "$word $kind" in
      "end load" | "end unload")
        echo "$kind $name (cycle $cycle): $outcome $(printf %s "$said" | base64 -d 2> /dev/null | tr -d '\\033')"
        if [ "$outcome" != ok ]; then failed=yes; fi ;;
      "tested "*)
        # Here the words are: cycle, status, outcome.
        echo "test (cycle $kind): $name, status $cycle"
        if [ "$name" != ok ]; then failed=yes; fi ;;
      "done ") status=0 ;;
    esac
  done < ${FILES$1.results}
fi
if [ -n "$failed" ]; then status=1; fi
if [ "$status" = 3 ]; then echo "The guest did not come to its end; its last words are above."; fi
exit "$status"
`;
}
function chunks(args) {
  const lines = [];
  for (const [at, arg] of args.entries()) {
    if (arg.startsWith("-") || at === 0) lines.push(shellQuote(arg));
    else lines.push(`${lines.pop() ?? ""} ${shellQuote(arg)}`);
  }
  return lines;
}

const STB_WEAK = 2;
const SHN = { undef: 0, reserved: 65280, livepatch: 65312, abs: 65521, common: 65522, xindex: 65535 };
const SYMBOL$3 = 24;
const tables = /* @__PURE__ */ new WeakMap();
function readSymbols(elf) {
  const table = elf.sections.find(({ type }) => type === SHT$1.symtab);
  return table === void 0 ? [] : symbolsOf$1(elf, table);
}
function symbolsOf$1(elf, table) {
  const known = tables.get(table);
  if (known !== void 0) return known;
  const { data } = table;
  const strings = new StringTable(elf.sections[table.link]?.data ?? data.subarray(0, 0));
  const extended = elf.sections.find(({ type, link }) => type === SHT$1.symtabShndx && link === table.index)?.data;
  const [u16, u32, u64] = elf.bigEndian ? [(at) => data.readUInt16BE(at), (at) => data.readUInt32BE(at), (at) => data.readBigUInt64BE(at)] : [(at) => data.readUInt16LE(at), (at) => data.readUInt32LE(at), (at) => data.readBigUInt64LE(at)];
  const symbols = Array.from({ length: Math.floor(data.length / SYMBOL$3) }, (_, index) => {
    const at = index * SYMBOL$3;
    const what = `symbol ${index} of ${table.name}`;
    const info = data.readUInt8(at + 4);
    const short = u16(at + 6);
    const special = short >= SHN.reserved && short !== SHN.xindex;
    const shndx = short === SHN.xindex && extended !== void 0 && extended.length >= (index + 1) * 4 ? elf.bigEndian ? extended.readUInt32BE(index * 4) : extended.readUInt32LE(index * 4) : short;
    const section = special || shndx === SHN.undef ? void 0 : elf.sections[shndx];
    return {
      index,
      name: strings.at(u32(at), `name of ${what}`),
      value: u64(at + 8),
      size: safe(u64(at + 16), `size of ${what}`),
      bind: info >> 4,
      type: info & 15,
      shndx,
      ...section === void 0 ? {} : { sectionName: section.name }
    };
  });
  tables.set(table, symbols);
  return symbols;
}

const SHF_EXECINSTR = 4;
function textLayout(elf) {
  const text = elf.sections.filter(({ flags }) => (flags & (SHF_ALLOC | SHF_EXECINSTR)) === (SHF_ALLOC | SHF_EXECINSTR));
  const init = placed(text.filter(({ name }) => name.startsWith(".init")));
  const symbol = readSymbols(elf).find(({ name }) => name === "init_module");
  const home = init.find(({ name }) => name === symbol?.sectionName);
  return { core: placed(text.filter(({ name }) => !name.startsWith(".init"))), init, ...symbol !== void 0 && home !== void 0 && { initModule: home.offset + Number(symbol.value) } };
}
function placed(sections) {
  let end = 0;
  return sections.map(({ name, size, addralign }) => {
    const align = Math.max(1, addralign);
    const offset = Math.ceil(end / align) * align;
    end = offset + size;
    return { name, offset };
  });
}

const BLOCK$1 = 512;
async function writeBundle(dir, parts) {
  await mkdir(join(dir, FILES$1.modules), { recursive: true });
  const { machine } = parts;
  const kernel = await readFile(parts.kernel);
  const names = parts.modules.map(({ name }) => name);
  const symbols = cpioNewc([{ kind: "file", path: "symbols", data: Buffer.from(symbolsInit(machine)), executable: true }]);
  const at = (name) => join(dir, name);
  await copyFile(parts.kernel, at(FILES$1.kernel));
  await writeFile(at(FILES$1.initramfs), await promisify(gzip)(parts.initramfs));
  await writeFile(at(FILES$1.symbols), Buffer.concat([symbols, Buffer.alloc((BLOCK$1 - symbols.length % BLOCK$1) % BLOCK$1)]));
  for (const { name, data } of parts.modules) await writeFile(at(join(FILES$1.modules, `${name}.ko`)), data);
  await writeFile(at(FILES$1.run), runScript({ ...portableArgs(parts.qemuArgs), machine, release: parts.release, seconds: parts.seconds }));
  await chmod(at(FILES$1.run), 493);
  await writeFile(at(FILES$1.gdbScript), gdbScript(parts.modules.flatMap(gdbModule), placesOf(kernel), machine));
  await writeFile(at(FILES$1.readme), readme({ release: parts.release, machine, modules: names, ...parts.reproduce !== void 0 && { reproduce: parts.reproduce } }));
  if (parts.report !== void 0) await writeFile(at(FILES$1.report), parts.report);
}
function gdbModule({ name, data }) {
  try {
    return [{ name, layout: textLayout(openElf(data)) }];
  } catch (error) {
    if (error instanceof ElfError) return [];
    throw error;
  }
}
function placesOf(kernel) {
  try {
    const btf = openElf(kernel).sections.find(({ name }) => name === ".BTF");
    return btf === void 0 ? void 0 : modulePlaces(Btf.read(btf.data));
  } catch (error) {
    if (error instanceof ElfError || error instanceof BtfError) return void 0;
    throw error;
  }
}

const PT_INTERP$1 = 3;
function isStatic(elf) {
  const [table, size, count] = [integer(elf, 32, 8, "program header table"), integer(elf, 54, 2, "program header size"), integer(elf, 56, 2, "number of program headers")];
  return !Array.from({ length: count }, (_, i) => integer(range(elf, table + i * size, size, `program header ${i}`), 0, 4, "type")).includes(PT_INTERP$1);
}

const READY = "kmod-gate: ready";
const MOST_WRITES = 500;
const MOST_BYTES = 64 << 20;
const hex$2 = (value) => `0x${value.toString(16)}`;
function gdbCommands({ stub, applyRelocateAdd, targetFile, symbolsFile, watch }) {
  const lines = [
    "set pagination off",
    "set confirm off",
    "set width 0",
    "set language c",
    `set architecture ${ARCHITECTURES.amd64.debugger.architecture}`,
    "set remotetimeout 20",
    `target remote ${stub}`,
    ...watch === void 0 ? [] : [`watch *(unsigned ${watch.bytes === 8 ? "long long" : "int"} *)${hex$2(watch.address)}`],
    `hbreak *${hex$2(applyRelocateAdd)}`,
    "set $kg_return = 0",
    "set $kg_writes = 0",
    "set $kg_on = 1",
    `echo ${READY}\\n`,
    "continue",
    "while $kg_on",
    `  if (unsigned long long)$rip == ${hex$2(applyRelocateAdd)}`,
    "    set $kg_headers = (unsigned long long)$rdi",
    "    set $kg_relocations = (unsigned long long)(unsigned int)$ecx",
    "    set $kg_symbols = (unsigned long long)(unsigned int)$edx",
    "    if $kg_return == 0",
    "      set $kg_return = *(unsigned long long *)$rsp",
    "      hbreak *$kg_return",
    "    end",
    "    continue",
    "  else",
    "    if $kg_return != 0 && (unsigned long long)$rip == $kg_return",
    "      if (int)$eax < 0",
    "        set $kg_info = (unsigned long long)*(unsigned int *)($kg_headers + $kg_relocations * 64 + 44)",
    "        set $kg_address = *(unsigned long long *)($kg_headers + $kg_info * 64 + 16)",
    "        set $kg_size = *(unsigned long long *)($kg_headers + $kg_info * 64 + 32)",
    "        set $kg_table = *(unsigned long long *)($kg_headers + $kg_symbols * 64 + 16)",
    "        set $kg_length = *(unsigned long long *)($kg_headers + $kg_symbols * 64 + 32)",
    `        if $kg_size < ${MOST_BYTES} && $kg_length < ${MOST_BYTES}`,
    `          dump binary memory ${targetFile} $kg_address $kg_address+$kg_size`,
    `          dump binary memory ${symbolsFile} $kg_table $kg_table+$kg_length`,
    "        end",
    '        printf "kmod-gate: refused %llu 0x%llx %d\\n", $kg_relocations, $kg_address, (int)$eax',
    "        set $kg_on = 0",
    "      else",
    "        continue",
    "      end",
    "    else",
    ...watch === void 0 ? [] : [`      printf "kmod-gate: write 0x%llx 0x%llx 0x%llx\\n", (unsigned long long)$rip, (unsigned long long)*(unsigned ${watch.bytes === 8 ? "long long" : "int"} *)${hex$2(watch.address)}, *(unsigned long long *)$rsp`],
    "      set $kg_writes = $kg_writes + 1",
    `      if $kg_writes > ${MOST_WRITES}`,
    "        set $kg_on = 0",
    "      else",
    "        continue",
    "      end",
    "    end",
    "  end",
    "end",
    // Detaching lets the guest run on, which detaches from the deadline as well.
    "detach",
    "quit"
  ];
  return `${lines.join("\n")}
`;
}
function gdbArgs(script) {
  return ["--nx", "--nh", "--quiet", "--batch", "-x", script];
}
function readGdbOutput(output) {
  const refused = /^kmod-gate: refused (\d{1,9}) (0x[0-9a-f]{1,16}) (-?\d{1,9})$/m.exec(output);
  const writes = [...output.matchAll(/^kmod-gate: write (0x[0-9a-f]{1,16}) (0x[0-9a-f]{1,16}) (0x[0-9a-f]{1,16})$/gm)];
  return {
    ...refused !== null && { refused: { section: Number(refused[1]), targetAddress: BigInt(refused[2] ?? 0), error: Number(refused[3]) } },
    writes: writes.map(([, after, value, stack]) => ({ after: BigInt(after ?? 0), value: BigInt(value ?? 0), stack: BigInt(stack ?? 0) }))
  };
}

const INSMOD = 60;
function autopsyInit(dependencies, module) {
  const insmod = ({ name, parameters }) => `insmod /modules/${shellQuote(name)}.ko${parameters === void 0 || parameters === "" ? "" : ` ${shellQuote(parameters)}`}`;
  return `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
stty -F /dev/ttyS1 raw -echo 115200
exec 3<>/dev/ttyS1
echo 0 > /proc/sys/kernel/kptr_restrict
cat /proc/kallsyms > /symbols
grep -F ' apply_relocate_add' /symbols >&3
${dependencies.map((dependency) => `${insmod(dependency)} > /dev/null 2>&1`).join("\n")}
echo ready >&3
while read -r what which <&3; do
  case "$what" in
    load) timeout ${INSMOD} ${insmod(module)} > /said 2>&1; echo "loaded $?" >&3 ;;
    where) awk -v at="$which" '$1 > at { if (at < "ffffffffc") exit; next } $2 ~ /[tTwW]/ && $1 > best { best = $1; name = $3 } END { print "at", at, best, name }' /symbols >&3 ;;
    off) poweroff -f ;;
  esac
done
`;
}
function autopsyInitramfs(busybox, dependencies, module) {
  const entries = [
    ...["bin", "dev", "proc", "sys", "modules"].map((path) => ({ kind: "dir", path })),
    { kind: "char", path: "dev/console", major: 5, minor: 1 },
    { kind: "char", path: "dev/null", major: 1, minor: 3 },
    { kind: "file", path: "bin/busybox", data: busybox, executable: true },
    ...[...dependencies, module].map(({ name, data }) => ({ kind: "file", path: `modules/${name}.ko`, data })),
    { kind: "file", path: "init", data: Buffer.from(autopsyInit(dependencies, module)), executable: true }
  ];
  return cpioNewc(entries);
}
function autopsyQemuArgs(files) {
  return [
    ...["-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-monitor", "none"],
    ...["-machine", "q35", "-accel", "tcg", "-cpu", ARCHITECTURES.amd64.qemu.cpu.tcg, "-m", String(files.memory), "-smp", "1"],
    // The soft lockup watchdog must not mind that gdb stops the guest.
    ...["-kernel", files.kernel, "-initrd", files.initramfs, "-append", [...ARCHITECTURES.amd64.qemu.parameters, "quiet panic=-1 nokaslr rdinit=/init nowatchdog random.trust_cpu=on"].join(" ")],
    ...["-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"],
    ...["-chardev", `socket,id=talk,path=${option(files.talk)}`, "-serial", "chardev:talk"],
    ...["-chardev", `socket,id=stub,path=${option(files.stub)},server=on,wait=off`, "-gdb", "chardev:stub"]
  ];
}
function option(value) {
  return value.replaceAll(",", ",,");
}

const MEANT = { init_module: "init", cleanup_module: "exit" };
function kernelMember(kernel, { target, offset, symbol }) {
  if (target !== ".gnu.linkonce.this_module") return void 0;
  const struct = composite$1(kernel, "module");
  if (struct === void 0 || offset >= struct.size) return void 0;
  const there = struct.members.filter(({ bitOffset }) => bitOffset <= offset * 8).at(-1);
  if (there === void 0) return void 0;
  const meant = struct.members.find(({ name }) => name === MEANT[symbol]);
  return { name: there.name, offset: Math.floor(there.bitOffset / 8), ...meant !== void 0 && { meant: { name: meant.name, offset: meant.bitOffset / 8 } } };
}

const RELA$1 = 24;
const REL = 16;
const NO_SYMBOL = { index: 0, name: "", value: 0n, size: 0, bind: 0, type: 0, shndx: 0 };
function relocations(elf, sectionName) {
  const target = elf.sections.find(({ name }) => name === sectionName);
  return target === void 0 ? [] : relocationsOf(elf, target);
}
function relocationsOf(elf, target) {
  return elf.sections.filter(({ type, info }) => (type === SHT$1.rela || type === SHT$1.rel) && info === target.index).flatMap((table) => entriesOf(elf, table));
}
function entriesOf(elf, table) {
  const { data } = table;
  const size = table.type === SHT$1.rela ? RELA$1 : REL;
  const linked = elf.sections[table.link];
  const symbols = linked !== void 0 && (linked.type === SHT$1.symtab || linked.type === SHT$1.dynsym) ? symbolsOf$1(elf, linked) : [];
  const [u32, u64, s64] = elf.bigEndian ? [(at) => data.readUInt32BE(at), (at) => data.readBigUInt64BE(at), (at) => data.readBigInt64BE(at)] : [(at) => data.readUInt32LE(at), (at) => data.readBigUInt64LE(at), (at) => data.readBigInt64LE(at)];
  const mips = elf.machine === EM_MIPS && !elf.bigEndian;
  const [symbolAt, typeAt] = elf.bigEndian || mips ? [8, 12] : [12, 8];
  return Array.from({ length: Math.floor(data.length / size) }, (_, i) => {
    const at = i * size;
    const index = u32(at + symbolAt);
    const symbol = symbols[index] ?? (index === 0 ? NO_SYMBOL : void 0);
    if (symbol === void 0) throw new ElfError(`relocation ${i} of ${table.name}: there is no symbol ${index} among ${symbols.length}`);
    return { offset: safe(u64(at), `offset of relocation ${i} of ${table.name}`), type: mips ? data.readUInt32BE(at + typeAt) : u32(at + typeAt), symbol, addend: size === RELA$1 ? s64(at + 16) : 0n };
  });
}

const WIDTH = {
  1: { bytes: 8 },
  2: { bytes: 4, relative: true },
  4: { bytes: 4, relative: true },
  10: { bytes: 4 },
  11: { bytes: 4 },
  24: { bytes: 8, relative: true }
};
const SYMBOL$2 = { size: 24, value: 8 };
function refusedRelocation(module, seen) {
  const table = module.sections[seen.section];
  const target = table === void 0 ? void 0 : module.sections[table.info];
  if (table === void 0 || target === void 0 || table.type !== SHT$1.rela) throw new ElfError(`the guest relocated section ${seen.section}, which is no table of relocations in the module's file`);
  const only = { ...module, sections: module.sections.map((section) => section.type === SHT$1.rela && section !== table ? { ...section, type: SHT$1.null } : section) };
  for (const [entry, { offset, type, symbol, addend }] of relocationsOf(only, target).entries()) {
    const width = WIDTH[type];
    const value = seen.symbols.length >= (symbol.index + 1) * SYMBOL$2.size ? seen.symbols.readBigUInt64LE(symbol.index * SYMBOL$2.size + SYMBOL$2.value) : void 0;
    if (width === void 0 || value === void 0 || offset + width.bytes > seen.target.length) continue;
    const address = seen.targetAddress + BigInt(offset);
    const wanted = BigInt.asUintN(width.bytes * 8, value + addend - (width.relative === true ? address : 0n));
    const valueAt = (data) => width.bytes === 8 ? data.readBigUInt64LE(offset) : BigInt(data.readUInt32LE(offset));
    const found = valueAt(seen.target);
    const inFile = offset + width.bytes <= target.data.length && valueAt(target.data) === found;
    if (found !== wanted) return { section: table.name, entry, type, symbol: symbol.name === "" ? symbol.sectionName ?? "" : symbol.name, target: target.name, offset, address, found, wanted, inFile };
  }
  return void 0;
}
function widthOf(type) {
  return WIDTH[type]?.bytes ?? 8;
}

const hex$1 = (value) => `0x${value.toString(16)}`;
const at = (place) => `${place.function}+${hex$1(place.offset)}`;
function autopsySentences(module, relocation, member, writer) {
  const { section, entry, symbol, target, offset, found, address, inFile } = relocation;
  const inStruct = target === ".gnu.linkonce.this_module";
  return [
    `The kernel refused entry ${entry} of ${section}: the address of \`${symbol}\` was to be written at offset ${offset} (${hex$1(offset)}) of ${inStruct ? "struct module" : target}, and that place was not empty.`,
    ...member === void 0 ? [] : [memberSentence(module, relocation, member)],
    `It held ${hex$1(found)}${found === address ? ", its own address, as the head of an empty list does" : ""}.`,
    writer === void 0 ? "Who had written that was not seen." : `It was written by ${at(writer)} in the kernel${writer.caller === void 0 ? "" : `, called from ${at(writer.caller)}`}${writer.value === found ? "" : ` (as ${hex$1(writer.value)})`}.`,
    ...inFile ? [`${module}\u2019s file itself holds that there, where relocations leave zeros: it was changed after it was built, or made by something other than the kernel\u2019s build.`] : [],
    ...inStruct && !inFile ? ["So kernel and module have two ideas of struct module: the module was compiled under another configuration, or with other headers, than the kernel."] : []
  ];
}
function memberSentence(module, { offset }, { name, offset: start, meant }) {
  const keeps = start === offset ? `keeps \`${name}\` there` : `keeps \`${name}\` there, from ${hex$1(start)} on`;
  if (meant === void 0 || meant.offset === offset) return `The kernel ${keeps}.`;
  const moved = meant.offset - offset;
  return `The kernel ${keeps}; it has \`${meant.name}\` at ${meant.offset} (${hex$1(meant.offset)}), ${Math.abs(moved)} bytes ${moved > 0 ? "further on" : "before"}. ${module} was compiled with ${moved > 0 ? "less" : "more"} in front of it.`;
}

async function listen(path) {
  const lines = [];
  let rest = "";
  let other;
  let gone = false;
  let waiting;
  const settle = () => {
    while (waiting !== void 0 && lines.length > 0) {
      const match = waiting.pattern.exec(lines.shift() ?? "");
      if (match !== null) waiting.done(match);
    }
    if (gone) waiting?.done(void 0);
  };
  const server = createServer((socket) => {
    other = socket;
    socket.setEncoding("latin1");
    socket.on("data", (data) => {
      const parts = (rest + data).slice(-65536).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts.map((line) => line.replace(/\r$/, "")));
      settle();
    });
    socket.on("error", () => void 0);
    socket.on("close", () => {
      gone = true;
      settle();
    });
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(path, resolve));
  return {
    send: (line) => void other?.write(`${line}
`),
    next: (pattern, seconds) => new Promise((resolve) => {
      const timer = setTimeout(() => waiting?.done(void 0), Math.max(0, seconds) * 1e3);
      waiting = {
        pattern,
        done(match) {
          clearTimeout(timer);
          waiting = void 0;
          resolve(match);
        }
      };
      settle();
    }),
    close() {
      gone = true;
      settle();
      other?.destroy();
      server.close();
    }
  };
}

const QEMU = ARCHITECTURES.amd64.qemu;
const GDB = "gdb";
const MEMORY$1 = 512;
const STUB = "stub";
class NotPossible extends Error {
}
async function autopsy(host, request) {
  const began = Date.now();
  const seconds = () => (Date.now() - began) / 1e3;
  const dir = await mkdtemp(join(tmpdir(), "kmod-gate-gdb-"));
  try {
    return { ...await session(host, request, dir, () => request.seconds - seconds()), seconds: seconds() };
  } catch (error) {
    if (!(error instanceof NotPossible || error instanceof ElfError)) throw error;
    return { outcome: "not-possible", sentences: [`No autopsy: ${error.message}`], seconds: seconds() };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
async function session(host, request, dir, left) {
  const module = openElf(request.module.data);
  const busybox = await toolsAndBusybox(host);
  const files = { kernel: request.kernel, initramfs: join(request.workDir, "autopsy.cpio"), stub: join(dir, STUB), talk: join(dir, "talk"), memory: MEMORY$1 };
  await mkdir(request.workDir, { recursive: true });
  await writeFile(files.initramfs, autopsyInitramfs(busybox, request.dependencies, request.module));
  const talk = await listen(files.talk);
  let qemu;
  try {
    qemu = host.start({ program: QEMU.program, args: autopsyQemuArgs(files), seconds: Math.ceil(left()) + 1, stdoutFile: join(request.workDir, "autopsy-console.log") });
    const applyRelocateAdd = await untilReady(talk, left);
    const debug = (watch) => load(host, { dir, applyRelocateAdd, module, talk, log: join(request.workDir, watch === void 0 ? "autopsy-gdb-place.log" : "autopsy-gdb-writes.log"), left, ...watch !== void 0 && { watch } });
    const first = await debug();
    if (first.relocation === void 0) return { outcome: "not-reproduced", sentences: [`The kernel refused no relocation of ${request.module.name} this time${first.status === void 0 ? "" : ` (insmod ended with ${first.status})`}.`] };
    const { relocation } = first;
    const second = await debug({ address: relocation.address, bytes: widthOf(relocation.type) });
    const writer = second.relocation?.address === relocation.address ? await writerOf(second.writes, talk, left) : void 0;
    talk.send("off");
    const types = await kernelTypes(request.kernel);
    const member = types === void 0 ? void 0 : kernelMember(types, relocation);
    return { outcome: "found", relocation, ...member !== void 0 && { member }, ...writer !== void 0 && { writer }, sentences: autopsySentences(request.module.name, relocation, member, writer) };
  } finally {
    talk.close();
    qemu?.kill();
    await qemu?.ended;
  }
}
async function toolsAndBusybox(host) {
  for (const [program, packages] of [[QEMU.program, QEMU.package], [GDB, "gdb-minimal (or gdb)"]]) {
    if (await host.which(program) === void 0) throw new NotPossible(`${program} is not installed. Install ${packages}.`);
  }
  const path = await host.which("busybox");
  const data = path === void 0 ? void 0 : await readFile(path);
  if (data === void 0 || !isStatic(data)) throw new NotPossible("there is no static busybox. Install busybox-static.");
  return data;
}
async function untilReady(talk, left) {
  const symbol = await talk.next(/^([0-9a-f]{16}) \w apply_relocate_add$/, left());
  const address = BigInt(`0x${symbol?.[1] ?? "0"}`);
  if (address === 0n || await talk.next(/^ready$/, left()) === void 0) throw new NotPossible("the guest did not come up in time, or its kernel does not tell where apply_relocate_add is.");
  return address;
}
async function load(host, { dir, applyRelocateAdd, module, talk, log, left, watch }) {
  const dumps = { targetFile: "target", symbolsFile: "symbols" };
  const script = join(dir, "script");
  await Promise.all([writeFile(script, gdbCommands({ stub: STUB, applyRelocateAdd, ...dumps, ...watch !== void 0 && { watch } })), ...Object.values(dumps).map((file) => rm(join(dir, file), { force: true }))]);
  const gdb = host.start({ program: GDB, args: gdbArgs(script), cwd: dir, env: { HOME: dir, DEBUGINFOD_URLS: void 0 }, seconds: Math.max(1, Math.ceil(left())), stdoutFile: log });
  const state = { running: true };
  const ended = gdb.ended.finally(() => state.running = false);
  try {
    while (state.running && !(await readFile(log, "utf8")).includes(READY)) await setTimeout$1(25);
    if (!state.running) throw new NotPossible(`gdb cannot debug the guest: ${(await ended).stderr.trim().split("\n").at(-1) ?? ""}`);
    talk.send("load");
    const status = (await talk.next(/^loaded (\d+)$/, left()))?.[1];
    gdb.kill();
    await ended;
    const { refused, writes } = readGdbOutput(await readFile(log, "utf8"));
    const [target, symbols] = await Promise.all([dumps.targetFile, dumps.symbolsFile].map((file) => readFile(join(dir, file)).catch(() => void 0)));
    const relocation = refused === void 0 || target === void 0 || symbols === void 0 ? void 0 : refusedRelocation(module, { section: refused.section, targetAddress: refused.targetAddress, target, symbols });
    return { writes, ...relocation !== void 0 && { relocation }, ...status !== void 0 && { status } };
  } finally {
    gdb.kill();
  }
}
async function writerOf(writes, talk, left) {
  const last = writes.at(-1);
  if (last === void 0) return void 0;
  const place = await where(talk, last.after, left);
  if (place === void 0) return void 0;
  const caller = /^(?:__)?(?:mem|copy|clear)/.test(place.function) ? await where(talk, last.stack, left) : void 0;
  return { ...place, value: last.value, ...caller !== void 0 && { caller } };
}
async function where(talk, address, left) {
  talk.send(`where ${(address - 1n).toString(16).padStart(16, "0")}`);
  const [, start, name] = await talk.next(/^at [0-9a-f]{16} ([0-9a-f]{16}) (\S+)$/, left()) ?? [];
  return start === void 0 || name === void 0 ? void 0 : { function: name, offset: Number(address - BigInt(`0x${start}`)) };
}
async function kernelTypes(kernel) {
  try {
    const section = openElf(await readFile(kernel)).sections.find(({ name }) => name === ".BTF");
    return section === void 0 ? void 0 : Btf.read(section.data);
  } catch (error) {
    if (error instanceof ElfError || error instanceof BtfError) return void 0;
    throw error;
  }
}

const ONE_LINE = /^/;
const END_TRACE = /^---\[ end trace /;
const END_STACK = /^\s*<\/TASK>/;
const RULE = /^={48,}\s*$/;

const FAULTS = [
  { name: "null-dereference", id: "guest.oops", start: /^BUG: kernel NULL pointer dereference, address: (?:0x)?([0-9a-f]+)/, end: END_TRACE, weight: "fail", taints: "D" },
  { name: "page-fault", id: "guest.oops", start: /^BUG: unable to handle (?:page fault for address|kernel (?:NULL pointer dereference|paging request))/, end: END_TRACE, weight: "fail", taints: "D" },
  { name: "nx-or-smep", id: "guest.oops", start: /^(?:kernel tried to execute NX-protected page|unable to execute userspace code)/, end: END_TRACE, weight: "fail", taints: "D" },
  { name: "arm64-fault", id: "guest.oops", start: /^Unable to handle kernel /, end: END_TRACE, weight: "fail", taints: "D" },
  { name: "general-protection", id: "guest.oops", start: /^(?:Oops: )?general protection fault\b/, end: END_TRACE, weight: "fail", taints: "D" },
  { name: "stack-overflow", id: "guest.stack-overflow", start: /^(?:BUG: (?:IRQ |TASK |stack )?(?:\w+ )?stack guard page was hit|kernel stack overflow|Insufficient stack space to handle exception|BUG: stack guard page)/, end: END_TRACE, weight: "fail", taints: "D" },
  { name: "double-fault", id: "guest.oops", start: /^(?:traps: )?(?:PANIC: )?double fault\b/, end: END_TRACE, weight: "fail", taints: "D" },
  { name: "bug-at", id: "guest.bug", start: /^kernel BUG at (\S+)!?$/, end: END_TRACE, weight: "fail", taints: "D" },
  { name: "trap", id: "guest.oops", start: /^(?:Oops: )?(?:invalid opcode|divide error|int3|stack segment|segment not present|bounds|alignment check|coprocessor segment overrun|invalid TSS|control protection fault)\b.*: [0-9a-f]{4} \[#\d+\]/, end: END_TRACE, weight: "fail", taints: "D" },
  { name: "control-flow", id: "guest.oops", start: /^(?:CFI failure at|Missing ENDBR|traps: Missing ENDBR)/, end: END_TRACE, weight: "fail", taints: "D" },
  { name: "oops", id: "guest.oops", start: /^(?:Oops(?::| - )|Internal error: )/, end: END_TRACE, weight: "fail", taints: "D" },
  { name: "usercopy", id: "guest.overflow", start: /^usercopy: Kernel memory (?:exposure|overwrite) attempt detected/, end: END_TRACE, weight: "fail", taints: "D" },
  { name: "fortify", id: "guest.overflow", start: /^(?:\w+: )?detected (?:buffer overflow|field-spanning write)/, end: END_TRACE, weight: "fail", taints: "WD" },
  { name: "unchecked-msr", id: "guest.warn", start: /^unchecked MSR access error: /, end: END_STACK, weight: "fail" },
  { name: "kasan", id: "guest.kasan", start: /^BUG: KASAN: (.*)/, end: RULE, weight: "fail", taints: "B" },
  { name: "kfence", id: "guest.kfence", start: /^BUG: KFENCE: (.*)/, end: RULE, weight: "fail", taints: "B" },
  { name: "kcsan", id: "guest.kcsan", start: /^BUG: KCSAN: (.*)/, end: RULE, weight: "fail" },
  { name: "kmsan", id: "guest.kmsan", start: /^BUG: KMSAN: (.*)/, end: RULE, weight: "fail", taints: "B" },
  { name: "ubsan", id: "guest.ubsan", start: /^UBSAN: (.*)/, end: /^(?:={48,}|---\[ end trace )/, weight: "fail" },
  { name: "kasan-hint", id: "guest.kasan", start: /^KASAN: /, end: ONE_LINE, weight: "fail", consequence: true },
  { name: "panic", id: "guest.panic", start: /^Kernel panic - not syncing: (.*)/, title: "Kernel panic: $1", end: /^---\[ end Kernel panic/, weight: "fail", consequence: true },
  { name: "recursive-fault", id: "guest.oops", start: /^Fixing recursive fault but reboot is needed!/, end: ONE_LINE, weight: "fail", consequence: true },
  { name: "exited-atomic", id: "guest.atomic", start: /^(?:note: )?(\S+)\[\d+\] exited with (?:preempt_count \d+|irqs disabled)/, title: "$1 ended inside an atomic section", end: ONE_LINE, weight: "fail", consequence: true }
];

const LOCKING = [
  { name: "lockdep-circular", id: "guest.lockdep", start: /^WARNING: possible circular locking dependency detected/, end: END_STACK, weight: "fail" },
  { name: "lockdep-recursive", id: "guest.lockdep", start: /^WARNING: possible recursive locking detected/, end: END_STACK, weight: "fail" },
  { name: "lockdep-irq", id: "guest.lockdep", start: /^WARNING: (?:possible irq lock inversion dependency detected|\S+-safe -> \S+-unsafe lock order detected|inconsistent lock state)/, end: END_STACK, weight: "fail" },
  { name: "lockdep-balance", id: "guest.lockdep", start: /^WARNING: (?:bad (?:unlock balance|contention) detected!|Nested lock was not taken)/, end: END_STACK, weight: "fail" },
  { name: "lockdep-held", id: "guest.lockdep", start: /^WARNING: (?:held lock freed!|lock held when returning to user space!|.* still has locks held!)/, end: END_STACK, weight: "fail" },
  { name: "lockdep-rcu", id: "guest.lockdep", start: /^WARNING: suspicious RCU usage/, end: END_STACK, weight: "fail" },
  { name: "lockdep-wait-context", id: "guest.lockdep", start: /^\[ BUG: Invalid wait context \]/, end: END_STACK, weight: "fail" },
  { name: "lockdep-limits", id: "guest.lockdep", start: /^BUG: (?:MAX_LOCK\w+ too low!|key \S+ (?:has not been registered|not in \.data)!)/, end: END_STACK, weight: "fail" },
  { name: "unregistered-key", id: "guest.uninitialised-lock", start: /^INFO: trying to register non-static key/, title: "a lock is used that was never initialised", end: END_STACK, weight: "fail" },
  { name: "spinlock-magic", id: "guest.uninitialised-lock", start: /^BUG: (?:spinlock|rwlock) bad magic on CPU#\d+, (\S+)\/\d+/, title: "a lock that was never initialised is used by $1", end: END_STACK, weight: "fail" },
  { name: "debug-locks", id: "guest.lockdep", start: /^DEBUG_(?:LOCKS|RWSEMS)_WARN_ON\((.*)\)/, title: "a lock is misused: DEBUG_LOCKS_WARN_ON($1)", end: END_TRACE, weight: "fail", taints: "W" },
  { name: "spinlock", id: "guest.lockdep", start: /^BUG: (?:spinlock|rwlock) (.*) on CPU#\d+, (\S+)\/\d+/, title: "spinlock $1, in $2", end: END_STACK, weight: "fail" },
  { name: "scheduling-atomic", id: "guest.atomic", start: /^BUG: scheduling while atomic: (\S+)\/\d+\/(0x[0-9a-f]+)/, title: "scheduling while atomic, in $1", end: END_STACK, weight: "fail", taints: "W" },
  { name: "sleeping-atomic", id: "guest.atomic", start: /^BUG: sleeping function called from invalid context at (\S+)/, title: "a sleeping function was called from atomic context ($1)", end: END_STACK, weight: "fail", taints: "W" },
  { name: "preemptible", id: "guest.atomic", start: /^BUG: using (smp_processor_id|__this_cpu_\w+)\(\) in preemptible/, title: "$1() was called where the task may move to another CPU", end: END_STACK, weight: "fail" },
  { name: "init-imbalance", id: "guest.atomic", start: /^initcall (\S+(?: \[\S+\])?) returned with (.*)/, title: "init ($1) returned with $2", end: END_TRACE, weight: "fail", taints: "W" },
  { name: "work-leaked-lock", id: "guest.atomic", start: /^BUG: workqueue leaked (?:lock or atomic|atomic, lock or RCU): (.*)/, title: "a work function returned in atomic context or with a lock: $1", end: END_STACK, weight: "fail" },
  { name: "timer-imbalance", id: "guest.atomic", start: /^(?:timer: |huh, entered softirq ).*(?:preempt leak|with preempt_count)/, end: END_STACK, weight: "fail" }
];

const MEMORY = [
  { name: "list", id: "guest.list", start: /^(list_(?:add|del)(?: double add| corruption)?)[:.,]? .*(?:should be|corruption|double add|is LIST_POISON|but was|is NULL|invalid)/, title: "list corruption: $1", end: END_TRACE, weight: "fail", taints: "DW" },
  { name: "refcount", id: "guest.refcount", start: /^refcount_t: (.*)/, title: "a reference counter went wrong: $1", end: END_TRACE, weight: "fail", taints: "W" },
  { name: "slab-objects", id: "guest.slab", start: /^(?:BUG (\S+) \([^)]*\): Objects remaining (?:in|on)|kmem_cache_destroy (\S+): Slab cache still has objects)/, title: "slab cache $1$2 is destroyed with objects in it", end: /^(?:---\[ end trace |\s*<\/TASK>)/, weight: "fail", taints: "BW" },
  { name: "slab-report", id: "guest.slab", start: /^BUG (\S+) \((?:Not tainted|Tainted: [^)]*)\): (.*)/, title: "slab cache $1: $2", end: /^(?:FIX \S+: |\s*<\/TASK>)/, weight: "fail", taints: "BW" },
  { name: "slab-misuse", id: "guest.slab", start: /^(?:cache_from_obj: Wrong slab cache\.|virt_to_cache: Object is not a Slab page!|kmem_cache of name '.*' already exists|kmem_cache_create\(.*\) (?:failed|integrity check failed))/, end: /^(?:---\[ end trace |\s*<\/TASK>)/, weight: "fail", taints: "W" },
  { name: "double-free", id: "guest.slab", start: /^(?:slab: |\S+: )?double[- ]free detected\b/i, end: END_TRACE, weight: "fail", taints: "D" },
  { name: "vfree", id: "guest.free", start: /^Trying to vfree\(\) (?:nonexistent vm area|bad address)/, end: END_TRACE, weight: "fail", taints: "W" },
  { name: "bad-page", id: "guest.page", start: /^BUG: Bad page (state|map|cache) in process (\S+)/, title: "bad page $1, in $2", end: END_STACK, weight: "fail", taints: "B" },
  { name: "bad-counters", id: "guest.page", start: /^BUG: (?:Bad rss-counter state|non-zero pgtables_bytes on freeing mm|Bad page)/, end: ONE_LINE, weight: "fail", taints: "B" },
  { name: "out-of-memory", id: "guest.out-of-memory", start: /^(\S+) invoked oom-killer: /, title: "$1 used up all memory of the guest", end: /^(?:Out of memory|oom_reaper)/, weight: "fail" },
  { name: "oom-kill", id: "guest.out-of-memory", start: /^(?:Out of memory|Memory cgroup out of memory)\b.*: Killed process/, end: ONE_LINE, weight: "fail", consequence: true },
  { name: "allocation-failure", id: "guest.allocation", start: /^(\S+): (?:page allocation failure: order:(\d+)|vmalloc error: )/, title: "an allocation of $1 failed", end: /^(?:Node \d+ .*hugepages|\d+ pages? (?:hwpoisoned|cma reserved)|\d+ pages in swap)/, weight: "fail" },
  { name: "debug-object", id: "guest.odebug", start: /^ODEBUG: (.*)/, title: "an object that is still in use: $1", end: /^(?:---\[ end trace |\s*<\/TASK>)/, weight: "fail", taints: "W" },
  { name: "kmemleak", id: "guest.kmemleak", start: /^kmemleak: (\d+) new suspected memory leaks/, title: "$1 suspected memory leaks", end: ONE_LINE, weight: "warning" }
];

const OBJECTS = [
  { name: "sysfs-duplicate", id: "guest.duplicate-name", start: /^sysfs: cannot create duplicate filename '(.*)'/, title: "sysfs has $1 already", end: END_STACK, weight: "fail" },
  { name: "proc-duplicate", id: "guest.duplicate-name", start: /^proc_dir_entry '(.*)' already registered/, title: "in /proc, $1 is there already", end: END_TRACE, weight: "fail", taints: "W" },
  { name: "debugfs-duplicate", id: "guest.duplicate-name", start: /^debugfs: (?:File '(.*)' in directory '.*'|Directory '(.*)' with parent '.*') already present!|^debugfs: '(.*)' already exists in '.*'/, title: "debugfs has $1$2$3 already", end: ONE_LINE, weight: "fail" },
  { name: "sysctl-duplicate", id: "guest.duplicate-name", start: /^sysctl (?:table check failed: |duplicate entry: )(.*)/, title: "sysctl: $1", end: END_STACK, weight: "fail" },
  { name: "kobject-add", id: "guest.kobject", start: /^(?:kobject: )?kobject_add_internal failed for (\S+)/, title: "the kernel object $1 could not be added", end: END_STACK, weight: "fail", consequence: true },
  { name: "no-release", id: "guest.kobject", start: /^(?:Device|kobject:) '(.*)' (?:\(\S+\): )?does not have a release\(\) function/, title: "$1 has no release() function, so its memory is freed while it is in use", end: /^(?:---\[ end trace |\s*<\/TASK>)/, weight: "fail", taints: "W" },
  { name: "kobject-state", id: "guest.kobject", start: /^kobject: '.*' \(\S+\): (?:is not initialized, yet kobject_(?:put|get)\(\) is being called|tried to init an initialized object)|^kobject: \(\S+\): (?:attempted to be registered with empty name|tried to )/, end: /^(?:---\[ end trace |\s*<\/TASK>)/, weight: "fail", taints: "W" },
  { name: "sysfs-group", id: "guest.kobject", start: /^sysfs group '(.*)' not found for kobject '(.*)'/, title: "sysfs group $1 of $2 is removed twice", end: END_TRACE, weight: "fail", taints: "W" },
  { name: "proc-not-empty", id: "guest.proc", start: /^remove_proc_entry: removing non-empty directory '(.*)', leaking at least '(.*)'/, title: "in /proc, $1 is removed while $2 is in it", end: END_TRACE, weight: "fail", taints: "W" },
  { name: "proc-name", id: "guest.proc", start: /^name '(.*)'$/, title: "/proc has no entry $1", end: END_TRACE, weight: "fail", taints: "W" },
  { name: "netdev-references", id: "guest.netdev", start: /^unregister_netdevice: waiting for (\S+) to become free\. Usage count = (-?\d+)/, title: "network device $1 cannot go: $2 references are left", end: ONE_LINE, weight: "fail" },
  { name: "netdev-watchdog", id: "guest.netdev", start: /^NETDEV WATCHDOG: (.*)/, title: "network device: $1", end: END_TRACE, weight: "fail", taints: "W" },
  { name: "dma-api", id: "guest.dma", start: /^DMA-API: (\S+ \S+): (.*)/, title: "DMA of $1: $2", end: END_TRACE, weight: "fail", taints: "W" },
  { name: "free-irq", id: "guest.irq", start: /^Trying to free already-free IRQ (\d+)/, end: END_TRACE, weight: "fail", taints: "W" },
  { name: "irq-nobody", id: "guest.irq", start: /^irq (\d+): nobody cared/, end: /^(?:Disabling IRQ #|\s*<\/(?:TASK|IRQ)>)/, weight: "fail" },
  { name: "irq-mismatch", id: "guest.irq", start: /^genirq: Flags mismatch irq (.*)/, title: "an interrupt is requested with other flags than it has: $1", end: END_STACK, weight: "fail" },
  { name: "init-return", id: "guest.init-return", start: /^(?:\w+: )?'(.*)'->init suspiciously returned (\d+)/, title: "init of $1 returned $2: it must return 0 or a negative error", end: END_STACK, weight: "fail" },
  { name: "module-state", id: "guest.module", start: /^(?:[\w-]+: )?[Mm]odule (?:.* )?(?:is being unloaded|is already being)/, end: ONE_LINE, weight: "fail" },
  { name: "module-format", id: "guest.module", start: /^(?:[\w-]+: )?(?:Module has invalid|module '?[\w-]+'?: .*(?:invalid|corrupt))/, end: ONE_LINE, weight: "fail" },
  { name: "workqueue-destroy", id: "guest.workqueue", start: /^(?:destroy_workqueue: (.*)|workqueue: (?:drain_workqueue|flush_workqueue|WQ_MEM_RECLAIM) (.*))/, title: "a workqueue is not idle: $1$2", end: /^(?:---\[ end trace |\s*<\/TASK>)/, weight: "fail", taints: "W" }
];

const STALLS = [
  { name: "soft-lockup", id: "guest.lockup", start: /^watchdog: BUG: soft lockup - CPU#\d+ stuck for (\d+s)! \[(\S+?):\d+\]/, title: "soft lockup: $2 kept a CPU for $1", end: END_STACK, weight: "fail", taints: "L" },
  { name: "hard-lockup", id: "guest.lockup", start: /^(?:NMI )?(?:watchdog: )*(?:Watchdog|CPU\d+: Watchdog) detected hard LOCKUP on cpu (\d+)/, title: "hard lockup: CPU $1 took no interrupts", end: END_STACK, weight: "fail", taints: "L" },
  { name: "rcu-stall", id: "guest.lockup", start: /^(?:rcu: )?INFO: (rcu\w*) (?:self-)?detect(?:ed )?(?:expedited )?stalls?\b/, title: "$1 detected a stall: a CPU or task never left a read-side section", end: END_STACK, weight: "fail" },
  { name: "rcu-starved", id: "guest.lockup", start: /^rcu: (?:INFO: )?\S+ kthread (?:starved|timer wakeup didn't happen)/, end: ONE_LINE, weight: "fail", consequence: true },
  { name: "hung-task", id: "guest.lockup", start: /^INFO: task (\S+?):\d+ (?:<\S+> )?blocked (?:for more than|in I\/O wait for more than|on \S+ for more than) (\d+) seconds/, title: "$1 was blocked for more than $2 s", end: END_STACK, weight: "fail" },
  { name: "workqueue-lockup", id: "guest.lockup", start: /^BUG: workqueue lockup - pool/, end: END_STACK, weight: "fail" },
  { name: "cpu-hog", id: "guest.cpu-hog", start: /^workqueue: (\S+(?: \[\S+\])?) hogged CPU for >(\d+us) (\d+) times/, title: "work $1 kept a CPU for more than $2, $3 times", end: ONE_LINE, weight: "warning" },
  { name: "rt-throttled", id: "guest.cpu-hog", start: /^sched: (?:RT|DL) throttling activated|^sched: DL replenish lagged too much/, end: ONE_LINE, weight: "warning" }
];

const OTHERS = [
  { name: "warn", id: "guest.warn", start: /^WARNING: (?:CPU: \d+ PID: \d+ at |\S+:\d+ at )/, end: END_TRACE, weight: "fail", taints: "W" },
  { name: "warn-other", id: "guest.warn", start: /^WARNING: (?:kernel stack |stack (?:going|recursion)|can't (?:dereference|access)|Flushing system-wide workqueues)/, end: ONE_LINE, weight: "fail" },
  { name: "bug-other", id: "guest.bug", start: /^(?:\[ )?BUG: /, end: END_TRACE, weight: "fail" }
];
const SIGNATURES = [...FAULTS, ...LOCKING, ...STALLS, ...MEMORY, ...OBJECTS, ...OTHERS];

const LONGEST_TRACE = 120;
const MOST_LINES = 4e5;
const LONGEST_LINE = 1e3;
const MOST_COMPLAINTS = 50;
const LONGEST_MESSAGE = 8;
const PREFIX = /^(?:<\d+>)?\[\s*\d+\.\d+\](?:\[\s*[TC]?\d+\])? ?/;
const CUT_HERE = /^-{3,}\[ cut here \]-{3,}/;
const STACK = /^\s*(?:Call Trace:|Call trace:|<TASK>)/;
const MARK = /^kmod-gate: ((?:load|unload|test) \S+, cycle \d+)$/;
const ANY = new RegExp(SIGNATURES.map(({ start }) => `(?:${start.source})`).join("|"), "i");
function findComplaints(log) {
  const found = [];
  let open;
  let message;
  let during;
  const close = () => {
    if (open !== void 0) add(found, open);
    open = void 0;
  };
  for (const line of linesOf(log)) {
    const mark = MARK.exec(line);
    if (mark !== null) {
      during = mark[1];
      close();
    }
    if (CUT_HERE.test(line)) {
      if (open?.stack === true) close();
      if (open === void 0) message = [];
    }
    const started = startOf(line);
    if (open?.stack === true && started !== void 0 && started.row.consequence !== true) close();
    if (open === void 0) {
      if (started !== void 0) {
        open = { ...started, marks: [line], trace: [...message ?? [], line], message: message ?? [], during, stack: false };
        message = void 0;
        if (started.row.end === ONE_LINE) close();
      } else if (message !== void 0 && !CUT_HERE.test(line) && message.push(line) > LONGEST_MESSAGE) message = void 0;
      continue;
    }
    open.trace.push(line);
    if (started !== void 0) open.marks.push(line);
    if (STACK.test(line)) open.stack = true;
    if (started === void 0 && open.row.end.test(line) || open.trace.length >= LONGEST_TRACE) close();
  }
  close();
  return found;
}
function linesOf(log) {
  return log.split("\n", MOST_LINES).map((line) => line.slice(0, LONGEST_LINE).replace(PREFIX, "").trimEnd());
}
function startOf(line) {
  if (!ANY.test(line)) return void 0;
  for (const row of SIGNATURES) {
    const match = row.start.exec(line);
    if (match !== null) return { row, match };
  }
  return void 0;
}
function add(found, { row, match, marks, trace, message, during }) {
  const earlier = found.at(-1);
  if (row.consequence === true && earlier !== void 0) {
    found[found.length - 1] = { ...earlier, marks: [...earlier.marks, ...marks], trace: [...earlier.trace, ...trace].slice(0, 2 * LONGEST_TRACE) };
    return;
  }
  if (found.length >= MOST_COMPLAINTS) return;
  const line = row.title === void 0 ? match.input : row.title.replace(/\$(\d)/g, (_, group) => match[Number(group)] ?? "");
  const said = row.title === void 0 && message.length > 0 ? ` (${message.join(" ")})` : "";
  found.push({ signature: row, title: line + said, marks, trace, ...during !== void 0 && { during } });
}

const USB_CONTROLLER = /^(?:qemu-xhci|nec-usb-xhci|usb-ehci|ich9-usb-|piix[34]-usb-uhci|pci-ohci)/;
const BACKENDS = [
  { use: /\bnetdev=net0\b/, args: (network) => ["-netdev", network ? "user,id=net0" : "hubport,id=net0,hubid=0"] },
  { use: /\bdrive=null0\b/, args: () => ["-blockdev", "driver=null-co,node-name=null0,size=16777216,read-zeroes=on"] },
  { use: /\bchardev=null0\b/, args: () => ["-chardev", "null,id=null0"] }
];
const driverOf = (device) => device.split(",")[0] ?? "";
const isUsb = (device) => /^(?:usb|u2f|ccid)-/.test(driverOf(device)) && !USB_CONTROLLER.test(driverOf(device));
function deviceProblem(devices, machine, network) {
  const empty = devices.find((device) => !/^[\w.-]+(?:,|$)/.test(device));
  if (empty !== void 0) return `"${empty}" is no device: it begins with the name of one, as QEMU's -device takes it.`;
  if (machineNamed(machine).row.pci) return void 0;
  const [refused] = [...devices.map(driverOf).filter((driver) => !driver.startsWith("isa-")), ...network ? ["a network card"] : []];
  return refused === void 0 ? void 0 : `${machine} has no PCI bus, so ${refused} cannot be attached: use machine q35.`;
}
function deviceArgs(devices, network) {
  const wanted = [
    ...devices.some(isUsb) && !devices.some((device) => USB_CONTROLLER.test(driverOf(device))) ? ["qemu-xhci"] : [],
    ...devices,
    ...network && !devices.some((device) => /\bnetdev=net0\b/.test(device)) ? ["virtio-net-pci,netdev=net0"] : []
  ];
  return [
    ...BACKENDS.filter(({ use }) => wanted.some((device) => use.test(device))).flatMap(({ args }) => args(network)),
    ...wanted.flatMap((device) => ["-device", device])
  ];
}
function preloadsFor(devices, machine, network) {
  if (!machineNamed(machine).row.pci) return [];
  return [...hasUsb(devices) ? ["xhci_pci", "usbcore"] : [], ...network ? ["virtio_net"] : [], ...network || devices.some((device) => device.startsWith("virtio-")) ? ["virtio_pci"] : []];
}
function hasUsb(devices) {
  return devices.some(isUsb);
}

const FRAME = /([\w.$]+)\+0x([0-9a-f]{1,8})\/0x([0-9a-f]{1,8}) \[([\w-]+)(?: [0-9a-f]{40})?\]/g;
const MOST$1 = 32;
function framesOf(trace, modules) {
  const found = /* @__PURE__ */ new Map();
  for (const line of trace) {
    if (/^\s*\? /.test(line)) continue;
    for (const [text, symbol, offset, size, module] of line.matchAll(FRAME)) {
      if (symbol === void 0 || module === void 0 || found.has(text) || found.size >= MOST$1 || !modules.includes(module)) continue;
      found.set(text, { text, symbol, offset: parseInt(offset ?? "", 16), size: parseInt(size ?? "", 16), module, exact: /^(?:RIP|WARNING|pc|PC)\b/.test(line) });
    }
  }
  return [...found.values()];
}

const BASELINE = "kmod-gate: baseline";
const OUTPUT_LIMIT = 256 << 10;
const TEST_DIR = "/test";
const TEST_FILE = "/kmod-gate/test";
const LEFTOVERS = 200;
function initScript(actions, machine) {
  const { port, ending } = machineNamed(machine).row;
  return `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin:/usr/bin:/sbin:/usr/sbin HOME=/
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
nonce=$(cat /nonce)
rm /nonce
mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
g=/kmod-gate
stty -F /dev/${port} raw -echo 115200
exec 3>/dev/${port}
say() { echo "$nonce $*" >&3; }
# Centiseconds since boot in $clock, without starting a process; the 1 keeps 09 from being read as octal.
tick() { read -r uptime rest < /proc/uptime; clock=$(( \${uptime%.*} * 100 + 1\${uptime#*.} - 100 )); }
# Closing the port waits until all of it has been sent.
power_off() { exec 3>&-; sync; ${ending}; }
# What it reads comes back as records of one kind.
send() { base64 -w 512 | sed "s/^/$nonce $* /" >&3; }
give_log() {
  dmesg -r > $g/log
  if ! grep -q '${BASELINE}' $g/log; then say logend -; return; fi
  sed '1,/${BASELINE}/d' $g/log > $g/since
  send log < $g/since
  say logend "$(md5sum < $g/since | cut -c1-32)"
}
# Not with read, which takes a byte at a time: a sysctl gives its value to the first read only.
give_taint() { say taint "$1" "$(cat /proc/sys/kernel/tainted)"; }
finish() { give_taint after; give_log; say done; power_off; }
# A step that never returns must not keep init: it runs beside it and is waited for, closely at first.
step() {
  kind=$1 cycle=$2 name=$3 limit=$4; shift 4
  say begin "$kind" "$cycle" "$name" "$limit"
  [ "$cycle" = 0 ] || echo "<6>kmod-gate: $kind $name, cycle $cycle" > /dev/kmsg
  tick; began=$clock pause=5000
  rm -f $g/status
  { "$@" > $g/said 2>&1; echo $? > $g/status; } 3>&- &
  while tick; took=$((clock - began)); [ ! -s $g/status ] && [ "$took" -lt $((limit * 100)) ] && kill -0 $! 2>/dev/null; do
    usleep $pause
    [ "$took" -lt 50 ] || pause=100000
  done
  if [ ! -s $g/status ] && kill -0 $! 2>/dev/null; then
    # Tell where tasks are blocked and what the other processors run.
    echo w > /proc/sysrq-trigger
    echo l > /proc/sysrq-trigger
    if [ "$kind" = test ]; then tested - hung
    else say end "$kind" "$cycle" "$name" - hung "$took" - "$(base64 -w 0 < $g/said)"; fi
    finish
  fi
  # A process that the kernel killed (oops) leaves no status.
  status=$(cat $g/status 2>/dev/null)
  status=\${status:-137}
}
load() { # own cycle name seconds parameters
  step load "$2" "$3" "$4" insmod "/modules/$3.ko" \${5:+"$5"}
  if [ "$status" != 0 ]; then outcome=refused
  elif grep -q "^$3 .* Live " /proc/modules; then outcome=ok
  else outcome=not-listed; fi
  say end load "$2" "$3" "$status" "$outcome" "$took" - "$(base64 -w 0 < $g/said)"
  if [ "$outcome" != ok ]; then stop=1
  elif [ "$1" = 1 ]; then loaded="$loaded $3 "; fi
}
unload() { # cycle name seconds
  case $loaded in *" $2 "*) ;; *) return ;; esac
  references=-
  read -r references < "/sys/module/$2/refcnt"
  step unload "$1" "$2" "$3" rmmod "$2"
  if [ "$status" != 0 ]; then outcome=refused
  elif grep -q "^$2 " /proc/modules; then outcome=still-listed
  else outcome=ok; fi
  say end unload "$1" "$2" "$status" "$outcome" "$took" "\${references:--}" "$(base64 -w 0 < $g/said)"
  # It is tried once: a module that cannot go does not go later.
  loaded=\${loaded%%" $2 "*}\${loaded#*" $2 "}
  [ "$outcome" = ok ] || stop=1 stuck=1
}
bound() { # cycle seconds modules
  cycle=$1 tries=$(($2 * 10)); shift 2
  while
    for module; do for driver in "/sys/module/$module/drivers"/*; do for device in "$driver"/*; do
      if [ -L "$device" ] && [ "\${device##*/}" != module ]; then echo "$module	\${driver##*/}	\${device##*/}"; fi
    done; done; done > $g/bound
    [ ! -s $g/bound ] && [ $tries -gt 0 ]
  do tries=$((tries - 1)); usleep 100000; done
  say bound "$cycle" "$(head -c 65536 $g/bound | base64 -w 0)"
}
run_test() {
  cd ${TEST_DIR} && KMOD_GATE_CYCLE=$1
  export KMOD_GATE_CYCLE
  # A file that names its interpreter is run by that.
  if [ "$(head -c 2 ${TEST_FILE})" = '#!' ]; then set -- ${TEST_FILE}; else set -- sh ${TEST_FILE}; fi
  "$@" < /dev/null > $g/io/out 2> $g/io/err
}
tested() { # status outcome
  for stream in out err; do
    head -c ${OUTPUT_LIMIT} $g/io/$stream > $g/$stream
    send said "$cycle" $stream < $g/$stream
  done
  say tested "$cycle" "$1" "$2" "$took" "$(stat -c %s $g/io/out)" "$(stat -c %s $g/io/err)" "$(md5sum < $g/out | cut -c1-32)" "$(md5sum < $g/err | cut -c1-32)"
}
user_test() { # cycle seconds
  : > $g/io/out
  : > $g/io/err
  step test "$1" test "$2" run_test "$1"
  if [ "$status" = 0 ]; then outcome=ok; else outcome=failed; fi
  tested "$status" $outcome
}
# Interface 0 of a bus is that of its root hub.
wait_usb() { # seconds
  tries=$(($1 * 10))
  while set -- /sys/bus/usb/devices/[0-9]*-[1-9]*:*; [ ! -e "$1" ] && [ $tries -gt 0 ]; do tries=$((tries - 1)); usleep 100000; done
}
# QEMU's user network has these addresses.
network() {
  for interface in /sys/class/net/*; do
    interface=\${interface##*/}
    if [ "$interface" != lo ]; then
      ip link set "$interface" up && ip address add 10.0.2.15/24 dev "$interface" && ip route add default via 10.0.2.2
      echo nameserver 10.0.2.3 > /etc/resolv.conf
      return
    fi
  done 2>/dev/null
}
# What a module may leave behind, one entry a line. Nothing but directory reading, and a few files whose lines are entries.
listing() {
  printf '%s\\n' /sys/module/* /sys/class/* /sys/class/*/* /sys/bus/* /sys/bus/*/drivers/* /sys/bus/*/devices/* /sys/devices/*/* /sys/devices/virtual/*/* \\
    /sys/kernel/* /sys/kernel/slab/* /sys/kernel/debug/* /sys/kernel/debug/*/* /sys/fs/* /sys/firmware/* \\
    /proc/[!0-9]* /proc/driver/* /proc/fs/* /proc/fs/*/* /proc/net/* /proc/sys/*/* /proc/sys/*/*/* /proc/bus/*
  for file in devices misc filesystems iomem ioports; do sed "s|^ *|/proc/$file: |" /proc/$file; done
  sed -n 's|^name *: |/proc/crypto: |p' /proc/crypto 2>/dev/null
  awk '$1 ~ /^[0-9]+:$/ { print "/proc/interrupts: " $1 " " $NF }' /proc/interrupts
  # Children of kthreadd, but for the workers that the kernel adds and ends as it likes.
  ps -o ppid,args | sed -n 's|^ *2 \\[\\(.*\\)\\]$|kernel thread: \\1|p' | grep -v ' \\(kworker/\\|psimon\\)'
}
# What is left may hang or kill whoever looks at it: beside init, and not for long.
look() {
  rm -f $g/looked
  { fresh; : > $g/looked; } 3>&- &
  tries=100
  while [ ! -e $g/looked ] && [ $tries -gt 0 ]; do usleep 50000; tries=$((tries - 1)); done
  [ -e $g/looked ]
}
fresh() { listing > $g/after; awk 'NR == FNR { known[$0]; next } !($0 in known)' $g/before $g/after > $g/new; }
settle() {
  [ -z "$stuck" ] || return
  sleep 1
  look || return
  # What the kernel clears away later is no leftover.
  if [ -s $g/new ]; then sleep 2; look || return; fi
  head -n ${LEFTOVERS} $g/new | send left
  say leftend
}
baseline() {
  listing > $g/before
  give_taint before
  echo '<5>${BASELINE}' > /dev/kmsg
}
loaded= stop= stuck=
mkdir -p $g/io ${TEST_DIR} /tmp /etc /run
# Its own small file system: a test that writes without end fills no more than this.
mount -t tmpfs -o size=8m tmpfs $g/io
ip link set lo up 2>/dev/null
dmesg -n 8
say up "$(uname -r)"
${actions.map(line).join("\n")}
finish
`;
}
function line(action) {
  const unlessStopped = '[ -n "$stop" ] || ';
  switch (action.do) {
    case "load":
      return `${unlessStopped}load ${action.own ? 1 : 0} ${action.cycle} ${action.module} ${action.seconds} ${shellQuote(action.parameters)}`;
    case "wait-usb":
      return `wait_usb ${action.seconds}`;
    case "network":
      return "network";
    case "baseline":
      return "baseline";
    case "bound":
      return `${unlessStopped}bound ${action.cycle} ${action.seconds} ${action.modules.join(" ")}`;
    case "test":
      return `${unlessStopped}user_test ${action.cycle} ${action.seconds}`;
    case "unload":
      return `unload ${action.cycle} ${action.module} ${action.seconds}`;
    case "settle":
      return "settle";
  }
}

const OUTCOMES = ["ok", "refused", "hung", "not-listed", "still-listed"];
const TEST_OUTCOMES = ["ok", "failed", "hung"];
const LONGEST$1 = 1 << 20;
const ALL = 64 << 20;
function readRecords(nonce, changed) {
  const records = { steps: [], tests: [], bound: [], boundSeen: false, taint: {}, left: [], leftEnded: false, said: { out: [], err: [] }, log: [], done: false };
  let rest = "";
  let taken = 0;
  return {
    records,
    take(data) {
      const lines = (rest + data.toString("latin1")).split("\n");
      rest = (lines.pop() ?? "").slice(0, LONGEST$1);
      for (const line of lines) {
        const at = line.indexOf(`${nonce} `);
        if (at < 0) continue;
        taken += line.length;
        if (taken > ALL) return;
        apply(records, line.slice(at + nonce.length + 1).trim().split(" "));
        changed();
      }
    }
  };
}
function apply(records, [word, ...rest]) {
  const read = READERS.get(word ?? "");
  read?.(records, rest);
}
const READERS = /* @__PURE__ */ new Map([
  ["up", (records, [release]) => records.release = release ?? ""],
  ["begin", begin],
  ["end", end],
  [
    "said",
    (records, [, stream, piece]) => {
      if (stream === "out" || stream === "err") records.said[stream].push(piece ?? "");
    }
  ],
  ["tested", tested],
  [
    "taint",
    (records, [when, value]) => {
      const number = numberOf$1(value);
      if ((when === "before" || when === "after") && number !== void 0) records.taint[when] = number;
    }
  ],
  ["bound", bound],
  ["left", (records, [piece]) => void records.left.push(piece ?? "")],
  ["leftend", (records) => records.leftEnded = true],
  ["log", (records, [piece]) => void records.log.push(piece ?? "")],
  ["logend", (records, [sum2]) => records.logSum = sum2 ?? "-"],
  ["done", (records) => records.done = true]
]);
function begin(records, [kind, cycle, name, deadline]) {
  if (kind !== "load" && kind !== "unload" && kind !== "test" || name === void 0) return;
  records.open = { kind, name, cycle: numberOf$1(cycle) ?? 0, deadline: numberOf$1(deadline) ?? 0 };
  if (kind === "test") records.said = { out: [], err: [] };
}
function end(records, [kind, cycle, module, status, outcome, centiseconds, references, message]) {
  const known = OUTCOMES.find((name) => name === outcome);
  if (kind !== "load" && kind !== "unload" || module === void 0 || known === void 0) return;
  const deadline = records.open?.deadline;
  delete records.open;
  const number = { status: numberOf$1(status), references: numberOf$1(references), cycle: numberOf$1(cycle) };
  records.steps.push({
    kind,
    module,
    outcome: known,
    ...number.status !== void 0 && { status: number.status },
    message: decoded([message ?? ""]).toString("utf8").trim(),
    seconds: (numberOf$1(centiseconds) ?? 0) / 100,
    ...number.cycle !== void 0 && number.cycle > 0 && { cycle: number.cycle },
    ...deadline !== void 0 && { deadline },
    ...number.references !== void 0 && { references: number.references }
  });
}
function tested(records, [cycle, status, outcome, centiseconds, outBytes, errBytes, outSum, errSum]) {
  const known = TEST_OUTCOMES.find((name) => name === outcome);
  if (known === void 0) return;
  const [stdout, stderr] = [decoded(records.said.out), decoded(records.said.err)];
  const deadline = records.open?.deadline ?? 0;
  const number = numberOf$1(status);
  delete records.open;
  records.said = { out: [], err: [] };
  records.tests.push({
    cycle: numberOf$1(cycle) ?? 0,
    outcome: known,
    ...number !== void 0 && { status: number },
    stdout,
    stderr,
    dropped: Math.max(0, (numberOf$1(outBytes) ?? 0) + (numberOf$1(errBytes) ?? 0) - stdout.length - stderr.length),
    whole: sum(stdout) === outSum && sum(stderr) === errSum,
    seconds: (numberOf$1(centiseconds) ?? 0) / 100,
    deadline
  });
}
function bound(records, [, list]) {
  records.boundSeen = true;
  for (const line of decoded([list ?? ""]).toString("utf8").split("\n")) {
    const [module, link, device] = line.split("	");
    const colon = link?.indexOf(":") ?? -1;
    if (module === void 0 || link === void 0 || device === void 0 || colon < 0) continue;
    const found = { module, bus: link.slice(0, colon), driver: link.slice(colon + 1), device };
    if (!records.bound.some((known) => known.module === module && known.device === device && known.driver === found.driver && known.bus === found.bus)) records.bound.push(found);
  }
}
function logOf(records) {
  const data = decoded(records.log);
  if (sum(data) !== records.logSum) return void 0;
  return data.toString("utf8").replace(/^<\d+>/gm, "").trimEnd();
}
function leftoversOf(records) {
  if (!records.leftEnded) return void 0;
  return decoded(records.left).toString("utf8").split("\n").filter((line) => line !== "");
}
function decoded(pieces) {
  return Buffer.from(pieces.join(""), "base64");
}
function sum(data) {
  return createHash("md5").update(data).digest("hex");
}
function numberOf$1(text) {
  return text !== void 0 && /^-?\d{1,15}$/.test(text) ? Number(text) : void 0;
}

function guestRun({ records, watch, qemu, console: raw, consoleFile, own, tested, accelerator, acceleratorReason, entry, seconds }) {
  const steps = records.steps.map((step) => ({ ...step, own: own.includes(step.module) }));
  const tests = [...records.tests];
  const text = raw.replaceAll("\r", "");
  const stopped = watch.stopped();
  const open = watch.open();
  if (open !== void 0 && (stopped !== void 0 || endedByItself(qemu))) {
    const outcome = stopped === void 0 || stopped === "step-deadline" || open.seconds >= open.deadline ? "hung" : "cut-short";
    const common = { outcome, seconds: open.seconds, deadline: open.deadline };
    if (open.kind === "test") tests.push({ ...common, cycle: open.cycle, stdout: decoded(records.said.out), stderr: decoded(records.said.err), dropped: 0, whole: false });
    else steps.push({ ...common, kind: open.kind, module: open.name, own: own.includes(open.name), message: "", ...open.cycle > 0 && { cycle: open.cycle } });
  }
  const gaveUp = watch.end() === "completed" && [...steps, ...tests].some(({ outcome }) => outcome === "hung");
  const why = stopped ?? (gaveUp ? "step-deadline" : void 0);
  const leftovers = leftoversOf(records);
  const log = logOf(records) ?? since(text);
  return {
    accelerator,
    acceleratorReason,
    entry,
    ...records.release !== void 0 && { release: records.release },
    steps,
    ...tested && { tests },
    ...records.boundSeen && { bound: records.bound },
    taint: records.taint,
    ...leftovers !== void 0 && { leftovers },
    end: gaveUp ? "timeout" : watch.end(),
    ...why !== void 0 && { stopped: why },
    qemu,
    log: log ?? "",
    logSeen: log !== void 0,
    consoleTail: text.trimEnd().split("\n").slice(-40).join("\n"),
    consoleFile,
    seconds
  };
}
function endedByItself({ status, signal, stderr }) {
  return signal === null && status === 0 && !/terminating on signal/.test(stderr);
}
function since(console) {
  const at = console.indexOf(BASELINE);
  return at < 0 ? void 0 : console.slice(console.indexOf("\n", at) + 1);
}

const PT_INTERP = 3;
const SECONDS$1 = 15;
function interpreterOf(file) {
  if (file.length < 64 || file.readUInt32BE(0) !== 2135247942 || file[4] !== 2 || file[5] !== 1) return void 0;
  try {
    const [table, size, count] = [integer(file, 32, 8, "program header table"), integer(file, 54, 2, "program header size"), integer(file, 56, 2, "number of program headers")];
    for (let i = 0; i < count; i++) {
      const header = range(file, table + i * size, 56, `program header ${i}`);
      if (integer(header, 0, 4, "type") !== PT_INTERP) continue;
      const name = range(file, integer(header, 8, 8, "offset of the loader"), integer(header, 32, 8, "size of the loader"), "name of the loader");
      return name.toString("latin1").split("\0")[0];
    }
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
  }
  return void 0;
}
function parseLoaderList(output) {
  const paths = [];
  const missing = [];
  for (const line of output.split("\n")) {
    const [, name, target] = /^\s*(\S+)(?: => (not found|\S+))?(?: \(0x[0-9a-f]+\))?\s*$/.exec(line) ?? [];
    if (name === void 0) continue;
    if (target === "not found") missing.push(name);
    else if (target?.startsWith("/") === true) paths.push(target);
    else if (target === void 0 && name.startsWith("/")) paths.push(name);
  }
  return { paths: [...new Set(paths)], missing };
}
async function librariesOf(host, name, program) {
  const loader = interpreterOf(program);
  if (loader === void 0) return [];
  const missing = (what) => new GateError({ id: "guest.library-missing", stage: "boot", severity: "error", title: `${name}, which the test takes along, needs ${what}, and it is not installed here`, remedy: "Install the library in the container, or link the program statically." });
  const dir = await mkdtemp(join(tmpdir(), "kmod-gate-libraries-"));
  try {
    const copy = join(dir, "program");
    await writeFile(copy, program);
    await chmod(copy, 493);
    if (await readFile(loader).catch(() => void 0) === void 0) throw missing(`the loader ${loader}`);
    const listed = parseLoaderList((await host.run({ program: loader, args: ["--list", copy], seconds: SECONDS$1 })).stdout);
    const [first] = listed.missing;
    if (first !== void 0) throw missing(`the library ${first}`);
    return await Promise.all([.../* @__PURE__ */ new Set([loader, ...listed.paths])].map(async (path) => ({ path, data: await readFile(path) })));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function guestEntries({ busybox, machine, actions, nonce, modules, test, testFiles, libraries }) {
  const files = [
    { kind: "file", path: "bin/busybox", data: busybox, executable: true },
    ...libraries.map(({ path, data }) => ({ kind: "file", path: relative(path), data, executable: true })),
    ...testFiles.map(({ path, data, mode }) => ({ kind: "file", path: relative(posix.resolve(TEST_DIR, path)), data, mode: mode & 4095 })),
    ...test === void 0 ? [] : [{ kind: "file", path: relative(TEST_FILE), data: Buffer.from(test), executable: true }],
    ...modules.map(({ name, data }) => ({ kind: "file", path: `modules/${name}.ko`, data })),
    { kind: "file", path: "init", data: Buffer.from(initScript(actions, machine)), executable: true },
    { kind: "file", path: "nonce", data: Buffer.from(`${nonce}
`) }
  ];
  const byPath = new Map(files.map((file) => [file.path, file]));
  const dirs = /* @__PURE__ */ new Set(["bin", "dev", "proc", "sys", "modules", relative(TEST_DIR), ...[...byPath.keys()].flatMap(parents)]);
  return [
    ...[...dirs].sort().map((path) => ({ kind: "dir", path })),
    { kind: "char", path: "dev/console", major: 5, minor: 1 },
    { kind: "char", path: "dev/null", major: 1, minor: 3 },
    ...byPath.values()
  ];
}
function relative(path) {
  return posix.normalize(`/${path}`).slice(1);
}
function parents(path) {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}
async function guestFiles(host, plan, actions, nonce) {
  const libraries = [];
  for (const { path, data } of plan.testFiles ?? []) libraries.push(...await librariesOf(host, path, data));
  return {
    busybox: await busyboxOf(host),
    machine: plan.machine ?? "q35",
    actions,
    nonce,
    modules: [...plan.dependencies, ...plan.modules],
    ...plan.test !== void 0 && { test: plan.test.script },
    testFiles: plan.testFiles ?? [],
    libraries
  };
}
async function busyboxOf(host) {
  const busybox = await host.which("busybox");
  if (busybox === void 0) {
    throw new GateError({ id: "guest.busybox-missing", stage: "boot", severity: "error", title: "busybox is not installed, so nothing can be booted", remedy: "Install busybox-static." });
  }
  const program = await readFile(busybox);
  if (!isStatic(program)) {
    throw new GateError({ id: "guest.busybox-dynamic", stage: "boot", severity: "error", title: `${busybox} is linked dynamically, and the guest has no libraries`, remedy: "Install busybox-static instead of busybox." });
  }
  return program;
}

const stage$2 = "boot";
function applyAllowances(complaints, allowances, today) {
  const findings = [];
  const allowed = /* @__PURE__ */ new Set();
  for (const entry of allowances) {
    const name = `The allowance /${entry.pattern}/ (${entry.reason})`;
    const pattern = compile(entry.pattern);
    if (pattern === void 0 || entry.expires !== void 0 && !isDay(entry.expires)) {
      const what = pattern === void 0 ? "is no regular expression" : `has the expiry date ${JSON.stringify(entry.expires)}, which is no day`;
      findings.push({ id: "guest.allow-invalid", stage: stage$2, severity: "error", title: `${name} ${what}, so the log was not judged as asked`, remedy: "Write the pattern as ECMAScript has it, and the day as YYYY-MM-DD." });
      continue;
    }
    const matching = complaints.filter(({ marks, title }) => [...marks, title].some((line) => pattern.test(line)));
    if (entry.expires !== void 0 && entry.expires < today) {
      const effect = matching.length > 0 ? `would have covered ${matching.length}` : "matches nothing any more";
      findings.push({ id: "guest.allow-expired", stage: stage$2, severity: "warning", title: `${name} expired on ${entry.expires} and does not count; it ${effect}`, remedy: "Fix the cause, take the entry out, or give it a new date with a reason." });
    } else if (matching.length === 0) {
      findings.push({ id: "guest.allow-unused", stage: stage$2, severity: "warning", title: `${name} matches nothing in the log`, remedy: "Take the entry out: it could hide something later." });
    } else {
      for (const complaint of matching) allowed.add(complaint);
      findings.push({ id: "guest.allowed", stage: stage$2, severity: "note", title: `${name} covers: ${matching[0]?.title ?? ""}${matching.length > 1 ? ` (and ${matching.length - 1} more)` : ""}` });
    }
  }
  return { left: complaints.filter((complaint) => !allowed.has(complaint)), allowed: [...allowed], findings };
}
function compile(pattern) {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return void 0;
  }
}
function isDay(text) {
  const date = /* @__PURE__ */ new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

const SYMBOL$1 = { size: 24, name: 0, info: 4, section: 6, value: 8, length: 16 };
const STT_FUNC = 2;
const STT_NOTYPE = 0;
function functionsOf(module) {
  const sections = readSections(module);
  const table = sections.find(({ name }) => name === ".symtab")?.data;
  const strings = sections.find(({ name }) => name === ".strtab")?.data;
  if (table === void 0 || strings === void 0) throw new ElfError(".symtab: the module has no symbols");
  const functions = /* @__PURE__ */ new Map();
  for (let at = 0; at + SYMBOL$1.size <= table.length; at += SYMBOL$1.size) {
    const type = integer(table, at + SYMBOL$1.info, 1, "type of a symbol") & 15;
    const section = sections[integer(table, at + SYMBOL$1.section, 2, "section of a symbol")];
    if (type !== STT_FUNC && type !== STT_NOTYPE || section === void 0 || !/text/.test(section.name)) continue;
    const start = integer(table, at + SYMBOL$1.name, 4, "name of a symbol");
    const end = strings.indexOf(0, start);
    if (end <= start) continue;
    const name = strings.toString("latin1", start, end);
    const symbol = { section: section.name, value: integer(table, at + SYMBOL$1.value, 8, "value of a symbol"), size: integer(table, at + SYMBOL$1.length, 8, "size of a symbol") };
    const same = functions.get(name);
    if (same === void 0) functions.set(name, [symbol]);
    else same.push(symbol);
  }
  return functions;
}
function addressOf(frame, functions) {
  const named = functions.get(frame.symbol) ?? [];
  const sized = named.filter(({ size }) => size <= frame.size && frame.size - size < 64);
  const [symbol] = sized.length > 0 ? sized : named.length === 1 ? named : [];
  if (symbol === void 0 || frame.offset > frame.size) return void 0;
  return { section: symbol.section, address: symbol.value + Math.max(0, frame.offset - (frame.exact ? 0 : 1)) };
}

const SECONDS = 20;
async function sourceLines(host, frames, modules) {
  const lines = /* @__PURE__ */ new Map();
  if (frames.length === 0 || await host.which("addr2line") === void 0) return lines;
  const dir = await mkdtemp(join(tmpdir(), "kmod-gate-lines-"));
  try {
    for (const { name, data } of modules) {
      const file = join(dir, `${name}.ko`);
      const wanted = addresses(frames.filter((frame) => frame.module === name), data);
      if (wanted.size > 0) await writeFile(file, data);
      for (const [section, found] of wanted) {
        const { status, stdout } = await host.run({ program: "addr2line", args: addr2lineArgs(file, section, found.map(({ address }) => address)), seconds: SECONDS });
        if (status === 0) stdout.split("\n").forEach((text, i) => {
          const at = found[i];
          const line = parseLine(text);
          if (at !== void 0 && line !== void 0) lines.set(at.frame.text, line);
        });
      }
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return lines;
}
function addresses(frames, module) {
  const bySection = /* @__PURE__ */ new Map();
  if (frames.length === 0) return bySection;
  try {
    const functions = functionsOf(module);
    for (const frame of frames) {
      const at = addressOf(frame, functions);
      if (at !== void 0) bySection.set(at.section, [...bySection.get(at.section) ?? [], { frame, address: at.address }]);
    }
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
  }
  return bySection;
}
function addr2lineArgs(file, section, offsets) {
  return ["-e", file, "-j", section, ...offsets.map((offset) => `0x${offset.toString(16)}`)];
}
function parseLine(text) {
  const [, file, line] = /^(.+):(\d{1,9})(?: \(discriminator \d+\))?$/.exec(text) ?? [];
  return file === void 0 || file === "??" || Number(line) === 0 ? void 0 : { file, line: Number(line) };
}
function placeOf(found, root) {
  if (found === void 0 || root === void 0) return void 0;
  const { file, line } = found;
  const below = isAbsolute(file) ? relative$1(root.buildDir, file) : file.replace(/^\.\//, "");
  if (below === "" || below.startsWith("../") || isAbsolute(below)) return void 0;
  return { file: join(root.repositoryPath, below), line };
}

const TRACE_LINES = 60;
function judgeComplaints(complaints, expected) {
  const byId = /* @__PURE__ */ new Map();
  for (const complaint of complaints) byId.set(complaint.signature.id, [...byId.get(complaint.signature.id) ?? [], complaint]);
  return [...byId.values()].flatMap(([first, ...others]) => first === void 0 ? [] : [finding(first, others.length, expected)]);
}
function finding(complaint, more, { modules, lines, sources }) {
  const { signature, title, trace, during } = complaint;
  const frames = framesOf(trace, modules.map(({ name }) => name));
  const places = frames.flatMap(({ text }) => placeOf(lines.get(text), sources) ?? []);
  const known = frames.flatMap(({ text }) => {
    const line = lines.get(text);
    return line === void 0 ? [] : [`${text} at ${shown(line, sources)}`];
  });
  const detail = [...during === void 0 ? [] : [`in the guest's step: ${during}`], ...known, ...trace.slice(0, TRACE_LINES)].join("\n");
  const [place] = places;
  return {
    id: signature.id,
    stage: "boot",
    severity: signature.weight,
    title: `The kernel complained: ${title}${more > 0 ? ` (and ${more} more)` : ""}`,
    detail,
    remedy: known.length > 0 ? "Start at the first line of yours that is named above; the whole log is in console.log." : "Fix what the trace points to; the whole log is in console.log.",
    ...place !== void 0 && { place }
  };
}
function shown(line, sources) {
  return `${placeOf(line, sources)?.file ?? line.file}:${line.line}`;
}

const stage$1 = "boot";
function judgeTests(run, { bootTimeout }) {
  const tests = run.tests ?? [];
  const failed = tests.filter(({ outcome }) => outcome === "failed");
  const damaged = tests.filter(({ outcome, whole }) => !whole && (outcome === "ok" || outcome === "failed"));
  const [first] = failed;
  return [
    ...first === void 0 ? [] : [{ id: "guest.test-failed", stage: stage$1, severity: "fail", title: `The test failed with status ${String(first.status)}${cycles(failed, tests)}`, detail: output(first), remedy: "Its output is in the detail; it runs in the guest with busybox and the files that you gave it." }],
    ...tests.flatMap((test) => {
      if (test.outcome === "cut-short" && run.stopped !== "console-flood") return [{ id: "guest.cut-short", stage: stage$1, severity: "error", title: `boot-timeout (${bootTimeout} s) was over while the test ran, after ${test.seconds.toFixed(1)} s of its ${test.deadline} s`, detail: output(test), remedy: "Raise boot-timeout above the time that the test may take." }];
      if (test.outcome !== "hung") return [];
      if (run.end === "lost") return [{ id: "guest.died", stage: stage$1, severity: "fail", title: "The guest went down while the test ran", detail: [output(test), run.consoleTail].join("\n"), remedy: "The console\u2019s last lines show what the kernel said." }];
      return [{ id: "guest.test-hung", stage: stage$1, severity: "fail", title: `The test did not end within ${test.deadline} s (cycle ${test.cycle})`, detail: output(test), remedy: "Give it more time, or look at what it waits for: blocked tasks are in the log." }];
    }),
    ...damaged.length === 0 ? [] : [{ id: "guest.lost", stage: stage$1, severity: "error", title: `The test\u2019s output did not come back whole${cycles(damaged, tests)}` }]
  ];
}
function cycles(some, all) {
  return all.length === 1 ? "" : ` (cycle ${some.map(({ cycle }) => cycle).join(", ")})`;
}
function output({ stdout, stderr }) {
  const text = (name, data) => data.length === 0 ? [] : [`${name}:`, ...data.toString("utf8").trimEnd().split("\n").slice(-40)];
  return [...text("stdout", stdout), ...text("stderr", stderr)].join("\n");
}

const SHORTEST = 3;
const COMM = 15;
function attributeLeftovers(entries, modules) {
  const all = new Set(entries);
  return entries.filter((entry) => !parentsOf(entry).some((parent) => all.has(parent))).map((entry) => {
    const module = modules.find(({ name, data }) => namesOf(entry).some((candidate) => bears(candidate, name) || holds(data, candidate)));
    return { entry, ...module !== void 0 && { module: module.name } };
  });
}
function parentsOf(entry) {
  if (!/^\/\S+$/.test(entry)) return [];
  const parts = entry.split("/");
  return parts.slice(2).map((_, i) => parts.slice(0, i + 2).join("/"));
}
function namesOf(entry) {
  const listed = /^(?:\/proc\/\w+|kernel thread): (.*)$/.exec(entry)?.[1];
  const words = listed === void 0 ? [entry.slice(entry.lastIndexOf("/") + 1)] : [listed, ...listed.split(/[\s:]+/)];
  const bare = words.map((word) => word.replace(/[-:.@]?\d+$/, ""));
  return [.../* @__PURE__ */ new Set([...words, ...bare])].filter((word) => word.length >= SHORTEST && !/^[\d\s:-]+$/.test(word));
}
function bears(candidate, module) {
  const [found, name] = [candidate.replaceAll("-", "_"), module.replaceAll("-", "_")];
  return found.includes(name) || name.length > COMM && found === name.slice(0, COMM);
}
function holds(data, name) {
  const wanted = Buffer.from(name);
  for (let at = data.indexOf(wanted); at >= 0; at = data.indexOf(wanted, at + 1)) {
    const after = data[at + wanted.length];
    if (data[at - 1] === 0 && (after === 0 || /[%\d:@.-]/.test(String.fromCharCode(after ?? 0)))) return true;
  }
  return false;
}

const FLAGS = [
  { letter: "P", meaning: "a proprietary module was loaded" },
  { letter: "F", meaning: "a module was loaded by force" },
  { letter: "S", meaning: "the processor or system is out of specification" },
  { letter: "R", meaning: "a module was unloaded by force" },
  { letter: "M", meaning: "the processor reported a machine check" },
  { letter: "B", meaning: "a bad page or broken memory was found" },
  { letter: "U", meaning: "user space asked for the flag" },
  { letter: "D", meaning: "the kernel died (oops or BUG)" },
  { letter: "A", meaning: "an ACPI table was overridden" },
  { letter: "W", meaning: "the kernel warned" },
  { letter: "C", meaning: "a staging driver was loaded" },
  { letter: "I", meaning: "a severe firmware bug was worked around" },
  { letter: "O", meaning: "an out-of-tree module was loaded" },
  { letter: "E", meaning: "an unsigned module was loaded" },
  { letter: "L", meaning: "a soft lockup occurred" },
  { letter: "K", meaning: "the kernel was live patched" },
  { letter: "X", meaning: "a flag of the distribution" },
  { letter: "T", meaning: "the kernel was built with structure randomisation" },
  { letter: "N", meaning: "an in-kernel test was run" },
  { letter: "J", meaning: "user space changed device state through fwctl" }
];
const EXPECTED = "OE";
function newTaints(before, after, explained) {
  const bits = BigInt(after) & ~BigInt(before);
  return Array.from({ length: 53 }, (_, bit) => bit).filter((bit) => (bits >> BigInt(bit) & 1n) === 1n).map((bit) => FLAGS[bit] ?? { letter: `bit ${bit}`, meaning: "a flag that this version of kmod-gate does not know" }).filter(({ letter }) => letter.length > 1 || !(EXPECTED + explained).includes(letter)).map(({ letter, meaning }) => `${letter} (${meaning})`);
}

const stage = "boot";
function judgeGuest(run, expected) {
  if (run.end === "never-up") return [neverUp(run, expected)];
  const { left, allowed, findings: allowances } = applyAllowances(expected.complaints, expected.allow, expected.today);
  const findings = [
    ...run.release === expected.release ? [] : [{ id: "guest.other-kernel", stage, severity: "error", title: `The guest runs ${run.release ?? "an unknown kernel"} instead of ${expected.release}` }],
    // Before the baseline there is nothing to read; that the guest got no further is told by what stopped it.
    ...run.logSeen || !begun(run) ? [] : [{ id: "guest.no-log", stage, severity: "error", title: "The kernel log of the guest could not be read, so it was not judged", detail: run.consoleTail }],
    // A complaint comes first: it says more than insmod's "Killed".
    ...judgeComplaints(left, expected),
    ...run.steps.flatMap((step) => judgeStep(step, run, expected)),
    ...judgeTests(run, expected),
    ...judgeFlood(run, expected)
  ];
  findings.push(...judgeTaint(run, [...left, ...allowed]), ...left.some(({ signature }) => signature.taints?.includes("D") === true) ? [] : judgeLeftovers(run, expected), ...judgeBound(run, expected), ...allowances);
  return [...findings, ...judgeMissing(run, expected, findings), ...judgeEnd(run, expected, findings)];
}
const begun = (run) => run.taint?.before !== void 0 || run.steps.some(({ own }) => own);
const weighs = ({ severity }) => severity === "fail" || severity === "error";
function neverUp(run, { bootTimeout }) {
  const machine = `${run.accelerator.toUpperCase()}, ${run.entry}`;
  const gone = qemuTrouble(run);
  if (gone !== void 0) return gone;
  const title = run.stopped === "boot-timeout" ? `The guest did not come up within boot-timeout, ${bootTimeout} s (${machine})` : `The guest did not come up (${machine})`;
  return { id: "guest.never-up", stage, severity: "error", title, detail: run.consoleTail, remedy: "See console.log. Raise boot-timeout on a slow machine, or memory for a large one." };
}
function qemuTrouble({ qemu, stopped }) {
  if (qemu === void 0 || stopped !== void 0 || endedByItself(qemu)) return void 0;
  const words = qemu.stderr.trim();
  const said = words === "" ? {} : { detail: words };
  if (qemu.signal !== null || (qemu.status ?? 0) > 128 || /terminating on signal/.test(words)) {
    const signal = qemu.signal ?? (/terminating on signal (\d+)/.exec(words)?.[1] !== void 0 ? `signal ${/terminating on signal (\d+)/.exec(words)?.[1] ?? ""}` : `signal ${(qemu.status ?? 128) - 128}`);
    return { id: "guest.qemu-killed", stage, severity: "error", title: `QEMU was ended from outside or crashed (${signal}), so the module was not judged`, ...said, remedy: "Look for a memory limit of the container (SIGKILL), a job that was cancelled (SIGTERM), or a fault of QEMU (SIGSEGV, SIGABRT)." };
  }
  return { id: "guest.qemu-failed", stage, severity: "error", title: `QEMU gave up: ${words.split("\n").at(-1) || `status ${String(qemu.status)}`}`, ...said, remedy: "Check devices, machine, memory and cpus: these are what QEMU was asked for." };
}
const DOING = { load: "being loaded", unload: "being unloaded" };
function judgeStep(step, run, { bootTimeout }) {
  const { module, kind, outcome } = step;
  const time = step.cycle !== void 0 && step.cycle > 1 ? ` (cycle ${step.cycle})` : "";
  const said = [step.message, tail(run.log || run.consoleTail)].filter((text) => text !== "").join("\n");
  const common = { stage, ...said !== "" && { detail: said } };
  const wrongCount = step.own && kind === "unload" && step.references !== void 0 && step.references !== 0 ? [{ ...common, id: "guest.references", severity: "fail", title: `${module} has ${step.references} references when nothing uses it any more${time}`, remedy: step.references < 0 ? "More references were put than taken: look for module_put()." : "Each try_module_get(), open file and registered user needs its counterpart." }] : [];
  if (outcome === "ok") return wrongCount;
  if (outcome === "cut-short") {
    if (run.stopped === "console-flood") return [];
    return [{ ...common, id: "guest.cut-short", severity: "error", title: `boot-timeout (${bootTimeout} s) was over while ${module} was ${DOING[kind]}, after ${step.seconds.toFixed(1)} s of the ${step.deadline ?? 0} s that the step may take${time}`, remedy: "Raise boot-timeout: the module was not given its time." }];
  }
  if (!step.own) return [{ ...common, id: "guest.dependency-refused", severity: "error", title: `${module}, a module of the kernel\u2019s own package, was ${outcome} by the kernel${step.message === "" ? "" : `: ${reason(step)}`}`, remedy: "Check its parameters, and that the kernel has such a module." }];
  switch (outcome) {
    case "refused":
      return kind === "load" ? [{ ...common, id: "guest.load-refused", severity: "fail", title: `The kernel refused to load ${module}: ${reason(step)}${time}`, remedy: REMEDIES.find(({ pattern }) => pattern.test(step.message))?.remedy ?? "See the kernel\u2019s own words in the detail." }] : [...wrongCount, { ...common, id: "guest.unload-refused", severity: "fail", title: `${module} cannot be unloaded: ${reason(step)}${time}`, remedy: "A module needs an exit function, and no reference to it may be left." }];
    case "hung":
      if (run.end === "lost") return [{ ...common, id: "guest.died", severity: "fail", title: `The guest went down while ${module} was ${DOING[kind]}${time}`, remedy: "The console\u2019s last lines show what the kernel said." }];
      return [{ ...common, id: kind === "load" ? "guest.load-hung" : "guest.unload-hung", severity: "fail", title: `${kind === "load" ? "Loading" : "Unloading"} ${module} did not end within ${(step.deadline ?? step.seconds).toFixed(0)} s${time}`, remedy: "Its init or exit function waits or spins forever; the console shows where." }];
    case "not-listed":
      return [{ ...common, id: "guest.not-listed", severity: "fail", title: `insmod of ${module} succeeded, but /proc/modules does not list it as live${time}` }];
    case "still-listed":
      return [{ ...common, id: "guest.still-listed", severity: "fail", title: `rmmod of ${module} succeeded, but /proc/modules still lists it${time}` }];
  }
}
function judgeFlood(run, { consoleLimit }) {
  if (run.stopped !== "console-flood") return [];
  const at = [...run.steps.filter(({ outcome }) => outcome === "cut-short").map(({ kind, module }) => ` while ${module} was ${DOING[kind]}`), ...(run.tests ?? []).filter(({ outcome }) => outcome === "cut-short").map(() => " while the test ran")];
  return [{ id: "guest.console-flood", stage, severity: "fail", title: `The console was flooded${at[0] ?? ""}: more than ${consoleLimit >> 20} MiB, so the guest was ended`, detail: run.consoleTail, remedy: "Print less, or use printk_ratelimited(), dev_dbg() and the like." }];
}
function judgeTaint({ taint }, complaints) {
  if (taint?.before === void 0 || taint.after === void 0) return [];
  const flags = newTaints(taint.before, taint.after, complaints.map(({ signature }) => signature.taints ?? "").join(""));
  if (flags.length === 0) return [];
  return [{ id: "guest.taint", stage, severity: "fail", title: `The modules tainted the kernel: ${flags.join(", ")}`, detail: `/proc/sys/kernel/tainted: ${taint.before} at the baseline, ${taint.after} at the end`, remedy: "Only O (out of tree) and E (unsigned) are set by any module of your own." }];
}
const MOST_LEFTOVERS = 40;
function judgeLeftovers(run, { modules }) {
  const leftovers = attributeLeftovers(run.leftovers ?? [], modules);
  const list = (entries) => entries.slice(0, MOST_LEFTOVERS).map(({ entry }) => entry).join("\n");
  const proven = leftovers.filter(({ module }) => module !== void 0);
  const others = leftovers.filter(({ module }) => module === void 0);
  const [first] = proven;
  const more = proven.length > 1 ? ` (and ${proven.length - 1} more)` : "";
  return [
    ...first === void 0 ? [] : [{ id: "guest.leftover", stage, severity: "fail", title: `${first.module ?? ""} left something behind after it was unloaded: ${first.entry}${more}`, detail: list(proven), remedy: "Undo in the exit function, and where init fails, all that init did." }],
    ...others.length === 0 ? [] : [{ id: "guest.changed", stage, severity: "note", title: `After unloading there are ${others.length} entries in /sys, /proc or the list of threads that were not there before and bear no name of yours`, detail: list(others) }]
  ];
}
function judgeBound({ bound, steps }, { expectBound, modules }) {
  if (!expectBound || bound === void 0 || bound.length > 0 || steps.some(({ own, kind, outcome }) => own && kind === "load" && outcome !== "ok")) return [];
  return [{ id: "guest.not-bound", stage, severity: "fail", title: `No device was bound to a driver of ${modules.map(({ name }) => name).join(", ")}`, remedy: "Compare the driver\u2019s id table with the devices that the guest has, and look for what probe() says in the log." }];
}
function judgeMissing(run, { modules, reloads, tested }, findings) {
  if (run.end !== "completed" || findings.some(weighs)) return [];
  const count = (kind, module) => run.steps.filter((step) => step.kind === kind && step.module === module).length;
  const unseen = modules.map(({ name }) => name).filter((name) => count("load", name) < reloads || count("unload", name) < reloads);
  const parts = [...unseen, ...tested && (run.tests ?? []).length < reloads ? ["the test"] : []];
  if (parts.length === 0 && run.taint?.after === void 0) parts.push("the taint flags");
  if (parts.length === 0 && run.leftovers === void 0) parts.push("what was left after unloading");
  return parts.length === 0 ? [] : [{ id: "guest.lost", stage, severity: "error", title: `The guest\u2019s results for ${parts.join(", ")} did not come back, so they were not judged`, detail: run.consoleTail }];
}
function judgeEnd(run, { bootTimeout }, findings) {
  if (run.end === "completed") return [];
  const trouble = qemuTrouble(run);
  if (findings.some(({ severity }) => severity === "fail") || trouble === void 0 && findings.some(({ severity }) => severity === "error")) return [];
  if (trouble !== void 0) return [trouble];
  const loaded = run.steps.filter(({ own, kind, outcome }) => own && kind === "load" && outcome === "ok").map(({ module }) => module);
  if (run.end === "lost" && run.qemu !== void 0 && loaded.length > 0) {
    return [{ id: "guest.died", stage, severity: "fail", title: `The guest went down by itself after ${[...new Set(loaded)].join(", ")} had been loaded`, detail: run.consoleTail, remedy: "Something that the module set going (timer, thread, interrupt) reset the machine or overwrote the kernel." }];
  }
  const title = run.end === "timeout" ? `The guest did not end within boot-timeout, ${bootTimeout} s` : "The guest was lost: it ended without having said that it was done";
  return [{ id: "guest.lost", stage, severity: "error", title, detail: run.consoleTail, remedy: run.end === "timeout" ? "Raise boot-timeout: no single step was too slow." : "See console.log; nothing in it points to the module." }];
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

async function kvmDevice() {
  if (await stat("/dev/kvm").catch(() => void 0) === void 0) return "there is no /dev/kvm";
  return access("/dev/kvm", constants.R_OK | constants.W_OK).then(
    () => void 0,
    () => "/dev/kvm may not be opened by this user"
  );
}
function kvmFailure(stderr, seconds) {
  const words = stderr.trim().split("\n").at(-1) ?? "";
  return words === "" || /terminating on signal/.test(words) ? `/dev/kvm opens, but a guest showed no sign of life within ${seconds} s` : `QEMU gave up on KVM: ${words}`;
}

function loadOrder(modules) {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const result = /* @__PURE__ */ new Set();
  const begun = /* @__PURE__ */ new Set();
  const visit = (module) => {
    if (begun.has(module)) return;
    begun.add(module);
    for (const name of module.depends) {
      const dependency = byName.get(name.replaceAll("-", "_"));
      if (dependency !== void 0) visit(dependency);
    }
    result.add(module);
  };
  modules.forEach(visit);
  return [...result];
}

const PARAMETERS$1 = ["quiet", "panic=-1", "nokaslr", "rdinit=/init", "log_buf_len=2M", "watchdog_thresh=5", "random.trust_cpu=on", "printk.devkmsg=on"];
function qemuArgs(machine) {
  const { architecture: { qemu }, row } = machineNamed(machine.type);
  return [
    ...["-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-monitor", "none"],
    ...["-machine", row.machine, "-accel", machine.accelerator, "-cpu", qemu.cpu[machine.accelerator], "-m", String(machine.memory), "-smp", String(machine.cpus)],
    ...["-kernel", machine.kernel, "-initrd", machine.initramfs, "-append", [...qemu.parameters, ...PARAMETERS$1, ...row.parameters, ...machine.kernelArgs].join(" ")],
    ...["-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"],
    ...["-chardev", `socket,id=results,path=${machine.results}`, ...row.results],
    ...deviceArgs(machine.devices, machine.network)
  ];
}

const DRAIN = 2e3;
async function listenForResults(path, take) {
  const open = /* @__PURE__ */ new Set();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("data", take);
    socket.on("error", () => void 0);
    socket.once("close", () => open.delete(socket));
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(path, resolve));
  return {
    async drained() {
      const closed = [...open].map((socket) => new Promise((resolve) => socket.once("close", () => resolve())));
      let timer;
      const late = new Promise((resolve) => timer = setTimeout(resolve, DRAIN));
      await Promise.race([Promise.all(closed), late]);
      clearTimeout(timer);
    },
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    }
  };
}

function actionsOf({ preload, modules, testSeconds, reloads, stepSeconds: stepSeconds2, usbSeconds, boundSeconds, network }) {
  const names = modules.map(({ name }) => name);
  const online = network ? [{ do: "network" }] : [];
  const cycle = (number) => [
    ...modules.map(({ name, parameters }) => ({ do: "load", module: name, parameters, own: true, cycle: number, seconds: stepSeconds2 })),
    { do: "bound", modules: names, cycle: number, seconds: boundSeconds },
    ...testSeconds === void 0 ? [] : [...online, { do: "test", cycle: number, seconds: testSeconds }],
    ...[...names].reverse().map((module) => ({ do: "unload", module, cycle: number, seconds: stepSeconds2 }))
  ];
  return [
    ...preload.map(({ name, parameters }) => ({ do: "load", module: name, parameters, own: false, cycle: 0, seconds: stepSeconds2 })),
    ...usbSeconds > 0 ? [{ do: "wait-usb", seconds: usbSeconds }] : [],
    ...online,
    { do: "baseline" },
    ...Array.from({ length: reloads }, (_, i) => cycle(i + 1)).flat(),
    { do: "settle" }
  ];
}
const LONGEST_STEP = 30;
const SHORTEST_STEP = 5;
function stepSeconds(bootTimeout) {
  return Math.min(LONGEST_STEP, Math.max(SHORTEST_STEP, Math.floor(bootTimeout / 2)));
}

const MARGIN = 10;
function watchdog(records, limits, kill) {
  let stopped;
  let step;
  let ended;
  const fire = (why) => () => {
    if (ended !== void 0 || records.done) return;
    stopped ??= why;
    ended = Date.now();
    kill();
  };
  const whole = setTimeout(fire("boot-timeout"), limits.bootTimeout * 1e3);
  const proof = limits.proof === void 0 ? void 0 : setTimeout(fire("kvm-proof"), limits.proof * 1e3);
  return {
    changed() {
      if (records.release !== void 0) clearTimeout(proof);
      if (records.open === step?.open) return;
      clearTimeout(step?.timer);
      const open = records.open;
      step = open === void 0 ? void 0 : { open, began: Date.now(), timer: setTimeout(fire("step-deadline"), (open.deadline + MARGIN) * 1e3) };
    },
    flooded: fire("console-flood"),
    stopped: () => stopped,
    open: () => step === void 0 ? void 0 : { ...step.open, seconds: ((ended ?? Date.now()) - step.began) / 1e3 },
    end() {
      if (records.done) return "completed";
      if (records.release === void 0) return "never-up";
      return stopped === void 0 ? "lost" : "timeout";
    },
    stop() {
      for (const timer of [whole, proof, step?.timer]) clearTimeout(timer);
    }
  };
}

const KVM_PROOF = 8;
const CONSOLE_LIMIT = 4 << 20;
const MIB = 1 << 20;
const USB_WAIT = 8;
const BOUND_WAIT = 5;
let kvmRefusal;
async function bootGuest(host, plan) {
  const problem = deviceProblem(plan.devices ?? [], plan.machine ?? "q35", plan.network ?? false);
  if (problem !== void 0) throw new GateError({ id: "guest.device-impossible", stage: "boot", severity: "error", title: problem });
  checkPreload(plan);
  const { qemu } = machineNamed(plan.machine ?? "q35").architecture;
  if (await host.which(qemu.program) === void 0) throw new GateError({ id: "guest.qemu-missing", stage: "boot", severity: "error", title: `${qemu.program} is not installed, so nothing can be booted`, remedy: `Install ${qemu.package}.` });
  const given = await prepare(host, plan);
  const before = [];
  for (let left = plan.retries ?? 0; ; left--) {
    const run = await choose(plan, (accelerator, reason) => boot(host, plan, given, accelerator, reason));
    const findings = await judge$1(host, plan, run);
    if (verdictOf(findings) !== "error" || left <= 0) return { run, findings: [...findings, ...flaky(before, findings)] };
    before.push(...findings.filter(({ severity }) => severity === "error").slice(0, 1));
    host.log.info(`boot again: ${before.at(-1)?.title ?? ""}`);
  }
}
function flaky(before, findings) {
  if (before.length === 0 || verdictOf(findings) === "error") return [];
  const detail = before.map(({ title }, i) => `boot ${i + 1}: ${title}`).join("\n");
  return [{ id: "guest.flaky", stage: "boot", severity: "warning", title: `The guest had to be booted ${before.length + 1} times before it could be judged`, detail, remedy: "Look for what the machine lacked; the module was only judged by the last boot." }];
}
async function judge$1(host, plan, run) {
  const complaints = findComplaints(run.log);
  const frames = framesOf(complaints.flatMap(({ trace }) => trace), plan.modules.map(({ name }) => name));
  return judgeGuest(run, {
    release: plan.release,
    modules: plan.modules,
    reloads: plan.reloads ?? 1,
    tested: plan.test !== void 0,
    expectBound: plan.expectBound ?? false,
    allow: plan.allow ?? [],
    today: (/* @__PURE__ */ new Date()).toISOString().slice(0, 10),
    bootTimeout: plan.bootTimeout,
    consoleLimit: CONSOLE_LIMIT,
    complaints,
    lines: await sourceLines(host, frames, plan.modules),
    ...plan.sources !== void 0 && { sources: plan.sources }
  });
}
function checkPreload({ preload, dependencies }) {
  const builtIn = preload?.find(({ name, parameters }) => parameters !== "" && !dependencies.some((module) => module.name === name.replaceAll("-", "_")));
  if (builtIn === void 0) return;
  throw new GateError({ id: "guest.preload-built-in", stage: "boot", severity: "error", title: `${builtIn.name} is built into this kernel, so it cannot be loaded with parameters`, remedy: `Give them as kernel-args: ${builtIn.name}.NAME=VALUE` });
}
async function prepare(host, plan) {
  const nonce = randomBytes(16).toString("hex");
  const initramfs = initramfsOf(plan);
  await writeFile(initramfs, cpioNewc(guestEntries(await guestFiles(host, plan, actionsOf(scenarioOf(plan)), nonce))));
  return { initramfs, nonce };
}
function scenarioOf(plan) {
  const given = new Map(plan.preload?.map(({ name, parameters }) => [name.replaceAll("-", "_"), parameters]));
  return {
    preload: plan.dependencies.map(({ name }) => ({ name, parameters: given.get(name) ?? "" })),
    modules: loadOrder(plan.modules).map(({ name }) => ({ name, parameters: plan.parameters?.get(name) ?? "" })),
    ...plan.test !== void 0 && { testSeconds: plan.test.seconds },
    reloads: plan.reloads ?? 1,
    stepSeconds: stepSeconds(plan.bootTimeout),
    usbSeconds: hasUsb(plan.devices ?? []) ? USB_WAIT : 0,
    boundSeconds: plan.expectBound === true ? BOUND_WAIT : 0,
    network: plan.network ?? false
  };
}
async function choose(plan, attempt) {
  if (plan.boot === "tcg") return attempt("tcg", "TCG was asked for.");
  const refusal = otherArchitecture(plan) ?? (kvmRefusal ??= await kvmDevice());
  if (refusal === void 0) {
    const run = await attempt("kvm", "A guest came up under KVM.");
    if (run.end !== "never-up") return run;
    kvmRefusal = kvmFailure(run.qemu?.stderr ?? "", KVM_PROOF);
  }
  const reason = refusal ?? kvmRefusal ?? "";
  if (plan.boot === "kvm") {
    throw new GateError({ id: "guest.kvm-unusable", stage: "boot", severity: "error", title: `KVM cannot be used: ${reason}`, remedy: "Give the container the device (--device /dev/kvm), or use boot: auto." });
  }
  return attempt("tcg", `KVM was not used: ${reason}.`);
}
function otherArchitecture({ machine }) {
  const { architecture } = machineNamed(machine ?? "q35");
  return architecture === nativeArchitecture() ? void 0 : `the kernel is one of ${architecture.name}, and this machine is not`;
}
const initramfsOf = ({ workDir }) => join(workDir, "initramfs.cpio");
function machineOf(plan, accelerator, initramfs, results) {
  return {
    type: plan.machine ?? "q35",
    accelerator,
    kernel: plan.vmlinux ?? plan.vmlinuz,
    initramfs,
    memory: plan.memory,
    cpus: plan.cpus,
    results,
    devices: plan.devices ?? [],
    network: plan.network ?? false,
    kernelArgs: plan.kernelArgs ?? []
  };
}
async function boot(host, plan, { initramfs, nonce }, accelerator, acceleratorReason) {
  const socketDir = await mkdtemp(join(tmpdir(), "kmod-gate-guest-"));
  const began = Date.now();
  let running;
  const reader = readRecords(nonce, () => watch.changed());
  const watch = watchdog(reader.records, { bootTimeout: plan.bootTimeout, ...accelerator === "kvm" && { proof: KVM_PROOF } }, () => running?.kill());
  const results = await listenForResults(join(socketDir, "results"), (data) => reader.take(data));
  try {
    running = host.start({
      program: machineNamed(plan.machine ?? "q35").architecture.qemu.program,
      args: qemuArgs(machineOf(plan, accelerator, initramfs, join(socketDir, "results"))),
      seconds: plan.bootTimeout + MARGIN,
      stdoutFile: plan.consoleFile
    });
    const guard = setInterval(() => void boundConsole(plan.consoleFile, () => watch.flooded()), 250);
    const qemu = await running.ended.finally(() => clearInterval(guard));
    await results.drained();
    return guestRun({
      records: reader.records,
      watch,
      qemu,
      console: await consoleText(plan.consoleFile),
      consoleFile: plan.consoleFile,
      own: plan.modules.map(({ name }) => name),
      tested: plan.test !== void 0,
      accelerator,
      acceleratorReason,
      entry: plan.vmlinux === void 0 ? machineNamed(plan.machine ?? "q35").architecture.vmlinuz : "vmlinux (PVH)",
      seconds: (Date.now() - began) / 1e3
    });
  } finally {
    watch.stop();
    results.close();
    await rm(socketDir, { recursive: true, force: true });
  }
}
async function boundConsole(file, flooded) {
  const size = await stat(file).then((found) => found.size).catch(() => 0);
  if (size > CONSOLE_LIMIT) flooded();
}
async function consoleText(file) {
  if ((await stat(file)).size > CONSOLE_LIMIT + MIB) await truncate(file, CONSOLE_LIMIT + MIB);
  return readFile(file, "utf8");
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
    if (at === data.length || size === 0) break;
    if (at + size > data.length) throw new Lz4Error(`a block of ${size} bytes at ${at} leaves the frame of ${data.length} bytes`);
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
    const { size } = await stat(scratch);
    return size > LIMIT ? `${program}: larger than ${LIMIT} bytes` : await readFile(scratch);
  } finally {
    await rm(from, { force: true });
    await rm(scratch, { force: true });
  }
}

function kernelName(file) {
  const match = /^(.+)\.ko(?:\.(?:xz|zst|gz))?$/.exec(basename(file));
  return match?.[1]?.replaceAll("-", "_");
}
async function moduleFiles(modulesDir) {
  const entries = await readdir(modulesDir, { recursive: true, withFileTypes: true });
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
async function readModule(host, file) {
  const scratch = await mkdtemp(join(tmpdir(), "kmod-gate-ko-"));
  try {
    const data = await decompress(host, await readFile(file), join(scratch, "module"));
    if (typeof data !== "string") return data;
    throw new GateError({ id: "kernel.module-unreadable", stage: "boot", severity: "error", title: `${basename(file)} of the kernel\u2019s package cannot be decompressed: ${data}`, remedy: "Install xz-utils and zstd." });
  } finally {
    await rm(scratch, { recursive: true, force: true });
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
    const data = await readModule(host, file);
    for (const dependency of (readModinfo(data).get("depends")?.[0] ?? "").split(",")) if (dependency !== "") await visit(dependency, name);
    ordered.set(name, { name, file, data });
  }
  for (const name of names) await visit(name, "the module");
  return [...ordered.values()];
}

function machineFor(target, wanted) {
  const architecture = architectureOf(target);
  const machines = machinesOf(architecture);
  const machine = wanted === "auto" ? machines[0] : machines.find((name) => name === wanted);
  if (machine === void 0) throw new UsageError("machine", wanted, `Allowed for ${target.release}, a kernel of ${architecture.name}, is ${machines.join(" or ")}.`);
  return machine;
}

const RELOCATION = "load-relocation-target";
const AUTOPSY_SECONDS = 90;
async function bootStage(host, request, kit, modules, workDir, sources) {
  const plan = { ...await planOf(host, request, kit, modules, workDir), ...sources !== void 0 && { sources } };
  const { run, findings } = await bootGuest(host, plan);
  await writeTests(run, request.outputDir);
  const insmod = run.steps.flatMap(({ outcome, message }) => outcome === "refused" ? [message] : []).join("\n");
  const diagnoses = verdictOf(findings) === "fail" ? diagnose({ kernelLog: run.log, insmod, facts: { release: kit.target.release } }) : [];
  const explained = withCauses(findings, diagnoses, "boot");
  const autopsy2 = request.autopsy === "auto" ? await autopsyOf(host, request, plan, run, diagnoses) : void 0;
  const bundle = request.bundle === "always" || request.bundle === "on-failure" && verdictOf(findings) !== "pass" ? await bundleOf(request, plan, run) : void 0;
  return {
    run,
    findings: autopsy2 === void 0 ? explained : withAutopsy(explained, autopsy2),
    summary: summarise$1(run, modules, request.scenario),
    ...autopsy2 !== void 0 && { autopsy: autopsy2 },
    ...bundle !== void 0 && { bundle }
  };
}
async function autopsyOf(host, request, plan, run, diagnoses) {
  const refused = run.steps.find(({ own, outcome }) => own && outcome === "refused");
  const module = plan.modules.find(({ name }) => name === refused?.module);
  if (module === void 0 || !diagnoses.some(({ cause }) => cause === RELOCATION)) return void 0;
  if (request.install && await host.which("gdb") === void 0) await installPackages(host, ["gdb-minimal"]);
  host.log.info(`autopsy: boots again under gdb to see who wrote to ${module.name}`);
  const before = plan.modules.slice(0, plan.modules.indexOf(module));
  const withParameters = ({ name, data }) => {
    const parameters = plan.parameters?.get(name);
    return { name, data, ...parameters !== void 0 && { parameters } };
  };
  return autopsy(host, { kernel: plan.vmlinux ?? plan.vmlinuz, dependencies: [...plan.dependencies, ...before].map(withParameters), module: withParameters(module), workDir: plan.workDir, seconds: AUTOPSY_SECONDS });
}
function withAutopsy(findings, { outcome, sentences, seconds }) {
  const text = [`Autopsy (${seconds.toFixed(1)} s):`, ...sentences].join("\n");
  const [first] = findings.filter(({ id, severity }) => id === "guest.load-refused" && severity === "fail");
  const title = outcome === "found" ? sentences[0] ?? "The autopsy found the place" : `The autopsy found nothing: ${sentences[0] ?? outcome}`;
  const note = { id: "guest.autopsy", stage: "boot", severity: "note", title, detail: sentences.slice(1).join("\n") };
  return [...findings.map((finding) => finding === first && outcome === "found" ? { ...finding, detail: [text, ...finding.detail === void 0 ? [] : [finding.detail]].join("\n") } : finding), note];
}
async function bundleOf(request, plan, run) {
  const dir = join(request.outputDir, "bundle");
  const initramfs = initramfsOf(plan);
  await writeBundle(dir, {
    release: plan.release,
    machine: machineOf(plan, run.accelerator, initramfs, "").type,
    kernel: plan.vmlinux ?? plan.vmlinuz,
    initramfs: await readFile(initramfs),
    modules: plan.modules,
    qemuArgs: qemuArgs(machineOf(plan, run.accelerator, initramfs, join(plan.workDir, "results"))),
    seconds: request.bootTimeout
  });
  return dir;
}
async function planOf(host, request, kit, modules, workDir) {
  const { scenario } = request;
  const own = new Set(modules.map((module) => module.name));
  for (const { module } of scenario.load) if (!own.has(module)) throw new UsageError("load", module, `Allowed are the modules that were built: ${[...own].join(", ")}. Modules of the kernel\u2019s own go to preload.`);
  const machine = machineFor(kit.target, scenario.machine);
  const preload = [...preloadsFor(scenario.devices, machine, scenario.network), ...scenario.preload.map(({ module }) => module)];
  const wanted = [.../* @__PURE__ */ new Set([...preload, ...modules.flatMap((module) => module.depends)])].filter((name) => !own.has(name.replaceAll("-", "_")));
  return {
    release: kit.target.release,
    vmlinuz: kit.vmlinuz,
    ...kit.vmlinux !== void 0 && { vmlinux: kit.vmlinux },
    dependencies: await dependencyClosure(host, kit.modulesDir, wanted),
    modules: await Promise.all(modules.map(async (module) => ({ name: module.name, depends: module.depends, data: await readFile(module.file) }))),
    boot: request.boot === "off" ? "tcg" : request.boot,
    bootTimeout: request.bootTimeout,
    memory: request.memory,
    cpus: request.cpus,
    workDir,
    consoleFile: join(request.outputDir, "console.log"),
    parameters: new Map(scenario.load.map(({ module, parameters }) => [module, parameters])),
    preload: scenario.preload.map(({ module, parameters }) => ({ name: module, parameters })),
    ...scenario.test !== void 0 && { test: { script: scenario.test, seconds: scenario.testTimeout } },
    testFiles: await Promise.all(scenario.testFiles.map(async ({ source, path }) => ({ path, data: await readFile(source), mode: (await stat(source)).mode & 511 }))),
    reloads: scenario.reloads,
    devices: scenario.devices,
    machine,
    kernelArgs: scenario.kernelArgs,
    expectBound: scenario.expectBound,
    network: scenario.network,
    allow: scenario.allowLog,
    retries: scenario.retries
  };
}
async function writeTests(run, outputDir) {
  if (run.tests === void 0) return;
  const dir = join(outputDir, "tests");
  await mkdir(dir, { recursive: true });
  for (const { cycle, stdout, stderr } of run.tests) {
    await writeFile(join(dir, `${cycle}.stdout`), stdout);
    await writeFile(join(dir, `${cycle}.stderr`), stderr);
  }
}
function summarise$1(run, modules, { reloads }) {
  const done = (kind) => run.steps.filter((step) => step.own && step.outcome === "ok" && step.kind === kind).length;
  const all = modules.length * reloads;
  const tests = run.tests === void 0 ? "" : `, ${run.tests.filter(({ outcome }) => outcome === "ok").length} of ${reloads} tests passed`;
  const bound = run.bound === void 0 || run.bound.length === 0 ? "" : `, bound to ${[...new Set(run.bound.map(({ device, driver }) => `${device} (${driver})`))].join(", ")}`;
  return `${run.accelerator.toUpperCase()}, ${run.entry}: ${done("load")} of ${all} loads, ${done("unload")} unloads${tests}${bound}. ${run.acceleratorReason}`;
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

const MOST = 3;
function nearNames(name, names) {
  const limit = Math.max(1, Math.floor(name.length / 4));
  const scored = [];
  for (const candidate of names) {
    const contained = name.length >= 4 && (candidate.includes(name) || candidate.length >= 6 && name.includes(candidate));
    const score = Math.abs(candidate.length - name.length) > limit ? Infinity : editDistance(name, candidate);
    if (score <= limit) scored.push({ name: candidate, score });
    else if (contained) scored.push({ name: candidate, score: limit + Math.abs(candidate.length - name.length) });
  }
  return scored.sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1)).slice(0, MOST).map((entry) => entry.name);
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
  { tool: "as", program: "as", args: ["--version"], package: "binutils", symbol: "AS_VERSION", encoding: BINUTILS, stopsKconfig: true },
  { tool: "ld", program: "ld", args: ["--version"], package: "binutils", symbol: "LD_VERSION", encoding: LD, stopsKconfig: true },
  { tool: "ld.lld", program: "ld.lld", args: ["--version"], package: "lld", symbol: "LLD_VERSION", encoding: LLD, stopsKconfig: true },
  { tool: "rustc", program: "rustc", args: ["--version"], package: "rustc", symbol: "RUSTC_VERSION_TEXT", encoding: TEXT$1 },
  { tool: "rustc", program: "rustc", args: ["--version"], package: "rustc", symbol: "RUSTC_VERSION", encoding: RUSTC },
  { tool: "bindgen", program: "bindgen", args: ["--version", "workaround-for-0.69.0"], package: "bindgen", symbol: "BINDGEN_VERSION_TEXT", encoding: TEXT$1 }
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

const ALWAYS = ["build-essential", "dwarves"];
function requiredPackages(config, series) {
  const stated = STATED_TOOLS.filter((row) => usesTool(row, config)).map((row) => row.package);
  const needed = NEEDED_TOOLS.filter((row) => row.needed(config, series)).map((row) => row.package);
  return [.../* @__PURE__ */ new Set([...ALWAYS, compilerPackage(compilerName(config)), ...stated, ...needed])];
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
function prepareArgs(config, modules) {
  return config.get("RUST") === "y" && true ? ["CONFIG_RUST="] : [];
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
    if (request.options.length === 0 && request.allowances.length === 0 && previous === void 0 && diffConfigs(before, after).length === 0) {
      return { verdict: { deltas: [], groups: [], allowed: [], moment }, findings: [] };
    }
    model ??= await loadKconfig(setting.treeDir, setting.srcarch);
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
    await copyFile(kit.headersConfig, join(request.outputDir, "config.target"));
    await copyFile(kit.moduleSymvers, join(setting.treeDir, "Module.symvers"));
    if (kit.btfVmlinux !== void 0) await copyFile(kit.btfVmlinux, join(setting.treeDir, "vmlinux"));
    await writeFile(config, writeOptions(target, request.options));
    await step(host, setting, "oldconfig", OLDCONFIG_DEADLINE, request.outputDir);
    await copyFile(config, join(request.outputDir, "config.oldconfig"));
    const first = await judge("oldconfig");
    const findings = [...shipped, ...first.findings];
    if (findings.some((finding) => finding.severity === "fail")) return { ...first, findings };
    const variables = [...setting.variables ?? [], ...prepareArgs(parseConfig(target))];
    await rm(join(setting.treeDir, "include/config/auto.conf"), { force: true });
    await step(host, { ...setting, variables }, "modules_prepare", PREPARE_DEADLINE, request.outputDir);
    const second = await again("modules_prepare");
    return { ...second, findings: [...findings, ...second.findings] };
  }
  async function recall() {
    const target = await readFile(kit.headersConfig, "utf8");
    const shipped = compareShippedConfigs(parseConfig(target), parseConfig(await readFile(kit.imageConfig, "utf8")));
    await copyFile(kit.headersConfig, join(request.outputDir, "config.target"));
    await copyFile(config, join(request.outputDir, "config.oldconfig"));
    const judgement = await again("modules_prepare");
    return { ...judgement, findings: [...shipped, ...judgement.findings] };
  }
  return { prepare, recall, again };
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

function guestPackages(architecture, native) {
  return [architecture.qemu.package, ...architecture === native ? ["busybox-static"] : []];
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
async function canHaveCompiler(host, compiler) {
  if (await host.which(compiler) !== void 0) return true;
  const shown = await host.run({ program: "apt-cache", args: ["show", "--no-all-versions", "--", compiler], seconds: 60 });
  return parseStanzas(shown.stdout).length > 0;
}

const DEADLINE$2 = 1800;
function debPattern({ name, version }) {
  return `${name}_${version.replaceAll(":", "%3a")}_`;
}
function downloadArgs(packages, view = OWN_VIEW) {
  return ["download", "-q", ...view.options, "-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=3", "--", ...packages.map(({ name, version }) => `${name}=${version}`)];
}
async function downloadPackages(host, packages, dir, view = OWN_VIEW) {
  await mkdir(dir, { recursive: true });
  const missing = [];
  for (const wanted of packages) if (await cached$1(dir, wanted) === void 0) missing.push(wanted);
  if (missing.length > 0) {
    host.log.info(`downloading ${missing.map(({ name, size }) => `${name} (${(size / 1e6).toFixed(0)} MB)`).join(", ")}`);
    const fresh = await mkdtemp(join(dir, "download-"));
    try {
      const exit = await host.run({ program: "apt-get", args: downloadArgs(missing, view), cwd: fresh, seconds: DEADLINE$2 });
      if (exit.status !== 0) throw new GateError(aptFailure(exit, "Downloading the kernel\u2019s packages"));
      for (const name of await readdir(fresh)) await rename(join(fresh, name), join(dir, name));
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  }
  return Promise.all(
    packages.map(async (wanted) => {
      const file = await cached$1(dir, wanted);
      if (file !== void 0) return file;
      throw new GateError({ id: "host.apt-failed", stage: "install", severity: "error", title: `apt-get download left no ${wanted.name} ${wanted.version}`, remedy: "Empty the cache directory and run again." });
    })
  );
}
async function cached$1(dir, wanted) {
  const name = (await readdir(dir)).find((entry) => entry.startsWith(debPattern(wanted)) && entry.endsWith(".deb"));
  if (name === void 0) return void 0;
  const file = join(dir, name);
  if (wanted.size > 0 && (await stat(file)).size !== wanted.size) return void 0;
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
    const kind = await stat(file).catch(() => void 0);
    if (kind !== void 0 && (!kind.isDirectory() || (await readdir(file)).length > 0)) return file;
  }
  return void 0;
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

const UNPACK_DEADLINE = 600;
const MARKER$1 = "complete";
async function fetchKit(host, target, { cacheDir, install, source = true }) {
  const folder = (name) => join(cacheDir, "kits", `${name}_${target.packageVersion.replaceAll(":", "%3a")}`);
  const kernel = { root: folder(target.release), packages: [...target.image, target.headers] };
  const tar = { root: folder(target.source.name), packages: [target.source] };
  const parts = source ? [kernel, tar] : [kernel];
  const made = await Promise.all(parts.map(({ root }) => exists(join(root, MARKER$1))));
  const missing = parts.filter((_, i) => made[i] !== true);
  if (missing.length > 0 && !install) {
    await requireInstalled(host, target, parts.flatMap(({ packages }) => packages));
    return kitAt(host, target, "/", source ? "/" : void 0, join(cacheDir, "vmlinux", `${target.release}_${target.packageVersion}`));
  }
  await makeParts(host, target, missing, cacheDir);
  return kitAt(host, target, kernel.root, source ? tar.root : void 0, kernel.root);
}
async function makeParts(host, target, parts, cacheDir) {
  if (parts.length === 0) return;
  const debs = await downloadPackages(host, parts.flatMap(({ packages }) => packages), join(cacheDir, "debs"), viewNamed(cacheDir, target.archive));
  let at = 0;
  for (const { root, packages } of parts) {
    await unpackPart(host, root, debs.slice(at, at += packages.length));
  }
}
async function unpackPart(host, root, debs) {
  await mkdir(dirname(root), { recursive: true });
  const fresh = await mkdtemp(`${root}.`);
  try {
    for (const deb of debs) {
      const exit = await host.run({ program: "dpkg-deb", args: ["--extract", deb, fresh], seconds: UNPACK_DEADLINE });
      if (exit.status !== 0) throw new GateError(aptFailure(exit, `Unpacking ${deb}`));
    }
    await writeFile(join(fresh, MARKER$1), "");
    await rename(fresh, root).catch(async (error) => {
      if (!await exists(join(root, MARKER$1))) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
async function kitAt(host, target, root, sourceRoot, vmlinuxDir) {
  const table = pieces(target);
  const found = /* @__PURE__ */ new Map();
  const missing = [];
  for (const [name, piece] of Object.entries(table)) {
    const below = name === "sourceTar" ? sourceRoot : root;
    if (below === void 0) continue;
    const path2 = await locate(below, piece);
    if (path2 !== void 0) found.set(name, path2);
    else if (piece.optional !== true) missing.push(`${piece.package} ${target.packageVersion} (${piece.paths[0] ?? ""})`);
  }
  if (missing.length > 0) throw packagesMissing(target, missing);
  const path = (name) => found.get(name) ?? "";
  const btfVmlinux = found.get("btfVmlinux");
  const vmlinux = architectureOf(target).vmlinuz === "bzImage" ? await vmlinuxOf(host, path("vmlinuz"), vmlinuxDir) : void 0;
  return {
    target,
    vmlinuz: path("vmlinuz"),
    imageConfig: path("imageConfig"),
    modulesDir: dirname(path("modulesDir")),
    headersConfig: path("headersConfig"),
    moduleSymvers: path("moduleSymvers"),
    ...sourceRoot !== void 0 && { sourceTar: path("sourceTar") },
    ...btfVmlinux !== void 0 && { btfVmlinux },
    ...vmlinux !== void 0 && { vmlinux }
  };
}
async function vmlinuxOf(host, vmlinuz, dir) {
  const file = join(dir, "vmlinux");
  if (await exists(file)) return file;
  await mkdir(dir, { recursive: true });
  const scratch = await mkdtemp(join(dir, "vmlinux-"));
  try {
    const result = await unpackVmlinux(host, vmlinuz, join(scratch, "vmlinux"));
    if (result !== "unpacked") {
      host.log.info(`vmlinuz is booted as it is: ${result.reason}`);
      return void 0;
    }
    await rename(join(scratch, "vmlinux"), file);
    return file;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
async function requireInstalled(host, target, wanted) {
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

const KIT_PACKAGES = ["xz-utils", "zstd"];

async function installStage(host, request, target, cache) {
  await mkdir(request.cacheDir, { recursive: true });
  await requireBuildable(host, request, target);
  if (!request.install) {
    return { value: await fetchKit(host, target, { cacheDir: request.cacheDir, install: false }), summary: "nothing installed (install: false)" };
  }
  const guest = request.boot === "off" ? [] : guestPackages(architectureOf(target), nativeArchitecture());
  const first = await installPackages(host, ["build-essential", "dwarves", ...KIT_PACKAGES, ...guest]);
  const states = await cache.take([kitPart(target, request.cacheDir)]);
  const kit = await fetchKit(host, target, { cacheDir: request.cacheDir, install: true });
  cache.keep(states);
  const config = parseConfig(await readFile(kit.headersConfig, "utf8"));
  const more = await installPackages(host, requiredPackages(config, target.series));
  const installed = [...first, ...more];
  return { value: kit, summary: installed.length === 0 ? "all packages are there" : `${installed.length} packages asked of apt` };
}
async function requireBuildable(host, request, target) {
  const depends = await dependsOfHeaders(host, target, request.cacheDir);
  const featureset = featuresetOfDepends(depends);
  if (featureset !== void 0) throw otherSource(target, featureset);
  const compiler = compilerOfDepends(depends);
  if (target.archive === void 0 || compiler === void 0 || await canHaveCompiler(host, compiler)) return;
  throw otherSuite(target, compiler, (await ownMirrors(host)).own);
}
function otherSource({ release, series }, featureset) {
  return new GateError({
    id: "kernel.other-source",
    stage: "install",
    severity: "error",
    title: `${release} is built with the patches of Debian\u2019s featureset ${featureset}, which linux-source-${series} does not hold: its configuration cannot be compared`,
    remedy: "Build against its headers and give the files as `modules` (proof and boot need no source), or choose another flavour, or a 7.x kernel."
  });
}
function otherSuite({ release, archive }, compiler, own) {
  const suite = archive === void 0 ? void 0 : suiteNamed(archive);
  const where = suite === void 0 ? "a container of its own suite" : `a ${suite.base} container`;
  return new GateError({
    id: "toolchain.other-suite",
    stage: "install",
    severity: "error",
    title: `${release} is built with ${compiler}, which ${own.name} does not have: use ${where}`,
    remedy: suite === void 0 ? "Run this in a container of the suite that the kernel was made for." : `Run this in a container such as ${suite.image}.`
  });
}
async function installForBuilt(host, request, target, cache) {
  await mkdir(request.cacheDir, { recursive: true });
  const tools = ["dwarves", ...KIT_PACKAGES, ...request.boot === "off" ? [] : guestPackages(architectureOf(target), nativeArchitecture())];
  const installed = request.install ? await installPackages(host, tools) : [];
  const states = request.install ? await cache.take([kitPart(target, request.cacheDir)]) : [];
  const kit = await fetchKit(host, target, { cacheDir: request.cacheDir, install: request.install, source: false });
  cache.keep(states);
  const summary = request.install ? installed.length === 0 ? "all packages are there" : `${installed.length} packages asked of apt` : "nothing installed (install: false)";
  return { value: kit, summary };
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
      modules.push(describeModule(data, file, name));
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
  const scratch = await mkdtemp(join(workDir, "ko-"));
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
const isIdentifier = (name) => name.length <= LONGEST_NAME$1 && IDENTIFIER.test(name);
const isSectionName = (name) => name.length <= LONGEST_NAME$1 && /^[\x20-\x7e\xa0-\xff]+$/.test(name);

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

function hex(crc) {
  return `0x${crc.toString(16).padStart(8, "0")}`;
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
    problems: [...judgeVersions(check, versions), ...judgeLicense(check.module), ...judgeName(check), ...judged.flatMap(({ problems }) => problems), ...mixedTaint(check, imports), ...moduleNamespaceImports(check), ...judgeExports(check)],
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
function isThere$1({ loaded, siblings }, symbol, { module }) {
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
  if (!isThere$1(check, name, provider)) return { provided: false, problems: weak ? [] : [notLoaded(check, name, provider)] };
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
function moduleNamespaceImports({ module, symvers }) {
  const imports = module.importedNamespaces.filter(isModuleNamespace);
  if (imports.length === 0 || ![...symvers.values()].some(({ namespace }) => isModuleNamespace(namespace))) return [];
  return imports.map((namespace) => ({ id: "abi.namespace", severity: "fail", title: `${module.name}: imports the namespace ${namespace}; the kernel refuses every import of a module: namespace`, remedy: "Remove that MODULE_IMPORT_NS." }));
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
function mixedTaint(check, imports) {
  const { module } = check;
  if (isProprietary(module)) return [];
  const used = imports.flatMap(({ name, weak }) => {
    const provider = providerOf(check, name);
    return provider === void 0 || !isThere$1(check, name, provider) ? [] : [{ name, weak, provider }];
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
  const scratch = await mkdtemp(join(workDir, "btf-"));
  try {
    const out = join(scratch, "btf");
    const exit = await host.run({ program: "pahole", args: ["-F", "dwarf", "-J", "--btf_gen_floats", `--btf_encode_detached=${out}`, file], seconds: PAHOLE_DEADLINE });
    const data = await readFile(out).catch(() => void 0);
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
  findings.push(...await compareSiblings(known, setting.siblings, (path) => headerText(path, input.target.headerDirs)));
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
    headerOf: (path) => headerText(path, target.headerDirs),
    deltas
  });
}
async function headerText(path, dirs) {
  const tail = /(?:^|\/)((?:include|arch\/[^/]+\/include)\/.*)$/.exec(path)?.[1];
  for (const candidate of [path, ...tail === void 0 ? [] : dirs.map((dir) => join(dir, tail))]) {
    const text = await readFile(candidate, "utf8").catch(() => void 0);
    if (text !== void 0) return text;
  }
  return void 0;
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

async function targetOfKit(host, kit) {
  const image = kit.vmlinux === void 0 ? void 0 : await readFile(kit.vmlinux);
  const vermagic = (image === void 0 ? void 0 : vermagicIn(image, kit.target.release)) ?? await vermagicOfModules(kit.modulesDir);
  const btf = await btfOf(kit.btfVmlinux, "the headers\u2019 vmlinux") ?? sectionOf(image, "the kernel image");
  host.log.detail(`kernel types from ${btf?.from ?? "nowhere"}, vermagic ${vermagic ?? "unknown"}`);
  return {
    release: kit.target.release,
    ...vermagic !== void 0 && { vermagic },
    symvers: await readFile(kit.moduleSymvers, "utf8"),
    ...btf !== void 0 && { btf },
    config: parseConfig(await readFile(kit.imageConfig, "utf8")),
    modulesDir: kit.modulesDir,
    ...aboutImage(image),
    builtinModinfo: await builtinModinfo(kit.modulesDir),
    headerDirs: []
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
  const vermagic = (image === void 0 ? void 0 : vermagicIn(image, release)) ?? (modulesDir === void 0 ? void 0 : await vermagicOfModules(modulesDir)) ?? (release === void 0 ? void 0 : await vermagicOfHeaders(directory, release));
  const btf = sectionOf(image, basename(directory));
  return {
    ...release !== void 0 && { release },
    ...vermagic !== void 0 && { vermagic },
    ...symvers !== void 0 && { symvers },
    ...btf !== void 0 && { btf },
    config: parseConfig(config),
    ...modulesDir !== void 0 && { modulesDir },
    ...aboutImage(image),
    builtinModinfo: await builtinModinfo(modulesDir),
    headerDirs: [directory]
  };
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
  const data = image === void 0 ? void 0 : elfOf(image)?.sections.find(({ name }) => name === ".BTF")?.data;
  return data === void 0 || data.length === 0 ? void 0 : { data: Buffer.from(data), from };
}
function elfOf(image) {
  try {
    return openElf(image);
  } catch (error) {
    if (error instanceof ElfError) return void 0;
    throw error;
  }
}
function aboutImage(image) {
  const elf = image === void 0 ? void 0 : elfOf(image);
  if (image === void 0 || elf === void 0) return { exportFlags: false };
  return { identity: identifyElf(image), exportFlags: elf.sections.some(({ name, size }) => name === "__kflagstab" && size > 0) };
}
async function builtinModinfo(modulesDir) {
  return modulesDir === void 0 ? "" : readFile(join(modulesDir, "modules.builtin.modinfo"), "latin1").catch(() => "");
}
async function vermagicOfModules(modulesDir) {
  const entries = await readdir(modulesDir, { recursive: true, withFileTypes: true });
  const file = entries.find((entry) => entry.isFile() && entry.name.endsWith(".ko"));
  if (file === void 0) return void 0;
  return readModinfo(await readFile(join(file.parentPath, file.name))).get("vermagic")?.[0];
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
  const target = "kit" in against ? await targetOfKit(host, against.kit) : await targetOfDirectory(host, against.directory, workDir);
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
    return { dependencies: [], promised: [], missing: [{ ...error.finding, id: "abi.dependency-missing", severity: "fail" }] };
  }
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
function longFlavour(flavour, architecture) {
  if (flavour === void 0 || flavour === architecture) return architecture;
  return flavour.endsWith(`-${architecture}`) ? flavour : `${flavour}-${architecture}`;
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

const DEADLINE$1 = 30;
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
    const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE$1 * 1e3), headers: { accept: "application/json" } });
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
    return { again: reasonOf$1(error) };
  }
}
function reasonOf$1(error) {
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
  const scratch = await mkdtemp(`${file}.`);
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
  const suite = spec.suite === void 0 ? void 0 : suiteNamed(spec.suite);
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
  const architecture = (await host.run({ program: "dpkg", args: ["--print-architecture"], seconds: 30 })).stdout.trim();
  const setting = { cacheDir: request.cacheDir, install: request.install, architecture };
  if (request.install) await refreshLists(host);
  const target = await findKernel(host, kernel, setting, false).catch(async (error) => {
    if (!(error instanceof UsageError) || !request.install) throw error;
    return await inFreshLists(host, kernel, setting) ?? await findBeside(host, kernel, setting) ?? await findSuperseded(host, kernel, { ...setting, url: request.snapshotUrl }, error);
  });
  const from = target.archive === void 0 ? "" : `, ${target.archive}`;
  return { value: target, summary: `${target.release} (${target.packageVersion}${from})` };
}
async function inFreshLists(host, kernel, setting) {
  if (await listsAge() < FRESH) return void 0;
  await refreshLists(host, true);
  return findKernel(host, kernel, setting, true).catch((error) => {
    if (error instanceof UsageError) return void 0;
    throw error;
  });
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
  const made = [files, found, toolchain.tools.map(({ program, actual, state }) => [program, actual, state]), variables, await digestOf("/var/lib/dpkg/status").catch(() => "")];
  return createHash("sha256").update(JSON.stringify(made)).digest("hex");
}

const HOLD = 24 * 3600;
const WAIT = 5;
const LOOK = 60;
async function takeSlot(host, cacheDir, scratchDir) {
  const dir = join(cacheDir, "work");
  if (/[\s:]/.test(dir) || await host.which("flock") === void 0) return void 0;
  await mkdir(dir, { recursive: true });
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
  const marker = join(dir, "holds");
  const marked = async () => readFile(marker, "utf8").catch(() => "");
  const clear = async () => {
    await rm(marker, { force: true });
    await rm(treeDir, { recursive: true, force: true });
  };
  return {
    treeDir,
    clear,
    async holds(name) {
      if (await marked() !== name) return false;
      const { status, stdout } = await host.run({ program: "find", args: [treeDir, "-cnewer", marker, "-print", "-quit"], seconds: LOOK });
      return status === 0 && stdout === "";
    },
    async mark(name) {
      await writeFile(marker, name);
    },
    async unmark() {
      await rm(marker, { force: true });
    },
    async release() {
      if (await marked() === "") await clear();
      holder.kill();
      await holder.ended;
    }
  };
}

const nothing = () => Promise.resolve();
async function treeStage(host, request, module, kit, toolchain, workDir, cache) {
  const { series, packageVersion } = kit.target;
  const source = `linux-source-${series} ${packageVersion}`;
  const slot = module.kind !== "in-tree" && request.cache ? await takeSlot(host, request.cacheDir, workDir) : void 0;
  try {
    if (slot === void 0) {
      const dir = join(workDir, "linux");
      await unpackTree(host, kit, request.cacheDir, dir, module.kind === "in-tree" ? "full" : "external");
      if (module.kind === "in-tree") await requireDriver(dir, module.path, series);
      return { value: { dir, prepared: false, keep: nothing, release: nothing }, summary: source };
    }
    const fingerprint = await preparationFingerprint(host, kit, toolchain, process.env);
    const name = preparedName(kit.target, fingerprint);
    const kept = await cache.take([preparedPart(kit.target, request.cacheDir, fingerprint)]);
    const used = await usePrepared(host, request.cacheDir, name, slot);
    if (!used) await unpackTree(host, kit, request.cacheDir, slot.treeDir, "external");
    const plain = request.options.length === 0 && request.allowances.length === 0;
    if (used && !plain) await slot.unmark();
    const prepared = used && plain;
    const keep = prepared || !plain ? nothing : async () => {
      await keepPrepared(host, request.cacheDir, name, slot);
      cache.keep(kept);
    };
    return { value: { dir: slot.treeDir, prepared, keep, release: () => slot.release() }, summary: prepared ? `${source}, prepared by an earlier run with the same tools` : source };
  } catch (error) {
    await slot?.release();
    throw error;
  }
}
async function requireDriver(treeDir, path, series) {
  const found = await Promise.all(
    ["Kbuild", "Makefile"].map(
      (name) => stat(join(treeDir, path, name)).then(
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
    await rm(dir, { recursive: true, force: true });
  }
}

const DEADLINE = 30;
const UNUSED = "none";
async function inspectToolchain(host, config, series, hidden = false) {
  const compiler = await inspectCompiler(host, config);
  const tools = [compiler.state];
  for (const row of STATED_TOOLS.filter(onceEach(config))) tools.push(...await inspectStated(host, config, row, hidden));
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
      return sysroot !== void 0 && exists(join(sysroot.trim(), name));
    }
  }
}
async function ask(host, program, args) {
  if (await host.which(program) === void 0) return void 0;
  const exit = await host.run({ program, args, env: { LC_ALL: "C" }, seconds: DEADLINE });
  return exit.status === 0 ? exit.stdout : void 0;
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

async function runGate(request, host, onStage = () => void 0) {
  const started = /* @__PURE__ */ new Date();
  const recorder = new Recorder(host.log, onStage);
  const source = await sourceOf(host, request, process.env);
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
  const target = await recorder.stage("resolve", "Which kernel", () => resolveStage(host, request, kernel));
  values.target = target;
  const cache = openCache(host, { target, cacheDir: request.cacheDir, variables: process.env, ...request.cache && host.cacheWorkers !== void 0 && { workers: host.cacheWorkers } });
  try {
    await withKernel(request, host, recorder, values, workDir, { target, cache });
  } finally {
    await cache.done();
  }
}
async function withKernel(request, host, recorder, values, workDir, { target, cache }) {
  const { module } = request;
  const title = `Packages of ${target.release} (${target.packageVersion})`;
  if (module.kind === "prebuilt") {
    const kit2 = await recorder.stage("install", title, () => installForBuilt(host, request, target, cache));
    const modules = await takeBuilt(host, recorder, values, module, request, workDir);
    await tryOut(request, host, recorder, values, kit2, modules, workDir);
    return;
  }
  const kit = await recorder.stage("install", title, () => installStage(host, request, target, cache));
  const { toolchain, pending } = await recorder.stage("toolchain", "Toolchain that the kernel was built with", async () => {
    const config = parseConfig(await readFile(kit.headersConfig, "utf8"));
    const found = await inspectToolchain(host, config, target.series, true);
    values.tools = found.tools;
    const findings = toolFindings(found.tools);
    const bad = found.tools.filter((tool) => tool.state !== "ok");
    const summary = bad.length === 0 ? `${found.cc} and ${found.tools.length - 1} others, each as the kernel\u2019s .config says` : bad.map((tool) => `${tool.tool} ${tool.state === "missing" ? "is missing" : "has another version"}`).join(", ");
    const blocking = findings.filter((finding) => finding.severity === "error");
    return { value: { toolchain: found, pending: findings.filter((finding) => finding.severity !== "error") }, findings: blocking, summary };
  });
  const tree = await recorder.stage("tree", `Source tree of linux-source-${target.series}`, () => treeStage(host, request, module, kit, toolchain, workDir, cache));
  try {
    const modules = await build(request, module, host, recorder, values, { kit, toolchain, pending, tree, workDir });
    await tryOut(request, host, recorder, values, kit, modules, workDir, sourcesOf(module, tree.dir, workDir));
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
async function build(request, module, host, recorder, values, { kit, toolchain, pending, tree, workDir }) {
  const { release } = kit.target;
  const variables = hidingArgs(parseConfig(await readFile(kit.headersConfig, "utf8")));
  const setting = { treeDir: tree.dir, release, srcarch: architectureOf(kit.target).srcarch, cc: toolchain.cc, jobs: request.jobs, variables };
  const guard = createGuard(host, request, kit, setting, toolchain.tools);
  await recorder.stage("guard", "Config guard", async () => {
    const judgement = tree.prepared ? await guard.recall() : await guard.prepare();
    values.config = judgement.verdict;
    if (verdictOf(judgement.findings) === "pass") await tree.keep();
    const untold = coveredByGuard(pending, toolchain.tools, judgement.verdict);
    return { value: void 0, findings: [...untold, ...judgement.findings], summary: `${guardSummary(judgement, request)}${tree.prepared ? ", with the same tools and files as when oldconfig and modules_prepare last ran" : ""}` };
  });
  return recorder.stage("build", "Build", async () => {
    const outcome = await buildStage(host, request, module, setting, workDir);
    const judgement = await guard.again("build");
    values.config = judgement.verdict;
    values.modules = outcome.value;
    return { ...outcome, findings: [...outcome.findings, ...judgement.findings] };
  });
}
async function tryOut(request, host, recorder, values, kit, modules, workDir, sources) {
  await prove(recorder, values, request.abi, () => proofStage(host, request, values, { kit }, modules, workDir));
  if (request.boot === "off") {
    recorder.skip("boot", "not asked for (boot: off)");
    return;
  }
  await recorder.stage("boot", `Boot ${kit.target.release}`, async () => {
    const { run, findings, summary, autopsy, bundle } = await bootStage(host, request, kit, modules, workDir, sources);
    values.guest = run;
    if (autopsy !== void 0) values.autopsy = autopsy;
    if (bundle !== void 0) values.bundle = bundle;
    return { value: void 0, findings, summary };
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
const WRITTEN = ["modules", "tests", "bundle", "manifest.json", "report.json", "report.html", "summary.md", "make.log", "console.log", "oldconfig.log", "modules_prepare.log", "config.target", "config.oldconfig"];
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
