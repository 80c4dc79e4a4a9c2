import { mkdir, readFile } from 'node:fs/promises'
import type { PartCache } from '../cache/open-cache.js'
import { kconfigPart, kitPart } from '../cache/parts.js'
import { architectureOf, crossFor, nativeArchitecture } from '../architecture/table.js'
import { packagesFor } from '../guest/packages.js'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { parseConfig } from '../kconfig/parse.js'
import { canHaveCompiler, compilerOfDepends, dependsOfHeaders, featuresetOfDepends } from '../kernel/compiler.js'
import { beginKit, type ComingKit, fetchKit, withSource } from '../kernel/kit.js'
import { KIT_PACKAGES } from '../kernel/packages.js'
import { shippedNames, shippedPackages } from '../kernel/shipped.js'
import { GateError } from '../model/errors.js'
import type { BuildKit, KernelImage, KernelKit, KernelTarget } from '../model/kernel.js'
import type { Request } from '../model/request.js'
import type { Toolchain } from '../model/toolchain.js'
import { installPackages } from '../packages/packages.js'
import { whileUnchanged } from '../packages/unchanged.js'
import { ownMirrors } from '../suites/open-view.js'
import { suiteOfArchive, type Suite } from '../suites/suites.js'
import { requiredPackages } from '../toolchain/packages.js'
import { ALL_SHIPPED, brokenProgram } from '../tree/headers-tree.js'
import { canKeepTrees } from '../kernel/kept-tree.js'
import { configOfHeaders, fetchHeaders, keptHeaders } from '../tree/shipped-headers.js'
import { keepKconfig, kconfigDir } from '../tree/unpack.js'
import { guestBusybox } from './guest-busybox.js'
import type { Outcome } from './recorder.js'
import { fetchSourceKit, sourceKitAtHand, storedKit } from './source-kit.js'
import { inspectFor } from './toolchain-stage.js'
import { together } from './together.js'

const forGuest = (request: Request, target: KernelTarget): string[] => packagesFor(request, architectureOf(target), nativeArchitecture())

/** What can be built against, and the image that may still be on its way; it has to be waited for before the work directory goes. */
export interface Installed<K> {
  readonly kit: K
  readonly image: Promise<KernelImage>
  /** The tools that the kernel was built with, where looking at them has begun already. */
  readonly ahead?: Promise<Toolchain>
}

/** One of which all is there. */
export const whole = <K extends KernelImage>(kit: K): Installed<K> => ({ kit, image: Promise.resolve(kit) })

