import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { machineNamed, nativeArchitecture } from '../architecture/table.js'
import type { Host, Running } from '../host/host.js'
import { GateError } from '../model/errors.js'
import { verdictOf, type Finding } from '../model/finding.js'
import type { Accelerator, GuestRun } from '../model/guest.js'
import { findComplaints } from './complaints.js'
import { cpioNewc } from './cpio.js'
import { deviceProblem, hasUsb } from './devices.js'
import { framesOf } from './frames.js'
import { guestRun } from './guest-run.js'
import { guestEntries, guestFiles, withNonce } from './initramfs.js'
import { judgeGuest } from './judge.js'
import { kvmDevice, kvmFailure } from './kvm.js'
import { loadOrder } from './load-order.js'
import type { GuestPlan } from './plan.js'
import { type Machine, qemuArgs } from './qemu-args.js'
import { readRecords } from './records.js'
import { listenForResults } from './results-socket.js'
import { mayRunLater } from './runs-later.js'
import { actionsOf, stepSeconds, type Scenario } from './scenario.js'
import { sourceLines } from './source-lines.js'
import { MARGIN, watchdog } from './watchdog.js'

/** Seconds that a guest under KVM gets to say that it is up; real KVM needs less than one. */
const KVM_PROOF = 8
/** Bytes of console after which the guest is ended: an hour of talk for a driver, and half a minute for one that floods an emulated serial port. */
export const CONSOLE_LIMIT = 4 << 20
const MIB = 1 << 20
/** Seconds for devices to show up on the USB, and for drivers to find theirs. */
const USB_WAIT = 8
const BOUND_WAIT = 5

/** Why KVM is not used, once that is known: other boots of the same run need not find out again. */
let kvmRefusal: string | undefined

/**
 * Boots the kernel, puts the modules through the scenario, and judges what was seen; again, as often as the plan allows, while that could not be done.
 * @throws GateError when no guest can be started; what `abandoned` was aborted with
 */
