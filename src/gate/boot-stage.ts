import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeBundle } from '../bundle/bundle.js'
import { autopsy } from '../diagnosis/autopsy/autopsy.js'
import type { AutopsyModule } from '../diagnosis/autopsy/guest-files.js'
import type { AutopsyReport } from '../diagnosis/autopsy/report.js'
import { diagnose } from '../diagnosis/diagnose.js'
import type { Diagnosis } from '../diagnosis/diagnosis.js'
import { bootGuest, packGuest } from '../guest/boot.js'
import { preloadsFor } from '../guest/devices.js'
import { beginEarly, type EarlyGuest } from '../guest/early-guest.js'
import { machineOf } from '../guest/guest-process.js'
import { loadOrder } from '../guest/load-order.js'
import { modprobeNames } from '../guest/kmod.js'
import type { GuestMachine, GuestPlan, ModuleFile, TestFile } from '../guest/plan.js'
import { qemuArgs } from '../guest/qemu-args.js'
import type { SourceRoot } from '../guest/source-lines.js'
import type { Host } from '../host/host.js'
import { dependencyClosure, type KernelModule, modulesAmong, softDependencies } from '../kernel/dependencies.js'
import type { BuiltModule } from '../model/built.js'
import { UsageError } from '../model/errors.js'
import { verdictOf, type Finding } from '../model/finding.js'
import type { Accelerator, GuestRun } from '../model/guest.js'
import type { KernelImage, KernelKit } from '../model/kernel.js'
import type { Request } from '../model/request.js'
import type { MachineType, ScenarioRequest } from '../model/scenario.js'
import { installPackages } from '../packages/packages.js'
import { withCauses } from './causes.js'
import { guestBusybox } from './guest-busybox.js'
import { machineFor } from './machine.js'

export interface BootOutcome {
  readonly run: GuestRun
  readonly findings: readonly Finding[]
  readonly summary: string
  /** From the begin of the boot, which is before that of its stage. */
  readonly seconds: number
  readonly autopsy?: AutopsyReport
  /** Absolute path of the folder that boots the same guest elsewhere. */
  readonly bundle?: string
}

/** The cause that an autopsy can look into (src/diagnosis/causes/format.ts). */
const RELOCATION = 'load-relocation-target'
/** Seconds that the session with gdb may take; it needs about fifteen under TCG. */
const AUTOPSY_SECONDS = 90

/** A boot that is under way while the modules are still being proven. */
export interface Boot {
  /** What it showed, once it is over. @throws GateError, UsageError */
  outcome(): Promise<BootOutcome>
  /** Ends the guest at once. Nothing is told of it, and nothing of it stays in the output directory. */
  abandon(): Promise<void>
}

/** Begins to boot the target kernel with the built modules and exactly those of the kernel's own modules that they depend on, or that were asked for. */
export function beginBoot(host: Host, request: Request, kit: KernelKit, modules: readonly BuiltModule[], workDir: string, sources: SourceRoot | undefined, early: EarlyGuest | undefined): Boot {
  const began = process.hrtime.bigint()
  const abandoned = new AbortController()
  const booted = (async () => {
    const plan = { ...(await planOf(host, request, kit, modules, workDir)), ...(sources !== undefined && { sources }), abandoned: abandoned.signal }
    return { plan, ...(await bootGuest(host, plan, early)), began }
  })()
  // What went wrong is told by outcome(), if anybody still asks.
  booted.catch(() => undefined)
  return {
    outcome: async () => tell(host, request, modules, await booted),
    async abandon() {
      abandoned.abort()
      await booted.catch(() => undefined)
      await rm(consoleOf(request), { force: true })
    },
  }
}

/**
 * Begins to boot before there are modules, once the image is there. It is the machine of planOf(), in which the time of an emulated boot passes while make
 * runs. Where something for it is missing, that is told when the boot's own turn comes.
 * @throws UsageError (`machine`)
 */
export function beginAhead(host: Host, request: Request, target: KernelKit['target'], image: Promise<KernelImage>, workDir: string): EarlyGuest {
  const machine = machineFor(target, request.scenario.machine)
  return beginEarly(host, image.then((there) => machinePlan(host, request, { target, ...there }, machine, workDir)))
}

