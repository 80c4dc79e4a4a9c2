import type { ArchitectureName } from '../architecture/architecture.js'
import type { AbiMode } from './proof.js'
import type { ScenarioRequest } from './scenario.js'

/** What is built. */
export type Buildable =
  | {
      readonly kind: 'out-of-tree'
      /** Absolute path of the root of the user's repository (the directory itself when it is in none). */
      readonly repository: string
      /** The module's directory relative to `repository`, `.` for the root itself. */
      readonly path: string
    }
  | {
      readonly kind: 'in-tree'
      /** Directory below the root of the kernel source, such as `drivers/net/can/usb/etas_es58x`. */
      readonly path: string
    }

/** What is checked. */
export type ModuleSource =
  | Buildable
  | {
      /** Nothing is built: these files are checked as they are. */
      readonly kind: 'prebuilt'
      /** Absolute paths, maybe compressed (.xz, .zst, .gz); in a stable order, each once. */
      readonly files: readonly string[]
    }

/** Where among the distribution's packages a kernel is looked for. */
export interface KernelPlace {
  /** Name of a suite; absent for what apt is configured for, with what goes with it (backports, experimental, superseded kernels). */
  readonly suite?: string
  /** `cloud` or `rt`, without the architecture; absent for the plain flavour. */
  readonly flavour?: string
  /** Whose kernels; absent for those of the machine itself. A release says its own. */
  readonly architecture?: ArchitectureName
}

/** A kernel of the distribution's packages, as the user said it. */
export type PackagedKernel =
  /** The one that the suite's metapackage installs. */
  | (KernelPlace & { readonly kind: 'default' })
  | (KernelPlace & { readonly kind: 'release'; readonly release: string })
  /** `6.12` or `6`: the newest release of that series. */
  | (KernelPlace & { readonly kind: 'series'; readonly series: string })
  /** The release that this version of the packages holds, such as `6.1.192-2`. */
  | (KernelPlace & { readonly kind: 'version'; readonly version: string })
  /** The newest release (`rank` 1), the one before it (2), and so on; of one series where one is given. */
  | (KernelPlace & { readonly kind: 'latest'; readonly rank: number; readonly series?: string })

/** A kernel that the user built. Absolute paths. */
export interface OwnKernel {
  readonly kind: 'own'
  /** Directory of the build: the tree itself, or where `O=` pointed. */
  readonly tree: string
  /** bzImage or vmlinux; without one the tree's own is taken. */
  readonly image?: string
  /** Where `modules_install` left the kernel's modules (INSTALL_MOD_PATH, or lib/modules/RELEASE in it); without one they are those of the tree. */
  readonly modules?: string
}

/** Which kernel is checked for. */
export type KernelSpec =
  | PackagedKernel
  | OwnKernel
  /** A directory with a vmlinux or vmlinuz and a Module.symvers, instead of packages; only for the proof. Absolute path. */
  | { readonly kind: 'directory'; readonly directory: string }

/** One line of `options`, without the CONFIG_ prefix; `value` as in .config: y, m, n, a number, or a string with its quotes. */
export interface RequestedOption {
  readonly symbol: string
  readonly value: string
}

/** One line of `allow-config-delta`: a symbol (no CONFIG_ prefix) that may differ, and why. */
export interface Allowance {
  readonly symbol: string
  readonly reason: string
}

export type BootMode = 'auto' | 'kvm' | 'tcg' | 'off'

/** Everything the user asked for, checked and with defaults filled in. */
export interface Request {
  readonly module: ModuleSource
  readonly kernel: KernelSpec
  readonly options: readonly RequestedOption[]
  readonly allowances: readonly Allowance[]
  readonly makeArgs: readonly string[]
  /** Whether a dkms.conf in the module's directory says how it is built. */
  readonly dkms: 'auto' | 'off'
  readonly jobs: number
  readonly install: boolean
  /** What a gap in the proof before boot means; `off`: no proof. */
  readonly abi: AbiMode
  readonly boot: BootMode
  /** Seconds from power-on until the guest must have ended. */
  readonly bootTimeout: number
  /** MiB. */
  readonly memory: number
  readonly cpus: number
  readonly scenario: ScenarioRequest
  /** Whether a refused relocation is looked into with gdb. */
  readonly autopsy: 'auto' | 'off'
  /** When a folder is left that boots the same guest elsewhere. */
  readonly bundle: 'on-failure' | 'always' | 'never'
  /** Absolute path. */
  readonly outputDir: string
  /** Where superseded kernels are looked for; absent: where apt's configuration says. */
  readonly snapshotUrl?: string
  /** Whether what earlier runs prepared may be used; `false` does everything anew. */
  readonly cache: boolean
  /** Absolute path. */
  readonly cacheDir: string
  /** Days after which what no run used is removed from there; 0: never. */
  readonly cacheDays: number
}
