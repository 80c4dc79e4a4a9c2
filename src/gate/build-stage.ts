import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildModules } from '../build/build.js'
import { collectModules } from '../build/collect.js'
import { copyRepository, moduleDirIn } from '../build/copy.js'
import { locateBelow } from '../build/locate.js'
import type { MakeSetting } from '../build/make.js'
import { modulePlace, type Place, treePlace } from '../build/places.js'
import { hasDkmsConf } from '../dkms/read.js'
import { withDeclarations } from '../diagnosis/declaration.js'
import { diagnose } from '../diagnosis/diagnose.js'
import type { SourceRoot } from '../guest/source-lines.js'
import type { Host } from '../host/host.js'
import type { BuiltModule } from '../model/built.js'
import { verdictOf, type Finding } from '../model/finding.js'
import { withCauses } from './causes.js'
import type { Buildable, Request } from '../model/request.js'
import { makeApart } from '../tree/spread.js'
import { dkmsStage } from './dkms-stage.js'

/** What was built, and where its sources were meanwhile, for naming places as the user knows them. */
export interface Built {
  readonly modules: readonly BuiltModule[]
  readonly sources: SourceRoot
  /** What the debug information has in place of the directories of this run. */
  readonly places: readonly Place[]
}

export interface BuildOutcome {
  readonly value: Built
  readonly findings: Finding[]
  readonly summary: string
}

/** Builds a copy of the user's module, or the driver inside the tree, and puts the .ko files into the output directory. `arch` is the target's `uname -m`. */
export async function buildStage(host: Host, request: Request, module: Buildable, setting: MakeSetting, workDir: string, arch: string): Promise<BuildOutcome> {
  const nothing: Built = { modules: [], sources: sourcesOf(module, setting, workDir), places: placesOf(module, setting, workDir) }
  if (module.kind === 'out-of-tree' && request.dkms === 'auto' && (await hasDkmsConf(join(module.repository, module.path)))) {
    const { modules, findings, sources = nothing.sources, places = nothing.places, summary } = await dkmsStage(host, request, module, setting, workDir, arch)
    return { value: { modules, sources, places }, findings: verdictOf(findings) === 'fail' ? await explained(host, request, setting, findings) : [...findings], summary }
  }
  const { dir, argument, root, original } = await place(host, request, module, setting, workDir)
  const locate = locateBelow(root, dir, setting.treeDir)
  const findings = await buildModules(host, {
    setting,
    moduleDir: argument,
    makeArgs: request.makeArgs,
    places: nothing.places,
    logFile: join(request.outputDir, 'make.log'),
    locate: (file) => {
      const found = locate(file)
      return found === undefined ? undefined : original(found)
    },
    ...(module.kind === 'out-of-tree' && { clean: dir }),
  })
  if (verdictOf(findings) !== 'pass') {
    const count = findings.filter((finding) => finding.severity === 'fail').length
    return { value: nothing, findings: await explained(host, request, setting, findings), summary: `${count} ${count === 1 ? 'error' : 'errors'}, see make.log` }
  }
  const modules = await collectModules(dir, join(request.outputDir, 'modules'))
  if (modules.length === 0) return { value: nothing, findings: [...findings, nothingBuilt(module)], summary: 'make built no module' }
  return { value: { ...nothing, modules }, findings, summary: modules.map((module) => module.path).join(', ') }
}

/** Each failure with its cause: what the message means, what became of the interface, and how this kernel declares it now. */
async function explained(host: Host, request: Request, { treeDir, srcarch, release, cc }: MakeSetting, findings: readonly Finding[]): Promise<Finding[]> {
  const buildLog = await readFile(join(request.outputDir, 'make.log'), 'utf8').catch(() => '')
  return withCauses(findings, await withDeclarations(host, { treeDir, srcarch }, diagnose({ buildLog, facts: { release, compiler: cc } })), 'build')
}

interface Site {
  /** Absolute path of the directory that is built. */
  readonly dir: string
  /** The same as make's M= gets it. */
  readonly argument: string
  /** What the paths of findings are relative to. */
  readonly root: string
  readonly original: (file: string) => string
}

/** The places of a build: that of the sources comes first. */
function placesOf(module: Buildable, { treeDir, sourceDir, release }: MakeSetting, workDir: string): Place[] {
  const tree = [...(sourceDir === undefined ? [] : [treePlace(sourceDir, release)]), treePlace(treeDir, release)]
  return module.kind === 'in-tree' ? tree : [modulePlace(copyIn(workDir)), ...tree]
}

function sourcesOf(module: Buildable, setting: MakeSetting, workDir: string): SourceRoot {
  return { buildDir: placesOf(module, setting, workDir)[0]?.name ?? '', repositoryPath: '' }
}

const copyIn = (workDir: string): string => join(workDir, 'module')

async function place(host: Host, request: Request, module: Buildable, setting: MakeSetting, workDir: string): Promise<Site> {
  if (module.kind === 'in-tree') {
    const dir = join(setting.treeDir, module.path)
    return { dir, argument: module.path, root: setting.treeDir, original: (file) => file }
  }
  const root = copyIn(workDir)
  await makeApart(host, root)
  await copyRepository(module.repository, root, [request.outputDir, request.cacheDir])
  const { dir, original } = await moduleDirIn(root, module.path)
  return { dir, argument: dir, root, original }
}

function nothingBuilt(module: Buildable): Finding {
  const inTree = module.kind === 'in-tree'
  return {
    id: 'build.no-module',
    stage: 'build',
    severity: 'fail',
    title: 'make ended well but built no module',
    remedy: inTree ? 'Turn the driver on: name its option in `options`, such as CONFIG_CAN_ETAS_ES58X=m.' : 'Check that Kbuild adds the module to obj-m.',
  }
}
