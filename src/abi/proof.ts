import { readFile } from 'node:fs/promises'
import { Btf, BtfError } from '../btf/btf.js'
import { readSplit } from '../btf/distilled.js'
import { relocationProblem } from '../btf/relocate.js'
import { validateSplit } from '../btf/validate.js'
import { type Declarations, declarations } from '../dwarf/declarations.js'
import { DwarfError } from '../dwarf/error.js'
import { ElfError, type ElfFile, openElf } from '../elf/elf.js'
import { identifyElf } from '../elf/identity.js'
import type { Host } from '../host/host.js'
import type { KernelModule } from '../kernel/dependencies.js'
import type { BuiltModule } from '../model/built.js'
import type { Delta } from '../model/config.js'
import type { Finding } from '../model/finding.js'
import type { AbiMode, AbiProof, ModuleProof, ProofGap } from '../model/proof.js'
import { visibleBuiltIns } from '../symbols/builtin.js'
import { type ModuleFacts, moduleFacts } from '../symbols/facts.js'
import { checkArchitecture, checkFile } from '../symbols/file.js'
import type { SiblingExport } from '../symbols/check.js'
import { checkSymbols, siblingExports, type SymbolVerdict } from '../symbols/imports.js'
import { parseSymvers, SymversError, type Symvers } from '../symbols/symvers.js'
import { checkSignature } from '../symbols/signature.js'
import { checkVermagic } from '../symbols/vermagic.js'
import { compareTypes, type Comparison, type Difference } from './compare.js'
import { gapFindings } from './gaps.js'
import { headerText } from './header-text.js'
import { judgeTypes, type TypeJudgement } from './judge-types.js'
import type { Types } from './layout.js'
import { moduleTypes } from './module-types.js'
import { reachable } from './reach.js'
import { compareSiblings, type ProvenModule } from './siblings.js'
import { compareSignatures, type SignatureProof } from './signatures.js'
import { proveThisModule } from './struct-module.js'
import type { ProofTarget } from './target.js'
import { thisModuleOf } from './this-module.js'
import { uncoveredSources } from './uncovered.js'

type Problem = Omit<Finding, 'stage'>

export interface ProofInput {
  readonly target: ProofTarget
  readonly modules: readonly BuiltModule[]
  /** The kernel's own modules that are loaded before them. */
  readonly dependencies: readonly KernelModule[]
  /** Names of modules that will be loaded before them, but are not at hand. */
  readonly promised: readonly string[]
  /** How the configuration that the modules were built under differs from the kernel's, as far as it is known. */
  readonly deltas: readonly Delta[]
  readonly mode: AbiMode
  readonly workDir: string
}

export interface ProofResult {
  readonly proof: AbiProof
  readonly findings: readonly Problem[]
}

/** What is the same for all modules. */
interface Setting extends ProofInput {
  readonly host: Host
  readonly kernel?: Btf
  /** The kernel's types, then those of the modules that are loaded before. */
  readonly types: readonly Types[]
  readonly kernelGaps: readonly ProofGap[]
  readonly symvers?: Symvers
  readonly siblings: ReadonlyMap<string, SiblingExport>
}

/** Proves for each module that it fits the kernel, without running either. */
export async function proveModules(host: Host, input: ProofInput): Promise<ProofResult> {
  const files = await Promise.all(input.modules.map(async (module) => ({ module, data: await readFile(module.file) })))
  const facts = files.flatMap(({ data }) => factsOf(data) ?? [])
  const setting = settingOf(host, input, facts)
  const proofs: ModuleProof[] = []
  const findings: Problem[] = []
  const known: ProvenModule[] = []
  // One after the other: each may take as much memory as its debug information.
  for (const { module, data } of files) {
    const proven = await proveModule(setting, module, data)
    proofs.push(proven.proof)
    findings.push(...proven.findings)
    if (proven.known !== undefined) known.push(proven.known)
  }
  findings.push(...(await compareSiblings(known, setting.siblings, (path) => headerText(path, input.target))))
  return { proof: { ...(setting.kernel !== undefined && input.target.btf !== undefined && { kernelTypes: `BTF of ${input.target.btf.from}` }), modules: proofs }, findings }
}

