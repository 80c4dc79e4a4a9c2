import { mkdir, readdir, rename, rm, stat, writeFile, readFile, copyFile, chmod, readlink, open, truncate, access, symlink, realpath, lstat } from 'node:fs/promises';
import { basename, join, dirname, posix, isAbsolute, relative as relative$1 } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import { E as ElfError, a2 as identifyElf, _ as describeIdentity, y as range, av as wide, x as integer, a5 as OWN_VIEW, m as makeScratch, t as telling, aw as amount, G as GateError, z as aptFailure, g as exists, Q as viewNamed, f as duration, ax as EM_AARCH64, ay as machineNamed, aq as FILES, D as plainOneLine, C as shellQuote, az as safe, aA as portableArgs, Y as ARCHITECTURES, aB as EM_MIPS, W as nativeArchitecture, aC as machineName, S as crossFor, aD as architectureOfMachine, h as verdictOf, ai as openSuite, k as ownMirrors, R as parseStanzas, A as architectureOf, aE as machinesOf, U as UsageError, i as diagnose, T as installPackages, aF as STAGES, a4 as isOwn } from './read-request.js';
import { tmpdir } from 'node:os';
import { setTimeout as setTimeout$1, setImmediate } from 'node:timers/promises';
import { createServer } from 'node:net';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, constants } from 'node:fs';

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

