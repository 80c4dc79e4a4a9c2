import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { architectureOf, crossFor } from './architecture/table.js'
import { buildStage, type Built } from './gate/build-stage.js'
import { expire, markUsed } from './cache/expiry.js'
import { openCache } from './cache/open-cache.js'
import { beginAhead, beginBoot, packStage } from './gate/boot-stage.js'
import { createGuard } from './gate/guard.js'
import { type ChosenKernel, packagedKernel } from './gate/chosen-kernel.js'
import { ownKernel, resolveOwn } from './gate/own-kernel.js'
import type { Installed } from './gate/install-stage.js'
import { prebuiltStage } from './gate/prebuilt-stage.js'
import { proofStage } from './gate/proof-stage.js'
import { type Outcome, Recorder, Stopped } from './gate/recorder.js'
import { sourceOf } from './gate/source.js'
import { resolveStage } from './gate/resolve-stage.js'
import { recordingStrays } from './gate/strays.js'
import { settled } from './gate/together.js'
import { toolchainStage } from './gate/toolchain-stage.js'
import type { Tree } from './gate/tree-stage.js'
import { withWorkDir } from './gate/work-dir.js'
import type { MakeSetting } from './build/make.js'
import type { EarlyGuest } from './guest/early-guest.js'
import type { Host } from './host/host.js'
import { parseConfig } from './kconfig/parse.js'
import type { Judgement } from './kconfig/judge.js'
import type { BuiltModule } from './model/built.js'
import { GateError, UsageError } from './model/errors.js'
import { verdictOf, type Finding } from './model/finding.js'
import { type HeadersKit, type KernelImage, type KernelKit } from './model/kernel.js'
import type { Report, StageResult } from './model/report.js'
import type { AbiMode, AbiProof } from './model/proof.js'
import type { Buildable, ModuleSource, Request } from './model/request.js'
import type { Toolchain } from './model/toolchain.js'
import { architectureArgs, hidingArgs } from './toolchain/make-args.js'
import { coveredByGuard } from './toolchain/findings.js'
import { VERSION } from './version.js'

type Values = { -readonly [K in 'target' | 'tools' | 'config' | 'modules' | 'proof' | 'guest' | 'autopsy' | 'bundle']?: Report[K] }
type Prebuilt = ModuleSource & { readonly kind: 'prebuilt' }

/**
 * Walks one request through all rooms and reports what they found.
 * Whatever goes wrong ends up in the report as verdict `fail` or `error`.
 * @throws UsageError when the request asks for something that cannot be (unknown kernel, in-tree path that the source lacks).
 */
export async function runGate(request: Request, host: Host, onStage: (result: StageResult) => void = () => undefined): Promise<Report> {
  const started = new Date()
  const recorder = new Recorder(host.log, onStage)
  const source = await sourceOf(host, request, process.env)
  const values: Values = {}
  try {
    await clearOutput(request.outputDir)
    await recordingStrays(recorder, () => withWorkDir((workDir) => walk(request, host, recorder, values, workDir)))
  } catch (error) {
    if (error instanceof GateError) recorder.add([error.finding])
    else if (!(error instanceof Stopped)) throw error
  }
  const findings = recorder.findings
  return {
    tool: { name: 'kmod-gate', version: VERSION },
    verdict: verdictOf(findings),
    started: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1000,
    request,
    ...(source !== undefined && { source }),
    tools: [],
    modules: [],
    ...values,
    stages: recorder.results,
    findings,
  }
}

async function walk(request: Request, host: Host, recorder: Recorder, values: Values, workDir: string): Promise<void> {
  const { module, kernel } = request
  if (kernel.kind === 'directory') {
    if (module.kind !== 'prebuilt') throw new UsageError('against', kernel.directory, 'Allowed beside files that were built already; building needs a kernel’s packages.')
    const modules = await takeBuilt(host, recorder, values, module, request, workDir)
    await prove(recorder, values, 'report', () => proofStage(host, request, values, { directory: kernel.directory }, modules, workDir))
    return
  }
  if (kernel.kind === 'own') {
    const found = await recorder.stage('resolve', 'Which kernel', () => resolveOwn(kernel))
    values.target = found.target
    await withKernel(request, host, recorder, values, workDir, ownKernel(host, request, found, workDir))
    return
  }
  const target = await recorder.stage('resolve', 'Which kernel', () => resolveStage(host, request, kernel))
  values.target = target

  await markUsed(target, request.cacheDir)
  const cache = openCache(host, { target, cacheDir: request.cacheDir, variables: process.env, ...(request.cache && host.cacheWorkers !== undefined && { workers: host.cacheWorkers }) })
  try {
    await withKernel(request, host, recorder, values, workDir, packagedKernel(host, request, { target, cache }, workDir))
  } finally {
    await cache.done()
    // What may not be fetched again is kept.
    await expire(host, request.cacheDir, request.install ? request.cacheDays : 0)
  }
}

