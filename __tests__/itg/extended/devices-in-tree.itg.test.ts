import { beforeAll, expect, test } from '@jest/globals'
import { checkout, gateStep, preparedRoot } from '../../support/gate.js'
import { boundDrivers, weighty } from '../../support/report-file.js'
import type { StepResult } from '../../support/runner-shim.js'

let root = ''
beforeAll(async () => {
  ;({ root } = await preparedRoot('trixie'))
}, 900_000)

async function inTree(path: string, inputs: Readonly<Record<string, string>>): Promise<StepResult> {
  checkout(root)
  return gateStep(root, { 'in-tree': path, reloads: '1', 'expect-bound': 'true', ...inputs }, { timeout: 900 })
}

test('a PCI driver of the kernel’s own that Debian left off, in two modules', async () => {
  const step = await inTree('drivers/ipack', { options: 'CONFIG_IPACK_BUS=m\nCONFIG_BOARD_TPCI200=m', devices: 'tpci200', test: '[ -d /sys/bus/ipack ] && ls /sys/bus/pci/drivers/tpci200 | grep -q :' })
  expect([step.outputs['verdict'], weighty(step.report)]).toEqual(['pass', []])
  expect(step.report?.modules.map(({ name }) => name)).toEqual(['tpci200', 'ipack'])
  expect(boundDrivers(step.report)).toEqual(['tpci200 tpci200 pci'])
}, 1_000_000)

test('a USB driver of the kernel’s own, beside the one that Debian left off', async () => {
  const step = await inTree('drivers/hid/usbhid', { options: 'CONFIG_USB_MOUSE=m', devices: 'usb-mouse', test: 'ls /sys/bus/usb/drivers/usbhid | grep -q :' })
  expect([step.outputs['verdict'], weighty(step.report)]).toEqual(['pass', []])
  expect(boundDrivers(step.report)).toEqual(['usbhid usbhid usb'])
}, 1_000_000)
