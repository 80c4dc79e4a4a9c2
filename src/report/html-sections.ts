import type { Delta, DeltaGroup } from '../model/config.js'
import type { Finding } from '../model/finding.js'
import type { GuestRun } from '../model/guest.js'
import type { Report } from '../model/report.js'
import { firstLines, firstOf, lastLines } from '../text/bounded.js'
import { escapeHtml } from '../text/html.js'
import { plainText } from '../text/plain.js'
import { byteSize, duration } from '../text/size.js'
import { type Cell, line, table } from './html-table.js'
import { MARKS, byWeight } from './marks.js'
import { placeText } from './place.js'

/** More rows than anybody reads; all are in report.json. */
const MOST = 200
const DETAIL_LINES = 400
const CONSOLE_LINES = 400

function bounded<T>(items: readonly T[], row: (item: T) => readonly Cell[]): readonly (readonly Cell[])[] {
  const { shown, more } = firstOf(items, MOST)
  return [...shown.map(row), ...(more === 0 ? [] : [[[`and ${more} more in report.json`, 'soft'] as const]])]
}

function folded(title: string, text: string): string {
  return text === '' ? '' : `<details><summary>${line(title)}</summary><pre>${escapeHtml(plainText(text))}</pre></details>`
}

export function stageTable({ stages }: Report): string {
  const rows = stages.map(({ stage, outcome, seconds, summary }): readonly Cell[] => [
    [MARKS[outcome], `tone ${outcome}`],
    [stage, 'short'],
    [outcome === 'skipped' ? '' : duration(seconds), 'num'],
    [summary],
  ])
  return rows.length === 0 ? '' : `<div>${table([], rows)}</div>`
}

function findingArticle({ severity, id, title, place, remedy, detail }: Finding): string {
  const where = place === undefined ? '' : ` · <code>${line(placeText(place))}</code>`
  return [
    `<article class="${severity}"><h3>${line(title)}</h3><p class="soft"><span class="tone">${severity}</span> · <code>${line(id)}</code>${where}</p>`,
    remedy === undefined ? '' : `<p>→ ${line(remedy)}</p>`,
    detail === undefined ? '' : `<pre>${escapeHtml(plainText(firstLines(detail, DETAIL_LINES)))}</pre>`,
    '</article>',
  ].join('')
}

export function findingArticles({ findings }: Report): string {
  const { shown, more } = firstOf(byWeight(findings), MOST)
  return shown.map(findingArticle).join('\n') + (more === 0 ? '' : `<p class="soft">and ${more} more in report.json</p>`)
}

function causeWords({ cause }: DeltaGroup): string {
  if (cause.kind === 'tool') return cause.tool
  if (cause.kind === 'dependency') return `depends on ${cause.on}`
  return cause.kind === 'option' ? `requested option ${cause.option}` : 'unknown'
}

export function configTable({ config }: Report): string {
  if (config === undefined) return ''
  const row = (delta: Delta, why: string): readonly Cell[] => [[delta.symbol], [delta.before ?? 'not set'], [delta.after ?? 'not set'], [why, 'soft']]
  const beyond = config.groups.flatMap((group) => group.deltas.map((delta) => ({ delta, why: causeWords(group) })))
  const allowed = config.allowed.map((delta) => ({ delta, why: 'allowed' }))
  const rows = bounded([...beyond, ...allowed], ({ delta, why }) => row(delta, why))
  return rows.length === 0 ? '' : `<div>${table([['symbol'], ['the kernel’s'], ['here'], ['cause']], rows)}</div>`
}

export function moduleTable({ modules }: Report): string {
  const rows = bounded(modules, ({ name, path, size, sha256, depends }) => [[name, 'short'], [path], [byteSize(size), 'num'], [depends.join(', ')], [sha256, 'soft long']])
  return rows.length === 0 ? '' : `<div>${table([['module'], ['file'], ['size', 'num'], ['depends on'], ['SHA-256']], rows)}</div>`
}

export function proofTable({ proof }: Report): string {
  if (proof === undefined) return ''
  const of = (equal: number, all: number): string => (all === 0 ? '–' : `${equal} of ${all}`)
  const rows = bounded(proof.modules, ({ module, structModule, types, symbols, signatures, gaps }) => [
    [module, 'short'],
    [structModule, 'short'],
    [of(types.identical, types.compared), 'num'],
    [of(symbols.provided, symbols.imported), 'num'],
    [of(symbols.crcsEqual, symbols.crcs), 'num'],
    [of(signatures.identical, signatures.compared), 'num'],
    [gaps.map(({ what }) => what).join(', '), 'soft'],
  ])
  const heads: readonly Cell[] = [['module'], ['struct module'], ['shared types identical', 'num'], ['symbols provided', 'num'], ['CRCs equal', 'num'], ['prototypes equal', 'num'], ['not proven']]
  return rows.length === 0 ? '' : `<div>${table(heads, rows)}</div>`
}

export function toolTable({ tools }: Report): string {
  const outcome = { ok: 'pass', missing: 'fail', 'other-version': 'fail' } as const
  const rows = bounded(tools, ({ tool, state, expected, actual, package: name }) => [[MARKS[outcome[state]], `tone ${outcome[state]}`], [tool, 'short'], [expected ?? '', 'soft'], [actual ?? 'missing'], [name, 'soft short']])
  return rows.length === 0 ? '' : `<div>${table([[''], ['tool'], ['the kernel’s'], ['here'], ['package']], rows)}</div>`
}

export function guestSection(guest: GuestRun | undefined): string {
  if (guest === undefined) return ''
  const rows = bounded(guest.steps, ({ kind, module, own, outcome, message, seconds }) => [
    [MARKS[outcome === 'ok' ? 'pass' : 'fail'], `tone ${outcome === 'ok' ? 'pass' : 'fail'}`],
    [`${kind} ${module}`, 'short'],
    [own ? '' : 'the kernel’s own', 'soft short'],
    [outcome, 'short'],
    [`${seconds.toFixed(2)} s`, 'num'],
    [message, 'soft'],
  ])
  const how = `${guest.entry} under ${guest.accelerator.toUpperCase()}, ${duration(guest.seconds)}, ended ${guest.end}. ${guest.acceleratorReason}`
  return `<p class="soft">${line(how)}</p><div>${rows.length === 0 ? '' : table([], rows)}${folded('Kernel log', lastLines(guest.log, CONSOLE_LINES))}${folded('Console', lastLines(guest.consoleTail, CONSOLE_LINES))}</div>`
}
