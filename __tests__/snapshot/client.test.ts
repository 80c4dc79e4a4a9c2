import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { GateError, UsageError } from '../../src/model/errors.js'
import { parseSnapshotUrl, snapshotAddress } from '../../src/snapshot/address.js'
import { createClient, retryAfter } from '../../src/snapshot/client.js'
import { scratchDirectories } from '../kernel/scratch.js'
import { archiveServers } from './archive-server.js'

const start = archiveServers()
const scratch = scratchDirectories()

/** A client whose pauses are written down instead of waited for. */
function client(base: string, attempts = 4, cacheDir = scratch()) {
  const waits: number[] = []
  return { waits, cacheDir, ...createClient({ base, cacheDir, attempts, sleep: (seconds) => Promise.resolve(void waits.push(seconds)) }) }
}

const failure = async (promise: Promise<unknown>): Promise<GateError['finding'] | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof GateError ? error.finding : undefined),
  )

test('an answer is asked for once and then kept, also for the next run', async () => {
  const server = await start(() => ({ body: { result: [1] } }))
  const first = client(server.base)
  expect([await first.get('/mr/a', 60), await first.get('/mr/a', 60)]).toEqual([{ result: [1] }, { result: [1] }])
  expect(await client(server.base, 1, first.cacheDir).get('/mr/a', Infinity)).toEqual({ result: [1] })
  expect(server.asked).toEqual(['/mr/a'])
  expect(readdirSync(join(first.cacheDir, 'snapshot'))).toHaveLength(1)
})

test('old and broken answers are asked for again; that there is none is not kept', async () => {
  const server = await start((path) => (path === '/mr/none' ? undefined : { body: 7 }))
  const one = client(server.base)
  await one.get('/mr/a', 60)
  const file = join(one.cacheDir, 'snapshot', readdirSync(join(one.cacheDir, 'snapshot'))[0] ?? '')
  utimesSync(file, 0, 0)
  await one.get('/mr/a', 60)
  writeFileSync(file, '{"cut')
  expect(await one.get('/mr/a', Infinity)).toBe(7)
  expect([await one.get('/mr/none', 60), await one.get('/mr/none', 60)]).toEqual([undefined, undefined])
  expect(server.asked).toEqual(['/mr/a', '/mr/a', '/mr/a', '/mr/none', '/mr/none'])
})

test('too many questions: it waits as long as it is told, or longer each time', async () => {
  const server = await start((_, times) => [{ status: 429, headers: { 'retry-after': '17' } }, { status: 503 }, { status: 500, headers: { 'retry-after': 'soon' } }, { body: 'well' }][times - 1])
  const one = client(server.base)
  expect(await one.get('/mr/a', 60)).toBe('well')
  expect(one.waits).toEqual([17, 8, 30])
})

test('it gives up after its attempts, at once when it would have to wait for long, and at once on other refusals', async () => {
  const server = await start((path) => (path === '/long' ? { status: 429, headers: { 'retry-after': '3600' } } : { status: path === '/forbidden' ? 403 : 502 }))
  const one = client(server.base, 3)
  expect(await failure(one.get('/x', 60))).toMatchObject({ id: 'kernel.snapshot-unreachable', severity: 'error', title: 'The snapshot archive could not be asked: status 502' })
  expect((await failure(one.get('/long', 60)))?.title).toContain('3600 s')
  expect((await failure(one.get('/forbidden', 60)))?.title).toContain('status 403')
  expect(server.asked).toEqual(['/x', '/x', '/x', '/long', '/forbidden'])
})

test('nobody there, no JSON, an endless answer', async () => {
  expect((await failure(client('http://127.0.0.1:1', 2).get('/x', 60)))?.title).toMatch(/ECONNREFUSED|bad port/)
  const server = await start((path) => ({ body: path === '/html' ? Buffer.from('<html>') : Buffer.alloc((8 << 20) + 1, 0x20) }))
  expect((await failure(client(server.base).get('/html', 60)))?.title).toContain('no JSON')
  expect((await failure(client(server.base).get('/big', 60)))?.title).toContain('longer than')
})

test('one question after the other', async () => {
  const server = await start((path) => ({ body: path }))
  const one = client(server.base)
  const paths = ['/1', '/2', '/3', '/4']
  await Promise.all(paths.map((path) => one.get(path, 60)))
  expect(server.asked).toEqual(paths)
})

test.each([
  ['120', 120],
  ['Mon, 23 Nov 2026 17:00:30 GMT', 30],
  ['Mon, 23 Nov 2026 16:00:00 GMT', 0],
  ['later', undefined],
  [null, undefined],
])('Retry-After %s', (value, seconds) => expect(retryAfter(value, Date.parse('2026-11-23T17:00:00Z'))).toBe(seconds))

test('the address comes from apt’s configuration, by the origin of the mirror', () => {
  const dump = 'Acquire::Snapshots "";\nAcquire::Snapshots::URI::Origin::Debian "https://s.invalid/archive/debian/@SNAPSHOTID@/";\nAcquire::Snapshots::URI::Origin::Ubuntu "https://u.invalid/ubuntu/@SNAPSHOTID@/";\n'
  expect(snapshotAddress(dump, 'Debian')).toBe('https://s.invalid')
  expect(snapshotAddress(dump, 'Ubuntu')).toBeUndefined()
  expect(snapshotAddress('', 'Debian')).toBeUndefined()
})

test.each(['ftp://a', 'a', '', 'http://', 'http://a/?x', 'http://u:p@a/', 'http://a b/', 'file:///etc'])('the address %j is none', (value) => {
  expect(() => parseSnapshotUrl(value, 'snapshot-url')).toThrow(UsageError)
})

test('an address loses the slashes at its end', () => expect(parseSnapshotUrl('http://127.0.0.1:80/x//', 'snapshot-url')).toBe('http://127.0.0.1:80/x'))
