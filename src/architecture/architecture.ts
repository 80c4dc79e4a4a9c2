import type { MachineType } from '../model/scenario.js'

/** Debian's names (dpkg --print-architecture) of the architectures whose kernels are known. */
export type ArchitectureName = 'amd64' | 'arm64'

/** How QEMU emulates one of an architecture's machines, and what a guest finds there. Options are those of QEMU's manual page. */
export interface MachineRow {
  /** Value of -machine. */
  readonly machine: string
  /** Options that attach the character device `results` as the port on which the guest gives its results. It must need no module. */
  readonly results: readonly string[]
  /** The kernel's name of that port, below /dev. */
  readonly port: string
  /** Kernel parameters (Documentation/admin-guide/kernel-parameters.txt) of this machine alone. */
  readonly parameters: readonly string[]
  /** More of them for a guest whose only processor is emulated. */
  readonly emulatedAlone?: readonly string[]
  /** Shell commands that end QEMU from inside, which runs with -no-reboot. */
  readonly ending: string
  /** Whether devices can be attached. */
  readonly pci: boolean
}

/** The program that boots a kernel. */
export interface QemuRow {
  readonly program: string
  /** Debian's package of it. */
  readonly package: string
  /** The same in other distributions, for people. */
  readonly elsewhere: string
  /** Values of -cpu. */
  readonly cpu: { readonly kvm: string; readonly tcg: string }
  /** Kernel parameters: the console is the first serial port, on standard output. */
  readonly parameters: readonly string[]
  /**
   * Kernel parameter that keeps memory from the kernel, in bytes from a physical address; undefined where read(2) of /dev/mem would not give it
   * (arm64 lets only the kernel's own memory be read, valid_phys_addr_range in arch/arm64/mm/mmap.c).
   */
  readonly reserve?: (bytes: number, address: number) => string
}

/** How gdb looks at a guest. */
export interface DebuggerRow {
  /** Value of `set architecture`. */
  readonly architecture: string
  /** Register that holds a function's first argument. */
  readonly firstArgument: string
}

/** What differs between architectures, and nothing else does. */
export interface Architecture {
  readonly name: ArchitectureName
  /** Flavours that stand behind the architecture in a release; all others stand before it. */
  readonly suffixes: readonly string[]
  /** node's name (process.arch). */
  readonly node: string
  /** What `uname -m` says. */
  readonly uname: string
  /** make's ARCH= (Documentation/kbuild/kbuild.rst). */
  readonly kernelArch: string
  /** Directory below arch/, Kconfig's SRCARCH. */
  readonly srcarch: string
  /** Images below the directory of a kernel's build, the best one first. */
  readonly images: readonly string[]
  /** What Debian's vmlinuz is. Out of a bzImage the ELF file is taken; an Image is booted as it is (Documentation/arch/arm64/booting.rst). */
  readonly vmlinuz: 'bzImage' | 'Image'
  /** Directories and endings below the source's top that no build of a module for it reads, as patterns of tar(1) in which * matches slashes. */
  readonly unneeded: readonly string[]
  /** e_machine of its modules (include/uapi/linux/elf-em.h), and those of the programs that it runs. */
  readonly elf: { readonly machine: number; readonly programs: readonly number[] }
  /** Beginning of the names of compiler and binutils when another architecture compiles for this one, as in `aarch64-linux-gnu-gcc`. */
  readonly crossPrefix: string
  /** End of the names of their Debian packages, as in `gcc-14-aarch64-linux-gnu`. */
  readonly crossPackages: string
  /** Debian's package of the C library that programs for it are linked with elsewhere: Kconfig tries whether that can be done (CC_CAN_LINK). */
  readonly crossLibrary: string
  /** Further variables of every make call. Debian's kernels are configured with them (the headers' .kernelvariables), and Kconfig looks whether they are set. */
  readonly makeVariables: readonly string[]
  /**
   * Variables for `make modules_prepare` alone that leave out what modules have no use for and what would need further compilers. They win over
   * include/config/auto.conf in make only (GNU make, "Overriding Variables"); Kconfig never reads them.
   */
  readonly prepareVariables: readonly string[]
  readonly qemu: QemuRow
  /** The first one is used when none is asked for. */
  readonly machines: Readonly<Partial<Record<MachineType, MachineRow>>>
  readonly debugger: DebuggerRow
  /** Whether a refused relocation can be looked into with gdb: this architecture's kernel looks at what is there before it writes. */
  readonly autopsy: boolean
}
