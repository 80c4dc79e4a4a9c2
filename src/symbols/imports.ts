import { EM_386, EM_X86_64 } from '../elf/identity.js'
import type { ProofGap } from '../model/proof.js'
import type { SiblingExport, SymbolCheck, Versions } from './check.js'
import type { Import, ModuleFacts } from './facts.js'
import { isProprietary } from './license.js'
import { judgeModule } from './module-rules.js'
import { admitsModule, isModuleNamespace } from './namespaces.js'
import { type Problem, hex } from './problem.js'
import { moduleNameOf } from './symvers.js'

export interface SymbolVerdict {
  /** Undefined symbols, without those that the kernel ignores. */
  readonly imported: number
  /** Those of them that are found, each in a module that will be there. */
  readonly provided: number
  /** CRCs that both sides have, module_layout's among them. */
  readonly crcs: number
  readonly crcsEqual: number
  readonly problems: readonly Problem[]
  readonly gaps: readonly ProofGap[]
}

interface Provider extends Omit<SiblingExport, 'crc'> {
  readonly crc?: number
}

/** Exports of modules that are built together, by symbol. The kernel itself would refuse the second of two that export the same. */
export function siblingExports(modules: readonly ModuleFacts[]): Map<string, SiblingExport> {
  const siblings = new Map<string, SiblingExport>()
  for (const module of modules) {
    const about = { module: module.name, proprietary: isProprietary(module) }
    for (const { name, ...how } of module.exports) if (!siblings.has(name)) siblings.set(name, { ...how, ...about })
  }
  return siblings
}

/** Whether the kernel will find, and let the module use, every symbol that it imports, and take what it exports (kernel/module/main.c and version.c). */
export function checkSymbols(check: SymbolCheck): SymbolVerdict {
  const imports = check.module.imports.filter((wanted) => !isIgnored(check.module, wanted.name))
  const versions = versionsOf(check.module)
  const found = imports.map((wanted) => judgeImport(check, wanted, versions))
  const layout = judgeLayout(check, versions)
  const judged = [layout, ...found]
  const count = (hit: (judgement: Judgement) => boolean): number => judged.filter(hit).length
  return {
    imported: imports.length,
    provided: found.filter(({ provided }) => provided).length,
    crcs: count(({ crc }) => crc !== undefined),
    crcsEqual: count(({ crc }) => crc === 'equal'),
    problems: [...judgeModule(check, versions), ...judged.flatMap(({ problems }) => problems), ...mixedTaint(check, imports)],
    gaps: gapsOf(check, versions),
  }
}

/** What became of one symbol. */
interface Judgement {
  readonly provided: boolean
  readonly crc?: 'equal' | 'differs'
  readonly problems: readonly Problem[]
}

/** Undefined when the module has no versions at all. Of a name that comes twice the first counts. */
function versionsOf({ versions, extendedVersions }: ModuleFacts): Versions | undefined {
  const list = extendedVersions ?? versions
  if (list === undefined) return undefined
  const crcs = new Map<string, number>()
  for (const { name, crc } of list) if (!crcs.has(name)) crcs.set(name, crc)
  return { crcs, section: extendedVersions === undefined ? '__versions' : '__version_ext_names' }
}

/** Symbols of the toolchain that nothing provides (kernel/module/main.c, ignore_undef_symbol). */
function isIgnored({ identity }: ModuleFacts, name: string): boolean {
  return name === '_GLOBAL_OFFSET_TABLE_' && (identity.machine === EM_X86_64 || identity.machine === EM_386)
}

/** The kernel's own symbol first, then that of a module built together, which replaces the kernel's module of that name. */
function providerOf({ symvers, siblings }: SymbolCheck, name: string): Provider | undefined {
  const kernel = symvers.get(name)
  const sibling = siblings.get(name)
  if (kernel?.module !== 'vmlinux' && sibling !== undefined) return sibling
  return kernel === undefined ? undefined : { ...kernel, module: moduleNameOf(kernel.module), proprietary: false }
}

