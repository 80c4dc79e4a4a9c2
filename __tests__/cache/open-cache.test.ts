import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openCache } from '../../src/cache/open-cache.js'
import { kitPart, kconfigPart } from '../../src/cache/parts.js'
import type { Command } from '../../src/host/host.js'
import { fakeHost } from '../kernel/fake-host.js'
import { quietLog } from '../support/quiet-log.js'
import { fillKit, scratchDirectories } from './folders.js'
import { TARGET } from './target.js'

const scratch = scratchDirectories()
const WORKERS = { cache: '/cache.js', toolCache: '/tool-cache.js' }
const HOSTED = { RUNNER_ENVIRONMENT: 'github-hosted', ACTIONS_RUNTIME_TOKEN: 't', ACTIONS_RESULTS_URL: 'u' }

/** A host whose workers keep things in a directory: entries by key, kits by version. */
function testHost() {
  const [log, store] = [quietLog(), scratch()]
  const worker = ({ program, args, cwd = '', env }: Command): { status?: number } => {
    const [script, operation, answer = '', ...rest] = program === 'flock' ? args.slice(2) : args
    const at = script === WORKERS.cache ? join(store, rest[0] ?? '') : join(env?.['RUNNER_TOOL_CACHE'] ?? '', rest.slice(0, 3).join('/'))
    const give = (text: string) => writeFileSync(answer, text)
    const copy = (from: string, to: string) => cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
    if (script === WORKERS.toolCache) {
      if (operation === 'keep') copy(rest[3] ?? '', at)
      give(existsSync(at) ? at : '')
    } else if (operation === 'save') {
      for (const path of rest.slice(1)) copy(join(cwd, path), join(at, path))
      give('saved')
    } else {
      if (existsSync(at)) copy(at, cwd)
      give(existsSync(at) ? 'restored' : 'absent')
    }
    return {}
  }
  return { ...fakeHost(worker), log, which: (program: string) => Promise.resolve(`/usr/bin/${program}`) }
}

function parts(cacheDir: string) {
  return [kitPart(TARGET, cacheDir), kconfigPart(TARGET, cacheDir)]
}

/** Takes, makes what is not there, keeps. Gives what was there. */
async function run(host: ReturnType<typeof testHost>, cacheDir: string, options: Partial<Parameters<typeof openCache>[1]>): Promise<readonly boolean[]> {
  const cache = openCache(host, { target: TARGET, cacheDir, variables: {}, workers: WORKERS, ...options })
  const states = await cache.take(parts(cacheDir))
  for (const { part, here } of states) if (!here) fillKit(part.folder)
  cache.keep(states)
  await cache.done()
  return states.map(({ here }) => here)
}

test('a hosted runner keeps kit and tree in the cache service', async () => {
  const host = testHost()
  expect(await run(host, scratch(), { variables: HOSTED })).toEqual([false, false])
  expect(await run(host, scratch(), { variables: HOSTED })).toEqual([true, true])
})

test('a self-hosted runner keeps the kit in its tool cache', async () => {
  const host = testHost()
  const variables = { RUNNER_ENVIRONMENT: 'self-hosted', RUNNER_TOOL_CACHE: scratch() }
  expect(await run(host, scratch(), { variables })).toEqual([false, false])
  const cacheDir = scratch()
  expect(await run(host, cacheDir, { variables })).toEqual([true, false])
  const calls = host.commands.length
  // What was found is not kept again; a kit that is gone from the tool cache is made anew.
  expect(host.commands.filter(({ program }) => program === 'flock')).toHaveLength(1)
  rmSync(join(variables.RUNNER_TOOL_CACHE, 'kmod-gate-kit'), { recursive: true })
  expect(await run(host, cacheDir, { variables })).toEqual([false, true])
  expect(host.commands.length).toBeGreaterThan(calls)
})

test.each([
  ['without workers', { variables: HOSTED }, []],
  ['without a runner', { variables: {}, workers: WORKERS }, [expect.stringMatching(/^cache: nothing is kept outside .*: ACTIONS_RUNTIME_TOKEN is not set$/)]],
])('%s nothing is started', async (_, options, lines) => {
  const host = testHost()
  const cacheDir = scratch()
  const cache = openCache(host, { target: TARGET, cacheDir, ...options })
  expect((await cache.take(parts(cacheDir))).map(({ here }) => here)).toEqual([false, false])
  cache.keep([])
  await cache.done()
  expect(host.commands).toEqual([])
  expect(host.log.lines).toEqual(lines)
})
