#!/usr/bin/env node
// Runs examples/hello and a driver that Debian left off through the committed dist, for every kernel that Debian has, in bare roots; writes docs/runs.md.
// Needs root, apt with Debian's archive, mmdebstrap; a suite takes from ten minutes up. Roots and downloads are kept in the cache.
// usage: node scripts/runs.mjs [--cache DIR] [--only TEXT,TEXT] [--consoles DIR]
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ROWS, keyOf } from './runs/rows.mjs'
import { bareRoot, runGate } from './runs/run.mjs'
import { judge, lineOf, page } from './runs/table.mjs'

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), '..')
const DOCUMENT = join(PROJECT, 'docs', 'runs.md')

const { values } = parseArgs({
  options: {
    cache: { type: 'string', default: process.env.KMOD_GATE_TEST_CACHE ?? join(tmpdir(), 'kmod-gate-tests') },
    /** Parts of `suite:spec:module`; a row that holds one of them is run. */
    only: { type: 'string', default: '' },
    /** Where the consoles of the guests are left. */
    consoles: { type: 'string' },
  },
})
mkdirSync(values.cache, { recursive: true })

const fresh = new Map()
let wrong = 0
for (const row of ROWS.filter((one) => values.only.split(',').some((text) => keyOf(one).includes(text)))) {
  const root = await bareRoot(values.cache, PROJECT, row.suite)
  const { report, console: guest, said } = await runGate(root, PROJECT, row)
  const { ok, verdict, why } = judge(row, report)
  if (!ok) wrong++
  console.error(`${ok ? 'ok ' : 'NO '} ${keyOf(row)} ${report?.target?.release ?? ''}: ${verdict} ${why} ${report === undefined ? said.slice(-600) : `${report.seconds.toFixed(0)} s`}`)
  if (values.consoles !== undefined && guest !== undefined) {
    mkdirSync(values.consoles, { recursive: true })
    writeFileSync(join(values.consoles, `${report?.target?.release ?? 'unknown'}-${row.module.name.replaceAll('/', '-')}.log`), guest)
  }
  fresh.set(row, lineOf(row, report))
  // After each: a run takes minutes, and what is done is done.
  writeFileSync(DOCUMENT, page(DOCUMENT, ROWS, fresh))
}
console.error(wrong === 0 ? 'every run came to what it must' : `${wrong} runs did not come to what they must`)
process.exitCode = wrong === 0 ? 0 : 1
