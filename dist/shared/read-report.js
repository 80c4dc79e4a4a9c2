import { aT as Fields, a_ as amount, a$ as SCHEMA_VERSION, aV as string, aS as list, aY as oneOf, aF as STAGES, aX as text } from './read-request.js';

const MOST = 1e5;
const RELEASE = /^[0-9A-Za-z][0-9A-Za-z.+~_-]{0,127}$/;
const sha256 = text(/^[0-9a-f]{64}$/, "Allowed is a SHA-256 in hex.");
const release = text(RELEASE, "Allowed is a kernel release.");
const packageRef = (value, at) => {
  const fields = new Fields(value, at);
  return { name: fields.need("name", string), version: fields.need("version", string), size: fields.need("size", amount), ...fields.maybe("sha256", sha256) };
};
const target = (value, at) => {
  const fields = new Fields(value, at);
  const { tree } = fields.maybe("tree", string);
  if (tree !== void 0) return { release: fields.need("release", release), series: fields.need("series", string), flavour: fields.need("flavour", string), tree, imageSha256: fields.need("imageSha256", sha256), configSha256: fields.need("configSha256", sha256) };
  return {
    release: fields.need("release", release),
    packageVersion: fields.need("packageVersion", string),
    flavour: fields.need("flavour", string),
    series: fields.need("series", string),
    image: fields.need("image", list(packageRef, MOST)),
    headers: fields.need("headers", packageRef),
    source: fields.need("source", packageRef)
  };
};
const stage = (value, at) => {
  const fields = new Fields(value, at);
  return { stage: fields.need("stage", oneOf(STAGES)), outcome: fields.need("outcome", oneOf(["pass", "fail", "error", "skip", "skipped"])), seconds: fields.need("seconds", amount), summary: fields.need("summary", string) };
};
const finding = (value, at) => {
  const fields = new Fields(value, at);
  return { id: fields.need("id", string), stage: fields.need("stage", oneOf(STAGES)), severity: fields.need("severity", oneOf(["fail", "error", "skip", "warning", "note"])), title: fields.need("title", string), ...fields.maybe("remedy", string) };
};
const tool = (value, at) => {
  const fields = new Fields(value, at);
  return {
    tool: fields.need("tool", string),
    program: fields.need("program", string),
    package: fields.need("package", string),
    state: fields.need("state", oneOf(["ok", "missing", "other-version"])),
    ...fields.maybe("expected", string),
    ...fields.maybe("actual", string)
  };
};
const module$1 = (value, at) => {
  const fields = new Fields(value, at);
  return {
    name: fields.need("name", string),
    file: fields.need("file", text(/\/[0-9A-Za-z_+.-]*\.ko$/, "Allowed is the path of a .ko file whose name has letters, digits and _ + . - alone.")),
    sha256: fields.need("sha256", sha256),
    size: fields.need("size", amount),
    vermagic: fields.need("vermagic", string)
  };
};
function counts(...names) {
  return (value, at) => {
    const fields = new Fields(value, at);
    return Object.fromEntries(names.map((name) => [name, fields.need(name, amount)]));
  };
}
const gap = (value, at) => {
  const fields = new Fields(value, at);
  const { inherent } = fields.maybe("inherent", (found) => found);
  return inherent === true ? [] : [`${fields.need("what", string)}: ${fields.need("why", string)}`];
};
const moduleProof = (value, at) => {
  const fields = new Fields(value, at);
  return {
    modules: 1,
    structModuleMatches: fields.need("structModule", string) === "matches" ? 1 : 0,
    types: fields.need("types", counts("compared", "identical")),
    symbols: fields.need("symbols", counts("imported", "provided", "crcs", "crcsEqual")),
    signatures: fields.need("signatures", counts("compared", "identical")),
    differences: fields.need("differences", list((found) => found, MOST)).length,
    gaps: fields.need("gaps", list(gap, MOST)).flat()
  };
};
function added(a, b) {
  return Object.fromEntries(Object.keys(a).map((name) => [name, a[name] + b[name]]));
}
const NOTHING = {
  modules: 0,
  structModuleMatches: 0,
  types: { compared: 0, identical: 0 },
  symbols: { imported: 0, provided: 0, crcs: 0, crcsEqual: 0 },
  signatures: { compared: 0, identical: 0 },
  differences: 0,
  gaps: []
};
const proof = (value, at) => {
  const fields = new Fields(value, at);
  const sum = fields.need("modules", list(moduleProof, MOST)).reduce(
    (a, b) => ({
      modules: a.modules + b.modules,
      structModuleMatches: a.structModuleMatches + b.structModuleMatches,
      types: added(a.types, b.types),
      symbols: added(a.symbols, b.symbols),
      signatures: added(a.signatures, b.signatures),
      differences: a.differences + b.differences,
      gaps: [...a.gaps, ...b.gaps]
    }),
    NOTHING
  );
  return { ...fields.maybe("kernelTypes", string), ...sum };
};
const COMMIT = text(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "Allowed is a whole commit hash.");
const source = (value, at) => {
  const fields = new Fields(value, at);
  return { ...fields.maybe("commit", COMMIT), ...fields.maybe("repository", string) };
};
const request = (value, at) => {
  const fields = new Fields(value, at);
  const { release: askedFor } = fields.need("kernel", (kernel, place) => new Fields(kernel, place).maybe("release", release));
  return { outputDir: fields.need("outputDir", string), ...askedFor !== void 0 && { askedFor } };
};
class OtherSchema extends Error {
  name = "OtherSchema";
}
function readReport(content) {
  const fields = new Fields(JSON.parse(content), "");
  const version = fields.need("schemaVersion", amount);
  if (version !== SCHEMA_VERSION) throw new OtherSchema(`It is of schema ${version}, and ${SCHEMA_VERSION} is known.`);
  const { proof: proven } = fields.maybe("proof", proof);
  const { target: kernel } = fields.maybe("target", target);
  const { bundle } = fields.maybe("bundle", string);
  const stages = fields.need("stages", list(stage, STAGES.length * 2));
  const report = {
    toolVersion: fields.need("tool", (value, at) => new Fields(value, at).need("version", string)),
    verdict: fields.need("verdict", oneOf(["pass", "fail", "error", "skip"])),
    started: fields.need("started", string),
    seconds: fields.need("seconds", amount),
    ...fields.need("request", request),
    ...kernel !== void 0 && { target: kernel },
    stages,
    bootPending: bundle !== void 0 && stages.some((result) => result.stage === "boot" && result.outcome === "skipped"),
    findings: fields.need("findings", list(finding, MOST)),
    tools: fields.need("tools", list(tool, MOST)),
    modules: fields.need("modules", list(module$1, MOST)),
    ...proven !== void 0 && { proof: proven },
    ...fields.maybe("source", source).source
  };
  return report;
}

export { OtherSchema as O, readReport as r };
