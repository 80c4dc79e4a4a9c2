import { END_STACK, END_TRACE, ONE_LINE, RULE, type Signature } from './signature.js'

/** Faults of the processor and what the kernel stops itself for: arch/x86/mm/fault.c, arch/x86/kernel/traps.c and dumpstack.c, lib/bug.c, mm/usercopy.c, lib/string_helpers.c. */
export const FAULTS: readonly Signature[] = [
  { name: 'null-dereference', id: 'guest.oops', start: /^BUG: kernel NULL pointer dereference, address: (?:0x)?([0-9a-f]+)/, end: END_TRACE, weight: 'fail', taints: 'D' },
  { name: 'page-fault', id: 'guest.oops', start: /^BUG: unable to handle (?:page fault for address|kernel (?:NULL pointer dereference|paging request))/, end: END_TRACE, weight: 'fail', taints: 'D' },
  { name: 'nx-or-smep', id: 'guest.oops', start: /^(?:kernel tried to execute NX-protected page|unable to execute userspace code)/, end: END_TRACE, weight: 'fail', taints: 'D' },
  { name: 'arm64-fault', id: 'guest.oops', start: /^Unable to handle kernel /, end: END_TRACE, weight: 'fail', taints: 'D' },
  { name: 'general-protection', id: 'guest.oops', start: /^(?:Oops: )?general protection fault\b/, end: END_TRACE, weight: 'fail', taints: 'D' },
  { name: 'stack-overflow', id: 'guest.stack-overflow', start: /^(?:BUG: (?:IRQ |TASK |stack )?(?:\w+ )?stack guard page was hit|kernel stack overflow|Insufficient stack space to handle exception|BUG: stack guard page)/, end: END_TRACE, weight: 'fail', taints: 'D' },
  { name: 'double-fault', id: 'guest.oops', start: /^(?:traps: )?(?:PANIC: )?double fault\b/, end: END_TRACE, weight: 'fail', taints: 'D' },
  { name: 'bug-at', id: 'guest.bug', start: /^kernel BUG at (\S+)!?$/, end: END_TRACE, weight: 'fail', taints: 'D' },
  { name: 'trap', id: 'guest.oops', start: /^(?:Oops: )?(?:invalid opcode|divide error|int3|stack segment|segment not present|bounds|alignment check|coprocessor segment overrun|invalid TSS|control protection fault)\b.*: [0-9a-f]{4} \[#\d+\]/, end: END_TRACE, weight: 'fail', taints: 'D' },
  { name: 'control-flow', id: 'guest.oops', start: /^(?:CFI failure at|Missing ENDBR|traps: Missing ENDBR)/, end: END_TRACE, weight: 'fail', taints: 'D' },
  { name: 'oops', id: 'guest.oops', start: /^(?:Oops(?::| - )|Internal error: )/, end: END_TRACE, weight: 'fail', taints: 'D' },
  { name: 'usercopy', id: 'guest.overflow', start: /^usercopy: Kernel memory (?:exposure|overwrite) attempt detected/, end: END_TRACE, weight: 'fail', taints: 'D' },
  { name: 'fortify', id: 'guest.overflow', start: /^(?:\w+: )?detected (?:buffer overflow|field-spanning write)/, end: END_TRACE, weight: 'fail', taints: 'WD' },
  { name: 'unchecked-msr', id: 'guest.warn', start: /^unchecked MSR access error: /, end: END_STACK, weight: 'fail' },
  { name: 'kasan', id: 'guest.kasan', start: /^BUG: KASAN: (.*)/, end: RULE, weight: 'fail', taints: 'B' },
  { name: 'kfence', id: 'guest.kfence', start: /^BUG: KFENCE: (.*)/, end: RULE, weight: 'fail', taints: 'B' },
  { name: 'kcsan', id: 'guest.kcsan', start: /^BUG: KCSAN: (.*)/, end: RULE, weight: 'fail' },
  { name: 'kmsan', id: 'guest.kmsan', start: /^BUG: KMSAN: (.*)/, end: RULE, weight: 'fail', taints: 'B' },
  { name: 'ubsan', id: 'guest.ubsan', start: /^UBSAN: (.*)/, end: /^(?:={48,}|---\[ end trace )/, weight: 'fail' },
  { name: 'kasan-hint', id: 'guest.kasan', start: /^KASAN: /, end: ONE_LINE, weight: 'fail', consequence: true },
  { name: 'panic', id: 'guest.panic', start: /^Kernel panic - not syncing: (.*)/, title: 'Kernel panic: $1', end: /^---\[ end Kernel panic/, weight: 'fail', consequence: true },
  { name: 'recursive-fault', id: 'guest.oops', start: /^Fixing recursive fault but reboot is needed!/, end: ONE_LINE, weight: 'fail', consequence: true },
  { name: 'exited-atomic', id: 'guest.atomic', start: /^(?:note: )?(\S+)\[\d+\] exited with (?:preempt_count \d+|irqs disabled)/, title: '$1 ended inside an atomic section', end: ONE_LINE, weight: 'fail', consequence: true },
]
