import type { Architecture } from '../architecture/architecture.js'
import { ElfError } from '../elf/elf.js'
import { type ElfIdentity, identifyElf, machineName } from '../elf/identity.js'
import { GateError } from '../model/errors.js'
import type { TestFile } from './plan.js'

/** e_type of programs and libraries (System V gABI, chapter 4, "ELF Header"). */
const RUNNABLE = [2, 3]

/** @throws GateError `guest.other-architecture` for a program that a guest of this architecture cannot run. Files that are not executable are data. */
export function checkProgram({ path, data, mode }: TestFile, { name, elf }: Architecture): void {
  const identity = (mode & 0o111) === 0 ? undefined : identityOf(data)
  if (identity === undefined || !RUNNABLE.includes(identity.type) || elf.programs.includes(identity.machine)) return
  throw new GateError({
    id: 'guest.other-architecture',
    stage: 'boot',
    severity: 'error',
    title: `${path}, which the test takes along, is a program for ${machineName(identity.machine)}, and the guest is ${name}`,
    remedy: `Compile it for ${name}, linked statically, or write the test as a script: busybox is there.`,
  })
}

function identityOf(data: Buffer): ElfIdentity | undefined {
  try {
    return identifyElf(data)
  } catch (error) {
    if (error instanceof ElfError) return undefined
    throw error
  }
}
