import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One saved archive, as the service holds it. */
export interface StoredEntry {
  readonly key: string
  readonly version: string
  data: Buffer
  /** Pieces of a large upload, by their names, until a list says how they belong together. */
  readonly blocks: Map<string, Buffer>
  /** Reserved entries are not found until their upload is finalised. */
  finalised: boolean
}

export interface CacheServer {
  readonly url: string
  readonly token: string
  readonly entries: StoredEntry[]
  /** Names of the calls so far, in their order. */
  readonly calls: string[]
  /** What goes wrong: creating is refused, nothing is answered, every answer is 503. */
  trouble: 'none' | 'read-only' | 'silent' | 'unwell'
  /** Host name of the signed addresses. One that ends in `.blob.core.windows.net` makes @actions/cache download with Azure's library; needs `proxyEnvironment`. */
  blobHost: string | undefined
  /** The variables that the runner gives to an action, for the present protocol (v2) or the older one. */
  environment(protocol: 'v1' | 'v2'): Record<string, string | undefined>
  /** Sends what is meant for another host here. */
  proxyEnvironment(): Record<string, string>
  close(): Promise<void>
}

const SERVICE = '/twirp/github.actions.results.api.v1.CacheService/'
const OLD = '/_apis/artifactcache/'

/**
 * A cache service on loopback that speaks the protocols of @actions/cache: v2 (twirp with JSON, cache.twirp-client.js, and block blobs at signed addresses,
 * uploadUtils.js and downloadUtils.js) and v1 (cacheHttpClient.js). It does not keep the process alive.
 */
