import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { kitPart, type Part } from '../../src/cache/parts.js'
import { restoreParts, saveParts, type PartState, type RemoteCache } from '../../src/cache/remote.js'
import { findKit, keepKit, toolVersion } from '../../src/cache/tool-cache.js'
import { workerCache, type WorkerOptions } from '../../src/cache/worker-cache.js'
import { describeFolder } from '../../src/cache/manifest.js'
import { TARGET } from '../cache/target.js'
import { fillKit, scratchDirectories, testHost } from '../cache/folders.js'
import { startCacheServer, type CacheServer } from '../support/cache-server.js'
import { PROJECT } from '../support/paths.js'

/** The real @actions/cache and @actions/tool-cache in their workers; the service is on loopback and speaks the real protocols. */

const SCRIPT = join(PROJECT, 'src/host/actions-cache.ts')
const TOOL_SCRIPT = join(PROJECT, 'src/host/actions-tool-cache.ts')
const KIB = 1024

const scratch = scratchDirectories()
let server: CacheServer
let host: ReturnType<typeof testHost>

beforeAll(() => {
  if (spawnSync('zstd', ['--version']).status !== 0) throw new Error('zstd is needed: apt-get install zstd')
})

beforeEach(async () => {
  server = await startCacheServer()
  host = testHost()
})

afterEach(() => server.close())

function remote({ protocol = 'v2', env = {}, seconds = 60 }: { readonly protocol?: 'v1' | 'v2' } & Partial<WorkerOptions> = {}): RemoteCache {
  return workerCache(host, { script: SCRIPT, seconds, env: { ...server.environment(protocol), http_proxy: undefined, HTTP_PROXY: undefined, ...env } })
}

interface Run {
  readonly cacheDir: string
  readonly part: Part
  readonly states: PartState[]
}

/** A run on an empty machine, as far as the packages that it would download. */
async function restore(cache: RemoteCache, cacheDir = scratch()): Promise<Run> {
  const part = kitPart(TARGET, cacheDir)
  return { cacheDir, part, states: await restoreParts(host, cache, cacheDir, [part]) }
}

/** What it does after it has unpacked them itself. */
async function make(cache: RemoteCache, { cacheDir, part, states }: Run): Promise<string | undefined> {
  fillKit(part.folder)
  utimesSync(part.folder, 1_700_000_000, 1_700_000_000)
  const [saved] = await saveParts(host, cache, cacheDir, states)
  return saved?.outcome
}

/** Nothing but the kit may be there: no archive, no half entry. */
function requireClean({ cacheDir, part }: Run, kit: boolean): void {
  expect(readdirSync(join(cacheDir, 'incoming'))).toEqual([])
  expect(existsSync(join(part.folder, '..')) ? readdirSync(join(part.folder, '..')) : []).toEqual(kit ? [basename(part.folder)] : [])
}

const stateOf = ({ states: [state] }: Run): readonly [boolean | undefined, string | undefined] => [state?.here, state?.saveAs?.slice(-2)]

test.each(['v1', 'v2'] as const)('%s: a miss is saved, and found by the next run at another place', async (protocol) => {
  const cache = remote({ protocol })
  const first = await restore(cache)
  expect(stateOf(first)).toEqual([false, '-0'])
  expect(await make(cache, first)).toBe('saved')
  requireClean(first, true)
  expect(server.entries.map(({ key, finalised }) => [key, finalised])).toEqual([[`${first.part.key}-0`, true]])
  // zstd's magic (RFC 8878): the entry was packed with what the next run unpacks with.
  expect(server.entries[0]?.data.subarray(0, 4).toString('hex')).toBe('28b52ffd')

  const began = Date.now()
  const second = await restore(cache)
  expect(stateOf(second)).toEqual([true, undefined])
  requireClean(second, true)
  // tar gives it the time at which it was saved; for that it would soon go from the cache.
  expect(lstatSync(second.part.folder).mtimeMs).toBeGreaterThanOrEqual(began - 1000)
  expect(await describeFolder(second.part.folder, '')).toEqual(await describeFolder(first.part.folder, ''))
  expect(host.lines.join('\n')).not.toMatch(/sig=|secret-of/)
}, 60_000)

