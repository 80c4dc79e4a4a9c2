import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measure } from './measure.mjs'

export const PROJECT = join(dirname(fileURLToPath(import.meta.url)), '..')
const SUPPORT = join(PROJECT, '__tests__', 'support')
const CACHE = process.env.KMOD_GATE_TEST_CACHE ?? join(tmpdir(), 'kmod-gate-tests')
/** Seconds for any one program. */
const DEADLINE = 1200
const NODE = '/usr/local/bin/node'
/** Where the project and the gate's output lie in each root. */
export const IN_ROOT = '/root/kmod-gate'
export const OUT = '/root/out'
/** The gate's default cache of root. */
export const KEPT = '/root/.cache/kmod-gate'

export async function must(argv) {
  const ended = await measure(argv, { seconds: DEADLINE })
  if (ended.status !== 0) throw new Error(`${argv.join(' ')}: status ${ended.status}\n${ended.tail}`)
  return ended
}

/** A bare root of the suite with what a user has of the project, and the node that a runner or a developer has already: no way pays for it. */
export async function freshRoot(suite) {
  const tar = join(CACHE, `${suite}.tar`)
  mkdirSync(CACHE, { recursive: true })
  if (!existsSync(tar)) await must([join(SUPPORT, 'bare-root.sh'), suite, tar])
  // One that lies beside another that was just removed would be slower in all that it is measured for (src/tree/spread.ts).
  spawnSync('chattr', ['-f', '+T', CACHE])
  const root = mkdtempSync(join(CACHE, `bench-${suite}-`))
  await must(['tar', '-C', root, '-xpf', tar, '--exclude=./dev/*'])
  for (const part of ['action.yml', 'package.json', 'bin', 'dist', 'examples', 'bench/recipe.sh', 'bench/floor.sh', 'bench/virtme.sh']) {
    cpSync(join(PROJECT, part), join(root, IN_ROOT, part), { recursive: true })
  }
  cpSync(join(PROJECT, 'node_modules/node/bin/node'), join(root, NODE))
  return root
}

export const removeRoot = (root) => rmSync(root, { recursive: true, force: true })

/** One program in the root, measured from its start to its end; throws when it fails. */
export async function inRoot(root, argv) {
  return must(['unshare', '--mount', '--propagation', 'unchanged', '--pid', '--fork', '--kill-child', join(SUPPORT, 'enter-root.sh'), root, '/dev/null', IN_ROOT, ...argv])
}

/** The gate itself, under emulation. */
export const gate = (...args) => [NODE, 'dist/cli/index.js', 'check', ...args, '--boot', 'tcg', '--output-dir', OUT]
export const node = (...args) => [NODE, ...args]
