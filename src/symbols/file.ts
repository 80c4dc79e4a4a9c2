import { ET_REL, type ElfIdentity, describeIdentity } from '../elf/identity.js'
import type { ModuleFacts } from './facts.js'
import type { Problem } from './problem.js'

/** Whether a file is for the kernel's architecture at all; told of 32-bit files too, which `moduleFacts` does not read. `what` names the file. */
export function checkArchitecture(what: string, file: ElfIdentity, kernel: ElfIdentity): Problem[] {
  if (file.bits !== kernel.bits || file.bigEndian !== kernel.bigEndian || file.machine !== kernel.machine) {
    return [{
      id: 'abi.architecture',
      severity: 'fail',
      title: `${what} is a ${describeIdentity(file)} file; the kernel takes only ${describeIdentity(kernel)}`,
      remedy: 'Build the module for the kernel’s architecture (ARCH, CROSS_COMPILE).',
    }]
  }
  if (file.type === ET_REL) return []
  return [{ id: 'abi.elf', severity: 'fail', title: `${what} is no relocatable object file: its ELF type is ${file.type} instead of ${ET_REL}`, remedy: 'Give the .ko that kbuild makes.' }]
}

/** What the kernel's loader refuses about the file itself. */
export function checkFile(module: ModuleFacts): Problem[] {
  return module.faults.map((fault): Problem => ({
    id: 'abi.elf',
    severity: 'fail',
    title: `${module.name}: the file ${fault}`,
    remedy: module.hasSymbolTable ? 'Build the module with kbuild (make M=) and give the .ko as it comes.' : 'Strip modules with strip --strip-debug only.',
  }))
}
