import { END_STACK, END_TRACE, ONE_LINE, type Signature } from './signature.js'

/** Lists, counters, slabs and pages: lib/list_debug.c, lib/refcount.c, mm/slub.c, mm/slab_common.c, mm/page_alloc.c, mm/oom_kill.c, mm/vmalloc.c, lib/debugobjects.c. */
export const MEMORY: readonly Signature[] = [
  { name: 'list', id: 'guest.list', start: /^(list_(?:add|del)(?: double add| corruption)?)[:.,]? .*(?:should be|corruption|double add|is LIST_POISON|but was|is NULL|invalid)/, title: 'list corruption: $1', end: END_TRACE, weight: 'fail', taints: 'DW' },
  { name: 'refcount', id: 'guest.refcount', start: /^refcount_t: (.*)/, title: 'a reference counter went wrong: $1', end: END_TRACE, weight: 'fail', taints: 'W' },
  { name: 'slab-objects', id: 'guest.slab', start: /^(?:BUG (\S+) \([^)]*\): Objects remaining (?:in|on)|kmem_cache_destroy (\S+): Slab cache still has objects)/, title: 'slab cache $1$2 is destroyed with objects in it', end: /^(?:---\[ end trace |\s*<\/TASK>)/, weight: 'fail', taints: 'BW' },
  { name: 'slab-report', id: 'guest.slab', start: /^BUG (\S+) \((?:Not tainted|Tainted: [^)]*)\): (.*)/, title: 'slab cache $1: $2', end: /^(?:FIX \S+: |\s*<\/TASK>)/, weight: 'fail', taints: 'BW' },
  { name: 'slab-misuse', id: 'guest.slab', start: /^(?:cache_from_obj: Wrong slab cache\.|virt_to_cache: Object is not a Slab page!|kmem_cache of name '.*' already exists|kmem_cache_create\(.*\) (?:failed|integrity check failed))/, end: /^(?:---\[ end trace |\s*<\/TASK>)/, weight: 'fail', taints: 'W' },
  { name: 'double-free', id: 'guest.slab', start: /^(?:slab: |\S+: )?double[- ]free detected\b/i, end: END_TRACE, weight: 'fail', taints: 'D' },
  { name: 'vfree', id: 'guest.free', start: /^Trying to vfree\(\) (?:nonexistent vm area|bad address)/, end: END_TRACE, weight: 'fail', taints: 'W' },
  { name: 'bad-page', id: 'guest.page', start: /^BUG: Bad page (state|map|cache) in process (\S+)/, title: 'bad page $1, in $2', end: END_STACK, weight: 'fail', taints: 'B' },
  { name: 'bad-counters', id: 'guest.page', start: /^BUG: (?:Bad rss-counter state|non-zero pgtables_bytes on freeing mm|Bad page)/, end: ONE_LINE, weight: 'fail', taints: 'B' },
  { name: 'out-of-memory', id: 'guest.out-of-memory', start: /^(\S+) invoked oom-killer: /, title: '$1 used up all memory of the guest', end: /^(?:Out of memory|oom_reaper)/, weight: 'fail' },
  { name: 'oom-kill', id: 'guest.out-of-memory', start: /^(?:Out of memory|Memory cgroup out of memory)\b.*: Killed process/, end: ONE_LINE, weight: 'fail', consequence: true },
  { name: 'allocation-failure', id: 'guest.allocation', start: /^(\S+): (?:page allocation failure: order:(\d+)|vmalloc error: )/, title: 'an allocation of $1 failed', end: /^(?:Node \d+ .*hugepages|\d+ pages? (?:hwpoisoned|cma reserved)|\d+ pages in swap)/, weight: 'fail' },
  { name: 'debug-object', id: 'guest.odebug', start: /^ODEBUG: (.*)/, title: 'an object that is still in use: $1', end: /^(?:---\[ end trace |\s*<\/TASK>)/, weight: 'fail', taints: 'W' },
  { name: 'kmemleak', id: 'guest.kmemleak', start: /^kmemleak: (\d+) new suspected memory leaks/, title: '$1 suspected memory leaks', end: ONE_LINE, weight: 'warning' },
]
