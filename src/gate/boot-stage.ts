import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bootGuest } from '../guest/boot.js'
import type { Host } from '../host/host.js'
import { dependencyClosure } from '../kernel/dependencies.js'
import type { BuiltModule } from '../model/built.js'
import type { Finding } from '../model/finding.js'
import type { GuestRun } from '../model/guest.js'
import type { KernelKit } from '../model/kernel.js'
import type { Request } from '../model/request.js'

export interface BootOutcome {
  readonly run: GuestRun
  readonly findings: readonly Finding[]
  readonly summary: string
}

/** Boots the target kernel with the built modules and exactly those of the kernel's own modules that they depend on. */
export async function bootStage(host: Host, request: Request, kit: KernelKit, modules: readonly BuiltModule[], workDir: string): Promise<BootOutcome> {
  const own = new Set(modules.map((module) => module.name))
  const wanted = [...new Set(modules.flatMap((module) => module.depends))].filter((name) => !own.has(name.replaceAll('-', '_')))
  const dependencies = await dependencyClosure(host, kit.modulesDir, wanted)
  const { run, findings } = await bootGuest(host, {
    release: kit.target.release,
    vmlinuz: kit.vmlinuz,
    ...(kit.vmlinux !== undefined && { vmlinux: kit.vmlinux }),
    dependencies,
    modules: await Promise.all(modules.map(async (module) => ({ name: module.name, depends: module.depends, data: await readFile(module.file) }))),
    boot: request.boot === 'off' ? 'tcg' : request.boot,
    bootTimeout: request.bootTimeout,
    memory: request.memory,
    cpus: request.cpus,
    workDir,
    consoleFile: join(request.outputDir, 'console.log'),
  })
  return { run, findings, summary: summarise(run, modules) }
}

function summarise(run: GuestRun, modules: readonly BuiltModule[]): string {
  const own = run.steps.filter((step) => step.own && step.outcome === 'ok')
  const times = (kind: 'load' | 'unload') => own.filter((step) => step.kind === kind).length
  return `${run.accelerator.toUpperCase()}, ${run.entry}: ${times('load')} of ${modules.length} loaded, ${times('unload')} unloaded. ${run.acceleratorReason}`
}
