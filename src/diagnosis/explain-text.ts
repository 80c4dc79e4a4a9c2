import { plainOneLine } from '../text/plain.js'
import type { Explanation } from './explanation.js'

/** Explanations for a terminal: what it is, the lines that say so, what it means, what to do. Harmless ones come last and short. */
export function explanationText(explanations: readonly Explanation[]): string {
  const causes = explanations.filter(({ harmless }) => !harmless).map(causeText)
  const harmless = explanations.filter((explanation) => explanation.harmless).map(({ title, remedy }) => `- ${plainOneLine(title)}. ${plainOneLine(remedy)}`)
  return [...causes, ...(harmless.length === 0 ? [] : [`Harmless, though it looks otherwise:\n${harmless.join('\n')}`])].join('\n\n')
}

function causeText({ title, evidence, explanation, remedy, doc }: Explanation): string {
  return [plainOneLine(title), ...evidence.map((line) => `  | ${plainOneLine(line)}`), `  ${plainOneLine(explanation)}`, `  What to do: ${plainOneLine(remedy)}`, `  More: ${doc}`].join('\n')
}
