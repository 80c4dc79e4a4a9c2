import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Host, Running } from '../host/host.js'
import { GateError } from '../model/errors.js'
import type { Finding } from '../model/finding.js'
import type { Accelerator, GuestRun, GuestStep } from '../model/guest.js'
import { cpioNewc, type CpioEntry } from './cpio.js'
import { BASELINE, initScript, STEP_DEADLINE, type GuestModule } from './init-script.js'
import { isStatic } from '../elf/static.js'
import { judgeGuest } from './judge.js'
import { qemuArgs } from './qemu-args.js'
import { logOf, readRecords, type Records } from './records.js'

export interface GuestPlan {
  /** Kernel release that must come up. */
  readonly release: string
  readonly vmlinuz: string
  readonly vmlinux?: string
  /** The kernel's own modules, in load order, uncompressed. */
  readonly dependencies: readonly { readonly name: string; readonly data: Buffer }[]
  readonly modules: readonly { readonly name: string; readonly depends: readonly string[]; readonly data: Buffer }[]
  readonly boot: 'auto' | 'kvm' | 'tcg'
  /** Seconds. */
  readonly bootTimeout: number
  /** MiB. */
  readonly memory: number
  readonly cpus: number
  readonly workDir: string
  /** Where the whole console goes. */
  readonly consoleFile: string
}

const QEMU = 'qemu-system-x86_64'
/** Seconds that a guest under KVM gets to say that it is up; real KVM needs less than one. */
const KVM_PROOF = 8
/** Seconds beyond the guest's own step deadline after which the gate believes that init cannot run any more. */
const MARGIN = 10
/** Bytes of console that are kept; a module that floods it must not fill the disk. */
const CONSOLE_LIMIT = 32 << 20
const TAIL_LINES = 40

/** Why KVM is not used, once that is known: other boots of the same run need not find out again. */
let kvmRefusal: string | undefined

/** Boots the kernel, loads and unloads the modules, and judges what was seen. @throws GateError when no guest can be started */
export async function bootGuest(host: Host, plan: GuestPlan): Promise<{ run: GuestRun; findings: Finding[] }> {
  const modules: GuestModule[] = [...plan.dependencies.map(({ name }) => ({ name, own: false })), ...ordered(plan.modules).map(({ name }) => ({ name, own: true }))]
  const nonce = randomBytes(16).toString('hex')
  const initramfs = join(plan.workDir, 'initramfs.cpio')
  await writeFile(initramfs, cpioNewc(await entries(host, plan, modules, nonce)))
  const attempt = (accelerator: Accelerator, reason: string) => boot(host, plan, { accelerator, reason, initramfs, nonce, modules })
  const run = await choose(plan, attempt)
  return { run, findings: judgeGuest(run, plan.release, plan.modules.map(({ name }) => name)) }
}

async function choose(plan: GuestPlan, attempt: (accelerator: Accelerator, reason: string) => Promise<GuestRun & { readonly stderr: string }>): Promise<GuestRun> {
  if (plan.boot === 'tcg') return attempt('tcg', 'TCG was asked for.')
  kvmRefusal ??= await kvmDevice()
  if (kvmRefusal === undefined) {
    const run = await attempt('kvm', 'A guest came up under KVM.')
    if (run.end !== 'never-up') return run
    const words = run.stderr.trim().split('\n').at(-1) ?? ''
    kvmRefusal = words === '' || /terminating on signal/.test(words) ? `/dev/kvm opens, but a guest showed no sign of life within ${KVM_PROOF} s` : `QEMU gave up on KVM: ${words}`
  }
  if (plan.boot === 'kvm') {
    throw new GateError({ id: 'guest.kvm-unusable', stage: 'boot', severity: 'error', title: `KVM cannot be used: ${kvmRefusal}`, remedy: 'Give the container the device (--device /dev/kvm), or use boot: auto.' })
  }
  return attempt('tcg', `KVM was not used: ${kvmRefusal}.`)
}

async function kvmDevice(): Promise<string | undefined> {
  if ((await stat('/dev/kvm').catch(() => undefined)) === undefined) return 'there is no /dev/kvm'
  return access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => undefined,
    () => '/dev/kvm may not be opened by this user',
  )
}

interface Attempt {
  readonly accelerator: Accelerator
  readonly reason: string
  readonly initramfs: string
  readonly nonce: string
  readonly modules: readonly GuestModule[]
}

async function boot(host: Host, plan: GuestPlan, { accelerator, reason, initramfs, nonce, modules }: Attempt): Promise<GuestRun & { readonly stderr: string }> {
  // Paths of unix sockets are limited to 107 bytes (unix(7)), so not below the work directory.
  const socketDir = await mkdtemp(join(tmpdir(), 'kmod-gate-guest-'))
  const began = Date.now()
  let running: Running | undefined
  const reader = readRecords(nonce, () => watch.changed())
  const watch = watchdog(plan, accelerator, reader.records, () => running?.kill())
  const server = await listen(join(socketDir, 'results'), (data) => reader.take(data))
  try {
    running = host.start({
      program: QEMU,
      args: qemuArgs({ accelerator, kernel: plan.vmlinux ?? plan.vmlinuz, initramfs, memory: plan.memory, cpus: plan.cpus, results: join(socketDir, 'results') }),
      seconds: plan.bootTimeout + MARGIN,
      stdoutFile: plan.consoleFile,
    })
    const guard = setInterval(() => void boundConsole(plan.consoleFile, watch.flooded), 250)
    const { status, signal, stderr } = await running.ended.finally(() => clearInterval(guard))
    // QEMU ended from outside says nothing about the module, so the step that was under way is not held against it.
    if (!watch.fired() && (signal !== null || (status ?? 0) >= 128 || /terminating on signal/.test(stderr))) delete reader.records.open
    return { ...(await describe(plan, reader.records, modules)), accelerator, acceleratorReason: reason, end: watch.end(), seconds: (Date.now() - began) / 1000, stderr }
  } finally {
    watch.stop()
    server.close()
    await rm(socketDir, { recursive: true, force: true })
  }
}

