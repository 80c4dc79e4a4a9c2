import { basename } from 'node:path'
import type { Diagnosis } from '../diagnosis/diagnosis.js'
import type { Finding } from '../model/finding.js'

/** What a diagnosis says beyond the line that it is about. */
function paragraph({ explanation, change, declaration, doc }: Diagnosis): string {
  return [
    explanation,
    ...(change === undefined ? [] : [change]),
    ...(declaration === undefined ? [] : [`This kernel has it in ${declaration.file}:${declaration.line}: ${declaration.text}`]),
    `More: ${doc}`,
  ].join('\n')
}

/** Whether a finding is about what the diagnosis explains: the same place of the same file, or the line itself. */
function isAbout(finding: Finding, { place, evidence, symbol }: Diagnosis): boolean {
  if (place !== undefined && finding.place !== undefined) return basename(place.file) === basename(finding.place.file) && place.line === finding.place.line
  const words = `${finding.title}\n${finding.detail ?? ''}`
  return evidence.some((line) => words.includes(line.trim())) || (symbol !== undefined && words.includes(symbol))
}

/**
 * Gives each failure its cause and its remedy. A diagnosis that belongs to no finding is told by itself, as a note; what is harmless is left to the logs.
 */
export function withCauses(findings: readonly Finding[], diagnoses: readonly Diagnosis[], stage: Finding['stage']): Finding[] {
  const told = new Set<Diagnosis>()
  const explained = findings.map((finding) => {
    if (finding.severity !== 'fail') return finding
    const own = diagnoses.filter((diagnosis) => diagnosis.weight === 'cause' && isAbout(finding, diagnosis))
    const [first] = own
    if (first === undefined) return finding
    for (const diagnosis of own) told.add(diagnosis)
    return { ...finding, detail: [...(finding.detail === undefined ? [] : [finding.detail]), ...own.map(paragraph)].join('\n'), remedy: first.remedy }
  })
  const alone = diagnoses.filter((diagnosis) => diagnosis.weight === 'cause' && !told.has(diagnosis))
  return [...explained, ...alone.map((diagnosis): Finding => ({ id: `cause.${diagnosis.cause}`, stage, severity: 'note', title: diagnosis.title, detail: [...diagnosis.evidence, paragraph(diagnosis)].join('\n'), remedy: diagnosis.remedy }))]
}
