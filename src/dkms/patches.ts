import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { join } from 'node:path'
import type { Finding } from '../model/finding.js'
import { buildDirOf, type DkmsConf } from './conf.js'

/** Seconds for one patch. */
const DEADLINE = 60

/**
 * Applies the patches that are for this kernel in the build directory, in order, with `patch -p1`; the first that fails ends it, as in dkms.
 * patch(1) would ask a terminal about one that is applied already; --forward gives the answer that dkms gets without one: no.
 */
export async function applyPatches(host: Host, conf: DkmsConf, logFile: string, shown: string): Promise<Finding[]> {
  const dir = buildDirOf(conf)
  for (const name of conf.patches) {
    if (`patches/${name}/`.includes('/../')) return [fault(shown, name, 'leads out of patches/', 'dkms takes patches from the folder patches alone.')]
    if (!(await exists(join(dir, 'patches', name)))) return [fault(shown, name, 'is not in patches/', `Add patches/${name}, or take it out of dkms.conf.`)]
    const exit = await host.run({ program: 'patch', args: patchArgs(name), cwd: dir, seconds: DEADLINE, logFile })
    if (exit.status !== 0) return [{ ...fault(shown, name, `does not apply for ${conf.target.release}`, 'Make it against the sources as they are, with a/ and b/ before the paths, or give it a PATCH_MATCH.'), detail: `${exit.stdout}${exit.stderr}`.trim() }]
  }
  return []
}

/** Arguments of patch(1) for a name below patches/. */
export function patchArgs(name: string): string[] {
  return ['-p1', '--forward', `--input=patches/${name}`]
}

function fault(shown: string, name: string, what: string, remedy: string): Finding {
  return { id: 'build.dkms-patch', stage: 'build', severity: 'fail', title: `${shown}: the patch ${name} ${what}`, remedy, place: { file: shown } }
}
