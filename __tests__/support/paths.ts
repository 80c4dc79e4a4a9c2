import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { spreadCommand } from '../../src/tree/spread.js'

/** Root of this repository; jest runs there. */
export const PROJECT = resolve('.')

/** Where bare roots are kept from run to run. */
export const TEST_CACHE = process.env['KMOD_GATE_TEST_CACHE'] ?? join(tmpdir(), 'kmod-gate-tests')

export const SUPPORT = join(PROJECT, '__tests__', 'support')

let swept = false

/**
 * Where the roots of this jest run live. Runs are told apart by the process id, and the integration tests have one directory for each of jest’s workers;
 * what runs that ended without cleaning left behind is removed on the way.
 */
export function runDir(): string {
  const runs = join(TEST_CACHE, 'runs')
  mkdirSync(runs, { recursive: true })
  if (!swept) {
    for (const pid of readdirSync(runs)) if (!existsSync(join('/proc', pid))) rmSync(join(runs, pid), { recursive: true, force: true })
    swept = true
  }
  const own = join(runs, String(process.pid))
  const spread = spreadCommand(own)
  // Roots come and go: one that is unpacked beside another that was just removed takes much longer.
  if (mkdirSync(own, { recursive: true }) !== undefined) spawnSync(spread.program, [...spread.args])
  return own
}
