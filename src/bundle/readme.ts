import { machineNamed } from '../architecture/table.js'
import type { MachineType } from '../model/scenario.js'
import { plainOneLine } from '../text/plain.js'
import { FILES } from './qemu-args.js'

/** The bundle's README.txt. */
export function readme({ release, machine, modules, reproduce }: { readonly release: string; readonly machine: MachineType; readonly modules: readonly string[]; readonly reproduce?: string }): string {
  return `This folder boots Linux ${plainOneLine(release)} with the modules that were checked (${modules.map(plainOneLine).join(', ')}), as kmod-gate did.
It needs ${machineNamed(machine).architecture.qemu.program} and nothing else, and may be moved anywhere.

  ./run            boots, loads, tests and unloads; the console comes to the terminal, then one line for each step.
                   Status 0: all went well. 1: a step failed. 3: the guest did not come to its end.
  ./run --kvm      the same with KVM, where /dev/kvm works.
  ./run --gdb      starts stopped and waits for gdb. In another terminal, in this folder: gdb -x ${FILES.gdbScript}
                   The kernel's functions are gdb's variables (hbreak *$load_module); gdb stops when one of the modules
                   is about to be started, with the module's symbols and, where it has debug information, its source lines.

  ${FILES.kernel}            what was booted
  ${FILES.initramfs} busybox, the modules and the script that loads them
  ${FILES.modules}/          the modules again, for gdb
  ${FILES.report}       the report of the run that left this folder
${reproduce === undefined ? '' : `\nThe whole run, build and all, is repeated by:\n\n  ${plainOneLine(reproduce)}\n`}`
}