function settingOf(host: Host, input: ProofInput, facts: readonly ModuleFacts[]): Setting {
  const { target } = input
  const gaps: ProofGap[] = []
  let kernel: Btf | undefined
  let symvers: Symvers | undefined
  if (target.btf === undefined) gaps.push({ what: 'types', why: 'the kernel has no BTF (CONFIG_DEBUG_INFO_BTF), so nothing says how its types are laid out' })
  try {
    kernel = target.btf === undefined ? undefined : Btf.read(target.btf.data)
    symvers = target.symvers === undefined ? undefined : parseSymvers(target.symvers)
  } catch (error) {
    if (error instanceof BtfError) gaps.push({ what: 'types', why: `the kernel’s BTF cannot be read: ${error.message}` })
    else if (error instanceof SymversError) gaps.push({ what: 'symbols', why: error.message })
    else throw error
  }
  // Without these, checks of the loader cannot be foretold; silence would look like having passed them.
  if (target.config.size === 0) gaps.push({ what: 'symbols', why: 'the kernel’s .config is not there, so whether it reads signatures, checks BTF, forces loads or demands namespaces is not known', remedy: 'Put the kernel’s .config beside its Module.symvers.' })
  if (target.identity === undefined) gaps.push({ what: 'symbols', why: 'there is no kernel image that can be read, so its architecture is not known' })
  if (target.symvers === undefined) gaps.push({ what: 'symbols', why: 'there is no Module.symvers, so it is not known what the kernel exports' })
  return {
    ...input,
    host,
    ...(kernel !== undefined && { kernel }),
    types: kernel === undefined ? [] : [kernel, ...input.dependencies.flatMap(({ data }) => typesOfDependency(data, kernel))],
    kernelGaps: gaps,
    ...(symvers !== undefined && { symvers }),
    siblings: siblingExports(facts),
  }
}

function factsOf(data: Buffer): ModuleFacts | undefined {
  try {
    return moduleFacts(data)
  } catch (error) {
    if (error instanceof ElfError) return undefined
    throw error
  }
}

/** The types that one of the kernel's own modules adds to the kernel's. Those that cannot be read prove nothing, and hinder nothing. */
function typesOfDependency(data: Buffer, kernel: Btf): Types[] {
  try {
    const section = openElf(data).sections.find(({ name }) => name === '.BTF')
    if (section === undefined || section.data.length === 0) return []
    const btf = Btf.read(section.data, { base: kernel })
    return [{ type: (id) => btf.type(id), named: (name, kinds) => btf.named(name, kinds).filter((id) => id >= btf.firstId) }]
  } catch (error) {
    if (error instanceof BtfError || error instanceof ElfError) return []
    throw error
  }
}

const NOTHING = { types: { compared: 0, identical: 0, ownOnly: 0 }, structModule: 'not proven', symbols: { imported: 0, provided: 0, crcs: 0, crcsEqual: 0 }, signatures: { compared: 0, identical: 0 }, differences: [], shifted: [], gaps: [] } as const

interface Proven {
  readonly proof: ModuleProof
  readonly findings: readonly Problem[]
  /** Its types, where it has them. */
  readonly known?: ProvenModule
}

async function proveModule(setting: Setting, module: BuiltModule, data: Buffer): Promise<Proven> {
  const what = module.path
  const about = { module: module.name, file: module.file }
  try {
    const foreign = setting.target.identity === undefined ? [] : checkArchitecture(what, identifyElf(data), setting.target.identity)
    // Of a file for another machine nothing else is worth saying.
    if (foreign.length > 0) return { proof: { ...about, ...NOTHING }, findings: foreign }
    return await proveReadable(setting, what, about, openElf(data), moduleFacts(data), data)
  } catch (error) {
    if (!(error instanceof ElfError)) throw error
    return { proof: { ...about, ...NOTHING }, findings: [{ id: 'abi.elf', severity: 'fail', title: `${what} is no module that can be read: ${error.message}`, remedy: 'Check that the file was copied as a whole, and that it is the .ko that the build made.' }] }
  }
}