const consoleOf = ({ outputDir }: Request): string => join(outputDir, 'console.log')

interface Booted {
  readonly plan: GuestPlan
  readonly run: GuestRun
  readonly findings: readonly Finding[]
  readonly began: bigint
}

/** Boots what a plan says, and judges it; modules and plan may come from a bundle. @throws GateError */
export async function bootPlan(host: Host, request: Request, plan: GuestPlan, modules: readonly BuiltModule[]): Promise<BootOutcome> {
  const began = process.hrtime.bigint()
  return tell(host, request, modules, { plan, ...(await bootGuest(host, plan)), began })
}

async function tell(host: Host, request: Request, modules: readonly BuiltModule[], { plan, run, findings, began }: Booted): Promise<BootOutcome> {
  await writeTests(run, request.outputDir)
  const insmod = run.steps.flatMap(({ outcome, message }) => (outcome === 'refused' ? [message] : [])).join('\n')
  const diagnoses = verdictOf(findings) === 'fail' ? diagnose({ kernelLog: run.log, insmod, facts: { release: plan.release } }) : []
  const explained = withCauses(findings, diagnoses, 'boot')
  const autopsy = request.autopsy === 'auto' ? await autopsyOf(host, request, plan, run, diagnoses) : undefined
  const bundle = request.bundle === 'always' || (request.bundle === 'on-failure' && verdictOf(findings) !== 'pass') ? await bundleOf(host, request, plan, run.accelerator) : undefined
  return {
    run,
    findings: autopsy === undefined ? explained : withAutopsy(explained, autopsy),
    summary: summarise(run, modules, request.scenario),
    seconds: Number(process.hrtime.bigint() - began) / 1e9,
    ...(autopsy !== undefined && { autopsy }),
    ...(bundle !== undefined && { bundle }),
  }
}

/** When the kernel found something where a relocation was to be written, only the kernel's memory can tell what it was. */
async function autopsyOf(host: Host, request: Request, plan: GuestPlan, run: GuestRun, diagnoses: readonly Diagnosis[]): Promise<AutopsyReport | undefined> {
  const refused = run.steps.find(({ own, outcome }) => own && outcome === 'refused')
  const module = plan.modules.find(({ name }) => name === refused?.module)
  if (module === undefined || !diagnoses.some(({ cause }) => cause === RELOCATION)) return undefined
  if (request.install && (await host.which('gdb')) === undefined) await installPackages(host, ['gdb-minimal'])
  host.log.info(`autopsy: boots again under gdb to see who wrote to ${module.name}`)
  const order = loadOrder(plan.modules)
  const before = order.slice(0, order.indexOf(module))
  const withParameters = ({ name, data }: ModuleFile): AutopsyModule => {
    const parameters = plan.parameters?.get(name)
    return { name, data, ...(parameters !== undefined && { parameters }) }
  }
  return autopsy(host, { kernel: plan.vmlinux ?? plan.vmlinuz, dependencies: [...plan.dependencies, ...before].map(withParameters), module: withParameters(module), workDir: plan.workDir, seconds: AUTOPSY_SECONDS })
}

/** What gdb saw belongs to the refusal that it explains. */
function withAutopsy(findings: readonly Finding[], { outcome, sentences, seconds }: AutopsyReport): Finding[] {
  const text = [`Autopsy (${seconds.toFixed(1)} s):`, ...sentences].join('\n')
  const [first] = findings.filter(({ id, severity }) => id === 'guest.load-refused' && severity === 'fail')
  const title = outcome === 'found' ? (sentences[0] ?? 'The autopsy found the place') : `The autopsy found nothing: ${sentences[0] ?? outcome}`
  const note: Finding = { id: 'guest.autopsy', stage: 'boot', severity: 'note', title, detail: sentences.slice(1).join('\n') }
  return [...findings.map((finding) => (finding === first && outcome === 'found' ? { ...finding, detail: [text, ...(finding.detail === undefined ? [] : [finding.detail])].join('\n') } : finding)), note]
}

/** Leaves the guest in a folder without booting it; gives its path. @throws GateError when something is missing here */
export async function packStage(host: Host, request: Request, kit: KernelKit, modules: readonly BuiltModule[], workDir: string): Promise<string> {
  const plan = await planOf(host, request, kit, modules, workDir)
  return bundleOf(host, request, plan, 'tcg')
}

