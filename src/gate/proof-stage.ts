import { proveModules } from '../abi/proof.js'
import { targetOfDirectory, targetOfKit, type ProofTarget } from '../abi/target.js'
import { realPath, type Place } from '../build/places.js'
import type { Host } from '../host/host.js'
import { dependencyClosure, type KernelModule } from '../kernel/dependencies.js'
import type { BuiltModule } from '../model/built.js'
import { GateError } from '../model/errors.js'
import { verdictOf, type Finding } from '../model/finding.js'
import type { KernelKit } from '../model/kernel.js'
import type { AbiProof } from '../model/proof.js'
import type { Report } from '../model/report.js'
import type { Request } from '../model/request.js'
import type { Outcome } from './recorder.js'

/** Where the kernel is that the modules are proven against. */
export type Against = { readonly kit: KernelKit; readonly places: readonly Place[] } | { readonly directory: string }

/** Proves that the modules fit the kernel before anything boots. */
export async function proofStage(host: Host, request: Request, config: Pick<Report, 'config'>, against: Against, modules: readonly BuiltModule[], workDir: string): Promise<Outcome<AbiProof>> {
  const target = 'kit' in against ? { ...(await targetOfKit(host, against.kit, workDir)), locate: (path: string) => realPath(path, against.places) } : await targetOfDirectory(host, against.directory, workDir)
  const { dependencies, promised, missing } = await loadedBefore(host, target, modules)
  // Those that an allowance covers are among them: allowed or not, they shape the module.
  const deltas = config.config?.deltas ?? []
  const { proof, findings } = await proveModules(host, { target, modules, dependencies, promised, deltas, mode: request.abi, workDir })
  const told = [...missing, ...findings].map((finding): Finding => ({ ...finding, stage: 'proof' }))
  return { value: proof, findings: told, summary: summarise(proof, told) }
}

interface LoadedBefore {
  readonly dependencies: readonly KernelModule[]
  /** Names of dependencies whose files are not at hand: modprobe will load them by the module's own word. */
  readonly promised: readonly string[]
  readonly missing: readonly Omit<Finding, 'stage'>[]
}

/** The kernel's modules that these depend on. A dependency that the kernel does not have is the module's fault. */
async function loadedBefore(host: Host, target: ProofTarget, modules: readonly BuiltModule[]): Promise<LoadedBefore> {
  const own = new Set(modules.map(({ name }) => name))
  const wanted = [...new Set(modules.flatMap(({ depends }) => depends))].filter((name) => !own.has(name.replaceAll('-', '_')))
  if (target.modulesDir === undefined || wanted.length === 0) return { dependencies: [], promised: wanted.map((name) => name.replaceAll('-', '_')), missing: [] }
  try {
    return { dependencies: await dependencyClosure(host, target.modulesDir, wanted), promised: [], missing: [] }
  } catch (error) {
    if (!(error instanceof GateError) || error.finding.id !== 'kernel.dependency-missing') throw error
    // The user's own tree may have been configured for more than was built in it, or built elsewhere: that is no fault of the module.
    const known = target.own === true && wanted.every((name) => isExporter(target.symvers ?? '', name))
    return { dependencies: [], promised: [], missing: [{ ...error.finding, id: 'abi.dependency-missing', severity: known ? 'error' : 'fail', ...(known && { remedy: 'Build the kernel’s modules (make modules), or say with kernel-modules where they were installed.' }) }] }
  }
}

/** Whether Module.symvers says that a module of that name exports something (fields: CRC, symbol, path of the module, …; Documentation/kbuild/modules.rst). */
function isExporter(symvers: string, name: string): boolean {
  return symvers.split('\n').some((line) => line.split('\t')[2]?.split('/').at(-1)?.replaceAll('-', '_') === name.replaceAll('-', '_'))
}

function summarise({ modules }: AbiProof, findings: readonly Finding[]): string {
  const sum = (pick: (module: AbiProof['modules'][number]) => number): number => modules.reduce((total, module) => total + pick(module), 0)
  const compared = sum(({ types }) => types.compared)
  const parts = [
    `${sum(({ types }) => types.identical)} of ${compared} shared types identical`,
    `${sum(({ symbols }) => symbols.provided)} of ${sum(({ symbols }) => symbols.imported)} symbols provided`,
    ...(sum(({ symbols }) => symbols.crcs) === 0 ? [] : [`${sum(({ symbols }) => symbols.crcsEqual)} of ${sum(({ symbols }) => symbols.crcs)} CRCs equal`]),
    ...(sum(({ signatures }) => signatures.compared) === 0 ? [] : [`${sum(({ signatures }) => signatures.identical)} of ${sum(({ signatures }) => signatures.compared)} prototypes equal`]),
  ]
  const gaps = findings.filter(({ id, severity }) => id === 'abi.gap' && severity !== 'note').length
  const verdict = verdictOf(findings) === 'pass' ? [] : [`${findings.filter(({ severity }) => severity === 'fail' || severity === 'error').length} findings`]
  return [...parts, ...(gaps === 0 ? [] : [`${gaps} ${gaps === 1 ? 'gap' : 'gaps'}`]), ...verdict].join(', ')
}
