#!/usr/bin/env node
// Times the gate against the manual recipe, the floor and virtme-ng, in bare roots that it makes and removes. Needs root.
// usage: node bench/run.mjs [--parts startup,speed,boot,rust,many] [--suites bookworm] [--kernels bookworm/default] [--runs 5] [--no-recipe] [--count 10] [--out FILE.json]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { bootToVerdict, manyKernels } from './parts/boot.mjs'
import { withRust } from './parts/rust.mjs'
import { speed } from './parts/speed.mjs'
import { startUp } from './parts/startup.mjs'
import { PROJECT } from './roots.mjs'
import { markdown } from './table.mjs'
import { rowsOf } from './rows.mjs'

/** Kernels whose boot is measured; the suite is that of the container in which they are built. */
const BOOTED = [
  { suite: 'bullseye', kernel: 'default', virtme: false },
  { suite: 'bookworm', kernel: 'default', virtme: false },
  { suite: 'trixie', kernel: 'default', virtme: true },
  { suite: 'trixie', kernel: 'trixie-backports', virtme: false },
]

const { values } = parseArgs({
  allowNegative: true,
  options: {
    parts: { type: 'string', default: 'startup,speed,boot,rust,many' },
    suites: { type: 'string', default: 'bookworm' },
    kernels: { type: 'string', default: BOOTED.map(({ suite, kernel }) => `${suite}/${kernel}`).join(',') },
    runs: { type: 'string', default: '5' },
    recipe: { type: 'boolean', default: true },
    count: { type: 'string', default: '10' },
    out: { type: 'string', default: join(PROJECT, 'bench/results/latest.json') },
  },
})
const runs = Number(values.runs)
const chosen = values.kernels.split(',')

const PARTS = {
  startup: () => startUp({ runs }),
  speed: () => each(values.suites.split(','), (suite) => speed(suite, { runs, recipe: values.recipe })),
  boot: () => each(BOOTED.filter(({ suite, kernel }) => chosen.includes(`${suite}/${kernel}`)), (kernel) => bootToVerdict({ ...kernel, runs })),
  rust: () => withRust({ suite: 'trixie', kernels: ['default', 'trixie-backports'], runs }),
  many: () => manyKernels({ suite: 'bookworm', count: Number(values.count) }),
}

async function each(items, work) {
  const done = []
  for (const item of items) done.push(await work(item))
  return done
}

/** Results of parts that do not run this time stay as they were. */
function earlier() {
  try {
    return JSON.parse(readFileSync(values.out, 'utf8'))
  } catch {
    return { parts: {} }
  }
}

const results = { machine: { cpus: cpus().length, model: cpus()[0]?.model ?? '', kernel: release() }, parts: earlier().parts }
for (const part of values.parts.split(',')) {
  if (!(part in PARTS)) throw new Error(`--parts ${part}: allowed are ${Object.keys(PARTS).join(', ')}`)
  console.error(`bench: ${part}`)
  results.parts[part] = { date: new Date().toISOString().slice(0, 10), samples: await PARTS[part]() }
  mkdirSync(dirname(values.out), { recursive: true })
  writeFileSync(values.out, `${JSON.stringify(results, undefined, 2)}\n`)
}
console.log(markdown(rowsOf(results)))
console.error(`written: ${values.out}`)
