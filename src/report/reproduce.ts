import type { KernelSpec, ModuleSource, Request } from '../model/request.js'
import type { ScenarioRequest } from '../model/scenario.js'
import { AGAINST, INPUTS } from '../request/inputs.js'
import { kernelText } from '../request/kernel-spec.js'
import { shellQuote } from '../text/shell.js'

/** Which kernel, as arguments; a release of another suite is only found there. */
function kernelArgs(spec: KernelSpec, release: string | undefined): string[] {
  if (spec.kind === 'own') {
    const { tree, image, modules } = spec
    return [`--${INPUTS.kernelTree.name}`, tree, ...(image === undefined ? [] : [`--${INPUTS.kernelImage.name}`, image]), ...(modules === undefined ? [] : [`--${INPUTS.kernelModules.name}`, modules])]
  }
  if (spec.kind === 'directory') return [`--${INPUTS.kernel.name}`, spec.directory]
  const word = release === undefined ? kernelText(spec) : spec.suite === undefined ? release : `${spec.suite}/${release}`
  return word === INPUTS.kernel.default ? [] : [`--${INPUTS.kernel.name}`, word]
}

/** `./` keeps a directory whose name begins with a dash from being read as an input. */
function positional(path: string): string {
  return path.startsWith('-') ? `./${path}` : path
}

/** Everything about the guest that is not as usual; the test as its text, since its file may be elsewhere. */
function scenarioArgs(scenario: ScenarioRequest): string[] {
  const loads = (name: string, lines: ScenarioRequest['load']): string[] => lines.flatMap(({ module, parameters }) => [`--${name}`, `${module} ${parameters}`.trim()])
  const single: readonly (readonly [string, string, string])[] = [
    [INPUTS.testTimeout.name, String(scenario.testTimeout), INPUTS.testTimeout.default],
    [INPUTS.reloads.name, String(scenario.reloads), INPUTS.reloads.default],
    [INPUTS.expectBound.name, String(scenario.expectBound), INPUTS.expectBound.default],
    [INPUTS.machine.name, scenario.machine, INPUTS.machine.default],
    [INPUTS.kernelArgs.name, scenario.kernelArgs.map(shellQuote).join(' '), INPUTS.kernelArgs.default],
    [INPUTS.network.name, String(scenario.network), INPUTS.network.default],
    [INPUTS.retries.name, String(scenario.retries), INPUTS.retries.default],
  ]
  return [
    ...loads(INPUTS.load.name, scenario.load),
    ...loads(INPUTS.preload.name, scenario.preload),
    ...(scenario.test === undefined ? [] : [`--${INPUTS.test.name}`, scenario.test]),
    ...scenario.testFiles.flatMap(({ source }) => [`--${INPUTS.testFiles.name}`, source]),
    ...scenario.devices.flatMap((device) => [`--${INPUTS.devices.name}`, device]),
    ...scenario.allowLog.flatMap(({ expires, pattern, reason }) => [`--${INPUTS.allowLog.name}`, `${expires} /${pattern}/ ${reason}`]),
    ...single.flatMap(([name, value, usual]) => (value === usual ? [] : [`--${name}`, value])),
  ]
}

function subject(module: ModuleSource): string[] {
  if (module.kind === 'in-tree') return [`--${INPUTS.inTree.name}`, module.path]
  return module.kind === 'prebuilt' ? module.files.flatMap((file) => [`--${INPUTS.modules.name}`, file]) : [positional(module.path)]
}

/**
 * Arguments of `kmod-gate` that ask for the same again, from the root of the repository. Where the kernel is known it is named exactly,
 * since tomorrow's default may be another. What belongs to the machine (jobs, directories) is left out.
 */
export function reproduceArgs(request: Request, release?: string): readonly string[] {
  const { module } = request
  if (request.kernel.kind === 'directory' && module.kind === 'prebuilt') {
    return ['abi', ...module.files.map(positional), `--${AGAINST.name}`, request.kernel.directory, ...(request.abi === INPUTS.abi.default ? [] : [`--${INPUTS.abi.name}`, request.abi])]
  }
  const single: readonly (readonly [string, string, string])[] = [
    [INPUTS.makeArgs.name, request.makeArgs.map(shellQuote).join(' '), INPUTS.makeArgs.default],
    [INPUTS.dkms.name, request.dkms, INPUTS.dkms.default],
    [INPUTS.install.name, String(request.install), INPUTS.install.default],
    [INPUTS.abi.name, request.abi, INPUTS.abi.default],
    [INPUTS.boot.name, request.boot, INPUTS.boot.default],
    [INPUTS.bootTimeout.name, String(request.bootTimeout), INPUTS.bootTimeout.default],
    [INPUTS.memory.name, String(request.memory), INPUTS.memory.default],
    [INPUTS.autopsy.name, request.autopsy, INPUTS.autopsy.default],
    [INPUTS.bundle.name, request.bundle, INPUTS.bundle.default],
    [INPUTS.snapshotUrl.name, request.snapshotUrl ?? '', INPUTS.snapshotUrl.default],
    [INPUTS.cache.name, String(request.cache), INPUTS.cache.default],
    [INPUTS.cpus.name, String(request.cpus), INPUTS.cpus.default],
  ]
  return [
    'check',
    ...subject(module),
    ...request.options.flatMap(({ symbol, value }) => [`--${INPUTS.options.name}`, `CONFIG_${symbol}=${value}`]),
    ...request.allowances.flatMap(({ symbol, reason }) => [`--${INPUTS.allowances.name}`, `${symbol}: ${reason}`]),
    ...scenarioArgs(request.scenario),
    ...kernelArgs(request.kernel, release),
    ...single.flatMap(([name, value, usual]) => (value === usual ? [] : [`--${name}`, value])),
  ]
}

/** The line for a shell that does the same locally. */
export function reproduceLine(request: Request, release?: string): string {
  return ['kmod-gate', ...reproduceArgs(request, release)].map(shellQuote).join(' ')
}
