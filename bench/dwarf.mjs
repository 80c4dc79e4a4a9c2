// node bench/dwarf.mjs FILE.ko...: time and memory of reading the declarations in a module's DWARF, a fresh process for each run.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const RUNS = 5

/** In the fresh process: one reading. */
async function once(code, file) {
  const { declarations } = await import(pathToFileURL(code).href)
  const data = readFileSync(file)
  const before = process.hrtime.bigint()
  const { functions, types, compilationUnits } = declarations(data)
  const milliseconds = Number(process.hrtime.bigint() - before) / 1e6
  console.log(JSON.stringify({ milliseconds, peakMiB: process.resourceUsage().maxRSS / 1024, functions: functions.size, types: types.size, units: compilationUnits.length }))
}

async function all(files) {
  const scratch = mkdtempSync(join(tmpdir(), 'kmod-gate-bench-'))
  const code = join(scratch, 'declarations.mjs')
  try {
    await build({ entryPoints: [new URL('../src/dwarf/declarations.ts', import.meta.url).pathname], bundle: true, platform: 'node', format: 'esm', outfile: code, logLevel: 'error' })
    for (const file of files) {
      const runs = Array.from({ length: RUNS }, () => {
        const ended = spawnSync(process.execPath, [process.argv[1], '--once', code, file], { encoding: 'utf8', timeout: 120_000 })
        if (ended.status !== 0) throw new Error(ended.stderr)
        return JSON.parse(ended.stdout)
      }).sort((a, b) => a.milliseconds - b.milliseconds)
      const { functions, types, units } = runs[0]
      const median = runs[Math.floor(RUNS / 2)].milliseconds
      console.log(`${file}: ${(statSync(file).size / 2 ** 20).toFixed(1)} MiB, ${units} units, ${types} types, ${functions} functions: median ${median.toFixed(0)} ms, at most ${Math.max(...runs.map(({ peakMiB }) => peakMiB)).toFixed(0)} MiB in memory with the file`)
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

const [first, ...rest] = process.argv.slice(2)
if (first === '--once') await once(...rest)
else if (first === undefined) throw new Error('usage: node bench/dwarf.mjs FILE.ko...')
else await all([first, ...rest])
