import { mkdir, readFile } from 'node:fs/promises'
import { GUEST_PACKAGES } from '../guest/packages.js'
import type { Host } from '../host/host.js'
import { parseConfig } from '../kconfig/parse.js'
import { canHaveCompiler, compilerOfKernel } from '../kernel/compiler.js'
import { fetchKit } from '../kernel/kit.js'
import { KIT_PACKAGES } from '../kernel/packages.js'
import { GateError } from '../model/errors.js'
import type { KernelKit, KernelKitWithSource, KernelTarget } from '../model/kernel.js'
import type { Request } from '../model/request.js'
import { installPackages } from '../packages/packages.js'
import { ownMirrors } from '../suites/open-view.js'
import { suiteNamed } from '../suites/suites.js'
import { requiredPackages } from '../toolchain/packages.js'
import type { Outcome } from './recorder.js'

/** Downloads and unpacks the kernel's packages and installs the tools; with `install: false` uses what is there. */
export async function installStage(host: Host, request: Request, target: KernelTarget): Promise<Outcome<KernelKitWithSource>> {
  await mkdir(request.cacheDir, { recursive: true })
  if (!request.install) {
    return { value: await fetchKit(host, target, { cacheDir: request.cacheDir, install: false }), summary: 'nothing installed (install: false)' }
  }
  await requireCompiler(host, request, target)
  const guest = request.boot === 'off' ? [] : GUEST_PACKAGES
  // What any kernel needs comes first in one go: unpacking the kit already uses some of it.
  const first = await installPackages(host, ['build-essential', 'dwarves', ...KIT_PACKAGES, ...guest])
  const kit = await fetchKit(host, target, { cacheDir: request.cacheDir, install: true })
  const config = parseConfig(await readFile(kit.headersConfig, 'utf8'))
  const more = await installPackages(host, requiredPackages(config, target.series))
  const installed = [...first, ...more]
  return { value: kit, summary: installed.length === 0 ? 'all packages are there' : `${installed.length} packages asked of apt` }
}

/**
 * A kernel of another suite may be built with a compiler that this container cannot have; that is said before anything large is fetched.
 * @throws GateError `toolchain.other-suite`
 */
async function requireCompiler(host: Host, request: Request, target: KernelTarget): Promise<void> {
  if (target.archive === undefined) return
  const compiler = await compilerOfKernel(host, target, request.cacheDir)
  if (compiler === undefined || (await canHaveCompiler(host, compiler))) return
  const suite = suiteNamed(target.archive)
  const { own } = await ownMirrors(host)
  const where = suite === undefined ? 'a container of its own suite' : `a ${suite.base} container`
  throw new GateError({
    id: 'toolchain.other-suite',
    stage: 'install',
    severity: 'error',
    title: `${target.release} is built with ${compiler}, which ${own.name} does not have: use ${where}`,
    remedy: suite === undefined ? 'Run this in a container of the suite that the kernel was made for.' : `Run this in a container such as ${suite.image}.`,
  })
}

/** The same for modules that were built already: neither source nor compilers, only what reads and boots them. */
export async function installForBuilt(host: Host, request: Request, target: KernelTarget): Promise<Outcome<KernelKit>> {
  await mkdir(request.cacheDir, { recursive: true })
  const tools = ['dwarves', ...KIT_PACKAGES, ...(request.boot === 'off' ? [] : GUEST_PACKAGES)]
  const installed = request.install ? await installPackages(host, tools) : []
  const kit = await fetchKit(host, target, { cacheDir: request.cacheDir, install: request.install, source: false })
  const summary = request.install ? (installed.length === 0 ? 'all packages are there' : `${installed.length} packages asked of apt`) : 'nothing installed (install: false)'
  return { value: kit, summary }
}
