/** include/linux/license.h, license_is_gpl_compatible. */
const GPL_COMPATIBLE: ReadonlySet<string> = new Set(['GPL', 'GPL v2', 'GPL and additional rights', 'Dual BSD/GPL', 'Dual MIT/GPL', 'Dual MPL/GPL'])

/** Modules that the kernel takes for proprietary whatever they say (kernel/module/main.c, module_license_offenders). */
const OFFENDERS: ReadonlySet<string> = new Set(['driverloader', 'lve'])

/** Whether the kernel keeps its GPL-only symbols from the module. A missing license counts as a proprietary one. */
export function isProprietary(module: { readonly name: string; readonly license?: string }): boolean {
  return module.license === undefined || !GPL_COMPATIBLE.has(module.license) || OFFENDERS.has(module.name)
}
