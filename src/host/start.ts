import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Host, Running } from './host.js'
import { wrap } from './wrap.js'

/** Bytes of stderr that are kept: the last words of a process that failed. */
const LAST_WORDS = 16 << 10

/** Starts a process that lives beside the gate, with a deadline and tied to the gate's life; see wrap(). */
export function start(command: Parameters<Host['start']>[0], env: Record<string, string>): Running {
  const stdout = openSync(command.stdoutFile, 'w')
  const child = spawn('setpriv', wrap(command, 'none'), {
    env,
    stdio: ['ignore', stdout, 'pipe'],
    ...(command.cwd !== undefined && { cwd: command.cwd }),
  })
  closeSync(stdout)
  let stderr = ''
  child.stderr?.on('data', (data: Buffer) => (stderr = (stderr + data.toString('utf8')).slice(-LAST_WORDS)))
  const ended = new Promise<Awaited<Running['ended']>>((resolve) => {
    child.once('error', (error) => resolve({ status: null, signal: null, stderr: error.message }))
    child.once('close', (status, signal) => resolve({ status, signal, stderr }))
  })
  // timeout(1) hands SIGTERM on to its process group, and follows with SIGKILL after its grace.
  return { pid: child.pid ?? -1, ended, kill: () => void child.kill('SIGTERM') }
}
