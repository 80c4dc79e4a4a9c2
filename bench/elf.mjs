// node bench/elf.mjs MODULE.ko [Module.symvers]: how long the readers of modules take, and what they keep in memory. The fastest of five.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

const [file, symversFile] = process.argv.slice(2)
if (file === undefined) throw new Error('usage: node bench/elf.mjs MODULE.ko [Module.symvers]')

const scratch = mkdtempSync(join(tmpdir(), 'kmod-gate-bench-'))
try {
  const contents = ['elf/elf', 'elf/symbols', 'elf/relocations', 'symbols/facts', 'symbols/symvers'].map((name) => `export * from './src/${name}.ts'`).join('\n')
  const outfile = join(scratch, 'readers.mjs')
  await build({ stdin: { contents, resolveDir: new URL('..', import.meta.url).pathname }, bundle: true, platform: 'node', format: 'esm', outfile })
  const { openElf, readSymbols, relocationsOf, moduleFacts, parseSymvers } = await import(outfile)

  const data = readFileSync(file)
  const fastest = (work) => {
    let [best, result] = [Infinity, undefined]
    for (let i = 0; i < 5; i++) {
      const started = process.hrtime.bigint()
      result = work()
      best = Math.min(best, Number(process.hrtime.bigint() - started) / 1e6)
    }
    return [best, result]
  }
  const tell = (what, [ms, count]) => console.log(`${what.padEnd(16)} ${ms.toFixed(1).padStart(8)} ms  ${count}`)
  tell('sections', fastest(() => openElf(data).sections.length))
  tell('symbols', fastest(() => readSymbols(openElf(data)).length))
  tell('relocations', fastest(() => {
    const elf = openElf(data)
    return elf.sections.reduce((sum, section) => sum + relocationsOf(elf, section).length, 0)
  }))
  tell('module facts', fastest(() => moduleFacts(data).imports.length))
  if (symversFile !== undefined) {
    const text = readFileSync(symversFile, 'utf8')
    tell('Module.symvers', fastest(() => parseSymvers(text).size))
  }
  console.log(`${(data.length / 1e6).toFixed(1)} MB read, at most ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB in memory`)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
