import { type DkmsConf } from '../../src/dkms/conf.js'
import { exclusion } from '../../src/dkms/exclusion.js'

/** What dkms and the gate both have an idea of, in one form. */
export interface Understanding {
  readonly valid: boolean
  readonly values?: Readonly<Record<string, unknown>>
}

/** Reads the records of oracle.sh. */
export function dkmsUnderstands(output: string): Understanding {
  const records = new Map(output.split('\0').filter((record) => record !== '').map((record) => [record.slice(0, record.indexOf('=')), record.slice(record.indexOf('=') + 1)] as const))
  const text = (name: string) => records.get(name) ?? ''
  const array = (name: string) => [...records].filter(([key]) => key.startsWith(`${name}[`)).map(([, value]) => value)
  if (!records.has('status')) throw new Error(`dkms gave no answer: ${output}`)
  if (text('status') !== '0') return { valid: false }
  return {
    valid: true,
    values: {
      packageName: text('package_name'),
      packageVersion: text('package_version'),
      make: text('make_command'),
      clean: text('clean'),
      preBuild: text('pre_build'),
      postBuild: text('post_build'),
      obsoleteBy: text('obsolete_by'),
      excluded: text('build_exclude') !== '',
      autoinstall: text('AUTOINSTALL') !== '',
      patches: array('patch_array'),
      buildDepends: array('BUILD_DEPENDS').filter((name) => name !== ''),
      modules: array('built_module_name').map((name, i) => [name, text(`built_module_location[${i}]`), text(`dest_module_name[${i}]`), text(`DEST_MODULE_LOCATION[${i}]`), text(`strip[${i}]`) !== 'no']),
    },
  }
}

/** The same of our own reading. */
export function gateUnderstands(conf: DkmsConf | undefined): Understanding {
  if (conf === undefined) return { valid: false }
  return {
    valid: true,
    values: {
      packageName: conf.packageName,
      packageVersion: conf.packageVersion,
      make: conf.make,
      clean: conf.clean ?? '',
      preBuild: conf.preBuild ?? '',
      postBuild: conf.postBuild ?? '',
      obsoleteBy: conf.obsoleteBy ?? '',
      excluded: exclusion(conf) !== undefined,
      autoinstall: conf.autoinstall,
      patches: conf.patches,
      buildDepends: conf.buildDepends,
      modules: conf.builtModules.map((module) => [module.name, module.location, module.destName, module.destLocation, module.strip]),
    },
  }
}
