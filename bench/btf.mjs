#!/usr/bin/env node
// Times this project's BTF reader on a file against `bpftool btf dump` of the same file in the same run.
// usage: node bench/btf.mjs FILE…   FILE is raw BTF or an ELF file with a .BTF section (the headers' vmlinux); the largest one is measured. Needs bpftool.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), '..')
const RUNS = 5
const DEADLINE = 120_000 // ms, for any process

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

/** The reader as one file that node can run by itself. */
async function bundle(dir) {
  const contents = `export { Btf } from './src/btf/btf.ts'; export { readSections } from './src/elf/elf.ts'`
  const outfile = join(dir, 'reader.mjs')
  await build({ stdin: { contents, resolveDir: PROJECT, loader: 'ts' }, bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error' })
  return outfile
}

/** One step after the other in a process of their own, so that memory is that of the reader alone. */
const MEASURE = `
const [reader, file] = process.argv.slice(1)
const { Btf } = await import(reader)
const { readFileSync } = await import('node:fs')
const data = readFileSync(file)
const idle = process.memoryUsage().rss
const times = {}
let last = performance.now()
const mark = (step) => { const now = performance.now(); times[step] = now - last; last = now }
const btf = Btf.read(data); mark('read')
btf.named('module', ['struct']); mark('names')
let members = 0
for (const id of btf.ownIds()) { const type = btf.type(id); if ('members' in type) members += type.members.length }
mark('decode')
console.log(JSON.stringify({ times, types: btf.count, members, own: process.memoryUsage().rss - idle, peak: process.resourceUsage().maxRSS * 1024 }))
`

function run(argv, output = 'pipe') {
  const started = performance.now()
  const ended = spawnSync(argv[0], argv.slice(1), { stdio: ['ignore', output, 'inherit'], encoding: 'utf8', timeout: DEADLINE, maxBuffer: 64 << 20 })
  if (ended.status !== 0) throw new Error(`${argv[0]}: ${ended.error?.message ?? `status ${ended.status}`}`)
  return { milliseconds: performance.now() - started, stdout: ended.stdout }
}

const files = process.argv.slice(2)
if (files.length === 0) {
  console.error('usage: node bench/btf.mjs FILE…')
  process.exit(2)
}
const dir = mkdtempSync(join(tmpdir(), 'kmod-gate-bench-btf-'))
try {
  const reader = await bundle(dir)
  const { readSections } = await import(pathToFileURL(reader).href)
  const rawOf = (file) => {
    const data = readFileSync(file)
    return data.readUInt32BE(0) === 0x7f454c46 ? readSections(data).find(({ name }) => name === '.BTF')?.data : data
  }
  const largest = files.map((file) => ({ file, data: rawOf(file) })).toSorted((a, b) => (b.data?.length ?? 0) - (a.data?.length ?? 0))[0]
  if (largest?.data === undefined) throw new Error('no .BTF section in any of the files')
  const raw = join(dir, 'raw.btf')
  writeFileSync(raw, largest.data)

  const ours = []
  const theirs = []
  for (let i = 0; i < RUNS; i++) {
    const { milliseconds, stdout } = run([process.execPath, '--input-type=module', '--eval', MEASURE, pathToFileURL(reader).href, raw])
    ours.push({ milliseconds, ...JSON.parse(stdout) })
    theirs.push(run(['bpftool', 'btf', 'dump', 'file', raw, 'format', 'raw'], 'ignore').milliseconds)
  }
  const step = (name) => median(ours.map(({ times }) => times[name]))
  const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MiB`
  const bpftool = median(theirs)
  const total = step('read') + step('names') + step('decode')
  console.log(`${largest.file}: ${(largest.data.length / 1e6).toFixed(1)} MB of BTF, ${ours[0].types} types, ${ours[0].members} members; medians of ${RUNS} runs`)
  console.log('| step | ms | ÷ bpftool btf dump |\n|---|---:|---:|')
  const rows = [
    ['read (index the types)', step('read')],
    ['name index and first look-up', step('names')],
    ['decode every type', step('decode')],
    ['all three', total],
    ['the whole process, node’s start included', median(ours.map(({ milliseconds }) => milliseconds))],
    ['bpftool btf dump … format raw', bpftool],
  ]
  for (const [name, ms] of rows) console.log(`| ${name} | ${ms.toFixed(0)} | ${(ms / bpftool).toFixed(2)} |`)
  console.log(`memory: ${mib(median(ours.map(({ peak }) => peak)))} at most, ${mib(median(ours.map(({ own }) => own)))} of it more than node and the file`)
} finally {
  rmSync(dir, { recursive: true, force: true })
}
