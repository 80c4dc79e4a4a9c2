import type { LogAllowance } from './allow.js'
import type { MachineType } from '../model/scenario.js'
import type { SourceRoot } from './source-lines.js'

/** A module's file. */
export interface ModuleFile {
  /** The kernel's name. */
  readonly name: string
  /** Uncompressed. */
  readonly data: Buffer
}

/** A file for the test. */
export interface TestFile {
  /** In the guest; relative to TEST_DIR unless absolute. */
  readonly path: string
  readonly data: Buffer
  /** Permission bits. */
  readonly mode: number
}

/** The machine that a guest is, and its kernel: all that is known before a module is built. */
export interface GuestMachine {
  /** Kernel release that must come up. */
  readonly release: string
  readonly vmlinuz: string
  readonly vmlinux?: string
  readonly boot: 'auto' | 'kvm' | 'tcg'
  /** Seconds from power-on until the guest must have ended; the time in which it waits for its modules does not count. */
  readonly bootTimeout: number
  /** MiB. */
  readonly memory: number
  readonly cpus: number
  readonly workDir: string
  /** Where the whole console goes. */
  readonly consoleFile: string
  /** What QEMU's -device takes; see deviceArgs() for the backends that they can name. */
  readonly devices?: readonly string[]
  /** A static busybox of the guest's architecture; absent for the machine's own. */
  readonly busybox?: string
  /** q35 when absent. */
  readonly machine?: MachineType
  readonly kernelArgs?: readonly string[]
  /** QEMU's user network; off when absent. */
  readonly network?: boolean
}

/** What a guest is asked to do, and with what. */
export interface GuestPlan extends GuestMachine {
  /** The kernel's own modules, in load order, uncompressed: what the user's modules and those of `preload` depend on, and the latter. */
  readonly dependencies: readonly ModuleFile[]
  readonly modules: readonly (ModuleFile & { readonly depends: readonly string[] })[]

  /** Parameters of the user's modules by name, each one string in the kernel's syntax. */
  readonly parameters?: ReadonlyMap<string, string>
  /** Modules of the kernel's own that are loaded first; their files are among `dependencies` unless they are built in. */
  readonly preload?: readonly { readonly name: string; readonly parameters: string }[]
  /** Shell text, or a script that begins with `#!`; run in TEST_DIR after each load. */
  readonly test?: { readonly script: string; readonly seconds: number }
  readonly testFiles?: readonly TestFile[]
  /** The kernel's own modules that the test may load itself, with what they depend on. */
  readonly spare?: readonly ModuleFile[]
  /** Directory of the kernel's own modules, for its lists of what is built in. */
  readonly modulesDir?: string
  /** How often the modules are loaded, tested and unloaded; 1 when absent. */
  readonly reloads?: number
  /** Whether a device must be bound to a driver of the user's modules. */
  readonly expectBound?: boolean
  readonly allow?: readonly LogAllowance[]
  /** How often the guest is booted again after an `error`, never after a `fail`; 0 when absent. */
  readonly retries?: number
  /** An initramfs that was made before (cpio, not compressed); only its nonce is made anew. Without it one is made of all the files above. */
  readonly initramfs?: Buffer
  /** Where the sources were built, so that places can be named as in the user's repository. */
  readonly sources?: SourceRoot
  /** Ends the guest when nobody wants to know any more. */
  readonly abandoned?: AbortSignal
}
