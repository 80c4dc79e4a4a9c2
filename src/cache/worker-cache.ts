import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Exit, Host } from '../host/host.js'
import { plainOneLine } from '../text/plain.js'
import { shellQuote } from '../text/shell.js'
import type { RemoteCache, RemoteEntry } from './remote.js'

/** Longer than 150 MB take at 2 MB/s; whoever needs longer is better served by the package mirror. */
const RESTORE_DEADLINE = 90
/** Packing 300 MB and sending a third of it. */
const SAVE_DEADLINE = 180

export interface WorkerOptions {
  /** The file that node runs: src/host/actions-cache.ts, bundled. */
  readonly script: string
  /** Seconds, instead of the deadlines above. */
  readonly seconds?: number
  /** Variables for the worker, above those of the gate. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

interface Call {
  readonly answer: string
  readonly problem: string | undefined
  readonly stdout: string
}

/** The package joins tar's words with blanks and takes them apart again (tar.js, getTarArgs()). */
const UNFIT = /[\s"'\\]/

/**
 * The cache service of GitHub, spoken to by @actions/cache in a process of its own: the package has no deadline that covers a whole call, leaves its tar
 * running when it is given up, writes annotations for its troubles on standard output, and takes its paths from the environment.
 * In the worker all paths are relative to the entry's directory, so that an entry made at one place can be restored at another, and none can write
 * anywhere else.
 */
export function workerCache(host: Host, { script, seconds, env = {} }: WorkerOptions): RemoteCache {
  const call = async (operation: 'restore' | 'save', { key, paths, directory, scratch }: RemoteEntry, deadline: number): Promise<Call> => {
    const unfit = [directory, scratch].find((path) => UNFIT.test(path))
    if (unfit !== undefined) return { answer: '', problem: `@actions/cache cannot work in ${unfit}: it has a blank, quote or backslash`, stdout: '' }
    const tar = await host.which('tar')
    if (tar === undefined) return { answer: '', problem: 'tar is not installed', stdout: '' }
    const bin = await tarWithin(scratch, tar)
    const result = join(scratch, 'answer')
    const exit = await host.run({
      program: process.execPath,
      args: [script, operation, result, key, ...paths],
      cwd: directory,
      // GITHUB_WORKSPACE is what archives are relative to, RUNNER_TEMP holds them; with RUNNER_DEBUG every file would be listed.
      env: { ...env, PATH: [bin, process.env['PATH'] ?? ''].join(delimiter), GITHUB_WORKSPACE: directory, RUNNER_TEMP: scratch, RUNNER_DEBUG: undefined },
      seconds: deadline,
    })
    const answer = exit.status === 0 ? await readFile(result, 'utf8').catch(() => '') : ''
    const problem = exit.timedOut ? `no answer within ${deadline} s` : (annotation(exit.stdout) ?? (answer === '' ? lastWords(exit) : undefined))
    for (const line of shown(exit.stdout)) host.log.detail(`cache: ${line}`)
    return { answer, problem, stdout: exit.stdout }
  }
  return {
    async restore(entry) {
      const { answer, problem } = await call('restore', entry, seconds ?? RESTORE_DEADLINE)
      const why = problem === undefined ? {} : { reason: problem }
      if (answer === 'restored') return { outcome: 'restored' }
      if (answer === 'broken') return { outcome: 'broken', ...why }
      // The package says "not found" of a service that failed too; only its annotation tells them apart.
      if (answer === 'absent' && problem === undefined) return { outcome: 'absent' }
      return { outcome: 'unavailable', ...why }
    },
    async save(entry) {
      const { answer, problem, stdout } = await call('save', entry, seconds ?? SAVE_DEADLINE)
      if (answer === 'exists' || (answer === 'not-saved' && isDuplicate(stdout))) return { outcome: 'exists' }
      // With the older protocol a number is given even when the upload failed.
      if (answer === 'saved' && problem === undefined) return { outcome: 'saved' }
      return { outcome: 'failed', reason: problem ?? refusal(stdout) ?? 'the service refused it' }
    },
  }
}

/**
 * A directory for PATH with a tar that never gets `-P`. The package gives it always; tar then writes wherever an archive says, and through links of the
 * archive itself. Without it, names are kept below the directory and links that lead out of it are made last. Our names need no `-P`.
 */
async function tarWithin(scratch: string, tar: string): Promise<string> {
  const bin = join(scratch, 'bin')
  await mkdir(bin, { recursive: true })
  await writeFile(join(bin, 'tar'), `#!/bin/sh\nfor word do shift; [ "$word" = -P ] || set -- "$@" "$word"; done\nexec ${shellQuote(tar)} "$@"\n`, { mode: 0o755 })
  return bin
}

/** A workflow command of @actions/core (command.ts): `::name key=value::message`, with %25, %0D and %0A for percent and line ends. */
const COMMAND = /^::([a-z-]+)(?: [^:]*)?::(.*)$/

function commands(stdout: string, ...names: readonly string[]): string[] {
  return stdout.split('\n').flatMap((line) => {
    const [, name, message] = COMMAND.exec(line) ?? []
    return name !== undefined && message !== undefined && names.includes(name) ? [clean(message.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%'))] : []
  })
}

/** Signed addresses carry their permission in the query. */
function clean(text: string): string {
  return plainOneLine(text.replace(/(https?:\/\/[^\s?]*)\?\S*/g, '$1?…'))
}

function annotation(stdout: string): string | undefined {
  return commands(stdout, 'error', 'warning')[0]
}

/** Lines for people. Commands are left out: debug lines hold signed addresses, and a mask holds the very secret. */
function shown(stdout: string): string[] {
  return stdout.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('::')).map(clean)
}

/** What the service said when no entry could be reserved is only in a debug line with the present protocol, in an ordinary one with the older. */
function refusal(stdout: string): string | undefined {
  return commands(stdout, 'debug').find((line) => line.startsWith('Failed to reserve cache:')) ?? shown(stdout).find((line) => line.startsWith('Failed to save:'))
}

function isDuplicate(stdout: string): boolean {
  return /\(409\)|already exists/i.test(refusal(stdout) ?? '')
}

function lastWords({ status, stderr }: Exit): string {
  return clean(stderr.trim().split('\n').at(-1) ?? '') || `the worker ended with status ${status}`
}