test('a kit of more than 128 MiB goes up in blocks, and comes down from an address of Azure’s in pieces', async () => {
  const cache = remote({ env: server.proxyEnvironment() })
  const first = await restore(cache)
  mkdirSync(first.part.folder, { recursive: true })
  writeFileSync(join(first.part.folder, 'noise'), noise(130 * KIB * KIB))
  expect(await make(cache, first)).toBe('saved')
  expect(server.calls.filter((call) => call === 'PUT blob').length).toBeGreaterThan(1)
  server.blobHost = 'account.blob.core.windows.net'
  server.calls.splice(0)
  const second = await restore(cache)
  expect(stateOf(second)).toEqual([true, undefined])
  expect(server.calls.filter((call) => call === 'HEAD blob')).toHaveLength(1)
  expect(server.calls.filter((call) => call === 'GET blob').length).toBeGreaterThan(1)
  expect(await describeFolder(second.part.folder, '')).toEqual(await describeFolder(first.part.folder, ''))
}, 180_000)

/** Bytes that no compressor makes smaller, the same each time (xorshift32). */
function noise(length: number): Buffer {
  const data = Buffer.alloc(length)
  let x = 2463534242
  for (let at = 0; at < length; at += 4) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    data.writeInt32LE(x | 0, at)
  }
  return data
}

const DAMAGE: readonly (readonly [string, (data: Buffer) => Buffer])[] = [
  ['a corrupted archive', (data) => {
    const copy = Buffer.from(data)
    for (let at = 20; at < copy.length; at += 7) copy[at] = (copy[at] ?? 0) ^ 0x5a
    return copy
  }],
  ['a truncated archive', (data) => data.subarray(0, data.length / 2)],
  ['an empty archive', () => Buffer.alloc(0)],
  ['what is no archive', () => Buffer.from('<html>sign in</html>')],
  ['a good archive of something else', () => archiveOf({ hello: 'world' })],
  ['an archive with our folder and a manifest of another key', () => archiveOf({ [`${basename(kitPart(TARGET, '/').folder)}/complete`]: '', [`${basename(kitPart(TARGET, '/').folder)}.manifest`]: '{"format":1,"key":"other","entries":1,"bytes":0,"sha256":""}' })],
]

function archiveOf(files: Readonly<Record<string, string>>): Buffer {
  const directory = scratch()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(directory, name, '..'), { recursive: true })
    writeFileSync(join(directory, name), content)
  }
  const { stdout, status } = spawnSync('sh', ['-c', 'tar -c . | zstd -q'], { cwd: directory, maxBuffer: 64 * KIB * KIB })
  if (status !== 0) throw new Error('tar failed')
  return stdout
}

test.each(DAMAGE)('%s is discarded; what is made instead is saved beside it and found', async (_, damage) => {
  const cache = remote()
  expect(await make(cache, await restore(cache))).toBe('saved')
  const [entry] = server.entries
  if (entry === undefined) throw new Error('nothing was saved')
  entry.data = damage(entry.data)
  const second = await restore(cache)
  expect(stateOf(second)).toEqual([false, '-1'])
  requireClean(second, false)
  expect(host.lines.filter((line) => line.includes('is not used: '))).toHaveLength(1)
  expect(await make(cache, second)).toBe('saved')
  const third = await restore(cache)
  expect(stateOf(third)).toEqual([true, undefined])
}, 60_000)

