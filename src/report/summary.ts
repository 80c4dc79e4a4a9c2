import type { Finding } from '../model/finding.js'
import type { Report } from '../model/report.js'
import { firstLines, firstOf } from '../text/bounded.js'
import { codeBlock, codeSpan, markdownText } from '../text/markdown.js'
import { byteSize, duration } from '../text/size.js'
import { EMOJI, SEVERITY_EMOJI, byWeight } from './marks.js'
import { placeText } from './place.js'
import { reproduceLine } from './reproduce.js'
import { kernelOf, originOf, subjectOf, verdictSentence } from './sentence.js'

/** Enough for a screen; GitHub takes no summary above 1 MiB for a step. */
const MOST_FINDINGS = 12
const MOST_MODULES = 12
const DETAIL_LINES = 40
const DETAIL_LENGTH = 4000

function head(report: Report): string {
  const { target, tool } = report
  const kernel = target === undefined ? '' : `Kernel **${markdownText(target.release)}**, ${markdownText(originOf(target))} · `
  const guest = report.guest === undefined ? '' : ` · booted under ${report.guest.accelerator.toUpperCase()}`
  return [
    `## ${EMOJI[report.verdict]} ${report.verdict}: ${markdownText(subjectOf(report))} for ${markdownText(kernelOf(report))}`,
    markdownText(verdictSentence(report)),
    `${kernel}${duration(report.seconds)}${guest} · kmod-gate ${markdownText(tool.version)}`,
  ].join('\n\n')
}

function stages(report: Report): string {
  const rows = report.stages.map(
    ({ stage, outcome, seconds, summary }) => `| ${EMOJI[outcome]} | ${stage} | ${outcome === 'skipped' ? '' : duration(seconds)} | ${markdownText(summary)} |`,
  )
  return ['| | stage | time | |', '|---|---|--:|---|', ...rows].join('\n')
}

function evidence(detail: string): string {
  return `<details><summary>Evidence</summary>\n\n${codeBlock(firstLines(detail, DETAIL_LINES).slice(0, DETAIL_LENGTH))}\n\n</details>`
}

function finding({ severity, id, title, place, remedy, detail }: Finding): string {
  const where = place === undefined ? '' : `, ${codeSpan(placeText(place))}`
  const what = `${SEVERITY_EMOJI[severity]} **${markdownText(title)}** (${codeSpan(id)}${where})`
  return [what, ...(remedy === undefined ? [] : [`→ ${markdownText(remedy)}`]), ...(detail === undefined ? [] : [evidence(detail)])].join('\n\n')
}

function findings(report: Report): string {
  const { shown, more } = firstOf(byWeight(report.findings), MOST_FINDINGS)
  if (shown.length === 0) return ''
  return ['### Findings', ...shown.map(finding), ...(more === 0 ? [] : [`and ${more} more in report.json`])].join('\n\n')
}

function modules(report: Report): string {
  const { shown, more } = firstOf(report.modules, MOST_MODULES)
  if (shown.length === 0) return ''
  const rows = shown.map(({ name, size, sha256 }) => `| ${markdownText(name)} | ${byteSize(size)} | ${markdownText(sha256.slice(0, 16))}… |`)
  return ['| module | size | SHA-256 |', '|---|--:|---|', ...rows, ...(more === 0 ? [] : [`| and ${more} more | | |`])].join('\n')
}

/** The job summary: GitHub-flavoured Markdown that fits on a screen. */
export function reportSummary(report: Report): string {
  const again = `The same on your machine: ${codeSpan(reproduceLine(report.request, report.target?.release))}`
  const parts = [head(report), stages(report), findings(report), modules(report), again]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}