/** Downloads and unpacks the kernel's packages and installs the tools, at the same time; with `install: false` uses what is there. */
export async function installStage(host: Host, request: Request, target: KernelTarget, cache: PartCache, workDir: string): Promise<Outcome<Installed<BuildKit>>> {
  await mkdir(request.cacheDir, { recursive: true })
  const ask = () => dependsOfHeaders(host, target, request.cacheDir)
  const depends = request.cache ? await whileUnchanged(request.cacheDir, ['depends of headers', target], ask) : await ask()
  const featureset = await requireBuildable(host, target, depends)
  const { cacheDir } = request
  const short = featureset === undefined && mayUseHeaders(request, target)
  if (!request.install) return { value: await kitAtHand(host, request, target, { common: short ? shippedNames(depends)?.common : undefined, featureset, workDir }), summary: 'nothing installed (install: false)' }
  const guest = forGuest(request, target)
  const shipped = short ? await shippedPackages(host, target, depends, cacheDir) : undefined
  // Unpacking and the stores need these, and they are small.
  const installing = installPackages(host, KIT_PACKAGES)
  const [first, headers] = await together(installing, shipped === undefined ? undefined : fetchHeaders(host, target, shipped, cacheDir, installing))
  if (shipped !== undefined && headers !== undefined && (await brokenProgram(host, headers)) === undefined) {
    const config = parseConfig(await configOfHeaders(host, target, cacheDir))
    const tools = [...requiredPackages(config, target.series, { shipped: true }), ...shipped.libraries, ...guest]
    const beginning = comingKit(host, target, cacheDir, cache, workDir)
    const equipping = installPackages(host, tools)
    const ahead = equipping.then(() => inspectFor(host, target, config, true))
    // Its failure is told where it is waited for, if the run comes that far.
    ahead.catch(() => undefined)
    try {
      const [more, { headers: own, image }] = await together(equipping, beginning, keptSource(host, target, cacheDir, cache))
      // What has failed by now is not worth a build.
      await Promise.race([image, Promise.resolve()])
      return { value: { kit: { ...own, target, shipped: { ...headers, kconfigDir: kconfigDir(target, cacheDir) } }, image, ahead }, summary: asked([...first, ...more]) }
    } catch (error) {
      await together(beginning.then(({ image }) => image), ahead).catch(() => undefined)
      throw error
    }
  }
  const building = installPackages(host, ['build-essential', 'dwarves', ...guest])
  const [some, kit] = await together(building, fetchSourceKit(host, request, target, { cache, workDir, featureset, building }))
  const more = await installPackages(host, requiredPackages(parseConfig(await readFile(kit.headersConfig, 'utf8')), target.series, { cross: crossFor(architectureOf(target)) }))
  await guestBusybox(host, request, target)
  return { value: whole(kit), summary: asked([...first, ...some, ...more]) }
}

/**
 * The kit of an earlier run or of the system, with nothing installed; `common`: the package of common headers, where the tree may be made of it.
 * @throws GateError when there is none, or its programs do not start here
 */
async function kitAtHand(host: Host, request: Request, target: KernelTarget, { common, featureset, workDir }: { readonly common: string | undefined; readonly featureset: string | undefined; readonly workDir: string }): Promise<Installed<BuildKit>> {
  const { cacheDir } = request
  const fromSource = async (): Promise<Installed<BuildKit>> => whole(await sourceKitAtHand(host, request, target, { featureset, workDir }))
  const headers = common === undefined ? undefined : await keptHeaders(target, common, cacheDir)
  if (headers === undefined || !(await exists(kconfigDir(target, cacheDir)))) return fromSource()
  // What is kept of them is packed.
  if (!(await canKeepTrees(host))) return fromSource().catch(withoutSource(zstdMissing(target)))
  const broken = await brokenProgram(host, headers, ALL_SHIPPED)
  if (broken === undefined) return whole({ ...(await fetchKit(host, target, { cacheDir, workDir, install: false, source: false })), target, shipped: { ...headers, kconfigDir: kconfigDir(target, cacheDir) } })
  // With the source at hand its own programs are compiled instead.
  return fromSource().catch(withoutSource(programBroken(target, broken)))
}

/** Throws `instead` where only the source was missing. */
function withoutSource(instead: GateError): (error: unknown) => never {
  return (error) => {
    throw error instanceof GateError && error.finding.id === 'kernel.package-missing' ? instead : error
  }
}

function zstdMissing({ release }: KernelTarget): GateError {
  return new GateError({
    id: 'host.missing-program',
    stage: 'install',
    severity: 'error',
    title: `zstd is missing, with which what earlier runs kept of ${release} is packed`,
    remedy: 'Install zstd, or let the gate do so with install: true.',
  })
}

function programBroken({ release }: KernelTarget, broken: string): GateError {
  return new GateError({
    id: 'toolchain.program-broken',
    stage: 'install',
    severity: 'error',
    title: `A compiled program for building modules for ${release} does not start here: ${broken}`,
    remedy: 'Install what its package depends on (apt-cache depends linux-kbuild-…), or let the gate do so with install: true.',
  })
}

