/** Module.symvers is not what modpost writes. The message names the line. */
export class SymversError extends Error {
  override readonly name = 'SymversError'
}

/** One exported symbol. */
export interface Export {
  /** 32 bits; 0 throughout in a kernel without MODVERSIONS. */
  readonly crc: number
  /** `vmlinux`, or the module's path without suffix, such as `drivers/net/can/dev/can-dev`. */
  readonly module: string
  readonly gplOnly: boolean
  /** Empty for none. */
  readonly namespace: string
}

export type Symvers = ReadonlyMap<string, Export>

/** The words of the fourth column; the last three only up to Linux 5.11. Of GPL_FUTURE the kernel merely warned. */
const GPL_ONLY: Readonly<Record<string, boolean>> = { EXPORT_SYMBOL: false, EXPORT_SYMBOL_GPL: true, EXPORT_UNUSED_SYMBOL: false, EXPORT_UNUSED_SYMBOL_GPL: true, EXPORT_SYMBOL_GPL_FUTURE: false }

/** Parses Module.symvers: `crc symbol module export namespace`, with tabs between (scripts/mod/modpost.c, read_dump and write_dump). @throws SymversError */
export function parseSymvers(text: string): Symvers {
  const symvers = new Map<string, Export>()
  for (const [i, line] of text.split('\n').entries()) {
    if (line === '') continue
    const [crc = '', symbol = '', module = '', how = '', namespace, ...more] = line.split('\t')
    if (namespace === undefined || more.length > 0) throw new SymversError(`Module.symvers: line ${i + 1} has ${line.split('\t').length} columns instead of 5`)
    if (!/^0x[0-9a-f]{1,8}$/i.test(crc)) throw new SymversError(`Module.symvers: line ${i + 1}: “${crc.slice(0, 40)}” is no CRC`)
    if (symbol === '' || module === '') throw new SymversError(`Module.symvers: line ${i + 1} names no ${symbol === '' ? 'symbol' : 'module'}`)
    const gplOnly = Object.hasOwn(GPL_ONLY, how) ? GPL_ONLY[how] : undefined
    if (gplOnly === undefined) throw new SymversError(`Module.symvers: line ${i + 1}: “${how.slice(0, 40)}” is no kind of export`)
    // The kernel's search finds one; modpost refuses to write the same name twice.
    if (!symvers.has(symbol)) symvers.set(symbol, { crc: parseInt(crc, 16), module, gplOnly, namespace })
  }
  return symvers
}

/** Path of a module without suffix → the kernel's name of it. */
export function moduleNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replaceAll('-', '_')
}
