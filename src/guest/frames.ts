/** A place in a module's code, as a call trace names it: `function+0x12/0x40 [module]`. */
export interface Frame {
  /** As it stands in the trace. */
  readonly text: string
  readonly symbol: string
  /** Bytes from the symbol's start. */
  readonly offset: number
  /** Bytes of the function. */
  readonly size: number
  readonly module: string
  /** Whether the processor was at this very instruction; else the address is the one to return to. */
  readonly exact: boolean
}

/** kernel/kallsyms.c, __sprint_symbol(): a module's name may be followed by its build id. */
const FRAME = /([\w.$]+)\+0x([0-9a-f]{1,8})\/0x([0-9a-f]{1,8}) \[([\w-]+)(?: [0-9a-f]{40})?\]/g
/** Of the modules; a trace with more is no help. */
const MOST = 32

/** Frames of these modules in a trace, each once, in order. Guesses of the unwinder (`? name`) are left off. */
export function framesOf(trace: readonly string[], modules: readonly string[]): Frame[] {
  const found = new Map<string, Frame>()
  for (const line of trace) {
    if (/^\s*\? /.test(line)) continue
    for (const [text, symbol, offset, size, module] of line.matchAll(FRAME)) {
      if (symbol === undefined || module === undefined || found.has(text) || found.size >= MOST || !modules.includes(module)) continue
      found.set(text, { text, symbol, offset: parseInt(offset ?? '', 16), size: parseInt(size ?? '', 16), module, exact: /^(?:RIP|WARNING|pc|PC)\b/.test(line) })
    }
  }
  return [...found.values()]
}
