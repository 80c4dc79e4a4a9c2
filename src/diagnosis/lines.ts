/** Characters of one line that are looked at. */
const LONGEST = 1000
/** Lines of one text. */
const MOST = 500_000

/** `[ 12.345] `, with a level before and a caller after it (printk.time, printk.caller); `[Mon Nov 22 10:00:00 2026] ` of dmesg -T. */
const PRINTK = /^(?:<\d{1,3}>)?(?:\[[\s\d]{0,12}\.\d{1,9}\]|\[\w{3} \w{3} [\s\d]\d \d\d:\d\d:\d\d \d{4}\])(?:\[\s{0,12}[TC]\d{1,9}\])? ?/
/** `Nov 22 10:00:00 host kernel: ` of syslog and journalctl, and the short-iso form. */
const SYSLOG = /^(?:\w{3} [\s\d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.,+-]{8,24}Z?) \S{1,100} kernel: /
/** Level alone, as `dmesg -r` has it. */
const LEVEL = /^<\d{1,3}>/
/** dmesg -x: `kern  :err   : `. */
const FACILITY = /^(?:kern|user|daemon|syslog)\s{0,4}:(?:emerg|alert|crit|err|warn|notice|info|debug)\s{0,4}: /
/** Terminal colours, which compilers and dmesg print. */
const COLOUR = /\u001b\[[\d;]{0,20}[mK]/g
/** What a runner puts before each line of its log. */
const RUNNER = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z /

/** A line of a text: as it is, and without what stands around the message. */
export interface Line {
  readonly raw: string
  readonly message: string
}

/** Lines of any log. Compilers print curly quotes in UTF-8 locales; here all are plain. */
export function* linesOf(text: string): Generator<Line> {
  let at = 0
  for (let count = 0; at <= text.length && count < MOST; count++) {
    const next = text.indexOf('\n', at)
    const end = next < 0 ? text.length : next
    const raw = text.slice(at, Math.min(end, at + LONGEST)).replace(COLOUR, '').replace(/\r$/, '')
    at = end + 1
    if (raw !== '') yield { raw, message: raw.replace(RUNNER, '').replace(/[\u2018\u2019]/g, "'").replace(/[\u201c\u201d]/g, '"') }
  }
}

/** The kernel's own words in a line of its log. */
export function kernelMessage(line: string): string {
  return line.replace(SYSLOG, '').replace(FACILITY, '').replace(PRINTK, '').replace(LEVEL, '').trimEnd()
}

/** Whether a line looks like one of a kernel log. */
export function isKernelLine(line: string): boolean {
  return PRINTK.test(line) || SYSLOG.test(line) || FACILITY.test(line)
}

/**
 * What a loading program said, without its name, the file and the word for what it tried:
 * `insmod: ERROR: could not insert module ./a.ko: Invalid module format` (kmod), `insmod: can't insert 'a.ko': invalid module format` (busybox).
 */
export function loaderMessage(line: string): string | undefined {
  const [, rest] = /^(?:\S{1,100}\/)?(?:sudo: )?(?:insmod|modprobe|rmmod|depmod|libkmod)(?:: (?:ERROR|FATAL|WARNING|error))?: (.{1,900})$/.exec(line) ?? []
  if (rest === undefined) return undefined
  const said = rest.replace(/^\S{1,100}:\d{1,6} \w{1,60}\(\) /, '')
  return said.replace(/^(?:could not (?:insert|load|remove)(?: module)?|can't insert|can't unload module|can't load module|Module) (?:'[^']{1,300}'|\S{1,300}): /i, '')
}

/** The message of a compiler with its place: `file:line:column: error: text`, or `gcc: error: text`, `cc1: text`. */
export function compilerMessage(line: string): { readonly file?: string; readonly line?: number; readonly column?: number; readonly text: string; readonly kind: 'error' | 'warning' } | undefined {
  const placed = /^(?<file>[^\s:][^:]{0,300}):(?<line>\d{1,7}):(?:(?<column>\d{1,6}):)? (?<kind>fatal error|error|Error|warning|Warning): (?<text>.{1,900})$/.exec(line)?.groups
  if (placed?.['file'] !== undefined) {
    const column = placed['column']
    return { file: placed['file'], line: Number(placed['line']), ...(column !== undefined && { column: Number(column) }), text: placed['text'] ?? '', kind: /warning/i.test(placed['kind'] ?? '') ? 'warning' : 'error' }
  }
  const alone = /^(?:(?:\S{1,200}\/)?(?:[\w-]{1,60}-)?(?:gcc|cc|clang|cc1|cc1plus|collect2)(?:-[\d.]{1,10})?|\S{1,200}\.[cS]): (?:(?:fatal )?(?<kind>error|warning): )?(?<text>.{1,900})$/.exec(line)?.groups
  return alone === undefined ? undefined : { text: alone['text'] ?? '', kind: alone['kind'] === 'error' ? 'error' : 'warning' }
}
