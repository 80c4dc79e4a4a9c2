import type { Finding, Severity } from '../model/finding.js'
import type { StageResult } from '../model/report.js'

type Outcome = StageResult['outcome']

/** One character that survives in any font; see ASCII_MARKS for terminals without UTF-8. */
export const MARKS: Readonly<Record<Outcome, string>> = { pass: '✓', fail: '✗', error: '!', skip: '»', skipped: '–' }
export const ASCII_MARKS: Readonly<Record<Outcome, string>> = { pass: '+', fail: 'x', error: '!', skip: '>', skipped: '-' }
/** For Markdown, where GitHub draws them in colour. */
export const EMOJI: Readonly<Record<Outcome, string>> = { pass: '✅', fail: '❌', error: '⚠️', skip: '⏭️', skipped: '➖' }

export const SEVERITY_EMOJI: Readonly<Record<Severity, string>> = { fail: '❌', error: '⚠️', skip: '⏭️', warning: '🔸', note: 'ℹ️' }

const WEIGHT: Readonly<Record<Severity, number>> = { fail: 0, error: 1, skip: 2, warning: 3, note: 4 }

/** What weighs most first; otherwise in the order of the run. */
export function byWeight(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity])
}
