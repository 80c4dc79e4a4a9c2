/** A tool of which Kconfig asks the abilities, and the symbols that hold the answers. */
export interface ConfigCause {
  /** For people. */
  readonly tool: string
  readonly package: string
  /** The symbol that states the tool's version; the tool was missing where it is gone, 0 or empty. */
  readonly states: readonly string[]
  /** Symbols that follow from it, without CONFIG_. */
  readonly follows: RegExp
}

/**
 * What a difference between two .config files says of the tools that were there, where no Kconfig tree can be asked: names of symbols whose
 * defaults are macros around tools (init/Kconfig, lib/Kconfig.debug, arch/Kconfig, scripts/Kconfig.include). The first that fits counts.
 */
export const CONFIG_CAUSES: readonly ConfigCause[] = [
  { tool: 'pahole', package: 'dwarves', states: ['PAHOLE_VERSION'], follows: /^(?:PAHOLE_\w+|DEBUG_INFO_BTF\w*|MODULE_ALLOW_BTF_MISMATCH|BPF_LSM|SCHED_CLASS_EXT|EXT_GROUP_SCHED|HID_BPF)$/ },
  { tool: 'rustc and bindgen', package: 'rustc, bindgen and rust-src', states: ['RUSTC_VERSION_TEXT', 'RUSTC_VERSION', 'BINDGEN_VERSION_TEXT'], follows: /^(?:RUST|RUSTC\w*|RUST_\w+|BINDGEN\w*|HAVE_RUST|\w+_RUST|\w+_RUST_\w+|DRM_NOVA|NOVA_CORE|DRM_PANIC_SCREEN_QR_CODE\w*)$/ },
  { tool: 'the linker', package: 'binutils (or lld)', states: ['LD_VERSION', 'LLD_VERSION'], follows: /^(?:LD_\w+|LLD_\w+|TOOLS_SUPPORT_RELR|ARCH_SUPPORTS_LTO_\w+|HAS_LTO_CLANG|RELR)$/ },
  { tool: 'the assembler', package: 'binutils', states: ['AS_VERSION'], follows: /^(?:AS_\w+)$/ },
  {
    tool: 'the compiler', package: 'the compiler that CONFIG_CC_VERSION_TEXT names', states: ['CC_VERSION_TEXT', 'GCC_VERSION', 'CLANG_VERSION'],
    follows: /^(?:CC_\w+|GCC\d*_\w+|CLANG_\w+|HAVE_K[CM]?[AC]?SAN_COMPILER|KCSAN\w*|KMSAN\w*|HAVE_KMSAN\w*|KASAN_SW_TAGS|INIT_STACK_\w+|GCC_PLUGIN\w*|HAVE_GCC_PLUGINS|RANDSTRUCT\w*|ZERO_CALL_USED_REGS|FORTIFY_SOURCE|CFI_\w+|LTO_\w+|SHADOW_CALL_STACK|RETHUNK|CPU_UNRET_ENTRY|SLS|MITIGATION_\w+|X86_KERNEL_IBT|CALL_PADDING|FUNCTION_ALIGNMENT\w*|FINEIBT\w*|CALL_THUNKS\w*|HAVE_CALL_THUNKS|UBSAN\w*|WERROR|FRAME_WARN|STACKPROTECTOR\w*)$/,
  },
]

/** Options with members of their own in struct module, or in locks, lists and devices that nearly every driver embeds (include/linux/module.h, mutex.h, spinlock_types.h, device.h). */
export const LAYOUT: ReadonlySet<string> = new Set([
  'DEBUG_INFO_BTF_MODULES', 'MODULE_UNLOAD', 'MODVERSIONS', 'MODULE_SIG', 'UNUSED_SYMBOLS', 'GENERIC_BUG', 'KALLSYMS', 'SMP', 'TRACEPOINTS', 'TREE_SRCU', 'BPF_EVENTS', 'JUMP_LABEL', 'TRACING', 'EVENT_TRACING', 'FTRACE_MCOUNT_RECORD', 'KPROBES', 'HAVE_STATIC_CALL_INLINE', 'KUNIT', 'LIVEPATCH', 'PRINTK_INDEX', 'CONSTRUCTORS', 'FUNCTION_ERROR_INJECTION', 'DYNAMIC_DEBUG_CORE', 'CFI_CLANG', 'MODULES_TREE_LOOKUP', 'X86_KERNEL_IBT',
  'PREEMPT', 'PREEMPT_RT', 'LOCKDEP', 'DEBUG_LOCK_ALLOC', 'DEBUG_SPINLOCK', 'DEBUG_MUTEXES', 'DEBUG_RWSEMS', 'PROVE_LOCKING', 'MUTEX_SPIN_ON_OWNER', 'RWSEM_SPIN_ON_OWNER', 'LOCK_STAT', 'RANDSTRUCT', 'GCC_PLUGIN_RANDSTRUCT', 'DEBUG_KOBJECT_RELEASE', 'PINCTRL', 'NUMA', 'PM', 'PM_SLEEP', 'NET_NS', 'KEYS', 'FS_POSIX_ACL', 'DEBUG_OBJECTS_TIMERS', 'DEBUG_OBJECTS_WORK', 'KCSAN', 'KMSAN', 'KASAN', 'STACKPROTECTOR', 'CC_HAS_ASM_GOTO_OUTPUT',
])
