import { runGate } from '../gate.js'
import { createHost } from '../host/create-host.js'
import { surroundings } from '../request/surroundings.js'
import { runAction } from './run.js'

await runAction({ runGate, createHost }, surroundings())
