import { readFile, writeFile } from 'node:fs/promises'
import type { Host } from '../host/host.js'
import { telling } from '../host/progress.js'
import type { Finding } from '../model/finding.js'
import { duration } from '../text/size.js'
import { buildFindings, type Locate } from './diagnostics.js'
import { mayNeedClean } from './cleanable.js'
import { make, moduleArgs, type MakeSetting } from './make.js'
import { placesEnvironment, withPlaces, type Place } from './places.js'

/** Seconds for one module; the largest drivers take minutes on two cores. */
const BUILD_DEADLINE = 3600
const CLEAN_DEADLINE = 300

export interface BuildPlan {
  readonly setting: MakeSetting
  /** Directory given to M=: absolute for a copy of the user's tree, relative to the kernel tree for an in-tree driver. */
  readonly moduleDir: string
  readonly makeArgs: readonly string[]
  readonly logFile: string
  readonly locate: Locate
  readonly places: readonly Place[]
  /** Directory from which what earlier builds left is taken away, so that nothing stale is linked; absent where nothing can be left. */
  readonly clean?: string
}

/** Files that kbuild's short lines (`  CC [M]  a.o`) have told of so far. */
function compiled(log: string): number {
  return log.match(/^ {2}(?:CC|AS|RUSTC)\b/gm)?.length ?? 0
}

/** Runs `make M= modules`. No finding of severity `fail` or `error` means that make ended well. */
export async function buildModules(host: Host, plan: BuildPlan): Promise<Finding[]> {
  await writeFile(plan.logFile, '')
  if (plan.clean !== undefined && (await mayNeedClean(plan.clean))) {
    const exit = await host.run(make(moduleArgs(plan.setting, plan.moduleDir, 'clean', plan.makeArgs), { seconds: CLEAN_DEADLINE, logFile: plan.logFile }))
    if (exit.status !== 0) host.log.detail(exit.stderr)
  }
  const args = moduleArgs(plan.setting, plan.moduleDir, 'modules', withPlaces(plan.makeArgs, plan.places))
  const compiling = host.run(make(args, { seconds: BUILD_DEADLINE, logFile: plan.logFile, env: placesEnvironment(plan.places) }))
  const exit = await telling(host.log, 'compiling', async (seconds) => `${compiled(await readFile(plan.logFile, 'utf8'))} files, ${duration(seconds)}`, compiling)
  host.log.detail(exit.stdout)
  host.log.detail(exit.stderr)
  const findings = buildFindings(`${exit.stdout}\n${exit.stderr}`, plan.locate)
  if (exit.timedOut) return [...findings, { id: 'build.timeout', stage: 'build', severity: 'error', title: `make did not end within ${BUILD_DEADLINE} s` }]
  if (exit.status === 0 || findings.some((f) => f.severity === 'fail')) return findings
  const tail = (await readFile(plan.logFile, 'utf8')).trimEnd().split('\n').slice(-20).join('\n')
  return [...findings, { id: 'build.failed', stage: 'build', severity: 'fail', title: `make ended with status ${exit.status}`, detail: tail, remedy: 'The whole output is in make.log.' }]
}
