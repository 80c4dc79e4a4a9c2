// docs/runs.md: one line for each run. Lines of runs that were not made this time are kept as they are.
import { existsSync, readFileSync } from 'node:fs'

const HEAD = `# The gate on every kernel

Made by \`scripts/runs.mjs\` from real runs under TCG; not written by hand. Each line is one run of the committed \`dist/\` in a bare Debian root of the suite under *container*,
which all runs of that suite share, in this order: the first one also installs compiler, QEMU and the other tools, and the first one of a kernel downloads it.
Seconds are wall time on the machine that made the run, whatever else it had to do: they say where time goes, not how fast the gate is (that is [performance.md](performance.md)).

A run that must not pass says why. A line that is *not run* waits for its suite, or for a machine with more time: \`node scripts/runs.mjs --only SUITE\`.
`
const STAGES = ['resolve', 'install', 'toolchain', 'tree', 'guard', 'build', 'proof', 'boot']
const COLUMNS = ['container', 'kernel asked for', 'module', 'kernel', 'verdict', 'as it must be', 'date', 'whole, s', ...STAGES]

const seconds = (value) => (value === undefined ? '–' : value.toFixed(1))
const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ')
const begin = ({ suite, spec, module }) => `| ${suite} | \`${spec}\` | ${module.name} |`

/** What the run has to come to, and whether it did. */
export function judge(row, report) {
  const weighty = (report?.findings ?? []).filter(({ severity }) => severity === 'fail' || severity === 'error')
  const first = weighty[0]
  if (report === undefined) return { ok: false, verdict: 'usage', why: 'refused to begin' }
  const found = row.expect.finding === undefined ? weighty.length === 0 : weighty.some(({ id }) => id === row.expect.finding)
  const ok = report.verdict === row.expect.verdict && found
  return { ok, verdict: report.verdict, why: ok ? (row.expect.why ?? '') : first === undefined ? '' : `${first.id}: ${first.title}` }
}

/** The line of a run. */
export function lineOf(row, report) {
  const { ok, verdict, why } = judge(row, report)
  const stage = (name) => report?.stages.find((one) => one.stage === name && one.outcome !== 'skipped')?.seconds
  const kernel = report?.target === undefined ? '–' : `${report.target.release} (${report.target.packageVersion})`
  const cells = [kernel, why === '' ? `**${verdict}**` : `**${verdict}**: ${why}`, ok ? 'yes' : 'NO', report?.started?.slice(0, 10) ?? '–', seconds(report?.seconds), ...STAGES.map((name) => seconds(stage(name)))]
  return `${begin(row)} ${cells.map(cell).join(' | ')} |`
}

/** The whole document; `fresh` maps rows to lines. */
export function page(file, rows, fresh) {
  const before = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  const kept = (row) => before.find((line) => line.startsWith(begin(row))) ?? `${begin(row)} – | *not run* |${' – |'.repeat(COLUMNS.length - 5)}`
  const lines = rows.map((row) => fresh.get(row) ?? kept(row))
  return `${[HEAD, `| ${COLUMNS.join(' | ')} |`, `|${'---|'.repeat(COLUMNS.length)}`, ...lines].join('\n')}\n`
}
