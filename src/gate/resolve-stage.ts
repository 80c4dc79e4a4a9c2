import type { Host } from '../host/host.js'
import { resolveKernel } from '../kernel/resolve.js'
import { UsageError } from '../model/errors.js'
import type { KernelTarget } from '../model/kernel.js'
import type { PackagedKernel, Request } from '../model/request.js'
import { listsAge, refreshLists } from '../packages/packages.js'
import type { Outcome } from './recorder.js'

/** Lists younger than this are not fetched again for a kernel that was not found in them. */
const FRESH = 300

/** Finds the kernel; a release that apt does not know is looked for again in fresh package lists before it is called unknown. */
export async function resolveStage(host: Host, request: Pick<Request, 'install'>, kernel: PackagedKernel): Promise<Outcome<KernelTarget>> {
  const architecture = (await host.run({ program: 'dpkg', args: ['--print-architecture'], seconds: 30 })).stdout.trim()
  if (request.install) await refreshLists(host)
  const target = await resolveKernel(host, kernel, architecture).catch(async (error: unknown) => {
    if (!(error instanceof UsageError) || !request.install || (await listsAge()) < FRESH) throw error
    await refreshLists(host, true)
    return resolveKernel(host, kernel, architecture)
  })
  return { value: target, summary: `${target.release} (${target.packageVersion})` }
}