function isThere({ loaded, siblings }: SymbolCheck, symbol: string, { module }: Provider): boolean {
  return module === 'vmlinux' || loaded.has(module) || siblings.get(symbol)?.module === module
}

/** `the kernel (vmlinux)`, `the kernel’s module can_dev` or `two_base (built together with it)`. */
function whose({ symvers }: SymbolCheck, symbol: string, { module }: Provider): string {
  if (module === 'vmlinux') return 'the kernel (vmlinux)'
  const path = symvers.get(symbol)?.module
  return path !== undefined && moduleNameOf(path) === module ? `the kernel’s module ${module}` : `${module} (built together with it)`
}

/** find_symbol, check_version and verify_namespace_is_imported, in the kernel's order. */
function judgeImport(check: SymbolCheck, { name, weak }: Import, versions: Versions | undefined): Judgement {
  const { module } = check
  const provider = providerOf(check, name)
  if (provider === undefined) return { provided: false, problems: weak ? [] : [unknownSymbol(check, name)] }
  if (!isThere(check, name, provider)) return { provided: false, problems: weak ? [] : [notLoaded(check, name, provider)] }
  if (provider.gplOnly && isProprietary(module)) return { provided: false, problems: weak ? [] : [gplOnly(check, name, provider)] }
  const version = judgeCrc(check, name, provider, versions)
  return { provided: true, ...version, problems: [...version.problems, ...judgeNamespace(check, name, provider)] }
}

function unknownSymbol({ module }: SymbolCheck, name: string): Problem {
  return {
    id: 'abi.unknown-symbol',
    severity: 'fail',
    title: `${module.name}: unknown symbol ${name}: neither the kernel nor one of its modules exports it`,
    remedy: 'If another module of yours exports it, build and load both together; else this kernel does not have it.',
  }
}

function notLoaded(check: SymbolCheck, name: string, provider: Provider): Problem {
  return {
    id: 'abi.provider-not-loaded',
    severity: 'fail',
    title: `${check.module.name}: ${name} is exported by ${whose(check, name, provider)}, which will not be loaded`,
    remedy: `Load ${provider.module} first; modprobe does so when depends= of the module names it (it names ${check.module.depends.join(', ') || 'nothing'}).`,
  }
}

function gplOnly(check: SymbolCheck, name: string, provider: Provider): Problem {
  const { module } = check
  return {
    id: 'abi.gpl-only',
    severity: 'fail',
    title: `${module.name}: ${whose(check, name, provider)} exports ${name} to GPL-compatible modules only; the module’s license is ${module.license ?? 'not stated'}`,
    remedy: 'Use another symbol, or a license that the kernel knows as GPL-compatible (MODULE_LICENSE).',
  }
}

/** check_version. */
function judgeCrc(check: SymbolCheck, name: string, provider: Provider, versions: Versions | undefined): Omit<Judgement, 'provided'> {
  if (!check.kernel.modversions || provider.crc === undefined || versions === undefined) return { problems: [] }
  const crc = versions.crcs.get(name)
  if (crc === undefined) return { problems: [withoutVersion(check, name, provider, versions)] }
  if (crc === provider.crc) return { crc: 'equal', problems: [] }
  return {
    crc: 'differs',
    problems: [{
      id: 'abi.crc',
      severity: 'fail',
      title: `${check.module.name}: the CRC of ${name} is ${hex(crc)} in the module and ${hex(provider.crc)} in ${whose(check, name, provider)}`,
      ...(name === 'module_layout' ? { detail: 'module_layout stands for struct module and the structures that the module loader reads.' } : {}),
      remedy: 'Build the module with the headers and the Module.symvers of the very kernel that it is to run on.',
    }],
  }
}

/**
 * A version that is missing from `__versions`: Debian's kernels refuse it since 4.10 (module-disable-matching-missing-version-crc.patch), others
 * warn and load. Nothing says that the interface is the one that the module was built for, so it fails. No kernel refuses it for extended versions.
 */
