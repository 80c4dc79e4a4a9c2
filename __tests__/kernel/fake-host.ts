import { spawnSync } from 'node:child_process'
import type { Command, Exit, Host } from '../../src/host/host.js'

export type Answer = (command: Command) => Partial<Exit> | undefined

const silent = () => undefined

/** A host that answers some commands itself and really runs the others (tar, xz, dpkg-deb: what every Debian has). */
export function fakeHost(answer: Answer): Host & { readonly commands: Command[] } {
  const commands: Command[] = []
  return {
    commands,
    log: { group: silent, endGroup: silent, info: silent, detail: silent, progress: silent },
    run: (command) => {
      commands.push(command)
      const given = answer(command)
      if (given !== undefined) return Promise.resolve({ status: 0, stdout: '', stderr: '', timedOut: false, seconds: 0, ...given })
      const { status, stdout, stderr } = spawnSync(command.program, [...command.args], { encoding: 'utf8', ...(command.cwd !== undefined && { cwd: command.cwd }) })
      return Promise.resolve({ status: status ?? 127, stdout, stderr, timedOut: false, seconds: 0 })
    },
    start: () => {
      throw new Error('nothing is started here')
    },
    which: () => Promise.resolve(undefined),
  }
}
