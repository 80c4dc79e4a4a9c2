import type { SymbolCheck, Versions } from './check.js'
import type { ModuleFacts } from './facts.js'
import { isProprietary } from './license.js'
import { isModuleNamespace } from './namespaces.js'
import type { Problem } from './problem.js'
import { moduleNameOf } from './symvers.js'

/** What the kernel asks of the module itself, whatever it imports: its name, license, versions and flags, the namespaces that it may import, and its exports. */
export function judgeModule(check: SymbolCheck, versions: Versions | undefined): Problem[] {
  return [...judgeVersions(check, versions), ...judgeLicense(check.module), ...judgeName(check), ...moduleNamespaceImports(check), ...judgeExports(check)]
}

/** try_to_force_load, which the check of module_layout comes to before all others; and check_export_symbol_sections. */
function judgeVersions({ module, kernel }: SymbolCheck, versions: Versions | undefined): Problem[] {
  const severity = kernel.forceLoad ? 'warning' : 'fail'
  const fate = kernel.forceLoad ? 'takes it by force and is tainted (F)' : 'refuses it'
  const remedy = 'Build the module with CONFIG_MODVERSIONS and the Module.symvers of the kernel, and do not strip its versions.'
  const exporting = module.exports.length > 0
  return [
    ...(kernel.modversions && versions === undefined ? [{ id: 'abi.no-versions', severity, title: `${module.name} has no versions of its symbols; the kernel has MODVERSIONS and ${fate}`, remedy } as const] : []),
    ...(kernel.modversions && exporting && !module.hasExportCrcs ? [{ id: 'abi.no-versions', severity, title: `${module.name} exports symbols without versions; the kernel has MODVERSIONS and ${fate}`, remedy } as const] : []),
    ...(kernel.exportFlags && exporting && !module.hasExportFlags ? [{ id: 'abi.no-export-flags', severity: 'fail', title: `${module.name} exports symbols without flags (__kflagstab); the kernel refuses it`, remedy: 'Build the module with the headers of the kernel.' } as const] : []),
  ]
}

function judgeLicense(module: ModuleFacts): Problem[] {
  if (!isProprietary(module)) return []
  const told = module.license === undefined ? `${module.name} states no license` : `${module.name} has the license “${module.license}”, which is not GPL-compatible`
  return [{ id: 'abi.license', severity: module.license === undefined ? 'warning' : 'note', title: `${told}: the kernel is tainted (P) and keeps GPL-only symbols from it`, ...(module.license === undefined ? { remedy: 'Add MODULE_LICENSE.' } : {}) }]
}

/** module_patient_check_exists and mod_sysfs_init. */
function judgeName({ module: { name }, loaded, builtIns }: SymbolCheck): Problem[] {
  const holder = builtIns.has(name) ? 'has a module of that name built in' : loaded.has(name) ? 'has its own module of that name loaded first' : undefined
  return holder === undefined ? [] : [{ id: 'abi.name-taken', severity: 'fail', title: `${name}: the kernel ${holder}, and refuses a second one`, remedy: 'Give the module another name, or do not load the kernel’s.' }]
}

/** setup_modinfo, in kernels that know module namespaces, which shows in their exports. */
function moduleNamespaceImports({ module, symvers }: SymbolCheck): Problem[] {
  const imports = module.importedNamespaces.filter(isModuleNamespace)
  if (imports.length === 0 || ![...symvers.values()].some(({ namespace }) => isModuleNamespace(namespace))) return []
  return imports.map((namespace): Problem => ({ id: 'abi.namespace', severity: 'fail', title: `${module.name}: imports the namespace ${namespace}; the kernel refuses every import of a module: namespace`, remedy: 'Remove that MODULE_IMPORT_NS.' }))
}

/** verify_exported_symbols. */
function judgeExports(check: SymbolCheck): Problem[] {
  const { module, symvers, siblings, loaded } = check
  return module.exports.flatMap(({ name }): Problem[] => {
    const sibling = siblings.get(name)
    if (sibling !== undefined && sibling.module !== module.name) return [duplicate(module, name, sibling.module, 'fail')]
    const kernel = symvers.get(name)
    const owner = kernel === undefined ? module.name : moduleNameOf(kernel.module)
    // The kernel's own module of the same name is the one that this one replaces.
    if (owner === module.name) return []
    return [duplicate(module, name, owner, owner === 'vmlinux' || loaded.has(owner) ? 'fail' : 'warning')]
  })
}

function duplicate(module: ModuleFacts, name: string, owner: string, severity: 'fail' | 'warning'): Problem {
  const rest = severity === 'fail' ? 'the kernel refuses the second of the two' : 'only one of the two can be loaded'
  return { id: 'abi.duplicate-export', severity, title: `${module.name}: exports ${name}, which ${owner === 'vmlinux' ? 'the kernel (vmlinux)' : owner} exports as well; ${rest}`, remedy: 'Rename the symbol.' }
}
