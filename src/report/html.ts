import type { Report } from '../model/report.js'
import { duration } from '../text/size.js'
import { configTable, findingArticles, guestSection, moduleTable, proofTable, stageTable, toolTable } from './html-sections.js'
import { STYLE } from './html-style.js'
import { line, section } from './html-table.js'
import { reproduceLine } from './reproduce.js'
import { kernelOf, originOf, subjectOf, verdictSentence } from './sentence.js'

/** Nothing is fetched and nothing runs, whatever text got in: the style is the only thing that the page may use. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

function facts({ target, seconds, started }: Report): string {
  const kernel = target === undefined ? [] : [originOf(target)]
  return [...kernel, duration(seconds), started].map(line).join(' · ')
}

/** The whole report as one page without scripts or anything from elsewhere. */
export function reportHtml(report: Report): string {
  const title = `${subjectOf(report)} for ${kernelOf(report)}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${report.verdict}: ${line(title)}</title>
<style>${STYLE}</style>
</head>
<body><main>
<header class="${report.verdict}"><h1><span class="verdict">${report.verdict}</span> ${line(title)}</h1>
<p>${line(verdictSentence(report))}</p>
<p class="soft">${facts(report)}</p></header>
${section('Findings', findingArticles(report))}
${section('Stages', stageTable(report))}
${section('Differences from the kernel’s config', configTable(report))}
${section('Modules', moduleTable(report))}
${section('Proof before boot', proofTable(report))}
${section('Guest', guestSection(report.guest))}
${section('Tools', toolTable(report))}
${section('Again on your machine', `<pre>${line(reproduceLine(report.request, report.target?.release))}</pre>`)}
<footer class="soft">${line(`${report.tool.name} ${report.tool.version}`)} · the same in report.json, for programs</footer>
</main></body>
</html>
`
}