export async function bootGuest(host: Host, plan: GuestPlan): Promise<{ run: GuestRun; findings: Finding[] }> {
  checkPlan(plan)
  const { qemu } = machineNamed(plan.machine ?? 'q35').architecture
  if ((await host.which(qemu.program)) === undefined) throw new GateError({ id: 'guest.qemu-missing', stage: 'boot', severity: 'error', title: `${qemu.program} is not installed, so nothing can be booted`, remedy: `Install ${qemu.package}.` })
  const given = await prepare(host, plan)
  const before: Finding[] = []
  for (let left = plan.retries ?? 0; ; left--) {
    const run = await choose(plan, (accelerator, reason) => boot(host, plan, given, accelerator, reason))
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
  const initramfs = initramfsOf(plan)
  await writeFile(initramfs, plan.initramfs === undefined ? cpioNewc(guestEntries(await guestFiles(host, plan, actionsOf(scenarioOf(plan)), nonce))) : withNonce(plan.initramfs, nonce))
  return { initramfs, nonce }
}

function scenarioOf(plan: GuestPlan): Scenario {
  const given = new Map(plan.preload?.map(({ name, parameters }) => [name.replaceAll('-', '_'), parameters]))
  return {
    preload: plan.dependencies.map(({ name }) => ({ name, parameters: given.get(name) ?? '' })),
    modules: loadOrder(plan.modules).map(({ name }) => ({ name, parameters: plan.parameters?.get(name) ?? '' })),
    ...(plan.test !== undefined && { testSeconds: plan.test.seconds }),
    reloads: plan.reloads ?? 1,
    stepSeconds: stepSeconds(plan.bootTimeout),
    usbSeconds: hasUsb(plan.devices ?? []) ? USB_WAIT : 0,
    boundSeconds: plan.expectBound === true ? BOUND_WAIT : 0,
    network: plan.network ?? false,
    later: plan.test !== undefined || plan.modules.some(({ data }) => mayRunLater(data)),
  }
}

async function choose(plan: GuestPlan, attempt: (accelerator: Accelerator, reason: string) => Promise<GuestRun>): Promise<GuestRun> {
  if (plan.boot === 'tcg') return attempt('tcg', 'TCG was asked for.')
  const refusal = otherArchitecture(plan) ?? (kvmRefusal ??= await kvmDevice())
  if (refusal === undefined) {
    const run = await attempt('kvm', 'A guest came up under KVM.')
    if (run.end !== 'never-up') return run
    kvmRefusal = kvmFailure(run.qemu?.stderr ?? '', KVM_PROOF)
  }
  const reason = refusal ?? kvmRefusal ?? ''
  if (plan.boot === 'kvm') {
    throw new GateError({ id: 'guest.kvm-unusable', stage: 'boot', severity: 'error', title: `KVM cannot be used: ${reason}`, remedy: 'Give the container the device (--device /dev/kvm), or use boot: auto.' })
  }
  return attempt('tcg', `KVM was not used: ${reason}.`)
}

/** Why KVM of this machine cannot run the plan's kernel, whatever /dev/kvm is; undefined when it is of its own architecture. */
function otherArchitecture({ machine }: GuestPlan): string | undefined {
  const { architecture } = machineNamed(machine ?? 'q35')
  return architecture === nativeArchitecture() ? undefined : `the kernel is one of ${architecture.name}, and this machine is not`
}

/** The initramfs that a plan was booted with lies there until its work directory is removed. */
export const initramfsOf = ({ workDir }: Pick<GuestPlan, 'workDir'>): string => join(workDir, 'initramfs.cpio')

/** The machine of a plan, as QEMU is given it. */
export function machineOf(plan: GuestPlan, accelerator: Accelerator, initramfs: string, results: string): Machine {
  return {
    type: plan.machine ?? 'q35',
    accelerator,
    kernel: plan.vmlinux ?? plan.vmlinuz,
    initramfs,
    memory: plan.memory,
    cpus: plan.cpus,
    results,
    devices: plan.devices ?? [],
    network: plan.network ?? false,
    kernelArgs: plan.kernelArgs ?? [],
  }
}

async function boot(host: Host, plan: GuestPlan, { initramfs, nonce }: Given, accelerator: Accelerator, acceleratorReason: string): Promise<GuestRun> {
  plan.abandoned?.throwIfAborted()
  // Paths of unix sockets are limited to 107 bytes (unix(7)), so not below the work directory.
  const socketDir = await mkdtemp(join(tmpdir(), 'kmod-gate-guest-'))
  const began = Date.now()
  let running: Running | undefined
  const reader = readRecords(nonce, () => watch.changed())
  const watch = watchdog(reader.records, { bootTimeout: plan.bootTimeout, ...(accelerator === 'kvm' && { proof: KVM_PROOF }) }, () => running?.kill())
  const results = await listenForResults(join(socketDir, 'results'), (data) => reader.take(data))
  const abandon = () => running?.kill()
  plan.abandoned?.addEventListener('abort', abandon)
  try {
    running = host.start({
      program: machineNamed(plan.machine ?? 'q35').architecture.qemu.program,
      args: qemuArgs(machineOf(plan, accelerator, initramfs, join(socketDir, 'results'))),
      seconds: plan.bootTimeout + MARGIN,
      stdoutFile: plan.consoleFile,
    })
    const guard = setInterval(() => void boundConsole(plan.consoleFile, () => watch.flooded()), 250)
    if (plan.abandoned?.aborted === true) abandon()
    const qemu = await running.ended.finally(() => clearInterval(guard))
    await results.drained()
    plan.abandoned?.throwIfAborted()
    return guestRun({
      records: reader.records,
      watch,
      qemu,
      console: await consoleText(plan.consoleFile),
      consoleFile: plan.consoleFile,
      own: plan.modules.map(({ name }) => name),
      tested: plan.test !== undefined,
      accelerator,
      acceleratorReason,
      entry: plan.vmlinux === undefined ? machineNamed(plan.machine ?? 'q35').architecture.vmlinuz : 'vmlinux (PVH)',
      seconds: (Date.now() - began) / 1000,
    })
  } finally {
    plan.abandoned?.removeEventListener('abort', abandon)
    watch.stop()
    results.close()
    await rm(socketDir, { recursive: true, force: true })
  }
}

async function boundConsole(file: string, flooded: () => void): Promise<void> {
  const size = await stat(file).then((found) => found.size).catch(() => 0)
  if (size > CONSOLE_LIMIT) flooded()
}

/** The console; of a flooded one the file is cut, and what QEMU wrote before it was gone stays out. */
async function consoleText(file: string): Promise<string> {
  if ((await stat(file)).size > CONSOLE_LIMIT + MIB) await truncate(file, CONSOLE_LIMIT + MIB)
  return readFile(file, 'utf8')
}
