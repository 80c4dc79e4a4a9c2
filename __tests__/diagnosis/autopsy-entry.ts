// autopsy-entry KERNEL MODULE NAME WORKDIR: one autopsy, printed as JSON with numbers of 64 bits in hexadecimal.
import { readFileSync } from 'node:fs'
import { autopsy } from '../../src/diagnosis/autopsy/autopsy.js'
import { createHost } from '../../src/host/create-host.js'
import { quietLog } from '../support/quiet-log.js'

const [kernel = '', file = '', name = '', workDir = ''] = process.argv.slice(2)
const report = await autopsy(createHost(quietLog()), { kernel, dependencies: [], module: { name, data: readFileSync(file) }, workDir, seconds: 90 })
process.stdout.write(`${JSON.stringify(report, (_, value: unknown) => (typeof value === 'bigint' ? `0x${value.toString(16)}` : value))}\n`)