test('an archive cannot write outside its own directory, by its names or through its links', async () => {
  const cache = remote()
  expect(await make(cache, await restore(cache))).toBe('saved')
  const [outside, members] = [scratch(), scratch()]
  mkdirSync(join(members, 'real'))
  for (const name of ['evil', 'real/evil']) writeFileSync(join(members, name), 'evil')
  symlinkSync(outside, join(members, 'link'))
  const names = `s,^evil$,${outside}/absolute,;s,^real/evil$,link/through,`
  const packed = spawnSync('sh', ['-c', 'tar -cP --transform="flags=rh;$0" link evil real/evil "$@" | zstd -q', names], { cwd: members })
  expect(spawnSync('sh', ['-c', 'unzstd -q | tar -tPf -'], { input: packed.stdout, encoding: 'utf8' }).stdout).toBe(`link\n${outside}/absolute\nlink/through\n`)
  Object.assign(server.entries[0] ?? {}, { data: packed.stdout })
  const run = await restore(cache)
  expect(stateOf(run)).toEqual([false, '-1'])
  expect(readdirSync(outside)).toEqual([])
  // The same archive does what it says where nothing holds it back.
  spawnSync('sh', ['-c', 'unzstd -q | tar -xPf -'], { input: packed.stdout, cwd: scratch() })
  expect(readdirSync(outside)).toEqual(['absolute', 'through'])
}, 60_000)

test('an entry whose key only begins like ours is a miss', async () => {
  const cache = remote()
  const first = await restore(cache)
  expect(await make(cache, first)).toBe('saved')
  Object.assign(server.entries[0] ?? {}, { key: `${first.part.key}-0-and-more` })
  server.calls.splice(0)
  expect(stateOf(await restore(cache))).toEqual([false, '-0'])
  expect(server.calls).toEqual(['GetCacheEntryDownloadURL'])
}, 60_000)

test.each(['v1', 'v2'] as const)('%s: of two runs that make the same part one saves it, and the other goes on', async (protocol) => {
  const cache = remote({ protocol })
  const [one, two] = [await restore(cache), await restore(cache)]
  expect(await make(cache, one)).toBe('saved')
  expect(await make(cache, two)).toBe('exists')
  expect(server.entries).toHaveLength(1)
}, 60_000)

test.each(['v1', 'v2'] as const)('%s: a part that another run is saving at this moment is left to it', async (protocol) => {
  const cache = remote({ protocol })
  const one = await restore(cache)
  expect(await make(cache, one)).toBe('saved')
  // Reserved, not finalised: not to be found, and not to be reserved.
  Object.assign(server.entries[0] ?? {}, { finalised: false })
  const two = await restore(cache)
  expect(stateOf(two)).toEqual([false, '-0'])
  expect(await make(cache, two)).toBe('exists')
}, 60_000)

test.each(['v1', 'v2'] as const)('%s: a run that may only read restores, and says that it cannot save', async (protocol) => {
  const cache = remote({ protocol })
  expect(await make(cache, await restore(cache))).toBe('saved')
  server.trouble = 'read-only'
  expect(stateOf(await restore(cache))).toEqual([true, undefined])
  server.entries.splice(0)
  expect(await make(cache, await restore(cache))).toBe('failed')
  expect(host.lines.at(-1)).toMatch(/was not saved: .*cache write denied/)
  expect(server.entries).toEqual([])
}, 60_000)

test('a service that is down costs a moment', async () => {
  await server.close()
  const cache = remote()
  const run = await restore(cache)
  expect(stateOf(run)).toEqual([false, undefined])
  expect(host.lines.at(-1)).toMatch(/^cache: the remote cache cannot be used, going on without it: .*ECONNREFUSED/)
  expect(await make(cache, run)).toBeUndefined()
  requireClean(run, true)
}, 60_000)

test('a service that goes down before the save is a line in the log', async () => {
  const cache = remote()
  const run = await restore(cache)
  await server.close()
  expect(await make(cache, run)).toBe('failed')
  expect(host.lines.at(-1)).toMatch(/was not saved: .*ECONNREFUSED/)
  requireClean(run, true)
}, 60_000)

