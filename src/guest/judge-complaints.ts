import type { Finding } from '../model/finding.js'
import type { Complaint } from './complaints.js'
import type { Expectation } from './judge.js'
import { framesOf } from './frames.js'
import { REMEDIES } from './signatures/remedies.js'
import { placeOf, type SourceLine } from './source-lines.js'

const TRACE_LINES = 60

/** One finding for each id: its first complaint, and how many more of that kind there are. */
export function judgeComplaints(complaints: readonly Complaint[], expected: Pick<Expectation, 'modules' | 'lines' | 'sources'>): Finding[] {
  const byId = new Map<string, Complaint[]>()
  for (const complaint of complaints) byId.set(complaint.signature.id, [...(byId.get(complaint.signature.id) ?? []), complaint])
  return [...byId.values()].flatMap(([first, ...others]) => (first === undefined ? [] : [finding(first, others.length, expected)]))
}

function finding(complaint: Complaint, more: number, { modules, lines, sources }: Pick<Expectation, 'modules' | 'lines' | 'sources'>): Finding {
  const { signature, title, trace, during } = complaint
  const frames = framesOf(trace, modules.map(({ name }) => name))
  const places = frames.flatMap(({ text }) => placeOf(lines.get(text), sources) ?? [])
  const known = frames.flatMap(({ text }) => {
    const line = lines.get(text)
    return line === undefined ? [] : [`${text} at ${shown(line, sources)}`]
  })
  const detail = [...(during === undefined ? [] : [`in the guest's step: ${during}`]), ...known, ...trace.slice(0, TRACE_LINES)].join('\n')
  const [place] = places
  return {
    id: signature.id,
    stage: 'boot',
    severity: signature.weight,
    title: `The kernel complained: ${title}${more > 0 ? ` (and ${more} more)` : ''}`,
    detail,
    remedy: [REMEDIES[signature.id] ?? '', known.length > 0 ? 'Start at the first line of yours in the detail; the whole log is in console.log.' : 'The trace is in the detail, the whole log in console.log.'].join(' ').trimStart(),
    ...(place !== undefined && { place }),
  }
}

function shown(line: SourceLine, sources: Expectation['sources']): string {
  return `${placeOf(line, sources)?.file ?? line.file}:${line.line}`
}
