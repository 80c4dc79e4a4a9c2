#!/usr/bin/env node
// Builds modules that are wrong, and some that are not, asks the proof about each and then loads it all the same; writes docs/abi-table.md.
// Needs root, apt with Debian's archive, mmdebstrap, qemu-system-x86 and busybox-static. Everything fetched, built and booted is kept in the cache.
// usage: node scripts/abi-table.mjs [--cache DIR] [--kernels 6.1,7.3] [--only NAME,NAME] [--kernel-only]
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { loadAnyway } from './abi-table/boot.mjs'
import { buildCase } from './abi-table/build.mjs'
import { casesFor } from './abi-table/cases.mjs'
import { page } from './abi-table/document.mjs'
import { agreement } from './abi-table/judge.mjs'
import { KERNELS, prepareKernel } from './abi-table/kernels.mjs'
import { againstDir, prove } from './abi-table/proof.mjs'
import { markdownOf } from './abi-table/table.mjs'

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), '..')

const { values } = parseArgs({
  options: {
    cache: { type: 'string', default: process.env.KMOD_GATE_TEST_CACHE ?? join(tmpdir(), 'kmod-gate-tests') },
    kernels: { type: 'string', default: KERNELS.map(({ id }) => id).join(',') },
    only: { type: 'string' },
    // For work on the cases themselves: nothing is asked of the proof and nothing is written.
    'kernel-only': { type: 'boolean', default: false },
  },
})
const wanted = values.only?.split(',')
mkdirSync(values.cache, { recursive: true })

/** A case that cannot be made, or a machine that does not come up, is a row that does not agree. */
const NO_PROOF = { verdict: 'none', findings: [] }

async function outcomeOf(kernel, against, row) {
  const files = await buildCase(kernel, row)
  const proof = values['kernel-only'] ? undefined : await prove(against, [...files.values()])
  return { proof, seen: await loadAnyway(values.cache, kernel, files) }
}

let wrong = 0
const parts = []
for (const chosen of KERNELS.filter(({ id }) => values.kernels.split(',').includes(id))) {
  const kernel = await prepareKernel(values.cache, chosen)
  const against = await againstDir(values.cache, kernel)
  const results = []
  for (const row of casesFor(chosen.id).filter(({ name }) => wanted === undefined || wanted.includes(name))) {
    const { proof, seen } = await outcomeOf(kernel, against, row).catch((error) => ({ proof: NO_PROOF, seen: { outcome: 'none', line: String(error.message) } }))
    const { agrees, why } = agreement(row.expect, proof, seen)
    if (!agrees) wrong++
    results.push({ row, proof, kernel: seen, agrees })
    console.error(`${agrees ? 'ok ' : 'NO '} ${chosen.id} ${row.name}: ${proof === undefined ? '' : `${proof.verdict} ${proof.findings.map(({ id }) => id).join(' ')} | `}${seen.outcome}: ${seen.line}${why === '' ? '' : `   <- ${why}`}`)
  }
  if (!values['kernel-only']) parts.push({ kernel: chosen.id, text: markdownOf(kernel, results), rows: results.length })
}

if (!values['kernel-only'] && wanted === undefined) writeFileSync(join(PROJECT, 'docs', 'abi-table.md'), page(join(PROJECT, 'docs', 'abi-table.md'), parts))
console.error(wrong === 0 ? 'every row agrees' : `${wrong} rows disagree`)
process.exitCode = wrong === 0 ? 0 : 1
