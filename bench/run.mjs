#!/usr/bin/env node
// Times bench/recipe.sh (the manual way) against `kmod-gate check`, cold and again, in fresh bare roots. Needs root.
// usage: node bench/run.mjs [--suites bookworm,trixie] [--modules hello,etas] [--runs 3]
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, release, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { measure } from './measure.mjs'
import { markdown, spread } from './table.mjs'

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), '..')
const SUPPORT = join(PROJECT, '__tests__', 'support')
const CACHE = process.env.KMOD_GATE_TEST_CACHE ?? join(tmpdir(), 'kmod-gate-tests')
const DEADLINE = 1200

const { values } = parseArgs({
  options: { suites: { type: 'string', default: 'bookworm,trixie' }, modules: { type: 'string', default: 'hello' }, runs: { type: 'string', default: '3' } },
})

const MODULES = {
  hello: { recipe: ['hello', 'examples/hello'], gate: ['examples/hello'] },
  etas: { recipe: ['etas'], gate: ['--in-tree', 'drivers/net/can/usb/etas_es58x', '--options', 'CONFIG_CAN_ETAS_ES58X=m'] },
}

async function must(argv) {
  const ended = await measure(argv, { seconds: DEADLINE })
  if (ended.status !== 0) throw new Error(`${argv.join(' ')}: status ${ended.status}\n${ended.tail}`)
  return ended
}

async function freshRoot(suite) {
  const tar = join(CACHE, `${suite}.tar`)
  mkdirSync(CACHE, { recursive: true })
  if (!existsSync(tar)) await must([join(SUPPORT, 'bare-root.sh'), suite, tar])
  const root = mkdtempSync(join(CACHE, `bench-${suite}-`))
  await must(['tar', '-C', root, '-xpf', tar, '--exclude=./dev/*'])
  const project = join(root, 'root/kmod-gate')
  for (const part of ['action.yml', 'package.json', 'bin', 'dist', 'examples', 'bench/recipe.sh']) {
    if (existsSync(join(PROJECT, part))) cpSync(join(PROJECT, part), join(project, part), { recursive: true })
  }
  // The node that a runner or a developer has already: neither side pays for it.
  cpSync(join(PROJECT, 'node_modules/node/bin/node'), join(root, 'usr/local/bin/node'))
  return root
}

/** One program in the root's copy of the project, from its start to its end. */
async function timed(root, argv) {
  return must(['unshare', '--mount', '--propagation', 'unchanged', '--pid', '--fork', '--kill-child', join(SUPPORT, 'enter-root.sh'), root, '/dev/null', '/root/kmod-gate', ...argv])
}

async function oneRun(suite, module) {
  const { recipe, gate } = MODULES[module]
  const check = ['bin/kmod-gate', 'check', ...gate, '--boot', 'tcg']
  const roots = []
  const fresh = async () => roots[roots.push(await freshRoot(suite)) - 1]
  try {
    const byHand = await timed(await fresh(), ['sh', 'bench/recipe.sh', ...recipe])
    const root = await fresh()
    const cold = await timed(root, check)
    const again = await timed(root, check)
    return { recipe: byHand, cold, again }
  } finally {
    for (const root of roots) rmSync(root, { recursive: true, force: true })
  }
}

const results = []
for (const suite of values.suites.split(',')) {
  for (const module of values.modules.split(',')) {
    const runs = []
    for (let n = 1; n <= Number(values.runs); n++) {
      runs.push(await oneRun(suite, module))
      const { recipe, cold, again } = runs[runs.length - 1]
      console.error(`${suite} ${module} run ${n}: recipe ${recipe.seconds.toFixed(1)} s, cold ${cold.seconds.toFixed(1)} s, again ${again.seconds.toFixed(1)} s`)
    }
    const rows = ['recipe', 'cold', 'again'].map((way) => ({
      suite,
      module,
      way,
      seconds: spread(runs.map((run) => run[way].seconds)),
      ratio: spread(runs.map((run) => run[way].seconds / run.recipe.seconds)),
      peakMiB: spread(runs.map((run) => run[way].peakMiB)),
    }))
    results.push(...rows)
  }
}

const out = join(PROJECT, 'bench', 'results')
mkdirSync(out, { recursive: true })
const file = join(out, `${new Date().toISOString().replaceAll(':', '')}.json`)
writeFileSync(file, `${JSON.stringify({ machine: { cpus: cpus().length, model: cpus()[0]?.model, kernel: release() }, runs: Number(values.runs), results }, undefined, 2)}\n`)
console.log(markdown(results))
console.error(`written: ${file}`)
