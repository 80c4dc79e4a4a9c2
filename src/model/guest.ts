export type Accelerator = 'kvm' | 'tcg'

export type GuestStepOutcome =
  | 'ok'
  | 'refused'
  /** It did not return within its own deadline, or the guest went down with it; `GuestRun.end` tells which. */
  | 'hung'
  /** The gate ended the guest (boot-timeout, flooded console) before the step's own deadline was over. */
  | 'cut-short'
  | 'not-listed'
  | 'still-listed'

/** One step in the guest, in order of execution. */
export interface GuestStep {
  readonly kind: 'load' | 'unload'
  /** Kernel's name of the module. */
  readonly module: string
  /** Whether the module is the user's (else a dependency from the kernel's own package). */
  readonly own: boolean
  readonly outcome: GuestStepOutcome
  /** Exit status of insmod or rmmod; absent when it did not return. */
  readonly status?: number
  /** What insmod or rmmod said. */
  readonly message: string
  /** Seconds in the guest. */
  readonly seconds: number
  /** Which time round, from 1; absent for what is loaded once, before the baseline. */
  readonly cycle?: number
  /** Seconds that the step was given. */
  readonly deadline?: number
  /** References to the module right before it was unloaded; none of the user's modules is left that could hold one. */
  readonly references?: number
}

/** One run of the user's test. */
export interface GuestTest {
  /** From 1. */
  readonly cycle: number
  readonly outcome: 'ok' | 'failed' | 'hung' | 'cut-short'
  /** Exit status as a shell gives it: 128+n when ended by signal n. Absent when it did not return. */
  readonly status?: number
  /** Exactly what the test wrote, up to `OUTPUT_LIMIT` of src/guest/init-script.ts for each stream. */
  readonly stdout: Buffer
  readonly stderr: Buffer
  /** Bytes that the test wrote to both streams and that were left off. */
  readonly dropped: number
  /** Whether the output came back undamaged. */
  readonly whole: boolean
  /** Seconds in the guest. */
  readonly seconds: number
  readonly deadline: number
}

/** A device that a driver of one of the user's modules is bound to, as sysfs says after loading. */
export interface BoundDevice {
  readonly module: string
  readonly driver: string
  readonly bus: string
  readonly device: string
}

/** How QEMU's process ended. */
export interface QemuEnd {
  readonly status: number | null
  readonly signal: string | null
  /** Its last words, untrusted. */
  readonly stderr: string
}

/** What one boot showed. The log is what the kernel said after the baseline and before the guest went down. */
export interface GuestRun {
  readonly accelerator: Accelerator
  /** Why this accelerator, one sentence. */
  readonly acceleratorReason: string
  readonly entry: 'vmlinux (PVH)' | 'bzImage' | 'Image'
  /** Kernel release as the guest's uname says. */
  readonly release?: string
  /** Programs that init needs and the guest's busybox has not; absent when it has all. */
  readonly lacks?: readonly string[]
  readonly steps: readonly GuestStep[]
  /** The user's tests, one for each cycle that came so far; absent when none was asked for. */
  readonly tests?: readonly GuestTest[]
  /** Devices with the user's drivers, over all cycles; absent when the guest did not get as far as looking. */
  readonly bound?: readonly BoundDevice[]
  /** /proc/sys/kernel/tainted at the baseline and at the end, as far as the guest said. */
  readonly taint?: { readonly before?: number; readonly after?: number }
  /** What is there after unloading and was not at the baseline, one listing entry each (init-script.ts); absent when nobody looked. */
  readonly leftovers?: readonly string[]
  /** `completed`: init went through all steps and said so on its own channel. */
  readonly end: 'completed' | 'never-up' | 'lost' | 'timeout'
  /** Why the gate (or init, at a step's deadline) ended the guest; absent when the guest went through all steps or went down by itself. */
  readonly stopped?: 'kvm-proof' | 'step-deadline' | 'boot-timeout' | 'console-flood'
  readonly qemu?: QemuEnd
  readonly log: string
  /** Whether the log could be had at all; a scan of nothing is not a clean scan. */
  readonly logSeen: boolean
  /** Last lines of the console, untrusted. */
  readonly consoleTail: string
  /** Absolute path of the whole console log. */
  readonly consoleFile: string
  /** Seconds from start of QEMU to its end, less those in which it waited for the modules. */
  readonly seconds: number
}
