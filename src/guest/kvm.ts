import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'

/** Why KVM is not to be had, as far as the device node tells; undefined when it may be tried. Only a guest that really came up proves it. */
export async function kvmDevice(): Promise<string | undefined> {
  if ((await stat('/dev/kvm').catch(() => undefined)) === undefined) return 'there is no /dev/kvm'
  return access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => undefined,
    () => '/dev/kvm may not be opened by this user',
  )
}

/** Why a guest under KVM that never came up did not, from QEMU's last words. */
export function kvmFailure(stderr: string, seconds: number): string {
  const words = stderr.trim().split('\n').at(-1) ?? ''
  return words === '' || /terminating on signal/.test(words) ? `/dev/kvm opens, but a guest showed no sign of life within ${seconds} s` : `QEMU gave up on KVM: ${words.replace(/\.+$/, '')}`
}
