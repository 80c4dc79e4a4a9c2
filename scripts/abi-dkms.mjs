#!/usr/bin/env node
// Builds Debian's third-party modules for 6.1 and 6.12 and asks the proof about each: they are right, so it must find no fault. Writes a part of docs/abi-table.md.
// Needs root, apt with Debian's archive and mmdebstrap. Everything fetched and built is kept in the cache.
// usage: node scripts/abi-dkms.mjs [--cache DIR] [--only NAME,NAME] [--build-only]
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildPackage, packagesOf } from './abi-table/dkms.mjs'
import { page } from './abi-table/document.mjs'
import { KERNELS, TRIXIE, prepareKernel } from './abi-table/kernels.mjs'
import { againstDir, prove } from './abi-table/proof.mjs'
import { dkmsMarkdown } from './abi-table/table.mjs'

const DOCUMENT = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'abi-table.md')
/** What the packages' build scripts call beside the compiler. */
const TOOLS = ['patch', 'bc', 'perl', 'gawk', 'file', 'autoconf', 'automake', 'pkg-config']

const { values } = parseArgs({
  options: {
    cache: { type: 'string', default: process.env.KMOD_GATE_TEST_CACHE ?? join(tmpdir(), 'kmod-gate-tests') },
    only: { type: 'string' },
    // For work on the builds themselves: nothing is asked of the proof and nothing is written.
    'build-only': { type: 'boolean', default: false },
  },
})
const wanted = values.only?.split(',')
mkdirSync(values.cache, { recursive: true })

let wrong = 0
const rows = []
for (const chosen of [KERNELS[0], TRIXIE]) {
  const kernel = await prepareKernel(values.cache, { ...chosen, others: undefined, tools: TOOLS }, [])
  const against = await againstDir(values.cache, kernel)
  for (const name of (await packagesOf(kernel)).filter((name) => wanted === undefined || wanted.includes(name))) {
    const { version, files, failed } = await buildPackage(kernel, name)
    const proof = failed === undefined && !values['build-only'] ? await prove(against, files) : undefined
    // A driver that does not build on a kernel says nothing about the proof.
    if (proof !== undefined && proof.verdict !== 'clean') wrong++
    rows.push({ kernel, name, version, files, failed, proof })
    console.error(`${kernel.release} ${name} ${version}: ${failed ?? `${files.length} modules`}${proof === undefined ? '' : `; ${proof.verdict} in ${proof.seconds.toFixed(1)} s ${proof.findings.map(({ id, title }) => `${id} ${title}`).join('; ')}`}`)
  }
}

if (!values['build-only'] && wanted === undefined) writeFileSync(DOCUMENT, page(DOCUMENT, [{ kernel: 'dkms', text: dkmsMarkdown(rows) }]))
console.error(wrong === 0 ? 'all that build are clean' : `${wrong} packages are not clean`)
process.exitCode = wrong === 0 ? 0 : 1
