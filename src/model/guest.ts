export type Accelerator = 'kvm' | 'tcg'

/** One step in the guest, in order of execution. */
export interface GuestStep {
  readonly kind: 'load' | 'unload'
  /** Kernel's name of the module. */
  readonly module: string
  /** Whether the module is the user's (else a dependency from the kernel's own package). */
  readonly own: boolean
  readonly outcome: 'ok' | 'refused' | 'hung' | 'not-listed' | 'still-listed'
  /** Exit status of insmod or rmmod; absent when it did not return. */
  readonly status?: number
  /** What insmod or rmmod said. */
  readonly message: string
  /** Seconds in the guest. */
  readonly seconds: number
}

/** What one boot showed. The log is what the kernel said after the guest was up and before it went down. */
export interface GuestRun {
  readonly accelerator: Accelerator
  /** Why this accelerator, one sentence. */
  readonly acceleratorReason: string
  readonly entry: 'vmlinux (PVH)' | 'bzImage'
  /** Kernel release as the guest's uname says. */
  readonly release?: string
  readonly steps: readonly GuestStep[]
  /** `completed`: init went through all steps and said so on its own channel. */
  readonly end: 'completed' | 'never-up' | 'lost' | 'timeout'
  readonly log: string
  /** Whether the log could be had at all; a scan of nothing is not a clean scan. */
  readonly logSeen: boolean
  /** Last lines of the console, untrusted. */
  readonly consoleTail: string
  /** Absolute path of the whole console log. */
  readonly consoleFile: string
  /** Seconds from start of QEMU to its end. */
  readonly seconds: number
}
