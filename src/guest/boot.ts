import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { machineNamed } from '../architecture/table.js'
import type { Host } from '../host/host.js'
import { GateError } from '../model/errors.js'
import { verdictOf, type Finding } from '../model/finding.js'
import type { Accelerator, GuestRun } from '../model/guest.js'
import { choose } from './accelerator.js'
import { findComplaints } from './complaints.js'
import { cpioNewc } from './cpio.js'
import { deviceProblem } from './devices.js'
import type { EarlyGuest } from './early-guest.js'
import { framesOf } from './frames.js'
import { CONSOLE_LIMIT, endOf, startGuest } from './guest-process.js'
import { guestRun } from './guest-run.js'
import { guestEntries, guestFiles, withNonce } from './initramfs.js'
import { judgeGuest } from './judge.js'
import type { GuestPlan } from './plan.js'
import { scenarioOf } from './planned-scenario.js'
import { actionsOf } from './scenario.js'
import { sourceLines } from './source-lines.js'

/**
 * Boots the kernel, or takes a guest that has come up meanwhile, puts the modules through the scenario, and judges what was seen; again, as often as the
 * plan allows, while that could not be done.
 * @throws GateError when no guest can be started; what `abandoned` was aborted with
 */
export async function bootGuest(host: Host, plan: GuestPlan, early?: EarlyGuest): Promise<{ run: GuestRun; findings: Finding[] }> {
  checkPlan(plan)
  const { qemu } = machineNamed(plan.machine ?? 'q35').architecture
  if ((await host.which(qemu.program)) === undefined) throw new GateError({ id: 'guest.qemu-missing', stage: 'boot', severity: 'error', title: `${qemu.program} is not installed, so nothing can be booted`, remedy: `Install ${qemu.package}.` })
  let given: Promise<Given> | undefined
  const before: Finding[] = []
  for (let left = plan.retries ?? 0; ; left--) {
    const run = (await early?.take(plan)) ?? (await choose(plan, async (accelerator, reason) => boot(host, plan, await (given ??= prepare(host, plan)), accelerator, reason)))
    const findings = await judge(host, plan, run)
    if (verdictOf(findings) !== 'error' || left <= 0) return { run, findings: [...findings, ...flaky(before, findings)] }
    before.push(...findings.filter(({ severity }) => severity === 'error').slice(0, 1))
    host.log.info(`boot again: ${before.at(-1)?.title ?? ''}`)
  }
}

/**
 * Makes all that a guest starts with and starts none; gives the path of the initramfs.
 * @throws GateError when a plan cannot be carried out, or something is missing here
 */
export async function packGuest(host: Host, plan: GuestPlan): Promise<string> {
  checkPlan(plan)
  return (await prepare(host, plan)).initramfs
}

function checkPlan(plan: GuestPlan): void {
  const problem = deviceProblem(plan.devices ?? [], plan.machine ?? 'q35', plan.network ?? false)
  if (problem !== undefined) throw new GateError({ id: 'guest.device-impossible', stage: 'boot', severity: 'error', title: problem })
  checkPreload(plan)
}

/** What is said when a later boot came to a verdict and an earlier one did not. */
function flaky(before: readonly Finding[], findings: readonly Finding[]): Finding[] {
  if (before.length === 0 || verdictOf(findings) === 'error') return []
  const detail = before.map(({ title }, i) => `boot ${i + 1}: ${title}`).join('\n')
  return [{ id: 'guest.flaky', stage: 'boot', severity: 'warning', title: `The guest had to be booted ${before.length + 1} times before it could be judged`, detail, remedy: 'Look for what the machine lacked; the module was only judged by the last boot.' }]
}

async function judge(host: Host, plan: GuestPlan, run: GuestRun): Promise<Finding[]> {
  const complaints = findComplaints(run.log)
  const frames = framesOf(complaints.flatMap(({ trace }) => trace), plan.modules.map(({ name }) => name))
  return judgeGuest(run, {
    release: plan.release,
    modules: plan.modules,
    reloads: plan.reloads ?? 1,
    tested: plan.test !== undefined,
    expectBound: plan.expectBound ?? false,
    allow: plan.allow ?? [],
    today: new Date().toISOString().slice(0, 10),
    bootTimeout: plan.bootTimeout,
    consoleLimit: CONSOLE_LIMIT,
    complaints,
    lines: await sourceLines(host, frames, plan.modules),
    ...(plan.sources !== undefined && { sources: plan.sources }),
  })
}

/** What is to be loaded first and has no file is built in; it cannot be given parameters any more. */
function checkPreload({ preload, dependencies }: GuestPlan): void {
  const builtIn = preload?.find(({ name, parameters }) => parameters !== '' && !dependencies.some((module) => module.name === name.replaceAll('-', '_')))
  if (builtIn === undefined) return
  throw new GateError({ id: 'guest.preload-built-in', stage: 'boot', severity: 'error', title: `${builtIn.name} is built into this kernel, so it cannot be loaded with parameters`, remedy: `Give them as kernel-args: ${builtIn.name}.NAME=VALUE` })
}

interface Given {
  readonly initramfs: string
  readonly nonce: string
}

async function prepare(host: Host, plan: GuestPlan): Promise<Given> {
  const nonce = randomBytes(16).toString('hex')
  const initramfs = join(plan.workDir, 'initramfs.cpio')
  await writeFile(initramfs, plan.initramfs === undefined ? cpioNewc(guestEntries(await guestFiles(host, plan, actionsOf(scenarioOf(plan)), nonce))) : withNonce(plan.initramfs, nonce))
  return { initramfs, nonce }
}

async function boot(host: Host, plan: GuestPlan, { initramfs, nonce }: Given, accelerator: Accelerator, acceleratorReason: string): Promise<GuestRun> {
  plan.abandoned?.throwIfAborted()
  const guest = await startGuest(host, plan, { initramfs, nonce, accelerator })
  return guestRun(plan, await endOf(guest, plan), accelerator, acceleratorReason)
}