async function bundleOf(host: Host, request: Request, plan: GuestPlan, accelerator: Accelerator): Promise<string> {
  const dir = join(request.outputDir, 'bundle')
  const initramfs = await packGuest(host, plan)
  await writeBundle(dir, {
    release: plan.release,
    machine: machineOf(plan, accelerator, initramfs, '').type,
    kernel: plan.vmlinux ?? plan.vmlinuz,
    initramfs: await readFile(initramfs),
    modules: plan.modules,
    qemuArgs: qemuArgs(machineOf(plan, accelerator, initramfs, join(plan.workDir, 'results'))),
    seconds: request.bootTimeout,
  })
  return dir
}

async function machinePlan(host: Host, request: Request, kit: Pick<KernelKit, 'target' | keyof KernelImage>, machine: MachineType, workDir: string): Promise<GuestMachine & { readonly machine: MachineType }> {
  const { scenario } = request
  const busybox = await guestBusybox(host, request, kit.target)
  return {
    release: kit.target.release,
    vmlinuz: kit.vmlinuz,
    ...(kit.vmlinux !== undefined && { vmlinux: kit.vmlinux }),
    boot: request.boot === 'off' ? 'tcg' : request.boot,
    bootTimeout: request.bootTimeout,
    memory: request.memory,
    cpus: request.cpus,
    workDir,
    consoleFile: consoleOf(request),
    machine,
    devices: scenario.devices,
    network: scenario.network,
    kernelArgs: scenario.kernelArgs,
    ...(busybox !== undefined && { busybox }),
  }
}

async function planOf(host: Host, request: Request, kit: KernelKit, modules: readonly BuiltModule[], workDir: string): Promise<GuestPlan> {
  const { scenario } = request
  const own = new Set(modules.map((module) => module.name))
  for (const { module } of scenario.load) if (!own.has(module)) throw new UsageError('load', module, `Allowed are the modules that were built: ${[...own].join(', ')}. Modules of the kernel’s own go to preload.`)
  const machine = await machinePlan(host, request, kit, machineFor(kit.target, scenario.machine), workDir)
  const preload = [...preloadsFor(scenario.devices, machine.machine, scenario.network), ...scenario.preload.map(({ module }) => module)]
  const wanted = [...new Set([...preload, ...modules.flatMap((module) => module.depends)])].filter((name) => !own.has(name.replaceAll('-', '_')))
  const files = await Promise.all(modules.map(({ file }) => readFile(file)))
  const softly = files.flatMap(softDependencies).filter((name) => !own.has(name.replaceAll('-', '_')))
  const dependencies = await dependencyClosure(host, kit.modulesDir, wanted, softly)
  const test = scenario.test === undefined ? {} : { test: { script: scenario.test, seconds: scenario.testTimeout } }
  const testFiles = await Promise.all(scenario.testFiles.map(async ({ source, path }): Promise<TestFile> => ({ path, data: await readFile(source), mode: (await stat(source)).mode & 0o777 })))
  return {
    ...machine,
    dependencies,
    spare: await spareModules(host, kit, modprobeNames({ ...test, testFiles }), [...own, ...dependencies.map(({ name }) => name)]),
    modulesDir: kit.modulesDir,
    modules: modules.map(({ name, depends }, i) => ({ name, depends, data: files[i] ?? Buffer.alloc(0) })),
    parameters: new Map(scenario.load.map(({ module, parameters }) => [module, parameters])),
    preload: scenario.preload.map(({ module, parameters }) => ({ name: module, parameters })),
    ...test,
    testFiles,
    reloads: scenario.reloads,
    expectBound: scenario.expectBound,
    allow: scenario.allowLog,
    retries: scenario.retries,
  }
}

/** Modules of the kernel's own that the test loads itself, with what they depend on, less those that the guest has anyway. */
async function spareModules(host: Host, kit: KernelKit, names: readonly string[], present: readonly string[]): Promise<KernelModule[]> {
  const named = await modulesAmong(host, kit.modulesDir, names.filter((name) => !present.includes(name)))
  return (await dependencyClosure(host, kit.modulesDir, named)).filter(({ name }) => !present.includes(name))
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
