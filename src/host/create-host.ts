import { exec } from '@actions/exec'
import { appendFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { GateError } from '../model/errors.js'
import type { CacheWorkers, Command, Exit, Host, Log } from './host.js'
import { makeScratch } from './scratch.js'
import { start } from './start.js'
import { hasTimedOut, wrap, type Privilege } from './wrap.js'
import { searchPath, which } from './which.js'

/** Bytes of one output stream that are kept in memory; a build that prints more is read from its log file. */
const KEEP = 64 << 20

/** The real host: processes through @actions/exec, each with a deadline and none that outlives the gate. */
export function createHost(log: Log, cacheWorkers?: CacheWorkers): Host {
  const path = searchPath(process.env['PATH'])
  const find = (program: string) => which(program, path)
  return {
    log,
    ...(cacheWorkers !== undefined && { cacheWorkers }),
    which: find,
    run: async (command) => run(command, log, path, command.asRoot === true ? await privilege(find, command.program) : 'none'),
    start: (command) => start(command, environment(command.env, path)),
  }
}

async function run(command: Command, log: Log, path: string, privilege: Privilege): Promise<Exit> {
  if ((await which(command.program, path)) === undefined) throw missing(command.program)
  const kept = { stdout: new Kept(), stderr: new Kept() }
  const logged: Buffer[] = []
  const listen = (stream: Kept) => (data: Buffer) => {
    stream.add(data)
    if (command.logFile !== undefined) logged.push(Buffer.from(data))
  }
  log.detail(`$ ${[command.program, ...command.args].join(' ')}`)
  const began = process.hrtime.bigint()
  const stdin = command.input === undefined ? undefined : await inputFile(command.input)
  const status = await exec('setpriv', wrap(command, privilege, stdin), {
    silent: true,
    ignoreReturnCode: true,
    env: environment(command.env, path),
    ...(command.cwd !== undefined && { cwd: command.cwd }),
    listeners: { stdout: listen(kept.stdout), stderr: listen(kept.stderr) },
  }).finally(() => (stdin === undefined ? undefined : rm(dirname(stdin), { recursive: true, force: true })))
  const seconds = Number(process.hrtime.bigint() - began) / 1e9
  if (command.logFile !== undefined) await appendFile(command.logFile, Buffer.concat(logged))
  return { status, stdout: kept.stdout.text(), stderr: kept.stderr.text(), timedOut: hasTimedOut(status, seconds, command.seconds), seconds }
}

async function inputFile(input: string | Buffer): Promise<string> {
  const file = join(await makeScratch(join(tmpdir(), 'kmod-gate-stdin-')), 'stdin')
  await writeFile(file, input)
  return file
}

class Kept {
  readonly #chunks: Buffer[] = []
  #size = 0

  add(data: Buffer): void {
    if (this.#size >= KEEP) return
    this.#chunks.push(Buffer.from(data))
    this.#size += data.length
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8')
  }
}

/** LC_ALL=C: messages of compilers and of apt are parsed. DEBIAN_FRONTEND: no package may ask. */
function environment(extra: Command['env'], path: string): Record<string, string> {
  const all: Record<string, string | undefined> = { ...process.env, PATH: path, LC_ALL: 'C', LANGUAGE: undefined, DEBIAN_FRONTEND: 'noninteractive', ...extra }
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

async function privilege(find: Host['which'], program: string): Promise<Privilege> {
  if (process.getuid?.() === 0) return 'root'
  if ((await find('sudo')) !== undefined) return 'sudo'
  throw new GateError({
    id: 'host.no-root',
    stage: 'install',
    severity: 'error',
    title: `${program} needs root: the gate runs as user id ${String(process.getuid?.())} and there is no sudo`,
    remedy: 'Run the gate as root, install sudo, or prepare the machine and use install: false.',
  })
}

function missing(program: string): GateError {
  return new GateError({
    id: 'host.missing-program',
    stage: 'install',
    severity: 'error',
    title: `${program} is not installed`,
    remedy: `Install the Debian package that holds ${program}, or let the gate install what it needs (install: true).`,
  })
}
