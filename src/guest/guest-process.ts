import { readFile, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { machineNamed } from '../architecture/table.js'
import type { Host, Running } from '../host/host.js'
import { makeScratch } from '../host/scratch.js'
import type { Accelerator, QemuEnd } from '../model/guest.js'
import type { GuestMachine, GuestPlan } from './plan.js'
import { type Machine, qemuArgs } from './qemu-args.js'
import { readRecords, type Records } from './records.js'
import { listenForResults } from './results-socket.js'
import { MARGIN, watchdog, type Watchdog } from './watchdog.js'

/** Seconds that a guest under KVM gets to say that it is up; real KVM needs less than one. */
export const KVM_PROOF = 8
/** Bytes of console after which the guest is ended: an hour of talk for a driver, and half a minute for one that floods an emulated serial port. */
export const CONSOLE_LIMIT = 4 << 20
const MIB = 1 << 20

/** What a guest is started with. */
export interface GuestStart {
  readonly initramfs: string
  readonly nonce: string
  readonly accelerator: Accelerator
  /** Seconds that it may wait for its modules; such a guest shares its memory. Absent for one that has all it needs. */
  readonly waits?: number
}

/** A guest that has ended. */
export interface GuestEnd {
  readonly records: Records
  readonly watch: Watchdog
  readonly qemu: QemuEnd
  readonly console: string
  /** Seconds from start of QEMU to its end, less those in which init waited. */
  readonly seconds: number
}

/** A guest that is under way. */
export interface Guest {
  readonly watch: Watchdog
  /** The file with QEMU's process id, of a guest that shares its memory. */
  readonly pidFile: string
  /** Resolves when the records are so, or to false when the guest has ended without. */
  until(seen: (records: Records) => boolean): Promise<boolean>
  /** Writes a line that init may read. */
  send(line: string): void
  readonly kill: () => void
  /** Waits for the end. To be called once: it clears away what the guest was watched with. */
  ended(): Promise<GuestEnd>
}

/** The machine, as QEMU is given it. */
export function machineOf(machine: GuestMachine, accelerator: Accelerator, initramfs: string, results: string): Machine {
  return {
    type: machine.machine ?? 'q35',
    accelerator,
    kernel: machine.vmlinux ?? machine.vmlinuz,
    initramfs,
    memory: machine.memory,
    cpus: machine.cpus,
    results,
    devices: machine.devices ?? [],
    network: machine.network ?? false,
    kernelArgs: machine.kernelArgs ?? [],
  }
}

/** Starts QEMU and watches what it says; see watchdog() for what ends it. */
export async function startGuest(host: Host, machine: GuestMachine, { initramfs, nonce, accelerator, waits }: GuestStart): Promise<Guest> {
  // Paths of unix sockets are limited to 107 bytes (unix(7)), so not below the work directory.
  const dir = await makeScratch(join(tmpdir(), 'kmod-gate-guest-'))
  const [socket, pidFile] = [join(dir, 'results'), join(dir, 'pid')]
  const began = Date.now()
  const lookers = new Set<() => void>()
  const kill = () => running.kill()
  const reader = readRecords(nonce, () => {
    watch.changed()
    for (const look of lookers) look()
  })
  const { records } = reader
  const watch = watchdog(records, { bootTimeout: machine.bootTimeout, ...(accelerator === 'kvm' && { proof: KVM_PROOF }) }, kill)
  const results = await listenForResults(socket, (data) => reader.take(data))
  const clear = async (): Promise<void> => {
    watch.stop()
    results.close()
    await rm(dir, { recursive: true, force: true })
  }
  let running: Running
  try {
    running = host.start({
      program: machineNamed(machine.machine ?? 'q35').architecture.qemu.program,
      args: qemuArgs({ ...machineOf(machine, accelerator, initramfs, socket), ...(waits !== undefined && { shared: { pidFile } }) }),
      seconds: machine.bootTimeout + MARGIN + (waits ?? 0),
      stdoutFile: machine.consoleFile,
    })
  } catch (error) {
    // Where the console cannot be written to. A socket that stays open would keep the gate from ending.
    await clear()
    throw error
  }
  const guard = setInterval(() => void boundConsole(machine.consoleFile, () => watch.flooded()), 250)
  const over = running.ended.finally(() => clearInterval(guard))
  return {
    watch,
    pidFile,
    kill,
    send: (line) => results.send(`${line}\n`),
    until: (seen) =>
      new Promise((resolve) => {
        const done = (found: boolean) => {
          lookers.delete(look)
          resolve(found)
        }
        const look = () => {
          if (seen(records)) done(true)
        }
        lookers.add(look)
        look()
        void over.then(async () => {
          await results.drained()
          done(seen(records))
        })
      }),
    async ended() {
      try {
        const qemu = await over
        await results.drained()
        return { records, watch, qemu, console: await consoleText(machine.consoleFile), seconds: (Date.now() - began - watch.waited()) / 1000 }
      } finally {
        await clear()
      }
    },
  }
}

/** The end of a guest. One that nobody wants any more is ended. @throws what `abandoned` was aborted with */
export async function endOf(guest: Guest, { abandoned }: Pick<GuestPlan, 'abandoned'>): Promise<GuestEnd> {
  abandoned?.addEventListener('abort', guest.kill)
  if (abandoned?.aborted === true) guest.kill()
  try {
    const end = await guest.ended()
    abandoned?.throwIfAborted()
    return end
  } finally {
    abandoned?.removeEventListener('abort', guest.kill)
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
