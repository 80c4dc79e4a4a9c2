#!/usr/bin/env node
// Times `kmod-gate abi` as a whole process, with what it starts (pahole), and samples its memory: a small module of our own with DWARF, and the largest
// module of the kernel's own package with .BTF only. Needs root; takes kernels and builds from the cache of scripts/abi-table.mjs.
// usage: node bench/abi.mjs [--cache DIR] [--runs 5] [FILE.ko…]   files of the first kernel that are measured too
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { clearInterval, setInterval } from 'node:timers'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildCase } from '../scripts/abi-table/build.mjs'
import { casesFor } from '../scripts/abi-table/cases.mjs'
import { KERNELS, prepareKernel } from '../scripts/abi-table/kernels.mjs'
import { againstDir } from '../scripts/abi-table/proof.mjs'
import { spread } from './table.mjs'

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), '..')
const CLI = join(process.env.KMOD_GATE_DIST ?? join(PROJECT, 'dist'), 'cli', 'index.js')
const DEADLINE = 120_000 // ms
const SAMPLE_EVERY = 10 // ms

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cache: { type: 'string', default: process.env.KMOD_GATE_TEST_CACHE ?? join(tmpdir(), 'kmod-gate-tests') },
    runs: { type: 'string', default: '5' },
  },
})

function largest(kernel) {
  const files = readdirSync(kernel.modulesDir, { recursive: true }).filter((file) => /\.ko(\.xz)?$/.test(file)).map((file) => join(kernel.modulesDir, file))
  return files.reduce((top, file) => (statSync(file).size > statSync(top).size ? file : top))
}

/** Highest resident memory (MiB) of a process and of those it has started, each at its own peak: more than all ever had at once. */
function peakOf(pid, peaks) {
  const read = (file) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8')
    } catch {
      return '' // it has ended
    }
  }
  const kib = /^VmHWM:\s+(\d+)/m.exec(read('status'))
  if (kib !== null) peaks.set(pid, Number(kib[1]) / 1024)
  for (const child of read(`task/${pid}/children`).split(' ').filter(Boolean)) peakOf(child, peaks)
}

async function time(file, against) {
  const output = mkdtempSync(join(tmpdir(), 'kmod-gate-bench-abi-'))
  const began = process.hrtime.bigint()
  const child = spawn(process.execPath, [CLI, 'abi', file, '--against', against, '--output-dir', output], { stdio: 'ignore', timeout: DEADLINE, killSignal: 'SIGKILL' })
  const peaks = new Map()
  const sampler = setInterval(() => peakOf(String(child.pid), peaks), SAMPLE_EVERY)
  try {
    const [status] = await once(child, 'close')
    if (status !== 0) throw new Error(`${file}: status ${status}`)
    return { seconds: Number(process.hrtime.bigint() - began) / 1e9, peakMiB: [...peaks.values()].reduce((sum, peak) => sum + peak, 0) }
  } finally {
    clearInterval(sampler)
    rmSync(output, { recursive: true, force: true })
  }
}

const cell = ({ median, min, max }, digits) => `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`

console.log('| kernel | module | MiB | seconds | peak MiB |\n|---|---|---|---|---|')
for (const chosen of KERNELS) {
  const kernel = await prepareKernel(values.cache, chosen)
  const against = await againstDir(values.cache, kernel)
  const built = await buildCase(kernel, casesFor(chosen.id).find(({ name }) => name === 'hello'))
  const more = chosen === KERNELS[0] ? positionals.map((file) => resolve(file)) : []
  for (const file of [...built.values(), largest(kernel), ...more]) {
    const runs = []
    for (let n = 0; n < Number(values.runs); n++) runs.push(await time(file, against))
    const seconds = spread(runs.map((run) => run.seconds))
    const peak = spread(runs.map((run) => run.peakMiB))
    console.log(`| ${kernel.release} | ${basename(file)} | ${(statSync(file).size / (1 << 20)).toFixed(1)} | ${cell(seconds, 2)} | ${cell(peak, 0)} |`)
  }
}
