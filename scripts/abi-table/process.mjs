// Programs under a deadline: no script of the table waits for anything forever.
import { Buffer } from 'node:buffer'
import { spawn } from 'node:child_process'

/** Bytes of output that are kept. */
const KEEP = 8 << 20

/** Runs a program under timeout(1), which also ends what it started. Never throws for a bad status: that is what a table is about. */
export function run(argv, { seconds, cwd, env, input } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn('timeout', ['--kill-after=5', String(seconds), ...argv], { cwd, env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive', ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
    const streams = { stdout: [], stderr: [] }
    for (const name of ['stdout', 'stderr']) {
      let size = 0
      child[name].on('data', (data) => {
        size += data.length
        if (size <= KEEP) streams[name].push(data)
      })
    }
    // A program that does not read its input is no reason to fall over.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    child.on('error', reject)
    child.on('close', (status, signal) => resolve({ status: status ?? signal, stdout: Buffer.concat(streams.stdout).toString(), stderr: Buffer.concat(streams.stderr).toString() }))
  })
}

/** The same, where a bad status means that the table cannot be made. */
export async function must(argv, options) {
  const ended = await run(argv, options)
  if (ended.status !== 0) throw new Error(`${argv.join(' ').slice(0, 300)}: status ${ended.status}\n${(ended.stdout + ended.stderr).slice(-3000)}`)
  return ended.stdout
}
