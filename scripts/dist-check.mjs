// Rebuilds dist/ beside the committed one and compares them byte by byte.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const list = (dir) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort()

const parent = mkdtempSync(join(tmpdir(), 'dist-check-'))
const fresh = join(parent, 'dist')
try {
  execFileSync(process.execPath, ['node_modules/rollup/dist/bin/rollup', '-c', '--silent'], { stdio: 'inherit', env: { ...process.env, KMOD_GATE_DIST: fresh } })
  const names = [...new Set([...list(fresh), ...list('dist')])].sort()
  const read = (dir, name) => {
    try {
      return readFileSync(join(dir, name))
    } catch {
      return undefined
    }
  }
  const different = names.filter((name) => {
    const [a, b] = [read(fresh, name), read('dist', name)]
    return a === undefined || b === undefined || !a.equals(b)
  })
  if (different.length > 0) {
    console.error(`dist/ is not what the sources build: ${different.join(', ')}\nRun: npm run build`)
    process.exitCode = 1
  } else console.log(`dist/ is what the sources build (${names.length} files)`)
} finally {
  rmSync(parent, { recursive: true, force: true })
}
