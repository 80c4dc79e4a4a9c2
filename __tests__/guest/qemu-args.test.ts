import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { initScript } from '../../src/guest/init-script.js'
import { qemuArgs } from '../../src/guest/qemu-args.js'

const machine = { accelerator: 'tcg', kernel: '/k/vmlinux', initramfs: '/k/i', memory: 512, cpus: 2, results: '/s/results' } as const

test('the guest has two serial ports, no other devices, and ends instead of rebooting', () => {
  const args = qemuArgs(machine)
  expect(args.filter((arg) => arg === '-serial')).toHaveLength(2)
  expect(args).toEqual(expect.arrayContaining(['-nodefaults', '-no-reboot', 'socket,id=results,path=/s/results', '512', '2']))
})

test('TCG never touches KVM', () => {
  expect(qemuArgs(machine).join(' ')).not.toContain('kvm')
  expect(qemuArgs({ ...machine, accelerator: 'kvm' }).join(' ')).toContain('-accel kvm -cpu host')
})

test('the nonce is not on the kernel command line', () => {
  expect(qemuArgs(machine).join(' ')).not.toMatch(/nonce/)
})

test('init loads in order, unloads only the user’s own in reverse, and is valid shell', () => {
  const script = initScript([
    { name: 'usbcore', own: false },
    { name: 'base', own: true },
    { name: 'top', own: true },
  ])
  const calls = script.split('\n').filter((line) => /^(\[ -n "\$stop" \] \|\| load|unload) /.test(line))
  expect(calls).toEqual(['[ -n "$stop" ] || load usbcore 0', '[ -n "$stop" ] || load base 1', '[ -n "$stop" ] || load top 1', 'unload top', 'unload base'])
  expect(execFileSync('busybox', ['sh', '-n'], { input: script, encoding: 'utf8' })).toBe('')
})
