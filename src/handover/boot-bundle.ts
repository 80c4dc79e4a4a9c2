import { createHash } from 'node:crypto'
import { mkdir, open, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bootPlan } from '../gate/boot-stage.js'
import { machineFor } from '../gate/machine.js'
import { Recorder, Stopped } from '../gate/recorder.js'
import { recordingStrays } from '../gate/strays.js'
import { withWorkDir } from '../gate/work-dir.js'
import type { GuestPlan } from '../guest/plan.js'
import type { Host } from '../host/host.js'
import { isElf } from '../kernel/own-image.js'
import type { BuiltModule } from '../model/built.js'
import { verdictOf } from '../model/finding.js'
import type { GuestRun } from '../model/guest.js'
import type { Report, StageResult } from '../model/report.js'
import type { BootMode, Request } from '../model/request.js'
import type { Handover } from './open.js'
import { refusal } from './seal.js'

export interface SecondHalf {
  readonly boot: Exclude<BootMode, 'off'>
  /** Seconds; absent: as the first half was told. */
  readonly bootTimeout?: number
  /** Absolute path. */
  readonly outputDir: string
}

/** Files of an earlier run must not be taken for this one's. Only names that are written here are removed. */
const WRITTEN = ['modules', 'tests', 'manifest.json', 'report.json', 'report.html', 'summary.md', 'console.log']

/**
 * Boots what the first half packed, and completes its report: same kernel, same modules, the stages of both. Installs nothing.
 * @throws GateError `handover.altered` when a module is not the one that the report is about
 */
export async function bootHandover(host: Host, handover: Handover, half: SecondHalf, onStage: (result: StageResult) => void = () => undefined): Promise<Report> {
  const began = Date.now()
  const { report: first } = handover
  const request: Request = { ...first.request, boot: half.boot, bundle: 'never', autopsy: 'off', install: false, outputDir: half.outputDir, ...(half.bootTimeout !== undefined && { bootTimeout: half.bootTimeout }) }
  const recorder = new Recorder(host.log, onStage)
  await mkdir(half.outputDir, { recursive: true })
  await Promise.all(WRITTEN.map((name) => rm(join(half.outputDir, name), { recursive: true, force: true })))
  const modules = await layModules(handover, half.outputDir)
  const values: { guest?: GuestRun } = {}
  try {
    const boot = (workDir: string): Promise<void> =>
      recorder.stage('boot', `Boot ${handover.target.release}`, async () => {
        const plan = await planOf(handover, request, modules, workDir)
        const { run, findings, summary } = await bootPlan(host, request, plan, modules)
        values.guest = run
        return { value: undefined, findings, summary }
      })
    await recordingStrays(recorder, () => withWorkDir(boot))
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
  }
  // What an earlier boot said of the same guest is replaced, not added to.
  const findings = [...first.findings.filter(({ stage }) => stage !== 'boot'), ...recorder.findings]
  const { tool, started, source, target, tools, config, proof } = first
  return {
    tool,
    started,
    ...(source !== undefined && { source }),
    ...(target !== undefined && { target }),
    tools,
    ...(config !== undefined && { config }),
    ...(proof !== undefined && { proof }),
    ...values,
    verdict: verdictOf(findings),
    seconds: first.seconds + (Date.now() - began) / 1000,
    request: { ...first.request, boot: half.boot, outputDir: half.outputDir, bootTimeout: request.bootTimeout },
    modules,
    stages: first.stages.map((result) => recorder.results.find(({ stage }) => stage === 'boot' && result.stage === 'boot') ?? result),
    findings,
  }
}

/** Puts the modules where a report's are, each checked against the hash in the report. */
async function layModules({ report, modules }: Handover, outputDir: string): Promise<BuiltModule[]> {
  const laid: BuiltModule[] = []
  for (const module of report.modules) {
    const data = modules.get(module.name) ?? Buffer.alloc(0)
    if (createHash('sha256').update(data).digest('hex') !== module.sha256) throw refusal('handover.altered', `The bundle’s ${module.name}.ko is not the one that its report is about`, 'Make it again.')
    const file = join(outputDir, 'modules', module.path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, data)
    laid.push({ ...module, file })
  }
  return laid
}

async function planOf({ target, kernel, initramfs, modules: data }: Handover, request: Request, modules: readonly BuiltModule[], workDir: string): Promise<GuestPlan> {
  const { scenario } = request
  return {
    release: target.release,
    vmlinuz: kernel,
    ...((await isElfFile(kernel)) && { vmlinux: kernel }),
    initramfs,
    // They are in the initramfs, which init loads them from.
    dependencies: [],
    modules: modules.map(({ name, depends }) => ({ name, depends, data: data.get(name) ?? Buffer.alloc(0) })),
    boot: request.boot === 'off' ? 'tcg' : request.boot,
    bootTimeout: request.bootTimeout,
    memory: request.memory,
    cpus: request.cpus,
    workDir,
    consoleFile: join(request.outputDir, 'console.log'),
    ...(scenario.test !== undefined && { test: { script: scenario.test, seconds: scenario.testTimeout } }),
    reloads: scenario.reloads,
    devices: scenario.devices,
    machine: machineFor(target, scenario.machine),
    kernelArgs: scenario.kernelArgs,
    expectBound: scenario.expectBound,
    network: scenario.network,
    allow: scenario.allowLog,
    retries: scenario.retries,
  }
}

async function isElfFile(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const head = Buffer.alloc(4)
    await handle.read(head, 0, head.length, 0)
    return isElf(head)
  } finally {
    await handle.close()
  }
}
