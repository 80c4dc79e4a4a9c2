import { UsageError } from '../model/errors.js'

/**
 * One line of `devices`: what QEMU's -device takes (qemu(1)), with or without `-device` in front. Only properties of the device itself:
 * a word of its own would be another option of QEMU.
 * @throws UsageError
 */
export function parseDevice(line: string, name: string): string {
  const device = line.replace(/^--?device[ =]\s*/, '')
  if (/^[A-Za-z0-9][\w.-]*(?:,[\w.-]+(?:=[^,\s]*)?)*$/.test(device)) return device
  throw new UsageError(name, line, 'Allowed is one device on each line, as `-device help` of QEMU names them, with its properties: `e1000e,mac=52:54:00:12:34:56`.')
}
