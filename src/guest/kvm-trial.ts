import type { Host } from '../host/host.js'
import { startGuest } from './guest-process.js'
import type { GuestMachine } from './plan.js'

/** Seconds in which a QEMU that cannot use KVM has said so; where it hangs instead, that is found out when the modules are there. */
const TRIAL = 2

/** What is booted for it. */
export interface TrialGuest {
  readonly initramfs: string
  readonly nonce: string
}

/**
 * Begins a guest under KVM and ends it at its first sign of life. Gives QEMU's last words where it gave up by itself, as it does where /dev/kvm opens and the
 * hypervisor above leaves out what it needs; undefined where that did not show, which proves nothing: a kernel that panics ends QEMU, too, without a complaint.
 */
export async function kvmTrial(host: Host, machine: GuestMachine, { initramfs, nonce }: TrialGuest, consoleFile: string, abandoned: AbortSignal, seconds = TRIAL): Promise<string | undefined> {
  const guest = await startGuest(host, { ...machine, consoleFile }, { initramfs, nonce, accelerator: 'kvm' })
  const state = { killed: false }
  const kill = (): void => {
    state.killed = true
    guest.kill()
  }
  const timer = setTimeout(kill, seconds * 1000)
  abandoned.addEventListener('abort', kill)
  if (abandoned.aborted) kill()
  try {
    if (await guest.until(({ release }) => release !== undefined)) kill()
    const { qemu, watch } = await guest.ended()
    return state.killed || watch.stopped() !== undefined || qemu.status === 0 || qemu.stderr.trim() === '' ? undefined : qemu.stderr
  } finally {
    clearTimeout(timer)
    abandoned.removeEventListener('abort', kill)
  }
}
