import { FAULTS } from './faults.js'
import { LOCKING } from './locking.js'
import { MEMORY } from './memory.js'
import { OBJECTS } from './objects.js'
import { END_TRACE, ONE_LINE, type Signature } from './signature.js'
import { STALLS } from './stalls.js'

/** What no row before has taken. A WARN's line has the CPU first up to 6.18 and last since (kernel/panic.c, __warn). */
const OTHERS: readonly Signature[] = [
  { name: 'warn', id: 'guest.warn', start: /^WARNING: (?:CPU: \d+ PID: \d+ at |\S+:\d+ at )/, end: END_TRACE, weight: 'fail', taints: 'W' },
  { name: 'warn-other', id: 'guest.warn', start: /^WARNING: (?:kernel stack |stack (?:going|recursion)|can't (?:dereference|access)|Flushing system-wide workqueues)/, end: ONE_LINE, weight: 'fail' },
  { name: 'bug-other', id: 'guest.bug', start: /^(?:\[ )?BUG: /, end: END_TRACE, weight: 'fail' },
]

/** Every signature; a line belongs to the first row that matches it. */
export const SIGNATURES: readonly Signature[] = [...FAULTS, ...LOCKING, ...STALLS, ...MEMORY, ...OBJECTS, ...OTHERS]