/** Everything after the kernel is chosen. */
async function withKernel<K extends HeadersKit>(request: Request, host: Host, recorder: Recorder, values: Values, workDir: string, kernel: ChosenKernel<K>): Promise<void> {
  const { module } = request
  if (module.kind === 'prebuilt') {
    const kit = await recorder.stage('install', kernel.title, kernel.installForBuilt)
    const modules = await takeBuilt(host, recorder, values, module, request, workDir)
    await tryOut(request, host, recorder, values, kit, modules, workDir)
    return
  }
  const installed = await recorder.stage('install', kernel.title, kernel.install)
  const { kit, image } = installed
  try {
    const early = request.boot === 'off' || !request.cache ? undefined : beginAhead(host, request, kit.target, image, workDir)
    try {
      await buildAndTry(request, module, host, recorder, values, kernel, installed, workDir, early)
    } finally {
      await early?.abandon()
    }
  } finally {
    // It is being unpacked into the cache directory, by way of this run's own.
    await image.catch(() => undefined)
  }
}

/** Everything after the kernel is there, of a module that is built. */
async function buildAndTry<K extends HeadersKit>(request: Request, module: Buildable, host: Host, recorder: Recorder, values: Values, kernel: ChosenKernel<K>, { kit, image, ahead }: Installed<K>, workDir: string, early: EarlyGuest | undefined): Promise<void> {
  const inspecting = recorder.stage('toolchain', 'Toolchain that the kernel was built with', async () => {
    const outcome = await toolchainStage(host, kit, ahead)
    values.tools = outcome.value.toolchain.tools
    return outcome
  })

  const tools = inspecting.then((inspected) => inspected.toolchain)
  // Not every tree asks for them.
  tools.catch(() => undefined)
  const laying = kernel.tree(module, kit, tools)
  const { toolchain, pending } = await settled(inspecting, laying)
  const tree = await recorder.stage('tree', kernel.treeTitle, () => laying)
  try {
    const built = await build(request, module, host, recorder, values, { kit, image, toolchain, pending, tree, workDir })
    await tryOut(request, host, recorder, values, { ...kit, ...(await image) }, built.modules, workDir, { ...built, early })
  } finally {
    await tree.release()
  }
}

/** Modules that were built before: nothing is compiled, so what belongs to building is skipped. */
async function takeBuilt(host: Host, recorder: Recorder, values: Values, module: Prebuilt, request: Request, workDir: string): Promise<BuiltModule[]> {
  for (const stage of ['toolchain', 'tree', 'guard'] as const) recorder.skip(stage, 'nothing is built')
  const modules = await recorder.stage('build', 'Modules that were built already', () => prebuiltStage(host, module.files, request.outputDir, workDir))
  values.modules = modules
  return modules
}

interface Prepared {
  readonly kit: HeadersKit
  readonly image: Promise<KernelImage>
  readonly toolchain: Toolchain
  /** Findings of the toolchain that the guard may tell better. */
  readonly pending: readonly Finding[]
  readonly tree: Tree
  readonly workDir: string
}

