import type { Input } from '../request/input.js'
import { integer, oneOf, optional, text } from '../request/values.js'

function input<T>(row: Omit<Input<T>, 'many'>): Input<T> {
  return { many: false, ...row }
}

/** Every input of the action `boot`; the command line has the same. */
export const BOOT_INPUTS = {
  bundle: input({ name: 'bundle', description: 'Folder `bundle/` that the first half left (boot: off, bundle: always), or the output directory around it.', default: 'kmod-gate-out', placeholder: 'DIR', parse: text }),
  boot: input({ name: 'boot', description: 'How it is booted: `auto` (KVM where a guest really comes up under it, else emulation), `kvm`, or `tcg` (emulation).', default: 'auto', placeholder: 'auto|kvm|tcg', parse: oneOf('auto', 'kvm', 'tcg') }),
  bootTimeout: input({ name: 'boot-timeout', description: 'Seconds that the guest may take from power-on to power-off. Empty: those of the first half.', default: '', placeholder: 'SECONDS', parse: optional(integer(5, 3600, 'seconds')) }),
  outputDir: input({ name: 'output-dir', description: 'Directory for the modules, logs and the report over both halves; made when it does not exist.', default: 'kmod-gate-booted', placeholder: 'DIR', parse: text }),
} as const
