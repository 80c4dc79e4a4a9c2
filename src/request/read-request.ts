import { UsageError } from '../model/errors.js'
import type { ModuleSource, Request } from '../model/request.js'
import { readCacheDir, readOutputDir } from './directories.js'
import type { Input } from './input.js'
import { INPUTS } from './inputs.js'
import { readModule } from './module-source.js'
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
  if (inTree === undefined) return readModule(read(get, INPUTS.module), around)
  const module = given(get, INPUTS.module)
  // The runner hands the default over too, so that it cannot be told from a given one.
  if (module !== '' && module !== INPUTS.module.default) throw new UsageError('module', module, `Allowed is either module or in-tree; in-tree is ${JSON.stringify(inTree)}.`)
  return { kind: 'in-tree', path: inTree }
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
    jobs: read(get, INPUTS.jobs) ?? around.processors,
    install: read(get, INPUTS.install),
    boot: read(get, INPUTS.boot),
    bootTimeout: read(get, INPUTS.bootTimeout),
    memory: read(get, INPUTS.memory),
    cpus: read(get, INPUTS.cpus),
  }
  const module = await readSource(get, around)
  return {
    module,
    ...values,
    outputDir: await readOutputDir(read(get, INPUTS.outputDir), module, around.cwd),
    cacheDir: await readCacheDir(read(get, INPUTS.cacheDir), around),
  }
}
