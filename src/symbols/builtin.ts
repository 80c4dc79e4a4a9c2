/**
 * Names of built-in modules that the kernel shows in /sys/module, from modules.builtin.modinfo (`module.key=value`, separated by NUL):
 * those with parameters or a version (kernel/params.c, param_sysfs_builtin and version_sysfs_builtin). No module of that name can be loaded.
 *
 * Objects that could not be modules leave records too, under the name of their source file, and may call their parameters otherwise
 * (mm/kfence/core.c). So a name counts only if one object, and no more than one, says with `file=` that it could be a module.
 */
export function visibleBuiltIns(modinfo: string): Set<string> {
  const files = new Map<string, Set<string>>()
  const shown = new Set<string>()
  for (const record of modinfo.split('\0')) {
    const [, name, key, value] = /^([^.=]+)\.(file|parmtype|version)=(.*)$/s.exec(record) ?? []
    if (name === undefined || value === undefined) continue
    if (key === 'file') files.set(name, (files.get(name) ?? new Set()).add(value))
    else shown.add(name)
  }
  return new Set([...shown].filter((name) => files.get(name)?.size === 1))
}
