import type { Host } from '../host/host.js'
import { resolveKernel } from '../kernel/resolve.js'
import { GateError, UsageError } from '../model/errors.js'
import type { KernelTarget } from '../model/kernel.js'
import type { PackagedKernel } from '../model/request.js'
import { OWN_VIEW } from './apt-view.js'
import { openSuite, ownMirrors, type ViewSetting } from './open-view.js'
import { addedTo, suiteNamed, type Suite } from './suites.js'

/** The kernel of a suite that the user named. `force`: look into fresh lists. @throws UsageError, GateError */
export async function findInSuite(host: Host, spec: PackagedKernel, suite: Suite, setting: ViewSetting, force: boolean): Promise<KernelTarget> {
  const view = await openSuite(host, suite, await ownMirrors(host), setting, force)
  return resolveKernel(host, spec, setting.architecture, view)
}

/** The kernel that apt's own configuration has, or that the named suite has. @throws UsageError, GateError */
export async function findKernel(host: Host, spec: PackagedKernel, setting: ViewSetting, force: boolean): Promise<KernelTarget> {
  const named = spec.suite === undefined ? undefined : suiteNamed(spec.suite)
  // apt's own lists are of the machine's architecture.
  const suite = named ?? (setting.architecture === setting.native ? undefined : (await ownMirrors(host)).own)
  return suite === undefined ? resolveKernel(host, spec, setting.architecture, OWN_VIEW) : findInSuite(host, spec, suite, setting, force)
}

/**
 * A release or package version that apt's own configuration does not have, in the suites that are built in this container but are not in its
 * sources: backports, experimental. undefined when it is in none of them or they cannot be read; other kinds of spec are not looked for.
 */
export async function findBeside(host: Host, spec: PackagedKernel, setting: ViewSetting): Promise<KernelTarget | undefined> {
  if (spec.suite !== undefined || (spec.kind !== 'release' && spec.kind !== 'version') || !setting.install) return undefined
  for (const suite of addedTo((await ownMirrors(host)).own)) {
    try {
      return await findInSuite(host, spec, suite, setting, false)
    } catch (error) {
      if (!(error instanceof UsageError) && !(error instanceof GateError)) throw error
      host.log.detail(`${suite.name}: ${error.message}`)
    }
  }
  return undefined
}
