import { UsageError } from '../model/errors.js'
import type { LoadLine } from '../model/scenario.js'

/** One line of `load` or `preload`: a module and its parameters, as in modules-load.d and modprobe.d. @throws UsageError */
export function parseLoadLine(line: string, name: string): LoadLine {
  const [, module, parameters = ''] = /^([A-Za-z0-9_-]+)(?:\s+(\S.*))?$/.exec(line) ?? []
  // The guest reads its script line by line, and the kernel takes 4096 bytes of parameters at most (include/linux/moduleparam.h, COMMAND_LINE_SIZE).
  if (module === undefined || /[\u0000-\u001f\u007f]/.test(parameters) || parameters.length > 1024) {
    throw new UsageError(name, line, 'Allowed is one module on each line with its parameters behind it, such as `v4l2loopback devices=2`; up to 1024 characters of them.')
  }
  return { module: module.replaceAll('-', '_'), parameters }
}

/** @throws UsageError when a module is named twice: the second line would be forgotten */
export function distinctLoads(loads: readonly LoadLine[], name: string): readonly LoadLine[] {
  const seen = new Set<string>()
  for (const { module } of loads) {
    if (seen.has(module)) throw new UsageError(name, module, 'Allowed is one line for each module.')
    seen.add(module)
  }
  return loads
}
