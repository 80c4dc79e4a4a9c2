import type { Frame } from '../guest/frames.js'
import { type SourceLine, sourceLines } from '../guest/source-lines.js'
import type { Host } from '../host/host.js'
import type { Oops, OopsFrame } from './oops.js'

const hex = (value: bigint | number): string => `0x${value.toString(16)}`

/** A frame as the kernel prints it. */
export function frameText({ function: name, offset, size, module }: OopsFrame): string {
  return `${name}+${hex(offset)}/${hex(size)}${module === undefined ? '' : ` [${module}]`}`
}

/**
 * Source lines of an oops by frameText(), for frames in these modules, whose files must hold DWARF; guesses of the unwinder are left off.
 * The place itself is exact, callers are looked up one byte before the address that they would go on at.
 */
export async function oopsLines(host: Host, oops: Oops, modules: readonly { readonly name: string; readonly data: Buffer }[]): Promise<ReadonlyMap<string, SourceLine>> {
  const names = new Set(modules.map(({ name }) => name))
  const frames = [...(oops.at === undefined ? [] : [{ frame: oops.at, exact: true }]), ...oops.trace.filter(({ guess }) => !guess).map((frame) => ({ frame, exact: false }))]
  const wanted = frames.flatMap(({ frame, exact }): Frame[] => (frame.module === undefined || !names.has(frame.module) ? [] : [{ text: frameText(frame), symbol: frame.function, offset: frame.offset, size: frame.size, module: frame.module, exact }]))
  return sourceLines(host, wanted, modules)
}

/** An oops in sentences, with the source lines that are known. */
export function oopsSentences(oops: Oops, lines: ReadonlyMap<string, SourceLine> = new Map()): string[] {
  const place = (frame: OopsFrame): string => {
    const line = lines.get(frameText(frame))
    return `${frameText(frame)}${line === undefined ? '' : ` (${line.file}:${line.line})`}`
  }
  const callers = oops.trace.filter(({ guess }) => !guess)
  const where = oops.at === undefined ? `at address ${oops.rip ?? 'unknown'}, where no code is: a pointer to a function was wrong` : `in ${place(oops.at)}`
  return [
    oops.title,
    `It happened ${where}${oops.task === undefined ? '' : `, in the task ${oops.task} (${oops.pid ?? 0}) on processor ${oops.cpu ?? 0}`}.`,
    ...(callers.length === 0 ? [] : [`The way there, innermost first:\n${callers.map((frame) => `  ${place(frame)}`).join('\n')}`]),
    ...registersHolding(oops),
  ]
}

/** Registers that hold the address that could not be reached: mostly the pointer in question. Of a zero there are always many. */
function registersHolding({ address, registers }: Oops): string[] {
  if (address === undefined) return []
  const wanted = BigInt(`0x${address}`)
  if (wanted === 0n) return []
  const names = Object.entries(registers).filter(([name, value]) => /^[Rx]/.test(name) && /^[0-9a-f]{16}$/.test(value) && BigInt(`0x${value}`) === wanted).map(([name]) => name)
  return names.length === 0 ? [] : [`The address ${hex(wanted)} stood in ${names.join(', ')}.`]
}
