import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ReportFile, guestSteps, wordsOf } from './report-file.js'
import { WORKSPACE, type StepResult } from './runner-shim.js'

/** What the report of a run in `output-dir: ../OUT` says of the module and the kernel: without times, and without what was printed while it was found out. */
export function told(report: ReportFile | undefined, out: string): unknown {
  const place = (text: string): string =>
    text
      .replace(/\/var\/tmp\/kmod-gate-\w+\/linux|\/\S*\/work\/[^/\s]+\/linux/g, 'TREE')
      .replace(/kmod-gate-\w{6}/g, 'WORK')
      // Seconds since the guest's start, before each line of its log.
      .replace(/^\[ *\d+\.\d{6}\]/gm, '[TIME]')
      // What the kernel's clocks print when they come to it, on a busy machine between the lines of a module.
      .replace(/^\[TIME\] (?:tsc|clocksource|CE|kvm-clock|sched_clock): .*\n/gm, '')
  return {
    verdict: report?.verdict,
    target: report?.target,
    config: report?.config,
    proof: JSON.parse(JSON.stringify(report?.proof ?? null).replaceAll(`/${out}/`, '/OUT/')) as unknown,
    findings: report?.findings.map((finding) => [finding.id, finding.severity, place(wordsOf(finding))]),
    modules: report?.modules.map(({ name, path, depends, vermagic }) => [name, path, depends, vermagic]),
    steps: guestSteps(report),
    taint: report?.guest?.taint,
    leftovers: report?.guest?.leftovers,
    stages: report?.stages.map(({ stage, outcome }) => [stage, outcome]),
  }
}

/** The modules of a run in `output-dir: ../OUT`, as they are. */
export function builtModules(root: string, { report }: StepResult, out: string): Readonly<Record<string, Buffer>> {
  return Object.fromEntries((report?.modules ?? []).map(({ path }) => [path, readFileSync(join(root, WORKSPACE, '..', out, 'modules', path))]))
}
