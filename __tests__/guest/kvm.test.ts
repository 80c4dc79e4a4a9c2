import { expect, test } from '@jest/globals'
import { kvmFailure } from '../../src/guest/kvm.js'

test.each([
  ['', '/dev/kvm opens, but a guest showed no sign of life within 8 s'],
  ['qemu-system-x86_64: terminating on signal 15 from pid 7 (timeout)\n', '/dev/kvm opens, but a guest showed no sign of life within 8 s'],
  ['warning: x\nqemu: error: failed to set MSR 0x48f to 0x7fefff00036dfb\n', 'QEMU gave up on KVM: qemu: error: failed to set MSR 0x48f to 0x7fefff00036dfb'],
])('%j', (stderr, expected) => {
  expect(kvmFailure(stderr, 8)).toBe(expected)
})
