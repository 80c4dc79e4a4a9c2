import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openElf } from '../../../src/elf/elf.js'
import { HELLO, checkout, gateStep, preparedRoot } from '../../support/gate.js'
import { type ReportFile, guestSteps, wordsOf } from '../../support/report-file.js'
import { WORKSPACE } from '../../support/runner-shim.js'

const SHF_ALLOC = 2

/** All that the kernel loads of a module. Left out are the debug information, which names the directory of the build, and the build id, a digest of it. */
function loaded(file: string): string[] {
  return openElf(readFileSync(file)).sections.flatMap(({ name, flags, data }) => ((flags & SHF_ALLOC) === 0 || name === '.note.gnu.build-id' ? [] : [`${name} ${Buffer.from(data).toString('base64')}`]))
}

/** What a report says of the module and the kernel: without times, and without what was printed while it was found out. */
function told(report: ReportFile | undefined): unknown {
  const place = (text: string): string => text.replace(/\/var\/tmp\/kmod-gate-\w+\/linux|\/\S*\/work\/linux/g, 'TREE').replace(/kmod-gate-\w{6}/g, 'WORK')
  return {
    verdict: report?.verdict,
    target: report?.target,
    config: report?.config,
    proof: report?.proof,
    findings: report?.findings.map((finding) => [finding.id, finding.severity, place(wordsOf(finding))]),
    modules: report?.modules.map(({ name, path, depends, vermagic }) => [name, path, depends, vermagic]),
    steps: guestSteps(report),
    taint: report?.guest?.taint,
    leftovers: report?.guest?.leftovers,
    stages: report?.stages.map(({ stage, outcome }) => [stage, outcome]),
  }
}

test.each<[string, Readonly<Record<string, string>>]>([
  ['hello', { module: 'hello' }],
  ['etas_es58x', { 'in-tree': 'drivers/net/can/usb/etas_es58x', options: 'CONFIG_CAN_ETAS_ES58X=m' }],
])('%s: with all that earlier runs kept and with none of it, the same is told and the same is loaded', async (_, inputs) => {
  const { root } = await preparedRoot('bookworm')
  checkout(root, HELLO, 'hello')
  const run = async (cache: string) => {
    const { report } = await gateStep(root, { ...inputs, cache, 'output-dir': `../out-${cache}` }, { timeout: 420 })
    return { report, files: report?.modules.map(({ path }) => loaded(join(root, WORKSPACE, `../out-${cache}/modules`, path))) }
  }
  const [kept, made] = [await run('true'), await run('false')]
  expect(kept.report?.verdict).toBe('pass')
  expect(told(kept.report)).toEqual(told(made.report))
  expect(kept.files).toEqual(made.files)
  expect(kept.files?.[0]?.some((section) => section.startsWith('.gnu.linkonce.this_module '))).toBe(true)
}, 900_000)
