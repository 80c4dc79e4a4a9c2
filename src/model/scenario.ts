/** Machine that QEMU emulates: q35 with PCI, or microvm, which has next to nothing; virt for arm64. */
export type MachineType = 'q35' | 'microvm' | 'virt'

/** A module to load, and its parameters in the kernel's syntax (`devices=2 name="a b"`). */
export interface LoadLine {
  /** The kernel's name. */
  readonly module: string
  readonly parameters: string
}

/** A file of the user's that the guest gets. */
export interface GuestFile {
  /** Absolute path here. */
  readonly source: string
  /** Path in the guest, relative to the directory of the test. */
  readonly path: string
}

/** Known noise in the kernel's log. */
export interface LogAllowanceLine {
  /** Text of a regular expression. */
  readonly pattern: string
  readonly reason: string
  /** Last day on which it counts, YYYY-MM-DD. */
  readonly expires: string
}

/** What the guest does with the modules, as the user said it. */
export interface ScenarioRequest {
  readonly load: readonly LoadLine[]
  readonly preload: readonly LoadLine[]
  /** Shell text; absent when nothing is tested. */
  readonly test?: string
  readonly testFiles: readonly GuestFile[]
  /** Seconds. */
  readonly testTimeout: number
  readonly reloads: number
  /** What QEMU's -device takes. */
  readonly devices: readonly string[]
  /** `auto`: the usual one of the kernel's architecture. */
  readonly machine: 'auto' | MachineType
  readonly kernelArgs: readonly string[]
  readonly expectBound: boolean
  readonly network: boolean
  readonly allowLog: readonly LogAllowanceLine[]
  readonly retries: number
}
