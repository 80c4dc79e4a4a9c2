// Builds the modules of one case inside the kernel's root.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inRoot, tryInRoot } from './root.mjs'
import { headersFor } from './tree.mjs'

const SOURCES = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '__tests__', 'modules', 'abi')

/**
 * Absolute paths of the case's finished files, by module name. What was built from the same sources by the same case before is taken again.
 * @throws Error when make fails: in every case of the table the build itself goes through, that is what makes it dangerous.
 */
export async function buildCase(kernel, row) {
  const inside = `/var/tmp/abi/${kernel.id}/${row.name}`
  const dir = join(kernel.root.dir, inside)
  const key = keyOf(kernel, row)
  const keyFile = join(dir, '.key')
  if (!existsSync(keyFile) || readFileSync(keyFile, 'utf8') !== key) {
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dirname(dir), { recursive: true })
    cpSync(SOURCES, dir, { recursive: true })
    const { foreign } = row
    if (foreign !== undefined) await inRoot(kernel.root, inside, foreign(kernel), { seconds: 60 })
    else await make(kernel, row, inside)
    for (const argv of row.after ?? []) await inRoot(kernel.root, inside, argv, { seconds: 60 })
    if (row.edit !== undefined) {
      const file = join(dir, fileOf(row, row.modules[0]))
      writeFileSync(file, row.edit(readFileSync(file), kernel))
    }
    writeFileSync(keyFile, key)
  }
  return new Map(shipped(row).map((module) => [module, join(dir, fileOf(row, module))]))
}

/** Modules that are looked at and loaded: all that were built, unless the case leaves some out. */
function shipped(row) {
  return row.ship ?? row.modules
}

function fileOf(row, module) {
  return `${module}.ko${row.suffix ?? ''}`
}

async function make(kernel, row, inside) {
  const tree = await headersFor(kernel, row)
  const lines = [`obj-m := ${row.modules.map((module) => `${module}.o`).join(' ')}`, `ccflags-y := ${row.ccflags ?? ''}`, ...(row.kbuild ?? [])]
  writeFileSync(join(kernel.root.dir, inside, 'Kbuild'), `${lines.join('\n')}\n`)
  const made = await tryInRoot(kernel.root, inside, ['make', '-C', tree, `M=${inside}`, ...(row.make ?? []), 'modules'], { seconds: 180 })
  const said = made.stdout + made.stderr
  writeFileSync(join(kernel.root.dir, inside, 'build.log'), said)
  if (made.status !== 0) throw new Error(`${kernel.id} ${row.name}: make ended with ${made.status}\n${said.slice(-3000)}`)
}

/** Everything that a build depends on: the case with its functions, the sources, the kernel. */
function keyOf(kernel, row) {
  const { release, version } = kernel
  const hash = createHash('sha256').update(JSON.stringify([release, version, row], (_, value) => (typeof value === 'function' || value instanceof RegExp ? String(value) : value)))
  for (const file of readdirSync(SOURCES).sort()) hash.update(file).update(readFileSync(join(SOURCES, file)))
  return hash.digest('hex')
}
