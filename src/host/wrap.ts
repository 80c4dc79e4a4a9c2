import type { Command } from './host.js'

/** Exit status of timeout(1) when the deadline passed; see its EXIT STATUS section. */
export const TIMED_OUT = 124
/** timeout(1) after it had to send SIGKILL: 128 + 9. */
const KILLED = 137

/** Seconds between the polite and the final signal. */
const GRACE = 5

export type Privilege = 'root' | 'sudo' | 'none'

/**
 * The argument list that runs a command so that it can neither hang nor outlive the gate:
 * setpriv(1) has the kernel end timeout(1) when the gate dies, even by SIGKILL, and timeout ends its whole process group.
 * Standard input comes from a file: @actions/exec would leave it open, or crash when a program ends without reading all of it.
 * The words of the command are the shell's positional parameters, so it never reads any of them as script.
 */
export function wrap(command: Pick<Command, 'program' | 'args' | 'seconds' | 'asRoot'>, privilege: Privilege, stdin = '/dev/null'): string[] {
  const sudo = command.asRoot === true && privilege === 'sudo' ? ['sudo', '--non-interactive', '--'] : []
  return ['--pdeathsig', 'TERM', '--', 'timeout', `--kill-after=${GRACE}`, String(command.seconds), 'sh', '-c', 'exec "$@" < "$0"', stdin, ...sudo, command.program, ...command.args]
}

/** Whether the deadline ended it. A program killed by somebody else also ends with 137, so time is asked too. */
export function hasTimedOut(status: number, elapsed: number, deadline: number): boolean {
  return status === TIMED_OUT || (status === KILLED && elapsed >= deadline)
}
