import { createServer, type Socket } from 'node:net'

/** Milliseconds for what QEMU had already sent when it ended. */
const DRAIN = 2000

export interface ResultsSocket {
  /** Writes to init, which reads the same port. */
  send(text: string): void
  /** Resolves when QEMU's connection is read to its end: its process may be gone before its last words are. */
  drained(): Promise<void>
  close(): void
}

/** Listens on a unix socket and hands on what comes in. */
export async function listenForResults(path: string, take: (data: Buffer) => void): Promise<ResultsSocket> {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('data', take)
    // QEMU's death cuts the connection; that is seen by its end.
    socket.on('error', () => undefined)
    socket.once('close', () => open.delete(socket))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  return {
    send(text) {
      for (const socket of open) socket.write(text)
    },
    async drained() {
      const closed = [...open].map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())))
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, DRAIN)))
      await Promise.race([Promise.all(closed), late])
      clearTimeout(timer)
    },
    close() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}
