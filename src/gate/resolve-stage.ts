import type { Host } from '../host/host.js'
import { UsageError } from '../model/errors.js'
import type { KernelTarget } from '../model/kernel.js'
import type { PackagedKernel, Request } from '../model/request.js'
import { listsAge, refreshLists } from '../packages/packages.js'
import { whileUnchanged } from '../packages/unchanged.js'
import { architectureOfSpec } from '../request/kernel-spec.js'
import { findSuperseded } from '../snapshot/find.js'
import { findBeside, findKernel } from '../suites/find.js'
import type { Outcome } from './recorder.js'

/** Lists younger than this are not fetched again for a kernel that was not found in them. */
const FRESH = 300

/** What this stage reads of a request. */
export type ResolveRequest = Pick<Request, 'install' | 'cacheDir'> & {
  /** Whether an answer may be used that was made of the same package lists. */
  readonly cache?: boolean
  /** Address of the snapshot archive; without one apt's own configuration is asked. */
  readonly snapshotUrl?: string
}

/**
 * Finds the kernel: in the suite that was named, else in what apt is configured for. A release or version that is not there is looked for in
 * fresh lists, then in the suites that go with the container (backports, experimental), then in the snapshot archive.
 */
export async function resolveStage(host: Host, request: ResolveRequest, kernel: PackagedKernel): Promise<Outcome<KernelTarget>> {
  const native = (await host.run({ program: 'dpkg', args: ['--print-architecture'], seconds: 30 })).stdout.trim()
  const setting = { cacheDir: request.cacheDir, install: request.install, architecture: architectureOfSpec(kernel)?.name ?? native, native }
  if (request.install) await refreshLists(host)
  const find = () =>
    findKernel(host, kernel, setting, false).catch(async (error: unknown) => {
      if (!(error instanceof UsageError) || !request.install) throw error
      return (await inFreshLists(host, kernel, setting)) ?? (await findBeside(host, kernel, setting)) ?? (await findSuperseded(host, kernel, { ...setting, url: request.snapshotUrl }, error))
    })
  const target = request.cache === true ? await whileUnchanged(request.cacheDir, ['target', kernel, setting.architecture, request.install, request.snapshotUrl ?? ''], find) : await find()
  const from = target.archive === undefined ? '' : `, ${target.archive}`
  return { value: target, summary: `${target.release} (${target.packageVersion}${from})` }
}

async function inFreshLists(host: Host, kernel: PackagedKernel, setting: Parameters<typeof findKernel>[2]): Promise<KernelTarget | undefined> {
  if (setting.architecture === setting.native) {
    if ((await listsAge()) < FRESH) return undefined
    await refreshLists(host, true)
  }
  return findKernel(host, kernel, setting, true).catch((error: unknown) => {
    if (error instanceof UsageError) return undefined
    throw error
  })
}
