/** One kind of complaint of the kernel, as data. Patterns see a line without its time and caller. */
export interface Signature {
  /** Name of the row; a fixture folder of __tests__/fixtures/guest-logs proves it. */
  readonly name: string
  /** Finding id. */
  readonly id: string
  /** The line that begins the complaint, anchored: a driver may well print "mydrv 0000:00:03.0: WARNING: …" about its own business. */
  readonly start: RegExp
  /** One line for people; $1, $2 … stand for the groups of `start`. Without it the line itself is the title. */
  readonly title?: string
  /** Last line of the trace. */
  readonly end: RegExp
  readonly weight: 'fail' | 'warning'
  /** Letters of the taint flags that this complaint sets by itself (taint.ts). */
  readonly taints?: string
  /** It follows from a complaint before it, if there is one, and is then no finding of its own. */
  readonly consequence?: true
}

/** The complaint is one line. */
export const ONE_LINE = /^/
/** "---[ end trace 0000000000000000 ]---": kernel/panic.c, print_oops_end_marker(). */
export const END_TRACE = /^---\[ end trace /
/** The end of a call trace: arch/x86/kernel/dumpstack.c, show_trace_log_lvl(). */
export const END_STACK = /^\s*<\/TASK>/
/** The rule that closes the reports of sanitizers; the one that opens them stands before the start. */
export const RULE = /^={48,}\s*$/
