import { createHash, randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { machineNamed } from '../architecture/table.js'
import type { Host } from '../host/host.js'
import type { GuestRun } from '../model/guest.js'
import { gaveUpOnKvm, whyTcg } from './accelerator.js'
import { cpioNewc } from './cpio.js'
import { deviceProblem } from './devices.js'
import { endOf, type Guest, startGuest } from './guest-process.js'
import { guestRun } from './guest-run.js'
import { busyboxOf, givenEntries, guestFiles, waitingEntries } from './initramfs.js'
import { kvmTrial, type TrialGuest } from './kvm-trial.js'
import type { GuestMachine, GuestPlan } from './plan.js'
import { scenarioOf } from './planned-scenario.js'
import { actionsOf } from './scenario.js'
import { LEAST_MEMORY, PAGE, pagesOf, writeShared } from './shared-memory.js'

/** Seconds that a guest waits for its modules at most: longer than all that comes before the boot may take. */
const WAITS = 3 * 3600

/** A guest that boots while its modules are being built. It is never needed: where it cannot be had, the guest is booted when they are there. */
export interface EarlyGuest {
  /** Gives it the modules and lets it go on; undefined when that cannot be done, and then nothing of it is left. For the first call only. */
  take(plan: GuestPlan): Promise<GuestRun | undefined>
  /** Ends it, unless it was taken. */
  abandon(): Promise<void>
}

interface Waiting {
  readonly guest: Guest
  readonly consoleFile: string
  readonly nonce: string
  readonly reason: string
}

/** Begins to boot as soon as all of the machine is there. Nothing is told of what goes wrong: a guest that is booted later meets it again. */
export function beginEarly(host: Host, coming: Promise<GuestMachine>): EarlyGuest {
  let over = false
  const abandoned = new AbortController()
  const beginning = coming.then((machine) => begin(host, machine, abandoned.signal)).catch((error: unknown) => {
    host.log.detail(`no guest boots ahead: ${String(error)}`)
    return undefined
  })
  const end = async ({ guest, consoleFile }: Waiting): Promise<void> => {
    guest.kill()
    await guest.ended().catch(() => undefined)
    await rm(consoleFile, { force: true })
  }
  return {
    async take(plan) {
      if (over) return undefined
      over = true
      const waiting = await beginning
      if (waiting === undefined) return undefined
      plan.abandoned?.addEventListener('abort', waiting.guest.kill)
      if (plan.abandoned?.aborted === true) waiting.guest.kill()
      const why = await give(host, plan, waiting).catch(String)
      if (why === undefined) return guestRun(plan, await endOf(waiting.guest, plan), 'tcg', `${waiting.reason} The guest came up while the modules were built.`)
      host.log.detail(`the guest that booted ahead is not used: ${why}`)
      await end(waiting)
      return undefined
    },
    async abandon() {
      if (over) return
      over = true
      abandoned.abort()
      const waiting = await beginning
      if (waiting !== undefined) await end(waiting)
    },
  }
}

async function begin(host: Host, machine: GuestMachine, abandoned: AbortSignal): Promise<Waiting | undefined> {
  const { reserve } = machineNamed(machine.machine ?? 'q35').architecture.qemu
  const ownMemory = machine.kernelArgs?.some((arg) => /^mem(?:map)?=/.test(arg)) ?? false
  if (machine.boot === 'kvm' || reserve === undefined || machine.memory < LEAST_MEMORY || ownMemory) return undefined
  if (deviceProblem(machine.devices ?? [], machine.machine ?? 'q35', machine.network ?? false) !== undefined) return undefined
  const nonce = randomBytes(16).toString('hex')
  const initramfs = join(machine.workDir, 'waiting.cpio')
  await writeFile(initramfs, cpioNewc(waitingEntries({ busybox: await busyboxOf(host, machine), machine: machine.machine ?? 'q35', nonce })))
  // Under KVM there is less to win than to go wrong.
  const reason = await withoutKvm(host, machine, { initramfs, nonce }, abandoned)
  if (reason === undefined || abandoned.aborted) return undefined
  return { guest: await startGuest(host, machine, { initramfs, nonce, accelerator: 'tcg', waits: WAITS }), consoleFile: machine.consoleFile, nonce, reason }
}

/** Why the guest will be one under TCG, as whyTcg() says it, where that is known or shows at once. */
async function withoutKvm(host: Host, machine: GuestMachine, trial: TrialGuest, abandoned: AbortSignal): Promise<string | undefined> {
  const known = await whyTcg(machine)
  if (known !== undefined) return known
  const words = await kvmTrial(host, machine, trial, join(machine.workDir, 'kvm-trial.log'), abandoned)
  if (words === undefined) return undefined
  gaveUpOnKvm(words)
  return whyTcg(machine)
}

/** Hands the files over; gives why that could not be done. */
async function give(host: Host, plan: GuestPlan, { guest, nonce }: Waiting): Promise<string | undefined> {
  const entries = givenEntries(await guestFiles(host, plan, actionsOf(scenarioOf(plan)), nonce))
  if (entries === undefined) return 'a file of the test lies where something is mounted'
  const pages = pagesOf(cpioNewc(entries))
  if (pages === undefined) return 'modules and files are too large'
  if (!(await guest.until((records) => records.waiting))) return 'it did not come up to where it would wait'
  await writeShared(guest.pidFile, pages)
  guest.watch.resume()
  guest.send(`${pages.length / PAGE} ${createHash('md5').update(pages).digest('hex')}`)
  return (await guest.until((records) => records.taken)) ? undefined : 'it did not get what it was given'
}
