const MODULE_PREFIX = 'module:'

/** Whether a namespace lists the modules that may use its symbols (EXPORT_SYMBOL_FOR_MODULES, since Linux 6.16). It cannot be imported. */
export function isModuleNamespace(namespace: string): boolean {
  return namespace.startsWith(MODULE_PREFIX)
}

/**
 * Whether a `module:a,b*` namespace admits the module (kernel/module/main.c, verify_module_namespace): names separated by commas,
 * a star only at the end of one, and dashes that equal underscores.
 */
export function admitsModule(namespace: string, module: string): boolean {
  if (!isModuleNamespace(namespace)) return false
  const plain = (name: string): string => name.replaceAll('-', '_')
  return namespace.slice(MODULE_PREFIX.length).split(',').some((pattern) => (pattern.endsWith('*') ? plain(module).startsWith(plain(pattern.slice(0, -1))) : pattern !== '' && plain(module) === plain(pattern)))
}