async function proveReadable(setting: Setting, what: string, about: { readonly module: string; readonly file: string }, elf: ElfFile, facts: ModuleFacts, data: Buffer): Promise<Proven> {
  const { target, kernel, mode } = setting
  const loading = checkLoading(setting, facts)
  const own = await moduleTypes(setting.host, about.file, elf.sections, kernel, setting.workDir)
  const declared = declarationsOf(data)
  const imports = facts.imports.map(({ name }) => name)

  const layout = kernel === undefined ? undefined : proveThisModule(thisModuleOf(elf), facts.modinfo.get('name')?.[0] ?? facts.name, kernel, typeof declared === 'string' ? undefined : declared.layouts.get('module'))
  const comparison = kernel === undefined || own.found === undefined ? undefined : compareTypes(own.found.types, setting.types)
  const types = comparison === undefined || kernel === undefined ? undefined : await judge(setting, what, comparison, kernel, imports, declared)
  const signatures: SignatureProof = typeof declared === 'string' || kernel === undefined ? { compared: 0, identical: 0, problems: [] } : compareSignatures(what, imports, declared.functions, setting.types)

  const gaps: ProofGap[] = [
    ...setting.kernelGaps,
    ...loading.gaps,
    ...own.gaps,
    ...(own.found?.from === 'DWARF' && typeof declared !== 'string' ? sourceGaps(uncoveredSources(elf, declared.compilationUnits.map(({ name }) => name))) : []),
    ...(layout?.state === 'not proven' ? [{ what: 'struct module', why: layout.why } as const] : []),
    ...(typeof declared === 'string' && own.found?.from === 'DWARF' ? [{ what: 'signatures', why: declared } as const] : []),
  ]
  const structModule = layout?.state ?? 'not proven'
  const option = types?.differences.find(({ type }) => type === 'struct module')?.option
  const misplaced = layout?.state === 'differs' ? [{ ...layout.finding, title: `${what}: ${layout.finding.title}`, ...(option !== undefined && { detail: [option, layout.finding.detail].filter((line) => line !== undefined).join('\n') }) }] : []
  return {
    proof: {
      ...about,
      ...(own.found !== undefined && { typesFrom: own.found.from }),
      types: { compared: comparison?.compared ?? 0, identical: comparison?.identical ?? 0, ownOnly: comparison?.ownOnly ?? 0 },
      structModule,
      symbols: loading.symbols,
      signatures: { compared: signatures.compared, identical: signatures.identical },
      differences: types?.differences ?? [],
      shifted: types?.shifted ?? [],
      gaps,
    },
    findings: [...misplaced, ...(types?.problems ?? []), ...loading.problems, ...signatures.problems, ...checkBtf(what, elf, kernel, target), ...checkSignature(what, data, target.config.get('MODULE_SIG') === 'y'), ...gapFindings(what, gaps, mode)],
    ...(own.found !== undefined && { known: { what, name: facts.name, types: own.found.types, imports, declared: typeof declared === 'string' ? undefined : declared } }),
  }
}

function sourceGaps(missing: readonly string[]): ProofGap[] {
  if (missing.length === 0) return []
  const shown = missing.slice(0, 6).join(', ') + (missing.length > 6 ? ` and ${missing.length - 6} more` : '')
  return [{ what: 'types', why: `${shown} ${missing.length === 1 ? 'was' : 'were'} compiled without debug information, so nothing says how types are laid out there`, remedy: 'Compile with -g (take -g0 out of the flags), and strip the module after it was checked.' }]
}

/** What the kernel's loader looks at: the file, its version magic, its symbols. */
function checkLoading({ target, symvers, siblings, dependencies, promised }: Setting, facts: ModuleFacts): { symbols: ModuleProof['symbols']; problems: readonly Problem[]; gaps: readonly ProofGap[] } {
  const on = (symbol: string): boolean => target.config.get(symbol) === 'y'
  // The kernel's own version magic says whether it has MODVERSIONS; a config may not be at hand.
  const modversions = target.vermagic === undefined ? on('MODVERSIONS') : target.vermagic.includes(' modversions ')
  const rules = { modversions, forceLoad: on('MODULE_FORCE_LOAD'), allowMissingNamespaceImports: on('MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS'), exportFlags: target.exportFlags }
  const magic = checkVermagic(facts, target.vermagic, rules)
  const symbols: SymbolVerdict =
    symvers === undefined
      ? { imported: facts.imports.length, provided: 0, crcs: 0, crcsEqual: 0, problems: [], gaps: [] }
      : checkSymbols({ module: facts, symvers, kernel: rules, loaded: new Set([...dependencies.map(({ name }) => name), ...promised]), builtIns: visibleBuiltIns(target.builtinModinfo), siblings })
  const gaps = symbols.gaps.map((gap) => (gap.what === 'CRCs' && !modversions ? { ...gap, inherent: true as const } : gap))
  const { imported, provided, crcs, crcsEqual } = symbols
  return { symbols: { imported, provided, crcs, crcsEqual }, problems: [...checkFile(facts), ...magic.problems, ...fewOfEach(facts.name, symbols.problems)], gaps: [...magic.gaps, ...gaps] }
}

