import { createServer, type Socket } from 'node:net'

/** Bytes of one line at most; a guest that sends more without an end says nothing that is wanted. */
const LONGEST = 64 << 10

/** A conversation in lines over a unix socket that the gate listens on. */
export interface Talk {
  send(line: string): void
  /** The next line that matches, among those not yet taken; undefined when none came within so many seconds, or the other side is gone. */
  next(pattern: RegExp, seconds: number): Promise<RegExpExecArray | undefined>
  close(): void
}

interface Waiting {
  readonly pattern: RegExp
  readonly done: (match: RegExpExecArray | undefined) => void
}

/** Listens at `path`; one that connects later takes the place of the one before. */
export async function listen(path: string): Promise<Talk> {
  const lines: string[] = []
  let rest = ''
  let other: Socket | undefined
  let gone = false
  let waiting: Waiting | undefined
  const settle = (): void => {
    while (waiting !== undefined && lines.length > 0) {
      const match = waiting.pattern.exec(lines.shift() ?? '')
      if (match !== null) waiting.done(match)
    }
    if (gone) waiting?.done(undefined)
  }
  const server = createServer((socket) => {
    other = socket
    socket.setEncoding('latin1')
    socket.on('data', (data: string) => {
      const parts = (rest + data).slice(-LONGEST).split('\n')
      rest = parts.pop() ?? ''
      lines.push(...parts.map((line) => line.replace(/\r$/, '')))
      settle()
    })
    // QEMU's death cuts the connection.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      gone = true
      settle()
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  return {
    send: (line) => void other?.write(`${line}\n`),
    next: (pattern, seconds) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => waiting?.done(undefined), Math.max(0, seconds) * 1000)
        waiting = {
          pattern,
          done(match) {
            clearTimeout(timer)
            waiting = undefined
            resolve(match)
          },
        }
        settle()
      }),
    close() {
      gone = true
      settle()
      other?.destroy()
      server.close()
    },
  }
}
