import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { architectureOf } from '../architecture/table.js'
import { make, treeArgs, type MakeSetting } from '../build/make.js'
import type { Host } from '../host/host.js'
import { telling } from '../host/progress.js'
import { diffConfigs } from '../kconfig/diff.js'
import { compareShippedConfigs } from '../kconfig/shipped.js'
import { checkAutoConf } from '../kconfig/auto-conf.js'
import { judgeConfig, type Judgement } from '../kconfig/judge.js'
import { loadKconfig } from '../kconfig/load.js'
import type { KconfigModel } from '../kconfig/model.js'
import { parseConfig } from '../kconfig/parse.js'
import { writeOptions } from '../kconfig/write.js'
import type { ConfigVerdict, GuardMoment } from '../model/config.js'
import { GateError } from '../model/errors.js'
import { verdictOf, type Finding } from '../model/finding.js'
import { type HeadersKit, type KernelImage, usesHeaders } from '../model/kernel.js'
import type { Request } from '../model/request.js'
import { headersDir } from '../tree/headers-tree.js'
import { prepareArgs } from '../toolchain/make-args.js'
import { duration } from '../text/size.js'
import type { ToolState } from '../model/toolchain.js'

const OLDCONFIG_DEADLINE = 300
const PREPARE_DEADLINE = 1800

/** Newlines for oldconfig's questions: each takes the default, as the seed's author did by hand. */
const DEFAULTS = '\n'.repeat(20_000)

/** Looks at the tree's configuration again and again. */
export interface Guard {
  /** Applies the requested options, runs oldconfig and, when that is clean, modules_prepare. */
  prepare(): Promise<Judgement>
  /** The same for a tree that an earlier run prepared with the same tools: compares, and runs neither. */
  recall(): Promise<Judgement>
  /** Compares once more, after the module was built. */
  again(moment: GuardMoment): Promise<Judgement>
  /**
   * Compares what headers and image ship. The image is waited for here and nowhere before: no delta has to. That it cannot be had is a finding beside those
   * of the build, which it must not hide.
   */
  shipped(image: Promise<KernelImage>): Promise<Finding[]>
}

