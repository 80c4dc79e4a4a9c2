import { architectureOf, crossFor, nativeArchitecture } from '../architecture/table.js'
import { fetchBusybox } from '../guest/fetch-busybox.js'
import type { Host } from '../host/host.js'
import type { KernelTarget } from '../model/kernel.js'
import type { Request } from '../model/request.js'

/** Path of the busybox for a guest of another architecture; undefined where the machine's own does, or nothing is booted. @throws GateError */
export async function guestBusybox(host: Host, { boot, cacheDir, install }: Pick<Request, 'boot' | 'cacheDir' | 'install'>, target: Pick<KernelTarget, 'flavour'>): Promise<string | undefined> {
  const cross = crossFor(architectureOf(target))
  if (cross === undefined || boot === 'off') return undefined
  return fetchBusybox(host, { cacheDir, install, architecture: cross.name, native: nativeArchitecture()?.name ?? '' })
}
