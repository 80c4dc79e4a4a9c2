import { fileURLToPath } from 'node:url'
import { runGate } from '../gate.js'
import { createHost } from '../host/create-host.js'
import { endInOrder } from '../host/ending.js'
import { crashText } from '../report/crash.js'
import { surroundings } from '../request/surroundings.js'
import { plainText } from '../text/plain.js'
import { brokenAction, runAction } from './run.js'

/** The programs beside this one in dist/. */
const beside = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

endInOrder((error) => brokenAction(plainText(crashText(error))))
await runAction({ runGate, createHost: (log) => createHost(log, { cache: beside('../cache/index.js'), toolCache: beside('../tool-cache/index.js') }) }, surroundings())
