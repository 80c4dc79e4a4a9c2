import { basename } from 'node:path'

/** File name → the kernel's name: without .ko and compression, dashes turned into underscores. */
export function kernelName(file: string): string | undefined {
  const match = /^(.+)\.ko(?:\.(?:xz|zst|gz))?$/.exec(basename(file))
  return match?.[1]?.replaceAll('-', '_')
}
