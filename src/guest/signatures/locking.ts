import { END_STACK, END_TRACE, type Signature } from './signature.js'

/** Locks, atomic context and RCU: kernel/locking/lockdep.c, spinlock_debug.c, mutex-debug.c, kernel/sched/core.c, lib/debug_locks.c. */
export const LOCKING: readonly Signature[] = [
  { name: 'lockdep-circular', id: 'guest.lockdep', start: /^WARNING: possible circular locking dependency detected/, end: END_STACK, weight: 'fail' },
  { name: 'lockdep-recursive', id: 'guest.lockdep', start: /^WARNING: possible recursive locking detected/, end: END_STACK, weight: 'fail' },
  { name: 'lockdep-irq', id: 'guest.lockdep', start: /^WARNING: (?:possible irq lock inversion dependency detected|\S+-safe -> \S+-unsafe lock order detected|inconsistent lock state)/, end: END_STACK, weight: 'fail' },
  { name: 'lockdep-balance', id: 'guest.lockdep', start: /^WARNING: (?:bad (?:unlock balance|contention) detected!|Nested lock was not taken)/, end: END_STACK, weight: 'fail' },
  { name: 'lockdep-held', id: 'guest.lockdep', start: /^WARNING: (?:held lock freed!|lock held when returning to user space!|.* still has locks held!)/, end: END_STACK, weight: 'fail' },
  { name: 'lockdep-rcu', id: 'guest.lockdep', start: /^WARNING: suspicious RCU usage/, end: END_STACK, weight: 'fail' },
  { name: 'lockdep-wait-context', id: 'guest.lockdep', start: /^\[ BUG: Invalid wait context \]/, end: END_STACK, weight: 'fail' },
  { name: 'lockdep-limits', id: 'guest.lockdep', start: /^BUG: (?:MAX_LOCK\w+ too low!|key \S+ (?:has not been registered|not in \.data)!)/, end: END_STACK, weight: 'fail' },
  { name: 'unregistered-key', id: 'guest.uninitialised-lock', start: /^INFO: trying to register non-static key/, title: 'a lock is used that was never initialised', end: END_STACK, weight: 'fail' },
  { name: 'spinlock-magic', id: 'guest.uninitialised-lock', start: /^BUG: (?:spinlock|rwlock) bad magic on CPU#\d+, (\S+)\/\d+/, title: 'a lock that was never initialised is used by $1', end: END_STACK, weight: 'fail' },
  { name: 'debug-locks', id: 'guest.lockdep', start: /^DEBUG_(?:LOCKS|RWSEMS)_WARN_ON\((.*)\)/, title: 'a lock is misused: DEBUG_LOCKS_WARN_ON($1)', end: END_TRACE, weight: 'fail', taints: 'W' },
  { name: 'spinlock', id: 'guest.lockdep', start: /^BUG: (?:spinlock|rwlock) (.*) on CPU#\d+, (\S+)\/\d+/, title: 'spinlock $1, in $2', end: END_STACK, weight: 'fail' },
  { name: 'scheduling-atomic', id: 'guest.atomic', start: /^BUG: scheduling while atomic: (\S+)\/\d+\/(0x[0-9a-f]+)/, title: 'scheduling while atomic, in $1', end: END_STACK, weight: 'fail', taints: 'W' },
  { name: 'sleeping-atomic', id: 'guest.atomic', start: /^BUG: sleeping function called from invalid context at (\S+)/, title: 'a sleeping function was called from atomic context ($1)', end: END_STACK, weight: 'fail', taints: 'W' },
  { name: 'preemptible', id: 'guest.atomic', start: /^BUG: using (smp_processor_id|__this_cpu_\w+)\(\) in preemptible/, title: '$1() was called where the task may move to another CPU', end: END_STACK, weight: 'fail' },
  { name: 'init-imbalance', id: 'guest.atomic', start: /^initcall (\S+(?: \[\S+\])?) returned with (.*)/, title: 'init ($1) returned with $2', end: END_TRACE, weight: 'fail', taints: 'W' },
  { name: 'work-leaked-lock', id: 'guest.atomic', start: /^BUG: workqueue leaked (?:lock or atomic|atomic, lock or RCU): (.*)/, title: 'a work function returned in atomic context or with a lock: $1', end: END_STACK, weight: 'fail' },
  { name: 'timer-imbalance', id: 'guest.atomic', start: /^(?:timer: |huh, entered softirq ).*(?:preempt leak|with preempt_count)/, end: END_STACK, weight: 'fail' },
]
