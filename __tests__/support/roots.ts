import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { PROJECT, SUPPORT, TEST_CACHE, runDir } from './paths.js'
import { runProcess } from './run-process.js'

export type Suite = 'bullseye' | 'bookworm' | 'trixie'

/** Where the project lies in every root, as a runner would check out an action, and where its node is. */
export const ACTION_DIR = '/__w/_actions/kmod-gate/kmod-gate/v1'
export const NODE24 = '/__e/node24/bin/node'

const WEEK = 7 * 24 * 3600 * 1000

async function must(argv: readonly string[], timeout: number): Promise<void> {
  const ended = await runProcess(argv, { timeout })
  if (ended.status !== 0) throw new Error(`${argv.join(' ')}: status ${ended.status}\n${ended.output}`)
}

/** The tar of a suite's bare root, made when there is none of this week. */
async function bareTar(suite: Suite): Promise<string> {
  const tar = join(TEST_CACHE, `${suite}.tar`)
  mkdirSync(TEST_CACHE, { recursive: true })
  if (!existsSync(tar) || Date.now() - statSync(tar).mtimeMs > WEEK) await must([join(SUPPORT, 'bare-root.sh'), suite, tar], 600)
  return tar
}

/** What a user has of this project: everything but the developer's packages and history. */
export function copyProject(to: string): void {
  const left = new Set(['node_modules', '.git', 'coverage'])
  mkdirSync(to, { recursive: true })
  cpSync(PROJECT, to, { recursive: true, filter: (file) => !left.has(relative(PROJECT, file)) })
}

/** A new bare root with the project and a runner's node in it. Nothing else is installed. */
export async function freshRoot(suite: Suite): Promise<string> {
  const root = mkdtempSync(join(runDir(), `${suite}-`))
  await must(['tar', '-C', root, '-xpf', await bareTar(suite), '--exclude=./dev/*'], 120)
  copyProject(join(root, ACTION_DIR))
  mkdirSync(join(root, NODE24, '..'), { recursive: true })
  cpSync(join(PROJECT, 'node_modules/node/bin/node'), join(root, NODE24))
  return root
}

/**
 * The root of a suite that the tests of this run share, with all that earlier tests installed and cached.
 * Tests that need a bare one take `freshRoot`.
 */
export async function sharedRoot(suite: Suite): Promise<string> {
  const shared = join(runDir(), suite)
  if (!existsSync(shared)) renameSync(await freshRoot(suite), shared)
  return shared
}

export function removeRoot(root: string): void {
  rmSync(root, { recursive: true, force: true })
}
