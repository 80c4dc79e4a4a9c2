import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { kitPart, kconfigPart, type Part } from '../../src/cache/parts.js'
import { restoreParts, saveParts, type RemoteCache, type RemoteEntry, type Restored, type Saved } from '../../src/cache/remote.js'
import type { Host } from '../../src/host/host.js'
import { quietLog } from '../support/quiet-log.js'
import { fakeHost } from '../kernel/fake-host.js'
import { fillKit, scratchDirectories } from './folders.js'
import { TARGET } from './target.js'

const scratch = scratchDirectories()

function testHost(zstd = true): Host & { readonly lines: string[] } {
  const log = quietLog()
  return { ...fakeHost(() => undefined), log, lines: log.lines, which: (program) => Promise.resolve(zstd && program === 'zstd' ? '/usr/bin/zstd' : undefined) }
}

/** A remote cache that is a directory. */
function directoryCache(answers: { readonly restore?: Restored; readonly save?: Saved } = {}): RemoteCache & { readonly store: string; readonly asked: string[]; spoil: (entry: RemoteEntry) => void } {
  const store = scratch()
  const cache = {
    store,
    asked: [] as string[],
    spoil: (() => undefined) as (entry: RemoteEntry) => void,
    restore(entry: RemoteEntry): Promise<Restored> {
      cache.asked.push(`restore ${entry.key}`)
      if (answers.restore !== undefined) return Promise.resolve(answers.restore)
      if (!existsSync(join(store, entry.key))) return Promise.resolve({ outcome: 'absent' })
      cpSync(join(store, entry.key), entry.directory, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
      cache.spoil(entry)
      return Promise.resolve({ outcome: 'restored' })
    },
    save(entry: RemoteEntry): Promise<Saved> {
      cache.asked.push(`save ${entry.key}`)
      if (answers.save !== undefined) return Promise.resolve(answers.save)
      if (existsSync(join(store, entry.key))) return Promise.resolve({ outcome: 'exists' })
      for (const path of entry.paths) cpSync(join(entry.directory, path), join(store, entry.key, path), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
      return Promise.resolve({ outcome: 'saved' })
    },
  }
  return cache
}

/** Makes the parts in a cache directory and saves them, as a first run does. */
async function firstRun(host: Host, remote: RemoteCache): Promise<Saved[]> {
  const cacheDir = scratch()
  const parts = [kitPart(TARGET, cacheDir), kconfigPart(TARGET, cacheDir)]
  const states = await restoreParts(host, remote, cacheDir, parts)
  for (const { folder } of parts) fillKit(folder)
  return saveParts(host, remote, cacheDir, states)
}

/** A later run on an empty machine. */
async function laterRun(host: Host, remote: RemoteCache) {
  const cacheDir = scratch()
  const parts = [kitPart(TARGET, cacheDir), kconfigPart(TARGET, cacheDir)]
  return { cacheDir, parts, states: await restoreParts(host, remote, cacheDir, parts) }
}

const leftovers = (cacheDir: string): string[] => (existsSync(join(cacheDir, 'incoming')) ? readdirSync(join(cacheDir, 'incoming')) : [])
const shelfOf = ({ folder }: Part): string => join(folder, '..')

test('what one run saves the next has', async () => {
  const [host, remote] = [testHost(), directoryCache()]
  expect((await firstRun(host, remote)).map(({ outcome }) => outcome)).toEqual(['saved', 'saved'])
  const { cacheDir, parts, states } = await laterRun(host, remote)
  expect(states).toEqual(parts.map((part) => ({ part, here: true })))
  for (const part of parts) expect(readdirSync(shelfOf(part))).toEqual([basename(part.folder)])
  expect(leftovers(cacheDir)).toEqual([])
  // The two come in any order.
  for (const line of host.lines.slice(-2)) expect(line).toMatch(/^cache: (kernel kit|Kconfig files) .* restored in \d+\.\d s \(11 entries, 3 MB, instead of (72|139) MB of packages\)$/)
  expect(await saveParts(host, remote, cacheDir, states)).toEqual([])
})

test('nothing is asked for what is there', async () => {
  const [host, remote, cacheDir] = [testHost(), directoryCache(), scratch()]
  const part = kitPart(TARGET, cacheDir)
  fillKit(part.folder)
  expect(await restoreParts(host, remote, cacheDir, [part])).toEqual([{ part, here: true }])
  expect(remote.asked).toEqual([])
})

test('a kit without its marker is not there, and not saved either', async () => {
  const [host, remote, cacheDir] = [testHost(), directoryCache(), scratch()]
  const part = kitPart(TARGET, cacheDir)
  mkdirSync(part.folder, { recursive: true })
  const states = await restoreParts(host, remote, cacheDir, [part])
  expect(states).toEqual([{ part, here: false, saveAs: `${part.key}-0` }])
  expect(await saveParts(host, remote, cacheDir, states)).toEqual([])
})

test('without zstd the remote cache is left alone', async () => {
  const [host, remote] = [testHost(false), directoryCache()]
  const { states } = await laterRun(host, remote)
  expect(states.map(({ here, saveAs }) => [here, saveAs])).toEqual([
    [false, undefined],
    [false, undefined],
  ])
  expect(remote.asked).toEqual([])
  expect(host.lines).toEqual(['cache: zstd is not installed, so the remote cache is not used'])
})

test('a service that does not answer is named once for each part, and nothing is saved', async () => {
  const [host, remote] = [testHost(), directoryCache({ restore: { outcome: 'unavailable', reason: 'connection refused' } })]
  const { cacheDir, parts, states } = await laterRun(host, remote)
  expect(states).toEqual(parts.map((part) => ({ part, here: false })))
  for (const { folder } of parts) fillKit(folder)
  expect(await saveParts(host, remote, cacheDir, states)).toEqual([])
  expect(remote.asked).toHaveLength(2)
  expect(host.lines).toEqual(Array(2).fill('cache: the remote cache cannot be used, going on without it: connection refused'))
})

const SPOILS: readonly (readonly [string, (folder: string, manifest: string) => void])[] = [
  ['a file of it is missing', (folder) => rmSync(join(folder, 'boot/vmlinuz'))],
  ['there is something else in it', (folder) => writeFileSync(join(folder, 'more'), '')],
  ['it has no manifest', (_, manifest) => rmSync(manifest)],
  ['it is empty', (folder, manifest) => {
    rmSync(folder, { recursive: true })
    rmSync(manifest)
  }],
  ['it is of another key', (_, manifest) => writeFileSync(manifest, '{"format":1,"key":"kmod-gate-else"}')],
]

test.each(SPOILS)('an entry is discarded when %s, and replaced under the next name', async (_, spoil) => {
  const [host, remote] = [testHost(), directoryCache()]
  await firstRun(host, remote)
  remote.spoil = ({ key, directory, paths: [name = '', manifest = ''] }) => {
    if (key.endsWith('-0')) spoil(join(directory, name), join(directory, manifest))
  }
  const broken = await laterRun(host, remote)
  expect(broken.states).toEqual(broken.parts.map((part) => ({ part, here: false, saveAs: `${part.key}-1` })))
  for (const { folder } of broken.parts) expect(existsSync(folder)).toBe(false)
  expect(leftovers(broken.cacheDir)).toEqual([])
  expect(host.lines.filter((line) => line.includes('is not used: '))).toHaveLength(2)
  for (const { folder } of broken.parts) fillKit(folder)
  expect((await saveParts(host, remote, broken.cacheDir, broken.states)).map(({ outcome }) => outcome)).toEqual(['saved', 'saved'])
  const healed = await laterRun(host, remote)
  expect(healed.states.map(({ here }) => here)).toEqual([true, true])
})

test('a kit that was saved without its marker is discarded', async () => {
  const [host, remote, cacheDir] = [testHost(), directoryCache(), scratch()]
  const part = kitPart(TARGET, cacheDir)
  const withoutMarker: Part = { title: part.title, folder: part.folder, key: part.key, spares: 0 }
  fillKit(part.folder)
  rmSync(join(part.folder, 'complete'))
  await saveParts(host, remote, cacheDir, [{ part: withoutMarker, here: false, saveAs: `${part.key}-0` }])
  rmSync(part.folder, { recursive: true })
  expect(await restoreParts(host, remote, cacheDir, [part])).toEqual([{ part, here: false, saveAs: `${part.key}-1` }])
  expect(host.lines).toContain(`cache: the entry of ${part.title} is not used: it was saved unfinished`)
})

test('after three broken entries nothing more is tried', async () => {
  const [host, remote] = [testHost(), directoryCache({ restore: { outcome: 'broken', reason: 'tar failed' } })]
  const { states, parts } = await laterRun(host, remote)
  expect(states).toEqual(parts.map((part) => ({ part, here: false })))
  expect(remote.asked).toHaveLength(6)
})

test('a part that another run put there meanwhile is left as it is', async () => {
  const [host, remote] = [testHost(), directoryCache()]
  await firstRun(host, remote)
  const cacheDir = scratch()
  const part = kitPart(TARGET, cacheDir)
  remote.spoil = () => {
    fillKit(part.folder)
    writeFileSync(join(part.folder, 'theirs'), '')
  }
  expect(await restoreParts(host, remote, cacheDir, [part])).toEqual([{ part, here: true }])
  expect(existsSync(join(part.folder, 'theirs'))).toBe(true)
})

test('what a run could not save it says', async () => {
  for (const [save, line] of [
    [{ outcome: 'exists' }, /was saved by another run$/],
    [{ outcome: 'failed', reason: 'read-only' }, /was not saved: read-only$/],
  ] as const) {
    const host = testHost()
    expect((await firstRun(host, directoryCache({ save }))).map(({ outcome }) => outcome)).toEqual([save.outcome, save.outcome])
    expect(host.lines.at(-1)).toMatch(line)
  }
})

test('a disk that takes nothing is a line in the log, not the end of the run', async () => {
  const [host, remote, cacheDir] = [testHost(), directoryCache(), join(scratch(), 'file')]
  writeFileSync(cacheDir, '')
  const part = kitPart(TARGET, cacheDir)
  expect(await restoreParts(host, remote, cacheDir, [part])).toEqual([{ part, here: false }])
  expect(host.lines).toEqual([expect.stringMatching(/could not be restored: .*ENOTDIR|EEXIST/)])
})
