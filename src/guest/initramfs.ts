import { readFile } from 'node:fs/promises'
import { posix } from 'node:path'
import { crossFor, machineNamed } from '../architecture/table.js'
import { isStatic } from '../elf/static.js'
import type { Host } from '../host/host.js'
import { GateError } from '../model/errors.js'
import { cpioNewc, type CpioEntry } from './cpio.js'
import type { MachineType } from '../model/scenario.js'
import { initScript, SCENARIO_FILE, scenarioScript, TEST_DIR, TEST_FILE } from './init-script.js'
import { KERNEL_ASKS } from './kernel-asks.js'
import { kmodFor } from './kmod.js'
import { librariesOf, type Library } from './libraries.js'
import type { GuestPlan, ModuleFile, TestFile } from './plan.js'
import { checkProgram } from './programs.js'
import type { GuestAction } from './scenario.js'

/** Everything that the guest starts with. */
export interface GuestFiles {
  /** A static busybox. */
  readonly busybox: Buffer
  readonly machine: MachineType
  readonly actions: readonly GuestAction[]
  /** Stamp of the records, hexadecimal. */
  readonly nonce: string
  readonly modules: readonly ModuleFile[]
  /** The user's test. */
  readonly test?: string
  readonly testFiles: readonly TestFile[]
  readonly libraries: readonly Library[]
  /** kmod and /lib/modules, where a test may want them. */
  readonly kmod: readonly CpioEntry[]
}

/** What a guest has before it is given anything. */
const DIRS = ['bin', 'dev', 'etc', 'kmod-gate', 'kmod-gate/io', 'proc', 'run', 'sys', 'tmp', 'modules', relative(TEST_DIR)]
const DEVICES: readonly CpioEntry[] = [
  { kind: 'char', path: 'dev/console', major: 5, minor: 1 },
  { kind: 'char', path: 'dev/null', major: 1, minor: 3 },
]

const busyboxEntry = (data: Buffer): CpioEntry => ({ kind: 'file', path: 'bin/busybox', data, executable: true })
const initEntry = (script: string): CpioEntry => ({ kind: 'file', path: 'init', data: Buffer.from(script), executable: true })

/** The initramfs as cpio entries, each directory before what is in it. A file of the user takes the place of one of ours, but never of init. */
export function guestEntries(files: GuestFiles): CpioEntry[] {
  return [...laidOut([busyboxEntry(files.busybox), ...givenFiles(files), initEntry(initScript(files.machine, files.actions)), nonceEntry(files.nonce)], DIRS), ...DEVICES]
}

/** The initramfs of a guest that comes up and waits. */
export function waitingEntries({ busybox, machine, nonce }: Pick<GuestFiles, 'busybox' | 'machine' | 'nonce'>): CpioEntry[] {
  return [...laidOut([busyboxEntry(busybox), initEntry(initScript(machine)), nonceEntry(nonce)], DIRS), ...DEVICES]
}

/** What such a guest is given: the rest of guestEntries(). undefined when that is to lie where file systems are mounted by now. */
export function givenEntries(files: GuestFiles): CpioEntry[] | undefined {
  const given = laidOut([...givenFiles(files), { kind: 'file', path: relative(SCENARIO_FILE), data: Buffer.from(scenarioScript(files.actions)) }], [])
  const ours = new Set(['init', 'nonce'])
  return given.some(({ path }) => MOUNTED.test(path)) ? undefined : given.filter(({ path }) => !ours.has(path))
}

/** Where init mounts something before it waits. */
const MOUNTED = /^(?:dev|proc|sys|kmod-gate\/io)\//

/** All but busybox, init and the nonce. */
function givenFiles({ modules, test, testFiles, libraries, kmod }: GuestFiles): CpioEntry[] {
  return [
    KERNEL_ASKS,
    ...kmod,
    ...libraries.map(({ path, data }): CpioEntry => ({ kind: 'file', path: relative(path), data, executable: true })),
    ...testFiles.map(({ path, data, mode }): CpioEntry => ({ kind: 'file', path: relative(posix.resolve(TEST_DIR, path)), data, mode: mode & 0o7777 })),
    ...(test === undefined ? [] : [{ kind: 'file', path: relative(TEST_FILE), data: Buffer.from(test), executable: true } as const]),
    ...modules.map(({ name, data }): CpioEntry => ({ kind: 'file', path: `modules/${name}.ko`, data })),
  ]
}

/** The files, of two with one path the later, behind the directories that they lie in and `dirs`. */
function laidOut(files: readonly CpioEntry[], dirs: readonly string[]): CpioEntry[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const all = new Set([...dirs, ...[...byPath.keys()].flatMap(parents)])
  return [...[...all].sort().map((path): CpioEntry => ({ kind: 'dir', path })), ...byPath.values()]
}

const nonceEntry = (nonce: string): CpioEntry => ({ kind: 'file', path: 'nonce', data: Buffer.from(`${nonce}\n`) })

/** The archive with another nonce: of two files of one name the kernel keeps the later (Documentation/driver-api/early-userspace/buffer-format.rst). */
export function withNonce(archive: Buffer, nonce: string): Buffer {
  return Buffer.concat([archive, Buffer.alloc((4 - (archive.length % 4)) % 4), cpioNewc([nonceEntry(nonce)])])
}

function relative(path: string): string {
  return posix.normalize(`/${path}`).slice(1)
}

function parents(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'))
}

/** Collects the files from this machine. @throws GateError when busybox or a library is missing */
export async function guestFiles(host: Host, plan: GuestPlan, actions: readonly GuestAction[], nonce: string): Promise<GuestFiles> {
  const { libraries: own, entries } = await kmodFor(host, plan)
  const libraries: Library[] = [...own]
  const { architecture } = machineNamed(plan.machine ?? 'q35')
  for (const file of plan.testFiles ?? []) {
    checkProgram(file, architecture)
    libraries.push(...(await librariesOf(host, file.path, file.data, crossFor(architecture))))
  }
  return {
    busybox: await busyboxOf(host, plan),
    machine: plan.machine ?? 'q35',
    actions,
    nonce,
    modules: [...plan.dependencies, ...(plan.spare ?? []), ...plan.modules],
    ...(plan.test !== undefined && { test: plan.test.script }),
    testFiles: plan.testFiles ?? [],
    libraries,
    kmod: entries,
  }
}

/** The guest's busybox. @throws GateError when there is none, or one that the guest could not run */
export async function busyboxOf(host: Host, { busybox: given }: Pick<GuestPlan, 'busybox'>): Promise<Buffer> {
  const busybox = given ?? (await host.which('busybox'))
  if (busybox === undefined) {
    throw new GateError({ id: 'guest.busybox-missing', stage: 'boot', severity: 'error', title: 'busybox is not installed, so nothing can be booted', remedy: 'Install busybox-static.' })
  }
  const program = await readFile(busybox)
  if (!isStatic(program)) {
    throw new GateError({ id: 'guest.busybox-dynamic', stage: 'boot', severity: 'error', title: `${busybox} is linked dynamically, and the guest has no libraries`, remedy: 'Install busybox-static instead of busybox.' })
  }
  return program
}
