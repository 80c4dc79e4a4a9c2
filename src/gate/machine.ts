import { architectureOf, machinesOf } from '../architecture/table.js'
import { UsageError } from '../model/errors.js'
import type { KernelTarget } from '../model/kernel.js'
import type { MachineType } from '../model/scenario.js'

/** The machine for a kernel. @throws UsageError (`machine`) when its architecture has no such machine */
export function machineFor(target: Pick<KernelTarget, 'release' | 'flavour'>, wanted: 'auto' | MachineType): MachineType {
  const architecture = architectureOf(target)
  const machines = machinesOf(architecture)
  const machine = wanted === 'auto' ? machines[0] : machines.find((name) => name === wanted)
  if (machine === undefined) throw new UsageError('machine', wanted, `Allowed for ${target.release}, a kernel of ${architecture.name}, is ${machines.join(' or ')}.`)
  return machine
}
