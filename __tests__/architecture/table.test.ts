import { expect, test } from '@jest/globals'
import { ARCHITECTURES, architectureNamed, architectureOf, architectureOfFlavour, machineNamed, machinesOf, nativeArchitecture } from '../../src/architecture/table.js'
import type { MachineType } from '../../src/model/scenario.js'

const ALL = Object.values(ARCHITECTURES)

test.each([
  ['amd64', 'amd64'],
  ['cloud-amd64', 'amd64'],
  ['rt-amd64', 'amd64'],
  ['arm64', 'arm64'],
  ['cloud-arm64', 'arm64'],
  ['arm64-16k', 'arm64'],
  ['686-pae', undefined],
  ['armmp', undefined],
] as const)('flavour %s is of %s', (flavour, expected) => {
  expect(architectureOfFlavour(flavour)?.name).toBe(expected)
  if (expected === undefined) expect(() => architectureOf({ flavour })).toThrow(flavour)
  else expect(architectureOf({ flavour }).name).toBe(expected)
})

test('each row is found by its own names', () => {
  for (const row of ALL) {
    expect(architectureNamed(row.name)).toBe(row)
    expect(nativeArchitecture(row.node)).toBe(row)
  }
  expect(architectureNamed('riscv64')).toBeUndefined()
  expect(nativeArchitecture('riscv64')).toBeUndefined()
})

test('a machine belongs to one architecture', () => {
  expect(machinesOf(ARCHITECTURES.amd64)).toEqual(['q35', 'microvm'])
  expect(machinesOf(ARCHITECTURES.arm64)).toEqual(['virt'])
  for (const type of ['q35', 'microvm', 'virt'] satisfies MachineType[]) expect(ALL.filter(({ machines }) => machines[type] !== undefined)).toEqual([machineNamed(type).architecture])
})

test('no two rows share what tells them apart', () => {
  for (const key of ['node', 'uname', 'srcarch', 'crossPrefix', 'crossPackages'] as const) expect(new Set(ALL.map((row) => row[key])).size).toBe(ALL.length)
  expect(new Set(ALL.map(({ qemu }) => qemu.program)).size).toBe(ALL.length)
})
