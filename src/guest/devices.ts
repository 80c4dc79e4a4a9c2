import { machineNamed } from '../architecture/table.js'
import type { MachineType } from '../model/scenario.js'

const USB_CONTROLLER = /^(?:qemu-xhci|nec-usb-xhci|usb-ehci|ich9-usb-|piix[34]-usb-uhci|pci-ohci)/

/**
 * Backends that a device may name, made only when one does: a network without peers (or QEMU's user network), a disk that reads as zeroes,
 * a character device that swallows everything, memory to share, and a CAN bus (qemu-system-x86_64(1), "Object creation"; QEMU's docs/system/devices/can.rst).
 */
const BACKENDS: readonly { readonly use: RegExp; readonly args: (network: boolean) => readonly string[] }[] = [
  { use: /\bnetdev=net0\b/, args: (network) => ['-netdev', network ? 'user,id=net0' : 'hubport,id=net0,hubid=0'] },
  { use: /\bdrive=null0\b/, args: () => ['-blockdev', 'driver=null-co,node-name=null0,size=16777216,read-zeroes=on'] },
  { use: /\bchardev=null0\b/, args: () => ['-chardev', 'null,id=null0'] },
  { use: /\bmemdev=mem0\b/, args: () => ['-object', 'memory-backend-ram,id=mem0,size=16M,share=on'] },
  { use: /\bcanbus\d*=can0\b/, args: () => ['-object', 'can-bus,id=can0'] },
]

const driverOf = (device: string): string => device.split(',')[0] ?? ''
const isUsb = (device: string): boolean => /^(?:usb|u2f|ccid)-/.test(driverOf(device)) && !USB_CONTROLLER.test(driverOf(device))

/**
 * What forbids these devices on this machine, as one sentence with the way out; undefined when nothing does. microvm could have virtio-mmio devices, but
 * without ACPI (see qemu-args.ts) a kernel finds them only with CONFIG_VIRTIO_MMIO_CMDLINE_DEVICES, which Debian's have not.
 */
export function deviceProblem(devices: readonly string[], machine: MachineType, network: boolean): string | undefined {
  const empty = devices.find((device) => !/^[\w.-]+(?:,|$)/.test(device))
  if (empty !== undefined) return `"${empty}" is no device: it begins with the name of one, as QEMU's -device takes it.`
  if (machineNamed(machine).row.pci) return undefined
  const [refused] = [...devices.map(driverOf).filter((driver) => !driver.startsWith('isa-')), ...(network ? ['a network card'] : [])]
  return refused === undefined ? undefined : `${machine} has no PCI bus, so ${refused} cannot be attached: use machine q35.`
}

/** QEMU's arguments for the user's devices, the backends that they name, a USB controller for USB devices, and the network. */
export function deviceArgs(devices: readonly string[], network: boolean): string[] {
  const wanted = [
    ...(devices.some(isUsb) && !devices.some((device) => USB_CONTROLLER.test(driverOf(device))) ? ['qemu-xhci'] : []),
    ...devices,
    ...(network && !devices.some((device) => /\bnetdev=net0\b/.test(device)) ? ['virtio-net-pci,netdev=net0'] : []),
  ]
  return [
    ...BACKENDS.filter(({ use }) => wanted.some((device) => use.test(device))).flatMap(({ args }) => args(network)),
    ...wanted.flatMap((device) => ['-device', device]),
  ]
}

/** Modules of the kernel's own that must be there before such devices can be seen; those that are built in are not missed. */
export function preloadsFor(devices: readonly string[], machine: MachineType, network: boolean): string[] {
  if (!machineNamed(machine).row.pci) return []
  return [...(hasUsb(devices) ? ['xhci_pci', 'usbcore'] : []), ...(network ? ['virtio_net'] : []), ...(network || devices.some((device) => device.startsWith('virtio-')) ? ['virtio_pci'] : [])]
}

export function hasUsb(devices: readonly string[]): boolean {
  return devices.some(isUsb)
}
