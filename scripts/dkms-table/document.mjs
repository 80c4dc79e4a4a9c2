// The page of all rows that the cache has.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { agreementOf, dkmsWord, gateWord, guestWord } from './row.mjs'

const HEAD = `# dkms and the gate, side by side

Made by \`scripts/dkms-table.mjs\` from real runs; not written by hand. Each package is one of Debian's own. \`dkms build\` and the gate built it for the suite's
newest kernel in the same root, dkms by the headers, the gate in the tree that its guard prepared. What was built is then loaded and unloaded once in that kernel
under QEMU (TCG), with no hardware that any of the drivers is for and no parameters: a driver that finds nothing to drive may refuse with \`No such device\`.

The script ends with status 1 when dkms and the gate do not say the same of a build.
`

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ')

function lineOf(row) {
  const { name, theirs, ours } = row
  const weighty = ours.findings.filter(({ severity }) => severity !== 'warning')
  const first = weighty.slice(0, 1).map(({ id, title }) => `\`${id}\` ${title}`)
  const more = weighty.length > 1 ? [`and ${weighty.length - 1} more`] : []
  return `| ${[name, theirs.version, dkmsWord(theirs), gateWord(ours), agreementOf(row).agrees ? 'yes' : '**no**', guestWord(ours), ours.verdict, `${ours.seconds.toFixed(0)} s`, [...first, ...more].join('; ')].map(cell).join(' | ')} |`
}

export function pageOf(dir) {
  const rows = readdirSync(dir).sort().map((file) => JSON.parse(readFileSync(join(dir, file), 'utf8')))
  const suites = [...new Set(rows.map(({ suite }) => suite))]
  const parts = suites.map((suite) => {
    const own = rows.filter((row) => row.suite === suite)
    return [`## ${own[0].release}, dkms ${own[0].dkms}`, ['| package | version | dkms build | the gate | agree | in the guest | verdict | time | what the gate says |', '|---|---|---|---|---|---|---|--:|---|', ...own.map(lineOf)].join('\n')].join('\n\n')
  })
  return `${[HEAD.trimEnd(), ...parts].join('\n\n')}\n`
}
