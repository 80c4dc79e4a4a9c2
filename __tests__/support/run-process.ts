import { spawn } from 'node:child_process'

export interface Ended {
  /** 128+n when ended by a signal that the shell reported so; -1 when the deadline passed. */
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  /** Both streams in the order of arrival. */
  readonly output: string
  readonly seconds: number
}

const decode = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8')

/** Runs a program to its end, or kills it when the deadline (in seconds) passes. It also dies with this process. */
export async function runProcess(argv: readonly string[], options: { readonly env?: Readonly<Record<string, string>>; readonly timeout: number; readonly cwd?: string }): Promise<Ended> {
  const started = Date.now()
  const out: Buffer[] = []
  const err: Buffer[] = []
  const all: Buffer[] = []
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...argv], {
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeout * 1000,
    killSignal: 'SIGKILL',
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })
  child.stdout.on('data', (chunk: Buffer) => {
    out.push(chunk)
    all.push(chunk)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err.push(chunk)
    all.push(chunk)
  })
  const status = await new Promise<number>((done, failed) => {
    child.on('error', failed)
    child.on('close', (code) => {
      done(code ?? -1)
    })
  })
  return { status, stdout: decode(out), stderr: decode(err), output: decode(all), seconds: (Date.now() - started) / 1000 }
}
