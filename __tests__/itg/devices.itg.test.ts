import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { checkout, gateStep, preparedRoot } from '../support/gate.js'
import { PROJECT } from '../support/paths.js'
import { boundDrivers, weighty } from '../support/report-file.js'
import type { StepResult } from '../support/runner-shim.js'

let root = ''
beforeAll(async () => {
  ;({ root } = await preparedRoot('trixie'))
}, 900_000)

async function outOfTree(name: string, inputs: Readonly<Record<string, string>>): Promise<StepResult> {
  checkout(root, join(PROJECT, 'examples/gallery', name), name)
  return gateStep(root, { module: name, reloads: '1', 'expect-bound': 'true', ...inputs }, { timeout: 400 })
}

test('a PCI driver of one’s own: kmod takes it out, and its device’s modalias brings it back', async () => {
  const script = 'set -e\nmodprobe --version | grep -q "^kmod version"\nmodprobe -r pci_driver\n! grep -q "^pci_driver " /proc/modules\nmodprobe "$(cat /sys/bus/pci/devices/0000:00:01.0/modalias)"\nlsmod | grep -q "^pci_driver "\nmodinfo -F description pci_driver\n[ -e /sys/bus/pci/drivers/kmod_gate_edu/0000:00:01.0 ]\n'
  const step = await outOfTree('pci-driver', { devices: 'edu', test: script })
  expect([step.outputs['verdict'], weighty(step.report), boundDrivers(step.report)]).toEqual(['pass', [], ['pci_driver kmod_gate_edu pci']])
  expect(step.report?.guest?.tests?.map(({ stdout }) => String(stdout).trim())).toEqual(['Is a driver for QEMU\'s educational PCI device'])
}, 500_000)

test('a USB driver of one’s own; the test loads a module of the kernel’s by its name, and unloads the driver for good', async () => {
  const script = 'set -e\nmodprobe dummy numdummies=2\n[ -e /sys/class/net/dummy1 ]\nmodprobe -r dummy\nls /sys/bus/usb/drivers/kmod_gate_keys | grep -q :\nrmmod usb_driver\n'
  const step = await outOfTree('usb-driver', { devices: 'usb-kbd', test: script })
  expect([step.outputs['verdict'], weighty(step.report), boundDrivers(step.report)]).toEqual(['pass', [], ['usb_driver kmod_gate_keys usb']])
}, 500_000)
