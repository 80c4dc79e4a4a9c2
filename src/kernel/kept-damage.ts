import type { Exit } from '../host/host.js'
import { GateError } from '../model/errors.js'
import { aptFailure } from './apt-failure.js'

/** Why the file `packed` of the kit at `root` could not be unpacked, `what` being what it holds: the disk is full, or it is damaged. */
export function notUnpacked(exit: Exit, what: string, packed: string, root: string): GateError {
  if (/No space left/.test(exit.stderr)) return new GateError(aptFailure(exit, `Unpacking ${packed}`))
  return damaged(what, packed, root, exit.stderr.trim())
}

/** That a file of the kit at `root` is not what the kit was made with. */
export function damaged(what: string, packed: string, root: string, said: string): GateError {
  return new GateError({ id: 'host.decompress', stage: 'install', severity: 'error', title: `${what} cannot be unpacked: ${packed}`, detail: said, remedy: `Remove ${root} and run again.` })
}