function withoutVersion(check: SymbolCheck, name: string, provider: Provider, { section }: Versions): Problem {
  return {
    id: 'abi.no-versions',
    severity: section === '__versions' ? 'fail' : 'warning',
    title: `${check.module.name}: ${section} has no CRC of ${name}, which ${whose(check, name, provider)} exports with ${hex(provider.crc ?? 0)}`,
    remedy: 'Build the module with the Module.symvers of the kernel, and let modpost write the versions.',
  }
}

/** check_modstruct_version: every module carries the version of module_layout, which it does not import. */
function judgeLayout(check: SymbolCheck, versions: Versions | undefined): Judgement {
  const layout = check.symvers.get('module_layout')
  if (layout === undefined) return { provided: false, problems: [] }
  return { provided: true, ...judgeCrc(check, 'module_layout', { ...layout, proprietary: false }, versions) }
}

/** verify_namespace_is_imported. */
function judgeNamespace(check: SymbolCheck, name: string, provider: Provider): Problem[] {
  const { module, kernel } = check
  const { namespace } = provider
  if (namespace === '' || admitsModule(namespace, module.name)) return []
  // Importing is what a kernel without module namespaces goes by, and what the others refuse outright.
  if (module.importedNamespaces.includes(namespace)) return []
  const forModules = isModuleNamespace(namespace)
  const rule = forModules ? `which ${whose(check, name, provider)} exports only to ${namespace.slice(namespace.indexOf(':') + 1)}` : `which ${whose(check, name, provider)} exports in namespace ${namespace}; the module does not import it`
  return [{
    id: 'abi.namespace',
    severity: kernel.allowMissingNamespaceImports ? 'warning' : 'fail',
    title: `${module.name}: uses ${name}, ${rule}`,
    remedy: forModules ? 'The symbol is not meant for other modules; use another one.' : `Add MODULE_IMPORT_NS for ${namespace}.`,
  }]
}

/**
 * inherit_taint: a module that uses a proprietary module's symbol becomes proprietary itself. Whichever comes first in the symbol table,
 * a GPL-only symbol or the proprietary one, the other is then refused.
 */
function mixedTaint(check: SymbolCheck, imports: readonly Import[]): Problem[] {
  const { module } = check
  if (isProprietary(module)) return []
  const used = imports.flatMap(({ name, weak }) => {
    const provider = providerOf(check, name)
    return provider === undefined || !isThere(check, name, provider) ? [] : [{ name, weak, provider }]
  })
  const tainting = used.find(({ provider }) => provider.proprietary)
  const free = used.find(({ provider }) => provider.gplOnly && !provider.proprietary)
  if (tainting === undefined || free === undefined) return []
  return [{
    id: 'abi.gpl-only',
    severity: 'fail',
    title: `${module.name}: uses ${tainting.name} of the proprietary module ${tainting.provider.module} and the GPL-only symbol ${free.name}; the kernel refuses a module that uses both`,
    remedy: `Give ${tainting.provider.module} a GPL-compatible license, or use no GPL-only symbols.`,
  }]
}

function gapsOf({ module, kernel, symvers }: SymbolCheck, versions: Versions | undefined): ProofGap[] {
  const gap = (what: ProofGap['what'], why: string): ProofGap => ({ what, why: `${module.name}: ${why}` })
  return [
    ...(module.hasSymbolTable ? [] : [gap('symbols', 'the file has no symbol table, so what it imports is not known')]),
    ...(kernel.modversions ? [] : [gap('CRCs', 'the kernel is built without MODVERSIONS, so symbols have no CRCs to compare')]),
    ...(kernel.modversions && versions === undefined ? [gap('CRCs', 'the module has no versions of its symbols, so no CRC could be compared')] : []),
    ...(kernel.modversions && !symvers.has('module_layout') ? [gap('CRCs', 'Module.symvers does not list module_layout, so it is not the kernel’s own')] : []),
  ]
}
