import { mkdir, readFile } from 'node:fs/promises'
import { GUEST_PACKAGES } from '../guest/packages.js'
import type { Host } from '../host/host.js'
import { parseConfig } from '../kconfig/parse.js'
import { fetchKit } from '../kernel/kit.js'
import { KIT_PACKAGES } from '../kernel/packages.js'
import type { KernelKit, KernelKitWithSource, KernelTarget } from '../model/kernel.js'
import type { Request } from '../model/request.js'
import { installPackages } from '../packages/packages.js'
import { requiredPackages } from '../toolchain/packages.js'
import type { Outcome } from './recorder.js'

/** Downloads and unpacks the kernel's packages and installs the tools; with `install: false` uses what is there. */
export async function installStage(host: Host, request: Request, target: KernelTarget): Promise<Outcome<KernelKitWithSource>> {
  await mkdir(request.cacheDir, { recursive: true })
  if (!request.install) {
    return { value: await fetchKit(host, target, { cacheDir: request.cacheDir, install: false }), summary: 'nothing installed (install: false)' }
  }
  const guest = request.boot === 'off' ? [] : GUEST_PACKAGES
  // What any kernel needs comes first in one go: unpacking the kit already uses some of it.
  const first = await installPackages(host, ['build-essential', 'dwarves', ...KIT_PACKAGES, ...guest])
  const kit = await fetchKit(host, target, { cacheDir: request.cacheDir, install: true })
  const config = parseConfig(await readFile(kit.headersConfig, 'utf8'))
  const more = await installPackages(host, requiredPackages(config, target.series))
  const installed = [...first, ...more]
  return { value: kit, summary: installed.length === 0 ? 'all packages are there' : `${installed.length} packages asked of apt` }
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
