import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DwarfError } from '../../src/dwarf/error.js'

export function fixture(name: string): Buffer {
  return readFileSync(join('__tests__', 'fixtures', 'dwarf', `${name}.o`))
}

/** The error that a reading ends with, or undefined when it succeeds; anything but a DwarfError is a crash. */
export function refusal(read: () => unknown): DwarfError | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    if (error instanceof DwarfError) return error
    throw error
  }
}

/** mulberry32: the same numbers from 0 to 1 for the same seed, so that a failure can be repeated. */
export function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Where a section's contents lie in a little-endian ELF64 file, by readelf's own arithmetic. */
export function sectionRange(file: Buffer, name: string): { readonly offset: number; readonly length: number } {
  const table = Number(file.readBigUInt64LE(0x28))
  const header = (index: number): Buffer => file.subarray(table + 64 * index, table + 64 * (index + 1))
  const names = Number(header(file.readUInt16LE(0x3e)).readBigUInt64LE(0x18))
  for (let index = 0; index < file.readUInt16LE(0x3c); index++) {
    const at = names + header(index).readUInt32LE(0)
    if (file.toString('latin1', at, file.indexOf(0, at)) === name) return { offset: Number(header(index).readBigUInt64LE(0x18)), length: Number(header(index).readBigUInt64LE(0x20)) }
  }
  throw new Error(`no section ${name}`)
}
