import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { workerCache } from '../../src/cache/worker-cache.js'
import type { Command, Exit } from '../../src/host/host.js'
import { fakeHost } from '../kernel/fake-host.js'
import { quietLog } from '../support/quiet-log.js'
import { scratchDirectories } from './folders.js'

const scratch = scratchDirectories()

/** A worker that gives this answer and prints this. */
function worker(answer: string | undefined, exit: Partial<Exit> = {}) {
  const log = quietLog()
  const host = {
    ...fakeHost(({ args }: Command) => {
      if (answer !== undefined) writeFileSync(args[2] ?? '', answer)
      return exit
    }),
    log,
    which: (program: string) => Promise.resolve(`/usr/bin/${program}`),
  }
  const directory = scratch()
  const entry = { key: 'key', paths: ['a', 'a.manifest'], directory, scratch: scratch() }
  return { host, log, entry, cache: workerCache(host, { script: '/worker.js', seconds: 7, env: { EXTRA: '1' } }) }
}

test('the worker runs in the entry’s directory, with its own variables and a deadline', async () => {
  const { host, entry, cache } = worker('restored')
  expect(await cache.restore(entry)).toEqual({ outcome: 'restored' })
  expect(host.commands).toEqual([
    {
      program: process.execPath,
      args: ['/worker.js', 'restore', join(entry.scratch, 'answer'), 'key', 'a', 'a.manifest'],
      cwd: entry.directory,
      env: { EXTRA: '1', PATH: `${join(entry.scratch, 'bin')}:${process.env['PATH'] ?? ''}`, GITHUB_WORKSPACE: entry.directory, RUNNER_TEMP: entry.scratch, RUNNER_DEBUG: undefined },
      seconds: 7,
    },
  ])
})

test.each([
  ['absent', {}, { outcome: 'absent' }],
  ['broken', { stdout: '::warning::Failed to restore: tar failed%0Aat 5%25\n' }, { outcome: 'broken', reason: 'Failed to restore: tar failed at 5%' }],
  ['absent', { stdout: '::debug::x\n::error::Failed to restore: 503\n' }, { outcome: 'unavailable', reason: 'Failed to restore: 503' }],
  ['unavailable', {}, { outcome: 'unavailable' }],
  [undefined, { status: 124, timedOut: true }, { outcome: 'unavailable', reason: 'no answer within 7 s' }],
  [undefined, { status: 1, stderr: 'trace\nError: out of luck\n' }, { outcome: 'unavailable', reason: 'Error: out of luck' }],
  // An answer that was written by a worker that was ended then is no answer.
  ['restored', { status: 137 }, { outcome: 'unavailable', reason: 'the worker ended with status 137' }],
])('restoring: %j with %j', async (answer, exit, expected) => {
  const { cache, entry } = worker(answer, exit)
  expect(await cache.restore(entry)).toEqual(expected)
})

test.each([
  ['saved', {}, { outcome: 'saved' }],
  ['exists', {}, { outcome: 'exists' }],
  ['saved', { stdout: '::warning::Failed to save: upload\n' }, { outcome: 'failed', reason: 'Failed to save: upload' }],
  ['not-saved', { stdout: '::debug::Failed to reserve cache: Error: Failed request: (409) Conflict: cache entry already exists\n' }, { outcome: 'exists' }],
  ['not-saved', { stdout: 'Failed to save: Unable to reserve cache. More details: Cache already exists.\n' }, { outcome: 'exists' }],
  ['not-saved', { stdout: '::warning::Failed to save: cache write denied: read-only\n' }, { outcome: 'failed', reason: 'Failed to save: cache write denied: read-only' }],
  ['not-saved', { stdout: '::debug::Failed to reserve cache: Error: connect ECONNREFUSED\n' }, { outcome: 'failed', reason: 'Failed to reserve cache: Error: connect ECONNREFUSED' }],
  ['not-saved', {}, { outcome: 'failed', reason: 'the service refused it' }],
  [undefined, { status: 124, timedOut: true }, { outcome: 'failed', reason: 'no answer within 7 s' }],
])('saving: %j with %j', async (answer, exit, expected) => {
  const { cache, entry } = worker(answer, exit)
  expect(await cache.save(entry)).toEqual(expected)
})

test('signed addresses and masks never reach the log', async () => {
  const stdout = ['::add-mask::s3cret', '::debug::Body: {"signed_download_url":"https://x/y?sig=s3cret"}', 'Cache hit for: key', 'got https://x/y?sig=s3cret now', '::warning::https://x/y?sig=s3cret is gone'].join('\n')
  const { log, cache, entry } = worker('broken', { stdout })
  expect(await cache.restore(entry)).toEqual({ outcome: 'broken', reason: 'https://x/y?… is gone' })
  expect(log.lines).toEqual(['cache: Cache hit for: key', 'cache: got https://x/y?… now'])
})

test('the tar of the worker gets every word but -P', async () => {
  const { entry, cache } = worker('restored')
  await cache.restore(entry)
  const directory = scratch()
  writeFileSync(join(directory, 'a b'), '')
  const { stdout } = spawnSync(join(entry.scratch, 'bin/tar'), ['--posix', '-cf', '-', '-P', '-C', directory, 'a b', join(directory, 'a b')])
  const list = spawnSync('tar', ['-tPf', '-'], { input: stdout, encoding: 'utf8' })
  expect(list.stdout).toBe(`a b\n${join(directory, 'a b').slice(1)}\n`)
})

test('without tar nothing can be unpacked', async () => {
  const { host, entry } = worker('restored')
  const cache = workerCache({ ...host, which: () => Promise.resolve(undefined) }, { script: '/worker.js' })
  expect(await cache.restore(entry)).toEqual({ outcome: 'unavailable', reason: 'tar is not installed' })
})

test('a directory that the package would split into words is refused', async () => {
  const { host, cache, entry } = worker('restored')
  const blank = { ...entry, directory: '/with blank' }
  expect(await cache.restore(blank)).toEqual({ outcome: 'unavailable', reason: '@actions/cache cannot work in /with blank: it has a blank, quote or backslash' })
  expect((await cache.save(blank)).outcome).toBe('failed')
  expect(host.commands).toEqual([])
})
