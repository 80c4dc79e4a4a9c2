import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bootGuest } from '../guest/boot.js'
import { preloadsFor } from '../guest/devices.js'
import type { GuestPlan, TestFile } from '../guest/plan.js'
import type { SourceRoot } from '../guest/source-lines.js'
import type { Host } from '../host/host.js'
import { dependencyClosure } from '../kernel/dependencies.js'
import type { BuiltModule } from '../model/built.js'
import { UsageError } from '../model/errors.js'
import type { Finding } from '../model/finding.js'
import type { GuestRun } from '../model/guest.js'
import type { KernelKit } from '../model/kernel.js'
import type { Request } from '../model/request.js'
import type { ScenarioRequest } from '../model/scenario.js'

export interface BootOutcome {
  readonly run: GuestRun
  readonly findings: readonly Finding[]
  readonly summary: string
}

/** Boots the target kernel with the built modules and exactly those of the kernel's own modules that they depend on, or that were asked for. */
export async function bootStage(host: Host, request: Request, kit: KernelKit, modules: readonly BuiltModule[], workDir: string, sources: SourceRoot | undefined): Promise<BootOutcome> {
  const plan = await planOf(host, request, kit, modules, workDir)
  const { run, findings } = await bootGuest(host, { ...plan, ...(sources !== undefined && { sources }) })
  await writeTests(run, request.outputDir)
  return { run, findings, summary: summarise(run, modules, request.scenario) }
}

async function planOf(host: Host, request: Request, kit: KernelKit, modules: readonly BuiltModule[], workDir: string): Promise<GuestPlan> {
  const { scenario } = request
  const own = new Set(modules.map((module) => module.name))
  for (const { module } of scenario.load) if (!own.has(module)) throw new UsageError('load', module, `Allowed are the modules that were built: ${[...own].join(', ')}. Modules of the kernel’s own go to preload.`)
  const preload = [...preloadsFor(scenario.devices, scenario.machine, scenario.network), ...scenario.preload.map(({ module }) => module)]
  const wanted = [...new Set([...preload, ...modules.flatMap((module) => module.depends)])].filter((name) => !own.has(name.replaceAll('-', '_')))
  return {
    release: kit.target.release,
    vmlinuz: kit.vmlinuz,
    ...(kit.vmlinux !== undefined && { vmlinux: kit.vmlinux }),
    dependencies: await dependencyClosure(host, kit.modulesDir, wanted),
    modules: await Promise.all(modules.map(async (module) => ({ name: module.name, depends: module.depends, data: await readFile(module.file) }))),
    boot: request.boot === 'off' ? 'tcg' : request.boot,
    bootTimeout: request.bootTimeout,
    memory: request.memory,
    cpus: request.cpus,
    workDir,
    consoleFile: join(request.outputDir, 'console.log'),
    parameters: new Map(scenario.load.map(({ module, parameters }) => [module, parameters])),
    preload: scenario.preload.map(({ module, parameters }) => ({ name: module, parameters })),
    ...(scenario.test !== undefined && { test: { script: scenario.test, seconds: scenario.testTimeout } }),
    testFiles: await Promise.all(scenario.testFiles.map(async ({ source, path }): Promise<TestFile> => ({ path, data: await readFile(source), mode: (await stat(source)).mode & 0o777 }))),
    reloads: scenario.reloads,
    devices: scenario.devices,
    machine: scenario.machine,
    kernelArgs: scenario.kernelArgs,
    expectBound: scenario.expectBound,
    network: scenario.network,
    allow: scenario.allowLog,
    retries: scenario.retries,
  }
}

/** What the tests wrote, byte by byte: the report only has it as text. */
async function writeTests(run: GuestRun, outputDir: string): Promise<void> {
  if (run.tests === undefined) return
  const dir = join(outputDir, 'tests')
  await mkdir(dir, { recursive: true })
  for (const { cycle, stdout, stderr } of run.tests) {
    await writeFile(join(dir, `${cycle}.stdout`), stdout)
    await writeFile(join(dir, `${cycle}.stderr`), stderr)
  }
}

function summarise(run: GuestRun, modules: readonly BuiltModule[], { reloads }: ScenarioRequest): string {
  const done = (kind: 'load' | 'unload'): number => run.steps.filter((step) => step.own && step.outcome === 'ok' && step.kind === kind).length
  const all = modules.length * reloads
  const tests = run.tests === undefined ? '' : `, ${run.tests.filter(({ outcome }) => outcome === 'ok').length} of ${reloads} tests passed`
  const bound = run.bound === undefined || run.bound.length === 0 ? '' : `, bound to ${[...new Set(run.bound.map(({ device, driver }) => `${device} (${driver})`))].join(', ')}`
  return `${run.accelerator.toUpperCase()}, ${run.entry}: ${done('load')} of ${all} loads, ${done('unload')} unloads${tests}${bound}. ${run.acceleratorReason}`
}
