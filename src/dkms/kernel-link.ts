import { mkdir, realpath, rmdir, symlink, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Command, Host } from '../host/host.js'
import type { Finding } from '../model/finding.js'

const MODULES = '/lib/modules'
/** Seconds for asking whether a namespace can be had. */
const DEADLINE = 20

/** How commands see `/lib/modules/<release>/build`, where many Makefiles look for the kernel and where the gate installs nothing. */
export interface KernelLink {
  readonly how: 'there already' | 'namespace' | 'link' | 'none'
  /** The command as it has to be run. */
  wrap(command: Pick<Command, 'program' | 'args'>): { readonly program: string; readonly args: readonly string[] }
  /** Takes away what was made. */
  remove(): Promise<void>
  /** Present for `none`: said only when the build goes wrong. */
  readonly finding?: Finding
}

const plain: KernelLink['wrap'] = ({ program, args }) => ({ program, args })

/**
 * Runs in the namespace: an empty file system over /lib/modules that holds the one link. Nobody else sees it, and it ends with the command.
 * $1 is the release, $2 the tree; the command follows.
 */
const IN_NAMESPACE = `mkdir -p ${MODULES} && mount -t tmpfs -o mode=755 kmod-gate ${MODULES} && mkdir "${MODULES}/$1" && ln -s "$2" "${MODULES}/$1/build" && ln -s "$2" "${MODULES}/$1/source" && shift 2 && exec "$@"`

/** Arguments of unshare(1) for a command that shall see the tree at /lib/modules/<release>/build. */
export function namespaceArgs(release: string, treeDir: string, command: readonly string[]): string[] {
  return ['--mount', '--propagation', 'private', 'sh', '-c', IN_NAMESPACE, 'sh', release, treeDir, ...command]
}

/**
 * Gives commands the kernel tree under the name that a user's machine has it at. In this order: the link is there and right; a mount
 * namespace (root with CAP_SYS_ADMIN: a container of a CI service often has none); a real link, for as long as the build lasts, only where there
 * is nothing yet and the gate may; nothing. A link that leads elsewhere is never touched.
 */
export async function linkKernel(host: Host, release: string, treeDir: string, modulesDir = MODULES): Promise<KernelLink> {
  const link = join(modulesDir, release, 'build')
  const nothing = () => Promise.resolve()
  const leadsTo = await target(link)
  if (leadsTo !== undefined && leadsTo === (await target(treeDir))) return { how: 'there already', wrap: plain, remove: nothing }
  const made = (await exists(modulesDir)) ? [] : [modulesDir]
  if (modulesDir === MODULES && (await namespaceWorks(host, release, treeDir))) {
    return { how: 'namespace', wrap: ({ program, args }) => ({ program: 'unshare', args: namespaceArgs(release, treeDir, [program, ...args]) }), remove: () => removeDirs(made) }
  }
  try {
    await mkdir(modulesDir, { recursive: true })
    if (!(await exists(link))) {
      const dir = join(modulesDir, release)
      if (!(await exists(dir))) {
        await mkdir(dir)
        made.push(dir)
      }
      await symlink(treeDir, link)
      return { how: 'link', wrap: plain, remove: () => unlink(link).then(() => removeDirs(made)) }
    }
  } catch (error) {
    // Not root, or a file system that is read only: the build may do without.
    host.log.detail(`${link} cannot be made: ${String(error)}`)
  }
  await removeDirs(made)
  return { how: 'none', wrap: plain, remove: nothing, finding: unavailable(link, treeDir) }
}

async function namespaceWorks(host: Host, release: string, treeDir: string): Promise<boolean> {
  if ((await host.which('unshare')) === undefined) return false
  return (await host.run({ program: 'unshare', args: namespaceArgs(release, treeDir, ['true']), seconds: DEADLINE })).status === 0
}

const target = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined)

/** Innermost first; one that somebody else put something into stays. */
async function removeDirs(dirs: readonly string[]): Promise<void> {
  for (const dir of [...dirs].reverse()) await rmdir(dir).catch(() => undefined)
}

function unavailable(link: string, treeDir: string): Finding {
  return {
    id: 'build.dkms-kernel-link',
    stage: 'build',
    severity: 'note',
    title: `${link} is not the tree that the gate builds in`,
    detail: `The tree is ${treeDir}. Commands that use $kernel_source_dir find it; a Makefile that writes ${link} does not.`,
    remedy: 'Take the directory from a variable that dkms.conf sets to $kernel_source_dir, or run the gate as root in a container without that link.',
  }
}
