import { expect, test } from '@jest/globals'
import type { Command, Host } from '../../src/host/host.js'
import { offline } from '../../src/dkms/offline.js'
import { quietLog } from '../support/quiet-log.js'

function recording(status: number, there = true) {
  const commands: Command[] = []
  const host: Host = {
    log: quietLog(),
    run: (command) => {
      commands.push(command)
      return Promise.resolve({ status, stdout: '', stderr: '', timedOut: false, seconds: 0 })
    },
    start: () => {
      throw new Error('nothing is started here')
    },
    which: () => Promise.resolve(there ? '/usr/bin/unshare' : undefined),
  }
  return { host, commands }
}

test('commands run in a network namespace, with all else as it was', async () => {
  const { host, commands } = recording(0)
  await (await offline(host)).run({ program: 'bash', args: ['-c', 'make'], seconds: 7, cwd: '/w', env: { A: '1' } })
  expect(commands.at(-1)).toEqual({ program: 'unshare', args: ['--net', '--', 'bash', '-c', 'make'], seconds: 7, cwd: '/w', env: { A: '1' } })
})

test.each([['no namespace can be had', recording(1)], ['there is no unshare', recording(0, false)]])('they run as they are where %s', async (_what, { host, commands }) => {
  await (await offline(host)).run({ program: 'bash', args: [], seconds: 7 })
  expect(commands.at(-1)).toEqual({ program: 'bash', args: [], seconds: 7 })
})
