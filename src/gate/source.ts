import type { Host } from '../host/host.js'
import type { Report } from '../model/report.js'
import type { Request } from '../model/request.js'

/** Which commit was checked: what the runner says, else what git says of the module's repository. A report without one is of no use to a release. */
export async function sourceOf(host: Host, { module }: Request, variables: Readonly<Record<string, string | undefined>>): Promise<Report['source']> {
  const repository = variables['GITHUB_REPOSITORY']
  const about = repository === undefined || repository === '' ? {} : { repository }
  const commit = variables['GITHUB_SHA']
  if (commit !== undefined && /^[0-9a-f]{40,64}$/.test(commit)) return { commit, ...about }
  if (module.kind !== 'out-of-tree' || (await host.which('git')) === undefined) return about.repository === undefined ? undefined : about
  // The checkout may belong to another user, as it does in a container job; only its HEAD is read.
  const { status, stdout } = await host.run({ program: 'git', args: ['-c', `safe.directory=${module.repository}`, '-C', module.repository, 'rev-parse', '--verify', '--quiet', 'HEAD'], seconds: 30 })
  const head = stdout.trim()
  return status === 0 && /^[0-9a-f]{40,64}$/.test(head) ? { commit: head, ...about } : about.repository === undefined ? undefined : about
}
