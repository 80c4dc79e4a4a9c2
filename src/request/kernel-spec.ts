import { UsageError } from '../model/errors.js'
import type { KernelSpec } from '../model/request.js'

/** `6.1.0-56-amd64`, `6.12.117+deb13-cloud-amd64`, `7.3-amd64`: a version, and after the last dashes a flavour. */
const RELEASE = /^\d+\.\d+[0-9A-Za-z.+~_-]*-[a-z][0-9a-z]*(?:-[a-z][0-9a-z]*)*$/
const SERIES = /^\d+(?:\.\d+)?$/

/** `default`, an exact release, or a series. Throws UsageError. */
export function parseKernel(value: string, name: string): KernelSpec {
  if (value === 'default') return { kind: 'default' }
  if (SERIES.test(value)) return { kind: 'series', series: value }
  if (RELEASE.test(value)) return { kind: 'release', release: value }
  throw new UsageError(name, value, 'Allowed are default, a release as uname -r says it (6.1.0-56-amd64), or a series (6.12 or 6).')
}
