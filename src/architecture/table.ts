import { EM_386, EM_AARCH64, EM_ARM, EM_X86_64 } from '../elf/identity.js'
import type { MachineType } from '../model/scenario.js'
import type { Architecture, ArchitectureName, MachineRow } from './architecture.js'

const POWER_OFF = 'poweroff -f; sleep 2; reboot -f'

/** Everything that differs between architectures, one row for each. */
export const ARCHITECTURES: Readonly<Record<ArchitectureName, Architecture>> = {
  amd64: {
    name: 'amd64',
    suffixes: [],
    node: 'x64',
    uname: 'x86_64',
    kernelArch: 'x86',
    srcarch: 'x86',
    // The bzImage's payload is the stripped vmlinux.
    images: ['arch/x86/boot/bzImage', 'vmlinux'],
    vmlinuz: 'bzImage',
    unneeded: ['arch/[!x]*/*.[chS]', 'arch/[!x]*/*.dts*'],
    elf: { machine: EM_X86_64, programs: [EM_X86_64, EM_386] },
    crossPrefix: 'x86_64-linux-gnu-',
    crossPackages: 'x86-64-linux-gnu',
    crossLibrary: 'libc6-dev-amd64-cross',
    makeVariables: [],
    prepareVariables: [],
    qemu: {
      program: 'qemu-system-x86_64',
      package: 'qemu-system-x86',
      elsewhere: 'Fedora: dnf install qemu-system-x86-core; Arch: pacman -S qemu-system-x86',
      // la57 is emulated slowly and five-level page tables change nothing for a module.
      cpu: { kvm: 'host', tcg: 'max,la57=off' },
      // On a busy machine the kernel would find that an emulated timer ticks too slowly, and panic ("IO-APIC + timer doesn't work").
      parameters: ['no_timer_check', 'console=ttyS0', 'tsc=reliable', 'i8042.noaux'],
      reserve: (bytes, address) => `memmap=0x${bytes.toString(16)}$0x${address.toString(16)}`,
    },
    machines: {
      // How fast the timer of the APIC runs takes a tenth of a second to find out; one processor does as well with the HPET (arch/x86/kernel/apic/apic.c).
      q35: { machine: 'q35', results: ['-serial', 'chardev:results'], port: 'ttyS1', parameters: [], emulatedAlone: ['nolapic_timer'], ending: POWER_OFF, pci: true },
      // It brings one serial port; the second is put on its ISA bus where PCs have COM2 (hw/i386/microvm.c). With its reduced ACPI the kernel finds no
      // clock to calibrate the TSC by under TCG, and stands still; without ACPI nothing can be powered off, so such a guest ends by a triple fault.
      microvm: { machine: 'microvm,rtc=on,acpi=off', results: ['-device', 'isa-serial,index=1,chardev=results'], port: 'ttyS1', parameters: ['reboot=t'], ending: 'reboot -f', pci: false },
    },
    debugger: { architecture: 'i386:x86-64', firstArgument: '$rdi' },
    autopsy: true,
  },
  arm64: {
    name: 'arm64',
    suffixes: ['16k'],
    node: 'arm64',
    uname: 'aarch64',
    kernelArch: 'arm64',
    srcarch: 'arm64',
    images: ['arch/arm64/boot/Image', 'arch/arm64/boot/Image.gz'],
    vmlinuz: 'Image',
    // Some of its headers include those of arch/arm.
    unneeded: ['arch/[!a]*/*.[chS]', 'arch/a[!r]*/*.[chS]', 'arch/arc/*.[chS]', 'arch/arm/*.[cS]', 'arch/*/*.dts*'],
    elf: { machine: EM_AARCH64, programs: [EM_AARCH64, EM_ARM] },
    crossPrefix: 'aarch64-linux-gnu-',
    crossPackages: 'aarch64-linux-gnu',
    crossLibrary: 'libc6-dev-arm64-cross',
    // COMPAT_VDSO depends on it (arch/arm64/Kconfig); nothing of that name is called, see below.
    makeVariables: ['CROSS_COMPILE_COMPAT=arm-linux-gnueabihf-'],
    // The vDSO for 32-bit programs is compiled by `prepare` (arch/arm64/Makefile, vdso_prepare), with a compiler for 32-bit ARM.
    prepareVariables: ['CONFIG_COMPAT_VDSO='],
    qemu: {
      program: 'qemu-system-aarch64',
      package: 'qemu-system-arm',
      elsewhere: 'Fedora: dnf install qemu-system-aarch64-core; Arch: pacman -S qemu-system-aarch64',
      // The pointer authentication of the architecture's own cipher is emulated slowly; any other cipher does for a kernel.
      cpu: { kvm: 'host', tcg: 'max,pauth-impdef=on' },
      parameters: ['console=ttyAMA0'],
    },
    machines: {
      // It has one serial port, a PL011. A 16550 on PCI is the second: SERIAL_8250_PCI is built into all flavours, virtio-console is a module up to 6.1.
      virt: { machine: 'virt,gic-version=max', results: ['-device', 'pci-serial,chardev=results'], port: 'ttyS0', parameters: [], ending: POWER_OFF, pci: true },
    },
    debugger: { architecture: 'aarch64', firstArgument: '$x0' },
    autopsy: false,
  },
}

const ROWS = Object.values(ARCHITECTURES)

/** The row of Debian's name; undefined when that architecture's kernels are not known. */
export function architectureNamed(name: string): Architecture | undefined {
  return ROWS.find((row) => row.name === name)
}

/** The architecture whose modules have this e_machine; undefined for others. */
export function architectureOfMachine(machine: number): Architecture | undefined {
  return ROWS.find(({ elf }) => elf.machine === machine)
}

/** The architecture of the machine that this runs on; undefined where no kernel that is known could run. `node` is node's name of it. */
export function nativeArchitecture(node: string = process.arch): Architecture | undefined {
  return ROWS.find((row) => row.node === node)
}

/** The architecture that a compiler of another one is needed for; undefined where the machine's own compiler does. */
export function crossFor(architecture: Architecture, native = nativeArchitecture()): Architecture | undefined {
  return architecture === native ? undefined : architecture
}

/** The architecture that a flavour names: that of `amd64`, `cloud-amd64`, `arm64-16k`. undefined when it names none that is known. */
export function architectureOfFlavour(flavour: string): Architecture | undefined {
  const words = flavour.split('-')
  return ROWS.find(({ name }) => words.includes(name))
}

/**
 * The architecture of a kernel of packages, by its flavour.
 * @throws Error for one of another architecture: such kernels are never chosen
 */
export function architectureOf({ flavour }: { readonly flavour: string }): Architecture {
  const found = architectureOfFlavour(flavour)
  if (found === undefined) throw new Error(`flavour ${flavour} names no architecture`)
  return found
}

/** The architecture that has this machine, and how QEMU emulates it there. */
export function machineNamed(type: MachineType): { readonly architecture: Architecture; readonly row: MachineRow } {
  for (const architecture of ROWS) {
    const row = architecture.machines[type]
    if (row !== undefined) return { architecture, row }
  }
  throw new Error(`no architecture has the machine ${type}`)
}

/** The machines of an architecture, the usual one first. */
export function machinesOf({ machines }: Architecture): readonly MachineType[] {
  return Object.keys(machines) as MachineType[]
}
