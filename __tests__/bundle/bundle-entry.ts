// bundle-entry KERNEL MODULE NAME RELEASE WORKDIR BUNDLE: boots once as the gate does and leaves the bundle of that boot.
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeBundle } from '../../src/bundle/bundle.js'
import { bootGuest } from '../../src/guest/boot.js'
import { qemuArgs } from '../../src/guest/qemu-args.js'
import { createHost } from '../../src/host/create-host.js'
import { quietLog } from '../support/quiet-log.js'

const [kernel = '', file = '', name = '', release = '', workDir = '', bundle = ''] = process.argv.slice(2)
await mkdir(workDir, { recursive: true })
const data = readFileSync(file)
const seconds = 90
const { run, findings } = await bootGuest(createHost(quietLog()), { release, vmlinuz: kernel, vmlinux: kernel, dependencies: [], modules: [{ name, data, depends: [] }], boot: 'tcg', bootTimeout: seconds, memory: 512, cpus: 1, workDir, consoleFile: join(workDir, 'console.log') })
const initramfs = join(workDir, 'initramfs.cpio')
await writeBundle(bundle, {
  release,
  machine: 'q35',
  kernel,
  initramfs: readFileSync(initramfs),
  modules: [{ name, data }],
  qemuArgs: qemuArgs({ type: 'q35', accelerator: 'tcg', kernel, initramfs, memory: 512, cpus: 1, results: join(workDir, 'results'), devices: [], network: false, kernelArgs: [] }),
  report: `${JSON.stringify({ findings })}\n`,
  seconds,
})
process.stdout.write(`${JSON.stringify(run.steps)}\n`)
