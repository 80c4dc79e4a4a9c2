import { mkdir, readFile } from 'node:fs/promises'
import type { PartCache } from '../cache/open-cache.js'
import { kitPart } from '../cache/parts.js'
import { architectureOf, crossFor, nativeArchitecture } from '../architecture/table.js'
import { packagesFor } from '../guest/packages.js'
import type { Host } from '../host/host.js'
import { parseConfig } from '../kconfig/parse.js'
import { canHaveCompiler, compilerOfDepends, dependsOfHeaders, featuresetOfDepends } from '../kernel/compiler.js'
import { featuresetPatches } from '../kernel/featureset.js'
import { fetchKit } from '../kernel/kit.js'
import { KIT_PACKAGES } from '../kernel/packages.js'
import { GateError } from '../model/errors.js'
import type { KernelKit, KernelKitWithSource, KernelTarget } from '../model/kernel.js'
import type { Request } from '../model/request.js'
import { installPackages } from '../packages/packages.js'
import { whileUnchanged } from '../packages/unchanged.js'
import { ownMirrors } from '../suites/open-view.js'
import { suiteOfArchive, type Suite } from '../suites/suites.js'
import { requiredPackages } from '../toolchain/packages.js'
import { guestBusybox } from './guest-busybox.js'
import type { Outcome } from './recorder.js'

const forGuest = (request: Request, target: KernelTarget): string[] => packagesFor(request, architectureOf(target), nativeArchitecture())

/** Downloads and unpacks the kernel's packages and installs the tools; with `install: false` uses what is there. */
export async function installStage(host: Host, request: Request, target: KernelTarget, cache: PartCache): Promise<Outcome<KernelKitWithSource>> {
  await mkdir(request.cacheDir, { recursive: true })
  const featureset = await requireBuildable(host, request, target)
  if (!request.install) {
    const kit = await fetchKit(host, target, { cacheDir: request.cacheDir, install: false })
    return { value: await withPatches(host, request, kit, featureset), summary: 'nothing installed (install: false)' }
  }
  const guest = forGuest(request, target)
  // What any kernel needs comes first in one go: unpacking the kit already uses some of it.
  const first = await installPackages(host, ['build-essential', 'dwarves', ...KIT_PACKAGES, ...guest])
  const states = await cache.take([kitPart(target, request.cacheDir)])
  const kit = await fetchKit(host, target, { cacheDir: request.cacheDir, install: true })
  // Right after it was made: a gate fails often, and what comes later may not come at all.
  cache.keep(states)
  const patched = await withPatches(host, request, kit, featureset)
  const config = parseConfig(await readFile(kit.headersConfig, 'utf8'))
  const more = await installPackages(host, requiredPackages(config, target.series, crossFor(architectureOf(target))))
  await guestBusybox(host, request, target)
  const installed = [...first, ...more]
  return { value: patched, summary: installed.length === 0 ? 'all packages are there' : `${installed.length} packages asked of apt` }
}

/**
 * What cannot be built is said before anything large is fetched. Gives the name of the set of patches that the kernel is built with.
 * @throws GateError `toolchain.other-suite`
 */
async function requireBuildable(host: Host, request: Request, target: KernelTarget): Promise<string | undefined> {
  const ask = () => dependsOfHeaders(host, target, request.cacheDir)
  const depends = request.cache ? await whileUnchanged(request.cacheDir, ['depends of headers', target], ask) : await ask()
  const featureset = featuresetOfDepends(depends)
  const compiler = compilerOfDepends(depends)
  // What apt's own sources have is built with what they have.
  if (target.archive === undefined || compiler === undefined || (await canHaveCompiler(host, compiler, crossFor(architectureOf(target))))) return featureset
  throw otherSuite(target, compiler, (await ownMirrors(host)).own)
}

/** @throws GateError `kernel.other-source` when the patches cannot be had */
async function withPatches(host: Host, { cacheDir, install }: Request, kit: KernelKitWithSource, featureset: string | undefined): Promise<KernelKitWithSource> {
  if (featureset === undefined) return kit
  return { ...kit, featureset: { name: featureset, patches: await featuresetPatches(host, kit, featureset, { cacheDir, install }) } }
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
export async function installForBuilt(host: Host, request: Request, target: KernelTarget, cache: PartCache): Promise<Outcome<KernelKit>> {
  await mkdir(request.cacheDir, { recursive: true })
  const tools = ['dwarves', ...KIT_PACKAGES, ...forGuest(request, target)]
  const installed = request.install ? await installPackages(host, tools) : []
  const states = request.install ? await cache.take([kitPart(target, request.cacheDir)]) : []
  const kit = await fetchKit(host, target, { cacheDir: request.cacheDir, install: request.install, source: false })
  cache.keep(states)
  await guestBusybox(host, request, target)
  const summary = request.install ? (installed.length === 0 ? 'all packages are there' : `${installed.length} packages asked of apt`) : 'nothing installed (install: false)'
  return { value: kit, summary }
}
