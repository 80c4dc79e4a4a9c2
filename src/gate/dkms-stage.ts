import { cp, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describeModule } from '../build/collect.js'
import { copyRepository } from '../build/copy.js'
import { locateBelow } from '../build/locate.js'
import { BUILD_ENVIRONMENT, type MakeSetting } from '../build/make.js'
import { modulePlace, type Place, placesEnvironment, treePlace, withPlaces } from '../build/places.js'
import { buildWithDkms } from '../dkms/build.js'
import { buildDirOf, type DkmsConf } from '../dkms/conf.js'
import { excludedFinding, exclusion } from '../dkms/exclusion.js'
import { builtPath } from '../dkms/missing.js'
import { offline } from '../dkms/offline.js'
import { readDkmsConf } from '../dkms/read.js'
import { rulesOf, type DkmsRules } from '../dkms/rules.js'
import type { SourceRoot } from '../guest/source-lines.js'
import type { Host } from '../host/host.js'
import type { BuiltModule } from '../model/built.js'
import { verdictOf, type Finding } from '../model/finding.js'
import type { Buildable, Request } from '../model/request.js'

export interface DkmsOutcome {
  readonly modules: readonly BuiltModule[]
  readonly findings: readonly Finding[]
  readonly sources?: SourceRoot
  readonly places?: readonly Place[]
  readonly summary: string
}

type OutOfTree = Buildable & { readonly kind: 'out-of-tree' }

/**
 * Reads the package's dkms.conf for this kernel and builds it as dkms does, in a copy, in the kernel tree that the guard prepared, and without a network where
 * a namespace can be had. `arch` is the target's `uname -m`. A package that leaves this kernel out gives a finding of severity `skip` and no module.
 */
export async function dkmsStage(host: Host, request: Request, module: OutOfTree, setting: MakeSetting, workDir: string, arch: string): Promise<DkmsOutcome> {
  const below = (file: string): string => (module.path === '.' ? file : join(module.path, file))
  const shown = below('dkms.conf')
  const quiet = await offline(host)
  // The script runs where it lies: what it writes there must not be the user's.
  const sourceDir = join(workDir, 'package')
  const exclude = [request.outputDir, request.cacheDir]
  await copyRepository(join(module.repository, module.path), sourceDir, exclude)
  const { conf, findings: read } = await readDkmsConf(quiet, sourceDir, { rules: await suiteRules(host), release: setting.release, arch, sourceDir: setting.treeDir, dkmsTree: join(workDir, 'dkms'), shown })
  if (conf === undefined) return { modules: [], findings: read, summary: `dkms would refuse ${shown}` }
  if (exclusion(conf) !== undefined) {
    const finding = excludedFinding(conf, shown, await readFile(conf.file, 'utf8'))
    return { modules: [], findings: [finding, ...read], summary: finding.title }
  }
  const dir = buildDirOf(conf)
  const locate = locateBelow(dir, dir, setting.treeDir)
  const source = modulePlace(dir, `${conf.packageName}-${conf.packageVersion}`)
  const places = [source, treePlace(setting.treeDir, setting.release)]
  const built = await buildWithDkms(quiet, {
    conf,
    setting: { cc: setting.cc, jobs: setting.jobs, makeArgs: [...(setting.variables ?? []), ...withPlaces(request.makeArgs, places)] },
    sourceDir,
    exclude: [],
    environment: { ...BUILD_ENVIRONMENT, ...placesEnvironment(places) },
    logFile: join(request.outputDir, 'make.log'),
    locate: (file) => {
      const found = locate(file)
      return found === undefined ? undefined : below(found)
    },
    shown,
  })
  const findings = [...read, ...built]
  const name = `${conf.packageName} ${conf.packageVersion}`
  if (verdictOf(findings) !== 'pass') return { modules: [], findings, summary: `${name} does not build as dkms.conf says, see make.log` }
  if (conf.builtModules.length === 0) return { modules: [], findings: [...findings, namesNone(shown)], summary: `${name} names no module` }
  const modules = await collect(conf, join(request.outputDir, 'modules'))
  return { modules, findings, places, sources: { buildDir: source.name, repositoryPath: module.path === '.' ? '' : module.path }, summary: `${name}, as dkms ${conf.rules.release} builds it: ${modules.map(({ path }) => path).join(', ')}` }
}

/** The rules of the dkms that this suite gives its users. */
async function suiteRules(host: Host): Promise<DkmsRules> {
  const { stdout } = await host.run({ program: 'apt-cache', args: ['policy', 'dkms'], env: { LC_ALL: 'C' }, seconds: 60 })
  return rulesOf(/^\s*Candidate: (.*)$/m.exec(stdout)?.[1])
}

/** The modules that dkms.conf names, and no other .ko that lies about: dkms installs these. @throws ElfError for a file that is no module */
async function collect(conf: DkmsConf, targetDir: string): Promise<BuiltModule[]> {
  const modules: BuiltModule[] = []
  for (const path of new Set(conf.builtModules.map(builtPath))) {
    const file = join(targetDir, path)
    await mkdir(dirname(file), { recursive: true })
    await cp(join(buildDirOf(conf), path), file, { dereference: true })
    modules.push(describeModule(await readFile(file), file, path))
  }
  return modules
}

function namesNone(shown: string): Finding {
  return {
    id: 'build.no-module',
    stage: 'build',
    severity: 'fail',
    title: `${shown} names no module for this kernel`,
    remedy: 'Set BUILT_MODULE_NAME and DEST_MODULE_LOCATION, or say by BUILD_EXCLUSIVE_* that the package is not for this kernel.',
    place: { file: shown },
  }
}
