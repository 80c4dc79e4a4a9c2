import type { Match } from './conf.js'
import type { Directive } from './reader-script.js'

/** Elements of one bash array by index; arrays may have holes. */
export type Elements = ReadonlyMap<number, string>

/** What the reader script found. */
export interface Dump {
  readonly written: ReadonlyMap<string, Elements>
  readonly read: ReadonlyMap<string, Elements>
  /** By directive and index. */
  readonly matches: ReadonlyMap<string, ReadonlyMap<number, Match>>
  /** The configuration that BUILD_EXCLUSIVE_CONFIG was asked of. */
  readonly configFile?: string
  /** The words of BUILD_EXCLUSIVE_CONFIG, each with whether the configuration has it on. */
  readonly options: readonly { readonly word: string; readonly on: boolean }[]
  readonly clang: boolean
  readonly lld: boolean
}

/** Highest index that is believed: a conf may set `MAKE[2000000000]`, and holes are walked. */
export const MOST_ELEMENTS = 4096

/** Thrown when the script's answer is cut off or not of its form. */
export class DumpError extends Error {
  override readonly name = 'DumpError'
}

/** Reads the records `kind NUL name NUL index NUL value NUL` of the reader script, up to its `end`. @throws DumpError */
export function parseDump(text: string): Dump {
  const fields = text.split('\0')
  const written = new Map<string, Map<number, string>>()
  const read = new Map<string, Map<number, string>>()
  const matches = new Map<string, Map<number, Match>>()
  const options: { word: string; on: boolean }[] = []
  const tools = new Set<string>()
  let configFile: string | undefined
  for (let i = 0; i + 3 < fields.length; i += 4) {
    const [kind, name = '', key = '', value = ''] = fields.slice(i, i + 4)
    if (kind === 'end') return { written, read, matches, options, clang: tools.has('clang'), lld: tools.has('lld'), ...(configFile !== undefined && { configFile }) }
    const index = /^\d{1,9}$/.test(key) ? Number(key) : NaN
    if (!(index < MOST_ELEMENTS)) throw new DumpError(`${name}[${key}]: the index is no number below ${MOST_ELEMENTS}`)
    if (kind === 'written') put(written, name, index, value)
    else if (kind === 'read') put(read, name, index, value)
    else if (kind === 'match') put(matches, name, index, value === '0' ? 'match' : value === '1' ? 'no-match' : 'invalid')
    else if (kind === 'configuration') configFile = name
    else if (kind === 'option') options.push({ word: name, on: value === '0' })
    else if (kind === 'tool') {
      if (value === '0') tools.add(name)
    } else throw new DumpError(`an unknown record: ${JSON.stringify(kind)}`)
  }
  throw new DumpError('the answer of bash ends too early')
}

function put<T>(table: Map<string, Map<number, T>>, name: string, index: number, value: T): void {
  const elements = table.get(name) ?? new Map<number, T>()
  table.set(name, elements.set(index, value))
}

/** `${NAME[index]}`: empty when not set. */
export function element(dump: Dump, name: Directive, index = 0): string {
  return dump.read.get(name)?.get(index) ?? ''
}

/** `${#NAME[@]}`: the number of elements that are set, holes not counted. */
export function count(dump: Dump, name: Directive): number {
  return dump.read.get(name)?.size ?? 0
}

/** The highest index that is set, or -1. */
export function highest(dump: Dump, name: Directive): number {
  return Math.max(-1, ...(dump.read.get(name)?.keys() ?? []))
}
