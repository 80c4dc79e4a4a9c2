import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { type InRootOptions, type RootEnded, inRoot } from './in-root.js'
import { PROJECT } from './paths.js'
import { type ReportFile, readReport } from './report-file.js'
import { ACTION_DIR, NODE24, type Suite, freshRoot, sharedRoot } from './roots.js'
import { type StepResult, WORKSPACE, runStep } from './runner-shim.js'
import { treeListing } from './tree-listing.js'

export const HELLO = join(PROJECT, 'examples', 'hello')
/** Folder of one of the modules that misbehave. */
export const moduleFolder = (name: string): string => join(PROJECT, '__tests__', 'modules', name)

/** An empty checkout in the root's workspace, with `folder` as `at` in it. */
export function checkout(root: string, folder?: string, at = '.'): void {
  const workspace = join(root, WORKSPACE)
  rmSync(workspace, { recursive: true, force: true })
  for (const dir of ['.git/objects', '.git/refs']) mkdirSync(join(workspace, dir), { recursive: true })
  writeFileSync(join(workspace, '.git/HEAD'), 'ref: refs/heads/main\n')
  if (folder !== undefined) cpSync(folder, join(workspace, at), { recursive: true })
}

const userTree = (root: string): string[] => treeListing(join(root, WORKSPACE)).filter((line) => !line.startsWith('kmod-gate-out'))

/** Runs something that must leave the user's checkout as it was and no process behind. */
async function leavingNoTrace<T extends RootEnded>(root: string, run: () => Promise<T>): Promise<T> {
  const before = userTree(root)
  const ended = await run()
  expect(userTree(root)).toEqual(before)
  expect(ended.leftovers).toEqual([])
  return ended
}

type RunOptions = Omit<InRootOptions, 'cwd' | 'timeout'> & { readonly timeout?: number }
type CliOptions = RunOptions & {
  /** A program (and its arguments) that is given the gate's command line to run. */
  readonly through?: readonly string[]
}

/** The gate as a step of a container job, on what `checkout` put there. TCG unless the test says otherwise. */
export async function gateStep(root: string, inputs: Readonly<Record<string, string>>, options: RunOptions = {}): Promise<StepResult> {
  return leavingNoTrace(root, () => runStep(root, { boot: 'tcg', ...inputs }, { timeout: 420, ...options }))
}

export interface CliResult extends RootEnded {
  readonly report: ReportFile | undefined
}

const CLI_OUT = '/tmp/kmod-gate-out'

/** `kmod-gate ARGS` in the checkout, by the runner's node, with the same home (and so the same cache) as the step has. */
export async function gateCli(root: string, args: readonly string[], { through = [], ...options }: CliOptions = {}): Promise<CliResult> {
  rmSync(join(root, CLI_OUT), { recursive: true, force: true })
  const ended = await leavingNoTrace(root, () =>
    inRoot(root, [...through, NODE24, `${ACTION_DIR}/dist/cli/index.js`, ...args], {
      timeout: 240,
      ...options,
      cwd: WORKSPACE,
      env: { HOME: '/github/home', ...options.env },
    }),
  )
  return { ...ended, report: readReport(join(root, CLI_OUT, 'report.json')) }
}
export const CLI_OUTPUT = ['--output-dir', CLI_OUT] as const

export interface Prepared {
  readonly root: string
  /** What the first run in the bare root gave: examples/hello, default kernel, everything installed by the gate. */
  readonly first: StepResult
}

/** The suite's shared root after examples/hello went through the gate in it once. Later calls give the same root and result. */
export async function preparedRoot(suite: Suite): Promise<Prepared> {
  const root = await sharedRoot(suite)
  const saved = `${root}.first.json`
  if (!existsSync(saved)) {
    checkout(root, HELLO, 'hello')
    writeFileSync(saved, JSON.stringify(await runStep(root, { module: 'hello', boot: 'auto' }, { timeout: 420 })))
  }
  return { root, first: JSON.parse(readFileSync(saved, 'utf8')) as StepResult }
}

/** A bare root with an empty checkout in it. */
export async function bareRoot(suite: Suite): Promise<string> {
  const root = await freshRoot(suite)
  checkout(root)
  return root
}
