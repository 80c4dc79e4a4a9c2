import { expect, test } from '@jest/globals'
import { deviceArgs, deviceProblem, hasUsb, preloadsFor } from '../../src/guest/devices.js'
import { qemuArgs, type Machine } from '../../src/guest/qemu-args.js'

const machine: Machine = { type: 'q35', accelerator: 'tcg', kernel: '/k/vmlinux', initramfs: '/k/i', memory: 512, cpus: 2, results: '/s/results', devices: [], network: false, kernelArgs: [] }

test('the guest has two serial ports, no other devices, and ends instead of rebooting', () => {
  const args = qemuArgs(machine)
  expect(args.filter((arg) => arg === '-serial')).toHaveLength(2)
  expect(args).not.toContain('-device')
  expect(args).not.toContain('-netdev')
  expect(args).toEqual(expect.arrayContaining(['-nodefaults', '-no-reboot', 'socket,id=results,path=/s/results', '512', '2']))
})

test('TCG never touches KVM', () => {
  expect(qemuArgs(machine).join(' ')).not.toContain('kvm')
  expect(qemuArgs({ ...machine, accelerator: 'kvm' }).join(' ')).toContain('-accel kvm -cpu host')
})

test('the nonce is not on the kernel command line, and the user’s parameters come last', () => {
  const args = qemuArgs({ ...machine, kernelArgs: ['slub_debug=FZPU', 'loglevel=3'] })
  const append = args[args.indexOf('-append') + 1]
  expect(append).not.toMatch(/nonce/)
  expect(append).toMatch(/ slub_debug=FZPU loglevel=3$/)
})

test.each<[string, Partial<Machine>, boolean]>([
  ['one emulated processor has its time from the HPET', { cpus: 1 }, true],
  ['two have timers of their own', {}, false],
  ['a real one is not made slower', { cpus: 1, accelerator: 'kvm' }, false],
  ['microvm has no HPET', { cpus: 1, type: 'microvm' }, false],
])('%s', (_, more, without) => {
  expect(qemuArgs({ ...machine, ...more }).join(' ').includes(' nolapic_timer')).toBe(without)
})

test('only an emulated kernel leaves out what takes it long', () => {
  expect(qemuArgs(machine).join(' ')).toContain(' initcall_blacklist=trace_eval_init,ftrace_check_for_weak_functions ')
  expect(qemuArgs({ ...machine, accelerator: 'kvm' }).join(' ')).not.toContain('initcall_blacklist')
})

test('microvm has its second port on the ISA bus', () => {
  const args = qemuArgs({ ...machine, type: 'microvm' })
  expect(args.filter((arg) => arg === '-serial')).toHaveLength(1)
  expect(args).toContain('isa-serial,index=1,chardev=results')
})

test.each<[string, readonly string[], boolean, readonly string[]]>([
  ['a PCI device as it is', ['edu'], false, ['-device', 'edu']],
  ['a USB device brings its controller', ['usb-kbd'], false, ['-device', 'qemu-xhci', '-device', 'usb-kbd']],
  ['but not a second one', ['usb-ehci', 'usb-kbd'], false, ['-device', 'usb-ehci', '-device', 'usb-kbd']],
  ['a network card alone', ['e1000e,netdev=net0'], false, ['-netdev', 'hubport,id=net0,hubid=0', '-device', 'e1000e,netdev=net0']],
  ['a network card with a network', ['e1000e,netdev=net0'], true, ['-netdev', 'user,id=net0', '-device', 'e1000e,netdev=net0']],
  ['the network alone', [], true, ['-netdev', 'user,id=net0', '-device', 'virtio-net-pci,netdev=net0']],
  ['a disk', ['virtio-blk-pci,drive=null0'], false, ['-blockdev', 'driver=null-co,node-name=null0,size=16777216,read-zeroes=on', '-device', 'virtio-blk-pci,drive=null0']],
  ['shared memory', ['ivshmem-plain,memdev=mem0'], false, ['-object', 'memory-backend-ram,id=mem0,size=16M,share=on', '-device', 'ivshmem-plain,memdev=mem0']],
  ['a CAN controller of two channels', ['ctucan_pci,canbus0=can0,canbus1=can0'], false, ['-object', 'can-bus,id=can0', '-device', 'ctucan_pci,canbus0=can0,canbus1=can0']],
  ['a serial converter', ['usb-serial,chardev=null0'], false, ['-chardev', 'null,id=null0', '-device', 'qemu-xhci', '-device', 'usb-serial,chardev=null0']],
])('%s', (_, devices, network, expected) => {
  expect(deviceArgs(devices, network)).toEqual(expected)
})

test.each([
  [['edu'], 'q35', undefined],
  [['isa-debug-exit'], 'microvm', undefined],
  [['virtio-rng-device'], 'microvm', /microvm has no PCI bus, so virtio-rng-device/],
  [['e1000e'], 'microvm', /microvm has no PCI bus, so e1000e/],
  [['usb-kbd'], 'microvm', /microvm has no PCI bus, so usb-kbd/],
  [['virtio-net-pci,netdev=net0'], 'microvm', /virtio-net-pci/],
  [['-monitor stdio'], 'q35', /is no device/],
  [[''], 'q35', /is no device/],
] as const)('%j on %s', (devices, type, expected) => {
  const problem = deviceProblem(devices, type, false)
  if (expected === undefined) expect(problem).toBeUndefined()
  else expect(problem).toMatch(expected)
})

test('what the devices need of the kernel’s own modules', () => {
  expect(preloadsFor(['edu'], 'q35', false)).toEqual([])
  expect(preloadsFor(['usb-kbd'], 'q35', false)).toContain('xhci_pci')
  expect(preloadsFor([], 'q35', true)).toEqual(['virtio_net', 'virtio_pci'])
  expect(preloadsFor([], 'microvm', true)).toEqual([])
  expect(deviceProblem([], 'microvm', true)).toMatch(/a network card/)
  expect([hasUsb(['qemu-xhci']), hasUsb(['usb-mouse'])]).toEqual([false, true])
})

test('arm64 has its results on PCI, where every flavour has the driver built in, and no parameter of a PC', () => {
  const args = qemuArgs({ ...machine, type: 'virt', kernel: '/k/vmlinuz' })
  expect(args.join(' ')).toContain('-machine virt,gic-version=max -accel tcg -cpu ')
  expect(args.join(' ')).toContain('-device pci-serial,chardev=results')
  const append = args[args.indexOf('-append') + 1] ?? ''
  expect(append).toMatch(/\bconsole=ttyAMA0\b/)
  expect(append).not.toMatch(/tsc|i8042|ttyS0/)
})
