import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ARCHITECTURES } from '../../architecture/table.js'
import { Btf, BtfError } from '../../btf/btf.js'
import { type ElfFile, ElfError, openElf } from '../../elf/elf.js'
import { isStatic } from '../../elf/static.js'
import type { Host, Running } from '../../host/host.js'
import { makeScratch } from '../../host/scratch.js'
import { type GdbFindings, READY, gdbArgs, gdbCommands, readGdbOutput } from './gdb.js'
import { type AutopsyModule, autopsyInitramfs, autopsyQemuArgs } from './guest-files.js'
import { kernelMember } from './member.js'
import { refusedRelocation, widthOf } from './relocation.js'
import type { AutopsyReport, CodePlace, RefusedRelocation, Writer } from './report.js'
import { autopsySentences } from './sentences.js'
import { type Talk, listen } from './talk.js'

/** Registers, relocations and the check itself are those of this architecture alone (src/architecture/table.ts, `autopsy`). */
const QEMU = ARCHITECTURES.amd64.qemu
const GDB = 'gdb'
/** MiB. */
const MEMORY = 512
/** Socket of QEMU's stub in the session's own directory. */
const STUB = 'stub'

export interface AutopsyRequest {
  /** The unpacked vmlinux, whose BTF is read too, or a bzImage. Booted without KASLR. */
  readonly kernel: string
  /** Loaded before, in this order. */
  readonly dependencies: readonly AutopsyModule[]
  readonly module: AutopsyModule
  /** For the initramfs, what gdb said and the console. */
  readonly workDir: string
  /** For all of it. */
  readonly seconds: number
}

/** The session cannot be held; the message says why, for a person. */
class NotPossible extends Error {}

/**
 * Boots the kernel once more with QEMU's gdb stub and finds out what the kernel refused, what it found there and who wrote it. The module is
 * loaded twice: the first time shows the place, the second time every write to it is watched. One processor, no KASLR and no interruption
 * make both times alike, which is checked. Needs gdb (package gdb or gdb-minimal), QEMU and a static busybox; throws nothing for want of them.
 */
