import { kernelMessage, linesOf } from './lines.js'

/** A place in the kernel's or a module's code, `function+0x12/0x40 [module]` in an oops. */
export interface OopsFrame {
  readonly function: string
  /** Bytes from the function's start. */
  readonly offset: number
  /** Bytes of the function. */
  readonly size: number
  /** Absent for the kernel's own code. */
  readonly module?: string
  /** The unwinder is not sure of it (`? name`): it was on the stack, perhaps left from earlier. */
  readonly guess: boolean
}

/** One oops of x86-64 (arch/x86/kernel/dumpstack.c, arch/x86/kernel/process_64.c: show_regs) or arm64 (arch/arm64/kernel/process.c, __show_regs; arch/arm64/mm/fault.c). */
export interface Oops {
  /** The first line: what happened. */
  readonly title: string
  /** The address that could not be reached, in hexadecimal. */
  readonly address?: string
  readonly cpu?: number
  readonly pid?: number
  /** Name of the task. */
  readonly task?: string
  /** Where it happened; absent when the address was outside of all code, as after a call through a wrong pointer. */
  readonly at?: OopsFrame
  /** RIP or pc as a number where it is no function (`0010:0x0`). */
  readonly rip?: string
  /** RAX … R15, EFLAGS, CR2 …, or x0 … x29, in hexadecimal as printed. */
  readonly registers: Readonly<Record<string, string>>
  /** Innermost first. */
  readonly trace: readonly OopsFrame[]
  /** Bytes around RIP as the kernel prints them, with the one at RIP in <>. */
  readonly code?: string
}

/** kernel/traps and mm/fault: what an oops begins with. */
const START = /^(?:BUG: (?:kernel NULL pointer dereference|unable to handle (?:page fault|kernel)|stack guard page was hit)|general protection fault|Oops: |invalid opcode: |kernel BUG at |divide error: |double fault: |int3: |stack segment: |#PF: |Unable to handle kernel )/
const END = /^---\[ end (?:trace|Kernel panic)/
const FRAME = /^(?<guess>\? )?(?<name>[\w.$]{1,200})\+0x(?<offset>[0-9a-f]{1,8})\/0x(?<size>[0-9a-f]{1,8})(?: \[(?<module>[\w-]{1,60})(?: [0-9a-f]{40})?\])?/
const REGISTER = /\b(?<name>R[A-Z0-9]{2}|R[89]|EFLAGS|CR[0234]|x[12]?[0-9]) ?: {0,2}(?<value>(?:[0-9a-f]{4}:)?[0-9a-f]{1,16})\b/g
/** Oopses of one log, lines of one. */
const MOST = 20
const LONGEST = 200

/** The oopses of a kernel log, in order; of each the first set of registers, which is the kernel's. */
export function readOopses(log: string): Oops[] {
  const found: Oops[] = []
  let open: string[] | undefined
  const close = (): void => {
    if (open !== undefined && open.some((line) => /^RIP: |^pc : |^Call [Tt]race:/.test(line)) && found.length < MOST) found.push(oopsOf(open))
    open = undefined
  }
  for (const { message } of linesOf(log)) {
    const line = kernelMessage(message).trim()
    if (open === undefined) {
      if (START.test(line)) open = [line]
      continue
    }
    if (END.test(line) || open.length >= LONGEST) close()
    else open.push(line)
  }
  close()
  return found
}

function oopsOf(lines: readonly string[]): Oops {
  const first = (pattern: RegExp): RegExpExecArray | undefined => {
    for (const line of lines) {
      const match = pattern.exec(line)
      if (match !== null) return match
    }
    return undefined
  }
  const task = first(/^CPU: (\d{1,5})(?: UID: \d{1,10})? PID: (\d{1,10}) Comm: (.{1,32}?) (?:Tainted|Not tainted|Kdump)/)
  const rip = first(/^(?:RIP: (?:[0-9a-f]{4}:)?|pc : )(.{1,300})$/)?.[1]
  const at = rip === undefined ? undefined : frameOf(rip)
  const address = first(/address: ([0-9a-f]{1,16})\b/)?.[1] ?? first(/address ([0-9a-f]{16})\b/)?.[1]
  const code = first(/^Code: (.{1,400})$/)?.[1]
  return {
    title: lines[0] ?? '',
    ...(address !== undefined && { address }),
    ...(task !== undefined && { cpu: Number(task[1]), pid: Number(task[2]), task: task[3] ?? '' }),
    ...(at !== undefined && { at }),
    ...(rip !== undefined && at === undefined && { rip }),
    registers: registersOf(lines),
    trace: traceOf(lines),
    ...(code !== undefined && { code }),
  }
}

/** The first value of each register: what follows the second RIP is user space's. */
function registersOf(lines: readonly string[]): Record<string, string> {
  const registers = new Map<string, string>()
  for (const line of lines) {
    if (/^(?:RIP|Code|CPU|Modules linked in): |^(?:pc|lr|sp) : /.test(line)) continue
    for (const { groups } of line.matchAll(REGISTER)) {
      const [name, value] = [groups?.['name'], groups?.['value']]
      if (name !== undefined && value !== undefined && !registers.has(name)) registers.set(name, value)
    }
  }
  return Object.fromEntries(registers)
}

function traceOf(lines: readonly string[]): OopsFrame[] {
  const start = lines.findIndex((line) => /^Call [Tt]race:/.test(line))
  if (start < 0) return []
  const frames: OopsFrame[] = []
  for (const line of lines.slice(start + 1)) {
    const frame = frameOf(line)
    if (frame !== undefined) frames.push(frame)
    else if (/^(?:RIP: |Modules linked in: |CR2: |Code: )/.test(line)) break
  }
  return frames
}

function frameOf(text: string): OopsFrame | undefined {
  const groups = FRAME.exec(text)?.groups
  const [name, offset, size, module] = [groups?.['name'], groups?.['offset'], groups?.['size'], groups?.['module']]
  if (name === undefined || offset === undefined || size === undefined) return undefined
  return { function: name, offset: parseInt(offset, 16), size: parseInt(size, 16), guess: groups?.['guess'] !== undefined, ...(module !== undefined && { module }) }
}
