/** One kind of complaint of the kernel. */
export interface Splat {
  /** Finding id. */
  readonly id: string
  /** The line that begins the complaint. */
  readonly line: string
}

/** Start lines of complaints, most specific first; a log line is taken by the first row that matches. Each is anchored, since a driver may well print
 * "mydrv 0000:00:03.0: WARNING: …" about its own business (kernel/panic.c, lib/bug.c, mm/kasan/report.c, …). */
const SIGNATURES: readonly { readonly id: string; readonly pattern: RegExp }[] = [
  { id: 'guest.panic', pattern: /^Kernel panic - not syncing/ },
  { id: 'guest.kasan', pattern: /^BUG: KASAN: / },
  { id: 'guest.kfence', pattern: /^BUG: KFENCE: / },
  { id: 'guest.kcsan', pattern: /^BUG: KCSAN: / },
  { id: 'guest.ubsan', pattern: /^UBSAN: / },
  { id: 'guest.lockup', pattern: /^(?:watchdog: BUG: soft lockup|(?:NMI watchdog: )?Watchdog detected hard LOCKUP|(?:rcu: )?INFO: rcu\w* (?:self-)?detected (?:expedited )?stall|INFO: task .* blocked for more than)/ },
  { id: 'guest.lockdep', pattern: /^(?:WARNING: (?:possible (?:circular locking dependency|recursive locking|irq lock inversion)|inconsistent lock state|bad unlock balance|suspicious RCU usage)|INFO: trying to register non-static key)/ },
  { id: 'guest.oops', pattern: /^(?:BUG: (?:kernel NULL pointer dereference|unable to handle)|Oops(?::| - )|Internal error: |general protection fault|stack segment|invalid opcode|kernel BUG at |divide error|int3: )/ },
  { id: 'guest.bug', pattern: /^(?:BUG: |list_(?:add|del) corruption|sysfs: cannot create duplicate filename|refcount_t: )/ },
  { id: 'guest.warn', pattern: /^WARNING: / },
]

const WITHOUT_TIME = /^\[\s*\d+\.\d+\](?:\[[^\]]*\])? /

/** Complaints in a kernel log, in order. */
export function findSplats(log: string): Splat[] {
  return log.split('\n').flatMap((raw) => {
    const line = raw.replace(WITHOUT_TIME, '').trim()
    const signature = SIGNATURES.find(({ pattern }) => pattern.test(line))
    return signature === undefined ? [] : [{ id: signature.id, line }]
  })
}