export async function autopsy(host: Host, request: AutopsyRequest): Promise<AutopsyReport> {
  const began = Date.now()
  const seconds = (): number => (Date.now() - began) / 1000
  // Paths of unix sockets are limited to 107 bytes (unix(7)), so not below the work directory.
  const dir = await makeScratch(join(tmpdir(), 'kmod-gate-gdb-'))
  try {
    return { ...(await session(host, request, dir, () => request.seconds - seconds())), seconds: seconds() }
  } catch (error) {
    if (!(error instanceof NotPossible || error instanceof ElfError)) throw error
    return { outcome: 'not-possible', sentences: [`No autopsy: ${error.message}`], seconds: seconds() }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

type Found = AutopsyReport extends infer R ? (R extends unknown ? Omit<R, 'seconds'> : never) : never

async function session(host: Host, request: AutopsyRequest, dir: string, left: () => number): Promise<Found> {
  const module = openElf(request.module.data)
  const busybox = await toolsAndBusybox(host)
  const files = { kernel: request.kernel, initramfs: join(request.workDir, 'autopsy.cpio'), stub: join(dir, STUB), talk: join(dir, 'talk'), memory: MEMORY }
  await mkdir(request.workDir, { recursive: true })
  await writeFile(files.initramfs, autopsyInitramfs(busybox, request.dependencies, request.module))
  const talk = await listen(files.talk)
  let qemu: Running | undefined
  try {
    qemu = host.start({ program: QEMU.program, args: autopsyQemuArgs(files), seconds: Math.ceil(left()) + 1, stdoutFile: join(request.workDir, 'autopsy-console.log') })
    const applyRelocateAdd = await untilReady(talk, left)
    const debug = (watch?: { address: bigint; bytes: 4 | 8 }): Promise<Refusal> => load(host, { dir, applyRelocateAdd, module, talk, log: join(request.workDir, watch === undefined ? 'autopsy-gdb-place.log' : 'autopsy-gdb-writes.log'), left, ...(watch !== undefined && { watch }) })

    const first = await debug()
    if (first.relocation === undefined) return { outcome: 'not-reproduced', sentences: [`The kernel refused no relocation of ${request.module.name} this time${first.status === undefined ? '' : ` (insmod ended with ${first.status})`}.`] }
    const { relocation } = first
    const second = await debug({ address: relocation.address, bytes: widthOf(relocation.type) })
    // Another address would mean that the wrong place was watched.
    const writer = second.relocation?.address === relocation.address ? await writerOf(second.writes, talk, left) : undefined
    talk.send('off')
    const types = await kernelTypes(request.kernel)
    const member = types === undefined ? undefined : kernelMember(types, relocation)
    return { outcome: 'found', relocation, ...(member !== undefined && { member }), ...(writer !== undefined && { writer }), sentences: autopsySentences(request.module.name, relocation, member, writer) }
  } finally {
    talk.close()
    qemu?.kill()
    await qemu?.ended
  }
}

async function toolsAndBusybox(host: Host): Promise<Buffer> {
  for (const [program, packages] of [[QEMU.program, QEMU.package], [GDB, 'gdb-minimal (or gdb)']] as const) {
    if ((await host.which(program)) === undefined) throw new NotPossible(`${program} is not installed. Install ${packages}.`)
  }
  const path = await host.which('busybox')
  const data = path === undefined ? undefined : await readFile(path)
  if (data === undefined || !isStatic(data)) throw new NotPossible('there is no static busybox. Install busybox-static.')
  return data
}

async function untilReady(talk: Talk, left: () => number): Promise<bigint> {
  const symbol = await talk.next(/^([0-9a-f]{16}) \w apply_relocate_add$/, left())
  const address = BigInt(`0x${symbol?.[1] ?? '0'}`)
  if (address === 0n || (await talk.next(/^ready$/, left())) === undefined) throw new NotPossible('the guest did not come up in time, or its kernel does not tell where apply_relocate_add is.')
  return address
}

interface Load {
  readonly dir: string
  readonly applyRelocateAdd: bigint
  readonly module: ElfFile
  readonly talk: Talk
  /** What gdb says. */
  readonly log: string
  readonly left: () => number
  readonly watch?: { readonly address: bigint; readonly bytes: 4 | 8 }
}

interface Refusal {
  readonly relocation?: RefusedRelocation
  readonly writes: GdbFindings['writes']
  /** insmod's, where it came to an end. */
  readonly status?: string
}

/** One insmod under gdb's eyes. */
async function load(host: Host, { dir, applyRelocateAdd, module, talk, log, left, watch }: Load): Promise<Refusal> {
  // gdb splits its commands at blanks, so it runs in the directory and needs no path.
  const dumps = { targetFile: 'target', symbolsFile: 'symbols' }
  const script = join(dir, 'script')
  await Promise.all([writeFile(script, gdbCommands({ stub: STUB, applyRelocateAdd, ...dumps, ...(watch !== undefined && { watch }) })), ...Object.values(dumps).map((file) => rm(join(dir, file), { force: true }))])
  const gdb = host.start({ program: GDB, args: gdbArgs(script), cwd: dir, env: { HOME: dir, DEBUGINFOD_URLS: undefined }, seconds: Math.max(1, Math.ceil(left())), stdoutFile: log })
  const state = { running: true }
  const ended = gdb.ended.finally(() => (state.running = false))
  try {
    while (state.running && !(await readFile(log, 'utf8')).includes(READY)) await sleep(25)
    if (!state.running) throw new NotPossible(`gdb cannot debug the guest: ${(await ended).stderr.trim().split('\n').at(-1) ?? ''}`)
    talk.send('load')
    // gdb ends at the refusal and lets the guest go; when nothing is refused, it is insmod that ends, and gdb would wait for ever.
    const status = (await talk.next(/^loaded (\d+)$/, left()))?.[1]
    gdb.kill()
    await ended
    const { refused, writes } = readGdbOutput(await readFile(log, 'utf8'))
    const [target, symbols] = await Promise.all([dumps.targetFile, dumps.symbolsFile].map((file) => readFile(join(dir, file)).catch(() => undefined)))
    const relocation = refused === undefined || target === undefined || symbols === undefined ? undefined : refusedRelocation(module, { section: refused.section, targetAddress: refused.targetAddress, target, symbols })
    return { writes, ...(relocation !== undefined && { relocation }), ...(status !== undefined && { status }) }
  } finally {
    gdb.kill()
  }
}

/** The last write before the refusal, with the function's name from the guest's own symbol table. */
async function writerOf(writes: GdbFindings['writes'], talk: Talk, left: () => number): Promise<Writer | undefined> {
  const last = writes.at(-1)
  if (last === undefined) return undefined
  const place = await where(talk, last.after, left)
  if (place === undefined) return undefined
  // These keep no frame of their own: what is on the stack is where they return to.
  const caller = /^(?:__)?(?:mem|copy|clear)/.test(place.function) ? await where(talk, last.stack, left) : undefined
  return { ...place, value: last.value, ...(caller !== undefined && { caller }) }
}

async function where(talk: Talk, address: bigint, left: () => number): Promise<CodePlace | undefined> {
  // The instruction before: the one that wrote may be the function's last.
  talk.send(`where ${(address - 1n).toString(16).padStart(16, '0')}`)
  const [, start, name] = (await talk.next(/^at [0-9a-f]{16} ([0-9a-f]{16}) (\S+)$/, left())) ?? []
  return start === undefined || name === undefined ? undefined : { function: name, offset: Number(address - BigInt(`0x${start}`)) }
}

async function kernelTypes(kernel: string): Promise<Btf | undefined> {
  try {
    const section = openElf(await readFile(kernel)).sections.find(({ name }) => name === '.BTF')
    return section === undefined ? undefined : Btf.read(section.data)
  } catch (error) {
    // A bzImage is no ELF file, and a kernel may be built without BTF: then there is no member to be named.
    if (error instanceof ElfError || error instanceof BtfError) return undefined
    throw error
  }
}