/** Ends a guest that shows no life, does not return from a step, or takes too long; says afterwards how it ended. */
function watchdog(plan: GuestPlan, accelerator: Accelerator, records: Records, kill: () => void): { changed: () => void; fired: () => boolean; flooded: () => void; end: () => GuestRun['end']; stop: () => void } {
  let fired: 'proof' | 'step' | 'whole' | 'flood' | undefined
  const fire = (which: NonNullable<typeof fired>) => () => {
    fired = which
    kill()
  }
  const whole = setTimeout(fire('whole'), plan.bootTimeout * 1000)
  const proof = accelerator === 'kvm' ? setTimeout(fire('proof'), KVM_PROOF * 1000) : undefined
  let step: NodeJS.Timeout | undefined
  return {
    changed() {
      if (records.release !== undefined) clearTimeout(proof)
      clearTimeout(step)
      if (records.open !== undefined) step = setTimeout(fire('step'), (STEP_DEADLINE + MARGIN) * 1000)
    },
    fired: () => fired !== undefined,
    flooded: fire('flood'),
    end() {
      if (records.done) return 'completed'
      if (records.release === undefined) return 'never-up'
      return fired === undefined ? 'lost' : 'timeout'
    },
    stop() {
      for (const timer of [whole, proof, step]) clearTimeout(timer)
    },
  }
}

async function describe(plan: GuestPlan, records: Records, modules: readonly GuestModule[]) {
  const own = new Set(modules.filter((module) => module.own).map(({ name }) => name))
  const steps: GuestStep[] = records.steps.map((step) => ({ ...step, own: own.has(step.module) }))
  const console = (await readFile(plan.consoleFile, 'utf8')).replaceAll('\r', '')
  // A step that began and never ended took the guest with it, whatever else is known.
  if (records.open !== undefined) steps.push({ ...records.open, own: own.has(records.open.module), outcome: 'hung', message: '', seconds: STEP_DEADLINE })
  return {
    entry: plan.vmlinux === undefined ? ('bzImage' as const) : ('vmlinux (PVH)' as const),
    ...(records.release !== undefined && { release: records.release }),
    steps,
    log: logOf(records) ?? since(console) ?? '',
    logSeen: logOf(records) !== undefined || since(console) !== undefined,
    consoleTail: console.trimEnd().split('\n').slice(-TAIL_LINES).join('\n'),
    consoleFile: plan.consoleFile,
  }
}

/** What the console shows of the kernel log since the baseline: all there is of a guest that was lost, or whose log was flooded. */
function since(console: string): string | undefined {
  const at = console.indexOf(BASELINE)
  return at < 0 ? undefined : console.slice(console.indexOf('\n', at) + 1)
}

async function entries(host: Host, plan: GuestPlan, modules: readonly GuestModule[], nonce: string): Promise<CpioEntry[]> {
  const busybox = await host.which('busybox')
  if (busybox === undefined) throw missing('busybox', 'busybox-static')
  const program = await readFile(busybox)
  if (!isStatic(program)) {
    throw new GateError({ id: 'guest.busybox-dynamic', stage: 'boot', severity: 'error', title: `${busybox} is linked dynamically, and the guest has no libraries`, remedy: 'Install busybox-static instead of busybox.' })
  }
  if ((await host.which(QEMU)) === undefined) throw missing(QEMU, 'qemu-system-x86')
  const data = new Map([...plan.dependencies, ...plan.modules].map((module) => [module.name, module.data]))
  return [
    ...['bin', 'dev', 'proc', 'sys', 'modules'].map((path) => ({ kind: 'dir', path }) as const),
    { kind: 'char', path: 'dev/console', major: 5, minor: 1 },
    { kind: 'char', path: 'dev/null', major: 1, minor: 3 },
    { kind: 'file', path: 'bin/busybox', data: program, executable: true },
    { kind: 'file', path: 'init', data: Buffer.from(initScript(modules)), executable: true },
    { kind: 'file', path: 'nonce', data: Buffer.from(`${nonce}\n`) },
    ...modules.map(({ name }) => ({ kind: 'file', path: `modules/${name}.ko`, data: data.get(name) ?? Buffer.alloc(0) }) as const),
  ]
}

/** The user's modules, those that others depend on first. */
function ordered<T extends { readonly name: string; readonly depends: readonly string[] }>(modules: readonly T[]): T[] {
  const result: T[] = []
  const visit = (module: T, above: readonly string[]) => {
    if (result.includes(module) || above.includes(module.name)) return
    for (const name of module.depends) {
      const dependency = modules.find((other) => other.name === name.replaceAll('-', '_'))
      if (dependency !== undefined) visit(dependency, [...above, module.name])
    }
    result.push(module)
  }
  for (const module of modules) visit(module, [])
  return result
}

async function listen(path: string, take: (data: Buffer) => void): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('data', take)
    // QEMU's death cuts the connection; that is seen by its end.
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  return server
}

async function boundConsole(file: string, kill: () => void): Promise<void> {
  const size = await stat(file).then((found) => found.size).catch(() => 0)
  if (size <= CONSOLE_LIMIT) return
  kill()
  await truncate(file, CONSOLE_LIMIT)
}

function missing(program: string, name: string): GateError {
  return new GateError({ id: `guest.${program.startsWith('qemu') ? 'qemu' : program}-missing`, stage: 'boot', severity: 'error', title: `${program} is not installed, so nothing can be booted`, remedy: `Install ${name}.` })
}
