import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach } from '@jest/globals'

/** What one path of a test's archive answers. */
export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** JSON, unless it is a Buffer. */
  readonly body?: unknown
}

export interface ArchiveServer {
  readonly base: string
  /** Every path that was asked for, in order. */
  readonly asked: string[]
}

/** Starts servers on loopback that are gone after each test. `answer` gets the decoded path; undefined is 404. */
export function archiveServers(): (answer: (path: string, times: number) => Answer | undefined) => Promise<ArchiveServer> {
  const close: (() => void)[] = []
  afterEach(() => {
    for (const one of close.splice(0)) one()
  })
  return async (answer) => {
    const asked: string[] = []
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      const path = decodeURIComponent(request.url ?? '')
      asked.push(path)
      const { status = 200, headers = {}, body } = answer(path, asked.filter((one) => one === path).length) ?? { status: 404 }
      response.writeHead(status, headers)
      response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body ?? {}))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    close.push(() => {
      server.closeAllConnections()
      server.close()
    })
    return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
  }
}
