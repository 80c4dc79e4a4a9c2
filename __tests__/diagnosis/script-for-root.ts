import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PROJECT } from '../support/paths.js'
import { runProcess } from '../support/run-process.js'

/** Bundles an entry of the tests into one file inside a root, where the runner's node can run it. Gives its path there. */
export async function scriptForRoot(root: string, entry: string, name: string): Promise<string> {
  const inside = `/opt/kmod-gate-tests/${name}.mjs`
  mkdirSync(dirname(join(root, inside)), { recursive: true })
  const banner = "import{createRequire}from'node:module';const require=createRequire(import.meta.url)"
  const ended = await runProcess([join(PROJECT, 'node_modules/.bin/esbuild'), join(PROJECT, entry), '--bundle', '--platform=node', '--format=esm', '--log-level=error', `--banner:js=${banner}`, `--outfile=${join(root, inside)}`], { timeout: 60 })
  if (ended.status !== 0) throw new Error(ended.output)
  return inside
}
