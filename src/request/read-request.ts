import { UsageError } from '../model/errors.js'
import type { KernelSpec, ModuleSource, Request } from '../model/request.js'
import type { ScenarioRequest } from '../model/scenario.js'
import { readCacheDir, readOutputDir } from './directories.js'
import type { Input } from './input.js'
import { AGAINST, INPUTS } from './inputs.js'
import { existingDirectory, readModule } from './module-source.js'
import { readOwnKernel } from './own-kernel.js'
import { readTest, readTestFiles } from './test-script.js'
import { readPrebuilt } from './prebuilt.js'
import type { Surroundings } from './surroundings.js'

/** The value of the input of that name as the user gave it. */
export type GetInput = (name: string) => string | undefined

function given(get: GetInput, { name }: Input<unknown>): string {
  return get(name)?.trim() ?? ''
}

function read<T>(get: GetInput, row: Input<T>): T {
  const value = given(get, row)
  return row.parse(value === '' ? row.default : value, row.name)
}

async function readSource(get: GetInput, around: Surroundings): Promise<ModuleSource> {
  const inTree = read(get, INPUTS.inTree)
  const prebuilt = read(get, INPUTS.modules)
  if (inTree === undefined && prebuilt.length === 0) return readModule(read(get, INPUTS.module), around, read(get, INPUTS.dkms))
  const module = given(get, INPUTS.module)
  // The runner hands the default over too, so that it cannot be told from a given one.
  if (module !== '' && module !== INPUTS.module.default) {
    const [name, value] = inTree === undefined ? ['modules', prebuilt.join(' ')] : ['in-tree', inTree]
    throw new UsageError('module', module, `Allowed is either module or ${name}; ${name} is ${JSON.stringify(value)}.`)
  }
  if (inTree === undefined) return readPrebuilt(prebuilt, around.cwd)
  if (prebuilt.length > 0) throw new UsageError('modules', prebuilt.join(' '), `Allowed is either modules or in-tree; in-tree is ${JSON.stringify(inTree)}.`)
  return { kind: 'in-tree', path: inTree }
}

async function readScenario(get: GetInput, cwd: string): Promise<ScenarioRequest> {
  const test = read(get, INPUTS.test)
  const files = read(get, INPUTS.testFiles)
  if (test === undefined && files.length > 0) throw new UsageError(INPUTS.testFiles.name, files.join(' '), 'Allowed are files beside a test; there is none.')
  return {
    load: read(get, INPUTS.load),
    preload: read(get, INPUTS.preload),
    ...(test === undefined ? {} : { test: await readTest(test, cwd) }),
    testFiles: await readTestFiles(files, cwd),
    testTimeout: read(get, INPUTS.testTimeout),
    reloads: read(get, INPUTS.reloads),
    devices: read(get, INPUTS.devices),
    machine: read(get, INPUTS.machine),
    kernelArgs: read(get, INPUTS.kernelArgs),
    expectBound: read(get, INPUTS.expectBound),
    network: read(get, INPUTS.network),
    allowLog: read(get, INPUTS.allowLog),
    retries: read(get, INPUTS.retries),
  }
}

/** The kernel that is named by a directory instead of by its packages; undefined when none is. */
async function readKernelDirectory(get: GetInput, cwd: string): Promise<KernelSpec | undefined> {
  const [against, tree, image, modules] = [read(get, AGAINST), read(get, INPUTS.kernelTree), read(get, INPUTS.kernelImage), read(get, INPUTS.kernelModules)]
  const own = await readOwnKernel({ ...(tree !== undefined && { tree }), ...(image !== undefined && { image }), ...(modules !== undefined && { modules }) }, cwd)
  if (against !== undefined) return readAgainst(against, given(get, INPUTS.kernel), cwd)
  const kernel = given(get, INPUTS.kernel)
  // The runner hands the default over too, so that it cannot be told from a given one.
  if (own !== undefined && kernel !== '' && kernel !== INPUTS.kernel.default) throw new UsageError(INPUTS.kernel.name, kernel, `Allowed is either kernel or kernel-tree; kernel-tree is ${JSON.stringify(own.tree)}.`)
  return own
}

async function readAgainst(value: string, kernel: string, cwd: string): Promise<KernelSpec> {
  if (kernel !== '') throw new UsageError('kernel', kernel, `Allowed is either kernel or against; against is ${JSON.stringify(value)}.`)
  return { kind: 'directory', directory: await existingDirectory(AGAINST.name, value, 'the directory of a kernel', cwd) }
}

/** Inputs that say how to build would do nothing for modules that are built already; silence would hide a mistake. */
function refuseBuildInputs(get: GetInput): void {
  for (const row of [INPUTS.options, INPUTS.allowances, INPUTS.makeArgs]) {
    const value = given(get, row)
    if (value !== '') throw new UsageError(row.name, value, 'Allowed is no such input beside `modules`: nothing is built.')
  }
}

/**
 * Reads all inputs into one request, with defaults filled in.
 * Throws UsageError, which says input, value and what is allowed, for the first that cannot be used.
 */
export async function readRequest(get: GetInput, around: Surroundings): Promise<Request> {
  const values = {
    kernel: read(get, INPUTS.kernel),
    options: read(get, INPUTS.options),
    allowances: read(get, INPUTS.allowances),
    makeArgs: read(get, INPUTS.makeArgs),
    dkms: read(get, INPUTS.dkms),
    jobs: read(get, INPUTS.jobs) ?? around.processors,
    install: read(get, INPUTS.install),
    abi: read(get, INPUTS.abi),
    boot: read(get, INPUTS.boot),
    bootTimeout: read(get, INPUTS.bootTimeout),
    memory: read(get, INPUTS.memory),
    cpus: read(get, INPUTS.cpus),
    autopsy: read(get, INPUTS.autopsy),
    bundle: read(get, INPUTS.bundle),
    cache: read(get, INPUTS.cache),
    cacheDays: read(get, INPUTS.cacheDays),
  }
  const directory = await readKernelDirectory(get, around.cwd)
  const snapshotUrl = read(get, INPUTS.snapshotUrl)
  const module = await readSource(get, around)
  if (module.kind === 'prebuilt') refuseBuildInputs(get)
  return {
    module,
    ...values,
    ...(snapshotUrl === undefined ? {} : { snapshotUrl }),
    scenario: await readScenario(get, around.cwd),
    ...(directory !== undefined && { kernel: directory }),
    outputDir: await readOutputDir(read(get, INPUTS.outputDir), module, around.cwd),
    cacheDir: await readCacheDir(read(get, INPUTS.cacheDir), around),
  }
}
