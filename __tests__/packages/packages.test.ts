import { expect, test } from '@jest/globals'
import { installArgs, refreshLists } from '../../src/packages/packages.js'
import { fakeHost } from '../kernel/fake-host.js'

test('the packages come last, behind a dash, and recommended ones are not wanted', () => {
  const args = installArgs(['gcc', 'make'])
  expect(args[0]).toBe('install')
  expect(args.slice(-3)).toEqual(['--', 'gcc', 'make'])
  expect(args).toContain('APT::Install-Recommends=false')
})

test('dpkg may leave writing to the system only where the system is thrown away', () => {
  expect(installArgs(['gcc']).join(' ')).not.toContain('unsafe')
  expect(installArgs(['gcc'], true).join(' ')).toContain('-o Dpkg::Options::=--force-unsafe-io')
})

test('the machine’s lists are marked as looked after, but not where fetching them failed', async () => {
  const working = fakeHost(() => ({}))
  await refreshLists(working, true)
  expect(working.commands.map(({ program, args, asRoot }) => [program, args.at(-1), asRoot])).toEqual([
    ['apt-get', 'APT::Update::Error-Mode=any', true],
    ['touch', '/var/lib/apt/lists', true],
  ])
  const failing = fakeHost(() => ({ status: 100, stderr: 'E: no network' }))
  await expect(refreshLists(failing, true)).rejects.toThrow()
  expect(failing.commands).toHaveLength(1)
})
