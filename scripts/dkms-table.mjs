#!/usr/bin/env node
// Lets dkms and the gate build the same of Debian's *-dkms packages for 6.1 and 6.12, boots what was built, and writes docs/dkms-table.md.
// Needs root, apt with Debian's archive and mmdebstrap; the gate is the one in dist/ (npm run build). Roots and results are kept in the cache.
// usage: node scripts/dkms-table.mjs [--cache DIR] [--suites bookworm,trixie] [--only NAME,NAME]
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { pageOf } from './dkms-table/document.mjs'
import { buildByDkms, checkByGate, sourcesOf } from './dkms-table/package.mjs'
import { prepareGround } from './dkms-table/ground.mjs'
import { agreementOf } from './dkms-table/row.mjs'

const DOCUMENT = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'dkms-table.md')
/** Packages without `-dkms`; a suite has most of them. */
const PACKAGES = ['acpi-call', 'bbswitch', 'ddcci', 'dm-writeboost', 'evdi', 'jool', 'rapiddisk', 'tp-smapi', 'v4l2loopback', 'vhba', 'xtables-addons']

const { values } = parseArgs({
  options: {
    cache: { type: 'string', default: process.env.KMOD_GATE_DKMS_CACHE ?? join(tmpdir(), 'kmod-gate-dkms-table') },
    suites: { type: 'string', default: 'bookworm,trixie' },
    only: { type: 'string' },
  },
})
const wanted = values.only?.split(',') ?? PACKAGES
mkdirSync(values.cache, { recursive: true })

let wrong = 0
for (const suite of values.suites.split(',')) {
  const ground = await prepareGround(values.cache, suite)
  for (const { name, dir } of await sourcesOf(ground, wanted)) {
    const theirs = await buildByDkms(ground, dir)
    const ours = await checkByGate(ground, name, dir)
    const row = { suite, release: ground.release, dkms: ground.version, name, theirs, ours }
    const { agrees, words } = agreementOf(row)
    if (!agrees) wrong++
    mkdirSync(join(values.cache, 'rows'), { recursive: true })
    writeFileSync(join(values.cache, 'rows', `${suite}-${name}.json`), JSON.stringify(row, undefined, 1))
    console.error(`${agrees ? 'ok ' : 'NO '} ${ground.release} ${name}: ${words.join(' | ')}`)
  }
}
writeFileSync(DOCUMENT, pageOf(join(values.cache, 'rows')))
console.error(wrong === 0 ? 'dkms and the gate agree about every package' : `${wrong} packages where they do not agree`)
process.exitCode = wrong === 0 ? 0 : 1
