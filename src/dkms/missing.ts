import { join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Finding } from '../model/finding.js'
import { buildDirOf, type DkmsConf } from './conf.js'

/** Path of a built module below the build directory. */
export const builtPath = (module: { readonly location: string; readonly name: string }): string => `${module.location}${module.name}.ko`

/** A module that dkms.conf names must be there after the build, or dkms calls the build failed (status 7). */
export async function missingModules(conf: DkmsConf, shown: string): Promise<Finding[]> {
  const found: Finding[] = []
  for (const [index, module] of conf.builtModules.entries()) {
    if (await exists(join(buildDirOf(conf), builtPath(module)))) continue
    found.push({
      id: 'build.dkms-missing-module',
      stage: 'build',
      severity: 'fail',
      title: `${shown} says that the build makes ${builtPath(module)}, and it did not`,
      remedy: `Set BUILT_MODULE_NAME[${index}] and BUILT_MODULE_LOCATION[${index}] to what is built, or leave the module out for this kernel.`,
      place: { file: shown },
    })
  }
  return found
}