/** The stages that work in the kernel tree: guard and build. */
async function build(request: Request, module: Buildable, host: Host, recorder: Recorder, values: Values, { kit, image, toolchain, pending, tree, workDir }: Prepared): Promise<Built> {
  const { release } = kit.target
  const architecture = architectureOf(kit.target)
  const variables = [...architectureArgs(architecture, crossFor(architecture)), ...hidingArgs(parseConfig(await readFile(kit.headersConfig, 'utf8')))]
  const setting: MakeSetting = { treeDir: tree.dir, ...(tree.sourceDir !== undefined && { sourceDir: tree.sourceDir }), release, srcarch: architecture.srcarch, cc: toolchain.cc, jobs: request.jobs, variables }
  const guard = createGuard(host, request, kit, setting, toolchain.tools, () => tree.sameTools())
  await recorder.stage('guard', 'Config guard', async () => {
    const judgement = tree.prepared ? await guard.recall() : await guard.prepare()
    values.config = judgement.verdict
    if (verdictOf(judgement.findings) === 'pass') await tree.keep()
    const untold = coveredByGuard(pending, toolchain.tools, judgement.verdict)
    return { value: undefined, findings: [...untold, ...judgement.findings], summary: `${guardSummary(judgement, request)}${tree.prepared ? ', with the same tools and files as when Kconfig was last asked' : ''}` }
  })

  return recorder.stage('build', 'Build', async () => {
    const outcome = await buildStage(host, request, module, setting, workDir, architectureOf(kit.target).uname)
    const shipped = await guard.shipped(image)
    const judgement = await guard.again('build')
    values.config = judgement.verdict
    values.modules = outcome.value.modules
    return { ...outcome, findings: [...shipped, ...outcome.findings, ...judgement.findings] }
  })
}

/** The stages that judge the built modules: the proof, and beside it the boot, of which nothing is told when the proof has already failed. */
async function tryOut(request: Request, host: Host, recorder: Recorder, values: Values, kit: KernelKit, modules: readonly BuiltModule[], workDir: string, built?: Pick<Built, 'sources' | 'places'> & { readonly early: EarlyGuest | undefined }): Promise<void> {
  const boot = request.boot === 'off' ? undefined : beginBoot(host, request, kit, modules, workDir, built?.sources, built?.early)
  try {
    await prove(recorder, values, request.abi, () => proofStage(host, request, values, { kit, places: built?.places ?? [] }, modules, workDir))
  } catch (error) {
    await boot?.abandon()
    throw error
  }
  if (boot === undefined) {
    if (request.bundle === 'always') values.bundle = await packStage(host, request, kit, modules, workDir)
    recorder.skip('boot', values.bundle === undefined ? 'not asked for (boot: off)' : 'left to another machine: kmod-gate boot with bundle/ (boot: off, bundle: always)')
    return
  }
  await recorder.stage('boot', `Boot ${kit.target.release}`, async () => {
    const { run, findings, summary, seconds, autopsy, bundle } = await boot.outcome()
    values.guest = run
    if (autopsy !== undefined) values.autopsy = autopsy
    if (bundle !== undefined) values.bundle = bundle
    return { value: undefined, findings, summary, seconds }
  })
}

async function prove(recorder: Recorder, values: Values, mode: AbiMode, work: () => Promise<Outcome<AbiProof>>): Promise<void> {
  if (mode === 'off') recorder.skip('proof', 'not asked for (abi: off)')
  else {
    await recorder.stage('proof', 'Proof that the modules fit the kernel', async () => {
      const outcome = await work()
      values.proof = outcome.value
      return outcome
    })
  }
}

/** Files of an earlier run must not be taken for this one's. Only names that the gate itself writes are removed. */
const WRITTEN = ['modules', 'tests', 'bundle', 'manifest.json', 'report.json', 'report.html', 'summary.md', 'make.log', 'console.log', 'oldconfig.log', 'modules_prepare.log', 'syncconfig.log', 'config.target', 'config.oldconfig']

async function clearOutput(outputDir: string): Promise<void> {
  await mkdir(outputDir, { recursive: true }).catch((error: unknown) => {
    throw new GateError({ id: 'host.output-dir', stage: 'resolve', severity: 'error', title: `output-dir cannot be made: ${error instanceof Error ? error.message : String(error)}`, remedy: 'Choose a directory that this user may write to.' })
  })
  await Promise.all(WRITTEN.map((name) => rm(join(outputDir, name), { recursive: true, force: true })))
}

function guardSummary({ verdict, findings }: Judgement, request: Request): string {
  const bad = findings.filter((finding: Finding) => finding.severity === 'fail' || finding.severity === 'error').length
  if (bad > 0 && verdict.deltas.length === 0) return `${bad} ${bad === 1 ? 'finding' : 'findings'}`
  if (bad > 0) return `${verdict.deltas.length} ${verdict.deltas.length === 1 ? 'symbol differs' : 'symbols differ'} from the target’s configuration`
  const asked = request.options.length === 0 ? '' : ` beyond the ${request.options.length} requested`
  return verdict.allowed.length === 0 ? `no delta${asked}` : `no delta${asked} but the ${verdict.allowed.length} allowed`
}