/** So many findings of one kind are told one by one: against a foreign kernel hundreds of CRCs differ, for one reason. */
const TOLD = 8

function fewOfEach(name: string, problems: readonly Problem[]): Problem[] {
  const kinds = new Map<string, Problem[]>()
  for (const problem of problems) {
    const kind = `${problem.id} ${problem.severity}`
    kinds.set(kind, [...(kinds.get(kind) ?? []), problem])
  }
  return [...kinds.values()].flatMap((all) => {
    const [first] = all
    if (first === undefined || all.length <= TOLD) return all
    const rest = all.slice(TOLD)
    return [...all.slice(0, TOLD), { id: first.id, severity: first.severity, title: `${name}: ${rest.length} more findings of this kind`, detail: rest.map(({ title }) => title).join('\n') }]
  })
}

/** What the module's DWARF says of where types are declared and which prototypes were seen, or why it says nothing. */
function declarationsOf(data: Buffer): Declarations | string {
  try {
    return declarations(data, ['module'])
  } catch (error) {
    if (error instanceof DwarfError) return `the module’s DWARF cannot be read: ${error.message}`
    throw error
  }
}

async function judge({ target, types, deltas }: Setting, what: string, comparison: Comparison, kernel: Btf, imports: readonly string[], declared: Declarations | string): Promise<TypeJudgement> {
  let reach: ReadonlySet<number> | undefined
  return judgeTypes(what, comparison, {
    declaredIn: (type) => (typeof declared === 'string' ? undefined : declared.types.get(type)?.[0]?.file),
    // A module that is loaded before is there to be used: all its types are in reach.
    inReach: (difference: Difference) => difference.kernel.types !== types[0] || (reach ??= reachable(kernel, imports)).has(difference.kernel.id),
    headerOf: (path) => headerText(path, target),
    deltas,
  })
}

/**
 * Whether the kernel will take the module's BTF (kernel/bpf/btf.c, btf_parse_module): it is checked against the kernel's own at load,
 * and a module whose BTF does not fit is refused unless MODULE_ALLOW_BTF_MISMATCH.
 */
function checkBtf(what: string, elf: ElfFile, kernel: Btf | undefined, { config }: ProofTarget): Problem[] {
  const section = (name: string): Buffer | undefined => elf.sections.find((entry) => entry.name === name && entry.data.length > 0)?.data
  const btf = section('.BTF')
  if (btf === undefined || kernel === undefined || config.get('DEBUG_INFO_BTF_MODULES') !== 'y') return []
  const wrong = invalid(btf, section('.BTF.base'), kernel)
  if (wrong === undefined) return []
  const taken = config.get('MODULE_ALLOW_BTF_MISMATCH') === 'y'
  return [
    {
      id: 'abi.btf',
      severity: taken ? 'warning' : 'fail',
      title: `${what}: its .BTF does not fit the kernel’s: ${wrong}`,
      detail: taken ? 'The kernel loads the module all the same, without its BTF (MODULE_ALLOW_BTF_MISMATCH).' : 'The kernel refuses the module: “failed to validate module BTF: -22”.',
      remedy: 'Build the module against the vmlinux of exactly this kernel, or without one.',
    },
  ]
}

/** The kernel's checks, in its order: with a distilled base, that one first, then what is split from it, then whether both fit its own types. */
function invalid(btf: Buffer, distilled: Buffer | undefined, kernel: Btf): string | undefined {
  try {
    if (distilled === undefined) return validateSplit(Btf.read(btf, { base: kernel }))
    const split = readSplit(btf, { distilled })
    return (split.base === undefined ? undefined : validateSplit(split.base)) ?? validateSplit(split) ?? relocationProblem(split, kernel)
  } catch (error) {
    if (error instanceof BtfError) return error.message
    throw error
  }
}
