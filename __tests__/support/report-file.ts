import { existsSync, readFileSync } from 'node:fs'
import type { Finding, Stage } from '../../src/model/finding.js'
import type { GuestStep } from '../../src/model/guest.js'
import type { KernelTarget } from '../../src/model/kernel.js'
import type { Report, StageResult } from '../../src/model/report.js'

/** What report.json holds, as far as the tests look. */
export type ReportFile = Pick<Report, 'verdict' | 'stages' | 'findings' | 'modules' | 'proof' | 'guest' | 'config' | 'autopsy' | 'bundle'> & {
  /** Of packages; tests of own kernels look at what these lack themselves. */
  readonly target?: KernelTarget
}

/** Reads a report.json; undefined when there is none. */
export function readReport(file: string): ReportFile | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ReportFile) : undefined
}

/** Everything a finding says, for asking whether it names something. */
export function wordsOf(finding: Finding): string {
  return [finding.title, finding.detail ?? '', finding.remedy ?? ''].join('\n')
}

/** Findings that weigh in the verdict. */
export function weighty(report: ReportFile | undefined): readonly Finding[] {
  return report?.findings.filter(({ severity }) => severity === 'fail' || severity === 'error') ?? []
}

export function stageOf(report: ReportFile | undefined, stage: Stage): StageResult | undefined {
  return report?.stages.find((result) => result.stage === stage)
}

/** Steps of one cycle, as often as the modules are loaded by default. */
export const threeTimes = (...steps: readonly string[]): readonly string[] => [...steps, ...steps, ...steps]

/** `MODULE DRIVER BUS` of each device that was bound. */
export function boundDrivers(report: ReportFile | undefined): readonly string[] | undefined {
  return report?.guest?.bound?.map(({ module, driver, bus }) => [module, driver, bus].join(' '))
}

/** `load usbcore ok`, in the order of the guest. */
export function guestSteps(report: ReportFile | undefined): readonly string[] {
  return report?.guest?.steps.map(({ kind, module, outcome }: GuestStep) => `${kind} ${module} ${outcome}`) ?? []
}
