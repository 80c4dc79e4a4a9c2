/**
 * Names of built-in modules that the kernel shows in /sys/module, from modules.builtin.modinfo (`module.key=value`, separated by NUL):
 * those with parameters or a version (kernel/params.c, param_sysfs_builtin and version_sysfs_builtin). No module of that name can be loaded.
 */
export function visibleBuiltIns(modinfo: string): Set<string> {
  const names = new Set<string>()
  for (const record of modinfo.split('\0')) {
    const match = /^([^.=]+)\.(?:parmtype|version)=/.exec(record)
    if (match?.[1] !== undefined) names.add(match[1])
  }
  return names
}