/**
 * Whether the tree may be made of the header packages. Options of one's own make another configuration, for which the generated headers must be made
 * anew; drivers of the kernel's own source need that source; another architecture's programs do not run here; and `cache: false` asks for the long way.
 * Neither may a kernel that was patched beyond linux-source, whose Kconfig files are others.
 */
function mayUseHeaders({ module, options, allowances, cache }: Request, target: KernelTarget): boolean {
  return cache && module.kind === 'out-of-tree' && options.length === 0 && allowances.length === 0 && architectureOf(target).name === nativeArchitecture()?.name
}

/** What the stage says of the packages that it installed. */
export const asked = (installed: readonly string[]): string => (installed.length === 0 ? 'all packages are there' : `${installed.length} packages asked of apt`)

/** A kit without source, given out when its headers are there; the whole of it is kept once that is. */
async function comingKit(host: Host, target: KernelTarget, cacheDir: string, cache: PartCache, workDir: string): Promise<ComingKit> {
  const states = await cache.take([kitPart(target, cacheDir)])
  const coming = await beginKit(host, target, { cacheDir, workDir })
  void coming.image.then(
    () => cache.keep(states),
    () => undefined,
  )
  return coming
}

/** Of linux-source only what Kconfig needs is unpacked and kept. */
async function keptSource(host: Host, target: KernelTarget, cacheDir: string, cache: PartCache): Promise<void> {
  const states = await cache.take([kconfigPart(target, cacheDir)])
  if (await exists(kconfigDir(target, cacheDir))) return
  await withSource(host, target, cacheDir, (sourceTar) => keepKconfig(host, { target, sourceTar }, cacheDir))
  cache.keep(states)
}

/**
 * What cannot be built is said before anything large is fetched. Gives the name of the set of patches that the kernel is built with.
 * @throws GateError `toolchain.other-suite`
 */
async function requireBuildable(host: Host, target: KernelTarget, depends: string): Promise<string | undefined> {
  const featureset = featuresetOfDepends(depends)
  const compiler = compilerOfDepends(depends)
  // What apt's own sources have is built with what they have.
  if (target.archive === undefined || compiler === undefined || (await canHaveCompiler(host, compiler, crossFor(architectureOf(target))))) return featureset
  throw otherSuite(target, compiler, (await ownMirrors(host)).own)
}

function otherSuite({ release, flavour, archive }: KernelTarget, compiler: string, own: Suite): GateError {
  const suite = archive === undefined ? undefined : suiteOfArchive(archive)
  const where = suite === undefined ? 'a container of its own suite' : `a ${suite.base} container`
  return new GateError({
    id: 'toolchain.other-suite',
    stage: 'install',
    severity: 'error',
    title: `${release} is built with ${compiler}${crossOf(flavour)}, which ${own.name} does not have: use ${where}`,
    remedy: suite === undefined ? 'Run this in a container of the suite that the kernel was made for.' : `Run this in a container such as ${suite.image}.`,
  })
}

/** ` for arm64`, where that is another architecture than the machine's. */
function crossOf(flavour: string): string {
  const cross = crossFor(architectureOf({ flavour }))
  return cross === undefined ? '' : ` for ${cross.name}`
}

/** The same for modules that were built already: neither source nor compilers, only what reads and boots them. */
export async function installForBuilt(host: Host, request: Request, target: KernelTarget, cache: PartCache, workDir: string): Promise<Outcome<KernelKit>> {
  await mkdir(request.cacheDir, { recursive: true })
  const tools = ['dwarves', ...KIT_PACKAGES, ...forGuest(request, target)]
  const installed = request.install ? await installPackages(host, tools) : []
  const { cacheDir, install } = request
  const fetch = (): Promise<KernelKit> => fetchKit(host, target, { cacheDir, workDir, install, source: false })
  const kit = install ? await storedKit(target, cacheDir, cache, fetch) : await fetch()
  await guestBusybox(host, request, target)
  const summary = request.install ? asked(installed) : 'nothing installed (install: false)'
  return { value: kit, summary }
}
