import type { Accelerator } from '../model/guest.js'
import { deviceArgs, type MachineType } from './devices.js'

export interface Machine {
  readonly type: MachineType
  readonly accelerator: Accelerator
  /** vmlinux with a PVH note, or a bzImage. */
  readonly kernel: string
  readonly initramfs: string
  /** MiB. */
  readonly memory: number
  readonly cpus: number
  /** Unix socket on which the gate listens for the guest's results. */
  readonly results: string
  /** What QEMU's -device takes, checked with deviceProblem(). */
  readonly devices: readonly string[]
  /** QEMU's user network; else the guest is alone. */
  readonly network: boolean
  /** Kernel parameters of the user, after our own so that they win. */
  readonly kernelArgs: readonly string[]
}

/**
 * Kernel parameters (Documentation/admin-guide/kernel-parameters.txt). panic=-1 with -no-reboot makes a panic end QEMU at once; loglevel stays
 * low until init raises it, since each line of the boot costs time on an emulated serial port. init's own marks in the log must not be rate limited.
 * On a busy machine the kernel would find that an emulated timer ticks too slowly, and panic ("IO-APIC + timer doesn't work").
 */
const PARAMETERS = ['no_timer_check', 'console=ttyS0', 'quiet', 'panic=-1', 'nokaslr', 'rdinit=/init', 'tsc=reliable', 'i8042.noaux', 'log_buf_len=2M', 'watchdog_thresh=5', 'random.trust_cpu=on', 'printk.devkmsg=on']

/** QEMU's arguments (qemu-system-x86_64(1)): two serial ports, the console on standard output and the results on a socket, and what the user adds. */
export function qemuArgs(machine: Machine): string[] {
  return [
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-monitor', 'none'],
    ...['-machine', MACHINES[machine.type].machine, ...ACCELERATION[machine.accelerator], '-m', String(machine.memory), '-smp', String(machine.cpus)],
    ...['-kernel', machine.kernel, '-initrd', machine.initramfs, '-append', [...PARAMETERS, ...MACHINES[machine.type].parameters, ...machine.kernelArgs].join(' ')],
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ...['-chardev', `socket,id=results,path=${machine.results}`, ...MACHINES[machine.type].results],
    ...deviceArgs(machine.devices, machine.network),
  ]
}

/**
 * microvm brings one serial port; the second is put on its ISA bus where PCs have COM2 (hw/i386/microvm.c). With its reduced ACPI the kernel finds no
 * clock to calibrate the TSC by under TCG, and stands still; without ACPI nothing can be powered off, so such a guest ends by a triple fault.
 */
const MACHINES: Readonly<Record<MachineType, { readonly machine: string; readonly results: readonly string[]; readonly parameters: readonly string[] }>> = {
  q35: { machine: 'q35', results: ['-serial', 'chardev:results'], parameters: [] },
  microvm: { machine: 'microvm,rtc=on,acpi=off', results: ['-device', 'isa-serial,index=1,chardev=results'], parameters: ['reboot=t'] },
}

const ACCELERATION: Readonly<Record<Accelerator, readonly string[]>> = {
  kvm: ['-accel', 'kvm', '-cpu', 'host'],
  // la57 is emulated slowly and five-level page tables change nothing for a module.
  tcg: ['-accel', 'tcg', '-cpu', 'max,la57=off'],
}
