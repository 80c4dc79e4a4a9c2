import { text } from 'node:stream/consumers'
import { runGate } from '../gate.js'
import { createHost } from '../host/create-host.js'
import { surroundings } from '../request/surroundings.js'
import { runCli } from './run.js'

// Never process.exit(): what is still in the pipes would be lost.
process.exitCode = await runCli(process.argv.slice(2), { runGate, createHost, readStdin: () => text(process.stdin) }, surroundings(), process.stdout, process.stderr)
