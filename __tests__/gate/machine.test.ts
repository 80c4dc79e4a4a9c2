import { expect, test } from '@jest/globals'
import { machineFor } from '../../src/gate/machine.js'

test.each([
  ['amd64', 'auto', 'q35'],
  ['cloud-amd64', 'microvm', 'microvm'],
  ['arm64', 'auto', 'virt'],
  ['arm64-16k', 'virt', 'virt'],
] as const)('a kernel of flavour %s with machine %s gets %s', (flavour, wanted, machine) => {
  expect(machineFor({ release: '6.12.118+deb13-x', flavour }, wanted)).toBe(machine)
})

test.each([['amd64', 'virt', /q35 or microvm/], ['arm64', 'q35', /is virt/]] as const)('%s has no %s', (flavour, wanted, allowed) => {
  expect(() => machineFor({ release: `6.12-${flavour}`, flavour }, wanted)).toThrow(allowed)
})
