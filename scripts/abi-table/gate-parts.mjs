// A few of the gate's own parts, bundled from src/. The guest is not among them: the table has its own, so that neither can hide the other's faults.
import { build } from 'esbuild'
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const ENTRY = `
export { createHost } from './host/create-host.js'
export { cpioNewc } from './guest/cpio.js'
export { unpackVmlinux } from './kernel/vmlinux.js'
export { dependencyClosure } from './kernel/dependencies.js'
export { readModinfo } from './elf/modinfo.js'
`

// Below node_modules, so that the packages that stay outside are found.
const outfile = join(PROJECT, 'node_modules', '.cache', 'abi-table', `parts-${process.pid}.mjs`)
mkdirSync(dirname(outfile), { recursive: true })
await build({ stdin: { contents: ENTRY, resolveDir: join(PROJECT, 'src'), loader: 'ts' }, bundle: true, packages: 'external', platform: 'node', format: 'esm', outfile, logLevel: 'error' })

export const { createHost, cpioNewc, unpackVmlinux, dependencyClosure, readModinfo } = await import(pathToFileURL(outfile).href)
rmSync(outfile)