const SHT = { null: 0, symtab: 2, rela: 4, nobits: 8, rel: 9, dynsym: 11, symtabShndx: 18 };
const SHF_ALLOC = 2;
const SHF_COMPRESSED = 2048;
const HEADER = { size: 64, shoff: 40, flags: 48, shentsize: 58, shnum: 60, shstrndx: 62 };
const ENTRY = { size: 64, name: 0, type: 4, flags: 8, address: 16, offset: 24, length: 32, link: 40, info: 44, addralign: 48, entsize: 56 };
const SHN_XINDEX = 65535;
function openElf(data) {
  const identity = identifyElf(data);
  if (identity.bits !== 64) throw new ElfError(`ELF header: a ${describeIdentity(identity)} file, and only 64-bit files are read`);
  if (data.length < HEADER.size) throw new ElfError(`ELF header: the file ends after ${data.length} of ${HEADER.size} bytes`);
  const number = (from, offset, bytes, what) => integer(from, offset, bytes, what, identity.bigEndian);
  const table = number(data, HEADER.shoff, 8, "section header table");
  const size = number(data, HEADER.shentsize, 2, "section header size");
  const counted = number(data, HEADER.shnum, 2, "number of sections");
  const namesAt = number(data, HEADER.shstrndx, 2, "index of section names");
  const zeroth = table === 0 ? void 0 : range(data, table, ENTRY.size, "header of section 0");
  const count = counted === 0 && zeroth !== void 0 ? number(zeroth, ENTRY.length, 8, "number of sections in section 0") : counted;
  const names = namesAt === SHN_XINDEX && zeroth !== void 0 ? number(zeroth, ENTRY.link, 4, "index of section names in section 0") : namesAt;
  if (count > 0 && size !== ENTRY.size) throw new ElfError(`section header size: ${size} instead of ${ENTRY.size}`);
  const headers = range(data, table, count * ENTRY.size, `section header table of ${count} sections`);
  const unnamed = Array.from({ length: count }, (_, index) => {
    const header = headers.subarray(index * ENTRY.size, (index + 1) * ENTRY.size);
    const type = number(header, ENTRY.type, 4, `type of section ${index}`);
    const flags = number(header, ENTRY.flags, 8, `flags of section ${index}`);
    const length = number(header, ENTRY.length, 8, `size of section ${index}`);
    const inFile = type !== SHT.nobits && type !== SHT.null;
    return {
      nameAt: number(header, ENTRY.name, 4, `name of section ${index}`),
      index,
      type,
      flags,
      address: wide(header, ENTRY.address, `address of section ${index}`, identity.bigEndian),
      size: length,
      link: number(header, ENTRY.link, 4, `link of section ${index}`),
      info: number(header, ENTRY.info, 4, `info of section ${index}`),
      addralign: number(header, ENTRY.addralign, 8, `alignment of section ${index}`),
      entsize: number(header, ENTRY.entsize, 8, `entry size of section ${index}`),
      compressed: (flags & SHF_COMPRESSED) !== 0,
      data: inFile ? range(data, number(header, ENTRY.offset, 8, `offset of section ${index}`), length, `section ${index}`) : data.subarray(0, 0)
    };
  });
  const strings = new StringTable(unnamed[names]?.data ?? data.subarray(0, 0));
  const sections = unnamed.map(({ nameAt, ...section }) => ({ name: section.type === SHT.null ? "" : strings.at(nameAt, `name of section ${section.index}`), ...section }));
  return { ...identity, flags: number(data, HEADER.flags, 4, "ELF header: flags"), sections, extendedNumbering: count !== counted || names !== namesAt };
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
  for (const wanted of packages) if (await cached(dir, wanted) === void 0) missing.push(wanted);
  if (missing.length > 0) {
    host.log.info(`downloading ${missing.map(({ name, size }) => `${name} (${(size / 1e6).toFixed(0)} MB)`).join(", ")}`);
    const fresh = await makeScratch(join(dir, "download-"));
    try {
      const total = missing.reduce((sum, { size }) => sum + size, 0);
      const download = host.run({ program: "apt-get", args: downloadArgs(missing, view), cwd: fresh, seconds: DEADLINE$2 });
      const exit = await telling(host.log, `downloading ${missing.map(({ name }) => name).join(", ")}`, async (seconds) => amount(await bytesIn(fresh), total, seconds), download);
      if (exit.status !== 0) throw new GateError(aptFailure(exit, "Downloading the kernel\u2019s packages"));
      for (const name of await readdir(fresh)) await rename(join(fresh, name), join(dir, name));
    } finally {
      await rm(fresh, { recursive: true, force: true });
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
async function bytesIn(dir) {
  const sizes = await Promise.all((await readdir(dir)).map(async (name) => (await stat(join(dir, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
async function cached(dir, wanted) {
  const name = (await readdir(dir)).find((entry) => entry.startsWith(debPattern(wanted)) && entry.endsWith(".deb"));
  if (name === void 0) return void 0;
  const file = join(dir, name);
  const size = await stat(file).then((about) => about.size, () => void 0);
  if (size === void 0 || wanted.size > 0 && size !== wanted.size) return void 0;
  return wanted.sha256 === void 0 || await sha256(file).catch(() => void 0) === wanted.sha256 ? file : void 0;
}
async function sha256(file) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}

const UNPACK_DEADLINE = 600;
const MARKER = "complete";
function folderOf(name, { packageVersion }, cacheDir) {
  return join(cacheDir, "kits", `${name}_${packageVersion.replaceAll(":", "%3a")}`);
}
function isMade(root) {
  return exists(join(root, MARKER));
}
async function makeParts(host, target, parts, cacheDir, also = []) {
  if (parts.length === 0) return;
  try {
    const debs = await downloadPackages(host, [...parts.flatMap(({ packages }) => packages), ...also], join(cacheDir, "debs"), viewNamed(cacheDir, target.archive));
    let at = 0;
    for (const { root, packages, finish } of parts) {
      await unpackPart(host, root, debs.slice(at, at += packages.length), finish);
    }
  } catch (error) {
    const made = await Promise.all(parts.map(({ root }) => isMade(root)));
    const left = parts.filter((_, i) => made[i] !== true);
    if (left.length === parts.length) throw error;
    await makeParts(host, target, left, cacheDir);
  }
}
async function unpackPart(host, root, debs, finish = () => Promise.resolve()) {
  await mkdir(dirname(root), { recursive: true });
  const fresh = await makeScratch(`${root}.`);
  try {
    for (const deb of debs) await unpackPackage(host, deb, fresh);
    await finish(host, fresh);
    await writeFile(join(fresh, MARKER), "");
    await rename(fresh, root).catch(async (error) => {
      if (!await isMade(root)) throw error;
    });
    await Promise.all(debs.map((deb) => rm(deb, { force: true })));
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
async function unpackPackage(host, deb, directory) {
  const unpacking = host.run({ program: "dpkg-deb", args: ["--extract", deb, directory], seconds: UNPACK_DEADLINE });
  const exit = await telling(host.log, `unpacking ${basename(deb)}`, duration, unpacking);
  if (exit.status !== 0) throw new GateError(aptFailure(exit, `Unpacking ${deb}`));
}

function notUnpacked(exit, what, packed, root) {
  if (/No space left/.test(exit.stderr)) return new GateError(aptFailure(exit, `Unpacking ${packed}`));
  return damaged(what, packed, root, exit.stderr.trim());
}
function damaged(what, packed, root, said) {
  return new GateError({ id: "host.decompress", stage: "install", severity: "error", title: `${what} cannot be unpacked: ${packed}`, detail: said, remedy: `Remove ${root} and run again.` });
}

class Lz4Error extends Error {
  name = "Lz4Error";
}
const LZ4_LEGACY_MAGIC = 407642370;
const BLOCK$1 = 8 << 20;
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
  const output = Buffer.allocUnsafe(BLOCK$1);
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
    if (from + literals > input.length || to + literals > BLOCK$1) throw new Lz4Error("literals leave the block");
    input.copy(output, to, from, from + literals);
    from += literals;
    to += literals;
    if (from >= input.length) break;
    const offset = byte() | byte() << 8;
    const match = length(token & 15) + 4;
    if (offset === 0 || offset > to || to + match > BLOCK$1) throw new Lz4Error("match leaves the block");
    if (offset >= match) output.copy(output, to, to - offset, to - offset + match);
    else for (let i = 0; i < match; i++) output[to + i] = output[to + i - offset] ?? 0;
    to += match;
  }
  return output.subarray(0, to);
}

const LIMIT$1 = 512 << 20;
const DEADLINE$1 = 120;
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
    if (compression === "gzip") return gunzipSync(data, { maxOutputLength: LIMIT$1 });
    if (compression === "lz4") return decompressLz4Legacy(data, LIMIT$1);
  } catch (error) {
    return `${compression}: ${error instanceof Error ? error.message : String(error)}`;
  }
  return withTool(host, compression, data, scratch);
}
async function withTool(host, program, data, scratch) {
  const from = `${scratch}.${program === "xz" ? "xz" : "zst"}`;
  try {
    await writeFile(from, data);
    const exit = await host.run({ program, args: TOOLS[program](from), seconds: DEADLINE$1 });
    if (exit.status !== 0) return `${program}: ${exit.stderr.trim()}`;
    const { size } = await stat(scratch);
    return size > LIMIT$1 ? `${program}: larger than ${LIMIT$1} bytes` : await readFile(scratch);
  } finally {
    await rm(from, { force: true });
    await rm(scratch, { force: true });
  }
}

class BtfError extends Error {
  name = "BtfError";
}

const RECORD = { name: 0, info: 4, sizeOrType: 8, length: 12 };
const kindNumber = (info) => info >>> 24 & 127;
const vlenOf = (info) => info & 16777215;
const kindFlag = (info) => info >>> 31 === 1;
const plain = { fixed: 0, element: 0 };
const KINDS = [
  ["void", plain],
  ["int", { fixed: 4, element: 0 }],
  ["ptr", plain],
  ["array", { fixed: 12, element: 0 }],
  ["struct", { fixed: 0, element: 12 }],
  ["union", { fixed: 0, element: 12 }],
  ["enum", { fixed: 0, element: 8 }],
  ["fwd", plain],
  ["typedef", plain],
  ["volatile", plain],
  ["const", plain],
  ["restrict", plain],
  ["func", plain],
  ["func_proto", { fixed: 0, element: 8 }],
  ["var", { fixed: 4, element: 0 }],
  ["datasec", { fixed: 0, element: 12 }],
  ["float", plain],
  ["decl_tag", { fixed: 4, element: 0 }],
  ["type_tag", plain],
  ["enum64", { fixed: 0, element: 12 }]
];
function kindOf(number) {
  return number === 0 ? void 0 : KINDS[number]?.[0];
}
function layoutOf(number) {
  return number === 0 ? void 0 : KINDS[number]?.[1];
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
    if (offset < this.start) return this.base?.hashAt(offset) ?? EMPTY$1;
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
const EMPTY$1 = 0;
function hash(text, from) {
  const end = Math.min(text.length, from + LONGEST_NAME$1);
  let value = EMPTY$1;
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

const VOID = { id: 0, name: "", kind: "void" };
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
    if (id === 0) return VOID;
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

const ARM64 = { flags: 24, magic: 56 };
const BTF_HEADER = Buffer.from("9feb010018000000", "hex");
const ET_EXEC = 2;
async function readRawImage(host, file, scratch) {
  const data = await readFile(file);
  if (compressionOf(data) === void 0) return data;
  const image = await decompress(host, data, scratch);
  if (typeof image === "string") throw new ElfError(image);
  return image;
}
function identityOfImage(image) {
  if (image.length > 64 && image.toString("latin1", ARM64.magic, ARM64.magic + 4) === "ARMd") {
    return { bits: 64, bigEndian: (integer(image, ARM64.flags, 1, "Image: flags") & 1) === 1, type: ET_EXEC, machine: EM_AARCH64 };
  }
  return elfOnly(() => identifyElf(image));
}
function btfOfImage(image) {
  const elf = elfOnly(() => openElf(image));
  const found = elf === void 0 ? largestBtf(image) : elf.sections.find(({ name }) => name === ".BTF")?.data;
  return found === void 0 || found.length === 0 ? void 0 : found;
}
function largestBtf(image) {
  let best;
  for (let at = image.indexOf(BTF_HEADER); at >= 0; at = image.indexOf(BTF_HEADER, at + 1)) {
    if (at + 24 > image.length) break;
    const [types, typesLength, strings, stringsLength] = [8, 12, 16, 20].map((field) => integer(image, at + field, 4, "BTF header"));
    if (types !== 0 || strings === void 0 || strings !== typesLength || stringsLength === void 0 || at + 24 + strings + stringsLength > image.length) continue;
    const length = 24 + strings + stringsLength;
    if (length > (best?.length ?? 0)) best = image.subarray(at, at + length);
  }
  return best;
}
function elfOnly(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof ElfError) return void 0;
    throw error;
  }
}

const LONGEST_CHAIN = 64;
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
    for (let links = 0; links < LONGEST_CHAIN; links++) {
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
const LIMIT = 24;
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
    if (lines.length >= LIMIT) {
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

const POINTERS = [
  { symbol: "init_module", member: "init" },
  { symbol: "cleanup_module", member: "exit" }
];
function composite(types, name) {
  return types.named(name, ["struct"]).map((id) => types.type(id)).find((type) => type.kind === "struct" && type.members.length > 0);
}
function proveThisModule(section, name, kernel, module) {
  const theirs = composite(kernel, "module");
  if (theirs === void 0) return { state: "not proven", why: "the kernel\u2019s BTF has no struct module" };
  if (section === void 0) return { state: "not proven", why: "the file has no section .gnu.linkonce.this_module" };
  const sentences = POINTERS.flatMap(({ symbol, member }) => {
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

function modulePlaces(kernel) {
  const members = composite(kernel, "module")?.members ?? [];
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
    `add-symbol-file ${FILES.modules}/${name}.ko${all.map(({ section, address }) => ` -s ${section} ${address}`).join("")}`,
    `echo ${name} is about to be started.\\n`
  ];
}
function gdbScript(modules, places, machine) {
  const { architecture, firstArgument } = machineNamed(machine).architecture.debugger;
  const known = modules.filter(({ name }) => /^[\w-]{1,55}$/.test(name));
  const match = (name, at) => words(name).map(({ offset, value, type }) => `*(${type} *)(${firstArgument} + ${at + offset}) == ${value}`).join(" && ");
  const stop = places === void 0 || known.length === 0 ? ["# The kernel has no BTF that tells where it keeps a module\u2019s address."] : ["hbreak *$do_init_module", "commands", "  silent", ...known.flatMap((module) => [`  if ${match(module.name, places.name)}`, ...symbolLines(module, places, firstArgument).map((line) => `    ${line}`), "  end"]), "end"];
  return `# gdb -x ${FILES.gdbScript}, in this folder, while ./run --gdb waits.
set confirm off
set pagination off
set language c
set architecture ${architecture}
target remote ${FILES.gdbSocket}
echo Reading the kernel's symbols ...\\n
source ${FILES.kernelSymbols}
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
  ./run --gdb      starts stopped and waits for gdb. In another terminal, in this folder: gdb -x ${FILES.gdbScript}
                   The kernel's functions are gdb's variables (hbreak *$load_module); gdb stops when one of the modules
                   is about to be started, with the module's symbols and, where it has debug information, its source lines.

  ${FILES.kernel}            what was booted
  ${FILES.initramfs} busybox, the modules and the script that loads them
  ${FILES.modules}/          the modules again, for gdb
  ${FILES.report}       the report of the run that left this folder
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
# Boots Linux ${release.replace(/[^\w.+~-]/g, "?")} with the modules of this folder, as the gate did. See ${FILES.readme}.
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
set -- -accel "$accel" -cpu "$cpu" -kernel ${FILES.kernel}
${chunks(args).map((line) => `set -- "$@" ${line}`).join("\n")}

if [ -n "$gdb" ]; then
  if [ ! -s ${FILES.kernelSymbols} ]; then
    echo "Asking the kernel for its symbols ..."
    cat ${FILES.symbols} ${FILES.initramfs} > symbols.initramfs
    timeout --foreground 120 ${qemu.program} "$@" -initrd symbols.initramfs -append "$append rdinit=/symbols" > /dev/null < /dev/null || true
    rm symbols.initramfs
    mv ${FILES.results} ${FILES.kernelSymbols}
  fi
  rm -f ${FILES.gdbSocket}
  echo "The guest waits for gdb. In another terminal: cd $(pwd) && gdb -x ${FILES.gdbScript}"
  exec ${qemu.program} "$@" -initrd ${FILES.initramfs} -append "$append" -S -chardev socket,id=gdb,path=${FILES.gdbSocket},server=on,wait=off -gdb chardev:gdb
fi

rm -f ${FILES.results}
timeout --foreground "$seconds" ${qemu.program} "$@" -initrd ${FILES.initramfs} -append "$append" < /dev/null || echo "QEMU ended with status $? (124: after $seconds seconds)."

echo
status=3
failed=
if [ -s ${FILES.results} ]; then
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
  done < ${FILES.results}
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
const SYMBOL$2 = 24;
const tables = /* @__PURE__ */ new WeakMap();
function readSymbols(elf) {
  const table = elf.sections.find(({ type }) => type === SHT.symtab);
  return table === void 0 ? [] : symbolsOf(elf, table);
}
function symbolsOf(elf, table) {
  const known = tables.get(table);
  if (known !== void 0) return known;
  const { data } = table;
  const strings = new StringTable(elf.sections[table.link]?.data ?? data.subarray(0, 0));
  const extended = elf.sections.find(({ type, link }) => type === SHT.symtabShndx && link === table.index)?.data;
  const [u16, u32, u64] = elf.bigEndian ? [(at) => data.readUInt16BE(at), (at) => data.readUInt32BE(at), (at) => data.readBigUInt64BE(at)] : [(at) => data.readUInt16LE(at), (at) => data.readUInt32LE(at), (at) => data.readBigUInt64LE(at)];
  const symbols = Array.from({ length: Math.floor(data.length / SYMBOL$2) }, (_, index) => {
    const at = index * SYMBOL$2;
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
  const init = placed$1(text.filter(({ name }) => name.startsWith(".init")));
  const symbol = readSymbols(elf).find(({ name }) => name === "init_module");
  const home = init.find(({ name }) => name === symbol?.sectionName);
  return { core: placed$1(text.filter(({ name }) => !name.startsWith(".init"))), init, ...symbol !== void 0 && home !== void 0 && { initModule: home.offset + Number(symbol.value) } };
}
function placed$1(sections) {
  let end = 0;
  return sections.map(({ name, size, addralign }) => {
    const align = Math.max(1, addralign);
    const offset = Math.ceil(end / align) * align;
    end = offset + size;
    return { name, offset };
  });
}

const BLOCK = 512;
async function writeBundle(dir, parts) {
  await mkdir(join(dir, FILES.modules), { recursive: true });
  const { machine } = parts;
  const kernel = await readFile(parts.kernel);
  const names = parts.modules.map(({ name }) => name);
  const symbols = cpioNewc([{ kind: "file", path: "symbols", data: Buffer.from(symbolsInit(machine)), executable: true }]);
  const at = (name) => join(dir, name);
  await copyFile(parts.kernel, at(FILES.kernel));
  await writeFile(at(FILES.initramfs), await promisify(gzip)(parts.initramfs));
  await writeFile(at(FILES.symbols), Buffer.concat([symbols, Buffer.alloc((BLOCK - symbols.length % BLOCK) % BLOCK)]));
  for (const { name, data } of parts.modules) await writeFile(at(join(FILES.modules, `${name}.ko`)), data);
  await writeFile(at(FILES.run), runScript({ ...portableArgs(parts.qemuArgs), machine, release: parts.release, seconds: parts.seconds }));
  await chmod(at(FILES.run), 493);
  await writeFile(at(FILES.gdbScript), gdbScript(parts.modules.flatMap(gdbModule), placesOf(kernel), machine));
  await writeFile(at(FILES.readme), readme({ release: parts.release, machine, modules: names, ...parts.reproduce !== void 0 && { reproduce: parts.reproduce } }));
  if (parts.report !== void 0) await writeFile(at(FILES.report), parts.report);
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
    const btf = btfOfImage(kernel);
    return btf === void 0 ? void 0 : modulePlaces(Btf.read(btf));
  } catch (error) {
    if (error instanceof BtfError) return void 0;
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
const hex$1 = (value) => `0x${value.toString(16)}`;
function gdbCommands({ stub, applyRelocateAdd, targetFile, symbolsFile, watch }) {
  const lines = [
    "set pagination off",
    "set confirm off",
    "set width 0",
    "set language c",
    `set architecture ${ARCHITECTURES.amd64.debugger.architecture}`,
    "set remotetimeout 20",
    `target remote ${stub}`,
    ...watch === void 0 ? [] : [`watch *(unsigned ${watch.bytes === 8 ? "long long" : "int"} *)${hex$1(watch.address)}`],
    `hbreak *${hex$1(applyRelocateAdd)}`,
    "set $kg_return = 0",
    "set $kg_writes = 0",
    "set $kg_on = 1",
    `echo ${READY}\\n`,
    "continue",
    "while $kg_on",
    `  if (unsigned long long)$rip == ${hex$1(applyRelocateAdd)}`,
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
    ...watch === void 0 ? [] : [`      printf "kmod-gate: write 0x%llx 0x%llx 0x%llx\\n", (unsigned long long)$rip, (unsigned long long)*(unsigned ${watch.bytes === 8 ? "long long" : "int"} *)${hex$1(watch.address)}, *(unsigned long long *)$rsp`],
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
  const struct = composite(kernel, "module");
  if (struct === void 0 || offset >= struct.size) return void 0;
  const there = struct.members.filter(({ bitOffset }) => bitOffset <= offset * 8).at(-1);
  if (there === void 0) return void 0;
  const meant = struct.members.find(({ name }) => name === MEANT[symbol]);
  return { name: there.name, offset: Math.floor(there.bitOffset / 8), ...meant !== void 0 && { meant: { name: meant.name, offset: meant.bitOffset / 8 } } };
}

const RELA = 24;
const REL = 16;
const NO_SYMBOL = { index: 0, name: "", value: 0n, size: 0, bind: 0, type: 0, shndx: 0 };
function relocations(elf, sectionName) {
  const target = elf.sections.find(({ name }) => name === sectionName);
  return target === void 0 ? [] : relocationsOf(elf, target);
}
function relocationsOf(elf, target) {
  return elf.sections.filter(({ type, info }) => (type === SHT.rela || type === SHT.rel) && info === target.index).flatMap((table) => entriesOf(elf, table));
}
function entriesOf(elf, table) {
  const { data } = table;
  const size = table.type === SHT.rela ? RELA : REL;
  const linked = elf.sections[table.link];
  const symbols = linked !== void 0 && (linked.type === SHT.symtab || linked.type === SHT.dynsym) ? symbolsOf(elf, linked) : [];
  const [u32, u64, s64] = elf.bigEndian ? [(at) => data.readUInt32BE(at), (at) => data.readBigUInt64BE(at), (at) => data.readBigInt64BE(at)] : [(at) => data.readUInt32LE(at), (at) => data.readBigUInt64LE(at), (at) => data.readBigInt64LE(at)];
  const mips = elf.machine === EM_MIPS && !elf.bigEndian;
  const [symbolAt, typeAt] = elf.bigEndian || mips ? [8, 12] : [12, 8];
  return Array.from({ length: Math.floor(data.length / size) }, (_, i) => {
    const at = i * size;
    const index = u32(at + symbolAt);
    const symbol = symbols[index] ?? (index === 0 ? NO_SYMBOL : void 0);
    if (symbol === void 0) throw new ElfError(`relocation ${i} of ${table.name}: there is no symbol ${index} among ${symbols.length}`);
    return { offset: safe(u64(at), `offset of relocation ${i} of ${table.name}`), type: mips ? data.readUInt32BE(at + typeAt) : u32(at + typeAt), symbol, addend: size === RELA ? s64(at + 16) : 0n };
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
const SYMBOL$1 = { size: 24, value: 8 };
function refusedRelocation(module, seen) {
  const table = module.sections[seen.section];
  const target = table === void 0 ? void 0 : module.sections[table.info];
  if (table === void 0 || target === void 0 || table.type !== SHT.rela) throw new ElfError(`the guest relocated section ${seen.section}, which is no table of relocations in the module's file`);
  const only = { ...module, sections: module.sections.map((section) => section.type === SHT.rela && section !== table ? { ...section, type: SHT.null } : section) };
  for (const [entry, { offset, type, symbol, addend }] of relocationsOf(only, target).entries()) {
    const width = WIDTH[type];
    const value = seen.symbols.length >= (symbol.index + 1) * SYMBOL$1.size ? seen.symbols.readBigUInt64LE(symbol.index * SYMBOL$1.size + SYMBOL$1.value) : void 0;
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

const hex = (value) => `0x${value.toString(16)}`;
const at = (place) => `${place.function}+${hex(place.offset)}`;
function autopsySentences(module, relocation, member, writer) {
  const { section, entry, symbol, target, offset, found, address, inFile } = relocation;
  const inStruct = target === ".gnu.linkonce.this_module";
  return [
    `The kernel refused entry ${entry} of ${section}: the address of \`${symbol}\` was to be written at offset ${offset} (${hex(offset)}) of ${inStruct ? "struct module" : target}, and that place was not empty.`,
    ...member === void 0 ? [] : [memberSentence(module, relocation, member)],
    `It held ${hex(found)}${found === address ? ", its own address, as the head of an empty list does" : ""}.`,
    writer === void 0 ? "Who had written that was not seen." : `It was written by ${at(writer)} in the kernel${writer.caller === void 0 ? "" : `, called from ${at(writer.caller)}`}${writer.value === found ? "" : ` (as ${hex(writer.value)})`}.`,
    ...inFile ? [`${module}\u2019s file itself holds that there, where relocations leave zeros: it was changed after it was built, or made by something other than the kernel\u2019s build.`] : [],
    ...inStruct && !inFile ? ["So kernel and module have two ideas of struct module: the module was compiled under another configuration, or with other headers, than the kernel."] : []
  ];
}
function memberSentence(module, { offset }, { name, offset: start, meant }) {
  const keeps = start === offset ? `keeps \`${name}\` there` : `keeps \`${name}\` there, from ${hex(start)} on`;
  if (meant === void 0 || meant.offset === offset) return `The kernel ${keeps}.`;
  const moved = meant.offset - offset;
  return `The kernel ${keeps}; it has \`${meant.name}\` at ${meant.offset} (${hex(meant.offset)}), ${Math.abs(moved)} bytes ${moved > 0 ? "further on" : "before"}. ${module} was compiled with ${moved > 0 ? "less" : "more"} in front of it.`;
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
  const dir = await makeScratch(join(tmpdir(), "kmod-gate-gdb-"));
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

const USB_CONTROLLER = /^(?:qemu-xhci|nec-usb-xhci|usb-ehci|ich9-usb-|piix[34]-usb-uhci|pci-ohci)/;
const BACKENDS = [
  { use: /\bnetdev=net0\b/, args: (network) => ["-netdev", network ? "user,id=net0" : "hubport,id=net0,hubid=0"] },
  { use: /\bdrive=null0\b/, args: () => ["-blockdev", "driver=null-co,node-name=null0,size=16777216,read-zeroes=on"] },
  { use: /\bchardev=null0\b/, args: () => ["-chardev", "null,id=null0"] },
  { use: /\bmemdev=mem0\b/, args: () => ["-object", "memory-backend-ram,id=mem0,size=16M,share=on"] },
  { use: /\bcanbus\d*=can0\b/, args: () => ["-object", "can-bus,id=can0"] }
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

const AREA = { address: 256 << 20, bytes: 64 << 20 };
const LEAST_MEMORY = 384;
const PAGE = 4096;
function pagesOf(data) {
  const pages = Buffer.concat([data, Buffer.alloc((PAGE - data.length % PAGE) % PAGE)]);
  return pages.length > AREA.bytes ? void 0 : pages;
}
async function writeShared(pidFile, pages) {
  const fds = `/proc/${(await readFile(pidFile, "utf8")).trim()}/fd`;
  for (const fd of await readdir(fds)) {
    const what = await readlink(`${fds}/${fd}`).catch(() => "");
    if (!what.startsWith("/memfd:memory-backend-memfd")) continue;
    const memory = await open(`${fds}/${fd}`, "r+");
    try {
      await memory.write(pages, 0, pages.length, AREA.address);
    } finally {
      await memory.close();
    }
    return;
  }
  throw new Error(`${fds}: the guest\u2019s memory is not among them`);
}

const PARAMETERS = ["cryptomgr.notests", "slab_nomerge", "quiet", "panic=-1", "nokaslr", "rdinit=/init", "log_buf_len=2M", "watchdog_thresh=5", "random.trust_cpu=on", "printk.devkmsg=on"];
const EMULATED = ["initcall_blacklist=trace_eval_init,ftrace_check_for_weak_functions"];
function qemuArgs(machine) {
  const { architecture: { qemu }, row } = machineNamed(machine.type);
  const memory = machine.memory + (machine.shared === void 0 ? 0 : AREA.bytes >> 20);
  const emulated = machine.accelerator === "tcg" ? [...EMULATED, ...machine.cpus === 1 ? row.emulatedAlone ?? [] : []] : [];
  const shared = machine.shared === void 0 ? void 0 : { args: ["-object", `memory-backend-memfd,id=ram,size=${memory}M,share=on`, "-pidfile", machine.shared.pidFile], parameters: [qemu.reserve?.(AREA.bytes, AREA.address) ?? ""] };
  return [
    ...["-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-monitor", "none"],
    ...["-machine", shared === void 0 ? row.machine : `${row.machine},memory-backend=ram`, "-accel", machine.accelerator, "-cpu", qemu.cpu[machine.accelerator], "-m", String(memory), "-smp", String(machine.cpus)],
    ...["-kernel", machine.kernel, "-initrd", machine.initramfs, "-append", [...qemu.parameters, ...PARAMETERS, ...row.parameters, ...emulated, ...shared?.parameters ?? [], ...machine.kernelArgs].join(" ")],
    ...["-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"],
    ...["-chardev", `socket,id=results,path=${machine.results}`, ...row.results],
    ...shared?.args ?? [],
    ...deviceArgs(machine.devices, machine.network)
  ];
}

const OUTCOMES = ["ok", "refused", "hung", "not-listed", "still-listed"];
const TEST_OUTCOMES = ["ok", "failed", "hung"];
const LONGEST = 1 << 20;
const ALL = 64 << 20;
function readRecords(nonce, changed) {
  const records = { lacks: [], waiting: false, taken: false, steps: [], tests: [], bound: [], boundSeen: false, taint: {}, left: [], said: { out: [], err: [] }, log: [], done: false };
  let rest = "";
  let taken = 0;
  return {
    records,
    take(data) {
      const lines = (rest + data.toString("latin1")).split("\n");
      rest = (lines.pop() ?? "").slice(0, LONGEST);
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
  ["waiting", (records) => records.waiting = true],
  ["taken", (records) => records.taken = true],
  ["lacks", (records, names) => void records.lacks.push(...names)],
  ["begin", begin$1],
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
      const number = numberOf(value);
      if ((when === "before" || when === "after") && number !== void 0) records.taint[when] = number;
    }
  ],
  ["bound", bound],
  ["left", (records, [piece]) => void records.left.push(piece ?? "")],
  ["leftend", (records, [sum2]) => records.leftSum = sum2 ?? "-"],
  ["log", (records, [piece]) => void records.log.push(piece ?? "")],
  ["logend", (records, [sum2]) => records.logSum = sum2 ?? "-"],
  ["done", (records) => records.done = true]
]);
function begin$1(records, [kind, cycle, name, deadline]) {
  if (kind !== "load" && kind !== "unload" && kind !== "test" || name === void 0) return;
  records.open = { kind, name, cycle: numberOf(cycle) ?? 0, deadline: numberOf(deadline) ?? 0 };
  if (kind === "test") records.said = { out: [], err: [] };
}
function end(records, [kind, cycle, module, status, outcome, centiseconds, references, message]) {
  const known = OUTCOMES.find((name) => name === outcome);
  if (kind !== "load" && kind !== "unload" || module === void 0 || known === void 0) return;
  const deadline = records.open?.deadline;
  delete records.open;
  const number = { status: numberOf(status), references: numberOf(references), cycle: numberOf(cycle) };
  records.steps.push({
    kind,
    module,
    outcome: known,
    ...number.status !== void 0 && { status: number.status },
    message: decoded([message ?? ""]).toString("utf8").trim(),
    seconds: (numberOf(centiseconds) ?? 0) / 100,
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
  const number = numberOf(status);
  delete records.open;
  records.said = { out: [], err: [] };
  records.tests.push({
    cycle: numberOf(cycle) ?? 0,
    outcome: known,
    ...number !== void 0 && { status: number },
    stdout,
    stderr,
    dropped: Math.max(0, (numberOf(outBytes) ?? 0) + (numberOf(errBytes) ?? 0) - stdout.length - stderr.length),
    whole: sum(stdout) === outSum && sum(stderr) === errSum,
    seconds: (numberOf(centiseconds) ?? 0) / 100,
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
  const list = decoded(records.left);
  if (sum(list) !== records.leftSum) return void 0;
  return list.toString("utf8").split("\n").filter((line) => line !== "");
}
function decoded(pieces) {
  return Buffer.from(pieces.join(""), "base64");
}
function sum(data) {
  return createHash("md5").update(data).digest("hex");
}
function numberOf(text) {
  return text !== void 0 && /^-?\d{1,15}$/.test(text) ? Number(text) : void 0;
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
    send(text) {
      for (const socket of open) socket.write(text);
    },
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
  const began = Date.now();
  let whole = setTimeout(fire("boot-timeout"), limits.bootTimeout * 1e3);
  let wait;
  const proof = limits.proof === void 0 ? void 0 : setTimeout(fire("kvm-proof"), limits.proof * 1e3);
  return {
    changed() {
      if (records.release !== void 0) clearTimeout(proof);
      if (records.waiting && wait === void 0) {
        wait = { from: Date.now() };
        clearTimeout(whole);
      }
      if (records.open === step?.open) return;
      clearTimeout(step?.timer);
      const open = records.open;
      step = open === void 0 ? void 0 : { open, began: Date.now(), timer: setTimeout(fire("step-deadline"), (open.deadline + MARGIN) * 1e3) };
    },
    resume() {
      if (wait === void 0) return;
      wait.until = Date.now();
      whole = setTimeout(fire("boot-timeout"), limits.bootTimeout * 1e3 - (wait.from - began));
    },
    waited: () => wait === void 0 ? 0 : (wait.until ?? Date.now()) - wait.from,
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
function machineOf(machine, accelerator, initramfs, results) {
  return {
    type: machine.machine ?? "q35",
    accelerator,
    kernel: machine.vmlinux ?? machine.vmlinuz,
    initramfs,
    memory: machine.memory,
    cpus: machine.cpus,
    results,
    devices: machine.devices ?? [],
    network: machine.network ?? false,
    kernelArgs: machine.kernelArgs ?? []
  };
}
async function startGuest(host, machine, { initramfs, nonce, accelerator, waits }) {
  const dir = await makeScratch(join(tmpdir(), "kmod-gate-guest-"));
  const [socket, pidFile] = [join(dir, "results"), join(dir, "pid")];
  const began = Date.now();
  const lookers = /* @__PURE__ */ new Set();
  const kill = () => running.kill();
  const reader = readRecords(nonce, () => {
    watch.changed();
    for (const look of lookers) look();
  });
  const { records } = reader;
  const watch = watchdog(records, { bootTimeout: machine.bootTimeout, ...accelerator === "kvm" && { proof: KVM_PROOF } }, kill);
  const results = await listenForResults(socket, (data) => reader.take(data));
  const clear = async () => {
    watch.stop();
    results.close();
    await rm(dir, { recursive: true, force: true });
  };
  let running;
  try {
    running = host.start({
      program: machineNamed(machine.machine ?? "q35").architecture.qemu.program,
      args: qemuArgs({ ...machineOf(machine, accelerator, initramfs, socket), ...waits !== void 0 && { shared: { pidFile } } }),
      seconds: machine.bootTimeout + MARGIN + (waits ?? 0),
      stdoutFile: machine.consoleFile
    });
  } catch (error) {
    await clear();
    throw error;
  }
  const guard = setInterval(() => void boundConsole(machine.consoleFile, () => watch.flooded()), 250);
  const over = running.ended.finally(() => clearInterval(guard));
  return {
    watch,
    pidFile,
    kill,
    send: (line) => results.send(`${line}
`),
    until: (seen) => new Promise((resolve) => {
      const done = (found) => {
        lookers.delete(look);
        resolve(found);
      };
      const look = () => {
        if (seen(records)) done(true);
      };
      lookers.add(look);
      look();
      void over.then(async () => {
        await results.drained();
        done(seen(records));
      });
    }),
    async ended() {
      try {
        const qemu = await over;
        await results.drained();
        return { records, watch, qemu, console: await consoleText(machine.consoleFile), seconds: (Date.now() - began - watch.waited()) / 1e3 };
      } finally {
        await clear();
      }
    }
  };
}
async function endOf(guest, { abandoned }) {
  abandoned?.addEventListener("abort", guest.kill);
  if (abandoned?.aborted === true) guest.kill();
  try {
    const end = await guest.ended();
    abandoned?.throwIfAborted();
    return end;
  } finally {
    abandoned?.removeEventListener("abort", guest.kill);
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

async function kvmDevice() {
  if (await stat("/dev/kvm").catch(() => void 0) === void 0) return "there is no /dev/kvm";
  return access("/dev/kvm", constants.R_OK | constants.W_OK).then(
    () => void 0,
    () => "/dev/kvm may not be opened by this user"
  );
}
function kvmFailure(stderr, seconds) {
  const words = stderr.trim().split("\n").at(-1) ?? "";
  return words === "" || /terminating on signal/.test(words) ? `/dev/kvm opens, but a guest showed no sign of life within ${seconds} s` : `QEMU gave up on KVM: ${words.replace(/\.+$/, "")}`;
}

let kvmRefusal;
async function whyTcg(machine) {
  if (machine.boot === "tcg") return "TCG was asked for.";
  const refusal = await refusalOf(machine);
  return refusal === void 0 || machine.boot === "kvm" ? void 0 : `KVM was not used: ${refusal}.`;
}
async function refusalOf(machine) {
  return otherArchitecture(machine) ?? (kvmRefusal ??= await kvmDevice());
}
function gaveUpOnKvm(stderr) {
  kvmRefusal = kvmFailure(stderr, KVM_PROOF);
}
async function choose(machine, attempt) {
  const known = await whyTcg(machine);
  if (known !== void 0) return attempt("tcg", known);
  if (await refusalOf(machine) === void 0) {
    const run = await attempt("kvm", "A guest came up under KVM.");
    if (run.end !== "never-up") return run;
    gaveUpOnKvm(run.qemu?.stderr ?? "");
  }
  if (machine.boot === "kvm") {
    throw new GateError({ id: "guest.kvm-unusable", stage: "boot", severity: "error", title: `KVM cannot be used: ${await refusalOf(machine) ?? ""}`, remedy: "Give the container the device (--device /dev/kvm), or use boot: auto." });
  }
  return attempt("tcg", await whyTcg(machine) ?? "");
}
function otherArchitecture({ machine }) {
  const { architecture } = machineNamed(machine ?? "q35");
  return architecture === nativeArchitecture() ? void 0 : `the kernel is one of ${architecture.name}, and this machine is not`;
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
const MARK$1 = /^kmod-gate: ((?:load|unload|test) \S+, cycle \d+)$/;
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
    const mark = MARK$1.exec(line);
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

const FRAME = /([\w.$]+)\+0x([0-9a-f]{1,8})\/0x([0-9a-f]{1,8}) \[([\w-]+)(?: [0-9a-f]{40})?\]/g;
const MOST = 32;
function framesOf(trace, modules) {
  const found = /* @__PURE__ */ new Map();
  for (const line of trace) {
    if (/^\s*\? /.test(line)) continue;
    for (const [text, symbol, offset, size, module] of line.matchAll(FRAME)) {
      if (symbol === void 0 || module === void 0 || found.has(text) || found.size >= MOST || !modules.includes(module)) continue;
      found.set(text, { text, symbol, offset: parseInt(offset ?? "", 16), size: parseInt(size ?? "", 16), module, exact: /^(?:RIP|WARNING|pc|PC)\b/.test(line) });
    }
  }
  return [...found.values()];
}

const KERNEL_ASKS_PATH = "/kmod-gate/modprobe";
const SCRIPT$1 = `#!/bin/busybox sh
for name; do :; done
if [ -d /lib/modules ]; then exec /bin/busybox modprobe -q "$name"; fi
file=/modules/$(printf %s "$name" | /bin/busybox tr - _).ko
if [ -e "$file" ]; then exec /bin/busybox insmod "$file"; fi
echo "<6>modprobe: this guest has no module $name; one that is needed can be named in preload" > /dev/kmsg
exit 1
`;
const KERNEL_ASKS = { kind: "file", path: KERNEL_ASKS_PATH.slice(1), data: Buffer.from(SCRIPT$1), executable: true };

const BASELINE = "kmod-gate: baseline";
const OUTPUT_LIMIT = 256 << 10;
const EMPTY = "d41d8cd98f00b204e9800998ecf8427e";
const TEST_DIR = "/test";
const TEST_FILE = "/kmod-gate/test";
const KMOD_FUNCTIONS = "/kmod-gate/kmod.sh";
const SCENARIO_FILE = "/kmod-gate/scenario";
const LEFTOVERS = 200;
const APPLETS$1 = ["awk", "cat", "cut", "dmesg", "grep", "head", "insmod", "ip", "md5sum", "mkfifo", "poweroff", "ps", "reboot", "rm", "rmmod", "sed", "sleep", "stat", "stty", "sync", "tr", "uname", "usleep"];
function initScript(machine, actions) {
  const { port, ending } = machineNamed(machine).row;
  return `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin:/usr/bin:/sbin:/usr/sbin HOME=/
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
# The kernel's own ciphers came up without their self-tests; a module's are tested.
tests=/sys/module/cryptomgr/parameters/notests
[ ! -e $tests ] || echo N > $tests
read -r nonce < /nonce
rm /nonce
mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
g=/kmod-gate
stty -F /dev/${port} raw -echo 115200
exec 3>/dev/${port}
say() { echo "$nonce $*" >&3; }
# Debian 11's busybox has no base64, and writes the same as uuencode -m between a first and a last line of its own.
if [ ! -e /bin/base64 ] && [ -e /bin/uuencode ]; then
  base64() { uuencode -m - | sed '1d;$d' | if [ "$2" = 0 ]; then tr -d '\\n'; else cat; fi; }
fi
lacks=
for applet in ${APPLETS$1.join(" ")}; do [ -e /bin/$applet ] || lacks="$lacks $applet"; done
[ -e /bin/base64 ] || [ -e /bin/uuencode ] || lacks="$lacks base64"
# Centiseconds since boot in $clock, without starting a process; the 1 keeps 09 from being read as octal.
tick() { read -r uptime rest < /proc/uptime; clock=$(( \${uptime%.*} * 100 + 1\${uptime#*.} - 100 )); }
# Closing the port waits until all of it has been sent.
power_off() { exec 3>&-; sync; ${ending}; }
[ -z "$lacks" ] || { say lacks$lacks; power_off; }
# What it reads comes back as records of one kind.
send() { base64 -w 512 | sed "s/^/$nonce $* /" >&3; }
send_file() { file=$1; shift; [ ! -s "$file" ] || send "$@" < "$file"; }
give_log() {
  if ! dmesg -r | awk 'seen; /${BASELINE}/ { seen = 1 } END { exit !seen }' > $g/since; then say logend -; return; fi
  send_file $g/since log
  sum_of $g/since
  say logend "$sum"
}
# A process costs more than all that these do, so the shell does itself what it can; answers are left in $sum, $size and $said.
sum_of() { if [ -s "$1" ]; then sum=$(md5sum < "$1"); sum=\${sum%% *}; else sum=${EMPTY}; fi; }
size_of() { if [ -s "$1" ]; then size=$(stat -c %s "$1"); else size=0; fi; }
what_it_said() { if [ -s $g/said ]; then said=$(base64 -w 0 < $g/said); else said=; fi; }
# Not with read, which takes a byte at a time: a sysctl gives its value to the first read only.
give_taint() { say taint "$1" "$(cat /proc/sys/kernel/tainted)"; }
finish() { give_taint after; give_log; say done; power_off; }
# What never returns must not keep init: it runs beside it, and says through a pipe that it is done. What the kernel killed says nothing.
beside() { # seconds command
  limit=$1; shift
  tick; deadline=$((clock + limit * 100)) status=
  { "$@" 4>&-; echo $? >&4; } 3>&- &
  until read -r -t 1 status <&4; do
    # The shell only learns of a child's death when it waits for another.
    usleep 1
    # What it said at the last moment is in the pipe.
    kill -0 $! 2>/dev/null || { read -r -t 1 status <&4; break; }
    tick
    [ "$clock" -lt $deadline ] || break
  done
}
step() {
  kind=$1 cycle=$2 name=$3 limit=$4; shift 4
  say begin "$kind" "$cycle" "$name" "$limit"
  [ "$cycle" = 0 ] || echo "<6>kmod-gate: $kind $name, cycle $cycle" > /dev/kmsg
  tick; began=$clock
  beside "$limit" "$@" > $g/said 2>&1
  tick; took=$((clock - began))
  if [ -z "$status" ] && kill -0 $! 2>/dev/null; then
    # Tell where tasks are blocked and what the other processors run.
    echo w > /proc/sysrq-trigger
    echo l > /proc/sysrq-trigger
    if [ "$kind" = test ]; then tested - hung
    else what_it_said; say end "$kind" "$cycle" "$name" - hung "$took" - "$said"; fi
    finish
  fi
  status=\${status:-137}
}
load() { # own cycle name seconds parameters
  step load "$2" "$3" "$4" insmod "/modules/$3.ko" \${5:+"$5"}
  if [ "$status" != 0 ]; then outcome=refused
  elif grep -q "^$3 .* Live " /proc/modules; then outcome=ok
  else outcome=not-listed; fi
  what_it_said
  say end load "$2" "$3" "$status" "$outcome" "$took" - "$said"
  if [ "$outcome" != ok ]; then stop=1
  elif [ "$1" = 1 ]; then loaded="$loaded $3 "; fi
}
unload() { # cycle name seconds
  case $loaded in *" $2 "*) ;; *) return ;; esac
  references=-
  # The test may have unloaded it; then there is nothing to do.
  if [ ! -d "/sys/module/$2" ] && ! grep -q "^$2 " /proc/modules; then
    say end unload "$1" "$2" 0 ok 0 - "$(echo 'unloaded by the test' | base64)"
    loaded=\${loaded%%" $2 "*}\${loaded#*" $2 "}
    return
  fi
  read -r references < "/sys/module/$2/refcnt"
  step unload "$1" "$2" "$3" rmmod "$2"
  if [ "$status" != 0 ]; then outcome=refused
  elif grep -q "^$2 " /proc/modules; then outcome=still-listed
  else outcome=ok; fi
  what_it_said
  say end unload "$1" "$2" "$status" "$outcome" "$took" "\${references:--}" "$said"
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
  list=
  [ ! -s $g/bound ] || list=$(head -c 65536 $g/bound | base64 -w 0)
  say bound "$cycle" "$list"
}
run_test() {
  cd ${TEST_DIR} && KMOD_GATE_CYCLE=$1
  # kmod's own programs before busybox's.
  PATH=/sbin:/usr/sbin:$PATH
  export KMOD_GATE_CYCLE
  # A file that names its interpreter is run by that.
  IFS= read -r -n 10 first < ${TEST_FILE}
  case "$first" in
    '#!/bin/sh' | [!#]* | '#'[!!]* | '' | '#') set -- sh -c '[ ! -f ${KMOD_FUNCTIONS} ] || . ${KMOD_FUNCTIONS}; . "$0"' ${TEST_FILE} ;;
    *) set -- ${TEST_FILE} ;;
  esac
  "$@" < /dev/null > $g/io/out 2> $g/io/err
}
tested() { # status outcome
  for stream in out err; do
    : > $g/$stream
    [ ! -s $g/io/$stream ] || head -c ${OUTPUT_LIMIT} $g/io/$stream > $g/$stream
    send_file $g/$stream said "$cycle" $stream
  done
  size_of $g/io/out; sizes=$size
  size_of $g/io/err; sizes="$sizes $size"
  sum_of $g/out; sums=$sum
  sum_of $g/err; sums="$sums $sum"
  say tested "$cycle" "$1" "$2" "$took" "$sizes" "$sums"
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
  set --
  for file in devices misc filesystems iomem ioports crypto interrupts; do [ ! -e /proc/$file ] || set -- "$@" /proc/$file; done
  awk '
    FILENAME == "/proc/crypto" { if (sub(/^name *: /, "")) print FILENAME ": " $0; next }
    FILENAME == "/proc/interrupts" { if ($1 ~ /^[0-9]+:$/) print FILENAME ": " $1 " " $NF; next }
    { sub(/^ */, ""); print FILENAME ": " $0 }' "$@"
  # Children of kthreadd, but for the workers that the kernel adds and ends as it likes.
  ps -o ppid,args | awk '$1 == 2 && sub(/^ *2 \\[/, "") && sub(/\\]$/, "") && !/^(kworker\\/|psimon)/ { print "kernel thread: " $0 }'
}
# What is left may hang or kill whoever looks at it: beside init, and not for long.
look() { beside 5 fresh; [ -n "$status" ]; }
fresh() { listing > $g/after; awk 'NR == FNR { known[$0]; next } !($0 in known)' $g/before $g/after > $g/new; }
settle() {
  [ -z "$stuck" ] || return
  look || return
  # A timer or thread that was left has that long since the last step to show itself in the log.
  tick; left=$((began + $1 / 10 - clock))
  [ $left -le 0 ] || usleep $((left * 10000))
  # What the kernel clears away later is no leftover.
  if [ -s $g/new ]; then look || return; fi
  if [ -s $g/new ]; then sleep 2; look || return; fi
  head -n ${LEFTOVERS} $g/new > $g/left
  send_file $g/left left
  sum_of $g/left
  say leftend "$sum"
}
baseline() {
  listing > $g/before
  give_taint before
  echo '<5>${BASELINE}' > /dev/kmsg
}
loaded= stop= stuck= began=0
# Its own small file system: a test that writes without end fills no more than this.
mount -t tmpfs -o size=8m tmpfs $g/io
mkfifo $g/done
exec 4<>$g/done
ip link set lo up 2>/dev/null
echo 8 > /proc/sys/kernel/printk
say up "$(uname -r)"
${actions === void 0 ? waiting(port) : scenarioScript(actions)}`;
}
function scenarioScript(actions) {
  return `[ -e /sbin/modprobe ] || echo ${KERNEL_ASKS_PATH} > /proc/sys/kernel/modprobe
${actions.map(line).join("\n")}
finish
`;
}
function waiting(port) {
  return `given() { dd if=/dev/mem bs=${PAGE} skip=${AREA.address / PAGE} count=$1 2>/dev/null; }
cannot() { say cannot; power_off; }
[ "$(given 1 | wc -c)" = ${PAGE} ] || cannot
say waiting
read -r pages sum < /dev/${port}
[ "$(given "$pages" | md5sum | cut -c1-32)" = "$sum" ] || cannot
given "$pages" | (cd / && cpio -idu 2> $g/said) || cannot
say taken
. ${SCENARIO_FILE}
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
      return `settle ${action.milliseconds}`;
  }
}

function guestRun(plan, { records, watch, qemu, console: raw, seconds }, accelerator, acceleratorReason) {
  const own = plan.modules.map(({ name }) => name);
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
    entry: plan.vmlinux === void 0 ? machineNamed(plan.machine ?? "q35").architecture.vmlinuz : "vmlinux (PVH)",
    ...records.release !== void 0 && { release: records.release },
    ...records.lacks.length > 0 && { lacks: records.lacks },
    steps,
    ...plan.test !== void 0 && { tests },
    ...records.boundSeen && { bound: records.bound },
    taint: records.taint,
    ...leftovers !== void 0 && { leftovers },
    end: gaveUp ? "timeout" : watch.end(),
    ...why !== void 0 && { stopped: why },
    qemu,
    log: log ?? "",
    logSeen: log !== void 0,
    consoleTail: text.trimEnd().split("\n").slice(-40).join("\n"),
    consoleFile: plan.consoleFile,
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
async function librariesOf(host, name, program, cross) {
  const loader = interpreterOf(program);
  if (loader === void 0) return [];
  const missing = (what) => new GateError({ id: "guest.library-missing", stage: "boot", severity: "error", title: `${name}, which the test takes along, needs ${what}, and it is not installed here`, remedy: "Install the library in the container, or link the program statically." });
  if (cross !== void 0) throw missing(`the loader ${loader} and libraries of ${cross.name}`);
  const dir = await makeScratch(join(tmpdir(), "kmod-gate-libraries-"));
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

const APPLETS = ["modprobe", "insmod", "rmmod", "lsmod", "modinfo", "depmod"];
const DEPMOD_SECONDS = 60;
const OF_THE_PACKAGE = ["modules.builtin", "modules.builtin.modinfo", "modules.order"];
function scriptsOf({ test, testFiles }) {
  const isScript = ({ data }) => data.toString("latin1", 0, 2) === "#!";
  return [...test === void 0 ? [] : [test.script], ...(testFiles ?? []).filter(isScript).map(({ data }) => data.toString("utf8"))];
}
function namesKmod({ test, testFiles }) {
  const named = new RegExp(`\\b(?:kmod|${APPLETS.join("|")})\\b`);
  return [test?.script ?? "", ...(testFiles ?? []).map(({ data }) => data.toString("latin1"))].some((text) => named.test(text));
}
function modprobeNames(plan) {
  const calls = scriptsOf(plan).flatMap((script) => [...script.matchAll(/\bmodprobe\b([^\n;|&#)`]*)/g)].map(([, words]) => (words ?? "").trim().split(/\s+/)));
  return [...new Set(calls.flat().filter((word) => /^\w[\w-]*$/.test(word)).map((word) => word.replaceAll("-", "_")))];
}
async function kmodFor(host, plan) {
  if (plan.test === void 0) return { libraries: [], entries: [] };
  const program = await host.which("kmod");
  if (program === void 0) {
    if (scriptsOf(plan).some((script) => /\b(?:modprobe|kmod)\b/.test(script))) {
      throw new GateError({ id: "guest.kmod-missing", stage: "boot", severity: "error", title: "The test calls modprobe, and kmod is not installed, so the guest has none", remedy: "Install kmod." });
    }
    return { libraries: [], entries: [] };
  }
  const tree = await moduleTree(host, plan, program);
  if (!namesKmod(plan) || machineNamed(plan.machine ?? "q35").architecture !== nativeArchitecture()) return { libraries: [], entries: tree };
  const data = await readFile(program);
  const links = APPLETS.map((name) => ({ kind: "link", path: `sbin/${name}`, target: "/bin/kmod" }));
  const functions = { kind: "file", path: KMOD_FUNCTIONS.slice(1), data: Buffer.from(APPLETS.map((name) => `${name}() { /sbin/${name} "$@"; }
`).join("")) };
  return { libraries: await librariesOf(host, program, data), entries: [{ kind: "file", path: "bin/kmod", data, executable: true }, functions, ...links, ...tree] };
}
function placed({ dependencies, spare, modules }) {
  const at = (dir) => ({ name, data }) => ({ path: `${dir}/${name}.ko`, name, data });
  return [...[...dependencies, ...spare ?? []].map(at("kernel")), ...modules.map(at("updates"))];
}
async function moduleTree(host, plan, kmod) {
  const base = await makeScratch(join(tmpdir(), "kmod-gate-depmod-"));
  const tree = `lib/modules/${plan.release}`;
  const dir = join(base, tree);
  const files = placed(plan);
  try {
    for (const sub of ["kernel", "updates"]) await mkdir(join(dir, sub), { recursive: true });
    await mkdir(join(base, "usr"));
    await symlink("../lib", join(base, "usr/lib"));
    for (const { path, data } of files) await writeFile(join(dir, path), data);
    for (const name of OF_THE_PACKAGE) {
      const file = join(plan.modulesDir ?? "", name);
      if (plan.modulesDir !== void 0 && await exists(file)) await copyFile(file, join(dir, name));
    }
    const depmod = join(base, "depmod");
    await symlink(kmod, depmod);
    const { status, stderr } = await host.run({ program: depmod, args: ["-b", base, plan.release], seconds: DEPMOD_SECONDS });
    if (status !== 0) throw new GateError({ id: "guest.depmod", stage: "boot", severity: "error", title: `depmod failed: ${stderr.trim().split("\n").at(-1) ?? ""}`, detail: stderr, remedy: "Look at the modules that it names; without its indices modprobe finds nothing in the guest." });
    const indices = (await readdir(dir)).filter((name) => name.startsWith("modules."));
    return [
      ...await Promise.all(indices.map(async (name) => ({ kind: "file", path: join(tree, name), data: await readFile(join(dir, name)) }))),
      ...files.map(({ path, name }) => ({ kind: "link", path: join(tree, path), target: `/modules/${name}.ko` })),
      { kind: "link", path: "usr/lib/modules", target: "/lib/modules" }
    ];
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

const RUNNABLE = [2, 3];
function checkProgram({ path, data, mode }, { name, elf }) {
  const identity = (mode & 73) === 0 ? void 0 : identityOf(data);
  if (identity === void 0 || !RUNNABLE.includes(identity.type) || elf.programs.includes(identity.machine)) return;
  throw new GateError({
    id: "guest.other-architecture",
    stage: "boot",
    severity: "error",
    title: `${path}, which the test takes along, is a program for ${machineName(identity.machine)}, and the guest is ${name}`,
    remedy: `Compile it for ${name}, linked statically, or write the test as a script: busybox is there.`
  });
}
function identityOf(data) {
  try {
    return identifyElf(data);
  } catch (error) {
    if (error instanceof ElfError) return void 0;
    throw error;
  }
}

const DIRS = ["bin", "dev", "etc", "kmod-gate", "kmod-gate/io", "proc", "run", "sys", "tmp", "modules", relative(TEST_DIR)];
const DEVICES = [
  { kind: "char", path: "dev/console", major: 5, minor: 1 },
  { kind: "char", path: "dev/null", major: 1, minor: 3 }
];
const busyboxEntry = (data) => ({ kind: "file", path: "bin/busybox", data, executable: true });
const initEntry = (script) => ({ kind: "file", path: "init", data: Buffer.from(script), executable: true });
function guestEntries(files) {
  return [...laidOut([busyboxEntry(files.busybox), ...givenFiles(files), initEntry(initScript(files.machine, files.actions)), nonceEntry(files.nonce)], DIRS), ...DEVICES];
}
function waitingEntries({ busybox, machine, nonce }) {
  return [...laidOut([busyboxEntry(busybox), initEntry(initScript(machine)), nonceEntry(nonce)], DIRS), ...DEVICES];
}
function givenEntries(files) {
  const given = laidOut([...givenFiles(files), { kind: "file", path: relative(SCENARIO_FILE), data: Buffer.from(scenarioScript(files.actions)) }], []);
  const ours = /* @__PURE__ */ new Set(["init", "nonce"]);
  return given.some(({ path }) => MOUNTED.test(path)) ? void 0 : given.filter(({ path }) => !ours.has(path));
}
const MOUNTED = /^(?:dev|proc|sys|kmod-gate\/io)\//;
function givenFiles({ modules, test, testFiles, libraries, kmod }) {
  return [
    KERNEL_ASKS,
    ...kmod,
    ...libraries.map(({ path, data }) => ({ kind: "file", path: relative(path), data, executable: true })),
    ...testFiles.map(({ path, data, mode }) => ({ kind: "file", path: relative(posix.resolve(TEST_DIR, path)), data, mode: mode & 4095 })),
    ...test === void 0 ? [] : [{ kind: "file", path: relative(TEST_FILE), data: Buffer.from(test), executable: true }],
    ...modules.map(({ name, data }) => ({ kind: "file", path: `modules/${name}.ko`, data }))
  ];
}
function laidOut(files, dirs) {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const all = /* @__PURE__ */ new Set([...dirs, ...[...byPath.keys()].flatMap(parents)]);
  return [...[...all].sort().map((path) => ({ kind: "dir", path })), ...byPath.values()];
}
const nonceEntry = (nonce) => ({ kind: "file", path: "nonce", data: Buffer.from(`${nonce}
`) });
function withNonce(archive, nonce) {
  return Buffer.concat([archive, Buffer.alloc((4 - archive.length % 4) % 4), cpioNewc([nonceEntry(nonce)])]);
}
function relative(path) {
  return posix.normalize(`/${path}`).slice(1);
}
function parents(path) {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}
async function guestFiles(host, plan, actions, nonce) {
  const { libraries: own, entries } = await kmodFor(host, plan);
  const libraries = [...own];
  const { architecture } = machineNamed(plan.machine ?? "q35");
  for (const file of plan.testFiles ?? []) {
    checkProgram(file, architecture);
    libraries.push(...await librariesOf(host, file.path, file.data, crossFor(architecture)));
  }
  return {
    busybox: await busyboxOf(host, plan),
    machine: plan.machine ?? "q35",
    actions,
    nonce,
    modules: [...plan.dependencies, ...plan.spare ?? [], ...plan.modules],
    ...plan.test !== void 0 && { test: plan.test.script },
    testFiles: plan.testFiles ?? [],
    libraries,
    kmod: entries
  };
}
async function busyboxOf(host, { busybox: given }) {
  const busybox = given ?? await host.which("busybox");
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

const REMEDIES$1 = {
  "guest.allocation": "Ask for less at once, use kvmalloc() or vmalloc() for what is large, or pass __GFP_NOWARN where failing is planned for.",
  "guest.atomic": "Do not sleep while a spinlock is held or preemption is off: use GFP_ATOMIC, shorten the section, or take a mutex; give each lock and each preempt_disable() its counterpart.",
  "guest.bug": "The kernel found a state that it cannot go on with: look at what the function that is named demands of its callers.",
  "guest.cpu-hog": "Put cond_resched() into long loops, or use a queue of alloc_workqueue() with WQ_UNBOUND.",
  "guest.dma": "Unmap with the very device, size and direction with which it was mapped, once, and test with dma_mapping_error().",
  "guest.duplicate-name": "Register each name once: remove it in the exit function and where init fails, and number the instances.",
  "guest.free": "Free each address once, with the counterpart of what allocated it (kfree(), vfree(), iounmap()).",
  "guest.init-return": "Return 0 or a negative error from init.",
  "guest.irq": "Call free_irq() once, with the number and the pointer that request_irq() was given, and return IRQ_HANDLED only for interrupts of yours.",
  "guest.kasan": "Look at the stacks of allocation and freeing in the report: the memory was used after that, or beyond its end.",
  "guest.kcsan": "Guard the data with a lock, or mark the access with READ_ONCE() and WRITE_ONCE().",
  "guest.kfence": "Look at the stacks of allocation and freeing in the report: the memory was used after that, or beyond its end.",
  "guest.kmemleak": "Free on every path what the stack in the report allocates.",
  "guest.kmsan": "Initialise the memory before it is read or copied out.",
  "guest.kobject": "Give the object a release() function that frees it, initialise it once, and drop the last reference instead of freeing.",
  "guest.list": "Initialise list heads, add and delete each entry once, under one lock, and delete it before its memory is freed.",
  "guest.lockdep": "Take locks in one order everywhere, release them where they were taken, and disable interrupts for those that handlers take too.",
  "guest.lockup": "Leave loops that wait (with a timeout, or cond_resched()), and never wait for what cannot happen while you hold a lock or keep interrupts off.",
  "guest.module": "Look at what the module loader says about the file, and at the references that the module takes to itself.",
  "guest.netdev": "Give back each dev_hold() with dev_put() before unregistering, and let the queue be stopped no longer than the hardware needs.",
  "guest.odebug": "Stop timers, work and the like before the memory that they lie in is freed (timer_delete_sync(), cancel_work_sync()).",
  "guest.oops": "A pointer was used that is not valid (never set, an error code, or freed), or code that is gone was run: timers, threads, work and devices must end before the module does.",
  "guest.out-of-memory": "Free what is not needed any more and bound what is allocated; if it is meant, raise memory.",
  "guest.overflow": "The copy is larger than the field: compare the sizes, and bound what comes from outside.",
  "guest.page": "Pages are freed twice, or while they are mapped: give each get_page() and allocation one counterpart.",
  "guest.panic": "Look for what calls panic(), or kills or overwrites what the kernel cannot do without.",
  "guest.proc": "Remove what is in a directory of /proc first, or use proc_remove() on the directory.",
  "guest.refcount": "Give each get one put: a counter went below zero, or was taken up again from zero.",
  "guest.slab": "Memory was written after it was freed or beyond its end, freed twice, or is left in a cache that is destroyed: free every object before kmem_cache_destroy().",
  "guest.stack-overflow": "End the recursion, and allocate large buffers instead of having them on the stack (16 KiB).",
  "guest.ubsan": "Check indices and shifts before they are used.",
  "guest.uninitialised-lock": "Initialise the lock before it is taken: spin_lock_init(), mutex_init(), DEFINE_MUTEX().",
  "guest.warn": "The WARN\u2019s condition says what must not be: look at the line that it names, in the kernel\u2019s source or yours.",
  "guest.workqueue": "Cancel or drain all work before destroy_workqueue()."
};

const SYMBOL = { size: 24, name: 0, info: 4, section: 6, value: 8, length: 16 };
const STT_FUNC = 2;
const STT_NOTYPE = 0;
function functionsOf(module) {
  const sections = readSections(module);
  const table = sections.find(({ name }) => name === ".symtab")?.data;
  const strings = sections.find(({ name }) => name === ".strtab")?.data;
  if (table === void 0 || strings === void 0) throw new ElfError(".symtab: the module has no symbols");
  const functions = /* @__PURE__ */ new Map();
  for (let at = 0; at + SYMBOL.size <= table.length; at += SYMBOL.size) {
    const type = integer(table, at + SYMBOL.info, 1, "type of a symbol") & 15;
    const section = sections[integer(table, at + SYMBOL.section, 2, "section of a symbol")];
    if (type !== STT_FUNC && type !== STT_NOTYPE || section === void 0 || !/text/.test(section.name)) continue;
    const start = integer(table, at + SYMBOL.name, 4, "name of a symbol");
    const end = strings.indexOf(0, start);
    if (end <= start) continue;
    const name = strings.toString("latin1", start, end);
    const symbol = { section: section.name, value: integer(table, at + SYMBOL.value, 8, "value of a symbol"), size: integer(table, at + SYMBOL.length, 8, "size of a symbol") };
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
  if (frames.length === 0) return lines;
  const dir = await makeScratch(join(tmpdir(), "kmod-gate-lines-"));
  try {
    for (const { name, data } of modules) {
      const file = join(dir, `${name}.ko`);
      const program = addr2lineFor(data);
      const wanted = addresses(frames.filter((frame) => frame.module === name), data);
      if (wanted.size > 0 && await host.which(program) === void 0) continue;
      if (wanted.size > 0) await writeFile(file, data);
      for (const [section, found] of wanted) {
        const { status, stdout } = await host.run({ program, args: addr2lineArgs(file, section, found.map(({ address }) => address)), seconds: SECONDS });
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
function addr2lineFor(module) {
  const architecture = architectureOfMachine(module.length < 20 ? 0 : module.readUInt16LE(18));
  return `${architecture === void 0 ? "" : crossFor(architecture)?.crossPrefix ?? ""}addr2line`;
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
    remedy: [REMEDIES$1[signature.id] ?? "", known.length > 0 ? "Start at the first line of yours in the detail; the whole log is in console.log." : "The trace is in the detail, the whole log in console.log."].join(" ").trimStart(),
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
    ...first === void 0 ? [] : [{ id: "guest.test-failed", stage: stage$1, severity: "fail", title: `The test failed with status ${String(first.status)}${cycles(failed, tests)}`, detail: output(first), remedy: remedy(first) }],
    ...tests.flatMap((test) => {
      if (test.outcome === "cut-short" && run.stopped !== "console-flood") return [{ id: "guest.cut-short", stage: stage$1, severity: "error", title: `boot-timeout (${bootTimeout} s) was over while the test ran, after ${test.seconds.toFixed(1)} s of its ${test.deadline} s`, detail: output(test), remedy: "Raise boot-timeout above the time that the test may take." }];
      if (test.outcome !== "hung") return [];
      if (run.end === "lost") return [{ id: "guest.died", stage: stage$1, severity: "fail", title: "The guest went down while the test ran", detail: [output(test), run.consoleTail].join("\n"), remedy: "The console\u2019s last lines show what the kernel said." }];
      return [{ id: "guest.test-hung", stage: stage$1, severity: "fail", title: `The test did not end within ${test.deadline} s (cycle ${test.cycle})`, detail: output(test), remedy: "Give it more time, or look at what it waits for: blocked tasks are in the log." }];
    }),
    ...damaged.length === 0 ? [] : [{ id: "guest.lost", stage: stage$1, severity: "error", title: `The test\u2019s output did not come back whole${cycles(damaged, tests)}` }]
  ];
}
const NOT_FOUND = /modprobe: (?:FATAL: Module (\S+) not found in directory|module (\S+) not found in modules\.dep)/;
function remedy({ stdout, stderr }) {
  const found = NOT_FOUND.exec(`${stdout.toString("utf8")}
${stderr.toString("utf8")}`);
  const absent = found?.[1] ?? found?.[2];
  if (absent !== void 0) return `${absent} is not in the guest: of the kernel\u2019s own modules it has those that yours need, those of preload, and those that the test\u2019s text names behind modprobe.`;
  return "Its output is in the detail; it runs in the guest with busybox, kmod and the files that you gave it.";
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
    const loaded = /^\/sys\/module\/([^/]+)$/.exec(entry)?.[1];
    const module = modules.find(({ name, data }) => (loaded === void 0 || loaded === name) && namesOf(entry).some((candidate) => bears(candidate, name) || holds(data, candidate)));
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
    ...judgeComplaints(left, expected),
    ...run.steps.filter((step) => !isKilled(step, left)).flatMap((step) => judgeStep(step, run, expected)),
    ...judgeTests(run, expected),
    ...judgeFlood(run, expected)
  ];
  findings.push(...judgeTaint(run, [...left, ...allowed]), ...left.some(({ signature }) => signature.taints?.includes("D") === true) ? [] : judgeLeftovers(run, expected), ...judgeBound(run, expected), ...allowances);
  return [...findings, ...judgeMissing(run, expected, findings), ...judgeEnd(run, expected, findings)];
}
const begun = (run) => run.taint?.before !== void 0 || run.steps.some(({ own }) => own);
const weighs = ({ severity }) => severity === "fail" || severity === "error";
function neverUp(run, { bootTimeout }) {
  if (run.lacks !== void 0) {
    return { id: "guest.busybox-lacks", stage, severity: "error", title: `The guest\u2019s busybox has no ${run.lacks.join(", ")}, so nothing could be checked`, remedy: "Install Debian\u2019s busybox-static." };
  }
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
function isKilled({ own, kind, module, cycle, outcome, status }, complaints) {
  if (!own || outcome !== "refused" || status === void 0 || status <= 128) return false;
  return complaints.some(({ signature, during }) => signature.weight === "fail" && during === `${kind} ${module}, cycle ${cycle ?? 0}`);
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

const AT_ONCE = [/^_?printk$/, /^param_(?:ops|get|set|array_ops)(?:_\w+)?$/, /^(?:__fentry__|_?mcount|__x86_return_thunk|__x86_indirect_thunk_\w+|__stack_chk_(?:fail|guard))$/];
function mayRunLater(module) {
  try {
    return readSymbols(openElf(module)).some(({ name, shndx }) => shndx === SHN.undef && name !== "" && !AT_ONCE.some((pattern) => pattern.test(name)));
  } catch (error) {
    if (error instanceof ElfError) return true;
    throw error;
  }
}

const SETTLE = 1050;
function actionsOf({ preload, modules, testSeconds, reloads, stepSeconds: stepSeconds2, usbSeconds, boundSeconds, network, later }) {
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
    { do: "settle", milliseconds: later ? SETTLE : 0 }
  ];
}
const LONGEST_STEP = 30;
const SHORTEST_STEP = 5;
function stepSeconds(bootTimeout) {
  return Math.min(LONGEST_STEP, Math.max(SHORTEST_STEP, Math.floor(bootTimeout / 2)));
}

const USB_WAIT = 8;
const BOUND_WAIT = 5;
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
    network: plan.network ?? false,
    later: plan.modules.some(({ data }) => mayRunLater(data)) || bringsMore(plan)
  };
}
function bringsMore({ testFiles = [], spare = [] }) {
  return testFiles.length > 0 || spare.length > 0;
}

async function bootGuest(host, plan, early) {
  checkPlan(plan);
  const { qemu } = machineNamed(plan.machine ?? "q35").architecture;
  if (await host.which(qemu.program) === void 0) throw new GateError({ id: "guest.qemu-missing", stage: "boot", severity: "error", title: `${qemu.program} is not installed, so nothing can be booted`, remedy: `Install ${qemu.package}.` });
  let given;
  const before = [];
  for (let left = plan.retries ?? 0; ; left--) {
    const run = await early?.take(plan) ?? await choose(plan, async (accelerator, reason) => boot(host, plan, await (given ??= prepare(host, plan)), accelerator, reason));
    const findings = await judge(host, plan, run);
    if (verdictOf(findings) !== "error" || left <= 0) return { run, findings: [...findings, ...flaky(before, findings)] };
    before.push(...findings.filter(({ severity }) => severity === "error").slice(0, 1));
    host.log.info(`boot again: ${before.at(-1)?.title ?? ""}`);
  }
}
async function packGuest(host, plan) {
  checkPlan(plan);
  return (await prepare(host, plan)).initramfs;
}
function checkPlan(plan) {
  const problem = deviceProblem(plan.devices ?? [], plan.machine ?? "q35", plan.network ?? false);
  if (problem !== void 0) throw new GateError({ id: "guest.device-impossible", stage: "boot", severity: "error", title: problem });
  checkPreload(plan);
}
function flaky(before, findings) {
  if (before.length === 0 || verdictOf(findings) === "error") return [];
  const detail = before.map(({ title }, i) => `boot ${i + 1}: ${title}`).join("\n");
  return [{ id: "guest.flaky", stage: "boot", severity: "warning", title: `The guest had to be booted ${before.length + 1} times before it could be judged`, detail, remedy: "Look for what the machine lacked; the module was only judged by the last boot." }];
}
async function judge(host, plan, run) {
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
  const initramfs = join(plan.workDir, "initramfs.cpio");
  await writeFile(initramfs, plan.initramfs === void 0 ? cpioNewc(guestEntries(await guestFiles(host, plan, actionsOf(scenarioOf(plan)), nonce))) : withNonce(plan.initramfs, nonce));
  return { initramfs, nonce };
}
async function boot(host, plan, { initramfs, nonce }, accelerator, acceleratorReason) {
  plan.abandoned?.throwIfAborted();
  const guest = await startGuest(host, plan, { initramfs, nonce, accelerator });
  return guestRun(plan, await endOf(guest, plan), accelerator, acceleratorReason);
}

const TRIAL = 2;
async function kvmTrial(host, machine, { initramfs, nonce }, consoleFile, abandoned, seconds = TRIAL) {
  const guest = await startGuest(host, { ...machine, consoleFile }, { initramfs, nonce, accelerator: "kvm" });
  const state = { killed: false };
  const kill = () => {
    state.killed = true;
    guest.kill();
  };
  const timer = setTimeout(kill, seconds * 1e3);
  abandoned.addEventListener("abort", kill);
  if (abandoned.aborted) kill();
  try {
    if (await guest.until(({ release }) => release !== void 0)) kill();
    const { qemu, watch } = await guest.ended();
    return state.killed || watch.stopped() !== void 0 || qemu.status === 0 || qemu.stderr.trim() === "" ? void 0 : qemu.stderr;
  } finally {
    clearTimeout(timer);
    abandoned.removeEventListener("abort", kill);
  }
}

const WAITS = 3 * 3600;
function beginEarly(host, coming) {
  let over = false;
  const abandoned = new AbortController();
  const beginning = coming.then((machine) => begin(host, machine, abandoned.signal)).catch((error) => {
    host.log.detail(`no guest boots ahead: ${String(error)}`);
    return void 0;
  });
  const end = async ({ guest, consoleFile }) => {
    guest.kill();
    await guest.ended().catch(() => void 0);
    await rm(consoleFile, { force: true });
  };
  return {
    async take(plan) {
      if (over) return void 0;
      over = true;
      const waiting = await beginning;
      if (waiting === void 0) return void 0;
      plan.abandoned?.addEventListener("abort", waiting.guest.kill);
      if (plan.abandoned?.aborted === true) waiting.guest.kill();
      const why = await give(host, plan, waiting).catch(String);
      if (why === void 0) return guestRun(plan, await endOf(waiting.guest, plan), "tcg", `${waiting.reason} The guest came up while the modules were built.`);
      host.log.detail(`the guest that booted ahead is not used: ${why}`);
      await end(waiting);
      return void 0;
    },
    async abandon() {
      if (over) return;
      over = true;
      abandoned.abort();
      const waiting = await beginning;
      if (waiting !== void 0) await end(waiting);
    }
  };
}
async function begin(host, machine, abandoned) {
  const { reserve } = machineNamed(machine.machine ?? "q35").architecture.qemu;
  const ownMemory = machine.kernelArgs?.some((arg) => /^mem(?:map)?=/.test(arg)) ?? false;
  if (machine.boot === "kvm" || reserve === void 0 || machine.memory < LEAST_MEMORY || ownMemory) return void 0;
  if (deviceProblem(machine.devices ?? [], machine.machine ?? "q35", machine.network ?? false) !== void 0) return void 0;
  const nonce = randomBytes(16).toString("hex");
  const initramfs = join(machine.workDir, "waiting.cpio");
  await writeFile(initramfs, cpioNewc(waitingEntries({ busybox: await busyboxOf(host, machine), machine: machine.machine ?? "q35", nonce })));
  const reason = await withoutKvm(host, machine, { initramfs, nonce }, abandoned);
  if (reason === void 0 || abandoned.aborted) return void 0;
  return { guest: await startGuest(host, machine, { initramfs, nonce, accelerator: "tcg", waits: WAITS }), consoleFile: machine.consoleFile, nonce, reason };
}
async function withoutKvm(host, machine, trial, abandoned) {
  const known = await whyTcg(machine);
  if (known !== void 0) return known;
  const words = await kvmTrial(host, machine, trial, join(machine.workDir, "kvm-trial.log"), abandoned);
  if (words === void 0) return void 0;
  gaveUpOnKvm(words);
  return whyTcg(machine);
}
async function give(host, plan, { guest, nonce }) {
  const entries = givenEntries(await guestFiles(host, plan, actionsOf(scenarioOf(plan)), nonce));
  if (entries === void 0) return "a file of the test lies where something is mounted";
  const pages = pagesOf(cpioNewc(entries));
  if (pages === void 0) return "modules and files are too large";
  if (!await guest.until((records) => records.waiting)) return "it did not come up to where it would wait";
  await writeShared(guest.pidFile, pages);
  guest.watch.resume();
  guest.send(`${pages.length / PAGE} ${createHash("md5").update(pages).digest("hex")}`);
  return await guest.until((records) => records.taken) ? void 0 : "it did not get what it was given";
}

function kernelName(file) {
  const match = /^(.+)\.ko(?:\.(?:xz|zst|gz))?$/.exec(basename(file));
  return match?.[1]?.replaceAll("-", "_");
}

const DEADLINE = 600;
const PLACES$1 = ["lib/modules", "usr/lib/modules"];
const KERNEL = "kernel";
const INDEX = "packed";
const GROUP = 8 << 20;
const SCRIPT = `find "$1" -name '*.list' -print0 | xargs -0 -r -n 1 -P "$(nproc)" sh -c 'xargs -0 cat <"$1" | zstd -q -6 -o "\${1%.list}.zst"' sh`;
async function packModules(host, root) {
  if (await host.which("zstd") === void 0) return;
  for (const place of PLACES$1) {
    for (const release of await readdir(join(root, place)).catch(() => [])) {
      const modulesDir = join(root, place, release);
      if (await exists(join(modulesDir, KERNEL))) await packRelease(host, modulesDir);
    }
  }
}
async function packRelease(host, modulesDir) {
  const modules = groupsOf(await modulesBelow(modulesDir));
  const fresh = await makeScratch(join(modulesDir, `${KERNEL}.`));
  const lists = /* @__PURE__ */ new Map();
  for (const { group, path } of modules) lists.set(group, [...lists.get(group) ?? [], `${path}\0`]);
  for (const [group, paths] of lists) await writeFile(join(fresh, `${group}.list`), paths.join(""));
  const exit = await host.run({ program: "sh", args: ["-c", SCRIPT, "sh", fresh], cwd: modulesDir, seconds: DEADLINE });
  if (exit.status !== 0) throw new GateError(aptFailure(exit, `Packing the modules in ${modulesDir}`));
  for (const group of lists.keys()) await rm(join(fresh, `${group}.list`));
  await writeFile(join(fresh, INDEX), modules.map(({ group, size, path }) => `${group} ${size} ${path}
`).join(""));
  const was = `${fresh}.was`;
  await rename(join(modulesDir, KERNEL), was);
  await rename(fresh, join(modulesDir, KERNEL));
  await rm(was, { recursive: true });
}
async function modulesBelow(modulesDir) {
  const entries = await readdir(join(modulesDir, KERNEL), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && kernelName(entry.name) !== void 0).map(({ parentPath, name }) => join(parentPath, name));
  const found = await Promise.all(files.map(async (file) => ({ path: relative$1(modulesDir, file), size: (await stat(file)).size })));
  return found.sort((a, b) => a.path < b.path ? -1 : 1);
}
function groupsOf(modules) {
  let [group, filled] = [0, 0];
  return modules.map(({ path, size }) => {
    if (filled > 0 && filled + size > GROUP) [group, filled] = [group + 1, 0];
    filled += size;
    return { group: String(group).padStart(3, "0"), size, path };
  });
}
async function packedModules(host, modulesDir) {
  const index = join(modulesDir, KERNEL, INDEX);
  const text = await readFile(index, "utf8").catch(() => void 0);
  if (text === void 0) return void 0;
  const places = /* @__PURE__ */ new Map();
  const ends = /* @__PURE__ */ new Map();
  for (const line of text.split("\n").slice(0, -1)) {
    const [, group = "", size = "", path = ""] = /^(\S+) (\d+) (.+)$/.exec(line) ?? [];
    const name = kernelName(path);
    if (name === void 0) throw damaged("The list of the kernel\u2019s modules", index, kitOf(modulesDir), `line \u201C${line}\u201D`);
    const from = ends.get(group) ?? 0;
    ends.set(group, from + Number(size));
    places.set(name, { group, from, size: Number(size) });
  }
  return {
    names: new Set(places.keys()),
    file: async (name) => {
      const { group, from, size } = places.get(name) ?? { group: "", from: 0, size: 0 };
      return sliceOf(host, join(modulesDir, KERNEL, `${group}.zst`), kitOf(modulesDir), from, size);
    }
  };
}
const kitOf = (modulesDir) => modulesDir.replace(/(?:\/usr)?\/lib\/modules\/[^/]+$/, "");
const GROUP_OF_MODULES = "A part of the kernel\u2019s modules";
async function sliceOf(host, packed, root, from, size) {
  const scratch = await makeScratch(join(tmpdir(), "kmod-gate-group-"));
  try {
    const exit = await host.run({ program: "zstd", args: ["-q", "-d", packed, "-o", join(scratch, "group")], seconds: DEADLINE });
    if (exit.status !== 0) throw notUnpacked(exit, GROUP_OF_MODULES, packed, root);
    const file = await open(join(scratch, "group"));
    try {
      const data = Buffer.alloc(size);
      const { bytesRead } = await file.read(data, 0, size, from);
      if (bytesRead !== size) throw damaged(GROUP_OF_MODULES, packed, root, `${bytesRead} of ${size} bytes from ${from} on`);
      return data;
    } finally {
      await file.close();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function openModules(host, modulesDir) {
  return await packedModules(host, modulesDir) ?? looseModules(modulesDir);
}
async function looseModules(modulesDir) {
  const entries = await readdir(modulesDir, { recursive: true, withFileTypes: true });
  const files = new Map(
    entries.flatMap((entry) => {
      const name = entry.isFile() ? kernelName(entry.name) : void 0;
      return name === void 0 ? [] : [[name, join(entry.parentPath, entry.name)]];
    })
  );
  return { names: new Set(files.keys()), file: (name) => readFile(files.get(name) ?? "") };
}
async function readModule(host, files, name) {
  const scratch = await makeScratch(join(tmpdir(), "kmod-gate-ko-"));
  try {
    const data = await decompress(host, await files.file(name), join(scratch, "module"));
    if (typeof data !== "string") return data;
    throw new GateError({ id: "kernel.module-unreadable", stage: "boot", severity: "error", title: `${name}.ko of the kernel\u2019s package cannot be decompressed: ${data}`, remedy: "Install xz-utils and zstd." });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function builtIns(modulesDir) {
  const text = await readFile(join(modulesDir, "modules.builtin"), "utf8").catch(() => "");
  return new Set(text.split("\n").flatMap((line) => kernelName(line) ?? []));
}
async function modulesAmong(host, modulesDir, names) {
  if (names.length === 0) return [];
  const files = await openModules(host, modulesDir);
  return names.filter((name) => files.names.has(name.replaceAll("-", "_")));
}
function softDependencies(module) {
  const names = [];
  for (const record of readModinfo(module).get("softdep") ?? []) {
    let before = false;
    for (const word of record.split(/\s+/)) {
      if (word === "pre:" || word === "post:") before = word === "pre:";
      else if (before && word !== "") names.push(word);
    }
  }
  return names;
}
async function dependencyClosure(host, modulesDir, names, softly = []) {
  if (names.length === 0 && softly.length === 0) return [];
  const [files, builtin] = await Promise.all([openModules(host, modulesDir), builtIns(modulesDir)]);
  const ordered = /* @__PURE__ */ new Map();
  const underway = /* @__PURE__ */ new Set();
  async function visit(raw, wantedBy) {
    const name = raw.replaceAll("-", "_");
    if (ordered.has(name) || underway.has(name) || builtin.has(name)) return;
    if (!files.names.has(name)) {
      throw new GateError({
        id: "kernel.dependency-missing",
        stage: "boot",
        severity: "error",
        title: `${wantedBy} depends on ${name}, which this kernel neither has as a module nor built in`,
        remedy: "Build the module that it depends on in the same directory, or choose a kernel flavour that has it."
      });
    }
    underway.add(name);
    const data = await readModule(host, files, name);
    for (const dependency of softDependencies(data)) await visitSoftly(dependency);
    for (const dependency of (readModinfo(data).get("depends")?.[0] ?? "").split(",")) if (dependency !== "") await visit(dependency, name);
    ordered.set(name, { name, data });
  }
  async function visitSoftly(raw) {
    const name = [raw, `${raw}_generic`].map((candidate) => candidate.replaceAll("-", "_")).find((candidate) => files.names.has(candidate));
    if (name !== void 0) await visit(name, "the module");
  }
  for (const name of softly) await visitSoftly(name);
  for (const name of names) await visit(name, "the module");
  return [...ordered.values()];
}

const PACKAGE = "busybox-static";
const PLACES = ["usr/bin/busybox", "bin/busybox"];
async function fetchBusybox(host, setting) {
  const { architecture, cacheDir, install } = setting;
  const missing = (remedy) => new GateError({ id: "guest.busybox-missing", stage: "boot", severity: "error", title: `There is no ${PACKAGE} of ${architecture}, without which its kernels cannot be booted`, remedy });
  const view = await openSuite(host, (await ownMirrors(host)).own, await ownMirrors(host), setting);
  const shown = await host.run({ program: "apt-cache", args: ["show", ...view.options, "--no-all-versions", "--", PACKAGE], seconds: 60 });
  const [stanza] = parseStanzas(shown.stdout);
  if (stanza === void 0) throw missing(`Check that the mirrors of apt\u2019s sources have packages of ${architecture}.`);
  const { name, version, size, sha256 } = stanza;
  const root = join(cacheDir, "guest", `${name}_${version.replaceAll(":", "%3a")}_${architecture}`);
  if (!await exists(root)) {
    if (!install) throw missing("Run once with install: true and the same cache-dir.");
    await unpackPart(host, root, await downloadPackages(host, [{ name, version, size, sha256 }], join(cacheDir, "debs"), view));
  }
  for (const place of PLACES) if (await exists(join(root, place))) return join(root, place);
  throw missing("Empty the cache directory and run again.");
}

async function guestBusybox(host, { boot, cacheDir, install }, target) {
  const cross = crossFor(architectureOf(target));
  if (cross === void 0 || boot === "off") return void 0;
  return fetchBusybox(host, { cacheDir, install, architecture: cross.name, native: nativeArchitecture()?.name ?? "" });
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
function beginBoot(host, request, kit, modules, workDir, sources, early) {
  const began = process.hrtime.bigint();
  const abandoned = new AbortController();
  const booted = (async () => {
    const plan = { ...await planOf(host, request, kit, modules, workDir), ...sources !== void 0 && { sources }, abandoned: abandoned.signal };
    return { plan, ...await bootGuest(host, plan, early), began };
  })();
  booted.catch(() => void 0);
  return {
    outcome: async () => tell(host, request, modules, await booted),
    async abandon() {
      abandoned.abort();
      await booted.catch(() => void 0);
      await rm(consoleOf(request), { force: true });
    }
  };
}
function beginAhead(host, request, target, image, workDir) {
  const machine = machineFor(target, request.scenario.machine);
  return beginEarly(host, image.then((there) => machinePlan(host, request, { target, ...there }, machine, workDir)));
}
const consoleOf = ({ outputDir }) => join(outputDir, "console.log");
async function bootPlan(host, request, plan, modules) {
  const began = process.hrtime.bigint();
  return tell(host, request, modules, { plan, ...await bootGuest(host, plan), began });
}
async function tell(host, request, modules, { plan, run, findings, began }) {
  await writeTests(run, request.outputDir);
  const insmod = run.steps.flatMap(({ outcome, message }) => outcome === "refused" ? [message] : []).join("\n");
  const diagnoses = verdictOf(findings) === "fail" ? diagnose({ kernelLog: run.log, insmod, facts: { release: plan.release } }) : [];
  const explained = withCauses(findings, diagnoses, "boot");
  const autopsy2 = request.autopsy === "auto" ? await autopsyOf(host, request, plan, run, diagnoses) : void 0;
  const bundle = request.bundle === "always" || request.bundle === "on-failure" && verdictOf(findings) !== "pass" ? await bundleOf(host, request, plan, run.accelerator) : void 0;
  return {
    run,
    findings: autopsy2 === void 0 ? explained : withAutopsy(explained, autopsy2),
    summary: summarise(run, modules, request.scenario),
    seconds: Number(process.hrtime.bigint() - began) / 1e9,
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
  const order = loadOrder(plan.modules);
  const before = order.slice(0, order.indexOf(module));
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
async function packStage(host, request, kit, modules, workDir) {
  const plan = await planOf(host, request, kit, modules, workDir);
  return bundleOf(host, request, plan, "tcg");
}
async function bundleOf(host, request, plan, accelerator) {
  const dir = join(request.outputDir, "bundle");
  const initramfs = await packGuest(host, plan);
  await writeBundle(dir, {
    release: plan.release,
    machine: machineOf(plan, accelerator, initramfs, "").type,
    kernel: plan.vmlinux ?? plan.vmlinuz,
    initramfs: await readFile(initramfs),
    modules: plan.modules,
    qemuArgs: qemuArgs(machineOf(plan, accelerator, initramfs, join(plan.workDir, "results"))),
    seconds: request.bootTimeout
  });
  return dir;
}
async function machinePlan(host, request, kit, machine, workDir) {
  const { scenario } = request;
  const busybox = await guestBusybox(host, request, kit.target);
  return {
    release: kit.target.release,
    vmlinuz: kit.vmlinuz,
    ...kit.vmlinux !== void 0 && { vmlinux: kit.vmlinux },
    boot: request.boot === "off" ? "tcg" : request.boot,
    bootTimeout: request.bootTimeout,
    memory: request.memory,
    cpus: request.cpus,
    workDir,
    consoleFile: consoleOf(request),
    machine,
    devices: scenario.devices,
    network: scenario.network,
    kernelArgs: scenario.kernelArgs,
    ...busybox !== void 0 && { busybox }
  };
}
async function planOf(host, request, kit, modules, workDir) {
  const { scenario } = request;
  const own = new Set(modules.map((module) => module.name));
  for (const { module } of scenario.load) if (!own.has(module)) throw new UsageError("load", module, `Allowed are the modules that were built: ${[...own].join(", ")}. Modules of the kernel\u2019s own go to preload.`);
  const machine = await machinePlan(host, request, kit, machineFor(kit.target, scenario.machine), workDir);
  const preload = [...preloadsFor(scenario.devices, machine.machine, scenario.network), ...scenario.preload.map(({ module }) => module)];
  const wanted = [.../* @__PURE__ */ new Set([...preload, ...modules.flatMap((module) => module.depends)])].filter((name) => !own.has(name.replaceAll("-", "_")));
  const files = await Promise.all(modules.map(({ file }) => readFile(file)));
  const softly = files.flatMap(softDependencies).filter((name) => !own.has(name.replaceAll("-", "_")));
  const dependencies = await dependencyClosure(host, kit.modulesDir, wanted, softly);
  const test = scenario.test === void 0 ? {} : { test: { script: scenario.test, seconds: scenario.testTimeout } };
  const testFiles = await Promise.all(scenario.testFiles.map(async ({ source, path }) => ({ path, data: await readFile(source), mode: (await stat(source)).mode & 511 })));
  return {
    ...machine,
    dependencies,
    spare: await spareModules(host, kit, modprobeNames({ ...test, testFiles }), [...own, ...dependencies.map(({ name }) => name)]),
    modulesDir: kit.modulesDir,
    modules: modules.map(({ name, depends }, i) => ({ name, depends, data: files[i] ?? Buffer.alloc(0) })),
    parameters: new Map(scenario.load.map(({ module, parameters }) => [module, parameters])),
    preload: scenario.preload.map(({ module, parameters }) => ({ name: module, parameters })),
    ...test,
    testFiles,
    reloads: scenario.reloads,
    expectBound: scenario.expectBound,
    allow: scenario.allowLog,
    retries: scenario.retries
  };
}
async function spareModules(host, kit, names, present) {
  const named = await modulesAmong(host, kit.modulesDir, names.filter((name) => !present.includes(name)));
  return (await dependencyClosure(host, kit.modulesDir, named)).filter(({ name }) => !present.includes(name));
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
function summarise(run, modules, { reloads }) {
  const done = (kind) => run.steps.filter((step) => step.own && step.outcome === "ok" && step.kind === kind).length;
  const all = modules.length * reloads;
  const tests = run.tests === void 0 ? "" : `, ${run.tests.filter(({ outcome }) => outcome === "ok").length} of ${reloads} tests passed`;
  const bound = run.bound === void 0 || run.bound.length === 0 ? "" : `, bound to ${[...new Set(run.bound.map(({ device, driver }) => `${device} (${driver})`))].join(", ")}`;
  return `${run.accelerator.toUpperCase()}, ${run.entry}: ${done("load")} of ${all} loads, ${done("unload")} unloads${tests}${bound}. ${run.acceleratorReason}`;
}

const NAME_LENGTH = 64;
const KERNEL_VERSION = 526;
const HEAD = 64 << 10;
const PT_NOTE = 4;
const BUILD_ID = 3;
const MOST_NOTES = 64 << 10;
const isElf = (data) => data.length >= 4 && data.readUInt32BE(0) === 2135247942;
async function releaseOfImage(file) {
  const start = await bytesAt(file, 0, HEAD);
  if (isElf(start)) return /Linux version (\S{1,64}) \(/.exec(bannerOf(await readFile(file)))?.[1];
  if (start.length < KERNEL_VERSION + 2 || start.toString("latin1", 514, 518) !== "HdrS") return void 0;
  const at = integer(start, KERNEL_VERSION, 2, "bzImage: kernel_version") + 512;
  return /^[^\s\0]{1,64}(?=[\s\0])/.exec(start.toString("latin1", at, at + NAME_LENGTH + 1))?.[0];
}
function bannerOf(data) {
  const at = data.indexOf("Linux version ");
  return at < 0 ? "" : data.toString("latin1", at, at + 256);
}
async function buildIdOf(file) {
  try {
    const head = await bytesAt(file, 0, HEAD);
    if (!isElf(head)) return void 0;
    const [table, size, count] = [integer(head, 32, 8, "program header table"), integer(head, 54, 2, "program header size"), integer(head, 56, 2, "number of program headers")];
    for (let i = 0; i < count; i++) {
      const at = table + i * size;
      if (integer(head, at, 4, "type") !== PT_NOTE) continue;
      const found = buildIdIn(await bytesAt(file, integer(head, at + 8, 8, "note offset"), Math.min(MOST_NOTES, integer(head, at + 32, 8, "note size"))));
      if (found !== void 0) return found;
    }
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
  }
  return void 0;
}
function buildIdIn(notes) {
  for (let at = 0; at + 12 <= notes.length; ) {
    const [nameSize, size, type] = [integer(notes, at, 4, "note"), integer(notes, at + 4, 4, "note"), integer(notes, at + 8, 4, "note")];
    const descriptor = at + 12 + (nameSize + 3 & -4);
    if (type === BUILD_ID && notes.toString("latin1", at + 12, at + 16) === "GNU\0" && descriptor + size <= notes.length) return notes.toString("hex", descriptor, descriptor + size);
    at = descriptor + (size + 3 & -4);
  }
  return void 0;
}
async function bytesAt(file, offset, length) {
  const handle = await open(file);
  try {
    const data = Buffer.alloc(length);
    return data.subarray(0, (await handle.read(data, 0, length, offset)).bytesRead);
  } finally {
    await handle.close();
  }
}
async function sha256Of(file) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
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
      const { value, findings = [], summary, proceed = false, seconds: taken = seconds() } = await work();
      this.add(findings);
      const outcome = verdictOf(findings);
      this.#end({ stage, outcome, seconds: taken, summary });
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
  /** What failed beside the stages, without which no verdict holds. */
  astray(error) {
    this.add([toFinding(error, [...this.#results.keys()].at(-1) ?? STAGES[0])]);
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

async function recordingStrays(recorder, work, events = process) {
  const strays = /* @__PURE__ */ new Map();
  const failed = (reason, promise) => void strays.set(promise, reason);
  const handled = (promise) => void strays.delete(promise);
  events.on("unhandledRejection", failed);
  events.on("rejectionHandled", handled);
  try {
    return await work();
  } finally {
    await setImmediate();
    events.removeListener("unhandledRejection", failed);
    events.removeListener("rejectionHandled", handled);
    for (const reason of strays.values()) recorder.astray(reason);
  }
}

const NAME = "kmod-gate-";
const MARK = ".kmod-gate-run";
const DEAD = 864e5;
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
  const dir = await makeScratch(join(parent, NAME));
  try {
    await writeFile(join(dir, MARK), "");
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
    await removeDead(parent);
  }
}
async function removeDead(parent) {
  for (const name of await readdir(parent).catch(() => [])) {
    if (!name.startsWith(NAME) || name.length !== NAME.length + 6) continue;
    const dir = join(parent, name);
    const [there, mark] = await Promise.all([lstat(dir), stat(join(dir, MARK))].map((found) => found.catch(() => void 0)));
    if (there?.isDirectory() !== true || mark === void 0 || mark.mtimeMs > Date.now() - DEAD) continue;
    await rm(dir, { recursive: true, force: true }).catch(() => void 0);
  }
}

const NO_RUN = { verdict: "error", "kernel-release": "", "package-version": "", modules: "[]", "config-delta": "", report: "", "output-dir": "" };
function outputsOf(report) {
  const { outputDir } = report.request;
  return {
    verdict: report.verdict,
    "kernel-release": report.target?.release ?? "",
    "package-version": report.target === void 0 || isOwn(report.target) ? "" : report.target.packageVersion,
    modules: JSON.stringify(report.modules.map(({ name, file, sha256 }) => ({ name, file, sha256 }))),
    "config-delta": report.config === void 0 ? "" : String(report.config.deltas.length),
    report: join(outputDir, "report.json"),
    "output-dir": outputDir
  };
}

export { recordingStrays as $, relocationsOf as A, Btf as B, SHN as C, modinfoOf as D, SHT as E, readSymbols as F, STB_WEAK as G, SHF_ALLOC as H, sameComposite as I, sameEnum as J, sameMember as K, LONGEST_NAME$1 as L, bare as M, NO_RUN as N, sideBySide as O, relocations as P, proveThisModule as Q, RECORD as R, StringTable as S, readRawImage as T, openModules as U, readModule as V, WITH_LAYOUT as W, btfOfImage as X, identityOfImage as Y, dependencyClosure as Z, Recorder as _, kindOf as a, withWorkDir as a0, Stopped as a1, beginAhead as a2, beginBoot as a3, packStage as a4, bootPlan as a5, machineFor as a6, kindNumber as b, compressionOf as c, decompress as d, downloadPackages as e, folderOf as f, unpackPackage as g, guestBusybox as h, isMade as i, NAME_LENGTH as j, kindFlag as k, releaseOfImage as l, makeParts as m, notUnpacked as n, outputsOf as o, packModules as p, isElf as q, readModinfo as r, sha256Of as s, buildIdOf as t, unpackPart as u, vlenOf as v, withCauses as w, openElf as x, BtfError as y, allocatedSection as z };
