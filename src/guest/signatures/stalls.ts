import { END_STACK, ONE_LINE, type Signature } from './signature.js'

/** What waits or spins for too long: kernel/watchdog.c, kernel/rcu/tree_stall.h, kernel/hung_task.c, kernel/workqueue.c. */
export const STALLS: readonly Signature[] = [
  { name: 'soft-lockup', id: 'guest.lockup', start: /^watchdog: BUG: soft lockup - CPU#\d+ stuck for (\d+s)! \[(\S+?):\d+\]/, title: 'soft lockup: $2 kept a CPU for $1', end: END_STACK, weight: 'fail', taints: 'L' },
  { name: 'hard-lockup', id: 'guest.lockup', start: /^(?:NMI )?(?:watchdog: )*(?:Watchdog|CPU\d+: Watchdog) detected hard LOCKUP on cpu (\d+)/, title: 'hard lockup: CPU $1 took no interrupts', end: END_STACK, weight: 'fail', taints: 'L' },
  { name: 'rcu-stall', id: 'guest.lockup', start: /^(?:rcu: )?INFO: (rcu\w*) (?:self-)?detect(?:ed )?(?:expedited )?stalls?\b/, title: '$1 detected a stall: a CPU or task never left a read-side section', end: END_STACK, weight: 'fail' },
  { name: 'rcu-starved', id: 'guest.lockup', start: /^rcu: (?:INFO: )?\S+ kthread (?:starved|timer wakeup didn't happen)/, end: ONE_LINE, weight: 'fail', consequence: true },
  { name: 'hung-task', id: 'guest.lockup', start: /^INFO: task (\S+?):\d+ (?:<\S+> )?blocked (?:for more than|in I\/O wait for more than|on \S+ for more than) (\d+) seconds/, title: '$1 was blocked for more than $2 s', end: END_STACK, weight: 'fail' },
  { name: 'workqueue-lockup', id: 'guest.lockup', start: /^BUG: workqueue lockup - pool/, end: END_STACK, weight: 'fail' },
  { name: 'cpu-hog', id: 'guest.cpu-hog', start: /^workqueue: (\S+(?: \[\S+\])?) hogged CPU for >(\d+us) (\d+) times/, title: 'work $1 kept a CPU for more than $2, $3 times', end: ONE_LINE, weight: 'warning' },
  { name: 'rt-throttled', id: 'guest.cpu-hog', start: /^sched: (?:RT|DL) throttling activated|^sched: DL replenish lagged too much/, end: ONE_LINE, weight: 'warning' },
]
