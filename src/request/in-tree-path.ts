import { UsageError } from '../model/errors.js'

/** A directory below the root of the kernel source. Throws UsageError. */
export function parseInTreePath(value: string, name: string): string {
  const path = value.replace(/^(?:\.\/+)+/, '').replace(/\/+$/, '').replace(/\/{2,}/g, '/')
  const parts = path.split('/')
  if (value.startsWith('/')) throw new UsageError(name, value, 'Allowed is a path relative to the root of the kernel source, such as drivers/net/can/usb/etas_es58x.')
  if (parts.includes('..') || parts.includes('.')) throw new UsageError(name, value, 'Allowed is a path without . and .. in it, such as drivers/net/can/usb/etas_es58x.')
  if (!/^[A-Za-z0-9_][\w.+/-]*$/.test(path)) throw new UsageError(name, value, 'Allowed is a directory of the kernel source, such as drivers/net/can/usb/etas_es58x: letters, digits and _ . + - /.')
  return path
}
