import { constants } from 'node:fs'
import { access, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { copyRepository } from '../build/copy.js'
import { buildFindings, type Locate } from '../build/diagnostics.js'
import type { Command, Exit, Host } from '../host/host.js'
import type { Finding } from '../model/finding.js'
import { cleanCommand, makeCommand, preBuildCommand, preBuildFile, type BuildSetting, type ShellCommand } from './commands.js'
import { buildDirOf, type DkmsConf } from './conf.js'
import { linkKernel, type KernelLink } from './kernel-link.js'
import { missingModules } from './missing.js'
import { overrides } from './overrides.js'
import { applyPatches } from './patches.js'

/** Seconds; the largest drivers take minutes on two cores. */
const BUILD_DEADLINE = 3600
const CLEAN_DEADLINE = 300

export interface DkmsPlan {
  readonly conf: DkmsConf
  readonly setting: BuildSetting
  /** The directory that holds dkms.conf. It is only read. */
  readonly sourceDir: string
  /** Directories below it that are not copied: the output directory and the cache. */
  readonly exclude: readonly string[]
  /** Variables that are taken away from or added to every command, as for other builds of kernel code. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What plays /lib/modules, when it is another directory. */
  readonly modulesDir?: string
  readonly logFile: string
  readonly locate: Locate
  /** dkms.conf as findings name it. */
  readonly shown: string
}

/**
 * Builds the package as dkms does: copy, patches, PRE_BUILD, CLEAN (where dkms runs it), MAKE; then every module that dkms.conf names must be
 * there. The modules are in `buildDirOf(conf)`, not stripped. POST_BUILD is not run: dkms has put the modules aside before it does.
 * No finding of severity `fail` or `error` means that dkms would have been content.
 */
export async function buildWithDkms(host: Host, plan: DkmsPlan): Promise<Finding[]> {
  const { conf, setting, shown, logFile } = plan
  await writeFile(logFile, '')
  await placeSources(plan)
  const findings = overrides(conf, setting.cc, shown)
  const refused = await applyPatches(host, conf, logFile, shown)
  if (refused.length > 0) return [...findings, ...refused]
  const link = await linkKernel(host, conf.target.release, conf.target.sourceDir, plan.modulesDir)
  try {
    return [...findings, ...(await build(host, plan, link))]
  } finally {
    await link.remove()
  }
}

async function build(host: Host, plan: DkmsPlan, link: KernelLink): Promise<Finding[]> {
  const { conf, setting, shown } = plan
  const run = (command: ShellCommand, seconds: number): Promise<Exit> => host.run(hostCommand(plan, link, command, seconds))
  const findings = await preBuild(plan, run)
  if (findings.some((finding) => finding.severity === 'fail')) return findings
  const clean = cleanCommand(conf, setting)
  if (clean !== undefined) await run(clean, CLEAN_DEADLINE)
  const exit = await run(makeCommand(conf, setting), BUILD_DEADLINE)
  host.log.detail(exit.stdout)
  host.log.detail(exit.stderr)
  findings.push(...buildFindings(`${exit.stdout}\n${exit.stderr}`, plan.locate))
  if (exit.timedOut) return [...findings, { id: 'build.timeout', stage: 'build', severity: 'error', title: `MAKE of ${shown} did not end within ${BUILD_DEADLINE} s` }]
  if (exit.status === 0) return [...findings, ...(await missingModules(conf, shown))]
  const unseen = link.finding === undefined ? [] : [link.finding]
  if (findings.some((finding) => finding.severity === 'fail')) return [...findings, ...unseen]
  const tail = (await readFile(plan.logFile, 'utf8')).trimEnd().split('\n').slice(-20).join('\n')
  return [...findings, { id: 'build.failed', stage: 'build', severity: 'fail', title: `MAKE of ${shown} ended with status ${exit.status}`, detail: tail, remedy: 'The whole output is in make.log.' }, ...unseen]
}

/** The copy, with `source` beside it as in dkms's tree, leading to the copy: nothing may write to the user's own. */
async function placeSources({ conf, sourceDir, exclude }: DkmsPlan): Promise<void> {
  const dir = buildDirOf(conf)
  await rm(dirname(dir), { recursive: true, force: true })
  await mkdir(dirname(dir), { recursive: true })
  await copyRepository(sourceDir, dir, exclude)
  await symlink('build', join(dirname(dir), 'source'))
}

async function preBuild({ conf, setting, shown }: DkmsPlan, run: (command: ShellCommand, seconds: number) => Promise<Exit>): Promise<Finding[]> {
  const command = preBuildCommand(conf, setting)
  const file = preBuildFile(conf)
  if (command === undefined || file === undefined) return []
  const about = { id: 'build.dkms-pre-build', stage: 'build', place: { file: shown } } as const
  const executable = await access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
  if (!executable) return [{ ...about, severity: 'warning', title: `${shown}: PRE_BUILD ${command.shown} is not executable, so dkms does not run it`, remedy: 'Make the script executable in the repository.' }]
  const exit = await run(command, BUILD_DEADLINE)
  if (exit.status === 0) return []
  const detail = `${exit.stdout}${exit.stderr}`.trimEnd().split('\n').slice(-20).join('\n')
  // Older releases of dkms build on as if nothing had happened.
  return [{ ...about, severity: conf.rules.scriptsCount ? 'fail' : 'warning', title: `${shown}: PRE_BUILD ${command.shown} ended with status ${exit.status}`, detail }]
}

/** The command as Host runs it: in the environment of all kernel builds, and with the kernel where Makefiles look for it. */
function hostCommand(plan: DkmsPlan, link: KernelLink, command: ShellCommand, seconds: number): Command {
  return { ...link.wrap(command), cwd: command.cwd, env: { ...plan.environment, ...command.env }, seconds, logFile: plan.logFile }
}
