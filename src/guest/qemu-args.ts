import { machineNamed } from '../architecture/table.js'
import type { Accelerator } from '../model/guest.js'
import type { MachineType } from '../model/scenario.js'
import { deviceArgs } from './devices.js'
import { AREA } from './shared-memory.js'

export interface Machine {
  readonly type: MachineType
  readonly accelerator: Accelerator
  /** vmlinux with a PVH note, a bzImage, or an Image of arm64. */
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
  /** QEMU writes its process id there and has its memory in a file that may be written to from outside; AREA comes on top of `memory`, and the kernel leaves it alone. */
  readonly shared?: { readonly pidFile: string }
}

/**
 * Kernel parameters (Documentation/admin-guide/kernel-parameters.txt). panic=-1 with -no-reboot makes a panic end QEMU at once; loglevel stays
 * low until init raises it, since each line of the boot costs time on an emulated serial port. init's own marks in the log must not be rate limited.
 * A slab cache that was merged into another leaves its name in /sys/kernel/slab when it is destroyed (sysfs_slab_alias in mm/slub.c), as one that was
 * forgotten does; without merging only the latter is found there.
 * The self-tests of the kernel's own ciphers are half of a boot under emulation; init turns them on again for what is loaded later.
 */
const PARAMETERS = ['cryptomgr.notests', 'slab_nomerge', 'quiet', 'panic=-1', 'nokaslr', 'rdinit=/init', 'log_buf_len=2M', 'watchdog_thresh=5', 'random.trust_cpu=on', 'printk.devkmsg=on']

/**
 * A quarter of a boot under emulation, both for those who trace the kernel itself. In the formats of its own trace events (events/…/format in tracefs,
 * kernel/trace/trace_events.c) the values of enumerations take the place of their names. From 6.0 each of 40,000 traceable functions is looked up by its
 * address, to take weak ones that were overridden off that list (kernel/trace/ftrace.c). A module's own events and functions are seen to when it is loaded.
 */
const EMULATED = ['initcall_blacklist=trace_eval_init,ftrace_check_for_weak_functions']

/** Arguments of the QEMU that emulates such a machine: two serial ports, the console on standard output and the results on a socket, and what the user adds. */
export function qemuArgs(machine: Machine): string[] {
  const { architecture: { qemu }, row } = machineNamed(machine.type)
  const memory = machine.memory + (machine.shared === undefined ? 0 : AREA.bytes >> 20)
  const emulated = machine.accelerator === 'tcg' ? [...EMULATED, ...(machine.cpus === 1 ? (row.emulatedAlone ?? []) : [])] : []
  const shared = machine.shared === undefined ? undefined : { args: ['-object', `memory-backend-memfd,id=ram,size=${memory}M,share=on`, '-pidfile', machine.shared.pidFile], parameters: [qemu.reserve?.(AREA.bytes, AREA.address) ?? ''] }
  return [
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-monitor', 'none'],
    ...['-machine', shared === undefined ? row.machine : `${row.machine},memory-backend=ram`, '-accel', machine.accelerator, '-cpu', qemu.cpu[machine.accelerator], '-m', String(memory), '-smp', String(machine.cpus)],
    ...['-kernel', machine.kernel, '-initrd', machine.initramfs, '-append', [...qemu.parameters, ...PARAMETERS, ...row.parameters, ...emulated, ...(shared?.parameters ?? []), ...machine.kernelArgs].join(' ')],
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ...['-chardev', `socket,id=results,path=${machine.results}`, ...row.results],
    ...(shared?.args ?? []),
    ...deviceArgs(machine.devices, machine.network),
  ]
}
