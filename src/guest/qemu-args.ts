import type { Accelerator } from '../model/guest.js'

export interface Machine {
  readonly accelerator: Accelerator
  /** vmlinux with a PVH note, or a bzImage. */
  readonly kernel: string
  readonly initramfs: string
  /** MiB. */
  readonly memory: number
  readonly cpus: number
  /** Unix socket on which the gate listens for the guest's results. */
  readonly results: string
}

/**
 * Kernel parameters (Documentation/admin-guide/kernel-parameters.txt). panic=-1 with -no-reboot makes a panic end QEMU at once; loglevel stays
 * low until init raises it, since each line of the boot costs time on an emulated serial port.
 */
const PARAMETERS = ['console=ttyS0', 'quiet', 'panic=-1', 'nokaslr', 'rdinit=/init', 'tsc=reliable', 'i8042.noaux', 'log_buf_len=2M', 'watchdog_thresh=5', 'random.trust_cpu=on']

/** QEMU's arguments (qemu-system-x86_64(1)): two serial ports, the console on standard output and the results on a socket, and nothing else. */
export function qemuArgs(machine: Machine): string[] {
  return [
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-monitor', 'none'],
    ...['-machine', 'q35', ...ACCELERATION[machine.accelerator], '-m', String(machine.memory), '-smp', String(machine.cpus)],
    ...['-kernel', machine.kernel, '-initrd', machine.initramfs, '-append', PARAMETERS.join(' ')],
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ...['-chardev', `socket,id=results,path=${machine.results}`, '-serial', 'chardev:results'],
  ]
}

const ACCELERATION: Readonly<Record<Accelerator, readonly string[]>> = {
  kvm: ['-accel', 'kvm', '-cpu', 'host'],
  // la57 is emulated slowly and five-level page tables change nothing for a module.
  tcg: ['-accel', 'tcg', '-cpu', 'max,la57=off'],
}
