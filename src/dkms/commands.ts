import { buildDirOf, type DkmsConf } from './conf.js'

/** How one step of the build is run. `env` is added to an environment without the variables that would change a kernel build. */
export interface ShellCommand {
  readonly program: 'bash'
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** The command as dkms would print it. */
  readonly shown: string
}

export interface BuildSetting {
  /** The compiler that the kernel's configuration names. */
  readonly cc: string
  readonly jobs: number
  /** The user's own NAME=value and options of make; checked by the request. */
  readonly makeArgs: readonly string[]
}

/** Variables that dkms's own shell has when it evaluates a command; not exported, as there. */
const VARIABLES = ['module', 'module_version', 'kernelver', 'arch', 'kernel_source_dir', 'dkms_tree', 'source_tree'] as const

/**
 * MAKE as dkms runs it: evaluated by bash in the build directory, and a command that begins with `make` gets `-jN KERNELRELEASE=…`
 * behind that word. Quoting it ('make') is the documented way to be spared; so nothing but the compiler is insisted on beyond that.
 */
export function makeCommand(conf: DkmsConf, setting: BuildSetting): ShellCommand {
  const command = conf.make.startsWith('make') ? `make -j${setting.jobs} KERNELRELEASE=${conf.target.release}${conf.make.slice('make'.length)}` : conf.make
  return evaluated(conf, setting, conf.rules.braces ? `{ ${command}; }` : command, command)
}

/** The command that cleans before the build, or undefined; dkms does not look at its status. */
export function cleanCommand(conf: DkmsConf, setting: BuildSetting): ShellCommand | undefined {
  return conf.clean === undefined ? undefined : evaluated(conf, setting, conf.clean, conf.clean)
}

/** PRE_BUILD with its arguments. dkms runs it only when the file that its first word names is executable. */
export function preBuildCommand(conf: DkmsConf, setting: BuildSetting): ShellCommand | undefined {
  if (conf.preBuild === undefined) return undefined
  const run = `${buildDirOf(conf)}/${conf.preBuild}`
  if (conf.rules.scriptsCount) return evaluated(conf, setting, run, conf.preBuild)
  // Split at blanks and expanded as patterns, but no quotes and no variables.
  return { program: 'bash', args: ['--noprofile', '--norc', '-c', 'run=$1; set --; exec $run', 'dkms', run], cwd: buildDirOf(conf), env: environment(conf, setting), shown: conf.preBuild }
}

/** The file that must be executable for PRE_BUILD to run: up to the first blank. */
export function preBuildFile(conf: DkmsConf): string | undefined {
  return conf.preBuild === undefined ? undefined : `${buildDirOf(conf)}/${conf.preBuild.replace(/ .*$/s, '')}`
}

function evaluated(conf: DkmsConf, setting: BuildSetting, command: string, shown: string): ShellCommand {
  const { packageName, packageVersion, target, dkmsTree } = conf
  const values: Record<(typeof VARIABLES)[number], string> = {
    module: packageName,
    module_version: packageVersion,
    kernelver: target.release,
    arch: target.arch,
    kernel_source_dir: target.sourceDir,
    dkms_tree: dkmsTree,
    source_tree: '/usr/src',
  }
  const script = `umask 022\n${VARIABLES.map((name, i) => `${name}=$${i + 1}`).join(' ')}\nshift ${VARIABLES.length}\neval "$1"`
  return { program: 'bash', args: ['--noprofile', '--norc', '-c', script, 'dkms', ...VARIABLES.map((name) => values[name]), command], cwd: buildDirOf(conf), env: environment(conf, setting), shown }
}

/**
 * dkms exports the kernel's compiler as CC, which kbuild does not look at: on a user's machine the headers' own .kernelvariables say it.
 * The gate's tree has none, so the compiler also goes into MAKEFLAGS, where definitions count as if they stood on the command line of
 * every make below (GNU make manual, 5.7.3). What MAKE itself says on a command line still wins.
 */
function environment(conf: DkmsConf, setting: BuildSetting): Record<string, string> {
  const definitions = [`CC=${setting.cc}`, ...setting.makeArgs.filter((word) => !word.startsWith('-'))]
  const options = setting.makeArgs.filter((word) => word.startsWith('-'))
  return {
    CC: setting.cc,
    ...(conf.rules.scriptsCount && { KERNEL_CC: setting.cc }),
    MAKEFLAGS: [...options, '--', ...definitions.map(makeflag)].join(' '),
  }
}

/** One word for MAKEFLAGS: make splits it at blanks that have no backslash, and expands it once before that (GNU make, decode_env_switches). */
export function makeflag(word: string): string {
  return word.replace(/[\\\s]/g, '\\$&').replaceAll('$', '$$$$')
}