test.each(['silent', 'unwell'] as const)('a service that is %s is given up at the deadline, and nothing is left running', async (trouble) => {
  server.trouble = trouble
  const began = Date.now()
  const run = await restore(remote({ seconds: 4 }))
  expect(Date.now() - began).toBeLessThan(20_000)
  expect(stateOf(run)).toEqual([false, undefined])
  expect(host.lines.at(-1)).toMatch(/going on without it: no answer within 4 s$/)
  requireClean(run, false)
  expect(spawnSync('pgrep', ['--full', run.cacheDir], { encoding: 'utf8' }).stdout).toBe('')
}, 60_000)

test('without the runner’s variables the service is not there', async () => {
  const run = await restore(remote({ env: { ACTIONS_RESULTS_URL: undefined } }))
  expect(stateOf(run)).toEqual([false, undefined])
  const other = await restore(remote({ env: { ACTIONS_RUNTIME_TOKEN: undefined } }))
  expect(stateOf(other)).toEqual([false, undefined])
  expect(host.lines.at(-1)).toMatch(/ACTIONS_RUNTIME_TOKEN/)
  expect(server.calls).toEqual([])
}, 60_000)

test('the tool cache keeps a kit for other cache directories, once', async () => {
  const directory = scratch()
  const made = kitPart(TARGET, scratch())
  const at = (cacheDir: string) => ({ script: TOOL_SCRIPT, directory, cacheDir })
  const first = join(made.folder, '../..')
  expect(await findKit(host, TARGET, at(first))).toBe(false)
  expect(await keepKit(host, TARGET, at(first))).toBe(false)
  fillKit(made.folder)
  expect(await Promise.all([keepKit(host, TARGET, at(first)), keepKit(host, TARGET, at(first))])).toEqual([true, true])
  const kept = join(directory, 'kmod-gate-kit', toolVersion(TARGET), process.arch)
  expect(existsSync(`${kept}.complete`)).toBe(true)
  const inode = lstatSync(kept).ino

  const second = scratch()
  const { folder } = kitPart(TARGET, second)
  expect(await findKit(host, TARGET, at(second))).toBe(true)
  expect(readFileSync(join(folder, 'usr/src/.config'), 'utf8')).toBe('CONFIG_A=y\n')
  expect(lstatSync(join(folder, 'usr/bin/conf')).mode & 0o777).toBe(0o755)
  expect(await keepKit(host, TARGET, at(second))).toBe(true)
  expect(lstatSync(kept).ino).toBe(inode)
  expect(readdirSync(join(second, 'incoming'))).toEqual([])

  // An unfinished copy is none, and a link to a kit that was cleared away does not stand in the way of a new one.
  rmSync(`${kept}.complete`)
  expect(await findKit(host, TARGET, at(scratch()))).toBe(false)
  rmSync(kept, { recursive: true })
  expect(await findKit(host, TARGET, at(second))).toBe(false)
  expect(lstatSync(folder, { throwIfNoEntry: false })).toBeUndefined()
}, 60_000)

test('a tool cache that takes nothing is a line in the log', async () => {
  const file = join(scratch(), 'file')
  writeFileSync(file, '')
  const { folder } = kitPart(TARGET, scratch())
  fillKit(folder)
  const options = { script: TOOL_SCRIPT, directory: file, cacheDir: join(folder, '../..') }
  expect(await keepKit(host, TARGET, options)).toBe(false)
  expect(host.lines.at(-1)).toMatch(/was not kept in the tool cache: /)
}, 60_000)

test('versions of kits are such as the tool cache takes, and tell kernels apart', () => {
  expect(toolVersion(TARGET)).toMatch(/^6\.1\.192-r6-1-0-56-amd64\.k[0-9a-f]{16}$/)
  expect(toolVersion({ ...TARGET, packageVersion: '7.3~rc7-1~exp1', release: '7.3-amd64' })).toMatch(/^7\.3\.0-r7-3-amd64\.k/)
  expect(toolVersion({ ...TARGET, headers: { ...TARGET.headers, sha256: 'other' } })).not.toBe(toolVersion(TARGET))
})
