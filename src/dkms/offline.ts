import type { Host } from '../host/host.js'

/** Seconds for asking whether a namespace can be had. */
const DEADLINE = 20

/** Arguments of unshare(1) for a command that shall see no network: a namespace of its own with nothing in it. */
export function offlineArgs(program: string, args: readonly string[]): string[] {
  return ['--net', '--', program, ...args]
}

/**
 * The same host, whose commands have no network: what a package's scripts fetch is not what was checked. Where no namespace can be had (a container
 * without CAP_SYS_ADMIN, a user who is not root) it is the host as it is, and the log says so.
 */
export async function offline(host: Host): Promise<Host> {
  const works = (await host.which('unshare')) !== undefined && (await host.run({ program: 'unshare', args: offlineArgs('true', []), seconds: DEADLINE })).status === 0
  if (!works) {
    host.log.info('no network namespace can be had here: the package’s scripts could reach the network')
    return host
  }
  return { ...host, log: host.log, run: (command) => host.run({ ...command, program: 'unshare', args: offlineArgs(command.program, command.args) }), start: (command) => host.start(command), which: (program) => host.which(program) }
}