/** `sameTools`: whether all that Kconfig asks is still what it was when the tree was chosen. */
export function createGuard(host: Host, request: Request, kit: HeadersKit, setting: MakeSetting, tools: readonly ToolState[], sameTools: () => Promise<boolean>): Guard {
  const config = join(setting.treeDir, '.config')
  let model: KconfigModel | undefined
  let previous: ConfigVerdict | undefined

  async function judge(moment: GuardMoment): Promise<Judgement> {
    const before = parseConfig(await readFile(kit.headersConfig, 'utf8'))
    const after = parseConfig(await readFile(config, 'utf8'))
    // Kconfig's rules are needed to explain a delta and to check what was asked for; where there is neither, nothing is to be explained.
    if (request.options.length === 0 && request.allowances.length === 0 && previous === undefined && diffConfigs(before, after).length === 0) {
      return { verdict: { deltas: [], groups: [], allowed: [], moment }, findings: [] }
    }
    model ??= await loadKconfig(setting.sourceDir ?? setting.treeDir, setting.srcarch)
    const judgement = judgeConfig({ target: before, now: after, requested: request.options, allowances: request.allowances, tools, kconfig: model, moment, ...(previous !== undefined && { previous }) })
    previous = judgement.verdict
    return judgement
  }

  async function again(moment: GuardMoment): Promise<Judgement> {
    const judgement = await judge(moment)
    const mismatch = checkAutoConf(await readFile(config, 'utf8'), await readFile(join(setting.treeDir, 'include/config/auto.conf'), 'utf8'))
    return { ...judgement, findings: [...judgement.findings, ...mismatch] }
  }

  async function prepare(): Promise<Judgement> {
    const target = await readFile(kit.headersConfig, 'utf8')
    await copyFile(kit.headersConfig, join(request.outputDir, 'config.target'))
    // A tree that is made of the headers has them.
    if (!usesHeaders(kit)) {
      await copyFile(kit.moduleSymvers, join(setting.treeDir, 'Module.symvers'))
      if (kit.btfVmlinux !== undefined) await copyFile(kit.btfVmlinux, join(setting.treeDir, 'vmlinux'))
    }
    await writeFile(config, writeOptions(target, request.options))

    // conf writes it only where there is none (scripts/kconfig/conf.c), and the header packages ship theirs.
    await rm(join(setting.treeDir, 'include/config/auto.conf'), { force: true })
    await step(host, setting, 'oldconfig', OLDCONFIG_DEADLINE, request.outputDir)
    await copyFile(config, join(request.outputDir, 'config.oldconfig'))
    const first = await judge('oldconfig')
    const { findings } = first
    if (findings.some((finding) => finding.severity === 'fail')) return first

    if (usesHeaders(kit)) {
      // The programs are compiled already; what is left of modules_prepare is that Kconfig is asked once more. With the same tools it says the same.
      if (!(await sameTools())) {
        await rm(join(setting.treeDir, 'include/config/auto.conf'), { force: true })
        await step(host, setting, 'syncconfig', OLDCONFIG_DEADLINE, request.outputDir)
      }
      const second = await again('modules_prepare')
      const untold = verdictOf(second.findings) === 'pass' ? await generatedOtherwise(headersDir(kit), setting.treeDir) : []
      return { ...second, findings: [...findings, ...second.findings, ...untold] }
    }
    const variables = [...(setting.variables ?? []), ...architectureOf(kit.target).prepareVariables, ...prepareArgs(parseConfig(target), { rust: false })]
    // In a fresh tree oldconfig has written this file too (scripts/kconfig/conf.c), and make would not ask Kconfig again: a tool that is gone by now must show.
    await rm(join(setting.treeDir, 'include/config/auto.conf'), { force: true })
    await step(host, { ...setting, variables }, 'modules_prepare', PREPARE_DEADLINE, request.outputDir)
    const second = await again('modules_prepare')
    return { ...second, findings: [...findings, ...second.findings] }
  }

  async function recall(): Promise<Judgement> {
    await copyFile(kit.headersConfig, join(request.outputDir, 'config.target'))
    await copyFile(config, join(request.outputDir, 'config.oldconfig'))
    return again('modules_prepare')
  }

  async function shipped(image: Promise<KernelImage>): Promise<Finding[]> {
    try {
      const { imageConfig } = await image
      return compareShippedConfigs(parseConfig(await readFile(kit.headersConfig, 'utf8')), parseConfig(await readFile(imageConfig, 'utf8')))
    } catch (error) {
      if (error instanceof GateError) return [error.finding]
      throw error
    }
  }

  return { prepare, recall, again, shipped }
}

/** What Kconfig writes for the compiler, which must be what the kernel's own build wrote. */
const GENERATED = ['include/config/auto.conf', 'include/generated/autoconf.h']

/** Where .config is the same and these are not, something stands between Kconfig and the compiler. */
async function generatedOtherwise(headers: string, treeDir: string): Promise<Finding[]> {
  const other = []
  for (const file of GENERATED) if ((await readFile(join(headers, file), 'utf8')) !== (await readFile(join(treeDir, file), 'utf8'))) other.push(file)
  if (other.length === 0) return []
  return [
    {
      id: 'config.generated-differ',
      stage: 'guard',
      severity: 'error',
      title: `${other.join(' and ')} differ from what the header packages ship, although .config does not`,
      remedy: 'Check with `cache: false`, which makes everything anew from linux-source, and report it.',
    },
  ]
}

/** @throws GateError: a step that did not end well leaves nothing to compare. */
async function step(host: Host, setting: MakeSetting, target: string, seconds: number, outputDir: string): Promise<void> {
  const logFile = join(outputDir, `${target}.log`)
  await writeFile(logFile, '')
  const exit = await telling(host.log, `make ${target}`, duration, host.run(make(treeArgs(setting, target), { seconds, logFile, input: DEFAULTS })))
  host.log.detail(exit.stdout)
  if (exit.status === 0) return
  const text = `${exit.stdout}\n${exit.stderr}`
  throw new GateError({
    id: 'config.prepare-failed',
    stage: 'guard',
    severity: 'error',
    title: exit.timedOut ? `make ${target} did not end within ${seconds} s` : `make ${target} ended with status ${exit.status}`,
    detail: text.trim().split('\n').slice(-15).join('\n'),
    remedy: `The whole output is in ${target}.log. Most often a tool or library that the kernel's build needs is missing.`,
  })
}