export async function startCacheServer(): Promise<CacheServer> {
  const state: Pick<CacheServer, 'trouble' | 'blobHost'> & { readonly entries: StoredEntry[]; readonly calls: string[]; url: string } = { trouble: 'none', blobHost: undefined, entries: [], calls: [], url: '' }
  const token = 'token-of-the-test'
  const server = createServer((request, response) => {
    void bodyOf(request)
      .then((body) => handle(request, body, response))
      .catch((error: unknown) => reply(response, 500, { msg: String(error) }))
  })
  server.unref()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

  function handle(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    // A client that takes this for its proxy sends the whole address.
    const url = new URL(request.url ?? '/', state.url)
    const call = callName(request.method ?? '', url)
    state.calls.push(call)
    if (state.trouble === 'silent') return
    if (state.trouble === 'unwell') return reply(response, 503, { msg: 'not today' })
    if (url.pathname.startsWith('/account/')) return blob(request, url, body, response)
    if (request.headers.authorization !== `Bearer ${token}`) return reply(response, 401, { code: 'unauthenticated', msg: 'no token' })
    if (url.pathname.startsWith(SERVICE)) return twirp(call, body, response)
    if (url.pathname.startsWith(OLD)) return old(request, url, body, response)
    reply(response, 404, { msg: 'nothing here' })
  }

  const signed = (index: number): string => `${state.blobHost === undefined ? state.url : `http://${state.blobHost}/`}account/container/${index}?sv=1&sig=secret-of-${index}`
  const lookUp = (keys: readonly string[], version: string): number => {
    const fits = (match: (key: string) => boolean): number => state.entries.findIndex((entry) => entry.finalised && entry.version === version && match(entry.key))
    for (const key of keys) {
      const exact = fits((stored) => stored === key)
      const index = exact >= 0 ? exact : fits((stored) => stored.startsWith(key))
      if (index >= 0) return index
    }
    return -1
  }
  const reserve = (key: string, version: string): number => {
    if (state.entries.some((entry) => entry.key === key && entry.version === version)) return -1
    return state.entries.push({ key, version, data: Buffer.alloc(0), blocks: new Map(), finalised: false }) - 1
  }

  function twirp(call: string, body: Buffer, response: ServerResponse): void {
    const { key = '', version = '', restore_keys: more = [], size_bytes: size } = JSON.parse(body.toString()) as { key?: string; version?: string; restore_keys?: string[]; size_bytes?: string }
    if (call === 'GetCacheEntryDownloadURL') {
      const index = lookUp([key, ...more], version)
      return reply(response, 200, index < 0 ? { ok: false } : { ok: true, signed_download_url: signed(index), matched_key: state.entries[index]?.key })
    }
    if (call === 'CreateCacheEntry') {
      if (state.trouble === 'read-only') return reply(response, 200, { ok: false, message: 'cache write denied: the token is read-only' })
      const index = reserve(key, version)
      if (index < 0) return reply(response, 409, { code: 'already_exists', msg: 'cache entry with the same key, version, and scope already exists' })
      return reply(response, 200, { ok: true, signed_upload_url: signed(index) })
    }
    const index = state.entries.findIndex((entry) => entry.key === key && entry.version === version)
    const entry = state.entries[index]
    if (call !== 'FinalizeCacheEntryUpload' || entry === undefined) return reply(response, 404, { code: 'not_found', msg: 'no such entry' })
    if (String(entry.data.length) !== size) return reply(response, 200, { ok: false, message: `${entry.data.length} bytes came, not ${String(size)}` })
    entry.finalised = true
    reply(response, 200, { ok: true, entry_id: String(index + 1) })
  }

  /** Block blobs: Put Blob in one piece, or Put Block and Put Block List; Get Blob Properties; Get Blob with a range. */
  function blob(request: IncomingMessage, url: URL, body: Buffer, response: ServerResponse): void {
    const index = Number(url.pathname.split('/').at(-1))
    const entry = state.entries[index]
    if (entry === undefined || url.searchParams.get('sig') !== `secret-of-${index}`) return reply(response, 403, {})
    const about = { etag: `"${index}"`, 'last-modified': new Date(0).toUTCString(), 'x-ms-request-id': String(index), 'x-ms-blob-type': 'BlockBlob', 'accept-ranges': 'bytes' }
    if (request.method === 'PUT') {
      const step = url.searchParams.get('comp')
      if (step === 'block') entry.blocks.set(url.searchParams.get('blockid') ?? '', body)
      else if (step === 'blocklist') entry.data = Buffer.concat([...body.toString().matchAll(/<Latest>([^<]*)<\/Latest>/g)].map((match) => entry.blocks.get(match[1] ?? '') ?? Buffer.alloc(0)))
      else if (request.headers['x-ms-blob-type'] === 'BlockBlob') entry.data = body
      else return reply(response, 400, {})
      response.writeHead(201, about).end()
      return
    }
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(String(request.headers['x-ms-range'] ?? request.headers.range ?? '')) ?? []
    const part = from === undefined ? entry.data : entry.data.subarray(Number(from), to === undefined || to === '' ? undefined : Number(to) + 1)
    const range = from === undefined ? {} : { 'content-range': `bytes ${from}-${Number(from) + part.length - 1}/${entry.data.length}` }
    response.writeHead(from === undefined ? 200 : 206, { ...about, ...range, 'content-type': 'application/octet-stream', 'content-length': part.length })
    response.end(request.method === 'HEAD' ? undefined : part)
  }

  /** The older protocol: look up, reserve, send pieces, commit, each with a number for the entry. */
  function old(request: IncomingMessage, url: URL, body: Buffer, response: ServerResponse): void {
    const rest = url.pathname.slice(OLD.length)
    if (rest === 'cache') {
      const index = lookUp((url.searchParams.get('keys') ?? '').split(','), url.searchParams.get('version') ?? '')
      if (index < 0) return void response.writeHead(204).end()
      return reply(response, 200, { cacheKey: state.entries[index]?.key, archiveLocation: signed(index), scope: 'refs/heads/main' })
    }
    if (rest === 'caches') {
      const { key = '', version = '' } = JSON.parse(body.toString()) as { key?: string; version?: string }
      if (state.trouble === 'read-only') return reply(response, 403, { message: 'cache write denied: the token is read-only' })
      const index = reserve(key, version)
      return index < 0 ? reply(response, 409, { message: 'Cache already exists.' }) : reply(response, 201, { cacheId: index + 1 })
    }
    const entry = state.entries[Number(rest.slice('caches/'.length)) - 1]
    if (entry === undefined) return reply(response, 404, { message: 'no such entry' })
    if (request.method === 'PATCH') {
      const start = Number(/^bytes (\d+)-/.exec(String(request.headers['content-range']))?.[1])
      const all = Buffer.alloc(Math.max(entry.data.length, start + body.length))
      entry.data.copy(all)
      body.copy(all, start)
      entry.data = all
      return void response.writeHead(204).end()
    }
    entry.finalised = (JSON.parse(body.toString()) as { size?: number }).size === entry.data.length
    response.writeHead(entry.finalised ? 204 : 400).end()
  }

  return Object.assign(state, {
    token,
    environment: (protocol: 'v1' | 'v2') => ({
      ...{ ACTIONS_RUNTIME_TOKEN: token, ACTIONS_CACHE_MODE: undefined, GITHUB_SERVER_URL: undefined },
      ...(protocol === 'v2' ? { ACTIONS_CACHE_SERVICE_V2: 'true', ACTIONS_RESULTS_URL: state.url, ACTIONS_CACHE_URL: undefined } : { ACTIONS_CACHE_SERVICE_V2: undefined, ACTIONS_RESULTS_URL: undefined, ACTIONS_CACHE_URL: state.url }),
    }),
    proxyEnvironment: () => ({ http_proxy: state.url, HTTP_PROXY: state.url, no_proxy: '127.0.0.1', NO_PROXY: '127.0.0.1' }),
    close: () => stop(server),
  })
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function reply(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
}

function callName(method: string, url: URL): string {
  if (url.pathname.startsWith(SERVICE)) return url.pathname.slice(SERVICE.length)
  return `${method} ${url.pathname.startsWith('/account/') ? 'blob' : url.pathname.replace(/\d+$/, 'N')}`
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
