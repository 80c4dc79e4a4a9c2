import { machineNamed, nativeArchitecture } from '../architecture/table.js'
import { GateError } from '../model/errors.js'
import type { Accelerator, GuestRun } from '../model/guest.js'
import { KVM_PROOF } from './guest-process.js'
import { kvmDevice, kvmFailure } from './kvm.js'
import type { GuestMachine } from './plan.js'

/** Why KVM is not used, once that is known: other boots of the same run need not find out again. */
let kvmRefusal: string | undefined

/** Why a guest is booted under TCG, in one sentence; undefined while KVM may be tried. */
export async function whyTcg(machine: Pick<GuestMachine, 'boot' | 'machine'>): Promise<string | undefined> {
  if (machine.boot === 'tcg') return 'TCG was asked for.'
  const refusal = await refusalOf(machine)
  return refusal === undefined || machine.boot === 'kvm' ? undefined : `KVM was not used: ${refusal}.`
}

async function refusalOf(machine: Pick<GuestMachine, 'machine'>): Promise<string | undefined> {
  return otherArchitecture(machine) ?? (kvmRefusal ??= await kvmDevice())
}

/** Takes note of the last words with which QEMU gave up on KVM before a boot needs to know. */
export function gaveUpOnKvm(stderr: string): void {
  kvmRefusal = kvmFailure(stderr, KVM_PROOF)
}

/** Boots with KVM where it works, and else without. @throws GateError when KVM must be used and cannot */
export async function choose(machine: Pick<GuestMachine, 'boot' | 'machine'>, attempt: (accelerator: Accelerator, reason: string) => Promise<GuestRun>): Promise<GuestRun> {
  const known = await whyTcg(machine)
  if (known !== undefined) return attempt('tcg', known)
  if ((await refusalOf(machine)) === undefined) {
    const run = await attempt('kvm', 'A guest came up under KVM.')
    if (run.end !== 'never-up') return run
    gaveUpOnKvm(run.qemu?.stderr ?? '')
  }
  if (machine.boot === 'kvm') {
    throw new GateError({ id: 'guest.kvm-unusable', stage: 'boot', severity: 'error', title: `KVM cannot be used: ${(await refusalOf(machine)) ?? ''}`, remedy: 'Give the container the device (--device /dev/kvm), or use boot: auto.' })
  }
  return attempt('tcg', (await whyTcg(machine)) ?? '')
}

/** Why KVM of this machine cannot run the plan's kernel, whatever /dev/kvm is; undefined when it is of its own architecture. */
function otherArchitecture({ machine }: Pick<GuestMachine, 'machine'>): string | undefined {
  const { architecture } = machineNamed(machine ?? 'q35')
  return architecture === nativeArchitecture() ? undefined : `the kernel is one of ${architecture.name}, and this machine is not`
}
