import { expect, test } from '@jest/globals'
import { chooseStore } from '../../src/cache/stores.js'

const HOSTED = { RUNNER_ENVIRONMENT: 'github-hosted', ACTIONS_RUNTIME_TOKEN: 't', ACTIONS_RESULTS_URL: 'u', RUNNER_TOOL_CACHE: '/__t' }

test('a hosted runner has the cache service', () => {
  expect(chooseStore(HOSTED, '/__t/kmod-gate')).toEqual({ kind: 'remote' })
})

test('so has any other machine with its variables, of either protocol', () => {
  expect(chooseStore({ ACTIONS_RUNTIME_TOKEN: 't', ACTIONS_CACHE_URL: 'u' }, '/c')).toEqual({ kind: 'remote' })
})

test.each([
  ['a terminal', {}, 'ACTIONS_RUNTIME_TOKEN is not set'],
  ['a run: step', { ...HOSTED, ACTIONS_RUNTIME_TOKEN: undefined }, 'ACTIONS_RUNTIME_TOKEN is not set'],
  ['an empty token', { ...HOSTED, ACTIONS_RUNTIME_TOKEN: '' }, 'ACTIONS_RUNTIME_TOKEN is not set'],
  ['no address', { ...HOSTED, ACTIONS_RESULTS_URL: '' }, 'neither ACTIONS_RESULTS_URL nor ACTIONS_CACHE_URL is set'],
  ['a runner that keeps cache-dir', { ...HOSTED, RUNNER_ENVIRONMENT: 'self-hosted' }, 'cache-dir lies in the tool cache, which the runner keeps'],
  ['a runner without a tool cache', { RUNNER_ENVIRONMENT: 'self-hosted' }, 'RUNNER_TOOL_CACHE is not set'],
])('%s has no store', (_, variables, reason) => {
  expect(chooseStore(variables, '/__t/kmod-gate')).toEqual({ kind: 'none', reason })
})

test('a self-hosted runner keeps kits in its tool cache when cache-dir lies elsewhere', () => {
  expect(chooseStore({ ...HOSTED, RUNNER_ENVIRONMENT: 'self-hosted' }, '/tmp/cache')).toEqual({ kind: 'tool-cache' })
})
