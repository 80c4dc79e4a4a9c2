import type { Log } from '../../src/host/host.js'

/** A log for tests: keeps what it was told. */
export function quietLog(): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const keep = (line: string) => void lines.push(line)
  return { lines, group: keep, endGroup: () => undefined, info: keep, detail: keep, progress: () => undefined }
}
